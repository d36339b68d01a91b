/* cmd-logs.c: logs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-run-view.h"
#include "app/sy-terminal.h"
#include "app/sy-words.h"
#include "core/model/sy-attempt.h"
#include "core/store/sy-output-reader.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECE 65536
#define FOLLOW_WAIT_US 250000

static gboolean opt_follow;
static int opt_lines = -1;

static const GOptionEntry logs_entries[] = {
  { "follow", 'f', 0, G_OPTION_ARG_NONE, &opt_follow, "Go on printing as the task writes, until it has ended", NULL },
  { "lines", 'n', 0, G_OPTION_ARG_INT, &opt_lines, "Only the last N lines", "N" },
  { NULL }
};

/* One stream of one attempt on its way to stdout or stderr */
typedef struct
{
  SyOutputReader *reader;
  gint64 offset;
  FILE *to;
  gboolean terminal;
  SyTerminalFilter filter;
} Stream;

static void
stream_clear (Stream *stream)
{
  g_clear_pointer (&stream->reader, sy_output_reader_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stream, stream_clear)

static gboolean
stream_open (Stream *stream, SyRunView *view, guint32 task, guint32 item, guint32 attempt, guint which, GError **error)
{
  stream->reader = sy_output_reader_open (view->run, task, item, attempt, which, error);
  if (stream->reader == NULL)
    return FALSE;
  stream->to = which == 2 ? stderr : stdout;
  stream->terminal = isatty (fileno (stream->to));
  if (opt_lines >= 0)
    stream->offset = sy_output_reader_tail_offset (stream->reader, opt_lines, error);
  return stream->offset >= 0;
}

static void
say_gap (gint64 bytes)
{
  g_autoptr (GString) text = sy_say_size (g_string_new ("… "), bytes);

  sy_complain ("%s that the task wrote here were not kept …", text->str);
}

static void
write_piece (Stream *stream, const char *data, gsize size)
{
  g_autoptr (GString) clean = NULL;

  if (stream->terminal)
    {
      clean = g_string_sized_new (size);
      sy_terminal_filter (&stream->filter, clean, data, size);
      data = clean->str;
      size = clean->len;
    }
  fwrite (data, 1, size, stream->to);
}

/* Prints all there is now. */
static gboolean
stream_drain (Stream *stream, GError **error)
{
  g_autofree char *buffer = g_malloc (PIECE);
  gssize n;

  for (;;)
    {
      gint64 before = stream->offset;

      n = sy_output_reader_read (stream->reader, &stream->offset, buffer, PIECE, error);
      if (n <= 0)
        break;
      if (stream->offset > before)
        say_gap (stream->offset - before);
      write_piece (stream, buffer, n);
      stream->offset += n;
    }
  fflush (stream->to);
  return n == 0;
}

/* All was printed that is there: what came after it may not have been kept. */
static gboolean
stream_end (Stream *stream)
{
  SyOutputExtent extent;

  if (stream->reader == NULL)
    return TRUE;
  sy_output_reader_get_extent (stream->reader, &extent);
  if (extent.size > stream->offset)
    say_gap (extent.size - stream->offset);
  return TRUE;
}

static gboolean
attempt_goes_on (SyRunView *view, guint32 task, guint32 attempt)
{
  const SyTaskState *state = sy_run_view_get_task (view, task);

  return state->attempt == attempt && (state->state == SY_STATE_RUNNING || state->nonce != 0)
         && sy_run_dir_get_owner (view->run, NULL, NULL) != SY_OWNER_NONE;
}

static gboolean
print_attempt (SyRunView *view, guint32 task, guint32 attempt, GError **error)
{
  const SyTask *def = &view->state->workflow->tasks[sy_workflow_find_number (view->state->workflow, task)];
  gboolean split = def->extra != NULL && def->extra->streams_split;
  g_auto (Stream) out = { 0 };
  g_auto (Stream) err = { 0 };

  if (!stream_open (&out, view, task, 0, attempt, 0, error) || (split && !stream_open (&err, view, task, 0, attempt, 2, error)))
    return FALSE;
  for (;;)
    {
      gboolean last = !opt_follow || !attempt_goes_on (view, task, attempt);

      if (!stream_drain (&out, error) || (split && !stream_drain (&err, error)))
        return FALSE;
      if (last)
        return stream_end (&out) && stream_end (&err);
      sy_output_reader_wait (out.reader, FOLLOW_WAIT_US);
      if (split)
        sy_output_reader_refresh (err.reader);
      if (!sy_run_view_refresh (view, NULL, NULL, error))
        return FALSE;
    }
}

/* What the handler wrote when it ran last; nothing where it has written nothing. */
static gboolean
print_handler (SyRunView *view, SyHandlerKind kind, gboolean head, GError **error)
{
  guint32 attempt = sy_output_find_newest (view->run, 0, (guint32) kind + 1);
  g_auto (Stream) out = { 0 };

  if (attempt == 0)
    return TRUE;
  if (head)
    printf ("==> handler %s <==\n", sy_handler_kind_to_string (kind));
  return stream_open (&out, view, 0, (guint32) kind + 1, attempt, 0, error) && stream_drain (&out, error)
         && stream_end (&out);
}

static gboolean
task_may_go_on (SyRunView *view, guint32 task)
{
  return !sy_state_is_terminal (sy_run_view_get_task (view, task)->state)
         && !sy_run_status_is_final (view->state->status)
         && sy_run_dir_get_owner (view->run, NULL, NULL) != SY_OWNER_NONE;
}

/* The newest attempt, and with --follow each one that comes. */
static gboolean
print_task (SyRunView *view, guint32 task, GError **error)
{
  guint32 shown = 0;

  for (;;)
    {
      guint32 attempt = sy_run_view_get_task (view, task)->attempt;
      gboolean more = opt_follow && task_may_go_on (view, task);

      if (attempt > shown)
        {
          if (shown > 0)
            sy_complain ("attempt %u of %s", attempt, sy_run_view_task_id (view, task));
          if (!print_attempt (view, task, attempt, error))
            return FALSE;
          shown = attempt;
          continue;
        }
      if (!more)
        break;
      sy_log_reader_wait (view->reader, G_USEC_PER_SEC);
      if (!sy_run_view_refresh (view, NULL, NULL, error))
        return FALSE;
    }
  if (shown == 0)
    sy_complain ("%s has not been started", sy_run_view_task_id (view, task));
  return TRUE;
}

static int
by_start (gconstpointer a, gconstpointer b)
{
  const SyAttempt *one = a, *two = b;

  if (one->started_us != two->started_us)
    return one->started_us < two->started_us ? -1 : 1;
  return one->task < two->task ? -1 : one->task > two->task;
}

static gboolean
print_all (SyRunView *view, GError **error)
{
  g_autoptr (GArray) attempts = sy_log_reader_get_attempts (view->reader, 0, 0, error);

  if (attempts == NULL)
    return FALSE;
  g_array_sort (attempts, by_start);
  for (guint i = 0; i < attempts->len; i++)
    {
      const SyAttempt *attempt = &g_array_index (attempts, SyAttempt, i);

      if (attempt->started_us == 0 || sy_workflow_find_number (view->state->workflow, attempt->task) == SY_NO_TASK)
        continue;
      printf ("==> %s, attempt %u <==\n", sy_run_view_task_id (view, attempt->task), attempt->n);
      if (!print_attempt (view, attempt->task, attempt->n, error))
        return FALSE;
    }
  for (guint kind = 0; kind < SY_N_HANDLERS; kind++)
    if (!print_handler (view, (SyHandlerKind) kind, TRUE, error))
      return FALSE;
  return TRUE;
}

/* "handler:NAME", or NAME where no task is called so */
static gboolean
is_handler (SyRunView *view, const char *word, SyHandlerKind *kind)
{
  gboolean said = g_str_has_prefix (word, "handler:");

  if (!sy_handler_kind_from_string (said ? word + strlen ("handler:") : word, kind))
    return FALSE;
  return said || (view->state->workflow->handlers[*kind].set && sy_workflow_find (view->state->workflow, word) == SY_NO_TASK);
}

/* TASK or TASK.ATTEMPT */
static gboolean
print_named (SyRunView *view, const char *word, GError **error)
{
  const char *dot = strrchr (word, '.');
  SyHandlerKind kind;
  g_autofree char *id = dot != NULL ? g_strndup (word, dot - word) : g_strdup (word);
  guint32 task;
  guint64 attempt = 0;

  if (is_handler (view, word, &kind))
    return print_handler (view, kind, FALSE, error);
  task = sy_run_view_find_task (view, id, error);
  if (task == 0)
    return FALSE;
  if (dot == NULL)
    return print_task (view, task, error);
  if (!g_ascii_string_to_unsigned (dot + 1, 10, 1, sy_run_view_get_task (view, task)->attempt, &attempt, NULL))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "%s has no attempt “%s”; the newest one is %u", id, dot + 1,
                   sy_run_view_get_task (view, task)->attempt);
      return FALSE;
    }
  return print_attempt (view, task, attempt, error);
}

static int
logs (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);

  if (view == NULL)
    return sy_fail (error);
  if (args[1] == NULL && opt_follow)
    return sy_usage (&sy_command_logs, "--follow needs a TASK; “switchyard watch” follows a whole run");
  if (!(args[1] != NULL ? print_named (view, args[1], &error) : print_all (view, &error)))
    return sy_fail (error);
  return SY_EXIT_OK;
}

const SyCommand sy_command_logs = {
  .name = "logs",
  .arguments = "RUN [TASK[.ATTEMPT]]",
  .summary = "Print what tasks wrote",
  .description = "Without TASK: every attempt of the run in order of start, then the handlers. Without ATTEMPT: the\n"
                 "newest one. A handler is named like a task: init, success, failure, cancel, exit (handler:exit where a\n"
                 "task has that name).\n"
                 "On a terminal control sequences other than colours are left out; elsewhere bytes come as written.",
  .examples = "  switchyard logs last convert\n"
              "  switchyard logs last convert.1 -n 50\n"
              "  switchyard logs last handler:failure\n"
              "  switchyard logs 4f1c fetch --follow",
  .entries = logs_entries,
  .min_args = 1,
  .max_args = 2,
  .run = logs,
};
