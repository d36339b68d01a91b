/* store-fixture.h: a state folder of its own and a run whose events are as the scheduler makes them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-attempt.h"
#include "core/store/sy-doctor.h"
#include "core/store/sy-index.h"
#include "core/store/sy-log-reader.h"
#include "core/store/sy-run-log.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;         /* below the test's temporary folder */
  SyStateDir *dir;
} StoreDir;

void store_dir_init (StoreDir *store);
/* Deletes it all. */
void store_dir_clear (StoreDir *store);

/* @n independent tasks "task-00001" … */
SyWorkflow *store_workflow (guint n);

/* The runner's side: fold and batch */
typedef struct
{
  SyRunDir *run;
  SyRunLog *log;        /* (nullable) */
  SyWorkflow *workflow;
  SyRunState *state;
  SyFakeClock clock;
  SyLogBatch batch;
  gint64 acknowledged;  /* seq of the newest event whose commit was reported */
  gint64 n_failed;      /* batches whose commit failed */
  guint64 nonce;
} StoreRun;

/* A new run of @n_tasks with a log; RUN_CREATED and RUN_STATE running are in the batch, not yet submitted. */
void store_run_init (StoreRun *run, StoreDir *store, guint n_tasks, const SyRunLogOptions *options);
/* The same, with a log that is still in the making */
void store_run_begin (StoreRun *run, StoreDir *store, guint n_tasks, const SyRunLogOptions *options);
/* The same, on an existing log: folded again. FALSE + error if it cannot be opened. */
gboolean store_run_open (StoreRun *run, StoreDir *store, const char *uuid, guint n_tasks, const SyRunLogOptions *options,
                         GError **error);
/* Closes the log. */
void store_run_clear (StoreRun *run);

/* One event through the fold into the batch; time moves by 100 µs. */
SyEvent *store_run_event (StoreRun *run, SyEventKind kind, guint32 task);
/* The four events of a task that succeeds, one by one */
void store_run_join (StoreRun *run, guint32 task);
void store_run_intent (StoreRun *run, guint32 task);
void store_run_start (StoreRun *run, guint32 task);
void store_run_exit (StoreRun *run, guint32 task, int status);
/* All four */
void store_run_task (StoreRun *run, guint32 task);
/* Takes @task one event further; FALSE if it has ended. */
gboolean store_run_advance (StoreRun *run, guint32 task);
/* Folds the last event of the batch, which its maker has filled by now. */
void store_run_settle (StoreRun *run);
void store_run_submit (StoreRun *run, gboolean may_wait);
gboolean store_run_flush (StoreRun *run, GError **error);
void store_run_finish (StoreRun *run);

/* Folds the log of @run anew and compares: with the runner's own state (if @state) and with table state. */
void store_assert_log (SyRunDir *run, guint n_tasks, const SyRunState *state);
SyRunState *store_fold (SyRunDir *run, guint n_tasks, GError **error);

/* For sy_doctor_verify(): @data is GUINT_TO_POINTER (n_tasks) */
SyWorkflow *store_load (const SyDefinition *definition, gpointer data, GError **error);

G_END_DECLS
