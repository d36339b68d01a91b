/* sy-text.h: distance between words, for "did you mean"
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_text_distance:
 * @limit: give up above this distance
 *
 * Damerau-Levenshtein distance in bytes (insert, delete, replace, swap of two
 * neighbours: each counts 1). ASCII case counts nothing.
 *
 * Returns: the distance, or @limit + 1 if it is above @limit
 */
guint sy_text_distance (const char *a, const char *b, guint limit);

/**
 * SyNearest:
 *
 * Finds the candidate nearest to a word: sy_nearest_init(), sy_nearest_try()
 * for each candidate, then `nearest` (%NULL: none is near enough; the first
 * one wins a tie). Word and candidates are borrowed.
 */
typedef struct
{
  const char *word;
  const char *nearest; /* (nullable) */
  gsize length;
  guint distance;      /* of @nearest; before the first hit: the largest accepted + 1 */
} SyNearest;

void sy_nearest_init (SyNearest *nearest, const char *word);
void sy_nearest_try (SyNearest *nearest, const char *candidate);

/**
 * sy_text_nearest:
 * @candidates: %NULL-terminated
 *
 * Returns: (nullable): the candidate that @word was probably meant to be
 */
const char *sy_text_nearest (const char *word, const char *const *candidates);

/* The shortest decimal that reads back as the same double. (transfer full) */
char *sy_number_to_string (double number);

G_END_DECLS
