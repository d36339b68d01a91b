/* sy-import-script.c: what a DAGMan node runs: its jobs with the PRE and POST scripts around them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <glib/gi18n.h>
#include <string.h>

static char *
shell_words (const GPtrArray *words)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < words->len; i++)
    {
      const char *word = g_ptr_array_index (words, i);
      g_autofree char *quoted = g_shell_quote (word);
      gboolean bare =
          *word != '\0' &&
          word[strspn (word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+-")] ==
              '\0';

      g_string_append_printf (out, "%s%s", i > 0 ? " " : "", bare ? word : quoted);
    }
  return g_string_free (out, FALSE);
}

/* A script line with DAGMan's macros; NULL with *unknown where one has no counterpart */
static char *
script_line (SyDraft *draft, const SyDagNode *node, const char *script, gboolean post, char **unknown)
{
  g_auto (GStrv) words = g_strsplit_set (script, " \t", -1);
  g_autofree char *retries = g_strdup_printf ("%u", node->retries), *job = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  job = g_shell_quote (sy_draft_get (draft, node->task)->name);
  for (guint i = 0; words[i]; i++)
    {
      g_autofree char *quoted = g_shell_quote (words[i]);
      const char *text = words[i];
      gboolean bare =
          text[strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:=@%+-")] ==
          '\0';

      if (*text == '\0')
        continue;
      if (g_str_equal (text, "$JOB"))
        text = job;
      else if (g_str_equal (text, "$RETRY"))
        text = "$((SWITCHYARD_ATTEMPT - 1))";
      else if (g_str_equal (text, "$MAX_RETRIES"))
        text = retries;
      else if (g_str_equal (text, "$RETURN") && post)
        text = "\"$result\"";
      else if (*text == '$')
        {
          *unknown = g_strdup (text);
          return NULL;
        }
      else if (!bare)
        text = quoted;
      if (out->len == 0 && !strchr (text, '/'))
        g_string_append (out, "./");
      g_string_append_printf (out, "%s%s", out->len > 2 ? " " : "", text);
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* --- the text --- */

static gboolean
is_plain (const SyDagJob *job)
{
  return !job->dir && !job->in && !job->out && !job->err;
}

static void
append_redirection (GString *out, const char *sign, const char *file)
{
  g_autofree char *quoted = file ? g_shell_quote (file) : NULL;

  if (file && !g_str_equal (file, "/dev/null"))
    g_string_append_printf (out, " %s %s", sign, quoted);
}

/* One job as a command of the shell. (transfer full) */
static char *
job_text (const SyDagJob *job)
{
  g_autofree char *words = shell_words (job->argv), *dir = job->dir ? g_shell_quote (job->dir) : NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  if (dir)
    g_string_append_printf (out, "(cd %s && exec ", dir);
  g_string_append (out, words);
  append_redirection (out, "<", job->in);
  append_redirection (out, ">", job->out);
  if (job->err && g_strcmp0 (job->err, job->out) == 0)
    g_string_append (out, " 2>&1");
  else
    append_redirection (out, "2>", job->err);
  if (dir)
    g_string_append_c (out, ')');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Several jobs run at once; the last failure is theirs. (transfer full) */
static char *
jobs_text (const GPtrArray *jobs)
{
  GString *out = g_string_new ("(\njobs= failed=0\n");

  if (jobs->len == 1)
    {
      g_string_free (out, TRUE);
      return job_text (g_ptr_array_index (jobs, 0));
    }
  for (guint i = 0; i < jobs->len; i++)
    {
      g_autofree char *text = job_text (g_ptr_array_index (jobs, i));

      g_string_append_printf (out, "%s & jobs=\"$jobs $!\"\n", text);
    }
  g_string_append (out, "for job in $jobs; do wait \"$job\" || failed=$?; done\nexit \"$failed\"\n)");
  return g_string_free (out, FALSE);
}

/* PRE, the jobs, POST: a PRE that fails ends the task (PRE_SKIP: with success), the POST's result is the task's. */
static gboolean
wrap_scripts (SyDraft *draft, SyDagNode *node, const GPtrArray *jobs)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);
  g_autofree char *unknown = NULL, *pre = NULL, *post = NULL, *work = jobs ? jobs_text (jobs) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if ((node->pre && !(pre = script_line (draft, node, node->pre, FALSE, &unknown))) ||
      (node->post && !(post = script_line (draft, node, node->post, TRUE, &unknown))))
    {
      sy_draft_lost (draft, pre || !node->pre ? node->post_line : node->pre_line,
                     "node %s: its script uses %s, which has no counterpart", task->name, unknown);
      return FALSE;
    }
  if (pre && node->pre_skip >= 0)
    g_string_append_printf (text, "%s || { code=$?; [ \"$code\" -eq %d ] && exit 0; exit \"$code\"; }\n", pre,
                            node->pre_skip);
  else if (pre)
    g_string_append_printf (text, "%s\n", pre);
  if (post)
    g_string_append_printf (text, "result=0\n");
  if (work)
    g_string_append_printf (text, post ? "%s || result=$?\n" : "%s\n", work);
  if (post)
    g_string_append_printf (text, "%s\n", post);
  task->run = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

/* --- what cannot run --- */

static void
keep_scripts (SyDraft *draft, SyDagNode *node)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);

  if (node->pre)
    sy_draft_task_add_extra (task, "x-script-pre", node->pre);
  if (node->post)
    sy_draft_task_add_extra (task, "x-script-post", node->post);
}

static void
lose_command (SyDraft *draft, SyDagNode *node, const char *why)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);

  if (node->subdag)
    sy_draft_lost (draft, node->line, "node %s: the workflow %s that it runs: %s", task->name, node->subdag, why);
  else if (node->inline_text)
    sy_draft_lost (draft, node->line, "node %s: no command: submit description: %s", task->name, why);
  else
    sy_draft_lost (draft, node->line, "node %s: no command: submit description %s: %s", task->name, node->submit, why);
  if (!node->subdag && !node->inline_text)
    sy_draft_task_add_extra (task, "x-submit", node->submit);
  if (node->pre || node->post)
    sy_draft_lost (draft, node->pre ? node->pre_line : node->post_line,
                   "node %s: its scripts do not run without the job; they are kept as x-script-…",
                   task->name);
  keep_scripts (draft, node);
}

/* A script that is not there would fail the node for ever. TRUE: both that are named are there */
static gboolean
check_scripts (SyDraft *draft, SyDagNode *node, const char *folder)
{
  struct { const char *script, *kind; guint line; } scripts[] = { { node->pre, "PRE", node->pre_line },
                                                                  { node->post, "POST", node->post_line } };
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *program = scripts[i].script ? g_strndup (scripts[i].script, strcspn (scripts[i].script, " \t")) : NULL;
      g_autofree char *dir = folder && node->dir ? g_build_filename (folder, node->dir, NULL) : g_strdup (folder);
      g_autofree char *path = !program || !dir                  ? NULL
                              : g_path_is_absolute (program) ? g_strdup (program)
                                                             : g_build_filename (dir, program, NULL);

      if (!path || strchr (program, '$') || g_file_test (path, G_FILE_TEST_EXISTS))
        continue;
      sy_draft_lost (draft, scripts[i].line, "node %s: its %s script %s is not there: the scripts are kept as x-script-…",
                     sy_draft_get (draft, node->task)->name, scripts[i].kind, program);
      good = FALSE;
    }
  return good;
}

/* --- the node --- */

static void
escape_words (GPtrArray *words)
{
  for (guint i = 0; i < words->len; i++)
    {
      char *word = g_ptr_array_index (words, i);

      g_ptr_array_index (words, i) = sy_draft_escape (word);
      g_free (word);
    }
}

static void
free_job (gpointer data)
{
  SyDagJob *job = data;

  g_ptr_array_unref (job->argv);
  g_free (job);
}

/* The workflow of a SUBDAG runs as a run of its own */
static GPtrArray *
subdag_jobs (SyDraft *draft, SyDagNode *node, const char *folder, char **why)
{
  g_autofree char *path = node->dir ? g_build_filename (node->dir, node->subdag, NULL) : g_strdup (node->subdag);
  g_autofree char *text = sy_dag_read_inside (folder, path, why);
  GPtrArray *jobs;
  SyDagJob *job;

  if (!text)
    return NULL;
  sy_draft_lost (draft, node->line, "node %s: the tasks of %s are not part of this graph: they are a run of their own",
                 sy_draft_get (draft, node->task)->name, node->subdag);
  job = g_new0 (SyDagJob, 1);
  job->argv = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (job->argv, g_strdup ("switchyard"));
  g_ptr_array_add (job->argv, g_strdup ("run"));
  g_ptr_array_add (job->argv, g_strdup (node->subdag));
  jobs = g_ptr_array_new_with_free_func (free_job);
  g_ptr_array_add (jobs, job);
  return jobs;
}

static GPtrArray *
find_jobs (SyDraft *draft, SyDagNode *node, const char *folder, char **why)
{
  g_autofree char *path = NULL, *text = NULL;

  if (node->subdag)
    return subdag_jobs (draft, node, folder, why);
  path = node->dir ? g_build_filename (node->dir, node->submit, NULL) : g_strdup (node->submit);
  text = node->inline_text ? g_strdup (node->submit) : sy_dag_read_inside (folder, path, why);
  return text ? sy_dag_read_jobs (draft, node, text, why) : NULL;
}

/* RETRY, without the exit codes on which DAGMan does not try again */
static void
set_retry (SyDraft *draft, const SyDagNode *node)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);

  if (node->abort >= 0)
    sy_draft_lost (draft, node->abort_line, "ABORT-DAG-ON %s %d: the run does not end at once, tasks that do not need "
                   "%s go on%s", task->name, node->abort, task->name,
                   node->retries > 0 ? _("; it is not tried again on that exit code") : "");
  if (node->retries == 0)
    return;
  task->retry = g_string_new (NULL);
  g_string_printf (task->retry, "limit: %u, delay: 0s", node->retries);
  if (node->unless < 0 && node->abort < 0)
    return;
  g_string_append (task->retry, ", on: [signal, timeout, out_of_memory");
  for (int i = 1; i < 256; i++)
    if (i != node->unless && i != node->abort)
      g_string_append_printf (task->retry, ", %d", i);
  g_string_append_c (task->retry, ']');
}

void
sy_dag_resolve_command (SyDraft *draft, SyDagNode *node, const char *folder)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);
  g_autofree char *why = NULL;
  g_autoptr (GPtrArray) jobs = NULL;

  if (!task->retry)
    set_retry (draft, node);
  if (node->done || !(node->submit || node->subdag))
    {
      keep_scripts (draft, node);
      return;
    }
  if (node->dir)
    task->dir = sy_draft_escape (node->dir);
  if (!node->noop && !(jobs = find_jobs (draft, node, folder, &why)))
    lose_command (draft, node, why);
  else if (!check_scripts (draft, node, folder))
    keep_scripts (draft, node);
  else if (node->pre || node->post || (jobs && (jobs->len > 1 || !is_plain (g_ptr_array_index (jobs, 0)))))
    {
      if (!wrap_scripts (draft, node, jobs))
        keep_scripts (draft, node);
      return;
    }
  if (jobs && !task->argv)
    {
      task->argv = g_ptr_array_ref (((SyDagJob *)g_ptr_array_index (jobs, 0))->argv);
      escape_words (task->argv);
    }
}
