/* sy-text-query.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-text-query.h"

#include "core/base/sy-error.h"
#include "core/model/sy-line-kind.h"

#include <string.h>

#define MOST_KEPT (1024 * 1024) /* of a line without an end */
#define OVERLAP 4096            /* of its parts, for expressions */

struct _SyTextQuery
{
  gatomicrefcount ref_count;
  SyTextQueryKind kind;
  gboolean match_case;
  guint8 *needle;       /* (owned) in lower case where case does not matter */
  gsize length;
  guint8 fold[256];
  gsize skip[256];      /* by the byte under the needle's end (Horspool 1980) */
  GRegex *regex;        /* (owned) */
};

static void
make_tables (SyTextQuery *self)
{
  for (guint c = 0; c < 256; c++)
    self->fold[c] = (guint8) (self->match_case ? (int) c : g_ascii_tolower ((char) c));
  for (gsize i = 0; i < self->length; i++)
    self->needle[i] = self->fold[self->needle[i]];
  for (guint c = 0; c < 256; c++)
    self->skip[c] = self->length;
  for (gsize i = 0; i + 1 < self->length; i++)
    for (guint c = 0; c < 256; c++)
      if (self->fold[c] == self->needle[i])
        self->skip[c] = self->length - 1 - i;
}

SyTextQuery *
sy_text_query_new (SyTextQueryKind kind, const char *pattern, gboolean match_case, GError **error)
{
  g_autoptr (SyTextQuery) self = g_new0 (SyTextQuery, 1);
  g_autoptr (GError) problem = NULL;

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->match_case = match_case;
  if (kind == SY_TEXT_LITERAL)
    {
      self->length = strlen (pattern);
      self->needle = g_memdup2 (pattern, self->length);
      make_tables (self);
    }
  else if (kind == SY_TEXT_REGEX)
    {
      GRegexCompileFlags flags = G_REGEX_RAW | G_REGEX_MULTILINE | G_REGEX_OPTIMIZE | (match_case ? 0 : G_REGEX_CASELESS);

      self->regex = g_regex_new (pattern, flags, 0, &problem);
      if (self->regex == NULL)
        {
          g_set_error_literal (error, SY_ERROR, SY_ERROR_INVALID, problem->message);
          return NULL;
        }
    }
  return g_steal_pointer (&self);
}

SyTextQuery *
sy_text_query_ref (SyTextQuery *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sy_text_query_unref (SyTextQuery *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->regex, g_regex_unref);
  g_free (self->needle);
  g_free (self);
}

/* --- one stretch --- */

static gboolean
find_literal (const SyTextQuery *self, const guint8 *text, gsize size, gsize from, gsize *start)
{
  gsize n = self->length;

  for (gsize at = from; n > 0 && at + n <= size; at += self->skip[text[at + n - 1]])
    {
      gsize i = n;

      while (i > 0 && self->fold[text[at + i - 1]] == self->needle[i - 1])
        i--;
      if (i == 0)
        {
          *start = at;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
find_exact (const SyTextQuery *self, const char *text, gsize size, gsize from, gsize *start)
{
  const char *at = from < size && self->length > 0 ? memmem (text + from, size - from, self->needle, self->length) : NULL;

  if (at != NULL)
    *start = (gsize) (at - text);
  return at != NULL;
}

static gboolean
find_regex (const SyTextQuery *self, const char *text, gsize size, gsize from, gsize *start, gsize *end)
{
  GMatchInfo *info = NULL;
  int first = 0, behind = 0;
  gboolean found;

  if (size > G_MAXINT)
    return FALSE;
  found = g_regex_match_full (self->regex, text, (gssize) size, (int) from, 0, &info, NULL)
          && g_match_info_fetch_pos (info, 0, &first, &behind);
  g_match_info_free (info);
  *start = (gsize) first;
  *end = (gsize) behind;
  return found;
}

/* Line by line: what reads like an error */
static gboolean
find_error_line (const char *text, gsize size, gsize from, gsize *start, gsize *end)
{
  while (from < size)
    {
      const char *newline = memchr (text + from, '\n', size - from);
      gsize stop = newline != NULL ? (gsize) (newline - text) : size;

      if (sy_line_classify (text + from, stop - from) == SY_LINE_ERROR)
        {
          *start = from;
          *end = stop;
          return TRUE;
        }
      from = stop + 1;
    }
  return FALSE;
}

gboolean
sy_text_query_find (const SyTextQuery *self, const char *text, gsize size, gsize from, gsize *start, gsize *end)
{
  gboolean found;

  if (from > size)
    return FALSE;
  if (self->kind == SY_TEXT_REGEX)
    return find_regex (self, text, size, from, start, end);
  if (self->kind == SY_TEXT_ERROR_LINE)
    return find_error_line (text, size, from, start, end);
  found = self->match_case ? find_exact (self, text, size, from, start) : find_literal (self, (const guint8 *) text, size, from, start);
  if (found)
    *end = *start + self->length;
  return found;
}

/* --- a stream --- */

void
sy_text_search_init (SyTextSearch *search, SyTextQuery *query, SyTextPlace from)
{
  *search = (SyTextSearch){ .query = sy_text_query_ref (query), .place = from, .buffer = g_byte_array_new (),
                            .lines = g_array_new (FALSE, FALSE, sizeof (guint64)) };
}

void
sy_text_search_clear (SyTextSearch *search)
{
  g_clear_pointer (&search->query, sy_text_query_unref);
  g_clear_pointer (&search->buffer, g_byte_array_unref);
  g_clear_pointer (&search->lines, g_array_unref);
}

static void
tell (SyTextSearch *search, guint64 line)
{
  if (line < search->told)
    return;
  search->told = line + 1;
  g_array_append_val (search->lines, line);
}

/* Looks through [text, text + size), which begins at @place; gives the place behind it. */
static SyTextPlace
look_through (SyTextSearch *search, SyTextPlace place, const char *text, gsize size)
{
  gsize from = 0, counted = 0, start, end;

  while (from < size && sy_text_query_find (search->query, text, size, from, &start, &end))
    {
      const char *newline = start < size ? memchr (text + start, '\n', size - start) : NULL;

      /* An empty match behind the last line end is in no line. */
      if (start >= size)
        break;
      place = sy_text_place_after (place, text + counted, start - counted);
      counted = start;
      tell (search, place.line);
      from = newline != NULL ? (gsize) (newline + 1 - text) : size;
    }
  return sy_text_place_after (place, text + counted, size - counted);
}

/* Keeps what a match may need that ends in what is still to come: the line without its end, or its last bytes. */
static void
keep_rest (SyTextSearch *search, SyTextPlace place, const char *text, gsize size)
{
  const char *newline = memrchr (text, '\n', size);
  gsize whole = newline != NULL ? (gsize) (newline + 1 - text) : 0;
  gsize part = size - whole, overlap = MIN (part, search->query->kind == SY_TEXT_LITERAL ? search->query->length : OVERLAP);

  place = look_through (search, place, text, whole);
  if (part > MOST_KEPT)
    {
      look_through (search, place, text + whole, part);
      place = sy_text_place_after (place, text + whole, part - overlap);
      whole = size - overlap;
      part = overlap;
    }
  search->place = place;
  g_byte_array_set_size (search->buffer, 0);
  g_byte_array_append (search->buffer, (const guint8 *) text + whole, (guint) part);
}

void
sy_text_search_add (SyTextSearch *search, guint64 offset, const char *bytes, gsize size)
{
  guint64 expected = search->place.offset + search->buffer->len;
  g_autoptr (GByteArray) joined = NULL;

  if (size == 0)
    return;
  if (offset > expected)
    {
      SyTextPlace behind = look_through (search, search->place, (const char *) search->buffer->data, search->buffer->len);

      search->place = sy_text_place_after_gap (behind, offset - expected);
      g_byte_array_set_size (search->buffer, 0);
    }
  if (search->buffer->len == 0)
    {
      keep_rest (search, search->place, bytes, size);
      return;
    }
  joined = g_steal_pointer (&search->buffer);
  search->buffer = g_byte_array_new ();
  g_byte_array_append (joined, (const guint8 *) bytes, (guint) size);
  keep_rest (search, search->place, (const char *) joined->data, joined->len);
}

SyTextPlace
sy_text_search_end (SyTextSearch *search)
{
  if (search->buffer->len > 0)
    look_through (search, search->place, (const char *) search->buffer->data, search->buffer->len);
  return search->place;
}
