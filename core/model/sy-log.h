/* sy-log.h: the interfaces at which engine and store meet: log sink and log source
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"
#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* A row of table `state`, copied from the fold at submit time. */
typedef struct
{
  guint32 task, item;
  const char *id;       /* owned by the workflow, which the writer keeps alive */
  guint8 state, name, settled, badges;
  guint32 attempt, budget_used;
  gint64 due_us;        /* wall; 0 none */
  gint64 last_seq;
} SyStateRow;
/* The row of task @number as the fold has it now; `id` is borrowed from the workflow ("" if it has left the file). */
void sy_state_row_init (SyStateRow *row, const SyRunState *state, guint32 number);
gboolean sy_state_row_equal (const SyStateRow *a, const SyStateRow *b);

/* One transaction: all of it or nothing. Events carry their seq. */
typedef struct
{
  GArray *events;       /* SyEvent (owned); not to be touched after `done`: who submitted may hold it, too, and move them on */
  GArray *states;       /* SyStateRow (owned), each task once */
  gboolean may_wait;    /* may be grouped a little longer (intents ahead, samples) */
} SyLogBatch;
void sy_log_batch_clear (SyLogBatch *batch);

/* On the writer thread after COMMIT (error NULL) or after its failure; must not block. */
typedef void (*SyLogDone) (const GError *error, gpointer data);

typedef struct _SyLogSink SyLogSink;
struct _SyLogSink
{
  /* Any thread; order of calls = order in the log. Takes the contents of @batch. Never blocks on the disk. */
  void (*submit) (SyLogSink *sink, SyLogBatch *batch, SyLogDone done, gpointer data);
  /* One sample row; lossy under pressure. */
  void (*sample) (SyLogSink *sink, guint32 task, guint32 item, guint32 attempt, gint64 mono_us,
                  gint64 cpu_us, gint64 rss, gint64 read, gint64 written, guint processes);
  /* Blocks until all submitted before is committed or failed. */
  gboolean (*flush) (SyLogSink *sink, GError **error);
  /* (nullable) Takes back the space that a full disk made it give up; may wait for the disk. FALSE: there is none yet. */
  gboolean (*restore_reserve) (SyLogSink *sink);
  guint32 boot;         /* row of this boot */
};

/* Reading: called for each event with seq > @after, ascending. FALSE from @each stops. */
typedef gboolean (*SyLogEach) (const SyEvent *event, gpointer data);
typedef struct _SyLogSource SyLogSource;
struct _SyLogSource
{
  gboolean (*read) (SyLogSource *source, gint64 after, SyLogEach each, gpointer data, GError **error);
};

G_END_DECLS
