/* test-fold-exhaustive.c: every reachable state, every event (reliability F3)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/model/model-util.h"

#include <string.h>

/*
 * Breadth first over all states that event strings can reach with two attempts a
 * task; strings that lead to the same state are followed once. In each state
 * every event of the alphabet is tried: what is accepted must be an arrow of the
 * table below (protocol.md, written down a second time), what is refused must
 * change nothing, and no attempt may start twice.
 */
#define MAX_TASKS 3
#define ATTEMPTS 2

static const struct { const char *from, *to; } arrows[] = {
  { "pending *", "pending *" },
  { "pending *", "ready queued" },
  { "pending *", "waiting approval" },
  { "pending *", "succeeded succeeded" },
  { "pending *", "skipped condition_false" },
  { "pending *", "skipped branch_not_taken" },
  { "pending *", "skipped upstream_skipped" },
  { "pending *", "skipped disabled" },
  { "pending *", "skipped user" },
  { "pending *", "upstream_failed *" },
  { "pending *", "failed expression" },
  { "pending *", "cancelled *" },
  { "ready *", "ready queued" },
  { "ready *", "ready held_*" },
  { "ready *", "ready revoking" },
  { "ready *", "running running" },
  { "ready *", "running stopping" },
  { "ready *", "lost *" },
  { "ready *", "failed expression" },
  { "ready awaiting_retry", "failed *" },
  { "ready *", "skipped user" },
  { "ready *", "cancelled *" },
  { "ready *", "pending needs" },
  { "waiting *", "succeeded succeeded" },
  { "waiting *", "failed rejected" },
  { "waiting *", "skipped user" },
  { "waiting *", "cancelled *" },
  { "waiting *", "pending needs" },
  { "running *", "running running" },
  { "running *", "running stopping" },
  { "running *", "succeeded succeeded" },
  { "running *", "succeeded warned" },
  { "running *", "skipped exit_code" },
  { "running *", "failed exit" },
  { "running *", "failed signal" },
  { "running *", "failed timed_out" },
  { "running *", "failed out_of_memory" },
  { "running *", "failed spawn" },
  { "running *", "failed output" },
  { "running *", "ready awaiting_retry" },
  { "running stopping", "cancelled *" },
  { "running *", "lost *" },
  { "lost *", "ready queued" },
  { "lost *", "* marked" },
  { "failed *", "* marked" },
  { "cancelled *", "* marked" },
  { "upstream_failed *", "* marked" },
  { "succeeded *", "pending needs" },
  { "failed *", "pending needs" },
  { "lost *", "pending needs" },
  { "skipped *", "pending needs" },
  { "upstream_failed *", "pending needs" },
  { "cancelled *", "pending needs" },
};

static guint8 legal[SY_N_STATES][SY_N_NAMES][SY_N_STATES][SY_N_NAMES];

static void
fill_legal (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (arrows); i++)
    for (guint a = 0; a < SY_N_STATES * SY_N_NAMES; a++)
      {
        g_autofree char *from = g_strdup_printf ("%s %s", sy_state_to_string ((SyState) (a / SY_N_NAMES)),
                                                 sy_name_to_string ((SyName) (a % SY_N_NAMES)));

        if (!g_pattern_match_simple (arrows[i].from, from))
          continue;
        for (guint b = 0; b < SY_N_STATES * SY_N_NAMES; b++)
          {
            g_autofree char *to = g_strdup_printf ("%s %s", sy_state_to_string ((SyState) (b / SY_N_NAMES)),
                                                   sy_name_to_string ((SyName) (b % SY_N_NAMES)));

            if (g_pattern_match_simple (arrows[i].to, to))
              legal[a / SY_N_NAMES][a % SY_N_NAMES][b / SY_N_NAMES][b % SY_N_NAMES] = TRUE;
          }
      }
}

/* The fold keeps no text here (no event has any), so a state can be copied byte by byte. */
typedef struct
{
  SyRunState run;
  SyTaskState tasks[MAX_TASKS];
  guint32 open_needs[MAX_TASKS];
  guint8 started[MAX_TASKS]; /* bit = attempt that was seen to start */
} Snapshot;

typedef struct { guint8 bytes[MAX_TASKS][14]; } Key;

static void
save (const SyRunState *state, Snapshot *to)
{
  to->run = *state;
  memcpy (to->tasks, state->tasks, sizeof (SyTaskState) * state->n_numbers);
  memcpy (to->open_needs, state->open_needs, sizeof (guint32) * state->n_numbers);
}

static void
restore (SyRunState *state, const Snapshot *from)
{
  *state = from->run;
  memcpy (state->tasks, from->tasks, sizeof (SyTaskState) * state->n_numbers);
  memcpy (state->open_needs, from->open_needs, sizeof (guint32) * state->n_numbers);
}

static void
make_key (const Snapshot *snapshot, Key *key)
{
  memset (key, 0, sizeof *key);
  for (guint i = 0; i < snapshot->run.n_numbers; i++)
    {
      const SyTaskState *task = &snapshot->tasks[i];
      const guint8 bytes[] = {
        task->state, task->name, task->badges, task->settled, task->stop_name, task->stop_state, task->last_failure,
        task->run_again, task->joined, (guint8) task->attempt, (guint8) task->budget_used, (guint8) task->lost_reruns,
        (guint8) task->nonce, snapshot->started[i],
      };

      memcpy (key->bytes[i], bytes, sizeof bytes);
    }
}

static guint
key_hash (gconstpointer data)
{
  const guint8 *at = data;
  guint hash = 2166136261u;

  for (gsize i = 0; i < sizeof (Key); i++)
    hash = (hash ^ at[i]) * 16777619u;
  return hash;
}

static gboolean
key_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Key)) == 0;
}

typedef struct
{
  SyRunState *state;
  GArray *queue;      /* Snapshot */
  GHashTable *seen;   /* Key */
  guint64 tried, accepted;
} Search;

static void
check_start (const SyEvent *event, const Snapshot *before, const SyTaskState *task, Snapshot *after)
{
  gboolean ran = event->kind == SY_EVENT_STARTED
                 || ((event->kind == SY_EVENT_EXITED || event->kind == SY_EVENT_LOST)
                     && before->tasks[event->task - 1].state == SY_STATE_READY);

  if (!ran)
    return;
  g_assert_cmpuint (task->attempt, ==, event->attempt);
  g_assert_false (before->started[event->task - 1] >> event->attempt & 1); /* no attempt starts twice */
  after->started[event->task - 1] |= (guint8) (1 << event->attempt);
}

static void
accept_event (Search *search, const SyEvent *event, const Snapshot *before)
{
  const SyTaskState *old = &before->tasks[event->task - 1];
  const SyTaskState *task = &search->state->tasks[event->task - 1];
  SyState state = (SyState) old->state;
  SyName name = (SyName) old->name;
  Snapshot after = { 0 };
  Key key;

  search->accepted++;
  if (event->kind == SY_EVENT_EXITED && state == SY_STATE_READY && old->nonce != 0) /* claimed and ended at once */
    {
      state = SY_STATE_RUNNING;
      name = name == SY_NAME_REVOKING ? SY_NAME_STOPPING : SY_NAME_RUNNING;
    }
  if ((state != task->state || name != task->name) && !legal[state][name][task->state][task->name])
    g_error ("%s made %s(%s) to %s(%s)", sy_event_kind_to_string ((SyEventKind) event->kind),
             sy_state_to_string (state), sy_name_to_string (name), sy_state_to_string ((SyState) task->state),
             sy_name_to_string ((SyName) task->name));
  g_assert_true (old->attempt <= task->attempt || event->kind == SY_EVENT_VOIDED);
  model_assert_invariants (search->state);
  save (search->state, &after);
  memcpy (after.started, before->started, sizeof after.started);
  check_start (event, before, task, &after);
  make_key (&after, &key);
  if (task->attempt > ATTEMPTS || g_hash_table_contains (search->seen, &key))
    return;
  g_hash_table_add (search->seen, g_memdup2 (&key, sizeof key));
  g_array_append_val (search->queue, after);
}

static void
try_event (Search *search, const SyEvent *event, const Snapshot *before)
{
  search->tried++;
  if (sy_run_state_apply (search->state, event, NULL))
    {
      accept_event (search, event, before);
      restore (search->state, before);
      return;
    }
  /* refused: nothing changed */
  g_assert_cmpint (search->state->seq, ==, before->run.seq);
  g_assert_cmpmem (search->state->tasks, sizeof (SyTaskState) * search->state->n_numbers, before->tasks,
                   sizeof (SyTaskState) * search->state->n_numbers);
  g_assert_cmpmem (search->state->counts, sizeof search->state->counts, before->run.counts, sizeof before->run.counts);
}

static void
explore (const char *graph, GArray *alphabet, guint limit)
{
  g_autoptr (SyWorkflow) workflow = model_workflow (graph);
  g_autoptr (SyRunState) state = NULL;
  Snapshot first = { 0 };
  Search search = { NULL, g_array_new (FALSE, FALSE, sizeof (Snapshot)),
                    g_hash_table_new_full (key_hash, key_equal, g_free, NULL), 0, 0 };

  for (guint i = 0; i < workflow->n_tasks; i++)
    workflow->tasks[i].on_lost = (guint8) (SY_ON_LOST_RERUN - i % 3);
  search.state = state = sy_run_state_new (workflow);
  save (state, &first);
  g_array_append_val (search.queue, first);
  for (guint at = 0; at < search.queue->len && (limit == 0 || at < limit); at++)
    {
      Snapshot before = g_array_index (search.queue, Snapshot, at);

      restore (state, &before);
      for (guint i = 0; i < alphabet->len; i++)
        for (guint32 task = 1; task <= workflow->n_tasks; task++)
          {
            SyEvent event = g_array_index (alphabet, SyEvent, i);

            event.task = task;
            try_event (&search, &event, &before);
          }
    }
  restore (state, &first);
  g_test_message ("%s: %u states, %" G_GUINT64_FORMAT " events tried, %" G_GUINT64_FORMAT " accepted", graph,
                  search.queue->len, search.tried, search.accepted);
  g_assert_cmpuint (search.queue->len, >, 100);
  g_array_unref (search.queue);
  g_hash_table_unref (search.seen);
}

static gboolean
tells_state (guint kind)
{
  return kind == SY_EVENT_EXITED || kind == SY_EVENT_MARKED || kind == SY_EVENT_REVOKING;
}

/* One task: every kind with every name, verdict, attempt 0…3, right, wrong and no nonce. */
static void
test_one_task (void)
{
  g_autoptr (GArray) alphabet = g_array_new (FALSE, TRUE, sizeof (SyEvent));

  for (guint kind = 0; kind <= SY_EVENT_HANDLER + 1; kind++)
    for (guint name = 0; name <= SY_N_NAMES; name++)
      for (guint state = 0; state <= (tells_state (kind) ? SY_N_STATES : 0); state++)
        for (guint attempt = 0; attempt <= ATTEMPTS + 1; attempt++)
          for (guint nonce = 0; nonce < 3; nonce++)
            {
              SyEvent event = { .kind = (guint16) kind, .name = (guint8) name, .state = (guint8) state,
                                .attempt = attempt, .nonce = nonce };

              if (attempt == 0 && kind >= SY_EVENT_INTENT && kind <= SY_EVENT_LOST && name > 0)
                continue;
              g_array_append_val (alphabet, event);
            }
  explore ("a", alphabet, g_test_thorough () ? 10000 : 400);
}

/* Three tasks, one alphabet letter a meaning: all interleavings, for settledness above all. */
static void
test_three_tasks (void)
{
  static const SyEvent letters[] = {
    { .kind = SY_EVENT_JOIN_MET },
    { .kind = SY_EVENT_JOIN_MET, .name = SY_NAME_SUCCEEDED },
    { .kind = SY_EVENT_ANNOUNCED, .name = SY_NAME_UPSTREAM_FAILED },
    { .kind = SY_EVENT_UNANNOUNCED },
    { .kind = SY_EVENT_CANCELLED, .name = SY_NAME_USER },
    { .kind = SY_EVENT_STANDBY, .attempt = 1, .nonce = 1 },
    { .kind = SY_EVENT_STANDBY },
    { .kind = SY_EVENT_INTENT, .attempt = 1, .nonce = 1 },
    { .kind = SY_EVENT_INTENT, .attempt = 2, .nonce = 1 },
    { .kind = SY_EVENT_VOIDED, .nonce = 1 },
    { .kind = SY_EVENT_STARTED, .attempt = 1 },
    { .kind = SY_EVENT_STARTED, .attempt = 2 },
    { .kind = SY_EVENT_EXITED, .attempt = 1, .state = SY_STATE_SUCCEEDED, .name = SY_NAME_SUCCEEDED },
    { .kind = SY_EVENT_EXITED, .attempt = 1, .state = SY_STATE_READY, .name = SY_NAME_AWAITING_RETRY },
    { .kind = SY_EVENT_EXITED, .attempt = 2, .state = SY_STATE_FAILED, .name = SY_NAME_EXIT },
    { .kind = SY_EVENT_LOST, .attempt = 1, .name = SY_NAME_KEEPER_DIED },
    { .kind = SY_EVENT_LOST, .attempt = 2, .name = SY_NAME_REBOOT },
    { .kind = SY_EVENT_LOST_RERUN },
    { .kind = SY_EVENT_RETRY_DUE },
    { .kind = SY_EVENT_RESET },
    { .kind = SY_EVENT_MARKED, .state = SY_STATE_SUCCEEDED, .name = SY_NAME_MARKED },
  };
  static const char *const graphs[] = { "a b:a c:b", "a b:a c:a,b", "c:a,b a b" };
  g_autoptr (GArray) alphabet = g_array_new (FALSE, TRUE, sizeof (SyEvent));

  g_array_append_vals (alphabet, letters, G_N_ELEMENTS (letters));
  for (guint i = 0; i < G_N_ELEMENTS (graphs); i++)
    explore (graphs[i], alphabet, 0); /* to the end */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fill_legal ();
  g_test_add_func ("/model/fold-exhaustive/one-task", test_one_task);
  g_test_add_func ("/model/fold-exhaustive/three-tasks", test_three_tasks);
  return g_test_run ();
}
