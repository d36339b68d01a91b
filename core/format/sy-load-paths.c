/* sy-load-paths.c: files that tasks say they read and write
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-lint-private.h"
#include "core/format/sy-load-private.h"

#include <fnmatch.h>
#include <glib/gi18n.h>
#include <string.h>

/* Comparisons of globs with written paths: a hint is not worth more time */
#define GLOB_PATIENCE 200000

typedef struct
{
  const char *path; /* normal, below the file's folder or the folder's expression; interned */
  const SyNode *node;
  guint32 task;
} Written;

/* The folder of the task as text: equal texts are the same folder */
static const char *
task_dir (const SyLoad *load, guint32 task)
{
  const char *dir = load->workflow->tasks[task].dir.text;

  return dir != NULL ? dir : load->workflow->dir.text != NULL ? load->workflow->dir.text : ".";
}

static gboolean
check_beneath (SyLoad *load, const SyNode *item, const char *key)
{
  int depth = 0;
  const char *what = NULL;
  g_auto (GStrv) parts = g_strsplit (item->text, "/", -1);

  sy_lint_path (&load->check, key, item, load->file[SY_FILE_PARAMS]);
  for (guint i = 0; parts[i] != NULL && depth >= 0; i++)
    depth += strcmp (parts[i], "..") == 0 ? -1 : parts[i][0] == '\0' || strcmp (parts[i], ".") == 0 ? 0 : 1;
  if (item->text[0] == '/')
    what = _("is absolute");
  else if (depth < 0)
    what = _("leaves the working folder");
  else if (item->text[0] == '\0')
    what = _("is empty");
  if (what == NULL)
    return TRUE;
  sy_problem_set_hint (sy_check_add (&load->check, SY_SEVERITY_ERROR, item, "path-outside",
                                     "the path “%.80s” in `%s` %s", item->text, key, what),
                       "`reads` and `writes` are paths below `dir`; leave out what lies elsewhere");
  return FALSE;
}

/* dir and path without `.`, `..` and doubled slashes, or NULL where only a run can tell */
static char *
normal_path (SyLoad *load, guint32 task, const SyNode *item)
{
  const char *dir = task_dir (load, task);
  g_autofree char *whole = NULL;

  if (strstr (item->text, "${{") != NULL)
    return NULL;
  whole = g_strconcat ("/", dir, "/", item->text, NULL);
  return g_canonicalize_filename (whole, "/");
}

static GArray *
collect_writes (SyLoad *load, GStringChunk *texts)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (Written));

  for (guint32 task = 0; task < load->workflow->n_tasks; task++)
    {
      const SyNode *list = load->writes[task];

      load->check.task = sy_load_id (load, task);
      for (const SyNode *item = list != NULL && list->kind == SY_NODE_SEQUENCE ? list->first : NULL; item != NULL;
           item = item->next)
        {
          g_autofree char *path = NULL;
          Written written = { .node = item, .task = task };

          if (!check_beneath (load, item, "writes") || (path = normal_path (load, task, item)) == NULL)
            continue;
          written.path = g_string_chunk_insert_const (texts, path);
          g_array_append_val (all, written);
        }
    }
  return all;
}

static int
compare_written (gconstpointer a, gconstpointer b, gpointer data)
{
  const Written *x = a, *y = b;
  const guint32 *position = data;
  int order = strcmp (x->path, y->path);

  if (order != 0)
    return order;
  return position[x->task] < position[y->task] ? -1 : position[x->task] > position[y->task];
}

/* Writers of one path must stand in a line: each comes before the next one in topological order */
static void
ask_writers (SyLoad *load, const GArray *all)
{
  for (guint i = 1; i < all->len; i++)
    {
      const Written *one = &g_array_index (all, Written, i - 1), *two = &g_array_index (all, Written, i);
      SyQuery query = { .task = two->task, .ancestor = one->task, .kind = SY_QUERY_WRITERS, .start = two->node->start,
                        .end = two->node->end, .node = two->node };

      if (strcmp (one->path, two->path) == 0 && one->task != two->task)
        g_array_append_val (load->queries, query);
    }
}

static void
ask_reader (SyLoad *load, guint32 reader, const SyNode *item, const Written *written)
{
  SyQuery query = { .task = reader, .ancestor = written->task, .kind = SY_QUERY_READER, .start = item->start,
                    .end = item->end, .node = item };

  if (reader == written->task)
    return;
  g_array_append_val (load->queries, query);
  query = (SyQuery) { .task = written->task, .ancestor = reader, .kind = SY_QUERY_READER_BEFORE, .node = item };
  g_array_append_val (load->queries, query);
}

/* First written path that is not less than the @length bytes of @prefix */
static guint
lower_bound (const GArray *all, const char *prefix, gsize length)
{
  guint low = 0, high = all->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strncmp (g_array_index (all, Written, middle).path, prefix, length) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static void
match_reads (SyLoad *load, guint32 reader, const SyNode *item, const GArray *all, guint *patience)
{
  g_autofree char *path = normal_path (load, reader, item);
  gsize length;

  if (path == NULL)
    return;
  length = strcspn (path, "*?[");
  for (guint i = lower_bound (all, path, length); i < all->len && *patience > 0; i++, (*patience)--)
    {
      const Written *written = &g_array_index (all, Written, i);

      if (strncmp (written->path, path, length) != 0)
        break;
      if (path[length] == '\0' ? strcmp (written->path, path) == 0 : fnmatch (path, written->path, FNM_PATHNAME) == 0)
        ask_reader (load, reader, item, written);
    }
}

static void
check_reads (SyLoad *load, const GArray *all)
{
  guint patience = GLOB_PATIENCE;

  for (guint32 task = 0; task < load->workflow->n_tasks; task++)
    {
      const SyNode *list = load->reads[task];

      load->check.task = sy_load_id (load, task);
      for (const SyNode *item = list != NULL && list->kind == SY_NODE_SEQUENCE ? list->first : NULL; item != NULL;
           item = item->next)
        if (check_beneath (load, item, "reads"))
          match_reads (load, task, item, all, &patience);
    }
}

void
sy_load_check_paths (SyLoad *load)
{
  g_autoptr (GStringChunk) texts = g_string_chunk_new (4096);
  g_autoptr (GArray) all = collect_writes (load, texts);
  g_autofree guint32 *position = g_new0 (guint32, MAX (load->workflow->n_tasks, 1));

  for (guint32 i = 0; i < load->workflow->n_tasks; i++)
    position[load->workflow->topo[i]] = i;
  g_array_sort_with_data (all, compare_written, position);
  ask_writers (load, all);
  check_reads (load, all);
  load->check.task = NULL;
}
