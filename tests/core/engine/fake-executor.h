/* fake-executor.h: an executor that ends tasks on command, and a log in memory whose commits a test lets through
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-executor.h"
#include "core/model/sy-log.h"

G_BEGIN_DECLS

typedef struct _FakeSink FakeSink;

/* Takes orders and keeps them; the test reports what became of them. */
typedef struct
{
  SyExecutor base;
  GThreadPool *pool;
  GMutex mutex;
  GCond cond;
  GPtrArray *orders;    /* SyOrder (owned), in the order of their dispatch */
  GArray *stops;        /* guint32 tasks */
  GArray *fences;       /* guint64 nonces */
  GArray *committed;    /* guint64 nonces */
  guint slots;
  gboolean left_running, is_shut;
  gint64 took_us;       /* what the next attempts to end took: 1 s */
  gboolean unrecorded;  /* no journal has the ends reported from now on */
  FakeSink *sink;       /* (nullable) no order may come before its intent, or what reserved its nonce, is committed there */
} FakeExecutor;

FakeExecutor *fake_executor_new (void);
/* Waits until @n orders have come in all. */
void fake_executor_await (FakeExecutor *fake, guint n);
guint fake_executor_count (FakeExecutor *fake);
void fake_executor_await_stop (FakeExecutor *fake);
/* Reports the begin, and the end with wait status @status, of the order that came as number @at (0…). */
void fake_executor_start (FakeExecutor *fake, guint at);
void fake_executor_end (FakeExecutor *fake, guint at, int status);

/* Reports that an order was given back. */
void fake_executor_fenced (FakeExecutor *fake, guint at);
/* Waits until @n fences were asked for in all. */
void fake_executor_await_fences (FakeExecutor *fake, guint n);

/* Reports trouble; @hopeless: nothing can be executed. */
void fake_executor_trouble (FakeExecutor *fake, const char *text, gboolean hopeless);

/* A log in memory with a writer thread of its own. Commits wait while @closed; the next one fails if @fail_next. */
struct _FakeSink
{
  SyLogSink base;
  GMutex mutex;
  GCond cond;
  GThread *thread;
  GQueue queue;         /* batches */
  GArray *events;       /* SyEvent (owned): committed */
  guint n_commits;
  gboolean closed, fail_next, failed, quit;
  gboolean busy;        /* calls a done function */
  int restores, refuse_restore; /* atomic: tries to make the reserve again; whether they fail */
};

FakeSink *fake_sink_new (void);
void fake_sink_free (FakeSink *sink);
void fake_sink_gate (FakeSink *sink, gboolean closed);
/* Folds what is committed. */
SyRunState *fake_sink_fold (FakeSink *sink, SyWorkflow *workflow);
/* After a failure: takes batches again. */
void fake_sink_reopen (FakeSink *sink);
/* Waits until something wants to be committed: at the closed gate it stays so. */
void fake_sink_await_queued (FakeSink *sink);
void fake_sink_await_batches (FakeSink *sink, guint n);
void fake_sink_fail_next (FakeSink *sink);
gboolean fake_sink_has_nonce (FakeSink *sink, guint64 nonce);
guint fake_sink_count (FakeSink *sink, SyEventKind kind);
/* Waits until @n events of @kind are committed. */
void fake_sink_await (FakeSink *sink, SyEventKind kind, guint n);

G_END_DECLS
