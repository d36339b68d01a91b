/* sy-latency-private.h: a histogram of durations in constant space
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Buckets of 1/8 octave: a quantile is right to 9 %. */
#define SY_LATENCY_BUCKETS 256

typedef struct
{
  guint32 n[SY_LATENCY_BUCKETS];
  guint64 total;
  gint64 max_us;
} SyLatency;

static inline guint
sy_latency_bucket (guint64 us)
{
  guint octave = us < 8 ? 0 : g_bit_storage (us) - 3;

  return us < 8 ? (guint) us : MIN (octave * 8 + (guint) ((us >> (octave - 1)) & 7), SY_LATENCY_BUCKETS - 1);
}

static inline gint64
sy_latency_value (guint bucket)
{
  guint octave = bucket / 8;

  return octave == 0 ? (gint64) bucket : (gint64) (8 + bucket % 8) << (octave - 1);
}

static inline void
sy_latency_add (SyLatency *latency, gint64 us)
{
  latency->n[sy_latency_bucket ((guint64) MAX (us, 0))]++;
  latency->total++;
  latency->max_us = MAX (latency->max_us, us);
}

static inline gint64
sy_latency_quantile (const SyLatency *latency, double q)
{
  guint64 left = (guint64) (q * (double) latency->total);

  for (guint i = 0; i < SY_LATENCY_BUCKETS; i++)
    {
      if (left < latency->n[i])
        return sy_latency_value (i);
      left -= latency->n[i];
    }
  return latency->max_us;
}

static inline void
sy_latency_read (const SyLatency *latency, gint64 *p50, gint64 *p99, gint64 *max)
{
  *p50 = sy_latency_quantile (latency, 0.50);
  *p99 = sy_latency_quantile (latency, 0.99);
  *max = latency->max_us;
}

G_END_DECLS
