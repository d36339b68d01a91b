/* model-util.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/model/model-util.h"

#include <stdlib.h>
#include <string.h>

static guint32
find_id (char **words, const char *id)
{
  gsize length = strlen (id);

  for (guint32 i = 0; words[i] != NULL; i++)
    if (strncmp (words[i], id, length) == 0 && (words[i][length] == ':' || words[i][length] == '\0'))
      return i;
  g_error ("no task “%s”", id);
}

static void
fill_needs (SyWorkflow *workflow, SyTask *task, char **words, const char *list)
{
  g_auto (GStrv) ids = g_strsplit (list, ",", -1);
  guint n = g_strv_length (ids);
  SyNeed *needs = sy_workflow_alloc (workflow, n * sizeof (SyNeed));

  for (guint i = 0; i < n; i++)
    {
      gboolean tolerate = ids[i][0] == '?';

      needs[i].task = find_id (words, ids[i] + tolerate);
      needs[i].tolerate = tolerate ? SY_TOLERATE_FAILED : 0;
    }
  task->needs = needs;
  task->n_needs = n;
}

SyWorkflow *
model_workflow_open (const char *graph)
{
  SyWorkflow *workflow = sy_workflow_new ();
  g_auto (GStrv) words = g_strsplit (graph, " ", -1);

  workflow->n_tasks = g_strv_length (words);
  workflow->tasks = sy_workflow_alloc (workflow, workflow->n_tasks * sizeof (SyTask));
  for (guint i = 0; i < workflow->n_tasks; i++)
    {
      SyTask *task = &workflow->tasks[i];
      const char *colon = strchr (words[i], ':');

      task->id = colon ? sy_workflow_intern_len (workflow, words[i], (gsize) (colon - words[i]))
                       : sy_workflow_intern (workflow, words[i]);
      task->line = i + 1;
      task->enabled = TRUE;
      if (colon != NULL)
        fill_needs (workflow, task, words, colon + 1);
    }
  return workflow;
}

static SyWorkflow *
finished (SyWorkflow *workflow)
{
  g_autoptr (GError) error = NULL;

  sy_workflow_finish (workflow, NULL, &error);
  g_assert_no_error (error);
  return workflow;
}

SyWorkflow *
model_workflow (const char *graph)
{
  return finished (model_workflow_open (graph));
}

SyWorkflow *
model_random_workflow (GRand *random, guint n, guint percent)
{
  g_autoptr (GString) graph = g_string_new (NULL);
  g_autofree guint *place = g_new (guint, n);

  for (guint i = 0; i < n; i++)
    place[i] = i;
  for (guint i = n; i > 1; i--)
    {
      guint k = (guint) g_rand_int_range (random, 0, (gint32) i), keep = place[i - 1];

      place[i - 1] = place[k];
      place[k] = keep;
    }
  for (guint i = 0; i < n; i++)
    {
      char before = ':';

      g_string_append_printf (graph, "%st%u", i ? " " : "", i);
      for (guint k = 0; k < n; k++)
        if (place[k] < place[i] && (guint) g_rand_int_range (random, 0, 100) < percent)
          {
            g_string_append_printf (graph, "%c%st%u", before, g_rand_int_range (random, 0, 5) == 0 ? "?" : "", k);
            before = ',';
          }
    }
  return model_workflow (graph->str);
}

static gint64
random_integer (GRand *random)
{
  static const gint64 edges[] = { 0, 1, -1, G_MAXINT32, G_MININT32, G_MAXUINT32, G_MAXINT64, G_MININT64, 255, 256 };

  if (g_rand_boolean (random))
    return edges[g_rand_int_range (random, 0, G_N_ELEMENTS (edges))];
  return (gint64) ((guint64) g_rand_int (random) << 32 | g_rand_int (random)) >> g_rand_int_range (random, 0, 63);
}

static char *
random_text (GRand *random)
{
  static const char *const pieces[] = { "a", "\"", "\\", "\n", "\t", "\x01",    "\x1f",
                                        "é", "…",  "😀",  "}",  ",",  "{\"s\":", "/" };
  GString *text = g_string_new (NULL);

  for (gint i = g_rand_int_range (random, 0, 8); i > 0; i--)
    g_string_append (text, pieces[g_rand_int_range (random, 0, G_N_ELEMENTS (pieces))]);
  return g_string_free (text, FALSE);
}

static SyExit *
random_exit (GRand *random)
{
  SyExit *exit = g_new0 (SyExit, 1);

  exit->status = (int) random_integer (random);
  exit->spawn_errno = (int) random_integer (random);
  exit->started_us = random_integer (random);
  exit->ended_us = random_integer (random);
  exit->user_us = random_integer (random);
  exit->sys_us = random_integer (random);
  exit->rss = random_integer (random);
  exit->read = random_integer (random);
  exit->written = random_integer (random);
  exit->output = random_integer (random);
  exit->dropped = random_integer (random);
  exit->stragglers = (gint32) random_integer (random);
  exit->escaped = (gint32) random_integer (random);
  exit->timed_out = (guint8) g_rand_int (random);
  exit->oom = (guint8) g_rand_int (random);
  exit->kill_method = (guint8) g_rand_int (random);
  return exit;
}

void
model_random_event (GRand *random, SyEvent *event)
{
  memset (event, 0, sizeof *event);
  event->kind = (guint16) g_rand_int_range (random, 1, SY_EVENT_HANDLER + 2);
  event->time.wall_us = random_integer (random);
  event->time.boot_us = random_integer (random);
  event->state = (guint8) g_rand_int_range (random, 0, SY_N_STATES);
  event->name = (guint8) g_rand_int_range (random, 0, SY_N_NAMES);
  event->cause = (guint32) random_integer (random);
  event->keeper = (guint32) random_integer (random);
  event->pid = (gint32) random_integer (random);
  event->start_time = (guint64) random_integer (random);
  event->pidns = g_rand_boolean (random) ? G_GUINT64_CONSTANT (4026531836) : (guint64) random_integer (random);
  event->nonce = (guint64) random_integer (random);
  event->value = random_integer (random);
  event->value2 = random_integer (random);
  event->due.wall_us = random_integer (random);
  event->due.boot_us = random_integer (random);
  for (guint i = 0; event->kind == SY_EVENT_INTENT && i < SY_DIGEST_BYTES; i++)
    event->digest[i] = (guint8) g_rand_int_range (random, 0, 256);
  if (g_rand_boolean (random))
    event->text = random_text (random);
  if (event->kind == SY_EVENT_EXITED)
    event->exit = random_exit (random);
}

/* Verdicts and names by kind, so that random walks get somewhere */
static const struct { guint16 kind; guint8 state, name; } likely[] = {
  { SY_EVENT_JOIN_MET, SY_STATE_READY, SY_NAME_QUEUED },
  { SY_EVENT_JOIN_MET, SY_STATE_READY, SY_NAME_QUEUED },
  { SY_EVENT_JOIN_MET, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED },
  { SY_EVENT_SKIPPED, 0, SY_NAME_CONDITION_FALSE },
  { SY_EVENT_SKIPPED, 0, SY_NAME_USER },
  { SY_EVENT_ANNOUNCED, 0, SY_NAME_UPSTREAM_FAILED },
  { SY_EVENT_ANNOUNCED, 0, SY_NAME_UPSTREAM_SKIPPED },
  { SY_EVENT_UNANNOUNCED, 0, 0 },
  { SY_EVENT_HELD, SY_STATE_READY, SY_NAME_HELD_POOL },
  { SY_EVENT_HELD, SY_STATE_READY, SY_NAME_HELD_KEEPER },
  { SY_EVENT_HELD, SY_STATE_PENDING, SY_NAME_UPSTREAM_LOST },
  { SY_EVENT_RELEASED, 0, 0 },
  { SY_EVENT_FAILED, 0, SY_NAME_EXPRESSION },
  { SY_EVENT_CANCELLED, 0, SY_NAME_USER },
  { SY_EVENT_CANCELLED, 0, SY_NAME_QUORUM_MET },
  { SY_EVENT_INTENT, 0, 0 },
  { SY_EVENT_INTENT, 0, 0 },
  { SY_EVENT_STANDBY, 0, 0 },
  { SY_EVENT_VOIDED, 0, 0 },
  { SY_EVENT_REVOKING, SY_STATE_CANCELLED, SY_NAME_USER },
  { SY_EVENT_STARTED, 0, 0 },
  { SY_EVENT_STARTED, 0, 0 },
  { SY_EVENT_STOP_REQUESTED, 0, SY_NAME_USER },
  { SY_EVENT_STOP_REQUESTED, 0, SY_NAME_TIMED_OUT },
  { SY_EVENT_EXITED, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED },
  { SY_EVENT_EXITED, SY_STATE_SUCCEEDED, SY_NAME_WARNED },
  { SY_EVENT_EXITED, SY_STATE_FAILED, SY_NAME_EXIT },
  { SY_EVENT_EXITED, SY_STATE_SKIPPED, SY_NAME_EXIT_CODE },
  { SY_EVENT_EXITED, SY_STATE_READY, SY_NAME_AWAITING_RETRY },
  { SY_EVENT_EXITED, SY_STATE_CANCELLED, SY_NAME_USER },
  { SY_EVENT_LOST, 0, SY_NAME_KEEPER_DIED },
  { SY_EVENT_LOST_RERUN, 0, 0 },
  { SY_EVENT_RETRY_DUE, 0, 0 },
  { SY_EVENT_RETRY_NOW, 0, 0 },
  { SY_EVENT_GIVE_UP, 0, 0 },
  { SY_EVENT_OUTPUT_SET, 0, 0 },
  { SY_EVENT_RESET, 0, 0 },
  { SY_EVENT_STALE, 0, 0 },
  { SY_EVENT_MARKED, SY_STATE_SUCCEEDED, SY_NAME_MARKED },
  { SY_EVENT_MARKED, SY_STATE_FAILED, SY_NAME_MARKED },
  { SY_EVENT_RUN_AGAIN, 0, 0 },
};

void
model_likely_event (GRand *random, const SyRunState *state, SyEvent *event)
{
  guint pick = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (likely));
  const SyTaskState *task;

  memset (event, 0, sizeof *event);
  event->kind = likely[pick].kind;
  event->state = likely[pick].state;
  event->name = likely[pick].name;
  event->task = (guint32) g_rand_int_range (random, 1, (gint32) state->n_numbers + 1);
  event->time.wall_us = 1000000 + state->seq;
  task = &state->tasks[event->task - 1];
  event->attempt = task->attempt + (event->kind == SY_EVENT_INTENT || event->kind == SY_EVENT_STANDBY);
  event->nonce = event->attempt > task->attempt ? 1 + g_rand_int (random) : task->nonce;
  if (event->kind == SY_EVENT_HELD)
    event->value = 2;
  if (event->kind == SY_EVENT_HELD && event->name == SY_NAME_HELD_POOL)
    event->text = g_strdup ("db");
  if (event->name == SY_NAME_AWAITING_RETRY)
    event->due.wall_us = event->time.wall_us + 8000000;
  if (event->kind == SY_EVENT_ANNOUNCED || event->name == SY_NAME_UPSTREAM_LOST)
    event->cause = (guint32) g_rand_int_range (random, 0, (gint32) state->n_numbers + 1);
  if (event->kind == SY_EVENT_EXITED)
    {
      event->exit = g_new0 (SyExit, 1);
      event->exit->status = event->state == SY_STATE_SUCCEEDED ? 0 : 3 << 8;
      event->exit->started_us = event->exit->ended_us = event->time.wall_us;
    }
}

/* The definition: terminal (lost only if it counts as failed) and every ancestor so. */
static gboolean
is_settled (const SyRunState *state, guint32 index)
{
  const SyTask *task = &state->workflow->tasks[index];
  const SyTaskState *now = sy_run_state_at (state, index);

  if (!sy_state_is_terminal ((SyState) now->state))
    return FALSE;
  if (now->state == SY_STATE_LOST && task->on_lost != SY_ON_LOST_FAIL)
    return FALSE;
  for (guint32 k = 0; k < task->n_needs; k++)
    if (!is_settled (state, task->needs[k].task))
      return FALSE;
  return TRUE;
}

void
model_assert_invariants (const SyRunState *state)
{
  guint32 counts[SY_N_STATES] = { 0 }, unsettled = 0;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    {
      const SyTaskState *task = sy_run_state_at (state, i);

      g_assert_cmpint (task->settled, ==, is_settled (state, i));
      g_assert_true (sy_name_fits_state ((SyName) task->name, (SyState) task->state));
      g_assert_true (task->nonce == 0 || task->state == SY_STATE_READY || task->state == SY_STATE_RUNNING);
      g_assert_true (task->state != SY_STATE_RUNNING || task->nonce != 0);
      g_assert_true (task->name != SY_NAME_AWAITING_RETRY || (task->nonce == 0 && task->last_failure != SY_NAME_NONE));
      g_assert_true (task->name != SY_NAME_REVOKING || task->nonce != 0);
      g_assert_true (task->standby == 0 || task->state == SY_STATE_PENDING || task->state == SY_STATE_READY);
      counts[task->state]++;
      unsettled += !task->settled;
    }
  g_assert_cmpmem (counts, sizeof counts, state->counts, sizeof state->counts);
  g_assert_cmpuint (unsettled, ==, state->n_unsettled);
}

static SyState
state_of_name (SyName name)
{
  for (guint state = SY_STATE_READY; state < SY_N_STATES; state++)
    if (sy_name_fits_state (name, (SyState) state))
      return (SyState) state;
  return SY_STATE_PENDING;
}

void
model_parse_event (const char *text, SyEvent *event)
{
  g_autofree char *word = g_strdup (text + 2);
  char *colon = strchr (word, ':'), *at = strchr (word, '@');
  SyEventKind kind = SY_EVENT_NONE;
  SyName name = SY_NAME_NONE;
  SyState state;

  if (at != NULL)
    {
      event->attempt = (guint32) atoi (at + 1);
      *at = '\0';
    }
  if (colon != NULL)
    *colon = '\0';
  g_assert_true (sy_event_kind_from_string (word, &kind));
  event->kind = (guint16) kind;
  event->task = (guint32) (text[0] - 'a') + 1;
  event->nonce = kind >= SY_EVENT_INTENT && kind <= SY_EVENT_REVOKING ? 5 : 0;
  if (kind == SY_EVENT_MARKED)
    {
      g_assert_true (sy_state_from_string (colon + 1, &state));
      event->state = (guint8) state;
      name = SY_NAME_MARKED;
    }
  else if (colon != NULL)
    g_assert_true (sy_name_from_string (colon + 1, &name));
  event->name = (guint8) name;
  if (kind == SY_EVENT_EXITED)
    event->state = name == SY_NAME_USER ? SY_STATE_CANCELLED : (guint8) state_of_name (name);
}

void
model_apply (SyRunState *state, const char *events)
{
  g_auto (GStrv) words = g_strsplit (events, " ", -1);

  for (guint k = 0; words[k] != NULL; k++)
    {
      SyEvent event = { 0 };
      g_autoptr (GError) error = NULL;

      model_parse_event (words[k], &event);
      sy_run_state_apply (state, &event, &error);
      g_assert_no_error (error);
    }
}
