/* sy-import-dagman.h: what the parts of the DAGMan importer share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-import-draft.h"

G_BEGIN_DECLS

#define SY_DAG_MAX_FILES 20000 /* that are included and spliced, each as often as it is */

/* What the file says of one node, until its task is written */
typedef struct
{
  guint task;           /* index in the draft */
  guint line;           /* of its JOB */
  char *submit;         /* (nullable) submit file, as written; or the text between { } */
  gboolean inline_text; /* submit is the text itself */
  char *dir;            /* (nullable) */
  gboolean noop, done;
  char *pre, *post; /* (nullable) script and arguments */
  guint pre_line, post_line;
  GPtrArray *vars; /* name, value, … */
  char *subdag;    /* (nullable) file of a SUBDAG EXTERNAL */
  guint retries;
  guint abort_line;
  int unless, abort, pre_skip; /* exit codes of UNLESS-EXIT, ABORT-DAG-ON, PRE_SKIP; -1 = none */
} SyDagNode;

/* What a submit description says of one job */
typedef struct
{
  GPtrArray *argv;
  char *dir, *in, *out, *err; /* (nullable) */
} SyDagJob;

/* PIN_IN and PIN_OUT of a splice: CONNECT joins those of one number */
typedef struct
{
  guint32 task, number;
  gboolean out;
} SyDagPin;

/* What a name stands for as the parent or child of others: one node, or the ends of a splice */
typedef struct
{
  GArray *roots, *leaves; /* guint32, indices of tasks */
  GArray *pins;           /* (nullable) SyDagPin, of a splice */
} SyDagName;

/* One file: the names in it are its own, its nodes are called prefix + name. */
typedef struct
{
  SyDraft *draft;
  const char *folder; /* (nullable) of the imported file: nothing is read outside */
  const char *dir;    /* (nullable) of this splice, relative to folder */
  const char *prefix;
  guint depth;
  guint outer_line;       /* line of the imported file that led here; 0 in itself */
  GHashTable *names;      /* -> SyDagName */
  GArray *order;          /* guint32: its tasks */
  GArray *pins;           /* SyDagPin */
  GPtrArray *nodes;       /* SyDagNode of all files, by task index; NULL where none */
  GHashTable *descriptions; /* name -> text of a SUBMIT-DESCRIPTION */
  GHashTable *limits;     /* category -> count */
  GHashTable *categories; /* task index + 1 -> category */
  guint final_task;       /* index + 1, 0 = none */
  guint *n_files;         /* read so far, of all: more than SY_DAG_MAX_FILES end it */
  gboolean ok;
} SyDagFile;

/* One line, and the description between { } that it begins; owns all */
typedef struct
{
  char **words; /* words[0] in upper case, with _ for -; a file or name in quotes is without them */
  guint n;
  char *text;        /* behind the first word, as written */
  char *description; /* (nullable) behind words[2], which is { or @=END */
  gboolean open;     /* the description has no end */
  guint line;
} SyDagCommand;

void sy_dag_command_clear (SyDagCommand *command);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyDagCommand, sy_dag_command_clear)

/* The next command, with the lines that continue it; FALSE at the end. *line counts from 1. */
gboolean sy_dag_read_command (const char **at, const char *end, guint *line, SyDagCommand *command);

/* The line to blame in the imported file */
static inline guint
sy_dag_at_line (const SyDagFile *f, guint line)
{
  return f->outer_line ? f->outer_line : line;
}

/* What is said of nodes: RETRY, PRIORITY, CATEGORY, VARS, SCRIPT, MAXJOBS, PIN_IN …; CONNECT. *known: whether @c is one of
 * these. FALSE after an error */
gboolean sy_dag_describe_node (SyDagFile *f, const SyDagCommand *c, gboolean *known);

/**
 * sy_dag_resolve_command:
 * @folder: (nullable): where submit files may be read
 *
 * Gives the node's task what it runs: the command of its submit file, its PRE
 * and POST scripts around it, or nothing, which is reported.
 */
void sy_dag_resolve_command (SyDraft *draft, SyDagNode *node, const char *folder);

/**
 * sy_dag_read_jobs:
 * @text: of the submit description
 *
 * Its jobs (one, but for `queue N` and `queue VAR in (…)`), and into the node's task what it asks for: processors,
 * memory, environment. What has no counterpart is reported, with the line in the submit file.
 *
 * Returns: (transfer full) (nullable): of SyDagJob; %NULL with *why
 */
GPtrArray *sy_dag_read_jobs (SyDraft *draft, SyDagNode *node, const char *text, char **why);

gboolean sy_dag_is_env_name (const char *name);

/* Reads a file that lies inside @folder (real paths, regular, at most 16 MiB); NULL with *why (out) (transfer
 * full) */
char *sy_dag_read_inside (const char *folder, const char *name, char **why);

G_END_DECLS
