/* sy-local-pump.c: which keeper gets which order
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-local-executor-private.h"
#include "core/engine/sy-process.h"

typedef struct
{
  Local *self;
  guint32 number;
} Start;

static Keeper *
keeper_at (Local *self, guint i)
{
  return g_ptr_array_index (self->keepers, i);
}

/* A keeper gets orders only when it has answered: then its journal is locked, and a later runner can trust the lock. */
static gboolean
is_usable (const Keeper *keeper)
{
  return keeper->state == KEEPER_LIVE && keeper->link != NULL && keeper->answered;
}

/* The one with the fewest orders, at most @most; NULL: there is none */
static Keeper *
find_with (Local *self, guint most)
{
  Keeper *best = NULL;

  for (guint i = 0; i < self->keepers->len; i++)
    {
      Keeper *keeper = keeper_at (self, i);

      if (is_usable (keeper) && keeper->n_held <= most && keeper->asked_us == 0 &&
          (best == NULL || keeper->n_held < best->n_held))
        best = keeper;
    }
  return best;
}

/* Started and not yet ready for an order */
static guint
count_coming (Local *self)
{
  guint n = self->spawning;

  for (guint i = 0; i < self->keepers->len; i++)
    n += keeper_at (self, i)->state == KEEPER_LIVE && !keeper_at (self, i)->answered;
  return n;
}

static guint
count_live (Local *self)
{
  guint n = self->spawning;

  for (guint i = 0; i < self->keepers->len; i++)
    n += keeper_at (self, i)->state == KEEPER_LIVE;
  return n;
}

/* --- starting keepers (pool jobs) --- */

static SyKeeperLink *
start_process (Local *self, guint32 number, const char *leaf, pid_t *pid, GError **error)
{
  int group = leaf != NULL ? open (leaf, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      sy_error_set_errno (error, errno, "Cannot make a socket for a keeper");
      if (group >= 0)
        close (group);
      return NULL;
    }
  *pid = sy_process_spawn_keeper (self->program, number, self->run_id, self->run_fd, pair[1], group, error);
  close (pair[1]);
  if (group >= 0)
    close (group);
  if (*pid > 0)
    return sy_keeper_link_new (pair[0]);
  close (pair[0]);
  return NULL;
}

static void
add_started (Local *self, guint32 number, pid_t pid, SyKeeperLink *link, char *leaf)
{
  Keeper *keeper = sy_local_keeper_new (self, number, pid, link);
  SyKeeperLinkSetup setup = { .umask = self->umask, .environment = (const char *const *) self->environment };

  keeper->cgroup = leaf;
  setup.cgroup = keeper->cgroup;
  sy_keeper_link_setup (link, &setup);
  sy_local_keeper_flush (self, keeper);
}

static void
start_keeper (gpointer data)
{
  Start *start = data;
  Local *self = start->self;
  g_autoptr (GError) error = NULL;
  g_autofree char *leaf = self->cgroup != NULL ? sy_cgroup_leaf (self->cgroup, start->number) : NULL;
  pid_t pid = -1;
  SyKeeperLink *link = start_process (self, start->number, leaf, &pid, &error);

  g_mutex_lock (&self->mutex);
  self->spawning--;
  if (link != NULL && !self->quit)
    add_started (self, start->number, pid, link, g_steal_pointer (&leaf));
  else if (link != NULL)
    sy_keeper_link_free (link); /* an unused keeper leaves by itself */
  else
    sy_local_note_failed_start (self, start->number, error->message);
  sy_local_wake (self);
  g_mutex_unlock (&self->mutex);
  g_free (start);
}

void
sy_local_start_keepers (Local *self, guint wanted)
{
  guint usable = count_live (self);

  if (g_get_monotonic_time () < self->spawn_after_us)
    return;
  for (; wanted > 0 && usable < self->slots; wanted--, usable++)
    {
      Start *start = g_new0 (Start, 1);

      start->self = self;
      start->number = self->next_keeper++;
      self->spawning++;
      sy_local_post (self, start_keeper, start);
    }
}

/* --- binding --- */

/* The first of the queue goes to an idle keeper, if its slots are free. */
static gboolean
give_to_idle (Local *self)
{
  Held *held = g_queue_peek_head (&self->queue);
  Keeper *keeper;

  if (self->used > 0 && self->used + held->order->slots > self->slots)
    return FALSE;
  keeper = find_with (self, 0);
  if (keeper == NULL)
    {
      guint coming = count_coming (self);

      sy_local_start_keepers (self, self->queue.length > coming ? self->queue.length - coming : 0);
      return FALSE;
    }
  g_queue_pop_head (&self->queue);
  sy_local_keeper_give (self, keeper, held);
  return TRUE;
}

/*
 * Up to AHEAD orders ahead at busy keepers, evenly; only such as surely fit in the slots of what runs there. With
 * more than one, news of an end may wait until a keeper is down to its last: one transaction then serves several tasks.
 */
static gboolean
give_ahead (Local *self)
{
  Held *held = g_queue_peek_head (&self->queue);
  Keeper *keeper;

  if (held->order->slots > 1 || count_coming (self) >= self->queue.length)
    return FALSE;
  keeper = find_with (self, AHEAD);
  if (keeper == NULL || keeper->n_held == 0)
    return FALSE;
  g_queue_pop_head (&self->queue);
  sy_local_keeper_give (self, keeper, held);
  return TRUE;
}

/* A plain order is never put between two of a chain, so that what follows begins at once. */
static Keeper *
find_before (Local *self, const SyOrder *order)
{
  const Held *before = g_hash_table_lookup (self->by_nonce, &order->after);
  Keeper *keeper = before != NULL && before->record == 0 ? before->keeper : NULL;

  if (keeper == NULL || !is_usable (keeper) || !keeper->chains || keeper->asked_us != 0 || keeper->n_held > AHEAD
      || keeper->held[keeper->n_held - 1] != before || before->fence_asked || before->steal_asked || order->slots > 1)
    return NULL;
  return keeper;
}

void
sy_local_give_behind (Local *self, Held *held)
{
  Keeper *keeper = find_before (self, held->order);

  if (keeper == NULL)
    {
      sy_local_drop (self, held, 0);
      sy_local_wake (self);
    }
  else if (sy_local_keeper_give (self, keeper, held))
    sy_local_keeper_flush (self, keeper);
}

guint
sy_local_count_free (const Keeper *keeper)
{
  guint n = 0;

  for (guint i = 0; i < keeper->n_held; i++)
    n += i == 0 || keeper->held[i]->order->after == 0;
  return n;
}

/* Orders that wait behind a task, although slots are free, get keepers of their own. */
static guint
count_idle (Local *self)
{
  guint idle = 0;
  guint ahead = 0;
  guint coming = count_coming (self);

  for (guint i = 0; i < self->keepers->len; i++)
    {
      const Keeper *keeper = keeper_at (self, i);
      guint held = sy_local_count_free (keeper);

      idle += is_usable (keeper) && held == 0;
      ahead += held > 1 ? held - 1 : 0;
    }
  if (ahead > idle + coming)
    sy_local_start_keepers (self, ahead - idle - coming);
  return MIN (idle, self->slots - self->used);
}

/* What follows upon another stays where that is; upon one that is fetched back, it is dropped there. */
static void
steal_from (Local *self, Keeper *keeper, guint n)
{
  for (guint i = keeper->n_held; i-- > 1 && n > 0;)
    {
      Held *last = keeper->held[i];

      if (last->order->after != 0)
        continue;
      n--;
      if (last->steal_asked || last->fence_asked)
        continue;
      last->steal_asked = TRUE;
      sy_keeper_link_fence (keeper->link, keeper->acked, last->nonce);
    }
  sy_local_keeper_flush (self, keeper);
}

/* An idle keeper and nothing queued: fetch back half of what waits behind another task, and one for each that is idle. */
static void
steal (Local *self)
{
  guint idle = self->used < self->slots ? count_idle (self) : 0;

  for (guint i = 0; idle > 0 && i < self->keepers->len; i++)
    {
      Keeper *keeper = keeper_at (self, i);
      guint held = sy_local_count_free (keeper);
      guint spare = held > 1 ? held - 1 : 0;
      guint wanted = MIN (spare, MAX (idle, (spare + 1) / 2));

      if (wanted == 0 || keeper->link == NULL)
        continue;
      idle -= MIN (idle, wanted);
      steal_from (self, keeper, wanted);
    }
}

void
sy_local_pump (Local *self)
{
  gboolean given = FALSE;

  if (self->quit)
    return;
  while (self->queue.length > 0 && (give_to_idle (self) || give_ahead (self)))
    given = TRUE;
  for (guint i = 0; given && i < self->keepers->len; i++)
    sy_local_keeper_flush (self, keeper_at (self, i));
  if (self->queue.length == 0)
    steal (self);
}

/* Fewer slots: idle keepers leave now, busy ones when their task ends. */
void
sy_local_shrink (Local *self)
{
  guint usable = count_live (self);

  for (guint idle_first = 0; idle_first < 2; idle_first++)
    for (guint i = self->keepers->len; i-- > 0 && usable > self->slots;)
      {
        Keeper *keeper = keeper_at (self, i);

        if (keeper->state != KEEPER_LIVE || keeper->link == NULL || (idle_first == 0 && keeper->n_held > 0))
          continue;
        keeper->state = KEEPER_RETIRING;
        sy_keeper_link_plain (keeper->link, keeper->acked, SY_KEEPER_RETIRE);
        sy_local_keeper_flush (self, keeper);
        usable--;
      }
}
