/* sy-report.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-report.h"

#include "core/format/sy-export.h"
#include "core/store/sy-output-reader.h"

#include <string.h>

#define TAIL 16384      /* bytes of each output */
#define MOST_DRAWN 5000 /* tasks: a larger picture is megabytes of which nothing can be read */

/* The last bytes, from the beginning of a line on */
static char *
read_tail (guint32 task, guint32 attempt, gpointer data)
{
  SyRunView *view = data;
  g_autoptr (SyOutputReader) reader = sy_output_reader_open (view->run, task, 0, attempt, 0, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  SyOutputExtent extent;
  char buffer[4096];
  gint64 at;
  gssize n;
  const char *newline;

  if (reader == NULL)
    return NULL;
  sy_output_reader_get_extent (reader, &extent);
  at = MAX (0, extent.size - TAIL);
  while (text->len < TAIL && (n = sy_output_reader_read (reader, &at, buffer, sizeof buffer, NULL)) > 0)
    {
      g_string_append_len (text, buffer, n);
      at += n;
    }
  newline = extent.size > TAIL ? memchr (text->str, '\n', text->len) : NULL;
  if (newline != NULL)
    g_string_erase (text, 0, newline + 1 - text->str);
  /* A zero byte would end what is handed over. */
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '\0')
      text->str[i] = '\1';
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
write_report (SyExportSource *source, SyWorkflow *workflow, SyReportDraw draw, GString *out, GError **error)
{
  g_autoptr (GBytes) picture = workflow->n_tasks <= MOST_DRAWN ? draw (workflow, source->state, "svg", NULL) : NULL;
  g_autofree char *svg = picture != NULL ? g_strndup (g_bytes_get_data (picture, NULL), g_bytes_get_size (picture)) : NULL;

  source->svg = svg;
  source->now_us = g_get_real_time ();
  return sy_export (source, SY_EXPORT_HTML, out, error);
}

gboolean
sy_report_write (SyRunView *view, SyReportDraw draw, GString *out, GError **error)
{
  g_autoptr (GArray) attempts = sy_log_reader_get_attempts (view->reader, 0, 0, error);
  SyExportSource source = { .workflow = view->state->workflow, .state = view->state, .attempts = attempts, .run_id = view->meta.uuid,
                            .created_us = view->meta.created_us, .number = view->meta.number, .path = view->meta.workflow_path,
                            .tail = read_tail, .tail_data = view };

  return attempts != NULL && write_report (&source, view->state->workflow, draw, out, error);
}

gboolean
sy_report_write_file (SyWorkflow *workflow, const char *path, SyReportDraw draw, GString *out, GError **error)
{
  SyExportSource source = { .workflow = workflow, .path = path };

  return write_report (&source, workflow, draw, out, error);
}
