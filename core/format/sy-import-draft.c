/* sy-import-draft.c: tasks, names and edges of an import
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_ID 128
#define MAX_POOLS 1000
#define LOST N_("not carried over: ")

static void
task_free (gpointer data)
{
  SyDraftTask *task = data;

  g_free (task->name);
  g_free (task->id);
  g_free (task->label);
  g_free (task->run);
  g_free (task->dir);
  g_clear_pointer (&task->argv, g_ptr_array_unref);
  g_clear_pointer (&task->env, g_ptr_array_unref);
  g_clear_pointer (&task->extra, g_ptr_array_unref);
  if (task->retry)
    g_string_free (task->retry, TRUE);
  g_array_unref (task->needs);
  g_free (task);
}

static char *
name_of_path (const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  char *dot = strrchr (base, '.');

  if (dot && dot != base)
    *dot = '\0';
  return g_utf8_make_valid (base, -1);
}

/* g_int64_hash() folds the halves into each other: all edges of a dense graph would collide. */
static guint
edge_hash (gconstpointer key)
{
  return (guint)((*(const guint64 *)key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32);
}

SyDraft *
sy_draft_new (SySource *source, const char *path, SyProblems *problems)
{
  SyDraft *draft = g_new0 (SyDraft, 1);

  draft->name = path ? name_of_path (path) : g_strdup ("imported");
  draft->tasks = g_ptr_array_new_with_free_func (task_free);
  draft->ids = g_hash_table_new (g_str_hash, g_str_equal);
  draft->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  draft->suffixes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  draft->edges = g_hash_table_new_full (edge_hash, g_int64_equal, g_free, NULL);
  draft->pools = g_ptr_array_new_with_free_func (g_free);
  draft->pool_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  draft->source = source;
  draft->problems = problems;
  return draft;
}

void
sy_draft_free (SyDraft *draft)
{
  if (!draft)
    return;
  g_hash_table_unref (draft->edges);
  g_hash_table_unref (draft->by_name);
  g_hash_table_unref (draft->ids);
  g_hash_table_unref (draft->suffixes);
  g_ptr_array_unref (draft->tasks);
  g_ptr_array_unref (draft->pools);
  g_hash_table_unref (draft->pool_ids);
  g_free (draft->name);
  g_free (draft->description);
  g_free (draft);
}

static void
report (SyDraft *draft, SySeverity severity, const char *code, guint line, const char *message)
{
  gsize start, end;

  if (line == 0 || !sy_source_line (draft->source, line, &start, &end))
    sy_problems_add_file (draft->problems, severity, code, "%s", message);
  else
    sy_problems_add (draft->problems, severity, code, start, end, "%s", message);
}

const char *
sy_import_get_loss (const SyProblem *problem)
{
  const char *said = _(LOST);

  if (!g_str_equal (problem->code, SY_IMPORT_LOST))
    return NULL;
  return g_str_has_prefix (problem->message, said) ? problem->message + strlen (said) : problem->message;
}

void
sy_draft_lost (SyDraft *draft, guint line, const char *format, ...)
{
  g_autofree char *what = NULL, *message = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  message = g_strconcat (_(LOST), what, NULL);
  report (draft, SY_SEVERITY_WARNING, SY_IMPORT_LOST, line, message);
}

gboolean
sy_draft_error (SyDraft *draft, guint line, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  report (draft, SY_SEVERITY_ERROR, "import", line, message);
  return FALSE;
}

/* [A-Za-z_][A-Za-z0-9_-]*: runs of anything else become one `_` */
static GString *
make_id (const char *from)
{
  GString *id = g_string_new (NULL);

  for (const char *p = from; *p && id->len < MAX_ID - 8; p++)
    {
      if (g_ascii_isalnum (*p) || *p == '_' || (*p == '-' && id->len > 0))
        g_string_append_c (id, *p);
      else if (id->len > 0 && id->str[id->len - 1] != '_')
        g_string_append_c (id, '_');
    }
  while (id->len > 1 && id->str[id->len - 1] == '_' && !g_str_has_suffix (from, "_"))
    g_string_truncate (id, id->len - 1);
  if (id->len == 0 || !(g_ascii_isalpha (*id->str) || *id->str == '_'))
    g_string_prepend (id, "t");
  return id;
}

/* Names of another script all give one id: the next number is remembered, not searched for. */
static char *
unique_id (SyDraft *draft, const char *from)
{
  GString *id = make_id (from);
  gsize length = id->len;
  guint n = 0;

  if (g_hash_table_contains (draft->ids, id->str))
    {
      g_autofree char *base = g_strdup (id->str);

      n = MAX (GPOINTER_TO_UINT (g_hash_table_lookup (draft->suffixes, base)), 1);
      do
        {
          g_string_truncate (id, length);
          g_string_append_printf (id, "_%u", ++n);
        }
      while (g_hash_table_contains (draft->ids, id->str));
      g_hash_table_replace (draft->suffixes, g_steal_pointer (&base), GUINT_TO_POINTER (n));
    }
  return g_string_free (id, FALSE);
}

SyDraftTask *
sy_draft_add (SyDraft *draft, const char *name, const char *id_from, guint line)
{
  SyDraftTask *task;

  if (g_hash_table_contains (draft->by_name, name))
    {
      sy_draft_error (draft, line, "“%s” is declared twice", name);
      return NULL;
    }
  if (draft->tasks->len >= SY_LIMIT_TASKS)
    {
      sy_draft_error (draft, line, "more than %d tasks", SY_LIMIT_TASKS);
      return NULL;
    }
  task = g_new0 (SyDraftTask, 1);
  task->name = g_strdup (name);
  task->id = unique_id (draft, id_from);
  task->needs = g_array_new (FALSE, FALSE, sizeof (guint32));
  task->runtime_us = -1;
  task->pool = -1;
  if (!g_str_equal (task->id, id_from))
    task->label = g_strdup (id_from);
  g_ptr_array_add (draft->tasks, task);
  g_hash_table_add (draft->ids, task->id);
  g_hash_table_insert (draft->by_name, task->name, GUINT_TO_POINTER (draft->tasks->len));
  return task;
}

SyDraftTask *
sy_draft_get (SyDraft *draft, guint index)
{
  return g_ptr_array_index (draft->tasks, index);
}

guint
sy_draft_find (SyDraft *draft, const char *name)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (draft->by_name, name));

  return n == 0 ? G_MAXUINT : n - 1;
}

gboolean
sy_draft_connect (SyDraft *draft, guint from, guint to, guint line)
{
  gint64 edge = (gint64)((guint64)from << 32 | to);
  guint32 upstream = from;

  if (from == to)
    return sy_draft_error (draft, line, "“%s” depends on itself", sy_draft_get (draft, from)->name);
  if (g_hash_table_contains (draft->edges, &edge))
    return TRUE;
  if (g_hash_table_size (draft->edges) >= SY_DRAFT_MAX_EDGES)
    return sy_draft_error (draft, line, "more than %d edges", SY_DRAFT_MAX_EDGES);
  g_hash_table_add (draft->edges, g_memdup2 (&edge, sizeof edge));
  g_array_append_val (sy_draft_get (draft, to)->needs, upstream);
  sy_draft_get (draft, from)->n_children++;
  return TRUE;
}

static void
add_pair (GPtrArray **pairs, const char *name, const char *value)
{
  if (!*pairs)
    *pairs = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (*pairs, g_strdup (name));
  g_ptr_array_add (*pairs, g_strdup (value));
}

/* A later value of the same name wins, as in the sources. */
void
sy_draft_task_add_env (SyDraftTask *task, const char *name, const char *value)
{
  for (guint i = 0; task->env && i < task->env->len; i += 2)
    if (g_str_equal (g_ptr_array_index (task->env, i), name))
      {
        g_free (g_ptr_array_index (task->env, i + 1));
        g_ptr_array_index (task->env, i + 1) = g_strdup (value);
        return;
      }
  add_pair (&task->env, name, value);
}

void
sy_draft_task_add_extra (SyDraftTask *task, const char *key, const char *value)
{
  add_pair (&task->extra, key, value);
}

/* Two names of the source may give one id, and cpu and memory are built in. */
static char *
pool_name (SyDraft *draft, const char *from)
{
  GString *id = make_id (from);
  gsize length = id->len;

  for (guint n = 2; g_str_equal (id->str, "cpu") || g_str_equal (id->str, "memory") ||
                    g_ptr_array_find_with_equal_func (draft->pools, id->str, g_str_equal, NULL);
       n++)
    {
      g_string_truncate (id, length);
      g_string_append_printf (id, "_%u", n);
    }
  return g_string_free (id, FALSE);
}

int
sy_draft_pool (SyDraft *draft, const char *name, guint capacity)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (draft->pool_ids, name));

  if (known > 0)
    return (int)known - 1;
  g_ptr_array_add (draft->pools, pool_name (draft, name));
  g_ptr_array_add (draft->pools, g_strdup_printf ("%u", capacity));
  known = draft->pools->len / 2;
  g_hash_table_insert (draft->pool_ids, g_strdup (name), GUINT_TO_POINTER (known));
  return (int)known - 1;
}

char *
sy_draft_escape (const char *text)
{
  GString *out = g_string_new (text);

  g_string_replace (out, "${{", "$${{", 0);
  return g_string_free (out, FALSE);
}

char *
sy_draft_read_line (const char **at, const char *end, guint *number)
{
  const char *line = *at, *stop;
  gsize n;

  if (line >= end)
    return NULL;
  stop = memchr (line, '\n', (gsize)(end - line));
  n = (gsize)((stop ? stop : end) - line);
  *at = stop ? stop + 1 : end;
  (*number)++;
  if (n > 0 && line[n - 1] == '\r')
    n--;
  return g_strndup (line, n);
}
