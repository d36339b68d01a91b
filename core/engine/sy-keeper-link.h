/* sy-keeper-link.h: the runner's end of the connection to one keeper
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-proto.h"
#include "core/model/sy-executor.h"

G_BEGIN_DECLS

/*
 * A non-blocking stream of frames each way. Not locked: owned by one keeper of
 * the local executor, under its mutex. What the socket does not take at once
 * waits here; the owner watches for output while sy_keeper_link_wants_out().
 */
typedef struct _SyKeeperLink SyKeeperLink;

/* @fd: owned from now on */
SyKeeperLink *sy_keeper_link_new (int fd);
/* Connects to k/<n>.s of a living keeper; checks that the peer is of our uid. */
SyKeeperLink *sy_keeper_link_connect (int run_fd, guint32 number, GError **error);
void sy_keeper_link_free (SyKeeperLink *link); /* closes */

int sy_keeper_link_get_fd (const SyKeeperLink *link);
gboolean sy_keeper_link_wants_out (const SyKeeperLink *link);

typedef struct
{
  mode_t umask;
  const char *cgroup;           /* (nullable) */
  const char *const *environment;
} SyKeeperLinkSetup;

/* All of these queue one frame; sy_keeper_link_flush() sends. @acked goes with every frame. */
void sy_keeper_link_hello (SyKeeperLink *link, guint64 acked);
void sy_keeper_link_setup (SyKeeperLink *link, const SyKeeperLinkSetup *setup);
/* @extra_env: (nullable): one more variable, for what only the hand-over knows. FALSE: longer than a frame may be, nothing was queued. */
gboolean sy_keeper_link_order (SyKeeperLink *link, guint64 acked, const SyOrder *order, const char *extra_env);
void sy_keeper_link_fence (SyKeeperLink *link, guint64 acked, guint64 nonce);
void sy_keeper_link_stop (SyKeeperLink *link, guint64 acked, guint64 nonce, gboolean kill);
void sy_keeper_link_plain (SyKeeperLink *link, guint64 acked, SyKeeperKind kind); /* RETIRE, ACK */

/* FALSE: the connection is broken. */
gboolean sy_keeper_link_flush (SyKeeperLink *link);

/* Reads what is there. FALSE: the peer is gone; whole frames before that can still be taken. */
gboolean sy_keeper_link_fill (SyKeeperLink *link);
/* The next whole frame, aligned, valid until the next call on @link; NULL: none. */
const SyKeeperFrame *sy_keeper_link_next (SyKeeperLink *link);
/* The peer sent a malformed frame: give the connection up. */
gboolean sy_keeper_link_is_nonsense (const SyKeeperLink *link);

/* Translation of a frame's facts to the model's. */
void sy_keeper_exit_to_model (const SyJournalExit *from, SyExit *to);

G_END_DECLS
