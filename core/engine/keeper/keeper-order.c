/* keeper-order.c: orders that wait, and what execve needs of them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define DEFAULT_PATH "/usr/local/bin:/usr/bin:/bin"

/* Hash of the NAME of "NAME=value" */
static uint32_t
hash_name (const char *variable)
{
  uint32_t h = 2166136261u;

  for (const char *p = variable; *p != 0 && *p != '='; p++)
    h = (h ^ (unsigned char) *p) * 16777619u;
  return h;
}

static int
same_name (const char *a, const char *b)
{
  while (*a == *b && *a != 0 && *a != '=')
    a++, b++;
  return (*a == 0 || *a == '=') && (*b == 0 || *b == '=');
}

int
keeper_order_setup (Keeper *keeper, const char *frame, size_t length)
{
  SyKeeperSetup setup;
  const char *at = keeper->base_bytes, *end = keeper->base_bytes + length;
  const char *leaf, *refuge;

  memcpy (&setup, frame, sizeof setup);
  memcpy (keeper->base_bytes, frame, length);
  at += sizeof setup;
  leaf = sy_keeper_next_string (&at, end);
  refuge = sy_keeper_next_string (&at, end);
  if (leaf == NULL || refuge == NULL || setup.n_env > SY_KEEPER_MAX_ENV)
    return 0;
  keeper->n_base = 0;
  for (uint32_t i = 0; i < setup.n_env; i++)
    {
      const char *variable = sy_keeper_next_string (&at, end);

      if (variable == NULL)
        return 0;
      keeper->name_hash[i] = hash_name (variable);
      keeper->base[i] = variable;
    }
  keeper->n_base = setup.n_env;
  umask (setup.umask & 0777);
  keeper_oom_setup (keeper, setup.oom_score_adj);
  if (*leaf != 0)
    keeper_cgroup_enter (keeper, leaf, refuge);
  keeper->kill_method = (uint8_t) keeper_kill_method (keeper);
  keeper->oom_kills = keeper_oom_count (keeper);
  return 1;
}

/* --- the queue --- */

static KeeperOrder *
free_slot (Keeper *keeper)
{
  for (unsigned i = 0; i < SY_KEEPER_QUEUE + 1; i++)
    if (!keeper->slot_used[i])
      {
        keeper->slot_used[i] = 1;
        return &keeper->slots[i];
      }
  return NULL;
}

void
keeper_order_free (Keeper *keeper, KeeperOrder *order)
{
  keeper->slot_used[order - keeper->slots] = 0;
}

static int
holds (const Keeper *keeper, uint64_t nonce)
{
  for (unsigned i = 0; i < keeper->n_queued; i++)
    if (keeper->queue[i]->head.nonce == nonce)
      return 1;
  return keeper->task.state != SY_KEEPER_IDLE && keeper->task.order->head.nonce == nonce;
}

/* What comes after another must find it here, before itself. 0 = it does not */
static int
find_place (const Keeper *keeper, const char *frame, size_t length, uint64_t *after)
{
  SyKeeperOrder head;

  memcpy (&head, frame, sizeof head);
  *after = 0;
  if (!(head.frame.flags & SY_KEEPER_AFTER))
    return 1;
  if (length < sizeof head + sizeof *after)
    return 0;
  memcpy (after, frame + length - sizeof *after, sizeof *after);
  if (*after == 0)
    return 0;
  if (holds (keeper, *after))
    return 1;
  if (*after != keeper->ended_well)
    return 0;
  *after = 0;
  return 1;
}

void
keeper_order_take (Keeper *keeper, const char *frame, size_t length)
{
  KeeperOrder *order = NULL;
  SyKeeperOrder head;
  uint64_t after;
  int fits = find_place (keeper, frame, length, &after);

  memcpy (&head, frame, sizeof head);
  if (!keeper->retiring && keeper->n_queued < SY_KEEPER_QUEUE && fits)
    order = free_slot (keeper);
  if (order == NULL)
    {
      unsigned why = keeper->retiring ? SY_KEEPER_RETIRING : fits ? SY_KEEPER_FULL : 0;

      keeper_wire_nonce (keeper, SY_KEEPER_FENCED, head.nonce, why);
      return;
    }
  order->head = head;
  order->after = after;
  memcpy (order->bytes, frame, length);
  keeper->queue[keeper->n_queued++] = order;
}

static void
remove_at (Keeper *keeper, unsigned i)
{
  keeper->n_queued--;
  memmove (&keeper->queue[i], &keeper->queue[i + 1], (keeper->n_queued - i) * sizeof keeper->queue[0]);
}

unsigned
keeper_order_count_free (const Keeper *keeper)
{
  unsigned n = 0;

  for (unsigned i = 0; i < keeper->n_queued; i++)
    n += keeper->queue[i]->after == 0;
  return n;
}

void
keeper_order_resolve (Keeper *keeper, uint64_t nonce, int well)
{
  for (unsigned i = 0; i < keeper->n_queued;)
    {
      KeeperOrder *order = keeper->queue[i];
      uint64_t dropped = order->head.nonce;

      if (order->after != nonce || nonce == 0)
        {
          i++;
          continue;
        }
      order->after = 0;
      if (well)
        continue;
      keeper_order_free (keeper, order);
      remove_at (keeper, i);
      keeper_wire_nonce (keeper, SY_KEEPER_FENCED, dropped, 0);
      keeper_order_resolve (keeper, dropped, 0); /* what follows lies behind it */
    }
}

KeeperOrder *
keeper_order_next (Keeper *keeper)
{
  KeeperOrder *order = keeper->queue[0];

  remove_at (keeper, 0);
  return order;
}

static int
was_claimed (const Keeper *keeper, uint64_t nonce)
{
  unsigned room = sizeof keeper->claimed / sizeof keeper->claimed[0];

  for (unsigned i = 0; i < room && i < keeper->n_claimed; i++)
    if (keeper->claimed[i] == nonce)
      return 1;
  return 0;
}

void
keeper_order_fence (Keeper *keeper, uint64_t nonce, unsigned flags)
{
  for (unsigned i = 0; i < keeper->n_queued; i++)
    if (keeper->queue[i]->head.nonce == nonce)
      {
        keeper_order_free (keeper, keeper->queue[i]);
        remove_at (keeper, i);
        break;
      }
  if (was_claimed (keeper, nonce))
    {
      keeper_wire_nonce (keeper, SY_KEEPER_CLAIMED, nonce, 0);
      return;
    }
  keeper_wire_nonce (keeper, SY_KEEPER_FENCED, nonce, flags);
  keeper_order_resolve (keeper, nonce, 0);
}

void
keeper_order_discard (Keeper *keeper, int tell)
{
  while (keeper->n_queued > 0)
    {
      KeeperOrder *order = keeper_order_next (keeper);

      if (tell)
        keeper_wire_nonce (keeper, SY_KEEPER_FENCED, order->head.nonce, SY_KEEPER_RETIRING);
      keeper_order_free (keeper, order);
    }
}

/* --- words and environment --- */

/* Later wins; a bare NAME takes away. Holes are closed at the end. */
static uint32_t
put_variable (Keeper *keeper, uint32_t n, const char *variable)
{
  uint32_t h = hash_name (variable);
  int unset = strchr (variable, '=') == NULL;

  for (uint32_t i = 0; i < n; i++)
    if (keeper->name_hash[i] == h && keeper->envp[i] != NULL && same_name (keeper->envp[i], variable))
      {
        keeper->envp[i] = unset ? NULL : variable;
        return n;
      }
  if (unset)
    return n;
  keeper->name_hash[n] = h;
  keeper->envp[n] = variable;
  return n + 1;
}

static void
close_environment (Keeper *keeper, uint32_t n)
{
  uint32_t kept = 0;

  keeper->path = DEFAULT_PATH;
  for (uint32_t i = 0; i < n; i++)
    {
      const char *variable = keeper->envp[i];

      if (variable == NULL)
        continue;
      if (strncmp (variable, "PATH=", 5) == 0)
        keeper->path = variable + 5;
      keeper->envp[kept++] = variable;
    }
  keeper->envp[kept] = NULL;
}

int
keeper_order_unpack (Keeper *keeper, KeeperOrder *order)
{
  const SyKeeperOrder *head = &order->head;
  const char *at = order->bytes + sizeof *head, *end = order->bytes + head->frame.length;
  uint32_t n = keeper->n_base;

  if (head->n_argv < 1 || head->n_argv > SY_KEEPER_MAX_ARGV || head->n_env > SY_KEEPER_MAX_ENV
      || head->n_fsync > SY_KEEPER_MAX_FSYNC)
    return E2BIG;
  keeper->dir = sy_keeper_next_string (&at, end);
  keeper->stdin_file = sy_keeper_next_string (&at, end);
  keeper->argv = keeper->argv_room + 1;
  for (uint32_t i = 0; i < head->n_argv; i++)
    keeper->argv[i] = sy_keeper_next_string (&at, end);
  keeper->argv[head->n_argv] = NULL;
  memcpy (keeper->envp, keeper->base, n * sizeof keeper->envp[0]);
  for (uint32_t i = 0; i < head->n_env; i++)
    {
      const char *variable = sy_keeper_next_string (&at, end);

      if (variable == NULL)
        return EINVAL;
      n = put_variable (keeper, n, variable);
    }
  for (uint32_t i = 0; i < head->n_fsync; i++)
    keeper->fsync_paths[i] = sy_keeper_next_string (&at, end);
  close_environment (keeper, n);
  /* Strings end in order: the last one there means that all are. */
  if (keeper->dir == NULL || keeper->stdin_file == NULL || keeper->argv[head->n_argv - 1] == NULL
      || (head->n_fsync > 0 && keeper->fsync_paths[head->n_fsync - 1] == NULL))
    return EINVAL;
  return 0;
}
