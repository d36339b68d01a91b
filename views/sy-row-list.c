/* sy-row-list.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-row-list.h"

struct _SyRowList
{
  GtkWidget parent;

  GtkWidget *box, *menu;
  GtkLabel *title;
  GtkListBox *list;
  char *said;           /* all that the rows say */
  guint current;
};

G_DEFINE_FINAL_TYPE (SyRowList, sy_row_list, GTK_TYPE_WIDGET)

enum { ACTIVATED, N_SIGNALS };
static guint signals[N_SIGNALS];

static guint
number_of (GtkListBoxRow *row)
{
  return row != NULL ? GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "number")) : G_MAXUINT;
}

/* --- the menu --- */

static void
open_menu (SyRowList *self, GtkListBoxRow *row)
{
  graphene_rect_t bounds;

  if (row == NULL || self->menu == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &bounds))
    return;
  self->current = number_of (row);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle){ (int) bounds.origin.x + 24, (int) bounds.origin.y,
                                                                          1, (int) bounds.size.height });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
on_secondary (GtkGestureClick *click, int n, double x, double y, SyRowList *self)
{
  open_menu (self, gtk_list_box_get_row_at_y (self->list, (int) y));
}

static GtkListBoxRow *
focused_row (SyRowList *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self->list));

  return child != NULL ? GTK_LIST_BOX_ROW (child) : NULL;
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, SyRowList *self)
{
  if (key != GDK_KEY_Menu && !(key == GDK_KEY_F10 && (state & GDK_SHIFT_MASK) != 0))
    return FALSE;
  open_menu (self, focused_row (self));
  return TRUE;
}

guint
sy_row_list_get_current (SyRowList *self)
{
  g_return_val_if_fail (SY_IS_ROW_LIST (self), G_MAXUINT);
  return self->current;
}

/* --- a row, which tells assistive technology what can be done with it --- */

#define SY_TYPE_ROW_LIST_ROW (sy_row_list_row_get_type ())
G_DECLARE_FINAL_TYPE (SyRowListRow, sy_row_list_row, SY, ROW_LIST_ROW, GtkListBoxRow)

struct _SyRowListRow
{
  GtkListBoxRow parent;
};

G_DEFINE_FINAL_TYPE (SyRowListRow, sy_row_list_row, GTK_TYPE_LIST_BOX_ROW)

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyRowList *list = SY_ROW_LIST (gtk_widget_get_ancestor (widget, SY_TYPE_ROW_LIST));

  if (g_str_equal (name, "row.menu"))
    open_menu (list, GTK_LIST_BOX_ROW (widget));
  else
    g_signal_emit (list, signals[ACTIVATED], 0, number_of (GTK_LIST_BOX_ROW (widget)));
}

static void
sy_row_list_row_class_init (SyRowListRowClass *klass)
{
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "row.open", NULL, act);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "row.menu", NULL, act);
}

static void
sy_row_list_row_init (SyRowListRow *self)
{
}

/* --- the rows --- */

static GtkWidget *
with_note (GtkWidget *line, const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *note = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (note), 0);
  gtk_label_set_wrap (GTK_LABEL (note), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (note), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_margin_start (note, 24);
  gtk_widget_add_css_class (note, "caption");
  gtk_widget_add_css_class (note, "dim-label");
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), note);
  return box;
}

static GtkWidget *
make_row (const SyRow *row)
{
  GtkWidget *widget = g_object_new (SY_TYPE_ROW_LIST_ROW, NULL), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = gtk_label_new (row->title), *detail = gtk_label_new (row->detail);
  g_autofree char *label = g_strjoin (", ", row->title, row->detail, row->note, NULL);

  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (detail), 1);
  gtk_widget_set_hexpand (detail, TRUE);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "caption");
  gtk_widget_add_css_class (detail, "numeric");
  if (row->icon != NULL)
    gtk_box_append (GTK_BOX (box), row->icon);
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), detail);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (widget), row->note != NULL ? with_note (box, row->note) : box);
  gtk_widget_set_tooltip_text (widget, row->tooltip != NULL ? row->tooltip : row->detail);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data (G_OBJECT (widget), "number", GUINT_TO_POINTER (row->number));
  return widget;
}

static char *
join_words (const SyRow *rows, guint n)
{
  GString *said = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (said, "%s\n%s\n%s\n%u\n", rows[i].title, rows[i].detail, rows[i].note != NULL ? rows[i].note : "", rows[i].number);
  return g_string_free (said, FALSE);
}

void
sy_row_list_set_rows (SyRowList *self, const SyRow *rows, guint n)
{
  g_autofree char *said = join_words (rows, n);
  GtkWidget *row;

  g_return_if_fail (SY_IS_ROW_LIST (self));
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (g_strcmp0 (said, self->said) == 0)
    {
      for (guint i = 0; i < n; i++)
        if (rows[i].icon != NULL)
          g_object_unref (g_object_ref_sink (rows[i].icon));
      return;
    }
  g_free (self->said);
  self->said = g_steal_pointer (&said);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, row);
  for (guint i = 0; i < n; i++)
    gtk_list_box_append (self->list, make_row (&rows[i]));
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *row, SyRowList *self)
{
  g_signal_emit (self, signals[ACTIVATED], 0, number_of (row));
}

/* --- life --- */

static void
sy_row_list_dispose (GObject *object)
{
  SyRowList *self = SY_ROW_LIST (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->said, g_free);
  G_OBJECT_CLASS (sy_row_list_parent_class)->dispose (object);
}

static void
sy_row_list_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SyRowList *self = SY_ROW_LIST (widget);

  gtk_widget_size_allocate (self->box, &(GtkAllocation){ 0, 0, width, height }, baseline);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
}

static void
sy_row_list_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                     int *natural_baseline)
{
  gtk_widget_measure (SY_ROW_LIST (widget)->box, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
sy_row_list_class_init (SyRowListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_row_list_dispose;
  widget_class->size_allocate = sy_row_list_size_allocate;
  widget_class->measure = sy_row_list_measure;
  signals[ACTIVATED] = g_signal_new ("activated", SY_TYPE_ROW_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_css_name (widget_class, "rowlist");
}

static void
sy_row_list_init (SyRowList *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->current = G_MAXUINT;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->title = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->title, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "caption-heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->title), "dim-label");
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->list));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_secondary), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_activated), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self->list), keys);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
sy_row_list_set_title (SyRowList *self, const char *title)
{
  g_return_if_fail (SY_IS_ROW_LIST (self));
  if (g_str_equal (gtk_label_get_text (self->title), title))
    return;
  gtk_label_set_text (self->title, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

GtkWidget *
sy_row_list_new (const char *title, GMenuModel *menu)
{
  SyRowList *self = g_object_new (SY_TYPE_ROW_LIST, NULL);

  sy_row_list_set_title (self, title);
  if (menu == NULL)
    return GTK_WIDGET (self);
  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
