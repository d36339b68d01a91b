/* sy-dry-run.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-dry-run.h"

#include "core/base/sy-json-writer.h"
#include "core/model/sy-task-words.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_LINES 12           /* of a command */
#define MARGIN "      "

typedef struct
{
  const SyWorkflow *workflow;
  const SyExprContext *context;
  const guint8 *selected;       /* (nullable) */
  GString *out;
} Dry;

static gboolean
is_in (const Dry *dry, guint32 index)
{
  return dry->selected == NULL || dry->selected[index];
}

/* From 1; 0: not in the run. (transfer full) */
static guint *
find_waves (const Dry *dry, guint *n_waves)
{
  guint *waves = g_new0 (guint, MAX (dry->workflow->n_tasks, 1));

  *n_waves = 0;
  for (guint32 i = 0; i < dry->workflow->n_tasks; i++)
    {
      guint32 index = dry->workflow->topo[i];
      const SyTask *task = &dry->workflow->tasks[index];

      if (!is_in (dry, index))
        continue;
      waves[index] = 1;
      for (guint32 k = 0; k < task->n_needs; k++)
        waves[index] = MAX (waves[index], waves[task->needs[k].task] + 1);
      *n_waves = MAX (*n_waves, waves[index]);
    }
  return waves;
}

/* --- a task --- */

/* @sentence: with one %s, where @words go */
static void
say (Dry *dry, const char *sentence, const char *words)
{
  const char *at = strstr (sentence, "%s");

  g_string_append_printf (dry->out, MARGIN "%.*s%s%s\n", (int) (at - sentence), sentence, words, at + 2);
}

/* What stands alone elsewhere, in the middle of a line here. Takes @words */
static char *
go_on (char *words)
{
  if (words != NULL && g_ascii_islower (words[1]))
    words[0] = g_ascii_tolower (words[0]);
  return words;
}

/* Takes @words. (nullable): nothing is said */
static void
take (Dry *dry, const char *sentence, char *words)
{
  if (words != NULL)
    say (dry, sentence, words);
  g_free (words);
}

static void
say_needs (Dry *dry, const SyTask *task)
{
  g_autoptr (GString) names = g_string_new (NULL), left = g_string_new (NULL);

  for (guint32 i = 0; i < task->n_needs; i++)
    {
      GString *list = is_in (dry, task->needs[i].task) ? names : left;

      g_string_append_printf (list, "%s%s", list->len > 0 ? ", " : "", dry->workflow->tasks[task->needs[i].task].id);
    }
  if (names->len > 0)
    say (dry, _("after %s"), names->str);
  if (left->len > 0)
    say (dry, _("without waiting for %s (not in this run)"), left->str);
  if (task->join != NULL)
    take (dry, _("join: %s"), go_on (sy_task_words_join (task)));
}

static void
say_condition (Dry *dry, const SyTask *task)
{
  gboolean holds;

  if (!task->enabled)
    say (dry, "%s", _("disabled: it is skipped"));
  if (task->condition == NULL)
    return;
  if (!sy_expr_eval_condition (task->condition, dry->context, &holds, NULL))
    say (dry, _("only if %s"), task->condition);
  else
    say (dry, holds ? _("only if %s: so it is") : _("only if %s: so it is not, it is skipped"), task->condition);
}

/* The words of a command, each evaluated unless it hangs on another task; *whole: none does. (transfer full) (nullable): nothing is to be evaluated */
static char *
evaluate (Dry *dry, const SyTask *task, gboolean *whole)
{
  g_autoptr (GString) text = g_string_new (NULL);
  SyJson writer = sy_json_on (text);
  gboolean any = FALSE;

  *whole = TRUE;
  if (task->kind != SY_TASK_COMMAND)
    return NULL;
  sy_json_begin_object (&writer, NULL);
  sy_json_begin_array (&writer, "command");
  for (guint i = 0; i < task->n_argv; i++)
    {
      g_autofree char *word = task->argv[i].dynamic ? sy_template_render_scalar (task->argv[i].text, dry->context, NULL) : NULL;

      any = any || task->argv[i].dynamic;
      *whole = *whole && (word != NULL || !task->argv[i].dynamic);
      sy_json_string (&writer, NULL, word != NULL ? word : task->argv[i].text);
    }
  sy_json_end_array (&writer);
  sy_json_end_object (&writer);
  return any ? sy_task_words_command (task, text->str) : NULL;
}

static void
say_command (Dry *dry, guint32 index)
{
  const SyTask *task = &dry->workflow->tasks[index];
  gboolean whole;
  char *evaluated = evaluate (dry, task, &whole);
  g_autofree char *text = evaluated != NULL ? evaluated : sy_task_words_command (task, NULL);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  guint n = g_strv_length (lines);

  if (text == NULL)
    say (dry, "%s", _("joins, runs nothing"));
  for (guint i = 0; text != NULL && i < n && (i < MOST_LINES || n == MOST_LINES + 1); i++)
    g_string_append_printf (dry->out, MARGIN "%s%s\n", i == 0 ? "$ " : "  ", lines[i]);
  if (n > MOST_LINES + 1)
    {
      g_autofree char *more = sy_words_counted (n - MOST_LINES, "… and %s more line", "… and %s more lines");

      say (dry, "  %s", more);
    }
  if (!whole)
    say (dry, "%s", _("(what is in ${{ }} is known when it begins)"));
}

static void
say_task (Dry *dry, guint32 index)
{
  const SyTask *task = &dry->workflow->tasks[index];

  g_string_append_printf (dry->out, "  %s\n", task->id);
  say_needs (dry, task);
  say_condition (dry, task);
  take (dry, _("takes %s"), sy_task_words_resources (dry->workflow, task));
  take (dry, _("tried again: %s"), go_on (sy_task_words_retry (task)));
  take (dry, _("time limit: %s"), sy_task_words_timeout (task));
  say_command (dry, index);
}

/* --- the run --- */

static void
say_head (Dry *dry, const SyRunSettings *settings)
{
  const SyWorkflow *workflow = dry->workflow;

  for (guint i = 0; i < workflow->n_params; i++)
    {
      const SyParam *param = &workflow->params[i];
      const char *given = g_hash_table_lookup (settings->params, param->name), *text = given != NULL ? given : param->default_value;

      if (text != NULL)
        g_string_append_printf (dry->out, "%s = %s\n", param->name, param->type == SY_TYPE_SECRET ? "***" : text);
    }
}

static void
say_waves (Dry *dry)
{
  guint n_waves, n = 0;
  g_autofree guint *waves = find_waves (dry, &n_waves);
  g_autofree char *count = NULL;

  for (guint wave = 1; wave <= n_waves; wave++)
    {
      g_string_append_printf (dry->out, "%s", dry->out->len > 0 ? "\n" : "");
      g_string_append_printf (dry->out, _("Wave %u"), wave);
      g_string_append_c (dry->out, '\n');
      for (guint32 i = 0; i < dry->workflow->n_tasks; i++)
        if (waves[i] == wave)
          {
            say_task (dry, i);
            n++;
          }
    }
  count = sy_words_counted (n, "%s task would run; nothing was started", "%s tasks would run; nothing was started");
  g_string_append_printf (dry->out, "\n%s\n", count);
}

gboolean
sy_dry_run_say (const SyRunSettings *settings, const SyWorkflow *workflow, GString *out, GError **error)
{
  g_autofree guint8 *selected = sy_run_settings_select (settings, workflow, error);
  g_auto (GStrv) environment = g_get_environ ();
  SyRunContext context;
  Dry dry = { workflow, &context.context, selected, out };
  gboolean good;

  if (selected == NULL && settings->only != NULL)
    return FALSE;
  good = sy_run_context_init (&context, workflow, settings, (const char *const *) environment, "00000000-0000-0000-0000-000000000000",
                              _("(folder of the run)"), g_get_real_time (), error);
  if (good)
    {
      say_head (&dry, settings);
      say_waves (&dry);
    }
  sy_run_context_clear (&context);
  return good;
}
