/* sy-foreign.c: keys of other tools, and how the same is said here
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-check-private.h"

#include <string.h>

static const struct
{
  const SyTable *table; /* (nullable): any */
  const char *key;
  const char *hint;
} foreign[] = {
  { NULL, "container", "there are no containers here: call it in `command`, such as [podman, run, --rm, IMAGE, …]" },
  { NULL, "image", "there are no containers here: call it in `command`, such as [podman, run, --rm, IMAGE, …]" },
  { NULL, "uses", "there are no actions here: write what it does as `run` or `command`" },
  { &sy_table_file, "steps", "`tasks` holds the tasks by their ids; steps that follow each other say so with `needs`" },
  { &sy_table_task, "steps", "a task is one command: write the steps as lines of `run: |`, or as tasks with `needs`" },
  { NULL, "jobs", "they are called `tasks` here, at the top of the file" },
  { NULL, "strategy", "write one task for each combination; `map` with a matrix is not yet supported" },
  { NULL, "matrix", "write one task for each combination; `map` with a matrix is not yet supported" },
  { NULL, "depends", "it is called `needs` here: needs: [a, b]" },
  { NULL, "depends_on", "it is called `needs` here: needs: [a, b]" },
  { NULL, "dependsOn", "it is called `needs` here: needs: [a, b]" },
  { NULL, "dependencies", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "upstream", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "after", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "requires", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "deps", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "parents", "it is called `needs` here: needs: [a, b]" },
  { &sy_table_task, "before", "the other task says it: needs: [this one]" },
  { NULL, "parallel", "tasks run side by side unless one `needs` the other; `slots` at the top says how many" },
  { NULL, "parallelism", "tasks run side by side unless one `needs` the other; `slots` at the top says how many" },
  { NULL, "secrets", "secrets are not yet supported: pass them by the environment that starts the run" },
  { NULL, "schedule_interval", "`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer" },
  { &sy_table_file, "cron", "`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer" },
  { &sy_table_file, "on", "`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer" },
  { NULL, "runs-on", "tasks run on this machine; leave it out" },
  { NULL, "continue-on-error", "say it where it matters: needs: [{task: ID, tolerate: [failed]}]" },
  { NULL, "continueOn", "say it where it matters: needs: [{task: ID, tolerate: [failed]}]" },
  { NULL, "continue_on", "say it where it matters: needs: [{task: ID, tolerate: [failed]}]" },
  { NULL, "timeout-minutes", "it is called `timeout` here: timeout: 10m" },
  { NULL, "timeoutSec", "it is called `timeout` here: timeout: 90s" },
  { NULL, "working-directory", "it is called `dir` here" },
  { NULL, "working_directory", "it is called `dir` here" },
  { NULL, "working_dir", "it is called `dir` here" },
  { NULL, "workingDir", "it is called `dir` here" },
  { NULL, "workdir", "it is called `dir` here" },
  { NULL, "cwd", "it is called `dir` here" },
  { NULL, "retries", "it is called `retry` here: retry: {limit: 3}" },
  { NULL, "retryStrategy", "it is called `retry` here: retry: {limit: 3}" },
  { NULL, "retryPolicy", "it is called `retry` here: retry: {limit: 3}" },
  { NULL, "retry_delay", "write retry: {limit: 3, delay: 5s}" },
  { NULL, "trigger_rule", "it is called `join` here: join: all_done" },
  { NULL, "when", "it is called `if` here" },
  { NULL, "preconditions", "it is called `if` here; a command that decides can end with a code of exit: {skipped: […]}" },
  { NULL, "precondition", "it is called `if` here; a command that decides can end with a code of exit: {skipped: […]}" },
  { &sy_table_task, "script", "it is called `run` here" },
  { &sy_table_task, "cmd", "it is called `run` here" },
  { &sy_table_task, "args", "arguments stand in `command`: command: [program, argument, …]" },
  { &sy_table_task, "id", "the id is the key in front of the task: `tasks: {id: {…}}`" },
  { &sy_table_task, "name", "the id is the key in front of the task; a name to show is its `label`" },
  { &sy_table_task, "output", "values are declared in `outputs`; what the task prints is always kept" },
  { &sy_table_file, "environment", "it is called `env` here" },
  { &sy_table_task, "environment", "it is called `env` here" },
  { &sy_table_file, "inputs", "they are called `params` here" },
  { &sy_table_file, "parameters", "they are called `params` here" },
  { &sy_table_file, "handlerOn", "they are called `handlers` here" },
  { &sy_table_file, "apiVersion", "this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`" },
  { &sy_table_file, "kind", "this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`" },
  { &sy_table_file, "spec", "this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`" },
  { &sy_table_file, "metadata", "a name is given by `name` here" },
  { &sy_table_file, "max_active_runs", "it is called `concurrency` here: refuse, queue or allow" },
  { &sy_table_file, "maxActiveSteps", "it is called `slots` here" },
};

const char *
sy_foreign_hint (const SyTable *table, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    if (strcmp (foreign[i].key, key) == 0 && (foreign[i].table == NULL || foreign[i].table == table))
      return foreign[i].hint;
  return NULL;
}
