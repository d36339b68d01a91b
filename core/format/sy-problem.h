/* sy-problem.h: what is wrong in a file: where, why, and what to do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-json-writer.h"
#include "core/format/sy-source.h"

G_BEGIN_DECLS

/* NOTE: no mistake, but rarely meant; told where it is asked for */
typedef enum { SY_SEVERITY_ERROR, SY_SEVERITY_WARNING, SY_SEVERITY_NOTE, SY_N_SEVERITIES } SySeverity;

const char *sy_severity_name (SySeverity severity); /* "error" */

/* Owned by its SyProblems. Offsets are bytes, `end` exclusive; lines and columns 1-based; all 0 where the file as a whole is meant. */
typedef struct
{
  SySeverity severity;
  const char *code;       /* stable, static: "unknown-key" */
  guint line, column, end_line, end_column;
  gsize start, end;
  char *task;             /* (nullable) id of the task it is about */
  char *message;          /* one line, no final full stop */
  char *hint;             /* (nullable) what to do */
  gboolean has_fix;       /* replacing fix_start…fix_end by fix_text mends it */
  gsize fix_start, fix_end;
  char *fix_text;
} SyProblem;

/**
 * SyProblems:
 *
 * The problems of one file. At most 1,000 of each severity are kept;
 * the rest is counted. Not thread-safe.
 */
typedef struct _SyProblems SyProblems;

SyProblems *sy_problems_new (void);
void sy_problems_free (SyProblems *problems);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyProblems, sy_problems_free)

/* Forgets all of them, not the file. */
void sy_problems_clear (SyProblems *problems);

/* The file that offsets mean; done by the loaders before the first problem. */
void sy_problems_set_source (SyProblems *problems, SySource *source);
SySource *sy_problems_get_source (const SyProblems *problems); /* (transfer none) (nullable) */

/**
 * sy_problems_add:
 * @code: static
 * @start: byte offset in the source; @end: exclusive, ≥ @start
 *
 * Returns: (transfer none): the problem, for the setters below; never %NULL
 */
SyProblem *sy_problems_add (SyProblems *problems, SySeverity severity, const char *code, gsize start, gsize end,
                            const char *format, ...) G_GNUC_PRINTF (6, 7);
/* About the file as a whole (unreadable, too large): no position */
SyProblem *sy_problems_add_file (SyProblems *problems, SySeverity severity, const char *code,
                                 const char *format, ...) G_GNUC_PRINTF (4, 5);
void sy_problem_set_hint (SyProblem *problem, const char *format, ...) G_GNUC_PRINTF (2, 3);
void sy_problem_set_task (SyProblem *problem, const char *task);
void sy_problem_set_fix (SyProblem *problem, gsize start, gsize end, const char *text);

/* A problem of other bytes that lie at the same offsets */
void sy_problems_add_copy (SyProblems *problems, const SyProblem *problem);
/* Adds a sentence to the hint of the newest error */
void sy_problems_add_to_hint (SyProblems *problems, const char *sentence);
/* Makes the errors warnings, and adds a sentence to the hint of each: why it need not be one */
void sy_problems_soften (SyProblems *problems, const char *sentence);

/* Sorts by position (stable), and gives fixes the line ends of the file. The loaders do it at their end. */
void sy_problems_sort (SyProblems *problems);

guint sy_problems_get_n (const SyProblems *problems);             /* kept */
const SyProblem *sy_problems_get (const SyProblems *problems, guint index);
guint sy_problems_get_n_errors (const SyProblems *problems);      /* all, also those not kept */
guint sy_problems_get_n_warnings (const SyProblems *problems);
guint sy_problems_get_n_notes (const SyProblems *problems);
guint sy_problems_get_n_dropped (const SyProblems *problems);

/**
 * sy_problem_render:
 * @source: (nullable): the file; gives the line and the caret
 *
 * Appends `file:line:column: error: message`, the line, a caret, the hint:
 * lines that end with a newline. No colour. Tabs and control characters of the
 * line are shown as blanks and `?`; long lines are cut around the caret.
 */
void sy_problem_render (const SyProblem *problem, const SySource *source, GString *out);
/* All of them, and "… and N more" where some were not kept. */
void sy_problems_render (const SyProblems *problems, GString *out);

/* Writes the array of problems in the shape of `validate --json`. @key: (nullable) */
void sy_problems_write_json (const SyProblems *problems, const char *key, SyJson *json);

/* NULL if there is no error, else SY_ERROR_INVALID whose message is the first error as `file:line:column: message (and N more)`. */
GError *sy_problems_to_error (const SyProblems *problems);

G_END_DECLS
