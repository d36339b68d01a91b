/* sy-canvas-menu.c: what can be done, as actions and context menus
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "core/model/sy-graph.h"
#include "views/sy-context-menu.h"
#include "views/sy-design-layer.h"

#include <glib/gi18n.h>

/* label NULL: next section; design.pattern, design.add-kind: a submenu of them */
typedef struct
{
  const char *label, *action;
  gboolean hides;       /* not shown where it does not fit */
  const char *within;   /* (nullable) the submenu; its items follow each other */
} MenuItem;

static const MenuItem task_menu[] = {
  { N_("Re-run…"), "task.rerun" }, { N_("Re-run From Here…"), "task.rerun-from" }, { N_("Re-run Only This…"), "task.rerun-only" },
  { N_("Edit Command and Re-run…"), "task.edit-command" }, { NULL, NULL },
  { N_("Retry Now"), "task.retry-now", TRUE }, { N_("Give Up"), "task.give-up", TRUE }, { NULL, NULL },
  { N_("Stop Task"), "task.stop", TRUE }, { N_("Skip in This Run"), "task.skip", TRUE }, { N_("Mark as Succeeded…"), "task.mark-succeeded", TRUE },
  { NULL, NULL },
  { N_("Show Output"), "task.show-output" }, { N_("Why?"), "task.why" }, { N_("Open Folder"), "task.open-folder" },
  { N_("Show in File"), "task.show-in-file" }, { NULL, NULL },
  { N_("Collapse Group"), "canvas.collapse-group", TRUE }, { N_("Collapse Branch"), "canvas.collapse", TRUE }, { N_("Expand Branch"), "canvas.expand", TRUE },
  { N_("Needs"), "canvas.select-needs", FALSE, N_("Select") }, { N_("Dependents"), "canvas.select-dependents", FALSE, N_("Select") },
  { N_("Branch"), "canvas.select-branch", FALSE, N_("Select") },
  { N_("Name"), "task.copy-name", FALSE, N_("Copy") }, { N_("Command"), "task.copy-command", FALSE, N_("Copy") },
  { N_("Error"), "task.copy-error", TRUE, N_("Copy") },
};

static const MenuItem edge_menu[] = {
  { N_("Why Blocked?"), "canvas.why-blocked" }, { N_("Go to Source"), "canvas.go-source" }, { N_("Go to Target"), "canvas.go-target" },
};

static const MenuItem canvas_menu[] = {
  { N_("Select All"), "canvas.select-all" }, { N_("Select Failed"), "canvas.select-failed" }, { NULL, NULL },
  { N_("Zoom to Fit"), "canvas.fit" }, { N_("Critical Path"), "show.critical" }, { N_("All Edges"), "show.all-edges" }, { N_("Follow"), "show.follow" },
  { N_("Collapse All Branches"), "canvas.collapse-all", TRUE }, { N_("Expand All Branches"), "canvas.expand-all", TRUE },
  { NULL, NULL },
  { N_("Export…"), "win.export-image" },
};

static const MenuItem branch_menu[] = {
  { N_("Select"), "canvas.select-branch" }, { N_("Zoom to Branch"), "canvas.zoom-branch" },
  { N_("Collapse"), "canvas.collapse", TRUE }, { N_("Expand"), "canvas.expand", TRUE }, { NULL, NULL },
  { N_("Re-run Failed in Branch…"), "branch.rerun-failed" }, { N_("Re-run Branch…"), "branch.rerun" }, { NULL, NULL },
  { N_("Pause Branch"), "branch.pause" }, { N_("Resume Branch"), "branch.resume" }, { N_("Stop Branch…"), "branch.stop" },
};

static const MenuItem design_task_menu[] = {
  { N_("Add After"), "design.add-after" }, { N_("Insert Before"), "design.insert-before" },
  { N_("Insert Pattern"), "design.pattern" }, { N_("Connect to…"), "design.connect" },
  { N_("Rename"), "design.rename" }, { N_("Duplicate"), "design.duplicate" }, { NULL, NULL },
  { N_("Cut"), "design.cut" }, { N_("Copy"), "design.copy" }, { N_("Paste"), "design.paste" },
  { N_("Delete, Keep Chain"), "design.delete-chain" }, { N_("Delete"), "design.delete" }, { NULL, NULL },
  { N_("Left"), "design.align-left", FALSE, N_("Arrange") }, { N_("Centres"), "design.align-centre", FALSE, N_("Arrange") },
  { N_("Right"), "design.align-right", FALSE, N_("Arrange") }, { N_("Top"), "design.align-top", FALSE, N_("Arrange") },
  { N_("Middles"), "design.align-middle", FALSE, N_("Arrange") }, { N_("Bottom"), "design.align-bottom", FALSE, N_("Arrange") },
  { N_("Distribute Across"), "design.distribute-across", FALSE, N_("Arrange") }, { N_("Distribute Down"), "design.distribute-down", FALSE, N_("Arrange") },
  { N_("Pin Here"), "design.pin", TRUE }, { N_("Unpin"), "design.unpin", TRUE },
  { N_("Group…"), "design.group" }, { N_("Dissolve Group"), "design.dissolve-group", TRUE },
  { N_("Collapse Group"), "canvas.collapse-group", TRUE }, { N_("Expand"), "canvas.expand", TRUE }, { NULL, NULL },
  { N_("Run to Here"), "win.run-to-here" }, { N_("Run Only This"), "win.run-selected" }, { NULL, NULL },
  { N_("Show in File"), "task.show-in-file" },
};

static const MenuItem design_edge_menu[] = {
  { N_("Insert Task"), "design.insert" }, { N_("Tolerate Failure"), "design.tolerate-failed" }, { N_("Tolerate Skip"), "design.tolerate-skipped" },
  { N_("Delete"), "design.delete-edge" }, { NULL, NULL },
  { N_("Go to Source"), "canvas.go-source" }, { N_("Go to Target"), "canvas.go-target" },
};

static const MenuItem design_canvas_menu[] = {
  { N_("Add Task"), "design.add" }, { N_("Add"), "design.add-kind" }, { N_("Paste"), "design.paste" },
  { N_("Tidy Up"), "design.tidy" }, { NULL, NULL },
  { N_("Select All"), "canvas.select-all" }, { NULL, NULL },
  { N_("Zoom to Fit"), "canvas.fit" }, { N_("All Edges"), "show.all-edges" }, { N_("Last States"), "show.last-states" },
  { NULL, NULL },
  { N_("Dry Run"), "win.dry-run" }, { NULL, NULL },
  { N_("Export…"), "win.export-image" },
};

#define IN_DESIGN (SY_MENU_BRANCH + 1)

static const struct { const MenuItem *items; guint n; } menus[] = {
  [IN_DESIGN + SY_MENU_TASK] = { design_task_menu, G_N_ELEMENTS (design_task_menu) },
  [IN_DESIGN + SY_MENU_EDGE] = { design_edge_menu, G_N_ELEMENTS (design_edge_menu) },
  [IN_DESIGN + SY_MENU_CANVAS] = { design_canvas_menu, G_N_ELEMENTS (design_canvas_menu) },
  [SY_MENU_TASK] = { task_menu, G_N_ELEMENTS (task_menu) },
  [SY_MENU_EDGE] = { edge_menu, G_N_ELEMENTS (edge_menu) },
  [SY_MENU_CANVAS] = { canvas_menu, G_N_ELEMENTS (canvas_menu) },
  [SY_MENU_BRANCH] = { branch_menu, G_N_ELEMENTS (branch_menu) },
};

/* --- menus --- */

static gboolean
is_paused (SyCanvas *self, const char *branch)
{
  const SyRunState *state = sy_run_model_get_state (self->model);

  for (guint i = 0; i < state->paused_branches->len; i++)
    if (g_str_equal (g_ptr_array_index (state->paused_branches, i), branch))
      return TRUE;
  return FALSE;
}

/* Of the two that pause and resume, the one that does nothing now */
static gboolean
is_idle (SyCanvas *self, const char *action, const char *branch)
{
  if (branch == NULL)
    return FALSE;
  return g_str_equal (action, is_paused (self, branch) ? "branch.pause" : "branch.resume");
}

/* @inner: the submenu that the entry before went into, where it was @within one */
static void
append_item (GMenu *section, const MenuItem *entry, GMenuItem *item, GMenuModel *submenu, GMenu **inner, const char *within)
{
  if (submenu != NULL)
    {
      g_menu_item_set_action_and_target_value (item, NULL, NULL);
      g_menu_item_set_submenu (item, submenu);
    }
  if (entry->within == NULL)
    {
      g_menu_append_item (section, item);
      return;
    }
  if (g_strcmp0 (entry->within, within) != 0)
    {
      g_autoptr (GMenu) menu = g_menu_new ();

      g_menu_append_submenu (section, _(entry->within), G_MENU_MODEL (menu));
      *inner = menu; /* the section has a reference */
    }
  g_menu_append_item (*inner, item);
}

/* (transfer full) (nullable): what is behind an entry that does nothing by itself */
static GMenuModel *
make_submenu (SyCanvas *self, const char *action)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (g_str_equal (action, "design.pattern"))
    return sy_design_pattern_menu ();
  return g_str_equal (action, "design.add-kind") && design != NULL ? sy_design_add_menu (sy_design_get_designer (design)) : NULL;
}

static GMenuModel *
make_menu (SyCanvas *self, guint which, const char *branch)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  GMenu *inner = NULL;

  for (guint i = 0; i < menus[which].n; i++)
    {
      const MenuItem *entry = &menus[which].items[i];
      g_autoptr (GMenuItem) item = NULL;
      g_autoptr (GMenuModel) submenu = NULL;

      if (entry->label == NULL)
        {
          g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
          g_object_unref (section);
          section = g_menu_new ();
          continue;
        }
      if (is_idle (self, entry->action, branch))
        continue;
      item = g_menu_item_new (_(entry->label), entry->action);
      if (branch != NULL && g_str_has_prefix (entry->action, "branch."))
        g_menu_item_set_action_and_target (item, entry->action, "s", branch);
      if (entry->hides)
        g_menu_item_set_attribute (item, "hidden-when", "s", "action-disabled");
      submenu = make_submenu (self, entry->action);
      append_item (section, entry, item, submenu, &inner, i > 0 ? menus[which].items[i - 1].within : NULL);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}

static void update_collapse_actions (SyCanvas *self);

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

/* Notes what the menu is about. (transfer full) (nullable): the branch by name */
static char *
note_subject (SyCanvas *self, SyCanvasMenu which, double x, double y)
{
  const SyTask *tasks = self->geometry != NULL ? self->geometry->workflow->tasks : NULL;
  const SyChip *chip;
  guint32 edge;

  self->menu_fork = self->menu_child = self->menu_from = self->menu_to = SY_NO_TASK;
  if (which == SY_MENU_EDGE)
    {
      edge = sy_canvas_edge_at (self, x, y);
      self->menu_from = self->geometry->edges[edge].from;
      self->menu_to = self->geometry->edges[edge].to;
    }
  if (which != SY_MENU_BRANCH)
    return NULL;
  chip = &g_array_index (self->chips, SyChip, sy_canvas_chip_at (self, x, y));
  self->menu_fork = chip->fork;
  self->menu_child = chip->child;
  return g_strdup_printf ("%s/%s", tasks[chip->fork].id, tasks[chip->child].id);
}

void
sy_canvas_show_menu (SyCanvas *self, SyCanvasMenu which, double x, double y)
{
  g_autofree char *branch = note_subject (self, which, x, y);
  gboolean design = sy_session_get_design (self->session) != NULL && which != SY_MENU_BRANCH;
  g_autoptr (GMenuModel) model = make_menu (self, design ? IN_DESIGN + which : which, branch);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  update_collapse_actions (self);
  self->menu = sy_context_menu_new (model, GTK_WIDGET (self));
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  if (design && which == SY_MENU_CANVAS)
    sy_design_add_menu_fill (GTK_POPOVER_MENU (self->menu), sy_design_get_designer (sy_session_get_design (self->session)));
  sy_design_layer_update_edge_actions (self->design);
  g_signal_connect (self->menu, "closed", G_CALLBACK (on_closed), self);
  sy_context_menu_open (self->menu, x, y);
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

void
sy_canvas_add_switches (SyCanvas *self)
{
  static const char *const names[] = { "critical", "all-edges", "follow", "last-states" };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GPropertyAction) action = g_property_action_new (names[i], self->session, names[i]);

      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "show", G_ACTION_GROUP (group));
  g_signal_connect_object (self->session, "notify::last-states", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
}

static void
select_if (SyCanvas *self, gboolean (*wanted) (const SyTaskState *task))
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; self->model != NULL && i < sy_run_model_get_workflow (self->model)->n_tasks; i++)
    if (wanted == NULL || wanted (sy_run_model_get_task (self->model, i)))
      g_array_append_val (tasks, i);
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
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
      sy_session_set_status (self->session, _("No branch here: a branch begins where a fork’s dependant needs nothing else"));
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
  self->aim = SY_AIM_NONE;
  sy_canvas_user_acts (self);
  sy_viewport_fit_area (&self->view, &box);
  sy_canvas_view_changed (self);
}

/* With what the branch that is meant begins; @collapsed: one that is, or one that is not. SY_NO_TASK = there is none */
static guint32
branch_meant (SyCanvas *self, gboolean collapsed)
{
  guint32 focus = sy_session_get_focus (self->session), index = chip_meant (self);
  guint32 at = index != G_MAXUINT32 ? g_array_index (self->chips, SyChip, index).child : focus;

  if (!sy_canvas_is_ready (self) || at >= self->geometry->n_nodes)
    return SY_NO_TASK;
  at = sy_geometry_shown (self->geometry, at);
  if (collapsed)
    return sy_canvas_get_collapsed (self, at) != NULL ? at : SY_NO_TASK;
  if (index == G_MAXUINT32 || sy_canvas_get_collapsed (self, at) != NULL || g_array_index (self->chips, SyChip, index).tasks->len < 2)
    return SY_NO_TASK;
  return at;
}

static void
act_collapse (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 open = branch_meant (self, FALSE), closed = branch_meant (self, TRUE);

  if (!sy_canvas_is_ready (self))
    return;
  if (g_str_equal (name, "canvas.collapse-all"))
    sy_canvas_collapse_all (self);
  else if (g_str_equal (name, "canvas.expand-all"))
    sy_canvas_expand_all (self);
  else if (closed != SY_NO_TASK && !g_str_equal (name, "canvas.collapse"))
    sy_canvas_expand (self, closed);
  else if (open != SY_NO_TASK && !g_str_equal (name, "canvas.expand"))
    sy_canvas_collapse (self, open);
  else
    sy_session_set_status (self->session, _("No branch here: a branch begins where a fork’s dependant needs nothing else"));
}

/* Of the focus; SY_NO_TASK = it is in none, or that is collapsed */
static guint32
group_meant (SyCanvas *self)
{
  guint32 focus = sy_session_get_focus (self->session);

  if (!sy_canvas_is_ready (self) || focus >= self->geometry->n_nodes || self->geometry->workflow->tasks[focus].group == NULL
      || sy_canvas_get_collapsed (self, sy_geometry_shown (self->geometry, focus)) != NULL)
    return SY_NO_TASK;
  return focus;
}

static void
act_collapse_group (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 task = group_meant (self), closed = branch_meant (self, TRUE);

  if (task != SY_NO_TASK)
    sy_canvas_collapse_group (self, task);
  else if (closed != SY_NO_TASK)
    sy_canvas_expand (self, closed);
  else
    sy_session_set_status (self->session, "%s", _("No group here"));
}

static void
update_collapse_actions (SyCanvas *self)
{
  gboolean any = g_hash_table_size (self->branches) > 0;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "canvas.collapse", branch_meant (self, FALSE) != SY_NO_TASK);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "canvas.collapse-group", group_meant (self) != SY_NO_TASK);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "canvas.expand", branch_meant (self, TRUE) != SY_NO_TASK);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "canvas.collapse-all", self->chips->len > 0 && !any);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "canvas.expand-all", any);
}

static void
act_edge (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *self = SY_CANVAS (widget);
  guint32 task = g_str_equal (name, "canvas.go-source") ? self->menu_from : self->menu_to;

  if (self->geometry == NULL || task >= self->geometry->n_nodes)
    return;
  sy_session_select (self->session, task, FALSE);
  sy_canvas_reveal (self, task);
  if (g_str_equal (name, "canvas.why-blocked"))
    gtk_widget_activate_action (widget, "task.why", NULL);
}

void
sy_canvas_install_actions (GtkWidgetClass *klass)
{
  static const struct { const char *name; GtkWidgetActionActivateFunc function; } actions[] = {
    { "canvas.fit", act_fit }, { "canvas.zoom-in", act_zoom }, { "canvas.zoom-out", act_zoom }, { "canvas.zoom-one", act_zoom },
    { "canvas.select-all", act_select }, { "canvas.select-failed", act_select }, { "canvas.select-needs", act_relatives },
    { "canvas.select-dependents", act_relatives }, { "canvas.select-branch", act_branch }, { "canvas.zoom-branch", act_branch },
    { "canvas.collapse", act_collapse }, { "canvas.expand", act_collapse }, { "canvas.toggle-collapsed", act_collapse },
    { "canvas.collapse-group", act_collapse_group },
    { "canvas.toggle-group", act_collapse_group }, { "canvas.collapse-all", act_collapse }, { "canvas.expand-all", act_collapse },
    { "canvas.why-blocked", act_edge }, { "canvas.go-source", act_edge }, { "canvas.go-target", act_edge },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (klass, actions[i].name, NULL, actions[i].function);
}
