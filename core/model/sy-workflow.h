/* sy-workflow.h: a workflow as the engine sees it: typed, checked, immutable
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-field.h"
#include "core/model/sy-types.h"

G_BEGIN_DECLS

/*
 * Memory. One SyWorkflow owns everything below it: all strings, arrays and
 * option blocks are allotted with sy_workflow_alloc()/sy_workflow_intern() and
 * live until the last reference goes. Option blocks (retry, stop, …) are shared
 * between tasks (defaults) and never changed after loading. NULL block = the
 * documented default. Budget: <= 1 KiB of heap a task without the source text.
 *
 * A task is named by its index (0-based position in file order, the tie-break
 * of scheduling and layout) inside one SyWorkflow, and by its number (1-based,
 * allotted at first sight, never reused) in a run log. For a fresh file
 * number == index + 1.
 */

#define SY_NO_TASK G_MAXUINT32

/* Text that may hold ${{ }} expressions; evaluated by sy_template_render(). */
typedef struct
{
  const char *text;
  gboolean dynamic; /* holds at least one ${{ }} or $${{ */
} SyText;

typedef enum { SY_TOLERATE_FAILED = 1, SY_TOLERATE_SKIPPED = 2 } SyTolerate;

typedef struct
{
  guint32 task;     /* index of the upstream */
  guint32 tolerate; /* SyTolerate bits */
} SyNeed;

typedef struct
{
  SyJoinRule rule;
  guint quorum;             /* N or percent; rule == QUORUM only */
  gboolean percent;         /* of declared needs, rounded up */
  gboolean of_done;         /* of: done (else success) */
  gboolean rest_cancel;     /* rest: cancel (else run) */
} SyJoin;

/* A set of exit codes 0–255 */
typedef struct { guint64 bits[4]; } SyCodeSet;

static inline gboolean sy_code_set_has (const SyCodeSet *s, int c) { return c >= 0 && c < 256 && (s->bits[c >> 6] >> (c & 63)) & 1; }
static inline void sy_code_set_add (SyCodeSet *s, int c) { if (c >= 0 && c < 256) s->bits[c >> 6] |= G_GUINT64_CONSTANT (1) << (c & 63); }

/* Causes on which to retry */
typedef enum
{
  SY_RETRY_EXIT = 1 << 0,
  SY_RETRY_SIGNAL = 1 << 1,
  SY_RETRY_TIMED_OUT = 1 << 2,
  SY_RETRY_OUT_OF_MEMORY = 1 << 3,
  SY_RETRY_SPAWN = 1 << 4,
  SY_RETRY_OUTPUT = 1 << 5,
  SY_RETRY_DEFAULT = SY_RETRY_EXIT | SY_RETRY_SIGNAL | SY_RETRY_TIMED_OUT | SY_RETRY_OUT_OF_MEMORY | SY_RETRY_OUTPUT,
} SyRetryOn;

typedef struct
{
  guint limit;          /* retries, 0–… ; attempts = limit + 1 */
  gint64 delay_us;      /* default 1 s */
  double backoff;       /* default 2 */
  gint64 max_delay_us;  /* default 5 min; the widest jittered draw lands on it */
  double jitter;        /* 0–1, default 0.2 */
  guint on;             /* SyRetryOn bits */
  SyCodeSet codes;      /* exit codes listed one by one (then EXIT is not set) */
} SyRetry;

typedef struct { gint64 attempt_us, total_us, no_output_us; } SyTimeout;        /* 0 = none */
typedef struct { int signal; gint64 grace_us; } SyStop;                         /* default SIGTERM, 5 s */
typedef struct { SyCodeSet succeeded, warned, skipped; } SyExitCodes;           /* default succeeded {0} */

typedef struct { guint32 pool; guint32 count; } SyPoolRequest;
typedef struct
{
  guint64 memory;         /* bytes, 0 = none */
  guint32 milli_cpu;      /* 0 = default 1000 */
  guint32 n_pools;
  const SyPoolRequest *pools;
} SyResources;

typedef struct { const char *name; SyText value; } SyEnvVar;
typedef struct { guint n; const SyEnvVar *vars; } SyEnv;
typedef struct { const char *name; SyParamType type; } SyOutput;
typedef struct { const char *const *items; guint n; } SyStrings; /* globs and paths, may be dynamic text */

/* Fields that may hold ${{ }} with names of tasks: sy-late.h */
typedef enum
{
  SY_LATE_TIMEOUT_ATTEMPT, SY_LATE_TIMEOUT_TOTAL, SY_LATE_TIMEOUT_NO_OUTPUT, SY_LATE_STOP_SIGNAL, SY_LATE_STOP_GRACE,
  SY_LATE_RETRY_LIMIT, SY_LATE_RETRY_DELAY, SY_LATE_RETRY_BACKOFF, SY_LATE_RETRY_MAX_DELAY, SY_LATE_RETRY_JITTER,
  SY_LATE_CPU, SY_LATE_MEMORY, SY_LATE_POOL, SY_LATE_ON_LOST, SY_N_LATE_FIELDS
} SyLateField;
typedef struct { SyLateField field; guint32 pool; const char *text; const SyField *rule; /* of the file's table: static */ } SyLate;

/* Rarely set things; NULL in most tasks */
typedef struct
{
  SyText stdin_file;            /* text NULL: /dev/null */
  guint n_outputs;
  const SyOutput *outputs;
  SyStrings reads, writes;
  gboolean writes_durable;      /* default TRUE */
  gboolean streams_split;
  gboolean stragglers_keep;
  guint n_late;
  const SyLate *late;
} SyTaskExtra;

typedef struct
{
  const char *id;
  const char *label;            /* (nullable) */
  const char *description;      /* (nullable) */
  const char *group;            /* (nullable) */
  SyText run;                   /* kind RUN; never dynamic */
  const SyText *argv;           /* kind COMMAND, n_argv items */
  const SyText *shell;          /* (nullable) n_shell items; NULL: the workflow's */
  const char *condition;        /* (nullable) `if`, a bare expression */
  SyText dir;                   /* text NULL: the workflow's */
  const SyNeed *needs;
  const SyEnv *env;             /* (nullable) merged with defaults */
  const SyJoin *join;           /* (nullable) NULL: all_success */
  const SyRetry *retry;         /* (nullable) NULL: limit 0 */
  const SyTimeout *timeout;     /* (nullable) */
  const SyStop *stop;           /* (nullable) */
  const SyExitCodes *exit;      /* (nullable) */
  const SyResources *resources; /* (nullable) NULL: 1 cpu */
  const SyTaskExtra *extra;     /* (nullable) */
  gint64 sleep_us;              /* importer: recorded runtime; >0 and kind JOIN with no command: `--time-scale` sleeps it */
  guint32 number;               /* in the run log, 1-based */
  guint32 n_needs, n_argv, n_shell;
  guint32 line, column;         /* of the task's key in its file, 1-based; 0 unknown */
  gint32 priority;
  guint8 kind;                  /* SyTaskKind */
  guint8 on_lost;               /* SyOnLost; see sy_late_on_lost() */
  guint8 enabled;
} SyTask;

typedef struct
{
  const char *name;
  SyParamType type;
  const char *default_value;    /* (nullable) as written; NULL and !required: cannot be */
  gboolean dynamic;             /* the default holds ${{ }} of env and of params above: see sy_loader_check_params() */
  gboolean required;
  const char *const *values;    /* enum, NULL-terminated */
  const char *min, *max;        /* (nullable) as written */
  const char *pattern;          /* (nullable) */
  const char *description;      /* (nullable) */
} SyParam;

typedef struct { const char *name; guint capacity; } SyPool;

typedef struct
{
  gboolean set;
  SyTaskKind kind;              /* RUN or COMMAND */
  SyText run;
  const SyText *argv;
  guint n_argv;
  const SyEnv *env;
  const SyTimeout *timeout;
} SyHandler;

typedef struct _SyWorkflow SyWorkflow;
struct _SyWorkflow
{
  /*< private >*/
  gatomicrefcount ref_count;
  gpointer arena;

  /*< public, read-only once loaded >*/
  const char *name;
  const char *description;      /* (nullable) */
  const char *path;             /* (nullable) absolute path of the file */
  const char *sha256;           /* (nullable) hex digest of the bytes loaded */
  SyText dir;                   /* text NULL: the file's folder */
  const SyText *shell;          /* n_shell items; default /bin/sh -e -c */
  guint n_shell;
  const SyEnv *env;             /* (nullable) */
  const SyParam *params;
  guint n_params;
  const SyPool *pools;
  guint n_pools;
  guint slots;                  /* 0 = auto */
  SyOnFailure on_failure;
  SyConcurrency concurrency;
  SyHandler handlers[SY_N_HANDLERS];
  SyTask *tasks;                /* file order */
  guint n_tasks;
  guint n_edges;
  gboolean bound;               /* fields hold expressions of params and env: loaded again with the values of a run */

  /* Built by sy_workflow_finish(): downstream adjacency (CSR) and one topological order */
  guint32 *down_start;          /* n_tasks + 1 */
  guint32 *down;                /* n_edges */
  guint32 *topo;                /* n_tasks, ties by file order */
};

SyWorkflow *sy_workflow_new (void);
SyWorkflow *sy_workflow_ref (SyWorkflow *workflow);
void sy_workflow_unref (SyWorkflow *workflow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyWorkflow, sy_workflow_unref)

/* Zeroed memory that lives as long as the workflow. Not thread-safe: loading only. */
gpointer sy_workflow_alloc (SyWorkflow *workflow, gsize size);
/* A copy of @text (one per distinct text). */
const char *sy_workflow_intern (SyWorkflow *workflow, const char *text);
const char *sy_workflow_intern_len (SyWorkflow *workflow, const char *text, gsize length);
/* Makes a SyText; sets dynamic where "${{" occurs. */
SyText sy_workflow_text (SyWorkflow *workflow, const char *text);

/**
 * sy_workflow_finish:
 * @cycle: (out) (optional) (transfer full): on a cycle the indices of its tasks, each needing the next, first one not repeated
 *
 * Closes a loaded workflow: builds adjacency and order in O(edges + tasks log tasks),
 * without recursion; also the id index. Tasks without a number get index + 1.
 * A duplicate id, a need out of range or a cycle is an error (%SY_ERROR_INVALID).
 */
gboolean sy_workflow_finish (SyWorkflow *workflow, GArray **cycle, GError **error);

/* Gives each task (by index) the number that a run log has allotted to it; before the workflow is shared. Numbers are 1…, each once. */
gboolean sy_workflow_renumber (SyWorkflow *workflow, const guint32 *numbers, GError **error);
guint32 sy_workflow_max_number (const SyWorkflow *workflow);

/* Index of the task with that id, or SY_NO_TASK; after finish only. */
guint32 sy_workflow_find (const SyWorkflow *workflow, const char *id);
/* Index of the task with that log number, or SY_NO_TASK. */
guint32 sy_workflow_find_number (const SyWorkflow *workflow, guint32 number);

G_END_DECLS
