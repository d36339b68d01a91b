/* runner-trial.h: the program on a small workflow, with a library preloaded that does it harm at a chosen point
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-index.h"
#include "tests/cli/cli-fixture.h"
#include "tests/faults/fault-fixture.h"

G_BEGIN_DECLS

typedef struct
{
  CliFixture cli;
  Fault fault;
} RunnerTrial;

extern const char *const runner_trial_start[]; /* `run`, for runner_trial_armed() */
extern const char *const runner_trial_again[]; /* `resume` */

void runner_trial_begin (RunnerTrial *t);
void runner_trial_end (RunnerTrial *t);

/* One call with @library of tests/lib, which strikes at its point @at (0 = never) and tells the file "note". */
CliResult runner_trial_armed (RunnerTrial *t, const char *library, guint at, const char *const *args);
/* The one run as it is listed; NULL = none has begun. */
SyRunInfo *runner_trial_find (RunnerTrial *t);
/*
 * Resumes what is not at its end. Where no run has begun nothing was started: runs it anew (@fresh), or gives FALSE.
 */
gboolean runner_trial_go_on (RunnerTrial *t, gboolean fresh);
/* The run has succeeded, every attempt was started once, and no keeper is left. */
void runner_trial_check (RunnerTrial *t);

G_END_DECLS
