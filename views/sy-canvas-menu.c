/* sy-canvas-menu.c: what can be done, as actions and context menus
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "core/model/sy-graph.h"

typedef struct { const char *label, *action; } MenuItem; /* label NULL: next section */

static const MenuItem task_menu[] = {
  { "Re-run…", "task.rerun" }, { "Re-run From Here…", "task.rerun-from" }, { "Re-run Only This…", "task.rerun-only" },
  { "Edit Command and Re-run…", "task.edit-command" }, { NULL, NULL },
  { "Retry Now", "task.retry-now" }, { "Give Up", "task.give-up" }, { "Approve…", "task.approve" }, { "Reject…", "task.reject" }, { NULL, NULL },
  { "Stop Task", "task.stop" }, { "Skip in This Run", "task.skip" }, { "Mark as Succeeded…", "task.mark-succeeded" }, { NULL, NULL },
  { "Show Output", "canvas.show-output" }, { "Why?", "task.why" }, { "Open Terminal Here", "task.open-terminal" },
  { "Open Folder", "task.open-folder" }, { NULL, NULL },
  { "Select Needs", "canvas.select-needs" }, { "Select Dependents", "canvas.select-dependents" }, { "Select Branch", "canvas.select-branch" },
  { NULL, NULL },
  { "Copy Name", "task.copy-name" }, { "Copy Command", "task.copy-command" }, { "Copy Error", "task.copy-error" }, { NULL, NULL },
  { "Edit in Workflow", "task.edit-in-workflow" },
};

static const MenuItem canvas_menu[] = {
  { "Select All", "canvas.select-all" }, { "Select Failed", "canvas.select-failed" }, { NULL, NULL },
  { "Zoom to Fit", "canvas.fit" }, { "Critical Path", "canvas.critical" }, { "All Edges", "canvas.all-edges" }, { "Follow", "canvas.follow" },
  { NULL, NULL },
  { "Export Image…", "win.export-image" },
};

static const MenuItem branch_menu[] = {
  { "Select", "canvas.select-branch" }, { "Zoom to Branch", "canvas.zoom-branch" }, { NULL, NULL },
  { "Re-run Failed in Branch…", "branch.rerun-failed" }, { "Re-run Branch…", "branch.rerun" }, { NULL, NULL },
  { "Pause Branch", "branch.pause" }, { "Stop Branch…", "branch.stop" },
};

/* --- menus --- */

static GMenuModel *
make_menu (const MenuItem *items, guint n, const char *branch)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GMenuItem) item = NULL;

      if (items[i].label == NULL)
        {
          g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
          g_object_unref (section);
          section = g_menu_new ();
          continue;
        }
      item = g_menu_item_new (items[i].label, items[i].action);
      if (branch != NULL && g_str_has_prefix (items[i].action, "branch."))
        g_menu_item_set_action_and_target (item, items[i].action, "s", branch);
      g_menu_append_item (section, item);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}

static gboolean
drop_menu (gpointer data)
{
  SyCanvas *self = data;

  if (self->menu != NULL && !gtk_widget_get_visible (self->menu))
    g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_object_unref (self);
  return G_SOURCE_REMOVE;
}

/* The item's action runs after "closed". */
static void
on_closed (GtkPopover *popover, SyCanvas *self)
{
  g_idle_add (drop_menu, g_object_ref (self));
}

void
sy_canvas_show_menu (SyCanvas *self, double x, double y)
{
  guint32 chip = sy_canvas_chip_at (self, x, y);
  g_autoptr (GMenuModel) model = NULL;
  g_autofree char *branch = NULL;

  self->menu_fork = self->menu_child = SY_NO_TASK;
  if (chip != G_MAXUINT32)
    {
      const SyChip *at = &g_array_index (self->chips, SyChip, chip);
      const SyTask *tasks = self->geometry->workflow->tasks;

      self->menu_fork = at->fork;
      self->menu_child = at->child;
      branch = g_strdup_printf ("%s/%s", tasks[at->fork].id, tasks[at->child].id);
      model = make_menu (branch_menu, G_N_ELEMENTS (branch_menu), branch);
    }
  else if (sy_session_get_n_selected (self->session) > 0)
    model = make_menu (task_menu, G_N_ELEMENTS (task_menu), NULL);
  else
    model = make_menu (canvas_menu, G_N_ELEMENTS (canvas_menu), NULL);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  self->menu = gtk_popover_menu_new_from_model (model);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  g_signal_connect (self->menu, "closed", G_CALLBACK (on_closed), self);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

/* --- actions --- */

static void
act_fit (GtkWidget *widget, const char *name, GVariant *parameter)
{
  sy_canvas_user_acts (SY_CANVAS (widget));
  sy_canvas_fit (SY_CANVAS (widget));
}

static void
act_zoom (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  double zoom = g_str_equal (name, "canvas.zoom-in") ? self->view.zoom * SY_ZOOM_STEP
                : g_str_equal (name, "canvas.zoom-out") ? self->view.zoom / SY_ZOOM_STEP : 1;

  if (self->geometry != NULL)
    sy_canvas_zoom_to (self, zoom);
}

static void
act_toggle (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SySession *session = SY_CANVAS (widget)->session;

  if (g_str_equal (name, "canvas.critical"))
    sy_session_set_critical (session, !sy_session_get_critical (session));
  else if (g_str_equal (name, "canvas.all-edges"))
    sy_session_set_all_edges (session, !sy_session_get_all_edges (session));
  else
    sy_session_set_follow (session, !sy_session_get_follow (session));
}

static void
select_if (SyCanvas *self, gboolean (*wanted) (const SyTaskState *task))
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; self->model != NULL && i < sy_run_model_get_workflow (self->model)->n_tasks; i++)
    if (wanted == NULL || wanted (sy_run_model_get_task (self->model, i)))
      g_array_append_val (tasks, i);
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
  sy_session_say_selected (self->session);
}

static gboolean
has_failed (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST;
}

static void
act_select (GtkWidget *widget, const char *name, GVariant *parameter)
{
  select_if (SY_CANVAS (widget), g_str_equal (name, "canvas.select-failed") ? has_failed : NULL);
}

static void
act_relatives (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 focus = sy_session_get_focus (self->session);
  g_autofree guint8 *set = NULL;
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  const SyWorkflow *workflow;

  if (focus == SY_NO_TASK)
    return;
  workflow = sy_run_model_get_workflow (self->model);
  set = g_str_equal (name, "canvas.select-needs") ? sy_graph_ancestors (workflow, focus) : sy_graph_descendants (workflow, focus);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (set[i] || i == focus)
      g_array_append_val (tasks, i);
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
  sy_session_say_selected (self->session);
}

void
sy_canvas_select_branch (SyCanvas *self, guint32 index)
{
  const SyChip *chip = &g_array_index (self->chips, SyChip, index);
  g_autofree char *words = sy_canvas_describe_chip (self, index);

  sy_session_select_many (self->session, (const guint32 *) chip->tasks->data, chip->tasks->len);
  sy_session_set_focus (self->session, chip->child);
  sy_session_set_status (self->session, "%s", words);
}

/* The chip that the menu was opened on, else that of the smallest branch around the focus */
static guint32
chip_meant (SyCanvas *self)
{
  guint32 focus = sy_session_get_focus (self->session), found = G_MAXUINT32;
  guint smallest = G_MAXUINT;

  for (guint i = 0; i < self->chips->len; i++)
    {
      const SyChip *chip = &g_array_index (self->chips, SyChip, i);

      if (self->menu != NULL && self->menu_fork != SY_NO_TASK)
        {
          if (chip->fork == self->menu_fork && chip->child == self->menu_child)
            return i;
          continue;
        }
      for (guint k = 0; k < chip->tasks->len && chip->tasks->len < smallest; k++)
        if (g_array_index (chip->tasks, guint32, k) == focus)
          {
            found = i;
            smallest = chip->tasks->len;
          }
    }
  return found;
}

static void
act_branch (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 index = chip_meant (self);
  const SyChip *chip;
  SyRect box;

  if (index == G_MAXUINT32)
    {
      sy_session_set_status (self->session, "No branch here: a branch begins where a fork's dependant needs nothing else");
      return;
    }
  if (g_str_equal (name, "canvas.select-branch"))
    {
      sy_canvas_select_branch (self, index);
      return;
    }
  chip = &g_array_index (self->chips, SyChip, index);
  box = self->geometry->nodes[chip->child];
  for (guint i = 0; i < chip->tasks->len; i++)
    {
      const SyRect *node = &self->geometry->nodes[g_array_index (chip->tasks, guint32, i)];
      float x1 = MAX (box.x + box.width, node->x + node->width), y1 = MAX (box.y + box.height, node->y + node->height);

      box = (SyRect){ MIN (box.x, node->x), MIN (box.y, node->y), 0, 0 };
      box.width = x1 - box.x;
      box.height = y1 - box.y;
    }
  self->fitted = FALSE;
  sy_canvas_user_acts (self);
  sy_viewport_fit_area (&self->view, &box);
  sy_canvas_view_changed (self);
}

static void
act_show_output (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SySession *session = SY_CANVAS (widget)->session;

  sy_session_show_output (session, sy_session_get_focus (session));
}

void
sy_canvas_install_actions (GtkWidgetClass *klass)
{
  static const struct { const char *name; GtkWidgetActionActivateFunc function; } actions[] = {
    { "canvas.fit", act_fit }, { "canvas.zoom-in", act_zoom }, { "canvas.zoom-out", act_zoom }, { "canvas.zoom-one", act_zoom },
    { "canvas.critical", act_toggle }, { "canvas.all-edges", act_toggle }, { "canvas.follow", act_toggle },
    { "canvas.select-all", act_select }, { "canvas.select-failed", act_select }, { "canvas.select-needs", act_relatives },
    { "canvas.select-dependents", act_relatives }, { "canvas.select-branch", act_branch }, { "canvas.zoom-branch", act_branch },
    { "canvas.show-output", act_show_output },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (klass, actions[i].name, NULL, actions[i].function);
}
