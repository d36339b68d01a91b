/* sy-window-panes.c: the panes at the sides, in a wide window and in a narrow one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

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
