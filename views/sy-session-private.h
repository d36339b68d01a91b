/* sy-session-private.h: what the session's files share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

G_BEGIN_DECLS

struct _SySession
{
  GObject parent;

  SyController *controller; /* borrowed (nullable) */
  SyRunModel *model;    /* (owned) (nullable) */
  SyDesign *design;     /* (owned) (nullable) */
  SyWorkflow *shown;    /* (owned) (nullable) that the indices below are of, while a document is edited */
  guint32 focus;
  guint8 *selected;     /* (owned) (nullable) by index */
  guint n_selected;
  char *find;           /* (owned) (nullable) */
  guint8 *found;        /* (owned) (nullable) by index; NULL: nothing is sought */
  guint states;
  gint64 instant;
  gboolean state_asked; /* the controller has not answered yet */
  gboolean follow, all_edges, critical, last_states;
  SyHistoryFind find_history;   /* (nullable) */
  gpointer history;
  char *status;
  gboolean status_is_where; /* it says what is looked at, and follows that */

  /* the preview of a re-run */
  SyRerunPlan *plan;    /* (owned) (nullable) */
  SyRerunScope plan_scope;
  SyRerunRunning plan_running;
  SyPlanKind plan_kind;
  GArray *plan_tasks;   /* (owned) (nullable) numbers asked for */
  GArray *plan_asked;   /* (owned) (nullable) numbers from which the other kinds are made */
  guint8 *plan_marks;   /* (owned) (nullable) SyPlanMark by index */
  guint32 *plan_order;  /* (owned) (nullable) by index */
  guint plan_again;     /* of those that will run: done already */
  guint plan_growth;
  guint plan_source;    /* states changed: to be computed again */
};

/* --- sy-session-select.c --- */
/* Forgets the selection without telling. */
void sy_session_drop_selection (SySession *session);
/* Notes by name what is selected and in focus, before the indices mean something else. (transfer full) (nullable) */
GPtrArray *sy_session_name_selection (SySession *session);
/* Selects it again; the first name is the focus. Takes @names. */
void sy_session_select_names (SySession *session, GPtrArray *names);

/* --- sy-session-status.c --- */
/* States changed: what is said of the task in focus may be another now. */
void sy_session_where_changed (SySession *session);

void sy_session_emit_plan_changed (SySession *session);
void sy_session_emit_rerun_started (SySession *session, GArray *numbers);
/* Begins a preview; the reason why not is in the status line. */
void sy_session_show_plan (SySession *session, SyRerunScope scope, GArray *tasks, SyPlanKind kind);
/* Drops the plan without telling. */
void sy_session_plan_forget (SySession *session);
/* States changed: the plan is computed again soon. */
void sy_session_plan_touch (SySession *session);

G_END_DECLS
