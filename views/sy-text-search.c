/* sy-text-search.c: the lines of a text that match, and its first error
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-private.h"

#include <string.h>

/* --- a bit a line --- */

static gboolean
is_match (SyTextModel *self, guint64 line)
{
  return line / 64 < self->matches->len && (g_array_index (self->matches, guint64, line / 64) >> (line % 64) & 1) != 0;
}

static void
add_match (SyTextModel *self, guint64 line)
{
  if (line / 64 >= self->matches->len)
    g_array_set_size (self->matches, (guint) (line / 64 + 1));
  if (is_match (self, line))
    return;
  g_array_index (self->matches, guint64, line / 64) |= G_GUINT64_CONSTANT (1) << (line % 64);
  self->n_matches++;
}

/* Matches among the first @n lines */
static guint64
count_matches (SyTextModel *self, guint64 n)
{
  guint64 count = 0;

  for (guint64 i = 0; i < MIN (n / 64, self->matches->len); i++)
    count += (guint64) __builtin_popcountll (g_array_index (self->matches, guint64, i));
  if (n / 64 < self->matches->len && n % 64 != 0)
    count += (guint64) __builtin_popcountll (g_array_index (self->matches, guint64, n / 64) << (64 - n % 64));
  return count;
}

/* --- one scan at a time: the first error before the matches --- */

static void
on_found (const SyTextFound *found, const GError *error, gpointer data)
{
  SyTextModel *self = data;
  gboolean for_error = self->finding == SY_FIND_ERROR;

  if (found == NULL || found->done)
    self->finding = SY_FIND_NOTHING;
  if (found == NULL)
    return;
  if (for_error && found->n_lines > 0)
    self->error_line = found->lines[0];
  for (guint i = 0; !for_error && i < found->n_lines; i++)
    add_match (self, found->lines[i]);
  if (found->done)
    {
      *(for_error ? &self->error_searched : &self->searched) = found->place;
      self->searched_all = self->searched_all || !for_error;
      if (for_error && self->wants_error)
        {
          self->wants_error = FALSE;
          sy_text_tell_error_line (self, self->error_line);
        }
      sy_text_search_go_on (self);
    }
  sy_text_tell_changed (self);
}

static void
find (SyTextModel *self, SyTextFinding finding)
{
  self->finding = finding;
  if (finding == SY_FIND_ERROR)
    self->source->scan (self->source, self->error_searched, self->errors, TRUE, on_found, self);
  else
    self->source->scan (self->source, self->searched, self->query, FALSE, on_found, self);
}

void
sy_text_search_go_on (SyTextModel *self)
{
  guint64 end = self->index.end.offset;

  if (self->source == NULL || self->finding != SY_FIND_NOTHING)
    return;
  if (self->wants_error && self->error_line == SY_NO_LINE)
    find (self, SY_FIND_ERROR);
  else if (self->query != NULL && (!self->searched_all || (!self->counting && self->searched.offset < end && self->grown != end)))
    {
      self->grown = end;
      find (self, SY_FIND_MATCHES);
    }
}

static void
stop (SyTextModel *self)
{
  if (self->source != NULL && self->finding != SY_FIND_NOTHING)
    self->source->stop_search (self->source);
  self->finding = SY_FIND_NOTHING;
}

static void
forget_matches (SyTextModel *self)
{
  g_array_set_size (self->matches, 0);
  self->n_matches = 0;
  self->searched = SY_TEXT_BEGIN;
  self->searched_all = FALSE;
  self->grown = 0;
}

void
sy_text_search_forget (SyTextModel *self)
{
  stop (self);
  forget_matches (self);
  self->error_searched = SY_TEXT_BEGIN;
  self->error_line = SY_NO_LINE;
}

/* --- what is asked --- */

void
sy_text_model_search (SyTextModel *self, SyTextQuery *query)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->finding == SY_FIND_MATCHES)
    stop (self);
  forget_matches (self);
  g_clear_pointer (&self->query, sy_text_query_unref);
  self->query = query != NULL ? sy_text_query_ref (query) : NULL;
  sy_text_search_go_on (self);
  sy_text_tell_changed (self);
}

SyTextQuery *
sy_text_model_get_query (SyTextModel *self)
{
  return self->query;
}

gboolean
sy_text_model_is_searching (SyTextModel *self)
{
  return self->query != NULL && !self->searched_all;
}

guint64
sy_text_model_get_n_matches (SyTextModel *self)
{
  return self->limit == G_MAXUINT64 ? self->n_matches : count_matches (self, sy_text_model_get_n_lines (self));
}

guint64
sy_text_model_get_match_number (SyTextModel *self, guint64 line)
{
  return line != SY_NO_LINE && is_match (self, line) ? count_matches (self, line) + 1 : 0;
}

/* First match in [@from, @to), or the last one; SY_NO_LINE = none. Words without a match are passed at once. */
static guint64
match_between (SyTextModel *self, guint64 from, guint64 to, gboolean backward)
{
  guint64 n = MIN (to, (guint64) self->matches->len * 64);

  for (guint64 i = backward ? n : from; backward ? i > from : i < n;)
    {
      guint64 line = backward ? i - 1 : i, word = g_array_index (self->matches, guint64, line / 64);

      if (word == 0)
        {
          if (backward ? line / 64 == 0 : FALSE)
            return SY_NO_LINE;
          i = backward ? line / 64 * 64 : (line / 64 + 1) * 64;
          continue;
        }
      if ((word >> (line % 64) & 1) != 0)
        return line;
      i += backward ? -1 : 1;
    }
  return SY_NO_LINE;
}

guint64
sy_text_model_find_match (SyTextModel *self, guint64 line, gboolean backward)
{
  guint64 n = sy_text_model_get_n_lines (self), found;

  g_return_val_if_fail (SY_IS_TEXT_MODEL (self), SY_NO_LINE);
  if (line >= n)
    return match_between (self, 0, n, backward);
  found = backward ? match_between (self, 0, line, TRUE) : match_between (self, line + 1, n, FALSE);
  if (found == SY_NO_LINE)
    found = backward ? match_between (self, line, n, TRUE) : match_between (self, 0, line + 1, FALSE);
  return found;
}

void
sy_text_model_find_error (SyTextModel *self)
{
  g_return_if_fail (SY_IS_TEXT_MODEL (self));
  if (self->errors == NULL)
    self->errors = sy_text_query_new (SY_TEXT_ERROR_LINE, NULL, FALSE, NULL);
  if (self->error_line != SY_NO_LINE)
    {
      sy_text_tell_error_line (self, self->error_line);
      return;
    }
  self->wants_error = TRUE;
  sy_text_search_go_on (self);
}
