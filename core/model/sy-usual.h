/* sy-usual.h: what a task usually takes, and whether it took remarkably longer; whether it is flaky
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-types.h"

G_BEGIN_DECLS

#define SY_USUAL_MOST 10    /* attempts looked at: the newest that succeeded */
#define SY_USUAL_LEAST 3    /* below that nothing is usual */

/* Of the newest succeeded attempts; plain data */
typedef struct
{
  guint n;              /* durations that went in; 0 = nothing known */
  gint64 median_us;
  gint64 mad_us;        /* median of the absolute deviations from the median */
} SyUsual;

/**
 * sy_usual_init:
 * @durations_us: @n durations > 0, in any order; more than %SY_USUAL_MOST: the first so many
 */
void sy_usual_init (SyUsual *usual, const gint64 *durations_us, guint n);

/**
 * sy_usual_slower:
 *
 * An outlier by the modified z-score 0.6745 · (x − median) / MAD above 3.5 (B. Iglewicz and D. Hoaglin, "How to Detect
 * and Handle Outliers", ASQC 1993, section 3.3), which one slow attempt among those before does not spoil as mean and
 * standard deviation would be. Where durations hardly vary, 5 % of the median stands for the MAD; and what is not
 * half as long again, or half a second longer, is not worth a mark.
 *
 * Returns: @duration_us / median ("2.3 × usual"), or 0 where it is not remarkable
 */
double sy_usual_slower (const SyUsual *usual, gint64 duration_us);

/* "2.3 × usual", "12 × usual" */
void sy_usual_words (GString *out, double ratio);

/**
 * SyFlips:
 *
 * How often a task that was not changed changed its mind: an attempt that ends otherwise than the one before it, with the
 * same command, is a flip (E. Kowalczyk et al., "Modeling and Ranking Flaky Tests at Apple", ICSE-SEIP 2020: flip rate).
 * One flip is a task that broke or was repaired outside of its command; two are flaky.
 */
typedef struct
{
  guint flips;
  guint ended;          /* attempts that succeeded or failed since the command is what it is */
  guint32 command;      /* of the newest */
  guint8 last;          /* SyState of the newest; valid if ended > 0 */
} SyFlips;

/* The next attempt, oldest first. @state: SUCCEEDED or FAILED, others are no verdict and left out. */
void sy_flips_add (SyFlips *flips, guint8 state, guint32 command);
gboolean sy_flips_are_flaky (const SyFlips *flips);

G_END_DECLS
