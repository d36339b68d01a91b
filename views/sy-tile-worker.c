/* sy-tile-worker.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-tile-worker.h"

#include <time.h>

struct _SyTileWorker
{
  GThread *thread;
  GMutex mutex;
  GCond cond;
  GQueue wanted;        /* SyTileJob; under the mutex, like the two below */
  GQueue painted;
  gboolean stop;
  guint source;         /* main thread: the idle that hands over, under the mutex */
  GMainContext *context;
  SyTileDone done;
  gpointer data;
};

void
sy_tile_job_free (SyTileJob *job)
{
  if (job == NULL)
    return;
  sy_scene_unref (job->scene);
  g_bytes_unref (job->flat);
  g_clear_pointer (&job->looks, g_array_unref);
  g_clear_pointer (&job->surface, cairo_surface_destroy);
  g_clear_pointer (&job->edges, cairo_surface_destroy);
  g_free (job);
}

static const SyLook *
look_of_job (guint32 index, gpointer data)
{
  const GArray *looks = data;
  guint low = 0, high = looks->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;
      const SyTileLook *at = &g_array_index (looks, SyTileLook, middle);

      if (at->index == index)
        return &at->look;
      if (at->index < index)
        low = middle + 1;
      else
        high = middle;
    }
  return NULL;
}

/* The picture's own pixels, on a tile of it */
static cairo_t *
begin_near (const SyTileJob *job, cairo_surface_t *surface)
{
  cairo_t *cr = cairo_create (surface);

  cairo_scale (cr, job->scale, job->scale);
  cairo_translate (cr, -(double) job->tx * SY_TILE, -(double) job->ty * SY_TILE);
  return cr;
}

static void
paint_near (SyTileJob *job, const SyScenePart *part)
{
  SyRect area = { (float) job->tx * SY_TILE, (float) job->ty * SY_TILE, SY_TILE, SY_TILE };
  cairo_t *cr = begin_near (job, job->surface);
  SyPainter painter;

  sy_scene_init_painter (job->scene, &painter, job->zoom);
  if (job->edges != NULL)
    {
      cairo_t *ground = begin_near (job, job->edges);

      sy_scene_paint_near_ground (part, &painter, ground, &area);
      cairo_destroy (ground);
      sy_scene_compose_near (part, &painter, cr, job->edges, area.x, area.y, &area, look_of_job, job->looks);
    }
  else
    sy_scene_paint_near (part, &painter, cr, &area, look_of_job, job->looks);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
}

static gint64
thread_cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64) now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

void
sy_tile_job_paint (SyTileJob *job)
{
  SyScenePart part = { job->scene, job->zoom, job->scale, g_bytes_get_data (job->flat, NULL) };
  gint64 begin = thread_cpu_us ();

  job->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE * job->scale, SY_TILE * job->scale);
  if (job->keep_edges)
    job->edges = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SY_TILE * job->scale, SY_TILE * job->scale);
  if (job->looks != NULL)
    paint_near (job, &part);
  else if (job->edges != NULL)
    {
      sy_scene_paint_far_edges (&part, job->tx, job->ty, job->edges);
      sy_scene_compose_far (&part, job->tx, job->ty, job->edges, job->surface);
    }
  else
    {
      sy_scene_paint_far_edges (&part, job->tx, job->ty, job->surface);
      sy_scene_paint_far_tasks (&part, job->tx, job->ty, job->surface);
    }
  job->paint_us = thread_cpu_us () - begin;
}

static gboolean
hand_over (gpointer data)
{
  SyTileWorker *worker = data;
  GQueue painted;
  SyTileJob *job;

  g_mutex_lock (&worker->mutex);
  painted = worker->painted;
  g_queue_init (&worker->painted);
  worker->source = 0;
  g_mutex_unlock (&worker->mutex);
  while ((job = g_queue_pop_head (&painted)) != NULL)
    worker->done (job, worker->data);
  return G_SOURCE_REMOVE;
}

/* With the mutex held */
static void
announce (SyTileWorker *worker, SyTileJob *job)
{
  g_autoptr (GSource) source = NULL;

  g_queue_push_tail (&worker->painted, job);
  if (worker->source != 0)
    return;
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_HIGH_IDLE);
  g_source_set_callback (source, hand_over, worker, NULL);
  worker->source = g_source_attach (source, worker->context);
}

static gpointer
work (gpointer data)
{
  SyTileWorker *worker = data;

  g_mutex_lock (&worker->mutex);
  while (!worker->stop)
    {
      SyTileJob *job = g_queue_pop_head (&worker->wanted);

      if (job == NULL)
        {
          g_cond_wait (&worker->cond, &worker->mutex);
          continue;
        }
      g_mutex_unlock (&worker->mutex);
      sy_tile_job_paint (job);
      g_mutex_lock (&worker->mutex);
      announce (worker, job);
    }
  g_mutex_unlock (&worker->mutex);
  return NULL;
}

SyTileWorker *
sy_tile_worker_new (SyTileDone done, gpointer data)
{
  SyTileWorker *worker = g_new0 (SyTileWorker, 1);

  g_mutex_init (&worker->mutex);
  g_cond_init (&worker->cond);
  g_queue_init (&worker->wanted);
  g_queue_init (&worker->painted);
  worker->context = g_main_context_ref_thread_default ();
  worker->done = done;
  worker->data = data;
  worker->thread = g_thread_new ("tiles", work, worker);
  return worker;
}

void
sy_tile_worker_free (SyTileWorker *worker)
{
  GSource *source;

  g_mutex_lock (&worker->mutex);
  worker->stop = TRUE;
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->mutex);
  g_thread_join (worker->thread);
  source = worker->source != 0 ? g_main_context_find_source_by_id (worker->context, worker->source) : NULL;
  if (source != NULL)
    g_source_destroy (source);
  g_queue_clear_full (&worker->wanted, (GDestroyNotify) sy_tile_job_free);
  g_queue_clear_full (&worker->painted, (GDestroyNotify) sy_tile_job_free);
  g_main_context_unref (worker->context);
  g_mutex_clear (&worker->mutex);
  g_cond_clear (&worker->cond);
  g_free (worker);
}

void
sy_tile_worker_push (SyTileWorker *worker, SyTileJob *job)
{
  g_mutex_lock (&worker->mutex);
  g_queue_push_tail (&worker->wanted, job);
  g_cond_signal (&worker->cond);
  g_mutex_unlock (&worker->mutex);
}

GQueue *
sy_tile_worker_take_back (SyTileWorker *worker)
{
  GQueue *taken = g_queue_new ();

  g_mutex_lock (&worker->mutex);
  *taken = worker->wanted;
  g_queue_init (&worker->wanted);
  g_mutex_unlock (&worker->mutex);
  return taken;
}
