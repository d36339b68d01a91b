/* sy-canvas-private.h: what the canvas's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-progress.h"
#include "views/sy-canvas.h"
#include "views/sy-tile-cache.h"

G_BEGIN_DECLS

/* A branch whose progress is shown where it leaves its fork */
typedef struct
{
  guint32 fork, child;
  GArray *tasks;        /* (owned) indices */
  SyProgress progress;
  gboolean dirty;
  GskRenderNode *node;  /* (owned) (nullable) drawn at its own origin */
  double node_zoom;
  const SyStyle *node_style;
  SyRect box;           /* screen, as last drawn; width 0 = not in sight */
} SyChip;

#define SY_NEAR_EDGE 6.0 /* screen pixels within which an edge is meant */

typedef enum { SY_MENU_TASK, SY_MENU_EDGE, SY_MENU_CANVAS, SY_MENU_BRANCH } SyCanvasMenu;
/* What is in sight when layout or size change: what the user left there, the part that says most, all of it */
typedef enum { SY_AIM_NONE, SY_AIM_READ, SY_AIM_ALL } SyAim;
typedef enum { SY_DRAG_NONE, SY_DRAG_PAN, SY_DRAG_MARQUEE, SY_DRAG_DESIGN } SyDrag;
typedef struct _SyDesignLayer SyDesignLayer; /* sy-design-layer.h */

struct _SyCanvas
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  SyViewport view;
  SyAim aim;
  guint32 aim_task;     /* READ: that about which there is something to say; SY_NO_TASK = none yet */
  gboolean touched;     /* the user has done something: the layout stays */

  /* what is drawn */
  SyGeometry *geometry; /* (owned) (nullable) */
  SyScene *scene;       /* (owned) (nullable) */
  guint8 *flat;         /* (owned) by task index */
  SyTileCache *tiles;   /* (owned) */
  SyLook look;          /* scratch */
  guint32 *look_hash;   /* (owned) by index: of the look last painted of running tasks */
  const SyStyle *style;
  SyPalette palette;
  char *font;
  double font_scale;
  guint8 *critical;     /* (owned) (nullable) by index */
  char *caption;        /* (owned) (nullable) what the critical path is */

  /* layout */
  GCancellable *layout; /* (owned) (nullable) the one under way */
  gboolean layout_first;/* the quick one is under way */
  gboolean improves;    /* it is shown; the thorough one begins once all of it is */

  /* time */
  guint settle_source;  /* the zoom rests soon */
  guint beat_source;    /* 2 Hz while something runs */
  guint fold_tick;      /* events wait for the next frame */
  gboolean moving;
  gboolean drawn;       /* what is wanted is on the screen */

  /* pointer */
  guint32 hover;
  guint32 hover_chip;   /* index in chips, G_MAXUINT32 = none */
  SyDrag drag;
  double drag_x, drag_y;/* where the drag was last */
  double from_x, from_y;/* marquee: world */
  double pointer_x, pointer_y;
  double pinch_zoom;
  GtkWidget *menu;      /* (nullable) the popover */

  SyDesignLayer *design; /* (owned): what is done by hand to a document */
  GArray *chips;        /* SyChip */
  GHashTable *collapsed;/* (owned) set of the names of the tasks with which collapsed branches begin; "/NAME": a group */
  GHashTable *branches; /* (owned) of these tasks in the layout shown: GArray of guint32 */
  guint32 anchor;       /* SY_NO_TASK = none: stays where it is on the screen when the next layout comes */
  double anchor_x, anchor_y;
  guint32 menu_fork, menu_child, menu_from, menu_to;
  GtkWidget *minimap;
  GPtrArray *proxies;   /* SyCanvasProxy, borrowed children */
  guint proxy_source;
};

/* Geometry, model and session speak of the same tasks; not so while a layout of new tasks is under way. */
static inline gboolean
sy_canvas_is_ready (SyCanvas *canvas)
{
  return canvas->geometry != NULL && canvas->model != NULL && canvas->geometry->workflow == sy_run_model_get_workflow (canvas->model);
}

/* --- sy-canvas.c --- */
void sy_canvas_rebuild_scene (SyCanvas *canvas);
/* (transfer full) */
SyScene *sy_canvas_make_scene (SyCanvas *canvas);
void sy_canvas_update_beat (SyCanvas *canvas);

/* --- sy-canvas-states.c --- */
void sy_canvas_refresh_states (SyCanvas *canvas);
void sy_canvas_touch_task (SyCanvas *canvas, guint32 index);
/* The same where the state shown is another one */
void sy_canvas_touch_state (SyCanvas *canvas, guint32 index);
const SyLook *sy_canvas_look_of (guint32 index, gpointer canvas);

/* --- sy-canvas-view.c --- */
void sy_canvas_view_changed (SyCanvas *canvas);
GtkAllocation sy_canvas_place_minimap (SyCanvas *canvas);
/* Layout or size are others: shows what is aimed at. */
void sy_canvas_take_aim (SyCanvas *canvas);
/* Something happens: the first of it comes in sight, unless the user has moved. */
void sy_canvas_aim_at_news (SyCanvas *canvas);
/* The user acts: the layout is not improved behind their back. */
void sy_canvas_user_acts (SyCanvas *canvas);
void sy_canvas_zoom_at (SyCanvas *canvas, double zoom, double x, double y);
/* At a size at which its name can be read */
void sy_canvas_reveal (SyCanvas *canvas, guint32 task);

/* --- sy-canvas-layout.c --- */
void sy_canvas_start_layout (SyCanvas *canvas);
void sy_canvas_cancel_layout (SyCanvas *canvas);
/* All of the quick layout's picture is there: time for a better one, if one is wanted */
void sy_canvas_improve_layout (SyCanvas *canvas);
/* Other places are pinned, or the same elsewhere. */
void sy_canvas_take_places (SyCanvas *canvas);
/* The same tasks: some are elsewhere, or not painted while they are dragged. What does not change is not painted again. */
void sy_canvas_alter (SyCanvas *canvas, SyGeometry *geometry);
/* Another workflow of the same tasks and needs: no layout. FALSE: they are others. */
gboolean sy_canvas_rebind (SyCanvas *canvas);
/* Other branches are collapsed than before */
void sy_canvas_start_collapsed_layout (SyCanvas *canvas);
/* Which tasks and edges the longest path by past durations takes, and the caption. */
void sy_canvas_update_critical (SyCanvas *canvas);

/* --- sy-canvas-draw.c --- */
void sy_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot);
/* The node's box on the screen, as the tiles have it */
SyRect sy_canvas_screen_box (SyCanvas *canvas, guint32 task);

/* --- sy-canvas-chips.c --- */
void sy_canvas_find_chips (SyCanvas *canvas);
/* (transfer full) (nullable): NULL = far too many */
GArray *sy_canvas_tasks_of_branch (const SyWorkflow *workflow, guint32 child);
void sy_canvas_clear_chips (SyCanvas *canvas);
void sy_canvas_touch_chips (SyCanvas *canvas);
void sy_canvas_draw_chips (SyCanvas *canvas, GtkSnapshot *snapshot);
guint32 sy_canvas_chip_at (SyCanvas *canvas, double x, double y);
/* The edge near a point of the canvas; G_MAXUINT32: none, or none is to be told apart at this zoom */
guint32 sy_canvas_edge_at (SyCanvas *canvas, double x, double y);
/* "topics: 52 %, about 40 s left, 1 failed"; (transfer full) */
char *sy_canvas_describe_chip (SyCanvas *canvas, guint32 chip);

/* --- sy-canvas-collapse.c --- */
/* For a layout: in whose place each task is to be drawn; (transfer full) (nullable): NULL = nothing is collapsed */
guint32 *sy_canvas_find_shown (SyCanvas *canvas);
/* The layout has come: which tasks stand in each collapsed node */
void sy_canvas_note_collapsed (SyCanvas *canvas);
void sy_canvas_hold_anchor (SyCanvas *canvas);
/* (transfer none) (nullable): the tasks of a collapsed node; NULL = it is a task */
const GArray *sy_canvas_get_collapsed (SyCanvas *canvas, guint32 task);
gboolean sy_canvas_is_any_selected (SyCanvas *canvas, guint32 task);
void sy_canvas_select_collapsed (SyCanvas *canvas, guint32 task);
void sy_canvas_collapse (SyCanvas *canvas, guint32 child);
/* The group of @task; refused where its tasks are not closed */
void sy_canvas_collapse_group (SyCanvas *canvas, guint32 task);
void sy_canvas_expand (SyCanvas *canvas, guint32 child);
void sy_canvas_collapse_all (SyCanvas *canvas);
void sy_canvas_expand_all (SyCanvas *canvas);

/* --- sy-canvas-input.c, sy-canvas-keys.c, sy-canvas-menu.c --- */
void sy_canvas_add_controllers (SyCanvas *canvas);
/* FALSE: there is no group's name */
gboolean sy_canvas_select_frame (SyCanvas *canvas, double x, double y, gboolean add);
void sy_canvas_add_keys (SyCanvas *canvas);
/* FALSE: nothing was dragged */
gboolean sy_canvas_cancel_drag (SyCanvas *canvas);
void sy_canvas_install_actions (GtkWidgetClass *klass);
/* At what is there (screen): a task (the selection), an edge, a branch's chip, or the ground */
void sy_canvas_show_menu (SyCanvas *canvas, SyCanvasMenu which, double x, double y);
/* The group "show": critical, all-edges, follow */
void sy_canvas_add_switches (SyCanvas *canvas);
void sy_canvas_select_branch (SyCanvas *canvas, guint32 chip);

/* --- sy-canvas-a11y.c --- */
void sy_canvas_update_proxies (SyCanvas *canvas);
void sy_canvas_schedule_proxies (SyCanvas *canvas);
void sy_canvas_clear_proxies (SyCanvas *canvas);
void sy_canvas_allocate_proxies (SyCanvas *canvas);
void sy_canvas_proxy_states (SyCanvas *canvas);

G_END_DECLS
