/* sy-last-error.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-last-error.h"

#include <string.h>

#define TAIL 8192

/* Skips an escape sequence that begins at @p; gives its length, 0 if there is none. */
static gsize
escape_length (const char *p, const char *end)
{
  const char *at = p + 1;

  if (*p != '\033' || at >= end)
    return *p == '\033';
  if (*at != '[')
    return 2;
  for (at++; at < end && !(*at >= 0x40 && *at <= 0x7e); at++)
    ;
  return (gsize) (MIN (at + 1, end) - p);
}

static gboolean
is_bidi (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e || c == 0x200f || c == 0x061c;
}

char *
sy_line_clean (const char *line, gsize length)
{
  g_autofree char *valid = NULL;
  GString *out = g_string_new (NULL);
  g_autoptr (GString) plain = g_string_new (NULL);

  for (const char *p = line, *end = line + length; p < end;)
    {
      gsize skip = escape_length (p, end);

      if (skip == 0)
        g_string_append_c (plain, *p++);
      else
        p += skip;
    }
  valid = g_utf8_make_valid (plain->str, (gssize) plain->len);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '\t')
        g_string_append_c (out, ' ');
      else if (!g_unichar_iscntrl (c) && !is_bidi (c))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

typedef struct
{
  SyController *controller;
  guint32 number, attempt;
  gboolean tail;        /* the end is being read */
  SyLastErrorFound found;
  gpointer data;
} Search;

/* The last line that reads like an error, else the last that says anything */
static char *
choose_line (const char *text, gsize size)
{
  const char *end = text + size;
  const char *last = NULL;
  gsize last_length = 0;

  while (end > text)
    {
      const char *start = memrchr (text, '\n', (gsize) (end - text));
      gsize length;

      start = start != NULL ? start + 1 : text;
      length = (gsize) (end - start);
      if (length > 0 && last == NULL)
        {
          last = start;
          last_length = length;
        }
      if (length > 0 && sy_line_classify (start, length) == SY_LINE_ERROR)
        {
          g_autofree char *line = sy_line_clean (start, length);

          return g_strdup (g_strstrip (line));
        }
      end = start > text ? start - 1 : text;
    }
  return last != NULL ? sy_line_clean (last, last_length) : NULL;
}

static void
on_output (const SyOutputChunk *chunk, const GError *error, gpointer data)
{
  g_autofree Search *search = data;
  g_autofree char *line = NULL;

  if (chunk != NULL && !search->tail && chunk->total > TAIL)
    {
      search->tail = TRUE;
      search->controller->read_output (search->controller, search->number, search->attempt, FALSE, chunk->total - TAIL,
                                       TAIL, on_output, search);
      search = NULL;
      return;
    }
  if (chunk != NULL && chunk->bytes != NULL)
    line = choose_line (g_bytes_get_data (chunk->bytes, NULL), g_bytes_get_size (chunk->bytes));
  search->found (line, search->data);
}

void
sy_last_error_find (SyController *controller, guint32 number, guint32 attempt, SyLastErrorFound found, gpointer data)
{
  Search *search = g_new0 (Search, 1);

  search->controller = controller;
  search->number = number;
  search->attempt = attempt;
  search->found = found;
  search->data = data;
  controller->read_output (controller, number, attempt, FALSE, 0, TAIL, on_output, search);
}
