/* sy-import-wfformat.c: recorded runs in WfCommons' WfFormat, 1.4 and 1.5
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"
#include "core/model/sy-json.h"

#include <string.h>

/* A member of that type, or NULL; never a warning of the library */
static JsonNode *
member (JsonObject *object, const char *name, JsonNodeType type)
{
  JsonNode *node = object ? json_object_get_member (object, name) : NULL;

  return node && json_node_get_node_type (node) == type ? node : NULL;
}

static JsonObject *
get_object (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name, JSON_NODE_OBJECT);

  return node ? json_node_get_object (node) : NULL;
}

static JsonArray *
get_array (JsonObject *object, const char *name)
{
  JsonNode *node = member (object, name, JSON_NODE_ARRAY);

  return node ? json_node_get_array (node) : NULL;
}

static const char *
node_string (JsonNode *node)
{
  return node && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static const char *
get_string (JsonObject *object, const char *name)
{
  return node_string (member (object, name, JSON_NODE_VALUE));
}

static double
get_number (JsonObject *object, const char *name, double otherwise)
{
  JsonNode *node = member (object, name, JSON_NODE_VALUE);
  GType type = node ? json_node_get_value_type (node) : G_TYPE_NONE;

  if (type == G_TYPE_INT64)
    return (double)json_node_get_int (node);
  return type == G_TYPE_DOUBLE ? json_node_get_double (node) : otherwise;
}

static JsonObject *
element_object (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* The name by which parents and children call a task: the id (1.5), else the name */
static const char *
task_name (JsonObject *object)
{
  const char *id = object ? get_string (object, "id") : NULL;

  return id ? id : object ? get_string (object, "name") : NULL;
}

static void
add_command (SyDraftTask *task, JsonObject *command)
{
  const char *program = command ? get_string (command, "program") : NULL;
  JsonArray *arguments = command ? get_array (command, "arguments") : NULL;
  g_autoptr (GString) text = NULL;

  if (!program || !*program)
    return;
  text = g_string_new (program);
  for (guint i = 0; arguments && i < json_array_get_length (arguments); i++)
    {
      const char *argument = node_string (json_array_get_element (arguments, i));

      if (argument)
        g_string_append_printf (text, " %s", argument);
    }
  sy_draft_task_add_extra (task, "x-command", text->str);
}

/* What was measured: from the task itself (1.4) or from its entry in `execution` (1.5) */
static void
add_execution (SyDraftTask *task, JsonObject *object)
{
  double seconds = get_number (object, "runtimeInSeconds", get_number (object, "runtime", -1));

  if (seconds >= 0 && seconds <= 3e9)
    task->runtime_us = (gint64)(seconds * 1e6 + 0.5);
  add_command (task, get_object (object, "command"));
}

static gboolean
add_tasks (SyDraft *draft, JsonArray *tasks)
{
  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *object = element_object (tasks, i);
      const char *name = task_name (object);
      SyDraftTask *task;

      if (!name)
        return sy_draft_error (draft, 0, "task %u has neither id nor name", i + 1);
      if (!(task = sy_draft_add (draft, name, name, 0)))
        return FALSE;
      add_execution (task, object);
    }
  return TRUE;
}

/* Names of tasks that have an id too, and no other task has the name: 1.4 links by either. name -> index + 1, 0: two have it */
static GHashTable *
index_names (JsonArray *tasks)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *object = element_object (tasks, i);
      const char *name = object ? get_string (object, "name") : NULL;

      if (name)
        g_hash_table_insert (names, (gpointer)name,
                             GUINT_TO_POINTER (g_hash_table_contains (names, name) ? 0 : i + 1));
    }
  return names;
}

static guint
find_task (SyDraft *draft, GHashTable *names, const char *name)
{
  guint index = name ? sy_draft_find (draft, name) : G_MAXUINT;
  guint named = name ? GPOINTER_TO_UINT (g_hash_table_lookup (names, name)) : 0;

  return index == G_MAXUINT && named > 0 ? named - 1 : index;
}

static void
add_executions (SyDraft *draft, GHashTable *names, JsonArray *tasks)
{
  for (guint i = 0; tasks && i < json_array_get_length (tasks); i++)
    {
      JsonObject *object = element_object (tasks, i);
      const char *name = task_name (object);
      guint index = find_task (draft, names, name);

      if (index != G_MAXUINT)
        add_execution (sy_draft_get (draft, index), object);
    }
}

static gboolean
add_links (SyDraft *draft, GHashTable *names, guint index, JsonArray *others, gboolean are_parents)
{
  for (guint i = 0; others && i < json_array_get_length (others); i++)
    {
      const char *name = node_string (json_array_get_element (others, i));
      guint other = find_task (draft, names, name);

      if (other == G_MAXUINT)
        return sy_draft_error (draft, 0, "task “%s” names “%s” as its %s, which is no task",
                               sy_draft_get (draft, index)->name, name ? name : "?",
                               are_parents ? "parent" : "child");
      if (!sy_draft_connect (draft, are_parents ? other : index, are_parents ? index : other, 0))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_edges (SyDraft *draft, JsonArray *tasks)
{
  g_autoptr (GHashTable) names = index_names (tasks);

  for (guint i = 0; i < json_array_get_length (tasks); i++)
    {
      JsonObject *object = element_object (tasks, i);

      if (!add_links (draft, names, i, get_array (object, "parents"), TRUE) ||
          !add_links (draft, names, i, get_array (object, "children"), FALSE))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_workflow (SyDraft *draft, JsonObject *root)
{
  JsonObject *workflow = get_object (root, "workflow"),
             *specification = get_object (workflow, "specification");
  JsonArray *tasks = get_array (specification ? specification : workflow, "tasks");
  const char *name = get_string (root, "name"), *description = get_string (root, "description");
  g_autoptr (GHashTable) names = NULL;
  guint unknown = 0;

  if (!tasks && !specification)
    tasks = get_array (workflow, "jobs");
  if (!tasks)
    return sy_draft_error (
        draft, 0,
        "no WfFormat: neither workflow.specification.tasks (1.5) nor workflow.tasks (1.4) is there");
  if (name && *name)
    {
      g_free (draft->name);
      draft->name = g_strdup (name);
    }
  draft->description = g_strdup (description);
  if (!add_tasks (draft, tasks) || !add_edges (draft, tasks))
    return FALSE;
  names = index_names (tasks);
  add_executions (draft, names, get_array (get_object (workflow, "execution"), "tasks"));
  for (guint i = 0; i < draft->tasks->len; i++)
    unknown += sy_draft_get (draft, i)->runtime_us < 0;
  sy_draft_lost (draft, 0,
                 "the commands ran elsewhere: they are kept as x-command, and tasks do nothing but, with "
                 "--time-scale, sleep their recorded x-runtime");
  sy_draft_lost (draft, 0, "files, machines, and measured CPU, memory and I/O");
  if (unknown > 0)
    sy_draft_lost (draft, 0, "%u tasks have no recorded runtime", unknown);
  return TRUE;
}

gboolean
sy_import_wfformat (SyDraft *draft)
{
  gsize length, bom = sy_source_bom (draft->source);
  const char *data = sy_source_get_data (draft->source, &length);
  g_autofree char *text = g_strndup (data + bom, length - bom);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;

  if (strlen (text) != length - bom)
    return sy_draft_error (draft, 0, "not JSON: it holds a NUL");
  if (!(root = sy_json_parse (text, &error)))
    return sy_draft_error (draft, 0, "%s", error->message);
  if (!JSON_NODE_HOLDS_OBJECT (root))
    return sy_draft_error (draft, 0, "no WfFormat: the JSON is no object");
  return take_workflow (draft, json_node_get_object (root));
}
