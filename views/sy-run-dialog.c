/* sy-run-dialog.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-dialog.h"

#include "core/model/sy-expr.h"
#include "views/sy-reading.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  SyWorkflow *workflow;         /* (owned) */
  GHashTable *last;             /* (owned) (nullable) name -> text */
  GtkWidget *window, *run, *try, *only;
  GtkWidget **inputs;           /* by parameter: an entry, drop-down or switch */
  GtkWidget **errors;           /* by parameter: a label */
  SyRunDialogFuncs funcs;
  gboolean answered;
  gpointer data;
} RunDialog;

static void
run_dialog_free (gpointer data)
{
  RunDialog *dialog = data;

  if (!dialog->answered)
    dialog->funcs.answer (NULL, dialog->data);
  g_clear_pointer (&dialog->last, g_hash_table_unref);
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

/* A default that is an expression and was left as it is: the run evaluates it. */
static gboolean
is_left (const SyParam *param, const char *text)
{
  return param->dynamic && g_str_equal (text, param->default_value);
}

/* A message of the whole form names the parameter first; beside its value that is said already. */
static const char *
without_name (const char *message, const SyParam *param)
{
  g_autofree char *name = g_strdup_printf (_("parameter “%s”: "), param->name);

  return g_str_has_prefix (message, name) ? message + strlen (name) : message;
}

/* Says what is wrong beside the value; TRUE if nothing is. */
static gboolean
check (RunDialog *dialog, guint i)
{
  const SyParam *param = &dialog->workflow->params[i];
  g_autofree char *text = get_text (dialog, i);
  g_autoptr (GError) error = NULL;
  SyValue value = { 0 };
  gboolean ok = is_left (param, text) || sy_param_convert (param, text, g_get_real_time (), &value, &error);

  if (ok)
    sy_value_clear (&value);
  gtk_label_set_text (GTK_LABEL (dialog->errors[i]), ok ? "" : without_name (error->message, param));
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
  gtk_widget_set_sensitive (dialog->try, ok);
}

/* (transfer full) */
static GStrv
get_params (RunDialog *dialog)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < dialog->workflow->n_params; i++)
    {
      g_autofree char *value = get_text (dialog, i);
      g_autofree char *both = g_strconcat (dialog->workflow->params[i].name, "=", value, NULL);

      if (!is_left (&dialog->workflow->params[i], value))
        g_strv_builder_add (builder, both);
    }
  return g_strv_builder_end (builder);
}

/* The first entry stands for all of it. */
static const char *
get_only (RunDialog *dialog)
{
  guint chosen = dialog->only != NULL ? gtk_drop_down_get_selected (GTK_DROP_DOWN (dialog->only)) : 0;

  return chosen == 0 || chosen > dialog->workflow->n_tasks ? NULL : dialog->workflow->tasks[chosen - 1].id;
}

static void
on_run (RunDialog *dialog)
{
  g_auto (GStrv) params = get_params (dialog);
  SyRunWish wish = { (const char *const *) params, get_only (dialog) };

  dialog->answered = TRUE;
  dialog->funcs.answer (&wish, dialog->data);
  gtk_window_destroy (GTK_WINDOW (dialog->window));
}

/* --- a dry run --- */

static void
add_escape (GtkWidget *window)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                        gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (window, keys);
}

/* Lines that begin at the left are headings; tasks are indented by two. */
static void
style_plan (GtkTextBuffer *buffer)
{
  GtkTextTag *heading = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, "scale", 1.1, NULL);
  GtkTextTag *task = gtk_text_buffer_create_tag (buffer, NULL, "weight", PANGO_WEIGHT_BOLD, NULL);

  for (int i = 0; i < gtk_text_buffer_get_line_count (buffer); i++)
    {
      GtkTextIter start, end;
      g_autofree char *line = NULL;

      gtk_text_buffer_get_iter_at_line (buffer, &start, i);
      end = start;
      if (!gtk_text_iter_ends_line (&end))
        gtk_text_iter_forward_to_line_end (&end);
      line = gtk_text_iter_get_text (&start, &end);
      if (*line != '\0' && *line != ' ' && strstr (line, " = ") == NULL)
        gtk_text_buffer_apply_tag (buffer, heading, &start, &end);
      else if (g_str_has_prefix (line, "  ") && line[2] != ' ')
        gtk_text_buffer_apply_tag (buffer, task, &start, &end);
    }
}

void
sy_run_dialog_tell_plan (GtkWindow *parent, const char *text)
{
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scroll = sy_reading_new (text, _("What would run"), SY_READING_LINES), *header = adw_header_bar_new ();

  style_plan (gtk_text_view_get_buffer (GTK_TEXT_VIEW (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scroll)))));
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_window_set_title (GTK_WINDOW (window), _("Dry Run"));
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), 680, 560);
  add_escape (window);
  adw_window_set_content (ADW_WINDOW (window), box);
  gtk_window_present (GTK_WINDOW (window));
}

static void
on_try (RunDialog *dialog)
{
  g_auto (GStrv) params = get_params (dialog);
  SyRunWish wish = { (const char *const *) params, get_only (dialog) };
  g_autofree char *text = dialog->funcs.describe (&wish, dialog->data);

  sy_run_dialog_tell_plan (GTK_WINDOW (dialog->window), text);
}

/* --- the form --- */

static GtkWidget *
make_input (RunDialog *dialog, const SyParam *param)
{
  GtkWidget *input;

  if (param->type == SY_TYPE_BOOL && !param->dynamic)
    {
      input = gtk_switch_new ();
      g_signal_connect_swapped (input, "notify::active", G_CALLBACK (check_all), dialog);
    }
  else if (param->values != NULL && !param->dynamic)
    {
      input = gtk_drop_down_new_from_strings (param->values);
      g_signal_connect_swapped (input, "notify::selected", G_CALLBACK (check_all), dialog);
    }
  else
    {
      input = gtk_entry_new ();
      gtk_entry_set_activates_default (GTK_ENTRY (input), TRUE);
      gtk_entry_set_visibility (GTK_ENTRY (input), param->type != SY_TYPE_SECRET);
      gtk_editable_set_width_chars (GTK_EDITABLE (input), 26);
      g_signal_connect_swapped (input, "changed", G_CALLBACK (check_all), dialog);
    }
  gtk_widget_set_valign (input, GTK_ALIGN_CENTER);
  return input;
}

static const char *
type_words (SyParamType type)
{
  switch (type)
    {
    case SY_TYPE_INT: return _("A whole number");
    case SY_TYPE_FLOAT: return _("A number");
    case SY_TYPE_BOOL: return _("Yes or no");
    case SY_TYPE_DATE: return _("A day: 2026-01-31, today, today-1d");
    case SY_TYPE_DATETIME: return _("A time: 2026-01-31T14:05");
    case SY_TYPE_DURATION: return _("A span of time: 90s, 10m, 2h");
    case SY_TYPE_SIZE: return _("A size: 512M, 4G");
    case SY_TYPE_ENUM: return _("One of these");
    case SY_TYPE_PATH: return _("A file or folder");
    case SY_TYPE_LIST: return _("A list: a,b,c");
    case SY_TYPE_JSON: return _("JSON");
    default: return _("Text");
    }
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
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), param->description != NULL ? param->description : type_words (param->type));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), box);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), dialog->inputs[i]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog->inputs[i]), GTK_ACCESSIBLE_PROPERTY_LABEL, param->name, -1);
  adw_preferences_group_add (group, row);
}

/* The value of the run before, else the default, else nothing */
static const char *
preset_of (RunDialog *dialog, const SyParam *param, gboolean use_last)
{
  const char *value = use_last && dialog->last != NULL ? g_hash_table_lookup (dialog->last, param->name) : NULL;

  if (value == NULL)
    value = param->default_value;
  return value != NULL ? value : "";
}

static void
fill (RunDialog *dialog, gboolean use_last)
{
  for (guint i = 0; i < dialog->workflow->n_params; i++)
    {
      const SyParam *param = &dialog->workflow->params[i];
      const char *preset = preset_of (dialog, param, use_last);

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

static void
on_defaults (RunDialog *dialog)
{
  fill (dialog, FALSE);
}

static void
on_last (RunDialog *dialog)
{
  fill (dialog, TRUE);
}

static GtkWidget *
make_presets (RunDialog *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *last = gtk_button_new_with_label (_("Last Values")), *defaults = gtk_button_new_with_label (_("Defaults"));

  gtk_widget_add_css_class (last, "flat");
  gtk_widget_add_css_class (defaults, "flat");
  gtk_widget_set_visible (last, dialog->last != NULL);
  g_signal_connect_swapped (last, "clicked", G_CALLBACK (on_last), dialog);
  g_signal_connect_swapped (defaults, "clicked", G_CALLBACK (on_defaults), dialog);
  gtk_box_append (GTK_BOX (box), last);
  gtk_box_append (GTK_BOX (box), defaults);
  return box;
}

static GtkWidget *
make_only (RunDialog *dialog)
{
  GtkStringList *names = gtk_string_list_new (NULL);
  GtkWidget *row = adw_action_row_new ();

  gtk_string_list_append (names, _("The End"));
  for (guint32 i = 0; i < dialog->workflow->n_tasks; i++)
    gtk_string_list_append (names, dialog->workflow->tasks[i].id);
  dialog->only = gtk_drop_down_new (G_LIST_MODEL (names), gtk_property_expression_new (GTK_TYPE_STRING_OBJECT, NULL, "string"));
  gtk_drop_down_set_enable_search (GTK_DROP_DOWN (dialog->only), TRUE);
  gtk_widget_set_valign (dialog->only, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (dialog->only), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Run up to"), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _("Run Up To"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _("That task and all that it needs"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), dialog->only);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), dialog->only);
  return row;
}

static GtkWidget *
make_header (RunDialog *dialog)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_label (_("Cancel"));

  dialog->try = gtk_button_new_with_label (_("Dry Run"));
  dialog->run = gtk_button_new_with_label (_("Run"));
  gtk_widget_add_css_class (dialog->run, "suggested-action");
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), dialog->run);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), dialog->try);
  g_signal_connect_swapped (dialog->try, "clicked", G_CALLBACK (on_try), dialog);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), dialog->window);
  g_signal_connect_swapped (dialog->run, "clicked", G_CALLBACK (on_run), dialog);
  return header;
}

static GtkWidget *
make_page (RunDialog *dialog, gboolean whole)
{
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new (), *scope = adw_preferences_group_new ();

  gtk_widget_set_visible (scope, whole);
  if (dialog->workflow->n_params == 0)
    adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (group), _("This workflow has no parameters."));
  else
    {
      adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Parameters"));
      adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), make_presets (dialog));
    }
  for (guint i = 0; i < dialog->workflow->n_params; i++)
    add_param (dialog, ADW_PREFERENCES_GROUP (group), i);
  if (whole)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (scope), make_only (dialog));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (scope));
  gtk_widget_set_vexpand (page, TRUE);
  return page;
}

static void
make_window (RunDialog *dialog, GtkWindow *parent)
{
  g_autofree char *title = g_strdup_printf (_("Run %s"), dialog->workflow->name);

  dialog->window = adw_window_new ();
  gtk_window_set_title (GTK_WINDOW (dialog->window), title);
  gtk_window_set_transient_for (GTK_WINDOW (dialog->window), parent);
  gtk_window_set_modal (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog->window), 560, 480);
  g_object_set_data_full (G_OBJECT (dialog->window), "run-dialog", dialog, run_dialog_free);
  add_escape (dialog->window);
}

void
sy_run_dialog_present (GtkWindow *parent, SyWorkflow *workflow, GHashTable *last, gboolean whole, const SyRunDialogFuncs *funcs,
                       gpointer data)
{
  RunDialog *dialog = g_new0 (RunDialog, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  dialog->workflow = sy_workflow_ref (workflow);
  dialog->last = last != NULL ? g_hash_table_ref (last) : NULL;
  dialog->inputs = g_new0 (GtkWidget *, MAX (1, workflow->n_params));
  dialog->errors = g_new0 (GtkWidget *, MAX (1, workflow->n_params));
  dialog->funcs = *funcs;
  dialog->data = data;
  make_window (dialog, parent);
  gtk_box_append (GTK_BOX (box), make_header (dialog));
  gtk_box_append (GTK_BOX (box), make_page (dialog, whole));
  adw_window_set_content (ADW_WINDOW (dialog->window), box);
  gtk_window_set_default_widget (GTK_WINDOW (dialog->window), dialog->run);
  fill (dialog, TRUE);
  check_all (dialog);
  gtk_window_present (GTK_WINDOW (dialog->window));
}
