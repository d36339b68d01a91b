/* sy-import-dot-tasks.c: what the nodes of a graph stand for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-dot.h"

#include <string.h>

/* Labels that several nodes share get the node's name behind. */
static gboolean
add_tasks (SyDotGraph *d, SyDraft *draft, const guint8 *is_task)
{
  g_autoptr (GHashTable) labels = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < d->nodes->len; i++)
    {
      SyDotNode *node = g_ptr_array_index (d->nodes, i);

      if (is_task[i] && node->label)
        g_hash_table_insert (labels, node->label,
                             GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (labels, node->label)) +
                                               1));
    }
  for (guint i = 0; i < d->nodes->len; i++)
    {
      SyDotNode *node = g_ptr_array_index (d->nodes, i);
      gboolean shared = node->label && GPOINTER_TO_UINT (g_hash_table_lookup (labels, node->label)) > 1;
      g_autofree char *id_from = NULL, *shown = sy_dot_unescape (node->name, NULL);
      SyDraftTask *task;

      if (!is_task[i])
        continue;
      id_from = shared ? g_strdup_printf ("%s_%s", node->label, shown)
                       : g_strdup (node->label && *node->label ? node->label : shown);
      if (!(task = sy_draft_add (draft, node->name, id_from, node->line)))
        return FALSE;
      if (shared)
        {
          g_free (task->label);
          task->label = g_strdup (node->label);
        }
      if (node->rule)
        sy_draft_task_add_extra (task, "x-rule", node->rule);
    }
  return TRUE;
}

static gboolean
connect_plain (SyDotGraph *d, SyDraft *draft)
{
  g_autofree guint8 *all = g_malloc (d->nodes->len + 1);

  memset (all, 1, d->nodes->len + 1);
  if (!add_tasks (d, draft, all))
    return FALSE;
  for (guint i = 0; i < d->edges->len; i++)
    {
      const SyDotEdge *e = &g_array_index (d->edges, SyDotEdge, i);

      if (!sy_draft_connect (draft, e->from, e->to, e->line))
        return FALSE;
    }
  return TRUE;
}

/*
 * `ninja -t graph`: files are boxes, build statements ellipses; one with a
 * single input and output is drawn as an edge labelled " rule" instead. Tasks
 * are the statements, called by their first output. *@maker: file -> statement.
 */
static guint32
ninja_statement_of_edge (SyDotGraph *d, const SyDotEdge *e)
{
  g_autofree char *name = g_strdup_printf ("%u→%u", e->from, e->to);
  guint32 at = sy_dot_graph_node (d, name, e->line);
  SyDotNode *node = g_ptr_array_index (d->nodes, at), *file = g_ptr_array_index (d->nodes, e->to);

  node->line = e->line;
  g_free (node->rule);
  node->rule = g_strstrip (g_strdup (e->label));
  g_free (node->label);
  node->label = g_strdup (file->label);
  return at;
}

/* Splits every labelled edge in two at a new statement, so that only file -> statement -> file is left. */
static void
ninja_unfold (SyDotGraph *d, GArray *is_statement)
{
  guint n = d->edges->len;

  for (guint i = 0; i < d->nodes->len; i++)
    {
      guint8 ellipse = ((SyDotNode *)g_ptr_array_index (d->nodes, i))->ellipse;

      g_array_append_val (is_statement, ellipse);
    }
  for (guint i = 0; i < n; i++)
    {
      SyDotEdge *e = &g_array_index (d->edges, SyDotEdge, i), second;
      guint8 yes = 1;

      if (!e->label)
        continue;
      second = (SyDotEdge){ ninja_statement_of_edge (d, e), e->to, e->line, NULL };
      if (second.from == is_statement->len)
        g_array_append_val (is_statement, yes);
      e->to = second.from;
      g_array_append_val (d->edges, second);
    }
}

/* The statement that makes each file, and the labels of statements from their first output that has one */
static guint32 *
ninja_makers (SyDotGraph *d, const GArray *is_statement)
{
  guint32 *maker = g_new (guint32, d->nodes->len + 1);

  memset (maker, 0xff, sizeof *maker * (d->nodes->len + 1));
  for (guint i = 0; i < d->edges->len; i++)
    {
      const SyDotEdge *e = &g_array_index (d->edges, SyDotEdge, i);
      SyDotNode *from = g_ptr_array_index (d->nodes, e->from), *to = g_ptr_array_index (d->nodes, e->to);

      if (!g_array_index (is_statement, guint8, e->from) || maker[e->to] != G_MAXUINT32)
        continue;
      maker[e->to] = e->from;
      if (from->rule == NULL)
        from->rule = g_steal_pointer (&from->label);
      else if (from->label != NULL)
        continue;
      from->label = g_strdup (to->label);
    }
  return maker;
}

static gboolean
connect_ninja (SyDotGraph *d, SyDraft *draft)
{
  g_autoptr (GArray) is_statement = g_array_new (FALSE, FALSE, 1);
  g_autofree guint32 *maker = NULL;

  ninja_unfold (d, is_statement);
  maker = ninja_makers (d, is_statement);
  if (!add_tasks (d, draft, (const guint8 *)is_statement->data))
    return FALSE;
  for (guint i = 0; i < d->edges->len; i++)
    {
      const SyDotEdge *e = &g_array_index (d->edges, SyDotEdge, i);
      const char *to = ((SyDotNode *)g_ptr_array_index (d->nodes, e->to))->name;
      const char *from;

      if (!g_array_index (is_statement, guint8, e->to) || maker[e->from] == G_MAXUINT32)
        continue;
      from = ((SyDotNode *)g_ptr_array_index (d->nodes, maker[e->from]))->name;
      if (!sy_draft_connect (draft, sy_draft_find (draft, from), sy_draft_find (draft, to), e->line))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_ninja (const SyDotGraph *d)
{
  if (g_strcmp0 (d->name, "ninja") != 0)
    return FALSE;
  for (guint i = 0; i < d->nodes->len; i++)
    if (((SyDotNode *)g_ptr_array_index (d->nodes, i))->ellipse)
      return TRUE;
  for (guint i = 0; i < d->edges->len; i++)
    if (g_array_index (d->edges, SyDotEdge, i).label)
      return TRUE;
  return FALSE;
}

gboolean
sy_dot_graph_to_tasks (SyDotGraph *graph, SyDraft *draft)
{
  return is_ninja (graph) ? connect_ninja (graph, draft) : connect_plain (graph, draft);
}
