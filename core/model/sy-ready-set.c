/* sy-ready-set.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-ready-set-private.h"

static inline guint64
bit_of (guint32 number)
{
  return G_GUINT64_CONSTANT (1) << (number & 63);
}

void
sy_ready_set_init (SyReadySet *set, guint32 size)
{
  guint32 total = 0;

  set->size = size;
  set->count = 0;
  set->levels = 0;
  for (guint32 n = MAX (size, 1);; n = (n + 63) / 64)
    {
      guint32 n_words = (n + 63) / 64;

      set->start[set->levels++] = total;
      total += n_words;
      if (n_words == 1)
        break;
    }
  set->words = g_new0 (guint64, total);
}

void
sy_ready_set_clear (SyReadySet *set)
{
  g_clear_pointer (&set->words, g_free);
}

gboolean
sy_ready_set_has (const SyReadySet *set, guint32 number)
{
  return number < set->size && (set->words[number >> 6] & bit_of (number)) != 0;
}

void
sy_ready_set_add (SyReadySet *set, guint32 number)
{
  if (sy_ready_set_has (set, number))
    return;
  set->count++;
  for (guint32 level = 0; level < set->levels; level++, number >>= 6)
    set->words[set->start[level] + (number >> 6)] |= bit_of (number);
}

void
sy_ready_set_remove (SyReadySet *set, guint32 number)
{
  if (!sy_ready_set_has (set, number))
    return;
  set->count--;
  for (guint32 level = 0; level < set->levels; level++, number >>= 6)
    {
      guint64 *word = &set->words[set->start[level] + (number >> 6)];

      *word &= ~bit_of (number);
      if (*word != 0)
        return;
    }
}

/* The first member below @number of @level: straight down the lowest bits. */
static guint32
descend (const SyReadySet *set, guint32 level, guint32 number)
{
  while (level-- > 0)
    number = number << 6 | (guint32) __builtin_ctzll (set->words[set->start[level] + number]);
  return number;
}

guint32
sy_ready_set_next (const SyReadySet *set, guint32 from)
{
  if (from >= set->size || set->count == 0)
    return SY_READY_NONE;
  for (guint32 level = 0; level < set->levels; level++)
    {
      guint32 word_index = from >> 6;
      guint32 n_words = (level + 1 < set->levels ? set->start[level + 1] : set->start[level] + 1) - set->start[level];
      guint64 word;

      if (word_index >= n_words)
        return SY_READY_NONE;
      word = set->words[set->start[level] + word_index] & (~G_GUINT64_CONSTANT (0) << (from & 63));
      if (word != 0)
        return descend (set, level, word_index << 6 | (guint32) __builtin_ctzll (word));
      from = word_index + 1;
    }
  return SY_READY_NONE;
}
