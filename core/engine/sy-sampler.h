/* sy-sampler.h: what running attempts cost: CPU, memory, reads and writes, twice a second
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-log.h"

G_BEGIN_DECLS

/*
 * One thread, which sleeps while there is nothing to look at. It reads /proc through files
 * that stay open and gives a row an attempt and turn to SyLogSink.sample(), summed over the
 * processes of the attempt. An attempt is looked at only once it is a second old, so that
 * short tasks cost an entry in a table and nothing else. Sums are those of living processes and of
 * what they have waited for; they never fall. With them comes a row of task 0, attempt 1, the machine's: µs since the
 * boot in which something waited for CPU (as cpu_us), memory (rss) and disks (read); -1 = not known. See sy-pressure.h.
 */
typedef struct _SySampler SySampler;

typedef struct
{
  guint32 task, item, attempt;
  pid_t pid;            /* of the main process */
  guint64 start_time;   /* as STARTED gives it: another process of that pid is not sampled */
  pid_t keeper_pid;     /* 0 = unknown; with it daemons of the attempt count, too */
  const char *cgroup;   /* (nullable) the keeper's own leaf (copied); its members are the attempt */
} SySamplerTarget;

/* The newest sums of an attempt; -1 = never looked at, or not readable */
typedef struct
{
  gint64 cpu_us, rss, read, written; /* µs, bytes; rss is the newest, not the peak */
  guint processes;
} SySamplerTotals;

#define SY_SAMPLER_INTERVAL_US (500 * 1000)
#define SY_SAMPLER_MIN_AGE_US (1000 * 1000)

/**
 * sy_sampler_new:
 * @sink: must outlive the sampler; sample() is called on the sampler's thread
 * @interval_us: %SY_SAMPLER_INTERVAL_US, or less in tests
 * @min_age_us: %SY_SAMPLER_MIN_AGE_US, or less in tests
 */
SySampler *sy_sampler_new (SyLogSink *sink, gint64 interval_us, gint64 min_age_us);
/* Stops and joins the thread. */
void sy_sampler_free (SySampler *sampler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SySampler, sy_sampler_free)

/* Any thread; neither waits for a look at /proc. */
void sy_sampler_add (SySampler *sampler, const SySamplerTarget *target);
/* Forgets an attempt; @out (nullable) gets its last sums. Unknown: all -1. */
void sy_sampler_remove (SySampler *sampler, guint32 task, guint32 item, guint32 attempt, SySamplerTotals *out);

/* CPU that the thread has used, µs (its own CPU clock); for the benchmark. */
gint64 sy_sampler_get_cpu_us (SySampler *sampler);

G_END_DECLS
