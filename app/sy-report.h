/* sy-report.h: the HTML report of a run or a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-view.h"

G_BEGIN_DECLS

/* As sy_picture_export() */
typedef GBytes *(*SyReportDraw) (SyWorkflow *workflow, const SyRunState *state, const char *format, GError **error);

/**
 * sy_report_write:
 * @draw: makes the graph's picture; where it cannot (no module, above 5,000 tasks) the report goes without
 * @out: gets the file's text
 *
 * Reads the ends of outputs. Any thread.
 */
gboolean sy_report_write (SyRunView *view, SyReportDraw draw, GString *out, GError **error);
/* Of a workflow that has not been run */
gboolean sy_report_write_file (SyWorkflow *workflow, const char *path, SyReportDraw draw, GString *out, GError **error);

G_END_DECLS
