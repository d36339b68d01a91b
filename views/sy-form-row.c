/* sy-form-row.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-row.h"

#include "views/sy-form-list.h"
#include "views/sy-form-source.h"
#include "views/sy-form-steps.h"
#include "views/sy-form-unit.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_SHELL 400         /* height of a shell text, after which it scrolls */

struct _SyFormRow
{
  GtkWidget parent;

  const SyFormItem *item;
  SyFormCheck check;    /* (nullable) */
  gpointer check_data;
  char *shown;          /* (nullable) what the document has */
  gboolean setting;     /* what changes is not typed */
  gboolean editable;
  gboolean is_cell;     /* of a list: without head and help */
  GtkWidget *title, *clear; /* (nullable) of a cell */
  GtkWidget *trouble;
  GtkWidget *frame;     /* around the editor, or the same */
  GtkWidget *editor;    /* GtkEntry, GtkSwitch, GtkDropDown, GtkSourceView, SyFormList or GtkButton */
};

enum { COMMIT, OPEN_FILE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SyFormRow, sy_form_row, GTK_TYPE_WIDGET)

const SyFormItem *
sy_form_row_get_item (SyFormRow *self)
{
  return self->item;
}

/* --- what stands in the editor --- */

static const char *
fallback_of (const SyFormItem *item)
{
  return item->field->fallback;
}

static gboolean
default_is_true (SyFormRow *self)
{
  return g_strcmp0 (fallback_of (self->item), "true") == 0;
}

/* A value of a list is one of the words; a field may be not set. */
static guint
first_word (SyFormRow *self)
{
  return self->is_cell && fallback_of (self->item) == NULL ? 0 : 1;
}

/* (transfer full) (nullable) */
static char *
typed_text (SyFormRow *self)
{
  if (GTK_IS_ENTRY (self->editor))
    return g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->editor)));
  if (GTK_IS_TEXT_VIEW (self->editor))
    {
      GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor));
      GtkTextIter start, end;

      gtk_text_buffer_get_bounds (buffer, &start, &end);
      return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
    }
  if (GTK_IS_SWITCH (self->editor))
    return g_strdup (gtk_switch_get_active (GTK_SWITCH (self->editor)) ? "true" : "false");
  if (GTK_IS_DROP_DOWN (self->editor))
    {
      guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->editor));

      return g_strdup (selected < first_word (self) || selected == GTK_INVALID_LIST_POSITION ? "" : self->item->field->words[selected - first_word (self)]);
    }
  return NULL;
}

static void
show_words (SyFormRow *self, const char *text)
{
  guint at = 0;

  for (guint i = 0; text != NULL && self->item->field->words[i] != NULL; i++)
    if (g_str_equal (self->item->field->words[i], text))
      at = i + first_word (self);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->editor), at);
}

static void
show_text (SyFormRow *self, const char *text)
{
  self->setting = TRUE;
  if (GTK_IS_ENTRY (self->editor))
    gtk_editable_set_text (GTK_EDITABLE (self->editor), text != NULL ? text : "");
  else if (GTK_IS_TEXT_VIEW (self->editor))
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor)), text != NULL ? text : "", -1);
  else if (GTK_IS_SWITCH (self->editor))
    gtk_switch_set_active (GTK_SWITCH (self->editor), text != NULL ? g_str_equal (text, "true") : default_is_true (self));
  else if (GTK_IS_DROP_DOWN (self->editor))
    show_words (self, text);
  self->setting = FALSE;
}

static gboolean
has_text (SyFormRow *self)
{
  return GTK_IS_ENTRY (self->editor) || GTK_IS_TEXT_VIEW (self->editor);
}

/* What is typed and does not count yet */
static gboolean
is_pending (SyFormRow *self)
{
  g_autofree char *text = has_text (self) ? typed_text (self) : NULL;

  return text != NULL && !g_str_equal (text, self->shown != NULL ? self->shown : "");
}

/* --- checking --- */

static gboolean
check_text (SyFormRow *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  gboolean good = self->check == NULL || sy_form_check (self->item, text, self->check, self->check_data, &error);

  gtk_label_set_text (GTK_LABEL (self->trouble), good ? "" : error->message);
  gtk_widget_set_visible (self->trouble, !good);
  if (good)
    gtk_widget_remove_css_class (self->editor, "error");
  else
    gtk_widget_add_css_class (self->editor, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_STATE_INVALID,
                               good ? GTK_ACCESSIBLE_INVALID_FALSE : GTK_ACCESSIBLE_INVALID_TRUE, -1);
  return good;
}

static void
on_typed (SyFormRow *self)
{
  g_autofree char *text = self->setting ? NULL : typed_text (self);

  if (text != NULL)
    check_text (self, text);
}

static void
update_clear (SyFormRow *self)
{
  if (self->is_cell)
    return;
  gtk_widget_set_visible (self->clear, self->shown != NULL && self->editable);
  if (self->shown != NULL)
    gtk_widget_add_css_class (self->title, "set");
  else
    gtk_widget_remove_css_class (self->title, "set");
}

void
sy_form_row_set_text (SyFormRow *self, const char *text, gboolean editable)
{
  gboolean pending;

  g_return_if_fail (SY_IS_FORM_ROW (self));
  pending = is_pending (self);
  if (!pending && g_strcmp0 (text, self->shown) != 0)
    show_text (self, text);
  else if (!has_text (self))
    show_text (self, text);
  if (g_strcmp0 (text, self->shown) != 0)
    {
      g_free (self->shown);
      self->shown = g_strdup (text);
    }
  if (!is_pending (self))
    check_text (self, text != NULL && editable ? text : "");
  self->editable = editable;
  if (has_text (self))
    g_object_set (self->editor, "editable", editable, NULL);
  gtk_widget_set_tooltip_text (self->editor, editable ? NULL : _("More stands here than a form can show: it is edited in the File pane"));
  update_clear (self);
}

SyFormList *
sy_form_row_get_list (SyFormRow *self)
{
  g_return_val_if_fail (SY_IS_FORM_ROW (self), NULL);
  return SY_IS_FORM_LIST (self->editor) ? SY_FORM_LIST (self->editor) : NULL;
}

gboolean
sy_form_row_set_value (SyFormRow *self, const SyChangeValue *value)
{
  const SyChangeValue *own;
  g_autofree char *text = NULL;
  gboolean editable;

  g_return_val_if_fail (SY_IS_FORM_ROW (self), FALSE);
  own = sy_form_get_own (self->item, value);
  if (SY_IS_FORM_LIST (self->editor))
    {
      g_free (self->shown);
      self->shown = g_strdup (own != NULL ? "" : NULL);
      sy_form_list_set_value (SY_FORM_LIST (self->editor), value);
      update_clear (self);
      return own != NULL;
    }
  text = sy_form_get_text (self->item, value, &editable);
  sy_form_row_set_text (self, text, editable);
  return text != NULL;
}

/* --- of a cell --- */

const char *
sy_form_row_get_shown (SyFormRow *self)
{
  g_return_val_if_fail (SY_IS_FORM_ROW (self), NULL);
  return self->shown;
}

char *
sy_form_row_dup_text (SyFormRow *self)
{
  char *text = typed_text (self);

  return text != NULL ? text : g_strdup ("");
}

gboolean
sy_form_row_check (SyFormRow *self)
{
  g_autofree char *text = sy_form_row_dup_text (self);

  return check_text (self, text);
}

void
sy_form_row_reset (SyFormRow *self)
{
  g_return_if_fail (SY_IS_FORM_ROW (self));
  if (SY_IS_FORM_LIST (self->editor))
    {
      sy_form_list_reset (SY_FORM_LIST (self->editor));
      return;
    }
  if (!self->is_cell && !is_pending (self))
    return;
  show_text (self, self->shown);
  check_text (self, "");
}

gboolean
sy_form_row_is_set (SyFormRow *self)
{
  return self->shown != NULL;
}

void
sy_form_row_set_label (SyFormRow *self, const char *label)
{
  g_return_if_fail (SY_IS_FORM_ROW (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/* --- what is typed counts --- */

void
sy_form_row_commit (SyFormRow *self)
{
  g_autofree char *text = NULL;

  g_return_if_fail (SY_IS_FORM_ROW (self));
  if (SY_IS_FORM_LIST (self->editor))
    {
      sy_form_list_commit (SY_FORM_LIST (self->editor));
      return;
    }
  if (!self->editable || !is_pending (self))
    return;
  text = typed_text (self);
  if (check_text (self, text))
    g_signal_emit (self, signals[COMMIT], 0, *text != '\0' ? text : NULL);
}

static void
on_chosen (SyFormRow *self)
{
  g_autofree char *text = self->setting ? NULL : typed_text (self);

  if (text != NULL)
    g_signal_emit (self, signals[COMMIT], 0, *text != '\0' ? text : NULL);
}

static void
on_clear (SyFormRow *self)
{
  gtk_widget_grab_focus (self->editor);
  show_text (self, self->shown);
  g_signal_emit (self, signals[COMMIT], 0, NULL);
}

static void
on_open_file (SyFormRow *self)
{
  g_signal_emit (self, signals[OPEN_FILE], 0);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, SyFormRow *self)
{
  gboolean enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter;

  if (key == GDK_KEY_Escape && is_pending (self))
    {
      show_text (self, self->shown);
      check_text (self, self->shown != NULL ? self->shown : "");
      return TRUE;
    }
  if (enter && ((state & GDK_CONTROL_MASK) || self->item->kind == SY_FORM_EXPRESSION || self->item->kind == SY_FORM_TEXT))
    {
      sy_form_row_commit (self);
      return TRUE;
    }
  return FALSE;
}

/* --- building --- */

/* (transfer full) (nullable): how a value may look */
static char *
example_of (const SyFormItem *item)
{
  guint accept = item->field->accept;

  if (fallback_of (item) != NULL)
    return g_strdup_printf (_("default: %s"), sy_form_word (item->field->key, fallback_of (item)));
  if (accept & SY_ACCEPT_DURATION)
    return g_strdup (_("such as 90s or 1h30m"));
  if (accept & SY_ACCEPT_SIZE)
    return g_strdup (_("such as 512M or 4G"));
  if (accept & SY_ACCEPT_PERCENT)
    return g_strdup (_("a number or a percentage"));
  if (item->field->flags & SY_FIELD_REQUIRED)
    return g_strdup (_("required"));
  return NULL;
}

static GtkWidget *
build_entry (SyFormRow *self)
{
  g_autofree char *example = example_of (self->item);
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), example);
  if ((self->item->field->accept & SY_ACCEPT_SCALAR) == SY_ACCEPT_INT)
    gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_NUMBER);
  g_signal_connect_swapped (entry, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect_swapped (entry, "activate", G_CALLBACK (sy_form_row_commit), self);
  return entry;
}

static GtkWidget *
build_switch (SyFormRow *self)
{
  GtkWidget *widget = gtk_switch_new ();

  gtk_widget_set_halign (widget, GTK_ALIGN_START);
  g_signal_connect_swapped (widget, "notify::active", G_CALLBACK (on_chosen), self);
  return widget;
}

static GtkWidget *
build_words (SyFormRow *self)
{
  GtkStringList *list = gtk_string_list_new (NULL);
  const SyField *field = self->item->field;
  g_autofree char *first = field->fallback != NULL ? g_strdup_printf (_("default: %s"), sy_form_word (field->key, field->fallback)) : g_strdup (_("not set"));
  GtkWidget *widget;

  if (first_word (self) == 1)
    gtk_string_list_append (list, first);
  for (guint i = 0; field->words[i] != NULL; i++)
    gtk_string_list_append (list, sy_form_word (field->key, field->words[i]));
  widget = gtk_drop_down_new (G_LIST_MODEL (list), NULL);
  g_signal_connect_swapped (widget, "notify::selected", G_CALLBACK (on_chosen), self);
  return widget;
}

static GtkWidget *
build_link (SyFormRow *self)
{
  GtkWidget *button = gtk_button_new_with_label (_("Edit in the File Pane"));

  gtk_widget_set_halign (button, GTK_ALIGN_START);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (on_open_file), self);
  return button;
}

static GtkWidget *
build_editor (SyFormRow *self)
{
  switch (self->item->kind)
    {
    case SY_FORM_SWITCH: return build_switch (self);
    case SY_FORM_WORDS: return build_words (self);
    case SY_FORM_LINK: return build_link (self);
    case SY_FORM_ROWS:
    case SY_FORM_MAP: return sy_form_list_new (self->item);
    default: return build_entry (self);
    }
}

static GtkWidget *
build_head (SyFormRow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *clear = g_strdup_printf (_("Clear %s"), self->item->title);

  self->title = gtk_label_new (self->item->title);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_set_tooltip_text (self->title, self->item->field->key);
  self->clear = gtk_button_new_from_icon_name ("edit-clear-symbolic");
  gtk_widget_add_css_class (self->clear, "flat");
  gtk_widget_add_css_class (self->clear, "small");
  gtk_widget_set_tooltip_text (self->clear, clear);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->clear), GTK_ACCESSIBLE_PROPERTY_LABEL, clear, -1);
  g_signal_connect_swapped (self->clear, "clicked", G_CALLBACK (on_clear), self);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->clear);
  return head;
}

/* The editor, and what is around it */
static void
build_frame (SyFormRow *self)
{
  gboolean text = self->item->kind == SY_FORM_SHELL || self->item->kind == SY_FORM_TEXT || self->item->kind == SY_FORM_EXPRESSION;

  if (text)
    {
      self->frame = sy_form_source_new (self->item->kind == SY_FORM_SHELL, &self->editor);
      g_signal_connect_object (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self->editor)), "changed", G_CALLBACK (on_typed), self, G_CONNECT_SWAPPED);
      return;
    }
  self->editor = build_editor (self);
  self->frame = self->editor;
  if (GTK_IS_ENTRY (self->editor) && !self->is_cell && sy_form_unit_has_steps (self->item->field))
    self->frame = sy_form_steps_new (self->item->field, GTK_ENTRY (self->editor), self->item->title);
}

static GtkWidget *
build_words_below (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, style);
  return label;
}

static void
add_controllers (SyFormRow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new (), *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (self->editor, keys);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (sy_form_row_commit), self);
  gtk_widget_add_controller (self->editor, focus);
}

/* --- life --- */

static void
sy_form_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  SY_FORM_ROW (object)->frame = SY_FORM_ROW (object)->editor = NULL;
  g_clear_pointer (&SY_FORM_ROW (object)->shown, g_free);
  G_OBJECT_CLASS (sy_form_row_parent_class)->dispose (object);
}

static gboolean
sy_form_row_grab_focus (GtkWidget *widget)
{
  return SY_FORM_ROW (widget)->editor != NULL && gtk_widget_grab_focus (SY_FORM_ROW (widget)->editor);
}

static void
sy_form_row_class_init (SyFormRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_form_row_dispose;
  widget_class->grab_focus = sy_form_row_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "formrow");
  signals[COMMIT] = g_signal_new ("commit", SY_TYPE_FORM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[OPEN_FILE] = g_signal_new ("open-file", SY_TYPE_FORM_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sy_form_row_init (SyFormRow *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (layout), 4);
  self->editable = TRUE;
}

void
sy_form_row_set_check (SyFormRow *self, SyFormCheck check, gpointer data)
{
  self->check = check;
  self->check_data = data;
  if (SY_IS_FORM_LIST (self->editor))
    sy_form_list_set_check (SY_FORM_LIST (self->editor), check, data);
}

void
sy_form_row_set_completion (SyFormRow *self, SyCompletionFunc complete, gpointer data)
{
  g_autoptr (SyCompletion) provider = NULL;
  GtkSourceCompletion *completion;

  g_return_if_fail (SY_IS_FORM_ROW (self));
  if (SY_IS_FORM_LIST (self->editor))
    sy_form_list_set_completion (SY_FORM_LIST (self->editor), complete);
  if (!GTK_SOURCE_IS_VIEW (self->editor))
    return;
  provider = sy_completion_new (complete, data);
  completion = gtk_source_view_get_completion (GTK_SOURCE_VIEW (self->editor));
  gtk_source_completion_add_provider (completion, GTK_SOURCE_COMPLETION_PROVIDER (provider));
  g_object_set (completion, "show-icons", FALSE, NULL);
}

static void
build (SyFormRow *self, const char *help)
{
  build_frame (self);
  gtk_widget_set_parent (self->frame, GTK_WIDGET (self));
  self->trouble = build_words_below ("", "error");
  gtk_widget_set_visible (self->trouble, FALSE);
  gtk_widget_set_parent (self->trouble, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->editor), GTK_ACCESSIBLE_PROPERTY_LABEL, self->item->title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, help, -1);
  add_controllers (self);
}

GtkWidget *
sy_form_row_new (const SyFormItem *item)
{
  SyFormRow *self = g_object_new (SY_TYPE_FORM_ROW, NULL);
  g_autofree char *help = item->kind == SY_FORM_TEXT && fallback_of (item) != NULL
                            ? g_strdup_printf (_("%s; default: %s"), _(item->field->help), fallback_of (item)) : g_strdup (_(item->field->help));

  self->item = item;
  gtk_widget_set_parent (build_head (self), GTK_WIDGET (self));
  build (self, help);
  gtk_widget_set_parent (build_words_below (help, "dim-label"), GTK_WIDGET (self));
  update_clear (self);
  return GTK_WIDGET (self);
}

GtkWidget *
sy_form_row_new_cell (const SyFormItem *item, const char *placeholder)
{
  SyFormRow *self = g_object_new (SY_TYPE_FORM_ROW, NULL);

  self->item = item;
  self->is_cell = TRUE;
  build (self, *item->field->help != '\0' ? _(item->field->help) : "");
  if (placeholder != NULL && GTK_IS_ENTRY (self->editor))
    gtk_entry_set_placeholder_text (GTK_ENTRY (self->editor), placeholder);
  if (placeholder != NULL && GTK_SOURCE_IS_VIEW (self->editor))
    sy_form_source_set_placeholder (self->editor, placeholder);
  if (GTK_IS_ENTRY (self->editor))
    gtk_editable_set_width_chars (GTK_EDITABLE (self->editor), 6);
  return GTK_WIDGET (self);
}
