/* sy-window-desktop.c: what the window tells and asks the desktop: notifications, no suspend, recent files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "core/model/sy-words.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

#define RECENT_SHOWN 8

static gboolean
is_set (SyWindow *self, const char *key)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GSettings *settings = application != NULL ? sy_application_get_settings (SY_APPLICATION (application)) : NULL;

  return settings == NULL || g_settings_get_boolean (settings, key);
}

/* In a Flatpak tasks have its programs, not those of the host. */
gboolean
sy_window_is_sandboxed (void)
{
  const char *info = g_getenv ("SWITCHYARD_SANDBOX_INFO");

  return g_file_test (info != NULL ? info : "/.flatpak-info", G_FILE_TEST_EXISTS);
}

/* While the run shown goes on the computer does not suspend. */
void
sy_window_update_inhibition (SyWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  const SyRunState *state = sy_window_get_run_state (self);
  gboolean wanted = state != NULL && sy_run_model_is_live (self->model) && !sy_run_status_is_final (state->status)
                    && is_set (self, "keep-awake");

  if (application == NULL || wanted == (self->inhibition != 0))
    return;
  if (wanted)
    self->inhibition = gtk_application_inhibit (application, GTK_WINDOW (self), GTK_APPLICATION_INHIBIT_SUSPEND, _("A workflow runs"));
  else
    {
      gtk_application_uninhibit (application, self->inhibition);
      self->inhibition = 0;
    }
}

/* --- notifications --- */

/* With one button that shows the run; it starts the program where that has ended meanwhile. */
static void
notify (SyWindow *self, const char *title, const char *body, const char *button)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  if (body != NULL)
    g_notification_set_body (notification, body);
  if (self->path != NULL)
    {
      g_notification_set_default_action_and_target (notification, "app.show-run", "s", self->path);
      g_notification_add_button_with_target (notification, button, "app.show-run", "s", self->path);
    }
  g_application_send_notification (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))),
                                   sy_run_model_get_run_id (self->model), notification);
}

void
sy_window_notify (SyWindow *self, const SyRunState *state)
{
  g_autofree char *title = g_strdup_printf (_("%s: %s"), state->workflow->name, sy_run_status_words (state->status));
  g_autofree char *body = NULL;

  if (gtk_window_is_active (GTK_WINDOW (self)) || !is_set (self, "notify"))
    return;
  if (state->counts[SY_STATE_FAILED] > 0)
    body = sy_words_counted (state->counts[SY_STATE_FAILED], "%s task failed", "%s tasks failed");
  else
    body = sy_words_counted (state->workflow->n_tasks, "%s task", "%s tasks");
  notify (self, title, body, _("Show"));
}

void
sy_window_notify_goes_on (SyWindow *self)
{
  SyProgressBasis basis;
  SyProgress progress;
  g_autofree char *title = NULL;

  if (!is_set (self, "notify"))
    return;
  sy_run_model_init_progress (self->model, &basis);
  sy_progress_measure (&basis, NULL, &progress);
  title = g_strdup_printf (_("%s goes on, %u %%"), sy_run_model_get_workflow (self->model)->name, sy_progress_percent (&progress));
  notify (self, title, NULL, _("Open"));
}

/* --- recent files --- */

/* What was opened lately, newest first */
static int
by_time (gconstpointer a, gconstpointer b, gpointer data)
{
  return g_date_time_compare (gtk_recent_info_get_modified (*(GtkRecentInfo *const *) b),
                              gtk_recent_info_get_modified (*(GtkRecentInfo *const *) a));
}

void
sy_window_fill_recent (SyWindow *self)
{
  GList *items = gtk_recent_manager_get_items (gtk_recent_manager_get_default ());
  g_autoptr (GPtrArray) ours = g_ptr_array_new_with_free_func ((GDestroyNotify) gtk_recent_info_unref);

  for (GList *item = items; item != NULL; item = item->next)
    if (gtk_recent_info_has_application (item->data, "Switchyard") && gtk_recent_info_exists (item->data))
      g_ptr_array_add (ours, item->data);
    else
      gtk_recent_info_unref (item->data);
  g_list_free (items);
  g_ptr_array_sort_with_data (ours, by_time, NULL);
  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; i < ours->len && i < RECENT_SHOWN; i++)
    {
      GtkRecentInfo *info = g_ptr_array_index (ours, i);
      g_auto (GStrv) parts = g_strsplit (gtk_recent_info_get_display_name (info), "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.open-recent", "s", gtk_recent_info_get_uri (info));
      g_menu_append_item (self->recent_menu, item);
    }
}
