/* test-sched-chain.c: what lies at keepers ahead, to begin upon the success of another, and what is decided meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-error.h"
#include "core/model/sy-scheduler-private.h"
#include "tests/lib/flow.h"
#include "tests/lib/play.h"

typedef struct
{
  SyWorkflow *workflow;
  SyRunState *state;
  SyScheduler *scheduler;
  gint64 now;
  GString *said;        /* actions since the last look: “D c” dispatch, “C c” chain, “F c” fence, “S c” stop */
} Chain;

static SyTime
tick (Chain *t)
{
  t->now++;
  return (SyTime){ t->now, t->now };
}

static const char *
id_of (const Chain *t, guint32 number)
{
  return number == 0 ? "" : t->workflow->tasks[sy_workflow_find_number (t->workflow, number)].id;
}

static void
listen (Chain *t)
{
  static const char letters[] = { [SY_ACTION_DISPATCH] = 'D', [SY_ACTION_CHAIN] = 'C', [SY_ACTION_FENCE] = 'F',
                                  [SY_ACTION_STOP] = 'S', [SY_ACTION_HANDLER] = 'H', [SY_ACTION_SLOTS] = 0,
                                  [SY_ACTION_LEAVE] = 'L' };
  SyBatch batch;

  if (!sy_scheduler_take (t->scheduler, &batch))
    return;
  for (guint i = 0; i < batch.actions->len; i++)
    {
      const SyAction *action = &g_array_index (batch.actions, SyAction, i);

      if (letters[action->kind] != 0)
        g_string_append_printf (t->said, "%c%s ", letters[action->kind], id_of (t, action->task));
    }
  sy_batch_clear (&batch);
}

static SyTaskState *
task_at (Chain *t, char id)
{
  const char text[] = { id, 0 };

  return sy_scheduler_state (t->scheduler, sy_workflow_find (t->workflow, text));
}

static guint32
number_at (Chain *t, char id)
{
  const char text[] = { id, 0 };

  return t->workflow->tasks[sy_workflow_find (t->workflow, text)].number;
}

static void
end (Chain *t, char id, int status)
{
  const SyTaskState *task = task_at (t, id);
  SyExit exit = { .status = status, .started_us = 1000000, .ended_us = 1001000, .read = -1, .written = -1 };

  sy_scheduler_exited (t->scheduler, tick (t), SY_BY_RUNNER, number_at (t, id), task->attempt, task->nonce, &exit, NULL, NULL);
}

static void
start (Chain *t, char id)
{
  const SyTaskState *task = task_at (t, id);

  sy_scheduler_started (t->scheduler, tick (t), SY_BY_RUNNER, number_at (t, id), task->attempt, task->nonce, 1, 100, 1, 1);
}

/* As the runner does it */
static void
fenced (Chain *t, char id)
{
  const SyTaskState *task = task_at (t, id);
  guint64 nonce = task->nonce != 0 ? task->nonce : task->standby;
  SyTime now = tick (t);

  if (!sy_scheduler_fenced (t->scheduler, now, number_at (t, id), nonce))
    sy_scheduler_voided (t->scheduler, now, SY_BY_RUNNER, number_at (t, id), nonce, "fenced");
}

/* One step: a capital ends that task well, “!x” ends it with 1, “-x” is the answer to a fence, or that it was dropped, “+x” it
 * has begun, “?x” it is skipped, “=x” its command is edited, both refused; the rest are words. */
static void
step (Chain *t, const char *word)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;
  guint32 c = number_at (t, 'c');
  SyRerunRequest again = { .scope = SY_RERUN_FROM, .tasks = (guint32[]){ 1 }, .n_tasks = 1 };

  if (g_str_equal (word, "pause"))
    g_assert_true (sy_scheduler_pause (t->scheduler, tick (t), NULL, NULL));
  else if (g_str_equal (word, "resume"))
    g_assert_true (sy_scheduler_resume (t->scheduler, tick (t), NULL, NULL));
  else if (g_str_equal (word, "branch"))
    g_assert_true (sy_scheduler_pause (t->scheduler, tick (t), "b/c", NULL));
  else if (g_str_equal (word, "drain"))
    g_assert_true (sy_scheduler_drain (t->scheduler, tick (t), NULL));
  else if (g_str_equal (word, "cancel"))
    g_assert_true (sy_scheduler_cancel (t->scheduler, tick (t), FALSE, NULL));
  else if (g_str_equal (word, "slots"))
    g_assert_true (sy_scheduler_set_slots (t->scheduler, tick (t), 1, NULL));
  else if (g_str_equal (word, "full"))
    sy_scheduler_disk (t->scheduler, tick (t), TRUE, "disk");
  else if (g_str_equal (word, "skip"))
    ok = sy_scheduler_skip (t->scheduler, tick (t), c, &error);
  else if (g_str_equal (word, "edit"))
    ok = sy_scheduler_edit_command (t->scheduler, tick (t), c, "{\"run\":\"x\"}", &error);
  else if (g_str_equal (word, "again"))
    ok = sy_scheduler_rerun (t->scheduler, tick (t), &again, &error);
  else if (g_str_equal (word, "hold"))
    sy_scheduler_hold_chains (t->scheduler, tick (t), TRUE);
  else if (g_str_equal (word, "release"))
    sy_scheduler_hold_chains (t->scheduler, tick (t), FALSE);
  else if (word[0] == '!')
    end (t, word[1], 1 << 8);
  else if (word[0] == '-')
    fenced (t, word[1]);
  else if (word[0] == '+')
    start (t, word[1]);
  else
    end (t, (char) g_ascii_tolower (word[0]), 0);
  if (!ok)
    g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
  g_assert_true (ok == !(g_str_equal (word, "skip") || g_str_equal (word, "edit") || g_str_equal (word, "again")));
}

#define LINE "a;b:a;c:b;d:c;e:d"

static const struct
{
  const char *name, *flow, *script;
  const char *said;     /* the actions from the end of a on */
  const char *states;   /* of the tasks from b on */
} cases[] = {
  { "goes ahead", LINE, "", "Db Cc Cd Ce ", "ready pending pending pending" },
  { "begins by itself", LINE, "B +c C D", "Db Cc Cd Ce ", "succeeded succeeded succeeded ready" },
  { "begins and ends before it is told", LINE, "B C D E", "Db Cc Cd Ce L ", "succeeded succeeded succeeded succeeded" },
  { "need fails", LINE, "!b -c -d -e", "Db Cc Cd Ce L ", "failed upstream_failed upstream_failed upstream_failed" },
  { "dropped although its need ended well", LINE, "B -c -d -e C", "Db Cc Cd Ce Dc Dd Ce ", "succeeded succeeded ready pending" },
  { "dropped before its need ends", LINE, "-c -d -e B", "Db Cc Cd Ce Dc Cd Ce ", "succeeded ready pending pending" },
  { "need is tried again", "a;b:a retry=1 delay=0;c:b", "!b -c", "Db Cc Db ", "ready pending" },
  { "pause, given back", LINE, "pause -c -d -e B", "Db Cc Cd Ce Fb Fc Fd Fe ", "succeeded ready pending pending" },
  { "pause, given back, resume", LINE, "pause -c -d -e B resume", "Db Cc Cd Ce Fb Fc Fd Fe Dc Cd Ce ", "succeeded ready pending pending" },
  { "pause, had begun", LINE, "pause B +c -d -e C", "Db Cc Cd Ce Fb Fc Fd Fe Fc ", "succeeded succeeded ready pending" },
  { "pause, need ends first", LINE, "pause B -c -d -e", "Db Cc Cd Ce Fb Fc Fd Fe Fc ", "succeeded ready pending pending" },
  { "drain", LINE, "drain -b -c -d -e", "Db Cc Cd Ce Fb Fc Fd Fe L ", "ready pending pending pending" },
  { "branch paused", "a;b:a;c:b;x:b", "branch -c B", "Db Cc Fc Dx ", "succeeded ready ready" },
  { "branch paused, had begun", "a;b:a;c:b;x:b", "branch B +c", "Db Cc Fc Fc Dx ", "succeeded running ready" },
  { "cancel, given back", LINE, "+b cancel -c -d -e", "Db Cc Cd Ce Sb Fc Fd Fe ", "running cancelled cancelled cancelled" },
  { "cancel, had begun", LINE, "+b cancel B +c", "Db Cc Cd Ce Sb Fc Fd Fe Fc Sc ", "succeeded running pending pending" },
  { "cancel, need ends first", LINE, "+b cancel B -c -d -e", "Db Cc Cd Ce Sb Fc Fd Fe Fc L ", "succeeded cancelled cancelled cancelled" },
  { "cancel, need is stopped", LINE, "+b cancel !b -c -d -e", "Db Cc Cd Ce Sb Fc Fd Fe L ", "cancelled cancelled cancelled cancelled" },
  { "another fails and stops the run", "@fail=stop;x;a;b:a;c:b", "+b !x -c", "Db Cc Fc ", "running cancelled" },
  { "another fails, had begun", "@fail=stop;x;a;b:a;c:b", "+b !x B +c", "Db Cc Fc Fc Sc ", "succeeded running" },
  { "fewer slots", LINE, "slots -c -d -e B", "Db Cc Cd Ce Fc Fd Fe Dc Cd Ce ", "succeeded ready pending pending" },
  { "disk full", LINE, "full -c -d -e B", "Db Cc Cd Ce Fc Fd Fe ", "succeeded ready pending pending" },
  { "disk full, had begun", LINE, "full B +c C", "Db Cc Cd Ce Fc Fd Fe Fc Fd ", "succeeded succeeded ready pending" },
  { "skip", LINE, "skip -c -d -e", "Db Cc Cd Ce Fc ", "ready pending pending pending" },
  { "edit", LINE, "edit", "Db Cc Cd Ce Fc ", "ready pending pending pending" },
  { "run again", LINE, "again", "Db Cc Cd Ce Fc Fd Fe ", "ready pending pending pending" },
  { "held", LINE, "hold -c -d -e B", "Db Cc Cd Ce Fc Fd Fe Dc ", "succeeded ready pending pending" },
  { "held and released", LINE, "hold -c -d -e release B", "Db Cc Cd Ce Fc Fd Fe Dc Cd Ce ", "succeeded ready pending pending" },
  { "one of several", "a;b:a;c:b;d:b;e:b", "B", "Db Cc Dd De ", "succeeded ready ready ready" },
  { "two needs, one open", "a;x;b:a;c:b,x", "", "Db ", "ready pending" },
  { "exit codes", "a;b:a skipped=9;c:b", "", "Db ", "ready pending" },
  { "needs cpu", "a;b:a;c:b cpu=2", "", "Db ", "ready pending" },
  { "may be cancelled by a quorum", "a;x;b:a;c:b;q:c,x join=quorum(1) rest=cancel", "", "Db ", "ready pending pending" },
  { "something waits for a slot", "a;b:a;c:b;w;v;u", "", "Db Dv Du ", "ready pending ready ready ready" },
};

static void
set_up (Chain *t, const char *flow)
{
  SySchedulerOptions options = play_options (2);

  options.standby = 6;
  options.ahead_short = 6;
  options.chain = 6;
  memset (t, 0, sizeof *t);
  t->workflow = flow_parse (flow);
  t->state = sy_run_state_new (t->workflow);
  t->scheduler = sy_scheduler_new (t->state, &options);
  t->said = g_string_new (NULL);
  sy_scheduler_begin (t->scheduler, tick (t));
  listen (t);
  g_string_truncate (t->said, 0);
  end (t, 'a', 0);
}

static void
test_case (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_auto (GStrv) words = g_strsplit (cases[i].script, " ", -1);
  g_autoptr (GString) states = g_string_new (NULL);
  Chain t;

  set_up (&t, cases[i].flow);
  for (guint k = 0; words[k] != NULL && *words[k] != 0; k++)
    step (&t, words[k]);
  listen (&t);
  g_assert_cmpstr (t.said->str, ==, cases[i].said);
  for (guint32 k = sy_workflow_find (t.workflow, "b"); k < t.workflow->n_tasks; k++)
    g_string_append_printf (states, "%s%s", states->len ? " " : "", sy_state_to_string ((SyState) sy_scheduler_state (t.scheduler, k)->state));
  g_assert_cmpstr (states->str, ==, cases[i].states);
  sy_scheduler_free (t.scheduler);
  sy_run_state_free (t.state);
  sy_workflow_unref (t.workflow);
  g_string_free (t.said, TRUE);
}

/* Each follows upon the nonce of the one before, and has the one that the log was given before. */
static void
test_nonces (void)
{
  Chain t;
  SyBatch batch;
  guint64 before;
  guint n = 0;

  set_up (&t, LINE);
  before = task_at (&t, 'b')->nonce;
  g_assert_true (sy_scheduler_take (t.scheduler, &batch));
  for (guint i = 0; i < batch.actions->len; i++)
    {
      const SyAction *action = &g_array_index (batch.actions, SyAction, i);

      if (action->kind != SY_ACTION_CHAIN)
        continue;
      g_assert_cmpuint (action->after, ==, before);
      g_assert_cmpuint (action->nonce, ==, t.state->tasks[action->task - 1].standby);
      g_assert_cmpuint (action->attempt, ==, 1);
      before = action->nonce;
      n++;
    }
  g_assert_cmpuint (n, ==, 3);
  before = task_at (&t, 'c')->standby;
  end (&t, 'b', 0);
  g_assert_cmpuint (task_at (&t, 'c')->nonce, ==, before);
  sy_batch_clear (&batch);
  sy_scheduler_free (t.scheduler);
  sy_run_state_free (t.state);
  sy_workflow_unref (t.workflow);
  g_string_free (t.said, TRUE);
}

/* A runner that leaves knows nothing of what a keeper begins after it: what lies ahead stands by still. */
static void
test_leaves (void)
{
  Chain t;
  SyEvent left = { .kind = SY_EVENT_RUNNER_LEFT };

  set_up (&t, "a;b:a;c:b;d:b");
  g_assert_true (sy_scheduler_stand_down (t.scheduler, tick (&t)));
  left.value = 1;
  g_assert_true (sy_run_state_apply (t.state, &left, NULL));
  g_assert_cmpuint (task_at (&t, 'c')->standby, !=, 0);
  g_assert_cmpuint (task_at (&t, 'd')->standby, ==, 0);
  fenced (&t, 'c');
  g_assert_false (sy_scheduler_stand_down (t.scheduler, tick (&t)));
  left.value = 0;
  g_assert_true (sy_run_state_apply (t.state, &left, NULL));
  g_assert_cmpuint (task_at (&t, 'c')->standby, ==, 0);
  sy_scheduler_free (t.scheduler);
  sy_run_state_free (t.state);
  sy_workflow_unref (t.workflow);
  g_string_free (t.said, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/sched/chain/%s", cases[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/sched/chain/nonces", test_nonces);
  g_test_add_func ("/sched/chain/leaves", test_leaves);
  return g_test_run ();
}
