/* sy-canvas-chips.c: how far each branch of a fork is, where it leaves
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-canvas-private.h"

#include "core/model/sy-graph.h"
#include "core/model/sy-progress.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define LEAST_ZOOM 0.55      /* smaller, a chip's text cannot be read */
#define CHIP_WIDTH 48.0      /* world */
#define CHIP_HEIGHT 18.0
#define LEAST_TASKS 2        /* of the longest branch of a fork that is worth chips */
#define MOST_TASKS 5000
#define MOST_CHIPS 20000

static void
clear_chip (SyChip *chip)
{
  g_clear_pointer (&chip->tasks, g_array_unref);
  g_clear_pointer (&chip->node, gsk_render_node_unref);
}

void
sy_canvas_clear_chips (SyCanvas *self)
{
  for (guint i = 0; i < self->chips->len; i++)
    clear_chip (&g_array_index (self->chips, SyChip, i));
  g_array_set_size (self->chips, 0);
  self->hover_chip = G_MAXUINT32;
}

static GArray *tasks_of_branch (const SyWorkflow *workflow, guint32 child, guint32 *inside);

GArray *
sy_canvas_tasks_of_branch (const SyWorkflow *workflow, guint32 child)
{
  g_autofree guint32 *inside = g_new0 (guint32, MAX (workflow->n_tasks, 1));

  return tasks_of_branch (workflow, child, inside);
}

/* What is reached from the child through tasks that need nothing from outside the branch; NULL = far too much */
static GArray *
tasks_of_branch (const SyWorkflow *workflow, guint32 child, guint32 *inside)
{
  GArray *tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_array_append_val (tasks, child);
  for (guint at = 0; at < tasks->len && tasks->len < MOST_TASKS; at++)
    {
      guint32 v = g_array_index (tasks, guint32, at);

      for (guint32 k = workflow->down_start[v]; k < workflow->down_start[v + 1]; k++)
        if (++inside[workflow->down[k]] == workflow->tasks[workflow->down[k]].n_needs)
          g_array_append_val (tasks, workflow->down[k]);
    }
  for (guint at = 0; at < tasks->len; at++)
    {
      guint32 v = g_array_index (tasks, guint32, at);

      for (guint32 k = workflow->down_start[v]; k < workflow->down_start[v + 1]; k++)
        inside[workflow->down[k]] = 0;
    }
  if (tasks->len < MOST_TASKS)
    return tasks;
  g_array_unref (tasks);
  return NULL;
}

/* In a folded layer a chip would lie upon the task beside. */
static gboolean
has_room (const SyGeometry *g, guint32 child)
{
  const SyRect *node = &g->nodes[child];

  return sy_geometry_node_at (g, node->x - node->width * 0.25f, node->y + node->height / 2) == SY_NO_TASK;
}

static void
find_chips_of (SyCanvas *self, guint32 fork, guint32 *inside)
{
  const SyWorkflow *workflow = self->geometry->workflow;
  guint before = self->chips->len, most = 0;

  for (guint32 k = workflow->down_start[fork]; k < workflow->down_start[fork + 1]; k++)
    {
      guint32 child = workflow->down[k];
      gboolean alone = workflow->tasks[child].n_needs == 1 && has_room (self->geometry, child);
      GArray *tasks = alone ? tasks_of_branch (workflow, child, inside) : NULL;
      SyChip chip = { .fork = fork, .child = child, .tasks = tasks, .dirty = TRUE };

      if (tasks == NULL)
        continue;
      g_array_append_val (self->chips, chip);
      most = MAX (most, tasks->len);
    }
  if (self->chips->len - before >= 2 && most >= LEAST_TASKS)
    return;
  for (guint i = before; i < self->chips->len; i++)
    clear_chip (&g_array_index (self->chips, SyChip, i));
  g_array_set_size (self->chips, before);
}

/*
 * Only branches that stand alone have a chip: their child needs the fork and nothing else, and there are two such at
 * least, of which one has more than a task. In a thicket where everything needs everything, shares would say nothing.
 */
void
sy_canvas_find_chips (SyCanvas *self)
{
  const SyWorkflow *workflow = self->geometry->workflow;
  g_autofree guint32 *inside = g_new0 (guint32, MAX (workflow->n_tasks, 1));
  gsize work = 0;

  sy_canvas_clear_chips (self);
  for (guint32 fork = 0; fork < workflow->n_tasks && self->chips->len < MOST_CHIPS && work < 20 * (gsize) workflow->n_tasks + 10000; fork++)
    {
      guint32 n = workflow->down_start[fork + 1] - workflow->down_start[fork], before = self->chips->len;

      if (n >= 2)
        find_chips_of (self, fork, inside);
      for (guint i = before; i < self->chips->len; i++)
        work += g_array_index (self->chips, SyChip, i).tasks->len;
    }
}

void
sy_canvas_touch_chips (SyCanvas *self)
{
  for (guint i = 0; i < self->chips->len; i++)
    g_array_index (self->chips, SyChip, i).dirty = TRUE;
}

static void
rounded (cairo_t *cr, double x, double y, double width, double height, double r)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - r, y + r, r, -G_PI_2, G_PI_2);
  cairo_arc (cr, x + r, y + r, r, G_PI_2, 1.5 * G_PI);
  cairo_close_path (cr);
}

static void
paint_chip (SyCanvas *self, const SyChip *chip, cairo_t *cr, double z)
{
  const SyStyle *style = self->style;
  double width = CHIP_WIDTH * z, height = CHIP_HEIGHT * z, inner = width - 8 * z;
  const SyProgress *progress = &chip->progress;
  SyState colour = progress->n_failed > 0                   ? SY_STATE_FAILED
                   : progress->n_blocked > 0                 ? SY_STATE_UPSTREAM_FAILED
                   : progress->n_done == progress->n_tasks ? SY_STATE_SUCCEEDED
                                                             : SY_STATE_RUNNING;
  const SyColour *fill = &style->fill[colour];
  g_autofree char *text = progress->n_failed > 0 ? g_strdup (C_("branch", "failed")) : g_strdup_printf ("%u\302\240%%", sy_progress_percent (progress));
  SyPainter painter;
  int w, h;

  rounded (cr, 0.5, 0.5, width - 1, height - 1, (height - 1) / 2);
  cairo_set_source_rgb (cr, style->card.r, style->card.g, style->card.b);
  cairo_fill_preserve (cr);
  cairo_set_source_rgba (cr, style->edge.r, style->edge.g, style->edge.b, 0.6);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
  cairo_set_source_rgb (cr, fill->r, fill->g, fill->b);
  rounded (cr, 4 * z, height - 4 * z, MAX (inner * progress->fraction, 2 * z), 2.5 * z, 1.25 * z);
  cairo_fill (cr);
  sy_scene_init_painter (self->scene, &painter, self->view.zoom);
  pango_layout_set_text (painter.line_layout, text, -1);
  pango_layout_get_pixel_size (painter.line_layout, &w, &h);
  cairo_set_source_rgb (cr, style->text.r, style->text.g, style->text.b);
  cairo_move_to (cr, round ((width - w) / 2), round ((height - 3 * z - h) / 2));
  pango_cairo_show_layout (cr, painter.line_layout);
  sy_painter_clear (&painter);
}

static void
update_chip (SyCanvas *self, SyChip *chip, double z, const SyProgressBasis *basis)
{
  SyProgress before = chip->progress;
  cairo_surface_t *surface;
  cairo_t *cr;
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = (int) ceil (CHIP_WIDTH * z), height = (int) ceil (CHIP_HEIGHT * z);

  if (chip->dirty)
    sy_progress_count (basis, chip->tasks, &chip->progress);
  chip->dirty = FALSE;
  if (chip->node != NULL && chip->node_style == self->style && chip->node_zoom == self->view.zoom
      && sy_progress_percent (&before) == sy_progress_percent (&chip->progress) && before.n_failed == chip->progress.n_failed
      && before.n_blocked == chip->progress.n_blocked && before.n_done == chip->progress.n_done)
    return;
  chip->node_style = self->style;
  chip->node_zoom = self->view.zoom;
  g_clear_pointer (&chip->node, gsk_render_node_unref);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cr = cairo_create (surface);
  paint_chip (self, chip, cr, z);
  cairo_destroy (cr);
  chip->node = gsk_cairo_node_new (&GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  cr = gsk_cairo_node_get_draw_context (chip->node);
  cairo_set_source_surface (cr, surface, 0, 0);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}

/* A branch of which nothing has begun says nothing. */
static gboolean
has_begun (const SyChip *chip)
{
  return chip->progress.fraction > 0 || chip->progress.n_running > 0 || chip->progress.n_failed > 0;
}

/* In the gap before the child, on its edge */
static SyRect
place_chip (SyCanvas *self, const SyChip *chip, double z)
{
  SyRect node = sy_viewport_rect_to_screen (&self->view, &self->geometry->nodes[chip->child]);
  double width = CHIP_WIDTH * z, height = CHIP_HEIGHT * z;

  return (SyRect){ (float) round (node.x - width - 5 * z), (float) round (node.y + node.height / 2 - height / 2), (float) ceil (width),
                   (float) ceil (height) };
}

void
sy_canvas_draw_chips (SyCanvas *self, GtkSnapshot *snapshot)
{
  double z = self->view.zoom * self->font_scale;
  SyProgressBasis basis = { 0 }; /* made where one has changed */
  gboolean wanted = z >= LEAST_ZOOM && self->model != NULL && sy_run_model_get_state (self->model)->created;

  for (guint i = 0; i < self->chips->len; i++)
    {
      SyChip *chip = &g_array_index (self->chips, SyChip, i);

      chip->box.width = 0;
      if (!wanted || sy_geometry_shown (self->geometry, chip->child) != chip->child || sy_geometry_shown (self->geometry, chip->fork) != chip->fork)
        continue;
      chip->box = place_chip (self, chip, z);
      if (chip->box.x > self->view.width || chip->box.y > self->view.height || chip->box.x + chip->box.width < 0
          || chip->box.y + chip->box.height < 0)
        {
          chip->box.width = 0;
          continue;
        }
      if (chip->dirty && basis.state == NULL)
        sy_run_model_init_progress (self->model, &basis);
      update_chip (self, chip, z, &basis);
      if (!has_begun (chip))
        {
          chip->box.width = 0;
          continue;
        }
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (chip->box.x, chip->box.y));
      gtk_snapshot_append_node (snapshot, chip->node);
      gtk_snapshot_restore (snapshot);
    }
}

guint32
sy_canvas_chip_at (SyCanvas *self, double x, double y)
{
  for (guint i = 0; i < self->chips->len; i++)
    {
      const SyRect *box = &g_array_index (self->chips, SyChip, i).box;

      if (box->width > 0 && x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height)
        return i;
    }
  return G_MAXUINT32;
}

char *
sy_canvas_describe_chip (SyCanvas *self, guint32 index)
{
  const SyChip *chip = &g_array_index (self->chips, SyChip, index);
  const SyTask *child = &self->geometry->workflow->tasks[chip->child];
  GString *text = g_string_new (child->label != NULL ? child->label : child->id);
  g_autofree char *done = NULL, *all = NULL;
  SyProgressBasis basis;
  SyProgress progress;

  sy_run_model_init_progress (self->model, &basis);
  sy_progress_measure (&basis, chip->tasks, &progress);
  g_string_append_printf (text, ": %u %%, ", sy_progress_percent (&progress));
  done = sy_words_dup_count (progress.n_done);
  all = sy_words_dup_count (progress.n_tasks);
  g_string_append_printf (text, ngettext ("%s of %s task", "%s of %s tasks", progress.n_tasks), done, all);
  if (progress.left_us > 0)
    {
      g_autofree char *left = sy_words_dup_duration (progress.left_us);

      g_string_append_printf (text, _(", about %s left"), left);
    }
  if (progress.n_failed > 0)
    sy_words_more (text, _(", %s failed"), progress.n_failed);
  return g_string_free (text, FALSE);
}
