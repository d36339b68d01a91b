/* sy-export-json.c: trace events and WfFormat
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-export-private.h"

#include "core/base/sy-json-writer.h"

/* --- trace events --- */

static void
write_slice (SyJson *json, const SyExportSource *source, guint32 index, const SyAttempt *attempt, gint64 now_us)
{
  const SyTask *task = &source->workflow->tasks[index];
  gint64 end = attempt->ended_us > 0 ? attempt->ended_us : now_us;
  SyName name;
  SyState state = sy_attempt_outcome (attempt, &name);

  sy_json_begin_object (json, NULL);
  sy_json_string (json, "name", task->id);
  sy_json_string (json, "cat", sy_state_to_string (state));
  sy_json_string (json, "ph", "X");
  sy_json_int (json, "ts", attempt->started_us - source->created_us);
  sy_json_int (json, "dur", MAX (0, end - attempt->started_us));
  sy_json_int (json, "pid", 1);
  sy_json_int (json, "tid", attempt->keeper);
  sy_json_begin_object (json, "args");
  sy_json_int (json, "attempt", attempt->n);
  sy_json_string (json, "state", sy_state_to_string (state));
  sy_json_string (json, "name", sy_name_to_string (name));
  sy_json_int_or_null (json, "exit", attempt->ended_us > 0 ? sy_attempt_exit_code (attempt) : -1, -1);
  sy_json_int_or_null (json, "rss_bytes", attempt->rss, -1);
  sy_json_end_object (json);
  sy_json_end_object (json);
}

static void
write_meta (SyJson *json, const char *kind, guint32 tid, const char *name)
{
  sy_json_begin_object (json, NULL);
  sy_json_string (json, "name", kind);
  sy_json_string (json, "ph", "M");
  sy_json_int (json, "pid", 1);
  sy_json_int (json, "tid", tid);
  sy_json_begin_object (json, "args");
  sy_json_string (json, "name", name);
  sy_json_end_object (json);
  sy_json_end_object (json);
}

/* A keeper is a row of the picture: it has one task at a time. */
static void
write_rows (SyJson *json, const SyExportSource *source)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  write_meta (json, "process_name", 0, source->workflow->name);
  for (guint i = 0; source->attempts != NULL && i < source->attempts->len; i++)
    {
      guint32 keeper = g_array_index (source->attempts, SyAttempt, i).keeper;
      g_autofree char *name = g_strdup_printf ("slot %u", keeper);

      if (g_hash_table_add (seen, GUINT_TO_POINTER (keeper + 1)))
        write_meta (json, "thread_name", keeper, name);
    }
}

void
sy_export_trace (const SyExportSource *source, GString *out)
{
  SyJson json = sy_json_on (out);
  gint64 now_us = g_get_real_time ();

  sy_json_begin_object (&json, NULL);
  sy_json_string (&json, "displayTimeUnit", "ms");
  sy_json_begin_array (&json, "traceEvents");
  write_rows (&json, source);
  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    {
      guint n;
      const SyAttempt *attempts = sy_export_attempts (source, i, &n);

      for (guint k = 0; k < n; k++)
        if (attempts[k].started_us > 0)
          write_slice (&json, source, i, &attempts[k], now_us);
    }
  sy_json_end_array (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
}

/* --- WfFormat --- */

static void
write_specification (SyJson *json, const SyWorkflow *workflow)
{
  sy_json_begin_object (json, "specification");
  sy_json_begin_array (json, "tasks");
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const SyTask *task = &workflow->tasks[i];

      sy_json_begin_object (json, NULL);
      sy_json_string (json, "name", sy_export_label (task));
      sy_json_string (json, "id", task->id);
      sy_json_begin_array (json, "parents");
      for (guint32 k = 0; k < task->n_needs; k++)
        sy_json_string (json, NULL, workflow->tasks[task->needs[k].task].id);
      sy_json_end_array (json);
      sy_json_begin_array (json, "children");
      for (guint32 k = workflow->down_start[i]; k < workflow->down_start[i + 1]; k++)
        sy_json_string (json, NULL, workflow->tasks[workflow->down[k]].id);
      sy_json_end_array (json);
      sy_json_end_object (json);
    }
  sy_json_end_array (json);
  sy_json_end_object (json);
}

static void
write_seconds (SyJson *json, const char *key, gint64 us)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT ".%06d", us / G_USEC_PER_SEC,
                                           (int) (us % G_USEC_PER_SEC));

  sy_json_raw (json, key, text);
}

/* A shell text is run as its shell's last argument. */
static void
write_command (SyJson *json, const SyWorkflow *workflow, const SyTask *task)
{
  gboolean shell = task->kind == SY_TASK_RUN;
  const SyText *words = !shell ? task->argv : task->shell != NULL ? task->shell : workflow->shell;
  guint n = !shell ? task->n_argv : task->shell != NULL ? task->n_shell : workflow->n_shell;

  if (n == 0)
    return;
  sy_json_begin_object (json, "command");
  sy_json_string (json, "program", words[0].text);
  sy_json_begin_array (json, "arguments");
  for (guint i = 1; i < n; i++)
    sy_json_string (json, NULL, words[i].text);
  if (shell)
    sy_json_string (json, NULL, task->run.text);
  sy_json_end_array (json);
  sy_json_end_object (json);
}

static void
write_figures (SyJson *json, const SyAttempt *attempt, gint64 took)
{
  g_autofree char *cpu = NULL;

  if (took > 0 && attempt->user_us >= 0 && attempt->sys_us >= 0)
    {
      gint64 permille = (gint64) ((double) (attempt->user_us + attempt->sys_us) * 1000 / (double) took);

      cpu = g_strdup_printf ("%" G_GINT64_FORMAT ".%d", permille / 10, (int) (permille % 10));
      sy_json_raw (json, "avgCPU", cpu);
    }
  if (attempt->read >= 0)
    sy_json_int (json, "readBytes", attempt->read);
  if (attempt->written >= 0)
    sy_json_int (json, "writtenBytes", attempt->written);
  if (attempt->rss > 0)
    sy_json_int (json, "memoryInBytes", attempt->rss);
}

static void
write_execution_task (SyJson *json, const SyExportSource *source, guint32 index)
{
  const SyTask *task = &source->workflow->tasks[index];
  guint n;
  const SyAttempt *attempts = sy_export_attempts (source, index, &n);
  const SyAttempt *last = n > 0 ? &attempts[n - 1] : NULL;
  gboolean ended = last != NULL && last->started_us > 0 && last->ended_us > 0;
  gint64 took = ended ? MAX (0, last->ended_us - last->started_us) : 0;

  sy_json_begin_object (json, NULL);
  sy_json_string (json, "id", task->id);
  write_seconds (json, "runtimeInSeconds", took);
  write_command (json, source->workflow, task);
  if (task->resources != NULL && task->resources->milli_cpu >= 1000)
    sy_json_int (json, "coreCount", task->resources->milli_cpu / 1000);
  if (ended)
    write_figures (json, last, took);
  sy_json_end_object (json);
}

static void
write_execution (SyJson *json, const SyExportSource *source)
{
  g_autoptr (GDateTime) at = g_date_time_new_from_unix_utc (source->created_us / G_USEC_PER_SEC);
  g_autofree char *executed = g_date_time_format_iso8601 (at);
  gint64 end = source->state->ended_us > 0 ? source->state->ended_us : g_get_real_time ();

  sy_json_begin_object (json, "execution");
  write_seconds (json, "makespanInSeconds", MAX (0, end - source->created_us));
  sy_json_string (json, "executedAt", executed);
  sy_json_begin_array (json, "tasks");
  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    write_execution_task (json, source, i);
  sy_json_end_array (json);
  sy_json_end_object (json);
}

void
sy_export_wfformat (const SyExportSource *source, GString *out)
{
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_string (&json, "name", source->workflow->name);
  if (source->workflow->description != NULL)
    sy_json_string (&json, "description", source->workflow->description);
  sy_json_string (&json, "schemaVersion", "1.5");
  sy_json_begin_object (&json, "runtimeSystem");
  sy_json_string (&json, "name", "Switchyard");
  sy_json_string (&json, "version", SY_VERSION);
  sy_json_end_object (&json);
  sy_json_begin_object (&json, "workflow");
  write_specification (&json, source->workflow);
  if (source->state != NULL)
    write_execution (&json, source);
  sy_json_end_object (&json);
  sy_json_end_object (&json);
  g_string_append_c (out, '\n');
}
