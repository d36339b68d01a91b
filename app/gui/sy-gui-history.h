/* sy-gui-history.h: the controller's part for all runs of a workflow: reading them, changing one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"

G_BEGIN_DECLS

/* Main thread; a thread of its own reads, so that it holds up nothing else. */
typedef struct _SyGuiHistory SyGuiHistory;

SyGuiHistory *sy_gui_history_new (void);
/* What was asked is still done; no answer comes any more. */
void sy_gui_history_free (SyGuiHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyGuiHistory, sy_gui_history_free)

void sy_gui_history_read (SyGuiHistory *history, const char *workflow_path, SyControllerHistory reply, gpointer data);
void sy_gui_history_compare (SyGuiHistory *history, const char *a, const char *b, SyControllerComparison reply, gpointer data);
void sy_gui_history_change (SyGuiHistory *history, const char *uuid, SyRunChange change, const char *text, SyControllerReply reply,
                            gpointer data);

G_END_DECLS
