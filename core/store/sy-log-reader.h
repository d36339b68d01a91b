/* sy-log-reader.h: reading a run's log from any process and any thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-attempt.h"
#include "core/model/sy-log.h"
#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/*
 * A read-only handle; used by one thread at a time. No statement lives across
 * calls, so a reader never holds back a checkpoint. Never writes to the log.
 *
 * A log whose runner lives, or died and left a -wal behind, is read through
 * SQLite's WAL index (the -shm file, which SQLite may make; the log itself is
 * not touched). A cleanly closed log is read as immutable, under a shared lock
 * of `owner` that is held for the call: no file is made, a read-only folder
 * will do, and a runner that starts meanwhile waits for its 2 seconds at most.
 * Each call finds out anew which of the two it is. Only a log with a -wal left behind in a folder that cannot be
 * written to is refused (%SY_ERROR_IO): copy the folder elsewhere.
 */
typedef struct _SyLogReader SyLogReader;

/* @run: must outlive the reader. %SY_ERROR_NOT_FOUND: no log yet; %SY_ERROR_VERSION: a newer
 * version's; %SY_ERROR_CORRUPT: damaged (sy-doctor.h can salvage it). */
SyLogReader *sy_log_reader_open (SyRunDir *run, GError **error);
void sy_log_reader_free (SyLogReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyLogReader, sy_log_reader_free)

SyLogSource *sy_log_reader_get_source (SyLogReader *reader);
/* The same, by name: events with seq > @after, ascending; the event is borrowed for the call; FALSE from @each stops. */
gboolean sy_log_reader_read (SyLogReader *reader, gint64 after, SyLogEach each, gpointer data, GError **error);
/* Seq of the newest event; 0 none, -1 error */
gint64 sy_log_reader_get_last_seq (SyLogReader *reader, GError **error);

/* What the log says about the run as a whole */
typedef struct
{
  char *uuid, *workflow_path, *name, *app_version;
  char *rerun_of;       /* (nullable) */
  guint32 number;
  gint64 created_us;    /* wall */
  gint64 ended_us;      /* wall; 0 = has not ended */
  SyRunStatus status;   /* newest RUN_STATE */
  gint64 seq;           /* newest event */
  guint32 slots;        /* newest SLOTS_CHANGED or RUN_CREATED */
  guint32 counts[SY_N_STATES];
  gboolean unconfirmed; /* salvaged: read-only until the user confirms */
} SyRunMeta;
void sy_run_meta_clear (SyRunMeta *meta);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyRunMeta, sy_run_meta_clear)
gboolean sy_log_reader_get_meta (SyLogReader *reader, SyRunMeta *meta, GError **error);

typedef struct
{
  guint32 n;            /* 1… */
  char *path, *sha256;
  GBytes *bytes;        /* the exact file */
  gint64 since_seq;     /* first event that it governs */
} SyDefinition;
void sy_definition_free (SyDefinition *definition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDefinition, sy_definition_free)
/* @n: 0 = the newest */
SyDefinition *sy_log_reader_get_definition (SyLogReader *reader, guint32 n, GError **error);
/* (element-type SyDefinition) (transfer full): all, ascending */
GPtrArray *sy_log_reader_get_definitions (SyLogReader *reader, GError **error);

/* (element-type SyAttempt) (transfer full): of @task and @item, or of all tasks with @task 0; by task, item, attempt */
GArray *sy_log_reader_get_attempts (SyLogReader *reader, guint32 task, guint32 item, GError **error);

/* Rows of table state by (task, item); `id` is owned by the array. (element-type SyStateRow) (transfer full) */
GArray *sy_log_reader_get_states (SyLogReader *reader, GError **error);

typedef struct
{
  gint64 mono_us, cpu_us, rss, read, written;
  guint processes;
} SySample;
/* (element-type SySample) (transfer full): ascending in time */
GArray *sy_log_reader_get_samples (SyLogReader *reader, guint32 task, guint32 item, guint32 attempt, GError **error);

/*
 * All attempts of the run, each (@sample NULL) before its samples, which ascend in time; without an @attempt: a sample of the
 * machine. One after the other, from one snapshot: nothing grows with the run.
 */
typedef void (*SyLogEachUse) (const SyAttempt *attempt, const SySample *sample, gpointer data);
gboolean sy_log_reader_each_use (SyLogReader *reader, SyLogEachUse each, gpointer data, GError **error);

typedef struct
{
  guint32 n;
  char boot_id[37];
  gint64 wall_us, boot_us; /* of the first runner of this boot: wall time of an event = wall_us + (boot_us of it − boot_us) */
} SyBoot;
/* (element-type SyBoot) (transfer full) */
GArray *sy_log_reader_get_boots (SyLogReader *reader, GError **error);

/* --- being woken --- */

/**
 * sy_log_reader_get_wake_fd:
 *
 * A descriptor that polls readable after each commit (the bell) and once a
 * second: watch it with g_unix_fd_add() or poll(2), then call
 * sy_log_reader_check_wake(). Owned by the reader. -1 + error.
 */
int sy_log_reader_get_wake_fd (SyLogReader *reader, GError **error);
/* Drains the descriptor. TRUE if the log may have changed since the last call (data_version, or a runner came or went). */
gboolean sy_log_reader_check_wake (SyLogReader *reader);
/* For threads: waits until check_wake() says TRUE, at most @timeout_us (-1 = for ever). */
gboolean sy_log_reader_wait (SyLogReader *reader, gint64 timeout_us);

G_END_DECLS
