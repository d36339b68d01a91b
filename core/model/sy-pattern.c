/* sy-pattern.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-pattern.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const pipeline_names[] = { "fetch", "convert", "publish", NULL };
static const char *const fork_names[] = { "split", "part-a", "part-b", "part-c", "join", NULL };
static const char *const quorum_names[] = { "ask-a", "ask-b", "ask-c", "agree", NULL };
static const char *const flaky_names[] = { "download", NULL };
static const char *const tolerant_names[] = { "sentiment", "topics", "entities", "report", NULL };

static const struct { const char *title, *help; const char *const *names; } patterns[SY_N_PATTERNS] = {
  [SY_PATTERN_PIPELINE] = { N_("Pipeline"), N_("Three tasks, one after the other"), pipeline_names },
  [SY_PATTERN_FORK_JOIN] = { N_("Fork and Join"), N_("Three tasks side by side between two"), fork_names },
  [SY_PATTERN_QUORUM] = { N_("Quorum"), N_("Goes on when two of three have succeeded, and stops the third"), quorum_names },
  [SY_PATTERN_FLAKY] = { N_("Flaky Step"), N_("Tried again three times, ten minutes at most each"), flaky_names },
  [SY_PATTERN_TOLERANT] = { N_("Parallel Analyses"), N_("Three tasks side by side; the last goes on without those that failed"), tolerant_names },
};

const char *
sy_pattern_get_title (SyPattern pattern, const char **help)
{
  g_return_val_if_fail (pattern < SY_N_PATTERNS, NULL);
  if (help != NULL)
    *help = _(patterns[pattern].help);
  return _(patterns[pattern].title);
}

const char *const *
sy_pattern_get_names (SyPattern pattern)
{
  g_return_val_if_fail (pattern < SY_N_PATTERNS, NULL);
  return patterns[pattern].names;
}

/* --- building --- */

typedef struct
{
  SyChange *change;
  const SyWorkflow *workflow;   /* (nullable) */
  GPtrArray *ids;               /* of char *: those added */
  const char *last;             /* (nullable) in front of the next in the file */
} Build;

static gboolean
is_taken (const Build *build, const char *id)
{
  for (guint i = 0; i < build->ids->len; i++)
    if (g_str_equal (g_ptr_array_index (build->ids, i), id))
      return TRUE;
  return build->workflow != NULL && sy_workflow_find (build->workflow, id) != SY_NO_TASK;
}

/* (transfer none): the name, with a number where it is taken */
static const char *
take_id (Build *build, const char *name)
{
  char *id = g_strdup (name);

  for (guint n = 2; is_taken (build, id); n++)
    {
      g_free (id);
      id = g_strdup_printf ("%s-%u", name, n);
    }
  g_ptr_array_add (build->ids, id);
  return id;
}

static SyChangeValue *
words_of (const char *const *words)
{
  SyChangeValue *list = sy_change_value_new_list ();

  for (; *words != NULL; words++)
    sy_change_value_append (list, sy_change_value_new_word (*words));
  return list;
}

/* @fields: taken. @needs: (nullable) */
static const char *
add (Build *build, const char *name, const char *const *needs, const char *run, SyChangeValue *fields)
{
  const char *id = take_id (build, name);
  g_autofree char *text = run != NULL ? g_strdup (run) : g_strdup_printf ("echo %s", id);

  if (needs != NULL && needs[0] != NULL)
    sy_change_value_set (fields, "needs", words_of (needs));
  sy_change_value_set (fields, "run", sy_change_value_new_text (text));
  sy_change_add_task (build->change, id, fields, build->last);
  build->last = id;
  return id;
}

static SyChangeValue *
quorum_fields (void)
{
  SyChangeValue *fields = sy_change_value_new_map (), *join = sy_change_value_new_map ();

  sy_change_value_set (join, "quorum", sy_change_value_new_word ("2"));
  sy_change_value_set (join, "rest", sy_change_value_new_word ("cancel"));
  sy_change_value_set (fields, "join", join);
  return fields;
}

static SyChangeValue *
flaky_fields (void)
{
  SyChangeValue *fields = sy_change_value_new_map (), *retry = sy_change_value_new_map ();

  sy_change_value_set (retry, "limit", sy_change_value_new_word ("3"));
  sy_change_value_set (retry, "delay", sy_change_value_new_word ("5s"));
  sy_change_value_set (fields, "retry", retry);
  sy_change_value_set (fields, "timeout", sy_change_value_new_word ("10m"));
  return fields;
}

/* needs: [{task: x, tolerate: [failed, skipped]}, …] */
static SyChangeValue *
tolerant_fields (const char *const *needs)
{
  static const char *const states[] = { "failed", "skipped", NULL };
  SyChangeValue *fields = sy_change_value_new_map (), *list = sy_change_value_new_list ();

  for (; *needs != NULL; needs++)
    {
      SyChangeValue *need = sy_change_value_new_map ();

      sy_change_value_set (need, "task", sy_change_value_new_word (*needs));
      sy_change_value_set (need, "tolerate", words_of (states));
      sy_change_value_append (list, need);
    }
  sy_change_value_set (fields, "needs", list);
  return fields;
}

static void
add_chain (Build *build, const char *const *names, const char *after)
{
  for (const char *needs[2] = { after, NULL }; *names != NULL; names++)
    needs[0] = add (build, *names, needs, NULL, sy_change_value_new_map ());
}

/* @n tasks side by side, and one that needs them all */
static void
add_fan (Build *build, SyPattern pattern, const char *const *names, const char *after)
{
  const char *first[2] = { after, NULL }, *parts[4] = { NULL };

  if (pattern == SY_PATTERN_FORK_JOIN)
    first[0] = add (build, *names++, first, NULL, sy_change_value_new_map ());
  for (guint i = 0; i < 3; i++)
    parts[i] = add (build, *names++, first, NULL, sy_change_value_new_map ());
  if (pattern == SY_PATTERN_TOLERANT)
    add (build, *names, NULL, NULL, tolerant_fields (parts));
  else
    add (build, *names, parts, NULL, pattern == SY_PATTERN_QUORUM ? quorum_fields () : sy_change_value_new_map ());
}

SyChange *
sy_pattern_insert (SyPattern pattern, const char *const *names, const SyWorkflow *workflow, const char *after)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *name = NULL;
  const char *needs[2] = { after, NULL };
  Build build;

  g_return_val_if_fail (pattern < SY_N_PATTERNS, NULL);
  if (names == NULL)
    names = patterns[pattern].names;
  name = g_strdup_printf (_("Insert %s"), _(patterns[pattern].title));
  build = (Build) { sy_change_new (name), workflow, ids, after };
  if (pattern == SY_PATTERN_PIPELINE)
    add_chain (&build, names, after);
  else if (pattern == SY_PATTERN_FLAKY)
    add (&build, names[0], needs, NULL, flaky_fields ());
  else
    add_fan (&build, pattern, names, after);
  return build.change;
}

/* --- pasted lines --- */

static gboolean
starts_word (const char *line, const char *const *words)
{
  gsize n = strcspn (line, " \t;&|(");

  for (; *words != NULL; words++)
    if (strlen (*words) == n && strncmp (line, *words, n) == 0)
      return TRUE;
  return FALSE;
}

/* NAME=value and nothing else */
static gboolean
is_assignment (const char *line)
{
  gsize n = strspn (line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

  if (n == 0 || line[n] != '=' || g_ascii_isdigit (*line))
    return FALSE;
  return strpbrk (line + n, " \t;&|") == NULL || strpbrk (line + n, "\"'$") != NULL;
}

static gboolean
is_setting (const char *line)
{
  static const char *const words[] = { "cd", "export", "set", "source", ".", "umask", "ulimit", "alias", NULL };

  return starts_word (line, words) || is_assignment (line);
}

static int
depth_change (const char *line)
{
  static const char *const opens[] = { "for", "while", "until", "if", "case", "select", NULL };
  static const char *const closes[] = { "done", "fi", "esac", NULL };
  int depth = starts_word (line, opens) ? 1 : 0;
  g_auto (GStrv) words = g_strsplit_set (line, " \t;", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_strv_contains (closes, words[i]))
      depth--;
  if (g_str_has_suffix (line, "{"))
    depth++;
  return g_str_equal (line, "}") ? depth - 1 : depth;
}

static gboolean
goes_on (const char *line)
{
  return g_str_has_suffix (line, "\\") || g_str_has_suffix (line, "|") || g_str_has_suffix (line, "&&");
}

/* The end of a here-document that begins in the line. (transfer full) (nullable) */
static char *
here_end (const char *line)
{
  const char *at = strstr (line, "<<");
  gsize n;

  if (at == NULL || at[2] == '<')
    return NULL;
  at += strspn (at, "<- \t'\"\\");
  n = strspn (at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
  return n > 0 ? g_strndup (at, n) : NULL;
}

/* "curl" of "sudo FOO=1 /usr/bin/curl -f": a name that a task may have. (transfer full) */
static char *
name_of (const char *command)
{
  static const char *const skipped[] = { "sudo", "env", "nice", "time", "nohup", "exec", NULL };
  g_auto (GStrv) words = g_strsplit_set (command, " \t\n;|&", -1);
  GString *name = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL && name->len == 0; i++)
    {
      g_autofree char *base = *words[i] != '\0' ? g_path_get_basename (words[i]) : NULL;

      if (base == NULL || g_strv_contains (skipped, words[i]) || (strchr (words[i], '=') != NULL && is_assignment (words[i])))
        continue;
      for (const char *p = base; *p != '\0' && *p != '.'; p++)
        if (g_ascii_isalnum (*p) || *p == '_' || (*p == '-' && name->len > 0))
          g_string_append_c (name, *p);
    }
  if (name->len == 0 || g_ascii_isdigit (name->str[0]))
    g_string_prepend (name, "step");
  return g_string_free (g_string_truncate (name, 60), FALSE);
}

/* Lines that belong together, without prompts and comments. (transfer full): of char * */
static GPtrArray *
commands_of (const char *text)
{
  GPtrArray *commands = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) open = g_string_new (NULL);
  g_autofree char *here = NULL;
  int depth = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *line = g_strdup (g_strchomp (lines[i]));
      const char *plain = g_strchug (line);
      gboolean more;

      if (open->len == 0 && (g_str_has_prefix (plain, "$ ") || g_str_has_prefix (plain, "> ")))
        plain = plain + 2;
      if (here == NULL && (*plain == '\0' || *plain == '#'))
        continue;
      g_string_append_printf (open, "%s%s", open->len > 0 ? "\n" : "", open->len > 0 ? lines[i] : plain);
      if (here != NULL)
        {
          if (g_str_equal (plain, here))
            g_clear_pointer (&here, g_free);
          more = here != NULL;
        }
      else
        {
          depth = MAX (depth + depth_change (plain), 0);
          here = here_end (plain);
          more = here != NULL || goes_on (plain);
        }
      if (more || depth > 0)
        continue;
      g_ptr_array_add (commands, g_strdup (open->str));
      g_string_truncate (open, 0);
    }
  if (open->len > 0)
    g_ptr_array_add (commands, g_strdup (open->str));
  return commands;
}

SyChange *
sy_pattern_from_lines (const char *lines, const SyWorkflow *workflow, const char *after)
{
  g_autoptr (GPtrArray) commands = commands_of (lines), ids = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) settings = g_string_new (NULL);
  Build build = { sy_change_new (_("Paste Shell Lines")), workflow, ids, after };
  const char *needs[2] = { after, NULL };

  for (guint i = 0; i < commands->len; i++)
    {
      const char *command = g_ptr_array_index (commands, i);
      g_autofree char *run = NULL, *name = NULL;

      if (is_setting (command) && strstr (command, "&&") == NULL)
        {
          g_string_append_printf (settings, "%s\n", command);
          continue;
        }
      run = g_strconcat (settings->str, command, NULL);
      name = name_of (command);
      needs[0] = add (&build, name, needs, run, sy_change_value_new_map ());
    }
  if (ids->len == 0)
    g_clear_pointer (&build.change, sy_change_free);
  return build.change;
}
