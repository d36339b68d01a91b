/* sy-window-history.c: from the history to a run, the menu of a run, and comparing two
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "core/model/sy-line-diff.h"
#include "views/sy-compare-window.h"
#include "views/sy-context-menu.h"
#include "views/sy-history-pane.h"
#include "views/sy-history-words.h"
#include "views/sy-sidebar.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

/* --- a run at a task --- */

void
sy_window_reveal_wanted (SyWindow *self)
{
  g_autofree char *id = g_steal_pointer (&self->wanted_task);
  guint32 index = id != NULL ? sy_workflow_find (sy_run_model_get_workflow (self->model), id) : SY_NO_TASK;

  if (index == SY_NO_TASK)
    return;
  sy_session_select (self->session, index, FALSE);
  sy_session_reveal (self->session, index);
}

void
sy_window_show_run_at (SyWindow *self, const char *uuid, const char *task)
{
  g_free (self->wanted_task);
  self->wanted_task = g_strdup (task);
  g_action_group_change_action_state (G_ACTION_GROUP (self), "view", g_variant_new_string ("graph"));
  gtk_widget_grab_focus (self->canvas);
  if (self->model != NULL && g_strcmp0 (sy_run_model_get_run_id (self->model), uuid) == 0)
    sy_window_reveal_wanted (self);
  else
    sy_window_show_run (self, uuid);
}

/* --- comparing --- */

static void
on_compared_open (SyWindow *self, const char *uuid, const char *task)
{
  gtk_window_present (GTK_WINDOW (self));
  sy_window_show_run_at (self, uuid, task);
}

static void
on_compared (SyRunComparison *comparison, const GError *error, gpointer data)
{
  g_autofree GWeakRef *ref = data;
  g_autoptr (SyWindow) self = g_weak_ref_get (ref);
  GtkWidget *window;

  g_weak_ref_clear (ref);
  if (self == NULL || comparison == NULL)
    {
      if (self != NULL)
        sy_window_toast (self, "%s", error->message);
      sy_run_comparison_free (comparison);
      return;
    }
  window = sy_compare_window_new (comparison, sy_run_model_get_workflow (self->model)->name);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  g_signal_connect_object (window, "open-run", G_CALLBACK (on_compared_open), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (window));
}

static void
compare_runs (SyWindow *self, const char *a, const char *b)
{
  SyController *controller = sy_gui_controller_get_base (self->controller);
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  controller->compare_runs (controller, a, b, on_compared, ref);
}

void
sy_window_compare_file (SyWindow *self)
{
  g_autoptr (GString) diff = g_string_new (NULL);
  gsize then_size, now_size;
  const char *then, *now;
  GtkWidget *window;

  if (self->text == NULL || self->file == NULL)
    return;
  then = g_bytes_get_data (self->text, &then_size);
  now = g_bytes_get_data (self->file, &now_size);
  sy_line_diff_text (diff, then, (gssize) then_size, now, (gssize) now_size, 3);
  window = sy_compare_window_new_for_file (_("Changed Since This Run Began"), self->path, diff->str);
  gtk_window_set_transient_for (GTK_WINDOW (window), GTK_WINDOW (self));
  gtk_window_present (GTK_WINDOW (window));
}

/* --- Compare With… --- */

typedef struct
{
  SyWindow *window;     /* borrowed: the dialog is its child */
  char *uuid;
  GtkDropDown *list;
  GPtrArray *others;    /* (owned) uuids */
} Choice;

static void
choice_free (gpointer data, GClosure *closure)
{
  Choice *choice = data;

  g_free (choice->uuid);
  g_ptr_array_unref (choice->others);
  g_free (choice);
}

static void
on_choice (AdwMessageDialog *dialog, const char *response, Choice *choice)
{
  guint at = gtk_drop_down_get_selected (choice->list);

  if (g_str_equal (response, "compare") && at < choice->others->len)
    compare_runs (choice->window, choice->uuid, choice->others->pdata[at]);
}

static char *
run_words (const SyRunItemFacts *facts)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("Run %u"), facts->number);
  g_string_append_printf (text, ": %s, ", sy_run_status_words (facts->status));
  sy_history_words_when (text, facts->created_us, g_get_real_time ());
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static const SyRunItemFacts *
find_facts (SyWindow *self, const char *uuid, SyRunItemFacts *facts)
{
  GPtrArray *items = sy_sidebar_get_runs (SY_SIDEBAR (self->sidebar));

  for (guint i = 0; i < items->len; i++)
    {
      *facts = sy_run_item_get_facts (items->pdata[i]);
      if (g_str_equal (facts->uuid, uuid))
        return facts;
    }
  return NULL;
}

/* One that cannot be read is in the history alone. */
static const SyRunItemFacts *
find_unreadable (SyWindow *self, const char *uuid, SyRunItemFacts *facts)
{
  SyRunGrid *grid = sy_history_grid_get_grid (sy_history_pane_get_grid (SY_HISTORY_PANE (self->history)));
  guint column = sy_run_grid_find_run (grid, uuid);
  const SyGridRun *run = column != G_MAXUINT ? sy_run_grid_get_run (grid, column) : NULL;

  if (run == NULL)
    return NULL;
  *facts = (SyRunItemFacts){ .uuid = run->uuid, .path = self->path, .name = "", .number = run->number, .status = run->status,
                             .live = run->live, .pinned = run->pinned, .created_us = run->created_us, .ended_us = run->ended_us };
  return facts;
}

/* The other runs of the same workflow, newest first; the one before it is proposed. */
static GStrv
list_others (SyWindow *self, const SyRunItemFacts *run, GPtrArray *others, guint *proposed)
{
  GPtrArray *items = sy_sidebar_get_runs (SY_SIDEBAR (self->sidebar));
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  gboolean found = FALSE;

  for (guint i = 0; i < items->len; i++)
    {
      SyRunItemFacts other = sy_run_item_get_facts (items->pdata[i]);
      g_autofree char *words = NULL;

      if (g_strcmp0 (other.path, run->path) != 0 || g_str_equal (other.uuid, run->uuid))
        continue;
      if (!found && other.created_us < run->created_us)
        {
          *proposed = others->len;
          found = TRUE;
        }
      words = run_words (&other);
      g_strv_builder_add (names, words);
      g_ptr_array_add (others, g_strdup (other.uuid));
    }
  return g_strv_builder_end (names);
}

static void
on_compare_with (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *self = data;
  SyRunItemFacts facts;
  const SyRunItemFacts *run = find_facts (self, g_variant_get_string (parameter, NULL), &facts);
  g_autoptr (GPtrArray) others = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) names = NULL;
  g_autofree char *heading = NULL;
  guint proposed = 0;
  Choice *choice;
  GtkWidget *dialog;

  if (run == NULL)
    return;
  names = list_others (self, run, others, &proposed);
  if (others->len == 0)
    {
      sy_window_toast (self, _("There is no other run of %s"), run->name);
      return;
    }
  choice = g_new0 (Choice, 1);
  *choice = (Choice){ self, g_strdup (run->uuid), GTK_DROP_DOWN (gtk_drop_down_new_from_strings ((const char *const *) names)), g_steal_pointer (&others) };
  gtk_drop_down_set_selected (choice->list, proposed);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The other run"), -1);
  heading = g_strdup_printf (_("Compare Run %u With"), run->number);
  dialog = sy_window_ask (self, heading, NULL, "compare", _("Compare"), ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "compare");
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (dialog), GTK_WIDGET (choice->list));
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_choice), choice, choice_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the menu of a run --- */

void
sy_window_drop_run_menu (SyWindow *self)
{
  g_clear_pointer (&self->run_menu, gtk_widget_unparent);
}

static gboolean
drop_later (gpointer data)
{
  SyWindow *self = data;

  if (self->run_menu != NULL && !gtk_widget_get_visible (self->run_menu))
    sy_window_drop_run_menu (self);
  return G_SOURCE_REMOVE;
}

/* After the action of the item that closed it was done */
static void
on_menu_closed (GtkPopover *popover, SyWindow *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, drop_later, g_object_ref (self), g_object_unref);
}

static void
add_item (GMenu *menu, const char *label, const char *action, const char *uuid)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", uuid);
  g_menu_append_item (menu, item);
}

static GMenuModel *
make_menu (const SyRunItemFacts *run)
{
  g_autoptr (GMenu) menu = g_menu_new (), open = g_menu_new (), keep = g_menu_new (), end = g_menu_new ();
  gboolean may_go = !run->pinned && !run->live && sy_run_status_is_final (run->status);
  g_autofree char *title = g_strdup_printf (_("Run %u"), run->number);

  add_item (open, _("Open"), "run.open", run->uuid);
  add_item (open, _("Open in New Window"), "run.open-window", run->uuid);
  add_item (open, _("Compare With…"), "run.compare-with", run->uuid);
  add_item (keep, run->pinned ? _("Unpin") : _("Pin"), run->pinned ? "run.unpin" : "run.pin", run->uuid);
  add_item (keep, _("Note…"), "run.note", run->uuid);
  /* What is refused stays in sight. */
  add_item (end, _("Delete Run…"), may_go ? "run.delete" : "run.not-now", run->uuid);
  g_menu_append_section (menu, title, G_MENU_MODEL (open));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (keep));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (end));
  return G_MENU_MODEL (g_steal_pointer (&menu));
}

static void
on_menu (SyWindow *self, const char *uuid, double x, double y, GtkWidget *from)
{
  SyRunItemFacts facts;
  const SyRunItemFacts *run = find_facts (self, uuid, &facts);
  g_autoptr (GMenuModel) model = NULL;

  if (run == NULL)
    run = find_unreadable (self, uuid, &facts);
  if (run == NULL)
    return;
  sy_window_drop_run_menu (self);
  model = make_menu (run);
  self->run_menu = sy_context_menu_new (model, GTK_WIDGET (self->run_box));
  gtk_widget_translate_coordinates (from, GTK_WIDGET (self->run_box), x, y, &x, &y);
  g_signal_connect (self->run_menu, "closed", G_CALLBACK (on_menu_closed), self);
  sy_context_menu_open (self->run_menu, x, y);
}

static void
on_history_menu (SyWindow *self, const char *uuid, double x, double y)
{
  on_menu (self, uuid, x, y, self->history);
}

static void
on_sidebar_menu (SyWindow *self, const char *uuid, double x, double y)
{
  on_menu (self, uuid, x, y, self->sidebar);
}

/* --- actions --- */

static void
on_open (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_window_show_run_at (data, g_variant_get_string (parameter, NULL), NULL);
}

static void
on_open_window (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyWindow *window = sy_window_new (SY_APPLICATION (gtk_window_get_application (data)));

  sy_window_open_run (window, g_variant_get_string (parameter, NULL));
  gtk_window_present (GTK_WINDOW (window));
}

static const GActionEntry entries[] = {
  { .name = "open", .activate = on_open, .parameter_type = "s" },
  { .name = "open-window", .activate = on_open_window, .parameter_type = "s" },
  { .name = "compare-with", .activate = on_compare_with, .parameter_type = "s" },
};

void
sy_window_add_history (SyWindow *self)
{
  self->history = sy_history_pane_new (self->session);
  adw_bin_set_child (ADW_BIN (self->history_slot), self->history);
  self->run_actions = G_ACTION_MAP (g_simple_action_group_new ());
  g_action_map_add_action_entries (self->run_actions, entries, G_N_ELEMENTS (entries), self);
  sy_window_add_run_actions (self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "run", G_ACTION_GROUP (self->run_actions));
  g_signal_connect_object (self->history, "open-run", G_CALLBACK (sy_window_show_run_at), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->history, "compare", G_CALLBACK (compare_runs), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->history, "menu", G_CALLBACK (on_history_menu), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->sidebar, "menu", G_CALLBACK (on_sidebar_menu), self, G_CONNECT_SWAPPED);
}
