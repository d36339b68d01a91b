/* sy-canvas.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "views/sy-design-layer.h"
#include "views/sy-frame-log.h"
#include "views/sy-minimap.h"
#include "views/sy-x11-memory.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define BEAT_MS 500

G_DEFINE_FINAL_TYPE (SyCanvas, sy_canvas, GTK_TYPE_WIDGET)

SyScene *
sy_canvas_make_scene (SyCanvas *self)
{
  gboolean quiet = sy_session_get_find (self->session) != NULL || sy_session_get_states (self->session) != 0
                   || sy_session_get_plan (self->session) != NULL;
  SyScene *scene = sy_scene_new (self->geometry, self->style, self->font, self->font_scale, sy_session_get_all_edges (self->session), quiet,
                                 sy_session_get_critical (self->session) ? self->critical : NULL);

  if (self->design != NULL)
    sy_scene_hide (scene, sy_design_layer_hidden (self->design));
  return scene;
}

void
sy_canvas_rebuild_scene (SyCanvas *self)
{
  g_clear_pointer (&self->scene, sy_scene_unref);
  if (self->geometry != NULL)
    self->scene = sy_canvas_make_scene (self);
  sy_tile_cache_set_scene (self->tiles, self->scene, self->flat);
  sy_minimap_set_scene (SY_MINIMAP (self->minimap), self->scene, self->flat);
  self->drawn = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- time --- */

typedef struct
{
  SyCanvas *self;
  gboolean changed;
} Beat;

static void
beat_task (guint32 index, gpointer data)
{
  Beat *beat = data;
  const SyTaskState *task = sy_run_model_get_task (beat->self->model, index);
  const SyLook *look;
  guint32 hash;

  if (task->state != SY_STATE_RUNNING && task->name != SY_NAME_AWAITING_RETRY && sy_canvas_get_collapsed (beat->self, index) == NULL)
    return;
  look = sy_canvas_look_of (index, beat->self);
  hash = g_str_hash (look->line) ^ (guint32) look->progress << 16;
  if (hash == beat->self->look_hash[index])
    return;
  beat->self->look_hash[index] = hash;
  sy_tile_cache_touch (beat->self->tiles, index, FALSE);
  beat->changed = TRUE;
}

static gboolean
on_beat (gpointer data)
{
  SyCanvas *self = data;
  Beat beat = { self, FALSE };
  SyRect visible = sy_viewport_visible (&self->view);

  if (sy_canvas_is_ready (self) && !sy_scene_is_far (self->scene, self->view.zoom))
    sy_geometry_foreach_node (self->geometry, &visible, beat_task, &beat);
  for (guint i = 0; i < self->chips->len; i++)
    {
      SyChip *chip = &g_array_index (self->chips, SyChip, i);

      if (chip->progress.n_running > 0 && chip->box.width > 0)
        chip->dirty = beat.changed = TRUE;
    }
  if (beat.changed)
    gtk_widget_queue_draw (GTK_WIDGET (self));
  return G_SOURCE_CONTINUE;
}

/* The clock ticks only while something changes with time and is looked at. */
void
sy_canvas_update_beat (SyCanvas *self)
{
  const SyRunState *state = self->model != NULL ? sy_run_model_get_state (self->model) : NULL;
  gboolean wanted = state != NULL && sy_run_model_is_live (self->model) && !sy_run_model_is_past (self->model)
                    && state->counts[SY_STATE_RUNNING] + state->counts[SY_STATE_READY] > 0 && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->beat_source == 0)
    self->beat_source = g_timeout_add (BEAT_MS, on_beat, self);
  else if (!wanted)
    g_clear_handle_id (&self->beat_source, g_source_remove);
}

/* --- the session --- */

static void
follow (SyCanvas *self, const GArray *tasks)
{
  for (guint i = tasks->len; i-- > 0;)
    if (sy_run_model_get_task (self->model, g_array_index (tasks, guint32, i))->state == SY_STATE_RUNNING)
      {
        sy_canvas_reveal (self, g_array_index (tasks, guint32, i));
        return;
      }
}

static void
on_changed (SyRunModel *model, GArray *tasks, SyCanvas *self)
{
  if (!sy_canvas_is_ready (self))
    return;
  for (guint i = 0; i < tasks->len; i++)
    sy_canvas_touch_task (self, g_array_index (tasks, guint32, i));
  sy_canvas_touch_chips (self);
  if (sy_session_get_follow (self->session))
    follow (self, tasks);
  sy_canvas_aim_at_news (self);
  sy_minimap_states_changed (SY_MINIMAP (self->minimap));
  sy_canvas_proxy_states (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_run_changed (SyRunModel *model, SyCanvas *self)
{
  sy_canvas_update_beat (self);
}

static gboolean
fold_in_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer unused)
{
  SyCanvas *self = SY_CANVAS (widget);

  self->fold_tick = 0;
  if (self->model != NULL)
    sy_run_model_flush (self->model);
  return G_SOURCE_REMOVE;
}

/* Events are folded where the frame begins that shows them. */
static gboolean
on_arrived (SyRunModel *model, SyCanvas *self)
{
  gboolean mapped = gtk_widget_get_mapped (GTK_WIDGET (self));

  if (mapped && self->fold_tick == 0)
    self->fold_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), fold_in_frame, NULL, NULL);
  return mapped;
}

static void
on_structure_changed (SyRunModel *model, SyCanvas *self)
{
  if (sy_canvas_rebind (self))
    return;
  sy_canvas_clear_proxies (self);
  sy_canvas_clear_chips (self);
  self->hover = self->aim_task = SY_NO_TASK;
  sy_canvas_start_layout (self);
}

static void
on_places (SyRunModel *model, SyCanvas *self)
{
  sy_canvas_take_places (self);
}

static void
forget_parts (SyCanvas *self)
{
  sy_canvas_cancel_layout (self);
  sy_canvas_clear_proxies (self);
  sy_canvas_clear_chips (self);
  g_clear_pointer (&self->critical, g_free);
  g_clear_pointer (&self->caption, g_free);
  self->hover = SY_NO_TASK;
}

static void
forget_picture (SyCanvas *self)
{
  forget_parts (self);
  if (self->design != NULL)
    sy_design_layer_forget_move (self->design);
  g_hash_table_remove_all (self->branches);
  g_clear_pointer (&self->geometry, sy_geometry_unref);
  sy_canvas_rebuild_scene (self);
}

/* The same tasks in the same order with the same needs: their picture stays until the new one is there. */
static gboolean
is_pictured (SyCanvas *self, SyRunModel *model)
{
  const SyWorkflow *a = self->geometry != NULL ? self->geometry->workflow : NULL;
  const SyWorkflow *b = model != NULL ? sy_run_model_get_workflow (model) : NULL;

  if (a == NULL || b == NULL || a->n_tasks != b->n_tasks || a->n_edges != b->n_edges)
    return FALSE;
  for (guint32 i = 0; i < a->n_tasks; i++)
    if (strcmp (a->tasks[i].id, b->tasks[i].id) != 0 || a->tasks[i].n_needs != b->tasks[i].n_needs)
      return FALSE;
  return TRUE;
}

static void
on_model (SySession *session, GParamSpec *pspec, SyCanvas *self)
{
  SyRunModel *model = sy_session_get_model (session);
  gboolean stays = is_pictured (self, model);

  if (model == self->model)
    return;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  if (stays)
    forget_parts (self);
  else
    forget_picture (self);
  self->aim = stays ? self->aim : SY_AIM_READ;
  self->aim_task = SY_NO_TASK;
  self->touched = stays && self->touched;
  if (model != NULL)
    {
      g_signal_connect (model, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect (model, "run-changed", G_CALLBACK (on_run_changed), self);
      g_signal_connect (model, "arrived", G_CALLBACK (on_arrived), self);
      g_signal_connect (model, "structure-changed", G_CALLBACK (on_structure_changed), self);
      g_signal_connect (model, "places-changed", G_CALLBACK (on_places), self);
      sy_canvas_start_layout (self);
    }
  sy_canvas_update_beat (self);
}

static void
on_dimming (SySession *session, GParamSpec *pspec, SyCanvas *self)
{
  sy_canvas_rebuild_scene (self);
  sy_canvas_refresh_states (self);
}

static void
on_plan (SySession *session, SyCanvas *self)
{
  sy_canvas_rebuild_scene (self);
  sy_canvas_refresh_states (self);
}

static void
on_edges (SySession *session, GParamSpec *pspec, SyCanvas *self)
{
  sy_canvas_update_critical (self);
  sy_canvas_rebuild_scene (self);
}

static void
on_selection (SySession *session, SyCanvas *self)
{
  sy_canvas_schedule_proxies (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_focus (SySession *session, GParamSpec *pspec, SyCanvas *self)
{
  sy_canvas_schedule_proxies (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_reveal (SySession *session, guint task, SyCanvas *self)
{
  sy_canvas_reveal (self, task);
}

/* --- style --- */

static void
update_style (SyCanvas *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (manager), hc = adw_style_manager_get_high_contrast (manager);
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  const char *family = pango_font_description_get_family (pango_context_get_font_description (context));
  int dpi = -1;
  double scale;
  const SyStyle *style = sy_style_get (hc ? (dark ? SY_SCHEME_HIGH_CONTRAST_DARK : SY_SCHEME_HIGH_CONTRAST)
                                          : (dark ? SY_SCHEME_DARK : SY_SCHEME_LIGHT), self->palette);

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-xft-dpi", &dpi, NULL);
  scale = dpi > 0 ? CLAMP (dpi / (96.0 * 1024), 0.5, 3) : 1;
  if (style == self->style && scale == self->font_scale && g_strcmp0 (family, self->font) == 0)
    return;
  self->style = style;
  g_free (self->font);
  self->font = g_strdup (family);
  if (scale != self->font_scale && sy_canvas_is_ready (self))
    {
      self->font_scale = scale;
      sy_canvas_start_layout (self);
    }
  self->font_scale = scale;
  for (guint i = 0; i < self->chips->len; i++)
    g_array_index (self->chips, SyChip, i).dirty = TRUE;
  sy_canvas_rebuild_scene (self);
}

void
sy_canvas_set_palette (SyCanvas *self, SyPalette palette)
{
  g_return_if_fail (SY_IS_CANVAS (self));
  self->palette = palette;
  update_style (self);
}

static void
on_style (AdwStyleManager *manager, GParamSpec *pspec, SyCanvas *self)
{
  update_style (self);
}

static void
sy_canvas_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (sy_canvas_parent_class)->css_changed (widget, change);
  if (SY_CANVAS (widget)->session != NULL)
    update_style (SY_CANVAS (widget));
}

/* --- the widget --- */

static void
sy_canvas_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                   int *natural_baseline)
{
  int least, wanted;

  gtk_widget_measure (SY_CANVAS (widget)->minimap, orientation, -1, &least, &wanted, NULL, NULL);
  *minimum = 100;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 400;
}

static void
sy_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SyCanvas *self = SY_CANVAS (widget);
  gboolean resized = self->view.width != width || self->view.height != height;
  GtkAllocation minimap;

  sy_viewport_resize (&self->view, width, height);
  if (resized)
    sy_canvas_take_aim (self);
  minimap = sy_canvas_place_minimap (self);
  gtk_widget_size_allocate (self->minimap, &minimap, -1);
  sy_canvas_allocate_proxies (self);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  sy_canvas_view_changed (self);
}

static void
sy_canvas_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_canvas_parent_class)->realize (widget);
  sy_x11_memory_keep (widget);
}

/*
 * Popovers go with their surfaces: a layout that is under way keeps the canvas for a while after its window, and GTK's tooltips would
 * ask where the pointer is over a popover that is there yet and has no surface.
 */
static void
sy_canvas_unrealize (GtkWidget *widget)
{
  SyCanvas *self = SY_CANVAS (widget);

  if (self->design != NULL)
    sy_design_layer_drop_popover (self->design);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  GTK_WIDGET_CLASS (sy_canvas_parent_class)->unrealize (widget);
}

static void
sy_canvas_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_canvas_parent_class)->map (widget);
  sy_canvas_update_beat (SY_CANVAS (widget));
}

static void
sy_canvas_unmap (GtkWidget *widget)
{
  SyCanvas *self = SY_CANVAS (widget);

  g_clear_handle_id (&self->beat_source, g_source_remove);
  GTK_WIDGET_CLASS (sy_canvas_parent_class)->unmap (widget);
}

static void
tiles_ready (gpointer data)
{
  gtk_widget_queue_draw (data);
}

static void
sy_canvas_dispose (GObject *object)
{
  SyCanvas *self = SY_CANVAS (object);

  sy_canvas_cancel_layout (self);
  g_clear_handle_id (&self->settle_source, g_source_remove);
  g_clear_handle_id (&self->beat_source, g_source_remove);
  g_clear_handle_id (&self->proxy_source, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  sy_canvas_clear_proxies (self);
  g_clear_pointer (&self->design, sy_design_layer_free);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->minimap, gtk_widget_unparent);
  g_clear_pointer (&self->tiles, sy_tile_cache_free);
  G_OBJECT_CLASS (sy_canvas_parent_class)->dispose (object);
}

static void
sy_canvas_finalize (GObject *object)
{
  SyCanvas *self = SY_CANVAS (object);

  sy_canvas_clear_chips (self);
  g_array_unref (self->chips);
  g_hash_table_unref (self->collapsed);
  g_hash_table_unref (self->branches);
  g_ptr_array_unref (self->proxies);
  g_clear_pointer (&self->scene, sy_scene_unref);
  g_clear_pointer (&self->geometry, sy_geometry_unref);
  g_free (self->flat);
  g_free (self->look_hash);
  g_free (self->critical);
  g_free (self->caption);
  g_free (self->font);
  G_OBJECT_CLASS (sy_canvas_parent_class)->finalize (object);
}

static void
sy_canvas_class_init (SyCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_canvas_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_canvas_finalize;
  widget_class->measure = sy_canvas_measure;
  widget_class->size_allocate = sy_canvas_size_allocate;
  widget_class->snapshot = sy_canvas_snapshot;
  widget_class->css_changed = sy_canvas_css_changed;
  widget_class->realize = sy_canvas_realize;
  widget_class->unrealize = sy_canvas_unrealize;
  widget_class->map = sy_canvas_map;
  widget_class->unmap = sy_canvas_unmap;
  sy_canvas_install_actions (widget_class);
  gtk_widget_class_set_css_name (widget_class, "graph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
}

static void
sy_canvas_init (SyCanvas *self)
{
  sy_viewport_init (&self->view);
  self->hover = self->aim_task = SY_NO_TASK;
  self->hover_chip = G_MAXUINT32;
  self->aim = SY_AIM_READ;
  self->font_scale = 1;
  self->anchor = SY_NO_TASK;
  self->collapsed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->branches = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
  self->chips = g_array_new (FALSE, TRUE, sizeof (SyChip));
  self->proxies = g_ptr_array_new ();
  self->tiles = sy_tile_cache_new (sy_canvas_look_of, tiles_ready, self);
  self->minimap = sy_minimap_new ();
  gtk_widget_set_parent (self->minimap, GTK_WIDGET (self));
  gtk_widget_set_child_visible (self->minimap, FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Graph"), -1);
}

SyCanvas *
sy_canvas_new (SySession *session)
{
  SyCanvas *self = g_object_new (SY_TYPE_CANVAS, NULL);

  self->session = g_object_ref (session);
  sy_minimap_set_canvas (SY_MINIMAP (self->minimap), self);
  g_signal_connect (session, "notify::model", G_CALLBACK (on_model), self);
  g_signal_connect (session, "notify::find", G_CALLBACK (on_dimming), self);
  g_signal_connect (session, "notify::states", G_CALLBACK (on_dimming), self);
  g_signal_connect (session, "notify::critical", G_CALLBACK (on_edges), self);
  g_signal_connect (session, "notify::all-edges", G_CALLBACK (on_edges), self);
  g_signal_connect (session, "notify::focus", G_CALLBACK (on_focus), self);
  g_signal_connect (session, "selection-changed", G_CALLBACK (on_selection), self);
  g_signal_connect (session, "plan-changed", G_CALLBACK (on_plan), self);
  g_signal_connect (session, "reveal", G_CALLBACK (on_reveal), self);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (on_style), self, 0);
  g_signal_connect_object (adw_style_manager_get_default (), "notify::high-contrast", G_CALLBACK (on_style), self, 0);
  update_style (self);
  sy_canvas_add_switches (self);
  self->design = sy_design_layer_new (self);
  sy_canvas_add_controllers (self);
  sy_canvas_add_keys (self);
  sy_frame_log_attach (self);
  on_model (session, NULL, self);
  return self;
}

const SyGeometry *
sy_canvas_get_geometry (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), NULL);
  return self->geometry;
}

const SyViewport *
sy_canvas_get_viewport (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), NULL);
  return &self->view;
}

SySession *
sy_canvas_get_session (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), NULL);
  return self->session;
}

gboolean
sy_canvas_is_complete (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), FALSE);
  return sy_canvas_is_ready (self) && self->drawn;
}

gboolean
sy_canvas_is_busy (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), FALSE);
  return self->layout != NULL || self->improves || !self->drawn || self->settle_source != 0 || sy_tile_cache_is_busy (self->tiles);
}

gsize
sy_canvas_get_tile_bytes (SyCanvas *self)
{
  g_return_val_if_fail (SY_IS_CANVAS (self), 0);
  return sy_tile_cache_get_bytes (self->tiles);
}
