/* sy-run-dialog.h: the form of a workflow's parameters
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* @params: (nullable): "name=value", NULL-terminated; NULL: cancelled. Called once. */
typedef void (*SyRunDialogAnswer) (const char *const *params, gpointer data);

void sy_run_dialog_present (GtkWindow *parent, SyWorkflow *workflow, SyRunDialogAnswer answer, gpointer data);

G_END_DECLS
