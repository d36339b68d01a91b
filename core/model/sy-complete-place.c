/* sy-complete-place.c: where a cursor stands in a file that is no YAML yet
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-complete-private.h"

#include <string.h>

typedef struct
{
  const char *start;    /* behind the blanks */
  gsize indent;
  gsize length;         /* from @start, without the line's end */
} Line;

static gboolean
line_at (const char *text, gsize offset, Line *line, gsize *begin)
{
  gsize start = offset;
  const char *end;

  while (start > 0 && text[start - 1] != '\n')
    start--;
  *begin = start;
  line->indent = strspn (text + start, " ");
  line->start = text + start + line->indent;
  end = strchr (line->start, '\n');
  line->length = end != NULL ? (gsize) (end - line->start) : strlen (line->start);
  while (line->length > 0 && g_ascii_isspace (line->start[line->length - 1]))
    line->length--;
  return line->length > 0 && *line->start != '#';
}

/* Bytes of a key at the start of @p: up to a colon that ends it. 0: none */
static gsize
key_length (const char *p, gsize length)
{
  char quote = length > 0 && (*p == '"' || *p == '\'') ? *p : '\0';

  for (gsize i = quote != '\0' ? 1 : 0; i < length; i++)
    {
      if (quote != '\0' && p[i] == quote)
        quote = '\0';
      else if (quote == '\0' && p[i] == ':' && (i + 1 == length || p[i + 1] == ' '))
        return i;
      else if (quote == '\0' && strchr ("{[]},#", p[i]) != NULL)
        return 0;
    }
  return 0;
}

static char *
dup_key (const char *p, gsize length)
{
  if (length >= 2 && (*p == '"' || *p == '\'') && p[length - 1] == *p)
    return g_strndup (p + 1, length - 2);
  return g_strndup (p, length);
}

/* `run: |`, `>-` … */
static gboolean
opens_text (const char *p, gsize length)
{
  while (length > 0 && strchr ("+-0123456789", p[length - 1]) != NULL)
    length--;
  return length >= 2 && (p[length - 1] == '|' || p[length - 1] == '>') && p[length - 2] == ' ';
}

static void
push (SyCompletePlace *place, char *key)
{
  g_ptr_array_add (place->path, key);
}

/* --- { } and [ ] in one line --- */

typedef struct { char bracket; char *key; } Level;

static void
level_clear (gpointer data)
{
  g_free (((Level *) data)->key);
}

/* What is open at the end of @p: `needs: [a, b`, `x: {retry: {limit` */
static void
read_flow (SyCompletePlace *place, const char *p, gsize length)
{
  g_autoptr (GArray) levels = g_array_new (FALSE, FALSE, sizeof (Level));
  gboolean in_value = FALSE;
  gsize begin = 0;
  char quote = '\0';

  g_array_set_clear_func (levels, level_clear);
  for (gsize i = 0; i < length; i++)
    {
      Level *top = levels->len > 0 ? &g_array_index (levels, Level, levels->len - 1) : NULL;
      char c = p[i];

      if (quote != '\0')
        quote = c == quote ? '\0' : quote;
      else if (strchr ("\"'", c) != NULL && begin == i)
        quote = c;
      else if (c == '$' && g_str_has_prefix (p + i, "${{"))
        {
          const char *end = strstr (p + i, "}}");

          i = end != NULL ? (gsize) (end + 1 - p) : length;
        }
      else if (c == '{' || c == '[')
        {
          Level level = { c, NULL };

          if (begin == i)
            g_array_append_val (levels, level);
        }
      else if ((c == '}' || c == ']') && top != NULL)
        g_array_set_size (levels, levels->len - 1);
      else if (c == ',' && top != NULL)
        g_clear_pointer (&top->key, g_free);
      else if (c == ':' && top != NULL && top->bracket == '{' && top->key == NULL && (i + 1 >= length || p[i + 1] == ' '))
        top->key = dup_key (p + begin, i - begin);
      else if (c != ' ')
        continue;
      /* a value or a key begins behind it */
      if (quote == '\0' && (strchr ("{[,:", c) != NULL || (c == ' ' && begin == i)))
        begin = i + 1;
    }
  for (guint i = 0; i < levels->len; i++)
    {
      Level *level = &g_array_index (levels, Level, i);

      in_value = level->key != NULL;
      if (level->bracket == '[')
        push (place, g_strdup ("-"));
      else if (level->key != NULL)
        push (place, g_steal_pointer (&level->key));
      place->is_value = TRUE;
    }
  if (levels->len > 0 && g_array_index (levels, Level, levels->len - 1).bracket == '{')
    place->is_value = in_value;
}

/* --- lines --- */

/* The keys of the lines above that are further left, the nearest first */
static void
read_above (SyCompletePlace *place, const char *text, gsize offset, gsize indent, gboolean item)
{
  while (offset > 0 && (indent > 0 || item))
    {
      Line line;
      gsize begin, length;
      gboolean dash;

      if (!line_at (text, offset - 1, &line, &begin))
        {
          offset = begin;
          continue;
        }
      offset = begin;
      dash = line.length >= 2 && line.start[0] == '-' && line.start[1] == ' ';
      if (line.indent > indent || (line.indent == indent && (!item || dash)))
        continue;
      if (opens_text (line.start, line.length))
        {
          place->is_text = TRUE;        /* whatever it looked like */
          g_ptr_array_set_size (place->path, 0);
        }
      if (dash && line.indent + 2 <= indent)
        {
          length = key_length (line.start + 2, line.length - 2);
          if (line.indent + 2 < indent && length > 0)
            g_ptr_array_insert (place->path, 0, dup_key (line.start + 2, length));
          g_ptr_array_insert (place->path, 0, g_strdup ("-"));
          indent = line.indent;
          item = TRUE;
          continue;
        }
      length = key_length (line.start, line.length);
      if (length > 0)
        g_ptr_array_insert (place->path, 0, dup_key (line.start, length));
      indent = line.indent;
      item = FALSE;
    }
}

/* The cursor's line up to the cursor. TRUE: it is an item of a list. */
static gboolean
read_line (SyCompletePlace *place, const char *p, gsize length)
{
  gboolean item = FALSE;
  gsize key;

  if (length >= 2 && p[0] == '-' && p[1] == ' ')
    {
      gsize blanks = 1 + strspn (p + 1, " ");

      item = TRUE;
      push (place, g_strdup ("-"));
      place->is_value = TRUE;
      p += MIN (blanks, length);
      length -= MIN (blanks, length);
    }
  key = key_length (p, length);
  if (key > 0)
    {
      gsize value = key + 1 + strspn (p + key + 1, " ");

      push (place, dup_key (p, key));
      place->is_value = TRUE;
      if (value <= length)
        read_flow (place, p + value, length - value);
    }
  else if (length > 0 && (*p == '{' || *p == '['))
    read_flow (place, p, length);
  return item;
}

void
sy_complete_find_place (const char *text, gsize offset, SyCompletePlace *place)
{
  g_autoptr (GPtrArray) inner = NULL;
  gsize begin, indent;
  gboolean item;
  Line line;

  place->path = g_ptr_array_new_with_free_func (g_free);
  place->is_value = place->is_text = FALSE;
  line_at (text, offset, &line, &begin);
  indent = MIN (line.indent, offset - begin);
  item = read_line (place, text + begin + indent, offset - begin - indent);
  inner = g_steal_pointer (&place->path);
  place->path = g_ptr_array_new_with_free_func (g_free);
  read_above (place, text, begin, indent, item);
  if (place->is_text)
    place->is_value = place->path->len > 0; /* of the key above it, if there is one */
  for (guint i = 0; i < inner->len && !place->is_text; i++)
    push (place, g_strdup (g_ptr_array_index (inner, i)));
}

void
sy_complete_place_clear (SyCompletePlace *place)
{
  g_clear_pointer (&place->path, g_ptr_array_unref);
}

GStrv
sy_complete_path (const char *text, gsize offset)
{
  g_auto (SyCompletePlace) place = { 0 };
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  sy_complete_find_place (text, offset, &place);
  for (guint i = 0; i < place.path->len; i++)
    g_ptr_array_add (keys, g_strdup (g_ptr_array_index (place.path, i)));
  g_ptr_array_add (keys, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}
