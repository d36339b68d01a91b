/* sy-run-host.c: this process as the runner of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-host.h"

#include "app/sy-command.h"
#include "app/sy-run-json.h"
#include "app/sy-run-signals.h"
#include "app/sy-run-start.h"
#include "core/base/sy-error.h"
#include "core/store/sy-index.h"
#include "core/store/sy-output-budget.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define DRAW_INTERVAL_MS 100
#define SYNC_ENV_MS 200

struct _SyRunHost
{
  const SyRunHostOptions *options;
  SyRunContext context;
  SyRunner *runner;
  SyRunLog *log;              /* (nullable) runner thread while it runs */
  guint8 *selected;
  gint64 *expected_us;
  char *env_changes;          /* (nullable) for the log */

  /* main thread */
  GMainLoop *loop;
  SyRunState *shown;          /* (nullable) fold of the committed events */
  SyRunState *first;          /* (nullable) the same at the start, until the runner takes it */
  SyLogReader *reader;        /* (nullable) for definitions that come later */
  SyIndex *index;             /* (nullable) */
  SyLive *progress;
  guint interrupts;
  guint watch, draw, sync_env; /* sources; 0 = there is none */
  int ready_fd;
  int lock;                   /* runner thread while it runs */

  /* between the threads */
  GMutex mutex;
  GArray *events;             /* SyEvent, not yet shown */
  GPtrArray *messages;
  gboolean ended, settled;
  gboolean awake;             /* a wake-up is on its way */
};

/* --- the runner's thread --- */

static SyRunState *
fold_from_start (SyRunHost *host, GError **error)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (host->options->run, error);
  g_autoptr (SyWorkflow) workflow = NULL;
  g_autoptr (SyRunState) state = NULL;

  if (reader == NULL)
    return NULL;
  workflow = sy_definitions_get (host->options->definitions, reader, 1, error);
  if (workflow == NULL)
    return NULL;
  state = sy_run_state_new (workflow);
  if (!sy_fold_log (state, host->options->definitions, reader, NULL, NULL, error))
    return NULL;
  return g_steal_pointer (&state);
}

/* On the log's writer thread */
static void
host_notice (SyRunLog *log, SyRunLogNotice notice, const GError *error, gpointer data)
{
  if (notice == SY_RUN_LOG_DISK_FULL)
    sy_runner_disk_is_full (((SyRunHost *) data)->runner);
}

static gboolean
host_open (gpointer data, SyLogSink **sink, SyRunState **state, GError **error)
{
  SyRunHost *host = data;

  if (host->log == NULL)
    host->log = sy_run_log_open (host->options->run, NULL, error);
  if (host->log == NULL)
    return FALSE;
  sy_run_log_set_notify (host->log, host_notice, host);
  *state = host->first != NULL ? g_steal_pointer (&host->first) : fold_from_start (host, error);
  if (*state == NULL)
    return FALSE;
  *sink = sy_run_log_get_sink (host->log);
  return TRUE;
}

static void
host_close (gpointer data, SyLogSink *sink)
{
  SyRunHost *host = data;
  SyRunLog *log = g_steal_pointer (&host->log);

  if (log != NULL)
    sy_run_log_close (log, NULL);
}

static gboolean host_woken (gpointer data);

static void
wake_main (SyRunHost *host)
{
  if (!host->awake)
    g_idle_add_full (G_PRIORITY_DEFAULT, host_woken, host, NULL);
  host->awake = TRUE;
}

/* The log has the run: others may look for it. */
static void
begin_in_public (SyRunHost *host)
{
  if (host->options->begun != NULL)
    *host->options->begun = TRUE;
  if (host->lock >= 0)
    close (host->lock);
  host->lock = -1;
}

static void
host_events (gpointer data, SyEvent *events, guint n_events)
{
  SyRunHost *host = data;

  begin_in_public (host);
  g_mutex_lock (&host->mutex);
  g_array_append_vals (host->events, events, n_events);
  memset (events, 0, n_events * sizeof *events); /* moved */
  wake_main (host);
  g_mutex_unlock (&host->mutex);
}

static void
host_message (gpointer data, const char *text)
{
  SyRunHost *host = data;

  g_mutex_lock (&host->mutex);
  g_ptr_array_add (host->messages, g_strdup (text));
  wake_main (host);
  g_mutex_unlock (&host->mutex);
}

static void
host_ended (gpointer data, const SyRunnerEnd *end)
{
  SyRunHost *host = data;

  g_mutex_lock (&host->mutex);
  host->ended = TRUE;
  host->settled = end->kind == SY_RUNNER_SETTLED;
  wake_main (host);
  g_mutex_unlock (&host->mutex);
}

/* --- the main thread --- */

static void
show_event (SyRunHost *host, const SyEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (host->shown == NULL || event->seq <= host->shown->seq)
    return;
  if (host->reader == NULL && event->kind == SY_EVENT_DEFINITION_ADDED)
    host->reader = sy_log_reader_open (host->options->run, NULL);
  if (!sy_apply_event (host->shown, host->options->definitions, host->reader, event, &error))
    {
      sy_live_say (host->progress, error->message);
      g_clear_pointer (&host->shown, sy_run_state_free);
      return;
    }
  if (host->options->show == SY_SHOW_JSON)
    sy_event_json_print (sy_run_dir_get_uuid (host->options->run), host->shown, event);
  sy_live_event (host->progress, host->shown, event);
}

/* What a runner has to say that is no event is trouble: it is said in every mode. */
static void
say_trouble (SyRunHost *host, const char *text)
{
  g_autofree char *line = g_strconcat ("switchyard: ", text, NULL);

  if (host->options->show == SY_SHOW_PROGRESS)
    sy_live_say (host->progress, line);
  else
    sy_complain ("%s", text);
}

static gboolean
host_woken (gpointer data)
{
  SyRunHost *host = data;
  g_autoptr (GArray) events = NULL;
  g_autoptr (GPtrArray) messages = NULL;
  gboolean ended;

  g_mutex_lock (&host->mutex);
  events = host->events;
  messages = host->messages;
  host->events = sy_event_array_new ();
  host->messages = g_ptr_array_new_with_free_func (g_free);
  host->awake = FALSE;
  ended = host->ended;
  g_mutex_unlock (&host->mutex);

  for (guint i = 0; i < messages->len; i++)
    say_trouble (host, g_ptr_array_index (messages, i));
  for (guint i = 0; i < events->len; i++)
    show_event (host, &g_array_index (events, SyEvent, i));
  if (host->shown != NULL)
    sy_live_draw (host->progress, host->shown, g_get_real_time (), FALSE);
  if (events->len > 0)
    sy_run_announce (host->options->run, &host->ready_fd);
  if (ended)
    g_main_loop_quit (host->loop);
  return G_SOURCE_REMOVE;
}

static gboolean
on_draw (gpointer data)
{
  SyRunHost *host = data;

  if (host->shown != NULL)
    sy_live_draw (host->progress, host->shown, g_get_real_time (), TRUE);
  return G_SOURCE_CONTINUE;
}

/* The first COMMITs need the disk for themselves, and the file of a short run never does. */
static gboolean
on_sync_env (gpointer data)
{
  SyRunHost *host = data;

  sy_run_dir_sync_env (host->options->run);
  host->sync_env = 0;
  return G_SOURCE_REMOVE;
}

static void
on_signal (int signum, gpointer data)
{
  SyRunHost *host = data;

  if (signum == SIGTERM)
    {
      sy_runner_leave (host->runner);
      return;
    }
  host->interrupts++;
  if (host->interrupts == 1)
    sy_live_say (host->progress, "stopping; press Ctrl+C again to kill "
                                     "(a run started with --detach goes on without its terminal)");
  sy_runner_cancel (host->runner, host->interrupts > 1);
}

/* --- start and end --- */

guint
sy_run_host_slots (const SyRunSettings *settings, const SyWorkflow *workflow)
{
  guint slots = settings->slots != 0 ? settings->slots : workflow->slots;

  return slots != 0 ? slots : sy_runner_default_slots ();
}

static SyRunnerOptions
runner_options (SyRunHost *host, const SyWorkflow *workflow)
{
  const SyRunHostOptions *options = host->options;
  const char *run_id = sy_run_dir_get_uuid (options->run);
  guint slots = options->slots != 0 ? options->slots : sy_run_host_slots (options->settings, workflow);
  guint64 seed;

  /* A new run has the marks of this very environment. */
  if (options->begun == NULL)
    host->env_changes = sy_run_settings_changed_env_json (options->settings, run_id, options->environment);
  if (getrandom (&seed, sizeof seed, 0) != sizeof seed)
    seed = ((guint64) g_random_int () << 32) | g_random_int ();
  return (SyRunnerOptions){
    .run_fd = sy_run_dir_get_fd (options->run),
    .run_path = sy_run_dir_get_path (options->run),
    .run_id = run_id,
    .environment = options->environment,
    .environment_changes = host->env_changes,
    .scheduler = { .slots = slots,
                   .ahead = slots,
                   .milli_cpu = 1000 * sy_runner_default_slots (),
                   .memory = sy_runner_memory (),
                   .seed = seed,
                   .expected_us = host->expected_us,
                   .on_failure = options->settings->on_failure,
                   .selected = host->selected,
                   .context = &host->context.context },
    .start_tasks = options->start_tasks,
    .fresh = options->begun != NULL,
    .commands = options->commands,
    .serve = TRUE,
    .keepers = options->keepers,
  };
}

static gboolean
prepare (SyRunHost *host, GError **error)
{
  const SyRunHostOptions *options = host->options;
  g_autoptr (SyWorkflow) workflow = NULL;
  g_autofree char *fresh_dir = g_build_filename (sy_run_dir_get_path (options->run), "dir", NULL);
  g_autoptr (GError) local = NULL;
  SyRunnerHost runner_host = { host_open, host_close, host_events, host_message, host_ended, host };
  SyRunnerOptions runner;

  host->shown = options->state != NULL ? options->state : fold_from_start (host, error);
  if (host->shown == NULL)
    return FALSE;
  if (options->state != NULL)
    host->first = sy_run_state_copy (host->shown);
  workflow = sy_workflow_ref (host->shown->workflow);
  if (!sy_run_context_init (&host->context, workflow, options->settings, options->environment,
                            sy_run_dir_get_uuid (options->run), fresh_dir, options->created_us, error))
    return FALSE;
  host->selected = sy_run_settings_select (options->settings, workflow, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!sy_output_budget_prepare (options->run, sy_output_budget_setting (), &local))
    {
      g_debug ("%s", local->message); /* a disk that is full, or worse: the run has better words for it */
      g_clear_error (&local);
    }
  host->expected_us = sy_expected_durations (options->dir, host->index, workflow, options->workflow_path);
  sy_live_set_expected (host->progress, host->expected_us);
  sy_live_set_run (host->progress, options->run);
  sy_live_set_begin (host->progress, options->begin_us);
  if (g_mkdir_with_parents (fresh_dir, 0700) != 0)
    {
      sy_error_set_errno (error, errno, "make the folder %s", fresh_dir);
      return FALSE;
    }
  runner = runner_options (host, workflow);
  host->runner = sy_runner_new (&runner, &runner_host);
  return TRUE;
}

/* --- accounts: what is lost here can be made again, failures are not worth a word --- */

static void
learn_durations (SyRunHost *host)
{
  const SyWorkflow *workflow = host->shown->workflow;
  g_autofree const char **ids = g_new (const char *, MAX (1, workflow->n_tasks));
  g_autofree gint64 *took = g_new0 (gint64, MAX (1, workflow->n_tasks));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (host->shown, i);

      ids[i] = workflow->tasks[i].id;
      if (task->state == SY_STATE_SUCCEEDED && task->started_us > 0)
        took[i] = task->ended_us - task->started_us;
    }
  sy_index_learn (host->index, host->options->workflow_path, ids, took, workflow->n_tasks, NULL);
}

/* While the runner thread closes the log: what does not need it closed. */
static void
settle_early (SyRunHost *host)
{
  if (host->settled)
    sy_run_dir_give_up_reserve (host->options->run);
  if (host->index == NULL || !sy_index_is_current (host->index))
    {
      g_clear_pointer (&host->index, sy_index_free);
      host->index = sy_index_open (host->options->dir, SY_INDEX_WRITE, NULL);
    }
  if (host->index != NULL && host->settled && host->shown != NULL)
    learn_durations (host);
  if (host->settled)
    sy_run_dir_remove_file (host->options->run, "env", NULL);
}

/* A new run's events have all been seen here, and its log need not be opened for its row. */
static void
note_run (SyRunHost *host)
{
  const SyRunHostOptions *options = host->options;
  const SyRunState *state = host->shown;
  SyRunInfo info = {
    .uuid = (char *) sy_run_dir_get_uuid (options->run),
    .workflow_path = (char *) options->workflow_path,
    .name = (char *) options->name,
    .rerun_of = (char *) options->rerun_of,
    .number = options->number,
    .created_us = options->created_us,
  };

  if (!host->ended || state == NULL || options->state == NULL || sy_definitions_get_n (options->definitions) != 1)
    {
      sy_index_update_run (host->index, info.uuid, NULL);
      return;
    }
  info.status = state->status;
  info.ended_us = sy_run_status_is_final (state->status) ? state->ended_us : 0;
  memcpy (info.counts, state->counts, sizeof info.counts);
  sy_index_note_run (host->index, options->run, &info, NULL);
}

static void
settle_accounts (SyRunHost *host, const SyRunnerEnd *end)
{
  host_close (host, NULL);
  if (host->index == NULL)
    host->index = sy_index_open (host->options->dir, SY_INDEX_WRITE, NULL);
  if (host->index != NULL && (host->options->begun == NULL || *host->options->begun))
    note_run (host);
  g_clear_pointer (&host->index, sy_index_free);
  if (sy_run_status_is_final (end->status))
    sy_run_dir_remove_file (host->options->run, "env", NULL);
}

/* --- the run --- */

static void
add_sources (SyRunHost *host)
{
  host->watch = sy_run_signals_watch (on_signal, host);
  if (host->options->show == SY_SHOW_PROGRESS && sy_live_mode_for (stderr) == SY_LIVE_LIVE)
    host->draw = g_timeout_add (DRAW_INTERVAL_MS, on_draw, host);
  if (host->options->start_tasks)
    host->sync_env = g_timeout_add (SYNC_ENV_MS, on_sync_env, host);
}

static void
remove_sources (SyRunHost *host)
{
  guint *sources[] = { &host->watch, &host->draw, &host->sync_env };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    if (*sources[i] != 0)
      g_source_remove (*sources[i]);
}

static gboolean
run_loop (SyRunHost *host, SyRunnerEnd *end, GError **error)
{
  gboolean ok;

  sy_run_signals_catch ();
  sy_runner_start (host->runner);
  host->loop = g_main_loop_new (NULL, FALSE);
  add_sources (host);
  g_main_loop_run (host->loop);
  settle_early (host);
  sy_runner_dismiss (host->runner);
  ok = sy_runner_join (host->runner, end, error);
  remove_sources (host);
  sy_run_signals_release ();
  return ok;
}

gboolean
sy_run_host (const SyRunHostOptions *options, SyRunnerEnd *end, SyRunState **shown, GError **error)
{
  SyLiveMode mode = options->show == SY_SHOW_PROGRESS ? sy_live_mode_for (stderr) : SY_LIVE_QUIET;
  SyRunHost host = { .options = options, .log = options->log, .index = options->index,
                     .ready_fd = options->ready_fd, .lock = options->lock };
  gboolean ok;
  gint64 first_seq;

  signal (SIGPIPE, SIG_IGN);
  g_mutex_init (&host.mutex);
  host.events = sy_event_array_new ();
  host.messages = g_ptr_array_new_with_free_func (g_free);
  host.progress = sy_live_new (stderr, mode);
  ok = prepare (&host, error);
  first_seq = host.shown != NULL ? host.shown->seq : 0;
  ok = ok && run_loop (&host, end, error);
  if (host.runner == NULL && options->keepers != NULL)
    sy_runner_dismiss_keepers (options->keepers);
  if (host.loop != NULL)
    host_woken (&host);
  g_clear_pointer (&host.runner, sy_runner_free);
  g_clear_pointer (&host.progress, sy_live_free);
  g_free (host.env_changes);
  settle_accounts (&host, end);
  if (host.lock >= 0)
    close (host.lock);
  g_clear_pointer (&host.loop, g_main_loop_unref);
  /* What could not even begin has nothing to tell of the run but the error. */
  if (!ok && host.shown != NULL && host.shown->seq == first_seq)
    g_clear_pointer (&host.shown, sy_run_state_free);
  *shown = host.shown;
  g_clear_pointer (&host.first, sy_run_state_free);
  g_clear_pointer (&host.reader, sy_log_reader_free);
  sy_run_context_clear (&host.context);
  g_free (host.selected);
  g_free (host.expected_us);
  g_array_unref (host.events);
  g_ptr_array_unref (host.messages);
  g_mutex_clear (&host.mutex);
  return ok;
}
