/* sy-layout-ahead.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-layout-ahead.h"

struct _SyLayoutAhead
{
  gatomicrefcount ref_count;    /* one is the thread's */
  gint holders;                 /* atomic: references of others */
  SyWorkflow *workflow;         /* (owned) */
  gint cancel;                  /* atomic */
  GMutex mutex;
  GCond cond;
  gboolean done;                /* under the mutex, like the geometry */
  SyGeometry *geometry;         /* (owned) (nullable) */
};

static void
release (SyLayoutAhead *ahead)
{
  if (!g_atomic_ref_count_dec (&ahead->ref_count))
    return;
  g_clear_pointer (&ahead->geometry, sy_geometry_unref);
  sy_workflow_unref (ahead->workflow);
  g_mutex_clear (&ahead->mutex);
  g_cond_clear (&ahead->cond);
  g_free (ahead);
}

static gpointer
lay_out (gpointer data)
{
  SyLayoutAhead *ahead = data;
  SyGeometry *geometry = sy_geometry_compute (ahead->workflow, NULL, 1, 1, &ahead->cancel);

  g_mutex_lock (&ahead->mutex);
  ahead->geometry = geometry;
  ahead->done = TRUE;
  g_cond_broadcast (&ahead->cond);
  g_mutex_unlock (&ahead->mutex);
  release (ahead);
  return NULL;
}

SyLayoutAhead *
sy_layout_ahead_new (SyWorkflow *workflow)
{
  SyLayoutAhead *ahead = g_new0 (SyLayoutAhead, 1);

  g_atomic_ref_count_init (&ahead->ref_count);
  g_atomic_ref_count_inc (&ahead->ref_count);
  ahead->holders = 1;
  ahead->workflow = sy_workflow_ref (workflow);
  g_mutex_init (&ahead->mutex);
  g_cond_init (&ahead->cond);
  g_thread_unref (g_thread_new ("layout", lay_out, ahead));
  return ahead;
}

SyLayoutAhead *
sy_layout_ahead_ref (SyLayoutAhead *ahead)
{
  g_atomic_int_inc (&ahead->holders);
  g_atomic_ref_count_inc (&ahead->ref_count);
  return ahead;
}

void
sy_layout_ahead_unref (SyLayoutAhead *ahead)
{
  if (g_atomic_int_dec_and_test (&ahead->holders))
    sy_layout_ahead_cancel (ahead);
  release (ahead);
}

gboolean
sy_layout_ahead_is_of (const SyLayoutAhead *ahead, const SyWorkflow *workflow, float scale)
{
  return ahead->workflow == workflow && scale == 1;
}

void
sy_layout_ahead_cancel (SyLayoutAhead *ahead)
{
  g_atomic_int_set (&ahead->cancel, 1);
}

SyGeometry *
sy_layout_ahead_wait (SyLayoutAhead *ahead)
{
  SyGeometry *geometry;

  g_mutex_lock (&ahead->mutex);
  while (!ahead->done)
    g_cond_wait (&ahead->cond, &ahead->mutex);
  geometry = ahead->geometry != NULL ? sy_geometry_ref (ahead->geometry) : NULL;
  g_mutex_unlock (&ahead->mutex);
  return geometry;
}
