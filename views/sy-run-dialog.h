/* sy-run-dialog.h: the form of a workflow's parameters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef struct
{
  const char *const *params;    /* "name=value", NULL-terminated */
  const char *only;             /* (nullable) the task to stop after */
} SyRunWish;

typedef struct
{
  /* @wish: (nullable): NULL: cancelled. Called once. */
  void (*answer) (const SyRunWish *wish, gpointer data);
  /* What would run, in words; (transfer full) */
  char *(*describe) (const SyRunWish *wish, gpointer data);
} SyRunDialogFuncs;

/* @last: (nullable): name -> text, values of the run before, which are shown first; @whole: FALSE: what is to run is chosen already */
void sy_run_dialog_present (GtkWindow *parent, SyWorkflow *workflow, GHashTable *last, gboolean whole, const SyRunDialogFuncs *funcs,
                            gpointer data);
/* What a dry run said */
void sy_run_dialog_tell_plan (GtkWindow *parent, const char *text);

G_END_DECLS
