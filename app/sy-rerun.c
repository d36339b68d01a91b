/* sy-rerun.c: what a re-run would do, as text and as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-rerun.h"

#include "app/sy-command.h"
#include "app/sy-words.h"

const char *
sy_rerun_scope_word (SyRerunScope scope)
{
  static const char *const words[] = { "failed", "task", "from", "branch", "current_file" };

  return words[scope];
}

const char *
sy_rerun_running_word (SyRerunRunning running)
{
  static const char *const words[] = { "refuse", "stop_first", "then_again" };

  return words[running];
}

gboolean
sy_rerun_resolve (SyRunView *view, const SyRerunWish *wish, GArray *numbers, GError **error)
{
  for (guint i = 0; wish->ids != NULL && wish->ids[i] != NULL; i++)
    {
      guint32 number = sy_run_view_find_task (view, wish->ids[i], error);

      if (number == 0)
        return FALSE;
      g_array_append_val (numbers, number);
    }
  return TRUE;
}

/* Files that tasks declare to write and that were written before: paths as declared */
static void
write_overwrites (SyJson *json, SyRunView *view, const SyRerunPlan *plan)
{
  const SyWorkflow *workflow = view->state->workflow;

  sy_json_begin_array (json, "overwrites");
  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);
      guint32 index = sy_workflow_find_number (workflow, item->task);
      const SyTaskExtra *extra = index != SY_NO_TASK ? workflow->tasks[index].extra : NULL;

      for (guint k = 0; item->again && extra != NULL && k < extra->writes.n; k++)
        sy_json_string (json, NULL, extra->writes.items[k]);
    }
  sy_json_end_array (json);
}

static GStrv
changed_env (SyRunView *view)
{
  g_auto (GStrv) env = g_get_environ ();

  if (!sy_run_status_is_final (view->state->status))
    return NULL;
  return sy_run_settings_changed_env (view->settings, view->meta.uuid, (const char *const *) env);
}

static void
write_ids (SyJson *json, const char *key, SyRunView *view, const GArray *numbers)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < numbers->len; i++)
    sy_json_string (json, NULL, sy_run_view_task_id (view, g_array_index (numbers, guint32, i)));
  sy_json_end_array (json);
}

/* Why @item runs, if it follows none that does */
static const char *
reason_of (SyRunView *view, const SyRerunWish *wish, const SyRerunItem *item)
{
  if (wish->changed == NULL || !g_strv_contains ((const char *const *) wish->changed, sy_run_view_task_id (view, item->task)))
    return "asked for";
  return sy_run_view_get_task (view, item->task)->state == SY_STATE_PENDING ? "new in the file" : "changed in the file";
}

static void
write_will_run (SyJson *json, SyRunView *view, const SyRerunWish *wish, const SyRerunPlan *plan)
{
  sy_json_begin_array (json, "will_run");
  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);
      g_autofree char *because = item->because != 0
                                     ? g_strdup_printf ("after %s", sy_run_view_task_id (view, item->because))
                                     : g_strdup (reason_of (view, wish, item));

      sy_json_begin_object (json, NULL);
      sy_json_string (json, "task", sy_run_view_task_id (view, item->task));
      sy_json_int (json, "order", item->order);
      sy_json_bool (json, "again", item->again);
      sy_json_string (json, "because", because);
      sy_json_end_object (json);
    }
  sy_json_end_array (json);
}

static void
print_json (SyRunView *view, const SyRerunWish *wish, const SyRerunPlan *plan)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autofree char *digest = sy_rerun_digest (view->state, plan);
  g_auto (GStrv) env = changed_env (view);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "run", view->meta.uuid);
  sy_json_int (&json, "seq", view->state->seq);
  sy_json_string (&json, "digest", digest);
  sy_json_string (&json, "scope", sy_rerun_scope_word (wish->scope));
  write_will_run (&json, view, wish, plan);
  write_ids (&json, "running_now", view, plan->running_now);
  write_ids (&json, "reused", view, plan->reused);
  write_ids (&json, "stays", view, plan->stays);
  write_ids (&json, "stale", view, plan->stale);
  write_overwrites (&json, view, plan);
  sy_json_begin_array (&json, "env_changed");
  for (guint i = 0; env != NULL && env[i] != NULL; i++)
    sy_json_string (&json, NULL, env[i]);
  sy_json_end_array (&json);
  sy_json_int_or_null (&json, "expected_us", plan->expected_us, -1);
  sy_json_begin_array (&json, "refused");
  for (guint i = 0; i < plan->refused->len; i++)
    {
      const SyRerunRefusal *refusal = &g_array_index (plan->refused, SyRerunRefusal, i);

      sy_json_begin_object (&json, NULL);
      sy_json_string (&json, "task", sy_run_view_task_id (view, refusal->task));
      sy_json_string (&json, "why", refusal->why);
      sy_json_end_object (&json);
    }
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
  sy_out (out);
}

static void
say_ids (GString *out, const char *title, SyRunView *view, const GArray *numbers)
{
  if (numbers->len == 0)
    return;
  sy_say_count (g_string_append (g_string_append (out, title), " ("), numbers->len);
  g_string_append (out, "):");
  for (guint i = 0; i < numbers->len && i < 20; i++)
    g_string_append_printf (out, " %s", sy_run_view_task_id (view, g_array_index (numbers, guint32, i)));
  g_string_append (out, numbers->len > 20 ? " …\n" : "\n");
}

static void
say_will_run (GString *out, SyRunView *view, const SyRerunWish *wish, const SyRerunPlan *plan)
{
  sy_say_count (g_string_append (out, "Will run ("), plan->will_run->len);
  g_string_append (out, "):\n");
  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);
      const char *reason = reason_of (view, wish, item);

      g_string_append_printf (out, "  %s%s", sy_run_view_task_id (view, item->task),
                              item->again ? ", again (was done)" : "");
      if (item->because != 0)
        g_string_append_printf (out, ", after %s", sy_run_view_task_id (view, item->because));
      else if (!g_str_equal (reason, "asked for"))
        g_string_append_printf (out, ", %s", reason);
      g_string_append_c (out, '\n');
    }
}

static void
say_nothing_runs (GString *out, SyRunView *view, const SyRerunWish *wish)
{
  g_string_append_printf (out, "Nothing would run: no task has failed%s\n",
                          wish->scope == SY_RERUN_CURRENT_FILE ? ", and none has changed in the file" : "");
  if (sy_run_view_is_interrupted (view))
    g_string_append_printf (out, "The run has no runner; to go on with what is left: switchyard resume %.8s\n", view->meta.uuid);
  else
    g_string_append (out, "To run again what is done: --from TASK, --task TASK\n");
}

static void
print_text (SyRunView *view, const SyRerunWish *wish, const SyRerunPlan *plan)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) env = changed_env (view);

  if (plan->will_run->len == 0 && plan->refused->len == 0)
    {
      say_nothing_runs (out, view, wish);
      sy_out (out);
      return;
    }
  say_will_run (out, view, wish, plan);
  say_ids (out, "Running now", view, plan->running_now);
  say_ids (out, "Reused, done already", view, plan->reused);
  say_ids (out, "Stays as it is", view, plan->stays);
  say_ids (out, "Stale then, done from what there was before", view, plan->stale);
  for (guint i = 0; i < plan->refused->len; i++)
    {
      const SyRerunRefusal *refusal = &g_array_index (plan->refused, SyRerunRefusal, i);

      g_string_append_printf (out, "Refused: %s: %s\n", sy_run_view_task_id (view, refusal->task), refusal->why);
    }
  if (env != NULL && env[0] != NULL)
    {
      g_autofree char *names = g_strjoinv (", ", env);

      g_string_append_printf (out, "Environment that has changed since: %s\n", names);
    }
  if (plan->expected_us >= 0)
    g_string_append_c (sy_say_duration (g_string_append (out, "Takes about "), plan->expected_us), '\n');
  sy_out (out);
}

gboolean
sy_rerun_print_preview (SyRunView *view, const SyRerunWish *wish, gboolean as_json, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (SyRerunPlan) plan = NULL;
  SyRerunRequest request = { .scope = wish->scope, .running = wish->running };

  if (!sy_rerun_resolve (view, wish, numbers, error))
    return FALSE;
  request.tasks = (const guint32 *) numbers->data;
  request.n_tasks = numbers->len;
  plan = sy_rerun_preview (view->state, &request, view->expected_us, error);
  if (plan == NULL)
    return FALSE;
  if (as_json)
    print_json (view, wish, plan);
  else
    print_text (view, wish, plan);
  return TRUE;
}
