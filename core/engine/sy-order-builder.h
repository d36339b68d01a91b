/* sy-order-builder.h: from a task and its evaluated values to an order that a keeper can execute
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-executor.h"
#include "core/model/sy-expr.h"
#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/*
 * What a task gets beside its command (format.md, "Environment and files given to a task"):
 *
 * SWITCHYARD_OUTPUT     v/t<task>.i<item>.a<attempt>; the task makes it by writing
 * SWITCHYARD_PROGRESS   v/t….p, likewise
 * SWITCHYARD_INPUTS     costs nothing for tasks without needs (all share in/0, written once). For others the text goes with
 *                       the order, and the keeper's own few files in/<keeper>.<n> are written over in place at the hand-over:
 *                       no file is made or cut per task. A process that outlives its task may see the inputs of a later one there.
 * SWITCHYARD_ARTIFACTS  artifacts/t<task>.i<item>.a<attempt>; made beforehand where the task's text, argv or environment names the
 *                       variable; a program that finds it out by itself makes it (mkdir -p)
 *
 * The environment that all tasks share goes to each keeper once; orders carry what differs.
 * Made once for a run; sy_order_builder_make() may be called from any thread.
 */
typedef struct _SyOrderBuilder SyOrderBuilder;

typedef struct
{
  const SyWorkflow *workflow;           /* referenced */
  const SyExprContext *context;         /* params, env, run; borrowed, called from pool jobs */
  const char *const *environment;       /* the starter's */
  int run_fd;                           /* borrowed */
  const char *run_path, *run_id;
  guint slots;
} SyOrderBuilderOptions;

/* Makes the folders in/ and artifacts/ and the file in/0 of the run. */
SyOrderBuilder *sy_order_builder_new (const SyOrderBuilderOptions *options, GError **error);
SyOrderBuilder *sy_order_builder_ref (SyOrderBuilder *builder);
void sy_order_builder_unref (SyOrderBuilder *builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyOrderBuilder, sy_order_builder_unref)

/* What is to be ordered; strings are owned. */
typedef struct
{
  guint32 task;         /* number; 0 = a handler */
  guint32 attempt;
  guint64 nonce;
  SyHandlerKind handler;
  guint32 round;
  gint64 total_left_us;
  guint64 after;        /* as SyOrder has it; then nothing is made for the task that might be in the way of what runs before it */
  gboolean patient;
  char *values;         /* (nullable) json of the intent */
  char *command;        /* (nullable) json of an edited command */
  char *inputs;         /* (nullable) for SWITCHYARD_INPUTS */
} SyOrderRequest;
void sy_order_request_clear (SyOrderRequest *request);

/* Copies from the fold what the order of an action depends on. @after: the nonce upon whose success it follows, 0 = none. */
void sy_order_builder_request (SyOrderBuilder *builder, const SyRunState *state, guint32 task, guint64 after,
                               SyOrderRequest *request);
void sy_order_builder_request_handler (SyOrderBuilder *builder, const SyRunState *state, SyHandlerKind kind,
                                       SyOrderRequest *request);

/**
 * sy_order_builder_make:
 * @errnum: (out): errno of the spawn error that the attempt ends with, if %NULL is returned
 *
 * Makes the order: environment, folder (created where missing and inside the
 * file's folder), direct execution where nothing can tell the difference.
 * Blocks on the disk: pool jobs only.
 */
SyOrder *sy_order_builder_make (SyOrderBuilder *builder, const SyOrderRequest *request, int *errnum, GError **error);

G_END_DECLS
