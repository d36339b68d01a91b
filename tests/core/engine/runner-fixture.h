/* runner-fixture.h: a runner over a fake executor, a log in memory and a clock that stands still
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-runner.h"
#include "tests/core/engine/fake-executor.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  int run_fd;
  SyWorkflow *workflow;
  FakeSink *sink;
  FakeExecutor *executor;
  SyFakeClock clock;
  SyExprContext context;
  SyRunner *runner;
  GMutex mutex;         /* guards the two below */
  GCond opened;
  int n_opened, n_closed;
  GArray *seqs;         /* gint64: what the observer saw */
  GAsyncQueue *replies; /* char* */
  SyRunnerEnd end;
  GError *error;
} RunnerFixture;

/* A runner of @flow (tests/lib/flow.h) with two slots, made and not started. @requests: (nullable): first commands, parted by newlines */
void runner_fixture_set_up (RunnerFixture *f, const char *flow, const char *requests);
/* The same, where up to @chain orders go ahead in chains */
void runner_fixture_set_up_chains (RunnerFixture *f, const char *flow, const char *requests, guint chain);
/* The same, started, and the first order has gone out. */
void runner_fixture_begin (RunnerFixture *f, const char *flow);
/* Joins, asserts how it settled, tears down. */
void runner_fixture_end (RunnerFixture *f, SyRunStatus status);
/* An event of a runner before ours */
void runner_fixture_remember (RunnerFixture *f, gint64 seq, SyEventKind kind);
/* Waits until the log has been opened @n times in all. */
void runner_fixture_await_opened (RunnerFixture *f, int n);
/* Waits for the runner's end: end and error are set then. */
void runner_fixture_join (RunnerFixture *f);
void runner_fixture_assert_settled (const RunnerFixture *f, SyRunStatus status);
/* After the join */
void runner_fixture_tear_down (RunnerFixture *f);

G_END_DECLS
