/* edit-script.c: steps on any YAML, and the bytes that may change
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/format/edit-script.h"

#include "tests/core/format/awkward-yaml.h"

#include <string.h>

static guint
pick (EditStep *step, guint n)
{
  return (guint) g_rand_int_range (step->rand, 0, (gint) n);
}

static const char *
data_of (const EditStep *step)
{
  return g_bytes_get_data (step->text, NULL);
}

/* --- lines --- */

static GPtrArray *
split_lines (GBytes *text)
{
  gsize length, start;
  const char *data = g_bytes_get_data (text, &length);
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  start = length >= 3 && memcmp (data, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  for (gsize at = start; at <= length; at++)
    if (at == length || data[at] == '\n')
      {
        gsize end = at > start && data[at - 1] == '\r' ? at - 1 : at;

        g_ptr_array_add (lines, g_strndup (data + start, end - start));
        start = at + 1;
      }
  return lines;
}

static guint
line_of (const EditStep *step, gsize at)
{
  const char *data = data_of (step);
  guint line = 0;

  for (gsize i = 0; i < at; i++)
    line += data[i] == '\n';
  return line;
}

static gsize
line_end (const EditStep *step, gsize at)
{
  gsize length = g_bytes_get_size (step->text);

  while (at < length && data_of (step)[at] != '\n')
    at++;
  return at;
}

void
edit_step_init (EditStep *step, GRand *rand, GBytes *text, const Reading *was, guint number)
{
  g_autoptr (GPtrArray) lines = split_lines (text);

  *step = (EditStep){ .rand = rand, .text = text, .was = (Reading *) was, .number = number };
  step->change = sy_change_new ("step");
  step->wanted = reading_copy (was);
  step->touched = g_array_new (FALSE, TRUE, sizeof (gboolean));
  g_array_set_size (step->touched, lines->len);
  step->gone = g_array_new (FALSE, FALSE, sizeof (gsize));
}

void
edit_step_clear (EditStep *step)
{
  sy_change_free (step->change);
  reading_free (step->wanted);
  g_array_unref (step->touched);
  g_array_unref (step->gone);
  g_free (step->block);
  g_free (step->what);
}

void
edit_step_touch (EditStep *step, gsize start, gsize end)
{
  guint last = line_of (step, end > start && data_of (step)[end - 1] == '\n' ? end - 1 : end);

  for (guint line = line_of (step, start); line <= last && line < step->touched->len; line++)
    g_array_index (step->touched, gboolean, line) = TRUE;
}

void
edit_step_gone (EditStep *step, gsize start, gsize end, gboolean line)
{
  gsize stop = !line || (end > start && data_of (step)[end - 1] == '\n') ? end : line_end (step, end);

  g_array_append_val (step->gone, start);
  g_array_append_val (step->gone, stop);
}

/* A text without a last line break gets one when something is added: `|` there becomes `|-`. */
void
edit_step_touch_last (EditStep *step)
{
  const Reading *last = step->was;
  gsize length = g_bytes_get_size (step->text);

  while (last->kind != READ_SCALAR && last->is_block && last->items->len > 0)
    last = last->items->pdata[last->items->len - 1];
  if (length > 0 && data_of (step)[length - 1] != '\n')
    edit_step_touch (step, last->start, last->end);
}

/* --- places --- */

typedef struct
{
  Reading *node, *parent;       /* of what is wanted */
  guint index;                  /* in the parent's items */
  const Reading *was, *was_parent;
  GStrv path;
} Place;

static void
place_clear (Place *place)
{
  g_strfreev (place->path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

static guint
count_nodes (const Reading *node)
{
  guint n = 1;

  for (guint i = node->kind == READ_MAP ? 1 : 0; node->items != NULL && i < node->items->len; i += node->kind == READ_MAP ? 2 : 1)
    n += count_nodes (node->items->pdata[i]);
  return n;
}

/* The @n-th node below; *n counts down. */
static gboolean
find_place (Reading *node, const Reading *was, guint *n, GPtrArray *path, Place *place)
{
  for (guint i = node->kind == READ_MAP ? 1 : 0; node->items != NULL && i < node->items->len; i += node->kind == READ_MAP ? 2 : 1)
    {
      g_autofree char *key = node->kind == READ_MAP ? g_strdup (((Reading *) node->items->pdata[i - 1])->text) : g_strdup_printf ("%u", i);

      g_ptr_array_add (path, g_steal_pointer (&key));
      if (--*n == 0)
        {
          *place = (Place){ node->items->pdata[i], node, i, was->items->pdata[i], was, NULL };
          return TRUE;
        }
      if (find_place (node->items->pdata[i], was->items->pdata[i], n, path, place))
        return TRUE;
      g_free (g_ptr_array_steal_index (path, path->len - 1));
    }
  return FALSE;
}

static gboolean
random_place (EditStep *step, Place *place)
{
  guint n = count_nodes (step->was) - 1;
  g_autoptr (GPtrArray) path = g_ptr_array_new ();

  if (n == 0)
    return FALSE;
  n = 1 + pick (step, n);
  if (!find_place (step->wanted, step->was, &n, path, place))
    return FALSE;
  g_ptr_array_add (path, NULL);
  place->path = (GStrv) g_ptr_array_free (g_steal_pointer (&path), FALSE);
  return TRUE;
}

/* First byte of its key or of its dash */
static gsize
lead_of (const EditStep *step, const Place *place)
{
  const GPtrArray *items = place->was_parent->items;
  gsize at;

  if (place->was_parent->kind == READ_MAP)
    return ((const Reading *) items->pdata[place->index - 1])->start;
  if (!place->was_parent->is_block || place->index == 0)
    return place->was_parent->is_block ? place->was_parent->start : place->was->start;
  for (at = ((const Reading *) items->pdata[place->index - 1])->end; at < place->was->start && data_of (step)[at] != '-'; at++)
    if (data_of (step)[at] == '#')
      at = line_end (step, at);
  return at;
}

static gboolean
begins_line (const EditStep *step, gsize at)
{
  while (at > 0 && (data_of (step)[at - 1] == ' ' || (guchar) data_of (step)[at - 1] >= 0xbb))
    at--;
  return at == 0 || data_of (step)[at - 1] == '\n';
}

/* The line whose key or dash a block belongs to that begins at @at: `{}` is written there */
void
edit_step_touch_above (EditStep *step, gsize at)
{
  const char *data = data_of (step);

  while (at > 0 && begins_line (step, at))
    {
      gsize line = at;

      while (line > 0 && data[line - 1] != '\n')
        line--;
      if (line == 0)
        return;
      for (at = line - 1; at > 0 && data[at - 1] != '\n';)
        at--;
      while (data[at] == ' ' || data[at] == '\t')
        at++;
      if (data[at] != '#' && data[at] != '\n' && data[at] != '\r')
        break;
    }
  edit_step_touch (step, at, at);
}

/* A pair or an item that goes; alone in its block it leaves {} or [] behind. */
static void
note_removed (EditStep *step, const Place *place)
{
  const GPtrArray *items = place->was_parent->items;
  gboolean map = place->was_parent->kind == READ_MAP;
  gsize lead = lead_of (step, place), end = place->was->end;
  const Reading *next = place->index + 1 < items->len ? items->pdata[place->index + 1] : NULL;

  if (!place->was_parent->is_block || items->len == (map ? 2 : 1))
    {
      lead = place->was_parent->start;
      end = place->was_parent->end;
      edit_step_touch_above (step, lead);
    }
  else if (!begins_line (step, lead) && next != NULL)
    edit_step_touch (step, lead, next->start);
  edit_step_touch (step, lead, end);
  edit_step_gone (step, lead, end, place->was_parent->is_block);
}

/* --- steps --- */

static SyChangeValue *
list_value (const char *one, const char *other)
{
  SyChangeValue *list = sy_change_value_new_list ();

  sy_change_value_append (list, sy_change_value_new_text (one));
  sy_change_value_append (list, sy_change_value_new_word (other));
  return list;
}

static SyChangeValue *
random_value (EditStep *step, Reading **reading)
{
  static const char *const words[] = { "3", "true", "10m", "0.5", "all_done" };
  const char *text = awkward_text (step->rand), *word = words[pick (step, G_N_ELEMENTS (words))];
  SyChangeValue *map;

  switch (pick (step, 8))
    {
    case 0:
      *reading = reading_new_collection (READ_LIST);
      g_ptr_array_add ((*reading)->items, reading_new_text (text));
      g_ptr_array_add ((*reading)->items, reading_new_word (word));
      return list_value (text, word);
    case 1:
      map = sy_change_value_new_map ();
      sy_change_value_set (map, "one", sy_change_value_new_text (text));
      sy_change_value_set (map, "two", list_value (text, word));
      *reading = reading_new_collection (READ_MAP);
      g_ptr_array_add ((*reading)->items, reading_new_text ("one"));
      g_ptr_array_add ((*reading)->items, reading_new_text (text));
      g_ptr_array_add ((*reading)->items, reading_new_text ("two"));
      g_ptr_array_add ((*reading)->items, reading_new_collection (READ_LIST));
      g_ptr_array_add (((Reading *) (*reading)->items->pdata[3])->items, reading_new_text (text));
      g_ptr_array_add (((Reading *) (*reading)->items->pdata[3])->items, reading_new_word (word));
      return map;
    case 2:
      *reading = reading_new_word (word);
      return sy_change_value_new_word (word);
    default:
      *reading = reading_new_text (text);
      return sy_change_value_new_text (text);
    }
}

static void
put (Reading *parent, guint index, Reading *node)
{
  reading_free (parent->items->pdata[index]);
  parent->items->pdata[index] = node;
}

static gboolean
set_value (EditStep *step, const Place *place)
{
  Reading *value;

  sy_change_set (step->change, (const char *const *) place->path, random_value (step, &value));
  value->is_string |= place->was->is_quoted;    /* quotes are kept */
  put (place->parent, place->index, value);
  edit_step_touch (step, lead_of (step, place), place->was->end);
  if (place->was->is_block && place->was->kind != READ_SCALAR)
    edit_step_gone (step, MIN (line_end (step, lead_of (step, place)), place->was->start), place->was->end, TRUE);
  else
    edit_step_gone (step, place->was->start, place->was->end, FALSE);
  edit_step_touch_last (step);
  return TRUE;
}

static gboolean
set_new_key (EditStep *step, const Place *place)
{
  g_autofree char *key = g_strdup_printf ("new-%u", step->number);
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  Reading *value;

  if (place->node->kind != READ_MAP)
    return FALSE;
  for (guint i = 0; place->path[i] != NULL; i++)
    g_ptr_array_add (path, place->path[i]);
  g_ptr_array_add (path, key);
  g_ptr_array_add (path, NULL);
  sy_change_set (step->change, (const char *const *) path->pdata, random_value (step, &value));
  g_ptr_array_add (place->node->items, reading_new_text (key));
  g_ptr_array_add (place->node->items, value);
  if (!place->was->is_block || place->was->items->len == 0)
    edit_step_touch (step, place->was->start, place->was->end);
  edit_step_touch_last (step);
  return TRUE;
}

static gboolean
remove_value (EditStep *step, const Place *place)
{
  gboolean map = place->parent->kind == READ_MAP;

  sy_change_remove (step->change, (const char *const *) place->path);
  note_removed (step, place);
  g_ptr_array_remove_range (place->parent->items, map ? place->index - 1 : place->index, map ? 2 : 1);
  return place->parent != step->wanted || place->parent->items->len > 0;
}

static gboolean
append_value (EditStep *step, const Place *place)
{
  const char *text = awkward_text (step->rand);
  Reading *list;

  if (place->node->kind == READ_MAP)
    return FALSE;
  sy_change_append (step->change, (const char *const *) place->path, sy_change_value_new_text (text));
  edit_step_touch_last (step);
  if (place->node->kind == READ_LIST)
    {
      g_ptr_array_add (place->node->items, reading_new_text (text));
      if (!place->was->is_block)
        edit_step_touch (step, place->was->start, place->was->end);
      return TRUE;
    }
  list = reading_new_collection (READ_LIST);
  if (!place->was->is_nothing)
    g_ptr_array_add (list->items, reading_copy (place->was));
  g_ptr_array_add (list->items, reading_new_text (text));
  put (place->parent, place->index, list);
  edit_step_touch (step, lead_of (step, place), place->was->end);
  edit_step_gone (step, place->was->start, place->was->end, FALSE);
  return TRUE;
}

static gboolean
rename_key (EditStep *step, const Place *place)
{
  const char *key = awkward_text (step->rand);
  const Reading *old;

  if (g_str_equal (place->path[0], "tasks") && g_strv_length (place->path) == 2)
    return FALSE; /* ids have a form */
  if (place->parent->kind != READ_MAP || reading_find (place->parent, key) > 0 || strchr (key, '\n') != NULL || strlen (key) > 100)
    return FALSE;
  old = place->was_parent->items->pdata[place->index - 1];
  sy_change_rename (step->change, (const char *const *) place->path, key);
  put (place->parent, place->index - 1, reading_new_text (key));
  edit_step_touch (step, old->start, old->end);
  return TRUE;
}

gboolean
edit_step_any (EditStep *step)
{
  static gboolean (*const steps[]) (EditStep *step, const Place *place) = {
    set_value, set_value, set_value, set_new_key, remove_value, append_value, rename_key,
  };
  static const char *const names[] = { "set", "set", "set", "new key", "remove", "append", "rename" };
  g_auto (Place) place = { 0 };
  guint which = pick (step, G_N_ELEMENTS (steps));
  g_autofree char *path = NULL;

  if (step->was->kind == READ_SCALAR || !random_place (step, &place))
    return FALSE;
  path = g_strjoinv ("/", place.path);
  step->what = g_strdup_printf ("%s %s", names[which], path);
  return steps[which](step, &place);
}

/* --- what may change --- */

static gboolean
may_go (const EditStep *step, gsize at)
{
  for (guint i = 0; i + 1 < step->gone->len; i += 2)
    if (at >= g_array_index (step->gone, gsize, i) && at < g_array_index (step->gone, gsize, i + 1))
      return TRUE;
  return FALSE;
}

static void
count (GHashTable *counts, const char *text, int by)
{
  g_hash_table_insert (counts, g_strdup (text), GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (counts, text)) + by));
}

/* (nullable): a comment that is not there any more, or that was not there */
static char *
check_comments (const EditStep *step, GBytes *after)
{
  g_autoptr (GArray) was = reading_comments (step->text), is = reading_comments (after);
  g_autoptr (GHashTable) must = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) may = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < was->len; i++)
    {
      const ReadComment *comment = &g_array_index (was, ReadComment, i);

      count (may, comment->text, 1);
      if (!may_go (step, comment->at))
        count (must, comment->text, 1);
    }
  for (guint i = 0; i < is->len; i++)
    {
      const char *text = g_array_index (is, ReadComment, i).text;

      count (must, text, -1);
      count (may, text, -1);
      if (GPOINTER_TO_INT (g_hash_table_lookup (may, text)) < 0)
        return g_strdup_printf ("a comment appears: %s", text);
    }
  for (guint i = 0; i < was->len; i++)
    if (GPOINTER_TO_INT (g_hash_table_lookup (must, g_array_index (was, ReadComment, i).text)) > 0)
      return g_strdup_printf ("a comment is lost: %s", g_array_index (was, ReadComment, i).text);
  return NULL;
}

char *
edit_step_check_bytes (const EditStep *step, GBytes *after)
{
  g_autoptr (GPtrArray) was = split_lines (step->text), is = split_lines (after);
  g_autofree char *all = g_strndup (g_bytes_get_data (after, NULL), g_bytes_get_size (after));
  guint at = 0;

  if (step->block != NULL && strstr (all, step->block) == NULL)
    return g_strdup_printf ("these lines are not together any more:\n%s", step->block);
  for (guint i = 0; i < was->len; i++)
    {
      const char *line = was->pdata[i];

      if (g_array_index (step->touched, gboolean, i) || (i + 1 == was->len && *line == '\0') || line[strspn (line, " ")] == '\0')
        continue;
      while (at < is->len && strcmp (is->pdata[at], line) != 0)
        at++;
      if (at == is->len)
        return g_strdup_printf ("line %u is not there any more: %s", i + 1, line);
      at++;
    }
  return check_comments (step, after);
}

void
edit_step_touch_all (EditStep *step, const char *const *path)
{
  const Reading *node = step->was;
  gsize start = 0;

  for (guint i = 0; path[i] != NULL; i++)
    {
      guint at = reading_find (node, path[i]);

      if (at == 0)
        return;
      start = ((const Reading *) node->items->pdata[at - 1])->start;
      if (!node->is_block)
        {
          edit_step_touch (step, node->start, node->end);
          return;
        }
      node = node->items->pdata[at];
    }
  edit_step_touch (step, start, node->end);
}
