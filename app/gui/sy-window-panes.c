/* sy-window-panes.c: the panes at the sides, in a wide window and in a narrow one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#define LEAST_FOR_BOTH 680 /* pixels */

/* A flap left to itself opens whenever there is room, though somebody has closed it, and changes within an allocation. So it is
 * locked, and settled once the allocation is over. */
typedef struct
{
  AdwFlap *flap;        /* borrowed: it owns this */
  gboolean wanted;      /* where there is room */
  guint idle;
} Pane;

static void
pane_free (gpointer data)
{
  Pane *pane = data;

  g_clear_handle_id (&pane->idle, g_source_remove);
  g_free (pane);
}

static gboolean
settle (gpointer data)
{
  Pane *pane = data;

  pane->idle = 0;
  adw_flap_set_reveal_flap (pane->flap, pane->wanted && !adw_flap_get_folded (pane->flap));
  return G_SOURCE_REMOVE;
}

static void
on_folded (Pane *pane)
{
  if (pane->idle == 0)
    pane->idle = g_idle_add (settle, pane);
}

static void
on_revealed (Pane *pane)
{
  if (!adw_flap_get_folded (pane->flap) && pane->idle == 0)
    pane->wanted = adw_flap_get_reveal_flap (pane->flap);
}

void
sy_window_settle_pane (AdwFlap *flap)
{
  Pane *pane = g_new0 (Pane, 1);

  pane->flap = flap;
  pane->wanted = adw_flap_get_reveal_flap (flap);
  adw_flap_set_locked (flap, TRUE);
  g_object_set_data_full (G_OBJECT (flap), "pane", pane, pane_free);
  g_signal_connect_swapped (flap, "notify::folded", G_CALLBACK (on_folded), pane);
  g_signal_connect_swapped (flap, "notify::reveal-flap", G_CALLBACK (on_revealed), pane);
}

void
sy_window_show_inspector (SyWindow *self, gboolean shown)
{
  adw_flap_set_reveal_flap (self->inspector_flap, shown);
}

/* Views are offered where there is something to view. A spinner that spins unseen costs 5 % of a core. */
void
sy_window_update_page (SyWindow *self)
{
  const char *page = gtk_stack_get_visible_child_name (self->pages);

  if (self->spinner == NULL)
    return;
  gtk_spinner_set_spinning (self->spinner, g_strcmp0 (page, "loading") == 0);
  adw_view_switcher_title_set_view_switcher_enabled (self->switcher, g_strcmp0 (page, "run") == 0);
  gtk_widget_set_visible (self->switcher_bar, g_strcmp0 (page, "run") == 0);
  /* As early as it can be: the pane of a window that is not there yet needs no animation, which libadwaita 1.2 begins badly
   * before the first frame. */
  if (g_strcmp0 (page, "loading") == 0 && !gtk_widget_get_mapped (GTK_WIDGET (self)))
    sy_window_show_inspector (self, TRUE);
  else if (g_strcmp0 (page, "problem") == 0 && self->model == NULL)
    sy_window_show_inspector (self, FALSE);
}

/* --- the preview --- */

/* The preview is on the graph, or in a column of the outline, and nothing lies over its bar. */
static void
show_plan (SyWindow *self)
{
  const char *view = adw_view_stack_get_visible_child_name (self->views);

  if (adw_flap_get_folded (self->inspector_flap))
    sy_window_show_inspector (self, FALSE);
  if (g_strcmp0 (view, "graph") != 0 && g_strcmp0 (view, "outline") != 0)
    adw_view_stack_set_visible_child_name (self->views, "graph");
}

/* In a low window the graph would have no room between output and preview. */
static void
make_room (SyWindow *self, gboolean planned)
{
  if (planned ? !gtk_widget_get_visible (self->output_slot) || gtk_widget_get_height (GTK_WIDGET (self)) >= LEAST_FOR_BOTH : !self->output_aside)
    return;
  self->output_aside = planned;
  g_action_group_change_action_state (G_ACTION_GROUP (self), "output", g_variant_new_boolean (!planned));
}

/* Where the bar had the focus, the graph has it again. */
void
sy_window_update_plan (SyWindow *self)
{
  gboolean planned = sy_session_get_plan (self->session) != NULL;

  if (planned && !self->planned)
    show_plan (self);
  if (planned != self->planned)
    make_room (self, planned);
  self->planned = planned;
  if (!planned && gtk_stack_get_visible_child_name (self->pages) != NULL
      && (gtk_window_get_focus (GTK_WINDOW (self)) == NULL
          || gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (self)), self->preview_slot)))
    gtk_widget_grab_focus (self->canvas);
}
