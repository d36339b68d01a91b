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

static Branch
find_branch (const SyWorkflow *workflow, const char *id)
{
  guint32 child = sy_workflow_find (workflow, id);

  return (Branch){ child, child != SY_NO_TASK ? sy_canvas_tasks_of_branch (workflow, child) : NULL };
}

/* A task that lies between tasks of a group: one of them leads to it and it leads to another. SY_NO_TASK: the group is closed */
static guint32
find_between (const SyWorkflow *workflow, const char *group)
{
  g_autofree guint8 *after = g_malloc0 (MAX (workflow->n_tasks, 1));    /* 1: behind one of the group; 2: behind one, and not of it */
  g_autofree guint32 *via = g_new (guint32, MAX (workflow->n_tasks, 1));

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 v = workflow->topo[i];
      const SyTask *task = &workflow->tasks[v];
      gboolean inside = g_strcmp0 (task->group, group) == 0;

      via[v] = SY_NO_TASK;
      for (guint32 k = 0; k < task->n_needs; k++)
        {
          guint32 up = task->needs[k].task;

          if (inside && after[up])
            return via[up];
          if (!inside && (after[up] || g_strcmp0 (workflow->tasks[up].group, group) == 0))
            {
              after[v] = 1;
              via[v] = v;
            }
        }
    }
  return SY_NO_TASK;
}

/* Without tasks where it is no group, or one that cannot be drawn as one node */
static Branch
find_group (const SyWorkflow *workflow, const char *group)
{
  Branch branch = { SY_NO_TASK, NULL };

  if (find_between (workflow, group) != SY_NO_TASK)
    return branch;
  branch.tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (g_strcmp0 (workflow->tasks[workflow->topo[i]].group, group) == 0)
      {
        if (branch.tasks->len == 0)
          branch.child = workflow->topo[i];
        g_array_append_val (branch.tasks, workflow->topo[i]);
      }
  if (branch.tasks->len < 2)
    g_clear_pointer (&branch.tasks, g_array_unref);
  return branch;
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
      Branch branch = *id == '/' ? find_group (workflow, id + 1) : find_branch (workflow, id);

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
sy_canvas_collapse_group (SyCanvas *self, guint32 index)
{
  const SyWorkflow *workflow = workflow_of (self);
  const char *group = workflow->tasks[index].group;
  guint32 between = find_between (workflow, group);
  Branch branch;

  if (between != SY_NO_TASK)
    {
      sy_session_set_status (self->session, _("%s cannot be collapsed: %s lies between its tasks"), group, workflow->tasks[between].id);
      return;
    }
  branch = find_group (workflow, group);
  if (branch.tasks == NULL)
    {
      sy_session_set_status (self->session, _("%s has one task alone"), group);
      return;
    }
  g_array_unref (branch.tasks);
  g_hash_table_add (self->collapsed, g_strconcat ("/", group, NULL));
  lay_out_around (self, branch.child);
  sy_session_set_status (self->session, _("Collapsed %s"), group);
}

void
sy_canvas_expand (SyCanvas *self, guint32 child)
{
  const SyTask *task = &workflow_of (self)->tasks[child];
  g_autofree char *group = g_strconcat ("/", task->group != NULL ? task->group : "", NULL);

  if (!g_hash_table_remove (self->collapsed, task->id) && !g_hash_table_remove (self->collapsed, group))
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
