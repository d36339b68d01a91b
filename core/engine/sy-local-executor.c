/* sy-local-executor.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-local-executor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-local-executor-private.h"
#include "core/engine/sy-process.h"

#define WAKE G_MAXUINT64
#define LEAVE_US (2 * G_USEC_PER_SEC)

typedef struct
{
  void (*func) (gpointer);
  gpointer data;
} Job;

/* --- what its files share --- */

static void
run_job (gpointer data, gpointer pool_data G_GNUC_UNUSED)
{
  Job *job = data;

  job->func (job->data);
  g_free (job);
}

void
sy_local_post (Local *self, void (*func) (gpointer), gpointer data)
{
  const Job job = { func, data };

  g_thread_pool_push (self->pool, g_memdup2 (&job, sizeof job), NULL);
}

/* The poll thread looks at reports, dead keepers and timers again. */
void
sy_local_wake (Local *self)
{
  guint64 one = 1;

  if (write (self->wake, &one, sizeof one) < 0)
    g_assert (errno == EAGAIN);
}

/* A new report about @order (nullable), valid until the next one is made; the mutex is held. */
SyReport *
sy_local_report (Local *self, SyReportKind kind, const SyOrder *order, guint32 keeper)
{
  SyReport report = { .kind = kind, .keeper = keeper };

  if (order != NULL)
    {
      report.task = order->task;
      report.item = order->item;
      report.attempt = order->attempt;
      report.nonce = order->nonce;
    }
  if (self->reports->len == 0)
    self->linger_until = g_get_monotonic_time () + LINGER_US;
  self->urgent |= kind != SY_REPORT_STARTED && kind != SY_REPORT_EXITED;
  g_array_append_val (self->reports, report);
  return &g_array_index (self->reports, SyReport, self->reports->len - 1);
}

static void
held_free (Held *held)
{
  sy_order_free (held->order);
  g_free (held);
}

/* --- the poll thread --- */

static void
handle_event (Local *self, const struct epoll_event *event)
{
  guint64 count;
  Keeper *keeper;

  if (event->data.u64 == WAKE)
    {
      if (read (self->wake, &count, sizeof count) < 0)
        g_assert (errno == EAGAIN || errno == EINTR);
      return;
    }
  keeper = sy_local_find_keeper (self, (guint32) event->data.u64);
  if (keeper != NULL)
    sy_local_keeper_read (self, keeper);
}

/* Timers, under the mutex. Returns the next epoll timeout in ms, -1 = none. */
static int
look_around (Local *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean gone = sy_local_check_gone (self, now);
  gboolean busy = self->queue.length > 0;

  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      sy_local_keeper_check_deaf (self, keeper, now);
      busy |= keeper->n_held > 0;
    }
  if (gone)
    return 5;
  if (self->queue.length > 0 && now < self->spawn_after_us)
    return (int) ((self->spawn_after_us - now) / 1000) + 1;
  return busy ? 1000 : -1;
}

/*
 * While every keeper has the next order with it, news of ends can wait for
 * more of them: one transaction and one round through all threads then serves
 * a whole batch. Returns the ms to wait, 0 = deliver now; the mutex is held.
 */
static int
linger (Local *self)
{
  gint64 left = self->linger_until - g_get_monotonic_time ();

  if (self->urgent || left <= 0 || self->quit || self->keepers->len < self->slots)
    return 0;
  for (guint i = 0; i < self->keepers->len; i++)
    {
      const Keeper *keeper = g_ptr_array_index (self->keepers, i);

      if (sy_local_count_free (keeper) < LINGER_HELD)
        return 0;
    }
  return (int) (left / 1000) + 1;
}

static GArray *
take_reports (Local *self)
{
  GArray *reports = g_steal_pointer (&self->reports);

  self->reports = g_array_new (FALSE, TRUE, sizeof (SyReport));
  self->urgent = FALSE;
  return reports;
}

static void
deliver (Local *self, GArray *reports)
{
  self->base.report (&self->base, (SyReport *) (void *) reports->data, reports->len, self->base.report_data);
  g_array_unref (reports);
}

static gpointer
poll_thread (gpointer data)
{
  Local *self = data;
  struct epoll_event events[64];
  int timeout = 0;
  gboolean quit = FALSE;

  while (!quit)
    {
      int n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), timeout);
      GArray *reports = NULL;
      int wait;

      g_mutex_lock (&self->mutex);
      for (int i = 0; i < n; i++)
        handle_event (self, &events[i]);
      sy_local_pump (self);
      timeout = look_around (self);
      wait = self->reports->len > 0 ? linger (self) : 0;
      if (wait > 0)
        timeout = timeout < 0 ? wait : MIN (timeout, wait);
      else if (self->reports->len > 0)
        reports = take_reports (self);
      quit = self->quit;
      g_mutex_unlock (&self->mutex);
      if (reports != NULL)
        deliver (self, reports);
    }
  return NULL;
}

/* --- the interface --- */

static void
local_dispatch (SyExecutor *executor, SyOrder **orders, guint n_orders)
{
  Local *self = (Local *) executor;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < n_orders; i++)
    {
      Held *held = g_new0 (Held, 1);

      held->nonce = orders[i]->nonce;
      held->order = orders[i];
      g_hash_table_insert (self->by_nonce, &held->nonce, held);
      if (held->order->after != 0)
        sy_local_give_behind (self, held);
      else
        g_queue_push_tail (&self->queue, held);
    }
  sy_local_pump (self);
  if (self->queue.length > 0 && self->failed_starts > 0) /* no keeper yet: somebody must look when one may be tried again */
    sy_local_wake (self);
  g_mutex_unlock (&self->mutex);
}

/* An order that is still queued is out at once; one at a keeper when that has answered; an ended one has been reported.
 * A keeper is asked once: two answers would be one too many. */
static void
fence_held (Local *self, Held *held)
{
  gboolean asked = held->fence_asked;

  held->fence_asked = TRUE;
  if (held->keeper == NULL)
    {
      g_queue_remove (&self->queue, held);
      sy_local_drop (self, held, 0);
      sy_local_wake (self);
    }
  else if (held->keeper->link != NULL && !asked)
    {
      sy_keeper_link_fence (held->keeper->link, held->keeper->acked, held->nonce);
      sy_local_keeper_flush (self, held->keeper);
    }
}

static void
local_fence (SyExecutor *executor, guint64 nonce)
{
  Local *self = (Local *) executor;
  Held *held;

  g_mutex_lock (&self->mutex);
  held = g_hash_table_lookup (self->by_nonce, &nonce);
  if (held != NULL && held->record == 0)
    fence_held (self, held);
  g_mutex_unlock (&self->mutex);
}

static Held *
find_running (Local *self, guint32 task, guint32 attempt)
{
  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      for (guint j = 0; j < keeper->n_held; j++)
        if (keeper->held[j]->order->task == task && keeper->held[j]->order->attempt == attempt)
          return keeper->held[j];
    }
  return NULL;
}

static void
local_stop (SyExecutor *executor, guint32 task, guint32 attempt, gboolean kill, SyName why G_GNUC_UNUSED)
{
  Local *self = (Local *) executor;
  Held *held;

  g_mutex_lock (&self->mutex);
  held = find_running (self, task, attempt);
  if (held != NULL)
    sy_local_keeper_stop (self, held->keeper, held->nonce, kill);
  g_mutex_unlock (&self->mutex);
}

static void
local_set_slots (SyExecutor *executor, guint slots)
{
  Local *self = (Local *) executor;

  g_mutex_lock (&self->mutex);
  self->slots = MAX (slots, 1);
  sy_local_shrink (self);
  sy_local_pump (self);
  g_mutex_unlock (&self->mutex);
}

static void
local_committed (SyExecutor *executor, const guint64 *nonces, guint n)
{
  Local *self = (Local *) executor;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < n; i++)
    {
      Held *held = g_hash_table_lookup (self->by_nonce, &nonces[i]);

      if (held != NULL && held->record != 0)
        sy_local_keeper_committed (self, held);
    }
  g_mutex_unlock (&self->mutex);
}

static gboolean
local_holds (SyExecutor *executor, guint64 nonce)
{
  Local *self = (Local *) executor;
  const Held *held;
  gboolean holds;

  g_mutex_lock (&self->mutex);
  held = g_hash_table_lookup (self->by_nonce, &nonce);
  holds = held != NULL && held->record == 0;
  g_mutex_unlock (&self->mutex);
  return holds;
}

static void
local_run_job (SyExecutor *executor, void (*job) (gpointer), gpointer data)
{
  sy_local_post ((Local *) executor, job, data);
}

/* A keeper without a connection and without a task leaves by itself. */
static void
let_go (Local *self)
{
  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      if (keeper->link != NULL)
        epoll_ctl (self->epoll, EPOLL_CTL_DEL, sy_keeper_link_get_fd (keeper->link), NULL);
      g_clear_pointer (&keeper->link, sy_keeper_link_free);
    }
}

/* The keepers' groups can go when they have. */
static void
see_off (Local *self)
{
  gint64 deadline = g_get_monotonic_time () + LEAVE_US;

  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = g_ptr_array_index (self->keepers, i);

      while (keeper->pid > 0 && keeper->n_held == 0 && keeper->state != KEEPER_RETIRING && !self->leave_running &&
             !sy_process_reap (keeper->pid) && g_get_monotonic_time () < deadline)
        g_usleep (200);
    }
  sy_cgroup_remove_all (self->cgroup);
}

static void
local_shutdown (SyExecutor *executor, gboolean leave_running)
{
  Local *self = (Local *) executor;

  g_mutex_lock (&self->mutex);
  self->quit = TRUE;
  self->leave_running = leave_running;
  sy_local_wake (self);
  g_mutex_unlock (&self->mutex);
  if (self->thread != NULL)
    g_thread_join (g_steal_pointer (&self->thread));
  if (self->pool != NULL)
    g_thread_pool_free (g_steal_pointer (&self->pool), FALSE, TRUE);
  g_mutex_lock (&self->mutex);
  let_go (self);
  g_mutex_unlock (&self->mutex);
  see_off (self);
}

static void
local_free (SyExecutor *executor)
{
  Local *self = (Local *) executor;

  g_assert (self->thread == NULL && self->pool == NULL);
  while (self->keepers->len > 0)
    sy_local_keeper_free (self, g_ptr_array_index (self->keepers, 0));
  g_queue_clear (&self->queue);
  g_hash_table_unref (self->by_nonce);
  g_ptr_array_unref (self->keepers);
  for (guint i = 0; i < self->reports->len; i++)
    sy_report_clear (&g_array_index (self->reports, SyReport, i));
  g_array_unref (self->reports);
  close (self->epoll);
  close (self->wake);
  g_mutex_clear (&self->mutex);
  g_strfreev (self->environment);
  g_free (self->run_path);
  g_free (self->run_id);
  g_free (self->program);
  g_free (self->cgroup);
  g_free (self);
}

/* --- adoption --- */

static gboolean
read_status (SyKeeperLink *link, gint64 patience_us, SyKeeperStatus *status)
{
  gint64 deadline = g_get_monotonic_time () + patience_us;
  struct pollfd pfd = { .fd = sy_keeper_link_get_fd (link), .events = POLLIN };

  while (g_get_monotonic_time () < deadline)
    {
      const SyKeeperFrame *frame;

      if (poll (&pfd, 1, 50) > 0 && !sy_keeper_link_fill (link))
        return FALSE;
      frame = sy_keeper_link_next (link);
      if (frame != NULL && frame->kind == SY_KEEPER_STATUS)
        {
          *status = *(const SyKeeperStatus *) frame;
          return status->version == SY_KEEPER_PROTO_VERSION;
        }
    }
  return FALSE;
}

static void
add_adopted (Local *self, SyKeeperLink *link, const SyKeeperStatus *status, SyOrder *order)
{
  Keeper *keeper = sy_local_keeper_new (self, status->keeper, 0, link);
  SyKeeperLinkSetup setup = { .umask = self->umask, .environment = (const char *const *) self->environment };

  keeper->answered = TRUE;
  keeper->chains = (status->frame.flags & SY_KEEPER_CHAINS) != 0;
  keeper->cgroup = self->cgroup != NULL ? sy_cgroup_leaf (self->cgroup, status->keeper) : NULL;
  if (status->retiring || status->state == SY_KEEPER_KEPT)
    keeper->state = KEEPER_RETIRING;
  setup.cgroup = keeper->cgroup;
  sy_keeper_link_setup (link, &setup);
  if (order != NULL)
    {
      Held *held = g_new0 (Held, 1);

      held->nonce = order->nonce;
      held->order = order;
      held->keeper = keeper;
      held->claimed = TRUE;
      g_hash_table_insert (self->by_nonce, &held->nonce, held);
      keeper->held[keeper->n_held++] = held;
      self->used += order->slots;
    }
  sy_local_keeper_flush (self, keeper);
}

gboolean
sy_local_executor_adopt (SyExecutor *executor, guint32 number, gint64 patience_us, SyAdoptFunc make_order,
                         gpointer data, SyKeeperStatus *status, GError **error)
{
  Local *self = (Local *) executor;
  SyKeeperLink *link = sy_keeper_link_connect (self->run_fd, number, error);
  gboolean holds;

  if (link == NULL)
    return FALSE;
  sy_keeper_link_hello (link, 0);
  if (!sy_keeper_link_flush (link) || !read_status (link, patience_us, status))
    {
      sy_keeper_link_free (link);
      g_set_error (error, SY_ERROR, SY_ERROR_IO, "Keeper %u does not answer", number);
      return FALSE;
    }
  holds = status->state == SY_KEEPER_RUNNING || status->state == SY_KEEPER_STOPPING ||
          status->state == SY_KEEPER_ENDING;
  g_mutex_lock (&self->mutex);
  add_adopted (self, link, status, holds ? make_order (status, data) : NULL);
  g_mutex_unlock (&self->mutex);
  return TRUE;
}

gboolean
sy_local_executor_knows (SyExecutor *executor, guint32 number)
{
  Local *self = (Local *) executor;
  gboolean known;

  g_mutex_lock (&self->mutex);
  known = sy_local_find_keeper (self, number) != NULL;
  g_mutex_unlock (&self->mutex);
  return known;
}

/* --- life --- */

/* A later runner may be in another group than we: it finds the keepers' groups by this. */
static void
note_cgroup (Local *self)
{
  int fd;

  if (self->cgroup == NULL)
    return;
  fd = openat (self->run_fd, "cgroup", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    return;
  if (write (fd, self->cgroup, strlen (self->cgroup)) < 0)
    g_debug ("cgroup: %s", g_strerror (errno));
  close (fd);
}

static const SyExecutor vtable = {
  .dispatch = local_dispatch,
  .fence = local_fence,
  .stop = local_stop,
  .set_slots = local_set_slots,
  .committed = local_committed,
  .holds = local_holds,
  .post = local_run_job,
  .shutdown = local_shutdown,
  .free = local_free,
};

SyExecutor *
sy_local_executor_new (const SyLocalExecutorOptions *options, GError **error)
{
  Local *self;
  struct epoll_event wake = { .events = EPOLLIN, .data.u64 = WAKE };

  if (access (options->keeper, X_OK) != 0)
    {
      sy_error_set_errno (error, errno, "Cannot execute the keeper “%s”", options->keeper);
      return NULL;
    }
  self = g_new0 (Local, 1);
  self->base = vtable;
  g_mutex_init (&self->mutex);
  self->run_fd = options->run_fd;
  self->run_path = g_strdup (options->run_path);
  self->run_id = g_strdup (options->run_id);
  self->program = g_strdup (options->keeper);
  self->environment = g_strdupv ((char **) options->environment);
  self->cgroup = sy_cgroup_base (options->run_id);
  self->umask = sy_process_get_umask ();
  self->slots = MAX (options->slots, 1);
  self->prestart = options->prestart;
  self->next_keeper = options->first_keeper;
  self->keepers = g_ptr_array_new ();
  self->by_nonce = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) held_free);
  self->reports = g_array_new (FALSE, TRUE, sizeof (SyReport));
  g_queue_init (&self->queue);
  self->pool = g_thread_pool_new (run_job, self, (int) CLAMP (g_get_num_processors (), 2, 4), FALSE, NULL);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  self->wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  epoll_ctl (self->epoll, EPOLL_CTL_ADD, self->wake, &wake);
  note_cgroup (self);
  return &self->base;
}

void
sy_local_executor_begin (SyExecutor *executor)
{
  Local *self = (Local *) executor;

  g_mutex_lock (&self->mutex);
  sy_local_start_keepers (self, self->prestart);
  self->prestart = 0;
  g_mutex_unlock (&self->mutex);
}

void
sy_local_executor_start (SyExecutor *executor, SyReportFunc report, gpointer data)
{
  Local *self = (Local *) executor;

  self->base.report = report;
  self->base.report_data = data;
  sy_local_executor_begin (executor);
  self->thread = g_thread_new ("sy-poll", poll_thread, self);
}

pid_t
sy_local_executor_describe (SyExecutor *executor, guint32 number, char **cgroup)
{
  Local *self = (Local *) executor;
  const Keeper *keeper;
  pid_t pid;

  g_mutex_lock (&self->mutex);
  keeper = sy_local_find_keeper (self, number);
  pid = keeper != NULL ? keeper->pid : 0;
  *cgroup = keeper != NULL ? g_strdup (keeper->cgroup) : NULL;
  g_mutex_unlock (&self->mutex);
  return pid;
}
