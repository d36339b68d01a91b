/* sy-runner-open.c: opening the log, recovery, and starting over after a failed COMMIT
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-local-executor.h"
#include "core/engine/sy-order-env-private.h"
#include "core/engine/sy-process.h"
#include "core/engine/sy-recovery.h"
#include "core/engine/sy-runner-private.h"

#define PATIENCE_FIRST_US (2 * G_USEC_PER_SEC)
#define PATIENCE_LATER_US (100 * 1000)
#define LOOK_AGAIN_US (1 * G_USEC_PER_SEC)

/* --- making the parts; the mutex is held --- */

static guint
choose_slots (const SyRunner *self)
{
  if (self->options.scheduler.slots != 0)
    return self->options.scheduler.slots;
  return self->state->slots != 0 ? self->state->slots : sy_runner_default_slots ();
}

/*
 * Intents committed ahead: twice the slots, and more where the tasks are so short that one transaction should serve
 * dozens of them. After a power cut that many more tasks may be lost without a trace of a start.
 */
#define AHEAD_SHORT 96

/* With more tasks than these in flight the way to the log and back is hidden behind their work. */
#define STANDBY 16

/* A fake executor of a test knows nothing of journals. */
static gboolean
has_keepers (const SyRunner *self)
{
  return self->options.executor == NULL;
}

static SySchedulerOptions
scheduler_options (SyRunner *self)
{
  SySchedulerOptions options = self->options.scheduler;

  options.slots = choose_slots (self);
  options.ahead = MAX (options.ahead, 2 * options.slots);
  options.ahead_short = MAX (options.ahead, AHEAD_SHORT);
  options.standby = MAX (STANDBY, 4 * options.slots);
  if (has_keepers (self))
    options.chain = options.ahead_short;
  options.other_boot = self->other_boot;
  options.start_nothing = !self->options.start_tasks;
  if (options.milli_cpu == 0)
    options.milli_cpu = g_get_num_processors () * 1000;
  if (options.memory == 0)
    options.memory = sy_runner_memory ();
  /* A scheduler of a reopened log must not draw the nonces of the one before it again: keepers and journals know them. */
  if (options.seed == 0 || self->n_schedulers++ > 0)
    options.seed = ((guint64) g_random_int () << 32) | g_random_int ();
  return options;
}

static SyOrderBuilder *
make_builder (SyRunner *self, GError **error)
{
  SyOrderBuilderOptions options = {
    .workflow = self->state->workflow,
    .context = self->options.scheduler.context,
    .environment = self->options.environment,
    .run_fd = self->options.run_fd,
    .run_path = self->options.run_path,
    .run_id = self->options.run_id,
    .slots = choose_slots (self),
  };

  return sy_order_builder_new (&options, error);
}

static SyExecutor *
make_executor (const SyRunnerOptions *runner, guint slots, guint n_tasks, GError **error)
{
  g_autofree char *keeper = runner->keeper != NULL ? g_strdup (runner->keeper) : sy_process_find_keeper (error);
  g_auto (GStrv) environment = sy_order_env_base (runner->environment, runner->run_path, runner->run_id);
  SyLocalExecutorOptions options = {
    .run_fd = runner->run_fd,
    .run_path = runner->run_path,
    .run_id = runner->run_id,
    .keeper = keeper,
    .first_keeper = sy_recovery_last_keeper (runner->run_fd) + 1,
    .slots = slots,
    .prestart = runner->start_tasks ? MIN (slots, n_tasks) : 0,
    .environment = (const char *const *) environment,
  };

  return keeper != NULL ? sy_local_executor_new (&options, error) : NULL;
}

SyExecutor *
sy_runner_begin_keepers (const SyRunnerOptions *options, guint slots, guint n_tasks)
{
  SyExecutor *executor = make_executor (options, slots, n_tasks, NULL);

  if (executor != NULL)
    sy_local_executor_begin (executor);
  return executor;
}

void
sy_runner_dismiss_keepers (SyExecutor *keepers)
{
  keepers->shutdown (keepers, FALSE);
  keepers->free (keepers);
}

/* --- recovery; the mutex is held --- */

static void
on_adopted (const SyKeeperStatus *status, gpointer data)
{
  sy_runner_sample (data, status->task, status->item, status->attempt, status->keeper, status->pid, status->start_time);
}

static void
recover (SyRunner *self, gboolean begun, gint64 patience_us)
{
  SyRecovery recovery = {
    .run_fd = self->options.run_fd,
    .run_id = self->options.run_id,
    .cgroup = self->former_cgroup,
    .executor = self->executor,
    .state = self->state,
    .scheduler = self->scheduler,
    .now = sy_clock_now (self->clock),
    .other_boot = self->other_boot,
    .begun = begun,
    .patience_us = patience_us,
    .adopted = on_adopted,
    .data = self,
  };
  SyRecoveryResult result;
  SyEvent event = { .kind = SY_EVENT_RECOVERED, .by = SY_BY_RECOVERY };

  sy_recovery_run (&recovery, &result);
  self->n_open = result.n_open;
  self->next_look = recovery.now.boot_us + LOOK_AGAIN_US;
  event.text = sy_recovery_describe (&result);
  if (event.text != NULL)
    sy_runner_emit (self, &event);
}

void
sy_runner_look_again (SyRunner *self, SyTime now)
{
  if (self->n_open == 0 || now.boot_us < self->next_look)
    return;
  recover (self, TRUE, PATIENCE_LATER_US);
  sy_runner_flush (self);
}

/* --- opening --- */

static gboolean
make_parts (SyRunner *self, gboolean first, GError **error)
{
  SySchedulerOptions options;

  sy_order_builder_unref (self->builder);
  self->builder = make_builder (self, error);
  if (self->builder == NULL)
    return FALSE;
  if (first)
    {
      self->former_cgroup = sy_recovery_read_cgroup (self->options.run_fd);
      if (self->executor == NULL)
        self->executor = has_keepers (self)
                           ? make_executor (&self->options, choose_slots (self), self->state->workflow->n_tasks, error)
                           : self->options.executor;
      if (self->executor == NULL)
        return FALSE;
      self->executor->report = sy_runner_on_reports;
      self->executor->report_data = self;
      /* Nothing is to be adopted: the keepers start while the log is being made. */
      if (has_keepers (self) && self->options.fresh)
        sy_local_executor_start (self->executor, sy_runner_on_reports, self);
    }
  if (has_keepers (self))
    self->sampler = sy_sampler_new (self->sink, SY_SAMPLER_INTERVAL_US, SY_SAMPLER_MIN_AGE_US);
  options = scheduler_options (self);
  self->scheduler = sy_scheduler_new (self->state, &options);
  return TRUE;
}

/* FALSE: one was refused; nothing shall start. */
static gboolean
do_first_commands (SyRunner *self, GError **error)
{
  for (guint i = 0; self->commands != NULL && self->commands[i] != NULL; i++)
    if (!sy_runner_do_first (self, self->commands[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
go_on (SyRunner *self, gboolean first, GError **error)
{
  gboolean ok = TRUE;

  if (first)
    sy_runner_say_started (self);
  if (has_keepers (self) && !(first && self->options.fresh))
    recover (self, FALSE, PATIENCE_FIRST_US);
  sy_runner_feed_backlog (self);
  if (first)
    ok = do_first_commands (self, error);
  if (ok)
    sy_scheduler_begin (self->scheduler, sy_clock_now (self->clock));
  sy_runner_flush (self);
  return ok;
}

static gboolean
open_locked (SyRunner *self, gboolean first, GError **error)
{
  self->other_boot = self->state->boot != 0 && self->state->boot != self->sink->boot;
  self->next_seq = self->state->seq + 1;
  g_mutex_lock (&self->perform_mutex);
  self->committed_seq = self->state->seq;
  g_mutex_unlock (&self->perform_mutex);
  sy_run_state_track (self->state);
  return make_parts (self, first, error) && go_on (self, first, error);
}

/* Whether there is a run: what has been submitted fails with the log that could not be made, and has told so. */
static gboolean
await_first_commit (SyRunner *self, GError **error)
{
  if (self->sink->flush (self->sink, error))
    return TRUE;
  g_mutex_lock (&self->perform_mutex);
  g_ptr_array_set_size (self->messages, 0);
  g_mutex_unlock (&self->perform_mutex);
  return FALSE;
}

gboolean
sy_runner_open_log (SyRunner *self, gboolean first, GError **error)
{
  SyLogSink *sink = NULL;
  SyRunState *state = NULL;
  gboolean ok;

  if (!self->host.open (self->host.data, &sink, &state, error))
    return FALSE;
  g_mutex_lock (&self->mutex);
  self->sink = sink;
  self->state = state;
  ok = open_locked (self, first, error);
  g_mutex_unlock (&self->mutex);
  if (first && self->executor != NULL && has_keepers (self) && !self->options.fresh)
    sy_local_executor_start (self->executor, sy_runner_on_reports, self);
  return ok && (!first || !self->options.fresh || await_first_commit (self, error));
}

/* Drops the memory of the run. */
void
sy_runner_close_log (SyRunner *self)
{
  SyLogSink *sink;
  SySampler *sampler;

  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->scheduler, sy_scheduler_free);
  sink = g_steal_pointer (&self->sink);
  sampler = g_steal_pointer (&self->sampler);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&sampler, sy_sampler_free); /* its thread uses the sink */
  if (sink != NULL)
    self->host.close (self->host.data, sink);
  g_mutex_lock (&self->mutex);
  g_clear_pointer (&self->state, sy_run_state_free);
  g_mutex_unlock (&self->mutex);
}

gboolean
sy_runner_reopen_log (SyRunner *self)
{
  g_autoptr (GError) error = NULL;

  sy_runner_close_log (self);
  sy_runner_forget (self);
  if (sy_runner_open_log (self, FALSE, &error))
    return TRUE;
  sy_runner_close_log (self);
  sy_runner_say (self, "%s", error->message);
  return FALSE;
}
