/* sy-import-draft.h: a workflow while an importer builds it, and its native text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"
#include "core/format/sy-import.h"

G_BEGIN_DECLS

#define SY_DRAFT_MAX_EDGES 2000000

typedef struct
{
  char *name;        /* as the source calls it */
  char *id;          /* unique, valid in a native file */
  char *label;       /* (nullable) written where it says more than the id */
  char *run;         /* (nullable) shell text */
  GPtrArray *argv;   /* (nullable) */
  char *dir;         /* (nullable) */
  const char *join;  /* (nullable) static: all_done */
  GArray *needs;     /* guint32 */
  GPtrArray *env;    /* (nullable) name, value, … */
  GPtrArray *extra;  /* (nullable) x-key, value, … */
  GString *retry;    /* (nullable) the flow mapping's inside */
  gint64 runtime_us; /* -1: unknown */
  int priority;
  guint cpu;      /* 0: default */
  guint64 memory; /* bytes, 0: none */
  int pool;       /* index, -1: none */
  guint n_children;
} SyDraftTask;

/* Owns all; one per import. Errors go to problems, by line of the imported file (0: the file as a whole). */
typedef struct
{
  char *name, *description;
  const char *format_name;
  GPtrArray *tasks;     /* of SyDraftTask */
  GHashTable *ids;      /* taken */
  GHashTable *by_name;  /* name -> index + 1 */
  GHashTable *suffixes; /* id that was taken -> last number put behind it */
  GHashTable *edges;    /* from << 32 | to */
  GPtrArray *pools;     /* name, capacity as text, … */
  GHashTable *pool_ids; /* the source's name -> index + 1 */
  SySource *source;
  SyProblems *problems;
} SyDraft;

SyDraft *sy_draft_new (SySource *source, const char *path, SyProblems *problems);
void sy_draft_free (SyDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDraft, sy_draft_free)

/* A task called @name by the source and @id_from (made valid and unique) here. NULL after an error: twice, or
 * too many. */
SyDraftTask *sy_draft_add (SyDraft *draft, const char *name, const char *id_from, guint line);
SyDraftTask *sy_draft_get (SyDraft *draft, guint index);
/* Index, or G_MAXUINT */
guint sy_draft_find (SyDraft *draft, const char *name);
/* @to needs @from; a second time does nothing. FALSE after an error. */
gboolean sy_draft_connect (SyDraft *draft, guint from, guint to, guint line);

void sy_draft_lost (SyDraft *draft, guint line, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Always FALSE */
gboolean sy_draft_error (SyDraft *draft, guint line, const char *format, ...) G_GNUC_PRINTF (3, 4);

void sy_draft_task_add_env (SyDraftTask *task, const char *name, const char *value);
void sy_draft_task_add_extra (SyDraftTask *task, const char *key, const char *value);
/* Index of the pool; added with @capacity where there is none of that name; -1 when there are too many */
int sy_draft_pool (SyDraft *draft, const char *name, guint capacity);
/* Doubles what would be an expression here */
char *sy_draft_escape (const char *text);

/* The native file. (transfer full) */
GBytes *sy_draft_write (SyDraft *draft);

/* The importers. FALSE after an error. */
gboolean sy_import_pmc (SyDraft *draft);
gboolean sy_import_dagman (SyDraft *draft, const char *path);
gboolean sy_import_dot (SyDraft *draft);
gboolean sy_import_wfformat (SyDraft *draft);
gboolean sy_import_make (SyDraft *draft);

/* Line by line: (transfer full), without its line break; NULL at the end. *number counts from 1. */
char *sy_draft_read_line (const char **at, const char *end, guint *number);

G_END_DECLS
