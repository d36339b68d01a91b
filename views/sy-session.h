/* sy-session.h: what one window looks at: selection, filter, instant; views bind to it, not to each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-look.h"
#include "core/model/sy-run-grid.h"
#include "views/sy-design.h"
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
 *   last-states boolean                while a document is edited: how its tasks ended before; TRUE to begin with
 *   design      SyDesign (nullable)    the document that is edited; its model is the one shown
 *   status      string                 status line: the last important change, for all and for screen readers
 * Signals:
 *   selection-changed ()
 *   history-changed ()                 what the last runs say of tasks
 *   plan-changed ()                    the re-run preview began, changed or ended
 *   rerun-started (GArray numbers)     (element-type guint32) the runner has agreed; in start order
 *   reveal (guint task)                show this task on the canvas
 *   show-output (guint task)           open the output pane on it, at the first error line
 *   show-attempt (guint task, guint n) open the output pane on an older attempt
 */
SySession *sy_session_new (SyController *controller);
SyController *sy_session_get_controller (SySession *session); /* (transfer none) */

SyRunModel *sy_session_get_model (SySession *session);           /* (transfer none) (nullable) */
void sy_session_set_model (SySession *session, SyRunModel *model); /* @model: (nullable) */

SyDesign *sy_session_get_design (SySession *session);            /* (transfer none) (nullable) */
void sy_session_set_design (SySession *session, SyDesign *design); /* @design: (nullable): leaves its model shown */

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
/* In the status line: "entities: exit 3 · 2 attempts", "12 selected" or how the run is; follows what changes until something else is said.
 * Done by itself where the selection moves; a preview keeps its sentence. */
void sy_session_say_where (SySession *session);

/* TRUE if filter and find leave the task undimmed */
gboolean sy_session_matches (SySession *session, guint32 task);

/* The preview of a re-run (interaction.md); NULL = none. The plan is recomputed when states change meanwhile. */
void sy_session_begin_rerun (SySession *session, SyRerunScope scope, const guint32 *numbers, guint n_numbers);
/* Includes or excludes a task (index); the closure is kept: a refusal is told in the status line. */
void sy_session_toggle_in_plan (SySession *session, guint32 task);
void sy_session_end_rerun (SySession *session);
const SyRerunPlan *sy_session_get_plan (SySession *session);  /* (nullable) */
/* What the preview says of a task (index); @order: (out) (optional): place among those that will run, from 1, else 0 */
SyPlanMark sy_session_get_mark (SySession *session, guint32 task, guint *order);
/* "3 will run (1 was done already), 12 reused, 23 stay · about 50 s"; (transfer full) (nullable) */
char *sy_session_describe_plan (SySession *session);
/* How the set is made; SY_PLAN_CHOSEN: task by task */
typedef enum { SY_PLAN_BLOCKED, SY_PLAN_FROM, SY_PLAN_ONLY, SY_PLAN_BRANCH, SY_PLAN_WHOLE, SY_PLAN_CHOSEN, SY_N_PLAN_KINDS } SyPlanKind;
SyPlanKind sy_session_get_plan_kind (SySession *session);
/* TRUE if this preview can be made of that kind */
gboolean sy_session_may_plan (SySession *session, SyPlanKind kind);
void sy_session_set_plan_kind (SySession *session, SyPlanKind kind);
/* By how many tasks the set grew by itself since it was shown last; told once. */
guint sy_session_take_plan_growth (SySession *session);
/* TRUE if a task that was done runs again */
gboolean sy_session_plan_repeats (SySession *session);
/* The preview of the whole run */
void sy_session_begin_rerun_whole (SySession *session);
/* What happens to running tasks of the set; then-again by default. */
SyRerunRunning sy_session_get_plan_running (SySession *session);
void sy_session_set_plan_running (SySession *session, SyRerunRunning running);
/* The request carries what was seen: where the run has changed meanwhile it is refused, and the new preview is shown. */
void sy_session_confirm_rerun (SySession *session);

const char *sy_session_get_find (SySession *session);            /* (nullable) */
void sy_session_set_find (SySession *session, const char *text);
guint sy_session_get_states (SySession *session);
void sy_session_set_states (SySession *session, guint states);
gint64 sy_session_get_instant (SySession *session);
/* Shows the run as it was; 0 = live. The fold of that instant comes from the controller. */
void sy_session_set_instant (SySession *session, gint64 wall_us);
gboolean sy_session_get_follow (SySession *session);
void sy_session_set_follow (SySession *session, gboolean follow);
gboolean sy_session_get_all_edges (SySession *session);
void sy_session_set_all_edges (SySession *session, gboolean all);
gboolean sy_session_get_critical (SySession *session);
void sy_session_set_critical (SySession *session, gboolean critical);
gboolean sy_session_get_last_states (SySession *session);
void sy_session_set_last_states (SySession *session, gboolean last_states);

/* What the last runs say of tasks, once they have been read; the history pane gives it, and tells when there is more. */
typedef const SyGridRow *(*SyHistoryFind) (gpointer data, const char *id);
void sy_session_set_history (SySession *session, SyHistoryFind find, gpointer data); /* @find: (nullable): forgets, and tells nobody */
const SyGridRow *sy_session_get_history (SySession *session, guint32 task);  /* (nullable) (transfer none): until the main loop goes on */
gboolean sy_session_is_flaky (SySession *session, guint32 task);

void sy_session_reveal (SySession *session, guint32 task);
void sy_session_show_output (SySession *session, guint32 task);
void sy_session_show_attempt (SySession *session, guint32 task, guint32 attempt);
const char *sy_session_get_status (SySession *session);          /* never NULL */
void sy_session_set_status (SySession *session, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_END_DECLS
