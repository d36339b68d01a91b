/* sy-form.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

enum { BASICS, PARAMETERS, NEEDS, RETRY, RESOURCES, ENVIRONMENT, OUTPUTS, HANDLERS, MORE, DEFAULTS };

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
  { "tolerate", NEEDS, N_("Tolerate") },
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
  { "params", PARAMETERS, N_("Parameters") },
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
  { "init", HANDLERS, N_("Before the First Task") },
  { "success", HANDLERS, N_("After a Success") },
  { "failure", HANDLERS, N_("After a Failed Run") },
  { "cancel", HANDLERS, N_("After a Cancellation") },
  { "exit", HANDLERS, N_("At the End in Any Case") },
  { "defaults", DEFAULTS, N_("Defaults of All Tasks") },
  { "type", BASICS, N_("Type") },
  { "default", BASICS, N_("Value When None Is Given") },
  { "values", BASICS, N_("Values Allowed") },
  { "min", BASICS, N_("Least Value") },
  { "max", BASICS, N_("Greatest Value") },
  { "pattern", BASICS, N_("Pattern") },
};

/* --- what it is about --- */

SyFormScope *
sy_form_scope_new (const char *const *path, const char *name)
{
  SyFormScope *scope = g_new0 (SyFormScope, 1);

  scope->path = g_strdupv ((char **) path);
  scope->name = g_strdup (name != NULL ? name : path[g_strv_length (scope->path) - 1]);
  return scope;
}

void
sy_form_scope_free (SyFormScope *scope)
{
  if (scope == NULL)
    return;
  g_strfreev (scope->path);
  g_free (scope->name);
  g_free (scope);
}

const char *
sy_form_scope_get_task (const SyFormScope *scope)
{
  return g_strv_length (scope->path) > 1 && g_str_equal (scope->path[0], "tasks") ? scope->path[1] : NULL;
}

const char *
sy_form_group_title (guint group)
{
  static const char *const titles[SY_FORM_N_GROUPS] = {
    N_("Basics"), N_("Parameters"), N_("Needs and Join"), N_("Retry and Time Limits"), N_("Resources"), N_("Environment"), N_("Outputs"),
    N_("Handlers"), N_("More"), N_("Defaults of All Tasks"),
  };

  return _(titles[MIN (group, DEFAULTS)]);
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

const char *
sy_form_title (const SyField *field)
{
  guint place = place_of (field->key);

  return place < G_N_ELEMENTS (places) ? _(places[place].title) : field->key;
}

SyFormKind
sy_form_kind_of (const SyField *field)
{
  if (g_strcmp0 (field->key, "run") == 0)
    return SY_FORM_SHELL;
  if (field->flags & SY_FIELD_EXPRESSION)
    return SY_FORM_EXPRESSION;
  if ((field->accept & SY_ACCEPT_MAP) && (field->item->accept & SY_ACCEPT_OBJECT) && !(field->item->accept & SY_ACCEPT_SCALAR))
    return SY_FORM_OBJECTS;
  if (field->accept & SY_ACCEPT_MAP)
    return SY_FORM_MAP;
  if (field->accept & SY_ACCEPT_LIST)
    return SY_FORM_ROWS;
  if (field->accept == SY_ACCEPT_BOOL)
    return SY_FORM_SWITCH;
  if (field->accept == SY_ACCEPT_WORD || (field->accept == (SY_ACCEPT_WORD | SY_ACCEPT_OBJECT)))
    return SY_FORM_WORDS;
  if ((field->accept & SY_ACCEPT_TEXT) && !(field->accept & SY_ACCEPT_OBJECT) && (field->flags & SY_FIELD_DYNAMIC))
    return SY_FORM_TEXT;
  if (field->accept & SY_ACCEPT_SCALAR)
    return SY_FORM_ENTRY;
  return (field->accept & SY_ACCEPT_OBJECT) ? SY_FORM_OBJECT : SY_FORM_LINK;
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

/* An object with keys of scalars and lists becomes a row for each of them; one with objects, a form for each of these. */
static void
add_field (GPtrArray *items, const SyField *field)
{
  gboolean own = (field->flags & SY_FIELD_OWN) != 0 || field->kind != NULL;
  gboolean object = (field->accept & SY_ACCEPT_OBJECT) && !own;

  if (field->flags & SY_FIELD_LATER || g_str_equal (field->key, "version") || g_str_equal (field->key, "tasks"))
    return;
  if (!object || (field->accept & SY_ACCEPT_WORD))
    add_item (items, field, NULL, sy_form_kind_of (field));
  for (guint i = 0; object && i < field->table->n_fields; i++)
    if (!(field->table->fields[i].flags & SY_FIELD_LATER))
      add_item (items, &field->table->fields[i], field, sy_form_kind_of (&field->table->fields[i]));
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
sy_form_describe (const SyTable *table, guint within)
{
  GPtrArray *items = g_ptr_array_new_with_free_func (item_free);

  for (guint i = 0; i < table->n_fields; i++)
    if ((table->fields[i].flags & within) == within)
      add_field (items, &table->fields[i]);
  g_ptr_array_sort (items, compare_items);
  return items;
}

GStrv
sy_form_get_path (const SyFormItem *item, const SyFormScope *scope, gboolean outer)
{
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();

  for (guint i = 0; scope->path[i] != NULL; i++)
    g_strv_builder_add (keys, scope->path[i]);
  if (item->outer != NULL)
    g_strv_builder_add (keys, item->outer->key);
  if (item->outer == NULL || !outer)
    g_strv_builder_add (keys, item->field->key);
  return g_strv_builder_end (keys);
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

const SyChangeValue *
sy_form_get_own (const SyFormItem *item, const SyChangeValue *value)
{
  if (item->outer == NULL || value == NULL)
    return value;
  if (value->kind == SY_CHANGE_MAP)
    return sy_change_value_get (value, item->field->key);
  return is_scalar (value) && g_strcmp0 (lone_key (item->outer), item->field->key) == 0 ? value : NULL;
}

char *
sy_form_get_text (const SyFormItem *item, const SyChangeValue *value, gboolean *editable)
{
  const SyChangeValue *own = sy_form_get_own (item, value);

  *editable = item->kind != SY_FORM_LINK;
  if (own == NULL)
    return NULL;
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

SyChangeValue *
sy_form_make_scalar (const SyField *field, const char *text)
{
  gboolean word = !(field->accept & SY_ACCEPT_TEXT) && strstr (text, "${{") == NULL;

  return word ? sy_change_value_new_word (text) : sy_change_value_new_text (text);
}

gboolean
sy_form_check (const SyFormItem *item, const char *text, SyFormCheck check, gpointer data, GError **error)
{
  if (*text == '\0' || item->kind == SY_FORM_SHELL || item->kind == SY_FORM_EXPRESSION || item->kind == SY_FORM_LINK)
    return TRUE;
  return check (item->field, text, data, error);
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

/* `timeout: 10m` that gets a second key becomes an object. */
static void
put_in_object (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *old, SyChangeValue *now)
{
  g_auto (GStrv) path = sy_form_get_path (item, scope, FALSE), around = sy_form_get_path (item, scope, TRUE);
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

void
sy_form_put (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *old, SyChangeValue *now)
{
  g_auto (GStrv) path = item->outer == NULL ? sy_form_get_path (item, scope, FALSE) : NULL;

  if (item->outer != NULL)
    put_in_object (change, item, scope, old, now);
  else
    sy_change_set (change, (const char *const *) path, now);
}

/* The last key of an object takes the object with it. */
static void
remove_item (SyChange *change, const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *old)
{
  gboolean whole = item->outer != NULL && !(old->kind == SY_CHANGE_MAP && old->items->len > 2);
  g_auto (GStrv) path = sy_form_get_path (item, scope, whole);

  sy_change_remove (change, (const char *const *) path);
}

SyChange *
sy_form_change_new (const SyFormItem *item, const SyFormScope *scope, gboolean set)
{
  g_autofree char *name = g_strdup_printf (set ? _("Set %s of %s") : _("Clear %s of %s"), item->field->key, scope->name);

  return sy_change_new (name);
}

SyChange *
sy_form_change (const SyFormItem *item, const SyFormScope *scope, const SyChangeValue *value, const char *text)
{
  gboolean editable, clears = text == NULL || *text == '\0';
  const SyChangeValue *own = sy_form_get_own (item, value);
  g_autofree char *was = item->kind == SY_FORM_ROWS || item->kind == SY_FORM_MAP ? NULL : sy_form_get_text (item, value, &editable);
  SyChange *change;

  if (clears ? was == NULL && own == NULL : g_strcmp0 (was, text) == 0)
    return NULL;
  change = sy_form_change_new (item, scope, !clears);
  if (clears)
    remove_item (change, item, scope, value);
  else
    sy_form_put (change, item, scope, value, item->kind == SY_FORM_SHELL ? shell_value (own, text) : sy_form_make_scalar (item->field, text));
  return change;
}
