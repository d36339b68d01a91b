/* sy-usage.h: what a run used over time: the samples of all its attempts added up
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_USAGE_CPU, SY_USAGE_MEMORY, SY_USAGE_READ, SY_USAGE_WRITTEN, SY_USAGE_PROCESSES,
               SY_USAGE_STALLED_CPU, SY_USAGE_STALLED_MEMORY, SY_USAGE_STALLED_IO, SY_N_USAGES } SyUsageKind;

/* A sample of one attempt; CPU, read and written count up from its start. */
typedef struct
{
  gint64 wall_us;
  gint64 cpu_us, rss, read, written;
  guint processes;
} SyUsageSample;

/* A sample of the machine: µs since its boot in which something waited for CPU, memory, disks; -1 = not known */
typedef struct
{
  gint64 wall_us;
  gint64 stall_us[3];
} SyPressureSample;

/* Means over stretches of equal length from begin_us on: CPUs, bytes, bytes a second, bytes a second, processes; shares of the time
 * in which something waited. */
typedef struct
{
  gint64 begin_us;
  gint64 step_us;
  guint n;
  /* Set by sy_usage_finish(): the highest stretch; of memory the highest instant, which is the same however long a stretch is */
  double peak[SY_N_USAGES];
  gboolean known[SY_N_USAGES];  /* somebody looked */
  double *values[SY_N_USAGES];  /* n each */
  gint64 read_until_us;         /* newest sample; 0 = none */
  GArray *steps;                /* (owned) (nullable) of memory, up and down; until sy_usage_finish() */
} SyUsage;

/* @n: stretches, at least 1 */
SyUsage *sy_usage_new (gint64 begin_us, gint64 end_us, guint n);
void sy_usage_free (SyUsage *usage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyUsage, sy_usage_free)

/* What happened between two samples of one attempt, spread evenly. O(stretches between them) */
void sy_usage_add (SyUsage *usage, const SyUsageSample *before, const SyUsageSample *after);
/* The same of the machine. Where the counters fall (another boot) nothing is added. */
void sy_usage_add_pressure (SyUsage *usage, const SyPressureSample *before, const SyPressureSample *after);
void sy_usage_finish (SyUsage *usage);
/* Mean at an instant; −1 outside */
double sy_usage_at (const SyUsage *usage, SyUsageKind kind, gint64 wall_us);

G_END_DECLS
