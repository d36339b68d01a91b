/* sy-output-tail.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-output-tail.h"

#include "core/model/sy-line-kind.h"
#include "core/store/sy-output-reader.h"

#include <string.h>

#define ERROR_TAIL 8192

char *
sy_output_tail (SyRunDir *run, guint32 task, guint32 attempt, gsize most)
{
  g_autoptr (SyOutputReader) reader = sy_output_reader_open (run, task, 0, attempt, 0, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  SyOutputExtent extent;
  char buffer[4096];
  gint64 at;
  gssize n;
  const char *newline;

  if (reader == NULL)
    return NULL;
  sy_output_reader_get_extent (reader, &extent);
  at = MAX (0, extent.size - (gint64) most);
  while (text->len < most && (n = sy_output_reader_read (reader, &at, buffer, sizeof buffer, NULL)) > 0)
    {
      g_string_append_len (text, buffer, n);
      at += n;
    }
  newline = extent.size > (gint64) most ? memchr (text->str, '\n', text->len) : NULL;
  if (newline != NULL)
    g_string_erase (text, 0, newline + 1 - text->str);
  /* A zero byte would end what is handed over. */
  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '\0')
      text->str[i] = '\1';
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
sy_output_tail_error (SyRunDir *run, guint32 task, guint32 attempt)
{
  g_autofree char *tail = attempt > 0 ? sy_output_tail (run, task, attempt, ERROR_TAIL) : NULL;

  return tail != NULL ? sy_line_choose (tail, strlen (tail)) : NULL;
}
