/* sy-import-submit.c: the command of a DAGMan node: HTCondor submit description, PRE and POST scripts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dagman.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_FILE (16 * 1024 * 1024)
#define MAX_VALUE (64 * 1024)

char *
sy_dag_read_inside (const char *folder, const char *name, char **why)
{
  g_autofree char *joined = NULL, *real = NULL, *root = NULL, *bytes = NULL;
  struct stat st;
  gsize length;

  *why = NULL;
  if (!folder || g_path_is_absolute (name))
    {
      *why = g_strdup ("it is outside the imported file's folder");
      return NULL;
    }
  joined = g_build_filename (folder, name, NULL);
  root = realpath (folder, NULL);
  real = realpath (joined, NULL);
  if (!root || !real)
    *why = g_strdup (g_strerror (errno));
  else if (!g_str_has_prefix (real, root) || (real[strlen (root)] != '/' && !g_str_equal (root, "/")))
    *why = g_strdup ("it is outside the imported file's folder");
  else if (stat (real, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size > MAX_FILE)
    *why = g_strdup ("it is no regular file of at most 16 MiB");
  else if (!g_file_get_contents (real, &bytes, &length, NULL) || strlen (bytes) != length ||
           !g_utf8_validate (bytes, -1, NULL))
    *why = g_strdup ("it cannot be read as text");
  return *why ? NULL : g_steal_pointer (&bytes);
}

/* Submit description */

/* name = value, later wins; names in lower case. Stops at `queue`, of which there may be one. */
static GHashTable *
read_description (const char *text, gboolean *simple)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GString) joined = g_string_new (text);
  const char *at, *end;
  guint number = 0;

  g_string_replace (joined, "\\\r\n", "", 0);
  g_string_replace (joined, "\\\n", "", 0);
  at = joined->str;
  end = at + joined->len;
  *simple = TRUE;
  for (;;)
    {
      g_autofree char *line = sy_draft_read_line (&at, end, &number);
      char *name, *equal;

      if (!line)
        return values;
      name = g_strstrip (line);
      equal = strchr (name, '=');
      if (*name == '\0' || *name == '#')
        continue;
      if (g_ascii_strncasecmp (name, "queue", 5) == 0 && (name[5] == '\0' || g_ascii_isspace (name[5])))
        *simple = *simple && (name[5] == '\0' || g_str_equal (g_strstrip (name + 5), "1"));
      else if (equal)
        {
          *equal = '\0';
          g_hash_table_replace (values, g_ascii_strdown (g_strstrip (name), -1),
                                g_strdup (g_strstrip (equal + 1)));
        }
      else
        *simple = FALSE;
    }
}

static const char *
find_var (const SyDagNode *node, SyDraft *draft, GHashTable *values, const char *name)
{
  if (g_ascii_strcasecmp (name, "JOB") == 0)
    return sy_draft_get (draft, node->task)->name;
  for (guint i = node->vars->len; i >= 2; i -= 2)
    if (g_ascii_strcasecmp (g_ptr_array_index (node->vars, i - 2), name) == 0)
      return g_ptr_array_index (node->vars, i - 1);
  return values ? g_hash_table_lookup (values, name) : NULL;
}

/* Replaces $(name) until none is left; NULL: an unknown one (*unknown), or no end of it */
static char *
expand (const SyDagNode *node, SyDraft *draft, GHashTable *values, const char *text, char **unknown)
{
  GString *out = g_string_new (text);

  for (guint round = 0; round < 1000 && out->len < MAX_VALUE; round++)
    {
      char *open = strstr (out->str, "$("), *close = open ? strchr (open, ')') : NULL;
      g_autofree char *name = NULL;
      const char *value;
      gssize at = open ? open - out->str : 0;

      if (!close)
        return g_string_free (out, FALSE);
      name = g_strndup (open + 2, (gsize)(close - open - 2));
      if (!(value = find_var (node, draft, values, name)))
        {
          *unknown = g_steal_pointer (&name);
          g_string_free (out, TRUE);
          return NULL;
        }
      g_string_erase (out, at, close - open + 1);
      g_string_insert (out, at, value);
    }
  g_string_free (out, TRUE);
  *unknown = g_strdup ("…");
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

/* argv of the node's submit description; NULL with *why */
static GPtrArray *
read_command (SyDraft *draft, SyDagNode *node, const char *text, char **why)
{
  g_autoptr (GHashTable) values = NULL;
  g_autofree char *program = NULL, *arguments = NULL, *unknown = NULL;
  const char *executable, *given;
  gboolean simple;
  GPtrArray *words;

  values = read_description (text, &simple);
  executable = g_hash_table_lookup (values, "executable");
  given = g_hash_table_lookup (values, "arguments");
  if (!simple || !executable)
    *why = g_strdup (executable ? "it queues more than one job" : "it names no executable");
  else if (!(program = expand (node, draft, values, executable, &unknown)) ||
           !(arguments = expand (node, draft, values, given ? given : "", &unknown)))
    *why = g_strdup_printf ("it uses $(%s), which only HTCondor knows", unknown);
  if (*why)
    return NULL;
  words = split_arguments (arguments);
  g_ptr_array_insert (words, 0,
                      strchr (program, '/') ? g_steal_pointer (&program) : g_strconcat ("./", program, NULL));
  return words;
}

/* Scripts */

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

/* PRE, the job, POST: a PRE that fails ends the task, the POST's result is the task's. */
static gboolean
wrap_scripts (SyDraft *draft, SyDagNode *node, const GPtrArray *argv)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);
  g_autofree char *unknown = NULL, *pre = NULL, *post = NULL, *job = argv ? shell_words (argv) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if ((node->pre && !(pre = script_line (draft, node, node->pre, FALSE, &unknown))) ||
      (node->post && !(post = script_line (draft, node, node->post, TRUE, &unknown))))
    {
      sy_draft_lost (draft, pre || !node->pre ? node->post_line : node->pre_line,
                     "node %s: its script uses %s, which has no counterpart", task->name, unknown);
      return FALSE;
    }
  if (pre)
    g_string_append_printf (text, "%s\n", pre);
  if (post)
    g_string_append_printf (text, "result=0\n");
  if (job)
    g_string_append_printf (text, post ? "%s || result=$?\n" : "%s\n", job);
  if (post)
    g_string_append_printf (text, "%s\n", post);
  task->run = g_string_free (g_steal_pointer (&text), FALSE);
  return TRUE;
}

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

  if (!node->inline_text)
    sy_draft_task_add_extra (task, "x-submit", node->submit);
  sy_draft_lost (draft, node->line, "node %s: no command: submit description%s%s: %s", task->name,
                 node->inline_text ? "" : " ", node->inline_text ? "" : node->submit, why);
  if (node->pre || node->post)
    sy_draft_lost (draft, node->pre ? node->pre_line : node->post_line,
                   "node %s: its scripts do not run without the job; they are kept as x-script-…",
                   task->name);
  keep_scripts (draft, node);
}

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

void
sy_dag_resolve_command (SyDraft *draft, SyDagNode *node, const char *folder)
{
  SyDraftTask *task = sy_draft_get (draft, node->task);
  g_autofree char *text = NULL, *why = NULL;
  g_autoptr (GPtrArray) argv = NULL;

  if (node->done || !node->submit)
    {
      keep_scripts (draft, node);
      return;
    }
  if (node->dir)
    task->dir = sy_draft_escape (node->dir);
  if (!node->noop)
    {
      g_autofree char *path =
          node->dir ? g_build_filename (node->dir, node->submit, NULL) : g_strdup (node->submit);

      text = node->inline_text ? g_strdup (node->submit) : sy_dag_read_inside (folder, path, &why);
      if (text)
        argv = read_command (draft, node, text, &why);
      if (!argv)
        {
          lose_command (draft, node, why);
          return;
        }
    }
  if (node->pre || node->post)
    {
      if (!wrap_scripts (draft, node, argv))
        keep_scripts (draft, node);
    }
  else if (argv)
    {
      escape_words (argv);
      task->argv = g_steal_pointer (&argv);
    }
}
