/* sy-sidebar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-sidebar.h"

#include "core/model/sy-words.h"
#include "views/sy-state-icon.h"

#include <adwaita.h>

#define RUNS_SHOWN 40 /* of an open workflow */

/* --- one run --- */

struct _SyRunItem
{
  GObject parent;
  char *uuid, *path, *name;
  guint number;
  SyRunStatus status;
  gboolean live;
  gint64 created_us, ended_us;
  guint32 counts[SY_N_STATES];
};

G_DEFINE_FINAL_TYPE (SyRunItem, sy_run_item, G_TYPE_OBJECT)

static void
sy_run_item_finalize (GObject *object)
{
  SyRunItem *self = SY_RUN_ITEM (object);

  g_free (self->uuid);
  g_free (self->path);
  g_free (self->name);
  G_OBJECT_CLASS (sy_run_item_parent_class)->finalize (object);
}

static void
sy_run_item_class_init (SyRunItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_run_item_finalize;
}

static void
sy_run_item_init (SyRunItem *self)
{
}

SyRunItem *
sy_run_item_new (const SyRunItemFacts *facts)
{
  SyRunItem *self = g_object_new (SY_TYPE_RUN_ITEM, NULL);

  self->uuid = g_strdup (facts->uuid);
  self->path = g_strdup (facts->path);
  self->name = g_strdup (facts->name != NULL ? facts->name : "?");
  self->number = facts->number;
  self->status = facts->status;
  self->live = facts->live;
  self->created_us = facts->created_us;
  self->ended_us = facts->ended_us;
  memcpy (self->counts, facts->counts, sizeof self->counts);
  return self;
}

gboolean
sy_run_item_is_live (SyRunItem *self)
{
  return self->live;
}

static gboolean
is_interrupted (const SyRunItem *item)
{
  return !item->live && !sy_run_status_is_final (item->status) && item->status != SY_RUN_PAUSED;
}

static gboolean
needs_user (const SyRunItem *item)
{
  return item->status == SY_RUN_WAITING || item->status == SY_RUN_STALLED || is_interrupted (item);
}

static guint32
count_all (const SyRunItem *item)
{
  guint32 n = 0;

  for (guint i = 0; i < SY_N_STATES; i++)
    n += item->counts[i];
  return n;
}

static guint32
count_done (const SyRunItem *item)
{
  return count_all (item) - item->counts[SY_STATE_PENDING] - item->counts[SY_STATE_READY]
         - item->counts[SY_STATE_RUNNING] - item->counts[SY_STATE_WAITING];
}

/* --- the list --- */

struct _SySidebar
{
  GtkWidget parent;
  GtkWidget *list;
  GPtrArray *items;     /* (owned) SyRunItem */
  char *uuid, *path;    /* shown by the window */
  GHashTable *open;     /* paths whose runs are listed */
};

G_DEFINE_FINAL_TYPE (SySidebar, sy_sidebar, GTK_TYPE_WIDGET)

enum { OPEN_RUN, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
day_words (gint64 wall_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 days = g_date_time_to_unix (now) / 86400 - g_date_time_to_unix (then) / 86400;

  if (g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now) && days < 2)
    return g_strdup ("Today");
  if (days < 2)
    return g_strdup ("Yesterday");
  return g_date_time_format (then, days < 7 ? "%A" : days < 300 ? "%e %B" : "%x");
}

static char *
time_words (gint64 wall_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);

  return g_date_time_format (then, "%H:%M");
}

static void
append_counted (GString *text, gint64 n, const char *one, const char *many)
{
  g_autofree char *words = sy_words_counted (n, one, many);

  g_string_append (text, words);
}

static char *
progress_words (const SyRunItem *item)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "Run %u · ", item->number);
  sy_words_count (text, count_done (item));
  g_string_append (text, " of ");
  sy_words_count (text, count_all (item));
  return g_string_free (text, FALSE);
}

/* "4 tasks · 10:12", "2 failed · Yesterday" */
static char *
item_words (const SyRunItem *item, gboolean with_day)
{
  g_autofree char *day = with_day ? day_words (item->created_us) : NULL;
  g_autofree char *when = with_day && !g_str_equal (day, "Today") ? g_steal_pointer (&day) : time_words (item->created_us);
  GString *text = g_string_new (NULL);

  if (is_interrupted (item))
    g_string_append (text, "Interrupted");
  else if (item->counts[SY_STATE_FAILED] > 0)
    append_counted (text, item->counts[SY_STATE_FAILED], "%s failed", "%s failed");
  else if (item->counts[SY_STATE_LOST] > 0)
    append_counted (text, item->counts[SY_STATE_LOST], "%s lost", "%s lost");
  else if (item->status == SY_RUN_SUCCEEDED)
    append_counted (text, count_all (item), "%s task", "%s tasks");
  else
    g_string_append (text, sy_run_status_words (item->status));
  g_string_append_printf (text, " · %s", when);
  if (!with_day && item->ended_us > item->created_us)
    {
      g_string_append (text, " · ");
      sy_words_duration (text, item->ended_us - item->created_us);
    }
  return g_string_free (text, FALSE);
}

static GtkWidget *
add_row (SySidebar *self, GtkWidget *child, gboolean activatable)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), child);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), activatable);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), activatable);
  gtk_list_box_append (GTK_LIST_BOX (self->list), row);
  return row;
}

static void
add_heading (SySidebar *self, const char *text, const char *css)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, css);
  gtk_widget_add_css_class (label, "sidebar-heading");
  gtk_widget_set_focusable (add_row (self, label, FALSE), FALSE);
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

/* @file: opens the workflow, else the run */
static GtkWidget *
add_item (SySidebar *self, const SyRunItem *item, const char *title, const char *detail, gboolean bar, gboolean file)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *caption = make_label (detail, "caption");
  g_autofree char *name = g_strdup_printf ("%s, %s, %s", title, sy_run_status_words (item->status), detail);
  GtkWidget *row;

  gtk_widget_add_css_class (caption, "dim-label");
  gtk_box_append (GTK_BOX (box), sy_state_icon_new (is_interrupted (item) ? SY_STATE_LOST : sy_state_of_run (item->status), 16));
  gtk_box_append (GTK_BOX (words), make_label (title, file ? "heading" : NULL));
  gtk_box_append (GTK_BOX (words), caption);
  if (bar)
    {
      GtkWidget *level = gtk_progress_bar_new ();

      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (level), count_done (item) / (double) MAX (1, count_all (item)));
      gtk_widget_set_margin_top (level, 3);
      gtk_box_append (GTK_BOX (words), level);
    }
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (box), words);
  row = add_row (self, box, TRUE);
  g_object_set_data_full (G_OBJECT (row), "uuid", g_strdup (item->uuid), g_free);
  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (item->path), g_free);
  g_object_set_data (G_OBJECT (row), "file", GINT_TO_POINTER (file));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return row;
}

/* --- sections --- */

static void
add_section (SySidebar *self, const char *title, gboolean (*wanted) (const SyRunItem *), gboolean bar)
{
  gboolean said = FALSE;

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *detail = NULL;
      GtkWidget *row;

      if (!wanted (item))
        continue;
      if (!said)
        add_heading (self, title, "heading");
      said = TRUE;
      detail = bar ? progress_words (item) : item_words (item, TRUE);
      row = add_item (self, item, item->name, detail, bar, FALSE);
      if (g_strcmp0 (self->uuid, item->uuid) == 0)
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
    }
}

static gboolean
is_running (const SyRunItem *item)
{
  return item->live && !sy_run_status_is_final (item->status) && !needs_user (item);
}

static void
add_runs_of (SySidebar *self, const char *path)
{
  g_autofree char *last_day = NULL;
  guint n = 0;

  for (guint i = 0; i < self->items->len && n < RUNS_SHOWN; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *day = NULL;
      g_autofree char *title = NULL;
      g_autofree char *detail = NULL;
      GtkWidget *row;

      if (g_strcmp0 (item->path, path) != 0)
        continue;
      n++;
      day = day_words (item->created_us);
      if (g_strcmp0 (day, last_day) != 0)
        {
          add_heading (self, day, "caption-heading");
          gtk_widget_add_css_class (gtk_widget_get_last_child (self->list), "nested");
        }
      g_free (last_day);
      last_day = g_strdup (day);
      title = g_strdup_printf ("Run %u", item->number);
      detail = item_words (item, FALSE);
      row = add_item (self, item, title, detail, FALSE, FALSE);
      gtk_widget_add_css_class (row, "nested");
      if (g_strcmp0 (self->uuid, item->uuid) == 0)
        gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
    }
}

static void
add_workflows (SySidebar *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *detail = NULL;

      if (item->path == NULL || !g_hash_table_add (seen, item->path))
        continue;
      if (g_hash_table_size (seen) == 1)
        add_heading (self, "Workflows", "heading");
      detail = item_words (item, TRUE);
      add_item (self, item, item->name, detail, FALSE, TRUE);
      if (g_hash_table_contains (self->open, item->path))
        add_runs_of (self, item->path);
    }
}

static void
rebuild (SySidebar *self)
{
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), row);
  add_section (self, "Needs You", needs_user, FALSE);
  add_section (self, "Running", is_running, TRUE);
  add_workflows (self);
  if (self->items->len == 0)
    add_heading (self, "No runs yet", "dim-label");
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *row, SySidebar *self)
{
  g_autofree char *uuid = g_strdup (g_object_get_data (G_OBJECT (row), "uuid"));
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (row), "path"));

  if (!GPOINTER_TO_INT (g_object_get_data (G_OBJECT (row), "file")))
    {
      g_signal_emit (self, signals[OPEN_RUN], 0, uuid);
      return;
    }
  if (!g_hash_table_remove (self->open, path))
    {
      g_hash_table_add (self->open, g_strdup (path));
      if (g_strcmp0 (path, self->path) != 0)
        g_signal_emit (self, signals[OPEN_RUN], 0, uuid);
    }
  rebuild (self);
}

void
sy_sidebar_set_runs (SySidebar *self, GPtrArray *items)
{
  g_return_if_fail (SY_IS_SIDEBAR (self));
  g_ptr_array_ref (items);
  g_ptr_array_unref (self->items);
  self->items = items;
  rebuild (self);
}

void
sy_sidebar_set_current (SySidebar *self, const char *uuid, const char *path)
{
  g_return_if_fail (SY_IS_SIDEBAR (self));
  if (g_strcmp0 (self->uuid, uuid) == 0 && g_strcmp0 (self->path, path) == 0)
    return;
  g_free (self->uuid);
  g_free (self->path);
  self->uuid = g_strdup (uuid);
  self->path = g_strdup (path);
  rebuild (self);
}

/* --- life --- */

static void
sy_sidebar_dispose (GObject *object)
{
  SySidebar *self = SY_SIDEBAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_sidebar_parent_class)->dispose (object);
}

static void
sy_sidebar_finalize (GObject *object)
{
  SySidebar *self = SY_SIDEBAR (object);

  g_ptr_array_unref (self->items);
  g_hash_table_unref (self->open);
  g_free (self->uuid);
  g_free (self->path);
  G_OBJECT_CLASS (sy_sidebar_parent_class)->finalize (object);
}

static void
sy_sidebar_class_init (SySidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = sy_sidebar_dispose;
  object_class->finalize = sy_sidebar_finalize;
  signals[OPEN_RUN] = g_signal_new ("open-run", SY_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                    G_TYPE_STRING);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sysidebar");
}

static void
sy_sidebar_init (SySidebar *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_SINGLE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, "Runs", -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_activated), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  gtk_widget_set_vexpand (scroll, TRUE);
  gtk_widget_set_parent (scroll, GTK_WIDGET (self));
}

GtkWidget *
sy_sidebar_new (void)
{
  return g_object_new (SY_TYPE_SIDEBAR, NULL);
}
