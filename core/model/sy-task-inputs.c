/* sy-task-inputs.c: the content of $SWITCHYARD_INPUTS
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-task-values.h"

#include <sys/wait.h>

#include "core/model/sy-expr-private.h"

static JsonNode *
value_to_node (const SyValue *value)
{
  JsonNode *node = json_node_alloc ();

  switch (value->type)
    {
    case SY_VALUE_BOOL:
      return json_node_init_boolean (node, value->boolean);
    case SY_VALUE_INT:
      return json_node_init_int (node, value->integer);
    case SY_VALUE_FLOAT:
      return json_node_init_double (node, value->number);
    case SY_VALUE_STRING:
      return json_node_init_string (node, value->string);
    case SY_VALUE_JSON:
      {
        JsonNode *parsed = sy_json_parse (value->string, NULL);

        if (parsed == NULL)
          break;
        json_node_unref (node);
        return parsed;
      }
    case SY_VALUE_NULL:
    default:
      break;
    }
  return json_node_init_null (node);
}

static JsonObject *
params_object (const SyWorkflow *workflow, const SyExprContext *context)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < workflow->n_params; i++)
    {
      g_auto (SyValue) value = { .type = SY_VALUE_NULL };

      if (workflow->params[i].type == SY_TYPE_SECRET)
        continue;
      if (context != NULL && context->param != NULL)
        context->param (context->data, workflow->params[i].name, &value);
      json_object_set_member (object, workflow->params[i].name, value_to_node (&value));
    }
  return object;
}

static JsonObject *
run_object (const SyRunState *state, const char *run_id, const SyExprContext *context)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", run_id);
  json_object_set_string_member (object, "state", sy_run_status_to_string (state->status));
  json_object_set_object_member (object, "params", params_object (state->workflow, context));
  return object;
}

static void
set_text_or_null (JsonObject *object, const char *key, char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, key, text);
  else
    json_object_set_null_member (object, key);
  g_free (text);
}

static JsonObject *
task_object (const SyRunState *state, guint32 index, SyArtifactsFunc artifacts, gpointer data)
{
  const SyTask *task = &state->workflow->tasks[index];
  const SyTaskState *at = sy_run_state_at (state, index);
  JsonObject *object = json_object_new ();
  JsonNode *outputs = at->outputs ? sy_json_parse (at->outputs, NULL) : NULL;

  json_object_set_string_member (object, "id", task->id);
  json_object_set_string_member (object, "state", sy_state_to_string ((SyState) at->state));
  json_object_set_string_member (object, "reason", sy_name_to_string ((SyName) at->name));
  if (at->attempt > 0 && at->exit_status >= 0 && WIFEXITED (at->exit_status))
    json_object_set_int_member (object, "exit", WEXITSTATUS (at->exit_status));
  else
    json_object_set_null_member (object, "exit");
  json_object_set_member (object, "outputs", outputs ? outputs : json_node_init_null (json_node_alloc ()));
  set_text_or_null (object, "artifacts",
                    artifacts != NULL && at->attempt > 0 ? artifacts (task->number, at->attempt, data) : NULL);
  json_object_set_null_member (object, "items");
  return object;
}

/* Ended ones by their last event, then the open ones, each in file order. */
static int
compare_completion (gconstpointer a, gconstpointer b, gpointer data)
{
  const SyRunState *state = data;
  guint32 one = *(const guint32 *) a, two = *(const guint32 *) b;
  const SyTaskState *at_one = sy_run_state_at (state, one), *at_two = sy_run_state_at (state, two);
  gboolean over_one = sy_state_is_terminal ((SyState) at_one->state);
  gboolean over_two = sy_state_is_terminal ((SyState) at_two->state);

  if (over_one != over_two)
    return over_one ? -1 : 1;
  if (over_one && at_one->last_seq != at_two->last_seq)
    return at_one->last_seq < at_two->last_seq ? -1 : 1;
  return one < two ? -1 : one > two;
}

static JsonArray *
needs_array (const SyRunState *state, guint32 index, SyArtifactsFunc artifacts, gpointer data)
{
  const SyWorkflow *workflow = state->workflow;
  const SyTask *task = index != SY_NO_TASK ? &workflow->tasks[index] : NULL;
  guint32 n = task ? task->n_needs : workflow->n_tasks;
  g_autofree guint32 *indices = g_new (guint32, MAX (n, 1));
  JsonArray *array = json_array_sized_new (n);

  for (guint32 i = 0; i < n; i++)
    indices[i] = task ? task->needs[i].task : i;
  g_qsort_with_data (indices, (gint) n, sizeof (guint32), compare_completion, (gpointer) state);
  for (guint32 i = 0; i < n; i++)
    json_array_add_object_element (array, task_object (state, indices[i], artifacts, data));
  return array;
}

char *
sy_task_inputs_json (const SyRunState *state, guint32 index, const char *run_id, const SyExprContext *context,
                     SyArtifactsFunc artifacts, gpointer data)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) node = json_node_alloc ();
  GString *text = g_string_new (NULL);

  json_object_set_int_member (object, "v", 1);
  json_object_set_object_member (object, "run", run_object (state, run_id, context));
  json_object_set_array_member (object, "needs", needs_array (state, index, artifacts, data));
  json_node_take_object (json_node_init (node, JSON_NODE_OBJECT), object);
  sy_json_append (text, node);
  return g_string_free (text, FALSE);
}
