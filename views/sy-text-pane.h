/* sy-text-pane.h: a text with its buttons: follow, wrap, first error, search, copy, save
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"
#include "views/sy-text-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_TEXT_PANE (sy_text_pane_get_type ())
G_DECLARE_FINAL_TYPE (SyTextPane, sy_text_pane, SY, TEXT_PANE, GtkWidget)

/*
 * Actions "text.…" of the pane: follow, wrap, times, first-error, find, copy, select-all, as-text, save.
 * Signal: say (string): something that the user is to know
 */
GtkWidget *sy_text_pane_new (void);
/* @model: (nullable); @follows: it may grow, and its end is shown first */
void sy_text_pane_set_model (SyTextPane *pane, SyTextModel *model, gboolean follows);
SyTextModel *sy_text_pane_get_model (SyTextPane *pane); /* (nullable) */
/* @facts: (nullable); sizes are added */
void sy_text_pane_set_title (SyTextPane *pane, const char *title, const char *facts);
/* Said where there is no line */
void sy_text_pane_set_empty (SyTextPane *pane, const char *text);
/* The name that is offered for saving */
void sy_text_pane_set_name (SyTextPane *pane, const char *name);
void sy_text_pane_go_to_error (SyTextPane *pane);
void sy_text_pane_find (SyTextPane *pane);
void sy_text_pane_find_next (SyTextPane *pane, gboolean backward);
/* As a text to walk in with the keyboard, and back; at most 1 MiB of it */
void sy_text_pane_toggle_plain (SyTextPane *pane);

G_END_DECLS
