/* sy-progress.c: a run as it goes on, on a terminal or as plain lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-progress.h"

#include "app/sy-estimate.h"
#include "app/sy-words.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define DRAW_INTERVAL_US 100000
#define ESTIMATE_INTERVAL_US 1000000

struct _SyProgress
{
  FILE *stream;             /* borrowed */
  SyProgressMode mode;
  gboolean color;
  guint n_drawn;            /* live lines on the screen now */
  gint64 drawn_us;          /* monotonic */
  gint64 estimated_us;      /* monotonic */
  gint64 left_us;           /* as of estimated_us, −1 unknown */
  const gint64 *expected_us;
  GString *buffer;          /* what goes out with the next write */
};

SyProgressMode
sy_progress_mode_for (FILE *stream)
{
  const char *term = g_getenv ("TERM");

  if (!isatty (fileno (stream)) || term == NULL || g_str_equal (term, "dumb"))
    return SY_PROGRESS_PLAIN;
  return SY_PROGRESS_LIVE;
}

gboolean
sy_color_wanted (FILE *stream)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return (no_color == NULL || *no_color == '\0') && sy_progress_mode_for (stream) == SY_PROGRESS_LIVE;
}

SyProgress *
sy_progress_new (FILE *stream, SyProgressMode mode)
{
  SyProgress *progress = g_new0 (SyProgress, 1);

  progress->stream = stream;
  progress->mode = mode;
  progress->color = sy_color_wanted (stream);
  progress->left_us = -1;
  progress->buffer = g_string_new (NULL);
  return progress;
}

static void
write_out (SyProgress *progress)
{
  fwrite (progress->buffer->str, 1, progress->buffer->len, progress->stream);
  fflush (progress->stream);
  g_string_truncate (progress->buffer, 0);
}

static void
erase (SyProgress *progress)
{
  if (progress->n_drawn > 0)
    g_string_append_printf (progress->buffer, "\033[%uA\r\033[J", progress->n_drawn);
  progress->n_drawn = 0;
}

void
sy_progress_free (SyProgress *progress)
{
  erase (progress);
  write_out (progress);
  g_string_free (progress->buffer, TRUE);
  g_free (progress);
}

void
sy_progress_set_expected (SyProgress *progress, const gint64 *expected_us)
{
  progress->expected_us = expected_us;
}

static void
get_size (SyProgress *progress, guint *columns, guint *rows)
{
  struct winsize size = { 0 };
  gboolean known = ioctl (fileno (progress->stream), TIOCGWINSZ, &size) == 0;

  *columns = known && size.ws_col > 0 ? size.ws_col : 80;
  *rows = known && size.ws_row > 0 ? size.ws_row : 24;
}

void
sy_progress_say (SyProgress *progress, const char *text)
{
  if (progress->mode == SY_PROGRESS_QUIET)
    return;
  erase (progress);
  g_string_append_printf (progress->buffer, "%s\n", text);
  write_out (progress);
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
sy_progress_event (SyProgress *progress, const SyRunState *state, const SyEvent *event)
{
  g_autoptr (GString) text = NULL;
  guint total = state->workflow->n_tasks;
  const char *color;
  int worth;

  if (progress->mode == SY_PROGRESS_QUIET)
    return;
  text = g_string_new (NULL);
  if (!sy_event_text (text, state, event, &worth) || (progress->mode == SY_PROGRESS_LIVE && worth < 2))
    return;
  color = progress->color ? color_of (event) : "";
  erase (progress);
  if (progress->mode == SY_PROGRESS_PLAIN)
    g_string_append_printf (progress->buffer, "[%u/%u] ", sy_estimate_n_done (state), total);
  g_string_append_printf (progress->buffer, "%s%s%s\n", color, text->str, *color != '\0' ? "\033[0m" : "");
  if (progress->mode == SY_PROGRESS_LIVE || progress->buffer->len > 4096)
    write_out (progress);
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

static void
draw_task (SyProgress *progress, const SyRunState *state, guint32 index, guint columns, guint id_width, gint64 now)
{
  const SyTaskState *task = sy_run_state_at (state, index);
  gint64 elapsed = task->started_us > 0 ? MAX (0, now - task->started_us) : 0;
  gint64 expected = progress->expected_us != NULL ? progress->expected_us[index] : 0;
  g_autoptr (GString) line = g_string_new ("  ");

  sy_say_fit (line, state->workflow->tasks[index].id, id_width, TRUE);
  sy_say_duration (g_string_append (line, "  "), elapsed);
  if (task->name == SY_NAME_STOPPING)
    g_string_append (line, ", stopping");
  else if (expected > elapsed)
    g_string_append (sy_say_duration (g_string_append (line, ", about "), expected - elapsed), " left");
  if (task->attempt > 1)
    g_string_append_printf (line, ", attempt %u", task->attempt);
  if (progress->color)
    g_string_append (progress->buffer, "\033[34m");
  sy_say_fit (progress->buffer, line->str, columns - 1, FALSE);
  g_string_append (progress->buffer, progress->color ? "\033[0m\n" : "\n");
  progress->n_drawn++;
}

static void
append_count (GString *line, const SyRunState *state, SyState which, const char *word)
{
  if (state->counts[which] > 0)
    g_string_append_printf (sy_say_count (g_string_append (line, " · "), state->counts[which]), " %s", word);
}

static void
draw_total (SyProgress *progress, const SyRunState *state, guint columns, gint64 now)
{
  g_autoptr (GString) line = g_string_new ("[");
  gint64 tick = g_get_monotonic_time ();

  sy_say_count (line, sy_estimate_n_done (state));
  sy_say_count (g_string_append (line, "/"), state->workflow->n_tasks);
  g_string_append_printf (line, "] %s", sy_say_run_status (state->status));
  append_count (line, state, SY_STATE_RUNNING, "running");
  append_count (line, state, SY_STATE_READY, "ready");
  append_count (line, state, SY_STATE_FAILED, "failed");
  append_count (line, state, SY_STATE_LOST, "lost");
  append_count (line, state, SY_STATE_UPSTREAM_FAILED, "blocked");
  sy_say_duration (g_string_append (line, " · "), MAX (0, now - state->created_us));
  if (tick - progress->estimated_us > ESTIMATE_INTERVAL_US)
    {
      progress->left_us = sy_estimate_left (state, progress->expected_us, now);
      progress->estimated_us = tick;
    }
  if (progress->left_us > 0)
    g_string_append (sy_say_duration (g_string_append (line, " · about "), progress->left_us), " left");
  sy_say_fit (progress->buffer, line->str, columns - 1, FALSE);
  g_string_append_c (progress->buffer, '\n');
  progress->n_drawn++;
}

void
sy_progress_draw (SyProgress *progress, const SyRunState *state, gint64 now_wall_us, gboolean force)
{
  gint64 tick = g_get_monotonic_time ();
  guint columns, rows, id_width, left, n_running;

  if (progress->mode == SY_PROGRESS_PLAIN && progress->buffer->len > 0)
    write_out (progress);
  if (progress->mode != SY_PROGRESS_LIVE || (!force && tick - progress->drawn_us < DRAW_INTERVAL_US))
    return;
  progress->drawn_us = tick;
  erase (progress);
  get_size (progress, &columns, &rows);
  columns = MAX (columns, 12);
  id_width = id_columns (state, columns);
  n_running = state->counts[SY_STATE_RUNNING];
  left = rows > 4 ? rows - 3 : 1;
  for (guint32 i = 0; i < state->workflow->n_tasks && left > 0; i++)
    if (sy_run_state_at (state, i)->state == SY_STATE_RUNNING)
      {
        draw_task (progress, state, i, columns, id_width, now_wall_us);
        left--;
        n_running -= n_running > 0;
      }
  if (n_running > 0)
    {
      g_string_append_printf (progress->buffer, "  … and %u more\n", n_running);
      progress->n_drawn++;
    }
  draw_total (progress, state, columns, now_wall_us);
  write_out (progress);
}
