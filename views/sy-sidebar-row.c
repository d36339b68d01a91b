/* sy-sidebar-row.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-sidebar-row.h"

#include "views/sy-state-icon.h"

#define ICON 16

struct _SySidebarRow
{
  GObject parent;
  SySidebarFacts facts; /* its strings are owned */
};

G_DEFINE_FINAL_TYPE (SySidebarRow, sy_sidebar_row, G_TYPE_OBJECT)

enum { CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
copy_facts (SySidebarFacts *to, const SySidebarFacts *from)
{
  *to = *from;
  to->key = g_strdup (from->key);
  to->title = g_strdup (from->title);
  to->detail = g_strdup (from->detail);
  to->css = g_strdup (from->css);
  to->uuid = g_strdup (from->uuid);
  to->path = g_strdup (from->path);
  to->status = g_strdup (from->status);
}

static void
clear_facts (SySidebarFacts *facts)
{
  const char *owned[] = { facts->key, facts->title, facts->detail, facts->css, facts->uuid, facts->path, facts->status };

  for (guint i = 0; i < G_N_ELEMENTS (owned); i++)
    g_free ((char *) owned[i]);
}

/* Of two that have the same key */
static gboolean
say_the_same (const SySidebarFacts *a, const SySidebarFacts *b)
{
  return g_strcmp0 (a->title, b->title) == 0 && g_strcmp0 (a->detail, b->detail) == 0 && g_strcmp0 (a->uuid, b->uuid) == 0
         && g_strcmp0 (a->status, b->status) == 0 && a->state == b->state && ABS (a->share - b->share) < 1e-6;
}

static void
sy_sidebar_row_finalize (GObject *object)
{
  clear_facts (&SY_SIDEBAR_ROW (object)->facts);
  G_OBJECT_CLASS (sy_sidebar_row_parent_class)->finalize (object);
}

static void
sy_sidebar_row_class_init (SySidebarRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_sidebar_row_finalize;
  signals[CHANGED] = g_signal_new ("changed", SY_TYPE_SIDEBAR_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sy_sidebar_row_init (SySidebarRow *self)
{
}

SySidebarRow *
sy_sidebar_row_new (const SySidebarFacts *facts)
{
  SySidebarRow *self = g_object_new (SY_TYPE_SIDEBAR_ROW, NULL);

  copy_facts (&self->facts, facts);
  return self;
}

const SySidebarFacts *
sy_sidebar_row_get_facts (SySidebarRow *self)
{
  g_return_val_if_fail (SY_IS_SIDEBAR_ROW (self), NULL);
  return &self->facts;
}

static void
take (SySidebarRow *self, const SySidebarFacts *facts)
{
  SySidebarFacts old = self->facts;

  if (say_the_same (&old, facts))
    return;
  copy_facts (&self->facts, facts);
  clear_facts (&old);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- its widget --- */

typedef struct
{
  GtkWidget *row, *icon, *bar;
  GtkLabel *title, *detail;
} Parts;

static void
show_facts (SySidebarRow *self, Parts *parts)
{
  const SySidebarFacts *facts = &self->facts;
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", facts->title, facts->status, facts->detail);

  gtk_label_set_text (parts->title, facts->title);
  gtk_label_set_text (parts->detail, facts->detail);
  sy_state_icon_set_state (SY_STATE_ICON (parts->icon), facts->state);
  gtk_widget_set_visible (parts->bar, facts->share >= 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (parts->bar), CLAMP (facts->share, 0, 1));
  gtk_accessible_update_property (GTK_ACCESSIBLE (parts->row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_changed (SySidebarRow *self, GtkWidget *row)
{
  show_facts (self, g_object_get_data (G_OBJECT (row), "parts"));
}

static GtkWidget *
make_label (const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  return label;
}

static GtkWidget *
make_heading (GtkWidget *row, const SySidebarFacts *facts)
{
  GtkWidget *label = make_label (facts->title, facts->css);

  gtk_widget_add_css_class (label, "sidebar-heading");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_focusable (row, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, facts->title, -1);
  return row;
}

GtkWidget *
sy_sidebar_row_make_widget (SySidebarRow *self)
{
  GtkWidget *row = gtk_list_box_row_new (), *box, *words;
  Parts *parts;

  if (self->facts.nested)
    gtk_widget_add_css_class (row, "nested");
  if (self->facts.uuid == NULL)
    return make_heading (row, &self->facts);
  parts = g_new0 (Parts, 1);
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  *parts = (Parts){ row, sy_state_icon_new (self->facts.state, ICON), gtk_progress_bar_new (),
                    GTK_LABEL (make_label (NULL, self->facts.file ? "heading" : NULL)), GTK_LABEL (make_label (NULL, "caption")) };
  gtk_widget_add_css_class (GTK_WIDGET (parts->detail), "dim-label");
  gtk_widget_set_margin_top (parts->bar, 3);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (parts->title));
  gtk_box_append (GTK_BOX (words), GTK_WIDGET (parts->detail));
  gtk_box_append (GTK_BOX (words), parts->bar);
  gtk_box_append (GTK_BOX (box), parts->icon);
  gtk_box_append (GTK_BOX (box), words);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  g_object_set_data_full (G_OBJECT (row), "parts", parts, g_free);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (self), g_object_unref);
  g_signal_connect_object (self, "changed", G_CALLBACK (on_changed), row, 0);
  show_facts (self, parts);
  return row;
}

/* --- a list of them --- */

/* Takes the facts over where both are the same line. */
static gboolean
is_same_line (GListStore *store, guint position, SySidebarRow *newer)
{
  g_autoptr (SySidebarRow) older = g_list_model_get_item (G_LIST_MODEL (store), position);

  if (!g_str_equal (older->facts.key, newer->facts.key))
    return FALSE;
  take (older, &newer->facts);
  return TRUE;
}

void
sy_sidebar_rows_update (GListStore *store, GPtrArray *rows)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (store)), before = 0, after = 0;

  while (before < MIN (n, rows->len) && is_same_line (store, before, g_ptr_array_index (rows, before)))
    before++;
  while (after < MIN (n, rows->len) - before
         && is_same_line (store, n - 1 - after, g_ptr_array_index (rows, rows->len - 1 - after)))
    after++;
  if (before + after < n || before + after < rows->len)
    g_list_store_splice (store, before, n - before - after, rows->pdata + before, rows->len - before - after);
}
