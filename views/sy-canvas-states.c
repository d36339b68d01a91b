/* sy-canvas-states.c: how each task looks on the canvas
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "views/sy-design-layer.h"
#include "views/sy-minimap.h"

#include <glib/gi18n.h>
#include <string.h>

static guint8
flat_of_task (SyCanvas *self, guint32 index)
{
  guint8 flat = sy_run_model_get_task (self->model, index)->state;
  SyPlanMark mark = sy_session_get_mark (self->session, index, NULL);

  if (mark == SY_MARK_WILL_RUN || mark == SY_MARK_WILL_RUN_AGAIN || mark == SY_MARK_RUNNING_NOW)
    flat |= SY_FLAT_PLANNED;
  if (mark == SY_MARK_STAYS || !sy_session_matches (self->session, index))
    flat |= SY_FLAT_DIMMED;
  return flat;
}

/* A collapsed branch is dimmed where all of it is, and planned where some of it is. */
static guint8
flat_of (SyCanvas *self, guint32 index)
{
  const GArray *tasks = sy_canvas_get_collapsed (self, index);
  guint8 flat = SY_FLAT_DIMMED;
  SyLook look = { 0 };

  if (tasks == NULL)
    return flat_of_task (self, index);
  for (guint i = 0; i < tasks->len; i++)
    {
      guint8 one = flat_of_task (self, g_array_index (tasks, guint32, i));

      flat |= one & SY_FLAT_PLANNED;
      flat &= (guint8) ~(one & SY_FLAT_DIMMED ? 0 : SY_FLAT_DIMMED);
    }
  sy_look_fill_branch (&look, sy_run_model_get_state (self->model), tasks);
  return flat | look.state;
}

/* The first mark that says most */
static SyPlanMark
mark_of_branch (SyCanvas *self, const GArray *tasks)
{
  SyPlanMark mark = SY_MARK_NONE;

  for (guint i = 0; i < tasks->len; i++)
    {
      SyPlanMark one = sy_session_get_mark (self->session, g_array_index (tasks, guint32, i), NULL);

      if (one != SY_MARK_NONE && (mark == SY_MARK_NONE || one < mark))
        mark = one;
    }
  return mark;
}

static const char *
mark_words (SyPlanMark mark)
{
  switch (mark)
    {
    case SY_MARK_WILL_RUN: return _("will run");
    case SY_MARK_WILL_RUN_AGAIN: return _("runs again, was done");
    case SY_MARK_RUNNING_NOW: return _("running now");
    case SY_MARK_REUSED: return _("reused");
    default: return NULL;
    }
}

const SyLook *
sy_canvas_look_of (guint32 index, gpointer data)
{
  SyCanvas *self = data;
  SyLookFacts facts = { .now_wall_us = self->model != NULL ? sy_run_model_get_now (self->model) : g_get_real_time (), .cpu_percent = -1, .progress = -1 };
  const GArray *branch = sy_canvas_get_collapsed (self, index);
  guint order = 0;
  const char *words;

  sy_run_model_get_usage (self->model, index, &facts.cpu_percent, &facts.rss);
  facts.progress = sy_run_model_get_progress (self->model, index);
  self->look = (SyLook){ .mark = (guint8) sy_session_get_mark (self->session, index, &order) };
  self->look.dimmed = (self->flat[index] & SY_FLAT_DIMMED) != 0 && self->look.mark != SY_MARK_STAYS;
  self->look.order = (guint16) MIN (order, G_MAXUINT16);
  if (branch != NULL)
    {
      self->look.mark = (guint8) mark_of_branch (self, branch);
      self->look.order = 0;
    }
  sy_look_fill (&self->look, sy_run_model_get_state (self->model), index, &facts);
  if (branch != NULL)
    sy_look_fill_branch (&self->look, sy_run_model_get_state (self->model), branch);
  self->look.pinned = sy_design_layer_is_active (self->design) && self->geometry->pinned != NULL && self->geometry->pinned[index];
  words = mark_words ((SyPlanMark) self->look.mark);
  if (words != NULL)
    {
      memset (self->look.line, 0, sizeof self->look.line);
      g_strlcpy (self->look.line, words, sizeof self->look.line);
    }
  return &self->look;
}

static gboolean
kills_edges (guint8 flat)
{
  guint state = flat & SY_FLAT_STATE;

  return state == SY_STATE_UPSTREAM_FAILED || state == SY_STATE_SKIPPED;
}

void
sy_canvas_touch_task (SyCanvas *self, guint32 index)
{
  guint8 before;

  index = sy_geometry_shown (self->geometry, index);
  before = self->flat[index];
  self->flat[index] = flat_of (self, index);
  sy_tile_cache_touch (self->tiles, index, kills_edges (before) != kills_edges (self->flat[index]));
}

void
sy_canvas_touch_state (SyCanvas *self, guint32 index)
{
  if (self->flat[index] != flat_of (self, index))
    sy_canvas_touch_task (self, index);
}

/* What is sought, previewed or looked back at concerns every task. */
void
sy_canvas_refresh_states (SyCanvas *self)
{
  if (!sy_canvas_is_ready (self))
    return;
  for (guint32 i = 0; i < self->geometry->n_nodes; i++)
    self->flat[i] = flat_of (self, i);
  sy_tile_cache_touch_all (self->tiles);
  for (guint i = 0; i < self->chips->len; i++)
    g_array_index (self->chips, SyChip, i).dirty = TRUE;
  sy_minimap_invalidate (SY_MINIMAP (self->minimap));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
