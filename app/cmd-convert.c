/* cmd-convert.c: import, export
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-picture.h"
#include "app/sy-problem-output.h"
#include "app/sy-report.h"
#include "app/sy-run-view.h"
#include "core/format/sy-export.h"
#include "core/format/sy-import.h"

#include <stdio.h>
#include <string.h>

static char *opt_output, *opt_to;

/* --- import --- */

static const GOptionEntry import_entries[] = {
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &opt_output, "Write to OUT instead of the standard output", "OUT" },
  { NULL }
};

static int
write_result (const char *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  if (opt_output == NULL)
    {
      fwrite (data, 1, size, stdout);
      return SY_EXIT_OK;
    }
  if (g_file_set_contents (opt_output, data, size, &error))
    return SY_EXIT_OK;
  return sy_fail (error);
}

static int
import_file (char **args)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GBytes) native = NULL;
  SyFileFormat format = SY_FORMAT_NATIVE;
  g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (args[0], problems, &native, &format);
  gsize size;
  const char *data;

  sy_problems_say (problems);
  if (workflow == NULL)
    return SY_EXIT_USAGE;
  if (format == SY_FORMAT_NATIVE)
    {
      sy_complain ("%s is a workflow file already: there is nothing to import", args[0]);
      return SY_EXIT_USAGE;
    }
  data = g_bytes_get_data (native, &size);
  return write_result (data, size);
}

const SyCommand sy_command_import = {
  .name = "import",
  .arguments = "FILE",
  .summary = "Turn another tool's workflow into a workflow file",
  .description = "Reads DAGMan and pegasus-mpi-cluster .dag, Graphviz DOT (ninja -t graph, snakemake --dag) and\n"
                 "WfFormat JSON, and what GNU make says that it would do (make -Bnd, or its data base: make -Bnp); says\n"
                 "on stderr what it cannot carry over. “run” and “validate” take such files too.",
  .examples = "  switchyard import diamond.dag -o diamond.yard.yaml\n"
              "  ninja -t graph all > build.dot && switchyard import build.dot\n"
              "  LC_ALL=C make -Bnd all > build.make && switchyard import build.make -o build.yard.yaml",
  .entries = import_entries,
  .min_args = 1,
  .max_args = 1,
  .run = import_file,
};

/* --- export --- */

static const GOptionEntry export_entries[] = {
  { "to", 0, 0, G_OPTION_ARG_STRING, &opt_to, "The format; without it the ending of OUT says it", "html|svg|png|pdf|dot|mermaid|csv|junit|trace|wfformat" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &opt_output, "Write to OUT instead of the standard output", "OUT" },
  { NULL }
};

/* Endings that are no format's name but can mean one only; .xml and .json can mean more. */
static const struct { const char *ending, *format; } endings[] = {
  { "htm", "html" }, { "gv", "dot" }, { "mmd", "mermaid" },
};

static int
write_export (const SyExportSource *source, SyExportFormat format)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (!sy_export (source, format, out, &error))
    return sy_fail (error);
  return write_result (out->str, out->len);
}

static int
write_picture (SyWorkflow *workflow, const SyRunState *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) picture = sy_picture_export (workflow, state, opt_to, &error);
  gsize size;
  const char *data;

  if (picture == NULL)
    return sy_fail (error);
  data = g_bytes_get_data (picture, &size);
  return write_result (data, size);
}

/* @view: (nullable): a run, else a file */
static int
write_html (SyRunView *view, SyWorkflow *workflow, const char *path)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (view != NULL ? sy_report_write (view, sy_picture_export, out, &error)
                   : sy_report_write_file (workflow, path, sy_picture_export, out, &error))
    return write_result (out->str, out->len);
  return sy_fail (error);
}

static int
export_run (const char *argument, SyExportFormat format, GError **error)
{
  g_autoptr (SyRunView) view = sy_run_view_open (argument, error);
  g_autoptr (GArray) attempts = view != NULL ? sy_log_reader_get_attempts (view->reader, 0, 0, error) : NULL;
  SyExportSource source;

  if (attempts == NULL)
    return -1;
  if (sy_picture_is_format (opt_to))
    return write_picture (view->state->workflow, view->state);
  if (format == SY_EXPORT_HTML)
    return write_html (view, NULL, NULL);
  source = (SyExportSource){ .workflow = view->state->workflow, .state = view->state, .attempts = attempts, .run_id = view->meta.uuid,
                             .created_us = view->meta.created_us };
  return write_export (&source, format);
}

static int
export_file (const char *path, SyExportFormat format)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (path, problems, NULL, NULL);
  SyExportSource source = { .workflow = workflow };

  sy_problems_say (problems);
  if (workflow == NULL)
    return SY_EXIT_USAGE;
  if (format == SY_EXPORT_HTML)
    return write_html (NULL, workflow, path);
  return sy_picture_is_format (opt_to) ? write_picture (workflow, NULL) : write_export (&source, format);
}

/* What the name of the output ends in; NULL where that is no format. (transfer full) */
static char *
format_of_name (const char *name)
{
  const char *dot = name != NULL ? strrchr (name, '.') : NULL;
  g_autofree char *word = dot != NULL ? g_ascii_strdown (dot + 1, -1) : NULL;
  SyExportFormat format;

  if (word == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_equal (word, endings[i].ending))
      return g_strdup (endings[i].format);
  return sy_picture_is_format (word) || sy_export_format_from_string (word, &format) ? g_steal_pointer (&word) : NULL;
}

static int
export_any (char **args)
{
  g_autoptr (GError) error = NULL;
  SyExportFormat format = SY_N_EXPORTS;
  int code;

  if (opt_to == NULL)
    opt_to = format_of_name (opt_output);
  if (opt_to == NULL)
    return sy_usage (&sy_command_export, "--to FORMAT is needed: html, svg, png, pdf, dot, mermaid, csv, junit, trace or wfformat");
  if (!sy_picture_is_format (opt_to) && !sy_export_format_from_string (opt_to, &format))
    return sy_usage (&sy_command_export, "there is no format “%s”: html, svg, png, pdf, dot, mermaid, csv, junit, trace or wfformat", opt_to);
  /* A file that is there is meant as a file; RUN words have no dot or slash. */
  if (g_file_test (args[0], G_FILE_TEST_EXISTS) || strpbrk (args[0], "./") != NULL)
    return export_file (args[0], format);
  code = export_run (args[0], format, &error);
  if (g_error_matches (error, SY_ERROR, SY_ERROR_NOT_FOUND))
    g_prefix_error (&error, "“%s” is no file here, and no run: ", args[0]);
  return code >= 0 ? code : sy_fail (error);
}

const SyCommand sy_command_export = {
  .name = "export",
  .arguments = "RUN|FILE",
  .summary = "Write a run or a workflow in another tool's format",
  .description = "html is a report in one file that needs no network. junit and trace are about a run; the others take a file or a run.\n"
                 "Without --to the ending of OUT says the format: html, svg, png, pdf, dot, mmd or csv.",
  .examples = "  switchyard export last -o last.html\n"
              "  switchyard export last -o last.svg\n"
              "  switchyard export nightly.yard.yaml --to dot | dot -Tsvg > nightly.svg\n"
              "  switchyard export last --to junit -o report.xml\n"
              "  switchyard export last --to trace -o trace.json   # for ui.perfetto.dev",
  .entries = export_entries,
  .min_args = 1,
  .max_args = 1,
  .run = export_any,
};
