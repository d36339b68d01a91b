/* test-why.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-scheduler.h"
#include "core/model/sy-words.h"
#include "tests/core/model/model-util.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define NOW (1000 * SECOND)

#define RUNS(t) #t ".join_met " #t ".intent@1 " #t ".started@1"

/* What is asked is always about the last task of the graph. */
static const struct { const char *graph, *events, *brief, *sentence, *chain, *actions; } cases[] = {
  { "a", "", "not started", "a waits for the run to start.", "a", "skip" },
  { "a b:a", RUNS (a), "needs a", "b needs a, which is running.", "b a", "skip" },
  { "a b c:a,b", RUNS (b), "needs b and 1 more", "c needs b, which is running, and 1 more.", "c b", "skip" },
  { "a b:a c:b", RUNS (a), "needs b", "c needs b, which waits itself: needs a.", "c b a", "skip" },
  { "a b:a c:b", RUNS (a) " a.lost:keeper_died@1", "needs b", "c needs b, which waits itself: needs a.", "c b a", "skip" },
  { "a b:a", RUNS (a) " a.lost:keeper_died@1", "needs a", "b needs a, which is lost: nobody saw it end.", "b a", "skip" },
  { "a b:a", RUNS (a) " a.exited:awaiting_retry@1", "needs a", "b needs a, which retries in 8 s.", "b a", "skip" },
  { "a", "a.join_met", "queued", "a is queued: it starts as soon as there is room.", "a", "skip" },
  { "a", "a.join_met a.intent@1", "starting", "a is about to start.", "a", "skip" },
  { "a", "a.join_met a.held:held_pause", "held: paused", "a is held: paused.", "a", "resume skip" },
  { "a", "a.join_met a.held:held_disk", "held: the disk is full", "a is held: the disk is full.", "a", "skip" },
  { "a", "a.join_met a.intent@1 a.revoking:user", "being taken back", "a is being taken back before it starts.", "a", "" },
  { "a", RUNS (a) " a.exited:awaiting_retry@1", "retries in 8 s", "a retries in 8 s, after exit 3.", "a", "retry-now give-up skip" },
  { "a", RUNS (a), "running", "a has been running for 3 min 12 s.", "a", "stop" },
  { "a", RUNS (a) " a.stop_requested:timed_out", "stopping", "a is being stopped: it took too long.", "a", "stop" },
  { "a", RUNS (a) " a.exited:succeeded@1", "2.1 s", "a succeeded in 2.1 s.", "a", "rerun" },
  { "a", RUNS (a) " a.exited:warned@1", "warned: exit 3", "a succeeded, but warned: exit 3.", "a", "rerun" },
  { "a", "a.join_met:succeeded", "succeeded", "a succeeded.", "a", "rerun" },
  { "a", "a.join_met:succeeded a.stale", "succeeded", "a succeeded; a task before it has run again since.", "a", "rerun" },
  { "a", RUNS (a) " a.exited:exit@1", "exit 3", "a failed: exit 3.", "a", "rerun mark" },
  { "a", RUNS (a) " a.exited:awaiting_retry@1 a.retry_due a.intent@2 a.started@2 a.exited:exit@2", "exit 3 · 2 attempts",
    "a failed: exit 3 · 2 attempts.", "a", "rerun mark" },
  { "a", RUNS (a) " a.exited:timed_out@1", "timed out", "a failed: timed out.", "a", "rerun mark" },
  { "a", RUNS (a) " a.exited:out_of_memory@1", "out of memory", "a failed: out of memory.", "a", "rerun mark" },
  { "a", RUNS (a) " a.exited:exit@1 a.marked:succeeded", "marked as succeeded", "a was marked as succeeded.", "a", "rerun" },
  { "a", RUNS (a) " a.lost:reboot@1", "lost: the machine restarted", "a is lost: the machine restarted.", "a", "mark rerun" },
  { "a", "a.skipped:condition_false", "skipped: condition false", "a was skipped: condition false.", "a", "rerun" },
  { "a", "a.skipped:user", "skipped: by you", "a was skipped: by you.", "a", "rerun" },
  { "a b:a", RUNS (a) " a.exited:exit@1 b.announced:upstream_failed", "blocked by a", "b is blocked by a, which failed: exit 3.", "b a",
    "rerun mark" },
  { "a b:a c:b", RUNS (a) " a.exited:exit@1 b.announced:upstream_failed c.announced:upstream_failed", "blocked by b",
    "c is blocked by b, which is blocked by a.", "c b a", "rerun mark" },
  { "a b:a", "a.skipped:user b.announced:upstream_skipped", "skipped: a was skipped", "b was skipped: a was skipped.", "b a", "rerun" },
  { "a", "a.cancelled:user", "cancelled by you", "a was cancelled by you.", "a", "rerun mark" },
  { "a", "a.cancelled:quorum_met", "cancelled: no longer needed", "a was cancelled: no longer needed.", "a", "rerun mark" },
};

/* Causes, times and exits such as the scheduler gives them: each blocked task by the one before it. */
static void
apply_all (SyRunState *state, const char *events)
{
  g_auto (GStrv) words = g_strsplit (events, " ", -1);

  for (guint k = 0; words[k] != NULL; k++)
    {
      SyEvent event = { .time.wall_us = NOW - 192 * SECOND };
      SyExit exit = { .status = 3 << 8, .started_us = NOW - 5 * SECOND, .ended_us = NOW - 2900000 };
      g_autoptr (GError) error = NULL;

      model_parse_event (words[k], &event);
      if (event.kind == SY_EVENT_ANNOUNCED)
        event.cause = event.task - 1;
      if (event.kind == SY_EVENT_EXITED)
        event.exit = &exit;
      event.due.wall_us = NOW + 7500000;
      sy_run_state_apply (state, &event, &error);
      g_assert_no_error (error);
    }
}

static char *
chain_ids (const SyRunState *state, const SyWhy *why)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < why->chain->len; i++)
    {
      g_string_append (text, i ? " " : "");
      sy_words_task (text, state, g_array_index (why->chain, SyWhyLink, i).task);
    }
  return g_string_free (text, FALSE);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (cases[i].graph);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_autoptr (SyWhy) why = NULL;
      g_autoptr (GString) brief = g_string_new (NULL);
      g_autofree char *chain = NULL, *actions = NULL;

      apply_all (state, cases[i].events);
      why = sy_why (state, workflow->n_tasks, NOW);
      sy_words_brief (brief, state, workflow->n_tasks, NOW);
      chain = chain_ids (state, why);
      actions = g_strjoinv (" ", why->actions);
      g_assert_cmpstr (brief->str, ==, cases[i].brief);
      g_assert_cmpstr (why->sentence, ==, cases[i].sentence);
      g_assert_cmpstr (chain, ==, cases[i].chain);
      g_assert_cmpstr (actions, ==, cases[i].actions);
    }
}

/* Pools, quorum and settling need more than a line. */
static void
test_pool (void)
{
  static const SyPool pools[] = { { "cpu-cluster", 4 }, { "db", 2 } };
  static const SyPoolRequest one = { 1, 1 };
  static const SyResources needs_db = { .n_pools = 1, .pools = &one };
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b c");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autoptr (SyWhy) why = NULL;
  const SyWhyHold *hold;
  SyEvent held = { .kind = SY_EVENT_HELD, .task = 3, .name = SY_NAME_HELD_POOL, .value = 1, .text = (char *) "db" };

  workflow->pools = pools;
  workflow->n_pools = 2;
  for (guint i = 0; i < 3; i++)
    workflow->tasks[i].resources = &needs_db;
  model_apply (state, RUNS (a) " b.join_met b.intent@1 c.join_met");
  g_assert_true (sy_run_state_apply (state, &held, NULL));
  why = sy_why (state, 3, NOW);
  g_assert_cmpstr (why->sentence, ==, "c is held: pool db, 2 of 2, used by a and b.");
  g_assert_cmpstr (why->code, ==, "held_pool");
  g_assert_cmpuint (why->held_by->len, ==, 1);
  hold = &g_array_index (why->held_by, SyWhyHold, 0);
  g_assert_cmpstr (hold->kind, ==, "pool");
  g_assert_cmpstr (hold->name, ==, "db");
  g_assert_cmpint (hold->want, ==, 1);
  g_assert_cmpuint (hold->holders->len, ==, 2);
}

static void
test_quorum (void)
{
  static const SyJoin quorum = { .rule = SY_JOIN_QUORUM, .quorum = 60, .percent = TRUE };
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b c d:a,b,c");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autoptr (SyWhy) why = NULL;
  g_autoptr (GString) brief = g_string_new (NULL);

  workflow->tasks[3].join = &quorum;
  model_apply (state, "a.join_met:succeeded " RUNS (b));
  why = sy_why (state, 4, NOW);
  sy_words_brief (brief, state, 4, NOW);
  g_assert_cmpstr (brief->str, ==, "1 more of 2 needed");
  g_assert_cmpstr (why->sentence, ==, "d needs 1 more of 2, first b, which is running.");
}

static void
test_settling (void)
{
  static const SyJoin all_done = { .rule = SY_JOIN_ALL_DONE };
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b:a c:b");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  g_autoptr (SyWhy) why = NULL;
  g_autofree char *chain = NULL;

  workflow->tasks[2].join = &all_done;
  model_apply (state, "b.join_met:succeeded " RUNS (a));
  why = sy_why (state, 3, NOW);
  chain = chain_ids (state, why);
  g_assert_cmpstr (why->sentence, ==, "c needs b and all before it to have ended.");
  g_assert_cmpstr (chain, ==, "c b a");
}

static void
assert_told (const SyRunState *state, guint32 number)
{
  g_autoptr (SyWhy) why = sy_why (state, number, state->seq + 1000000);
  const char *code = NULL;
  g_autofree char *bare = sy_why_sentence (state, number, state->seq + 1000000, &code);
  const char *id = state->workflow->tasks[sy_workflow_find_number (state->workflow, number)].id;

  g_assert_true (g_str_has_prefix (why->sentence, id));
  g_assert_true (g_str_has_suffix (why->sentence, "."));
  g_assert_cmpuint (strlen (why->sentence), >, strlen (id) + 8);
  g_assert_null (strstr (why->sentence, "  "));
  g_assert_null (strchr (why->sentence, '_')); /* no raw keys */
  g_assert_cmpstr (why->code, !=, "");
  g_assert_cmpstr (why->code, ==, code);
  if (why->held_by->len == 0)
    g_assert_cmpstr (why->sentence, ==, bare);
  g_assert_cmpuint (why->chain->len, >=, 1);
  g_assert_cmpuint (why->chain->len, <=, state->n_numbers);
  g_assert_cmpuint (g_array_index (why->chain, SyWhyLink, 0).task, ==, number);
  for (guint i = 0; i < why->chain->len; i++)
    g_assert_cmpstr (g_array_index (why->chain, SyWhyLink, i).text, !=, "");
  /* somebody who waits is told for whom */
  if (state->tasks[number - 1].state == SY_STATE_PENDING && why->chain->len > 1)
    g_assert_nonnull (strstr (why->sentence, " needs "));
}

static void
test_never_empty (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint round = 0; round < 40; round++)
    {
      guint n = (guint) g_rand_int_range (random, 1, 10);
      g_autoptr (SyWorkflow) workflow = model_random_workflow (random, n, 30);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);

      for (guint step = 0; step < 600; step++)
        {
          SyEvent event;

          model_likely_event (random, state, &event);
          sy_run_state_apply (state, &event, NULL);
          assert_told (state, (guint32) g_rand_int_range (random, 1, (gint32) n + 1));
          sy_event_clear (&event);
        }
    }
}

/* Every state with every name that fits it, with and without the facts that go with it. */
static void
test_every_name (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("first a:first");
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  SyTaskState *task = &state->tasks[1];
  guint n = 0;

  for (guint i = 0; i < SY_N_STATES * SY_N_NAMES * 16; i++)
    {
      SyState now = (SyState) (i / 16 / SY_N_NAMES);
      SyName name = (SyName) (i / 16 % SY_N_NAMES);

      if (!sy_name_fits_state (name, now))
        continue;
      task->state = (guint8) now;
      task->name = (guint8) name;
      task->cause = (i & 1) ? 1 : (i & 2) ? 99 : 0;
      task->attempt = (i & 2) ? 3 : 0;
      task->exit_status = (i & 4) ? 9 : -1;
      task->last_failure = (i & 4) ? SY_NAME_SIGNAL : SY_NAME_NONE;
      task->due.wall_us = (i & 4) ? G_MAXINT64 : 0;
      task->text = (i & 8) ? g_strdup ("some words") : NULL;
      assert_told (state, 2);
      g_clear_pointer (&task->text, g_free);
      n++;
    }
  g_assert_cmpuint (n, ==, 16 * (SY_N_NAMES - 1 + 2)); /* marked and user belong to two states each */
}

static const struct { gint64 us; const char *text;
} durations[] = {
  { 0, "0 ms" },
  { -5, "0 ms" },
  { 850000, "850 ms" },
  { 999499, "999 ms" },
  { 999500, "1.0 s" },
  { 2100000, "2.1 s" },
  { 9949999, "9.9 s" },
  { 9950000, "10 s" },
  { 59400000, "59 s" },
  { 59600000, "1 min 0 s" },
  { 192 * SECOND, "3 min 12 s" },
  { 7500 * SECOND, "2 h 5 min" },
  { 273600 * SECOND, "3 d 4 h" },
  { G_MAXINT64, "106751991 d 4 h" },
};
static const struct { guint64 bytes; const char *text;
} sizes[] = {
  { 0, "0 B" },
  { 512, "512 B" },
  { 999, "999 B" },
  { 1000, "1.0 kB" },
  { 1200000000, "1.2 GB" },
  { 187000000, "187 MB" },
  { G_MAXUINT64, "18.4 EB" },
};

static const struct { gint64 n; const char *text;
} counts[] = {
  { 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { 7233, "7,233" }, { 1234567, "1,234,567" }, { -12345, "-12,345" },
};

/* In the C locale, which has no sign between thousands */
static void
test_counts (void)
{
  g_autofree char *one = sy_words_counted (1, "%s task", "%s tasks"), *many = sy_words_counted (7233, "%s task", "%s tasks");

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_words_count (text, counts[i].n);
      g_assert_cmpstr (text->str, ==, counts[i].text);
    }
  g_assert_cmpstr (one, ==, "1 task");
  g_assert_cmpstr (many, ==, "7,233 tasks");
}

static void
test_words (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (durations); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_words_duration (text, durations[i].us);
      g_assert_cmpstr (text->str, ==, durations[i].text);
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_words_size (text, sizes[i].bytes);
      g_assert_cmpstr (text->str, ==, sizes[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/why/cases", test_cases);
  g_test_add_func ("/model/why/pool", test_pool);
  g_test_add_func ("/model/why/quorum", test_quorum);
  g_test_add_func ("/model/why/settling", test_settling);
  g_test_add_func ("/model/why/never-empty", test_never_empty);
  g_test_add_func ("/model/why/every-name", test_every_name);
  g_test_add_func ("/model/why/words", test_words);
  g_test_add_func ("/model/why/counts", test_counts);
  return g_test_run ();
}
