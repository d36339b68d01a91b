/* executor-fixture.h: the local executor with real keepers, and what it reports
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-local-executor.h"

G_BEGIN_DECLS

#define PATIENCE_US (60 * G_USEC_PER_SEC)

/* A run folder, an executor, and the reports that came. */
typedef struct
{
  char *folder, *child, *keeper;
  char *run_id; /* tells of the process: the groups of two tests at a time, and so the ends of their keepers, must not be the same */
  int run_fd;
  SyExecutor *executor;
  GMutex mutex;
  GCond cond;
  GArray *reports; /* SyReport */
  guint prestart;
} ExecutorFixture;

void executor_fixture_set_up (ExecutorFixture *f, guint slots);
void executor_fixture_tear_down (ExecutorFixture *f);
/* Another one on the same folder */
SyExecutor *executor_fixture_make (ExecutorFixture *f, guint slots);
void executor_fixture_on_reports (SyExecutor *executor, SyReport *reports, guint n, gpointer f);
/* The test child with these words; nonce 1000 + @task */
SyOrder *executor_fixture_order (ExecutorFixture *f, guint32 task, const char *mode, const char *argument);
void executor_fixture_dispatch (ExecutorFixture *f, SyOrder *order);
/* Waits for a report of @kind about @task. */
SyReport executor_fixture_await (ExecutorFixture *f, SyReportKind kind, guint32 task);
/* Waits until there are so many of @kind, about whatever task. */
void executor_fixture_await_all (ExecutorFixture *f, SyReportKind kind, guint wanted);
/* @task 0: any */
guint executor_fixture_count (ExecutorFixture *f, SyReportKind kind, guint32 task);

G_END_DECLS
