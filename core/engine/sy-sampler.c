/* sy-sampler.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-sampler.h"

#include <sys/resource.h>
#include <time.h>

#include "core/base/sy-clock.h"
#include "core/engine/sy-pressure.h"
#include "core/engine/sy-sample-tree-private.h"

/* Descriptors that the rest of the program may need */
#define FDS_FOR_OTHERS 400

typedef struct { guint32 task, item, attempt; } Key;

/* One attempt. Referenced by the table and by a look under way; the tree is touched by the thread alone. */
typedef struct
{
  gatomicrefcount refs;
  Key key;
  gint64 due_us;            /* monotonic: not before */
  SySampleTree *tree;
  SySamplerTotals totals;   /* under the lock */
} Watch;

struct _SySampler
{
  SyLogSink *sink;
  gint64 interval_us, min_age_us;
  SyPressure pressure;      /* of the thread */
  GMutex lock;              /* all below */
  GCond wake;
  GHashTable *watches;      /* Key in Watch → Watch */
  GThread *thread;          /* NULL until the first attempt */
  gboolean idle;            /* the thread waits for an attempt */
  gboolean ended;
  gint64 cpu_us;
};

static guint
hash_key (gconstpointer data)
{
  const Key *key = data;

  return key->task * 2654435761u ^ key->item * 40503u ^ key->attempt;
}

static gboolean
same_key (gconstpointer a, gconstpointer b)
{
  const Key *x = a, *y = b;

  return x->task == y->task && x->item == y->item && x->attempt == y->attempt;
}

static void
unref_watch (gpointer data)
{
  Watch *watch = data;

  if (!g_atomic_ref_count_dec (&watch->refs))
    return;
  sy_sample_tree_free (watch->tree);
  g_free (watch);
}

static gint64
thread_cpu_us (void)
{
  struct timespec ts;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &ts);
  return (gint64) ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* Those old enough, each with a reference; under the lock. */
static GPtrArray *
list_due (SySampler *sampler, gint64 now)
{
  GPtrArray *due = g_ptr_array_new_with_free_func (unref_watch);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, sampler->watches);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Watch *watch = value;

      if (watch->due_us > now)
        continue;
      g_atomic_ref_count_inc (&watch->refs);
      g_ptr_array_add (due, watch);
    }
  return due;
}

/* Without the lock, but for a moment for each. */
static void
look (SySampler *sampler, Watch *watch)
{
  SySamplerTotals totals;
  gint64 now;

  if (!sy_sample_tree_read (watch->tree, &totals))
    return;
  g_mutex_lock (&sampler->lock);
  watch->totals = totals;
  g_mutex_unlock (&sampler->lock);
  now = sy_clock_now (sy_clock_real ()).boot_us;
  sampler->sink->sample (sampler->sink, watch->key.task, watch->key.item, watch->key.attempt, now, totals.cpu_us,
                         totals.rss, totals.read, totals.written, totals.processes);
}

/* What the machine is short of, while something of ours is looked at */
static void
look_at_machine (SySampler *sampler)
{
  gint64 stall[SY_N_PRESSURES];

  if (!sy_pressure_read (&sampler->pressure, stall))
    return;
  sampler->sink->sample (sampler->sink, 0, 0, 1, sy_clock_now (sy_clock_real ()).boot_us, stall[SY_PRESSURE_CPU],
                         stall[SY_PRESSURE_MEMORY], stall[SY_PRESSURE_IO], 0, 0);
}

static void
turn (SySampler *sampler)
{
  g_autoptr (GPtrArray) due = list_due (sampler, g_get_monotonic_time ());

  g_mutex_unlock (&sampler->lock);
  if (due->len > 0)
    look_at_machine (sampler);
  for (guint i = 0; i < due->len; i++)
    look (sampler, g_ptr_array_index (due, i));
  g_clear_pointer (&due, g_ptr_array_unref);
  g_mutex_lock (&sampler->lock);
  sampler->cpu_us = thread_cpu_us ();
}

/* Attempts come and go without waking it: at most twice a second it finds that there is nothing left, and goes to rest. */
static gpointer
run (gpointer data)
{
  SySampler *sampler = data;
  gint64 next = g_get_monotonic_time () + sampler->interval_us;

  g_mutex_lock (&sampler->lock);
  while (!sampler->ended)
    {
      if (sampler->idle)
        {
          g_cond_wait (&sampler->wake, &sampler->lock);
          next = g_get_monotonic_time () + sampler->interval_us;
        }
      else if (!g_cond_wait_until (&sampler->wake, &sampler->lock, next))
        {
          turn (sampler);
          sampler->idle = g_hash_table_size (sampler->watches) == 0;
          /* Turns that were missed (suspend, stop) are not made up for. */
          next = MAX (next + sampler->interval_us, g_get_monotonic_time () + sampler->interval_us / 2);
        }
    }
  g_mutex_unlock (&sampler->lock);
  return NULL;
}

SySampler *
sy_sampler_new (SyLogSink *sink, gint64 interval_us, gint64 min_age_us)
{
  SySampler *sampler = g_new0 (SySampler, 1);
  struct rlimit files = { 0 };

  g_return_val_if_fail (sink != NULL && sink->sample != NULL && interval_us > 0, NULL);
  sampler->sink = sink;
  sampler->interval_us = interval_us;
  sampler->min_age_us = min_age_us;
  sy_pressure_open (&sampler->pressure);
  sampler->watches = g_hash_table_new_full (hash_key, same_key, NULL, unref_watch);
  g_mutex_init (&sampler->lock);
  g_cond_init (&sampler->wake);
  getrlimit (RLIMIT_NOFILE, &files);
  sy_sample_tree_set_fd_budget (files.rlim_cur > FDS_FOR_OTHERS ? (gint) MIN (files.rlim_cur - FDS_FOR_OTHERS, 65536) : 0);
  return sampler;
}

void
sy_sampler_free (SySampler *sampler)
{
  g_mutex_lock (&sampler->lock);
  sampler->ended = TRUE;
  g_cond_signal (&sampler->wake);
  g_mutex_unlock (&sampler->lock);
  g_clear_pointer (&sampler->thread, g_thread_join);
  g_hash_table_unref (sampler->watches);
  sy_pressure_close (&sampler->pressure);
  g_mutex_clear (&sampler->lock);
  g_cond_clear (&sampler->wake);
  g_free (sampler);
}

void
sy_sampler_add (SySampler *sampler, const SySamplerTarget *target)
{
  Watch *watch = g_new0 (Watch, 1);

  g_atomic_ref_count_init (&watch->refs);
  watch->key = (Key){ target->task, target->item, target->attempt };
  watch->due_us = g_get_monotonic_time () + sampler->min_age_us;
  watch->totals = (SySamplerTotals){ -1, -1, -1, -1, 0 };
  watch->tree = sy_sample_tree_new (target);
  g_mutex_lock (&sampler->lock);
  if (sampler->idle)
    g_cond_signal (&sampler->wake);
  sampler->idle = FALSE;
  g_hash_table_replace (sampler->watches, &watch->key, watch);
  if (sampler->thread == NULL)
    sampler->thread = g_thread_new ("sampler", run, sampler);
  g_mutex_unlock (&sampler->lock);
}

void
sy_sampler_remove (SySampler *sampler, guint32 task, guint32 item, guint32 attempt, SySamplerTotals *out)
{
  Key key = { task, item, attempt };
  SySamplerTotals none = { -1, -1, -1, -1, 0 };
  gpointer watch = NULL;

  g_mutex_lock (&sampler->lock);
  g_hash_table_steal_extended (sampler->watches, &key, NULL, &watch);
  if (out != NULL)
    *out = watch != NULL ? ((Watch *) watch)->totals : none;
  g_mutex_unlock (&sampler->lock);
  if (watch != NULL)
    unref_watch (watch);
}

gint64
sy_sampler_get_cpu_us (SySampler *sampler)
{
  gint64 cpu;

  g_mutex_lock (&sampler->lock);
  cpu = sampler->cpu_us;
  g_mutex_unlock (&sampler->lock);
  return cpu;
}
