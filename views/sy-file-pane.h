/* sy-file-pane.h: the workflow file as text: of a run to be read, of a document to be edited
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"
#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FILE_PANE (sy_file_pane_get_type ())
G_DECLARE_FINAL_TYPE (SyFilePane, sy_file_pane, SY, FILE_PANE, GtkWidget)

/*
 * Actions (group "file"): fix, go-to-task. Asks for win.edit and win.show-file where a run is shown whose file has changed.
 * Signals:
 *   show-graph ()      a task was gone to
 */
/* While the session has a document, that is shown and can be edited. */
GtkWidget *sy_file_pane_new (SySession *session);

/* To be read only; of no effect while there is a document. @text: (nullable) */
void sy_file_pane_set_text (SyFilePane *pane, GBytes *text);
/* Sends what was typed and not sent yet; before saving, and before anything else changes the document. */
void sy_file_pane_flush (SyFilePane *pane);
/* From 1; takes the keyboard focus */
void sy_file_pane_show_line (SyFilePane *pane, guint line);
/* From 1, in characters: the word there is selected; takes the keyboard focus */
void sy_file_pane_show_place (SyFilePane *pane, guint line, guint column);
/* Bytes of the newest revision, selected; takes the keyboard focus */
void sy_file_pane_show_bytes (SyFilePane *pane, gsize start, gsize end);

G_END_DECLS
