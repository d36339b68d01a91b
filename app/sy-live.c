/* sy-live.c: a run as it goes on, on a terminal or as plain lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-live.h"

#include "app/sy-words.h"
#include "core/model/sy-progress.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_INTERVAL_US 100000
#define ESTIMATE_INTERVAL_US 1000000

struct _SyLive
{
  FILE *stream;             /* borrowed */
  SyLiveMode mode;
  gboolean color;
  guint n_drawn;            /* live lines on the screen now */
  gint64 drawn_us;          /* monotonic */
  gint64 estimated_us;      /* monotonic */
  gint64 left_us;           /* as of estimated_us, −1 unknown */
  gint64 begin_us;          /* wall; 0 = the run's creation */
  const gint64 *expected_us;
  SyRunDir *run;            /* (nullable) */
  GString *buffer;          /* what goes out with the next write */
};

/* Since the last picture this process was stopped and went on: the shell has written below it. */
static volatile sig_atomic_t continued;

static void
on_continue (int signum)
{
  continued = 1;
}

static void
watch_continue (void)
{
  struct sigaction action = { .sa_handler = on_continue, .sa_flags = SA_RESTART };

  sigemptyset (&action.sa_mask);
  sigaction (SIGCONT, &action, NULL);
}

SyLiveMode
sy_live_mode_for (FILE *stream)
{
  const char *term = g_getenv ("TERM");

  if (!isatty (fileno (stream)) || term == NULL || g_str_equal (term, "dumb"))
    return SY_LIVE_PLAIN;
  return SY_LIVE_LIVE;
}

gboolean
sy_color_wanted (FILE *stream)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return (no_color == NULL || *no_color == '\0') && sy_live_mode_for (stream) == SY_LIVE_LIVE;
}

SyLive *
sy_live_new (FILE *stream, SyLiveMode mode)
{
  SyLive *live = g_new0 (SyLive, 1);

  live->stream = stream;
  live->mode = mode;
  live->color = sy_color_wanted (stream);
  live->left_us = -1;
  live->buffer = g_string_new (NULL);
  if (mode == SY_LIVE_LIVE)
    watch_continue ();
  return live;
}

static void
write_out (SyLive *live)
{
  fwrite (live->buffer->str, 1, live->buffer->len, live->stream);
  fflush (live->stream);
  g_string_truncate (live->buffer, 0);
}

/* Does the terminal belong to another job of the shell now? */
static gboolean
in_background (SyLive *live)
{
  pid_t group = tcgetpgrp (fileno (live->stream));

  return group > 0 && group != getpgrp ();
}

static void
erase (SyLive *live)
{
  gboolean moved = continued != 0;

  continued = 0;
  if (moved || in_background (live))
    live->n_drawn = 0;
  if (live->n_drawn > 0)
    g_string_append_printf (live->buffer, "\033[%uA\r\033[J", live->n_drawn);
  live->n_drawn = 0;
}

void
sy_live_free (SyLive *live)
{
  erase (live);
  write_out (live);
  g_string_free (live->buffer, TRUE);
  g_free (live);
}

void
sy_live_set_begin (SyLive *live, gint64 wall_us)
{
  live->begin_us = wall_us;
}

void
sy_live_set_expected (SyLive *live, const gint64 *expected_us)
{
  live->expected_us = expected_us;
}

void
sy_live_set_run (SyLive *live, SyRunDir *run)
{
  live->run = run;
}

static void
get_size (SyLive *live, guint *columns, guint *rows)
{
  struct winsize size = { 0 };
  gboolean known = ioctl (fileno (live->stream), TIOCGWINSZ, &size) == 0;

  *columns = known && size.ws_col > 0 ? size.ws_col : 80;
  *rows = known && size.ws_row > 0 ? size.ws_row : 24;
}

void
sy_live_say (SyLive *live, const char *text)
{
  if (live->mode == SY_LIVE_QUIET)
    return;
  erase (live);
  g_string_append_printf (live->buffer, "%s\n", text);
  write_out (live);
}

static guint
n_done (const SyRunState *state)
{
  guint n = 0;

  for (guint i = 0; i < SY_N_STATES; i++)
    if (sy_state_is_terminal (i))
      n += state->counts[i];
  return n;
}

static const char *
color_of (const SyEvent *event)
{
  if (event->kind == SY_EVENT_EXITED && event->state == SY_STATE_SUCCEEDED)
    return "\033[32m";
  if (event->kind == SY_EVENT_LOST || event->kind == SY_EVENT_WARNING || event->state == SY_STATE_READY)
    return "\033[33m";
  return event->state == SY_STATE_FAILED ? "\033[31m" : "";
}

void
sy_live_event (SyLive *live, const SyRunState *state, const SyEvent *event)
{
  g_autoptr (GString) text = NULL;
  guint total = state->workflow->n_tasks;
  const char *color;
  int worth;

  if (live->mode == SY_LIVE_QUIET)
    return;
  text = g_string_new (NULL);
  if (!sy_event_text (text, state, event, &worth) || (live->mode == SY_LIVE_LIVE && worth < 2))
    return;
  color = live->color ? color_of (event) : "";
  erase (live);
  if (live->mode == SY_LIVE_PLAIN)
    g_string_append_printf (live->buffer, "[%u/%u] ", n_done (state), total);
  g_string_append_printf (live->buffer, "%s%s%s\n", color, text->str, *color != '\0' ? "\033[0m" : "");
  if (live->mode == SY_LIVE_LIVE || live->buffer->len > 4096)
    write_out (live);
}

static guint
id_columns (const SyRunState *state, guint columns)
{
  guint widest = 8;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    if (sy_run_state_at (state, i)->state == SY_STATE_RUNNING)
      widest = MAX (widest, sy_say_width (state->workflow->tasks[i].id));
  return MIN (widest, MAX (8, columns / 2));
}

/* ", about 12 s left": an estimate, so no parts of a second */
static void
say_left (GString *line, const char *separator, gint64 us)
{
  gint64 seconds = (us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;

  g_string_append (line, separator);
  if (seconds < 60)
    g_string_append_printf (line, "%d s", (int) seconds);
  else
    sy_say_duration (line, seconds * G_USEC_PER_SEC);
  g_string_append (line, " left");
}

static void
draw_task (SyLive *live, const SyRunState *state, guint32 index, guint columns, guint id_width, gint64 now)
{
  const SyTaskState *task = sy_run_state_at (state, index);
  gint64 elapsed = task->started_us > 0 ? MAX (0, now - task->started_us) : 0;
  gint64 expected = live->expected_us != NULL ? live->expected_us[index] : 0;
  g_autoptr (GString) line = g_string_new ("  ");

  sy_say_fit (line, state->workflow->tasks[index].id, id_width, TRUE);
  /* No milliseconds: they would only flicker. */
  if (elapsed < G_USEC_PER_SEC)
    g_string_append_printf (line, "  %.1f s", elapsed / 1e6);
  else
    sy_say_duration (g_string_append (line, "  "), elapsed);
  if (live->run != NULL && elapsed >= G_USEC_PER_SEC)
    sy_say_progress (line, live->run, state->workflow->tasks[index].number, task);
  if (task->name == SY_NAME_STOPPING)
    g_string_append (line, ", stopping");
  else if (expected > elapsed)
    say_left (line, ", about ", expected - elapsed);
  if (task->attempt > 1)
    g_string_append_printf (line, ", attempt %u", task->attempt);
  if (live->color)
    g_string_append (live->buffer, "\033[34m");
  sy_say_fit (live->buffer, line->str, columns - 1, FALSE);
  g_string_append (live->buffer, live->color ? "\033[0m\n" : "\n");
  live->n_drawn++;
}

static void
append_count (GString *line, const SyRunState *state, SyState which, const char *word)
{
  if (state->counts[which] > 0)
    g_string_append_printf (sy_say_count (g_string_append (line, line->str[line->len - 1] == ' ' ? "" : " · "), state->counts[which]),
                            " %s", word);
}

typedef struct { SyRunDir *run; const SyRunState *state; } Asked;

static double
said (gpointer data, guint32 index)
{
  const Asked *asked = data;

  return sy_said_progress (asked->run, asked->state, index);
}

static void
measure_left (SyLive *live, const SyRunState *state, gint64 now, gint64 tick)
{
  Asked asked = { live->run, state };
  SyProgressBasis basis = { .state = state, .expected_us = live->expected_us, .now_wall_us = now, .said = said, .said_data = &asked };
  SyProgress measured;

  sy_progress_basis_init (&basis);
  sy_progress_measure (&basis, NULL, &measured);
  live->left_us = measured.left_us;
  live->estimated_us = tick;
}

static void
draw_total (SyLive *live, const SyRunState *state, guint columns, gint64 now)
{
  g_autoptr (GString) line = g_string_new ("[");
  gint64 tick = g_get_monotonic_time ();

  sy_say_count (line, n_done (state));
  sy_say_count (g_string_append (line, "/"), state->workflow->n_tasks);
  g_string_append (line, "] ");
  if (state->status != SY_RUN_RUNNING || state->counts[SY_STATE_RUNNING] == 0)
    g_string_append (line, sy_say_run_status (state->status));
  append_count (line, state, SY_STATE_RUNNING, "running");
  append_count (line, state, SY_STATE_READY, "ready");
  append_count (line, state, SY_STATE_FAILED, "failed");
  append_count (line, state, SY_STATE_LOST, "lost");
  append_count (line, state, SY_STATE_UPSTREAM_FAILED, "blocked");
  sy_say_duration (g_string_append (line, " · "), MAX (0, now - (live->begin_us > 0 ? live->begin_us : state->created_us)));
  if (tick - live->estimated_us > ESTIMATE_INTERVAL_US)
    measure_left (live, state, now, tick);
  if (live->left_us > tick - live->estimated_us)
    say_left (line, " · about ", live->left_us - (tick - live->estimated_us));
  sy_say_fit (live->buffer, line->str, columns - 1, FALSE);
  g_string_append_c (live->buffer, '\n');
  live->n_drawn++;
}

void
sy_live_draw (SyLive *live, const SyRunState *state, gint64 now_wall_us, gboolean force)
{
  gint64 tick = g_get_monotonic_time ();
  guint columns, rows, id_width, left, n_running;

  if (live->mode == SY_LIVE_PLAIN && live->buffer->len > 0)
    write_out (live);
  if (live->mode != SY_LIVE_LIVE || (!force && tick - live->drawn_us < DRAW_INTERVAL_US))
    return;
  live->drawn_us = tick;
  erase (live);
  if (in_background (live))
    return;
  get_size (live, &columns, &rows);
  columns = MAX (columns, 12);
  id_width = id_columns (state, columns);
  n_running = state->counts[SY_STATE_RUNNING];
  left = rows > 4 ? rows - 3 : 1;
  for (guint32 i = 0; i < state->workflow->n_tasks && left > 0; i++)
    if (sy_run_state_at (state, i)->state == SY_STATE_RUNNING)
      {
        draw_task (live, state, i, columns, id_width, now_wall_us);
        left--;
        n_running -= n_running > 0;
      }
  if (n_running > 0)
    {
      g_string_append_printf (live->buffer, "  … and %u more\n", n_running);
      live->n_drawn++;
    }
  draw_total (live, state, columns, now_wall_us);
  write_out (live);
}
