/* sy-design-last.c: how the tasks of a document ended in the run that was looked at before
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "core/model/sy-task-words.h"
#include "views/scene/sy-paint.h"

#define LAST_RUN "last-run"
#define MOST_MARKS 400
#define MARK 17.0

void
sy_design_set_last_run (SyDesign *self, SyRunModel *run)
{
  gboolean is_run = run != NULL && sy_run_model_get_run_id (run) != NULL;

  g_return_if_fail (SY_IS_DESIGN (self));
  g_object_set_data_full (G_OBJECT (self), LAST_RUN, is_run ? g_object_ref (run) : NULL, is_run ? g_object_unref : NULL);
}

static gboolean
same_items (const SyText *a, guint32 n_a, const SyText *b, guint32 n_b)
{
  gboolean same = n_a == n_b;

  for (guint32 i = 0; same && i < n_a; i++)
    same = g_strcmp0 (a[i].text, b[i].text) == 0;
  return same;
}

/* The command as it was and as it is, an edited one of the run included */
static gboolean
same_command (const SyTask *was, const char *edited, const SyTask *is)
{
  if (edited != NULL)
    {
      g_autofree char *ran = sy_task_words_command (was, edited), *now = sy_task_words_command (is, NULL);

      return g_strcmp0 (ran, now) == 0;
    }
  return was->kind == is->kind && g_strcmp0 (was->run.text, is->run.text) == 0
         && same_items (was->argv, was->n_argv, is->argv, is->n_argv) && same_items (was->shell, was->n_shell, is->shell, is->n_shell);
}

SyLastRun
sy_design_get_last (SyDesign *self, const SyTask *task, const SyTaskState **state)
{
  SyRunModel *run = g_object_get_data (G_OBJECT (self), LAST_RUN);
  const SyWorkflow *workflow = run != NULL ? sy_run_model_get_workflow (run) : NULL;
  guint32 index = workflow != NULL ? sy_workflow_find (workflow, task->id) : SY_NO_TASK;
  const SyTaskState *last = index != SY_NO_TASK ? sy_run_model_get_task (run, index) : NULL;

  if (state != NULL)
    *state = last;
  if (last == NULL || last->state == SY_STATE_PENDING)
    return SY_LAST_NONE;
  return same_command (&workflow->tasks[index], last->command, task) ? SY_LAST_SAME : SY_LAST_STALE;
}

/* --- on the canvas --- */

typedef struct
{
  SyDesignLayer *self;
  GtkSnapshot *snapshot;
  guint n;
} Drawing;

/* Dimmed: it tells of the past. Where the command is another since, only a ring is left of it. */
static void
draw_mark (guint32 index, gpointer data)
{
  Drawing *drawing = data;
  SyCanvas *canvas = drawing->self->canvas;
  const SyTaskState *state;
  SyLastRun last = sy_design_get_last (drawing->self->design, &canvas->geometry->workflow->tasks[index], &state);
  double size = MARK * CLAMP (canvas->view.zoom * canvas->font_scale, 0.5, 1.2), x, y;
  SyRect box;
  cairo_t *cr;

  if (last == SY_LAST_NONE || drawing->n++ > MOST_MARKS)
    return;
  box = sy_canvas_screen_box (canvas, index);
  x = box.x + box.width - size * 0.75;
  y = box.y - size * 0.4;
  cr = gtk_snapshot_append_cairo (drawing->snapshot, &GRAPHENE_RECT_INIT ((float) x - 2, (float) y - 2, (float) size + 4, (float) size + 4));
  cairo_arc (cr, x + size / 2, y + size / 2, size / 2 + 1.5, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, canvas->style->card.r, canvas->style->card.g, canvas->style->card.b);
  cairo_fill (cr);
  if (last == SY_LAST_SAME)
    {
      cairo_push_group (cr);
      sy_paint_state_icon (canvas->style, cr, (SyState) state->state, x, y, size);
      cairo_pop_group_to_source (cr);
      cairo_paint_with_alpha (cr, 0.6);
    }
  else
    {
      const SyColour *colour = &canvas->style->state[state->state];

      cairo_arc (cr, x + size / 2, y + size / 2, size / 2 - 1, 0, 2 * G_PI);
      cairo_set_source_rgba (cr, colour->r, colour->g, colour->b, 0.7);
      cairo_set_line_width (cr, 1.6);
      cairo_set_dash (cr, (double[]){ 2.5, 2.5 }, 2, 0);
      cairo_stroke (cr);
    }
  cairo_destroy (cr);
}

void
sy_design_layer_draw_last (SyDesignLayer *self, GtkSnapshot *snapshot)
{
  Drawing drawing = { self, snapshot, 0 };
  SyRect visible = sy_viewport_visible (&self->canvas->view);

  if (g_object_get_data (G_OBJECT (self->design), LAST_RUN) != NULL && sy_session_get_last_states (self->canvas->session))
    sy_geometry_foreach_node (self->canvas->geometry, &visible, draw_mark, &drawing);
}
