/* play.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/play.h"

#include <signal.h>
#include <string.h>

#include "tests/lib/flow.h"

typedef struct
{
  guint64 nonce;
  guint32 attempt;
  gboolean told_to_stop;
} Order;

struct _Play
{
  SyWorkflow *workflow;
  SySchedulerOptions options;
  SyRunState *state, *refolded;
  SyScheduler *scheduler;
  SyTime now;
  GQueue orders;        /* of numbers */
  Order *at;            /* by index: newest order */
  guint n_claimed, slots;
  gboolean begun, held, mute, busy;
  GString *handlers, *started;
  guint n_events[128];  /* by kind */
  GArray *log;          /* SyEvent: all of them */
};

SySchedulerOptions
play_options (guint slots)
{
  SySchedulerOptions options = { .slots = slots, .milli_cpu = slots * 1000, .memory = 1000, .seed = 1, .on_failure = -1 };

  return options;
}

static void
follow (Play *play, SyEvent *event)
{
  g_autoptr (GError) error = NULL;
  SyEvent copy = { 0 };

  event->seq = play->refolded->seq + 1;
  play->n_events[event->kind]++;
  sy_event_copy (&copy, event);
  g_array_append_val (play->log, copy);
  if (!sy_run_state_apply (play->refolded, event, &error))
    g_error ("refold: %s", error->message);
}

static SyRunState *
copy_state (Play *play)
{
  SyRunState *state = sy_run_state_new (play->workflow);

  for (guint i = 0; i < play->log->len; i++)
    g_assert_true (sy_run_state_apply (state, &g_array_index (play->log, SyEvent, i), NULL));
  return state;
}

static void
claim (Play *play)
{
  while (!play->held && play->n_claimed < play->slots && !g_queue_is_empty (&play->orders))
    {
      guint32 number = GPOINTER_TO_UINT (g_queue_pop_head (&play->orders));
      Order *order = &play->at[number - 1];

      play->n_claimed++;
      g_string_append_printf (play->started, "%s%s", play->started->len ? "," : "", play->workflow->tasks[number - 1].id);
      sy_scheduler_started (play->scheduler, play->now, SY_BY_RUNNER, number, order->attempt, order->nonce, 1, 100, 1, 1);
    }
}

static void
act (Play *play, const SyAction *action)
{
  gpointer number = GUINT_TO_POINTER (action->task);

  switch (action->kind)
    {
    case SY_ACTION_DISPATCH:
      play->at[action->task - 1] = (Order){ action->nonce, action->attempt, FALSE };
      g_queue_push_tail (&play->orders, number);
      break;
    case SY_ACTION_FENCE:
      if (!play->mute && g_queue_remove (&play->orders, number))
        sy_scheduler_voided (play->scheduler, play->now, SY_BY_RUNNER, action->task, action->nonce, "fenced");
      break;
    case SY_ACTION_STOP:
      play->at[action->task - 1].told_to_stop = TRUE;
      break;
    case SY_ACTION_HANDLER:
      g_string_append_printf (play->handlers, "%s%s", play->handlers->len ? "," : "",
                              sy_handler_kind_to_string ((SyHandlerKind) action->value));
      if (!play->busy)
        sy_scheduler_handler_done (play->scheduler, play->now, (SyHandlerKind) action->value, 0);
      break;
    case SY_ACTION_SLOTS:
      play->slots = (guint) action->value;
      break;
    case SY_ACTION_LEAVE:
    default:
      break;
    }
}

static void
compare (Play *play)
{
  g_autofree char *why = NULL;

  if (!sy_run_state_equal (play->state, play->refolded, &why))
    g_error ("the events do not add up to the state: %s", why);
}

static void
flush (Play *play)
{
  SyBatch batch;
  gboolean any = TRUE;

  while (any)
    {
      any = FALSE;
      while (sy_scheduler_take (play->scheduler, &batch))
        {
          any = TRUE;
          for (guint i = 0; i < batch.events->len; i++)
            follow (play, &g_array_index (batch.events, SyEvent, i));
          compare (play);
          for (guint i = 0; i < batch.actions->len; i++)
            act (play, &g_array_index (batch.actions, SyAction, i));
          sy_batch_clear (&batch);
        }
      claim (play);
    }
}

Play *
play_new (const char *flow, const SySchedulerOptions *options)
{
  Play *play = g_new0 (Play, 1);
  SyEvent created = { .seq = 1, .kind = SY_EVENT_RUN_CREATED, .value = options->slots };

  play->workflow = flow_parse (flow);
  play->options = *options;
  play->state = sy_run_state_new (play->workflow);
  play->refolded = sy_run_state_new (play->workflow);
  play->log = sy_event_array_new ();
  sy_run_state_apply (play->state, &created, NULL);
  follow (play, &created);
  play->at = g_new0 (Order, play->workflow->n_tasks);
  play->slots = options->slots;
  play->handlers = g_string_new (NULL);
  play->started = g_string_new (NULL);
  play->now = (SyTime){ 1000 * G_USEC_PER_SEC, 10 * G_USEC_PER_SEC };
  play->scheduler = sy_scheduler_new (play->state, options);
  return play;
}

void
play_free (Play *play)
{
  sy_scheduler_free (play->scheduler);
  sy_run_state_free (play->state);
  sy_run_state_free (play->refolded);
  sy_workflow_unref (play->workflow);
  g_array_unref (play->log);
  g_queue_clear (&play->orders);
  g_string_free (play->handlers, TRUE);
  g_string_free (play->started, TRUE);
  g_free (play->at);
  g_free (play);
}

SyScheduler *
play_scheduler (Play *play)
{
  return play->scheduler;
}

SyRunState *
play_state (Play *play)
{
  return play->state;
}

const SyWorkflow *
play_workflow (Play *play)
{
  return play->workflow;
}

/* --- words --- */

static guint32
task_number (Play *play, const char *id)
{
  guint32 index = sy_workflow_find (play->workflow, id);

  if (index == SY_NO_TASK)
    g_error ("no task “%s”", id);
  return index + 1;
}

static void
end_attempt (Play *play, const char *id, const char *how)
{
  guint32 number = task_number (play, id);
  Order *order = &play->at[number - 1];
  SyExit exit = { .started_us = play->now.wall_us, .ended_us = play->now.wall_us, .read = -1, .written = -1 };
  int value = (int) g_ascii_strtoll (how + 1, NULL, 10);

  if (sy_run_state_at (play->state, number - 1)->state != SY_STATE_RUNNING)
    g_error ("“%s” does not run and cannot end (%s)", id, how);
  play->n_claimed--;
  if (how[0] == '~')
    {
      sy_scheduler_lost (play->scheduler, play->now, SY_BY_RUNNER, number, order->attempt, SY_NAME_KEEPER_DIED, "died");
      return;
    }
  exit.status = how[0] == '-' ? 256 : how[0] == '=' ? value << 8 : how[0] == '!' ? value : 0;
  if (order->told_to_stop && how[0] != '+')
    {
      exit.status = SIGTERM;
      exit.stop_sent = 1;
    }
  sy_scheduler_exited (play->scheduler, play->now, SY_BY_RUNNER, number, order->attempt, order->nonce, &exit,
                       how[0] == '{' ? how : NULL, how[0] == '#' ? "x is empty" : NULL);
}

static gboolean
rerun (Play *play, SyRerunRunning running, const char *what, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (what, ":", 2);
  g_auto (GStrv) ids = g_strsplit_set (parts[1] ? parts[1] : "", ",/", -1);
  guint n = g_strv_length (ids);
  g_autofree guint32 *tasks = g_new0 (guint32, n + 1);
  SyRerunRequest request = { .tasks = tasks, .n_tasks = parts[1] ? n : 0, .running = running };

  for (guint i = 0; parts[1] != NULL && i < n; i++)
    tasks[i] = task_number (play, ids[i]);
  request.scope = g_str_equal (parts[0], "task")     ? SY_RERUN_TASK
                  : g_str_equal (parts[0], "from")   ? SY_RERUN_FROM
                  : g_str_equal (parts[0], "branch") ? SY_RERUN_BRANCH
                  : g_str_equal (parts[0], "file")   ? SY_RERUN_CURRENT_FILE
                                                     : SY_RERUN_FAILED;
  return sy_scheduler_rerun (play->scheduler, play->now, &request, error);
}

/* Everything but the log and the processes is gone: a new scheduler on the folded state. */
static void
crash (Play *play)
{
  sy_scheduler_free (play->scheduler);
  g_queue_clear (&play->orders);
  sy_run_state_free (play->state);
  play->state = play->refolded;
  play->refolded = copy_state (play);
  play->options.seed += 1000;
  play->scheduler = sy_scheduler_new (play->state, &play->options);
  for (guint32 i = 0; i < play->workflow->n_tasks; i++)
    {
      const SyTaskState *state = sy_run_state_at (play->state, i);

      if (state->state == SY_STATE_READY && state->nonce != 0)
        sy_scheduler_voided (play->scheduler, play->now, SY_BY_RECOVERY, i + 1, state->nonce, "never claimed");
    }
  sy_scheduler_begin (play->scheduler, play->now);
}

typedef struct
{
  const char *word;
  gboolean (*run) (SyScheduler *scheduler, SyTime now, guint32 task, GError **error);
} TaskWord;

static gboolean
stop (SyScheduler *scheduler, SyTime now, guint32 task, GError **error)
{
  return sy_scheduler_stop_task (scheduler, now, task, FALSE, error);
}

static gboolean
kill_task (SyScheduler *scheduler, SyTime now, guint32 task, GError **error)
{
  return sy_scheduler_stop_task (scheduler, now, task, TRUE, error);
}

static gboolean
mark_good (SyScheduler *scheduler, SyTime now, guint32 task, GError **error)
{
  return sy_scheduler_mark (scheduler, now, task, TRUE, "seen", error);
}

static gboolean
mark_bad (SyScheduler *scheduler, SyTime now, guint32 task, GError **error)
{
  return sy_scheduler_mark (scheduler, now, task, FALSE, "seen", error);
}

static const TaskWord task_words[] = {
  { "skip:", sy_scheduler_skip },       { "stop:", stop },      { "kill:", kill_task }, { "retry:", sy_scheduler_retry_now },
  { "giveup:", sy_scheduler_give_up }, { "good:", mark_good }, { "bad:", mark_bad },
};

/* A user's command; FALSE: refused. *known: is it one? */
static gboolean
run_command (Play *play, const char *word, gboolean *known, GError **error)
{
  SyScheduler *scheduler = play->scheduler;
  SyTime now = play->now;

  *known = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (task_words); i++)
    if (g_str_has_prefix (word, task_words[i].word))
      return task_words[i].run (scheduler, now, task_number (play, word + strlen (task_words[i].word)), error);
  if (g_str_has_prefix (word, "rerun:"))
    return rerun (play, SY_RUNNING_REFUSE, word + 6, error);
  if (g_str_has_prefix (word, "again:"))
    return rerun (play, SY_RUNNING_THEN_AGAIN, word + 6, error);
  if (g_str_has_prefix (word, "stopfirst:"))
    return rerun (play, SY_RUNNING_STOP_FIRST, word + 10, error);
  if (g_str_has_prefix (word, "pause"))
    return sy_scheduler_pause (scheduler, now, word[5] ? word + 6 : NULL, error);
  if (g_str_has_prefix (word, "resume"))
    return sy_scheduler_resume (scheduler, now, word[6] ? word + 7 : NULL, error);
  if (g_str_equal (word, "drain"))
    return sy_scheduler_drain (scheduler, now, error);
  if (g_str_has_prefix (word, "cancel"))
    return sy_scheduler_cancel (scheduler, now, word[6] == '!', error);
  if (g_str_has_prefix (word, "slots:"))
    return sy_scheduler_set_slots (scheduler, now, (guint) g_ascii_strtoull (word + 6, NULL, 10), error);
  *known = FALSE;
  return TRUE;
}

static gboolean
run_fact (Play *play, const char *word)
{
  gsize length = strcspn (word, "+-=!~{#");
  g_autofree char *id = g_strndup (word, length);

  if (g_str_has_prefix (word, "tick:"))
    {
      gint64 us = (gint64) (g_ascii_strtod (word + 5, NULL) * G_USEC_PER_SEC);

      play->now.wall_us += us;
      play->now.boot_us += us;
      sy_scheduler_tick (play->scheduler, play->now);
    }
  else if (g_str_equal (word, "full") || g_str_equal (word, "ok"))
    sy_scheduler_disk (play->scheduler, play->now, word[0] == 'f', "disk");
  else if (g_str_has_prefix (word, "deaf:") || g_str_has_prefix (word, "heard:"))
    sy_scheduler_keeper_deaf (play->scheduler, play->now, task_number (play, strchr (word, ':') + 1), word[0] == 'd');
  else if (g_str_equal (word, "hold") || g_str_equal (word, "unhold"))
    play->held = word[0] == 'h';
  else if (g_str_equal (word, "mute"))
    play->mute = TRUE;
  else if (g_str_equal (word, "busy") || g_str_equal (word, "idle"))
    play->busy = word[0] == 'b';
  else if (g_str_has_prefix (word, "void:"))
    {
      guint32 number = task_number (play, word + 5);

      g_queue_remove (&play->orders, GUINT_TO_POINTER (number));
      sy_scheduler_voided (play->scheduler, play->now, SY_BY_RUNNER, number, play->at[number - 1].nonce, "EAGAIN");
    }
  else if (word[length] != '\0')
    end_attempt (play, id, word + length);
  else
    return FALSE;
  return TRUE;
}

/* --- expectations --- */

static void
expect_task (Play *play, const char *id, const char *wanted, const char *script)
{
  const SyTaskState *state = sy_run_state_at (play->state, task_number (play, id) - 1);
  g_autofree char *full = g_strdup_printf ("%s(%s)", sy_state_to_string ((SyState) state->state),
                                           sy_name_to_string ((SyName) state->name));

  if (!g_str_equal (wanted, full) && !g_str_equal (wanted, sy_state_to_string ((SyState) state->state)))
    g_error ("%s is %s (%s), not %s\n  script: %s", id, full, state->text ? state->text : "", wanted, script);
}

static void
expect_text (const char *what, const char *got, const char *wanted, const char *script)
{
  if (!g_str_equal (got, wanted))
    g_error ("%s: %s, not %s\n  script: %s", what, got, wanted, script);
}

static void
expect (Play *play, const char *text, const char *script)
{
  g_auto (GStrv) pair = g_strsplit (text, "=", 2);

  if (pair[1] == NULL && strchr (text, '@') != NULL)
    {
      g_auto (GStrv) held = g_strsplit (text, "@", 2);
      const SyTaskState *state = sy_run_state_at (play->state, task_number (play, held[0]) - 1);

      expect_text (text, state->text ? state->text : "", held[1], script);
    }
  else if (pair[1] == NULL && strchr (text, '*') != NULL)
    {
      g_auto (GStrv) badge = g_strsplit (text, "*", 2);
      gboolean stale = (sy_run_state_at (play->state, task_number (play, badge[0]) - 1)->badges & SY_BADGE_STALE) != 0;

      expect_text (badge[0], stale ? "stale" : "fresh", badge[1], script);
    }
  else if (g_str_equal (pair[0], "run"))
    expect_text ("run", sy_run_status_to_string (play->state->status), pair[1], script);
  else if (g_str_equal (pair[0], "handlers"))
    expect_text ("handlers", play->handlers->str, pair[1], script);
  else if (g_str_equal (pair[0], "order"))
    expect_text ("order", play->started->str, pair[1], script);
  else if (g_str_equal (pair[0], "events"))
    {
      g_auto (GStrv) count = g_strsplit (pair[1], ":", 2);
      SyEventKind kind;

      if (!sy_event_kind_from_string (count[0], &kind))
        g_error ("no event kind %s", count[0]);
      g_assert_cmpuint (play->n_events[kind], ==, g_ascii_strtoull (count[1], NULL, 10));
    }
  else
    expect_task (play, pair[0], pair[1], script);
}

static void
run_word (Play *play, const char *word)
{
  gboolean known, refused = word[0] == '!';
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (g_str_equal (word, "crash"))
    {
      crash (play);
      flush (play);
      return;
    }
  ok = run_command (play, word + refused, &known, &error);
  if (!known && !run_fact (play, word))
    g_error ("no such word: %s", word);
  if (known && ok == refused)
    g_error ("“%s” was %s: %s", word, ok ? "not refused" : "refused", error ? error->message : "");
  g_assert_true (ok == (error == NULL));
  flush (play);
}

void
play_script (Play *play, const char *script)
{
  g_auto (GStrv) words = g_strsplit (script, " ", -1);
  gboolean inside = FALSE;

  if (!play->begun)
    {
      play->begun = TRUE;
      play->held = g_str_equal (words[0], "hold");
      play->busy = g_str_equal (words[0], "busy");
      sy_scheduler_begin (play->scheduler, play->now);
      flush (play);
    }
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *word = words[i];
      gboolean ends = g_str_has_suffix (word, "]");

      if (word[0] == '\0')
        continue;
      if (word[0] == '[')
        {
          inside = TRUE;
          word++;
        }
      if (ends)
        word[strlen (word) - 1] = '\0';
      if (inside && word[0] != '\0')
        expect (play, word, script);
      else if (!inside)
        run_word (play, word);
      inside = inside && !ends;
    }
}

void
play_check (const char *flow, guint slots, const char *script)
{
  SySchedulerOptions options = play_options (slots);
  g_autoptr (Play) play = play_new (flow, &options);

  g_test_message ("%s | %s", flow, script);
  play_script (play, script);
}
