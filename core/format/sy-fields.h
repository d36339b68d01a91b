/* sy-fields.h: the one table of the workflow file's keys
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-field.h"

G_BEGIN_DECLS

/*
 * Validator, JSON Schema, forms and manual are all made from these tables:
 * a key that is not here does not exist. All data is static and constant.
 */

/* Forms of names, as regular expressions */
#define SY_NAMES_VARIABLE "[A-Za-z_][A-Za-z0-9_]*"
#define SY_NAMES_NAME "[A-Za-z_][A-Za-z0-9_-]*"
#define SY_NAMES_ID "[A-Za-z_][A-Za-z0-9_-]{0,127}"

/* Numbers of the fields in their tables, for the loader; their order is the one in which a person would write them */
typedef enum
{
  SY_FILE_VERSION, SY_FILE_NAME, SY_FILE_DESCRIPTION, SY_FILE_DIR, SY_FILE_SHELL, SY_FILE_ENV, SY_FILE_PARAMS,
  SY_FILE_DEFAULTS, SY_FILE_SLOTS, SY_FILE_POOLS, SY_FILE_BREAKERS, SY_FILE_EXECUTORS, SY_FILE_ON_FAILURE,
  SY_FILE_CONCURRENCY, SY_FILE_SCHEDULE, SY_FILE_OUTPUTS, SY_FILE_TASKS, SY_FILE_HANDLERS, SY_N_FILE_FIELDS
} SyFileField;

typedef enum
{
  SY_TF_DESCRIPTION, SY_TF_LABEL, SY_TF_GROUP, SY_TF_ENABLED, SY_TF_NEEDS, SY_TF_JOIN, SY_TF_IF, SY_TF_MAP, SY_TF_REPEAT,
  SY_TF_ENV, SY_TF_DIR, SY_TF_SHELL, SY_TF_STDIN, SY_TF_OUTPUTS, SY_TF_RUN, SY_TF_COMMAND, SY_TF_WORKFLOW, SY_TF_WITH,
  SY_TF_APPROVE, SY_TF_SWITCH, SY_TF_CASES, SY_TF_TASKS, SY_TF_UNDO, SY_TF_RETRY, SY_TF_TIMEOUT, SY_TF_STOP, SY_TF_EXIT,
  SY_TF_RESOURCES, SY_TF_PRIORITY, SY_TF_ON_LOST, SY_TF_STREAMS, SY_TF_STRAGGLERS, SY_TF_READS, SY_TF_WRITES, SY_TF_DURABLE,
  SY_TF_CACHE, SY_TF_EXECUTOR, SY_TF_BREAKER, SY_TF_HANG, SY_N_TASK_FIELDS
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

G_END_DECLS
