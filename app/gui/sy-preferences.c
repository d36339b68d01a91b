/* sy-preferences.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-preferences.h"

#include "core/store/sy-doctor.h"

#include <adwaita.h>
#include <glib/gi18n.h>

typedef struct { const char *key, *title, *subtitle; } Switch;

static const Switch looks[] = {
  { "colour-blind-palette", N_("Palette for Colour Blindness"), N_("States also differ by icon and word") },
};
static const Switch behaves[] = {
  { "notify", N_("Notifications"), N_("Say that a run has ended while the window is not in front") },
  { "keep-awake", N_("Keep Awake"), N_("Do not suspend while a run that is shown goes on") },
  { "restore-session", N_("Open the Files of Last Time"), N_("When the program starts without a file") },
};

static void
add_switches (AdwPreferencesGroup *group, GSettings *settings, const Switch *switches, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new (), *toggle = gtk_switch_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(switches[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _(switches[i].subtitle));
      gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, _(switches[i].title), -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
      adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
      g_settings_bind (settings, switches[i].key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
      adw_preferences_group_add (group, row);
    }
}

static const char *const schemes[] = { "system", "light", "dark", NULL };

static gboolean
scheme_to_index (GValue *value, GVariant *variant, gpointer data)
{
  const char *scheme = g_variant_get_string (variant, NULL);

  for (guint i = 0; schemes[i] != NULL; i++)
    if (g_str_equal (schemes[i], scheme))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
index_to_scheme (const GValue *value, const GVariantType *type, gpointer data)
{
  return g_variant_new_string (schemes[MIN (g_value_get_uint (value), 2)]);
}

static void
add_scheme (AdwPreferencesGroup *group, GSettings *settings)
{
  const char *const names[] = { _("Like the System"), _("Light"), _("Dark"), NULL };
  GtkWidget *row = adw_combo_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Style"));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (gtk_string_list_new (names)));
  g_settings_bind_with_mapping (settings, "color-scheme", row, "selected", G_SETTINGS_BIND_DEFAULT, scheme_to_index,
                                index_to_scheme, NULL, NULL);
  adw_preferences_group_add (group, row);
}

/* --- what is kept: the file that the command line reads, too; read and written by threads --- */

typedef struct { GtkSpinButton *runs, *days; guint source; gboolean quiet; } Retention;

static void
save_policy (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (!sy_gc_policy_save (data, &error))
    g_warning ("%s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
save_now (Retention *self)
{
  const SyGcPolicy policy = { .keep_runs = (guint) gtk_spin_button_get_value_as_int (self->runs),
                              .keep_us = gtk_spin_button_get_value_as_int (self->days) * G_TIME_SPAN_DAY };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  self->source = 0;
  g_task_set_task_data (task, g_memdup2 (&policy, sizeof policy), g_free);
  g_task_run_in_thread (task, save_policy);
}

static gboolean
save_later (gpointer data)
{
  save_now (data);
  return G_SOURCE_REMOVE;
}

static void
on_retention (GtkSpinButton *button, Retention *self)
{
  if (!self->quiet && self->source == 0)
    self->source = g_timeout_add (400, save_later, self);
}

static void
load_policy (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  SyGcPolicy *policy = g_new0 (SyGcPolicy, 1);

  sy_gc_policy_load (policy);
  g_task_return_pointer (task, policy, g_free);
}

static void
on_policy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree SyGcPolicy *policy = g_task_propagate_pointer (G_TASK (result), NULL);
  Retention *self = g_object_get_data (source, "retention");

  if (self == NULL || policy == NULL)
    return;
  self->quiet = TRUE;
  gtk_spin_button_set_value (self->runs, policy->keep_runs);
  gtk_spin_button_set_value (self->days, (double) (policy->keep_us / G_TIME_SPAN_DAY));
  self->quiet = FALSE;
}

/* What was set last is not lost by closing. */
static gboolean
on_close (GtkWindow *window, Retention *self)
{
  if (self->source != 0)
    {
      g_source_remove (self->source);
      save_now (self);
    }
  return FALSE;
}

static void
retention_free (gpointer data)
{
  g_clear_handle_id (&((Retention *) data)->source, g_source_remove);
  g_free (data);
}

static GtkSpinButton *
add_spin (AdwPreferencesGroup *group, Retention *self, const char *title, const char *subtitle, double most)
{
  GtkWidget *row = adw_action_row_new (), *spin = gtk_spin_button_new_with_range (1, most, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  g_signal_connect (spin, "value-changed", G_CALLBACK (on_retention), self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), spin);
  adw_preferences_group_add (group, row);
  return GTK_SPIN_BUTTON (spin);
}

static AdwPreferencesGroup *
make_retention (GtkWidget *window)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  Retention *self = g_new0 (Retention, 1);
  g_autoptr (GTask) task = g_task_new (window, NULL, on_policy, NULL);

  adw_preferences_group_set_title (group, _("Old Runs"));
  adw_preferences_group_set_description (group, _("Cleared away once a day; never one that goes on or is pinned, nor the newest or the newest "
                                                  "failed one of a workflow"));
  self->quiet = TRUE;
  self->runs = add_spin (group, self, _("Runs Kept"), _("Of each workflow"), SY_GC_RUNS_MOST);
  self->days = add_spin (group, self, _("Days Kept"), _("A run goes when it is beyond either"), SY_GC_DAYS_MOST);
  g_object_set_data_full (G_OBJECT (window), "retention", self, retention_free);
  g_signal_connect (window, "close-request", G_CALLBACK (on_close), self);
  g_task_run_in_thread (task, load_policy);
  return group;
}

void
sy_preferences_present (GtkWindow *parent, GSettings *settings)
{
  GtkWidget *window = adw_preferences_window_new (), *page = adw_preferences_page_new ();
  GtkWidget *look = adw_preferences_group_new (), *behaviour = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (look), _("Appearance"));
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (behaviour), _("Behaviour"));
  add_scheme (ADW_PREFERENCES_GROUP (look), settings);
  add_switches (ADW_PREFERENCES_GROUP (look), settings, looks, G_N_ELEMENTS (looks));
  add_switches (ADW_PREFERENCES_GROUP (behaviour), settings, behaves, G_N_ELEMENTS (behaves));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (look));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (behaviour));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), make_retention (window));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 540);
  gtk_window_present (GTK_WINDOW (window));
}
