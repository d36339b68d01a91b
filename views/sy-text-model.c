/* sy-text-model.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-private.h"

#include "core/model/sy-words.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (SyTextModel, sy_text_model, G_TYPE_OBJECT)

enum { CHANGED, ERROR_FOUND, N_SIGNALS };
static guint signals[N_SIGNALS];

void
sy_text_tell_changed (SyTextModel *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
sy_text_tell_error_line (SyTextModel *self, guint64 line)
{
  g_signal_emit (self, signals[ERROR_FOUND], 0, line);
}

/* --- counting lines --- */

static void begin_counting (SyTextModel *self);

static void
take_index (SyTextModel *self, const SyTextFound *found)
{
  if (!self->reopened)
    sy_text_index_reopen (&self->index);
  self->reopened = TRUE;
  if (found->index != NULL && found->index->blocks->len > 0)
    sy_text_index_append (&self->index, (const SyTextBlock *) found->index->blocks->data, found->index->blocks->len,
                          found->index->last, found->index->end);
}

static void
on_counted (const SyTextFound *found, const GError *error, gpointer data)
{
  SyTextModel *self = data;
  gboolean stale;

  self->loaded = TRUE;
  g_clear_error (&self->error);
  if (found == NULL)
    {
      self->counting = FALSE;
      self->error = g_error_copy (error);
      sy_text_tell_changed (self);
      return;
    }
  take_index (self, found);
  self->total = found->total;
  self->stale = self->stale || found->changed;
  if (found->done)
    {
      self->counting = FALSE;
      /* What was given up meanwhile makes the numbers of all lines behind it others. */
      stale = found->missing != self->index.missing;
      if (stale)
        sy_text_forget_index (self);
      else
        sy_text_search_go_on (self);
    }
  sy_text_tell_changed (self);
}

static void
begin_counting (SyTextModel *self)
{
  self->counting = TRUE;
  self->reopened = FALSE;
  self->source->scan (self->source, sy_text_index_get_reopening (&self->index), NULL, FALSE, on_counted, self);
}

/* Counted anew at the next refresh; matches are found again then. */
void
sy_text_forget_index (SyTextModel *self)
{
  sy_text_index_clear (&self->index);
  sy_text_index_init (&self->index);
  sy_text_search_forget (self);
}

void
sy_text_model_refresh (SyTextModel *self)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->source == NULL || self->counting)
    return;
  begin_counting (self);
  if (self->instant_us != 0)
    sy_text_model_set_instant (self, self->instant_us);
}

/* --- an instant --- */

static void
on_offset (guint64 offset, gpointer data)
{
  SyTextModel *self = data;

  if (self->instant_us == 0)
    return;
  self->limit = offset;
  sy_text_tell_changed (self);
}

void
sy_text_model_set_instant (SyTextModel *self, gint64 wall_us)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  self->instant_us = wall_us;
  if (self->source == NULL)
    return;
  if (wall_us != 0)
    {
      self->source->find_offset (self->source, wall_us, on_offset, self);
      return;
    }
  self->limit = G_MAXUINT64;
  sy_text_tell_changed (self);
}

/* --- what is in memory --- */

static void
loaded_free (gpointer data)
{
  SyTextLoaded *loaded = data;

  g_bytes_unref (loaded->bytes);
  g_array_unref (loaded->ends);
  g_clear_pointer (&loaded->times, g_array_unref);
  g_free (loaded);
}

static gint
compare_use (gconstpointer a, gconstpointer b)
{
  guint64 x = *(const guint64 *) a, y = *(const guint64 *) b;

  return x < y ? -1 : x > y;
}

static gboolean
is_older (gpointer key, gpointer value, gpointer data)
{
  return ((SyTextLoaded *) value)->used < *(guint64 *) data;
}

/* Half of what is kept goes, the longest unused. */
static void
make_room (SyTextModel *self)
{
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (guint64));
  GHashTableIter iter;
  gpointer loaded;

  if (g_hash_table_size (self->cache) < SY_TEXT_KEPT)
    return;
  g_hash_table_iter_init (&iter, self->cache);
  while (g_hash_table_iter_next (&iter, NULL, &loaded))
    g_array_append_val (used, ((SyTextLoaded *) loaded)->used);
  g_array_sort (used, compare_use);
  g_hash_table_foreach_remove (self->cache, is_older, &g_array_index (used, guint64, used->len / 2));
}

/* After each line end, within the block */
static GArray *
find_ends (const char *bytes, gsize size)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (const char *p = bytes, *end = bytes + size; p < end && (p = memchr (p, '\n', (gsize) (end - p))) != NULL;)
    {
      guint32 at = (guint32) (++p - bytes);

      g_array_append_val (ends, at);
    }
  return ends;
}

/* A block that is being read; owned by the model */
typedef struct
{
  guint64 offset;       /* its key */
  SyTextModel *model;
} Asked;

static void
on_read (guint64 offset, GBytes *bytes, GArray *times, const GError *error, gpointer data)
{
  Asked *asked = data;
  SyTextModel *self = asked->model;
  gboolean elsewhere = offset != asked->offset; /* it was given up meanwhile */
  SyTextLoaded *loaded;
  gsize size;
  const char *text;

  g_hash_table_remove (self->asked, &asked->offset);
  if (bytes == NULL || elsewhere)
    {
      if (error != NULL && self->error == NULL)
        self->error = g_error_copy (error);
      sy_text_tell_changed (self);
      return;
    }
  make_room (self);
  text = g_bytes_get_data (bytes, &size);
  loaded = g_new0 (SyTextLoaded, 1);
  loaded->offset = offset;
  loaded->bytes = g_bytes_ref (bytes);
  loaded->times = times != NULL ? g_array_ref (times) : NULL;
  loaded->ends = find_ends (text, size);
  loaded->used = ++self->uses;
  self->has_times = self->has_times || (times != NULL && times->len > 0);
  g_hash_table_replace (self->cache, &loaded->offset, loaded);
  sy_text_tell_changed (self);
}

static void
ask (SyTextModel *self, const SyTextBlock *block)
{
  Asked *asked;

  if (g_hash_table_contains (self->asked, &block->offset))
    return;
  asked = g_new (Asked, 1);
  *asked = (Asked){ block->offset, self };
  g_hash_table_insert (self->asked, &asked->offset, asked);
  self->source->read (self->source, block->offset, block->length, on_read, asked);
}

/* (nullable): NULL = it is being read. A block that has grown since is shown as it was until it is read again. */
static const SyTextLoaded *
load (SyTextModel *self, const SyTextBlock *block)
{
  SyTextLoaded *loaded = g_hash_table_lookup (self->cache, &block->offset);

  if (loaded == NULL || g_bytes_get_size (loaded->bytes) < block->length)
    {
      ask (self, block);
      loaded = g_hash_table_lookup (self->cache, &block->offset); /* a source may answer at once */
    }
  if (loaded != NULL)
    loaded->used = ++self->uses;
  return loaded;
}

/* --- lines --- */

static const SyTextBlock *
block_at (SyTextModel *self, guint i)
{
  return i < self->index.blocks->len ? &g_array_index (self->index.blocks, SyTextBlock, i) : NULL;
}

/* Lines that begin before @offset, as far as that is known */
static guint64
lines_before (SyTextModel *self, guint64 offset)
{
  guint i = sy_text_index_find_offset (&self->index, offset);
  const SyTextBlock *block = i != G_MAXUINT ? block_at (self, i) : NULL;
  const SyTextLoaded *loaded;
  guint64 n;

  if (block == NULL)
    return sy_text_index_get_n_lines (&self->index);
  n = block->line + (offset > block->offset || !block->begins_line ? 1 : 0);
  loaded = block->length > 0 ? load (self, block) : NULL;
  for (guint k = 0; loaded != NULL && k < loaded->ends->len && block->offset + g_array_index (loaded->ends, guint32, k) < offset; k++)
    n++;
  return n;
}

guint64
sy_text_model_get_n_lines (SyTextModel *self)
{
  g_return_val_if_fail (SY_IS_TEXT_MODEL (self), 0);
  return self->limit == G_MAXUINT64 ? sy_text_index_get_n_lines (&self->index) : lines_before (self, self->limit);
}

static gint64
time_at (const SyTextLoaded *loaded, guint64 offset)
{
  gint64 wall_us = 0;

  for (guint i = 0; loaded->times != NULL && i < loaded->times->len; i++)
    {
      const SyOutputTime *time = &g_array_index (loaded->times, SyOutputTime, i);

      if (time->offset > offset)
        break;
      wall_us = time->wall_us;
    }
  return wall_us;
}

/* Appends what of the line lies in this block from @from on; TRUE if it ends there */
static gboolean
append_part (SyTextModel *self, const SyTextBlock *block, const SyTextLoaded *loaded, gsize from, gsize most, SyTextLine *out)
{
  gsize size, n;
  const char *bytes = g_bytes_get_data (loaded->bytes, &size), *newline;

  if (self->limit < block->offset + size)
    size = self->limit > block->offset ? (gsize) (self->limit - block->offset) : 0;
  if (from >= size)
    return FALSE;
  newline = memchr (bytes + from, '\n', size - from);
  n = newline != NULL ? (gsize) (newline - bytes) - from : size - from;
  out->cut = out->text->len + n > most;
  g_string_append_len (out->text, bytes + from, (gssize) (out->cut ? most - out->text->len : n));
  return newline != NULL || out->cut;
}

/* From its first block on; FALSE = one is not in memory yet */
static gboolean
gather_line (SyTextModel *self, guint i, gsize from, gsize most, SyTextLine *out)
{
  for (;; i++, from = 0)
    {
      const SyTextBlock *block = block_at (self, i);
      const SyTextLoaded *loaded;

      if (block == NULL || block->length == 0 || block->offset >= self->limit)
        return TRUE;
      loaded = load (self, block);
      if (loaded == NULL)
        return FALSE;
      if (append_part (self, block, loaded, from, most, out))
        return TRUE;
    }
}

gboolean
sy_text_model_get_line (SyTextModel *self, guint64 line, gsize most, SyTextLine *out)
{
  guint i = sy_text_index_find_line (&self->index, line);
  const SyTextBlock *block = i != G_MAXUINT ? block_at (self, i) : NULL;
  const SyTextLoaded *loaded;
  gsize from;
  guint64 k;

  g_return_val_if_fail (SY_IS_TEXT_MODEL (self), FALSE);
  g_string_truncate (out->text, 0);
  out->cut = out->gap = FALSE;
  out->wall_us = 0;
  if (block == NULL)
    return FALSE;
  if (block->length == 0)
    {
      g_autofree char *words = sy_words_gap (block->missing);

      g_string_append (out->text, words);
      return out->gap = TRUE;
    }
  loaded = load (self, block);
  k = line - block->line;
  if (loaded == NULL || (k > 0 && k > loaded->ends->len))
    return FALSE;
  from = k > 0 ? g_array_index (loaded->ends, guint32, k - 1) : 0;
  out->wall_us = time_at (loaded, block->offset + from);
  if (!gather_line (self, i, from, most, out))
    return FALSE;
  if (g_str_has_suffix (out->text->str, "\r") && !out->cut)
    g_string_truncate (out->text, out->text->len - 1);
  return TRUE;
}

/* --- what is asked --- */

guint64
sy_text_model_get_total (SyTextModel *self)
{
  return MIN (self->total, self->limit);
}

gboolean
sy_text_model_is_counting (SyTextModel *self)
{
  return self->counting;
}

gboolean
sy_text_model_is_loaded (SyTextModel *self)
{
  return self->loaded;
}

gboolean
sy_text_model_has_times (SyTextModel *self)
{
  return self->has_times;
}

const GError *
sy_text_model_get_error (SyTextModel *self)
{
  return self->error;
}

gboolean
sy_text_model_is_stale (SyTextModel *self)
{
  return self->stale;
}

/* --- life --- */

void
sy_text_model_close (SyTextModel *self)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->source == NULL)
    return;
  self->source->close (self->source);
  self->source = NULL;
  sy_text_forget_index (self);
  g_hash_table_remove_all (self->cache);
  g_hash_table_remove_all (self->asked);
  g_ptr_array_set_size (self->takes, 0);
}

static void
sy_text_model_finalize (GObject *object)
{
  SyTextModel *self = SY_TEXT_MODEL (object);

  sy_text_model_close (self);
  sy_text_index_clear (&self->index);
  g_clear_pointer (&self->query, sy_text_query_unref);
  g_clear_pointer (&self->errors, sy_text_query_unref);
  g_array_unref (self->matches);
  g_hash_table_unref (self->cache);
  g_hash_table_unref (self->asked);
  g_ptr_array_unref (self->takes);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (sy_text_model_parent_class)->finalize (object);
}

static void
sy_text_model_class_init (SyTextModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_text_model_finalize;
  signals[CHANGED] = g_signal_new ("changed", SY_TYPE_TEXT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ERROR_FOUND] = g_signal_new ("error-found", SY_TYPE_TEXT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                       G_TYPE_UINT64);
}

static void
sy_text_model_init (SyTextModel *self)
{
  sy_text_index_init (&self->index);
  self->limit = G_MAXUINT64;
  self->searched = self->error_searched = SY_TEXT_BEGIN;
  self->error_line = SY_NO_LINE;
  self->cache = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, loaded_free);
  self->asked = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->takes = g_ptr_array_new_with_free_func (sy_text_take_free);
  self->matches = g_array_new (FALSE, TRUE, sizeof (guint64));
}

SyTextModel *
sy_text_model_new (SyTextSource *source)
{
  SyTextModel *self = g_object_new (SY_TYPE_TEXT_MODEL, NULL);

  self->source = source;
  begin_counting (self);
  return self;
}
