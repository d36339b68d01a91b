/* sy-branch-list.h: the branches of a fork: how far each is, and what can be done to it as one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_BRANCH_LIST (sy_branch_list_get_type ())
G_DECLARE_FINAL_TYPE (SyBranchList, sy_branch_list, SY, BRANCH_LIST, GtkWidget)

/* Hidden while the task shown is no fork. Its menus use the actions "branch.…" with the target "FORK/CHILD". */
GtkWidget *sy_branch_list_new (void);
/* Shows the branches of @fork (index); @model: (nullable): a document without a run, or none */
void sy_branch_list_show (SyBranchList *list, SyRunModel *model, guint32 fork);
/* States have changed. */
void sy_branch_list_refresh (SyBranchList *list);

G_END_DECLS
