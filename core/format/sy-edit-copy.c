/* sy-edit-copy.c: tasks copied as they are written: comments, quoting and all
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-node.h"

#include <string.h>

/* Comments below a task that are indented deeper than its key are the task's. */
static gsize
end_of_task (const SyEditor *e, const SyNode *key, gsize indent)
{
  gsize at = sy_editor_after (e, key->next);

  for (;;)
    {
      gsize end = sy_editor_line_end (e, at), column = at;

      while (column < end && e->data[column] == ' ')
        column++;
      if (column >= end || e->data[column] != '#' || column - at <= indent)
        return at;
      at = sy_editor_next_line (e, at);
    }
}

/* Each line without the indentation of the key; what is indented less is blank. */
static char *
lines_between (const SyEditor *e, gsize from, gsize to, gsize indent)
{
  GString *out = g_string_new (NULL);

  while (from < to)
    {
      gsize end = sy_editor_line_end (e, from), skip = 0;

      while (skip < indent && from + skip < end && e->data[from + skip] == ' ')
        skip++;
      g_string_append_len (out, e->data + from + skip, (gssize)(end - from - skip));
      g_string_append_c (out, '\n');
      from = sy_editor_next_line (e, from);
    }
  return g_string_free (out, FALSE);
}

char *
sy_edit_copy_lines (SyDocument *document, const SyNode *key)
{
  g_autoptr (SyEditor) e = sy_editor_new (document);
  gsize indent = key->start - sy_editor_line_start (e, key->start);

  if (key->parent->style != SY_STYLE_BLOCK || sy_editor_in_flow (key) || sy_editor_shares_line (e, key) ||
      memchr (e->data + key->start - indent, '\t', indent))
    return NULL;
  return lines_between (e, sy_editor_comments_above (e, key), end_of_task (e, key, indent), indent);
}

void
sy_edit_append_lines (GString *out, const char *lines, const char *indent, const char *eol)
{
  while (*lines)
    {
      gsize length = strcspn (lines, "\n");

      if (length > 0)
        g_string_append (out, indent);
      g_string_append_len (out, lines, (gssize)length);
      g_string_append (out, eol);
      lines += length + (lines[length] == '\n');
    }
}
