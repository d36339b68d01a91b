/* sy-text.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-text.h"

#include <string.h>

/* Longer words are no slips of the hand, and three rows of this length fit on the stack. */
#define MAX_WORD 200

static guint
min3 (guint a, guint b, guint c)
{
  return MIN (MIN (a, b), c);
}

static gboolean
same (char a, char b)
{
  return g_ascii_tolower (a) == g_ascii_tolower (b);
}

guint
sy_text_distance (const char *a, const char *b, guint limit)
{
  guint rows[3][MAX_WORD + 1];
  gsize n = strlen (a), m = strlen (b);

  if ((n > m ? n - m : m - n) > limit || n > MAX_WORD || m > MAX_WORD)
    return limit + 1;

  for (guint j = 0; j <= m; j++)
    rows[0][j] = j;
  for (guint i = 1; i <= n; i++)
    {
      guint *row = rows[i % 3];
      const guint *up = rows[(i + 2) % 3], *up2 = rows[(i + 1) % 3];
      guint least = i;

      row[0] = i;
      for (guint j = 1; j <= m; j++)
        {
          row[j] = min3 (up[j] + 1, row[j - 1] + 1, up[j - 1] + (same (a[i - 1], b[j - 1]) ? 0 : 1));
          if (i > 1 && j > 1 && same (a[i - 1], b[j - 2]) && same (a[i - 2], b[j - 1]))
            row[j] = MIN (row[j], up2[j - 2] + 1);
          least = MIN (least, row[j]);
        }
      /* A swap reaches back two rows: it adds one to a value that was no smaller than this row's least minus one. */
      if (least > limit + 1)
        return limit + 1;
    }

  return MIN (rows[n % 3][m], limit + 1);
}

void
sy_nearest_init (SyNearest *nearest, const char *word)
{
  nearest->word = word;
  nearest->nearest = NULL;
  nearest->length = strlen (word);
  /* One slip in three letters, three at most. */
  nearest->distance = (guint) CLAMP (nearest->length / 3, 1, 3) + 1;
}

void
sy_nearest_try (SyNearest *nearest, const char *candidate)
{
  guint limit, distance;

  if (nearest->distance == 0)
    return;
  limit = nearest->distance - 1;
  distance = sy_text_distance (nearest->word, candidate, limit);
  /* A word of one or two letters is near to everything of its length. */
  if (distance <= limit && (distance == 0 || distance < nearest->length))
    {
      nearest->nearest = candidate;
      nearest->distance = distance;
    }
}

const char *
sy_text_nearest (const char *word, const char *const *candidates)
{
  SyNearest nearest;

  sy_nearest_init (&nearest, word);
  for (; *candidates != NULL; candidates++)
    sy_nearest_try (&nearest, *candidates);
  return nearest.nearest;
}

char *
sy_number_to_string (double number)
{
  static const char *const formats[] = { "%.15g", "%.16g", "%.17g" };
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_ascii_formatd (buffer, sizeof buffer, formats[i], number);
      if (g_ascii_strtod (buffer, NULL) == number)
        break;
    }
  return g_strdup (buffer);
}
