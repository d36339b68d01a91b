/* sy-window-runs.c: pin, note and delete a run; what a run takes is found out by a thread before it is asked
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-run-view.h"
#include "core/model/sy-words.h"
#include "views/sy-history-pane.h"

#include <glib/gi18n.h>

/* --- one run, as it lies on the disk --- */

typedef struct
{
  SyRunInfo *info;      /* (owned) */
  char *note;           /* (owned) (nullable) */
  gint64 bytes;
} Inspected;

typedef struct
{
  char *uuid;
  gboolean measure;
  void (*ask) (SyWindow *self, const Inspected *run);
} Inspection;

static void
inspected_free (gpointer data)
{
  Inspected *run = data;

  sy_run_info_free (run->info);
  g_free (run->note);
  g_free (run);
}

static void
inspection_free (gpointer data)
{
  g_free (((Inspection *) data)->uuid);
  g_free (data);
}

static void
inspect (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Inspection *asked = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, &error) : NULL;
  g_autoptr (SyRunDir) run_dir = index != NULL ? sy_run_dir_open (dir, asked->uuid, &error) : NULL;
  g_autoptr (SyRunInfo) info = run_dir != NULL ? sy_index_lookup (index, asked->uuid, &error) : NULL;
  Inspected *run;

  if (info == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  run = g_new0 (Inspected, 1);
  run->info = g_steal_pointer (&info);
  run->note = sy_run_dir_get_note (run_dir);
  run->bytes = asked->measure ? sy_run_dir_measure (run_dir) : 0;
  g_task_return_pointer (task, run, inspected_free);
}

static void
on_inspected (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  const Inspection *asked = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  Inspected *run = g_task_propagate_pointer (G_TASK (result), &error);

  if (self->sidebar == NULL)
    g_clear_pointer (&run, inspected_free);
  else if (run == NULL)
    sy_window_toast (self, "%s", error->message);
  else
    asked->ask (self, run);
  g_clear_pointer (&run, inspected_free);
}

static void
inspect_run (SyWindow *self, GVariant *uuid, gboolean measure, void (*ask) (SyWindow *, const Inspected *))
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_inspected, NULL);
  Inspection *asked = g_new0 (Inspection, 1);

  *asked = (Inspection){ g_variant_dup_string (uuid, NULL), measure, ask };
  g_task_set_task_data (task, asked, inspection_free);
  g_task_run_in_thread (task, inspect);
}

/* --- changing it --- */

typedef struct
{
  GWeakRef window;
  char *uuid, *done;
  gboolean deleted;
} Change;

static void
on_changed (const char *reply, const GError *error, gpointer data)
{
  Change *change = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (&change->window);

  if (self != NULL && error != NULL)
    sy_window_toast (self, "%s", error->message);
  else if (self != NULL)
    {
      sy_window_toast (self, "%s", change->done);
      sy_window_refresh_runs (self);
      sy_history_pane_refresh (SY_HISTORY_PANE (self->history));
      /* What is shown is gone: the newest run that there is, or the file. */
      if (change->deleted && self->path != NULL && g_strcmp0 (sy_gui_controller_get_run (self->controller), change->uuid) == 0)
        sy_window_open_file (self, self->path);
    }
  g_weak_ref_clear (&change->window);
  g_free (change->uuid);
  g_free (change->done);
  g_free (change);
}

static void
change_run (SyWindow *self, const char *uuid, SyRunChange what, const char *text, const char *done)
{
  SyController *controller = sy_gui_controller_get_base (self->controller);
  Change *change = g_new0 (Change, 1);

  g_weak_ref_init (&change->window, self);
  change->uuid = g_strdup (uuid);
  change->done = g_strdup (done);
  change->deleted = what == SY_RUN_DELETE;
  controller->change_run (controller, uuid, what, text, on_changed, change);
}

static void
on_pin (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  gboolean pin = g_str_equal (g_action_get_name (G_ACTION (action)), "pin");

  change_run (data, g_variant_get_string (parameter, NULL), pin ? SY_RUN_PIN : SY_RUN_UNPIN, NULL,
              pin ? _("Pinned: it is never cleared away") : _("Unpinned"));
}

/* --- note --- */

typedef struct { SyWindow *window; char *uuid; GtkEditable *entry; } Asked;

static void
asked_free (gpointer data, GClosure *closure)
{
  g_free (((Asked *) data)->uuid);
  g_free (data);
}

static Asked *
asked_new (SyWindow *self, const char *uuid, GtkWidget *entry)
{
  Asked *asked = g_new0 (Asked, 1);

  *asked = (Asked){ self, g_strdup (uuid), (GtkEditable *) entry };
  return asked;
}

static void
on_note_answer (AdwMessageDialog *dialog, const char *response, Asked *asked)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (asked->entry)));

  if (g_str_equal (response, "save"))
    change_run (asked->window, asked->uuid, SY_RUN_NOTE, text, *text != '\0' ? _("Note kept") : _("Note removed"));
}

static void
ask_note (SyWindow *self, const Inspected *run)
{
  g_autofree char *heading = g_strdup_printf (_("Note on Run %u"), run->info->number);
  GtkWidget *dialog = sy_window_ask (self, heading, _("Shown in the history. Empty removes it."), "save", _("Save"), ADW_RESPONSE_SUGGESTED);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), run->note != NULL ? run->note : "");
  gtk_entry_set_max_length (GTK_ENTRY (entry), 1000);
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note"), -1);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), entry);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_note_answer), asked_new (self, run->info->uuid, entry), asked_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  gtk_widget_grab_focus (entry);
}

static void
on_note (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  inspect_run (data, parameter, FALSE, ask_note);
}

/* --- delete --- */

static void
on_delete_answer (AdwMessageDialog *dialog, const char *response, Asked *asked)
{
  if (g_str_equal (response, "delete"))
    change_run (asked->window, asked->uuid, SY_RUN_DELETE, NULL, _("The run was deleted"));
}

static char *
what_is_lost (const Inspected *run)
{
  g_autoptr (GString) size = g_string_new (NULL);
  g_autofree char *tasks = NULL;
  guint n = 0;

  for (guint i = 0; i < SY_N_STATES; i++)
    n += run->info->counts[i];
  sy_words_size (size, (guint64) run->bytes);
  tasks = sy_words_counted (n, "%s task", "%s tasks");
  if (run->info->error != NULL)
    return g_strdup_printf (_("%s. Its log cannot be read (%s), but “switchyard doctor” may be able to save it. This cannot be undone."),
                            size->str, run->info->error);
  return g_strdup_printf (_("%s: its log, the output of %s and what they kept with the run are lost. The workflow file stays, and so does what "
                            "the tasks wrote elsewhere. This cannot be undone."),
                          size->str, tasks);
}

static void
ask_delete (SyWindow *self, const Inspected *run)
{
  g_autofree char *heading = g_strdup_printf (_("Delete Run %u of %s?"), run->info->number, run->info->name), *body = what_is_lost (run);
  GtkWidget *dialog;

  if (run->info->pinned || run->info->runner == SY_OWNER_ALIVE
      || (run->info->error == NULL && !sy_run_status_is_final (run->info->status)))
    {
      sy_window_toast (self, run->info->pinned ? _("Run %u is pinned: unpin it first") : _("Run %u has not ended: stop it first"),
                       run->info->number);
      return;
    }
  dialog = sy_window_ask (self, heading, body, "delete", _("Delete"), ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_delete_answer), asked_new (self, run->info->uuid, NULL), asked_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_delete (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  inspect_run (data, parameter, TRUE, ask_delete);
}

static const GActionEntry entries[] = {
  { .name = "pin", .activate = on_pin, .parameter_type = "s" },
  { .name = "unpin", .activate = on_pin, .parameter_type = "s" },
  { .name = "note", .activate = on_note, .parameter_type = "s" },
  { .name = "delete", .activate = on_delete, .parameter_type = "s" },
};

void
sy_window_add_run_actions (SyWindow *self)
{
  g_action_map_add_action_entries (self->run_actions, entries, G_N_ELEMENTS (entries), self);
}
