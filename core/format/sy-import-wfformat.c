/* sy-import-wfformat.c: recorded runs in WfCommons' WfFormat, 1.4 and 1.5
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"
#include "core/model/sy-json.h"

#include <glib/gi18n.h>
#include <string.h>

/* A member of that type, or NULL; never a warning of the library */
static const SyJsonNode *
member (const SyJsonNode *object, const char *name, SyJsonType type)
{
  const SyJsonNode *node = sy_json_get (object, name);

  return sy_json_is (node, type) ? node : NULL;
}

static const SyJsonNode *
get_object (const SyJsonNode *object, const char *name)
{
  return member (object, name, SY_JSON_OBJECT);
}

static const SyJsonNode *
get_array (const SyJsonNode *object, const char *name)
{
  return member (object, name, SY_JSON_ARRAY);
}

static double
get_number (const SyJsonNode *object, const char *name, double otherwise)
{
  const SyJsonNode *node = sy_json_get (object, name);

  if (sy_json_is (node, SY_JSON_INT))
    return (double) node->integer;
  return sy_json_is (node, SY_JSON_FLOAT) ? node->number : otherwise;
}

static const SyJsonNode *
element_object (const SyJsonNode *array, guint i)
{
  const SyJsonNode *node = sy_json_at (array, i);

  return sy_json_is (node, SY_JSON_OBJECT) ? node : NULL;
}

/* The name by which parents and children call a task: the id (1.5), else the name */
static const char *
task_name (const SyJsonNode *object)
{
  const char *id = object ? sy_json_get_text (object, "id") : NULL;

  return id ? id : object ? sy_json_get_text (object, "name") : NULL;
}

static void
add_command (SyDraftTask *task, const SyJsonNode *command)
{
  const char *program = command ? sy_json_get_text (command, "program") : NULL;
  const SyJsonNode *arguments = command ? get_array (command, "arguments") : NULL;
  g_autoptr (GString) text = NULL;

  if (!program || !*program)
    return;
  text = g_string_new (program);
  for (guint i = 0; arguments && i < sy_json_length (arguments); i++)
    {
      const char *argument = sy_json_text (sy_json_at (arguments, i));

      if (argument)
        g_string_append_printf (text, " %s", argument);
    }
  sy_draft_task_add_extra (task, "x-command", text->str);
}

/* What was measured: from the task itself (1.4) or from its entry in `execution` (1.5) */
static void
add_execution (SyDraftTask *task, const SyJsonNode *object)
{
  double seconds = get_number (object, "runtimeInSeconds", get_number (object, "runtime", -1));

  if (seconds >= 0 && seconds <= 3e9)
    task->runtime_us = (gint64)(seconds * 1e6 + 0.5);
  add_command (task, get_object (object, "command"));
}

static gboolean
add_tasks (SyDraft *draft, const SyJsonNode *tasks)
{
  for (guint i = 0; i < sy_json_length (tasks); i++)
    {
      const SyJsonNode *object = element_object (tasks, i);
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
index_names (const SyJsonNode *tasks)
{
  GHashTable *names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < sy_json_length (tasks); i++)
    {
      const SyJsonNode *object = element_object (tasks, i);
      const char *name = object ? sy_json_get_text (object, "name") : NULL;

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
add_executions (SyDraft *draft, GHashTable *names, const SyJsonNode *tasks)
{
  for (guint i = 0; tasks && i < sy_json_length (tasks); i++)
    {
      const SyJsonNode *object = element_object (tasks, i);
      const char *name = task_name (object);
      guint index = find_task (draft, names, name);

      if (index != G_MAXUINT)
        add_execution (sy_draft_get (draft, index), object);
    }
}

static gboolean
add_links (SyDraft *draft, GHashTable *names, guint index, const SyJsonNode *others, gboolean are_parents)
{
  for (guint i = 0; others && i < sy_json_length (others); i++)
    {
      const char *name = sy_json_text (sy_json_at (others, i));
      guint other = find_task (draft, names, name);

      if (other == G_MAXUINT)
        return sy_draft_error (draft, 0, "task “%s” names “%s” as its %s, which is no task",
                               sy_draft_get (draft, index)->name, name ? name : "?",
                               are_parents ? _("parent") : _("child"));
      if (!sy_draft_connect (draft, are_parents ? other : index, are_parents ? index : other, 0))
        return FALSE;
    }
  return TRUE;
}

static gboolean
add_edges (SyDraft *draft, const SyJsonNode *tasks)
{
  g_autoptr (GHashTable) names = index_names (tasks);

  for (guint i = 0; i < sy_json_length (tasks); i++)
    {
      const SyJsonNode *object = element_object (tasks, i);

      if (!add_links (draft, names, i, get_array (object, "parents"), TRUE) ||
          !add_links (draft, names, i, get_array (object, "children"), FALSE))
        return FALSE;
    }
  return TRUE;
}

static gboolean
take_workflow (SyDraft *draft, const SyJsonNode *root)
{
  const SyJsonNode *workflow = get_object (root, "workflow"),
             *specification = get_object (workflow, "specification");
  const SyJsonNode *tasks = get_array (specification ? specification : workflow, "tasks");
  const char *name = sy_json_get_text (root, "name"), *description = sy_json_get_text (root, "description");
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
  g_autoptr (SyJsonNode) root = NULL;

  if (strlen (text) != length - bom)
    return sy_draft_error (draft, 0, "not JSON: it holds a NUL");
  if (!(root = sy_json_parse (text, &error)))
    return sy_draft_error (draft, 0, "%s", error->message);
  if (!sy_json_is (root, SY_JSON_OBJECT))
    return sy_draft_error (draft, 0, "no WfFormat: the JSON is no object");
  return take_workflow (draft, root);
}
