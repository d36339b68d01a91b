/* sy-run-start.h: making a run, and taking over one that nobody runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-run-host.h"

G_BEGIN_DECLS

typedef struct
{
  SyWorkflow *workflow;         /* loaded, not yet shared */
  GBytes *bytes;                /* the exact file */
  const char *path;             /* absolute, resolved */
  SyRunSettings *settings;
  SyRunShow show;
  int ready_fd;
  const char *rerun_of;         /* (nullable) */
} SyRunStart;

/* Makes a run and runs it to its end in this process; says what came of it. Gives the exit code. */
int sy_run_start (SyRunStart *start);

typedef struct
{
  gboolean start_tasks;
  const char *const *commands;  /* (nullable) requests, NULL-terminated */
  guint slots;                  /* 0 = as before */
  SyRunShow show;
  gboolean report;              /* say what came of it */
  GBytes *definition;           /* (nullable) a file that governs from now on; its workflow is in the view already */
  SyWorkflow *definition_workflow;
  int ready_fd;
} SyRunTakeOver;

/* Becomes the runner of @view's run: %SY_EXIT_OWNED if somebody else is. Gives the exit code. */
int sy_run_take_over (SyRunView *view, const SyRunTakeOver *how);

/**
 * sy_run_command:
 *
 * Hands @request to the living runner of @view's run.
 *
 * Returns: TRUE if a runner took it; FALSE with @error, or without one if no runner lives
 */
gboolean sy_run_command (SyRunView *view, const char *request, GError **error);

/**
 * sy_run_detached:
 *
 * Starts this program again with the same arguments but --detach, in a session
 * of its own, and waits until the run goes on by itself. Prints the run's id; gives the exit code.
 */
int sy_run_detached (void);
/**
 * sy_run_announce:
 * @ready_fd: (inout): as --ready-fd gave it, −1 = nobody waits; −1 afterwards
 *
 * Tells the process that waits in sy_run_detached() that the run goes on by
 * itself, and lets go of its standard streams; stderr becomes the run's file `messages`.
 */
void sy_run_announce (SyRunDir *run, int *ready_fd);
/* Kept by main() for sy_run_detached(). */
void sy_run_set_arguments (char **argv);

G_END_DECLS
