/* sy-local-bury.c: what becomes of the orders of a keeper whose connection is gone
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-local-executor-private.h"
#include "core/engine/sy-process.h"

/* What the final journal of a dead keeper says of one of its orders. Made without the mutex. */
typedef struct
{
  Held *held;
  SyReportKind kind; /* EXITED, VOIDED, LOST, or FENCED: never began, give it to another */
  SyExit exit;
  char *text;        /* (nullable) (owned) */
} Finding;

typedef struct
{
  Local *self;
  Keeper *keeper;    /* GONE and without a link: only the burial touches it */
} Burial;

static const char *
task_of (const SyOrder *order)
{
  for (guint i = 0; order->env != NULL && order->env[i] != NULL; i++)
    if (g_str_has_prefix (order->env[i], "SWITCHYARD_TASK="))
      return order->env[i] + strlen ("SWITCHYARD_TASK=");
  return NULL;
}

/* By its group where it has one, else by the environment of processes. */
static guint
kill_leftovers (const Burial *burial, const SyOrder *order)
{
  int n = burial->keeper->cgroup != NULL ? sy_cgroup_kill (burial->keeper->cgroup) : -1;

  if (n >= 0)
    return (guint) n;
  return sy_process_kill_attempt (burial->self->run_id, task_of (order), order->attempt);
}

static gboolean
tree_may_live (const SyJournalAttempt *attempt)
{
  return attempt->exit == NULL || !(attempt->exit->exit.flags & (SY_JOURNAL_TREE_GONE | SY_JOURNAL_KEPT));
}

static void
find_out (const Burial *burial, const SyJournalView *view, Finding *finding)
{
  SyJournalAttempt attempt;
  guint killed = 0;

  if (!sy_journal_find (view, finding->held->nonce, &attempt) || attempt.claim == NULL)
    {
      finding->kind = SY_REPORT_FENCED;
      return;
    }
  if (attempt.voided != NULL)
    {
      finding->kind = SY_REPORT_VOIDED;
      finding->text = g_strdup_printf ("keeper %u could not start it: %s", burial->keeper->number,
                                       g_strerror (attempt.voided->exit.spawn_errno));
      return;
    }
  if (tree_may_live (&attempt))
    killed = kill_leftovers (burial, finding->held->order);
  if (attempt.exit != NULL)
    {
      finding->kind = SY_REPORT_EXITED;
      sy_keeper_exit_to_model (&attempt.exit->exit, &finding->exit);
      return;
    }
  finding->kind = SY_REPORT_LOST;
  finding->text = g_strdup_printf ("keeper %u died; %u processes of the task were killed", burial->keeper->number, killed);
}

/* Does another keeper get it, without asking the runner? */
static gboolean
goes_on (const Finding *finding)
{
  return finding->kind == SY_REPORT_FENCED && !finding->held->fence_asked && finding->held->order->after == 0;
}

/* The queue gets them in their order. The mutex is held. */
static void
requeue (Local *self, Keeper *keeper, const Finding *findings, guint n)
{
  for (guint i = n; i-- > 0;)
    {
      Held *held = findings[i].held;

      if (!goes_on (&findings[i]))
        continue;
      sy_local_keeper_take_off (self, keeper, held);
      held->steal_asked = FALSE;
      g_queue_push_head (&self->queue, held);
    }
}

/* The mutex is held. */
static void
settle (Local *self, Keeper *keeper, Finding *finding)
{
  Held *held = finding->held;
  SyReport *report;

  sy_local_keeper_take_off (self, keeper, held);
  report = sy_local_report (self, finding->kind, held->order, keeper->number);
  report->exit = finding->exit;
  report->name = SY_NAME_KEEPER_DIED;
  report->text = g_steal_pointer (&finding->text);
  g_hash_table_remove (self->by_nonce, &held->nonce);
}

static void
bury (gpointer data)
{
  Burial *burial = data;
  Local *self = burial->self;
  Keeper *keeper = burial->keeper;
  g_autofree SyJournalView *view = g_new0 (SyJournalView, 1);
  Finding findings[MAX_HELD] = { 0 };
  guint n = keeper->n_held;

  sy_journal_load (view, self->run_fd, keeper->number);
  for (guint i = 0; i < n; i++)
    {
      findings[i].held = keeper->held[i];
      find_out (burial, view, &findings[i]);
    }
  sy_cgroup_remove (keeper->cgroup);

  g_mutex_lock (&self->mutex);
  requeue (self, keeper, findings, n);
  for (guint i = 0; i < n; i++) /* what follows upon another is told after it */
    if (findings[i].held->keeper != NULL)
      settle (self, keeper, &findings[i]);
  sy_local_keeper_free (self, keeper);
  sy_local_pump (self);
  sy_local_wake (self);
  g_mutex_unlock (&self->mutex);
  g_free (burial);
}

static gboolean
is_dead (Local *self, Keeper *keeper)
{
  int lock;

  if (keeper->pid > 0 && sy_process_reap (keeper->pid))
    keeper->pid = 0;
  lock = sy_journal_lock_state (self->run_fd, keeper->number);
  return keeper->pid == 0 && (lock == SY_JOURNAL_FREE || lock == SY_JOURNAL_ABSENT);
}

/* A keeper that lives on without its connection ends its task and leaves, so its journal will be final. */
static gboolean
look_at (Local *self, Keeper *keeper, gint64 now_us)
{
  Burial *burial;

  if (!is_dead (self, keeper))
    {
      if (now_us - keeper->gone_us > LOCK_PATIENCE_US)
        sy_local_keeper_report_deaf (self, keeper, TRUE);
      return TRUE;
    }
  keeper->burying = TRUE;
  burial = g_new0 (Burial, 1);
  burial->self = self;
  burial->keeper = keeper;
  sy_local_post (self, bury, burial);
  return FALSE;
}

gboolean
sy_local_check_gone (Local *self, gint64 now_us)
{
  gboolean again = FALSE;

  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      if (keeper->state == KEEPER_GONE && !keeper->burying)
        again |= look_at (self, keeper, now_us);
    }
  return again;
}
