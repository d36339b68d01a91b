/* test-live.c: what is drawn on a terminal and what is printed elsewhere
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-live.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define START (G_GINT64_CONSTANT (1700000000) * G_USEC_PER_SEC)

typedef struct
{
  FILE *stream;
  SyWorkflow *workflow;
  SyRunState *state;
  SyLive *live;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const ids[] = { "fetch", "a_task_whose_id_is_longer_than_the_terminal_is_wide_by_far_and_more_than_that", "c" };
  g_autoptr (GError) error = NULL;

  fixture->stream = tmpfile ();
  fixture->workflow = sy_workflow_new ();
  fixture->workflow->name = "w";
  fixture->workflow->n_tasks = 3;
  fixture->workflow->tasks = sy_workflow_alloc (fixture->workflow, 3 * sizeof (SyTask));
  for (guint i = 0; i < 3; i++)
    {
      fixture->workflow->tasks[i].id = ids[i];
      fixture->workflow->tasks[i].kind = SY_TASK_RUN;
      fixture->workflow->tasks[i].run.text = "true";
      fixture->workflow->tasks[i].enabled = TRUE;
    }
  sy_workflow_finish (fixture->workflow, NULL, &error);
  g_assert_no_error (error);
  fixture->state = sy_run_state_new (fixture->workflow);
  fixture->state->created_us = START;
  fixture->state->slots = 2;
  fixture->state->status = SY_RUN_RUNNING;
  for (guint i = 0; i < 2; i++)
    {
      fixture->state->tasks[i].state = SY_STATE_RUNNING;
      fixture->state->tasks[i].name = SY_NAME_RUNNING;
      fixture->state->tasks[i].started_us = START;
    }
  fixture->state->counts[SY_STATE_RUNNING] = 2;
  fixture->state->counts[SY_STATE_PENDING] = 1;
  fixture->live = sy_live_new (fixture->stream, GPOINTER_TO_INT (data));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->live, sy_live_free);
  sy_run_state_free (fixture->state);
  sy_workflow_unref (fixture->workflow);
  fclose (fixture->stream);
}

/* What was written since the last call */
static char *
take (Fixture *fixture)
{
  char *text = g_malloc0 (65536);
  size_t n;

  fflush (fixture->stream);
  rewind (fixture->stream);
  n = fread (text, 1, 65535, fixture->stream);
  g_assert_cmpuint (n, <, 65535);
  rewind (fixture->stream);
  g_assert_cmpint (ftruncate (fileno (fixture->stream), 0), ==, 0);
  return text;
}

/* No line reaches the last column: it would wrap, and erasing would count wrong. */
static void
test_draw (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *soon = NULL, *forced = NULL, *end = NULL;
  g_auto (GStrv) lines = NULL;

  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, TRUE);
  first = take (fixture);
  lines = g_strsplit (first, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 4);
  g_assert_true (g_str_has_prefix (lines[0], "  fetch "));
  g_assert_true (g_str_has_suffix (lines[0], "  12 s"));
  g_assert_nonnull (strstr (lines[1], "…"));
  g_assert_true (g_str_has_prefix (lines[2], "[0/3] 2 running · 12 s"));
  for (guint i = 0; i < 3; i++)
    g_assert_cmpint (g_utf8_strlen (lines[i], -1), <, 80);

  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, FALSE);
  soon = take (fixture);
  g_assert_cmpstr (soon, ==, "");

  sy_live_draw (fixture->live, fixture->state, START + 13 * G_USEC_PER_SEC, TRUE);
  forced = take (fixture);
  g_assert_true (g_str_has_prefix (forced, "\033[3A\r\033[J  fetch"));

  g_clear_pointer (&fixture->live, sy_live_free);
  end = take (fixture);
  g_assert_cmpstr (end, ==, "\033[3A\r\033[J");
}

/* After Ctrl+Z and fg the shell has written below the picture: nothing of that is erased. */
static void
test_continued (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL, *fresh = NULL, *next = NULL;

  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  first = take (fixture);
  raise (SIGCONT);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  fresh = take (fixture);
  g_assert_cmpstr (fresh, ==, first);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  next = take (fixture);
  g_assert_true (g_str_has_prefix (next, "\033[3A"));
}

/* What a terminal was sent, without the line ends that it makes */
static char *
read_terminal (int master)
{
  GString *text = g_string_new (NULL);
  char buffer[4096];
  ssize_t n;

  while ((n = read (master, buffer, sizeof buffer)) > 0)
    g_string_append_len (text, buffer, n);
  return g_string_free (text, FALSE);
}

/* A session of its own, with a terminal in whose foreground is another process: nothing is drawn there. */
static void
draw_in_background (Fixture *fixture, int master)
{
  g_autofree char *before = NULL, *meanwhile = NULL, *after = NULL;
  int terminal;
  pid_t other;

  g_assert_cmpint (setsid (), >, 0);
  terminal = open (ptsname (master), O_RDWR);
  g_assert_cmpint (ioctl (terminal, TIOCSCTTY, 0), ==, 0);
  signal (SIGTTOU, SIG_IGN);
  fixture->live = sy_live_new (fdopen (terminal, "w"), SY_LIVE_LIVE);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  before = read_terminal (master);
  g_assert_nonnull (strstr (before, "[0/3]"));
  other = fork ();
  if (other == 0)
    {
      pause ();
      _exit (0);
    }
  setpgid (other, other);
  g_assert_cmpint (tcsetpgrp (terminal, other), ==, 0);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  meanwhile = read_terminal (master);
  g_assert_cmpstr (meanwhile, ==, "");
  g_assert_cmpint (tcsetpgrp (terminal, getpgrp ()), ==, 0);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  after = read_terminal (master);
  g_assert_cmpstr (after, ==, before);
  kill (other, SIGKILL);
}

static void
test_background (Fixture *fixture, gconstpointer data)
{
  int master = posix_openpt (O_RDWR | O_NOCTTY | O_NONBLOCK), status;
  pid_t child;

  g_assert_cmpint (master, >=, 0);
  g_assert_cmpint (grantpt (master), ==, 0);
  g_assert_cmpint (unlockpt (master), ==, 0);
  child = fork ();
  if (child == 0)
    {
      draw_in_background (fixture, master);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  close (master);
}

/* An estimate in whole seconds, rounded up, of the re-run's own time */
static void
test_estimate (Fixture *fixture, gconstpointer data)
{
  static const gint64 expected[] = { 12400000, 0, 0 };
  g_autofree char *text = NULL;

  sy_live_set_expected (fixture->live, expected);
  sy_live_set_begin (fixture->live, START + 9 * G_USEC_PER_SEC);
  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, TRUE);
  text = take (fixture);
  g_assert_nonnull (strstr (text, "  12 s, about 1 s left\n"));
  g_assert_nonnull (strstr (text, "[0/3] 2 running · 3.0 s"));
}

/* How far a task is comes from its file, with every picture anew. */
static void
test_progress (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("switchyard-live-XXXXXX", NULL);
  const char *argv[] = { "rm", "-rf", folder, NULL };
  g_autoptr (SyStateDir) dir = sy_state_dir_open (folder, SY_STATE_DIR_CREATE, NULL);
  g_autoptr (SyRunDir) run = sy_run_dir_create (dir, NULL, NULL);
  g_autofree char *path = g_build_filename (sy_run_dir_get_path (run), "v", "t1.i0.a1.p", NULL);
  g_autofree char *none = NULL, *some = NULL, *more = NULL;

  fixture->state->tasks[0].attempt = 1;
  sy_live_set_run (fixture->live, run);
  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, TRUE);
  none = take (fixture);
  g_assert_null (strstr (none, "%"));
  g_assert_true (g_file_set_contents (path, "37%\n", -1, NULL));
  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, TRUE);
  some = take (fixture);
  g_assert_nonnull (strstr (some, "  12 s, 37 %\n"));
  g_assert_true (g_file_set_contents (path, "3/4\n", -1, NULL));
  sy_live_draw (fixture->live, fixture->state, START + 12 * G_USEC_PER_SEC, TRUE);
  more = take (fixture);
  g_assert_nonnull (strstr (more, "  12 s, 75 %\n"));
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static SyEvent
exit_event (SyExit *exit, gboolean good)
{
  *exit = (SyExit){ .status = good ? 0 : 3 << 8, .started_us = START, .ended_us = START + 2500000 };
  return (SyEvent){ .kind = SY_EVENT_EXITED, .task = 1, .exit = exit,
                    .state = good ? SY_STATE_SUCCEEDED : SY_STATE_FAILED,
                    .name = good ? SY_NAME_SUCCEEDED : SY_NAME_EXIT };
}

/* On a terminal only what went wrong scrolls; it goes above the live lines. */
static void
test_events_live (Fixture *fixture, gconstpointer data)
{
  SyExit exit;
  SyEvent good = exit_event (&exit, TRUE), bad;
  g_autofree char *drawn = NULL, *quiet = NULL, *loud = NULL;

  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  drawn = take (fixture);
  sy_live_event (fixture->live, fixture->state, &good);
  quiet = take (fixture);
  g_assert_cmpstr (quiet, ==, "");
  bad = exit_event (&exit, FALSE);
  sy_live_event (fixture->live, fixture->state, &bad);
  loud = take (fixture);
  g_assert_cmpstr (loud, ==, "\033[3A\r\033[Jfetch: failed, exit 3, 2.5 s\n");
}

static void
test_events_plain (Fixture *fixture, gconstpointer data)
{
  SyExit exit;
  SyEvent good = exit_event (&exit, TRUE);
  g_autofree char *text = NULL, *none = NULL;

  sy_live_event (fixture->live, fixture->state, &good);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  text = take (fixture);
  g_assert_cmpstr (text, ==, "[0/3] fetch: succeeded, 2.5 s\n");
  g_assert_null (strchr (text, '\033'));
}

static void
test_quiet (Fixture *fixture, gconstpointer data)
{
  SyExit exit;
  SyEvent bad = exit_event (&exit, FALSE);
  g_autofree char *text = NULL;

  sy_live_event (fixture->live, fixture->state, &bad);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  sy_live_say (fixture->live, "x");
  text = take (fixture);
  g_assert_cmpstr (text, ==, "");
}

/* A text of the log cannot move the cursor. */
static void
test_hostile_text (Fixture *fixture, gconstpointer data)
{
  SyEvent warning = { .kind = SY_EVENT_WARNING, .task = 1, .text = (char *) "\033[2Jgone\nnext" };
  g_autofree char *text = NULL;

  sy_live_event (fixture->live, fixture->state, &warning);
  sy_live_draw (fixture->live, fixture->state, START, TRUE);
  text = take (fixture);
  g_assert_cmpstr (text, ==, "[0/3] fetch: warning: \357\277\275[2Jgone next\n");
}

/* Every kind of event is said or left out, with whatever in it. */
static void
test_all_kinds (Fixture *fixture, gconstpointer data)
{
  for (guint kind = 0; kind < 70; kind++)
    for (guint state = 0; state < SY_N_STATES; state++)
      for (guint32 task = 0; task <= 4; task++)
        {
          g_autoptr (GString) out = g_string_new (NULL);
          SyEvent event = { .kind = kind, .task = task, .state = state, .cause = 9, .text = (char *) "text" };
          int worth = -1;
          gboolean said = sy_event_text (out, fixture->state, &event, &worth);

          g_assert_true (said ? out->len > 0 && worth > 0 : out->len == 0 && worth == 0);
        }
}

int
main (int argc, char **argv)
{
#define ADD(path, mode, func) g_test_add (path, Fixture, GINT_TO_POINTER (mode), set_up, func, tear_down)
  g_setenv ("NO_COLOR", "1", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("/cli/live/draw", SY_LIVE_LIVE, test_draw);
  ADD ("/cli/live/continued", SY_LIVE_LIVE, test_continued);
  ADD ("/cli/live/background", SY_LIVE_LIVE, test_background);
  ADD ("/cli/live/estimate", SY_LIVE_LIVE, test_estimate);
  ADD ("/cli/live/progress", SY_LIVE_LIVE, test_progress);
  ADD ("/cli/live/events", SY_LIVE_LIVE, test_events_live);
  ADD ("/cli/live/plain", SY_LIVE_PLAIN, test_events_plain);
  ADD ("/cli/live/quiet", SY_LIVE_QUIET, test_quiet);
  ADD ("/cli/live/hostile", SY_LIVE_PLAIN, test_hostile_text);
  ADD ("/cli/live/all-kinds", SY_LIVE_PLAIN, test_all_kinds);
  return g_test_run ();
}
