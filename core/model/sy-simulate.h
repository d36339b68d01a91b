/* sy-simulate.h: a run on a virtual clock: the real scheduler and fold, imagined processes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

/* How an imagined attempt goes. */
typedef struct
{
  gint64 duration_us;
  int status;               /* wait status at its end, if nothing stops it */
  int spawn_errno;          /* not 0: it never executes */
  guint8 timed_out, oom;    /* as in SyExit */
  gboolean lost;            /* its keeper dies at the end instead */
  gboolean deaf_to_term;    /* a stop takes the whole grace */
  const char *outputs;      /* (nullable) json; must live until the attempt has ended */
  const char *output_error; /* (nullable) likewise */
} SySimAttempt;

/* Called when an attempt starts; @attempt is preset: it succeeds after the expected time, else 1 s. */
typedef void (*SySimAttemptFunc) (gpointer data, guint32 task, guint32 n, SySimAttempt *attempt);
/* Called for every batch of events before anything is done with its actions. */
typedef void (*SySimEventsFunc) (gpointer data, const SyEvent *events, guint n_events);

typedef struct
{
  SySchedulerOptions scheduler; /* its slots are the keepers too */
  SyTime start;
  SySimAttemptFunc attempt;     /* (nullable) */
  SySimEventsFunc events;       /* (nullable) */
  gboolean slow_fences;         /* the answer to a fence comes a step later: meanwhile what is asked for may begin */
  gpointer data;
} SySimOptions;

/* Pure like the scheduler: no clock, thread, process or I/O. */
typedef struct _SySimulation SySimulation;

/* A fresh run of @workflow (its RUN_CREATED is applied and reported). */
SySimulation *sy_simulation_new (SyWorkflow *workflow, const SySimOptions *options);
/* From any folded state, taken over; attempts that run in it go on (adopted), intents are void. */
SySimulation *sy_simulation_new_from (SyRunState *state, const SySimOptions *options);
void sy_simulation_free (SySimulation *simulation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SySimulation, sy_simulation_free)

/* Goes to the next moment at which something happens and lets it happen; FALSE: nothing is left to happen. */
gboolean sy_simulation_step (SySimulation *simulation);
/* Steps until the run has left or rests. */
void sy_simulation_run (SySimulation *simulation);
/* After an input given to the scheduler directly (a user's command): takes its batch. */
void sy_simulation_flush (SySimulation *simulation);

SyRunState *sy_simulation_state (SySimulation *simulation);        /* borrowed */
SyScheduler *sy_simulation_scheduler (SySimulation *simulation);   /* borrowed */
SyTime sy_simulation_now (SySimulation *simulation);
gboolean sy_simulation_has_left (SySimulation *simulation);        /* the scheduler said LEAVE */
guint sy_simulation_n_running (SySimulation *simulation);          /* imagined processes */
/* Gives up the state, as if the runner had been killed. (transfer full) */
SyRunState *sy_simulation_steal_state (SySimulation *simulation);

G_END_DECLS
