/* keeper-wire.c: frames from and to the runner
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void
keeper_wire_close (Keeper *keeper)
{
  if (keeper->socket_fd >= 0)
    close (keeper->socket_fd);
  keeper->socket_fd = -1;
  keeper->in_used = keeper->out_used = 0;
  keeper->out_hasty = 0;
  keeper->ended_well = 0;
  /* Nobody remembers them: a new runner learns from STATUS that they are not held. */
  keeper_order_discard (keeper, 0);
}

void
keeper_wire_adopt (Keeper *keeper, int fd)
{
  keeper_wire_close (keeper);
  keeper->socket_fd = fd;
}

/* --- sending --- */

void
keeper_wire_flush (Keeper *keeper)
{
  while (keeper->socket_fd >= 0 && keeper->out_used > 0)
    {
      ssize_t n = send (keeper->socket_fd, keeper->out, keeper->out_used, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return;
      if (n < 0)
        {
          keeper_wire_close (keeper);
          return;
        }
      keeper->out_used -= (size_t) n;
      memmove (keeper->out, keeper->out + n, keeper->out_used);
      keeper->out_hasty &= keeper->out_used > 0;
    }
}

void
keeper_wire_send (Keeper *keeper, void *frame, size_t length, SyKeeperKind kind, unsigned flags)
{
  SyKeeperFrame *head = frame;

  if (keeper->socket_fd < 0)
    return;
  head->length = (uint32_t) length;
  head->kind = (uint16_t) kind;
  head->flags = (uint16_t) flags;
  if (keeper->out_used + length > sizeof keeper->out)
    keeper_wire_flush (keeper);
  if (keeper->out_used + length > sizeof keeper->out)
    {
      /* It asks and does not listen. The journal has all; let it connect again. */
      keeper_wire_close (keeper);
      return;
    }
  if (kind != SY_KEEPER_STARTED && kind != SY_KEEPER_EXITED)
    keeper->out_due = 0;
  else if (keeper->out_used == 0)
    keeper->out_due = keeper_clock (CLOCK_MONOTONIC) + SY_KEEPER_COMPANY_US;
  memcpy (keeper->out + keeper->out_used, frame, length);
  keeper->out_used += length;
}

/* Enough to go on with, for the haste there is? A chain is no work for others, but they may wait for the news of it. */
static int
is_occupied (const Keeper *keeper)
{
  if (keeper->out_hasty)
    return keeper_order_count_free (keeper) >= SY_KEEPER_COMPANY;
  return keeper->n_queued > 0 || keeper_task_is_alive (&keeper->task);
}

/* May what is to be said wait for company? */
int
keeper_wire_may_wait (const Keeper *keeper)
{
  return keeper->out_used > 0 && keeper->out_used < sizeof keeper->out / 2 && keeper->out_due != 0
         && is_occupied (keeper) && !keeper->retiring && keeper_clock (CLOCK_MONOTONIC) < keeper->out_due;
}

void
keeper_wire_nonce (Keeper *keeper, SyKeeperKind kind, uint64_t nonce, unsigned flags)
{
  SyKeeperNonce frame = { .nonce = nonce };

  keeper_wire_send (keeper, &frame, sizeof frame, kind, flags);
}

static void
send_status (Keeper *keeper)
{
  SyKeeperStatus status = { .version = SY_KEEPER_PROTO_VERSION };

  keeper_task_status (keeper, &status);
  keeper_wire_send (keeper, &status, sizeof status, SY_KEEPER_STATUS, SY_KEEPER_CHAINS);
}

/* --- receiving --- */

static size_t
least_length (unsigned kind)
{
  switch (kind)
    {
    case SY_KEEPER_HELLO:
      return sizeof (SyKeeperHello);
    case SY_KEEPER_SETUP:
      return sizeof (SyKeeperSetup);
    case SY_KEEPER_ORDER:
      return sizeof (SyKeeperOrder);
    case SY_KEEPER_FENCE:
      return sizeof (SyKeeperNonce);
    case SY_KEEPER_STOP:
      return sizeof (SyKeeperStop);
    case SY_KEEPER_RETIRE:
    case SY_KEEPER_ACK:
      return sizeof (SyKeeperFrame);
    default:
      return SY_KEEPER_FRAME_MAX + 1; /* unknown: a mistake */
    }
}

static uint64_t
nonce_of (const char *frame)
{
  SyKeeperNonce nonce;

  memcpy (&nonce, frame, sizeof nonce);
  return nonce.nonce;
}

static void
handle_stop (Keeper *keeper, const char *frame)
{
  SyKeeperStop stop;

  memcpy (&stop, frame, sizeof stop);
  keeper_task_stop (keeper, stop.nonce, stop.kill != 0);
}

/* 0 = the frame makes no sense */
static int
handle (Keeper *keeper, const char *frame, const SyKeeperFrame *head)
{
  switch (head->kind)
    {
    case SY_KEEPER_HELLO:
      send_status (keeper);
      return 1;
    case SY_KEEPER_SETUP:
      if (!keeper_order_setup (keeper, frame, head->length))
        return 0;
      send_status (keeper);
      return 1;
    case SY_KEEPER_ORDER:
      keeper_order_take (keeper, frame, head->length);
      return 1;
    case SY_KEEPER_FENCE:
      keeper_order_fence (keeper, nonce_of (frame), SY_KEEPER_ANSWER);
      return 1;
    case SY_KEEPER_STOP:
      handle_stop (keeper, frame);
      return 1;
    case SY_KEEPER_RETIRE:
      keeper->retiring = 1;
      keeper_order_discard (keeper, 1);
      return 1;
    default:
      return head->kind == SY_KEEPER_ACK;
    }
}

static void
handle_all (Keeper *keeper)
{
  size_t at = 0;

  while (keeper->in_used - at >= sizeof (SyKeeperFrame))
    {
      SyKeeperFrame head;

      memcpy (&head, keeper->in + at, sizeof head);
      if (head.length > SY_KEEPER_FRAME_MAX || head.length < sizeof head || head.length < least_length (head.kind))
        {
          keeper_wire_close (keeper);
          return;
        }
      if (keeper->in_used - at < head.length)
        break;
      if (head.acked > keeper->journal.acked && head.acked <= keeper->journal.last_seq)
        keeper->journal.acked = head.acked;
      if (!handle (keeper, keeper->in + at, &head))
        keeper_wire_close (keeper);
      if (keeper->socket_fd < 0)
        return;
      at += head.length;
    }
  keeper->in_used -= at;
  if (at > 0 && keeper->in_used > 0)
    memmove (keeper->in, keeper->in + at, keeper->in_used);
}

void
keeper_wire_receive (Keeper *keeper)
{
  ssize_t n = recv (keeper->socket_fd, keeper->in + keeper->in_used, sizeof keeper->in - keeper->in_used, MSG_DONTWAIT);

  if (n > 0)
    {
      keeper->in_used += (size_t) n;
      handle_all (keeper);
    }
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    keeper_wire_close (keeper);
}
