/* sy-form-list.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-list.h"

#include "views/sy-form-row.h"

#include <glib/gi18n.h>

typedef struct
{
  SyFormList *list;
  GtkWidget *box;
  SyFormRow *key;       /* (nullable) of a map */
  SyFormRow *value;
  GtkWidget *button;    /* removes it; of the empty row: adds it */
  GtkWidget *more;      /* GtkLabel: the other keys of an object */
  GtkWidget *options;   /* (nullable) a GtkCheckButton for each word that the row may have besides */
  gboolean choosing;    /* the document has changed, not what somebody wants */
} Row;

struct _SyFormList
{
  GtkWidget parent;

  const SyFormItem *item;
  SyFormItem key_item, value_item;      /* what the cells are made from */
  SyChangeValue *value;                 /* (owned) (nullable) */
  GPtrArray *rows;                      /* of Row */
  Row *blank;                           /* (owned) */
  SyFormCheck check;                    /* (nullable) */
  gpointer check_data;
  SyCompletionFunc complete;            /* (nullable) */
  GtkWidget *box, *other;               /* rows; what is shown where it is no list */
  gboolean adding;
};

enum { SET, REMOVE, MOVE, OPTION, OPEN_FILE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SyFormList, sy_form_list, GTK_TYPE_WIDGET)

const SyFormItem *
sy_form_list_get_item (SyFormList *self)
{
  return self->item;
}

static gboolean
is_map (SyFormList *self)
{
  return self->item->kind == SY_FORM_MAP;
}

/* As many as there are: the empty row */
static guint
index_of (Row *row)
{
  guint index;

  return g_ptr_array_find (row->list->rows, row, &index) ? index : row->list->rows->len;
}

/* --- the empty row --- */

static void
reset_row (Row *row)
{
  row->list->adding = TRUE;
  if (row->key != NULL)
    sy_form_row_reset (row->key);
  sy_form_row_reset (row->value);
  row->list->adding = FALSE;
}

void
sy_form_list_reset (SyFormList *self)
{
  g_return_if_fail (SY_IS_FORM_LIST (self));
  for (guint i = 0; i < self->rows->len; i++)
    reset_row (g_ptr_array_index (self->rows, i));
  reset_row (self->blank);
}

static void
add (SyFormList *self, const char *key, const char *text)
{
  reset_row (self->blank);
  g_signal_emit (self, signals[SET], 0, self->rows->len, key, text);
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->blank->box)) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->blank->key != NULL ? self->blank->key : self->blank->value));
}

/* FALSE: there is nothing in it, or nothing that may stand there */
static gboolean
add_blank (SyFormList *self)
{
  g_autofree char *typed = sy_form_row_dup_text (self->blank->key != NULL ? self->blank->key : self->blank->value);
  g_autofree char *value = sy_form_row_dup_text (self->blank->value), *key = NULL, *text = NULL;

  if (self->adding || *typed == '\0')
    return FALSE;
  if (!is_map (self))
    {
      if (!sy_form_row_check (self->blank->value))
        return FALSE;
      add (self, NULL, typed);
      return TRUE;
    }
  if (!sy_form_row_check (self->blank->key) || !sy_form_row_check (self->blank->value))
    return FALSE;
  if (sy_form_entries_split (typed, &key, &text))
    add (self, key, text);
  else
    add (self, typed, value);
  return TRUE;
}

static gboolean
has_focus (SyFormRow *cell)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (cell));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (cell));
}

/* Enter in the name of a pair whose value is to be typed goes there. */
static void
blank_committed (SyFormList *self, SyFormRow *cell, const char *text)
{
  if (self->adding || text == NULL || !has_focus (cell))
    return;
  if (cell == self->blank->key && strchr (text, '=') == NULL && self->value_item.kind != SY_FORM_WORDS)
    gtk_widget_grab_focus (GTK_WIDGET (self->blank->value));
  else if (cell == self->blank->key || !is_map (self) || self->value_item.kind != SY_FORM_WORDS)
    add_blank (self);
}

static void
on_blank_leave (SyFormList *self)
{
  add_blank (self);
}

/* --- rows --- */

static void
on_commit (SyFormRow *cell, const char *text, Row *row)
{
  SyFormList *self = row->list;
  g_autofree char *key = row->key != NULL ? sy_form_row_dup_text (row->key) : NULL, *value = sy_form_row_dup_text (row->value);

  if (row == self->blank)
    blank_committed (self, cell, text);
  else if (text == NULL && (cell == row->key || !is_map (self)))
    g_signal_emit (self, signals[REMOVE], 0, index_of (row));
  else
    g_signal_emit (self, signals[SET], 0, index_of (row), key, value);
}

static void
on_button (Row *row)
{
  SyFormList *self = row->list;

  if (row == self->blank && !add_blank (self))
    gtk_widget_grab_focus (GTK_WIDGET (row->key != NULL ? row->key : row->value));
  else if (row != self->blank)
    g_signal_emit (self, signals[REMOVE], 0, index_of (row));
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, Row *row)
{
  SyFormList *self = row->list;
  int by = key == GDK_KEY_Up || key == GDK_KEY_KP_Up ? -1 : key == GDK_KEY_Down || key == GDK_KEY_KP_Down ? 1 : 0;
  guint index = index_of (row);

  if (by == 0 || (state & (GDK_ALT_MASK | GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != GDK_ALT_MASK || is_map (self))
    return FALSE;
  if (row == self->blank || (int) index + by < 0 || index + (guint) by >= self->rows->len)
    return TRUE;
  sy_form_row_commit (row->value);
  g_signal_emit (self, signals[MOVE], 0, index, by);
  gtk_widget_grab_focus (GTK_WIDGET (((Row *) g_ptr_array_index (self->rows, index + (guint) by))->value));
  return TRUE;
}

static gboolean
check_key (const SyField *field, const char *text, gpointer data, GError **error)
{
  Row *row = data;
  SyFormList *self = row->list;
  g_autofree char *key = NULL, *value = NULL;

  if (row != self->blank || !sy_form_entries_split (text, &key, &value))
    return sy_form_entries_check_key (self->item, self->value, index_of (row), text, error);
  return sy_form_entries_check_key (self->item, self->value, index_of (row), key, error)
         && (self->check == NULL || self->check (self->item->field->item, value, self->check_data, error));
}

static gboolean
check_value (const SyField *field, const char *text, gpointer data, GError **error)
{
  SyFormList *self = data;

  return self->check == NULL || self->check (field, text, self->check_data, error);
}

static void
say_row (Row *row, const SyFormEntry *entry)
{
  SyFormList *self = row->list;
  g_autofree char *label = row == self->blank ? g_strdup_printf (_("New: %s"), self->item->title)
                                              : g_strdup_printf ("%s: %s", self->item->title, entry->key != NULL ? entry->key : entry->text);
  g_autofree char *button = row == self->blank ? g_strdup_printf (_("Add: %s"), self->item->title)
                                               : g_strdup_printf (_("Remove %s"), entry->key != NULL ? entry->key : entry->text);
  g_autofree char *value = row == self->blank && row->key != NULL ? g_strdup_printf (_("New value: %s"), self->item->title) : g_strdup (label);
  g_autofree char *name = row == self->blank ? g_strdup (label) : g_strdup_printf (_("Name: %s"), label);

  if (row->key != NULL)
    sy_form_row_set_label (row->key, name);
  sy_form_row_set_label (row->value, value);
  gtk_widget_set_tooltip_text (row->button, button);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->button), GTK_ACCESSIBLE_PROPERTY_LABEL, button, -1);
  gtk_label_set_text (GTK_LABEL (row->more), entry != NULL && entry->more != NULL ? entry->more : "");
  gtk_widget_set_visible (row->more, entry != NULL && entry->more != NULL);
}

/* --- what a row may have besides --- */

static void
on_option (GtkCheckButton *check, Row *row)
{
  guint option = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (check), "option"));

  if (!row->choosing)
    g_signal_emit (row->list, signals[OPTION], 0, index_of (row), option, gtk_check_button_get_active (check));
}

static GtkWidget *
build_options (Row *row, const SyField *options)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *title = gtk_label_new (sy_form_title (options));

  gtk_widget_add_css_class (box, "caption");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_widget_set_tooltip_text (box, _(options->help));
  gtk_box_append (GTK_BOX (box), title);
  for (guint i = 0; options->item->words[i] != NULL; i++)
    {
      GtkWidget *check = gtk_check_button_new_with_label (sy_form_word (options->key, options->item->words[i]));

      g_object_set_data (G_OBJECT (check), "option", GUINT_TO_POINTER (i));
      g_signal_connect (check, "toggled", G_CALLBACK (on_option), row);
      gtk_box_append (GTK_BOX (box), check);
    }
  return box;
}

static void
show_options (Row *row, const SyFormEntry *entry)
{
  g_autofree char *title = row->options != NULL ? g_strdup_printf ("%s: %s", row->list->item->title, entry->text) : NULL;
  GtkWidget *check = row->options != NULL ? gtk_widget_get_next_sibling (gtk_widget_get_first_child (row->options)) : NULL;

  row->choosing = TRUE;
  for (guint i = 0; check != NULL; check = gtk_widget_get_next_sibling (check), i++)
    {
      gtk_check_button_set_active (GTK_CHECK_BUTTON (check), (entry->options >> i) & 1);
      gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, title, -1);
    }
  row->choosing = FALSE;
}

static SyFormRow *
add_cell (Row *row, GtkWidget *box, const SyFormItem *item, const char *placeholder)
{
  GtkWidget *cell = sy_form_row_new_cell (item, placeholder);

  gtk_widget_set_hexpand (cell, TRUE);
  g_signal_connect (cell, "commit", G_CALLBACK (on_commit), row);
  if (row->list->complete != NULL)
    sy_form_row_set_completion (SY_FORM_ROW (cell), row->list->complete, cell);
  gtk_box_append (GTK_BOX (box), cell);
  return SY_FORM_ROW (cell);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_signal_handlers_disconnect_by_data (row->value, row);
  sy_form_row_set_check (row->value, NULL, NULL);
  if (row->key != NULL)
    {
      g_signal_handlers_disconnect_by_data (row->key, row);
      sy_form_row_set_check (row->key, NULL, NULL);
    }
  g_free (row);
}

static Row *
row_new (SyFormList *self, gboolean blank)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4), *cells = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkEventController *keys = gtk_event_controller_key_new ();

  row->list = self;
  row->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  if (is_map (self))
    {
      row->key = add_cell (row, cells, &self->key_item, _("Name"));
      sy_form_row_set_check (row->key, check_key, row);
    }
  row->value = add_cell (row, cells, &self->value_item, blank ? _("New") : NULL);
  sy_form_row_set_check (row->value, check_value, self);
  gtk_box_set_homogeneous (GTK_BOX (cells), TRUE);
  gtk_widget_set_hexpand (cells, TRUE);
  gtk_box_append (GTK_BOX (line), cells);
  row->button = gtk_button_new_from_icon_name (blank ? "list-add-symbolic" : "list-remove-symbolic");
  gtk_widget_add_css_class (row->button, "flat");
  gtk_widget_set_valign (row->button, GTK_ALIGN_START);
  g_signal_connect_swapped (row->button, "clicked", G_CALLBACK (on_button), row);
  gtk_box_append (GTK_BOX (line), row->button);
  row->more = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (row->more), 0);
  gtk_label_set_wrap (GTK_LABEL (row->more), TRUE);
  gtk_widget_add_css_class (row->more, "caption");
  gtk_widget_add_css_class (row->more, "dim-label");
  gtk_box_append (GTK_BOX (row->box), line);
  if (!blank && sy_form_entries_get_options (self->item) != NULL)
    gtk_box_append (GTK_BOX (row->box), row->options = build_options (row, sy_form_entries_get_options (self->item)));
  gtk_box_append (GTK_BOX (row->box), row->more);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), row);
  gtk_widget_add_controller (row->box, keys);
  return row;
}

static void
add_row (SyFormList *self)
{
  Row *row = row_new (self, FALSE), *last = self->rows->len > 0 ? g_ptr_array_index (self->rows, self->rows->len - 1) : NULL;

  gtk_box_insert_child_after (GTK_BOX (self->box), row->box, last != NULL ? last->box : NULL);
  g_ptr_array_add (self->rows, row);
}

static void
drop_row (SyFormList *self, guint index)
{
  Row *row = g_ptr_array_index (self->rows, index);
  GtkWidget *box = row->box;

  if (gtk_widget_get_focus_child (box) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->blank->key != NULL ? self->blank->key : self->blank->value));
  g_ptr_array_remove_index (self->rows, index);
  gtk_box_remove (GTK_BOX (self->box), box);
}

/* --- what stands there --- */

/* The first row that is not any more what it was */
static guint
first_other (SyFormList *self, const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      const SyFormEntry *entry = g_ptr_array_index (entries, i);

      if (g_strcmp0 (sy_form_row_get_shown (row->key != NULL ? row->key : row->value), row->key != NULL ? entry->key : entry->text) != 0)
        return i;
    }
  return entries->len;
}

static void
fill (SyFormList *self, const GPtrArray *entries)
{
  while (self->rows->len > entries->len)
    drop_row (self, first_other (self, entries));
  while (self->rows->len < entries->len)
    add_row (self);
  for (guint i = 0; i < entries->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      const SyFormEntry *entry = g_ptr_array_index (entries, i);

      if (row->key != NULL)
        sy_form_row_set_text (row->key, entry->key, TRUE);
      sy_form_row_set_text (row->value, entry->text, entry->editable);
      say_row (row, entry);
      show_options (row, entry);
    }
}

void
sy_form_list_set_value (SyFormList *self, const SyChangeValue *value)
{
  g_autoptr (GPtrArray) entries = NULL;

  g_return_if_fail (SY_IS_FORM_LIST (self));
  entries = sy_form_entries_read (self->item, value);
  g_clear_pointer (&self->value, sy_change_value_free);
  self->value = value != NULL ? sy_change_value_copy (value) : NULL;
  gtk_widget_set_visible (self->box, entries != NULL);
  gtk_widget_set_visible (self->other, entries == NULL);
  if (entries != NULL)
    fill (self, entries);
}

void
sy_form_list_commit (SyFormList *self)
{
  g_return_if_fail (SY_IS_FORM_LIST (self));
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);

      if (row->key != NULL)
        sy_form_row_commit (row->key);
      sy_form_row_commit (row->value);
    }
  add_blank (self);
}

void
sy_form_list_set_check (SyFormList *self, SyFormCheck check, gpointer data)
{
  self->check = check;
  self->check_data = data;
}

void
sy_form_list_set_completion (SyFormList *self, SyCompletionFunc complete)
{
  self->complete = complete;
  sy_form_row_set_completion (self->blank->value, complete, self->blank->value);
}

/* --- life --- */

static void
on_open_file (SyFormList *self)
{
  g_signal_emit (self, signals[OPEN_FILE], 0);
}

static void
sy_form_list_dispose (GObject *object)
{
  SyFormList *self = SY_FORM_LIST (object);
  GtkWidget *child;

  self->adding = TRUE;
  g_ptr_array_set_size (self->rows, 0);
  g_clear_pointer (&self->blank, row_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (sy_form_list_parent_class)->dispose (object);
}

static void
sy_form_list_finalize (GObject *object)
{
  SyFormList *self = SY_FORM_LIST (object);

  g_ptr_array_unref (self->rows);
  g_clear_pointer (&self->value, sy_change_value_free);
  g_free (self->key_item.title);
  g_free (self->value_item.title);
  G_OBJECT_CLASS (sy_form_list_parent_class)->finalize (object);
}

static gboolean
sy_form_list_grab_focus (GtkWidget *widget)
{
  SyFormList *self = SY_FORM_LIST (widget);

  return self->blank != NULL && gtk_widget_grab_focus (GTK_WIDGET (self->blank->key != NULL ? self->blank->key : self->blank->value));
}

static void
sy_form_list_class_init (SyFormListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_form_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_form_list_finalize;
  widget_class->grab_focus = sy_form_list_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (widget_class, "formlist");
  signals[SET] = g_signal_new ("set", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_STRING, G_TYPE_STRING);
  signals[REMOVE] = g_signal_new ("remove", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[MOVE] = g_signal_new ("move", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_INT);
  signals[OPTION] = g_signal_new ("option", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_UINT, G_TYPE_BOOLEAN);
  signals[OPEN_FILE] = g_signal_new ("open-file", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sy_form_list_init (SyFormList *self)
{
  GtkWidget *all = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  self->other = gtk_button_new_with_label (_("Edit in the File Pane"));
  gtk_widget_set_halign (self->other, GTK_ALIGN_START);
  gtk_widget_set_visible (self->other, FALSE);
  g_signal_connect_swapped (self->other, "clicked", G_CALLBACK (on_open_file), self);
  gtk_box_append (GTK_BOX (all), self->box);
  gtk_box_append (GTK_BOX (all), self->other);
  gtk_widget_set_parent (all, GTK_WIDGET (self));
}

/* How one of its values is typed */
static SyFormKind
cell_kind (const SyField *field)
{
  if (field->accept == SY_ACCEPT_WORD)
    return SY_FORM_WORDS;
  return (field->flags & SY_FIELD_DYNAMIC) || field->words != NULL || (field->accept & SY_ACCEPT_OBJECT && field->accept & SY_ACCEPT_TEXT) ? SY_FORM_TEXT : SY_FORM_ENTRY;
}

GtkWidget *
sy_form_list_new (const SyFormItem *item)
{
  static const SyField name = { .help = "", .accept = SY_ACCEPT_TEXT };
  SyFormList *self = g_object_new (SY_TYPE_FORM_LIST, NULL);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->item = item;
  self->key_item = (SyFormItem){ .kind = SY_FORM_ENTRY, .title = g_strdup (item->title), .field = &name };
  self->value_item = (SyFormItem){ .kind = cell_kind (item->field->item), .title = g_strdup (item->title), .field = item->field->item };
  self->blank = row_new (self, TRUE);
  say_row (self->blank, NULL);
  gtk_box_append (GTK_BOX (self->box), self->blank->box);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_blank_leave), self);
  gtk_widget_add_controller (self->blank->box, focus);
  return GTK_WIDGET (self);
}
