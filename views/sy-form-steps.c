/* sy-form-steps.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-steps.h"

#include "views/sy-form-unit.h"

#include <glib/gi18n.h>

#define COMMIT_MS 500

typedef struct
{
  const SyField *field;
  GtkEntry *entry;              /* borrowed: both are children of the box that owns this */
  GtkDropDown *units;           /* (nullable) borrowed */
  GtkWidget *less, *more;
  guint commit_source;
  gboolean turning;             /* the text follows the unit chosen, not the other way round */
} Steps;

static void
steps_free (gpointer data)
{
  Steps *steps = data;

  g_clear_handle_id (&steps->commit_source, g_source_remove);
  g_free (steps);
}

static const char *
text_of (Steps *steps)
{
  return gtk_editable_get_text (GTK_EDITABLE (steps->entry));
}

static gboolean
on_commit_due (gpointer data)
{
  Steps *steps = data;

  steps->commit_source = 0;
  g_signal_emit_by_name (steps->entry, "activate");
  return G_SOURCE_REMOVE;
}

static void
put_text (Steps *steps, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (steps->entry), text);
  gtk_editable_set_position (GTK_EDITABLE (steps->entry), -1);
  g_clear_handle_id (&steps->commit_source, g_source_remove);
  steps->commit_source = g_timeout_add (COMMIT_MS, on_commit_due, steps);
}

static gboolean
step (Steps *steps, int by)
{
  g_autofree char *next = gtk_editable_get_editable (GTK_EDITABLE (steps->entry)) ? sy_form_unit_step (steps->field, text_of (steps), by) : NULL;

  if (next != NULL)
    put_text (steps, next);
  return next != NULL;
}

static void
on_less (Steps *steps)
{
  step (steps, -1);
}

static void
on_more (Steps *steps)
{
  step (steps, 1);
}

static void
on_unit (Steps *steps)
{
  guint unit = gtk_drop_down_get_selected (steps->units);
  g_autofree char *text = unit == 0 ? NULL : sy_form_unit_set (steps->field, text_of (steps), unit - 1);

  if (text == NULL || g_str_equal (text, text_of (steps)))
    return;
  steps->turning = TRUE; /* the entry is empty in between */
  put_text (steps, text);
  steps->turning = FALSE;
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Steps *steps)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0 || (key != GDK_KEY_Up && key != GDK_KEY_Down))
    return FALSE;
  return step (steps, key == GDK_KEY_Up ? 1 : -1);
}

static void
on_changed (Steps *steps)
{
  g_autofree char *less = sy_form_unit_step (steps->field, text_of (steps), -1), *more = sy_form_unit_step (steps->field, text_of (steps), 1);
  int unit = sy_form_unit_get (steps->field, text_of (steps));

  gtk_widget_set_sensitive (steps->less, less != NULL);
  gtk_widget_set_sensitive (steps->more, more != NULL);
  if (steps->units == NULL || steps->turning)
    return;
  g_signal_handlers_block_by_func (steps->units, on_unit, steps);
  gtk_drop_down_set_selected (steps->units, (guint) (unit + 1));
  gtk_widget_set_sensitive (GTK_WIDGET (steps->units), unit >= 0);
  g_signal_handlers_unblock_by_func (steps->units, on_unit, steps);
}

/* As people say it, in every language; what is written is shorter */
static const char *
unit_words (const char *unit)
{
  static const struct { const char *unit, *words; } all[] = {
    { "ms", "ms" }, { "s", "s" }, { "m", "min" }, { "h", "h" }, { "d", "d" },
    { "K", "KiB" }, { "M", "MiB" }, { "G", "GiB" }, { "T", "TiB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (g_str_equal (all[i].unit, unit))
      return all[i].words;
  return unit;
}

static GtkDropDown *
build_units (Steps *steps, const char *title)
{
  const char *const *units = sy_form_unit_get_all (steps->field);
  g_autofree char *label = g_strdup_printf (_("Unit of %s"), title);
  GtkStringList *list;
  GtkWidget *widget;

  if (units == NULL)
    return NULL;
  list = gtk_string_list_new (NULL);
  gtk_string_list_append (list, "–");
  for (guint i = 0; units[i] != NULL; i++)
    gtk_string_list_append (list, unit_words (units[i]));
  widget = gtk_drop_down_new (G_LIST_MODEL (list), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (widget, "notify::selected", G_CALLBACK (on_unit), steps);
  return GTK_DROP_DOWN (widget);
}

static GtkWidget *
build_button (Steps *steps, const char *icon, const char *label, GCallback clicked)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, label);
  gtk_widget_set_focusable (button, FALSE); /* Up and Down do it */
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (button, "clicked", clicked, steps);
  return button;
}

GtkWidget *
sy_form_steps_new (const SyField *field, GtkEntry *entry, const char *title)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkEventController *keys = gtk_event_controller_key_new ();
  Steps *steps = g_new0 (Steps, 1);
  g_autofree char *less = g_strdup_printf (_("Less: %s"), title), *more = g_strdup_printf (_("More: %s"), title);

  g_object_set_data_full (G_OBJECT (box), "steps", steps, steps_free);
  steps->field = field;
  steps->entry = entry;
  steps->units = build_units (steps, title);
  steps->less = build_button (steps, "list-remove-symbolic", less, G_CALLBACK (on_less));
  steps->more = build_button (steps, "list-add-symbolic", more, G_CALLBACK (on_more));
  gtk_widget_add_css_class (box, "linked");
  gtk_widget_set_hexpand (GTK_WIDGET (entry), TRUE);
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 6);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (entry));
  if (steps->units != NULL)
    gtk_box_append (GTK_BOX (box), GTK_WIDGET (steps->units));
  gtk_box_append (GTK_BOX (box), steps->less);
  gtk_box_append (GTK_BOX (box), steps->more);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), steps);
  gtk_widget_add_controller (GTK_WIDGET (entry), keys);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_changed), steps);
  on_changed (steps);
  return box;
}
