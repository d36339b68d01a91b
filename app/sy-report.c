/* sy-report.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-report.h"

#include "app/sy-output-tail.h"
#include "core/format/sy-export.h"

#define TAIL 16384      /* bytes of each output */
#define MOST_DRAWN 5000 /* tasks: a larger picture is megabytes of which nothing can be read */

static char *
read_tail (guint32 task, guint32 attempt, gpointer data)
{
  return sy_output_tail (((SyRunView *) data)->run, task, attempt, TAIL);
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
