/* sy-session.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-session-private.h"

#include "core/model/sy-words.h"

#include <string.h>

enum
{
  PROP_0,
  PROP_MODEL,
  PROP_FOCUS,
  PROP_FIND,
  PROP_STATES,
  PROP_INSTANT,
  PROP_FOLLOW,
  PROP_ALL_EDGES,
  PROP_CRITICAL, PROP_LAST_STATES,
  PROP_STATUS,
  PROP_DESIGN,
  N_PROPS
};
static GParamSpec *props[N_PROPS];

enum
{
  SELECTION_CHANGED,
  PLAN_CHANGED,
  HISTORY_CHANGED,
  RERUN_STARTED,
  REVEAL,
  SHOW_OUTPUT,
  SHOW_ATTEMPT,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SySession, sy_session, G_TYPE_OBJECT)

void
sy_session_emit_plan_changed (SySession *self)
{
  g_signal_emit (self, signals[PLAN_CHANGED], 0);
}

void
sy_session_emit_rerun_started (SySession *self, GArray *numbers)
{
  g_signal_emit (self, signals[RERUN_STARTED], 0, numbers);
}

static guint32
n_tasks (SySession *self)
{
  return self->model != NULL ? sy_run_model_get_workflow (self->model)->n_tasks : 0;
}

/* --- find and filter --- */

static gboolean
text_matches (const char *text, const char *folded)
{
  g_autofree char *own = text != NULL ? g_utf8_casefold (text, -1) : NULL;

  return own != NULL && strstr (own, folded) != NULL;
}

static void
update_found (SySession *self)
{
  g_autofree char *folded = NULL;
  const SyWorkflow *workflow;

  g_clear_pointer (&self->found, g_free);
  if (self->find == NULL || self->model == NULL)
    return;
  workflow = sy_run_model_get_workflow (self->model);
  folded = g_utf8_casefold (self->find, -1);
  self->found = g_malloc0 (MAX (workflow->n_tasks, 1));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    self->found[i] = text_matches (workflow->tasks[i].id, folded) || text_matches (workflow->tasks[i].label, folded);
}

gboolean
sy_session_matches (SySession *self, guint32 task)
{
  g_return_val_if_fail (SY_IS_SESSION (self), TRUE);
  if (self->model == NULL || (self->found != NULL && !self->found[task]))
    return FALSE;
  return self->states == 0 || (self->states >> sy_run_model_get_task (self->model, task)->state & 1);
}

const char *
sy_session_get_find (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  return self->find;
}

void
sy_session_set_find (SySession *self, const char *text)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (self->find, text) == 0)
    return;
  g_free (self->find);
  self->find = g_strdup (text);
  update_found (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FIND]);
}

guint
sy_session_get_states (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), 0);
  return self->states;
}

void
sy_session_set_states (SySession *self, guint states)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (self->states == states)
    return;
  self->states = states;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATES]);
}

/* --- model --- */

static void
forget_tasks (SySession *self)
{
  self->focus = SY_NO_TASK;
  sy_session_drop_selection (self);
  sy_session_plan_forget (self);
  update_found (self);
}

static void
on_structure_changed (SyRunModel *model, SySession *self)
{
  GPtrArray *names = sy_session_name_selection (self);

  forget_tasks (self);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOCUS]);
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
  g_signal_emit (self, signals[PLAN_CHANGED], 0);
  sy_session_select_names (self, names);
  sy_session_where_changed (self);
}

static void
on_changed (SyRunModel *model, GArray *tasks, SySession *self)
{
  sy_session_plan_touch (self);
  sy_session_where_changed (self);
}

static void
let_go_of_past (SySession *self)
{
  if (self->controller != NULL && self->controller->state_at != NULL)
    self->controller->state_at (self->controller, 0, NULL, NULL);
}

SyRunModel *
sy_session_get_model (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  return self->model;
}

void
sy_session_set_model (SySession *self, SyRunModel *model)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (self->model == model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    {
      g_signal_connect (model, "structure-changed", G_CALLBACK (on_structure_changed), self);
      g_signal_connect (model, "changed", G_CALLBACK (on_changed), self);
    }
  forget_tasks (self);
  if (self->instant != 0)
    let_go_of_past (self);
  self->instant = 0;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_MODEL]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOCUS]);
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INSTANT]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
  g_signal_emit (self, signals[PLAN_CHANGED], 0);
}

/* --- time --- */

typedef struct
{
  GWeakRef session;
  SyRunModel *model;    /* (owned) */
  gint64 instant;
} StateAsked;

static void ask_state (SySession *self);

/* One question at a time: while the slider is dragged each answer is shown, then the newest instant is asked for. */
static void
on_state (SyRunState *state, const GError *error, gpointer data)
{
  StateAsked *asked = data;
  g_autoptr (SySession) self = g_weak_ref_get (&asked->session);
  gboolean wanted = self != NULL && self->model == asked->model && self->instant != 0;

  if (self != NULL)
    self->state_asked = FALSE;
  if (wanted && state != NULL)
    sy_run_model_show_state (self->model, g_steal_pointer (&state), asked->instant);
  else if (wanted && error != NULL)
    sy_session_set_status (self, "%s", error->message);
  sy_run_state_free (state);
  if (self != NULL && self->instant != 0 && (!wanted || self->instant != asked->instant))
    ask_state (self);
  g_weak_ref_clear (&asked->session);
  g_object_unref (asked->model);
  g_free (asked);
}

static void
ask_state (SySession *self)
{
  StateAsked *asked;

  if (self->state_asked || self->controller == NULL || self->controller->state_at == NULL)
    return;
  self->state_asked = TRUE;
  asked = g_new0 (StateAsked, 1);
  g_weak_ref_init (&asked->session, self);
  asked->model = g_object_ref (self->model);
  asked->instant = self->instant;
  self->controller->state_at (self->controller, self->instant, on_state, asked);
}

gint64
sy_session_get_instant (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), 0);
  return self->instant;
}

void
sy_session_set_instant (SySession *self, gint64 wall_us)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (self->instant == wall_us || self->model == NULL)
    return;
  self->instant = wall_us;
  if (wall_us != 0)
    {
      sy_session_end_rerun (self);
      ask_state (self);
    }
  else
    {
      sy_run_model_show_state (self->model, NULL, 0);
      let_go_of_past (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_INSTANT]);
}

/* --- switches --- */

static void
set_flag (SySession *self, gboolean *flag, gboolean value, guint prop)
{
  if (*flag == !!value)
    return;
  *flag = !!value;
  g_object_notify_by_pspec (G_OBJECT (self), props[prop]);
}

gboolean
sy_session_get_follow (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->follow;
}

void
sy_session_set_follow (SySession *self, gboolean follow)
{
  g_return_if_fail (SY_IS_SESSION (self));
  set_flag (self, &self->follow, follow, PROP_FOLLOW);
}

gboolean
sy_session_get_all_edges (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->all_edges;
}

void
sy_session_set_all_edges (SySession *self, gboolean all)
{
  g_return_if_fail (SY_IS_SESSION (self));
  set_flag (self, &self->all_edges, all, PROP_ALL_EDGES);
}

gboolean
sy_session_get_last_states (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->last_states;
}

void
sy_session_set_last_states (SySession *self, gboolean last_states)
{
  g_return_if_fail (SY_IS_SESSION (self));
  set_flag (self, &self->last_states, last_states, PROP_LAST_STATES);
}

gboolean
sy_session_get_critical (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), FALSE);
  return self->critical;
}

void
sy_session_set_critical (SySession *self, gboolean critical)
{
  g_return_if_fail (SY_IS_SESSION (self));
  set_flag (self, &self->critical, critical, PROP_CRITICAL);
}

/* --- messages --- */

void
sy_session_reveal (SySession *self, guint32 task)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (task < n_tasks (self))
    g_signal_emit (self, signals[REVEAL], 0, task);
}

void
sy_session_show_output (SySession *self, guint32 task)
{
  g_return_if_fail (SY_IS_SESSION (self));
  if (task < n_tasks (self))
    g_signal_emit (self, signals[SHOW_OUTPUT], 0, task);
}

void
sy_session_show_attempt (SySession *self, guint32 task, guint32 attempt)
{
  g_return_if_fail (SY_IS_SESSION (self));
  g_signal_emit (self, signals[SHOW_ATTEMPT], 0, task, attempt);
}

SyController *
sy_session_get_controller (SySession *self)
{
  g_return_val_if_fail (SY_IS_SESSION (self), NULL);
  return self->controller;
}

/* --- life --- */

static void
sy_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SySession *self = SY_SESSION (object);

  switch (id)
    {
    case PROP_MODEL: g_value_set_object (value, self->model); break;
    case PROP_FOCUS: g_value_set_uint (value, self->focus); break;
    case PROP_FIND: g_value_set_string (value, self->find); break;
    case PROP_STATES: g_value_set_uint (value, self->states); break;
    case PROP_INSTANT: g_value_set_int64 (value, self->instant); break;
    case PROP_FOLLOW: g_value_set_boolean (value, self->follow); break;
    case PROP_ALL_EDGES: g_value_set_boolean (value, self->all_edges); break;
    case PROP_CRITICAL: g_value_set_boolean (value, self->critical); break;
    case PROP_LAST_STATES: g_value_set_boolean (value, self->last_states); break;
    case PROP_STATUS: g_value_set_string (value, self->status); break;
    case PROP_DESIGN: g_value_set_object (value, self->design); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sy_session_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  SySession *self = SY_SESSION (object);

  switch (id)
    {
    case PROP_MODEL: sy_session_set_model (self, g_value_get_object (value)); break;
    case PROP_FOCUS: sy_session_set_focus (self, g_value_get_uint (value)); break;
    case PROP_FIND: sy_session_set_find (self, g_value_get_string (value)); break;
    case PROP_STATES: sy_session_set_states (self, g_value_get_uint (value)); break;
    case PROP_INSTANT: sy_session_set_instant (self, g_value_get_int64 (value)); break;
    case PROP_FOLLOW: sy_session_set_follow (self, g_value_get_boolean (value)); break;
    case PROP_ALL_EDGES: sy_session_set_all_edges (self, g_value_get_boolean (value)); break;
    case PROP_CRITICAL: sy_session_set_critical (self, g_value_get_boolean (value)); break;
    case PROP_LAST_STATES: sy_session_set_last_states (self, g_value_get_boolean (value)); break;
    default: G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sy_session_finalize (GObject *object)
{
  SySession *self = SY_SESSION (object);

  sy_session_plan_forget (self);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->design);
  g_clear_pointer (&self->shown, sy_workflow_unref);
  sy_session_drop_selection (self);
  g_free (self->found);
  g_free (self->find);
  g_free (self->status);
  G_OBJECT_CLASS (sy_session_parent_class)->finalize (object);
}

static void
sy_session_class_init (SySessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = sy_session_get_property;
  object_class->set_property = sy_session_set_property;
  object_class->finalize = sy_session_finalize;
  props[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, SY_TYPE_RUN_MODEL, flags);
  props[PROP_FOCUS] = g_param_spec_uint ("focus", NULL, NULL, 0, G_MAXUINT, SY_NO_TASK, flags);
  props[PROP_FIND] = g_param_spec_string ("find", NULL, NULL, NULL, flags);
  props[PROP_STATES] = g_param_spec_uint ("states", NULL, NULL, 0, (1u << SY_N_STATES) - 1, 0, flags);
  props[PROP_INSTANT] = g_param_spec_int64 ("instant", NULL, NULL, 0, G_MAXINT64, 0, flags);
  props[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, FALSE, flags);
  props[PROP_ALL_EDGES] = g_param_spec_boolean ("all-edges", NULL, NULL, FALSE, flags);
  props[PROP_CRITICAL] = g_param_spec_boolean ("critical", NULL, NULL, FALSE, flags);
  props[PROP_LAST_STATES] = g_param_spec_boolean ("last-states", NULL, NULL, TRUE, flags);
  props[PROP_STATUS] = g_param_spec_string ("status", NULL, NULL, "", G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  props[PROP_DESIGN] = g_param_spec_object ("design", NULL, NULL, SY_TYPE_DESIGN, G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[HISTORY_CHANGED] = g_signal_new ("history-changed", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PLAN_CHANGED] = g_signal_new ("plan-changed", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RERUN_STARTED]
    = g_signal_new ("rerun-started", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_ARRAY);
  signals[REVEAL] = g_signal_new ("reveal", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SHOW_OUTPUT] = g_signal_new ("show-output", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SHOW_ATTEMPT] = g_signal_new ("show-attempt", SY_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                        G_TYPE_UINT);
}

static void
sy_session_init (SySession *self)
{
  self->last_states = TRUE;
  self->focus = SY_NO_TASK;
  self->status = g_strdup ("");
  self->plan_running = SY_RUNNING_THEN_AGAIN;
}

SySession *
sy_session_new (SyController *controller)
{
  SySession *self = g_object_new (SY_TYPE_SESSION, NULL);

  self->controller = controller;
  return self;
}
