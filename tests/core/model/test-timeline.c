/* test-timeline.c: when tasks waited and ran, from events
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-timeline.h"
#include "tests/core/model/model-util.h"

#include <stdlib.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

/* "12 b.started@1": the event, at that second; `/10` behind an exit: it had begun at second 10 */
static void
feed (SyTimeline *timeline, const char *events)
{
  g_auto (GStrv) words = g_strsplit (events, " ", -1);

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i += 2)
    {
      SyEvent event = { .time.wall_us = atoi (words[i]) * SECOND };
      char *began = strchr (words[i + 1], '/');

      if (began != NULL)
        *began = '\0';
      model_parse_event (words[i + 1], &event);
      if (event.kind == SY_EVENT_HELD || event.kind == SY_EVENT_RELEASED)
        event.state = SY_STATE_READY;
      if (event.name == SY_NAME_HELD_POOL)
        event.text = g_strdup ("db");
      if (event.kind == SY_EVENT_EXITED)
        {
          event.exit = g_new0 (SyExit, 1);
          event.exit->status = event.state == SY_STATE_SUCCEEDED ? 0 : 3 << 8;
          event.exit->started_us = began != NULL ? atoi (began + 1) * SECOND : 0;
          event.exit->ended_us = event.time.wall_us;
        }
      sy_timeline_apply (timeline, &event);
      sy_event_clear (&event);
    }
}

static char *
tell (SyTimeline *timeline)
{
  GString *text = g_string_new (NULL);

  for (guint32 row = 0; row < sy_timeline_get_n_rows (timeline); row++)
    {
      guint32 task = sy_timeline_task_at (timeline, row);

      g_assert_cmpuint (sy_timeline_row_of (timeline, task), ==, row);
      g_string_append_printf (text, "%s%s", row > 0 ? " " : "", sy_timeline_get_workflow (timeline)->tasks[task].id);
      for (const SySpan *span = sy_timeline_first (timeline, task); span != NULL; span = sy_timeline_next (timeline, span))
        {
          if (span->kind == SY_SPAN_ATTEMPT)
            g_string_append_printf (text, ",#%u", span->attempt);
          else
            g_string_append_c (text, ',');
          g_string_append_printf (text, "%s%s%s:%d-", sy_name_to_string ((SyName) span->name), span->text != NULL ? "/" : "",
                                  span->text != NULL ? span->text : "", (int) (span->start_us / SECOND));
          if (span->end_us > 0)
            g_string_append_printf (text, "%d", (int) (span->end_us / SECOND));
        }
    }
  return g_string_free (text, FALSE);
}

static const struct { const char *graph, *events, *rows, *critical, *running; } cases[] = {
  { "a b:a", "", "a b", "", "" },
  { "a", "1 a.join_met", "a,queued:1-", "", "" },
  { "a", "1 a.join_met 2 a.intent@1 3 a.started@1", "a,queued:1-3,#1running:3-", "a", "3:1" },
  { "a", "1 a.join_met 3 a.started@1 9 a.exited:succeeded@1", "a,queued:1-3,#1succeeded:3-9", "a", "3:1 9:0" },
  /* a short task: its end tells of its start */
  { "a", "1 a.join_met 2 a.intent@1 9 a.exited:succeeded@1/5", "a,queued:1-5,#1succeeded:5-9", "a", "5:1 9:0" },
  { "a", "1 a.join_met 2 a.held:held_pool 6 a.released 7 a.started@1 8 a.exited:exit@1",
    "a,queued:1-2,held_pool/db:2-6,queued:6-7,#1exit:7-8", "a", "7:1 8:0" },
  { "a", "1 a.join_met 2 a.started@1 3 a.exited:awaiting_retry@1 9 a.retry_due 9 a.started@2 11 a.exited:succeeded@2",
    "a,queued:1-2,#1exit:2-3,awaiting_retry:3-9,queued:9-9,#2succeeded:9-11", "a", "2:1 3:0 9:1 11:0" },
  { "a", "1 a.join_met 2 a.started@1 5 a.lost:reboot@1 6 a.marked:succeeded", "a,queued:1-2,#1reboot:2-5", "a", "2:1 5:0" },
  { "a", "1 a.join_met 2 a.skipped:user", "a,queued:1-2", "", "" },
  { "a", "1 a.join_met:succeeded", "a,succeeded:1-1", "a", "" },
  { "a", "1 a.join_met 2 a.started@1 4 a.stop_requested:user@1", "a,queued:1-2,#1stopping:2-", "a", "2:1" },
  /* ends are told in another order than they happened */
  { "a b", "1 a.started@1 1 b.started@1 9 b.exited:succeeded@1 8 a.exited:succeeded@1", "a,#1succeeded:1-8 b,#1succeeded:1-9", "b",
    "1:2 8:1 9:0" },
  /* who began first stands first and stays; chains stay together */
  { "a b c:a d:b", "5 b.started@1", "b,#1running:5- d a c", "b", "5:1" },
  { "a b c:a d:b", "5 b.started@1 6 a.started@1 7 a.exited:succeeded@1 8 c.started@1", "b,#1running:5- d a,#1succeeded:6-7 c,#1running:8-",
    "b", "5:1 6:2 7:1 8:2" },
  /* back along what ended last */
  { "a b c:a,b", "1 a.started@1 1 b.started@1 3 a.exited:succeeded@1 5 b.exited:succeeded@1 5 c.started@1 6 c.exited:succeeded@1",
    "a,#1succeeded:1-3 b,#1succeeded:1-5 c,#1succeeded:5-6", "b c", "1:2 3:1 5:1 6:0" },
};

static char *
tell_path (SyTimeline *timeline)
{
  g_autoptr (GArray) path = sy_timeline_critical_path (timeline);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < path->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            sy_timeline_get_workflow (timeline)->tasks[g_array_index (path, guint32, i)].id);
  return g_string_free (text, FALSE);
}

static char *
tell_level (const SyLevel *level)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < level->steps->len; i++)
    {
      const SyStep *step = &g_array_index (level->steps, SyStep, i);

      g_string_append_printf (text, "%s%d:%d", i > 0 ? " " : "", (int) (step->wall_us / SECOND), (int) step->level);
    }
  return g_string_free (text, FALSE);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow (cases[i].graph);
      g_autoptr (SyTimeline) timeline = sy_timeline_new (workflow);
      g_autofree char *rows = NULL, *path = NULL, *running = NULL;

      feed (timeline, cases[i].events);
      rows = tell (timeline);
      path = tell_path (timeline);
      running = tell_level (sy_timeline_get_running (timeline));
      g_assert_cmpstr (rows, ==, cases[i].rows);
      g_assert_cmpstr (path, ==, cases[i].critical);
      g_assert_cmpstr (running, ==, cases[i].running);
    }
}

static void
test_levels (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow_open ("a b c");
  g_autoptr (SyTimeline) timeline = NULL;
  SyPool pool = { "db", 2 };
  SyPoolRequest request = { 0, 2 };
  SyResources wide = { .milli_cpu = 2500 }, pooled = { .n_pools = 1, .pools = &request };
  SyEvent created = { .kind = SY_EVENT_RUN_CREATED, .value = 4, .time.wall_us = SECOND };
  const SyLevel *slots;

  workflow->pools = &pool;
  workflow->n_pools = 1;
  workflow->tasks[0].resources = &wide;
  workflow->tasks[1].resources = &pooled;
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  timeline = sy_timeline_new (workflow);
  sy_timeline_apply (timeline, &created);
  feed (timeline, "2 a.started@1 4 b.started@1 6 b.exited:succeeded@1 9 a.exited:succeeded@1");
  slots = sy_timeline_get_slots (timeline);
  g_assert_cmpint (slots->capacity, ==, 4);
  g_assert_cmpint (slots->peak, ==, 4);
  g_assert_cmpint (sy_level_at (slots, SECOND), ==, 0);
  g_assert_cmpint (sy_level_at (slots, 2 * SECOND), ==, 3);
  g_assert_cmpint (sy_level_at (slots, 5 * SECOND), ==, 4);
  g_assert_cmpint (sy_level_at (slots, 99 * SECOND), ==, 0);
  g_assert_cmpuint (sy_timeline_get_n_pools (timeline), ==, 1);
  g_assert_cmpint (sy_timeline_get_pool (timeline, 0)->capacity, ==, 2);
  g_assert_cmpint (sy_level_at (sy_timeline_get_pool (timeline, 0), 5 * SECOND), ==, 2);
  g_assert_cmpint (sy_level_at (sy_timeline_get_pool (timeline, 0), 7 * SECOND), ==, 0);
  g_assert_cmpint (sy_timeline_get_begin (timeline), ==, SECOND);
  g_assert_cmpint (sy_timeline_get_end (timeline), ==, 9 * SECOND);
}

static const struct { int second, slack; SyName name; } hits[] = {
  { 1, 0, SY_NAME_QUEUED }, { 2, 0, SY_NAME_EXIT }, { 3, 0, SY_NAME_EXIT }, { 6, 0, SY_NAME_AWAITING_RETRY }, { 40, 0, SY_NAME_NONE },
  { 40, 60, SY_NAME_SUCCEEDED }, { 0, 0, SY_NAME_NONE }, { 0, 5, SY_NAME_QUEUED },
};

static void
test_span_at (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a");
  g_autoptr (SyTimeline) timeline = sy_timeline_new (workflow);

  feed (timeline, "1 a.join_met 2 a.started@1 3 a.exited:awaiting_retry@1 9 a.started@2 11 a.exited:succeeded@2");
  for (guint i = 0; i < G_N_ELEMENTS (hits); i++)
    {
      const SySpan *span = sy_timeline_span_at (timeline, 0, hits[i].second * SECOND, hits[i].slack * SECOND);

      g_assert_cmpstr (span != NULL ? sy_name_to_string ((SyName) span->name) : NULL, ==,
                       hits[i].name != SY_NAME_NONE ? sy_name_to_string (hits[i].name) : NULL);
    }
}

static void
test_words (void)
{
  static const struct { SySpan span; const char *text; } said[] = {
    { { .kind = SY_SPAN_ATTEMPT, .attempt = 2, .state = SY_STATE_FAILED, .name = SY_NAME_EXIT, .end_us = 5400000 }, "attempt 2: failed, 5.4 s" },
    { { .kind = SY_SPAN_ATTEMPT, .attempt = 1, .state = SY_STATE_RUNNING, .name = SY_NAME_RUNNING }, "attempt 1: running, 20 s" },
    { { .kind = SY_SPAN_WAIT, .state = SY_STATE_READY, .name = SY_NAME_HELD_POOL, .text = "db", .end_us = 12000000 }, "held: pool db, 12 s" },
    { { .kind = SY_SPAN_WAIT, .state = SY_STATE_READY, .name = SY_NAME_AWAITING_RETRY, .end_us = 8000000 }, "waiting for its retry, 8.0 s" },
    { { .kind = SY_SPAN_POINT }, "join fired" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);

      sy_span_describe (text, &said[i].span, 20 * SECOND);
      g_assert_cmpstr (text->str, ==, said[i].text);
    }
}

/* The file changes while a task runs: what it takes is given back as it was taken, and rows follow the new file. */
static void
test_new_workflow (void)
{
  g_autoptr (SyWorkflow) old = model_workflow ("a b"), new = model_workflow ("a b c:a");
  g_autoptr (SyTimeline) timeline = sy_timeline_new (old);
  g_autofree char *rows = NULL;

  feed (timeline, "1 b.started@1");
  sy_timeline_set_workflow (timeline, new);
  feed (timeline, "2 b.exited:succeeded@1 3 c.started@1");
  rows = tell (timeline);
  g_assert_cmpstr (rows, ==, "b,#1succeeded:1-2 a c,#1running:3-");
  g_assert_cmpint (sy_level_at (sy_timeline_get_running (timeline), 9 * SECOND), ==, 1);
}

/* Any events at all, legal or not: nothing crashes, spans ascend and levels end where they should. */
static void
test_any_events (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (SyWorkflow) workflow = model_random_workflow (rand, 12, 20);
      g_autoptr (SyRunState) state = sy_run_state_new (workflow);
      g_autoptr (SyTimeline) timeline = sy_timeline_new (workflow);
      guint running = 0;

      for (guint i = 0; i < 400; i++)
        {
          SyEvent event = { 0 };

          if (i % 4 == 0)
            model_random_event (rand, &event);
          else
            model_likely_event (rand, state, &event);
          sy_run_state_apply (state, &event, NULL);
          event.seq = 0;
          sy_timeline_apply (timeline, &event);
          sy_event_clear (&event);
        }
      for (guint32 task = 0; task < 12; task++)
        for (const SySpan *span = sy_timeline_first (timeline, task); span != NULL; span = sy_timeline_next (timeline, span))
          {
            g_assert_true (span->end_us == 0 || span->end_us >= span->start_us);
            g_assert_true (span->end_us != 0 || sy_timeline_next (timeline, span) == NULL);
            running += span->kind == SY_SPAN_ATTEMPT && sy_timeline_next (timeline, span) == NULL && span->end_us == 0;
          }
      g_assert_cmpint (sy_level_at (sy_timeline_get_running (timeline), G_MAXINT64), ==, running);
      g_array_unref (sy_timeline_critical_path (timeline));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/timeline/cases", test_cases);
  g_test_add_func ("/timeline/levels", test_levels);
  g_test_add_func ("/timeline/span-at", test_span_at);
  g_test_add_func ("/timeline/words", test_words);
  g_test_add_func ("/timeline/new-workflow", test_new_workflow);
  g_test_add_func ("/timeline/any-events", test_any_events);
  return g_test_run ();
}
