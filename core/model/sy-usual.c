/* sy-usual.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-usual.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define Z_MOST 3.5
#define Z_SCALE 0.6745          /* the 0.75 quantile of the normal distribution: MAD → standard deviation */
#define LEAST_SPREAD 0.05       /* of the median */
#define LEAST_RATIO 1.5
#define LEAST_MORE_US (G_USEC_PER_SEC / 2)
#define FLAKY_FLIPS 2

static int
compare_us (const void *a, const void *b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* Sorts @values. */
static gint64
median_of (gint64 *values, guint n)
{
  qsort (values, n, sizeof *values, compare_us);
  return n % 2 ? values[n / 2] : values[n / 2 - 1] + (values[n / 2] - values[n / 2 - 1]) / 2;
}

void
sy_usual_init (SyUsual *usual, const gint64 *durations_us, guint n)
{
  gint64 values[SY_USUAL_MOST];

  n = MIN (n, SY_USUAL_MOST);
  *usual = (SyUsual){ .n = n };
  if (n == 0)
    return;
  memcpy (values, durations_us, n * sizeof *values);
  usual->median_us = median_of (values, n);
  for (guint i = 0; i < n; i++)
    values[i] = ABS (values[i] - usual->median_us);
  usual->mad_us = median_of (values, n);
}

double
sy_usual_slower (const SyUsual *usual, gint64 duration_us)
{
  gint64 more = duration_us - usual->median_us;
  double spread = MAX ((double) usual->mad_us, LEAST_SPREAD * (double) usual->median_us);

  if (usual->n < SY_USUAL_LEAST || usual->median_us <= 0 || more < LEAST_MORE_US)
    return 0;
  if ((double) duration_us < LEAST_RATIO * (double) usual->median_us || Z_SCALE * (double) more / spread <= Z_MOST)
    return 0;
  return (double) duration_us / (double) usual->median_us;
}

void
sy_usual_words (GString *out, double ratio)
{
  g_string_append_printf (out, ratio < 9.95 ? _("%.1f × usual") : _("%.0f × usual"), ratio);
}

void
sy_flips_add (SyFlips *flips, guint8 state, guint32 command)
{
  if (state != SY_STATE_SUCCEEDED && state != SY_STATE_FAILED)
    return;
  if (flips->ended > 0 && flips->command != command)
    *flips = (SyFlips){ 0 };
  if (flips->ended > 0 && flips->last != state)
    flips->flips++;
  flips->ended++;
  flips->command = command;
  flips->last = state;
}

gboolean
sy_flips_are_flaky (const SyFlips *flips)
{
  return flips->flips >= FLAKY_FLIPS;
}
