/* sy-broken-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-broken-bar.h"

#include "views/sy-problem-words.h"

#include <glib/gi18n.h>

#define MOST_ROWS 100
#define MOST_HEIGHT 132 /* pixels of the list: the graph stays in sight */

struct _SyBrokenBar
{
  GtkWidget parent;

  GtkRevealer *revealer;
  GtkLabel *title, *note;
  GtkBox *list;
};

G_DEFINE_FINAL_TYPE (SyBrokenBar, sy_broken_bar, GTK_TYPE_WIDGET)

enum { SHOW_PLACE, N_SIGNALS };
static guint signals[N_SIGNALS];

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_yalign (GTK_LABEL (label), 0);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static void
on_clicked (GtkWidget *row, SyBrokenBar *self)
{
  g_signal_emit (self, signals[SHOW_PLACE], 0, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "line")),
                 GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "column")));
}

/* "5:18  There is no task “nowhere”" */
static GtkWidget *
make_row (SyBrokenBar *self, const SyDesignProblem *problem)
{
  GtkWidget *row = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *words;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *place = problem->line > 0 ? g_strdup_printf ("%u:%u", problem->line, problem->column) : g_strdup ("–");
  g_autofree char *said = NULL;

  sy_problem_words (problem, "", text);
  said = problem->line > 0 ? g_strdup_printf (_("Line %u, column %u: %s"), problem->line, problem->column, text->str) : g_strdup (text->str);
  words = make_label (text->str, NULL);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), make_label (place, "dim-label"));
  gtk_label_set_width_chars (GTK_LABEL (gtk_widget_get_first_child (box)), 6);
  gtk_widget_add_css_class (gtk_widget_get_first_child (box), "numeric");
  gtk_box_append (GTK_BOX (box), words);
  gtk_button_set_child (GTK_BUTTON (row), box);
  gtk_widget_add_css_class (row, "flat");
  gtk_widget_set_sensitive (row, problem->line > 0);
  g_signal_connect (row, "clicked", G_CALLBACK (on_clicked), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said, -1);
  g_object_set_data (G_OBJECT (row), "line", GUINT_TO_POINTER (problem->line));
  g_object_set_data (G_OBJECT (row), "column", GUINT_TO_POINTER (problem->column));
  return row;
}

void
sy_broken_bar_show (SyBrokenBar *self, const char *title, const char *note, const GPtrArray *problems)
{
  GtkWidget *row;

  g_return_if_fail (SY_IS_BROKEN_BAR (self));
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_box_remove (self->list, row);
  gtk_widget_set_visible (GTK_WIDGET (self), title != NULL);
  gtk_revealer_set_reveal_child (self->revealer, title != NULL);
  if (title == NULL)
    return;
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->note, note);
  for (guint i = 0; i < problems->len && i < MOST_ROWS; i++)
    gtk_box_append (self->list, make_row (self, g_ptr_array_index (problems, i)));
}

/* --- life --- */

static void
sy_broken_bar_dispose (GObject *object)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (object));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_broken_bar_parent_class)->dispose (object);
}

static void
sy_broken_bar_class_init (SyBrokenBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_broken_bar_dispose;
  signals[SHOW_PLACE] = g_signal_new ("show-place", SY_TYPE_BROKEN_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                      G_TYPE_UINT);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "brokenbar");
}

static GtkWidget *
make_head (SyBrokenBar *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *edit = gtk_button_new_with_label (_("Edit"));

  self->title = GTK_LABEL (make_label (NULL, "heading"));
  self->note = GTK_LABEL (make_label (NULL, "dim-label"));
  gtk_label_set_ellipsize (self->title, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_ellipsize (self->note, PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (self->note));
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (head), gtk_image_new_from_icon_name ("dialog-warning-symbolic"));
  gtk_box_append (GTK_BOX (head), words);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (edit), "win.edit");
  gtk_widget_set_valign (edit, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), edit);
  return head;
}

static void
sy_broken_bar_init (SyBrokenBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8), *scroll = gtk_scrolled_window_new ();

  self->list = GTK_BOX (gtk_box_new (GTK_ORIENTATION_VERTICAL, 0));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), MOST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), GTK_WIDGET (self->list));
  gtk_box_append (GTK_BOX (box), make_head (self));
  gtk_box_append (GTK_BOX (box), scroll);
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sy_broken_bar_new (void)
{
  return g_object_new (SY_TYPE_BROKEN_BAR, NULL);
}
