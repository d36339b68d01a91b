/* sy-text-pane-private.h: what the text pane's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-text-pane.h"

G_BEGIN_DECLS

struct _SyTextPane
{
  GtkWidget parent;

  SyTextModel *model;   /* (owned) (nullable) */
  GSimpleActionGroup *actions;
  char *facts_text, *name;
  gboolean follow, wants_match, plain_shown, plain_end;
  guint64 search_from;  /* the first match behind it is gone to */
  char *query_error;    /* (nullable) */

  /* template */
  GtkLabel *title, *facts, *count;
  GtkWidget *empty;
  GtkSearchBar *search_bar;
  GtkEditable *entry;
  GtkToggleButton *match_case, *regex;
  GtkMenuButton *more;
  GtkStack *stack;
  GtkBox *view_box;
  GtkTextView *plain;
  GtkWidget *view, *menu;
};

/* --- sy-text-pane.c --- */
void sy_text_pane_say (SyTextPane *pane, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The text, the text to walk in, or why there is none */
void sy_text_pane_show_page (SyTextPane *pane);

/* --- sy-text-pane-take.c --- */
/* Actions copy, select-all, as-text and save */
void sy_text_pane_add_take_actions (SyTextPane *pane);

G_END_DECLS
