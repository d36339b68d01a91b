/* sy-local-executor.h: attempts on this machine: a GThreadPool, one poll thread, and keepers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-proto.h"
#include "core/model/sy-executor.h"

G_BEGIN_DECLS

/*
 * Threads. Jobs of the GThreadPool start keepers, hand orders over and bury
 * dead keepers; none lives as long as a task. One poll thread receives all
 * reports and calls `report` with batches. One mutex guards the table of
 * keepers and the queue of orders; it is never held while `report` is called
 * or a process is started.
 *
 * Binding. An order belongs to a keeper in memory only. Idle keepers come
 * first; then one order is put ahead at a busy keeper, so that it goes on
 * without asking; an order ahead is fetched back (FENCE) as soon as another
 * keeper is idle and nothing else is queued, so nothing waits behind a long task.
 */
typedef struct
{
  int run_fd;                   /* borrowed; k/, out/, v/ and in/ exist */
  const char *run_path, *run_id;
  const char *keeper;           /* path of the keeper program */
  guint32 first_keeper;         /* first number not yet used in k/ */
  guint slots;
  guint prestart;               /* keepers to start at once */
  const char *const *environment; /* base environment of all tasks */
} SyLocalExecutorOptions;

/* @options is copied. %SY_ERROR_NOT_FOUND if the keeper program cannot be executed. */
SyExecutor *sy_local_executor_new (const SyLocalExecutorOptions *options, GError **error);

/* Starts the first keepers ahead of sy_local_executor_start(). */
void sy_local_executor_begin (SyExecutor *executor);

/* Sets the receiver of reports and starts the poll thread; before that nothing is reported. */
void sy_local_executor_start (SyExecutor *executor, SyReportFunc report, gpointer data);

/* The order of an attempt that a living keeper holds: nonce, task, item, attempt, slots and the task's environment. (transfer full) */
typedef SyOrder *(*SyAdoptFunc) (const SyKeeperStatus *status, gpointer data);

/**
 * sy_local_executor_adopt:
 * @status: (out): what it holds
 *
 * Takes over a living keeper of an earlier runner: it goes on with its task and
 * takes orders. Waits up to @patience_us for its answer.
 */
gboolean sy_local_executor_adopt (SyExecutor *executor, guint32 number, gint64 patience_us, SyAdoptFunc make_order,
                                  gpointer data, SyKeeperStatus *status, GError **error);
/* Is k/<number> one of ours? */
gboolean sy_local_executor_knows (SyExecutor *executor, guint32 number);

/* What the sampler wants to know of a keeper: its pid (0 = unknown) and the path of its control group (transfer full) (nullable). */
pid_t sy_local_executor_describe (SyExecutor *executor, guint32 number, char **cgroup);

G_END_DECLS
