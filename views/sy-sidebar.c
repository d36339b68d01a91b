/* sy-sidebar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-sidebar.h"

#include "core/model/sy-words.h"
#include "views/sy-sidebar-row.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

#define RUNS_SHOWN 40 /* of an open workflow */

/* --- one run --- */

struct _SyRunItem
{
  GObject parent;
  char *uuid, *path, *name;
  guint number;
  SyRunStatus status;
  gboolean live, pinned;
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
  self->name = g_strdelimit (g_strdup (facts->name != NULL ? facts->name : "?"), "\n\r\t", ' '); /* one line of the list */
  self->number = facts->number;
  self->status = facts->status;
  self->live = facts->live;
  self->pinned = facts->pinned;
  self->created_us = facts->created_us;
  self->ended_us = facts->ended_us;
  memcpy (self->counts, facts->counts, sizeof self->counts);
  return self;
}

SyRunItemFacts
sy_run_item_get_facts (SyRunItem *self)
{
  return (SyRunItemFacts){ .uuid = self->uuid, .path = self->path, .name = self->name, .number = self->number, .status = self->status,
                           .live = self->live, .pinned = self->pinned, .created_us = self->created_us, .ended_us = self->ended_us,
                           .counts = self->counts };
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
  GListStore *rows;     /* (owned) SySidebarRow */
  GPtrArray *items;     /* (owned) SyRunItem */
  char *uuid, *path;    /* shown by the window */
  GHashTable *open;     /* paths whose runs are listed */
};

G_DEFINE_FINAL_TYPE (SySidebar, sy_sidebar, GTK_TYPE_WIDGET)

enum { OPEN_RUN, MENU, N_SIGNALS };
static guint signals[N_SIGNALS];

static char *
day_words (gint64 wall_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  gint64 days = g_date_time_to_unix (now) / 86400 - g_date_time_to_unix (then) / 86400;

  if (g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now) && days < 2)
    return g_strdup (_("Today"));
  if (days < 2)
    return g_strdup (_("Yesterday"));
  return g_date_time_format (then, days < 7 ? "%A" : days < 300 ? C_("a day of this year, for strftime", "%e %B") : "%x");
}

static char *
time_words (gint64 wall_us)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);

  return g_date_time_format (then, "%H:%M");
}

static char *
progress_words (const SyRunItem *item)
{
  g_autoptr (GString) done = g_string_new (NULL), all = g_string_new (NULL);

  sy_words_count (done, count_done (item));
  sy_words_count (all, count_all (item));
  return g_strdup_printf (_("Run %u · %s of %s"), item->number, done->str, all->str);
}

/* "4 tasks · 10:12", "2 failed · Yesterday" */
static char *
item_words (const SyRunItem *item, gboolean with_day)
{
  g_autofree char *day = with_day ? day_words (item->created_us) : NULL;
  g_autofree char *when = with_day && !g_str_equal (day, _("Today")) ? g_steal_pointer (&day) : time_words (item->created_us);
  GString *text = g_string_new (NULL);

  if (is_interrupted (item))
    g_string_append (text, _("Interrupted"));
  else if (item->counts[SY_STATE_FAILED] > 0)
    sy_words_more (text, ngettext ("%s failed", "%s failed", item->counts[SY_STATE_FAILED]), item->counts[SY_STATE_FAILED]);
  else if (item->counts[SY_STATE_LOST] > 0)
    sy_words_more (text, ngettext ("%s lost", "%s lost", item->counts[SY_STATE_LOST]), item->counts[SY_STATE_LOST]);
  else if (item->status == SY_RUN_SUCCEEDED)
    sy_words_more (text, ngettext ("%s task", "%s tasks", count_all (item)), count_all (item));
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

/* @context: tells a line from one of the same words elsewhere in the list */
static void
add_heading (GPtrArray *rows, const char *context, const char *text, const char *css, gboolean nested)
{
  g_autofree char *key = g_strdup_printf ("heading %s %s", context, text);

  g_ptr_array_add (rows, sy_sidebar_row_new (&(SySidebarFacts){ .key = key, .title = text, .css = css, .nested = nested, .share = -1 }));
}

/* @facts: where it stands; what its run says is filled in. */
static void
add_item (GPtrArray *rows, const SyRunItem *item, const char *section, SySidebarFacts facts)
{
  g_autofree char *key = g_strdup_printf ("%s %s", section, facts.file ? item->path : item->uuid);

  facts.key = key;
  facts.uuid = item->uuid;
  facts.path = item->path;
  facts.state = is_interrupted (item) ? SY_STATE_LOST : sy_state_of_run (item->status);
  facts.status = sy_run_status_words (item->status);
  g_ptr_array_add (rows, sy_sidebar_row_new (&facts));
}

/* --- sections --- */

static void
add_section (SySidebar *self, GPtrArray *rows, const char *title, gboolean (*wanted) (const SyRunItem *), gboolean bar)
{
  gboolean said = FALSE;

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *detail = NULL;
      double share = count_done (item) / (double) MAX (1, count_all (item));

      if (!wanted (item))
        continue;
      if (!said)
        add_heading (rows, "", title, "heading", FALSE);
      said = TRUE;
      detail = bar ? progress_words (item) : item_words (item, TRUE);
      add_item (rows, item, title, (SySidebarFacts){ .title = item->name, .detail = detail, .share = bar ? share : -1 });
    }
}

static gboolean
is_running (const SyRunItem *item)
{
  return item->live && !sy_run_status_is_final (item->status) && !needs_user (item);
}

static void
add_runs_of (SySidebar *self, GPtrArray *rows, const char *path)
{
  g_autofree char *last_day = NULL;
  guint n = 0;

  for (guint i = 0; i < self->items->len && n < RUNS_SHOWN; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *day = NULL;
      g_autofree char *title = NULL;
      g_autofree char *detail = NULL;

      if (g_strcmp0 (item->path, path) != 0)
        continue;
      n++;
      day = day_words (item->created_us);
      if (g_strcmp0 (day, last_day) != 0)
        add_heading (rows, path, day, "caption-heading", TRUE);
      g_free (last_day);
      last_day = g_strdup (day);
      title = g_strdup_printf (_("Run %u"), item->number);
      detail = item_words (item, FALSE);
      add_item (rows, item, "run", (SySidebarFacts){ .title = title, .detail = detail, .share = -1, .nested = TRUE });
    }
}

static void
add_workflows (SySidebar *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->items->len; i++)
    {
      const SyRunItem *item = g_ptr_array_index (self->items, i);
      g_autofree char *detail = NULL;

      if (item->path == NULL || !g_hash_table_add (seen, item->path))
        continue;
      if (g_hash_table_size (seen) == 1)
        add_heading (rows, "", _("Workflows"), "heading", FALSE);
      detail = item_words (item, TRUE);
      add_item (rows, item, "workflow", (SySidebarFacts){ .title = item->name, .detail = detail, .share = -1, .file = TRUE });
      if (g_hash_table_contains (self->open, item->path))
        add_runs_of (self, rows, item->path);
    }
}

/* The last line of the run shown: below its workflow, where that is open; else the workflow's own */
static void
select_current (SySidebar *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  GtkListBoxRow *current = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SySidebarRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);
      const SySidebarFacts *facts = sy_sidebar_row_get_facts (row);
      gboolean is_run = !facts->file && self->uuid != NULL && g_strcmp0 (facts->uuid, self->uuid) == 0;

      if (is_run || (current == NULL && facts->file && self->path != NULL && g_strcmp0 (facts->path, self->path) == 0))
        current = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) i);
    }
  if (current != gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list)))
    gtk_list_box_select_row (GTK_LIST_BOX (self->list), current);
}

static void
update (SySidebar *self)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  add_section (self, rows, _("Needs You"), needs_user, FALSE);
  add_section (self, rows, _("Running"), is_running, TRUE);
  add_workflows (self, rows);
  if (self->items->len == 0)
    add_heading (rows, "", _("No runs yet"), "dim-label", FALSE);
  sy_sidebar_rows_update (self->rows, rows);
  select_current (self);
}

static GtkWidget *
make_widget (gpointer item, gpointer data)
{
  return sy_sidebar_row_make_widget (item);
}

static void
on_activated (GtkListBox *list, GtkListBoxRow *widget, SySidebar *self)
{
  g_autoptr (SySidebarRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), (guint) gtk_list_box_row_get_index (widget));
  const SySidebarFacts *facts = sy_sidebar_row_get_facts (row);
  g_autofree char *uuid = g_strdup (facts->uuid); /* what is opened changes the lines */

  if (!facts->file)
    {
      g_signal_emit (self, signals[OPEN_RUN], 0, uuid);
      return;
    }
  if (!g_hash_table_remove (self->open, facts->path))
    {
      g_hash_table_add (self->open, g_strdup (facts->path));
      if (g_strcmp0 (facts->path, self->path) != 0)
        g_signal_emit (self, signals[OPEN_RUN], 0, uuid);
    }
  update (self);
}

void
sy_sidebar_set_runs (SySidebar *self, GPtrArray *items)
{
  g_return_if_fail (SY_IS_SIDEBAR (self));
  g_ptr_array_ref (items);
  g_ptr_array_unref (self->items);
  self->items = items;
  update (self);
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
  update (self);
}

GPtrArray *
sy_sidebar_get_runs (SySidebar *self)
{
  g_return_val_if_fail (SY_IS_SIDEBAR (self), NULL);
  return self->items;
}

/* --- the menu of a run --- */

static void
show_menu (SySidebar *self, GtkListBoxRow *row, double x, double y)
{
  const char *uuid = row != NULL ? g_object_get_data (G_OBJECT (row), "uuid") : NULL;

  if (uuid == NULL)
    return;
  gtk_widget_translate_coordinates (self->list, GTK_WIDGET (self), x, y, &x, &y);
  g_signal_emit (self, signals[MENU], 0, uuid, x, y);
}

static void
on_menu_pressed (GtkGestureClick *gesture, int n_press, double x, double y, SySidebar *self)
{
  show_menu (self, gtk_list_box_get_row_at_y (GTK_LIST_BOX (self->list), (int) y), x, y);
}

static gboolean
on_menu_key (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  SySidebar *self = data;
  GtkWidget *row = gtk_widget_get_focus_child (self->list);
  double x, y;

  if (row == NULL || !gtk_widget_translate_coordinates (row, self->list, 24, gtk_widget_get_height (row) / 2.0, &x, &y))
    return FALSE;
  show_menu (self, GTK_LIST_BOX_ROW (row), x, y);
  return TRUE;
}

static void
add_menu_controllers (SySidebar *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();
  static const struct { guint key; GdkModifierType state; } triggers[] = { { GDK_KEY_Menu, 0 }, { GDK_KEY_F10, GDK_SHIFT_MASK } };

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_menu_pressed), self);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));
  for (guint i = 0; i < G_N_ELEMENTS (triggers); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (triggers[i].key, triggers[i].state),
                                                            gtk_callback_action_new (on_menu_key, self, NULL)));
  gtk_widget_add_controller (self->list, keys);
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
  g_object_unref (self->rows);
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
  signals[MENU] = g_signal_new ("menu", SY_TYPE_SIDEBAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING,
                                G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sysidebar");
}

static void
sy_sidebar_init (SySidebar *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->rows = g_list_store_new (SY_TYPE_SIDEBAR_ROW);
  self->list = gtk_list_box_new ();
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->rows), make_widget, NULL, NULL);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_SINGLE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"), -1);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_activated), self);
  add_menu_controllers (self);
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
