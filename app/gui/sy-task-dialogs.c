/* sy-task-dialogs.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-task-dialogs.h"

#include "app/gui/sy-window-private.h"
#include "app/sy-request.h"
#include "app/sy-words.h"
#include "core/base/sy-json-writer.h"
#include "core/base/sy-text.h"
#include "core/model/sy-words.h"
#include "core/model/sy-task-words.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  SyWindow *window;     /* the dialog is transient for it and goes first */
  char *task;
  GStrv tasks;          /* (nullable) where there may be several */
  GtkWidget *input;     /* the text view or entry row */
} Ask;

static void
ask_free (gpointer data, GClosure *closure)
{
  Ask *ask = data;

  g_free (ask->task);
  g_strfreev (ask->tasks);
  g_free (ask);
}

/* --- edit the command --- */

static char *
edit_request (const char *task, const char *text)
{
  GString *out = g_string_new (NULL);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_string (&json, "command", "edit");
  sy_json_string (&json, "task", task);
  sy_json_begin_object (&json, "json");
  sy_json_string (&json, "run", text);
  sy_json_end_object (&json);
  sy_json_end_object (&json);
  return g_string_free (out, FALSE);
}

static void
on_command_answer (AdwMessageDialog *dialog, const char *response, Ask *ask)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (ask->input));
  const SyWorkflow *workflow = ask->window->model != NULL ? sy_run_model_get_workflow (ask->window->model) : NULL;
  guint32 index = workflow != NULL ? sy_workflow_find (workflow, ask->task) : SY_NO_TASK;
  const char *tasks[] = { ask->task, NULL };
  g_autofree char *text = NULL, *edit = NULL, *rerun = NULL, *both = NULL, *done = NULL;
  GtkTextIter start, end;
  gboolean failed;

  if (!g_str_equal (response, "rerun") || index == SY_NO_TASK)
    return;
  failed = sy_run_model_get_task (ask->window->model, index)->state == SY_STATE_FAILED;
  gtk_text_buffer_get_bounds (buffer, &start, &end);
  text = gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
  edit = edit_request (ask->task, text);
  rerun = sy_request_rerun (failed ? "failed" : "from", tasks, "then_again");
  both = g_strconcat (edit, "\n", rerun, NULL);
  done = g_strdup_printf (_("Re-running %s with the edited command"), ask->task);
  sy_window_request (ask->window, both, done);
}

/* What the re-run would do, in one sentence */
static char *
describe_rerun (SyWindow *window, const SyTask *task)
{
  const SyRunState *state = sy_run_model_get_state (window->model);
  const SyTaskState *task_state = sy_run_state_task (state, task->number);
  gboolean failed = task_state != NULL && task_state->state == SY_STATE_FAILED;
  SyRerunRequest request = { .scope = failed ? SY_RERUN_FAILED : SY_RERUN_FROM, .tasks = &task->number, .n_tasks = 1,
                             .running = SY_RUNNING_THEN_AGAIN };
  g_autoptr (SyRerunPlan) plan = sy_rerun_preview (state, &request, sy_run_model_get_expected (window->model), NULL);
  GString *text = g_string_new (NULL);

  if (plan != NULL && plan->will_run->len > 0)
    {
      g_autofree char *tasks = sy_words_dup_count (plan->will_run->len), *reused = sy_words_dup_count (plan->reused->len);
      g_autofree char *stay = sy_words_dup_count (plan->stays->len);

      g_string_append_printf (text, ngettext ("%s task will run, %s reused, %s stay. ", "%s tasks will run, %s reused, %s stay. ",
                                              plan->will_run->len),
                              tasks, reused, stay);
    }
  g_string_append (text, _("The file is not changed; the command is kept with the attempt."));
  return g_string_free (text, FALSE);
}

static GtkWidget *
make_editor (const char *text, GtkWidget **view)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkSourceBuffer *buffer = gtk_source_buffer_new_with_language (
    gtk_source_language_manager_get_language (gtk_source_language_manager_get_default (), "sh"));

  *view = gtk_source_view_new_with_buffer (buffer);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (buffer), text, -1);
  sy_theme_style_source (GTK_TEXT_BUFFER (buffer));
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (*view), TRUE);
  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (*view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_indent (GTK_TEXT_VIEW (*view), -16);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (*view), 8);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (*view), 8);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (*view), 8);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (*view), 8);
  gtk_accessible_update_property (GTK_ACCESSIBLE (*view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Command"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), *view);
  gtk_widget_set_size_request (scroll, 480, 180);
  gtk_widget_add_css_class (scroll, "card");
  gtk_widget_set_overflow (scroll, GTK_OVERFLOW_HIDDEN);
  g_object_unref (buffer);
  return scroll;
}

void
sy_task_ask_command (SyWindow *window, const SyTask *task)
{
  const SyTaskState *task_state = sy_run_state_task (sy_run_model_get_state (window->model), task->number);
  g_autofree char *text = sy_task_words_command (task, task_state != NULL ? task_state->command : NULL);
  g_autofree char *body = describe_rerun (window, task);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), NULL, body);
  Ask *ask = g_new0 (Ask, 1);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Edit Command of %s"), task->id);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "rerun", _("Re-run"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "rerun", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  ask->window = window;
  ask->task = g_strdup (task->id);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_editor (text != NULL ? text : "", &ask->input));
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_command_answer), ask, ask_free, 0);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (ask->input);
}

/* --- mark --- */

static void
on_note_changed (GtkEditable *entry, AdwMessageDialog *dialog)
{
  g_autofree char *note = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  adw_message_dialog_set_response_enabled (dialog, "mark", *note != '\0');
}

static void
on_mark_answer (AdwMessageDialog *dialog, const char *response, Ask *ask)
{
  const char *note = gtk_editable_get_text (GTK_EDITABLE (ask->input));

  for (guint i = 0; g_str_equal (response, "mark") && ask->tasks[i] != NULL; i++)
    {
      g_autofree char *request = sy_request_mark (ask->tasks[i], "succeeded", note);
      g_autofree char *done = g_strdup_printf (_("Marked as succeeded: %s"), ask->tasks[i]);

      sy_window_request (ask->window, request, done);
    }
}

static GStrv
ids_of (SyWindow *window, const GArray *tasks)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();

  for (guint i = 0; i < tasks->len; i++)
    g_strv_builder_add (ids, sy_run_model_get_workflow (window->model)->tasks[g_array_index (tasks, guint32, i)].id);
  return g_strv_builder_end (ids);
}

void
sy_task_ask_mark (SyWindow *window, const GArray *tasks)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (window), NULL,
                                              _("What waits for it goes on. The note is kept in the run’s log."));
  GtkWidget *entry = gtk_entry_new ();
  Ask *ask = g_new0 (Ask, 1);
  g_autofree char *heading = NULL;

  ask->tasks = ids_of (window, tasks);
  heading = tasks->len == 1 ? g_strdup_printf (_("Mark %s as Succeeded?"), ask->tasks[0])
                            : sy_words_counted (tasks->len, "Mark %s Task as Succeeded?", "Mark %s Tasks as Succeeded?");
  adw_message_dialog_set_heading (ADW_MESSAGE_DIALOG (dialog), heading);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "mark", _("Mark as Succeeded"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "mark", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (dialog), "mark", FALSE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "mark");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Why is it done? (required)"));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note"), -1);
  g_signal_connect (entry, "changed", G_CALLBACK (on_note_changed), dialog);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  ask->window = window;
  ask->input = entry;
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_mark_answer), ask, ask_free, 0);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  gtk_window_present (GTK_WINDOW (dialog));
}
