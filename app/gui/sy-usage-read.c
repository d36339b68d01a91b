/* sy-usage-read.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-usage-read.h"

#include "core/model/sy-attempt.h"

typedef struct
{
  SyUsage *usage;
  GArray *boots;        /* SyBoot */
  GHashTable *attempts; /* key → SyAttempt, those without a sample so far */
  const SyAttempt *attempt; /* (nullable) whose samples come */
  gint64 boot_to_wall;
  SyUsageSample before;
  SyPressureSample machine; /* wall_us 0 = none yet */
} UsageSum;

static gpointer
key_of (guint32 task, guint32 attempt)
{
  return GSIZE_TO_POINTER ((gsize) task << 16 | attempt);
}

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

/* From the newest sample to its end: what the exit says it used in all */
static void
end_attempt (UsageSum *sum)
{
  const SyAttempt *attempt = sum->attempt;
  SyUsageSample end;

  if (attempt == NULL || attempt->ended_us <= sum->before.wall_us)
    return;
  end = (SyUsageSample){ attempt->ended_us, MAX (attempt->user_us + attempt->sys_us, sum->before.cpu_us),
                         sum->before.rss > 0 ? sum->before.rss : attempt->rss, MAX (attempt->read, sum->before.read),
                         MAX (attempt->written, sum->before.written), MAX (sum->before.processes, 1) };
  sy_usage_add (sum->usage, &sum->before, &end);
}

static void
begin_attempt (UsageSum *sum, const SyAttempt *attempt)
{
  sum->attempt = attempt;
  sum->boot_to_wall = attempt != NULL ? find_offset (sum, attempt->boot) : 0;
  sum->before = (SyUsageSample){ .wall_us = attempt != NULL ? attempt->started_us : 0 };
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
add_sample (guint32 task, guint32 attempt, const SySample *sample, gpointer data)
{
  UsageSum *sum = data;
  SyUsageSample now = { 0, sample->cpu_us, sample->rss, sample->read, sample->written, sample->processes };

  if (task == 0)
    {
      add_machine (sum, sample);
      return;
    }
  if (sum->attempt == NULL || sum->attempt->task != task || sum->attempt->n != attempt)
    {
      end_attempt (sum);
      begin_attempt (sum, g_hash_table_lookup (sum->attempts, key_of (task, attempt)));
      g_hash_table_remove (sum->attempts, key_of (task, attempt));
    }
  now.wall_us = sample->mono_us + sum->boot_to_wall;
  if (sum->attempt == NULL || now.wall_us <= sum->before.wall_us)
    return;
  sy_usage_add (sum->usage, &sum->before, &now);
  sum->before = now;
}

/* Those that were over before anybody looked */
static void
add_unsampled (UsageSum *sum)
{
  GHashTableIter iter;
  gpointer attempt;

  g_hash_table_iter_init (&iter, sum->attempts);
  while (g_hash_table_iter_next (&iter, NULL, &attempt))
    if (((const SyAttempt *) attempt)->started_us > 0)
      {
        begin_attempt (sum, attempt);
        end_attempt (sum);
      }
}

SyUsage *
sy_read_usage (SyLogReader *reader, gint64 begin_us, gint64 end_us, guint n, GError **error)
{
  g_autoptr (SyUsage) usage = sy_usage_new (begin_us, end_us, n);
  g_autoptr (GArray) boots = sy_log_reader_get_boots (reader, error);
  g_autoptr (GArray) attempts = boots != NULL ? sy_log_reader_get_attempts (reader, 0, 0, error) : NULL;
  g_autoptr (GHashTable) by_key = g_hash_table_new (NULL, NULL);
  UsageSum sum = { .usage = usage, .boots = boots, .attempts = by_key };

  if (attempts == NULL)
    return NULL;
  for (guint i = 0; i < attempts->len; i++)
    {
      SyAttempt *attempt = &g_array_index (attempts, SyAttempt, i);

      g_hash_table_insert (by_key, key_of (attempt->task, attempt->n), attempt);
    }
  if (!sy_log_reader_each_sample (reader, add_sample, &sum, error))
    return NULL;
  end_attempt (&sum);
  add_unsampled (&sum);
  sy_usage_finish (usage);
  return g_steal_pointer (&usage);
}
