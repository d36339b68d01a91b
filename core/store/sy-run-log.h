/* sy-run-log.h: the writer of a run's log: the one SyLogSink
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-log.h"
#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/*
 * One thread owns the writable connection and asserts it. It commits at once
 * when it is idle and commits together whatever arrived meanwhile; batches
 * marked may_wait linger up to 10 ms for company. Each transaction carries
 * event rows (hash-chained), state rows and the attempt rows that follow from
 * the events; after COMMIT the high-water mark is written, the bell is rung
 * and the done callbacks are called, in order.
 *
 * A COMMIT that fails fails all batches of its group and all behind them; the
 * log is then *failed*: it refuses everything until sy_run_log_reopen(). The
 * caller drops its memory of the run, reopens, folds again. One exception: at
 * a full disk (%SY_ERROR_NO_SPACE) the writer gives up the reserve by itself,
 * tries once more and notifies %SY_RUN_LOG_DISK_FULL.
 */
typedef struct _SyRunLog SyRunLog;

typedef enum
{
  SY_RUN_LOG_DISK_FULL, /* the reserve was given up: start nothing more */
  SY_RUN_LOG_FAILED,    /* a commit failed: reopen and fold again */
  SY_RUN_LOG_WAL_HELD,  /* a reader that sits in a read makes the -wal grow beyond 64 MB; commits go on */
} SyRunLogNotice;
/* On the writer thread; must not block. */
typedef void (*SyRunLogNotify) (SyRunLog *log, SyRunLogNotice notice, const GError *error, gpointer data);

typedef struct
{
  SyClock *clock;         /* (nullable) the real one */
  const char *boot_id;    /* (nullable) the kernel's */
  const char *vfs;        /* (nullable) SQLite VFS, for tests */
  SyRunLogNotify notify;  /* (nullable) */
  gpointer notify_data;
} SyRunLogOptions;

typedef struct
{
  const char *workflow_path;  /* absolute, resolved */
  const char *name;           /* of the workflow */
  guint32 number;             /* of the run in its workflow: sy_index_add_run() */
  gint64 created_us;          /* wall */
  const char *rerun_of;       /* (nullable) uuid */
} SyRunLogInfo;

/**
 * sy_run_log_create:
 * @run: must be owned (sy_run_dir_own()) and outlive the log
 * @options: (nullable):
 *
 * Makes an empty log with meta and the row of this boot; the first batch (with
 * RUN_CREATED) follows by submit. Makes the reserve and the bell too.
 */
SyRunLog *sy_run_log_create (SyRunDir *run, const SyRunLogInfo *info, const SyRunLogOptions *options, GError **error);

/**
 * sy_run_log_begin:
 * @info: what it points to must stay until the first flush
 *
 * As sy_run_log_create(), and does not wait: submits are taken at once, the first seq is 1. What goes wrong is what
 * the first flush and the first batches fail with.
 */
SyRunLog *sy_run_log_begin (SyRunDir *run, const SyRunLogInfo *info, const SyRunLogOptions *options);
/**
 * sy_run_log_open:
 *
 * Opens an existing log for writing, migrates an older schema, adds the row of
 * this boot where new. %SY_ERROR_VERSION for a newer version's, %SY_ERROR_CORRUPT
 * for a damaged one (see sy-doctor.h), %SY_ERROR_REFUSED for one that was
 * salvaged and not yet confirmed.
 */
SyRunLog *sy_run_log_open (SyRunDir *run, const SyRunLogOptions *options, GError **error);

/* Commits what is queued, checkpoints, writes the mark, drops the reserve, ends the thread and frees (also on error). */
gboolean sy_run_log_close (SyRunLog *log, GError **error);

/* In place of the one of the options: for a log that was made before the one who is to be told. */
void sy_run_log_set_notify (SyRunLog *log, SyRunLogNotify notify, gpointer data);

SyLogSink *sy_run_log_get_sink (SyRunLog *log);
/* Seq of the last event queued or committed: the next event has this + 1. */
gint64 sy_run_log_get_last_seq (SyRunLog *log);
gboolean sy_run_log_is_failed (SyRunLog *log);

/**
 * sy_run_log_add_definition:
 * @sha256: hex
 * @bytes: the exact bytes of the file
 *
 * Queues a file of the run; it is committed in one transaction with the batch
 * submitted next (which should hold DEFINITION_ADDED). Any thread.
 *
 * Returns: its number, 1…
 */
guint32 sy_run_log_add_definition (SyRunLog *log, const char *path, const char *sha256, GBytes *bytes);

/**
 * sy_run_log_reopen:
 *
 * After a failure: closes the connection, opens it again and checks the end of
 * the chain. Blocks; any thread but the writer's. On success submits are taken
 * again, from sy_run_log_get_last_seq() + 1.
 */
gboolean sy_run_log_reopen (SyRunLog *log, GError **error);

/* Tries to make the reserve again once there is space. */
gboolean sy_run_log_restore_reserve (SyRunLog *log, GError **error);

typedef struct
{
  gint64 n_events, n_commits, n_checkpoints;
  gint64 commit_p50_us, commit_p99_us, commit_max_us; /* BEGIN of the group to COMMIT's return */
  gint64 cpu_us;                                      /* of the writer thread */
} SyRunLogStats;
void sy_run_log_get_stats (SyRunLog *log, SyRunLogStats *stats);

G_END_DECLS
