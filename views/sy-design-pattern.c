/* sy-design-pattern.c: a pattern of tasks with names to fill in, put into the document in one step
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "core/model/sy-pattern.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  SyCanvas *canvas;             /* (owned) */
  SyDesign *design;             /* (owned) the document it was opened for */
  SyPattern pattern;
  char *after;                  /* (nullable) */
  GtkWidget *window, *insert, *reason;
  GPtrArray *rows;              /* of AdwEntryRow, one for each name */
} Dialog;

static void
dialog_free (gpointer data)
{
  Dialog *dialog = data;

  g_object_unref (dialog->canvas);
  g_object_unref (dialog->design);
  g_ptr_array_unref (dialog->rows);
  g_free (dialog->after);
  g_free (dialog);
}

GMenuModel *
sy_design_pattern_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < SY_N_PATTERNS; i++)
    {
      g_autofree char *label = g_strconcat (sy_pattern_get_title (i, NULL), "…", NULL);
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "design.pattern", "u", i);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

/* --- names --- */

static const char *
get_name (Dialog *dialog, guint i)
{
  return gtk_editable_get_text (g_ptr_array_index (dialog->rows, i));
}

/* (nullable): why it cannot be so */
static const char *
refuse (Dialog *dialog, guint i)
{
  for (guint k = 0; k < i; k++)
    if (strcmp (get_name (dialog, k), get_name (dialog, i)) == 0)
      return _("Each task needs a name of its own");
  return sy_design_layer_refuse_name (dialog->canvas->design, get_name (dialog, i), NULL);
}

static void
check (Dialog *dialog)
{
  const char *first = NULL;

  for (guint i = 0; i < dialog->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (dialog->rows, i);
      const char *reason = refuse (dialog, i);

      if (reason != NULL)
        gtk_widget_add_css_class (row, "error");
      else
        gtk_widget_remove_css_class (row, "error");
      gtk_widget_set_tooltip_text (row, reason);
      gtk_accessible_update_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_INVALID,
                                   reason != NULL ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE, -1);
      first = first != NULL ? first : reason;
    }
  gtk_label_set_text (GTK_LABEL (dialog->reason), first != NULL ? first : "");
  gtk_widget_set_sensitive (dialog->insert, first == NULL);
}

static void
on_insert (Dialog *dialog)
{
  SyDesignLayer *layer = dialog->canvas->design;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  /* The document may have been closed meanwhile. */
  if (layer != NULL && layer->design == dialog->design && gtk_widget_get_sensitive (dialog->insert))
    {
      for (guint i = 0; i < dialog->rows->len; i++)
        g_ptr_array_add (names, (gpointer) get_name (dialog, i));
      g_ptr_array_add (names, NULL);
      sy_design_apply (dialog->design, sy_pattern_insert (dialog->pattern, (const char *const *) names->pdata,
                                                          sy_run_model_get_workflow (sy_design_get_model (dialog->design)), dialog->after));
      gtk_widget_grab_focus (GTK_WIDGET (dialog->canvas));
    }
  gtk_window_destroy (GTK_WINDOW (dialog->window));
}

/* --- the window --- */

static GtkWidget *
make_header (Dialog *dialog)
{
  GtkWidget *header = gtk_header_bar_new (), *cancel = gtk_button_new_with_label (_("Cancel"));

  dialog->insert = gtk_button_new_with_label (_("Insert"));
  gtk_widget_add_css_class (dialog->insert, "suggested-action");
  gtk_header_bar_set_show_title_buttons (GTK_HEADER_BAR (header), FALSE);
  gtk_header_bar_pack_start (GTK_HEADER_BAR (header), cancel);
  gtk_header_bar_pack_end (GTK_HEADER_BAR (header), dialog->insert);
  gtk_widget_add_css_class (header, "flat");
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_destroy), dialog->window);
  g_signal_connect_swapped (dialog->insert, "clicked", G_CALLBACK (on_insert), dialog);
  return header;
}

static GtkWidget *
make_names (Dialog *dialog)
{
  const char *const *names = sy_pattern_get_names (dialog->pattern);
  GtkWidget *group = adw_preferences_group_new ();

  for (; *names != NULL; names++)
    {
      GtkWidget *row = adw_entry_row_new ();
      g_autofree char *id = sy_design_free_id (dialog->design, *names);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), *names);
      adw_entry_row_set_activates_default (ADW_ENTRY_ROW (row), TRUE);
      gtk_editable_set_text (GTK_EDITABLE (row), id);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (check), dialog);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      g_ptr_array_add (dialog->rows, row);
    }
  return group;
}

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, css);
  return label;
}

static GtkWidget *
make_page (Dialog *dialog)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  g_autofree char *after = dialog->after != NULL ? g_strdup_printf (_("After “%s”"), dialog->after) : NULL;
  const char *help;

  sy_pattern_get_title (dialog->pattern, &help);
  gtk_widget_set_margin_top (box, 6);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_box_append (GTK_BOX (box), make_label (help, "dim-label"));
  if (after != NULL)
    gtk_box_append (GTK_BOX (box), make_label (after, "dim-label"));
  gtk_box_append (GTK_BOX (box), make_names (dialog));
  dialog->reason = make_label ("", "error");
  gtk_box_append (GTK_BOX (box), dialog->reason);
  return box;
}

void
sy_design_layer_ask_pattern (SyDesignLayer *self, guint pattern, const char *after)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self->canvas))), *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkEventController *keys = gtk_shortcut_controller_new ();
  Dialog *dialog = g_new0 (Dialog, 1);

  dialog->canvas = g_object_ref (self->canvas);
  dialog->design = g_object_ref (self->design);
  dialog->pattern = pattern;
  dialog->after = g_strdup (after);
  dialog->rows = g_ptr_array_new ();
  dialog->window = adw_window_new ();
  g_object_set_data_full (G_OBJECT (dialog->window), "dialog", dialog, dialog_free);
  gtk_window_set_title (GTK_WINDOW (dialog->window), sy_pattern_get_title (pattern, NULL));
  gtk_window_set_transient_for (GTK_WINDOW (dialog->window), GTK_WINDOW (root));
  gtk_window_set_modal (GTK_WINDOW (dialog->window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (dialog->window), 400, -1);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog->window), TRUE);
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Escape"),
                                                                                          gtk_named_action_new ("window.close")));
  gtk_widget_add_controller (dialog->window, keys);
  gtk_box_append (GTK_BOX (box), make_header (dialog));
  gtk_box_append (GTK_BOX (box), make_page (dialog));
  adw_window_set_content (ADW_WINDOW (dialog->window), box);
  gtk_window_set_default_widget (GTK_WINDOW (dialog->window), dialog->insert);
  check (dialog);
  gtk_widget_grab_focus (g_ptr_array_index (dialog->rows, 0));
  gtk_window_present (GTK_WINDOW (dialog->window));
}
