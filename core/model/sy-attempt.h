/* sy-attempt.h: one attempt of a task: the row of the log's table `attempt`
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"

G_BEGIN_DECLS

/*
 * Read by the store, printed by the command line, written out by the exporters.
 * Plain data. Sizes in bytes, durations and times in µs.
 */
typedef struct
{
  guint32 task;         /* number */
  guint32 item;         /* 0 = none */
  guint32 n;            /* attempt number, 1… */
  guint32 keeper;
  guint32 boot;         /* row of table boot */
  guint8 state;         /* SyState: READY = intent only, RUNNING, else the verdict (READY + AWAITING_RETRY: to be tried again) */
  guint8 name;          /* SyName */
  guint8 failure;       /* SyName of what went wrong, NONE if nothing did; for a retried attempt too */
  guint8 kill_method;   /* SyKillMethod */
  guint8 timed_out;     /* as in SyExit */
  guint8 oom;
  guint64 nonce;
  gint32 pid;
  guint64 start_time, pidns;
  gint64 started_us;    /* wall; 0 = not started */
  gint64 ended_us;      /* wall; 0 = not ended */
  int status;           /* wait status; -1 = none */
  int spawn_errno;
  gint64 user_us, sys_us;
  gint64 rss;
  gint64 read, written; /* -1 = not sampled */
  gint64 output, dropped;
  gint32 stragglers, escaped;
  guint8 command_digest[SY_DIGEST_BYTES]; /* of the words that were executed, or were to be; zeros = not known (logs of earlier versions) */
} SyAttempt;

/**
 * sy_attempt_apply:
 *
 * Brings the row up to date with one event of this attempt (INTENT, STARTED,
 * STOP_REQUESTED, EXITED, LOST); other kinds change nothing. A zeroed row is a fine start.
 */
void sy_attempt_apply (SyAttempt *attempt, const SyEvent *event);

/* How the attempt itself ended: as `state` and `name`, but one that is tried again has failed. */
SyState sy_attempt_outcome (const SyAttempt *attempt, SyName *name);
/* Exit code 0–255, or -1 if it did not exit by itself. */
int sy_attempt_exit_code (const SyAttempt *attempt);
/* Signal that ended it, or 0. */
int sy_attempt_signal (const SyAttempt *attempt);

/* What CPU and memory figures and the kill cover: "cgroup", "subreaper", "process_group", "process" (SY_KILL_NONE). */
const char *sy_kill_method_to_string (SyKillMethod method);

/* What an ended attempt failed of, judging by the facts alone: SPAWN, TIMED_OUT, OUT_OF_MEMORY, SIGNAL, EXIT, or OUTPUT for exit code 0. */
SyName sy_exit_cause (const SyExit *exit);

G_END_DECLS
