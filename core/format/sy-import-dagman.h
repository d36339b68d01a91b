/* sy-import-dagman.h: what the parts of the DAGMan importer share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-import-draft.h"

G_BEGIN_DECLS

/* What the file says of one node, until its task is written */
typedef struct
{
  guint task;           /* index in the draft */
  guint line;           /* of its JOB */
  char *submit;         /* (nullable) submit file, as written; or the text between { } */
  gboolean inline_text; /* submit is the text itself */
  char *dir;            /* (nullable) */
  gboolean noop, done;
  char *pre, *post;     /* (nullable) script and arguments */
  guint pre_line, post_line;
  GPtrArray *vars;      /* name, value, … */
  guint retries;
} SyDagNode;

/**
 * sy_dag_resolve_command:
 * @folder: (nullable): where submit files may be read
 *
 * Gives the node's task what it runs: the command of its submit file, its PRE
 * and POST scripts around it, or nothing, which is reported.
 */
void sy_dag_resolve_command (SyDraft *draft, SyDagNode *node, const char *folder);

/* Reads a file that lies inside @folder (real paths, regular, at most 16 MiB); NULL with *why (out) (transfer full) */
char *sy_dag_read_inside (const char *folder, const char *name, char **why);

G_END_DECLS
