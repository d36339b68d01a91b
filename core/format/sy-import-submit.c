/* sy-import-submit.c: HTCondor submit descriptions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE (16 * 1024 * 1024)
#define MAX_VALUE (64 * 1024)
#define MAX_JOBS 1000

char *
sy_dag_read_inside (const char *folder, const char *name, char **why)
{
  g_autofree char *joined = NULL, *real = NULL, *root = NULL, *bytes = NULL;
  struct stat st;
  gsize length;

  *why = NULL;
  if (!folder || g_path_is_absolute (name))
    {
      *why = g_strdup (_("it is outside the imported file's folder"));
      return NULL;
    }
  joined = g_build_filename (folder, name, NULL);
  root = realpath (folder, NULL);
  real = realpath (joined, NULL);
  if (!root || !real)
    *why = g_strdup (g_strerror (errno));
  else if (!g_str_has_prefix (real, root) || (real[strlen (root)] != '/' && !g_str_equal (root, "/")))
    *why = g_strdup (_("it is outside the imported file's folder"));
  else if (stat (real, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size > MAX_FILE)
    *why = g_strdup (_("it is no regular file of at most 16 MiB"));
  else if (!g_file_get_contents (real, &bytes, &length, NULL) || strlen (bytes) != length ||
           !g_utf8_validate (bytes, -1, NULL))
    *why = g_strdup (_("it cannot be read as text"));
  return *why ? NULL : g_steal_pointer (&bytes);
}

/* Submit description */

/* One line `name = value`; later wins */
typedef struct
{
  char *value;
  guint line;
} Setting;

typedef struct
{
  SyDraft *draft;
  SyDagNode *node;
  GHashTable *settings; /* name in lower case -> Setting */
  char *queue;          /* (nullable) what stands behind `queue` */
  guint n_queues;
  /* of the job at hand */
  guint process;
  const char *item_name, *item; /* (nullable) of `queue NAME in (…)` */
} Submit;

static void
setting_free (gpointer data)
{
  g_free (((Setting *)data)->value);
  g_free (data);
}

static void
submit_clear (Submit *submit)
{
  g_hash_table_unref (submit->settings);
  g_free (submit->queue);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Submit, submit_clear)

static void
job_free (gpointer data)
{
  SyDagJob *job = data;

  if (job->argv)
    g_ptr_array_unref (job->argv);
  g_free (job->dir);
  g_free (job->in);
  g_free (job->out);
  g_free (job->err);
  g_free (job);
}

static void
lose (Submit *submit, guint line, const char *what)
{
  SyDagNode *node = submit->node;

  sy_draft_lost (submit->draft, node->line, "node %s: %s:%u: %s", sy_draft_get (submit->draft, node->task)->name,
                 node->inline_text ? _("its description") : node->submit, line, what);
}

static void
take_line (Submit *submit, char *text, guint line)
{
  char *equal = strchr (text, '=');

  if (g_ascii_strncasecmp (text, "queue", 5) == 0 && (text[5] == '\0' || g_ascii_isspace (text[5])))
    {
      submit->n_queues++;
      g_free (submit->queue);
      submit->queue = g_strdup (g_strstrip (text + 5));
    }
  else if (equal)
    {
      Setting *setting = g_new0 (Setting, 1);

      *equal = '\0';
      setting->line = line;
      setting->value = g_strdup (g_strstrip (equal + 1));
      g_hash_table_replace (submit->settings, g_ascii_strdown (g_strstrip (text), -1), setting);
    }
  else
    lose (submit, line, text);
}

static void
read_description (Submit *submit, const char *text)
{
  const char *at = text, *end = text + strlen (text);
  g_autoptr (GString) joined = g_string_new (NULL);
  guint line = 0, first = 1;
  char *part;

  submit->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, setting_free);
  while ((part = sy_draft_read_line (&at, end, &line)) != NULL)
    {
      gsize length = strlen (part);
      gboolean more = length > 0 && part[length - 1] == '\\';
      g_autofree char *whole = NULL;

      g_string_append_len (joined, part, (gssize)(length - more));
      g_free (part);
      if (more && at < end)
        continue;
      whole = g_strdup (joined->str);
      g_strstrip (whole);
      if (*whole != '\0' && *whole != '#')
        take_line (submit, whole, first);
      g_string_truncate (joined, 0);
      first = line + 1;
    }
}

static const char *
find_setting (const Submit *submit, const char *name)
{
  const Setting *setting = g_hash_table_lookup (submit->settings, name);

  return setting && *setting->value ? setting->value : NULL;
}

/* What $(name) stands for; @number: room for a number */
static const char *
find_var (const Submit *submit, const char *name, char number[16])
{
  static const char *const processes[] = { "process", "procid", "step", "row", "itemindex", NULL };
  const SyDagNode *node = submit->node;
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_str_equal (lower, "job") || g_str_equal (lower, "dagnodename"))
    return sy_draft_get (submit->draft, node->task)->name;
  if (submit->item_name && g_ascii_strcasecmp (submit->item_name, name) == 0)
    return submit->item;
  if (g_strv_contains (processes, lower))
    {
      g_snprintf (number, 16, "%u", submit->process);
      return number;
    }
  for (guint i = node->vars->len; i >= 2; i -= 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (node->vars, i - 2), name) == 0)
      return g_ptr_array_index (node->vars, i - 1);
  return g_hash_table_contains (submit->settings, lower)
             ? ((Setting *)g_hash_table_lookup (submit->settings, lower))->value : NULL;
}

/* Replaces $(name) and $(name:default) until none is left; NULL: an unknown one (*why), or no end of it */
static char *
expand (const Submit *submit, const char *text, char **why)
{
  GString *out = g_string_new (text);

  for (guint round = 0; round < 1000 && out->len < MAX_VALUE; round++)
    {
      char *open = strstr (out->str, "$("), *close = open ? strchr (open, ')') : NULL, *colon, number[16];
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;
      gssize at = open ? open - out->str : 0;

      if (!close)
        return g_string_free (out, FALSE);
      name = g_strndup (open + 2, (gsize)(close - open - 2));
      if ((colon = strchr (name, ':')) != NULL)
        *colon++ = '\0';
      value = g_strdup (find_var (submit, name, number));
      if (!value)
        value = g_strdup (colon);
      if (!value)
        {
          *why = g_strdup_printf (_("it uses $(%s), which only HTCondor knows"), name);
          g_string_free (out, TRUE);
          return NULL;
        }
      g_string_erase (out, at, close - open + 1);
      g_string_insert (out, at, value);
    }
  g_string_free (out, TRUE);
  *why = g_strdup (_("its $( ) have no end"));
  return NULL;
}

/* New syntax: "a 'b c' ''d" in double quotes; old: blanks between, \" for a quote */
static GPtrArray *
split_arguments (const char *text)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  gsize n = strlen (text);
  gboolean modern = n >= 2 && *text == '"' && text[n - 1] == '"', quoted = FALSE, any = FALSE;
  g_autofree char *inside = g_strndup (text + modern, n - (modern ? 2 : 0));
  g_autoptr (GString) word = g_string_new (NULL);

  for (const char *p = inside;; p++)
    {
      if (*p == '\0' || (!quoted && g_ascii_isspace (*p)))
        {
          if (any)
            g_ptr_array_add (words, g_strdup (word->str));
          g_string_truncate (word, 0);
          any = FALSE;
          if (*p == '\0')
            return words;
          continue;
        }
      any = TRUE;
      if (modern && *p == '\'' && quoted && p[1] == '\'')
        g_string_append_c (word, *p++);
      else if (modern && *p == '\'')
        quoted = !quoted;
      else if ((modern && p[0] == '"' && p[1] == '"') || (!modern && p[0] == '\\' && p[1] == '"'))
        g_string_append_c (word, *++p == '"' ? '"' : *p);
      else
        g_string_append_c (word, *p);
    }
}

/* Jobs */

/* *to: the setting with its $( ), NULL where there is none; FALSE: *why */
static gboolean
expand_setting (const Submit *submit, const char *name, char **to, char **why)
{
  const char *value = find_setting (submit, name);

  if (!value)
    return TRUE;
  *to = expand (submit, value, why);
  return *to != NULL;
}

/* A relative program lies in the folder of the submit file, wherever the job runs */
static char *
program_path (const char *program, const char *dir)
{
  g_autoptr (GString) up = g_string_new (NULL);
  g_auto (GStrv) parts = NULL;

  if (g_path_is_absolute (program))
    return g_strdup (program);
  parts = g_strsplit (dir ? dir : "", "/", -1);
  for (guint i = 0; parts[i]; i++)
    if (*parts[i] != '\0' && !g_str_equal (parts[i], "."))
      g_string_append (up, "../");
  if (up->len == 0 && strchr (program, '/'))
    return g_strdup (program);
  return g_strconcat (up->len > 0 ? up->str : "./", program, NULL);
}

static SyDagJob *
make_job (const Submit *submit, char **why)
{
  g_autofree char *program = NULL, *arguments = NULL;
  SyDagJob *job = g_new0 (SyDagJob, 1);

  if (expand_setting (submit, "executable", &program, why) && expand_setting (submit, "arguments", &arguments, why) &&
      expand_setting (submit, "initialdir", &job->dir, why) && expand_setting (submit, "input", &job->in, why) &&
      expand_setting (submit, "output", &job->out, why) && expand_setting (submit, "error", &job->err, why) &&
      job->dir && (g_path_is_absolute (job->dir) || strstr (job->dir, "..")))
    *why = g_strdup_printf (_("its initialdir %s is outside"), job->dir);
  if (*why)
    {
      job_free (job);
      return NULL;
    }
  job->argv = split_arguments (arguments ? arguments : "");
  g_ptr_array_insert (job->argv, 0, program_path (program, job->dir));
  return job;
}

static gboolean
add_job (Submit *submit, GPtrArray *jobs, char **why)
{
  SyDagJob *job;

  if (jobs->len == MAX_JOBS)
    *why = g_strdup_printf (_("it queues more than %d jobs"), MAX_JOBS);
  else if ((job = make_job (submit, why)) != NULL)
    g_ptr_array_add (jobs, job);
  submit->process++;
  return *why == NULL;
}

/* queue [N] [NAME] in (a b, c) */
static gboolean
add_items (Submit *submit, GPtrArray *jobs, guint n, char **words, const char *list, char **why)
{
  g_autofree char *inside = g_strdup (list + 1);
  g_auto (GStrv) items = NULL;

  *strchrnul (inside, ')') = '\0';
  items = g_strsplit_set (inside, ", \t", -1);
  submit->item_name = g_ascii_strcasecmp (words[0], "in") == 0 ? "Item" : words[0];
  for (guint i = 0; items[i] && !*why; i++)
    for (guint k = 0; *items[i] && k < n && !*why; k++)
      {
        submit->item = items[i];
        add_job (submit, jobs, why);
      }
  return *why == NULL;
}

static gboolean
add_jobs (Submit *submit, GPtrArray *jobs, char **why)
{
  const char *queue = submit->queue ? submit->queue : "", *list = strchr (queue, '('), *rest = queue;
  g_auto (GStrv) words = NULL;
  guint64 n = 1;

  if (g_ascii_isdigit (*queue))
    n = g_ascii_strtoull (queue, (char **)&rest, 10);
  rest += strspn (rest, " \t");
  words = g_strsplit_set (rest, " \t(", -1);
  if (submit->n_queues > 1)
    *why = g_strdup (_("it has several queue lines"));
  else if (n > MAX_JOBS)
    *why = g_strdup_printf (_("it queues more than %d jobs"), MAX_JOBS);
  else if (*rest == '\0')
    for (guint i = 0; i < n && add_job (submit, jobs, why); i++)
      ;
  else if (list && (g_ascii_strcasecmp (words[0], "in") == 0 || (words[1] && g_ascii_strcasecmp (words[1], "in") == 0)))
    return add_items (submit, jobs, (guint)n, words, list, why);
  else
    *why = g_strdup_printf (_("it queues jobs by “%.60s”"), queue);
  if (!*why && jobs->len == 0)
    *why = g_strdup (_("it queues no job"));
  return *why == NULL;
}

/* Beside the command */

/* New: "A=1 B='x y'"; old: A=1;B=2 */
static void
take_environment (Submit *submit, SyDraftTask *task, const char *text)
{
  g_autoptr (GPtrArray) modern = *text == '"' ? split_arguments (text) : NULL;
  g_auto (GStrv) old = modern ? NULL : g_strsplit (text, ";", -1);
  guint n = modern ? modern->len : g_strv_length (old);

  for (guint i = 0; i < n; i++)
    {
      const char *pair = modern ? g_ptr_array_index (modern, i) : old[i], *equal = strchr (pair, '=');
      g_autofree char *name = equal ? g_strstrip (g_strndup (pair, (gsize)(equal - pair))) : NULL;
      g_autofree char *value = equal ? sy_draft_escape (equal + 1) : NULL;

      if (name && sy_dag_is_env_name (name))
        sy_draft_task_add_env (task, name, value);
    }
}

static void
take_memory (SyDraftTask *task, const char *text)
{
  char *unit;
  double number = g_ascii_strtod (text, &unit);
  double factor = 1 << 20; /* a bare number means MiB */

  unit += strspn (unit, " \t");
  if (g_ascii_toupper (*unit) == 'K')
    factor = 1 << 10;
  else if (g_ascii_toupper (*unit) == 'G')
    factor = 1 << 30;
  else if (g_ascii_toupper (*unit) == 'T')
    factor = (double)(1 << 30) * 1024;
  if (number > 0 && number * factor < 1e15)
    task->memory = (guint64)(number * factor);
}

/* Settings that change what happens, and have no counterpart */
static void
report_rest (Submit *submit)
{
  static const char *const universes[] = { "vanilla", "local", "scheduler", NULL };
  static const struct { const char *name, *what; } lost[] = {
    { "requirements", N_("requirements: which machine it may run on") },
    { "request_gpus", "request_gpus" },
    { "max_retries", N_("max_retries: HTCondor's own retries (RETRY is carried over)") },
    { "retry_until", "retry_until" },
    { "success_exit_code", "success_exit_code" },
    { "on_exit_hold", "on_exit_hold" },
    { "on_exit_remove", "on_exit_remove" },
    { "periodic_hold", "periodic_hold" },
    { "periodic_remove", "periodic_remove" },
    { "container_image", N_("container_image: there are no containers here") },
    { "docker_image", N_("docker_image: there are no containers here") },
    { "allowed_execute_duration", N_("allowed_execute_duration: write it as `timeout`") },
  };
  const Setting *universe = g_hash_table_lookup (submit->settings, "universe");

  for (guint i = 0; i < G_N_ELEMENTS (lost); i++)
    {
      const Setting *setting = g_hash_table_lookup (submit->settings, lost[i].name);

      if (setting)
        lose (submit, setting->line, _(lost[i].what));
    }
  if (universe)
    {
      g_autofree char *name = g_ascii_strdown (universe->value, -1);

      if (!g_strv_contains (universes, name))
        lose (submit, universe->line, _("universe: the job runs as a plain program"));
    }
}

static void
take_rest (Submit *submit)
{
  SyDraftTask *task = sy_draft_get (submit->draft, submit->node->task);
  const char *environment = find_setting (submit, "environment"), *cpus = find_setting (submit, "request_cpus"),
             *memory = find_setting (submit, "request_memory");
  guint64 n;

  if (!environment)
    environment = find_setting (submit, "env");
  if (environment)
    take_environment (submit, task, environment);
  if (cpus && g_ascii_string_to_unsigned (cpus, 10, 1, 65536, &n, NULL))
    task->cpu = (guint)n;
  if (memory)
    take_memory (task, memory);
  report_rest (submit);
}

GPtrArray *
sy_dag_read_jobs (SyDraft *draft, SyDagNode *node, const char *text, char **why)
{
  g_auto (Submit) submit = { .draft = draft, .node = node };
  g_autoptr (GPtrArray) jobs = g_ptr_array_new_with_free_func (job_free);

  *why = NULL;
  read_description (&submit, text);
  if (!find_setting (&submit, "executable"))
    *why = g_strdup (_("it names no executable"));
  if (*why || !add_jobs (&submit, jobs, why))
    return NULL;
  take_rest (&submit);
  return g_steal_pointer (&jobs);
}
