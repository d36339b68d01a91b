/* sy-task-values.h: the values of a task: evaluated when its join fires, put together when an order is made
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr.h"
#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* NAME=value and its NUL: what the kernel takes for one string of the environment */
#define SY_ENV_MAX_BYTES (128 * 1024)

/* Has the task anything to evaluate (argv, shell, env, dir, stdin, reads, writes, fields of sy-late.h)? O(its fields). */
gboolean sy_task_values_is_dynamic (const SyWorkflow *workflow, guint32 index);

/**
 * sy_task_values_evaluate:
 * @context: params, env, run and tasks
 * @json: (out) (transfer full): a compact object; keys argv, dir, env, fields, reads, shell, stdin, writes, and of these
 *   only what holds an expression. It is logged with the intent.
 *
 * Evaluates what is dynamic in a task, once, when its join fires. FALSE with an
 * error that names the field: a null, a list in argv, a variable above 128 KiB, a wrong operand.
 */
gboolean sy_task_values_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, char **json,
                                  GError **error);

/* All that an order needs to know of a task's file entry; owned. */
typedef struct
{
  GStrv argv;       /* of a run: the shell's words and then the text */
  gboolean shell;   /* argv ends with a shell text */
  GStrv env;        /* "NAME=value", each name once: file env < params < task env. The starter's lies below, SWITCHYARD_* above. */
  char *dir;        /* absolute */
  char *stdin_file; /* (nullable) absolute; NULL = /dev/null */
  GStrv reads, writes; /* under dir, as given; never NULL */
} SyTaskValues;

void sy_task_values_clear (SyTaskValues *values);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyTaskValues, sy_task_values_clear)

/**
 * sy_task_values_resolve:
 * @json: (nullable): what sy_task_values_evaluate() gave (`values` of the task's state)
 * @command: (nullable): json of an edited command, {"command":[…]} or {"run":TEXT} (`command` of the task's state)
 * @context: params, env, run: the file's own `dir` and `env` see these only
 * @folder: absolute path of the workflow file's folder
 *
 * Puts the values of one order together. A task's `dir` is relative to the
 * file's `dir`, that to @folder; stdin is relative to the task's. Pure: no file is looked at.
 */
gboolean sy_task_values_resolve (const SyWorkflow *workflow, guint32 index, const char *json, const char *command,
                                 const SyExprContext *context, const char *folder, SyTaskValues *out, GError **error);

/**
 * sy_task_values_digest:
 * @digest: %SY_DIGEST_BYTES bytes; zeros where logged values or an edited command cannot be read
 *
 * What the words to execute are known by, whatever the environment: the shell's and the text of a `run`, or those of a
 * `command`. Two attempts with the same digest executed the same command.
 */
void sy_task_values_digest (const SyWorkflow *workflow, guint32 index, const char *json, const char *command,
                            guint8 *digest);

/* sy_task_values_resolve() for a handler (file env < params < handler env; the file's dir). */
gboolean sy_handler_values_resolve (const SyWorkflow *workflow, SyHandlerKind kind, const SyExprContext *context,
                                    const char *folder, SyTaskValues *out, GError **error);

/* Absolute path of the artifacts of a task's newest attempt. (transfer full) (nullable) */
typedef char *(*SyArtifactsFunc) (guint32 task, guint32 attempt, gpointer data);

/**
 * sy_task_inputs_json:
 * @index: the task, or %SY_NO_TASK for a handler: then all tasks are listed
 * @presumed: nonce of an attempt whose success is taken for granted, although it has not ended or begun; 0 = none
 * @artifacts: (nullable)
 *
 * The content of $SWITCHYARD_INPUTS: run {id, state, params without secrets}, needs: the direct needs in
 * completion order (open ones last), each {id, state, reason, exit, outputs, artifacts, items}. (transfer full)
 */
char *sy_task_inputs_json (const SyRunState *state, guint32 index, const char *run_id, const SyExprContext *context,
                           guint64 presumed, SyArtifactsFunc artifacts, gpointer data);

G_END_DECLS
