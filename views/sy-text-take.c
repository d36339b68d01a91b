/* sy-text-take.c: lines of a text, taken out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-private.h"

#include "core/base/sy-error.h"
#include "core/model/sy-words.h"

#include <string.h>

typedef struct
{
  SyTextModel *model;   /* borrowed: nothing is told once its source is closed */
  guint64 skip;         /* lines at the beginning of the first block that are not wanted */
  guint64 n_lines;
  gsize most;
  guint64 end;          /* offset behind the last block */
  guint64 at;
  GString *text;        /* (owned) */
  SyTextTaken taken;
  gpointer data;
} Take;

/* The position behind @n line ends; the length where there are fewer */
static gsize
skip_lines (const char *text, gsize size, guint64 n)
{
  const char *p = text, *end = text + size;

  for (; n > 0 && p < end; n--)
    {
      const char *newline = memchr (p, '\n', (gsize) (end - p));

      if (newline == NULL)
        return size;
      p = newline + 1;
    }
  return (gsize) (p - text);
}

void
sy_text_take_free (gpointer data)
{
  Take *take = data;

  g_string_free (take->text, TRUE);
  g_free (take);
}

static void
finish (Take *take, const GError *error)
{
  gboolean truncated = FALSE;
  gsize size;

  if (error == NULL)
    {
      g_string_erase (take->text, 0, (gssize) skip_lines (take->text->str, take->text->len, take->skip));
      size = skip_lines (take->text->str, take->text->len, take->n_lines);
      truncated = size > take->most;
      g_string_truncate (take->text, MIN (size, take->most));
    }
  take->taken (error == NULL ? take->text : NULL, truncated, error, take->data);
  g_ptr_array_remove_fast (take->model->takes, take);
}

static void go_on (Take *take);

static void
on_read (guint64 offset, GBytes *bytes, GArray *times, const GError *error, gpointer data)
{
  Take *take = data;
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (size == 0)
    {
      finish (take, error);
      return;
    }
  if (offset > take->at)
    {
      g_autofree char *gap = sy_words_gap (offset - take->at);

      if (take->text->len > 0 && take->text->str[take->text->len - 1] != '\n')
        g_string_append_c (take->text, '\n');
      g_string_append_printf (take->text, "%s\n", gap);
    }
  g_string_append_len (take->text, text, (gssize) MIN (size, offset < take->end ? take->end - offset : 0));
  take->at = offset + size;
  go_on (take);
}

static void
go_on (Take *take)
{
  guint64 room = take->most + 2 * SY_TEXT_BLOCK;

  if (take->at >= take->end || take->text->len >= room)
    finish (take, NULL);
  else
    take->model->source->read (take->model->source, take->at, (gsize) MIN (take->end - take->at, 1024 * 1024), on_read, take);
}

void
sy_text_model_take (SyTextModel *self, guint64 first, guint64 last, gsize most, SyTextTaken taken, gpointer data)
{
  guint from = sy_text_index_find_line (&self->index, first), to = sy_text_index_find_line (&self->index, last);
  const SyTextBlock *block;
  Take *take;

  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->source == NULL || from == G_MAXUINT || to == G_MAXUINT || last < first)
    {
      g_autoptr (GString) nothing = g_string_new (NULL);

      taken (nothing, FALSE, NULL, data);
      return;
    }
  block = &g_array_index (self->index.blocks, SyTextBlock, from);
  take = g_new0 (Take, 1);
  *take = (Take){ .model = self, .skip = first - block->line, .n_lines = last - first + 1, .most = most, .at = block->offset,
                  .text = g_string_new (NULL), .taken = taken, .data = data };
  /* The last line may run on through blocks that begin none. */
  for (to++; to < self->index.blocks->len && !g_array_index (self->index.blocks, SyTextBlock, to).begins_line; to++)
    ;
  take->end = to < self->index.blocks->len ? g_array_index (self->index.blocks, SyTextBlock, to).offset : self->index.end.offset;
  take->end = MIN (take->end, self->limit);
  g_ptr_array_add (self->takes, take);
  go_on (take);
}

guint64
sy_text_model_get_tail (SyTextModel *self, gsize bytes)
{
  guint64 end = MIN (self->index.end.offset, self->limit);
  guint i = end > bytes ? sy_text_index_find_offset (&self->index, end - bytes) : G_MAXUINT;
  const SyTextBlock *block;

  g_return_val_if_fail (SY_IS_TEXT_MODEL (self), 0);
  if (i == G_MAXUINT || i + 1 >= self->index.blocks->len)
    return 0;
  block = &g_array_index (self->index.blocks, SyTextBlock, i + 1);
  return block->line + (block->begins_line ? 0 : 1);
}

void
sy_text_model_save (SyTextModel *self, const char *path, SyTextSaved reply, gpointer data)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->source != NULL)
    self->source->save (self->source, path, self->limit, reply, data);
}
