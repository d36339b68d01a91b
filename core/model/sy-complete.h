/* sy-complete.h: what may stand where somebody types: keys, words, tasks, names in expressions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-field.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef struct
{
  char *word;       /* as it is shown */
  char *insert;     /* as it is written in the place of what was typed of it */
  const char *help; /* (nullable) borrowed from the table or the workflow */
} SyCandidate;

/**
 * sy_complete_file:
 * @text: a workflow file, right or wrong just now; @offset: of the cursor, in bytes
 * @file: the table of the file
 * @workflow: (nullable): the newest graph of it
 * @start: (out): where the word begins of which @offset is the end
 *
 * Where the cursor is comes from the lines above it and their indentation, not from a tree: while somebody types there is none.
 *
 * Returns: (transfer full): of #SyCandidate: what begins with the word first, then what contains it; in the order of the table
 */
GPtrArray *sy_complete_file (const char *text, gsize length, gsize offset, const SyTable *file, const SyWorkflow *workflow, gsize *start);

/* The same for an expression without ${{ }}, of @task (nullable): only what runs before it is offered. */
GPtrArray *sy_complete_expression (const char *text, gsize offset, const SyWorkflow *workflow, const char *task, gsize *start);

/**
 * sy_complete_field:
 *
 * The same for the value of @field alone, as a form shows it: names in its expressions, $NAME in a shell text, tasks in `needs`, words;
 * of a list or a map the line of the cursor counts.
 */
GPtrArray *sy_complete_field (const SyField *field, const char *text, gsize offset, const SyWorkflow *workflow, const char *task, gsize *start);

/* The keys that lead to the place of the cursor; "-": an item of a list. (transfer full) */
GStrv sy_complete_path (const char *text, gsize offset);

G_END_DECLS
