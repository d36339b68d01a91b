/* sy-usage-read.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-usage-read.h"

#include "core/model/sy-attempt.h"

typedef struct
{
  SyUsage *usage;
  GArray *boots;        /* SyBoot */
  SyAttempt attempt;    /* whose samples come; ended_us 0 = none yet */
  gboolean sampled;
  gint64 boot_to_wall;
  SyUsageSample before;
  SyPressureSample machine; /* wall_us 0 = none yet */
} UsageSum;

static gint64
find_offset (const UsageSum *sum, guint32 boot)
{
  for (guint i = 0; i < sum->boots->len; i++)
    {
      const SyBoot *row = &g_array_index (sum->boots, SyBoot, i);

      if (row->n == boot || sum->boots->len == 1)
        return row->wall_us - row->boot_us;
    }
  return 0;
}

/* From the newest sample to its end: what the exit says it used in all. It may have been over before anybody looked. */
static void
end_attempt (UsageSum *sum)
{
  const SyAttempt *attempt = &sum->attempt;
  SyUsageSample end;

  if (attempt->ended_us <= sum->before.wall_us || (!sum->sampled && attempt->started_us <= 0))
    return;
  end = (SyUsageSample){ attempt->ended_us, MAX (attempt->user_us + attempt->sys_us, sum->before.cpu_us),
                         sum->before.rss > 0 ? sum->before.rss : attempt->rss, MAX (attempt->read, sum->before.read),
                         MAX (attempt->written, sum->before.written), MAX (sum->before.processes, 1) };
  sy_usage_add (sum->usage, &sum->before, &end);
}

static void
begin_attempt (UsageSum *sum, const SyAttempt *attempt)
{
  sum->attempt = *attempt;
  sum->sampled = FALSE;
  sum->boot_to_wall = find_offset (sum, attempt->boot);
  sum->before = (SyUsageSample){ .wall_us = attempt->started_us };
}

/* In the newest boot that had begun by then: rows of the machine have no attempt that says it */
static gint64
find_offset_at (const UsageSum *sum, gint64 mono_us)
{
  for (guint i = sum->boots->len; i-- > 0;)
    {
      const SyBoot *row = &g_array_index (sum->boots, SyBoot, i);

      if (row->boot_us <= mono_us || i == 0)
        return row->wall_us - row->boot_us;
    }
  return 0;
}

static void
add_machine (UsageSum *sum, const SySample *sample)
{
  SyPressureSample now = { sample->mono_us + find_offset_at (sum, sample->mono_us), { sample->cpu_us, sample->rss, sample->read } };

  if (sum->machine.wall_us > 0)
    sy_usage_add_pressure (sum->usage, &sum->machine, &now);
  sum->machine = now;
}

static void
add_sample (UsageSum *sum, const SySample *sample)
{
  SyUsageSample now = { sample->mono_us + sum->boot_to_wall, sample->cpu_us, sample->rss, sample->read, sample->written, sample->processes };

  sum->sampled = TRUE;
  if (now.wall_us <= sum->before.wall_us)
    return;
  sy_usage_add (sum->usage, &sum->before, &now);
  sum->before = now;
}

static void
add_use (const SyAttempt *attempt, const SySample *sample, gpointer data)
{
  UsageSum *sum = data;

  if (attempt == NULL)
    add_machine (sum, sample);
  else if (sample != NULL)
    add_sample (sum, sample);
  else
    {
      end_attempt (sum);
      begin_attempt (sum, attempt);
    }
}

SyUsage *
sy_read_usage (SyLogReader *reader, gint64 begin_us, gint64 end_us, guint n, GError **error)
{
  g_autoptr (SyUsage) usage = sy_usage_new (begin_us, end_us, n);
  g_autoptr (GArray) boots = sy_log_reader_get_boots (reader, error);
  UsageSum sum = { .usage = usage, .boots = boots };

  if (boots == NULL || !sy_log_reader_each_use (reader, add_use, &sum, error))
    return NULL;
  end_attempt (&sum);
  sy_usage_finish (usage);
  return g_steal_pointer (&usage);
}
