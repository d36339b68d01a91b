/* sy-usage.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-usage.h"

/* From an instant on it is so much more, or less */
typedef struct
{
  gint64 at_us;
  double by;
} Step;

SyUsage *
sy_usage_new (gint64 begin_us, gint64 end_us, guint n)
{
  SyUsage *usage = g_new0 (SyUsage, 1);

  usage->begin_us = begin_us;
  usage->n = MAX (n, 1);
  usage->step_us = MAX ((end_us - begin_us + usage->n - 1) / usage->n, 1);
  for (guint i = 0; i < SY_N_USAGES; i++)
    usage->values[i] = g_new0 (double, usage->n);
  usage->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  return usage;
}

void
sy_usage_free (SyUsage *usage)
{
  if (usage == NULL)
    return;
  for (guint i = 0; i < SY_N_USAGES; i++)
    g_free (usage->values[i]);
  g_clear_pointer (&usage->steps, g_array_unref);
  g_free (usage);
}

static void
note_steps (SyUsage *usage, gint64 begin_us, gint64 end_us, double level)
{
  const Step steps[] = { { begin_us, level }, { end_us, -level } };

  if (level > 0)
    g_array_append_vals (usage->steps, steps, G_N_ELEMENTS (steps));
}

/* What ends at an instant has ended when another begins there. */
static int
compare_steps (gconstpointer a, gconstpointer b)
{
  const Step *x = a, *y = b;

  return x->at_us != y->at_us ? (x->at_us < y->at_us ? -1 : 1) : x->by < y->by ? -1 : x->by > y->by;
}

static double
find_highest (GArray *steps)
{
  double now = 0, most = 0;

  g_array_sort (steps, compare_steps);
  for (guint i = 0; i < steps->len; i++)
    {
      now += g_array_index (steps, Step, i).by;
      most = MAX (most, now);
    }
  return most;
}

/* Levels of some kinds, spread evenly over a stretch of time */
static void
spread (SyUsage *usage, gint64 begin_us, gint64 end_us, const double *level, guint first, guint n)
{
  gint64 from = begin_us - usage->begin_us, until = end_us - usage->begin_us;

  if (end_us <= begin_us || until <= 0 || from >= usage->step_us * usage->n)
    return;
  for (gint64 i = MAX (from, 0) / usage->step_us; i < usage->n && i * usage->step_us < until; i++)
    {
      gint64 start = MAX (from, i * usage->step_us), end = MIN (until, (i + 1) * usage->step_us);

      for (guint kind = 0; kind < n; kind++)
        usage->values[first + kind][i] += level[kind] * (double) (end - start) / (double) usage->step_us;
    }
  usage->read_until_us = MAX (usage->read_until_us, end_us);
}

void
sy_usage_add (SyUsage *usage, const SyUsageSample *before, const SyUsageSample *after)
{
  double seconds = (double) (after->wall_us - before->wall_us) / G_USEC_PER_SEC;
  double level[SY_USAGE_STALLED_CPU];

  if (seconds <= 0)
    return;
  level[SY_USAGE_CPU] = MAX ((double) (after->cpu_us - before->cpu_us) / G_USEC_PER_SEC / seconds, 0);
  level[SY_USAGE_MEMORY] = (double) MAX (after->rss, 0);
  level[SY_USAGE_READ] = MAX ((double) (after->read - before->read) / seconds, 0);
  level[SY_USAGE_WRITTEN] = MAX ((double) (after->written - before->written) / seconds, 0);
  level[SY_USAGE_PROCESSES] = after->processes;
  note_steps (usage, before->wall_us, after->wall_us, level[SY_USAGE_MEMORY]);
  for (guint i = 0; i < SY_USAGE_STALLED_CPU; i++)
    usage->known[i] = TRUE;
  spread (usage, before->wall_us, after->wall_us, level, 0, SY_USAGE_STALLED_CPU);
}

void
sy_usage_add_pressure (SyUsage *usage, const SyPressureSample *before, const SyPressureSample *after)
{
  double length = (double) (after->wall_us - before->wall_us), level[G_N_ELEMENTS (after->stall_us)] = { 0 };

  if (length <= 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (level); i++)
    if (before->stall_us[i] >= 0 && after->stall_us[i] >= before->stall_us[i])
      {
        level[i] = MIN ((double) (after->stall_us[i] - before->stall_us[i]) / length, 1);
        usage->known[SY_USAGE_STALLED_CPU + i] = TRUE;
      }
  spread (usage, before->wall_us, after->wall_us, level, SY_USAGE_STALLED_CPU, G_N_ELEMENTS (level));
}

void
sy_usage_finish (SyUsage *usage)
{
  for (guint kind = 0; kind < SY_N_USAGES; kind++)
    for (guint i = 0; i < usage->n; i++)
      usage->peak[kind] = MAX (usage->peak[kind], usage->values[kind][i]);
  usage->peak[SY_USAGE_MEMORY] = find_highest (usage->steps);
  g_clear_pointer (&usage->steps, g_array_unref);
}

double
sy_usage_at (const SyUsage *usage, SyUsageKind kind, gint64 wall_us)
{
  gint64 at = (wall_us - usage->begin_us) / usage->step_us;

  return wall_us >= usage->begin_us && at < usage->n ? usage->values[kind][at] : -1;
}
