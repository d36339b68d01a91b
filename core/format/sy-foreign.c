/* sy-foreign.c: keys of other tools, and how the same is said here
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-check-private.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct
{
  const SyTable *table; /* (nullable): any */
  const char *key;
  const char *hint;
} foreign[] = {
  { NULL, "container", N_("there are no containers here: call it in `command`, such as [podman, run, --rm, IMAGE, …]") },
  { NULL, "image", N_("there are no containers here: call it in `command`, such as [podman, run, --rm, IMAGE, …]") },
  { NULL, "uses", N_("there are no actions here: write what it does as `run` or `command`") },
  { &sy_table_file, "steps", N_("`tasks` holds the tasks by their ids; steps that follow each other say so with `needs`") },
  { &sy_table_task, "steps", N_("a task is one command: write the steps as lines of `run: |`, or as tasks with `needs`") },
  { NULL, "jobs", N_("they are called `tasks` here, at the top of the file") },
  { NULL, "strategy", N_("write one task for each combination; `map` with a matrix is not yet supported") },
  { NULL, "matrix", N_("write one task for each combination; `map` with a matrix is not yet supported") },
  { NULL, "depends", N_("it is called `needs` here: needs: [a, b]") },
  { NULL, "depends_on", N_("it is called `needs` here: needs: [a, b]") },
  { NULL, "dependsOn", N_("it is called `needs` here: needs: [a, b]") },
  { NULL, "dependencies", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "upstream", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "after", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "requires", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "deps", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "parents", N_("it is called `needs` here: needs: [a, b]") },
  { &sy_table_task, "before", N_("the other task says it: needs: [this one]") },
  { NULL, "parallel", N_("tasks run side by side unless one `needs` the other; `slots` at the top says how many") },
  { NULL, "parallelism", N_("tasks run side by side unless one `needs` the other; `slots` at the top says how many") },
  { NULL, "secrets", N_("secrets are not yet supported: pass them by the environment that starts the run") },
  { NULL, "schedule_interval", N_("`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer") },
  { &sy_table_file, "cron", N_("`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer") },
  { &sy_table_file, "on", N_("`schedule` is not yet supported: start `switchyard run FILE` from cron or a timer") },
  { NULL, "runs-on", N_("tasks run on this machine; leave it out") },
  { NULL, "continue-on-error", N_("say it where it matters: needs: [{task: ID, tolerate: [failed]}]") },
  { NULL, "continue_on_error", N_("say it where it matters: needs: [{task: ID, tolerate: [failed]}]") },
  { NULL, "continueOn", N_("say it where it matters: needs: [{task: ID, tolerate: [failed]}]") },
  { NULL, "continue_on", N_("say it where it matters: needs: [{task: ID, tolerate: [failed]}]") },
  { NULL, "timeout-minutes", N_("it is called `timeout` here: timeout: 10m") },
  { NULL, "timeoutSec", N_("it is called `timeout` here: timeout: 90s") },
  { NULL, "working-directory", N_("it is called `dir` here") },
  { NULL, "working_directory", N_("it is called `dir` here") },
  { NULL, "working_dir", N_("it is called `dir` here") },
  { NULL, "workingDir", N_("it is called `dir` here") },
  { NULL, "workdir", N_("it is called `dir` here") },
  { NULL, "cwd", N_("it is called `dir` here") },
  { NULL, "retries", N_("it is called `retry` here: retry: {limit: 3}") },
  { NULL, "retryStrategy", N_("it is called `retry` here: retry: {limit: 3}") },
  { NULL, "retryPolicy", N_("it is called `retry` here: retry: {limit: 3}") },
  { NULL, "retry_delay", N_("write retry: {limit: 3, delay: 5s}") },
  { NULL, "trigger_rule", N_("it is called `join` here: join: all_done") },
  { NULL, "when", N_("it is called `if` here") },
  { NULL, "preconditions", N_("it is called `if` here; a command that decides can end with a code of exit: {skipped: […]}") },
  { NULL, "precondition", N_("it is called `if` here; a command that decides can end with a code of exit: {skipped: […]}") },
  { &sy_table_task, "script", N_("it is called `run` here") },
  { &sy_table_task, "cmd", N_("it is called `run` here") },
  { &sy_table_task, "args", N_("arguments stand in `command`: command: [program, argument, …]") },
  { &sy_table_task, "id", N_("the id is the key in front of the task: `tasks: {id: {…}}`") },
  { &sy_table_task, "name", N_("the id is the key in front of the task; a name to show is its `label`") },
  { &sy_table_task, "output", N_("values are declared in `outputs`; what the task prints is always kept") },
  { &sy_table_file, "environment", N_("it is called `env` here") },
  { &sy_table_task, "environment", N_("it is called `env` here") },
  { &sy_table_file, "inputs", N_("they are called `params` here") },
  { &sy_table_file, "parameters", N_("they are called `params` here") },
  { &sy_table_param, "required", N_("a parameter without a `default` must be given: leave it out") },
  { &sy_table_param, "optional", N_("a parameter with a `default` need not be given: write default: \"\"") },
  { &sy_table_file, "handlerOn", N_("they are called `handlers` here") },
  { &sy_table_file, "apiVersion", N_("this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`") },
  { &sy_table_file, "kind", N_("this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`") },
  { &sy_table_file, "spec", N_("this looks like a file of Kubernetes or Argo: its tasks must be written anew under `tasks`") },
  { &sy_table_file, "metadata", N_("a name is given by `name` here") },
  { &sy_table_file, "max_active_runs", N_("it is called `concurrency` here: refuse, queue or allow") },
  { &sy_table_file, "maxActiveSteps", N_("it is called `slots` here") },
};

const char *
sy_foreign_hint (const SyTable *table, const char *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++)
    if (strcmp (foreign[i].key, key) == 0 && (foreign[i].table == NULL || foreign[i].table == table))
      return foreign[i].hint;
  return NULL;
}
