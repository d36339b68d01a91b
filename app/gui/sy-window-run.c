/* sy-window-run.c: a new run: is the file known, which parameters, go
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/gui/sy-trust.h"
#include "app/sy-dry-run.h"
#include "app/sy-run-settings.h"
#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-words.h"
#include "core/model/sy-task-words.h"
#include "views/sy-reading.h"
#include "views/sy-run-dialog.h"

#include <glib/gi18n.h>

/*
 * Each Run reads the file again, on a thread: what is run is what lies on the disk now, and what is trusted is the
 * same bytes' digest. Then, on the main thread: the trust question, the form, the start.
 */
typedef struct
{
  GWeakRef window;
  char *path;
  GBytes *text;         /* (owned) (nullable) a document that is edited, which is run as it is */
  GBytes *native;       /* (owned) (nullable) the bytes of @workflow */
  gboolean ours;        /* what was edited here is trusted */
  SyWorkflow *workflow; /* (owned) (nullable) */
  char *problems;
  gboolean ask, trusted, dry, alone;
  GtkWidget *folder_check;
  char *created;        /* (nullable) what the run before was created with */
  GHashTable *last;     /* (owned) (nullable) its parameters */
  GStrv params;
  char *only;           /* (nullable) */
} RunAsked;

static void
run_asked_free (RunAsked *asked)
{
  g_autoptr (SyWindow) self = g_weak_ref_get (&asked->window);

  if (self != NULL)
    {
      self->busy = FALSE;
      sy_window_update_actions (self);
    }
  g_weak_ref_clear (&asked->window);
  g_clear_pointer (&asked->workflow, sy_workflow_unref);
  g_clear_pointer (&asked->last, g_hash_table_unref);
  g_clear_pointer (&asked->text, g_bytes_unref);
  g_clear_pointer (&asked->native, g_bytes_unref);
  g_strfreev (asked->params);
  g_free (asked->only);
  g_free (asked->created);
  g_free (asked->path);
  g_free (asked->problems);
  g_free (asked);
}

/* --- start --- */

static void
on_started (const char *reply, const GError *error, gpointer data)
{
  RunAsked *asked = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (&asked->window);

  if (self != NULL)
    {
      if (error != NULL)
        sy_window_toast (self, "%s", error->message);
      else if (*reply != '\0')
        {
          sy_window_stop_editing_for_run (self);
          sy_window_show_run (self, reply);
        }
      sy_window_refresh_runs (self);
    }
  run_asked_free (asked);
}

static void
start (SyWindow *self, RunAsked *asked)
{
  SyController *controller = sy_gui_controller_get_base (self->controller);

  sy_gui_controller_set_run (self->controller, sy_gui_controller_get_run (self->controller), asked->path);
  sy_session_set_status (self->session, _("Starting %s"), asked->workflow->name);
  sy_gui_controller_set_text (self->controller, asked->text);
  controller->run (controller, (const char *const *) asked->params, asked->only, asked->alone, on_started, asked);
}

/* --- parameters --- */

static void
on_wish (const SyRunWish *wish, gpointer data)
{
  RunAsked *asked = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (&asked->window);

  if (wish == NULL || self == NULL)
    {
      run_asked_free (asked);
      return;
    }
  asked->params = g_strdupv ((char **) wish->params);
  if (asked->only == NULL)
    asked->only = g_strdup (wish->only);
  start (self, asked);
}

/* (transfer full) (nullable): the workflow with its fields as these parameters have it */
static SyWorkflow *
bind (RunAsked *asked, SyRunSettings *settings, GError **error)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *bound;

  if (!asked->workflow->bound)
    return sy_workflow_ref (asked->workflow);
  bound = sy_loader_load_bound (asked->native, asked->path, settings->params, sy_loader_own_env, NULL, SY_BIND_RUN, problems);
  if (bound == NULL)
    g_propagate_error (error, sy_problems_to_error (problems));
  return bound;
}

static char *
describe (const SyRunWish *wish, gpointer data)
{
  RunAsked *asked = data;
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  GHashTable *params = NULL;
  const char *only = asked->only != NULL ? asked->only : wish->only;

  if (only != NULL)
    settings->only = g_strsplit (only, ",", -1);
  settings->alone = asked->alone;
  if (sy_loader_check_params (asked->workflow, wish->params, g_get_real_time (), sy_loader_own_env, NULL, &params, &error))
    {
      g_hash_table_unref (settings->params);
      settings->params = params;
      workflow = bind (asked, settings, &error);
    }
  if (workflow == NULL || !sy_dry_run_say (settings, workflow, text, &error))
    g_string_assign (text, error->message);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "today" is another day tomorrow, ${{ env.X }} another value: a default that moves is not taken from the run before. */
static gboolean
is_kept (const SyParam *param, const char *value)
{
  gboolean moves = param->dynamic
                   || ((param->type == SY_TYPE_DATE || param->type == SY_TYPE_DATETIME) && param->default_value != NULL
                       && !g_ascii_isdigit (*param->default_value));
  SyValue converted = { 0 };

  if (moves || value == NULL || !sy_param_convert (param, value, g_get_real_time (), &converted, NULL))
    return FALSE;
  sy_value_clear (&converted);
  return TRUE;
}

/* The values of the run before, and TRUE if nothing is missing */
static gboolean
take_last (RunAsked *asked)
{
  g_autoptr (GStrvBuilder) params = g_strv_builder_new ();
  gboolean complete = TRUE;

  for (guint i = 0; i < asked->workflow->n_params; i++)
    {
      const SyParam *param = &asked->workflow->params[i];
      const char *value = asked->last != NULL ? g_hash_table_lookup (asked->last, param->name) : NULL;

      if (is_kept (param, value))
        {
          g_autofree char *both = g_strconcat (param->name, "=", value, NULL);

          g_strv_builder_add (params, both);
        }
      else
        complete = complete && param->default_value != NULL;
    }
  asked->params = g_strv_builder_end (params);
  return complete;
}

static void
ask_params (SyWindow *self, RunAsked *asked)
{
  static const SyRunDialogFuncs funcs = { on_wish, describe };

  gboolean complete = !asked->ask && take_last (asked);

  if (complete && asked->dry)
    {
      g_autofree char *plan = describe (&(SyRunWish){ (const char *const *) asked->params, NULL }, asked);

      sy_run_dialog_tell_plan (GTK_WINDOW (self), plan);
      run_asked_free (asked);
      return;
    }
  if (complete)
    {
      start (self, asked);
      return;
    }
  g_clear_pointer (&asked->params, g_strfreev);
  sy_run_dialog_present (GTK_WINDOW (self), asked->workflow, asked->last, asked->only == NULL, &funcs, asked);
}

/* --- trust --- */

static char *
list_commands (const SyWorkflow *workflow)
{
  GString *text = g_string_new (NULL);

  for (guint32 i = 0; i < workflow->n_tasks && text->len < 200000; i++)
    {
      const SyTask *task = &workflow->tasks[i];
      g_autofree char *command = sy_task_words_command (task, NULL);

      if (command != NULL)
        g_string_append_printf (text, "%s# %s\n%s\n", i > 0 ? "\n" : "", task->id, command);
    }
  return g_string_free (text, FALSE);
}

static guint
count_commands (const SyWorkflow *workflow)
{
  guint n = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    n += workflow->tasks[i].kind != SY_TASK_JOIN;
  return n;
}

static void
on_trust_answer (AdwMessageDialog *dialog, const char *response, RunAsked *asked)
{
  g_autoptr (SyWindow) self = g_weak_ref_get (&asked->window);
  gboolean folder = gtk_check_button_get_active (GTK_CHECK_BUTTON (asked->folder_check));
  g_autoptr (GError) error = NULL;

  if (self == NULL || !g_str_equal (response, "run"))
    {
      run_asked_free (asked);
      return;
    }
  if (!sy_trust_add (asked->path, asked->workflow->sha256, folder, &error))
    sy_window_toast (self, "%s", error->message);
  ask_params (self, asked);
}

static GtkWidget *
make_command_list (RunAsked *asked)
{
  g_autofree char *commands = list_commands (asked->workflow);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroll = sy_reading_new (commands, _("Commands"), SY_READING_COMMANDS);

  gtk_widget_set_size_request (scroll, 480, 220);
  gtk_widget_add_css_class (scroll, "card");
  gtk_widget_set_overflow (scroll, GTK_OVERFLOW_HIDDEN);
  asked->folder_check = gtk_check_button_new_with_label (_("Trust this folder"));
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_box_append (GTK_BOX (box), asked->folder_check);
  return box;
}

static void
ask_trust (SyWindow *self, RunAsked *asked)
{
  g_autofree char *folder = g_path_get_dirname (asked->path);
  g_autofree char *commands = sy_words_counted (count_commands (asked->workflow), "%s command", "%s commands");
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), NULL, NULL);

  adw_message_dialog_format_heading (ADW_MESSAGE_DIALOG (dialog), _("Run %s?"), asked->workflow->name);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  sy_window_is_sandboxed () ? _("It comes from %s and runs %s as you, in this sandbox: programs of "
                                                                "this computer are not there.")
                                                            : _("It comes from %s and runs %s as you."),
                                  folder, commands);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "run", _("Run"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "run", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), make_command_list (asked));
  g_signal_connect (dialog, "response", G_CALLBACK (on_trust_answer), asked);
  gtk_window_present (GTK_WINDOW (dialog));
  /* Not the first that can be walked to, which is the list: Enter and Space must not run anything */
  gtk_window_set_focus (GTK_WINDOW (dialog), gtk_window_get_default_widget (GTK_WINDOW (dialog)));
}

/* --- reading the file --- */

static void
load (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  RunAsked *asked = data;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GError) error = NULL;

  g_autoptr (SyRunSettings) settings = asked->created != NULL ? sy_run_settings_from_json (asked->created, NULL) : NULL;

  if (settings != NULL)
    asked->last = g_hash_table_ref (settings->params);
  asked->workflow = asked->text != NULL ? sy_loader_load_bytes (asked->text, asked->path, problems)
                                        : sy_open_workflow_file (asked->path, problems, &asked->native, NULL);
  if (asked->text != NULL)
    asked->native = g_bytes_ref (asked->text);
  if (asked->workflow != NULL)
    asked->trusted = asked->ours || (asked->workflow->sha256 != NULL && sy_trust_has (asked->path, asked->workflow->sha256));
  else if ((error = sy_problems_to_error (problems)) != NULL)
    asked->problems = g_strdup (error->message);
  g_task_return_boolean (task, TRUE);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  RunAsked *asked = data;

  if (asked->workflow == NULL)
    {
      sy_window_toast (self, "%s", asked->problems != NULL ? asked->problems : _("The file cannot be read"));
      run_asked_free (asked);
    }
  else if (!asked->trusted && !asked->dry) /* a dry run starts nothing */
    ask_trust (self, asked);
  else
    ask_params (self, asked);
}

void
sy_window_run_workflow (SyWindow *self)
{
  SyDesign *design = sy_session_get_design (self->session);
  RunAsked *asked;
  g_autoptr (GTask) task = NULL;

  if (self->path == NULL || self->busy)
    return;
  self->busy = TRUE;
  sy_window_update_actions (self);
  asked = g_new0 (RunAsked, 1);
  g_weak_ref_init (&asked->window, self);
  asked->path = g_strdup (self->path);
  asked->ask = self->run_how.ask;
  asked->dry = self->run_how.dry;
  asked->alone = self->run_how.alone;
  asked->only = g_strdup (self->run_how.only);
  asked->text = design != NULL ? g_bytes_ref (sy_design_get_revision (design)->text) : NULL;
  asked->ours = design != NULL && self->document_trusted;
  if (sy_window_get_run_state (self) != NULL)
    asked->created = g_strdup (sy_window_get_run_state (self)->created_text);
  task = g_task_new (self, NULL, on_loaded, asked);
  g_task_set_task_data (task, asked, NULL);
  g_task_run_in_thread (task, load);
}

/* --- actions --- */

/* Ids of what is selected, in the order of the file, with commas between. (transfer full) (nullable): nothing is */
static char *
selected_ids (SyWindow *self)
{
  const SyWorkflow *workflow = self->model != NULL ? sy_run_model_get_workflow (self->model) : NULL;
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint32 i = 0; workflow != NULL && i < workflow->n_tasks; i++)
    if (sy_session_is_selected (self->session, i))
      g_string_append_printf (ids, "%s%s", ids->len > 0 ? "," : "", workflow->tasks[i].id);
  return ids->len > 0 ? g_string_free (g_steal_pointer (&ids), FALSE) : NULL;
}

static void
on_start (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  const char *name = g_action_get_name (G_ACTION (action));
  gboolean here = g_str_equal (name, "run-to-here") || g_str_equal (name, "run-selected");

  g_free (self->run_how.only);
  self->run_how.only = here ? selected_ids (self) : NULL;
  self->run_how.alone = g_str_equal (name, "run-selected");
  self->run_how.ask = g_str_equal (name, "run-with");
  self->run_how.dry = g_str_equal (name, "dry-run");
  if (here && self->run_how.only == NULL)
    sy_session_set_status (self->session, "%s", _("Select a task first"));
  else if (sy_session_get_design (self->session) != NULL)
    sy_window_run_document (self);
  else
    sy_window_run_workflow (self);
}

static const char *const starts[] = { "run", "run-again", "run-with", "run-to-here", "run-selected", "dry-run" };

void
sy_window_update_start_actions (SyWindow *self, gboolean may_run)
{
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self), starts[i])), may_run);
}

void
sy_window_add_start_actions (SyWindow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      const GActionEntry entry = { .name = starts[i], .activate = on_start };

      g_action_map_add_action_entries (G_ACTION_MAP (self), &entry, 1, self);
    }
}
