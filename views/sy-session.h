/* sy-session.h: what one window looks at: selection, filter, instant; views bind to it, not to each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-run-model.h"

G_BEGIN_DECLS

#define SY_TYPE_SESSION (sy_session_get_type ())
G_DECLARE_FINAL_TYPE (SySession, sy_session, SY, SESSION, GObject)

/*
 * Main thread only. Properties (explicit notify):
 *   model       SyRunModel (nullable)   the run or document shown
 *   focus       guint                  task index that the inspector shows, SY_NO_TASK = none (as G_MAXUINT)
 *   find        string                 dims what does not match
 *   states      guint                  bit set of SyState that are not dimmed; 0 = all
 *   instant     gint64                 wall µs shown; 0 = live (the newest)
 *   follow      boolean                the canvas follows what starts
 *   all-edges   boolean
 *   critical    boolean                critical path emphasised
 *   status      string                 status line: the last important change, for all and for screen readers
 * Signals:
 *   selection-changed ()
 *   plan-changed ()                    the re-run preview began, changed or ended
 *   reveal (guint task)                show this task on the canvas
 *   show-output (guint task)           open the output pane on it, at the first error line
 */
SySession *sy_session_new (SyController *controller);
SyController *sy_session_get_controller (SySession *session); /* (transfer none) */

SyRunModel *sy_session_get_model (SySession *session);           /* (transfer none) (nullable) */
void sy_session_set_model (SySession *session, SyRunModel *view);

guint32 sy_session_get_focus (SySession *session);
void sy_session_set_focus (SySession *session, guint32 task);
gboolean sy_session_is_selected (SySession *session, guint32 task);
guint sy_session_get_n_selected (SySession *session);
/* (element-type guint32) (transfer full): indices, ascending */
GArray *sy_session_get_selection (SySession *session);
void sy_session_select (SySession *session, guint32 task, gboolean extend);   /* also the focus */
void sy_session_toggle (SySession *session, guint32 task);
void sy_session_select_many (SySession *session, const guint32 *tasks, guint n_tasks);
void sy_session_clear_selection (SySession *session);

/* TRUE if filter and find leave the task undimmed */
gboolean sy_session_matches (SySession *session, guint32 task);

/* The preview of a re-run (interaction.md); NULL = none. The plan is recomputed when states change meanwhile. */
void sy_session_begin_rerun (SySession *session, SyRerunScope scope, const guint32 *numbers, guint n_numbers);
void sy_session_toggle_in_plan (SySession *session, guint32 task);
void sy_session_end_rerun (SySession *session);
const SyRerunPlan *sy_session_get_plan (SySession *session);  /* (nullable) */
/* will_run: 1 + order; again: + G_MAXUINT16 flag; 0 = not in the plan. See sy-look.h. */
guint sy_session_plan_mark (SySession *session, guint32 task);
void sy_session_confirm_rerun (SySession *session);

void sy_session_set_status (SySession *session, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
