/* model-util.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/model/model-util.h"

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
  static const char *const pieces[] = { "a", "\"", "\\", "\n", "\t", "\x01", "\x1f", "é", "…", "😀", "}", ",", "{\"s\":", "/" };
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
  if (g_rand_boolean (random))
    event->text = random_text (random);
  if (event->kind == SY_EVENT_EXITED)
    event->exit = random_exit (random);
}
