/* sy-form-entries.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-entries.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

static void
entry_free (gpointer data)
{
  SyFormEntry *entry = data;

  g_free (entry->key);
  g_free (entry->text);
  g_free (entry->more);
  g_free (entry);
}

static gboolean
is_scalar (const SyChangeValue *value)
{
  return value->kind == SY_CHANGE_TEXT || value->kind == SY_CHANGE_WORD;
}

/* Of an item that may be an object: the key that it is about. (nullable) */
static const char *
main_key (const SyField *field)
{
  for (guint i = 0; (field->accept & SY_ACCEPT_OBJECT) && i < field->table->n_fields; i++)
    if (field->table->fields[i].flags & SY_FIELD_REQUIRED)
      return field->table->fields[i].key;
  return NULL;
}

const SyField *
sy_form_entries_get_options (const SyFormItem *item)
{
  const SyField *row = item->field->item;

  for (guint i = 0; row != NULL && item->kind == SY_FORM_ROWS && (row->accept & SY_ACCEPT_OBJECT) && i < row->table->n_fields; i++)
    {
      const SyField *field = &row->table->fields[i];

      if (!(field->flags & (SY_FIELD_REQUIRED | SY_FIELD_LATER)) && (field->accept & SY_ACCEPT_LIST) && field->item->words != NULL)
        return field;
    }
  return NULL;
}

/* --- reading --- */

/* What stands at key @field of an object. (nullable) */
static const SyChangeValue *
option_value (const SyField *field, const SyChangeValue *value)
{
  return field != NULL && value->kind == SY_CHANGE_MAP ? sy_change_value_get (value, field->key) : NULL;
}

/* *bits (inout): the options among @words; FALSE: there is something else */
static gboolean
read_options (const SyField *field, const SyChangeValue *words, guint *bits)
{
  gboolean all = words->kind == SY_CHANGE_LIST;

  for (guint i = 0; words->kind == SY_CHANGE_LIST && i < words->items->len; i++)
    {
      const SyChangeValue *word = g_ptr_array_index (words->items, i);
      guint k = 0;

      while (is_scalar (word) && field->item->words[k] != NULL && !g_str_equal (field->item->words[k], word->text))
        k++;
      if (is_scalar (word) && field->item->words[k] != NULL)
        *bits |= 1u << k;
      else
        all = FALSE;
    }
  return all;
}

static void
append_words (GString *text, const SyChangeValue *value)
{
  if (is_scalar (value))
    g_string_append (text, value->text);
  for (guint i = 0; value->kind == SY_CHANGE_LIST && i < value->items->len; i++)
    {
      const SyChangeValue *item = g_ptr_array_index (value->items, i);

      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", is_scalar (item) ? item->text : "…");
    }
}

/* (transfer full) (nullable): all keys but @key and @other (nullable) */
static char *
words_of_others (const SyChangeValue *map, const char *key, const char *other)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i + 1 < map->items->len; i += 2)
    {
      const SyChangeValue *name = g_ptr_array_index (map->items, i);

      if (g_str_equal (name->text, key) || g_strcmp0 (name->text, other) == 0)
        continue;
      g_string_append_printf (text, "%s%s: ", text->len > 0 ? "; " : "", name->text);
      append_words (text, g_ptr_array_index (map->items, i + 1));
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

/* @options: (nullable) */
static SyFormEntry *
entry_new (const SyField *field, const SyField *options, const char *key, const SyChangeValue *value)
{
  SyFormEntry *entry = g_new0 (SyFormEntry, 1);
  const SyChangeValue *words = option_value (options, value);
  gboolean known = words == NULL || read_options (options, words, &entry->options);
  const char *about = value->kind == SY_CHANGE_MAP ? main_key (field) : NULL;
  const SyChangeValue *line = about != NULL ? sy_change_value_get (value, about) : value;

  entry->key = g_strdup (key);
  entry->editable = line != NULL && is_scalar (line) && strchr (line->text, '\n') == NULL;
  entry->text = g_strdup (line != NULL && is_scalar (line) ? line->text : "…");
  entry->more = about != NULL ? words_of_others (value, about, known && words != NULL ? options->key : NULL) : NULL;
  return entry;
}

GPtrArray *
sy_form_entries_read (const SyFormItem *item, const SyChangeValue *value)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  const SyChangeValue *own = sy_form_get_own (item, value);
  const SyField *options = sy_form_entries_get_options (item);
  gboolean map = item->kind != SY_FORM_ROWS;

  if (own == NULL || (is_scalar (own) && *own->text == '\0'))
    return g_steal_pointer (&entries);
  if (is_scalar (own) && !map)
    g_ptr_array_add (entries, entry_new (item->field->item, options, NULL, own));
  else if (own->kind != (map ? SY_CHANGE_MAP : SY_CHANGE_LIST))
    return NULL;
  for (guint i = 0; !is_scalar (own) && i < own->items->len; i += map ? 2 : 1)
    {
      const SyChangeValue *first = g_ptr_array_index (own->items, i);

      g_ptr_array_add (entries, entry_new (item->field->item, options, map ? first->text : NULL, map ? g_ptr_array_index (own->items, i + 1) : first));
    }
  return g_steal_pointer (&entries);
}

gboolean
sy_form_entries_check_key (const SyFormItem *item, const SyChangeValue *value, guint index, const char *key, GError **error)
{
  g_autoptr (GPtrArray) entries = sy_form_entries_read (item, value);
  g_autofree char *pattern = g_strdup_printf ("^(?:%s)$", item->field->names != NULL ? item->field->names : ".+");

  if (!g_regex_match_simple (pattern, key, 0, 0))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("“%s” is no name: a letter or _, then letters, digits and _"), key);
      return FALSE;
    }
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (i != index && g_strcmp0 (((SyFormEntry *) g_ptr_array_index (entries, i))->key, key) == 0)
      {
        g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("“%s” is there already"), key);
        return FALSE;
      }
  return TRUE;
}

gboolean
sy_form_entries_split (const char *typed, char **key, char **text)
{
  const char *sign = strchr (typed, '=');

  if (sign == NULL || sign == typed)
    return FALSE;
  *key = g_strstrip (g_strndup (typed, (gsize) (sign - typed)));
  *text = g_strdup (sign + 1);
  return TRUE;
}

/* --- changing --- */

/* Keys to a row, and within it where it is an object. @inner: (nullable). (transfer full) */
static GStrv
path_of (const SyFormItem *item, const SyFormScope *scope, const char *row, const char *inner)
{
  g_auto (GStrv) path = sy_form_get_path (item, scope, FALSE);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; path[i] != NULL; i++)
    g_strv_builder_add (keys, path[i]);
  if (row != NULL)
    g_strv_builder_add (keys, row);
  if (inner != NULL)
    g_strv_builder_add (keys, inner);
  return g_strv_builder_end (keys);
}

static void
set_at (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const char *row, const char *inner, const char *text)
{
  g_auto (GStrv) path = path_of (item, scope, row, inner);

  sy_change_set (change, (const char *const *) path, sy_form_make_scalar (item->field->item, text));
}

/* A list, or a map, of one */
static SyChangeValue *
only_value (const SyFormItem *item, const char *key, const char *text)
{
  SyChangeValue *value = key != NULL ? sy_change_value_new_map () : sy_change_value_new_list ();

  if (key != NULL)
    sy_change_value_set (value, key, sy_form_make_scalar (item->field->item, text));
  else
    sy_change_value_append (value, sy_form_make_scalar (item->field->item, text));
  return value;
}

static void
add_entry (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, const char *key, const char *text)
{
  g_auto (GStrv) path = path_of (item, scope, NULL, NULL);

  if (sy_form_get_own (item, value) == NULL && item->outer != NULL)
    sy_form_put (change, item, scope, value, only_value (item, key, text));
  else if (key != NULL)
    set_at (change, item, scope, key, NULL, text);
  else
    sy_change_append (change, (const char *const *) path, sy_form_make_scalar (item->field->item, text));
}

static void
set_list_entry (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *own, guint index, const char *text)
{
  g_autofree char *row = g_strdup_printf ("%u", index);
  const SyChangeValue *at = own->kind == SY_CHANGE_LIST ? g_ptr_array_index (own->items, index) : own;

  if (own->kind != SY_CHANGE_LIST)
    set_at (change, item, scope, NULL, NULL, text);
  else
    set_at (change, item, scope, row, at->kind == SY_CHANGE_MAP ? main_key (item->field->item) : NULL, text);
}

/* A parameter takes what uses it along. */
static void
rename_entry (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const char *from, const char *to)
{
  g_auto (GStrv) path = path_of (item, scope, from, NULL);

  g_free (change->name);
  change->name = g_strdup_printf (_("Rename %s to %s"), from, to);
  if (path[0] != NULL && g_str_equal (path[0], "params") && g_strv_length (path) == 2)
    sy_change_rename_param (change, from, to);
  else
    sy_change_rename (change, (const char *const *) path, to);
}

SyChange *
sy_form_entries_set (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, const char *key, const char *text)
{
  g_autoptr (GPtrArray) entries = sy_form_entries_read (item, value);
  const SyFormEntry *old = entries != NULL && index < entries->len ? g_ptr_array_index (entries, index) : NULL;
  g_autoptr (SyChange) change = sy_form_change_new (item, scope, TRUE);

  if (entries == NULL)
    return NULL;
  if (old == NULL)
    add_entry (change, item, scope, value, key, text);
  else if (key == NULL && g_strcmp0 (old->text, text) != 0)
    set_list_entry (change, item, scope, sy_form_get_own (item, value), index, text);
  else if (key != NULL)
    {
      if (!g_str_equal (old->key, key))
        rename_entry (change, item, scope, old->key, key);
      if (old->editable && g_strcmp0 (old->text, text) != 0)
        set_at (change, item, scope, key, NULL, text);
    }
  return change->steps->len > 0 ? g_steal_pointer (&change) : NULL;
}

/* {task: b, tolerate: [failed]} */
static SyChangeValue *
object_with (const SyFormItem *item, const SyField *options, const char *text, const char *word)
{
  SyChangeValue *map = sy_change_value_new_map (), *words = sy_change_value_new_list ();

  sy_change_value_append (words, sy_change_value_new_word (word));
  sy_change_value_set (map, main_key (item->field->item), sy_form_make_scalar (item->field->item, text));
  sy_change_value_set (map, options->key, words);
  return map;
}

/* Of a row that is an object; the last word takes the key with it, and leaves a scalar where that was all. */
static void
change_option (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const char *row, const SyChangeValue *at, const SyField *options,
               const char *word, gboolean on)
{
  const SyChangeValue *words = option_value (options, at), *line = sy_change_value_get (at, main_key (item->field->item));
  g_auto (GStrv) path = path_of (item, scope, row, options->key), whole = path_of (item, scope, row, NULL);

  if (on)
    sy_change_append (change, (const char *const *) path, sy_change_value_new_word (word));
  else if (words->items->len == 1 && at->items->len == 4 && line != NULL)
    sy_change_set (change, (const char *const *) whole, sy_change_value_copy (line));
  else if (words->items->len == 1)
    sy_change_remove (change, (const char *const *) path);
  for (guint i = 0; !on && words->items->len > 1 && i < words->items->len; i++)
    {
      const SyChangeValue *one = g_ptr_array_index (words->items, i);
      g_autofree char *number = g_strdup_printf ("%u", i);
      g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
      g_auto (GStrv) to = NULL;

      if (!is_scalar (one) || !g_str_equal (one->text, word))
        continue;
      g_strv_builder_addv (keys, (const char **) path);
      g_strv_builder_add (keys, number);
      to = g_strv_builder_end (keys);
      sy_change_remove (change, (const char *const *) to);
      return;
    }
}

SyChange *
sy_form_entries_set_option (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, guint option, gboolean on)
{
  g_autoptr (GPtrArray) entries = sy_form_entries_read (item, value);
  const SyFormEntry *old = entries != NULL && index < entries->len ? g_ptr_array_index (entries, index) : NULL;
  const SyField *options = sy_form_entries_get_options (item);
  const SyChangeValue *own = sy_form_get_own (item, value), *at;
  g_autofree char *number = g_strdup_printf ("%u", index), *name = NULL;
  SyChange *change;

  if (old == NULL || options == NULL || ((old->options >> option) & 1) == (on ? 1 : 0))
    return NULL;
  at = own->kind == SY_CHANGE_LIST ? g_ptr_array_index (own->items, index) : own;
  name = g_strdup_printf (_("Set %s of %s"), options->key, scope->name);
  change = sy_change_new (name);
  if (at->kind == SY_CHANGE_MAP)
    change_option (change, item, scope, number, at, options, options->item->words[option], on);
  else
    {
      g_auto (GStrv) path = path_of (item, scope, own->kind == SY_CHANGE_LIST ? number : NULL, NULL);
      SyChangeValue *object = object_with (item, options, at->text, options->item->words[option]), *list = NULL;

      if (own->kind != SY_CHANGE_LIST)
        sy_change_value_append (list = sy_change_value_new_list (), object);
      sy_change_set (change, (const char *const *) path, list != NULL ? list : object);
    }
  return change;
}

SyChange *
sy_form_entries_remove (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index)
{
  g_autoptr (GPtrArray) entries = sy_form_entries_read (item, value);
  const SyFormEntry *old = entries != NULL && index < entries->len ? g_ptr_array_index (entries, index) : NULL;
  g_autofree char *number = g_strdup_printf ("%u", index);
  g_auto (GStrv) path = NULL;
  SyChange *change;

  if (old == NULL)
    return NULL;
  if (entries->len == 1)
    return sy_form_change (item, scope, value, NULL);
  change = sy_form_change_new (item, scope, TRUE);
  path = path_of (item, scope, old->key != NULL ? old->key : number, NULL);
  sy_change_remove (change, (const char *const *) path);
  return change;
}

static void
put_copy (SyChange *change, const SyFormItem *item, const SyFormScope *scope, guint index, const SyChangeValue *from)
{
  g_autofree char *row = g_strdup_printf ("%u", index);
  g_auto (GStrv) path = path_of (item, scope, row, NULL);

  sy_change_set (change, (const char *const *) path,
                 from->kind == SY_CHANGE_WORD ? sy_change_value_new_word (from->text) : sy_change_value_new_text (from->text));
}

SyChange *
sy_form_entries_move (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, guint index, int by)
{
  const SyChangeValue *own = sy_form_get_own (item, value), *one, *other;
  guint n = own != NULL && own->kind == SY_CHANGE_LIST ? own->items->len : 0;
  SyChange *change;

  if (index >= n || (int) index + by < 0 || index + (guint) by >= n || by == 0)
    return NULL;
  one = g_ptr_array_index (own->items, index);
  other = g_ptr_array_index (own->items, index + (guint) by);
  if (!is_scalar (one) || !is_scalar (other))
    return NULL;
  change = sy_form_change_new (item, scope, TRUE);
  put_copy (change, item, scope, index, other);
  put_copy (change, item, scope, index + (guint) by, one);
  return change;
}
