/* sy-window-design.c: a document is edited: opening it for that, saving it, leaving it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/gui/sy-trust.h"
#include "app/sy-manuscript-designer.h"
#include "app/sy-run-view.h"
#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-words.h"
#include "views/sy-design-form.h"
#include "views/sy-file-pane.h"

#include <glib/gi18n.h>

#define NEW_TEXT "version: 1\ntasks:\n"

/* --- news of the document --- */

static void
run_now (SyWindow *self)
{
  self->run_waits = FALSE;
  if (sy_design_is_blank (sy_session_get_design (self->session)))
    sy_window_toast (self, "%s", _("There is nothing to run yet: add a task first"));
  else if (!sy_design_get_revision (sy_session_get_design (self->session))->is_valid)
    sy_window_toast (self, "%s", _("There are errors to be mended first"));
  else if (self->path == NULL)
    sy_window_save (self, SY_THEN_RUN);
  else
    sy_window_run_workflow (self);
}

static void
on_changed (SyDesign *design, SyWindow *self)
{
  const SyDesignRevision *revision = sy_design_get_revision (design);
  const char *name = sy_design_get_name (design);
  g_autofree char *title = revision->is_saved ? g_strdup (name) : g_strdup_printf ("• %s", name);

  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_view_switcher_title_set_title (self->switcher, title);
  if (g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), "file") == 0)
    sy_window_show_text (self, revision->text);
  sy_window_update_actions (self);
  if (self->run_waits && !sy_design_is_busy (design))
    run_now (self);
}

/* The text of a large document is put together when it is looked at. */
static void
on_view (AdwViewStack *views, GParamSpec *pspec, SyWindow *self)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (design != NULL && g_strcmp0 (adw_view_stack_get_visible_child_name (views), "file") == 0)
    sy_window_show_text (self, sy_design_get_revision (design)->text);
}

static void
on_refused (SyDesign *design, const char *message, SyWindow *self)
{
  self->run_waits = FALSE;
  sy_window_toast (self, "%s", message);
}

static void
on_said (SyDesign *design, const char *message, SyWindow *self)
{
  sy_window_toast (self, "%s", message);
}

static void
on_field_wanted (SyDesign *design, const char *const *path, SyWindow *self)
{
  sy_window_show_inspector (self, TRUE);
}

/* What was trusted and then edited here is trusted as it is now. */
static void
trust_saved (SyDesign *design)
{
  const SyDesignRevision *revision = sy_design_get_revision (design);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, revision->text);
  g_autoptr (GError) error = NULL;

  if (revision->is_saved && !sy_trust_add (revision->path, digest, FALSE, &error))
    g_message ("%s", error->message);
}

static void
on_saved (SyDesign *design, const char *path, const char *error, SyWindow *self)
{
  gboolean leaves = self->save_then == SY_THEN_CLOSE, runs = self->save_then == SY_THEN_RUN, done = self->save_then == SY_THEN_DONE;

  self->save_then = SY_THEN_NOTHING;
  if (error != NULL)
    {
      sy_window_toast (self, "%s", error);
      return;
    }
  g_free (self->path);
  self->path = g_strdup (path);
  sy_gui_controller_set_run (self->controller, NULL, path);
  if (self->document_trusted)
    trust_saved (design);
  sy_session_set_status (self->session, _("Saved %s"), path);
  sy_window_watch_file (self);
  sy_window_update_actions (self);
  if (runs)
    sy_window_run_workflow (self);
  if (done)
    sy_window_stop_editing (self, FALSE);
  if (!leaves)
    return;
  self->may_close = TRUE;
  sy_window_stop_editing (self, FALSE);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_disk (SyDesign *design, int news, const char *message, SyWindow *self)
{
  if (news == SY_DISK_MERGED)
    sy_window_toast (self, "%s", _("The file was changed elsewhere: that is in here now"));
  else if (news == SY_DISK_GONE)
    sy_window_toast (self, "%s", _("The file is gone: saving writes it again"));
  else
    {
      self->save_then = SY_THEN_NOTHING;
      sy_window_ask_conflict (self, message);
    }
}

/* --- beginning --- */

typedef struct
{
  char *path;           /* (nullable) */
  SyDesigner *designer; /* (owned) (nullable) */
  char *trouble;        /* (nullable) */
  guint opening;
  gboolean trusted;
  guint n_losses;       /* of another tool's file */
} EditAsked;

static void
edit_asked_free (gpointer data)
{
  EditAsked *asked = data;

  if (asked->designer != NULL)
    asked->designer->free (asked->designer, FALSE);
  g_free (asked->path);
  g_free (asked->trouble);
  g_free (asked);
}

static void
begin (SyWindow *self, SyDesigner *designer, const char *path)
{
  g_autoptr (SyDesign) design = sy_design_new (designer);
  const SyDesignRevision *revision = sy_design_get_revision (design);

  if (path != NULL && g_strcmp0 (path, self->path) == 0)
    sy_design_set_last_run (design, self->model);
  g_clear_pointer (&self->reader, sy_run_reader_free);
  sy_gui_controller_set_run (self->controller, NULL, path);
  sy_window_set_model (self, sy_design_get_model (design), path, revision->text);
  g_signal_connect_object (design, "changed", G_CALLBACK (on_changed), self, 0);
  g_signal_connect_object (design, "refused", G_CALLBACK (on_refused), self, 0);
  g_signal_connect_object (design, "saved", G_CALLBACK (on_saved), self, 0);
  g_signal_connect_object (design, "said", G_CALLBACK (on_said), self, 0);
  g_signal_connect_object (design, "disk", G_CALLBACK (on_disk), self, 0);
  g_signal_connect_object (design, "field-wanted", G_CALLBACK (on_field_wanted), self, 0);
  g_signal_handlers_disconnect_by_func (self->views, on_view, self);
  g_signal_connect_object (self->views, "notify::visible-child-name", G_CALLBACK (on_view), self, 0);
  sy_session_set_design (self->session, design);
  on_changed (design, self);
  gtk_widget_set_visible (self->run_bar_slot, FALSE);
  if (revision->undo != NULL)
    sy_window_toast (self, "%s", _("Changes that were not saved are back; Undo lets go of them"));
  else
    sy_session_set_status (self->session, "%s", _("Editing: double-click adds a task, dragging from a port connects"));
  gtk_widget_grab_focus (self->canvas);
}

static char *
drafts_folder (void)
{
  return g_build_filename (g_get_user_state_dir (), "switchyard", "drafts", NULL);
}

/* A foreign file becomes a new document that has no file yet. */
static void
load_document (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  EditAsked *asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) disk = sy_loader_read (asked->path, &error);
  g_autoptr (GBytes) text = NULL;
  g_autofree char *drafts = drafts_folder ();

  if (disk == NULL)
    asked->trouble = g_strdup (error->message);
  else if (sy_import_detect (asked->path, disk) == SY_FORMAT_NATIVE)
    {
      g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, disk);

      asked->designer = sy_manuscript_designer_new (asked->path, disk, NULL, drafts);
      asked->trusted = sy_trust_has (asked->path, digest);
    }
  else
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (asked->path, problems, &text, NULL);

      if (text != NULL)
        asked->designer = sy_manuscript_designer_new (NULL, NULL, text, drafts);
      else
        asked->trouble = g_strdup (_("The file cannot be read"));
      for (guint i = 0; i < sy_problems_get_n (problems); i++)
        asked->n_losses += g_str_equal (sy_problems_get (problems, i)->code, SY_IMPORT_LOST);
      g_clear_pointer (&asked->path, g_free);
    }
  g_task_return_boolean (task, TRUE);
}

/* The text begins with the list of them. */
static void
say_losses (SyWindow *self, guint n)
{
  g_autofree char *words = sy_words_counted (n, "%s thing of the other tool’s file was not carried over", "%s things of the other tool’s file were not carried over");
  AdwToast *toast = adw_toast_new (words);

  adw_toast_set_button_label (toast, _("Show"));
  adw_toast_set_action_name (toast, "win.go-to-line");
  adw_toast_set_action_target (toast, "u", 1u);
  adw_toast_set_timeout (toast, 10);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
on_document (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  EditAsked *asked = g_task_get_task_data (G_TASK (result));

  if (asked->opening != self->opening)
    return;
  if (asked->designer == NULL)
    sy_window_toast (self, "%s", asked->trouble);
  else
    {
      self->document_trusted = asked->trusted;
      begin (self, g_steal_pointer (&asked->designer), asked->path);
      if (asked->n_losses > 0)
        say_losses (self, asked->n_losses);
    }
}

void
sy_window_edit (SyWindow *self)
{
  EditAsked *asked;
  g_autoptr (GTask) task = NULL;

  if (self->path == NULL || sy_session_get_design (self->session) != NULL)
    return;
  asked = g_new0 (EditAsked, 1);
  asked->path = g_strdup (self->path);
  asked->opening = ++self->opening;
  task = g_task_new (self, NULL, on_document, NULL);
  g_task_set_task_data (task, asked, edit_asked_free);
  g_task_run_in_thread (task, load_document);
}

void
sy_window_edit_new (SyWindow *self)
{
  g_autoptr (GBytes) text = g_bytes_new_static (NEW_TEXT, sizeof NEW_TEXT - 1);
  g_autofree char *drafts = drafts_folder ();

  self->opening++;
  self->document_trusted = TRUE;
  begin (self, sy_manuscript_designer_new (NULL, NULL, text, drafts), NULL);
}

gboolean
sy_window_is_free (SyWindow *self)
{
  return self->path == NULL && sy_session_get_design (self->session) == NULL;
}

guint
sy_window_take_up_left (SyApplication *application)
{
  g_autoptr (GBytes) text = g_bytes_new_static (NEW_TEXT, sizeof NEW_TEXT - 1);
  g_autofree char *drafts = drafts_folder ();
  g_autoptr (GPtrArray) left = sy_manuscript_designer_take_left (text, drafts);

  for (guint i = 0; i < left->len; i++)
    {
      SyWindow *self = sy_window_new (application);

      gtk_window_present (GTK_WINDOW (self));
      self->document_trusted = FALSE;   /* it may have come from an import */
      begin (self, g_ptr_array_index (left, i), NULL);
    }
  return left->len;
}

/* --- leaving --- */

static void
end_editing (SyWindow *self, SyDesign *design, gboolean discard)
{
  g_signal_handlers_disconnect_by_data (design, self);
  self->run_waits = FALSE;
  sy_session_set_design (self->session, NULL);
  sy_design_close (design, discard);
  sy_gui_controller_set_text (self->controller, NULL);
  gtk_widget_set_visible (self->run_bar_slot, TRUE);
  sy_window_update_actions (self);
}

void
sy_window_stop_editing (SyWindow *self, gboolean discard)
{
  g_autoptr (SyDesign) design = sy_session_get_design (self->session) != NULL ? g_object_ref (sy_session_get_design (self->session)) : NULL;
  g_autofree char *path = g_strdup (self->path);

  if (design == NULL)
    return;
  end_editing (self, design, discard);
  if (path != NULL && !self->may_close)
    sy_window_open_file (self, path);
  else if (!self->may_close)
    gtk_stack_set_visible_child_name (self->pages, "empty");
}

static void
on_leave_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  SySaveThen then = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (dialog), "then"));

  if (g_str_equal (response, "save"))
    sy_window_save (self, then);
  else if (g_str_equal (response, "discard"))
    {
      self->may_close = then == SY_THEN_CLOSE;
      sy_window_stop_editing (self, TRUE);
      if (then == SY_THEN_CLOSE)
        gtk_window_close (GTK_WINDOW (self));
    }
}

gboolean
sy_window_ask_unsaved (SyWindow *self, SySaveThen then)
{
  SyDesign *design = sy_session_get_design (self->session);
  const SyDesignRevision *revision = design != NULL ? sy_design_get_revision (design) : NULL;
  GtkWidget *dialog;

  sy_design_form_flush (SY_DESIGN_FORM (self->form));
  sy_file_pane_flush (SY_FILE_PANE (self->file_pane));
  if (revision == NULL || (!sy_design_is_busy (design) && (revision->is_saved || (revision->path == NULL && revision->undo == NULL))))
    return FALSE;
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save Changes?"), _("What is not saved is lost for good when it is discarded."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "discard", _("Discard"), "save", _("Save"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data (G_OBJECT (dialog), "then", GUINT_TO_POINTER (then));
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_leave_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

/* --- saving --- */

static void
on_name_answer (GtkNativeDialog *dialog, int response, SyWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  SyDesign *design = sy_session_get_design (self->session);

  if (response == GTK_RESPONSE_ACCEPT && path != NULL && design != NULL)
    sy_design_save (design, path, FALSE);
  else
    self->save_then = SY_THEN_NOTHING;
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/* As the workflow is called */
static char *
propose_name (SyWindow *self)
{
  const char *name = sy_run_model_get_workflow (self->model)->name;
  g_autofree char *stem = g_strdup (name != NULL && *name != '\0' && *name != '.' ? name : "workflow");

  return g_strconcat (g_strdelimit (stem, "/\\\n", '-'), ".yard.yaml", NULL);
}

static void
save_as (SyWindow *self)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save Workflow"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              _("_Save"), _("_Cancel"));
  g_autoptr (GFile) folder = g_file_new_for_path (g_get_home_dir ());
  g_autofree char *name = propose_name (self);

  if (self->path == NULL)
    gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_name_answer), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
sy_window_save (SyWindow *self, SySaveThen then)
{
  SyDesign *design = sy_session_get_design (self->session);

  if (design == NULL)
    return;
  sy_design_form_flush (SY_DESIGN_FORM (self->form));
  sy_file_pane_flush (SY_FILE_PANE (self->file_pane));
  sy_design_insist (design);
  self->save_then = then;
  if (sy_design_get_revision (design)->path == NULL)
    save_as (self);
  else
    sy_design_save (design, NULL, FALSE);
}

void
sy_window_run_document (SyWindow *self)
{
  SyDesign *design = sy_session_get_design (self->session);

  sy_design_form_flush (SY_DESIGN_FORM (self->form));
  sy_file_pane_flush (SY_FILE_PANE (self->file_pane));
  self->run_waits = sy_design_is_busy (design);
  if (!self->run_waits)
    run_now (self);
  sy_design_insist (design);
}

void
sy_window_stop_editing_for_run (SyWindow *self)
{
  SyDesign *design = sy_session_get_design (self->session);
  g_autoptr (SyDesign) held = design != NULL ? g_object_ref (design) : NULL;

  if (held == NULL)
    return;
  end_editing (self, held, FALSE);
}

/* --- actions --- */

static void
on_edit (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_edit (data);
}

static void
on_new (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;

  if (self->path == NULL && self->model == NULL)
    {
      sy_window_edit_new (self);
      return;
    }
  self = sy_window_new (SY_APPLICATION (gtk_window_get_application (GTK_WINDOW (data))));
  gtk_window_present (GTK_WINDOW (self));
  sy_window_edit_new (self);
}

static void
on_save (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_save (data, SY_THEN_NOTHING);
}

static void
on_save_as (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  save_as (data);
}

static void
on_save_as_workflow (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_save_as_workflow (data);
}

static void
on_done (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (!sy_window_ask_unsaved (data, SY_THEN_DONE))
    sy_window_stop_editing (data, FALSE);
}

static void
on_go_to_line (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_show_line (data, g_variant_get_uint32 (parameter));
}

static const GActionEntry entries[] = {
  { .name = "edit", .activate = on_edit },
  { .name = "new", .activate = on_new },
  { .name = "save", .activate = on_save },
  { .name = "save-as", .activate = on_save_as },
  { .name = "save-as-workflow", .activate = on_save_as_workflow },
  { .name = "done", .activate = on_done },
  { .name = "go-to-line", .activate = on_go_to_line, .parameter_type = "u" },
};

void
sy_window_update_design_actions (SyWindow *self)
{
  static const char *const names[] = { "save", "save-as", "done" };
  gboolean edits = sy_session_get_design (self->session) != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), names[i])), edits);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "edit")), !edits && self->path != NULL);
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), "save-as-workflow")),
                               !edits && sy_window_is_import (self));
}

void
sy_window_add_design_actions (SyWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
}
