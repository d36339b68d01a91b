/* sy-run-compare.h: two runs of a workflow side by side
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-grid.h"

G_BEGIN_DECLS

/* A parameter, a setting or a name of the environment; %NULL: that run does not have it */
typedef struct
{
  char *name;
  char *a, *b;          /* (nullable) */
} SyComparedValue;

typedef struct
{
  char *id;
  SyGridCell a, b;      /* state SY_N_STATES: not in that run */
  gint64 more_us;       /* how much longer b took; 0 where one of them did not end */
  gboolean changed;     /* another state, only in one, or its duration differs by more than a fifth (and a tenth of a second) */
} SyComparedTask;

/* Plain data, owned */
typedef struct
{
  SyGridRun *a, *b;     /* a is the older one; without cells */
  GArray *values;       /* SyComparedValue: parameters and settings, what differs first */
  GArray *environment;  /* SyComparedValue: names that only one of them has */
  GArray *tasks;        /* SyComparedTask: what changed most first */
  guint n_changed;      /* tasks */
  char *diff;           /* (nullable) the workflow file: see sy_line_diff_text(); NULL = the same */
} SyRunComparison;

/* @a, @b: (transfer full), with cells; @ids: (element-type utf8) by row */
SyRunComparison *sy_run_comparison_new (SyGridRun *a, SyGridRun *b, const GPtrArray *ids);
void sy_run_comparison_free (SyRunComparison *comparison);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunComparison, sy_run_comparison_free)

/* @a, @b: (nullable): name → text */
void sy_run_comparison_set_values (SyRunComparison *comparison, GHashTable *a, GHashTable *b);
/* Values cannot be compared (the log keeps none): names alone. */
void sy_run_comparison_set_environment (SyRunComparison *comparison, GHashTable *a, GHashTable *b);
void sy_run_comparison_set_files (SyRunComparison *comparison, GBytes *a, GBytes *b);

gboolean sy_compared_value_differs (const SyComparedValue *value);
/* "+1.2 s", "−40 s", "" where there is nothing to say */
void sy_compared_task_difference (GString *out, const SyComparedTask *task);
/* "2 tasks changed, 1 value, the file" or "Nothing differs"; (transfer full) */
char *sy_run_comparison_summary (const SyRunComparison *comparison);
/* All of it, to be pasted somewhere; (transfer full) */
char *sy_run_comparison_to_text (const SyRunComparison *comparison);

G_END_DECLS
