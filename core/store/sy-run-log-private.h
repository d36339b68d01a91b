/* sy-run-log-private.h: what the files of the log's writer thread share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-latency-private.h"
#include "core/store/sy-log-queue-private.h"
#include "core/store/sy-run-log.h"

#include <pthread.h>

G_BEGIN_DECLS

typedef enum
{
  REQUEST_BEGIN,
  REQUEST_OPEN,
  REQUEST_REOPEN,
  REQUEST_CLOSE
} SyRunLogRequestKind;

/* Something to be done on the writer's thread while somebody waits; lies on the waiter's stack. BEGIN: nobody does. */
typedef struct
{
  SyRunLogRequestKind kind;
  const SyRunLogInfo *info; /* OPEN: (nullable) */
  gboolean done;
  GError *error;
} SyRunLogRequest;

typedef struct
{
  SyRunLogRequest request;
  SyRunLogInfo info;
} SyRunLogBeginning;

/*
 * Everything is guarded by `mutex` but `writer`, which belongs to the thread.
 * `queue` holds what was submitted, in order; the thread takes it whole.
 */
struct _SyRunLog
{
  SyLogSink sink;
  SyRunDir *run;
  SyRunLogOptions options;
  char *boot_id, *vfs;
  GThread *thread;
  pthread_t pthread;
  SyLogWriter *writer;

  GMutex mutex;
  GCond wake;     /* the thread waits on it */
  GCond finished; /* flush and requests wait on it */
  SyLogQueue queue;
  guint64 n_finished; /* items of the queue */
  guint n_waiting_flush;
  gboolean sleeping, quit;
  gint64 last_seq;
  guint32 n_definitions;
  GError *failure; /* (nullable): the log is failed */
  gboolean dirty;  /* commits since the last TRUNCATE checkpoint */
  gboolean held_notified;
  int wal_pages_tried; /* pages in the -wal when it was last merged */
  SyRunLogStats stats;
  SyLatency latency;
};

/* --- sy-run-log.c --- */
/* The mutex is held. */
void sy_run_log_wake_if (SyRunLog *log, gboolean needed);
gpointer sy_run_log_thread (gpointer log);
/* On the writer's thread */
void sy_run_log_set_failed (SyRunLog *log, const GError *error);
void sy_run_log_checkpoint (SyRunLog *log, gboolean truncate);
/* The functions of its sink */
void sy_run_log_init_sink (SyRunLog *log);

/* --- sy-run-log-open.c, on the writer's thread --- */
void sy_run_log_serve (SyRunLog *log, SyRunLogRequest *request);

G_END_DECLS
