/* sy-canvas-a11y.c: light child widgets that stand for drawn tasks, for screen readers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#define MOST_PROXIES 200
#define UPDATE_MS 250

/* Draws nothing; stands where the task is drawn. */
#define SY_TYPE_CANVAS_PROXY (sy_canvas_proxy_get_type ())
G_DECLARE_FINAL_TYPE (SyCanvasProxy, sy_canvas_proxy, SY, CANVAS_PROXY, GtkWidget)

struct _SyCanvasProxy
{
  GtkWidget parent;

  SyCanvas *canvas;     /* borrowed: the parent */
  guint32 task;
  char *name;
  int selected;         /* −1 = not told yet */
};

G_DEFINE_FINAL_TYPE (SyCanvasProxy, sy_canvas_proxy, GTK_TYPE_WIDGET)

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvasProxy *self = SY_CANVAS_PROXY (widget);

  sy_session_select (self->canvas->session, self->task, FALSE);
  if (g_str_equal (name, "node.output"))
    sy_session_show_output (self->canvas->session, self->task);
  else if (g_str_equal (name, "node.rerun"))
    gtk_widget_activate_action (GTK_WIDGET (self->canvas), "task.rerun", NULL);
  else if (g_str_equal (name, "node.why"))
    gtk_widget_activate_action (GTK_WIDGET (self->canvas), "task.why", NULL);
}

static void
act_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyCanvas *canvas = SY_CANVAS_PROXY (widget)->canvas;
  SyRect box = sy_viewport_rect_to_screen (&canvas->view, &canvas->geometry->nodes[SY_CANVAS_PROXY (widget)->task]);

  sy_session_select (canvas->session, SY_CANVAS_PROXY (widget)->task, FALSE);
  sy_canvas_show_menu (canvas, SY_MENU_TASK, box.x + box.width / 2, box.y + box.height / 2);
}

/* The pointer is the canvas's. */
static gboolean
sy_canvas_proxy_contains (GtkWidget *widget, double x, double y)
{
  return FALSE;
}

static void
sy_canvas_proxy_finalize (GObject *object)
{
  g_free (SY_CANVAS_PROXY (object)->name);
  G_OBJECT_CLASS (sy_canvas_proxy_parent_class)->finalize (object);
}

static void
sy_canvas_proxy_class_init (SyCanvasProxyClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = sy_canvas_proxy_finalize;
  widget_class->contains = sy_canvas_proxy_contains;
  gtk_widget_class_install_action (widget_class, "node.select", NULL, act);
  gtk_widget_class_install_action (widget_class, "node.output", NULL, act);
  gtk_widget_class_install_action (widget_class, "node.why", NULL, act);
  gtk_widget_class_install_action (widget_class, "node.rerun", NULL, act);
  gtk_widget_class_install_action (widget_class, "node.menu", NULL, act_menu);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST_ITEM);
}

static void
sy_canvas_proxy_init (SyCanvasProxy *self)
{
  self->task = SY_NO_TASK;
  self->selected = -1;
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
}

/* --- the set --- */

static void
update_proxy (SyCanvas *self, SyCanvasProxy *proxy)
{
  g_autofree char *name = sy_look_describe (sy_canvas_look_of (proxy->task, self), sy_run_model_get_state (self->model), proxy->task);
  int selected = sy_session_is_selected (self->session, proxy->task);

  if (g_strcmp0 (name, proxy->name) != 0)
    {
      gtk_accessible_update_property (GTK_ACCESSIBLE (proxy), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
      g_free (proxy->name);
      proxy->name = g_steal_pointer (&name);
    }
  if (selected != proxy->selected)
    gtk_accessible_update_state (GTK_ACCESSIBLE (proxy), GTK_ACCESSIBLE_STATE_SELECTED, selected, -1);
  proxy->selected = selected;
}

void
sy_canvas_allocate_proxies (SyCanvas *self)
{
  for (guint i = 0; i < self->proxies->len; i++)
    {
      SyCanvasProxy *proxy = g_ptr_array_index (self->proxies, i);
      SyRect box = sy_viewport_rect_to_screen (&self->view, &self->geometry->nodes[proxy->task]);
      GtkAllocation at = { (int) box.x, (int) box.y, MAX ((int) box.width, 1), MAX ((int) box.height, 1) };
      int least;

      gtk_widget_measure (GTK_WIDGET (proxy), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      gtk_widget_size_allocate (GTK_WIDGET (proxy), &at, -1);
    }
}

typedef struct
{
  SyCanvas *self;
  GArray *tasks;
} Wanted;

static void
want_visible (guint32 index, gpointer data)
{
  Wanted *wanted = data;

  if (wanted->tasks->len < MOST_PROXIES && !sy_session_is_selected (wanted->self->session, index))
    g_array_append_val (wanted->tasks, index);
}

/* Selected tasks first, then those in sight */
static GArray *
wanted_tasks (SyCanvas *self)
{
  Wanted wanted = { self, sy_session_get_selection (self->session) };
  guint32 focus = sy_session_get_focus (self->session);
  SyRect visible = sy_viewport_visible (&self->view);

  if (wanted.tasks->len > MOST_PROXIES)
    g_array_set_size (wanted.tasks, MOST_PROXIES);
  if (focus != SY_NO_TASK && focus < self->geometry->n_nodes)
    want_visible (focus, &wanted);
  if (!sy_scene_is_far (self->scene, self->view.zoom))
    sy_geometry_foreach_node (self->geometry, &visible, want_visible, &wanted);
  return wanted.tasks;
}

void
sy_canvas_clear_proxies (SyCanvas *self)
{
  for (guint i = 0; i < self->proxies->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->proxies, i));
  g_ptr_array_set_size (self->proxies, 0);
}

void
sy_canvas_update_proxies (SyCanvas *self)
{
  g_autoptr (GArray) tasks = NULL;

  if (!sy_canvas_is_ready (self) || self->scene == NULL)
    return;
  tasks = wanted_tasks (self);
  while (self->proxies->len > tasks->len)
    {
      gtk_widget_unparent (g_ptr_array_index (self->proxies, self->proxies->len - 1));
      g_ptr_array_set_size (self->proxies, (int) self->proxies->len - 1);
    }
  while (self->proxies->len < tasks->len)
    {
      SyCanvasProxy *proxy = g_object_new (SY_TYPE_CANVAS_PROXY, NULL);

      proxy->canvas = self;
      gtk_widget_set_parent (GTK_WIDGET (proxy), GTK_WIDGET (self));
      g_ptr_array_add (self->proxies, proxy);
    }
  for (guint i = 0; i < tasks->len; i++)
    {
      SyCanvasProxy *proxy = g_ptr_array_index (self->proxies, i);

      proxy->task = g_array_index (tasks, guint32, i);
      update_proxy (self, proxy);
    }
  sy_canvas_allocate_proxies (self);
}

static gboolean
update_later (gpointer data)
{
  SyCanvas *self = data;

  self->proxy_source = 0;
  sy_canvas_update_proxies (self);
  return G_SOURCE_REMOVE;
}

/* When panning rests */
void
sy_canvas_schedule_proxies (SyCanvas *self)
{
  g_clear_handle_id (&self->proxy_source, g_source_remove);
  self->proxy_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, UPDATE_MS, update_later, self, NULL);
}

/* States changed: names follow at their pace */
void
sy_canvas_proxy_states (SyCanvas *self)
{
  if (self->proxy_source == 0 && self->proxies->len > 0)
    self->proxy_source = g_timeout_add_full (G_PRIORITY_DEFAULT_IDLE, UPDATE_MS * 2, update_later, self, NULL);
}
