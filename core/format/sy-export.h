/* sy-export.h: workflows and runs in the formats of other tools
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

typedef enum
{
  SY_EXPORT_DOT,       /* Graphviz */
  SY_EXPORT_MERMAID,   /* Mermaid flowchart */
  SY_EXPORT_CSV,       /* one row an attempt (a file: one row a task); RFC 4180 */
  SY_EXPORT_JUNIT,     /* JUnit XML: one test case a task; runs only */
  SY_EXPORT_TRACE,     /* Chrome and Perfetto trace events: one slice an attempt; runs only */
  SY_EXPORT_WFFORMAT,  /* WfCommons WfFormat 1.5 */
  SY_EXPORT_HTML,      /* a report in one file */
  SY_N_EXPORTS
} SyExportFormat;

/* "dot", "mermaid", … */
const char *sy_export_format_to_string (SyExportFormat format);
gboolean sy_export_format_from_string (const char *text, SyExportFormat *out);

/* The end of what an attempt wrote; NULL = nothing. (transfer full) (nullable) */
typedef char *(*SyExportTail) (guint32 task, guint32 attempt, gpointer data);

/* What is exported; all borrowed. Of a file only `workflow` is set. */
typedef struct
{
  const SyWorkflow *workflow;
  const SyRunState *state;    /* (nullable) */
  const GArray *attempts;     /* (nullable) (element-type SyAttempt): by task, attempt */
  const char *run_id;         /* (nullable) */
  gint64 created_us;          /* wall */

  /* for a report */
  guint number;               /* of the run; 0 = none */
  const char *path;           /* (nullable) of the workflow's file */
  gint64 now_us;              /* wall: when it is made */
  const char *svg;            /* (nullable) the graph: markup that can be trusted */
  SyExportTail tail;          /* (nullable) */
  gpointer tail_data;
} SyExportSource;

/**
 * sy_export:
 * @out: gets the text, UTF-8
 *
 * Names and texts of the workflow are quoted as the format wants it; none of
 * them can end a string, a tag or a cell, nor begin a formula of a spreadsheet.
 *
 * Returns: %FALSE with %SY_ERROR_INVALID if the format needs a run and there is none
 */
gboolean sy_export (const SyExportSource *source, SyExportFormat format, GString *out, GError **error);

G_END_DECLS
