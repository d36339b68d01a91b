/* sy-runner.h: the runner of one run: scheduler, log and executor joined
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-executor.h"
#include "core/model/sy-log.h"
#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

/*
 * Threads. A SyRunner is a monitor: one mutex guards scheduler, fold and the
 * batches in flight. It is entered by the executor's poll thread (reports), by
 * jobs of the executor's GThreadPool (orders made, outputs read) and by the
 * runner thread (commands of the ctl socket, timers, free space, observers).
 * No entry waits for the disk: a batch is submitted to the sink, and its
 * actions are performed by a pool job after COMMIT.
 *
 * Ownership of the run folder (the lock of its `owner` file) is the caller's:
 * it must be held from before sy_runner_new() until after sy_runner_free().
 */
typedef struct _SyRunner SyRunner;

typedef enum
{
  SY_RUNNER_SETTLED,    /* the run is over; `status` says how */
  SY_RUNNER_DRAINED,    /* paused by drain; resumable */
  SY_RUNNER_LEFT,       /* sy_runner_leave(): the keepers go on */
  SY_RUNNER_IDLE,       /* start_tasks was FALSE and all first commands are done */
  SY_RUNNER_STALLED,    /* nothing can run and nothing is timed */
  SY_RUNNER_FAILED,     /* the log cannot be written any more; `message` says why; the keepers go on */
} SyRunnerEndKind;

typedef struct
{
  SyRunnerEndKind kind;
  SyRunStatus status;   /* of the run, as logged */
  char *message;        /* (nullable) (owned) */
} SyRunnerEnd;
void sy_runner_end_clear (SyRunnerEnd *end);

/* What the application does for a runner; called on the runner thread, never from within a sy_runner_ function. */
typedef struct
{
  /**
   * open:
   *
   * Opens the log for writing and folds it. Called at the start, and again after a failed COMMIT
   * (close() was called for the former sink before). @state is (transfer full), its workflow set.
   */
  gboolean (*open) (gpointer data, SyLogSink **sink, SyRunState **state, GError **error);
  void (*close) (gpointer data, SyLogSink *sink);
  /* Committed events in order, in batches at most ~20 ms late. (nullable) Valid during the call only; what is zeroed
   * with memset() was moved away and is the host's. */
  void (*events) (gpointer data, SyEvent *events, guint n_events);
  /* Something to tell the user that is no event (log not writable, keeper program missing). (nullable) */
  void (*message) (gpointer data, const char *text);
  /* The runner is done, and all is told; close() follows. (nullable) Another thread then joins and frees it. */
  void (*ended) (gpointer data, const SyRunnerEnd *end);
  gpointer data;
} SyRunnerHost;

typedef struct
{
  int run_fd;                   /* the run folder; borrowed, must outlive the runner */
  const char *run_path;         /* absolute path of the same folder, for the tasks' environment */
  const char *run_id;           /* uuid */
  const char *const *environment; /* the starter's "NAME=value" */
  const char *environment_changes; /* (nullable): what of it is another than when the run was made, for the log: JSON {name: mark or null} */
  SySchedulerOptions scheduler; /* its pointers must outlive the runner; context: params, env, run. slots 0: the log's, or the
                                   default; ahead, milli_cpu, memory, seed 0: chosen by the runner; other_boot is found out */
  gboolean start_tasks;         /* FALSE: recover, do the first commands, leave (mark, cancel, doctor); a cancel leaves when what
                                   still runs has been stopped */
  gboolean fresh;               /* the log is being made: what the first flush fails with is an error of the start */
  const char *const *commands;  /* (nullable) NULL-terminated requests (sy-control.h), done in order after recovery and before anything starts */
  const char *keeper;           /* (nullable) path of the keeper program; NULL: sy_process_find_keeper() */
  guint64 free_floor;           /* bytes; 0 = the default: below 5 % or 500 MB nothing new starts; 1 = no floor */
  gboolean serve;               /* bind the ctl socket */
  SyExecutor *keepers;          /* (nullable) (transfer full): a new run's, from sy_runner_begin_keepers() */
  SyExecutor *executor;         /* (nullable) borrowed; tests give a fake one; NULL: the local executor */
  SyClock *clock;               /* (nullable) NULL: the real one */
} SyRunnerOptions;

/* Online CPUs: what `slots: auto` means. */
guint sy_runner_default_slots (void);
/* Memory of the machine, bytes, for SySchedulerOptions. */
guint64 sy_runner_memory (void);

/**
 * sy_runner_begin_keepers:
 * @options: run folder, keeper program and environment are looked at
 * @slots: of the run, not 0
 *
 * Starts the first keepers of a new run while its log is being made, for `keepers` of the options.
 *
 * Returns: (nullable) (transfer full): NULL where it cannot be done: the runner will find the same, and say it
 */
SyExecutor *sy_runner_begin_keepers (const SyRunnerOptions *options, guint slots, guint n_tasks);
/* No runner came for them. */
void sy_runner_dismiss_keepers (SyExecutor *keepers);

/**
 * sy_runner_new:
 * @options: copied, but for what its pointers point to
 * @host: copied
 *
 * Makes a runner; nothing is opened or started.
 */
SyRunner *sy_runner_new (const SyRunnerOptions *options, const SyRunnerHost *host);

/**
 * sy_runner_start:
 *
 * Starts the runner thread, which opens the log, recovers what an earlier runner left, adopts living
 * keepers, does the first commands and then runs. Errors of all this come by `ended` (kind FAILED).
 */
void sy_runner_start (SyRunner *runner);

/**
 * sy_runner_dismiss:
 *
 * After `ended`, on the thread that will join: lets the keepers of a settled run go while the runner thread closes the
 * log. sy_runner_join() does it else.
 */
void sy_runner_dismiss (SyRunner *runner);

/**
 * sy_runner_join:
 * @end: (out): how it ended; sy_runner_end_clear()
 * @error: a first command that was refused, or the error behind %SY_RUNNER_FAILED
 *
 * Waits for the runner's end. FALSE with @error if it could not run or a first command was refused.
 */
gboolean sy_runner_join (SyRunner *runner, SyRunnerEnd *end, GError **error);

void sy_runner_free (SyRunner *runner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunner, sy_runner_free)

/* --- from any thread, also from a signal source of a main loop; they return at once --- */

/* SIGTERM: the runner leaves, keepers finish what they claimed. */
void sy_runner_leave (SyRunner *runner);
/* The log's disk is full (the store's notice): nothing more is started until there is space again. */
void sy_runner_disk_is_full (SyRunner *runner);
/* SIGINT: the stop ladder for all; @kill skips the grace. */
void sy_runner_cancel (SyRunner *runner, gboolean kill);

/**
 * sy_runner_request:
 * @json: one request as the ctl socket takes it (sy-control.h)
 * @done: (nullable): called on the runner thread with the reply, after the COMMIT of what the request did
 */
typedef void (*SyRunnerReply) (gpointer data, const char *json);
void sy_runner_request (SyRunner *runner, const char *json, SyRunnerReply done, gpointer data);

G_END_DECLS
