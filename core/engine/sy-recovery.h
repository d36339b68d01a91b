/* sy-recovery.h: what became of the attempts that an earlier runner left
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-proto.h"
#include "core/model/sy-executor.h"
#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

/*
 * The crash table of protocol.md. Reads the keepers' journals and locks, adopts
 * living keepers, and tells the scheduler what became of each intent that the
 * executor does not hold: exited, voided, lost. Kills leftovers first.
 * Only adds events; a second run finds nothing to do. All of it goes in one
 * batch of the log, so a kill in the middle leaves nothing half told.
 * No verdict from a clock or an age: the kernel's lock says who lives.
 */
typedef struct
{
  int run_fd;
  const char *run_id;
  const char *cgroup;           /* (nullable) of the former runner's keepers: sy_recovery_read_cgroup() */
  SyExecutor *executor;         /* the local one, not yet started; its keepers are added by adoption */
  SyRunState *state;
  SyScheduler *scheduler;
  SyTime now;
  gboolean begun;               /* the scheduler is at work: what the former runner left was judged before, or is open still */
  gboolean other_boot;          /* the newest event of the log is of another boot */
  gint64 patience_us;           /* how long a living keeper may take to answer */
  void (*adopted) (const SyKeeperStatus *status, gpointer data); /* (nullable) a running attempt was taken over */
  gpointer data;
} SyRecovery;

typedef struct
{
  guint n_exited, n_lost, n_voided, n_adopted, n_killed;
  guint n_rebuilt;      /* attempts that a log which lost its end did not know, put back from journals */
  guint n_open;         /* intents that may lie with a living keeper that does not answer: look again later */
} SyRecoveryResult;

/* Highest n of k/<n>, 0 = none */
guint32 sy_recovery_last_keeper (int run_fd);

/* Absolute path of the control group that the former runner made for its keepers; NULL = none. To be read before
 * a new executor notes its own. (transfer full) */
char *sy_recovery_read_cgroup (int run_fd);

/* Blocks up to patience_us a keeper that does not answer. */
void sy_recovery_run (const SyRecovery *recovery, SyRecoveryResult *result);

/* One sentence for the log, NULL if there was nothing to do. (transfer full) */
char *sy_recovery_describe (const SyRecoveryResult *result);

G_END_DECLS
