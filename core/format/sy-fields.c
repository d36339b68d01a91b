/* sy-fields.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"

#include "core/model/sy-types.h"

#include <string.h>

#define MANY SY_FIELD_MANY
#define N_(text) text /* the window translates it */

#define WORDS(...) (const char *const[]) { __VA_ARGS__, NULL }
#define TABLE(name_, what_, fields_, others_) \
  { .name = name_, .what = what_, .fields = fields_, .n_fields = G_N_ELEMENTS (fields_), .others = others_ }

#define D SY_FIELD_DEFAULTS
#define LATER(key_, help_) { .key = key_, .help = help_, .flags = SY_FIELD_LATER }

/* Items */

static const SyField text_item = { .help = N_("text"), .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_FIXED };
static const SyField dynamic_item = { .help = N_("text"), .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_DYNAMIC };
static const SyField codes_item = { .help = N_("an exit code, a range, or any"), .accept = SY_ACCEPT_CODES };
static const SyField pool_request = { .help = N_("tokens of the pool of that name"), .accept = SY_ACCEPT_INT, .min = 1,
                                      .max = MANY, .flags = SY_FIELD_AT_JOIN };
static const SyField output_item = {
  .help = N_("type of the value"), .accept = SY_ACCEPT_WORD,
  .words = WORDS ("string", "text", "int", "float", "bool", "date", "datetime", "duration", "size", "path", "list",
                  "json") };

/* Options of a task */

static const SyField join_fields[] = {
  [SY_JF_QUORUM] = { .key = "quorum", .help = N_("how many needs must have come in: a number, or a percentage rounded up"),
                     .accept = SY_ACCEPT_INT | SY_ACCEPT_PERCENT, .flags = SY_FIELD_REQUIRED, .min = 1, .max = MANY },
  [SY_JF_OF] = { .key = "of", .help = N_("what counts: a success, or any end"), .accept = SY_ACCEPT_WORD,
                 .words = WORDS ("success", "done"), .fallback = "success" },
  [SY_JF_REST] = { .key = "rest", .help = N_("what becomes of the others once the quorum is met"),
                   .accept = SY_ACCEPT_WORD, .words = WORDS ("run", "cancel"), .fallback = "run" },
};
const SyTable sy_table_join = TABLE ("join", N_("a join"), join_fields, NULL);

static const SyField tolerate_item = { .help = N_("a state"), .accept = SY_ACCEPT_WORD,
                                       .words = WORDS ("failed", "skipped") };
static const SyField need_fields[] = {
  [SY_NF_TASK] = { .key = "task", .help = N_("id of the task to wait for"), .accept = SY_ACCEPT_TEXT,
                   .flags = SY_FIELD_FIXED | SY_FIELD_REQUIRED },
  [SY_NF_TOLERATE] = { .key = "tolerate", .help = N_("states of that task that count as a success here"),
                       .accept = SY_ACCEPT_LIST, .item = &tolerate_item },
};
const SyTable sy_table_need = TABLE ("need", N_("a need"), need_fields, NULL);
static const SyField need_item = { .help = N_("a task to wait for"), .accept = SY_ACCEPT_TEXT | SY_ACCEPT_OBJECT,
                                   .table = &sy_table_need, .flags = SY_FIELD_FIXED };

static const SyField timeout_fields[] = {
  [SY_MF_ATTEMPT] = { .key = "attempt", .help = N_("longest time of one attempt"), .accept = SY_ACCEPT_DURATION, .flags = SY_FIELD_AT_JOIN },
  [SY_MF_TOTAL] = { .key = "total", .help = N_("longest time of all attempts and waits together"),
                    .accept = SY_ACCEPT_DURATION, .flags = SY_FIELD_AT_JOIN },
  [SY_MF_NO_OUTPUT] = { .key = "no_output", .help = N_("longest time without output"), .accept = SY_ACCEPT_DURATION, .flags = SY_FIELD_AT_JOIN },
};
const SyTable sy_table_timeout = TABLE ("timeout", N_("a timeout"), timeout_fields, NULL);

static const SyField stop_fields[] = {
  [SY_SF_SIGNAL] = { .key = "signal", .help = N_("signal that asks the task to end"), .accept = SY_ACCEPT_WORD,
                     .words = WORDS (SY_SIGNAL_WORDS), .fallback = "TERM", .flags = SY_FIELD_AT_JOIN },
  [SY_SF_GRACE] = { .key = "grace", .help = N_("time between that signal and KILL"), .accept = SY_ACCEPT_DURATION,
                    .fallback = "5s", .flags = SY_FIELD_AT_JOIN },
};
const SyTable sy_table_stop = TABLE ("stop", N_("a stop"), stop_fields, NULL);

static const SyField cause_item = {
  .help = N_("an exit code or a cause"), .accept = SY_ACCEPT_INT | SY_ACCEPT_WORD, .min = 0, .max = 255,
  .words = WORDS ("exit", "signal", "timeout", "out_of_memory", "spawn", "output"),
};
static const SyField retry_fields[] = {
  [SY_RF_LIMIT] = { .key = "limit", .help = N_("how many times to try again"), .accept = SY_ACCEPT_INT,
                    .flags = SY_FIELD_AT_JOIN | SY_FIELD_REQUIRED, .max = 1000000 },
  [SY_RF_DELAY] = { .key = "delay", .help = N_("wait before the first retry"), .accept = SY_ACCEPT_DURATION,
                    .fallback = "1s", .flags = SY_FIELD_AT_JOIN },
  [SY_RF_BACKOFF] = { .key = "backoff", .help = N_("factor by which the wait grows"), .accept = SY_ACCEPT_NUMBER,
                      .min = 1, .max = 1000, .fallback = "2", .flags = SY_FIELD_AT_JOIN },
  [SY_RF_MAX_DELAY] = { .key = "max_delay", .help = N_("longest wait"), .accept = SY_ACCEPT_DURATION, .fallback = "5m", .flags = SY_FIELD_AT_JOIN },
  [SY_RF_JITTER] = { .key = "jitter", .help = N_("part of the wait that is random"), .accept = SY_ACCEPT_NUMBER,
                     .max = 1, .fallback = "0.2", .flags = SY_FIELD_AT_JOIN },
  [SY_RF_ON] = { .key = "on", .help = N_("on what to try again; exhaustive when given"), .accept = SY_ACCEPT_LIST,
                 .item = &cause_item, .fallback = "[exit, signal, timeout, out_of_memory, output]" },
  [SY_RF_RESOURCE_SCALE] = LATER ("resource_scale", "factor on memory after out_of_memory"),
};
const SyTable sy_table_retry = TABLE ("retry", N_("a retry"), retry_fields, NULL);

static const SyField exit_fields[] = {
  [SY_XF_SUCCEEDED] = { .key = "succeeded", .help = N_("exit codes that are a success"),
                        .accept = SY_ACCEPT_LIST | SY_ACCEPT_CODES, .item = &codes_item, .fallback = "[0]" },
  [SY_XF_WARNED] = { .key = "warned", .help = N_("exit codes that are a success with a warning"),
                     .accept = SY_ACCEPT_LIST | SY_ACCEPT_CODES, .item = &codes_item },
  [SY_XF_SKIPPED] = { .key = "skipped", .help = N_("exit codes by which the task says that there was nothing to do"),
                      .accept = SY_ACCEPT_LIST | SY_ACCEPT_CODES, .item = &codes_item },
};
const SyTable sy_table_exit = TABLE ("exit", N_("exit"), exit_fields, NULL);

static const SyField resource_fields[] = {
  [SY_CF_CPU] = { .key = "cpu", .help = N_("processors it keeps busy; it takes as many slots, rounded up"),
                  .accept = SY_ACCEPT_NUMBER, .min = 0.001, .max = 65536, .fallback = "1", .flags = SY_FIELD_AT_JOIN },
  [SY_CF_MEMORY] = { .key = "memory", .help = N_("memory it needs"), .accept = SY_ACCEPT_SIZE, .flags = SY_FIELD_AT_JOIN },
};
const SyTable sy_table_resources = TABLE ("resources", N_("resources"), resource_fields, &pool_request);

/* Task */

static const SyFieldKind shell_kind = { N_("Shell Task"), "utilities-terminal-symbolic", N_("Command; none: a join point") };
static const SyFieldKind command_kind = { N_("Program"), "system-run-symbolic", N_("Program and arguments; none: a join point") };
static const SyFieldKind join_kind = { N_("Join Point"), "sy-graph-symbolic", NULL };

static const SyField task_fields[] = {
  [SY_TF_DESCRIPTION] = { .key = "description", .help = N_("what it is for"), .accept = SY_ACCEPT_TEXT,
                          .flags = D | SY_FIELD_PROSE },
  [SY_TF_LABEL] = { .key = "label", .help = N_("name to show instead of the id"), .accept = SY_ACCEPT_TEXT, .flags = D },
  [SY_TF_GROUP] = { .key = "group", .help = N_("tasks of one group are drawn together"), .accept = SY_ACCEPT_TEXT,
                    .flags = D },
  [SY_TF_ENABLED] = { .key = "enabled", .help = N_("false: always skip"), .accept = SY_ACCEPT_BOOL, .flags = D,
                      .fallback = "true" },
  [SY_TF_NEEDS] = { .key = "needs", .help = N_("tasks that come before this one"),
                    .accept = SY_ACCEPT_TEXT | SY_ACCEPT_LIST, .item = &need_item, .flags = SY_FIELD_FIXED },
  [SY_TF_JOIN] = { .key = "join", .help = N_("when the needs are met"), .accept = SY_ACCEPT_WORD | SY_ACCEPT_OBJECT,
                   .flags = D, .fallback = "all_success", .table = &sy_table_join,
                   .words = WORDS ("all_success", "all_done", "all_failed", "one_success", "one_failed", "one_done",
                                   "none_failed", "none_failed_min_one_success") },
  [SY_TF_IF] = { .key = "if", .help = N_("run only if this holds, else skip"), .accept = SY_ACCEPT_TEXT,
                 .flags = SY_FIELD_EXPRESSION },
  [SY_TF_MAP] = LATER ("map", "once for each item of a list"),
  [SY_TF_REPEAT] = LATER ("repeat", "again until a condition holds"),
  [SY_TF_ENV] = { .key = "env", .help = N_("environment variables; `defaults` and this are merged by name"),
                  .accept = SY_ACCEPT_MAP, .flags = D | SY_FIELD_DYNAMIC, .item = &dynamic_item, .names = SY_NAMES_VARIABLE },
  [SY_TF_DIR] = { .key = "dir", .help = N_("working folder"), .accept = SY_ACCEPT_TEXT, .flags = D | SY_FIELD_DYNAMIC },
  [SY_TF_SHELL] = { .key = "shell", .help = N_("program and arguments that `run` is handed to"),
                    .accept = SY_ACCEPT_LIST, .flags = D | SY_FIELD_DYNAMIC, .item = &dynamic_item },
  [SY_TF_STDIN] = { .key = "stdin", .help = N_("file that becomes the standard input"), .accept = SY_ACCEPT_TEXT,
                    .flags = D | SY_FIELD_DYNAMIC, .fallback = "/dev/null" },
  [SY_TF_OUTPUTS] = { .key = "outputs", .help = N_("values that the task writes to $SWITCHYARD_OUTPUT as KEY=value"),
                      .accept = SY_ACCEPT_MAP, .flags = D, .item = &output_item, .names = SY_NAMES_VARIABLE },
  [SY_TF_RUN] = { .key = "run", .help = N_("shell text; values arrive as environment variables"),
                  .accept = SY_ACCEPT_TEXT, .kind = &shell_kind },
  [SY_TF_COMMAND] = { .key = "command", .help = N_("program and arguments, without a shell"), .accept = SY_ACCEPT_LIST,
                      .flags = SY_FIELD_DYNAMIC, .item = &dynamic_item, .kind = &command_kind },
  [SY_TF_WORKFLOW] = LATER ("workflow", "run another workflow file"),
  [SY_TF_WITH] = LATER ("with", "parameters of the called workflow"),
  [SY_TF_APPROVE] = LATER ("approve", "wait for a person"),
  [SY_TF_SWITCH] = LATER ("switch", "choose one of several branches"),
  [SY_TF_CASES] = LATER ("cases", "the branches of switch"),
  [SY_TF_TASKS] = LATER ("tasks", "an inline group of tasks"),
  [SY_TF_UNDO] = LATER ("undo", "what takes its effect back"),
  [SY_TF_RETRY] = { .key = "retry", .help = N_("try again after a failure"), .accept = SY_ACCEPT_OBJECT, .flags = D,
                    .table = &sy_table_retry, .shorthand = "limit" },
  [SY_TF_TIMEOUT] = { .key = "timeout", .help = N_("longest time; a lone duration is that of one attempt"),
                      .accept = SY_ACCEPT_DURATION | SY_ACCEPT_OBJECT, .flags = SY_FIELD_AT_JOIN | D, .table = &sy_table_timeout },
  [SY_TF_STOP] = { .key = "stop", .help = N_("how to stop it"), .accept = SY_ACCEPT_OBJECT, .flags = D,
                   .table = &sy_table_stop, .shorthand = "grace" },
  [SY_TF_EXIT] = { .key = "exit", .help = N_("what its exit codes mean"), .accept = SY_ACCEPT_OBJECT, .flags = D,
                   .table = &sy_table_exit, .shorthand = "succeeded" },
  [SY_TF_RESOURCES] = { .key = "resources", .help = N_("what it takes while it runs; `defaults` and this are merged"),
                        .accept = SY_ACCEPT_OBJECT, .flags = D, .table = &sy_table_resources, .shorthand = "cpu" },
  [SY_TF_PRIORITY] = { .key = "priority", .help = N_("of the ready tasks the highest starts first"),
                       .accept = SY_ACCEPT_INT, .flags = D, .min = -1000000, .max = 1000000, .fallback = "0" },
  [SY_TF_ON_LOST] = { .key = "on_lost", .help = N_("what to do when nobody can know how it ended"),
                      .accept = SY_ACCEPT_WORD, .flags = SY_FIELD_AT_JOIN | D, .words = WORDS ("hold", "fail", "rerun"),
                      .fallback = "hold" },
  [SY_TF_STREAMS] = { .key = "streams", .help = N_("keep output and errors in one stream or apart"),
                      .accept = SY_ACCEPT_WORD, .flags = D, .words = WORDS ("merged", "split"),
                      .fallback = "merged" },
  [SY_TF_STRAGGLERS] = { .key = "stragglers", .help = N_("what becomes of its processes that outlive it"),
                         .accept = SY_ACCEPT_WORD, .flags = D, .words = WORDS ("kill", "keep"), .fallback = "kill" },
  [SY_TF_READS] = { .key = "reads", .help = N_("files it reads: paths and globs under `dir`"), .accept = SY_ACCEPT_LIST,
                    .flags = D | SY_FIELD_DYNAMIC, .item = &dynamic_item },
  [SY_TF_WRITES] = { .key = "writes", .help = N_("files it writes, under `dir`; synced to disk at its end"),
                     .accept = SY_ACCEPT_LIST, .flags = D | SY_FIELD_DYNAMIC, .item = &dynamic_item },
  [SY_TF_DURABLE] = { .key = "durable", .help = N_("false: do not sync `writes` to disk"), .accept = SY_ACCEPT_BOOL,
                      .flags = D, .fallback = "true" },
  [SY_TF_CACHE] = LATER ("cache", "reuse an earlier result"),
  [SY_TF_EXECUTOR] = LATER ("executor", "where it runs"),
  [SY_TF_BREAKER] = LATER ("breaker", "hold it after repeated failures"),
  [SY_TF_HANG] = LATER ("hang", "when it counts as unresponsive"),
};
const SyTable sy_table_task = { .name = "task", .what = N_("a task"), .fields = task_fields, .n_fields = G_N_ELEMENTS (task_fields), .bare = &join_kind };

/* File */

static const SyField param_fields[] = {
  [SY_PF_TYPE] = { .key = "type", .help = N_("type of its value"), .accept = SY_ACCEPT_WORD, .fallback = "string",
                   .words = WORDS ("string", "text", "int", "float", "bool", "date", "datetime", "duration", "size",
                                   "enum", "path", "list", "json"), .later = WORDS ("secret"), .flags = SY_FIELD_FIXED },
  [SY_PF_DEFAULT] = { .key = "default", .help = N_("value when none is given; without it the parameter is required"),
                      .accept = SY_ACCEPT_TEXT | SY_ACCEPT_ANY, .flags = SY_FIELD_DYNAMIC },
  [SY_PF_VALUES] = { .key = "values", .help = N_("the values allowed"), .accept = SY_ACCEPT_LIST, .item = &text_item, .flags = SY_FIELD_FIXED },
  [SY_PF_MIN] = { .key = "min", .help = N_("least value"), .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_FIXED },
  [SY_PF_MAX] = { .key = "max", .help = N_("greatest value"), .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_FIXED },
  [SY_PF_PATTERN] = { .key = "pattern", .help = N_("regular expression for the whole value"), .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_FIXED },
  [SY_PF_DESCRIPTION] = { .key = "description", .help = N_("what it is for"), .accept = SY_ACCEPT_TEXT,
                          .flags = SY_FIELD_PROSE },
  [SY_PF_FROM] = LATER ("from", "where a secret comes from"),
  [SY_PF_ITEM] = LATER ("item", "name of the secret there"),
};
const SyTable sy_table_param = TABLE ("param", N_("a parameter"), param_fields, NULL);
static const SyField param_item = { .help = N_("a parameter"), .accept = SY_ACCEPT_OBJECT, .table = &sy_table_param,
                                    .shorthand = "default" };

static const SyField pool_fields[] = {
  LATER ("devices", "numbered devices"),
  LATER ("from", "tokens of the calling run"),
};
const SyTable sy_table_pool = TABLE ("pool", N_("a pool"), pool_fields, NULL);
static const SyField pool_item = { .help = N_("how many tokens there are"), .accept = SY_ACCEPT_INT | SY_ACCEPT_OBJECT,
                                   .min = 1, .max = MANY, .table = &sy_table_pool };

static const SyField handler_fields[] = {
  [SY_HF_RUN] = { .key = "run", .help = N_("shell text"), .accept = SY_ACCEPT_TEXT },
  [SY_HF_COMMAND] = { .key = "command", .help = N_("program and arguments, without a shell"), .accept = SY_ACCEPT_LIST,
                      .flags = SY_FIELD_DYNAMIC, .item = &dynamic_item },
  [SY_HF_ENV] = { .key = "env", .help = N_("environment variables"), .accept = SY_ACCEPT_MAP, .flags = SY_FIELD_DYNAMIC,
                  .item = &dynamic_item, .names = SY_NAMES_VARIABLE },
  [SY_HF_TIMEOUT] = { .key = "timeout", .help = N_("longest time"), .accept = SY_ACCEPT_DURATION | SY_ACCEPT_OBJECT,
                      .table = &sy_table_timeout },
};
const SyTable sy_table_handler = TABLE ("handler", N_("a handler"), handler_fields, NULL);

#define HANDLER(key_, title_, icon_, help_) \
  { .key = key_, .help = help_, .accept = SY_ACCEPT_OBJECT, .table = &sy_table_handler, .shorthand = "run", .kind = &(const SyFieldKind){ title_, icon_, NULL } }
/* In the order of SyHandlerKind */
static const SyField handlers_fields[] = {
  HANDLER ("init", N_("Before the First Task"), "media-skip-backward-symbolic", N_("before the first task")),
  HANDLER ("success", N_("After a Success"), "emblem-ok-symbolic", N_("when the run has succeeded")),
  HANDLER ("failure", N_("After a Failed Run"), "dialog-error-symbolic", N_("when the run has failed")),
  HANDLER ("cancel", N_("After a Cancellation"), "process-stop-symbolic", N_("when the run was cancelled")),
  HANDLER ("exit", N_("At the End in Any Case"), "media-skip-forward-symbolic", N_("at the end in any case")),
};
const SyTable sy_table_handlers = TABLE ("handlers", N_("handlers"), handlers_fields, NULL);

static const SyField task_item = { .help = N_("a task"), .accept = SY_ACCEPT_OBJECT, .table = &sy_table_task,
                                   .shorthand = "run" };

static const SyField file_fields[] = {
  [SY_FILE_VERSION] = { .key = "version", .help = N_("version of the format"), .accept = SY_ACCEPT_INT,
                        .flags = SY_FIELD_FIXED | SY_FIELD_REQUIRED, .min = 1, .max = 1 },
  [SY_FILE_NAME] = { .key = "name", .help = N_("name to show; default: the file's name"), .accept = SY_ACCEPT_TEXT },
  [SY_FILE_DESCRIPTION] = { .key = "description", .help = N_("what it is for"), .accept = SY_ACCEPT_TEXT,
                            .flags = SY_FIELD_PROSE },
  [SY_FILE_DIR] = { .key = "dir", .help = N_("working folder of the tasks, relative to the file's folder"),
                    .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_DYNAMIC, .fallback = "." },
  [SY_FILE_SHELL] = { .key = "shell", .help = N_("program and arguments that each `run` is handed to"),
                      .accept = SY_ACCEPT_LIST, .flags = SY_FIELD_DYNAMIC, .item = &dynamic_item,
                      .fallback = "[/bin/sh, -e, -c]" },
  [SY_FILE_ENV] = { .key = "env", .help = N_("environment variables of all tasks"), .accept = SY_ACCEPT_MAP,
                    .flags = SY_FIELD_DYNAMIC, .item = &dynamic_item, .names = SY_NAMES_VARIABLE },
  [SY_FILE_PARAMS] = { .key = "params", .help = N_("what the starter of a run may set"), .accept = SY_ACCEPT_MAP,
                       .item = &param_item, .names = SY_NAMES_VARIABLE },
  [SY_FILE_DEFAULTS] = { .key = "defaults", .help = N_("fields that each task has unless it sets them itself"),
                         .accept = SY_ACCEPT_OBJECT, .flags = SY_FIELD_OWN, .table = &sy_table_task },
  [SY_FILE_SLOTS] = { .key = "slots", .help = N_("how many tasks run at once"), .accept = SY_ACCEPT_INT | SY_ACCEPT_WORD,
                      .words = WORDS ("auto"), .min = 1, .max = 65536, .fallback = "auto" },
  [SY_FILE_POOLS] = { .key = "pools", .help = N_("named tokens that tasks of this run share"), .accept = SY_ACCEPT_MAP,
                      .item = &pool_item, .names = SY_NAMES_NAME },
  [SY_FILE_BREAKERS] = LATER ("breakers", "hold tasks after repeated failures"),
  [SY_FILE_EXECUTORS] = LATER ("executors", "where tasks run"),
  [SY_FILE_ON_FAILURE] = { .key = "on_failure", .help = N_("what to do once a task has failed"),
                           .accept = SY_ACCEPT_WORD, .words = WORDS ("continue", "stop", "cancel"),
                           .later = WORDS ("undo"), .fallback = "continue" },
  [SY_FILE_CONCURRENCY] = { .key = "concurrency", .help = N_("what to do when a run of this file is going on"),
                            .accept = SY_ACCEPT_WORD, .words = WORDS ("refuse", "queue", "allow"),
                            .fallback = "refuse" },
  [SY_FILE_SCHEDULE] = LATER ("schedule", "start by the clock"),
  [SY_FILE_OUTPUTS] = LATER ("outputs", "values of the workflow when it is called"),
  [SY_FILE_TASKS] = { .key = "tasks", .help = N_("the tasks by their ids; their order breaks ties"),
                      .accept = SY_ACCEPT_MAP, .flags = SY_FIELD_REQUIRED | SY_FIELD_OWN, .item = &task_item,
                      .names = SY_NAMES_ID },
  [SY_FILE_HANDLERS] = { .key = "handlers", .help = N_("what to run when the run begins and ends"),
                         .accept = SY_ACCEPT_OBJECT, .table = &sy_table_handlers },
};
const SyTable sy_table_file = TABLE ("file", N_("a workflow file"), file_fields, NULL);

const SyTable *const sy_tables[] = {
  &sy_table_file, &sy_table_task, &sy_table_join, &sy_table_need, &sy_table_timeout, &sy_table_stop, &sy_table_retry,
  &sy_table_exit, &sy_table_resources, &sy_table_param, &sy_table_handlers, &sy_table_handler, &sy_table_pool, NULL,
};

G_STATIC_ASSERT (G_N_ELEMENTS (task_fields) == SY_N_TASK_FIELDS);
G_STATIC_ASSERT (G_N_ELEMENTS (file_fields) == SY_N_FILE_FIELDS);
G_STATIC_ASSERT (G_N_ELEMENTS (param_fields) == SY_N_PARAM_FIELDS);
G_STATIC_ASSERT ((int) SY_N_FILE_FIELDS <= (int) SY_MAX_FIELDS);

const SyField *
sy_table_find (const SyTable *table, const char *key)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (strcmp (table->fields[i].key, key) == 0)
      return &table->fields[i];
  return NULL;
}
