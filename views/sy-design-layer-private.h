/* sy-design-layer-private.h: what the layer's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design-layer.h"
#include "views/sy-tile-cache-private.h"

G_BEGIN_DECLS

#define SY_PORT_RADIUS 5.5f

struct _SyDesignLayer
{
  SyCanvas *canvas;
  SyDesign *design;             /* (owned) (nullable) */
  GSimpleActionGroup *actions;  /* (owned) */
  double x, y;                  /* pointer */
  guint32 hover;                /* whose ports are shown */
  char *edge_from, *edge_to;    /* (nullable) the edge that was clicked */

  /* connecting */
  gboolean dragging, outwards;  /* from the out port, towards what will need it */
  guint32 from, target;
  guint8 *closed;               /* (owned) by index: an edge to it would close a cycle */
  char *refusal;                /* (nullable) why not this target */
  double start_x, start_y;

  GtkWidget *popover;           /* (nullable) name or connect */
  GtkWidget *closed_popover;    /* (nullable) goes in the next turn */
  guint closed_source;
  char *subject;                /* (nullable) the task it is about */
  char *naming;                 /* (nullable) to be named as soon as it is laid out */
  char *kind;                   /* (nullable) what it is to be then, as sy_design_add_task() has it */
  const SyField *asked;         /* (nullable) what the popover's line is the value of */
  struct _SyDesignMove *move;   /* (owned) (nullable) tasks on their way */
};

/* The graph as drawn; NULL: none yet */
const SyWorkflow *sy_design_layer_workflow (SyDesignLayer *layer);
/* Where the out or in port of a task is */
SyPoint sy_design_layer_port (SyDesignLayer *layer, guint32 task, gboolean out);

/* The edge that was clicked, while it is what is selected: task indices */
gboolean sy_design_layer_chosen_edge (SyDesignLayer *layer, guint32 *from, guint32 *to);

/* --- sy-design-actions.c --- */
void sy_design_layer_add_actions (SyDesignLayer *layer);
void sy_design_layer_update_actions (SyDesignLayer *layer);

/* --- sy-design-popover.c --- */
/* @kind: (nullable): as for sy_design_add_task(); what the task is already goes first */
void sy_design_layer_ask_name (SyDesignLayer *layer, const char *task, const char *kind);
void sy_design_layer_ask_target (SyDesignLayer *layer, const char *task);
void sy_design_layer_close_popover (SyDesignLayer *layer);
/* @child: what the popover holds; at the task's place, which must be closed before */
void sy_design_layer_present (SyDesignLayer *layer, const char *task, GtkWidget *child, const char *label);
/* (nullable): why no task can have that name; @own: (nullable): the one that the task has */
const char *sy_design_layer_refuse_name (SyDesignLayer *layer, const char *name, const char *own);

/* --- sy-design-group.c: of what is selected --- */
void sy_design_layer_ask_group (SyDesignLayer *layer);
/* @name: empty = its groups are dissolved */
void sy_design_layer_set_group (SyDesignLayer *layer, const char *name);
void sy_design_layer_dissolve_group (SyDesignLayer *layer);
gboolean sy_design_layer_is_grouped (SyDesignLayer *layer);

/* --- sy-design-move.c --- */
void sy_design_layer_begin_move (SyDesignLayer *layer, guint32 task, double x, double y);
/* @freely: snaps to nothing */
void sy_design_layer_move_to (SyDesignLayer *layer, double x, double y, gboolean freely);
void sy_design_layer_end_move (SyDesignLayer *layer, gboolean drop);
void sy_design_layer_draw_move (SyDesignLayer *layer, GtkSnapshot *snapshot);
/* @how: SyArrange */
void sy_design_layer_arrange (SyDesignLayer *layer, guint how);
guint sy_design_layer_count_pinned (SyDesignLayer *layer);
void sy_design_layer_pin (SyDesignLayer *layer, gboolean pin);
void sy_design_layer_tidy (SyDesignLayer *layer);

/* --- sy-design-pattern.c --- */
/* @pattern: a SyPattern; @after: (nullable): id of a task that the first ones are to need */
void sy_design_layer_ask_pattern (SyDesignLayer *layer, guint pattern, const char *after);

/* --- sy-design-last.c --- */
void sy_design_layer_draw_last (SyDesignLayer *layer, GtkSnapshot *snapshot);

/* --- sy-design-draw.c --- */
void sy_design_layer_draw (SyDesignLayer *layer, GtkSnapshot *snapshot);

G_END_DECLS
