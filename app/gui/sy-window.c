/* sy-window.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "core/model/sy-words.h"
#include "views/sy-canvas.h"
#include "views/sy-design-bar.h"
#include "views/sy-design-form.h"
#include "views/sy-failure-bar.h"
#include "views/sy-file-pane.h"
#include "views/sy-inspector.h"
#include "views/sy-outline.h"
#include "views/sy-output-pane.h"
#include "views/sy-preview-bar.h"
#include "views/sy-run-bar.h"
#include "views/sy-sidebar.h"
#include "views/sy-space-bar.h"
#include "views/sy-state-icon.h"
#include "views/sy-theme.h"
#include "views/sy-time-bar.h"
#include "views/sy-timeline-pane.h"

#include <glib/gi18n.h>

#define OUTPUT_SHARE 0.42 /* of the height, when it first opens */

G_DEFINE_FINAL_TYPE (SyWindow, sy_window, ADW_TYPE_APPLICATION_WINDOW)

const char *
sy_window_get_path (SyWindow *self)
{
  return self->path;
}

void
sy_window_toast (SyWindow *self, const char *format, ...)
{
  g_autofree char *text = NULL, *escaped = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  escaped = g_markup_escape_text (text, -1);
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (escaped));
  sy_session_set_status (self->session, "%s", text);
}

/* --- panes --- */

void
sy_window_show_output (SyWindow *self, gboolean shown)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->paned));

  if (gtk_widget_get_visible (self->output_slot) == shown)
    return;
  gtk_widget_set_visible (self->output_slot, shown);
  if (shown && height > 0)
    gtk_paned_set_position (self->paned, height * (1 - OUTPUT_SHARE));
  sy_output_pane_set_active (SY_OUTPUT_PANE (self->output), shown);
}

static void
on_show_output (SySession *session, guint task, SyWindow *self)
{
  adw_view_stack_set_visible_child_name (self->views, "graph");
  g_action_group_change_action_state (G_ACTION_GROUP (self), "output", g_variant_new_boolean (TRUE));
  sy_output_pane_go_to_error (SY_OUTPUT_PANE (self->output), task);
}

static void
on_show_attempt (SySession *session, guint task, guint attempt, SyWindow *self)
{
  adw_view_stack_set_visible_child_name (self->views, "graph");
  g_action_group_change_action_state (G_ACTION_GROUP (self), "output", g_variant_new_boolean (TRUE));
  sy_output_pane_show_attempt (SY_OUTPUT_PANE (self->output), task, attempt);
}

/* --- what is shown --- */

static void
say_status (SyWindow *self, const SyRunState *state)
{
  gboolean interrupted = sy_run_model_is_interrupted (self->model);
  guint told = (state->status + 1u) << 1 | (interrupted ? 1 : 0);

  if (self->status_shown == told)
    return;
  sy_session_set_status (self->session, "%s: %s", state->workflow->name,
                         interrupted ? _("Interrupted") : sy_run_status_words (state->status));
  if (self->status_shown != 0 && sy_run_status_is_final (state->status))
    sy_window_notify (self, state);
  self->status_shown = told;
  sy_window_refresh_runs (self);
}

/* Told only when it is another: this is done with every change of a run, and GTK would ask the display where the pointer is. */
static void
name_button (GtkWidget *button, const char *name, const char *tooltip)
{
  if (g_strcmp0 (gtk_widget_get_tooltip_text (button), tooltip) == 0)
    return;
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* Run where nothing runs; else Pause and Stop. One suggested button at a time. */
static void
update_header (SyWindow *self)
{
  const SyRunState *state = self->model != NULL ? sy_run_model_get_live_state (self->model) : NULL;
  gboolean run = state != NULL && sy_run_model_get_run_id (self->model) != NULL;
  gboolean goes_on = run && !sy_run_status_is_final (state->status);
  gboolean resume = goes_on && (state->paused || state->draining || !sy_run_model_is_live (self->model));
  gboolean failed = run && state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST] > 0;

  gtk_widget_set_visible (self->run_button, !goes_on);
  gtk_widget_set_visible (self->pause_button, goes_on);
  gtk_widget_set_visible (self->stop_button, goes_on);
  gtk_button_set_label (GTK_BUTTON (self->run_button), run ? _("Run Again") : _("Run"));
  gtk_button_set_icon_name (GTK_BUTTON (self->pause_button),
                            resume ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  name_button (self->pause_button, resume ? _("Resume") : _("Pause"), resume ? _("Resume") : _("Pause: Start Nothing New"));
  if (failed || self->model == NULL)
    gtk_widget_remove_css_class (self->run_button, "suggested-action");
  else
    gtk_widget_add_css_class (self->run_button, "suggested-action");
}

static void
on_run_changed (SyWindow *self)
{
  if (self->model == NULL)
    return;
  if (sy_run_model_get_trouble (self->model) != NULL)
    sy_session_set_status (self->session, _("The log cannot be read: %s"), sy_run_model_get_trouble (self->model));
  else if (sy_run_model_get_run_id (self->model) != NULL)
    say_status (self, sy_run_model_get_live_state (self->model));
  update_header (self);
  sy_window_update_inhibition (self);
  sy_window_update_actions (self);
}

void
sy_window_show_text (SyWindow *self, GBytes *text)
{
  g_clear_pointer (&self->text, g_bytes_unref);
  self->text = text != NULL ? g_bytes_ref (text) : NULL;
  sy_file_pane_set_text (SY_FILE_PANE (self->file_pane), text);
}

void
sy_window_show_line (SyWindow *self, guint line)
{
  adw_view_stack_set_visible_child_name (self->views, "file");
  sy_file_pane_show_line (SY_FILE_PANE (self->file_pane), line);
}

static void
on_show_graph (SyWindow *self)
{
  adw_view_stack_set_visible_child_name (self->views, "graph");
  gtk_widget_grab_focus (self->canvas);
}

void
sy_window_show_problem (SyWindow *self, const char *title, const char *text)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);

  gtk_text_buffer_set_text (buffer, text, -1);
  gtk_text_view_set_buffer (self->problem_text, buffer);
  adw_status_page_set_title (self->problem_page, title);
  gtk_stack_set_visible_child_name (self->pages, "problem");
}

void
sy_window_set_model (SyWindow *self, SyRunModel *model, const char *path, GBytes *text)
{
  g_autofree char *copy = g_strdup (path);
  gboolean first = self->model == NULL;

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  sy_window_forget_broken (self);
  g_free (self->shown_path);
  self->shown_path = g_strdup (path);
  g_free (self->path);
  self->path = g_steal_pointer (&copy);
  self->status_shown = 0;
  g_signal_connect_swapped (model, "run-changed", G_CALLBACK (on_run_changed), self);
  sy_session_set_model (self->session, model);
  sy_window_show_text (self, text);
  adw_view_switcher_title_set_title (self->switcher, sy_run_model_get_workflow (model)->name);
  gtk_window_set_title (GTK_WINDOW (self), sy_run_model_get_workflow (model)->name);
  gtk_stack_set_visible_child_name (self->pages, "run");
  sy_sidebar_set_current (SY_SIDEBAR (self->sidebar), sy_run_model_get_run_id (model), self->path);
  sy_window_watch_file (self);
  on_run_changed (self);
  sy_window_reveal_wanted (self);
  if (!first)
    return;
  if (!adw_flap_get_folded (self->inspector_flap))
    sy_window_show_inspector (self, TRUE);
  gtk_widget_grab_focus (self->canvas);
}

static void
on_status (SyWindow *self)
{
  gtk_label_set_text (self->status, sy_session_get_status (self->session));
}

static void
on_rerun_started (SyWindow *self, GArray *numbers)
{
  g_autofree char *title = sy_words_counted (numbers->len, "Re-running %s task", "Re-running %s tasks");
  AdwToast *toast = adw_toast_new (title);

  adw_toast_set_button_label (toast, _("Stop These"));
  adw_toast_set_action_name (toast, "win.stop-these");
  adw_toast_set_action_target_value (toast, g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, numbers->data, numbers->len,
                                                                       sizeof (guint32)));
  adw_toast_overlay_add_toast (self->toasts, toast);
  sy_window_refresh_runs (self);
}

static void
on_open_run (SyWindow *self, const char *uuid)
{
  if (g_strcmp0 (uuid, sy_gui_controller_get_run (self->controller)) != 0 || self->reader == NULL)
    sy_window_show_run (self, uuid);
}

static void
on_find_changed (SyWindow *self)
{
  sy_session_set_find (self->session, gtk_editable_get_text (GTK_EDITABLE (self->find_entry)));
  sy_window_update_actions (self);
}

static void
on_find_mode (SyWindow *self)
{
  if (!gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->find_bar)))
    sy_session_set_find (self->session, NULL);
}

/* Enter goes to the first task found, then to the next. */
void
sy_window_find_next (SyWindow *self)
{
  guint32 n = self->model != NULL ? sy_run_model_get_workflow (self->model)->n_tasks : 0;
  guint32 at = sy_session_get_focus (self->session);

  for (guint32 i = 0; i < n; i++)
    {
      at = at >= n ? 0 : (at + 1) % n;
      if (!sy_session_matches (self->session, at))
        continue;
      sy_session_select (self->session, at, FALSE);
      sy_session_reveal (self->session, at);
      return;
    }
}

/* The arrow of a split button has a tooltip, but no name. */
static void
name_arrow (GtkWidget *split, const char *name)
{
  for (GtkWidget *child = gtk_widget_get_first_child (split); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (child)), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_find_next (SyWindow *self)
{
  on_find_changed (self);       /* a fast Enter comes before the entry says that it has changed */
  sy_window_find_next (self);
  if (!self->go_to)
    return;
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->find_bar), FALSE);
  gtk_widget_grab_focus (self->canvas);
}

static void
follow_palette (gpointer data)
{
  sy_canvas_set_palette (SY_CANVAS (data), sy_theme_get_palette ());
}

/* A toast would take the key first. */
static gboolean
on_escape_key (GtkWidget *widget, GVariant *args, gpointer data)
{
  SyWindow *self = data;

  if (sy_session_get_plan (self->session) == NULL && !gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->find_bar)))
    return FALSE;
  g_action_group_activate_action (G_ACTION_GROUP (self), "escape", NULL);
  return TRUE;
}

static void
add_escape (SyWindow *self)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_callback_action_new (on_escape_key, self, NULL)));
  gtk_widget_add_controller (adw_toast_overlay_get_child (self->toasts), keys);
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, SyWindow *self)
{
  GSList *files = g_value_get_boxed (value);

  for (GSList *item = files; item != NULL; item = item->next)
    sy_application_open_file (SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), item->data);
  return files != NULL;
}

/* --- closing --- */

static void
on_close_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  SyApplication *application = SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (self)));
  GSettings *settings = application != NULL ? sy_application_get_settings (application) : NULL;

  if (g_str_equal (response, "cancel"))
    return;
  if (g_str_equal (response, "stop"))
    sy_window_stop_run (self);
  else if (settings != NULL)
    g_settings_set_boolean (settings, "background-told", TRUE);
  self->may_close = TRUE;
  gtk_window_close (GTK_WINDOW (self));
}

static void
ask_close (SyWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Runs Go On in the Background"),
                                              _("Open the workflow again to see how far it is."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "stop", _("Stop Run"), "close", _("Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
save_size (SyWindow *self, GSettings *settings)
{
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set (settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
}

static gboolean
sy_window_close_request (GtkWindow *window)
{
  SyWindow *self = SY_WINDOW (window);
  SyApplication *application = SY_APPLICATION (gtk_window_get_application (window));
  GSettings *settings = application != NULL ? sy_application_get_settings (application) : NULL;
  gboolean told = settings != NULL && g_settings_get_boolean (settings, "background-told");

  if (!self->may_close && sy_window_ask_unsaved (self, SY_THEN_CLOSE))
    return TRUE;
  if (!self->may_close && !told && self->model != NULL && sy_run_model_is_live (self->model))
    {
      ask_close (self);
      return TRUE;
    }
  if (told && !self->may_close && sy_window_get_run_state (self) != NULL && sy_run_model_is_live (self->model))
    sy_window_notify_goes_on (self);
  if (settings != NULL)
    save_size (self, settings);
  if (application != NULL)
    sy_application_note_files (application, window);
  return GTK_WINDOW_CLASS (sy_window_parent_class)->close_request (window);
}

/* --- life --- */

static void
sy_window_dispose (GObject *object)
{
  SyWindow *self = SY_WINDOW (object);

  sy_window_stop_listing (self);
  self->opening++;
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (sy_session_get_design (self->session) != NULL)
    sy_design_close (sy_session_get_design (self->session), FALSE);
  g_clear_pointer (&self->reader, sy_run_reader_free);
  g_clear_object (&self->model);
  g_clear_object (&self->file_monitor);
  g_clear_object (&self->branch_actions);
  sy_window_drop_run_menu (self);
  g_clear_object (&self->run_actions);
  self->sidebar = NULL;
  gtk_widget_dispose_template (GTK_WIDGET (self), SY_TYPE_WINDOW);
  G_OBJECT_CLASS (sy_window_parent_class)->dispose (object);
}

static void
sy_window_finalize (GObject *object)
{
  SyWindow *self = SY_WINDOW (object);
  SyController *controller = sy_gui_controller_get_base (self->controller);

  g_clear_object (&self->session);
  controller->free (controller);
  g_clear_pointer (&self->text, g_bytes_unref);
  g_clear_pointer (&self->file, g_bytes_unref);
  g_free (self->path);
  g_free (self->shown_path);
  g_free (self->wanted_task);
  G_OBJECT_CLASS (sy_window_parent_class)->finalize (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, SyWindow, name)

static void
bind_children (GtkWidgetClass *widget_class)
{
  BIND (toasts);
  BIND (header);
  BIND (switcher);
  BIND (switcher_bar);
  BIND (views);
  BIND (pages);
  BIND (spinner);
  BIND (sidebar_flap);
  BIND (inspector_flap);
  BIND (sidebar_slot);
  BIND (inspector_slot);
  BIND (run_box);
  BIND (run_bar_slot);
  BIND (banner_slot);
  BIND (preview_slot);
  BIND (canvas_overlay);
  BIND (paned);
  BIND (output_slot);
  BIND (outline_slot);
  BIND (timeline_slot);
  BIND (history_slot);
  BIND (run_button);
  BIND (pause_button);
  BIND (stop_button);
  BIND (inspector_toggle);
  BIND (find_bar);
  BIND (find_entry);
  BIND (sandbox_note);
  BIND (status);
  BIND (problem_page);
  BIND (problem_text);
  BIND (file_slot);
  BIND (recent_menu);
}

static void
sy_window_class_init (SyWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sy_window_dispose;
  object_class->finalize = sy_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = sy_window_close_request;
  gtk_widget_class_set_template_from_resource (widget_class, SY_APP_PATH "ui/window.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, on_find_changed);
  gtk_widget_class_bind_template_callback (widget_class, on_find_mode);
  gtk_widget_class_bind_template_callback (widget_class, on_find_next);
  gtk_widget_class_bind_template_callback_full (widget_class, "on_page", G_CALLBACK (sy_window_update_page));
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.escape", NULL);
}

/* What is edited has a form in the place of the run's inspector. */
static void
on_design (SyWindow *self)
{
  GtkWidget *shown = sy_session_get_design (self->session) != NULL ? self->form : self->inspector;

  gtk_stack_set_visible_child (GTK_STACK (gtk_widget_get_parent (shown)), shown);
}

static void
fill_slots (SyWindow *self)
{
  GtkWidget *banners = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *details = gtk_stack_new ();

  self->sidebar = sy_sidebar_new ();
  self->inspector = sy_inspector_new (self->session);
  self->output = sy_output_pane_new (self->session);
  self->canvas = GTK_WIDGET (sy_canvas_new (self->session));
  adw_bin_set_child (ADW_BIN (self->sidebar_slot), self->sidebar);
  self->form = sy_design_form_new (self->session);
  gtk_stack_add_child (GTK_STACK (details), self->inspector);
  gtk_stack_add_child (GTK_STACK (details), self->form);
  gtk_stack_set_hhomogeneous (GTK_STACK (details), FALSE);
  adw_bin_set_child (ADW_BIN (self->inspector_slot), details);
  g_signal_connect_object (self->session, "notify::design", G_CALLBACK (on_design), self, G_CONNECT_SWAPPED);
  adw_bin_set_child (ADW_BIN (self->output_slot), self->output);
  adw_bin_set_child (ADW_BIN (self->run_bar_slot), sy_run_bar_new (self->session));
  gtk_box_append (GTK_BOX (banners), sy_design_bar_new (self->session));
  gtk_box_append (GTK_BOX (banners), sy_window_make_broken_bar (self));
  gtk_box_append (GTK_BOX (banners), sy_time_bar_new (self->session));
  gtk_box_append (GTK_BOX (banners), sy_failure_bar_new (self->session));
  self->space = sy_space_bar_new ();
  gtk_box_append (GTK_BOX (banners), self->space);
  adw_bin_set_child (ADW_BIN (self->banner_slot), banners);
  adw_bin_set_child (ADW_BIN (self->preview_slot), sy_preview_bar_new (self->session));
  adw_bin_set_child (ADW_BIN (self->outline_slot), GTK_WIDGET (sy_outline_new (self->session)));
  adw_bin_set_child (ADW_BIN (self->timeline_slot), sy_timeline_pane_new (self->session));
  sy_window_add_history (self);
  self->file_pane = sy_file_pane_new (self->session);
  adw_bin_set_child (ADW_BIN (self->file_slot), self->file_pane);
  g_signal_connect_object (self->file_pane, "show-graph", G_CALLBACK (on_show_graph), self, G_CONNECT_SWAPPED);
  gtk_overlay_set_child (self->canvas_overlay, self->canvas);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "design", sy_canvas_get_design_actions (SY_CANVAS (self->canvas)));
  follow_palette (self->canvas);
  sy_theme_watch (self->canvas, follow_palette);
  g_signal_connect_object (self->sidebar, "open-run", G_CALLBACK (on_open_run), self, G_CONNECT_SWAPPED);
}

static void
sy_window_init (SyWindow *self)
{
  GtkDropTarget *drop;

  self->controller = sy_gui_controller_new ();
  self->session = sy_session_new (sy_gui_controller_get_base (self->controller));
  gtk_widget_init_template (GTK_WIDGET (self));
  sy_window_add_actions (self);
  add_escape (self);
  sy_window_fill_recent (self);
  gtk_widget_set_visible (self->sandbox_note, sy_window_is_sandboxed ());
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (sy_window_fill_recent), self, G_CONNECT_SWAPPED);
  name_arrow (self->stop_button, _("More Ways to Stop"));
  g_signal_connect_object (self->session, "plan-changed", G_CALLBACK (sy_window_update_plan), self, G_CONNECT_SWAPPED);
  fill_slots (self);
  sy_window_settle_pane (self->sidebar_flap);
  sy_window_settle_pane (self->inspector_flap);
  drop = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect_object (drop, "drop", G_CALLBACK (on_drop), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drop));
  g_signal_connect_object (self->views, "notify::visible-child", G_CALLBACK (sy_session_say_where), self->session, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::status", G_CALLBACK (on_status), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::focus", G_CALLBACK (sy_window_update_task_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "selection-changed", G_CALLBACK (sy_window_update_task_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::instant", G_CALLBACK (sy_window_update_task_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "rerun-started", G_CALLBACK (on_rerun_started), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "show-output", G_CALLBACK (on_show_output), self, 0);
  g_signal_connect_object (self->session, "show-attempt", G_CALLBACK (on_show_attempt), self, 0);
  sy_window_update_actions (self);
  update_header (self);
  sy_window_update_page (self);
}

SyWindow *
sy_window_new (SyApplication *application)
{
  SyWindow *self = g_object_new (SY_TYPE_WINDOW, "application", application, NULL);
  GSettings *settings = sy_application_get_settings (application);
  int width = 1440, height = 900;

  if (settings != NULL)
    {
      g_settings_get (settings, "window-size", "(ii)", &width, &height);
      if (g_settings_get_boolean (settings, "window-maximized"))
        gtk_window_maximize (GTK_WINDOW (self));
    }
  gtk_window_set_default_size (GTK_WINDOW (self), MAX (width, 800), MAX (height, 560));
  sy_window_start_listing (self);
  return self;
}
