/* sy-log-writer-private.h: transactions of the run log, on the writer's thread
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-log-rows-private.h"
#include "core/store/sy-run-log.h"

G_BEGIN_DECLS

/* One thing that was submitted; groups of these share a transaction. */
typedef struct
{
  SyLogBatch batch;
  SyLogDone done;
  gpointer data;
  GPtrArray *definitions; /* (nullable) (element-type SyDefinition) (owned): enter before the events */
  gpointer request;       /* (nullable): not a batch but something sy-run-log.c asks of its thread */
} SyLogItem;

typedef struct
{
  guint32 task, item, attempt;
  SySample sample;
} SySampleRow;

/*
 * The writable connection and what belongs to it. Made, used and freed on one
 * thread, which every function asserts.
 */
typedef struct _SyLogWriter SyLogWriter;

/* A log to be made */
typedef struct
{
  const SyRunLogInfo *info;
  const char *suffix; /* of the file's name: "" but for salvage */
  GArray *boots;      /* (nullable) SyBoot rows to begin with: salvage */
} SyLogSeed;

/* @seed: (nullable): %NULL opens what is there */
SyLogWriter *sy_log_writer_new (SyRunDir *run, const SyLogSeed *seed, const SyRunLogOptions *options, GError **error);
void sy_log_writer_free (SyLogWriter *writer);

/**
 * sy_log_writer_commit:
 * @samples: (element-type SySampleRow)
 *
 * All of it in one transaction. On error nothing has happened; else sy_log_writer_ring() is to follow.
 */
gboolean sy_log_writer_commit (SyLogWriter *writer, GPtrArray *items, GArray *samples, GError **error);

/* Mark and bell, after COMMIT: a reader that this wakes finds the rows. */
void sy_log_writer_ring (SyLogWriter *writer);

/* Merges the -wal into the database as far as readers let it; @truncate: empties it too. */
gboolean sy_log_writer_checkpoint (SyLogWriter *writer, gboolean truncate, GError **error);

/* FALSE + error if the -wal that we write to has no name any more. */
gboolean sy_log_writer_check_wal (SyLogWriter *writer, GError **error);

gint64 sy_log_writer_get_last_seq (SyLogWriter *writer);
guint32 sy_log_writer_get_boot (SyLogWriter *writer);
guint32 sy_log_writer_get_n_definitions (SyLogWriter *writer);
/* Pages that the -wal holds, merged or not */
int sy_log_writer_get_wal_pages (SyLogWriter *writer);

G_END_DECLS
