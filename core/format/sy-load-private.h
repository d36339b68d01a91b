/* sy-load-private.h: what the parts of the loader share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-bind-private.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* A text with expressions, checked once all tasks are known */
typedef struct
{
  const SyNode *node;
  guint32 task;       /* index; SY_NO_TASK: of the file; SY_HANDLER_TEXT: of a handler; SY_PARAM_TEXT: a default */
  gboolean condition; /* `if` */
} SyLoadText;
#define SY_HANDLER_TEXT (SY_NO_TASK - 1)
#define SY_PARAM_TEXT (SY_NO_TASK - 2)

typedef enum { SY_QUERY_EXPRESSION, SY_QUERY_WRITERS, SY_QUERY_READER, SY_QUERY_READER_BEFORE } SyQueryKind;

/* “Does @ancestor come before @task?”, asked while loading, answered all at once by sy_load_answer() */
typedef struct
{
  guint32 task, ancestor;
  guint8 kind;        /* SyQueryKind */
  guint8 holds;       /* the answer */
  gsize start, end;   /* where to complain */
  const SyNode *node; /* WRITERS, READER: the item */
} SyQuery;

typedef struct
{
  SyCheck check;
  SyWorkflow *workflow;
  const SyNode *file[SY_N_FILE_FIELDS];     /* good values of the file */
  const SyNode *defaults[SY_N_TASK_FIELDS];
  SyTask base;                              /* a task of which nothing is said but the defaults */
  const SyNode **keys;                      /* key node of each task */
  const SyNode **needs, **reads, **writes;  /* values of each task, or NULL */
  guint8 *explicit_join;
  GHashTable *ids;                          /* id -> index + 1 */
  GArray *texts;                            /* SyLoadText */
  GArray *queries;                          /* SyQuery */
  SyBinding binding;                        /* the expressions of fields with a type */
  guint patience;                           /* words still to be compared for "did you mean" */
} SyLoad;

/* Values that sy_check_value() has found good; otherwise some value of the type */
gint64 sy_read_int (const SyNode *node);
double sy_read_number (const SyNode *node);
gint64 sy_read_duration (const SyNode *node);
gboolean sy_read_bool (const SyNode *node);
/* Index in @words; 0 if it is none of them */
guint sy_read_word (const SyNode *node, const char *const *words);
SyText sy_load_text (SyLoad *load, const SyNode *node, guint32 task);
/* A list of scalars (a lone scalar counts as one) as SyText; *n items */
const SyText *sy_load_texts (SyLoad *load, const SyNode *list, guint32 task, guint *n);
/* The pairs of @map on top of @base (nullable), by name */
const SyEnv *sy_load_env (SyLoad *load, const SyNode *map, const SyEnv *base, guint32 task);
/* The words of `shell`; NULL (with *n 0): keep what was there */
const SyText *sy_load_shell (SyLoad *load, const SyNode *list, guint32 task, guint *n);
const SyTimeout *sy_load_timeout (SyLoad *load, const SyNode *node);

/* Puts what @values say into @task (options, texts), over what is there */
void sy_load_options (SyLoad *load, const SyNode *const *values, SyTask *task, guint32 index);

/* What fields of the task are worth only once its join fires: behind sy_load_options(). @first: of the binding's bounds */
void sy_load_late (SyLoad *load, SyTask *task, guint first);

/* The steps, in this order */
void sy_load_file (SyLoad *load);
void sy_load_params (SyLoad *load, const SyNode *map);
void sy_load_tasks (SyLoad *load);
void sy_load_needs (SyLoad *load, guint32 index);
void sy_load_check_joins (SyLoad *load);
gboolean sy_load_close (SyLoad *load); /* FALSE: a cycle, reported */
void sy_load_check_texts (SyLoad *load);
void sy_load_check_paths (SyLoad *load);
void sy_load_answer (SyLoad *load);

/* Nearest id to a word that is none, while the patience lasts. (nullable) */
const char *sy_load_nearest_id (SyLoad *load, const char *word);
/* A fix that gives the task one more need */
void sy_load_fix_need (SyLoad *load, SyProblem *problem, guint32 task, const char *need);
/* Blanks in front of @offset */
guint sy_load_indentation (const SyLoad *load, gsize offset);
const char *sy_load_id (const SyLoad *load, guint32 task);

G_END_DECLS
