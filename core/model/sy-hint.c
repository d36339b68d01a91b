/* sy-hint.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-hint.h"

#include "core/model/sy-shell-scan.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_STEPS 4000000 /* along edges, in search of tasks that write one file side by side */

typedef struct
{
  const SyWorkflow *workflow;
  GPtrArray *hints;     /* of SyHint */
  guint32 task;         /* being looked at */
  GHashTable *writers;  /* path -> GArray of guint32 */
  guint32 *place;       /* by index: in the workflow's order */
  guint32 *seen;        /* by index: the search that met it last */
  guint32 search;
  guint steps;
  guint8 *dead;         /* by index: it never runs */

  /* of the task */
  guint n_commands;
  const char *network;  /* (nullable) static: the program */
  gboolean limited;     /* it ends by itself when nobody answers */
  const char *effect;   /* (nullable) static: what happens twice */
  gboolean idle;        /* no command does anything */
} Look;

static void
hint_free (gpointer data)
{
  SyHint *hint = data;

  g_free (hint->message);
  g_free (hint->advice);
  g_free (hint);
}

/* Takes @message. */
static SyHint *
add (Look *look, const char *code, char *message, const char *advice)
{
  SyHint *hint = g_new0 (SyHint, 1);

  hint->code = code;
  hint->task = look->task;
  hint->message = message;
  hint->advice = g_strdup (advice);
  g_ptr_array_add (look->hints, hint);
  return hint;
}

/* --- commands --- */

static const char *
word_at (const SyShellCommand *command, guint index)
{
  return index < command->words->len ? g_ptr_array_index (command->words, index) : "";
}

static const char *
program_of (const SyShellCommand *command)
{
  const char *slash = strrchr (word_at (command, 0), '/');

  return slash != NULL ? slash + 1 : word_at (command, 0);
}

/* One of @options, as a word of its own or with =value; of short ones also with the value behind it */
static gboolean
has_option (const SyShellCommand *command, const char *options)
{
  g_auto (GStrv) all = g_strsplit (options, " ", -1);

  for (guint i = 1; i < command->words->len; i++)
    for (guint k = 0; all[k] != NULL; k++)
      {
        const char *word = word_at (command, i);
        gsize length = strlen (all[k]);

        if (strncmp (word, all[k], length) == 0 && (word[length] == '\0' || word[length] == '=' || (length == 2 && all[k][1] != '-')))
          return TRUE;
      }
  return FALSE;
}

/* What talks to the network; @verbs: only with one of these behind it; @limits: options by which it ends on its own */
static const struct { const char *program, *verbs, *limits; } network[] = {
  { "curl", NULL, "-m --max-time" }, { "wget", NULL, "-T --timeout --read-timeout" }, { "scp", NULL, "" }, { "sftp", NULL, "" }, { "ssh", NULL, "" },
  { "rsync", NULL, "--timeout" }, { "ftp", NULL, "" }, { "nc", NULL, "-w" }, { "git", "clone fetch pull push ls-remote submodule", "" },
  { "docker", "pull push login", "" }, { "podman", "pull push login", "" }, { "pip", "install download", "--timeout" }, { "pip3", "install download", "--timeout" },
  { "npm", "install ci publish", "" }, { "aws", NULL, "--cli-read-timeout" }, { "gsutil", NULL, "" }, { "gcloud", NULL, "" }, { "kubectl", NULL, "--request-timeout" },
};

/* What it does a second time when it is called a second time; @options: only with one of these */
static const struct { const char *program, *verbs, *options; } effects[] = {
  { "mail", NULL, NULL }, { "sendmail", NULL, NULL }, { "mutt", NULL, NULL }, { "msmtp", NULL, NULL }, { "git", "push", NULL },
  { "curl", NULL, "-d --data --data-raw --data-binary --json -F --form" }, { "npm", "publish", NULL }, { "cargo", "publish", NULL }, { "twine", "upload", NULL },
  { "kubectl", "create", NULL }, { "gh", "release issue pr", NULL },
};

/* Options in front of the verb that take the next word with them */
static const struct { const char *program, *options; } valued[] = {
  { "git", "-C -c --git-dir --work-tree --namespace --exec-path --config-env" },
  { "docker", "-H --host -c --context --config -l --log-level" }, { "podman", "-c --connection --url --identity --root --log-level" },
  { "kubectl", "-n --namespace --context --cluster --kubeconfig --user -s --server" }, { "npm", "-C --prefix --registry --userconfig -w --workspace" },
  { "pip", "--proxy --cache-dir --log" }, { "pip3", "--proxy --cache-dir --log" }, { "cargo", "-C --config --color -Z" }, { "gh", "-R --repo" },
};

static gboolean
takes_next (const char *program, const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (valued); i++)
    if (g_str_equal (program, valued[i].program))
      {
        g_auto (GStrv) options = g_strsplit (valued[i].options, " ", -1);

        return g_strv_contains ((const char *const *) options, word);
      }
  return FALSE;
}

/* The first word that is no option, nor the value of one */
static gboolean
has_verb (const SyShellCommand *command, const char *verbs)
{
  g_auto (GStrv) all = verbs != NULL ? g_strsplit (verbs, " ", -1) : NULL;
  const char *program = program_of (command);

  for (guint i = 1; all != NULL && i < command->words->len; i++)
    if (word_at (command, i)[0] != '-')
      return g_strv_contains ((const char *const *) all, word_at (command, i));
    else if (takes_next (program, word_at (command, i)))
      i++;
  return all == NULL;
}

static void
look_for_network (Look *look, const SyShellCommand *command)
{
  const char *program = program_of (command);

  look->limited = look->limited || g_str_equal (program, "timeout");
  for (guint i = 0; i < G_N_ELEMENTS (network); i++)
    if (g_str_equal (program, network[i].program) && has_verb (command, network[i].verbs)
        && !(*network[i].limits != '\0' && has_option (command, network[i].limits)))
      look->network = network[i].program;
}

static gboolean
posts (const SyShellCommand *command)
{
  for (guint i = 1; i < command->words->len; i++)
    if (g_str_equal (word_at (command, i), "POST") || g_str_equal (word_at (command, i), "-XPOST") || g_str_equal (word_at (command, i), "--request=POST"))
      return TRUE;
  return FALSE;
}

static void
look_for_effect (Look *look, const SyShellCommand *command)
{
  const char *program = program_of (command);

  if (command->appends->len > 0)
    look->effect = ">>";
  if (g_str_equal (program, "curl") && posts (command))
    look->effect = "curl";
  for (guint i = 0; i < G_N_ELEMENTS (effects); i++)
    if (g_str_equal (program, effects[i].program) && has_verb (command, effects[i].verbs)
        && (effects[i].options == NULL || has_option (command, effects[i].options)))
      look->effect = effects[i].program;
}

static gboolean
does_nothing (const SyShellCommand *command)
{
  const char *program = program_of (command), *argument = word_at (command, 1);

  if (command->writes->len > 0 || command->appends->len > 0 || strchr (argument, '$') != NULL)
    return FALSE;
  return g_str_equal (program, "true") || g_str_equal (program, ":")
         || ((g_str_equal (program, "exit") || g_str_equal (program, "sleep")) && (g_str_equal (argument, "0") || *argument == '\0'));
}

/* --- files --- */

/* Where one cannot tell by the text which file it is, or where it is none */
static gboolean
is_plain_path (const char *path)
{
  return *path != '\0' && strpbrk (path, "$*?[`~") == NULL && !g_str_has_prefix (path, "/dev/") && !g_str_has_prefix (path, "/proc/");
}

static void
note_writer (Look *look, const char *path)
{
  const SyTask *task = &look->workflow->tasks[look->task];
  g_autofree char *full = NULL;
  GArray *tasks;

  if (!is_plain_path (path) || task->dir.dynamic)
    return;
  full = g_canonicalize_filename (path, task->dir.text != NULL && *task->dir.text == '/' ? task->dir.text : "/");
  if (*path != '/' && task->dir.text != NULL && *task->dir.text != '/')
    {
      g_autofree char *below = g_build_filename ("/", task->dir.text, path, NULL);

      g_free (full);
      full = g_canonicalize_filename (below, "/");
    }
  tasks = g_hash_table_lookup (look->writers, full);
  if (tasks == NULL)
    {
      tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
      g_hash_table_insert (look->writers, g_strdup (full), tasks);
    }
  if (tasks->len == 0 || g_array_index (tasks, guint32, tasks->len - 1) != look->task)
    g_array_append_val (tasks, look->task);
}

static void
note_outputs (Look *look, const SyShellCommand *command)
{
  static const struct { const char *program, *option; } outputs[] = {
    { "curl", "-o" }, { "curl", "--output" }, { "wget", "-O" }, { "sort", "-o" }, { "gcc", "-o" }, { "cc", "-o" }, { "clang", "-o" }, { "g++", "-o" }, { "ffmpeg", "-y" },
  };
  const char *program = program_of (command);

  for (guint i = 0; i < command->writes->len; i++)
    note_writer (look, g_ptr_array_index (command->writes, i));
  for (guint i = 0; i < command->appends->len; i++)
    note_writer (look, g_ptr_array_index (command->appends, i));
  for (guint i = 1; g_str_equal (program, "tee") && i < command->words->len; i++)
    if (word_at (command, i)[0] != '-')
      note_writer (look, word_at (command, i));
  for (guint k = 0; k < G_N_ELEMENTS (outputs); k++)
    for (guint i = 1; g_str_equal (program, outputs[k].program) && i + 1 < command->words->len; i++)
      if (g_str_equal (word_at (command, i), outputs[k].option) && !g_str_equal (outputs[k].option, "-y"))
        note_writer (look, word_at (command, i + 1));
}

/* Marks as seen what @task needs, however far up, but nothing that comes before @first in the workflow's order. */
static void
search_up (Look *look, guint32 task, guint32 first)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));

  look->search++;
  g_array_append_val (open, task);
  for (guint i = 0; i < open->len; i++)
    {
      const SyTask *at = &look->workflow->tasks[g_array_index (open, guint32, i)];

      look->steps += at->n_needs;
      for (guint32 k = 0; k < at->n_needs; k++)
        {
          guint32 next = at->needs[k].task;

          if (look->seen[next] == look->search || look->place[next] < first)
            continue;
          look->seen[next] = look->search;
          g_array_append_val (open, next);
        }
    }
}

static int
compare_places (gconstpointer a, gconstpointer b, gpointer place)
{
  guint32 x = ((const guint32 *) place)[*(const guint32 *) a], y = ((const guint32 *) place)[*(const guint32 *) b];

  return x < y ? -1 : x > y;
}

/* Tasks that come one after the other make a chain; one that is in none of them may run beside the last of each. */
static void
check_file (Look *look, const char *path, GArray *tasks)
{
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_array_sort_with_data (tasks, compare_places, look->place);
  for (guint i = 0; i < tasks->len && look->steps < MOST_STEPS; i++)
    {
      guint32 other = g_array_index (tasks, guint32, i), first = look->place[other];
      guint32 *end = NULL;

      for (guint k = 0; k < ends->len; k++)
        first = MIN (first, look->place[g_array_index (ends, guint32, k)]);
      search_up (look, other, first);
      look->steps += ends->len;
      for (guint k = 0; k < ends->len && end == NULL; k++)
        if (look->seen[g_array_index (ends, guint32, k)] == look->search)
          end = &g_array_index (ends, guint32, k);
      if (end != NULL)
        {
          *end = other;
          continue;
        }
      if (ends->len > 0)
        {
          guint32 one = g_array_index (ends, guint32, ends->len - 1);

          look->task = other;
          add (look, "same-file", g_strdup_printf (_("“%s” writes %s too, and may run at the same time"), look->workflow->tasks[one].id, path + 1),
               _("let one need the other, or give each a file of its own"));
        }
      g_array_append_val (ends, other);
    }
}

static void
check_files (Look *look)
{
  g_autofree guint32 *place = g_new (guint32, MAX (look->workflow->n_tasks, 1)), *seen = g_new0 (guint32, MAX (look->workflow->n_tasks, 1));
  GHashTableIter iter;
  gpointer path, tasks;

  for (guint32 i = 0; i < look->workflow->n_tasks; i++)
    place[look->workflow->topo[i]] = i;
  look->place = place;
  look->seen = seen;
  g_hash_table_iter_init (&iter, look->writers);
  while (g_hash_table_iter_next (&iter, &path, &tasks))
    if (((GArray *) tasks)->len > 1)
      check_file (look, path, tasks);
}

/* --- tasks --- */

static void
on_command (const SyShellCommand *command, gpointer data)
{
  Look *look = data;

  look->n_commands++;
  look->idle = look->idle && does_nothing (command);
  look_for_network (look, command);
  look_for_effect (look, command);
  note_outputs (look, command);
}

static void
read_commands (Look *look, const SyTask *task)
{
  g_autoptr (GPtrArray) words = NULL, none = NULL;

  look->n_commands = 0;
  look->network = look->effect = NULL;
  look->limited = FALSE;
  look->idle = TRUE;
  if (task->kind == SY_TASK_RUN)
    sy_shell_scan (task->run.text, on_command, look);
  if (task->kind != SY_TASK_COMMAND)
    return;
  words = g_ptr_array_new ();
  none = g_ptr_array_new ();
  for (guint32 i = 0; i < task->n_argv; i++)
    g_ptr_array_add (words, (gpointer) task->argv[i].text);
  on_command (&(SyShellCommand){ words, none, none }, look);
}

static void
check_retry (Look *look, const SyTask *task)
{
  gboolean appends = g_strcmp0 (look->effect, ">>") == 0;

  if (look->effect == NULL || task->retry == NULL || task->retry->limit == 0
      || (task->kind == SY_TASK_RUN && strstr (task->run.text, "SWITCHYARD_IDEMPOTENCY_KEY") != NULL))
    return;
  if (appends)
    add (look, "retry-repeats", g_strdup (_("it is tried again after a failure, and “>>” then adds its lines a second time")),
         _("write with “>” to a file of its own, or make it before the retries"));
  else
    add (look, "retry-repeats", g_strdup_printf (_("it is tried again after a failure: “%s” may then have its effect twice"), look->effect),
         _("use $SWITCHYARD_IDEMPOTENCY_KEY where the other side knows such keys, or retry only what is safe"));
}

static void
look_at (Look *look, const SyTask *task)
{
  SyHint *hint;

  read_commands (look, task);
  if (look->network != NULL && !look->limited && task->timeout == NULL)
    {
      hint = add (look, "no-timeout", g_strdup_printf (_("“%s” talks to the network and has no time limit"), look->network),
                  _("timeout: 10m ends it when the other side does not answer"));
      hint->field = "timeout";
      hint->value = "10m";
    }
  check_retry (look, task);
  if (look->n_commands > 0 && look->idle && task->retry == NULL && (task->extra == NULL || task->extra->n_outputs == 0))
    add (look, "too-small", g_strdup (_("it does nothing, and starts a process for that")),
         _("leave the command out: a task without one is a join point, which costs nothing"));
}

/* --- what never runs --- */

/* (nullable): the need that keeps it from ever running */
static const char *
dead_need (const Look *look, const SyTask *task)
{
  gboolean any = task->join != NULL && (task->join->rule == SY_JOIN_ONE_SUCCESS || task->join->rule == SY_JOIN_NONE_FAILED_MIN_ONE_SUCCESS);
  const char *dead = NULL;
  guint n = 0;

  if (task->join != NULL && task->join->rule != SY_JOIN_ALL_SUCCESS && !any)
    return NULL;
  for (guint32 i = 0; i < task->n_needs; i++)
    if (look->dead[task->needs[i].task] && !(task->needs[i].tolerate & SY_TOLERATE_SKIPPED))
      {
        n++;
        dead = dead != NULL ? dead : look->workflow->tasks[task->needs[i].task].id;
      }
  return n > 0 && (!any || n == task->n_needs) ? dead : NULL;
}

static void
find_dead (Look *look)
{
  for (guint32 i = 0; i < look->workflow->n_tasks; i++)
    {
      const SyTask *task = &look->workflow->tasks[look->task = look->workflow->topo[i]];
      g_autofree char *condition = task->condition != NULL ? g_strstrip (g_strdup (task->condition)) : NULL;
      const char *need = dead_need (look, task);

      look->dead[look->task] = !task->enabled || need != NULL || g_strcmp0 (condition, "false") == 0;
      if (!task->enabled || !look->dead[look->task])
        continue;
      if (need == NULL)
        add (look, "never-runs", g_strdup (_("it never runs: its condition is “false”")), _("enabled: false says the same, and says it to readers"));
      else
        add (look, "never-runs", g_strdup_printf (_("it never runs: “%s”, which it needs, is always skipped"), need),
             _("join: none_failed takes a skip for good; or disable it too"));
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const SyHint *one = *(const SyHint *const *) a, *other = *(const SyHint *const *) b;

  if (one->task != other->task)
    return one->task < other->task ? -1 : 1;
  return strcmp (one->code, other->code);
}

GPtrArray *
sy_hints_find (const SyWorkflow *workflow)
{
  g_autoptr (GHashTable) writers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  g_autofree guint8 *dead = g_malloc0 (MAX (workflow->n_tasks, 1));
  Look look = { .workflow = workflow, .hints = g_ptr_array_new_with_free_func (hint_free), .writers = writers, .dead = dead };

  for (look.task = 0; look.task < workflow->n_tasks; look.task++)
    if (workflow->tasks[look.task].enabled)
      look_at (&look, &workflow->tasks[look.task]);
  check_files (&look);
  find_dead (&look);
  g_ptr_array_sort (look.hints, compare);
  return look.hints;
}
