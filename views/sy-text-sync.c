/* sy-text-sync.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-sync.h"

#include "core/base/sy-text-diff.h"

struct _SyTextSync
{
  SyTextMap *map;       /* what is shown */
  GBytes *base;         /* the document with all that was sent */
  guint awaited;        /* serial of what was sent; 0: all is answered */
  gboolean dirty;
};

SyTextSync *
sy_text_sync_new (GBytes *text)
{
  SyTextSync *sync = g_new0 (SyTextSync, 1);
  gsize length;
  const char *data = g_bytes_get_data (text, &length);

  sync->map = sy_text_map_new (data, length);
  sync->base = g_bytes_ref (text);
  return sync;
}

void
sy_text_sync_free (SyTextSync *sync)
{
  if (sync == NULL)
    return;
  sy_text_map_free (sync->map);
  g_bytes_unref (sync->base);
  g_free (sync);
}

SyTextMap *
sy_text_sync_get_map (SyTextSync *sync)
{
  return sync->map;
}

void
sy_text_sync_type (SyTextSync *sync, gsize start, gsize end, const char *text, gsize length)
{
  sy_text_map_type (sync->map, start, end, text, length);
  sync->dirty = TRUE;
}

gboolean
sy_text_sync_is_dirty (const SyTextSync *sync)
{
  return sync->dirty;
}

/* From @base to what is shown; FALSE: they are the same. */
static gboolean
typed (const SyTextSync *sync, SyTextHunk *hunk)
{
  gsize n_base, n_shown;
  const char *base = g_bytes_get_data (sync->base, &n_base), *shown = sy_text_map_get_text (sync->map, &n_shown);

  return sync->dirty && sy_text_difference (base, n_base, shown, n_shown, hunk);
}

SyChange *
sy_text_sync_take (SyTextSync *sync, const char *name)
{
  g_autofree char *text = NULL;
  SyTextHunk hunk;
  SyChange *change;
  const char *shown;
  gsize length;

  if (sync->awaited != 0 || !sync->dirty)
    return NULL;
  if (!typed (sync, &hunk))
    {
      sync->dirty = FALSE;
      return NULL;
    }
  shown = sy_text_map_get_text (sync->map, &length);
  text = g_strndup (shown + hunk.new_start, hunk.new_end - hunk.new_start);
  change = sy_change_new (name);
  change->merges = TRUE;
  sy_change_replace_bytes (change, hunk.start, hunk.end, text);
  g_bytes_unref (sync->base);
  sync->base = g_bytes_new (shown, length);
  sync->dirty = FALSE;
  return change;
}

void
sy_text_sync_sent (SyTextSync *sync, guint serial)
{
  sync->awaited = serial;
}

static void
patch_free (gpointer data)
{
  SyTextPatch *patch = data;

  g_free (patch->text);
  g_free (patch);
}

/* Bytes [start, end) of what is shown */
static void
patch (SyTextSync *sync, GPtrArray *patches, gsize start, gsize end, const char *text, gsize length)
{
  SyTextPatch *item = g_new0 (SyTextPatch, 1);

  item->start = sy_text_map_to_chars (sync->map, start);
  item->end = sy_text_map_to_chars (sync->map, end);
  item->text = sy_text_map_visible (text, length, start);
  sy_text_map_replace (sync->map, start, end, text, length);
  g_ptr_array_add (patches, item);
}

GPtrArray *
sy_text_sync_revise (SyTextSync *sync, guint serial, GBytes *text)
{
  GPtrArray *patches;
  g_autoptr (GArray) hunks = NULL;
  SyTextHunk mine = { 0 };
  gsize n_base, n_text;
  const char *base = g_bytes_get_data (sync->base, &n_base), *data = g_bytes_get_data (text, &n_text);
  gboolean both = typed (sync, &mine);

  if (serial < sync->awaited)
    return NULL;
  sync->awaited = 0;
  patches = g_ptr_array_new_with_free_func (patch_free);
  hunks = sy_text_diff (base, n_base, data, n_text);
  /* the last first: what is in front of it stays where it is */
  for (guint i = hunks->len; i > 0; i--)
    {
      const SyTextHunk *hunk = &g_array_index (hunks, SyTextHunk, i - 1);
      gsize moved = both && hunk->start >= mine.end ? mine.new_end - mine.end : 0; /* may wrap around: it is added */

      if (both && hunk->start < mine.end && hunk->end > mine.start)
        continue;
      if (both && mine.start == mine.end && hunk->start < mine.start && hunk->end > mine.start)
        continue;
      patch (sync, patches, hunk->start + moved, hunk->end + moved, data + hunk->new_start, hunk->new_end - hunk->new_start);
    }
  g_bytes_ref (text);
  g_bytes_unref (sync->base);
  sync->base = text;
  return patches;
}
