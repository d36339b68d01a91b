/* sy-timeline-pane.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-timeline-pane.h"

#include <glib/gi18n.h>

#define ZOOM_STEP 1.25

struct _SyTimelinePane
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyTimelineChart *chart;
  GtkWidget *box, *empty, *grid;
  GtkLabel *told;
  GtkAdjustment *rows, *time;
  GtkWidget *rows_bar, *time_bar;
  gboolean quiet;       /* the scroll bars are being set, not moved */
};

G_DEFINE_FINAL_TYPE (SyTimelinePane, sy_timeline_pane, GTK_TYPE_WIDGET)

static const struct { const char *name, *label; } lanes[SY_N_LANES] = {
  [SY_LANE_RUNNING] = { "lane-running", N_("Running Tasks") },
  [SY_LANE_SLOTS] = { "lane-slots", N_("Slots") },
  [SY_LANE_POOLS] = { "lane-pools", N_("Pools") },
  [SY_LANE_CPU] = { "lane-cpu", N_("CPU") },
  [SY_LANE_MEMORY] = { "lane-memory", N_("Memory") },
  [SY_LANE_READ] = { "lane-read", N_("Read") },
  [SY_LANE_WRITTEN] = { "lane-written", N_("Written") },
  [SY_LANE_PROCESSES] = { "lane-processes", N_("Processes") },
  [SY_LANE_PRESSURE] = { "lane-pressure", N_("Pressure") },
};

/* --- scroll bars --- */

static void
on_moved (SyTimelinePane *self)
{
  const SyTimeView *view = sy_timeline_chart_get_view (self->chart);
  double height = sy_time_view_rows_height (view), pixels = sy_time_view_plot_width (view) * view->us_per_pixel;
  double begin = MIN ((double) view->begin_us, view->start_us), end = MAX ((double) view->end_us, view->start_us + pixels);

  self->quiet = TRUE;
  gtk_adjustment_configure (self->rows, view->scroll, 0, MAX (view->n_rows * view->row_height, height), SY_TIME_ROW, height * 0.9, height);
  gtk_adjustment_configure (self->time, view->start_us - begin, 0, end - begin, pixels * 0.1, pixels * 0.9, pixels);
  self->quiet = FALSE;
  gtk_widget_set_visible (self->rows_bar, view->n_rows * view->row_height > height + 0.5);
  gtk_widget_set_visible (self->time_bar, end - begin > pixels * 1.001);
}

static void
on_rows (SyTimelinePane *self)
{
  if (!self->quiet)
    sy_timeline_chart_scroll_to (self->chart, gtk_adjustment_get_value (self->rows));
}

static void
on_time (SyTimelinePane *self)
{
  const SyTimeView *view = sy_timeline_chart_get_view (self->chart);

  if (!self->quiet)
    sy_timeline_chart_pan_to (self->chart, MIN ((double) view->begin_us, view->start_us) + gtk_adjustment_get_value (self->time));
}

static void
on_described (SyTimelinePane *self, const char *text)
{
  gtk_label_set_text (self->told, text);
}

static void
on_model (SyTimelinePane *self)
{
  SyRunModel *model = sy_session_get_model (self->session);
  gboolean run = model != NULL && sy_run_model_get_run_id (model) != NULL;

  gtk_widget_set_visible (self->grid, run);
  gtk_widget_set_visible (self->empty, !run);
}

/* --- actions --- */

static void
on_zoom_in (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_timeline_chart_zoom (SY_TIMELINE_PANE (data)->chart, ZOOM_STEP);
}

static void
on_zoom_out (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_timeline_chart_zoom (SY_TIMELINE_PANE (data)->chart, 1 / ZOOM_STEP);
}

static void
on_fit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_timeline_chart_fit (SY_TIMELINE_PANE (data)->chart);
}

static void
on_all_rows (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
  sy_timeline_chart_set_all_rows (SY_TIMELINE_PANE (data)->chart, g_variant_get_boolean (value));
}

static void
on_from_start (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
  sy_timeline_chart_set_relative (SY_TIMELINE_PANE (data)->chart, g_variant_get_boolean (value));
}

static void
on_lane (GSimpleAction *action, GVariant *value, gpointer data)
{
  const char *name = g_action_get_name (G_ACTION (action));

  g_simple_action_set_state (action, value);
  for (guint i = 0; i < SY_N_LANES; i++)
    if (g_str_equal (lanes[i].name, name))
      sy_timeline_chart_set_lane (SY_TIMELINE_PANE (data)->chart, (SyLaneKind) i, g_variant_get_boolean (value));
}

static const GActionEntry entries[] = {
  { .name = "zoom-in", .activate = on_zoom_in },
  { .name = "zoom-out", .activate = on_zoom_out },
  { .name = "fit", .activate = on_fit },
  { .name = "all-rows", .state = "false", .change_state = on_all_rows },
  { .name = "from-start", .state = "false", .change_state = on_from_start },
};

static void
add_actions (SyTimelinePane *self)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GPropertyAction) critical = g_property_action_new ("critical", self->session, "critical");

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (critical));
  for (guint i = 0; i < SY_N_LANES; i++)
    {
      gboolean shown = sy_timeline_chart_get_lane (self->chart, (SyLaneKind) i);
      g_autoptr (GSimpleAction) lane = g_simple_action_new_stateful (lanes[i].name, NULL, g_variant_new_boolean (shown));

      g_signal_connect (lane, "change-state", G_CALLBACK (on_lane), self);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (lane));
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "timeline", G_ACTION_GROUP (group));
}

/* --- life --- */

static GMenuModel *
make_menu (void)
{
  g_autoptr (GMenu) menu = g_menu_new (), figures = g_menu_new (), view = g_menu_new ();

  g_menu_append (view, _("All Rows at Once"), "timeline.all-rows");
  g_menu_append (view, _("Critical Path"), "timeline.critical");
  g_menu_append (view, _("Time from the Start"), "timeline.from-start");
  for (guint i = 0; i < SY_N_LANES; i++)
    {
      g_autofree char *action = g_strconcat ("timeline.", lanes[i].name, NULL);

      g_menu_append (figures, _(lanes[i].label), action);
    }
  g_menu_append_section (menu, NULL, G_MENU_MODEL (view));
  g_menu_append_section (menu, _("Rows Below"), G_MENU_MODEL (figures));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static GtkWidget *
make_button (const char *icon, const char *action, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  gtk_widget_add_css_class (button, "flat");
  return button;
}

static GtkWidget *
make_tools (SyTimelinePane *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4), *menu = gtk_menu_button_new ();
  g_autoptr (GMenuModel) model = make_menu ();

  self->told = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->told, 0);
  gtk_label_set_ellipsize (self->told, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->told), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "dim-label");
  gtk_widget_add_css_class (tools, "toolbar");
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (menu), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu), model);
  gtk_widget_set_tooltip_text (menu, _("What the Timeline Shows"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (menu), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the Timeline Shows"), -1);
  gtk_widget_add_css_class (menu, "flat");
  gtk_box_append (GTK_BOX (tools), GTK_WIDGET (self->told));
  gtk_box_append (GTK_BOX (tools), make_button ("zoom-out-symbolic", "timeline.zoom-out", _("Zoom Out (−)")));
  gtk_box_append (GTK_BOX (tools), make_button ("zoom-in-symbolic", "timeline.zoom-in", _("Zoom In (+)")));
  gtk_box_append (GTK_BOX (tools), make_button ("zoom-fit-best-symbolic", "timeline.fit", _("Show All of the Run (F)")));
  gtk_box_append (GTK_BOX (tools), menu);
  return tools;
}

/* Over the chart, so that there is no strip beside it where there is nothing to scroll */
static GtkWidget *
add_bar (GtkWidget *overlay, GtkOrientation orientation, GtkAdjustment *adjustment)
{
  GtkWidget *bar = gtk_scrollbar_new (orientation, adjustment);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    gtk_widget_set_halign (bar, GTK_ALIGN_END);
  else
    gtk_widget_set_valign (bar, GTK_ALIGN_END);
  gtk_widget_add_css_class (bar, "overlay-indicator");
  gtk_overlay_add_overlay (GTK_OVERLAY (overlay), bar);
  return bar;
}

static GtkWidget *
make_grid (SyTimelinePane *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *overlay = gtk_overlay_new ();

  self->rows = gtk_adjustment_new (0, 0, 1, 1, 1, 1);
  self->time = gtk_adjustment_new (0, 0, 1, 1, 1, 1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->chart), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->chart), TRUE);
  gtk_box_append (GTK_BOX (box), make_tools (self));
  gtk_overlay_set_child (GTK_OVERLAY (overlay), GTK_WIDGET (self->chart));
  self->rows_bar = add_bar (overlay, GTK_ORIENTATION_VERTICAL, self->rows);
  self->time_bar = add_bar (overlay, GTK_ORIENTATION_HORIZONTAL, self->time);
  gtk_box_append (GTK_BOX (box), overlay);
  g_signal_connect_object (self->rows, "value-changed", G_CALLBACK (on_rows), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->time, "value-changed", G_CALLBACK (on_time), self, G_CONNECT_SWAPPED);
  return box;
}

static void
sy_timeline_pane_dispose (GObject *object)
{
  SyTimelinePane *self = SY_TIMELINE_PANE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_timeline_pane_parent_class)->dispose (object);
}

static gboolean
sy_timeline_pane_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (SY_TIMELINE_PANE (widget)->chart));
}

static void
sy_timeline_pane_class_init (SyTimelinePaneClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_timeline_pane_dispose;
  GTK_WIDGET_CLASS (klass)->grab_focus = sy_timeline_pane_grab_focus;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "timelinepane");
}

static void
sy_timeline_pane_init (SyTimelinePane *self)
{
}

GtkWidget *
sy_timeline_pane_new (SySession *session)
{
  SyTimelinePane *self = g_object_new (SY_TYPE_TIMELINE_PANE, NULL);

  self->session = g_object_ref (session);
  self->chart = sy_timeline_chart_new (session);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->grid = make_grid (self);
  self->empty = gtk_label_new (_("Nothing has run yet. The timeline shows when each task waited and ran."));
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_widget_set_vexpand (self->empty, TRUE);
  gtk_widget_add_css_class (self->empty, "dim-label");
  gtk_box_append (GTK_BOX (self->box), self->grid);
  gtk_box_append (GTK_BOX (self->box), self->empty);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  add_actions (self);
  g_signal_connect_object (self->chart, "moved", G_CALLBACK (on_moved), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chart, "described", G_CALLBACK (on_described), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}
