/* sy-runner.c: the runner thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-runner.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-runner-private.h"

#define TELL_US (20 * 1000)
#define IDLE_US (1 * G_USEC_PER_SEC)
#define REOPEN_US (1 * G_USEC_PER_SEC)

guint
sy_runner_default_slots (void)
{
  return MAX (g_get_num_processors (), 1);
}

guint64
sy_runner_memory (void)
{
  long pages = sysconf (_SC_PHYS_PAGES);
  long size = sysconf (_SC_PAGESIZE);

  return pages > 0 && size > 0 ? (guint64) pages * (guint64) size : 0;
}

void
sy_runner_end_clear (SyRunnerEnd *end)
{
  g_clear_pointer (&end->message, g_free);
}

/* --- from any thread --- */

void
sy_runner_wake (SyRunner *self)
{
  guint64 one = 1;

  if (write (self->wake, &one, sizeof one) < 0)
    g_assert (errno == EAGAIN);
}

void
sy_runner_say (SyRunner *self, const char *format, ...)
{
  va_list args;
  char *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_mutex_lock (&self->perform_mutex);
  g_ptr_array_add (self->messages, text);
  g_mutex_unlock (&self->perform_mutex);
  sy_runner_wake (self);
}

void
sy_runner_leave (SyRunner *self)
{
  g_mutex_lock (&self->perform_mutex);
  self->leave_asked = TRUE;
  g_mutex_unlock (&self->perform_mutex);
  sy_runner_wake (self);
}

void
sy_runner_give_up (SyRunner *self, const char *why)
{
  g_mutex_lock (&self->perform_mutex);
  if (self->hopeless == NULL)
    self->hopeless = g_strdup (why);
  self->leave_asked = TRUE;
  g_mutex_unlock (&self->perform_mutex);
  sy_runner_wake (self);
}

void
sy_runner_disk_is_full (SyRunner *self)
{
  g_mutex_lock (&self->perform_mutex);
  self->disk_full = TRUE;
  g_mutex_unlock (&self->perform_mutex);
  sy_runner_wake (self);
}

static void
push_request (SyRunner *self, guint64 connection, const char *json, SyRunnerReply done, gpointer data)
{
  Request *request = g_new0 (Request, 1);

  request->connection = connection;
  request->json = g_strdup (json);
  request->done = done;
  request->data = data;
  g_mutex_lock (&self->perform_mutex);
  g_queue_push_tail (&self->requests, request);
  g_mutex_unlock (&self->perform_mutex);
  sy_runner_wake (self);
}

void
sy_runner_request (SyRunner *self, const char *json, SyRunnerReply done, gpointer data)
{
  push_request (self, 0, json, done, data);
}

void
sy_runner_cancel (SyRunner *self, gboolean kill)
{
  push_request (self, 0, kill ? "{\"command\":\"cancel\",\"kill\":true}" : "{\"command\":\"cancel\"}", NULL, NULL);
}

/* --- the runner thread --- */

static void
request_free (Request *request)
{
  g_free (request->json);
  g_free (request);
}

static void
on_ctl (SyControlServer *server G_GNUC_UNUSED, guint64 connection, const char *json, gpointer data)
{
  push_request (data, connection, json, NULL, NULL);
}

/* FALSE: it has to wait, and those after it with it */
static gboolean
do_request (SyRunner *self, const Request *request)
{
  gboolean waits;

  g_mutex_lock (&self->mutex);
  waits = sy_runner_must_wait (self, request);
  if (!waits)
    sy_runner_do_request (self, request);
  if (self->scheduler != NULL)
    sy_runner_flush (self);
  g_mutex_unlock (&self->mutex);
  return !waits;
}

static void
do_requests (SyRunner *self)
{
  Request *request;

  for (;;)
    {
      g_mutex_lock (&self->perform_mutex);
      request = g_queue_pop_head (&self->requests);
      g_mutex_unlock (&self->perform_mutex);
      if (request == NULL)
        return;
      if (!do_request (self, request))
        {
          g_mutex_lock (&self->perform_mutex);
          g_queue_push_head (&self->requests, request);
          g_mutex_unlock (&self->perform_mutex);
          return;
        }
      request_free (request);
    }
}

static void
give_answer (SyRunner *self, const Reply *reply)
{
  if (reply->connection != 0 && self->server != NULL)
    sy_control_server_reply (self->server, reply->connection, reply->json);
  else if (reply->done != NULL)
    reply->done (reply->data, reply->json);
}

/* Tells the host and the callers what has come to pass. */
static void
tell (SyRunner *self)
{
  g_autoptr (GArray) observed = NULL;
  g_autoptr (GArray) answers = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  g_mutex_lock (&self->perform_mutex);
  observed = sy_runner_steal_array (&self->observed, sy_event_array_new ());
  answers = sy_runner_steal_array (&self->answers, sy_runner_reply_array_new ());
  messages = g_steal_pointer (&self->messages);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->telling = observed->len > 0;
  g_mutex_unlock (&self->perform_mutex);

  for (guint i = 0; self->host.message != NULL && i < messages->len; i++)
    self->host.message (self->host.data, g_ptr_array_index (messages, i));
  if (observed->len > 0 && self->host.events != NULL)
    self->host.events (self->host.data, (SyEvent *) (void *) observed->data, observed->len);
  for (guint i = 0; i < answers->len; i++)
    give_answer (self, &g_array_index (answers, Reply, i));
}

/* The next slice of a large beginning waits for the COMMIT of those before: what ends meanwhile goes between them.
 * The mutex is held. */
static gboolean
is_held_up (SyRunner *self)
{
  gboolean held_up;

  if (!sy_scheduler_is_opening (self->scheduler))
    return FALSE;
  g_mutex_lock (&self->perform_mutex);
  held_up = self->wants_commit = self->n_submitted > SY_RUNNER_FEW;
  g_mutex_unlock (&self->perform_mutex);
  return held_up;
}

/* µs until the runner thread has something to do by itself. */
static gint64
time_to_sleep (SyRunner *self)
{
  gint64 now = sy_clock_now (self->clock).boot_us;
  gint64 until = now + IDLE_US;

  g_mutex_lock (&self->mutex);
  if (self->scheduler != NULL && !is_held_up (self))
    until = MIN (until, sy_scheduler_next_due (self->scheduler));
  if (self->n_open > 0)
    until = MIN (until, self->next_look);
  if (self->telling)
    until = MIN (until, now + TELL_US);
  if (self->chains_held > 0)
    until = MIN (until, self->chains_held);
  self->wait_until = until;
  g_mutex_unlock (&self->mutex);
  return MAX (until - now, 0);
}

static void
sleep_for (SyRunner *self, gint64 us)
{
  struct pollfd fds[] = {
    { .fd = self->wake, .events = POLLIN },
    { .fd = self->server != NULL ? sy_control_server_get_fd (self->server) : -1, .events = POLLIN },
  };
  struct timespec timeout = { .tv_sec = us / G_USEC_PER_SEC, .tv_nsec = us % G_USEC_PER_SEC * 1000 };
  guint64 count;

  if (ppoll (fds, G_N_ELEMENTS (fds), &timeout, NULL) <= 0)
    return;
  if (fds[0].revents != 0 && read (self->wake, &count, sizeof count) < 0)
    g_assert (errno == EAGAIN || errno == EINTR);
  if (fds[1].revents != 0)
    sy_control_server_dispatch (self->server);
}

static void
do_timers (SyRunner *self)
{
  SyTime now = sy_clock_now (self->clock);

  if (self->options.start_tasks)
    sy_runner_check_disk (self, now);
  g_mutex_lock (&self->mutex);
  if (self->scheduler != NULL)
    {
      if (sy_scheduler_next_due (self->scheduler) <= now.boot_us && !is_held_up (self))
        {
          sy_scheduler_tick (self->scheduler, now);
          sy_runner_flush (self);
        }
      sy_runner_look_again (self, now);
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
get_flag (SyRunner *self, const gboolean *flag)
{
  gboolean value;

  g_mutex_lock (&self->perform_mutex);
  value = *flag;
  g_mutex_unlock (&self->perform_mutex);
  return value;
}

static void
mend_log (SyRunner *self)
{
  if (get_flag (self, &self->commit_failed) || self->scheduler == NULL)
    {
      if (!sy_runner_reopen_log (self))
        sleep_for (self, REOPEN_US);
    }
}

/* The scheduler let us go. A request that came between its word and ours may have given the run new life. */
static gboolean
may_go (SyRunner *self)
{
  gboolean over, may = TRUE;

  g_mutex_lock (&self->perform_mutex);
  over = self->over;
  self->over = FALSE; /* the next time that it is said may be while we look */
  g_mutex_unlock (&self->perform_mutex);
  if (!over)
    return FALSE;
  g_mutex_lock (&self->mutex);
  if (self->state != NULL && self->options.start_tasks)
    may = sy_run_status_is_final (self->state->status) || self->state->draining;
  if (!may && self->left_said)
    {
      sy_runner_say_started (self);
      sy_runner_flush (self);
    }
  g_mutex_unlock (&self->mutex);
  if (!may)
    return FALSE;
  g_mutex_lock (&self->perform_mutex);
  self->over = TRUE;
  g_mutex_unlock (&self->perform_mutex);
  return TRUE;
}

static void
loop (SyRunner *self)
{
  while (!get_flag (self, &self->leave_asked) && !may_go (self))
    {
      sleep_for (self, time_to_sleep (self));
      do_requests (self);
      mend_log (self);
      do_timers (self);
      tell (self);
    }
}

/* --- the end --- */

static SyRunnerEndKind
end_kind (SyRunner *self)
{
  if (!self->options.start_tasks && !self->state->cancelled)
    return SY_RUNNER_IDLE;
  if (!self->over)
    return SY_RUNNER_LEFT;
  if (sy_run_status_is_final (self->state->status))
    return SY_RUNNER_SETTLED;
  return self->state->status == SY_RUN_STALLED ? SY_RUNNER_STALLED : SY_RUNNER_DRAINED;
}

/* Of a settled run it has been said with the settling. */
static void
say_left (SyRunner *self)
{
  static const char *const why[] = { SY_RUNNER_SETTLED_WORD, "drained", "asked to leave", "nothing to start", "stalled", "failed" };

  g_mutex_lock (&self->mutex);
  if (!self->left_said || self->end.kind != SY_RUNNER_SETTLED)
    sy_runner_say_left (self, self->hopeless != NULL ? self->hopeless : why[self->end.kind]);
  sy_runner_flush (self);
  g_mutex_unlock (&self->mutex);
}

/* What the first commands decided is still done, where nothing else shall be. */
static void
finish_deeds (SyRunner *self)
{
  if (self->sink == NULL || !self->sink->flush (self->sink, NULL))
    return;
  sy_runner_await_commits (self);
  while (sy_runner_is_performing (self))
    g_usleep (200);
}

static void
begin_closing (SyRunner *self)
{
  if (self->executor == NULL)
    return;
  if (self->end.kind == SY_RUNNER_IDLE)
    finish_deeds (self);
  g_mutex_lock (&self->mutex);
  g_mutex_lock (&self->perform_mutex);
  self->closing = TRUE;
  g_mutex_unlock (&self->perform_mutex);
  g_mutex_unlock (&self->mutex);
}

static void
stop_executor (SyRunner *self)
{
  if (self->executor != NULL && !self->executor_stopped)
    self->executor->shutdown (self->executor, self->end.kind != SY_RUNNER_SETTLED);
  self->executor_stopped = TRUE;
}

static void
finish (SyRunner *self, gboolean opened)
{
  g_autoptr (GError) error = NULL;

  self->end.kind = opened && self->state != NULL && self->hopeless == NULL ? end_kind (self) : SY_RUNNER_FAILED;
  if (self->hopeless != NULL && self->error == NULL)
    g_set_error_literal (&self->error, SY_ERROR, SY_ERROR_IO, self->hopeless);
  begin_closing (self);
  /* Of a settled run nothing more is reported: its keepers leave while the log is being closed. */
  if (self->end.kind != SY_RUNNER_SETTLED)
    stop_executor (self);
  if (self->scheduler != NULL)
    {
      say_left (self);
      if (!self->sink->flush (self->sink, &error) && self->error == NULL)
        {
          self->end.kind = SY_RUNNER_FAILED;
          self->error = g_steal_pointer (&error);
        }
      self->end.status = self->state->status;
    }
  sy_runner_await_commits (self);
  if (self->error != NULL)
    self->end.message = g_strdup (self->error->message);
  tell (self);
  g_clear_pointer (&self->server, sy_control_server_free);
  /* What the host has to do at the end goes on beside the merging of the -wal. */
  if (self->host.ended != NULL)
    self->host.ended (self->host.data, &self->end);
  sy_runner_close_log (self);
}

static gpointer
runner_thread (gpointer data)
{
  SyRunner *self = data;
  gboolean opened;

  if (self->options.serve)
    self->server = sy_control_server_new (self->options.run_fd, on_ctl, self, &self->error);
  opened = self->error == NULL && sy_runner_open_log (self, TRUE, &self->error);
  if (opened && (self->options.start_tasks || self->state->cancelled))
    loop (self);
  finish (self, opened);
  return NULL;
}

/* --- life --- */

SyRunner *
sy_runner_new (const SyRunnerOptions *options, const SyRunnerHost *host)
{
  SyRunner *self = g_new0 (SyRunner, 1);

  g_return_val_if_fail (options->run_fd >= 0 && options->run_path != NULL && options->run_id != NULL, NULL);
  g_return_val_if_fail (host->open != NULL && host->close != NULL, NULL);
  self->options = *options;
  self->options.run_path = g_strdup (options->run_path);
  self->options.run_id = g_strdup (options->run_id);
  self->options.keeper = g_strdup (options->keeper);
  self->options.environment = (const char *const *) g_strdupv ((char **) options->environment);
  self->options.environment_changes = g_strdup (options->environment_changes);
  self->commands = g_strdupv ((char **) options->commands);
  self->executor = options->keepers;
  self->host = *host;
  self->clock = options->clock != NULL ? options->clock : sy_clock_real ();
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  g_mutex_init (&self->mutex);
  g_mutex_init (&self->perform_mutex);
  g_cond_init (&self->told);
  g_queue_init (&self->requests);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->backlog = g_array_new (FALSE, TRUE, sizeof (SyReport));
  self->wait_until = G_MAXINT64;
  sy_runner_batch_init (self);
  return self;
}

void
sy_runner_start (SyRunner *self)
{
  g_return_if_fail (self->thread == NULL);
  self->thread = g_thread_new ("sy-runner", runner_thread, self);
}

void
sy_runner_dismiss (SyRunner *self)
{
  if (self->end.kind == SY_RUNNER_SETTLED)
    stop_executor (self);
}

gboolean
sy_runner_join (SyRunner *self, SyRunnerEnd *end, GError **error)
{
  g_return_val_if_fail (self->thread != NULL, FALSE);
  g_thread_join (g_steal_pointer (&self->thread));
  stop_executor (self);
  *end = self->end;
  self->end.message = NULL;
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

void
sy_runner_free (SyRunner *self)
{
  if (self == NULL)
    return;
  g_assert (self->thread == NULL);
  if (self->executor != NULL && self->options.executor == NULL)
    self->executor->free (self->executor);
  g_queue_clear_full (&self->requests, (GDestroyNotify) request_free);
  sy_runner_batch_clear (self);
  sy_order_builder_unref (self->builder);
  g_ptr_array_unref (self->messages);
  for (guint i = 0; i < self->backlog->len; i++)
    sy_report_clear (&g_array_index (self->backlog, SyReport, i));
  g_array_unref (self->backlog);
  g_clear_error (&self->error);
  sy_runner_end_clear (&self->end);
  close (self->wake);
  g_mutex_clear (&self->mutex);
  g_mutex_clear (&self->perform_mutex);
  g_cond_clear (&self->told);
  g_strfreev (self->commands);
  g_strfreev ((char **) self->options.environment);
  g_free ((char *) self->options.environment_changes);
  g_free ((char *) self->options.run_path);
  g_free ((char *) self->options.run_id);
  g_free ((char *) self->options.keeper);
  g_free (self->former_cgroup);
  g_free (self->hopeless);
  g_free (self);
}
