/* store-child.c: the other process of the log's tests
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   store-child reader STATE_DIR UUID            "SEQ MONOTONIC_US" for each event, as the bell tells of it
 *   store-child writer STATE_DIR UUID N_TASKS    goes on with the run, one event a commit; "SEQ" once it is
 * committed
 *
 * Both go on until they are killed.
 */
#include "store-fixture.h"

#include "core/store/sy-log-reader-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* One write: a reader of the pipe never sees half a line. */
static void
say (const char *format, ...)
{
  char line[128];
  va_list args;
  int n;

  va_start (args, format);
  n = g_vsnprintf (line, sizeof line, format, args);
  va_end (args);
  if (write (STDOUT_FILENO, line, (gsize) n) != n)
    exit (1);
}

static gboolean
saw_event (const SyEvent *event, gpointer data)
{
  *(gint64 *) data = event->seq;
  say ("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", event->seq, g_get_monotonic_time ());
  return TRUE;
}

static int
read_on (SyStateDir *dir, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, &error);
  g_autoptr (SyLogReader) reader = run != NULL ? sy_log_reader_open (run, &error) : NULL;
  gint64 seq = 0;

  if (reader == NULL || sy_log_reader_get_wake_fd (reader, &error) < 0)
    {
      fprintf (stderr, "store-child: %s\n", error->message);
      return 1;
    }
  sy_log_reader_stop_ticking (reader);
  for (;;)
    {
      if (!sy_log_reader_read (reader, seq, saw_event, &seq, &error))
        {
          fprintf (stderr, "store-child: %s\n", error->message);
          return 1;
        }
      sy_log_reader_wait (reader, -1);
    }
}

static void
committed (const GError *error, gpointer data)
{
  if (error != NULL)
    {
      fprintf (stderr, "store-child: %s\n", error->message);
      _exit (1);
    }
  say ("%" G_GINT64_FORMAT "\n", (gint64) (gsize) data);
}

static void
submit (StoreRun *run, gboolean may_wait)
{
  SyLogSink *sink = sy_run_log_get_sink (run->log);
  GArray *changed;

  store_run_settle (run);
  changed = sy_run_state_take_changed (run->state);
  for (guint i = 0; i < changed->len; i++)
    {
      SyStateRow row;

      sy_state_row_init (&row, run->state, g_array_index (changed, guint32, i));
      g_array_append_val (run->batch.states, row);
    }
  g_array_unref (changed);
  run->batch.may_wait = may_wait;
  sink->submit (sink, &run->batch, committed, (gpointer) (gsize) run->state->seq);
  run->batch.events = sy_event_array_new ();
  run->batch.states = g_array_new (FALSE, FALSE, sizeof (SyStateRow));
}

static int
write_on (SyStateDir *dir, const char *uuid, guint n_tasks)
{
  g_autoptr (GError) error = NULL;
  StoreDir store = { NULL, dir };
  StoreRun run;
  guint i = 0;

  if (!store_run_open (&run, &store, uuid, n_tasks, NULL, &error))
    {
      fprintf (stderr, "store-child: %s\n", error->message);
      return 1;
    }
  say ("%" G_GINT64_FORMAT "\n", run.state->seq);
  for (guint32 task = 1; task <= n_tasks; task++)
    while (store_run_advance (&run, task))
      {
        submit (&run, ++i % 4 == 0);
        if (i % 64 == 0)
          store_run_flush (&run, NULL);
      }
  store_run_flush (&run, NULL);
  for (;;)
    pause ();
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = NULL;

  if (argc < 4)
    return 2;
  dir = sy_state_dir_open (argv[2], SY_STATE_DIR_READ, &error);
  if (dir == NULL)
    {
      fprintf (stderr, "store-child: %s\n", error->message);
      return 1;
    }
  if (strcmp (argv[1], "reader") == 0)
    return read_on (dir, argv[3]);
  return argc > 4 ? write_on (dir, argv[3], (guint) atoi (argv[4])) : 2;
}
