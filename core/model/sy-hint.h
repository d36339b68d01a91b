/* sy-hint.h: what is no mistake in a workflow, but is rarely meant
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef struct
{
  const char *code;     /* static: "no-timeout"; what silences it */
  guint32 task;         /* index */
  char *message;        /* one line, no full stop */
  char *advice;         /* what to do */
  const char *field, *value; /* (nullable) static: this field with this value would mend it */
} SyHint;

/**
 * sy_hints_find:
 *
 * Looks at a workflow that is valid:
 *  no-timeout      talks to the network and has no time limit
 *  retry-repeats   is tried again, and its effect may then happen twice
 *  too-small       starts a process for nothing
 *  same-file       writes a file that a task beside it writes too
 *  never-runs      can never run: what it needs is disabled, or its condition is false
 * Tasks that are disabled are left alone. Costs O(text + edges), and a walk up the graph for each of at most 200 pairs of writers.
 *
 * Returns: (transfer full): of #SyHint, by task
 */
GPtrArray *sy_hints_find (const SyWorkflow *workflow);

G_END_DECLS
