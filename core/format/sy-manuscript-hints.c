/* sy-manuscript-hints.c: what is no mistake, but is rarely meant; told to who draws, not to who runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-manuscript-private.h"

#include <string.h>

/* Whether @text calls @program: at its start, or behind what ends a command or a word */
static gboolean
calls (const char *text, const char *program)
{
  gsize length = strlen (program);

  for (const char *at = strstr (text, program); at != NULL; at = strstr (at + 1, program))
    {
      gboolean begins = at == text || strchr (" \t\n;|&($`/", at[-1]) != NULL;

      if (begins && (at[length] == '\0' || strchr (" \t\n;|&)", at[length]) != NULL))
        return TRUE;
    }
  return FALSE;
}

static const char *
find_call (const SyTask *task, const char *const *programs)
{
  for (guint i = 0; programs[i] != NULL; i++)
    if (task->kind == SY_TASK_RUN ? calls (task->run.text, programs[i])
                                  : task->kind == SY_TASK_COMMAND && task->n_argv > 0 && calls (task->argv[0].text, programs[i]))
      return programs[i];
  return NULL;
}

static void
hint (SyDesignRevision *revision, const SyTask *task, const char *code, char *message, const char *advice)
{
  SyDesignProblem *problem = sy_design_revision_add_problem (revision);
  const char *const path[] = { "tasks", task->id, NULL };

  problem->code = code;
  problem->message = message;
  problem->hint = g_strdup (advice);
  problem->task = g_strdup (task->id);
  problem->path = g_strdupv ((char **) path);
  problem->line = task->line;
  problem->column = task->column;
  if (revision->tree == NULL || !sy_manuscript_get_range (revision->tree, path, &problem->start, &problem->end))
    return;
  problem->end = problem->start + strlen (task->id);
}

static void
hint_task (SyDesignRevision *revision, const SyTask *task)
{
  static const char *const network[] = { "curl", "wget", "scp", "rsync", "ssh", "sftp", "ftp", NULL };
  static const char *const effects[] = { "mail", "sendmail", "git push", "kubectl apply", "curl -X POST", "curl -d", NULL };
  const char *program = find_call (task, network), *effect = find_call (task, effects);
  gboolean retries = task->retry != NULL && task->retry->limit > 0;

  if (program != NULL && task->timeout == NULL)
    hint (revision, task, "no-timeout", g_strdup_printf ("“%s” talks to the network and has no time limit", program),
          "timeout: 10m ends it when the other side does not answer");
  if (effect != NULL && retries)
    hint (revision, task, "retry-repeats", g_strdup_printf ("it is tried again after a failure: “%s” may then have its effect twice", effect),
          "use $SWITCHYARD_IDEMPOTENCY_KEY where the other side knows such keys, or retry only what is safe");
}

void
sy_manuscript_add_hints (SyDesignRevision *revision)
{
  for (guint32 i = 0; i < revision->workflow->n_tasks; i++)
    if (revision->workflow->tasks[i].enabled)
      hint_task (revision, &revision->workflow->tasks[i]);
}
