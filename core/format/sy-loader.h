/* sy-loader.h: from a workflow file to a checked SyWorkflow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"
#include "core/format/sy-problem.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/**
 * sy_loader_load_path:
 * @path: the workflow file
 * @problems: gets everything found, errors and warnings, sorted by position;
 *   also "unreadable" where the file cannot be read
 *
 * Reads and checks; executes, fetches and includes nothing. Refuses what is no
 * regular file and what is above %SY_LIMIT_FILE before reading it.
 *
 * Returns: (transfer full) (nullable): the workflow, finished (sy_workflow_finish()); %NULL if there is any error
 */
SyWorkflow *sy_loader_load_path (const char *path, SyProblems *problems);

/* The same from bytes. @path: (nullable): where they came from or will be; for messages, the default name and relative paths */
SyWorkflow *sy_loader_load_bytes (GBytes *bytes, const char *path, SyProblems *problems);

/* The same from a document parsed before, whose problems are in @problems already */
SyWorkflow *sy_loader_load_document (SyDocument *document, const char *path, SyProblems *problems);

/* What the fields that hold expressions of params and env are worth */
typedef enum
{
  SY_BIND_NOTHING,  /* not known: any value of the type stands for it */
  SY_BIND_DEFAULTS, /* by the defaults of the parameters; what they do not tell is not known, and what is wrong by them a warning */
  SY_BIND_STORED,   /* of a run; what is wrong is not known */
  SY_BIND_RUN,      /* of a run about to start: what is wrong is an error */
} SyBindMode;

/* The starter's environment, "NAME=value" each: asked for once, by the first expression that names a variable. (transfer full) */
typedef GStrv (*SyBindEnv) (gpointer data);
/* Such a function: that of this process */
GStrv sy_loader_own_env (gpointer data);

/**
 * sy_loader_load_bound:
 * @params: (nullable): name -> value, as sy_loader_check_params() gives it; NULL: the defaults
 * @env: (nullable): NULL: no variable is set; @data: for it
 *
 * sy_loader_load_bytes() with the values of a run: fields such as `slots: "${{ params.jobs }}"` get what they are worth.
 * A file without such fields is read once only. The other loaders use the defaults (from bytes) or nothing.
 */
SyWorkflow *sy_loader_load_bound (GBytes *bytes, const char *path, GHashTable *params, SyBindEnv env,
                                  gpointer data, SyBindMode mode, SyProblems *problems);

/* The same from a document parsed before, whose problems are in @problems already (and are lost where it is read twice) */
SyWorkflow *sy_loader_load_document_bound (SyDocument *document, const char *path, GHashTable *params, SyBindEnv env,
                                           gpointer data, SyBindMode mode, SyProblems *problems);

/* Reads a file as above, without parsing it. SY_ERROR_LIMIT, SY_ERROR_INVALID (no regular file), or an I/O error naming path and cause. */
GBytes *sy_loader_read (const char *path, GError **error);

/**
 * sy_loader_check_params:
 * @given: "name=value" each, as from the command line; later wins
 * @now_wall_us: what `today` and `now` mean
 * @env: (nullable): as sy_loader_load_bound() has it, for defaults with expressions
 * @out: (out) (optional) (transfer full): name -> value as text, canonical form (char * -> char *), all parameters with a value
 *
 * Checks values against the parameters of @workflow and fills in defaults.
 *
 * Returns: %FALSE with %SY_ERROR_INVALID that lists every wrong, unknown
 *   ("did you mean") or missing parameter, one a line
 */
gboolean sy_loader_check_params (const SyWorkflow *workflow, const char *const *given, gint64 now_wall_us,
                                 SyBindEnv env, gpointer data, GHashTable **out, GError **error);

G_END_DECLS
