/* tsan-glib.c: GLib's locks as ThreadSanitizer can see them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLib locks by futex calls of its own, in code that is not instrumented: to ThreadSanitizer every handing over between threads
 * looks like a race. Preloaded before such tests, this puts pthread locks behind GMutex and GCond of our code, and says where
 * data change hands in thread pools and queues. Itself not instrumented, so that children without the sanitizer may load it, too. */
#include <dlfcn.h>
#include <glib.h>
#include <pthread.h>
#include <stdlib.h>

extern void __tsan_acquire (void *address) __attribute__ ((weak));
extern void __tsan_release (void *address) __attribute__ ((weak));

static void
acquire (void *address)
{
  if (__tsan_acquire != NULL)
    __tsan_acquire (address);
}

static void
release (void *address)
{
  if (__tsan_release != NULL)
    __tsan_release (address);
}

static void *
real (const char *name)
{
  void *symbol = dlsym (RTLD_NEXT, name);

  if (symbol == NULL)
    abort ();
  return symbol;
}

/* --- mutexes and conditions: the pthread object is made at first use --- */

static pthread_mutex_t *
mutex_of (GMutex *mutex)
{
  pthread_mutex_t *made, *there = __atomic_load_n ((pthread_mutex_t **) &mutex->p, __ATOMIC_ACQUIRE);

  if (there != NULL)
    {
      acquire (there);
      return there;
    }
  made = malloc (sizeof *made);
  pthread_mutex_init (made, NULL);
  release (made);
  if (__atomic_compare_exchange_n ((pthread_mutex_t **) &mutex->p, &there, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;
  pthread_mutex_destroy (made);
  free (made);
  acquire (there);
  return there;
}

static pthread_cond_t *
cond_of (GCond *cond)
{
  pthread_cond_t *made, *there = __atomic_load_n ((pthread_cond_t **) &cond->p, __ATOMIC_ACQUIRE);
  pthread_condattr_t attributes;

  if (there != NULL)
    {
      acquire (there);
      return there;
    }
  made = malloc (sizeof *made);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (made, &attributes);
  pthread_condattr_destroy (&attributes);
  release (made);
  if (__atomic_compare_exchange_n ((pthread_cond_t **) &cond->p, &there, made, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
    return made;
  pthread_cond_destroy (made);
  free (made);
  acquire (there);
  return there;
}

void
g_mutex_init (GMutex *mutex)
{
  mutex->p = NULL;
}

void
g_mutex_clear (GMutex *mutex)
{
  if (mutex->p == NULL)
    return;
  pthread_mutex_destroy (mutex->p);
  free (mutex->p);
  mutex->p = NULL;
}

void
g_mutex_lock (GMutex *mutex)
{
  pthread_mutex_lock (mutex_of (mutex));
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  return pthread_mutex_trylock (mutex_of (mutex)) == 0;
}

void
g_mutex_unlock (GMutex *mutex)
{
  pthread_mutex_unlock (mutex_of (mutex));
}

void
g_cond_init (GCond *cond)
{
  cond->p = NULL;
}

void
g_cond_clear (GCond *cond)
{
  if (cond->p == NULL)
    return;
  pthread_cond_destroy (cond->p);
  free (cond->p);
  cond->p = NULL;
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  pthread_cond_wait (cond_of (cond), mutex_of (mutex));
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  struct timespec until = { .tv_sec = end_time / G_USEC_PER_SEC, .tv_nsec = end_time % G_USEC_PER_SEC * 1000 };

  return pthread_cond_timedwait (cond_of (cond), mutex_of (mutex), &until) == 0;
}

void
g_cond_signal (GCond *cond)
{
  pthread_cond_signal (cond_of (cond));
}

void
g_cond_broadcast (GCond *cond)
{
  pthread_cond_broadcast (cond_of (cond));
}

/* --- what changes hands --- */

typedef struct
{
  GFunc func;
  gpointer data;
} PoolFunc;

static void
run_in_pool (gpointer item, gpointer data)
{
  PoolFunc *pool_func = data;

  acquire (item);
  acquire (pool_func);
  pool_func->func (item, pool_func->data);
  release (pool_func);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer data, gint max_threads, gboolean exclusive, GError **error)
{
  GThreadPool *(*next) (GFunc, gpointer, gint, gboolean, GError **) = real ("g_thread_pool_new");
  PoolFunc *pool_func = malloc (sizeof *pool_func);

  pool_func->func = func;
  pool_func->data = data;
  release (pool_func);
  return next (run_in_pool, pool_func, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer item, GError **error)
{
  gboolean (*next) (GThreadPool *, gpointer, GError **) = real ("g_thread_pool_push");

  release (item);
  return next (pool, item, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  void (*next) (GThreadPool *, gboolean, gboolean) = real ("g_thread_pool_free");
  PoolFunc *pool_func = pool->user_data;

  next (pool, immediate, wait);
  acquire (pool_func);
}

void
g_async_queue_push (GAsyncQueue *queue, gpointer item)
{
  void (*next) (GAsyncQueue *, gpointer) = real ("g_async_queue_push");

  release (item);
  next (queue, item);
}

gpointer
g_async_queue_pop (GAsyncQueue *queue)
{
  gpointer (*next) (GAsyncQueue *) = real ("g_async_queue_pop");
  gpointer item = next (queue);

  acquire (item);
  return item;
}

gpointer
g_async_queue_timeout_pop (GAsyncQueue *queue, guint64 timeout)
{
  gpointer (*next) (GAsyncQueue *, guint64) = real ("g_async_queue_timeout_pop");
  gpointer item = next (queue, timeout);

  if (item != NULL)
    acquire (item);
  return item;
}

/* --- reference counts: who drops the last one has seen what the others did --- */

void
(g_atomic_ref_count_inc) (gatomicrefcount *count)
{
  __atomic_add_fetch (count, 1, __ATOMIC_RELAXED);
}

gboolean
(g_atomic_ref_count_dec) (gatomicrefcount *count)
{
  gboolean last;

  release (count);
  last = __atomic_sub_fetch (count, 1, __ATOMIC_ACQ_REL) == 0;
  if (last)
    acquire (count);
  return last;
}
