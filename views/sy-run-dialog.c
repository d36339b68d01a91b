/* sy-run-dialog.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-dialog.h"

#include "core/model/sy-expr.h"

#include <adwaita.h>
#include <string.h>

typedef struct
{
  SyWorkflow *workflow;         /* (owned) */
  GtkWidget *window, *run;
  GtkWidget **inputs;           /* by parameter: an entry, drop-down or switch */
  GtkWidget **errors;           /* by parameter: a label */
  SyRunDialogAnswer answer;
  gpointer data;
} RunDialog;

static void
run_dialog_free (gpointer data)
{
  RunDialog *dialog = data;

  if (dialog->answer != NULL)
    dialog->answer (NULL, dialog->data);
  sy_workflow_unref (dialog->workflow);
  g_free (dialog->inputs);
  g_free (dialog->errors);
  g_free (dialog);
}

/* (transfer full) */
static char *
get_text (RunDialog *dialog, guint i)
{
  const SyParam *param = &dialog->workflow->params[i];
  GtkWidget *input = dialog->inputs[i];

  if (GTK_IS_SWITCH (input))
    return g_strdup (gtk_switch_get_active (GTK_SWITCH (input)) ? "true" : "false");
  if (GTK_IS_DROP_DOWN (input))
    return g_strdup (param->values[gtk_drop_down_get_selected (GTK_DROP_DOWN (input))]);
  return g_strdup (gtk_editable_get_text (GTK_EDITABLE (input)));
}

/* Says what is wrong beside the value; TRUE if nothing is. */
static gboolean
check (RunDialog *dialog, guint i)
{
  const SyParam *param = &dialog->workflow->params[i];
  g_autofree char *text = get_text (dialog, i);
  g_autoptr (GError) error = NULL;
  SyValue value = { 0 };
  gboolean ok = sy_param_convert (param, text, g_get_real_time (), &value, &error);

  if (ok)
    sy_value_clear (&value);
  gtk_label_set_text (GTK_LABEL (dialog->errors[i]), ok ? "" : error->message);
  gtk_widget_set_visible (dialog->errors[i], !ok);
  if (ok)
    gtk_widget_remove_css_class (dialog->inputs[i], "error");
  else
    gtk_widget_add_css_class (dialog->inputs[i], "error");
  return ok;
}

static void
check_all (RunDialog *dialog)
{
  gboolean ok = TRUE;

  for (guint i = 0; i < dialog->workflow->n_params; i++)
    ok = check (dialog, i) && ok;
  gtk_widget_set_sensitive (dialog->run, ok);
}

static void
on_run (RunDialog *dialog)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) params = NULL;
  SyRunDialogAnswer answer = dialog->answer;

  for (guint i = 0; i < dialog->workflow->n_params; i++)
    {
      g_autofree char *value = get_text (dialog, i);
      g_autofree char *both = g_strconcat (dialog->workflow->params[i].name, "=", value, NULL);

      g_strv_builder_add (builder, both);
    }
  params = g_strv_builder_end (builder);
  dialog->answer = NULL;
  answer ((const char *const *) params, dialog->data);
  gtk_window_destroy (GTK_WINDOW (dialog->window));
}

/* --- the form --- */

static GtkWidget *
make_input (RunDialog *dialog, const SyParam *param)
{
  const char *preset = param->default_value != NULL ? param->default_value : "";
  GtkWidget *input;

  if (param->type == SY_TYPE_BOOL)
    {
      input = gtk_switch_new ();
      gtk_switch_set_active (GTK_SWITCH (input), g_str_equal (preset, "true"));
      g_signal_connect_swapped (input, "notify::active", G_CALLBACK (check_all), dialog);
    }
  else if (param->type == SY_TYPE_ENUM && param->values != NULL)
    {
      input = gtk_drop_down_new_from_strings (param->values);
      for (guint i = 0; param->values[i] != NULL; i++)
        if (g_str_equal (param->values[i], preset))
          gtk_drop_down_set_selected (GTK_DROP_DOWN (input), i);
      g_signal_connect_swapped (input, "notify::selected", G_CALLBACK (check_all), dialog);
    }
  else
    {
      input = gtk_entry_new ();
      gtk_editable_set_text (GTK_EDITABLE (input), preset);
      gtk_entry_set_activates_default (GTK_ENTRY (input), TRUE);
      gtk_entry_set_visibility (GTK_ENTRY (input), param->type != SY_TYPE_SECRET);
      gtk_editable_set_width_chars (GTK_EDITABLE (input), 26);
      g_signal_connect_swapped (input, "changed", G_CALLBACK (check_all), dialog);
    }
  gtk_widget_set_valign (input, GTK_ALIGN_CENTER);
  return input;
}

static void
add_param (RunDialog *dialog, AdwPreferencesGroup *group, guint i)
{
  const SyParam *param = &dialog->workflow->params[i];
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *error = gtk_label_new (NULL);

  dialog->inputs[i] = make_input (dialog, param);
  dialog->errors[i] = error;
  gtk_label_set_wrap (GTK_LABEL (error), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (error), 34);
  gtk_label_set_xalign (GTK_LABEL (error), 0);
  gtk_widget_add_css_class (error, "error");
  gtk_widget_add_css_class (error, "caption");
  gtk_widget_set_visible (error, FALSE);
  gtk_box_append (GTK_BOX (box), dialog->inputs[i]);
  gtk_box_append (GTK_BOX (box), error);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (box, 8);
  gtk_widget_set_margin_bottom (box, 8);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), param->name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), param->description != NULL ? param->description : sy_param_type_to_string (param->type));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), dialog->inputs[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog->inputs[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, param->name, -1);
  adw_preferences_group_add (group, row);
}

static void
on_defaults (RunDialog *dialog)
{
  for (guint i = 0; i < dialog->workflow->n_params; i++)
    {
      const SyParam *param = &dialog->workflow->params[i];
      const char *preset = param->default_value != NULL ? param->default_value : "";

      if (GTK_IS_SWITCH (dialog->inputs[i]))
        gtk_switch_set_active (GTK_SWITCH (dialog->inputs[i]), g_str_equal (preset, "true"));
      else if (GTK_IS_EDITABLE (dialog->inputs[i]))
        gtk_editable_set_text (GTK_EDITABLE (dialog->inputs[i]), preset);
      else
        for (guint k = 0; param->values[k] != NULL; k++)
          if (g_str_equal (param->values[k], preset))
            gtk_drop_down_set_selected (GTK_DROP_DOWN (dialog->inputs[i]), k);
    }
}

static GtkWidget *
make_header (RunDialog *dialog)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic ("_Cancel");

  dialog->run = gtk_button_new_with_mnemonic ("_Run");
  gtk_widget_add_css_class (dialog->run, "suggested-action");
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), dialog->run);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), dialog->window);
  g_signal_connect_swapped (dialog->run, "clicked", G_CALLBACK (on_run), dialog);
  return header;
}

static void
add_escape (GtkWidget *window)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
}

void
sy_run_dialog_present (GtkWindow *parent, SyWorkflow *workflow, SyRunDialogAnswer answer, gpointer data)
{
  RunDialog *dialog = g_new0 (RunDialog, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *title = g_strdup_printf ("Run %s", workflow->name);

  dialog->workflow = sy_workflow_ref (workflow);
  dialog->inputs = g_new0 (GtkWidget *, MAX (1, workflow->n_params));
  dialog->errors = g_new0 (GtkWidget *, MAX (1, workflow->n_params));
  dialog->answer = answer;
  dialog->data = data;
  dialog->window = adw_window_new ();
  gtk_window_set_title (GTK_WINDOW (dialog->window), title);
  gtk_window_set_transient_for (GTK_WINDOW (dialog->window), parent);
  gtk_window_set_modal (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog->window), 560, 420);
  gtk_box_append (GTK_BOX (box), make_header (dialog));
  if (workflow->n_params == 0)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), "This workflow has no parameters.");
  else
    {
      GtkWidget *defaults = gtk_button_new_with_label ("Defaults");

      gtk_widget_add_css_class (defaults, "flat");
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), "Parameters");
      adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), defaults);
      g_signal_connect_swapped (defaults, "clicked", G_CALLBACK (on_defaults), dialog);
    }
  for (guint i = 0; i < workflow->n_params; i++)
    add_param (dialog, ADW_PREFERENCES_GROUP (group), i);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (dialog->window), box);
  gtk_window_set_default_widget (GTK_WINDOW (dialog->window), dialog->run);
  g_object_set_data_full (G_OBJECT (dialog->window), "run-dialog", dialog, run_dialog_free);
  add_escape (dialog->window);
  check_all (dialog);
  gtk_window_present (GTK_WINDOW (dialog->window));
}
