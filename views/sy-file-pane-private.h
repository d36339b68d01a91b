/* sy-file-pane-private.h: the File pane's parts, shared by its files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-text-diff.h"
#include "views/sy-file-pane.h"
#include "views/sy-problem-gutter.h"
#include "views/sy-text-sync.h"

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

struct _SyFilePane
{
  GtkWidget parent;

  SySession *session;           /* (owned) (nullable) once disposed */
  SyRunModel *model;            /* (owned) (nullable) whose signals are connected */
  SyDesign *design;             /* (owned) (nullable) */
  SyTextSync *sync;             /* (owned) (nullable) while a document is edited whose text can be shown */
  GtkRevealer *notice;
  GtkLabel *notice_label;
  GtkSourceView *view;
  GtkSourceBuffer *buffer;      /* of the view */
  GBytes *unseen;               /* (owned) (nullable) of a run: comes into the buffer when the pane is in sight */
  GtkTextTag *error_tag, *hint_tag;
  GSimpleActionGroup *actions;  /* (owned) */
  SyTextHunk typed;             /* from the revision to what is shown */
  gboolean typed_known;
  guint send_source;
  SyProblemGutter *gutter;
  guint tagged;                 /* problems underlined last */
  guint undo_wanted;            /* steps, once what was typed is sent; redo where negative is not needed: it is sent at once */
  gboolean applying;            /* what changes in the buffer is not typed */
  char *followed;               /* (nullable) id of the task that the cursor went to last, while it has the focus */
  guint forget_source;
  gboolean go_there;            /* the cursor goes to the task with the focus when the pane is in sight */
};

/* sy-file-edit.c: the buffer and the document */
void sy_file_edit_start (SyFilePane *self);
void sy_file_edit_stop (SyFilePane *self);
void sy_file_edit_watch (SyFilePane *self, GtkSourceBuffer *buffer);
/* Byte of the newest revision <-> place in the buffer */
void sy_file_edit_get_iter (SyFilePane *self, gsize byte, GtkTextIter *iter);
gsize sy_file_edit_get_byte (SyFilePane *self, const GtkTextIter *iter);
void sy_file_edit_undo (SyFilePane *self);
void sy_file_edit_redo (SyFilePane *self);

/* sy-file-problems.c */
void sy_file_problems_add (SyFilePane *self);           /* to the view, once */
void sy_file_problems_prepare (SyFilePane *self);       /* for a new buffer */
void sy_file_problems_show (SyFilePane *self);
/* (nullable): what is wrong at the cursor, else in its line; @fixable: only what can be mended by itself */
const SyDesignProblem *sy_file_problems_at_cursor (SyFilePane *self, gboolean fixable);
void sy_file_problems_fix (SyFilePane *self);
void sy_file_problems_silence (SyFilePane *self);

/* sy-file-pane.c */
void sy_file_pane_update_actions (SyFilePane *self);

G_END_DECLS
