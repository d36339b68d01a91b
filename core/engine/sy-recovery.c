/* sy-recovery.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-recovery.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-keeper-link.h"
#include "core/engine/sy-local-executor.h"
#include "core/engine/sy-output-values.h"
#include "core/engine/sy-process.h"
#include "core/engine/sy-recovery-journals-private.h"

typedef struct
{
  const SyRecovery *in;
  SyRecoveryResult *out;
  SyFacts facts;
  GArray *adopted;      /* SyKeeperStatus of what living keepers run */
  guint n_silent;       /* living keepers that did not answer */
} Work;

static const SyTask *
find_task (const Work *w, guint32 number)
{
  guint32 index = sy_workflow_find_number (w->in->state->workflow, number);

  return index == SY_NO_TASK ? NULL : &w->in->state->workflow->tasks[index];
}

static gboolean
is_held (const Work *w, guint64 nonce)
{
  return w->in->executor->holds != NULL && w->in->executor->holds (w->in->executor, nonce);
}

/* @number is one of the run's. */
static const SyTaskState *
state_of (const Work *w, guint32 number)
{
  return &w->in->state->tasks[number - 1];
}

/* --- leftovers --- */

static void
kill_leftovers (Work *w, guint32 number, guint32 attempt, guint32 keeper)
{
  const SyTask *task = find_task (w, number);
  g_autofree char *leaf = w->in->cgroup != NULL && keeper != 0 ? g_strdup_printf ("%s/k%u", w->in->cgroup, keeper) : NULL;
  int n = leaf != NULL ? sy_cgroup_kill (leaf) : -1;

  if (n < 0 && task != NULL)
    n = (int) sy_process_kill_attempt (w->in->run_id, task->id, attempt);
  w->out->n_killed += (guint) MAX (n, 0);
}

/* --- living keepers --- */

static guint
slots_of (const SyTask *task)
{
  return task != NULL && task->resources != NULL ? MAX (1, (task->resources->milli_cpu + 999) / 1000) : 1;
}

/* What a living keeper runs, as far as a stop, a burial and the count of slots need it. */
static SyOrder *
make_order (const SyKeeperStatus *status, gpointer data)
{
  Work *w = data;
  const SyTask *task = find_task (w, status->task);
  SyOrder *order = g_new0 (SyOrder, 1);

  order->nonce = status->nonce;
  order->task = status->task;
  order->item = status->item;
  order->attempt = status->attempt;
  order->slots = slots_of (task);
  order->env = g_new0 (char *, 2);
  order->env[0] = g_strdup_printf ("SWITCHYARD_TASK=%s", task != NULL ? task->id : "");
  return order;
}

static void
note_adopted (Work *w, const SyKeeperStatus *status)
{
  const SyTaskState *state = sy_run_state_task (w->in->state, status->task);

  w->out->n_adopted++;
  g_array_append_val (w->adopted, *status);
  if (state != NULL && state->nonce == status->nonce && state->state == SY_STATE_READY)
    sy_scheduler_started (w->in->scheduler, w->in->now, SY_BY_RECOVERY, status->task, status->attempt, status->nonce,
                          status->keeper, status->pid, status->start_time, status->pidns);
  if (w->in->adopted != NULL)
    w->in->adopted (status, w->in->data);
}

/* TRUE: the keeper lives; what it holds now is known, or it does not answer. */
static gboolean
look_at_keeper (Work *w, guint32 number)
{
  SyKeeperStatus status;

  if (sy_journal_lock_state (w->in->run_fd, number) != SY_JOURNAL_HELD)
    return FALSE;
  if (sy_local_executor_knows (w->in->executor, number))
    return TRUE;
  if (!sy_local_executor_adopt (w->in->executor, number, w->in->patience_us, make_order, w, &status, NULL))
    {
      /* Between our look and the call it may have ended its task and left. */
      if (sy_journal_lock_state (w->in->run_fd, number) != SY_JOURNAL_HELD)
        return FALSE;
      w->n_silent++;
    }
  else if (status.state == SY_KEEPER_RUNNING || status.state == SY_KEEPER_STOPPING || status.state == SY_KEEPER_ENDING)
    note_adopted (w, &status);
  return TRUE;
}

/* --- verdicts --- */

/* After a power cut an exit record may be there and the bytes it speaks of not. */
static gboolean
output_is_whole (const Work *w, const SyFact *fact)
{
  g_autofree char *name =
    g_strdup_printf ("v/t%u.i%u.a%u", fact->record.task, fact->record.item, fact->record.attempt);
  gint64 recorded = fact->record.n_sizes > 0 ? fact->record.sizes[0] : -1;
  struct stat st;
  gint64 now = fstatat (w->in->run_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 ? (gint64) st.st_size : -1;

  return fact->same_boot || recorded < 0 || recorded == now;
}

static void
say_lost (Work *w, guint32 task, const SyTaskState *state, SyName name, const char *text)
{
  w->out->n_lost++;
  sy_scheduler_lost (w->in->scheduler, w->in->now, SY_BY_RECOVERY, task, state->attempt, name, text);
}

static void
say_exited (Work *w, guint32 number, const SyFact *fact)
{
  const SyTask *task = find_task (w, number);
  g_autoptr (GError) error = NULL;
  g_autofree char *outputs = NULL;
  SyExit exit;

  if (fact->same_boot && !(fact->record.exit.flags & (SY_JOURNAL_TREE_GONE | SY_JOURNAL_KEPT)) && !fact->keeper_lives)
    kill_leftovers (w, number, fact->record.attempt, fact->keeper);
  if (task != NULL && task->extra != NULL && task->extra->n_outputs > 0 && fact->record.exit.spawn_errno == 0)
    outputs = sy_output_values_read (w->in->run_fd, task, fact->record.item, fact->record.attempt, &error);
  sy_keeper_exit_to_model (&fact->record.exit, &exit);
  w->out->n_exited++;
  sy_scheduler_exited (w->in->scheduler, w->in->now, SY_BY_RECOVERY, number, fact->record.attempt, fact->record.nonce,
                       &exit, outputs, error != NULL ? error->message : NULL);
}

static void
say_voided (Work *w, guint32 number, guint64 nonce, const char *why)
{
  w->out->n_voided++;
  sy_scheduler_voided (w->in->scheduler, w->in->now, SY_BY_RECOVERY, number, nonce, why);
}

/* Claimed, and no exit. */
static void
judge_claimed (Work *w, guint32 number, const SyTaskState *state, const SyFact *fact)
{
  const SyJournalRecord *r = &fact->record;

  if (!fact->same_boot)
    say_lost (w, number, state, SY_NAME_REBOOT, "the machine was restarted while it ran");
  else if (fact->keeper_lives)
    {
      w->out->n_open++;
      if (state->state == SY_STATE_READY)
        sy_scheduler_started (w->in->scheduler, w->in->now, SY_BY_RECOVERY, number, r->attempt, r->nonce, fact->keeper,
                              r->pid, r->start_time, r->pidns);
    }
  else
    {
      guint before = w->out->n_killed;
      g_autofree char *text = NULL;

      kill_leftovers (w, number, r->attempt, fact->keeper);
      text = g_strdup_printf ("keeper %u died; %u processes of the task were killed", fact->keeper,
                              w->out->n_killed - before);
      say_lost (w, number, state, SY_NAME_KEEPER_DIED, text);
    }
}

/* No journal knows the nonce. */
static void
judge_unknown (Work *w, guint32 number, const SyTaskState *state)
{
  if (w->in->other_boot)
    say_lost (w, number, state, SY_NAME_REBOOT, "the machine was restarted; there is no trace of a start");
  else if (w->n_silent > 0)
    {
      w->out->n_open++;
      sy_scheduler_keeper_deaf (w->in->scheduler, w->in->now, number, TRUE);
    }
  else if (state->state == SY_STATE_READY)
    say_voided (w, number, state->nonce, "no keeper had begun it when the former runner ended");
  else
    {
      kill_leftovers (w, number, state->attempt, 0);
      say_lost (w, number, state, SY_NAME_KEEPER_DIED, "its keeper's journal is missing");
    }
}

static void
judge (Work *w, guint32 number)
{
  const SyTaskState *state = state_of (w, number);
  const SyFact *fact = sy_facts_find (&w->facts, state->nonce);

  if (fact == NULL)
    judge_unknown (w, number, state);
  else if (fact->exited && output_is_whole (w, fact))
    say_exited (w, number, fact);
  else if (fact->exited)
    say_lost (w, number, state, SY_NAME_REBOOT, "it had ended, but what it wrote to $SWITCHYARD_OUTPUT is not whole");
  else if (fact->voided)
    say_voided (w, number, fact->record.nonce, "no process could be made for it");
  else
    judge_claimed (w, number, state, fact);
}

/* A decision of the former runner may not have reached the keeper that holds the attempt: say it again. */
static void
repeat (Work *w, guint32 number, const SyTaskState *state)
{
  if (state->name == SY_NAME_STOPPING)
    w->in->executor->stop (w->in->executor, number, state->attempt, w->in->state->cancel_kill,
                           (SyName) state->stop_name);
  else if (state->name == SY_NAME_REVOKING)
    w->in->executor->fence (w->in->executor, state->nonce);
}

/* --- attempts that the log has lost --- */

static guint32
place_of (const Work *w, const SyFact *fact)
{
  const SyWorkflow *workflow = w->in->state->workflow;
  guint32 index = sy_workflow_find_number (workflow, fact->record.task);

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (workflow->topo[i] == index)
      return i;
  return SY_NO_TASK;
}

typedef struct
{
  const SyFact *fact;
  guint32 place; /* in an order in which what is needed comes first */
} Unknown;

static gint
compare_unknown (gconstpointer a, gconstpointer b)
{
  const Unknown *x = a, *y = b;

  if (x->place != y->place)
    return x->place < y->place ? -1 : 1;
  return (x->fact->record.attempt > y->fact->record.attempt) - (x->fact->record.attempt < y->fact->record.attempt);
}

/* What journals say was claimed and not taken back, of which the log knows nothing, in the order to tell it */
static GArray *
unknown_attempts (const Work *w)
{
  GArray *unknown = g_array_new (FALSE, FALSE, sizeof (Unknown));
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, w->facts.facts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Unknown entry = { .fact = value };
      const SyTaskState *state = sy_run_state_task (w->in->state, entry.fact->record.task);

      if (entry.fact->voided || state == NULL || entry.fact->record.attempt <= state->attempt)
        continue;
      entry.place = place_of (w, entry.fact);
      if (entry.place != SY_NO_TASK)
        g_array_append_val (unknown, entry);
    }
  g_array_sort (unknown, compare_unknown);
  return unknown;
}

/* The journals are the second witness: what has run is put back into the log, and never runs again for the log's loss. */
static void
rebuild (Work *w)
{
  g_autoptr (GArray) unknown = unknown_attempts (w);

  for (guint i = 0; i < unknown->len; i++)
    {
      const SyFact *fact = g_array_index (unknown, Unknown, i).fact;
      const SyJournalRecord *r = &fact->record;

      if (!sy_scheduler_salvage_intent (w->in->scheduler, w->in->now, SY_BY_SALVAGE, r->task, r->attempt, r->nonce))
        continue;
      w->out->n_rebuilt++;
      if (is_held (w, r->nonce))
        sy_scheduler_started (w->in->scheduler, w->in->now, SY_BY_SALVAGE, r->task, r->attempt, r->nonce, fact->keeper,
                              r->pid, r->start_time, r->pidns);
      else
        judge (w, r->task);
    }
}

/* --- attempts that may have begun before the log would say so --- */

/*
 * The order of what stood by went out when all needs had ended well, which a journal of this boot then says, so that
 * the fold has it by now. After a power cut the journals may have lost that end: then the need is lost, too.
 */
static gboolean
may_have_gone_out (const Work *w, guint32 number)
{
  const SyTask *task = find_task (w, number);

  for (guint32 k = 0; task != NULL && k < task->n_needs; k++)
    {
      const SyTaskState *need = sy_run_state_at (w->in->state, task->needs[k].task);

      if (need->state != SY_STATE_SUCCEEDED && (need->state != SY_STATE_LOST || !w->in->other_boot))
        return FALSE;
    }
  return task != NULL && (w->in->other_boot || w->n_silent > 0);
}

/* The executor, which has outlived a log that had to be opened anew, or a keeper that was adopted, has it. */
static void
go_on_with (Work *w, guint32 number, const SyTaskState *state)
{
  for (guint i = 0; i < w->adopted->len; i++)
    {
      const SyKeeperStatus *status = &g_array_index (w->adopted, SyKeeperStatus, i);

      if (status->nonce == state->nonce)
        sy_scheduler_started (w->in->scheduler, w->in->now, SY_BY_RECOVERY, number, status->attempt, status->nonce,
                              status->keeper, status->pid, status->start_time, status->pidns);
    }
}

/* Is @need out with a keeper of which nobody knows what it does? */
static gboolean
is_in_the_dark (const Work *w, guint32 need)
{
  const SyTaskState *state = sy_run_state_at (w->in->state, need);
  guint32 number = w->in->state->workflow->tasks[need].number;

  if (sy_state_is_terminal ((SyState) state->state) || (state->nonce != 0 && is_held (w, state->nonce)))
    return FALSE;
  return state->state == SY_STATE_RUNNING || (state->nonce != 0 && !w->in->begun)
         || sy_scheduler_is_unresolved (w->in->scheduler, number);
}

/* Does @number wait for a need that has not ended, and may a keeper have its order, to begin it after that one? */
static gboolean
is_ahead (const Work *w, guint32 number, gboolean *waits)
{
  const SyTask *task = find_task (w, number);
  gboolean dark = FALSE;

  *waits = FALSE;
  for (guint32 k = 0; task != NULL && k < task->n_needs; k++)
    {
      guint32 need = task->needs[k].task;

      *waits |= !sy_state_is_terminal ((SyState) sy_run_state_at (w->in->state, need)->state);
      dark |= is_in_the_dark (w, need);
    }
  return *waits && (dark || is_held (w, state_of (w, number)->standby));
}

/* A need of it has not ended: nothing can be said yet but that it may follow. What it follows upon is told before it. */
static void
leave_ahead (Work *w, guint32 number)
{
  sy_scheduler_may_follow (w->in->scheduler, w->in->now, number);
  w->out->n_open += !is_held (w, state_of (w, number)->standby);
}

static void
judge_standby (Work *w, guint32 number)
{
  const SyTaskState *state = state_of (w, number);
  guint64 nonce = state->standby;
  const SyFact *fact = sy_facts_find (&w->facts, nonce);
  gboolean held = is_held (w, nonce), waits;

  if (is_ahead (w, number, &waits))
    {
      leave_ahead (w, number);
      return;
    }
  if (w->in->begun)
    {
      sy_scheduler_fenced (w->in->scheduler, w->in->now, number, nonce);
      return;
    }
  if (waits || (fact != NULL ? fact->voided : !held && !may_have_gone_out (w, number)))
    {
      sy_scheduler_not_started (w->in->scheduler, w->in->now, number);
      return;
    }
  if (!sy_scheduler_salvage_intent (w->in->scheduler, w->in->now, SY_BY_RECOVERY, number, state->attempt + 1, nonce))
    return;
  if (held)
    go_on_with (w, number, state);
  else
    judge (w, number);
}

/* Numbers of the tasks with an intent */
static GArray *
open_intents (const Work *w)
{
  GArray *open = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 number = 1; number <= w->in->state->n_numbers; number++)
    {
      const SyTaskState *state = state_of (w, number);

      if (state->nonce != 0 && !sy_state_is_terminal ((SyState) state->state))
        g_array_append_val (open, number);
    }
  return open;
}

/* Of those that stand by for one; what is needed comes first. */
static GArray *
open_standbys (const Work *w)
{
  const SyWorkflow *workflow = w->in->state->workflow;
  GArray *open = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 number = workflow->tasks[workflow->topo[i]].number;
      const SyTaskState *state = state_of (w, number);
      gboolean asked = !w->in->begun || sy_scheduler_is_unresolved (w->in->scheduler, number);

      if (state->nonce == 0 && state->standby != 0 && asked && !sy_state_is_terminal ((SyState) state->state))
        g_array_append_val (open, number);
    }
  return open;
}

static void
want (Work *w, const GArray *open, gboolean standing_by)
{
  for (guint i = 0; i < open->len; i++)
    {
      const SyTaskState *state = state_of (w, g_array_index (open, guint32, i));

      g_hash_table_add (w->facts.wanted, (gpointer) (standing_by ? &state->standby : &state->nonce));
    }
}

static void
judge_intent (Work *w, guint32 number)
{
  const SyTaskState *state = state_of (w, number);

  if (!is_held (w, state->nonce))
    {
      /* Else it is on its way to the executor, or an answer about it on its way back. */
      if (!w->in->begun || state->state != SY_STATE_READY || sy_scheduler_is_unresolved (w->in->scheduler, number))
        judge (w, number);
      return;
    }
  repeat (w, number, state);
  if (state->state == SY_STATE_READY)
    go_on_with (w, number, state);
}

/* One that ended well may have given another, which follows upon it, its intent. */
static void
judge_intents (Work *w)
{
  g_autoptr (GHashTable) judged = g_hash_table_new (NULL, NULL);
  guint n = 0;

  do
    {
      g_autoptr (GArray) open = open_intents (w);

      n = g_hash_table_size (judged);
      for (guint i = 0; i < open->len; i++)
        if (g_hash_table_add (judged, GUINT_TO_POINTER (g_array_index (open, guint32, i))))
          judge_intent (w, g_array_index (open, guint32, i));
    }
  while (g_hash_table_size (judged) > n);
}

/* A handler that had begun and of which no end is known is not begun again: begin() says so. */
static void
judge_handlers (Work *w)
{
  guint open = (guint) w->in->state->handlers_started & ~(guint) w->in->state->handlers_done;

  for (guint kind = 0; kind < SY_N_HANDLERS; kind++)
    {
      const SyFact *fact = w->facts.handlers[kind];

      if ((open & (1u << kind)) && fact != NULL && fact->exited)
        sy_scheduler_handler_done (w->in->scheduler, w->in->now, (SyHandlerKind) kind, fact->record.exit.status);
    }
}

char *
sy_recovery_read_cgroup (int run_fd)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d/cgroup", run_fd);
  char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL) && *text == '/')
    return text;
  g_free (text);
  return NULL;
}

void
sy_recovery_run (const SyRecovery *recovery, SyRecoveryResult *result)
{
  Work w = { .in = recovery, .out = result };
  g_autoptr (GArray) open = NULL;
  g_autoptr (GArray) standing_by = NULL;
  g_autoptr (GArray) adopted = g_array_new (FALSE, FALSE, sizeof (SyKeeperStatus));
  g_autoptr (GArray) keepers = sy_recovery_list_keepers (recovery->run_fd);

  memset (result, 0, sizeof *result);
  w.adopted = adopted;
  sy_facts_init (&w.facts, recovery->run_fd);
  w.facts.all = recovery->state->salvaged;
  open = open_intents (&w);
  standing_by = open_standbys (&w);
  want (&w, open, FALSE);
  want (&w, standing_by, TRUE);
  for (guint i = 0; i < keepers->len; i++)
    {
      guint32 number = g_array_index (keepers, guint32, i);
      gboolean lives = look_at_keeper (&w, number);

      if (open->len + standing_by->len > 0 || w.facts.all || recovery->state->handlers_started != recovery->state->handlers_done)
        sy_facts_read (&w.facts, number, lives);
    }
  judge_intents (&w);
  for (guint i = 0; i < standing_by->len; i++)
    if (state_of (&w, g_array_index (standing_by, guint32, i))->nonce == 0)
      judge_standby (&w, g_array_index (standing_by, guint32, i));
  if (w.facts.all)
    rebuild (&w);
  judge_handlers (&w);
  sy_facts_clear (&w.facts);
}

char *
sy_recovery_describe (const SyRecoveryResult *r)
{
  if (r->n_exited + r->n_lost + r->n_voided + r->n_adopted + r->n_rebuilt == 0)
    return NULL;
  if (r->n_rebuilt > 0)
    return g_strdup_printf ("the log had lost %u attempts that keepers' journals know: %u of them had ended, %u are lost, "
                            "%u go on",
                            r->n_rebuilt, r->n_exited, r->n_lost, r->n_adopted);
  return g_strdup_printf ("%u running tasks taken over, %u ends read from journals, %u intents taken back, %u lost, "
                          "%u leftover processes killed",
                          r->n_adopted, r->n_exited, r->n_voided, r->n_lost, r->n_killed);
}
