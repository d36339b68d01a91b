/* sy-task-digest.c: has the definition of a task changed?
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-task-digest.h"

#include "core/base/sy-json-writer.h"

static void
write_text (SyJson *json, const char *key, SyText text)
{
  if (text.text != NULL)
    sy_json_string (json, key, text.text);
}

static void
write_texts (SyJson *json, const char *key, const SyText *texts, guint n)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < n; i++)
    sy_json_string (json, NULL, texts[i].text);
  sy_json_end_array (json);
}

static void
write_env (SyJson *json, const char *key, const SyEnv *env)
{
  sy_json_begin_object (json, key);
  for (guint i = 0; env != NULL && i < env->n; i++)
    write_text (json, env->vars[i].name, env->vars[i].value);
  sy_json_end_object (json);
}

static void
write_codes (SyJson *json, const char *key, const SyCodeSet *codes)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < G_N_ELEMENTS (codes->bits); i++)
    sy_json_int (json, NULL, codes->bits[i]);
  sy_json_end_array (json);
}

static void
write_numbers (SyJson *json, const char *key, const gint64 *numbers, guint n)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < n; i++)
    sy_json_int (json, NULL, numbers[i]);
  sy_json_end_array (json);
}

static void
write_needs (SyJson *json, const SyWorkflow *workflow, const SyTask *task)
{
  sy_json_begin_object (json, "needs");
  for (guint32 i = 0; i < task->n_needs; i++)
    sy_json_int (json, workflow->tasks[task->needs[i].task].id, task->needs[i].tolerate);
  sy_json_end_object (json);
}

static void
write_policies (SyJson *json, const SyTask *task)
{
  if (task->join != NULL)
    write_numbers (json, "join",
                   (gint64[]){ task->join->rule, task->join->quorum, task->join->percent, task->join->of_done,
                               task->join->rest_cancel },
                   5);
  if (task->retry != NULL)
    {
      write_numbers (json, "retry",
                     (gint64[]){ task->retry->limit, task->retry->delay_us, task->retry->backoff * 1000,
                                 task->retry->max_delay_us, task->retry->jitter * 1000, task->retry->on },
                     6);
      write_codes (json, "retry_codes", &task->retry->codes);
    }
  if (task->timeout != NULL)
    write_numbers (json, "timeout",
                   (gint64[]){ task->timeout->attempt_us, task->timeout->total_us, task->timeout->no_output_us }, 3);
  if (task->stop != NULL)
    write_numbers (json, "stop", (gint64[]){ task->stop->signal, task->stop->grace_us }, 2);
  if (task->exit != NULL)
    {
      write_codes (json, "succeeded", &task->exit->succeeded);
      write_codes (json, "warned", &task->exit->warned);
      write_codes (json, "skipped", &task->exit->skipped);
    }
}

static void
write_resources (SyJson *json, const SyWorkflow *workflow, const SyResources *resources)
{
  sy_json_begin_object (json, "resources");
  sy_json_int (json, "cpu", resources->milli_cpu);
  sy_json_int (json, "memory", resources->memory);
  for (guint32 i = 0; i < resources->n_pools; i++)
    sy_json_int (json, workflow->pools[resources->pools[i].pool].name, resources->pools[i].count);
  sy_json_end_object (json);
}

static void
write_strings (SyJson *json, const char *key, const SyStrings *strings)
{
  sy_json_begin_array (json, key);
  for (guint i = 0; i < strings->n; i++)
    sy_json_string (json, NULL, strings->items[i]);
  sy_json_end_array (json);
}

static void
write_extra (SyJson *json, const SyTaskExtra *extra)
{
  write_text (json, "stdin", extra->stdin_file);
  sy_json_begin_object (json, "outputs");
  for (guint i = 0; i < extra->n_outputs; i++)
    sy_json_int (json, extra->outputs[i].name, extra->outputs[i].type);
  sy_json_end_object (json);
  write_strings (json, "reads", &extra->reads);
  write_strings (json, "writes", &extra->writes);
  sy_json_begin_array (json, "late");
  for (guint i = 0; i < extra->n_late; i++)
    sy_json_string (json, NULL, extra->late[i].text);
  sy_json_end_array (json);
  write_numbers (json, "flags",
                 (gint64[]){ extra->writes_durable, extra->streams_split, extra->stragglers_keep }, 3);
}

char *
sy_task_digest (const SyWorkflow *workflow, guint32 index)
{
  const SyTask *task = &workflow->tasks[index];
  GString *out = g_string_new (NULL);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  write_numbers (&json, "task", (gint64[]){ task->kind, task->on_lost, task->enabled, task->priority, task->sleep_us }, 5);
  write_text (&json, "run", task->run);
  write_texts (&json, "command", task->argv, task->n_argv);
  write_texts (&json, "shell", task->shell != NULL ? task->shell : workflow->shell,
               task->shell != NULL ? task->n_shell : workflow->n_shell);
  sy_json_string (&json, "if", task->condition);
  write_text (&json, "dir", task->dir.text != NULL ? task->dir : workflow->dir);
  write_env (&json, "file_env", workflow->env);
  write_env (&json, "env", task->env);
  write_needs (&json, workflow, task);
  write_policies (&json, task);
  if (task->resources != NULL)
    write_resources (&json, workflow, task->resources);
  if (task->extra != NULL)
    write_extra (&json, task->extra);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

GStrv
sy_workflow_changed_tasks (const SyWorkflow *before, const SyWorkflow *now)
{
  g_autoptr (GStrvBuilder) changed = g_strv_builder_new ();

  for (guint32 i = 0; i < now->n_tasks; i++)
    {
      guint32 old = sy_workflow_find (before, now->tasks[i].id);
      g_autofree char *here = sy_task_digest (now, i);
      g_autofree char *there = old != SY_NO_TASK ? sy_task_digest (before, old) : NULL;

      if (g_strcmp0 (here, there) != 0)
        g_strv_builder_add (changed, now->tasks[i].id);
    }
  return g_strv_builder_end (changed);
}
