/* sy-import.h: other people's workflow files as native ones
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef enum
{
  SY_FORMAT_NATIVE, /* *.yard.yaml, and whatever is none of the others */
  SY_FORMAT_DAGMAN, /* HTCondor DAGMan: JOB, PARENT … CHILD … */
  SY_FORMAT_PMC,    /* pegasus-mpi-cluster: TASK, EDGE; its commands run */
  SY_FORMAT_DOT, /* Graphviz, as `ninja -t graph` and `snakemake --dag` print it; a graph without commands */
  SY_FORMAT_WFFORMAT, /* WfCommons WfFormat 1.4 and 1.5: recorded runs; tasks carry their runtime
                         (`x-runtime`) */
  SY_FORMAT_MAKE, /* what GNU make says that it would do: `make -Bnd`, or its data base, `make -Bnp` */
} SyFileFormat;

/* "native", "dagman", "pmc", "dot", "wfformat", "make" */
const char *sy_file_format_to_string (SyFileFormat format);

/**
 * sy_import_detect:
 * @path: (nullable): its suffix decides between formats whose text looks alike
 *
 * Looks at name and contents. Never fails: what is nothing else is native.
 */
SyFileFormat sy_import_detect (const char *path, GBytes *bytes);

/**
 * SyImport:
 * @text: (transfer full): the native file, well formed, with the losses as comments at its head
 * @workflow: (transfer full): @text, loaded
 */
typedef struct
{
  SyFileFormat format;
  GBytes *text;
  SyWorkflow *workflow;
} SyImport;
void sy_import_free (SyImport *import);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyImport, sy_import_free)

/* Code of the warnings that name what the native file does not have */
#define SY_IMPORT_LOST "not-carried-over"
/* What is lost, without the words that say so; NULL: @problem is about something else. Of the thread's own language, as the message. */
const char *sy_import_get_loss (const SyProblem *problem);

/**
 * sy_import_bytes:
 * @path: (nullable): where the bytes come from; files they name (splices, submit files) are read only inside
 * its folder, none without it
 * @problems: gets errors, and a %SY_IMPORT_LOST warning for everything that could not be carried over;
 * positions are those of the imported file (of another file: that of the line which names it)
 *
 * Executes nothing. Returns: (transfer full) (nullable): %NULL if there is any error
 */
SyImport *sy_import_bytes (GBytes *bytes, const char *path, SyFileFormat format, SyProblems *problems);

/**
 * sy_open_workflow_file:
 * @path: a file of any format that sy_import_detect() knows
 * @native: (out) (optional) (transfer full): the native bytes: the file's own, or what the import wrote
 * @format: (out) (optional)
 *
 * The way from a path to a workflow for everything that takes a FILE.
 */
SyWorkflow *
sy_open_workflow_file (const char *path, SyProblems *problems, GBytes **native, SyFileFormat *format);

G_END_DECLS
