/* sy-form-parts.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-parts.h"

#include "views/sy-form-entries.h"
#include "views/sy-form-section.h"

#include <glib/gi18n.h>

/* One object */
typedef struct
{
  SyFormParts *parts;
  char *name;           /* (nullable) NULL: the object of the item itself */
  GtkWidget *expander;  /* (owned) (nullable) */
  GtkBox *box;
  GtkEditable *entry;   /* (nullable): of a name */
  SyFormSection *section; /* (owned) (nullable) not unfolded yet */
} Part;

struct _SyFormParts
{
  GtkWidget parent;

  SyDesign *design;             /* (owned) */
  const SyFormItem *item;
  const SyFormScope *scope;
  GPtrArray *all;               /* of Part */
  GtkBox *box;
  GtkWidget *name, *trouble;    /* (nullable) of the next one */
  char *unfold;                 /* (nullable) name of one that is on its way */
  gboolean follow;              /* and the keyboard goes with it */
};

G_DEFINE_FINAL_TYPE (SyFormParts, sy_form_parts, GTK_TYPE_WIDGET)

const SyFormItem *
sy_form_parts_get_item (SyFormParts *self)
{
  return self->item;
}

static SyChangeValue *
value_of (SyFormParts *self)
{
  SyDesigner *designer = sy_design_get_designer (self->design);
  g_auto (GStrv) path = sy_form_get_path (self->item, self->scope, TRUE);

  return designer != NULL ? designer->get_value (designer, (const char *const *) path) : NULL;
}

/* --- one object --- */

static SyFormScope *
scope_of (Part *part)
{
  SyFormParts *self = part->parts;
  g_auto (GStrv) path = sy_form_get_path (self->item, self->scope, FALSE);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;

  for (guint i = 0; path[i] != NULL; i++)
    g_strv_builder_add (keys, path[i]);
  if (part->name != NULL)
    g_strv_builder_add (keys, part->name);
  all = g_strv_builder_end (keys);
  return sy_form_scope_new ((const char *const *) all, NULL);
}

static void
open_part (Part *part)
{
  const SyField *field = part->name != NULL ? part->parts->item->field->item : part->parts->item->field;

  if (part->section == NULL)
    part->section = sy_form_section_new (part->parts->design, part->box, field->table, scope_of (part),
                                         (field->flags & SY_FIELD_OWN) ? SY_FIELD_DEFAULTS : 0, FALSE);
}

static void
part_free (gpointer data)
{
  Part *part = data;

  if (part->expander != NULL)
    g_signal_handlers_disconnect_by_data (part->expander, part);
  g_clear_object (&part->expander);
  g_clear_object (&part->section);
  g_free (part->name);
  g_free (part);
}

static Part *
part_new (SyFormParts *self, const char *name, gboolean headed)
{
  Part *part = g_new0 (Part, 1);

  part->parts = self;
  part->name = g_strdup (name);
  part->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 14));
  g_ptr_array_add (self->all, part);
  if (!headed)
    return part;
  part->expander = g_object_ref_sink (gtk_expander_new (name != NULL ? name : self->item->title));
  gtk_widget_set_tooltip_text (part->expander, name == NULL ? self->item->field->key : NULL);
  gtk_expander_set_child (GTK_EXPANDER (part->expander), GTK_WIDGET (part->box));
  gtk_widget_set_margin_start (GTK_WIDGET (part->box), 12);
  g_signal_connect_swapped (part->expander, "notify::expanded", G_CALLBACK (open_part), part);
  return part;
}

/* --- objects by their names --- */

static void
apply (SyFormParts *self, SyChange *change)
{
  if (change != NULL && sy_design_get_designer (self->design) != NULL)
    sy_design_apply (self->design, change);
  else
    g_clear_pointer (&change, sy_change_free);
}

static guint
index_of (Part *part)
{
  guint index = 0;

  g_ptr_array_find (part->parts->all, part, &index);
  return index;
}

static gboolean
check_name (SyFormParts *self, guint index, GtkEditable *entry, GtkWidget *trouble)
{
  g_autoptr (SyChangeValue) value = value_of (self);
  g_autoptr (GError) error = NULL;
  const char *name = gtk_editable_get_text (entry);
  gboolean good = *name == '\0' || sy_form_entries_check_key (self->item, value, index, name, &error);

  gtk_label_set_text (GTK_LABEL (trouble), good ? "" : error->message);
  gtk_widget_set_visible (trouble, !good);
  if (good)
    gtk_widget_remove_css_class (GTK_WIDGET (entry), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (entry), "error");
  return good && *name != '\0';
}

static void
on_renamed (Part *part)
{
  SyFormParts *self = part->parts;
  g_autoptr (SyChangeValue) value = NULL;

  if (part->entry == NULL || g_str_equal (gtk_editable_get_text (part->entry), part->name)
      || !check_name (self, index_of (part), part->entry, g_object_get_data (G_OBJECT (part->entry), "trouble")))
    return;
  g_free (self->unfold);
  self->unfold = g_strdup (gtk_editable_get_text (part->entry));
  value = value_of (self);
  apply (self, sy_form_entries_set (self->item, self->scope, value, index_of (part), self->unfold, NULL));
}

static void
on_entered (Part *part)
{
  SyFormParts *self = part->parts;

  g_clear_pointer (&self->unfold, g_free);
  on_renamed (part);
  self->follow = self->unfold != NULL;
}

static void
on_removed (Part *part)
{
  g_autoptr (SyChangeValue) value = value_of (part->parts);

  apply (part->parts, sy_form_entries_remove (part->parts->item, part->parts->scope, value, index_of (part)));
}

static void
on_typed (Part *part)
{
  check_name (part->parts, index_of (part), part->entry, g_object_get_data (G_OBJECT (part->entry), "trouble"));
}

static GtkWidget *
make_trouble (void)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "error");
  gtk_widget_set_visible (label, FALSE);
  return label;
}

static GtkWidget *
make_button (const char *icon, const char *label)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  return button;
}

/* Its name, and the button that removes it */
static void
add_head (Part *part)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4), *entry = gtk_entry_new (), *trouble = make_trouble ();
  g_autofree char *label = g_strdup_printf (_("Name: %s"), part->name), *remove = g_strdup_printf (_("Remove %s"), part->name);
  GtkWidget *button = make_button ("list-remove-symbolic", remove);
  GtkEventController *focus = gtk_event_controller_focus_new ();

  part->entry = GTK_EDITABLE (entry);
  gtk_editable_set_text (part->entry, part->name);
  gtk_widget_set_hexpand (entry, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data (G_OBJECT (entry), "trouble", trouble);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_typed), part);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (on_entered), part);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_renamed), part);
  gtk_widget_add_controller (entry, focus);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_removed), part);
  gtk_box_append (GTK_BOX (line), entry);
  gtk_box_append (GTK_BOX (line), button);
  gtk_box_append (part->box, line);
  gtk_box_append (part->box, trouble);
}

static void
drop_part (SyFormParts *self, guint index)
{
  Part *part = g_ptr_array_steal_index (self->all, index);

  part->entry = NULL;   /* what was typed there has no place any more */
  gtk_box_remove (self->box, part->expander);
  part_free (part);
}

static void
insert_part (SyFormParts *self, guint index, const char *name)
{
  Part *before = index > 0 ? g_ptr_array_index (self->all, index - 1) : NULL, *part = part_new (self, name, TRUE);

  g_ptr_array_insert (self->all, (gint) index, g_ptr_array_steal_index (self->all, self->all->len - 1));
  add_head (part);
  gtk_box_insert_child_after (self->box, part->expander, before != NULL ? before->expander : NULL);
  if (g_strcmp0 (self->unfold, name) != 0)
    return;
  g_clear_pointer (&self->unfold, g_free);
  gtk_expander_set_expanded (GTK_EXPANDER (part->expander), TRUE);
  if (self->follow)
    gtk_widget_grab_focus (GTK_WIDGET (part->entry));
  self->follow = FALSE;
}

static gboolean
is_among (const GPtrArray *entries, guint from, const char *name)
{
  for (guint i = from; i < entries->len; i++)
    if (g_strcmp0 (((SyFormEntry *) g_ptr_array_index (entries, i))->key, name) == 0)
      return TRUE;
  return FALSE;
}

static void
fill (SyFormParts *self, const GPtrArray *entries)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const char *name = ((SyFormEntry *) g_ptr_array_index (entries, i))->key;

      while (i < self->all->len && !is_among (entries, i, ((Part *) g_ptr_array_index (self->all, i))->name))
        drop_part (self, i);
      if (i >= self->all->len || g_strcmp0 (((Part *) g_ptr_array_index (self->all, i))->name, name) != 0)
        insert_part (self, i, name);
    }
  while (self->all->len > entries->len)
    drop_part (self, self->all->len - 1);
}

/* --- the next one --- */

/* What a new one has: the field that says what it is, as it would be without */
static SyChangeValue *
first_value (const SyTable *table)
{
  SyChangeValue *map = sy_change_value_new_map ();

  for (guint i = 0; i < table->n_fields; i++)
    if (table->fields[i].words != NULL && table->fields[i].fallback != NULL)
      {
        sy_change_value_set (map, table->fields[i].key, sy_change_value_new_word (table->fields[i].fallback));
        break;
      }
  return map;
}

static void
add_next (SyFormParts *self)
{
  g_auto (GStrv) path = NULL;
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  SyChange *change;

  if (!check_name (self, G_MAXUINT, GTK_EDITABLE (self->name), self->trouble))
    return;
  g_free (self->unfold);
  self->unfold = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name)));
  path = sy_form_get_path (self->item, self->scope, FALSE);
  for (guint i = 0; path[i] != NULL; i++)
    g_strv_builder_add (keys, path[i]);
  g_strv_builder_add (keys, self->unfold);
  g_strfreev (path);
  path = g_strv_builder_end (keys);
  change = sy_form_change_new (self->item, self->scope, TRUE);
  sy_change_set (change, (const char *const *) path, first_value (self->item->field->item->table));
  gtk_editable_set_text (GTK_EDITABLE (self->name), "");
  apply (self, change);
}

static void
on_next_typed (SyFormParts *self)
{
  check_name (self, G_MAXUINT, GTK_EDITABLE (self->name), self->trouble);
}

static void
build_next (SyFormParts *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  g_autofree char *label = g_strdup_printf (_("New: %s"), self->item->title), *add = g_strdup_printf (_("Add: %s"), self->item->title);
  GtkWidget *button = make_button ("list-add-symbolic", add);

  self->name = gtk_entry_new ();
  self->trouble = make_trouble ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->name), _("Name of a new one"));
  gtk_widget_set_hexpand (self->name, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->name), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_swapped (self->name, "changed", G_CALLBACK (on_next_typed), self);
  g_signal_connect_swapped (self->name, "activate", G_CALLBACK (add_next), self);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (add_next), self);
  gtk_box_append (GTK_BOX (line), self->name);
  gtk_box_append (GTK_BOX (line), button);
  gtk_box_append (self->box, line);
  gtk_box_append (self->box, self->trouble);
}

/* --- the rest --- */

void
sy_form_parts_open (SyFormParts *self)
{
  g_return_if_fail (SY_IS_FORM_PARTS (self));
  if (self->item->kind == SY_FORM_OBJECT && ((Part *) g_ptr_array_index (self->all, 0))->expander == NULL)
    open_part (g_ptr_array_index (self->all, 0));
}

gboolean
sy_form_parts_set_value (SyFormParts *self, const SyChangeValue *value)
{
  const SyChangeValue *own;
  g_autoptr (GPtrArray) entries = NULL;

  g_return_val_if_fail (SY_IS_FORM_PARTS (self), FALSE);
  own = sy_form_get_own (self->item, value);
  if (self->item->kind == SY_FORM_OBJECTS)
    {
      entries = sy_form_entries_read (self->item, value);
      if (entries != NULL)
        fill (self, entries);
    }
  for (guint i = 0; i < self->all->len; i++)
    {
      Part *part = g_ptr_array_index (self->all, i);

      if (part->section != NULL)
        sy_form_section_update (part->section);
      if (part->expander != NULL && own != NULL)
        gtk_widget_add_css_class (part->expander, "set");
      else if (part->expander != NULL)
        gtk_widget_remove_css_class (part->expander, "set");
    }
  return own != NULL;
}

void
sy_form_parts_flush (SyFormParts *self)
{
  g_return_if_fail (SY_IS_FORM_PARTS (self));
  for (guint i = 0; i < self->all->len; i++)
    {
      Part *part = g_ptr_array_index (self->all, i);

      if (part->entry != NULL)
        on_renamed (part);
      if (part->section != NULL)
        sy_form_section_flush (part->section);
    }
  if (self->name != NULL)
    add_next (self);
}

GtkWidget *
sy_form_parts_reveal (SyFormParts *self, const char *const *keys)
{
  GtkWidget *inner;

  g_return_val_if_fail (SY_IS_FORM_PARTS (self), NULL);
  for (guint i = 0; i < self->all->len; i++)
    {
      Part *part = g_ptr_array_index (self->all, i);

      if (part->name != NULL && g_strcmp0 (keys[0], part->name) != 0)
        continue;
      if (part->expander != NULL)
        gtk_expander_set_expanded (GTK_EXPANDER (part->expander), TRUE);
      open_part (part);
      inner = sy_form_section_reveal (part->section, part->name != NULL ? keys + 1 : keys);
      return inner != NULL ? inner : part->expander;
    }
  return self->name;
}

static void
sy_form_parts_dispose (GObject *object)
{
  SyFormParts *self = SY_FORM_PARTS (object);
  GtkWidget *child;

  for (guint i = 0; i < self->all->len; i++)
    ((Part *) g_ptr_array_index (self->all, i))->entry = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  self->name = NULL;
  g_ptr_array_set_size (self->all, 0);
  g_clear_object (&self->design);
  G_OBJECT_CLASS (sy_form_parts_parent_class)->dispose (object);
}

static void
sy_form_parts_finalize (GObject *object)
{
  g_ptr_array_unref (SY_FORM_PARTS (object)->all);
  g_free (SY_FORM_PARTS (object)->unfold);
  G_OBJECT_CLASS (sy_form_parts_parent_class)->finalize (object);
}

static void
sy_form_parts_class_init (SyFormPartsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_form_parts_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_form_parts_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sy_form_parts_init (SyFormParts *self)
{
  self->all = g_ptr_array_new_with_free_func (part_free);
  self->box = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 8));
  gtk_widget_set_parent (GTK_WIDGET (self->box), GTK_WIDGET (self));
}

GtkWidget *
sy_form_parts_new (SyDesign *design, const SyFormItem *item, const SyFormScope *scope, gboolean headed)
{
  SyFormParts *self = g_object_new (SY_TYPE_FORM_PARTS, NULL);

  self->design = g_object_ref (design);
  self->item = item;
  self->scope = scope;
  if (item->kind == SY_FORM_OBJECTS)
    build_next (self);
  else
    {
      Part *part = part_new (self, NULL, headed);

      gtk_box_append (self->box, headed ? part->expander : GTK_WIDGET (part->box));
    }
  return GTK_WIDGET (self);
}
