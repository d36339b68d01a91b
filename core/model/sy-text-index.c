/* sy-text-index.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-text-index.h"

#include <string.h>

SyTextPlace
sy_text_place_after (SyTextPlace place, const char *bytes, gsize size)
{
  const char *p = bytes, *end = bytes + size;

  while (p < end && (p = memchr (p, '\n', (gsize) (end - p))) != NULL)
    {
      place.line++;
      p++;
    }
  place.offset += size;
  if (size > 0)
    place.begins_line = bytes[size - 1] == '\n';
  return place;
}

SyTextPlace
sy_text_place_after_gap (SyTextPlace place, guint64 missing)
{
  return (SyTextPlace){ place.offset + missing, place.line + (place.begins_line ? 1 : 2), TRUE };
}

void
sy_text_index_init (SyTextIndex *index)
{
  index->blocks = g_array_new (FALSE, FALSE, sizeof (SyTextBlock));
  index->last = index->end = SY_TEXT_BEGIN;
  index->missing = 0;
}

void
sy_text_index_clear (SyTextIndex *index)
{
  g_clear_pointer (&index->blocks, g_array_unref);
}

guint64
sy_text_index_get_n_lines (const SyTextIndex *index)
{
  return index->end.line + (index->end.begins_line ? 0 : 1);
}

void
sy_text_index_add_gap (SyTextIndex *index, guint64 offset)
{
  guint64 missing = offset > index->end.offset ? offset - index->end.offset : 0;
  SyTextBlock gap = { .offset = index->end.offset, .line = index->end.line + (index->end.begins_line ? 0 : 1), .missing = missing,
                      .begins_line = TRUE };

  if (missing == 0)
    return;
  g_array_append_val (index->blocks, gap);
  index->last = index->end;
  index->end = sy_text_place_after_gap (index->end, missing);
  index->missing += missing;
}

void
sy_text_index_append (SyTextIndex *index, const SyTextBlock *blocks, guint n, SyTextPlace last, SyTextPlace end)
{
  if (n == 0)
    return;
  g_array_append_vals (index->blocks, blocks, n);
  for (guint i = 0; i < n; i++)
    index->missing += blocks[i].missing;
  index->last = last;
  index->end = end;
}

/* What the last block still takes */
static gsize
room_in_last (const SyTextIndex *index)
{
  const SyTextBlock *last;

  if (index->blocks->len == 0)
    return 0;
  last = &g_array_index (index->blocks, SyTextBlock, index->blocks->len - 1);
  return last->length > 0 && last->length < SY_TEXT_BLOCK ? SY_TEXT_BLOCK - last->length : 0;
}

void
sy_text_index_add (SyTextIndex *index, guint64 offset, const char *bytes, gsize size)
{
  if (size > 0)
    sy_text_index_add_gap (index, offset);
  while (size > 0)
    {
      gsize room = room_in_last (index), n = MIN (size, room > 0 ? room : SY_TEXT_BLOCK);
      SyTextBlock block = { .offset = index->end.offset, .line = index->end.line, .length = (guint32) n, .begins_line = index->end.begins_line };

      if (room > 0)
        g_array_index (index->blocks, SyTextBlock, index->blocks->len - 1).length += (guint32) n;
      else
        {
          g_array_append_val (index->blocks, block);
          index->last = index->end;
        }
      index->end = sy_text_place_after (index->end, bytes, n);
      bytes += n;
      size -= n;
    }
}

/* (nullable): the last block, where more may be added to it, or take its place */
static const SyTextBlock *
open_block (const SyTextIndex *index)
{
  const SyTextBlock *last = index->blocks->len > 0 ? &g_array_index (index->blocks, SyTextBlock, index->blocks->len - 1) : NULL;

  return last != NULL && last->length < SY_TEXT_BLOCK ? last : NULL;
}

SyTextPlace
sy_text_index_get_reopening (const SyTextIndex *index)
{
  return open_block (index) != NULL ? index->last : index->end;
}

void
sy_text_index_reopen (SyTextIndex *index)
{
  const SyTextBlock *last = open_block (index);

  if (last == NULL)
    return;
  index->missing -= last->missing;
  index->end = index->last;
  g_array_set_size (index->blocks, index->blocks->len - 1);
}

guint
sy_text_index_find_line (const SyTextIndex *index, guint64 line)
{
  guint low = 0, high = index->blocks->len;

  /* The first block behind the beginning of @line */
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const SyTextBlock *block = &g_array_index (index->blocks, SyTextBlock, middle);

      if (block->line < line || (block->line == line && block->begins_line))
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 && line < sy_text_index_get_n_lines (index) ? low - 1 : G_MAXUINT;
}

guint
sy_text_index_find_offset (const SyTextIndex *index, guint64 offset)
{
  guint low = 0, high = index->blocks->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (index->blocks, SyTextBlock, middle).offset <= offset)
        low = middle + 1;
      else
        high = middle;
    }
  return low > 0 && offset < index->end.offset ? low - 1 : G_MAXUINT;
}
