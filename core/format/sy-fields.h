/* sy-fields.h: the one table of the workflow file's keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Validator, JSON Schema, forms and manual are all made from these tables:
 * a key that is not here does not exist. All data is static and constant.
 */

/* Forms of names, as regular expressions */
#define SY_NAMES_VARIABLE "[A-Za-z_][A-Za-z0-9_]*"
#define SY_NAMES_NAME "[A-Za-z_][A-Za-z0-9_-]*"
#define SY_NAMES_ID "[A-Za-z_][A-Za-z0-9_-]{0,127}"

/* What a value may be; a field may accept several */
typedef enum
{
  SY_ACCEPT_TEXT = 1 << 0,     /* any scalar, as written */
  SY_ACCEPT_BOOL = 1 << 1,     /* true, false */
  SY_ACCEPT_INT = 1 << 2,      /* min…max */
  SY_ACCEPT_NUMBER = 1 << 3,   /* min…max */
  SY_ACCEPT_DURATION = 1 << 4, /* 90, 500ms, 1h30m */
  SY_ACCEPT_SIZE = 1 << 5,     /* 4G */
  SY_ACCEPT_PERCENT = 1 << 6,  /* 1%…100% */
  SY_ACCEPT_WORD = 1 << 7,     /* one of `words` */
  SY_ACCEPT_CODES = 1 << 8,    /* an exit code, a range 1-9, any */
  SY_ACCEPT_LIST = 1 << 9,     /* of `item` */
  SY_ACCEPT_MAP = 1 << 10,     /* names of the form `names` -> `item` */
  SY_ACCEPT_OBJECT = 1 << 11,  /* keys of `table` */
  SY_ACCEPT_ANY = 1 << 12,     /* any list or map, however deep */
} SyAccept;

#define SY_ACCEPT_SCALAR (SY_ACCEPT_LIST - 1)

typedef enum
{
  SY_FIELD_REQUIRED = 1 << 0,
  SY_FIELD_LATER = 1 << 1,      /* known, but not built yet: “not yet supported” */
  SY_FIELD_DYNAMIC = 1 << 2,    /* may hold ${{ }} */
  SY_FIELD_EXPRESSION = 1 << 3, /* is an expression */
  SY_FIELD_DEFAULTS = 1 << 4,   /* task: also allowed in `defaults` */
  SY_FIELD_PROSE = 1 << 6,      /* words for people: ${{ }} is nothing special in them */
  SY_FIELD_OWN = 1 << 5,        /* what is inside is checked piece by piece by the loader */
  SY_FIELD_FIXED = 1 << 7,      /* stands in the file as it is: no ${{ }} */
  SY_FIELD_AT_JOIN = 1 << 8,    /* ${{ }} may name tasks: it is evaluated when the task's join fires */
} SyFieldFlags;

typedef struct _SyField SyField;
typedef struct _SyTable SyTable;

struct _SyField
{
  const char *key;           /* NULL for the item of a list or map */
  const char *help;          /* one line: what it does */
  guint accept;              /* SyAccept */
  guint flags;               /* SyFieldFlags */
  const char *fallback;      /* (nullable) default, as it would be written */
  const char *const *words;  /* WORD: NULL-terminated */
  const char *const *later;  /* (nullable) WORD: words that are not built yet */
  double min, max;           /* INT and NUMBER */
  const SyField *item;       /* LIST and MAP */
  const SyTable *table;      /* OBJECT */
  const char *names;         /* MAP: one of SY_NAMES_* */
  const char *shorthand;     /* (nullable) OBJECT: the key that a lone scalar was probably meant for */
};

struct _SyTable
{
  const char *name;          /* "task": as in `definitions` of the schema */
  const char *what;          /* "a task", for messages */
  const SyField *fields;
  guint n_fields;
  const SyField *others;     /* (nullable) what keys of any other name hold (pools in resources) */
};

/* Numbers of the fields in their tables, for the loader */
typedef enum
{
  SY_FILE_VERSION, SY_FILE_NAME, SY_FILE_DESCRIPTION, SY_FILE_DIR, SY_FILE_SHELL, SY_FILE_ENV, SY_FILE_PARAMS,
  SY_FILE_DEFAULTS, SY_FILE_SLOTS, SY_FILE_POOLS, SY_FILE_BREAKERS, SY_FILE_EXECUTORS, SY_FILE_ON_FAILURE,
  SY_FILE_CONCURRENCY, SY_FILE_SCHEDULE, SY_FILE_HANDLERS, SY_FILE_OUTPUTS, SY_FILE_TASKS, SY_N_FILE_FIELDS
} SyFileField;

typedef enum
{
  SY_TF_RUN, SY_TF_COMMAND, SY_TF_NEEDS, SY_TF_JOIN, SY_TF_IF, SY_TF_ENABLED, SY_TF_DESCRIPTION, SY_TF_LABEL,
  SY_TF_GROUP, SY_TF_ENV, SY_TF_DIR, SY_TF_SHELL, SY_TF_STDIN, SY_TF_OUTPUTS, SY_TF_TIMEOUT, SY_TF_STOP, SY_TF_RETRY,
  SY_TF_EXIT, SY_TF_RESOURCES, SY_TF_PRIORITY, SY_TF_ON_LOST, SY_TF_STREAMS, SY_TF_STRAGGLERS, SY_TF_READS,
  SY_TF_WRITES, SY_TF_DURABLE, SY_TF_EXECUTOR, SY_TF_BREAKER, SY_TF_UNDO, SY_TF_CACHE, SY_TF_HANG, SY_TF_MAP,
  SY_TF_TASKS, SY_TF_REPEAT, SY_TF_SWITCH, SY_TF_CASES, SY_TF_WORKFLOW, SY_TF_WITH, SY_TF_APPROVE, SY_N_TASK_FIELDS
} SyTaskField;

typedef enum { SY_JF_QUORUM, SY_JF_OF, SY_JF_REST, SY_N_JOIN_FIELDS } SyJoinField;
typedef enum { SY_NF_TASK, SY_NF_TOLERATE, SY_N_NEED_FIELDS } SyNeedField;
typedef enum { SY_MF_ATTEMPT, SY_MF_TOTAL, SY_MF_NO_OUTPUT, SY_N_TIMEOUT_FIELDS } SyTimeoutField;
typedef enum { SY_SF_SIGNAL, SY_SF_GRACE, SY_N_STOP_FIELDS } SyStopField;
typedef enum
{
  SY_RF_LIMIT, SY_RF_DELAY, SY_RF_BACKOFF, SY_RF_MAX_DELAY, SY_RF_JITTER, SY_RF_ON, SY_RF_RESOURCE_SCALE,
  SY_N_RETRY_FIELDS
} SyRetryField;
typedef enum { SY_XF_SUCCEEDED, SY_XF_WARNED, SY_XF_SKIPPED, SY_N_EXIT_FIELDS } SyExitField;
typedef enum { SY_CF_CPU, SY_CF_MEMORY, SY_N_RESOURCE_FIELDS } SyResourceField;
typedef enum
{
  SY_PF_TYPE, SY_PF_DEFAULT, SY_PF_VALUES, SY_PF_MIN, SY_PF_MAX, SY_PF_PATTERN, SY_PF_DESCRIPTION, SY_PF_FROM,
  SY_PF_ITEM, SY_N_PARAM_FIELDS
} SyParamField;
typedef enum { SY_HF_RUN, SY_HF_COMMAND, SY_HF_ENV, SY_HF_TIMEOUT, SY_N_HANDLER_FIELDS } SyHandlerField;

/* No other table has more fields. */
#define SY_MAX_FIELDS SY_N_TASK_FIELDS

extern const SyTable sy_table_file, sy_table_task, sy_table_join, sy_table_need, sy_table_timeout, sy_table_stop,
  sy_table_retry, sy_table_exit, sy_table_resources, sy_table_param, sy_table_handlers, sy_table_handler,
  sy_table_pool;

/* All of the above, NULL-terminated, the file first */
extern const SyTable *const sy_tables[];

/* NULL: no such key (`others` is not looked at) */
const SyField *sy_table_find (const SyTable *table, const char *key);

/* What the field accepts in words: "a duration such as 90s or 1h30m, or a map". (transfer full) */
char *sy_field_describe (const SyField *field);

G_END_DECLS
