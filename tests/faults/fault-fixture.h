/* fault-fixture.h: a run whose runner is killed, and the ledger that its tasks write themselves
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;         /* temp; removed at the end */
  char *state, *file, *ledger;
  char *uuid;           /* of the run: tells of the process, so that two tests at a time do not kill each other's */
  char *cgroup;         /* (nullable) a group of our own, to kill all at once */
  guint slots;
} Fault;

/* One line a task, as `mini-runner` and the ledger know it */
typedef struct
{
  guint n_begun, n_ended; /* lines of all attempts */
  guint max_begun;        /* of any one attempt: 2 = it was started twice */
} LedgerTask;

void fault_init (Fault *fault, guint slots);
void fault_clear (Fault *fault);
void fault_write_workflow (Fault *fault, const char *text);
/* How the tasks of a workflow hang together */
typedef enum
{
  FAULT_LAYERS, /* of 10, each with one need */
  FAULT_CHAIN,
  FAULT_FORKS,  /* stages of a fork, three branches and what joins them, which is the next fork */
  FAULT_N_SHAPES
} FaultShape;

/* A text of @n tasks with 1–30 ms each, @extra in every task. (transfer full) */
char *fault_make_workflow (Fault *fault, GRand *rand, FaultShape shape, guint n, const char *extra);

/* Starts a runner; @in_cgroup: in our group. */
GPid fault_start (Fault *fault, const char *state, gboolean in_cgroup, gboolean recover_only);
/* Waits for a runner, kills it after @kill_after_us (-1 = never). TRUE if it was killed; else *@status is its exit code. */
gboolean fault_wait (Fault *fault, GPid pid, gint64 kill_after_us, gboolean kill_all, int *status);
/* Waits until no keeper of the run lives any more: each holds a lock as long as it does. */
void fault_assert_no_keepers (Fault *fault);

/* How many tasks stand by in the log as it is: their orders may lie ahead at keepers. 0 also where there is no log yet. */
guint fault_count_standbys (Fault *fault);
/* id -> LedgerTask (transfer full) */
GHashTable *fault_read_ledger (Fault *fault);
SyRunState *fault_fold (Fault *fault, const char *state);
/* In the log of the run; @task: number */
guint fault_count_events (Fault *fault, SyEventKind kind, guint32 task);

G_END_DECLS
