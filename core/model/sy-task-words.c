/* sy-task-words.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-task-words.h"

#include "core/model/sy-json.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

char *
sy_task_words_needs (const SyWorkflow *workflow, const SyTask *task)
{
  GString *text;

  if (task->n_needs == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint32 i = 0; i < task->n_needs && i < 8; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", workflow->tasks[task->needs[i].task].id);
  if (task->n_needs > 8)
    sy_words_more (text, _(" and %s more"), task->n_needs - 8);
  return g_string_free (text, FALSE);
}

char *
sy_task_words_join (const SyTask *task)
{
  static const char *const words[SY_N_JOIN_RULES] = {
    [SY_JOIN_ALL_SUCCESS] = N_("All must succeed"),     [SY_JOIN_ALL_DONE] = N_("All must end"),
    [SY_JOIN_ALL_FAILED] = N_("All must fail"),         [SY_JOIN_ONE_SUCCESS] = N_("One must succeed"),
    [SY_JOIN_ONE_FAILED] = N_("One must fail"),         [SY_JOIN_ONE_DONE] = N_("One must end"),
    [SY_JOIN_NONE_FAILED] = N_("None may fail"),
    [SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS] = N_("None may fail, one must succeed"),
  };
  const SyJoin *join = task->join;
  g_autofree char *quorum = NULL;

  if (task->n_needs < 2 && join == NULL)
    return NULL;
  if (join == NULL || join->rule != SY_JOIN_QUORUM)
    return g_strdup (_(words[join != NULL ? join->rule : SY_JOIN_ALL_SUCCESS]));
  quorum = g_strdup_printf (join->percent ? "%u\302\240%%" : "%u", join->quorum);
  if (join->rest_cancel)
    return g_strdup_printf (join->of_done ? _("%s of %u must end, the rest stops") : _("%s of %u must succeed, the rest stops"), quorum,
                            task->n_needs);
  return g_strdup_printf (join->of_done ? _("%s of %u must end") : _("%s of %u must succeed"), quorum, task->n_needs);
}

char *
sy_task_words_retry (const SyTask *task)
{
  const SyRetry *retry = task->retry;
  g_autofree char *delay = NULL;
  GString *text;

  if (retry == NULL || retry->limit == 0)
    return NULL;
  text = g_string_new (NULL);
  delay = sy_words_dup_duration (retry->delay_us);
  g_string_append_printf (text, _("Up to %u, %s"), retry->limit, delay);
  if (retry->backoff == 2)
    g_string_append (text, _(" doubling"));
  else if (retry->backoff != 1)
    g_string_append_printf (text, " × %g", retry->backoff);
  if (retry->jitter > 0)
    g_string_append_printf (text, ", ±%.0f %%", retry->jitter * 100);
  return g_string_free (text, FALSE);
}

char *
sy_task_words_timeout (const SyTask *task)
{
  GString *text;

  if (task->timeout == NULL)
    return NULL;
  text = g_string_new (NULL);
  if (task->timeout->attempt_us > 0)
    sy_words_duration (text, task->timeout->attempt_us);
  if (task->timeout->total_us > 0)
    {
      g_autofree char *time = sy_words_dup_duration (task->timeout->total_us);

      g_string_append_printf (text, text->len > 0 ? _(" · in all %s") : _("In all %s"), time);
    }
  if (task->timeout->no_output_us > 0)
    {
      g_autofree char *time = sy_words_dup_duration (task->timeout->no_output_us);

      g_string_append_printf (text, text->len > 0 ? _(" · silent %s") : _("Silent %s"), time);
    }
  return g_string_free (text, text->len == 0);
}

char *
sy_task_words_resources (const SyWorkflow *workflow, const SyTask *task)
{
  const SyResources *resources = task->resources;
  GString *text;

  if (resources == NULL)
    return NULL;
  text = g_string_new (NULL);
  if (resources->milli_cpu > 0)
    g_string_append_printf (text, ngettext ("%g CPU", "%g CPUs", resources->milli_cpu == 1000 ? 1 : 2), resources->milli_cpu / 1000.0);
  if (resources->memory > 0)
    {
      g_string_append (text, text->len > 0 ? " · " : "");
      sy_words_size (text, resources->memory);
    }
  for (guint32 i = 0; i < resources->n_pools; i++)
    g_string_append_printf (text, "%s%u %s", text->len > 0 ? " · " : "", resources->pools[i].count,
                            workflow->pools[resources->pools[i].pool].name);
  return g_string_free (text, text->len == 0);
}

char *
sy_task_words_condition (const SyTask *task)
{
  return g_strdup (task->condition);
}

static void
append_word (GString *text, const char *word)
{
  g_autofree char *quoted = *word == '\0' || strpbrk (word, " \t\n\"'\\$`*?[]{}()<>|&;#~!") != NULL ? g_shell_quote (word) : NULL;

  g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", quoted != NULL ? quoted : word);
}

/* (nullable): {"run":TEXT} or {"command":[…]} as text */
static char *
edited_text (const char *json)
{
  g_autoptr (SyJsonNode) object = sy_json_parse (json, NULL);
  const SyJsonNode *command = sy_json_get (object, "command");
  const char *run = sy_json_get_text (object, "run");
  GString *text;

  if (run != NULL)
    return g_strchomp (g_strdup (run));
  if (!sy_json_is (command, SY_JSON_ARRAY))
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < sy_json_length (command); i++)
    if (sy_json_text (sy_json_at (command, i)) != NULL)
      append_word (text, sy_json_text (sy_json_at (command, i)));
  return g_string_free (text, FALSE);
}

char *
sy_task_words_command (const SyTask *task, const char *edited)
{
  char *text = edited != NULL ? edited_text (edited) : NULL;
  GString *words;

  if (text != NULL || task->kind == SY_TASK_JOIN)
    return text;
  if (task->kind == SY_TASK_RUN)
    return g_strchomp (g_strdup (task->run.text));
  words = g_string_new (NULL);
  for (guint32 i = 0; i < task->n_argv; i++)
    append_word (words, task->argv[i].text);
  return g_string_free (words, FALSE);
}

char *
sy_task_words_outputs (const char *outputs)
{
  g_autoptr (SyJsonNode) object = outputs != NULL ? sy_json_parse (outputs, NULL) : NULL;
  GString *text;

  if (sy_json_length (object) == 0)
    return NULL;
  text = g_string_new (NULL);
  for (guint i = 0; i < sy_json_length (object); i++)
    {
      const SyJsonNode *value = sy_json_at (object, i);

      g_string_append_printf (text, "%s%s = ", i > 0 ? "\n" : "", value->name);
      if (sy_json_text (value) != NULL)
        g_string_append (text, sy_json_text (value));
      else
        sy_json_append (text, value);
    }
  return g_string_free (text, FALSE);
}

char *
sy_task_words_consequence (const SyRunState *state, guint32 index)
{
  guint32 number = state->workflow->tasks[index].number, n = 0, first = 0;
  GString *text;

  for (guint32 i = state->workflow->n_tasks; i > 0; i--)
    {
      const SyTaskState *task = sy_run_state_at (state, i - 1);

      if ((task->state != SY_STATE_UPSTREAM_FAILED && task->name != SY_NAME_UPSTREAM_LOST) || task->cause != number)
        continue;
      first = i - 1;
      n++;
    }
  if (n == 0)
    return NULL;
  text = g_string_new (NULL);
  g_string_append_printf (text, _("Blocks %s"), state->workflow->tasks[first].id);
  if (n > 1)
    sy_words_more (text, _(" and %s more"), n - 1);
  return g_string_free (g_string_append_c (text, '.'), FALSE);
}
