/* sy-outline.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-outline.h"

#include "core/model/sy-words.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

#define REFRESH_MS 250

/* A row: the index of a task */
#define SY_TYPE_OUTLINE_ROW (sy_outline_row_get_type ())
G_DECLARE_FINAL_TYPE (SyOutlineRow, sy_outline_row, SY, OUTLINE_ROW, GObject)
struct _SyOutlineRow
{
  GObject parent;
  guint32 task;
};
G_DEFINE_FINAL_TYPE (SyOutlineRow, sy_outline_row, G_TYPE_OBJECT)

static void
sy_outline_row_class_init (SyOutlineRowClass *klass)
{
}

static void
sy_outline_row_init (SyOutlineRow *self)
{
}

typedef enum { COLUMN_NAME, COLUMN_STATE, COLUMN_DETAIL, COLUMN_NEEDS, COLUMN_PREVIEW, N_COLUMNS } Column;

struct _SyOutline
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  GtkWidget *scrolled, *view;
  GListStore *rows;     /* (owned) SyOutlineRow of every task */
  GtkCustomFilter *filter;      /* owned by the filter model */
  GtkMultiSelection *selection; /* (owned) */
  GtkColumnViewColumn *preview; /* borrowed */
  GPtrArray *bound;     /* GtkListItem: rows in sight, all columns */
  guint refresh_source;
  gboolean syncing;
  gboolean stale;       /* while it is out of sight nothing is done for it */
};

G_DEFINE_FINAL_TYPE (SyOutline, sy_outline, GTK_TYPE_WIDGET)

/* --- cells --- */

static char *
needs_text (const SyWorkflow *workflow, const SyTask *task)
{
  GString *text = g_string_new (NULL);

  for (guint32 k = 0; k < task->n_needs && k < 6; k++)
    g_string_append_printf (text, "%s%s", k > 0 ? ", " : "", workflow->tasks[task->needs[k].task].id);
  if (task->n_needs > 6)
    sy_words_more (text, _(" and %s more"), task->n_needs - 6);
  return g_string_free (text, FALSE);
}

static char *
detail_text (SyOutline *self, guint32 index)
{
  SyLookFacts facts = { .now_wall_us = sy_run_model_get_now (self->model), .cpu_percent = -1 };
  SyLook look = { 0 };

  sy_run_model_get_usage (self->model, index, &facts.cpu_percent, &facts.rss);
  facts.progress = sy_run_model_get_progress (self->model, index);
  sy_look_fill (&look, sy_run_model_get_state (self->model), index, &facts);
  return sy_session_is_flaky (self->session, index) ? g_strdup_printf ("%s · %s", look.line, _("flaky")) : g_strdup (look.line);
}

static SyState
state_of (SyOutline *self, guint32 index)
{
  return (SyState) sy_run_model_get_task (self->model, index)->state;
}

static char *
preview_text (SyOutline *self, guint32 index)
{
  guint order;

  switch (sy_session_get_mark (self->session, index, &order))
    {
    case SY_MARK_WILL_RUN: return g_strdup_printf (_("%u, will run"), order);
    case SY_MARK_WILL_RUN_AGAIN: return g_strdup_printf (_("%u, runs again, was done"), order);
    case SY_MARK_RUNNING_NOW: return g_strdup (_("running now"));
    case SY_MARK_REUSED: return g_strdup (_("reused"));
    default: return g_strdup ("");
    }
}

static char *
cell_text (SyOutline *self, Column column, guint32 index)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->model);
  const SyTask *task = &workflow->tasks[index];

  switch (column)
    {
    case COLUMN_NAME: return g_strdup (task->label != NULL ? task->label : task->id);
    case COLUMN_STATE: return g_strdup (sy_state_words (state_of (self, index)));
    case COLUMN_DETAIL: return detail_text (self, index);
    case COLUMN_NEEDS: return needs_text (workflow, task);
    default: return preview_text (self, index);
    }
}

static void
fill_cell (SyOutline *self, GtkListItem *item)
{
  SyOutlineRow *row = gtk_list_item_get_item (item);
  GtkWidget *child = gtk_list_item_get_child (item), *label = GTK_IS_LABEL (child) ? child : gtk_widget_get_last_child (child);
  Column column = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (item), "column"));
  g_autofree char *text = NULL;

  if (row == NULL || self->model == NULL || row->task >= sy_run_model_get_workflow (self->model)->n_tasks)
    return;
  if (column == COLUMN_STATE)
    sy_state_icon_set_state (SY_STATE_ICON (gtk_widget_get_first_child (child)), state_of (self, row->task));
  text = cell_text (self, column, row->task);
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, SyOutline *self)
{
  gpointer column = g_object_get_data (G_OBJECT (factory), "column");
  GtkWidget *label = gtk_label_new (NULL), *box;

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  g_object_set_data (G_OBJECT (item), "column", column);
  if (GPOINTER_TO_UINT (column) != COLUMN_STATE)
    {
      gtk_list_item_set_child (item, label);
      return;
    }
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_list_item_set_child (item, box);
  gtk_box_append (GTK_BOX (box), sy_state_icon_new (SY_STATE_PENDING, 16));
  gtk_box_append (GTK_BOX (box), label);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, SyOutline *self)
{
  g_ptr_array_add (self->bound, item);
  fill_cell (self, item);
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, SyOutline *self)
{
  g_ptr_array_remove_fast (self->bound, item);
}

static GtkColumnViewColumn *
add_column (SyOutline *self, Column column, const char *title, gboolean expand)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkColumnViewColumn *made;

  g_object_set_data (G_OBJECT (factory), "column", GUINT_TO_POINTER (column));
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), self);
  made = gtk_column_view_column_new (title, factory);
  gtk_column_view_column_set_resizable (made, TRUE);
  gtk_column_view_column_set_expand (made, expand);
  gtk_column_view_append_column (GTK_COLUMN_VIEW (self->view), made);
  g_object_unref (made);
  return made;
}

/* --- what is listed --- */

static gboolean
is_listed (gpointer item, gpointer data)
{
  SyOutline *self = data;
  guint32 task = SY_OUTLINE_ROW (item)->task;

  if (self->model == NULL || task >= sy_run_model_get_workflow (self->model)->n_tasks)
    return FALSE;
  if (sy_session_get_plan (self->session) != NULL)
    return sy_session_get_mark (self->session, task, NULL) != SY_MARK_STAYS;
  return sy_session_matches (self->session, task);
}

static gboolean
refresh (gpointer data)
{
  SyOutline *self = data;

  self->refresh_source = 0;
  if (sy_session_get_states (self->session) != 0)
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  for (guint i = 0; i < self->bound->len; i++)
    fill_cell (self, g_ptr_array_index (self->bound, i));
  return G_SOURCE_REMOVE;
}

/* A row is a place in the file: where the number of tasks changes rows come or go at the end, and the others say something else. */
static void
fill_rows (SyOutline *self)
{
  guint n = self->model != NULL ? sy_run_model_get_workflow (self->model)->n_tasks : 0;
  guint had = g_list_model_get_n_items (G_LIST_MODEL (self->rows));
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = had; i < n; i++)
    {
      SyOutlineRow *row = g_object_new (SY_TYPE_OUTLINE_ROW, NULL);

      row->task = i;
      g_ptr_array_add (rows, row);
    }
  g_list_store_splice (self->rows, MIN (had, n), had > n ? had - n : 0, rows->pdata, rows->len);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self);
}

static void
on_changed (SyRunModel *model, GArray *tasks, SyOutline *self)
{
  if (self->refresh_source == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->refresh_source = g_timeout_add (REFRESH_MS, refresh, self);
}

/* TRUE: it is in sight; else it is brought up to date when it comes into sight. */
static gboolean
is_in_sight (SyOutline *self)
{
  self->stale = !gtk_widget_get_mapped (GTK_WIDGET (self));
  return !self->stale;
}

static void
on_filter (GObject *session, GParamSpec *pspec, SyOutline *self)
{
  if (is_in_sight (self))
    gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

static void
show_plan (SyOutline *self)
{
  gtk_column_view_column_set_visible (self->preview, sy_session_get_plan (self->session) != NULL);
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  refresh (self);
}

static void
on_plan (SySession *session, SyOutline *self)
{
  if (is_in_sight (self))
    show_plan (self);
}

/* --- selection, both ways --- */

static guint32
task_at (SyOutline *self, guint position)
{
  g_autoptr (SyOutlineRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  return row != NULL ? row->task : SY_NO_TASK;
}

static void
on_rows_selected (GtkSelectionModel *selection, guint position, guint n, SyOutline *self)
{
  g_autoptr (GtkBitset) chosen = NULL;
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));
  GtkBitsetIter iter;
  guint at;

  if (self->syncing)
    return;
  chosen = gtk_selection_model_get_selection (selection);
  for (gboolean more = gtk_bitset_iter_init_first (&iter, chosen, &at); more; more = gtk_bitset_iter_next (&iter, &at))
    {
      guint32 task = task_at (self, at);

      g_array_append_val (tasks, task);
    }
  self->syncing = TRUE;
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
  if (tasks->len == 1)
    sy_session_set_focus (self->session, g_array_index (tasks, guint32, 0));
  self->syncing = FALSE;
}

/* What is selected is so in these rows. */
static void
select_rows (SyOutline *self, guint first, guint n)
{
  g_autoptr (GtkBitset) chosen = gtk_bitset_new_empty (), mask = gtk_bitset_new_range (first, n);

  self->syncing = TRUE;
  for (guint i = first; i < first + n && sy_session_get_n_selected (self->session) > 0; i++)
    if (sy_session_is_selected (self->session, task_at (self, i)))
      gtk_bitset_add (chosen, i);
  gtk_selection_model_set_selection (GTK_SELECTION_MODEL (self->selection), chosen, mask);
  self->syncing = FALSE;
}

static void
on_selection (SySession *session, SyOutline *self)
{
  if (!self->syncing && self->model != NULL && is_in_sight (self))
    select_rows (self, 0, g_list_model_get_n_items (G_LIST_MODEL (self->selection)));
}

/* Rows are found piece by piece, after the page has come into sight. */
static void
on_rows_come (GListModel *rows, guint position, guint removed, guint added, SyOutline *self)
{
  if (added > 0 && !self->syncing && self->model != NULL && sy_session_get_n_selected (self->session) > 0)
    select_rows (self, position, added);
}

static void
on_activate (GtkColumnView *view, guint position, SyOutline *self)
{
  sy_session_show_output (self->session, task_at (self, position));
}

/* --- life --- */

static void
on_structure (SyRunModel *model, SyOutline *self)
{
  if (is_in_sight (self))
    fill_rows (self);
}

static void
on_model (SySession *session, GParamSpec *pspec, SyOutline *self)
{
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, sy_session_get_model (session));
  if (self->model != NULL)
    {
      g_signal_connect (self->model, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect (self->model, "structure-changed", G_CALLBACK (on_structure), self);
    }
  if (is_in_sight (self))
    fill_rows (self);
}

static void
sy_outline_map (GtkWidget *widget)
{
  SyOutline *self = SY_OUTLINE (widget);

  GTK_WIDGET_CLASS (sy_outline_parent_class)->map (widget);
  if (!self->stale)
    {
      refresh (self);
      return;
    }
  fill_rows (self);
  show_plan (self);
  on_selection (self->session, self);
}

static void
sy_outline_dispose (GObject *object)
{
  SyOutline *self = SY_OUTLINE (object);

  g_clear_handle_id (&self->refresh_source, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->rows);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  g_clear_pointer (&self->bound, g_ptr_array_unref);
  G_OBJECT_CLASS (sy_outline_parent_class)->dispose (object);
}

static void
sy_outline_class_init (SyOutlineClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_outline_dispose;
  GTK_WIDGET_CLASS (klass)->map = sy_outline_map;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "outlinepane");
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sy_outline_init (SyOutline *self)
{
  GtkFilterListModel *filtered;

  self->bound = g_ptr_array_new ();
  self->rows = g_list_store_new (SY_TYPE_OUTLINE_ROW);
  self->filter = gtk_custom_filter_new (is_listed, self, NULL);
  filtered = gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)), GTK_FILTER (self->filter));
  gtk_filter_list_model_set_incremental (filtered, TRUE);
  self->selection = gtk_multi_selection_new (G_LIST_MODEL (filtered));
  self->view = gtk_column_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)));
  add_column (self, COLUMN_NAME, _("Task"), TRUE);
  add_column (self, COLUMN_STATE, _("State"), FALSE);
  add_column (self, COLUMN_DETAIL, _("Details"), TRUE);
  add_column (self, COLUMN_NEEDS, _("Needs"), TRUE);
  self->preview = add_column (self, COLUMN_PREVIEW, _("Preview"), FALSE);
  gtk_column_view_column_set_visible (self->preview, FALSE);
  g_signal_connect (self->selection, "selection-changed", G_CALLBACK (on_rows_selected), self);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (on_rows_come), self);
  g_signal_connect (self->view, "activate", G_CALLBACK (on_activate), self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Tasks"), -1);
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), self->view);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

SyOutline *
sy_outline_new (SySession *session)
{
  SyOutline *self = g_object_new (SY_TYPE_OUTLINE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect (session, "notify::model", G_CALLBACK (on_model), self);
  g_signal_connect (session, "notify::find", G_CALLBACK (on_filter), self);
  g_signal_connect (session, "notify::states", G_CALLBACK (on_filter), self);
  g_signal_connect (session, "plan-changed", G_CALLBACK (on_plan), self);
  g_signal_connect (session, "selection-changed", G_CALLBACK (on_selection), self);
  on_model (session, NULL, self);
  return self;
}
