/* sy-compare-window.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-compare-window.h"

#include "core/model/sy-words.h"
#include "views/sy-history-words.h"
#include "views/sy-state-icon.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- a row of the list of tasks --- */

#define SY_TYPE_COMPARED_ITEM (sy_compared_item_get_type ())
G_DECLARE_FINAL_TYPE (SyComparedItem, sy_compared_item, SY, COMPARED_ITEM, GObject)

struct _SyComparedItem
{
  GObject parent;
  const SyComparedTask *task;   /* borrowed from the window's comparison */
};

G_DEFINE_FINAL_TYPE (SyComparedItem, sy_compared_item, G_TYPE_OBJECT)

static void
sy_compared_item_class_init (SyComparedItemClass *klass)
{
}

static void
sy_compared_item_init (SyComparedItem *self)
{
}

/* --- the window --- */

struct _SyCompareWindow
{
  AdwWindow parent;

  SyRunComparison *comparison;  /* (owned) (nullable) */
  char *text;                   /* (owned) what Copy copies */
  GListStore *items;            /* (owned) (nullable) SyComparedItem */
  gboolean only_changed;
  GtkWidget *header;
};

G_DEFINE_FINAL_TYPE (SyCompareWindow, sy_compare_window, ADW_TYPE_WINDOW)

enum { OPEN_RUN, ANSWER, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
on_copy (SyCompareWindow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->text);
}

/* --- tasks --- */

static void
fill_items (SyCompareWindow *self)
{
  g_list_store_remove_all (self->items);
  for (guint i = 0; i < self->comparison->tasks->len; i++)
    {
      const SyComparedTask *task = &g_array_index (self->comparison->tasks, SyComparedTask, i);
      g_autoptr (SyComparedItem) item = NULL;

      if (self->only_changed && !task->changed)
        continue;
      item = g_object_new (SY_TYPE_COMPARED_ITEM, NULL);
      item->task = task;
      g_list_store_append (self->items, item);
    }
}

static void
on_only_changed (GtkCheckButton *button, GParamSpec *pspec, SyCompareWindow *self)
{
  self->only_changed = gtk_check_button_get_active (button);
  fill_items (self);
}

typedef enum { COLUMN_TASK, COLUMN_A, COLUMN_B, COLUMN_DIFFERENCE } Column;

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *label = gtk_label_new (NULL);
  Column column = GPOINTER_TO_INT (data);

  if (column == COLUMN_A || column == COLUMN_B)
    gtk_box_append (GTK_BOX (box), sy_state_icon_new (SY_STATE_PENDING, 16));
  gtk_label_set_xalign (GTK_LABEL (label), column == COLUMN_DIFFERENCE ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), column == COLUMN_TASK ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, TRUE);
  if (column == COLUMN_DIFFERENCE)
    gtk_widget_add_css_class (label, "numeric");
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
}

static void
bind_cell (GtkWidget *icon, GtkWidget *label, const SyGridCell *cell)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sy_grid_cell_words (text, cell);
  if (cell->duration_us > 0)
    sy_words_duration (g_string_append (text, " · "), (gint64) cell->duration_us);
  gtk_widget_set_opacity (icon, cell->state == SY_N_STATES ? 0 : 1);
  if (cell->state != SY_N_STATES)
    sy_state_icon_set_state (SY_STATE_ICON (icon), (SyState) cell->state);
  gtk_label_set_text (GTK_LABEL (label), text->str);
  gtk_widget_set_tooltip_text (label, text->str);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
  const SyComparedTask *task = SY_COMPARED_ITEM (gtk_list_item_get_item (item))->task;
  GtkWidget *box = gtk_list_item_get_child (item), *first = gtk_widget_get_first_child (box);
  g_autoptr (GString) text = g_string_new (NULL);

  switch ((Column) GPOINTER_TO_INT (data))
    {
    case COLUMN_TASK:
      gtk_label_set_text (GTK_LABEL (first), task->id);
      (task->changed ? gtk_widget_add_css_class : gtk_widget_remove_css_class) (first, "heading");
      break;
    case COLUMN_A: bind_cell (first, gtk_widget_get_last_child (box), &task->a); break;
    case COLUMN_B: bind_cell (first, gtk_widget_get_last_child (box), &task->b); break;
    case COLUMN_DIFFERENCE:
    default:
      sy_compared_task_difference (text, task);
      gtk_label_set_text (GTK_LABEL (first), text->str);
      break;
    }
}

static void
add_column (GtkColumnView *view, const char *title, Column column, int width, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkColumnViewColumn) made = NULL;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), GINT_TO_POINTER (column));
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), GINT_TO_POINTER (column));
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_expand (made, expand);
  if (width > 0)
    gtk_column_view_column_set_fixed_width (made, width);
  gtk_column_view_append_column (view, made);
}

static void
on_activate (GtkColumnView *view, guint position, SyCompareWindow *self)
{
  g_autoptr (SyComparedItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), position);
  const SyGridRun *run = item->task->b.state != SY_N_STATES ? self->comparison->b : self->comparison->a;

  g_signal_emit (self, signals[OPEN_RUN], 0, run->uuid, item->task->id);
}

static GtkWidget *
scrolled (GtkWidget *child)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), child);
  gtk_widget_set_vexpand (scroll, TRUE);
  return scroll;
}

static GtkWidget *
make_tasks (SyCompareWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *view, *only = gtk_check_button_new_with_label (_("Only What Differs"));
  g_autofree char *a = g_strdup_printf (_("Run %u"), self->comparison->a->number), *b = g_strdup_printf (_("Run %u"), self->comparison->b->number);

  self->items = g_list_store_new (SY_TYPE_COMPARED_ITEM);
  view = gtk_column_view_new (GTK_SELECTION_MODEL (gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->items)))));
  gtk_widget_add_css_class (view, "data-table");
  gtk_column_view_set_show_row_separators (GTK_COLUMN_VIEW (view), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks of Both Runs"), -1);
  add_column (GTK_COLUMN_VIEW (view), _("Task"), COLUMN_TASK, 0, TRUE);
  add_column (GTK_COLUMN_VIEW (view), a, COLUMN_A, 230, FALSE);
  add_column (GTK_COLUMN_VIEW (view), b, COLUMN_B, 230, FALSE);
  add_column (GTK_COLUMN_VIEW (view), _("Difference"), COLUMN_DIFFERENCE, 130, FALSE);
  g_signal_connect (view, "activate", G_CALLBACK (on_activate), self);
  g_signal_connect (only, "notify::active", G_CALLBACK (on_only_changed), self);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (only), self->comparison->n_changed > 0);
  fill_items (self);
  gtk_widget_set_margin_start (only, 12);
  gtk_widget_set_margin_top (only, 6);
  gtk_widget_set_margin_bottom (only, 6);
  gtk_box_append (GTK_BOX (box), scrolled (view));
  gtk_box_append (GTK_BOX (box), gtk_separator_new (GTK_ORIENTATION_HORIZONTAL));
  gtk_box_append (GTK_BOX (box), only);
  return box;
}

/* --- values --- */

static GtkWidget *
add_label (GtkGrid *grid, const char *text, int column, int row, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), column > 0);
  gtk_widget_set_hexpand (label, column > 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_grid_attach (grid, label, column, row, 1, 1);
  return label;
}

static void
add_values (GtkGrid *grid, int *row, const char *heading, const GArray *values, const char *present, const char *none)
{
  GtkWidget *title = add_label (grid, heading, 0, *row, "heading");

  gtk_widget_set_margin_top (title, *row > 1 ? 12 : 0);
  ++*row;
  for (guint i = 0; i < values->len; i++, (*row)++)
    {
      const SyComparedValue *value = &g_array_index (values, SyComparedValue, i);
      const char *css = sy_compared_value_differs (value) ? NULL : "dim-label";

      add_label (grid, value->name, 0, *row, css);
      add_label (grid, value->a == NULL ? "–" : present != NULL ? present : value->a, 1, *row, css);
      add_label (grid, value->b == NULL ? "–" : present != NULL ? present : value->b, 2, *row, css);
    }
  if (values->len == 0)
    {
      add_label (grid, none, 0, *row, "dim-label");
      ++*row;
    }
}

static GtkWidget *
make_values (SyCompareWindow *self)
{
  GtkGrid *grid = GTK_GRID (gtk_grid_new ());
  g_autofree char *a = g_strdup_printf (_("Run %u"), self->comparison->a->number), *b = g_strdup_printf (_("Run %u"), self->comparison->b->number);
  int row = 1;

  gtk_grid_set_column_spacing (grid, 24);
  gtk_grid_set_row_spacing (grid, 6);
  gtk_widget_set_margin_start (GTK_WIDGET (grid), 18);
  gtk_widget_set_margin_end (GTK_WIDGET (grid), 18);
  gtk_widget_set_margin_top (GTK_WIDGET (grid), 18);
  gtk_widget_set_margin_bottom (GTK_WIDGET (grid), 18);
  add_label (grid, "", 0, 0, NULL);
  add_label (grid, a, 1, 0, "dim-label");
  add_label (grid, b, 2, 0, "dim-label");
  add_values (grid, &row, _("Parameters and Settings"), self->comparison->values, NULL, _("None"));
  add_values (grid, &row, _("Environment Names in One Run Only"), self->comparison->environment, _("set"), _("None: both had the same names"));
  return scrolled (GTK_WIDGET (grid));
}

/* --- file --- */

static void
style_diff (GtkTextBuffer *buffer)
{
  const SyStyle *style = sy_theme_get_style ();
  GdkRGBA removed = sy_theme_rgba (&style->state[SY_STATE_FAILED]), added = sy_theme_rgba (&style->state[SY_STATE_SUCCEEDED]);
  GtkTextTag *removed_tag = gtk_text_buffer_create_tag (buffer, NULL, "foreground-rgba", &removed, NULL);
  GtkTextTag *added_tag = gtk_text_buffer_create_tag (buffer, NULL, "foreground-rgba", &added, NULL);

  for (int i = 0; i < gtk_text_buffer_get_line_count (buffer); i++)
    {
      GtkTextIter start, end;
      gunichar sign;

      gtk_text_buffer_get_iter_at_line (buffer, &start, i);
      sign = gtk_text_iter_get_char (&start);
      end = start;
      gtk_text_iter_forward_to_line_end (&end);
      if (sign == '-' || sign == '+')
        gtk_text_buffer_apply_tag (buffer, sign == '-' ? removed_tag : added_tag, &start, &end);
    }
}

static GtkWidget *
make_file (const char *diff)
{
  GtkWidget *view;
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);

  if (diff == NULL || *diff == '\0')
    {
      GtkWidget *label = gtk_label_new (_("The workflow file is the same."));

      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_set_vexpand (label, TRUE);
      return label;
    }
  gtk_text_buffer_set_text (buffer, diff, -1);
  style_diff (buffer);
  view = gtk_text_view_new_with_buffer (buffer);
  gtk_text_view_set_editable (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_monospace (GTK_TEXT_VIEW (view), TRUE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Changes of the File"), -1);
  return scrolled (view);
}

/* --- life --- */

static void
sy_compare_window_finalize (GObject *object)
{
  SyCompareWindow *self = SY_COMPARE_WINDOW (object);

  g_clear_object (&self->items);
  sy_run_comparison_free (self->comparison);
  g_free (self->text);
  G_OBJECT_CLASS (sy_compare_window_parent_class)->finalize (object);
}

static void
sy_compare_window_class_init (SyCompareWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_compare_window_finalize;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
  signals[OPEN_RUN] = g_signal_new ("open-run", SY_TYPE_COMPARE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_STRING, G_TYPE_STRING);
  signals[ANSWER] = g_signal_new ("answer", SY_TYPE_COMPARE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
sy_compare_window_init (SyCompareWindow *self)
{
  gtk_window_set_default_size (GTK_WINDOW (self), 920, 620);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (self), TRUE);
}

static GtkWidget *
make_header (SyCompareWindow *self)
{
  GtkWidget *header = adw_header_bar_new (), *copy = gtk_button_new_with_label (_("Copy as Text"));

  self->header = header;
  g_signal_connect_object (copy, "clicked", G_CALLBACK (on_copy), self, G_CONNECT_SWAPPED);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), copy);
  return header;
}

static void
say_run (GString *text, const SyGridRun *run)
{
  g_autofree char *words = sy_history_words_run (run, g_get_real_time ());

  g_string_append_printf (text, "%s%s", text->len > 0 ? "  →  " : "", g_strdelimit (words, "\n", ' '));
}

static GtkWidget *
make_summary (SyCompareWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *runs, *summary;
  g_autofree char *text = sy_run_comparison_summary (self->comparison);
  g_autoptr (GString) both = g_string_new (NULL);

  say_run (both, self->comparison->a);
  say_run (both, self->comparison->b);
  summary = gtk_label_new (text);
  runs = gtk_label_new (both->str);
  gtk_label_set_xalign (GTK_LABEL (summary), 0);
  gtk_label_set_xalign (GTK_LABEL (runs), 0);
  gtk_label_set_wrap (GTK_LABEL (runs), TRUE);
  gtk_widget_add_css_class (summary, "heading");
  gtk_widget_add_css_class (runs, "dim-label");
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_widget_set_margin_top (box, 10);
  gtk_widget_set_margin_bottom (box, 10);
  gtk_box_append (GTK_BOX (box), summary);
  gtk_box_append (GTK_BOX (box), runs);
  return box;
}

GtkWidget *
sy_compare_window_new (SyRunComparison *comparison, const char *workflow_name)
{
  SyCompareWindow *self = g_object_new (SY_TYPE_COMPARE_WINDOW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = make_header (self), *stack = adw_view_stack_new ();
  GtkWidget *switcher = adw_view_switcher_new ();
  g_autofree char *title = g_strdup_printf (_("%s: Run %u and Run %u"), workflow_name, comparison->a->number, comparison->b->number);

  self->comparison = comparison;
  self->text = sy_run_comparison_to_text (comparison);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_view_stack_add_titled_with_icon (ADW_VIEW_STACK (stack), make_tasks (self), "tasks", _("Tasks"), "sy-history-symbolic");
  adw_view_stack_add_titled_with_icon (ADW_VIEW_STACK (stack), make_values (self), "values", _("Values"), "view-list-symbolic");
  adw_view_stack_add_titled_with_icon (ADW_VIEW_STACK (stack), make_file (comparison->diff), "file", _("File"), "text-x-generic-symbolic");
  adw_view_switcher_set_stack (ADW_VIEW_SWITCHER (switcher), ADW_VIEW_STACK (stack));
  adw_view_switcher_set_policy (ADW_VIEW_SWITCHER (switcher), ADW_VIEW_SWITCHER_POLICY_WIDE);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), switcher);
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), make_summary (self));
  gtk_box_append (GTK_BOX (box), stack);
  adw_window_set_content (ADW_WINDOW (self), box);
  return GTK_WIDGET (self);
}

GtkWidget *
sy_compare_window_new_for_file (const char *title, const char *subtitle, const char *diff)
{
  SyCompareWindow *self = g_object_new (SY_TYPE_COMPARE_WINDOW, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0), *header = make_header (self);

  self->text = g_strdup (diff);
  gtk_window_set_title (GTK_WINDOW (self), title);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), adw_window_title_new (title, subtitle));
  gtk_box_append (GTK_BOX (box), header);
  gtk_box_append (GTK_BOX (box), make_file (diff));
  adw_window_set_content (ADW_WINDOW (self), box);
  return GTK_WIDGET (self);
}

static void
on_answer (GtkButton *button, SyCompareWindow *self)
{
  g_signal_emit (self, signals[ANSWER], 0, g_object_get_data (G_OBJECT (button), "answer"));
  gtk_window_destroy (GTK_WINDOW (self));
}

void
sy_compare_window_add_answer (SyCompareWindow *self, const char *label, const char *answer)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_return_if_fail (SY_IS_COMPARE_WINDOW (self));
  g_object_set_data_full (G_OBJECT (button), "answer", g_strdup (answer), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_answer), self, 0);
  adw_header_bar_pack_end (ADW_HEADER_BAR (self->header), button);
}
