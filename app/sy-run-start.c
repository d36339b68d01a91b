/* sy-run-start.c: making a run, and taking over one that nobody runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-start.h"

#include "app/sy-command.h"
#include "app/sy-request.h"
#include "app/sy-run-json.h"
#include "app/sy-run-report.h"
#include "app/sy-run-signals.h"
#include "core/base/sy-error.h"
#include "core/engine/sy-control.h"
#include "core/store/sy-doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define QUEUE_INTERVAL_US 200000

/* A run in the making */
typedef struct
{
  SyStateDir *dir;
  SyRunDir *run;
  SyRunLog *log;
  SyRunState *state;    /* of what is in the log */
  SyDefinitions *definitions;
  SyIndex *index;
  SyExecutor *keepers;  /* (nullable) */
  int lock;             /* of the starts; -1 = none */
  guint32 number;
  gint64 created_us;
} NewRun;

static void
unlock_starts (NewRun *new_run)
{
  if (new_run->lock >= 0)
    close (new_run->lock);
  new_run->lock = -1;
}

static void
new_run_clear (NewRun *new_run)
{
  unlock_starts (new_run);
  g_clear_pointer (&new_run->state, sy_run_state_free);
  g_clear_pointer (&new_run->definitions, sy_definitions_free);
  g_clear_pointer (&new_run->index, sy_index_free);
  g_clear_pointer (&new_run->run, sy_run_dir_free);
  g_clear_pointer (&new_run->dir, sy_state_dir_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NewRun, new_run_clear)

/* --- two runs of one file --- */

/* Serialises the starts of runs: "is there one already?" and the making of the next. −1 + error */
static int
lock_starts (SyStateDir *dir, GError **error)
{
  int fd = openat (sy_state_dir_get_fd (dir), "starts", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  int failure = fd >= 0 ? sy_run_signals_lock (fd) : errno;

  if (failure == 0)
    return fd;
  if (failure == EINTR)
    g_set_error (error, SY_ERROR, SY_ERROR_CANCELLED, "interrupted: nothing was started");
  else
    sy_error_set_errno (error, failure, "lock %s/starts", sy_state_dir_get_path (dir));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
check_concurrency (SyIndex *index, const SyRunStart *start, GError **error)
{
  char uuid[37];
  guint32 number;

  if (start->workflow->concurrency != SY_CONCURRENCY_REFUSE
      || !sy_index_find_living (index, start->path, 0, uuid, &number))
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_OWNED,
               "run %.8s (#%u) of %s is going on; wait for it, cancel it (switchyard cancel %.8s), or allow two runs: "
               "“concurrency: queue” or “concurrency: allow” in the file",
               uuid, number, start->path, uuid);
  return FALSE;
}

/* A run of this file that was interrupted is no hindrance, but its work would be done twice by who does not know of it. */
static void
say_left (SyIndex *index, const SyRunStart *start)
{
  SyRunStatus status;
  char uuid[37];

  if (start->show == SY_SHOW_PROGRESS && sy_index_find_left (index, start->path, uuid, &status))
    sy_complain ("run %.8s of this file %s; this is a new one (“switchyard resume %.8s” goes on with that)", uuid,
                 status == SY_RUN_PAUSED ? "is paused" : "was interrupted", uuid);
}

/* FALSE: interrupted meanwhile */
static gboolean
wait_for_turn (NewRun *new_run, SyRunStart *start)
{
  guint32 said = 0;

  if (start->workflow->concurrency != SY_CONCURRENCY_QUEUE)
    return TRUE;
  unlock_starts (new_run);
  while (!sy_run_signals_came ())
    {
      g_autoptr (SyIndex) index = sy_index_open (new_run->dir, SY_INDEX_READ, NULL);
      char uuid[37];
      guint32 other;

      if (index == NULL || !sy_index_find_living (index, start->path, new_run->number, uuid, &other))
        break;
      if (other != said)
        sy_complain ("queued behind run %.8s (#%u) of this file", uuid, other);
      said = other;
      sy_run_announce (new_run->run, &start->ready_fd);
      g_usleep (QUEUE_INTERVAL_US);
    }
  return !sy_run_signals_came ();
}

/* --- a new run --- */

static void
add_event (GArray *events, NewRun *new_run, SyEventKind kind, gint64 value, char *text)
{
  SyEvent event = { .kind = kind, .by = SY_BY_USER, .value = value, .text = text };

  event.time = sy_clock_now (sy_clock_real ());
  event.time.wall_us = MAX (event.time.wall_us, new_run->created_us);
  event.boot = sy_run_log_get_sink (new_run->log)->boot;
  event.seq = sy_run_log_get_last_seq (new_run->log) + 1 + events->len;
  g_array_append_val (events, event);
}

/* A reader of the log would find the same. */
static gboolean
fold_first_events (NewRun *new_run, SyWorkflow *workflow, const GArray *events, GError **error)
{
  new_run->state = sy_run_state_new (workflow);
  for (guint i = 0; i < events->len; i++)
    if (!sy_apply_event (new_run->state, new_run->definitions, NULL, &g_array_index (events, SyEvent, i), error))
      return FALSE;
  return TRUE;
}

/* They are committed while all else is made ready: the runner waits for that before it lets anything start. */
static gboolean
write_first_events (NewRun *new_run, const SyRunStart *start, GError **error)
{
  SyLogSink *sink = sy_run_log_get_sink (new_run->log);
  SyLogBatch batch = { .events = sy_event_array_new (),
                       .states = g_array_new (FALSE, TRUE, sizeof (SyStateRow)) };
  guint32 n = sy_run_log_add_definition (new_run->log, start->path, start->workflow->sha256, start->bytes);

  start->settings->n_tasks = start->workflow->n_tasks;
  add_event (batch.events, new_run, SY_EVENT_RUN_CREATED, start->settings->slots,
             sy_run_settings_to_json (start->settings));
  add_event (batch.events, new_run, SY_EVENT_DEFINITION_ADDED, n, NULL);
  if (!fold_first_events (new_run, start->workflow, batch.events, error))
    {
      sy_log_batch_clear (&batch);
      return FALSE;
    }
  sink->submit (sink, &batch, NULL, NULL);
  return start->workflow->concurrency != SY_CONCURRENCY_QUEUE || sink->flush (sink, error);
}

/* They come up while the log is being made; one that is queued may wait for long. */
static void
begin_keepers (NewRun *new_run, const SyRunStart *start, const char *const *env)
{
  const SyRunnerOptions options = {
    .run_fd = sy_run_dir_get_fd (new_run->run),
    .run_path = sy_run_dir_get_path (new_run->run),
    .run_id = sy_run_dir_get_uuid (new_run->run),
    .environment = env,
    .start_tasks = TRUE,
  };

  if (start->workflow->concurrency != SY_CONCURRENCY_QUEUE)
    new_run->keepers = sy_runner_begin_keepers (
      &options, sy_run_host_slots (start->settings, start->workflow), start->workflow->n_tasks);
}

static gboolean
make_log (NewRun *new_run, const SyRunStart *start, const char *const *env, GError **error)
{
  SyRunLogInfo info = { .workflow_path = start->path,
                        .name = start->workflow->name,
                        .number = new_run->number,
                        .created_us = new_run->created_us,
                        .rerun_of = start->rerun_of };

  if (!sy_run_dir_own (new_run->run, SY_RUN_DIR_OWN_WAIT_US, error))
    return FALSE;
  new_run->log = sy_run_log_begin (new_run->run, &info, NULL);
  begin_keepers (new_run, start, env);
  if (!sy_run_dir_write_env (new_run->run, env, error))
    return FALSE;
  sy_run_settings_mark_env (start->settings, sy_run_dir_get_uuid (new_run->run), env);
  new_run->definitions = sy_definitions_new (start->settings, new_run->run);
  return sy_definitions_add (new_run->definitions, start->workflow, error) && write_first_events (new_run, start, error);
}

static gboolean
make_run (NewRun *new_run, const SyRunStart *start, const char *const *env, GError **error)
{
  new_run->dir = sy_open_state_dir (SY_STATE_DIR_CREATE, error);
  if (new_run->dir == NULL || (new_run->lock = lock_starts (new_run->dir, error)) < 0)
    return FALSE;
  new_run->created_us = g_get_real_time ();
  if ((new_run->index = sy_index_open (new_run->dir, SY_INDEX_WRITE, error)) == NULL
      || !check_concurrency (new_run->index, start, error))
    return FALSE;
  say_left (new_run->index, start);
  return (new_run->run = sy_run_dir_create (new_run->dir, NULL, error)) != NULL
         && sy_index_add_run (new_run->index, sy_run_dir_get_uuid (new_run->run), start->path, start->workflow->name,
                              new_run->created_us, start->rerun_of, &new_run->number, error)
         && make_log (new_run, start, env, error);
}

/* What a run that could not be made has left */
static void
unmake_run (NewRun *new_run)
{
  g_autofree char *uuid = new_run->run != NULL ? g_strdup (sy_run_dir_get_uuid (new_run->run)) : NULL;

  if (uuid == NULL)
    return;
  if (new_run->keepers != NULL)
    sy_runner_dismiss_keepers (g_steal_pointer (&new_run->keepers));
  if (new_run->log != NULL)
    sy_run_log_close (g_steal_pointer (&new_run->log), NULL);
  g_clear_pointer (&new_run->run, sy_run_dir_free);
  sy_run_dir_delete (new_run->dir, uuid, NULL);
  if (new_run->index == NULL)
    new_run->index = sy_index_open (new_run->dir, SY_INDEX_WRITE, NULL);
  if (new_run->index != NULL)
    sy_index_remove_run (new_run->index, uuid, NULL);
}

static void
report (const SyRunHostOptions *options, const SyRunState *state, const SyRunnerEnd *end)
{
  SyRunFacts facts = { .dir = options->dir,
                       .run = options->run,
                       .state = state,
                       .workflow_path = options->workflow_path,
                       .name = options->name,
                       .rerun_of = options->rerun_of,
                       .number = options->number,
                       .created_us = options->created_us,
                       .begin_us = options->begin_us };
  g_autoptr (GString) out = NULL;

  if (options->show == SY_SHOW_JSON)
    sy_run_json_print (&facts);
  if (options->show == SY_SHOW_NOTHING && state->status == SY_RUN_SUCCEEDED)
    return;
  out = g_string_new (NULL);
  sy_run_report (out, &facts, end);
  fflush (stdout);
  fputs (out->str, stderr);
}

/* Old runs go once a day, at the end of a run; nobody waits for a word about it. */
static void
retain (SyStateDir *dir)
{
  g_autoptr (GPtrArray) gone = NULL;
  SyGcPolicy policy;

  if (!sy_gc_is_due (dir))
    return;
  sy_gc_policy_load (&policy);
  gone = sy_gc_run (dir, &policy, g_get_real_time (), NULL);
}

static int
host (const SyRunHostOptions *options, gboolean say)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunState) shown = NULL;
  SyRunnerEnd end = { 0 };
  gboolean ok = sy_run_host (options, &end, &shown, &error);
  int code = ok ? sy_exit_code_of_end (&end) : sy_fail (error);

  if (!ok)
    g_clear_pointer (&end.message, g_free); /* said */
  if (say && shown != NULL)
    report (options, shown, &end);
  /* A command that was done is a success, whatever it made of the run. */
  if (ok && !say && end.kind != SY_RUNNER_FAILED)
    code = SY_EXIT_OK;
  sy_runner_end_clear (&end);
  retain (options->dir);
  return code;
}

int
sy_run_start (SyRunStart *start)
{
  g_auto (NewRun) new_run = { .lock = -1 };
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) env = g_get_environ ();
  SyRunHostOptions options;
  gboolean begun = FALSE;
  int code;

  sy_run_signals_catch ();
  if (!make_run (&new_run, start, (const char *const *) env, &error))
    {
      unmake_run (&new_run);
      return sy_fail (error);
    }
  if (!wait_for_turn (&new_run, start))
    {
      unmake_run (&new_run);
      return SY_EXIT_CANCELLED;
    }
  options = (SyRunHostOptions){
    .dir = new_run.dir,
    .run = new_run.run,
    .log = g_steal_pointer (&new_run.log),
    .state = g_steal_pointer (&new_run.state),
    .index = g_steal_pointer (&new_run.index),
    .keepers = g_steal_pointer (&new_run.keepers),
    .lock = new_run.lock,
    .begun = &begun,
    .settings = start->settings,
    .definitions = new_run.definitions,
    .workflow_path = start->path,
    .name = start->workflow->name,
    .rerun_of = start->rerun_of,
    .number = new_run.number,
    .created_us = new_run.created_us,
    .environment = (const char *const *) env,
    .start_tasks = TRUE,
    .show = start->show,
    .ready_fd = start->ready_fd,
  };
  new_run.lock = -1;
  code = host (&options, TRUE);
  if (!begun)
    unmake_run (&new_run);
  return code;
}

/* --- a run that is there already --- */

static GStrv
start_environment (SyRunView *view)
{
  GStrv env = NULL;

  /* A run that is over has none any more: a re-run takes the caller's. */
  if (!sy_run_status_is_final (view->state->status))
    env = sy_run_dir_read_env (view->run, NULL);
  return env != NULL ? env : g_get_environ ();
}

/* Writes the new file into the log; the log stays open for the runner. */
static SyRunLog *
add_definition (SyRunView *view, const SyRunTakeOver *how, GError **error)
{
  SyRunLog *log = sy_run_log_open (view->run, NULL, error);
  SyLogBatch batch = { .events = sy_event_array_new (), .states = g_array_new (FALSE, TRUE, sizeof (SyStateRow)) };
  SyEvent event = { .kind = SY_EVENT_DEFINITION_ADDED, .by = SY_BY_USER, .time = sy_clock_now (sy_clock_real ()) };
  SyLogSink *sink;

  if (log == NULL)
    {
      sy_log_batch_clear (&batch);
      return NULL;
    }
  sink = sy_run_log_get_sink (log);
  event.value = sy_run_log_add_definition (log, view->meta.workflow_path, how->definition_workflow->sha256,
                                           how->definition);
  event.boot = sink->boot;
  event.seq = sy_run_log_get_last_seq (log) + 1;
  g_array_append_val (batch.events, event);
  sink->submit (sink, &batch, NULL, NULL);
  if (sink->flush (sink, error))
    return log;
  sy_run_log_close (log, NULL);
  return NULL;
}

int
sy_run_take_over (SyRunView *view, const SyRunTakeOver *how)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) env = start_environment (view);
  SyRunLog *log = NULL;
  SyRunHostOptions options;

  if (!sy_run_dir_own (view->run, SY_RUN_DIR_OWN_WAIT_US, &error))
    return sy_fail (error);
  /* What the former runner has written since we looked */
  if (how->definition == NULL && !sy_run_view_refresh (view, NULL, NULL, &error))
    return sy_fail (error);
  if (how->start_tasks && !sy_run_dir_write_env (view->run, (const char *const *) env, &error))
    return sy_fail (error);
  if (how->definition != NULL && (log = add_definition (view, how, &error)) == NULL)
    return sy_fail (error);
  options = (SyRunHostOptions){
    .dir = view->dir,
    .run = view->run,
    .log = log,
    .settings = view->settings,
    .definitions = view->definitions,
    .workflow_path = view->meta.workflow_path,
    .name = view->meta.name,
    .rerun_of = view->meta.rerun_of,
    .number = view->meta.number,
    .created_us = view->meta.created_us,
    .begin_us = g_get_real_time (),
    .environment = (const char *const *) env,
    .start_tasks = how->start_tasks,
    .commands = how->commands,
    .slots = how->slots,
    .lock = -1,
    .show = how->show,
    .ready_fd = how->ready_fd,
  };
  return host (&options, how->report);
}

gboolean
sy_run_command (SyRunView *view, const char *request, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *reply = NULL;

  if (sy_run_dir_get_owner (view->run, NULL, NULL) == SY_OWNER_NONE)
    return FALSE;
  reply = sy_control_call (sy_run_dir_get_fd (view->run), request, -1, &local);
  if (reply != NULL)
    return sy_reply_check (reply, error);
  if (!g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
