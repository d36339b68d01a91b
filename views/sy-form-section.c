/* sy-form-section.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-section.h"

#include "views/sy-form-list.h"
#include "views/sy-form-parts.h"
#include "views/sy-form-row.h"

#include <glib/gi18n.h>

struct _SyFormSection
{
  GObject parent;

  SyDesign *design;     /* (owned) */
  SyFormScope *scope;   /* (owned) */
  GPtrArray *items;     /* (owned) of SyFormItem */
  GPtrArray *rows;      /* of SyFormRow, the box's */
  GPtrArray *parts;     /* of SyFormParts, the box's */
  GtkBox *box;          /* the form's */
};

G_DEFINE_FINAL_TYPE (SyFormSection, sy_form_section, G_TYPE_OBJECT)

static SyChangeValue *
value_of (SyFormSection *self, const SyFormItem *item)
{
  SyDesigner *designer = sy_design_get_designer (self->design);
  g_auto (GStrv) path = sy_form_get_path (item, self->scope, TRUE);

  return designer != NULL ? designer->get_value (designer, (const char *const *) path) : NULL;
}

/* --- what rows ask --- */

static gboolean
check (const SyField *field, const char *text, gpointer data, GError **error)
{
  SyDesigner *designer = sy_design_get_designer (((SyFormSection *) data)->design);

  return designer == NULL || designer->check_value (designer, field, text, error);
}

/* @data: a row, or a cell of its list */
static GPtrArray *
complete (const char *text, gsize offset, gsize *start, gpointer data)
{
  GtkWidget *list = gtk_widget_get_ancestor (data, SY_TYPE_FORM_LIST), *row = list != NULL ? gtk_widget_get_parent (list) : data;
  const SyFormItem *item = sy_form_row_get_item (SY_FORM_ROW (row));
  SyFormSection *self = g_object_get_data (G_OBJECT (row), "section");

  return sy_complete_field (item->kind == SY_FORM_MAP ? item->field->item : item->field, text, offset,
                            sy_run_model_get_workflow (sy_design_get_model (self->design)), sy_form_scope_get_task (self->scope), start);
}

/* @change: (nullable), taken */
static void
apply (SyFormSection *self, SyChange *change)
{
  if (change != NULL && sy_design_get_designer (self->design) != NULL)
    sy_design_apply (self->design, change);
  else
    g_clear_pointer (&change, sy_change_free);
}

static void
on_commit (SyFormRow *row, const char *text, SyFormSection *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_row_get_item (row));

  apply (self, sy_form_change (sy_form_row_get_item (row), self->scope, value, text));
}

static void
on_set (SyFormList *list, guint index, const char *key, const char *text, SyFormSection *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_list_get_item (list));

  apply (self, sy_form_entries_set (sy_form_list_get_item (list), self->scope, value, index, key, text));
}

static void
on_remove (SyFormList *list, guint index, SyFormSection *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_list_get_item (list));

  apply (self, sy_form_entries_remove (sy_form_list_get_item (list), self->scope, value, index));
}

static void
on_move (SyFormList *list, guint index, int by, SyFormSection *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_list_get_item (list));

  apply (self, sy_form_entries_move (sy_form_list_get_item (list), self->scope, value, index, by));
}

static void
on_option (SyFormList *list, guint index, guint option, gboolean on, SyFormSection *self)
{
  g_autoptr (SyChangeValue) value = value_of (self, sy_form_list_get_item (list));

  apply (self, sy_form_entries_set_option (sy_form_list_get_item (list), self->scope, value, index, option, on));
}

/* The line of the key; where it does not stand yet, that of the first */
static void
open_file (SyFormSection *self, const SyFormItem *item)
{
  SyDesigner *designer = sy_design_get_designer (self->design);
  g_auto (GStrv) path = sy_form_get_path (item, self->scope, FALSE);
  const char *text;
  gsize start = 0, end;
  guint line = 1;

  if (designer == NULL)
    return;
  text = g_bytes_get_data (sy_design_get_revision (self->design)->text, NULL);
  if (!designer->get_range (designer, (const char *const *) path, &start, &end))
    start = 0;
  for (gsize i = 0; i < start; i++)
    line += text[i] == '\n';
  gtk_widget_activate_action (GTK_WIDGET (self->box), "win.go-to-line", "u", line);
}

static void
on_open_file (SyFormRow *row, SyFormSection *self)
{
  open_file (self, sy_form_row_get_item (row));
}

static void
on_list_open_file (SyFormList *list, SyFormSection *self)
{
  open_file (self, sy_form_list_get_item (list));
}

/* --- building --- */

static GtkWidget *
add_row (SyFormSection *self, const SyFormItem *item, gboolean *set)
{
  GtkWidget *row = sy_form_row_new (item);
  SyFormList *list = sy_form_row_get_list (SY_FORM_ROW (row));
  g_autoptr (SyChangeValue) value = value_of (self, item);

  g_object_set_data_full (G_OBJECT (row), "section", g_object_ref (self), g_object_unref);
  sy_form_row_set_check (SY_FORM_ROW (row), check, self);
  sy_form_row_set_completion (SY_FORM_ROW (row), complete, row);
  g_signal_connect_object (row, "commit", G_CALLBACK (on_commit), self, 0);
  g_signal_connect_object (row, "open-file", G_CALLBACK (on_open_file), self, 0);
  if (list != NULL)
    {
      g_signal_connect_object (list, "set", G_CALLBACK (on_set), self, 0);
      g_signal_connect_object (list, "remove", G_CALLBACK (on_remove), self, 0);
      g_signal_connect_object (list, "move", G_CALLBACK (on_move), self, 0);
      g_signal_connect_object (list, "option", G_CALLBACK (on_option), self, 0);
      g_signal_connect_object (list, "open-file", G_CALLBACK (on_list_open_file), self, 0);
    }
  *set = sy_form_row_set_value (SY_FORM_ROW (row), value);
  g_ptr_array_add (self->rows, row);
  return row;
}

static GtkWidget *
add_parts (SyFormSection *self, const SyFormItem *item, gboolean headed, gboolean *set)
{
  g_autoptr (SyChangeValue) value = value_of (self, item);
  GtkWidget *parts = sy_form_parts_new (self->design, item, self->scope, headed);

  *set = sy_form_parts_set_value (SY_FORM_PARTS (parts), value);
  g_ptr_array_add (self->parts, parts);
  return parts;
}

static GtkWidget *
add_group (SyFormSection *self, guint group, GtkWidget **box)
{
  GtkWidget *expander = gtk_expander_new (sy_form_group_title (group));

  *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  gtk_expander_set_child (GTK_EXPANDER (expander), *box);
  gtk_box_append (self->box, expander);
  return expander;
}

/* An object that is all of its group unfolds with that. *set (out): it is filled in */
static GtkWidget *
add_item (SyFormSection *self, const SyFormItem *item, GtkWidget *expander, gboolean *set)
{
  gboolean headed = expander == NULL || !g_str_equal (item->title, sy_form_group_title (item->group));
  GtkWidget *row;

  if (item->kind != SY_FORM_OBJECT && item->kind != SY_FORM_OBJECTS)
    return add_row (self, item, set);
  row = add_parts (self, item, headed, set);
  if (!headed)
    g_signal_connect_object (expander, "notify::expanded", G_CALLBACK (sy_form_parts_open), row, G_CONNECT_SWAPPED);
  return row;
}

/* Open are the first group and those in which something is set. */
static void
build (SyFormSection *self, gboolean grouped)
{
  GtkWidget *expander = NULL, *box = GTK_WIDGET (self->box), *row;
  guint group = G_MAXUINT;
  gboolean set;

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyFormItem *item = g_ptr_array_index (self->items, i);

      if (grouped && item->group != group)
        expander = add_group (self, item->group, &box);
      group = item->group;
      row = add_item (self, item, expander, &set);
      g_object_set_data (G_OBJECT (row), "expander", expander);
      gtk_box_append (GTK_BOX (box), row);
      if (grouped && (set || group == 0))
        gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
    }
}

/* --- the rest --- */

void
sy_form_section_update (SyFormSection *self)
{
  g_return_if_fail (SY_IS_FORM_SECTION (self));
  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autoptr (SyChangeValue) value = value_of (self, sy_form_row_get_item (g_ptr_array_index (self->rows, i)));

      sy_form_row_set_value (g_ptr_array_index (self->rows, i), value);
    }
  for (guint i = 0; i < self->parts->len; i++)
    {
      g_autoptr (SyChangeValue) value = value_of (self, sy_form_parts_get_item (g_ptr_array_index (self->parts, i)));

      sy_form_parts_set_value (g_ptr_array_index (self->parts, i), value);
    }
}

/* Open are the first group and those in which something is set. */
static void
fold_groups (SyFormSection *self)
{
  g_autoptr (GHashTable) open = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer expander, opens;

  for (guint i = 0; i < self->rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->rows, i), *around = g_object_get_data (G_OBJECT (row), "expander");
      gboolean set = sy_form_row_get_item (SY_FORM_ROW (row))->group == 0 || sy_form_row_is_set (SY_FORM_ROW (row));

      if (around != NULL)
        g_hash_table_insert (open, around, GINT_TO_POINTER (set || g_hash_table_lookup (open, around) != NULL));
    }
  g_hash_table_iter_init (&iter, open);
  while (g_hash_table_iter_next (&iter, &expander, &opens))
    gtk_expander_set_expanded (expander, opens != NULL);
}

gboolean
sy_form_section_move (SyFormSection *self, SyFormScope *scope, gboolean fold)
{
  g_return_val_if_fail (SY_IS_FORM_SECTION (self), FALSE);
  if (self->parts->len > 0)
    {
      sy_form_scope_free (scope);
      return FALSE;
    }
  for (guint i = 0; i < self->rows->len; i++)
    sy_form_row_reset (g_ptr_array_index (self->rows, i));
  sy_form_scope_free (self->scope);
  self->scope = scope;
  sy_form_section_update (self);
  if (fold)
    fold_groups (self);
  return TRUE;
}

void
sy_form_section_flush (SyFormSection *self)
{
  g_return_if_fail (SY_IS_FORM_SECTION (self));
  for (guint i = 0; i < self->rows->len; i++)
    sy_form_row_commit (g_ptr_array_index (self->rows, i));
  for (guint i = 0; i < self->parts->len; i++)
    sy_form_parts_flush (g_ptr_array_index (self->parts, i));
}

static void
unfold (GtkWidget *row)
{
  GtkWidget *expander = g_object_get_data (G_OBJECT (row), "expander");

  if (expander != NULL)
    gtk_expander_set_expanded (GTK_EXPANDER (expander), TRUE);
}

/* How many of @keys lead to the item; 0: none do */
static guint
leads_to (const SyFormItem *item, const char *const *keys)
{
  guint n = 0;

  if (item->outer != NULL && g_strcmp0 (keys[n++], item->outer->key) != 0)
    return 0;
  return g_strcmp0 (keys[n], item->field->key) == 0 ? n + 1 : 0;
}

GtkWidget *
sy_form_section_reveal (SyFormSection *self, const char *const *keys)
{
  g_return_val_if_fail (SY_IS_FORM_SECTION (self), NULL);
  for (guint i = 0; keys[0] != NULL && i < self->rows->len; i++)
    if (leads_to (sy_form_row_get_item (g_ptr_array_index (self->rows, i)), keys) > 0)
      {
        unfold (g_ptr_array_index (self->rows, i));
        return g_ptr_array_index (self->rows, i);
      }
  for (guint i = 0; keys[0] != NULL && i < self->parts->len; i++)
    {
      guint n = leads_to (sy_form_parts_get_item (g_ptr_array_index (self->parts, i)), keys);

      if (n == 0)
        continue;
      unfold (g_ptr_array_index (self->parts, i));
      return sy_form_parts_reveal (g_ptr_array_index (self->parts, i), keys + n);
    }
  return self->rows->len > 0 ? g_ptr_array_index (self->rows, 0) : NULL;
}

static void
sy_form_section_finalize (GObject *object)
{
  SyFormSection *self = SY_FORM_SECTION (object);

  g_object_unref (self->design);
  sy_form_scope_free (self->scope);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->parts);
  G_OBJECT_CLASS (sy_form_section_parent_class)->finalize (object);
}

static void
sy_form_section_class_init (SyFormSectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_form_section_finalize;
}

static void
sy_form_section_init (SyFormSection *self)
{
  self->rows = g_ptr_array_new ();
  self->parts = g_ptr_array_new ();
}

SyFormSection *
sy_form_section_new (SyDesign *design, GtkBox *box, const SyTable *table, SyFormScope *scope, guint within, gboolean grouped)
{
  SyFormSection *self = g_object_new (SY_TYPE_FORM_SECTION, NULL);

  self->design = g_object_ref (design);
  self->box = box;
  self->scope = scope;
  self->items = sy_form_describe (table, within);
  build (self, grouped);
  return self;
}
