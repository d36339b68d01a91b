/* sy-form.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

enum { BASICS, NEEDS, RETRY, RESOURCES, ENVIRONMENT, OUTPUTS, MORE };

static const struct { const char *key; guint group; const char *title; } places[] = {
  { "name", BASICS, N_("Name") },
  { "run", BASICS, N_("Shell Text") },
  { "command", BASICS, N_("Program and Arguments") },
  { "description", BASICS, N_("Description") },
  { "enabled", BASICS, N_("Enabled") },
  { "slots", BASICS, N_("Slots") },
  { "needs", NEEDS, N_("Needs") },
  { "join", NEEDS, N_("Join") },
  { "quorum", NEEDS, N_("Quorum") },
  { "of", NEEDS, N_("What Counts") },
  { "rest", NEEDS, N_("The Others") },
  { "if", NEEDS, N_("Only If") },
  { "limit", RETRY, N_("Retries") },
  { "delay", RETRY, N_("First Wait") },
  { "backoff", RETRY, N_("Growth of the Wait") },
  { "max_delay", RETRY, N_("Longest Wait") },
  { "jitter", RETRY, N_("Random Part") },
  { "on", RETRY, N_("Try Again On") },
  { "attempt", RETRY, N_("Time Limit of an Attempt") },
  { "total", RETRY, N_("Time Limit in All") },
  { "no_output", RETRY, N_("Time Limit Without Output") },
  { "signal", RETRY, N_("Stop Signal") },
  { "grace", RETRY, N_("Grace Before a Kill") },
  { "on_failure", RETRY, N_("After a Failure") },
  { "on_lost", RETRY, N_("When It Is Lost") },
  { "concurrency", RETRY, N_("Two Runs at Once") },
  { "cpu", RESOURCES, N_("Processors") },
  { "memory", RESOURCES, N_("Memory") },
  { "pools", RESOURCES, N_("Pools") },
  { "priority", RESOURCES, N_("Priority") },
  { "env", ENVIRONMENT, N_("Variables") },
  { "params", ENVIRONMENT, N_("Parameters") },
  { "dir", ENVIRONMENT, N_("Working Folder") },
  { "shell", ENVIRONMENT, N_("Shell") },
  { "stdin", ENVIRONMENT, N_("Standard Input") },
  { "outputs", OUTPUTS, N_("Outputs") },
  { "writes", OUTPUTS, N_("Files Written") },
  { "reads", OUTPUTS, N_("Files Read") },
  { "durable", OUTPUTS, N_("Sync Files to Disk") },
  { "streams", OUTPUTS, N_("Output and Errors") },
  { "label", MORE, N_("Label") },
  { "group", MORE, N_("Group") },
  { "succeeded", MORE, N_("Exit Codes of Success") },
  { "warned", MORE, N_("Exit Codes of a Warning") },
  { "skipped", MORE, N_("Exit Codes of a Skip") },
  { "stragglers", MORE, N_("Processes Left Over") },
  { "handlers", MORE, N_("Handlers") },
  { "defaults", MORE, N_("Defaults of All Tasks") },
};

const char *
sy_form_group_title (guint group)
{
  static const char *const titles[SY_FORM_N_GROUPS] = {
    N_("Basics"), N_("Needs and Join"), N_("Retry and Time Limits"), N_("Resources"), N_("Environment"), N_("Outputs"), N_("More"),
  };

  return _(titles[MIN (group, MORE)]);
}

/* --- what there is to fill in --- */

static guint
place_of (const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_str_equal (places[i].key, key))
      return i;
  return G_N_ELEMENTS (places);
}

/* "max_delay": "Max delay" */
static char *
plain_title (const char *key)
{
  char *title = g_strdelimit (g_strdup (key), "_", ' ');

  *title = g_ascii_toupper (*title);
  return title;
}

static SyFormKind
kind_of (const SyField *field)
{
  if (g_strcmp0 (field->key, "run") == 0)
    return SY_FORM_SHELL;
  if (field->flags & SY_FIELD_EXPRESSION)
    return SY_FORM_EXPRESSION;
  if ((field->accept & SY_ACCEPT_MAP) && (field->item->accept & (SY_ACCEPT_MAP | SY_ACCEPT_OBJECT)) && !(field->item->accept & SY_ACCEPT_SCALAR))
    return SY_FORM_LINK;
  if (field->accept & SY_ACCEPT_MAP)
    return SY_FORM_PAIRS;
  if (field->accept & SY_ACCEPT_LIST)
    return SY_FORM_LINES;
  if (field->accept == SY_ACCEPT_BOOL)
    return SY_FORM_SWITCH;
  if (field->accept == SY_ACCEPT_WORD || (field->accept == (SY_ACCEPT_WORD | SY_ACCEPT_OBJECT)))
    return SY_FORM_WORDS;
  if (field->accept == SY_ACCEPT_TEXT && (field->flags & SY_FIELD_DYNAMIC))
    return SY_FORM_TEXT;
  return (field->accept & SY_ACCEPT_SCALAR) ? SY_FORM_ENTRY : SY_FORM_LINK;
}

static void
item_free (gpointer data)
{
  SyFormItem *item = data;

  g_free (item->title);
  g_free (item);
}

static void
add_item (GPtrArray *items, const SyField *field, const SyField *outer, SyFormKind kind)
{
  SyFormItem *item = g_new0 (SyFormItem, 1);
  guint place = place_of (field->key), around = outer != NULL ? place_of (outer->key) : G_N_ELEMENTS (places);

  item->kind = kind;
  item->field = field;
  item->outer = outer;
  item->group = place < G_N_ELEMENTS (places) ? places[place].group : around < G_N_ELEMENTS (places) ? places[around].group : (guint) MORE;
  item->title = place < G_N_ELEMENTS (places) ? g_strdup (_(places[place].title)) : plain_title (field->key);
  g_ptr_array_add (items, item);
}

/* An object with keys of scalars and lists becomes a row for each of them. */
static void
add_field (GPtrArray *items, const SyField *field)
{
  gboolean object = (field->accept & SY_ACCEPT_OBJECT) && !(field->flags & SY_FIELD_OWN) && !g_str_equal (field->key, "handlers");

  if (field->flags & SY_FIELD_LATER || g_str_equal (field->key, "version") || g_str_equal (field->key, "tasks"))
    return;
  if (!object || (field->accept & SY_ACCEPT_WORD))
    add_item (items, field, NULL, kind_of (field));
  for (guint i = 0; object && i < field->table->n_fields; i++)
    if (!(field->table->fields[i].flags & SY_FIELD_LATER))
      add_item (items, &field->table->fields[i], field, kind_of (&field->table->fields[i]));
}

static int
compare_items (gconstpointer a, gconstpointer b)
{
  const SyFormItem *one = *(const SyFormItem *const *) a, *other = *(const SyFormItem *const *) b;
  guint first = place_of (one->field->key), second = place_of (other->field->key);

  if (one->group != other->group)
    return one->group < other->group ? -1 : 1;
  return first < second ? -1 : first > second;
}

GPtrArray *
sy_form_describe (const SyTable *table)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (item_free);

  for (guint i = 0; i < table->n_fields; i++)
    add_field (items, &table->fields[i]);
  g_ptr_array_sort (items, compare_items);
  return items;
}

GStrv
sy_form_get_path (const SyFormItem *item, const char *task, gboolean outer)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  if (task != NULL)
    {
      g_ptr_array_add (keys, g_strdup ("tasks"));
      g_ptr_array_add (keys, g_strdup (task));
    }
  if (item->outer != NULL)
    g_ptr_array_add (keys, g_strdup (item->outer->key));
  if (item->outer == NULL || !outer)
    g_ptr_array_add (keys, g_strdup (item->field->key));
  g_ptr_array_add (keys, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&keys), FALSE);
}

/* --- what stands there --- */

static gboolean
is_scalar (const SyChangeValue *value)
{
  return value->kind == SY_CHANGE_TEXT || value->kind == SY_CHANGE_WORD;
}

static gboolean
is_line (const SyChangeValue *value)
{
  return is_scalar (value) && strchr (value->text, '\n') == NULL;
}

/* The key that a lone scalar in the place of the object means: `timeout: 10m`. (nullable): none does */
static const char *
lone_key (const SyField *outer)
{
  return (outer->accept & SY_ACCEPT_SCALAR) && !(outer->accept & SY_ACCEPT_WORD) && outer->table->n_fields > 0 ? outer->table->fields[0].key : NULL;
}

/* (nullable): the item's own value */
static const SyChangeValue *
own_value (const SyFormItem *item, const SyChangeValue *value)
{
  if (item->outer == NULL || value == NULL)
    return value;
  if (value->kind == SY_CHANGE_MAP)
    return sy_change_value_get (value, item->field->key);
  return is_scalar (value) && g_strcmp0 (lone_key (item->outer), item->field->key) == 0 ? value : NULL;
}

static char *
lines_text (const SyChangeValue *value, gboolean *editable)
{
  GString *text = g_string_new (NULL);

  if (is_scalar (value))
    return g_string_free (g_string_assign (text, value->text), FALSE);
  for (guint i = 0; i < value->items->len; i++)
    {
      const SyChangeValue *item = g_ptr_array_index (value->items, i);

      *editable = *editable && value->kind == SY_CHANGE_LIST && is_line (item);
      if (is_scalar (item))
        g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", item->text);
    }
  return g_string_free (text, FALSE);
}

static char *
pairs_text (const SyChangeValue *value, gboolean *editable)
{
  GString *text = g_string_new (NULL);

  *editable = value->kind == SY_CHANGE_MAP;
  for (guint i = 0; *editable && i + 1 < value->items->len; i += 2)
    {
      const SyChangeValue *key = g_ptr_array_index (value->items, i), *item = g_ptr_array_index (value->items, i + 1);

      if (!is_line (item))
        *editable = FALSE;
      else
        g_string_append_printf (text, "%s%s=%s", text->len > 0 ? "\n" : "", key->text, item->text);
    }
  return g_string_free (text, FALSE);
}

char *
sy_form_get_text (const SyFormItem *item, const SyChangeValue *value, gboolean *editable)
{
  const SyChangeValue *own = own_value (item, value);

  *editable = item->kind != SY_FORM_LINK;
  if (own == NULL)
    return NULL;
  if (item->kind == SY_FORM_LINES)
    return lines_text (own, editable);
  if (item->kind == SY_FORM_PAIRS)
    return pairs_text (own, editable);
  if (is_scalar (own))
    {
      *editable = *editable && (item->kind == SY_FORM_SHELL || is_line (own));
      return item->kind == SY_FORM_SHELL && g_str_has_suffix (own->text, "\n") ? g_strndup (own->text, strlen (own->text) - 1)
                                                                              : g_strdup (own->text);
    }
  /* `join: {quorum: 2}`: the rows of its keys show it */
  *editable = *editable && item->kind == SY_FORM_WORDS;
  return item->kind == SY_FORM_WORDS ? NULL : g_strdup ("…");
}

/* --- what is filled in --- */

static SyChangeValue *
scalar (const SyField *field, const char *text)
{
  gboolean word = !(field->accept & SY_ACCEPT_TEXT) && strstr (text, "${{") == NULL;

  return word ? sy_change_value_new_word (text) : sy_change_value_new_text (text);
}

/* NAME=value. (transfer full) (nullable): no pair; *value points into @line */
static char *
split_pair (const char *line, const char **value)
{
  const char *sign = strchr (line, '=');
  char *name = sign != NULL ? g_strstrip (g_strndup (line, (gsize) (sign - line))) : NULL;

  *value = sign != NULL ? sign + 1 : NULL;
  return name;
}

static gboolean
check_pair (const SyFormItem *item, const char *line, SyFormCheck check, gpointer data, GError **error)
{
  const char *value;
  g_autofree char *name = split_pair (line, &value), *pattern = g_strdup_printf ("^%s$", item->field->names != NULL ? item->field->names : ".+");

  if (name == NULL || !g_regex_match_simple (pattern, name, 0, 0))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("“%s”: a line is NAME=value"), line);
      return FALSE;
    }
  return check (item->field->item, value, data, error);
}

gboolean
sy_form_check (const SyFormItem *item, const char *text, SyFormCheck check, gpointer data, GError **error)
{
  g_auto (GStrv) lines = NULL;

  if (*text == '\0' || item->kind == SY_FORM_SHELL || item->kind == SY_FORM_EXPRESSION || item->kind == SY_FORM_LINK)
    return TRUE;
  if (item->kind != SY_FORM_LINES && item->kind != SY_FORM_PAIRS)
    return check (item->field, text, data, error);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strchomp (lines[i]) != '\0'
        && !(item->kind == SY_FORM_PAIRS ? check_pair (item, lines[i], check, data, error) : check (item->field->item, lines[i], data, error)))
      return FALSE;
  return TRUE;
}

static SyChangeValue *
lines_value (const SyFormItem *item, const char *text)
{
  SyChangeValue *list = sy_change_value_new_list ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strchomp (lines[i]) != '\0')
      sy_change_value_append (list, scalar (item->field->item, lines[i]));
  return list;
}

static SyChangeValue *
pairs_value (const SyFormItem *item, const char *text)
{
  SyChangeValue *map = sy_change_value_new_map ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *value;
      g_autofree char *name = split_pair (lines[i], &value);

      if (name != NULL && *name != '\0' && sy_change_value_get (map, name) == NULL)
        sy_change_value_set (map, name, scalar (item->field->item, value));
    }
  return map;
}

/* The last line of a block ends as the others do; a row does not show that. */
static SyChangeValue *
shell_value (const SyChangeValue *old, const char *text)
{
  const char *was = old != NULL && old->text != NULL ? old->text : "";
  gboolean ends = g_str_has_suffix (was, "\n") || (strchr (text, '\n') != NULL && strchr (was, '\n') == NULL);
  g_autofree char *block = g_strconcat (text, ends && !g_str_has_suffix (text, "\n") ? "\n" : NULL, NULL);

  return sy_change_value_new_text (block);
}

static SyChangeValue *
make_value (const SyFormItem *item, const SyChangeValue *old, const char *text)
{
  if (item->kind == SY_FORM_SHELL)
    return shell_value (old, text);
  if (item->kind == SY_FORM_LINES)
    return lines_value (item, text);
  if (item->kind == SY_FORM_PAIRS)
    return pairs_value (item, text);
  return scalar (item->field, text);
}

/* Name by name, so that what is written beside the others stays */
static void
change_pairs (SyChange *change, const char *const *path, const SyChangeValue *old, const SyChangeValue *now)
{
  guint n = g_strv_length ((char **) path);
  g_autofree const char **keys = g_new0 (const char *, n + 2);

  memcpy (keys, path, n * sizeof *keys);
  for (guint i = 0; i + 1 < old->items->len; i += 2)
    {
      keys[n] = ((SyChangeValue *) g_ptr_array_index (old->items, i))->text;
      if (sy_change_value_get (now, keys[n]) == NULL)
        sy_change_remove (change, keys);
    }
  for (guint i = 0; i + 1 < now->items->len; i += 2)
    {
      SyChangeValue *value = g_ptr_array_index (now->items, i + 1);
      const SyChangeValue *was;

      keys[n] = ((SyChangeValue *) g_ptr_array_index (now->items, i))->text;
      was = sy_change_value_get (old, keys[n]);
      if (was == NULL || g_strcmp0 (was->text, value->text) != 0)
        sy_change_set (change, keys, value->kind == SY_CHANGE_WORD ? sy_change_value_new_word (value->text) : sy_change_value_new_text (value->text));
    }
}

/* `timeout: 10m` that gets a second key becomes an object. */
static void
set_in_object (SyChange *change, const SyFormItem *item, const char *task, const SyChangeValue *old, SyChangeValue *now)
{
  g_auto (GStrv) path = sy_form_get_path (item, task, FALSE), around = sy_form_get_path (item, task, TRUE);
  const char *lone = lone_key (item->outer);
  SyChangeValue *map;

  if (old != NULL && old->kind == SY_CHANGE_MAP)
    {
      sy_change_set (change, (const char *const *) path, now);
      return;
    }
  if (g_strcmp0 (lone, item->field->key) == 0)
    {
      sy_change_set (change, (const char *const *) around, now);
      return;
    }
  map = sy_change_value_new_map ();
  if (old != NULL && lone != NULL)
    sy_change_value_set (map, lone, sy_change_value_new_word (old->text));
  sy_change_value_set (map, item->field->key, now);
  sy_change_set (change, (const char *const *) around, map);
}

/* The last key of an object takes the object with it. */
static void
remove_item (SyChange *change, const SyFormItem *item, const char *task, const SyChangeValue *old)
{
  gboolean whole = item->outer != NULL && !(old->kind == SY_CHANGE_MAP && old->items->len > 2);
  g_auto (GStrv) path = sy_form_get_path (item, task, whole);

  sy_change_remove (change, (const char *const *) path);
}

SyChange *
sy_form_change (const SyFormItem *item, const char *task, const SyChangeValue *value, const char *text)
{
  gboolean editable, clears = text == NULL || *text == '\0';
  g_autofree char *was = sy_form_get_text (item, value, &editable), *name = NULL, *of = NULL;
  SyChange *change;
  SyChangeValue *now;

  if (g_strcmp0 (was, clears ? NULL : text) == 0 || (clears && was == NULL && own_value (item, value) == NULL))
    return NULL;
  of = g_strdup (task != NULL ? task : _("the workflow"));
  name = g_strdup_printf (clears ? _("Clear %s of %s") : _("Set %s of %s"), item->field->key, of);
  change = sy_change_new (name);
  if (clears)
    {
      remove_item (change, item, task, value);
      return change;
    }
  now = make_value (item, value, text);
  if (item->outer != NULL)
    set_in_object (change, item, task, value, now);
  else
    {
      g_auto (GStrv) path = sy_form_get_path (item, task, FALSE);

      if (item->kind == SY_FORM_PAIRS && value != NULL && value->kind == SY_CHANGE_MAP && now->items->len > 0)
        {
          change_pairs (change, (const char *const *) path, value, now);
          sy_change_value_free (now);
        }
      else
        sy_change_set (change, (const char *const *) path, now);
    }
  if (change->steps->len == 0)
    g_clear_pointer (&change, sy_change_free);
  return change;
}
