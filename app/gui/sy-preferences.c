/* sy-preferences.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-preferences.h"

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
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  adw_preferences_window_set_search_enabled (ADW_PREFERENCES_WINDOW (window), FALSE);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 560, 540);
  gtk_window_present (GTK_WINDOW (window));
}
