/* sy-output-view-private.h: the parts of the view of lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-output-view.h"

G_BEGIN_DECLS

#define SY_OUTPUT_LINE_BYTES 4000 /* of one line are drawn */

struct _SyOutputView
{
  GtkWidget parent;

  SyTextModel *model;           /* (owned) (nullable) */
  GtkAdjustment *lines;         /* (owned) */
  PangoLayout *layout;          /* (owned) */
  SyTextLine line;              /* of the line being drawn; text owned */
  GString *shown;               /* (owned) as it is shown */
  int line_height, char_width;
  double x;                     /* scrolled to the right, pixels */
  gboolean wrap, times;
  guint64 marked;
  gboolean reveals;             /* it is to be brought into view as soon as that can be done */
  double rest;                  /* of a fine scroll */

  gboolean selected, selecting;
  SyOutputPlace anchor, head;

  GPtrArray *rows;              /* (owned) accessibles of the lines in view, children */
  guint64 first;                /* line that is drawn first */
  GArray *row_tops;             /* int: where each begins, pixels; and where the last one ends */
  guint row_timer;
};

/* Puts a line into the layout; FALSE = it is not in memory yet */
gboolean sy_output_view_set_line (SyOutputView *self, guint64 line);
int sy_output_view_get_left (SyOutputView *self); /* pixels before the text */
guint64 sy_output_view_get_n_lines (SyOutputView *self);

/* sy-output-select.c */
void sy_output_view_add_selecting (SyOutputView *self);

/* sy-output-rows.c */
/* Soon: what screen readers are told of the lines in view */
void sy_output_view_queue_rows (SyOutputView *self);
void sy_output_view_allocate_rows (SyOutputView *self);
void sy_output_view_drop_rows (SyOutputView *self);

G_END_DECLS
