/* sy-canvas-collapse.c: branches drawn as one node
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include <glib/gi18n.h>

static const SyWorkflow *
workflow_of (SyCanvas *self)
{
  return sy_run_model_get_workflow (self->model);
}

typedef struct
{
  guint32 child;
  GArray *tasks;        /* (owned) */
} Branch;

static void
branch_clear (gpointer data)
{
  g_array_unref (((Branch *) data)->tasks);
}

/* Larger branches last: what is in two collapsed ones stands in the outer one. */
static int
compare_branches (gconstpointer a, gconstpointer b)
{
  guint x = ((const Branch *) a)->tasks->len, y = ((const Branch *) b)->tasks->len;

  return x < y ? -1 : x > y;
}

guint32 *
sy_canvas_find_shown (SyCanvas *self)
{
  const SyWorkflow *workflow = workflow_of (self);
  g_autoptr (GArray) branches = g_array_new (FALSE, FALSE, sizeof (Branch));
  GHashTableIter iter;
  const char *id;
  guint32 *shown;

  g_array_set_clear_func (branches, branch_clear);
  g_hash_table_iter_init (&iter, self->collapsed);
  while (g_hash_table_iter_next (&iter, (gpointer *) &id, NULL))
    {
      guint32 child = sy_workflow_find (workflow, id);
      Branch branch = { child, child != SY_NO_TASK ? sy_canvas_tasks_of_branch (workflow, child) : NULL };

      if (branch.tasks != NULL)
        g_array_append_val (branches, branch);
    }
  if (branches->len == 0)
    return NULL;
  g_array_sort (branches, compare_branches);
  shown = g_new (guint32, MAX (workflow->n_tasks, 1));
  for (guint32 v = 0; v < workflow->n_tasks; v++)
    shown[v] = v;
  for (guint i = 0; i < branches->len; i++)
    {
      const Branch *branch = &g_array_index (branches, Branch, i);

      for (guint k = 0; k < branch->tasks->len; k++)
        shown[g_array_index (branch->tasks, guint32, k)] = branch->child;
    }
  return shown;
}

void
sy_canvas_note_collapsed (SyCanvas *self)
{
  const SyGeometry *g = self->geometry;

  g_hash_table_remove_all (self->branches);
  for (guint32 v = 0; g->shown != NULL && v < g->n_nodes; v++)
    if (sy_geometry_is_collapsed (g, g->shown[v]))
      {
        GArray *tasks = g_hash_table_lookup (self->branches, GUINT_TO_POINTER (g->shown[v]));

        if (tasks == NULL)
          {
            tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
            g_hash_table_insert (self->branches, GUINT_TO_POINTER (g->shown[v]), tasks);
          }
        g_array_append_val (tasks, v);
      }
}

const GArray *
sy_canvas_get_collapsed (SyCanvas *self, guint32 task)
{
  return g_hash_table_lookup (self->branches, GUINT_TO_POINTER (task));
}

gboolean
sy_canvas_is_any_selected (SyCanvas *self, guint32 task)
{
  const GArray *tasks = sy_canvas_get_collapsed (self, task);

  if (tasks == NULL)
    return sy_session_is_selected (self->session, task);
  for (guint i = 0; i < tasks->len; i++)
    if (sy_session_is_selected (self->session, g_array_index (tasks, guint32, i)))
      return TRUE;
  return FALSE;
}

/* Lays out anew; the node stays where it is on the screen. */
static void
lay_out_around (SyCanvas *self, guint32 task)
{
  SyRect box = sy_viewport_rect_to_screen (&self->view, &self->geometry->nodes[task]);

  sy_canvas_user_acts (self);
  self->anchor = task;
  self->anchor_x = box.x;
  self->anchor_y = box.y;
  self->aim = self->aim == SY_AIM_ALL ? SY_AIM_ALL : SY_AIM_NONE;
  sy_canvas_start_collapsed_layout (self);
}

static void
lay_out_all (SyCanvas *self)
{
  sy_canvas_user_acts (self);
  self->aim = self->aim == SY_AIM_NONE ? SY_AIM_READ : self->aim;
  sy_canvas_start_collapsed_layout (self);
}

void
sy_canvas_hold_anchor (SyCanvas *self)
{
  guint32 task = self->anchor;
  const SyRect *node;

  self->anchor = SY_NO_TASK;
  if (task >= self->geometry->n_nodes || self->aim != SY_AIM_NONE)
    return;
  node = &self->geometry->nodes[task];
  self->view.x = node->x - self->anchor_x / self->view.zoom;
  self->view.y = node->y - self->anchor_y / self->view.zoom;
  sy_viewport_pan (&self->view, 0, 0);
}

void
sy_canvas_collapse (SyCanvas *self, guint32 child)
{
  const SyTask *task = &workflow_of (self)->tasks[child];

  if (!g_hash_table_add (self->collapsed, g_strdup (task->id)))
    return;
  lay_out_around (self, child);
  sy_session_set_status (self->session, _("Collapsed %s"), task->label != NULL ? task->label : task->id);
}

void
sy_canvas_expand (SyCanvas *self, guint32 child)
{
  const SyTask *task = &workflow_of (self)->tasks[child];

  if (!g_hash_table_remove (self->collapsed, task->id))
    return;
  lay_out_around (self, child);
  sy_session_set_status (self->session, _("Expanded %s"), task->label != NULL ? task->label : task->id);
}

void
sy_canvas_collapse_all (SyCanvas *self)
{
  for (guint i = 0; i < self->chips->len; i++)
    {
      const SyChip *chip = &g_array_index (self->chips, SyChip, i);

      if (chip->tasks->len > 1)
        g_hash_table_add (self->collapsed, g_strdup (workflow_of (self)->tasks[chip->child].id));
    }
  if (g_hash_table_size (self->collapsed) > 0)
    lay_out_all (self);
}

void
sy_canvas_expand_all (SyCanvas *self)
{
  if (g_hash_table_size (self->collapsed) == 0)
    return;
  g_hash_table_remove_all (self->collapsed);
  lay_out_all (self);
}

void
sy_canvas_select_collapsed (SyCanvas *self, guint32 task)
{
  const GArray *tasks = sy_canvas_get_collapsed (self, task);

  sy_session_select_many (self->session, (const guint32 *) (const void *) tasks->data, tasks->len);
  sy_session_set_focus (self->session, task);
}
