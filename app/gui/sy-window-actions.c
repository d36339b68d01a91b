/* sy-window-actions.c: what the header, the banner and the keys do to the run as a whole
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-request.h"
#include "views/sy-output-pane.h"
#include "views/sy-time-bar.h"

#include <glib/gi18n.h>

/* --- requests --- */

typedef struct
{
  GWeakRef window;
  char *done;           /* (nullable) said on success */
} Asked;

static void
on_reply (const char *reply, const GError *error, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (&asked->window);

  if (self != NULL)
    {
      if (error != NULL)
        sy_window_toast (self, "%s", error->message);
      else if (asked->done != NULL)
        sy_session_set_status (self->session, "%s", asked->done);
      sy_window_refresh_runs (self);
    }
  g_weak_ref_clear (&asked->window);
  g_free (asked->done);
  g_free (asked);
}

void
sy_window_request (SyWindow *self, const char *json, const char *done)
{
  SyController *controller = sy_gui_controller_get_base (self->controller);
  Asked *asked = g_new0 (Asked, 1);

  g_weak_ref_init (&asked->window, self);
  asked->done = g_strdup (done);
  controller->request (controller, json, on_reply, asked);
}

const SyRunState *
sy_window_get_run_state (SyWindow *self)
{
  return self->model != NULL && sy_run_model_get_run_id (self->model) != NULL ? sy_run_model_get_state (self->model) : NULL;
}

GtkWidget *
sy_window_ask (SyWindow *self, const char *heading, const char *body, const char *id, const char *answer,
               AdwResponseAppearance appearance)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), id, answer, NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), id, appearance);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return dialog;
}

/* --- the run --- */

/* A run that nobody runs goes on from here; a paused one too. */
static void
on_pause (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const SyRunState *state = sy_window_get_run_state (self);
  gboolean resume = state != NULL && (state->paused || state->draining || !sy_run_model_is_live (self->model));
  g_autofree char *request = sy_request_new (resume ? "resume" : "pause", NULL, NULL);

  sy_window_request (self, request, resume ? _("Resumed") : _("Paused: nothing new is started"));
}

static void
on_drain (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autofree char *request = sy_request_new ("drain", NULL, NULL);

  sy_window_request (data, request, _("Running tasks end, nothing new is started"));
}

void
sy_window_stop_run (SyWindow *self)
{
  g_autofree char *request = sy_request_with_kill ("cancel", NULL, FALSE);

  sy_window_request (self, request, _("Stopping: tasks get time to end"));
}

static void
on_stop (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_stop_run (data);
}

static void
on_kill_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  g_autofree char *request = sy_request_with_kill ("cancel", NULL, TRUE);

  if (g_str_equal (response, "kill"))
    sy_window_request (self, request, _("Killed"));
}

static void
on_kill (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  GtkWidget *dialog = sy_window_ask (self, _("Kill Running Tasks?"), _("They get no time to clean up what they have begun."), "kill",
                                     _("Kill"), ADW_RESPONSE_DESTRUCTIVE);

  g_signal_connect_object (dialog, "response", G_CALLBACK (on_kill_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Of a re-run: what runs or is about to; the rest follows from that. */
static void
on_stop_these (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const SyRunState *state = sy_window_get_run_state (self);
  gsize n;
  const guint32 *numbers = g_variant_get_fixed_array (parameter, &n, sizeof (guint32));

  for (gsize i = 0; state != NULL && i < n; i++)
    {
      const SyTaskState *task = sy_run_state_task (state, numbers[i]);
      guint32 index = sy_workflow_find_number (state->workflow, numbers[i]);

      if (task == NULL || index == SY_NO_TASK || (task->state != SY_STATE_RUNNING && task->state != SY_STATE_READY))
        continue;
      sy_window_stop_task (self, state->workflow->tasks[index].id);
    }
}

static void
on_rerun_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  sy_session_begin_rerun_whole (self->session);
}

static void
on_rerun_failed (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  if (self->model != NULL)
    sy_session_begin_rerun (self->session, SY_RERUN_FAILED, NULL, 0);
}

/* --- moving about --- */

static gboolean
is_failure (const SyRunState *state, guint32 index)
{
  guint8 type = sy_run_state_at (state, index)->state;

  return type == SY_STATE_FAILED || type == SY_STATE_LOST;
}

static void
go_to_failure (SyWindow *self, int step)
{
  const SyRunState *state = sy_window_get_run_state (self);
  guint32 n = state != NULL ? state->workflow->n_tasks : 0;
  guint32 at = sy_session_get_focus (self->session);

  if (at >= n)
    at = step > 0 ? n - 1 : 0;
  for (guint32 i = 0; i < n; i++)
    {
      at = (at + n + step) % n;
      if (!is_failure (state, at))
        continue;
      sy_session_select (self->session, at, FALSE);
      sy_session_reveal (self->session, at);
      sy_session_show_output (self->session, at);
      return;
    }
  sy_session_set_status (self->session, _("Nothing has failed"));
}

static void
on_next_failure (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  go_to_failure (data, 1);
}

static void
on_previous_failure (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  go_to_failure (data, -1);
}

/* Find keeps the others dimmed; Go To ends with the first task. */
/* The keyboard is in the output pane: its text is what is searched. (nullable) */
static SyTextPane *
get_text_in_focus (SyWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));

  return focus != NULL && gtk_widget_is_ancestor (focus, self->output) ? sy_output_pane_get_text (SY_OUTPUT_PANE (self->output)) : NULL;
}

static void
on_find (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  SyTextPane *text = get_text_in_focus (self);

  if (text != NULL && g_str_equal (g_action_get_name (G_ACTION (action)), "find"))
    {
      sy_text_pane_find (text);
      return;
    }
  self->go_to = g_str_equal (g_action_get_name (G_ACTION (action)), "go-to");
  gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->find_bar), TRUE);
  gtk_widget_grab_focus (self->find_entry);
}

static void
on_find_next (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  SyTextPane *text = get_text_in_focus (self);

  if (text != NULL)
    sy_text_pane_find_next (text, FALSE);
  else if (sy_session_get_find (self->session) != NULL)
    sy_window_find_next (self);
}

/* To walk in with the keyboard and to be read out; shows the pane first */
static void
on_output_as_text (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  g_action_group_change_action_state (G_ACTION_GROUP (self), "output", g_variant_new_boolean (TRUE));
  sy_text_pane_toggle_plain (sy_output_pane_get_text (SY_OUTPUT_PANE (self->output)));
}

static void
on_time_slider (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  if (!sy_time_bar_toggle (self->session))
    sy_session_set_status (self->session, _("Nothing has run yet"));
}

/* Preview, then search, then time, then selection: one at a time */
static void
on_escape (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  if (sy_session_get_plan (self->session) != NULL)
    sy_session_end_rerun (self->session);
  else if (gtk_search_bar_get_search_mode (GTK_SEARCH_BAR (self->find_bar)))
    gtk_search_bar_set_search_mode (GTK_SEARCH_BAR (self->find_bar), FALSE);
  else if (sy_session_get_instant (self->session) != 0)
    sy_session_set_instant (self->session, 0);
  else if (sy_session_get_states (self->session) != 0)
    sy_session_set_states (self->session, 0);
  else
    sy_session_clear_selection (self->session);
}

/*
 * Made when asked for, gone when closed: GTK 4.8 crashes when a client of AT-SPI asks for the second window while one is
 * hidden, and a help overlay of the application window would be hidden all the time.
 */
static void
on_shortcuts (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/switchyard/Switchyard/ui/shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, data);
  gtk_window_set_destroy_with_parent (window, TRUE);
  gtk_window_present (window);
}

/* --- files --- */

static void
on_open_answer (GtkNativeDialog *dialog, int response, SyWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    sy_application_open_file (SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))), file);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open Workflow"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, _("_Open"), _("_Cancel"));
  g_autoptr (GtkFileFilter) workflows = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  static const char *const suffixes[] = { "yaml", "yml", "dag", "dot", "json", "pmc", "make" };

  gtk_file_filter_set_name (workflows, _("Workflows and Graphs"));
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (workflows, suffixes[i]);
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), workflows);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_open_answer), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* A copy in the user's documents: the example may be edited and repaired. */
static void
on_example (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  g_autofree char *path = sy_application_find_example ();

  if (path != NULL)
    sy_window_open_file (self, path);
  else
    sy_window_toast (self, _("The example is not installed"));
}

static void
on_show_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_show_file (data);
}

static void
on_export_image (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_export_image (data);
}

static void
on_open_recent (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  sy_application_open_file (SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (data))), file);
}

/* --- panes --- */

static void
on_toggle (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));

  g_action_change_state (G_ACTION (action), g_variant_new_boolean (!g_variant_get_boolean (state)));
}

static void
on_output_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  g_simple_action_set_state (action, value);
  sy_window_show_output (data, g_variant_get_boolean (value));
}

static void
on_view_state (GSimpleAction *action, GVariant *value, gpointer data)
{
  SyWindow *self = data;

  g_simple_action_set_state (action, value);
  adw_view_stack_set_visible_child_name (self->views, g_variant_get_string (value, NULL));
  if (g_str_equal (g_variant_get_string (value, NULL), "timeline"))
    gtk_widget_grab_focus (adw_bin_get_child (ADW_BIN (self->timeline_slot)));
  else if (g_str_equal (g_variant_get_string (value, NULL), "history"))
    gtk_widget_grab_focus (self->history);
}

static void
on_clear_old_runs (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_clear_old_runs (data);
}

static void
on_compare_file (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_compare_file (data);
}

static const GActionEntry entries[] = {
  { .name = "pause", .activate = on_pause },
  { .name = "drain", .activate = on_drain },
  { .name = "stop", .activate = on_stop },
  { .name = "kill", .activate = on_kill },
  { .name = "rerun-failed", .activate = on_rerun_failed },
  { .name = "rerun-all", .activate = on_rerun_all },
  { .name = "stop-these", .activate = on_stop_these, .parameter_type = "au" },
  { .name = "next-failure", .activate = on_next_failure },
  { .name = "previous-failure", .activate = on_previous_failure },
  { .name = "find", .activate = on_find },
  { .name = "go-to", .activate = on_find },
  { .name = "find-next", .activate = on_find_next },
  { .name = "output-as-text", .activate = on_output_as_text },
  { .name = "escape", .activate = on_escape },
  { .name = "time-slider", .activate = on_time_slider },
  { .name = "shortcuts", .activate = on_shortcuts },
  { .name = "open", .activate = on_open },
  { .name = "open-recent", .activate = on_open_recent, .parameter_type = "s" },
  { .name = "export-image", .activate = on_export_image },
  { .name = "show-file", .activate = on_show_file },
  { .name = "example", .activate = on_example },
  { .name = "output", .activate = on_toggle, .state = "false", .change_state = on_output_state },
  { .name = "clear-old-runs", .activate = on_clear_old_runs },
  { .name = "compare-file", .activate = on_compare_file },
  { .name = "view", .parameter_type = "s", .state = "'graph'", .change_state = on_view_state },
};

static void
enable (SyWindow *self, const char *name, gboolean on)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), name)), on);
}

static gboolean
has_failures (const SyRunState *state)
{
  return state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST] + state->counts[SY_STATE_CANCELLED] > 0;
}

void
sy_window_update_actions (SyWindow *self)
{
  const SyRunState *state = sy_window_get_run_state (self);
  gboolean live = state != NULL && sy_run_model_is_live (self->model);
  gboolean over = state != NULL && sy_run_status_is_final (state->status);
  gboolean goes_on = state != NULL && !over;
  gboolean may_run, now = self->model == NULL || !sy_run_model_is_past (self->model); /* the past is only looked at */

  may_run = now && (self->path != NULL || sy_session_get_design (self->session) != NULL) && !live && !self->busy && !self->broken;
  sy_window_update_start_actions (self, may_run);
  enable (self, "pause", now && goes_on);
  enable (self, "drain", now && live && goes_on && !state->draining);
  enable (self, "stop", now && goes_on);
  enable (self, "kill", now && goes_on);
  enable (self, "rerun-all", now && state != NULL);
  enable (self, "rerun-failed", now && state != NULL && has_failures (state));
  enable (self, "next-failure", state != NULL);
  enable (self, "previous-failure", state != NULL);
  enable (self, "time-slider", state != NULL);
  enable (self, "find", self->model != NULL);
  enable (self, "go-to", self->model != NULL);
  enable (self, "find-next", self->model != NULL);
  enable (self, "output-as-text", self->model != NULL);
  enable (self, "output", self->model != NULL);
  enable (self, "export-image", self->model != NULL);
  sy_window_update_design_actions (self);
  sy_window_update_branch_actions (self);
  sy_window_update_task_actions (self);
}

void
sy_window_add_actions (SyWindow *self)
{
  g_autoptr (GPropertyAction) sidebar = g_property_action_new ("sidebar", self->sidebar_flap, "reveal-flap");
  g_autoptr (GPropertyAction) inspector = g_property_action_new ("inspector", self->inspector_flap, "reveal-flap");

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (sidebar));
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (inspector));
  sy_window_add_start_actions (self);
  sy_window_add_task_actions (self);
  sy_window_add_design_actions (self);
}
