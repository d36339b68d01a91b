/* sy-late.c: fields of a task whose values are known only when its join fires
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-late.h"

#include "core/base/sy-error.h"

#include <signal.h>
#include <string.h>

typedef enum { KIND_INT, KIND_NUMBER, KIND_DURATION, KIND_SIZE, KIND_SIGNAL } Kind;

/* Names, and what values are good: as the table of the file's fields has it */
static const struct
{
  const char *name;
  Kind kind;
  double min, max;
} fields[SY_N_LATE_FIELDS] = {
  [SY_LATE_TIMEOUT_ATTEMPT] = { "timeout.attempt", KIND_DURATION },
  [SY_LATE_TIMEOUT_TOTAL] = { "timeout.total", KIND_DURATION },
  [SY_LATE_TIMEOUT_NO_OUTPUT] = { "timeout.no_output", KIND_DURATION },
  [SY_LATE_STOP_SIGNAL] = { "stop.signal", KIND_SIGNAL },
  [SY_LATE_STOP_GRACE] = { "stop.grace", KIND_DURATION },
  [SY_LATE_RETRY_LIMIT] = { "retry.limit", KIND_INT, 0, 1000000 },
  [SY_LATE_RETRY_DELAY] = { "retry.delay", KIND_DURATION },
  [SY_LATE_RETRY_BACKOFF] = { "retry.backoff", KIND_NUMBER, 1, 1000 },
  [SY_LATE_RETRY_MAX_DELAY] = { "retry.max_delay", KIND_DURATION },
  [SY_LATE_RETRY_JITTER] = { "retry.jitter", KIND_NUMBER, 0, 1 },
  [SY_LATE_CPU] = { "resources.cpu", KIND_NUMBER, 0.001, 65536 },
  [SY_LATE_MEMORY] = { "resources.memory", KIND_SIZE },
  [SY_LATE_POOL] = { "resources.", KIND_INT, 1, G_MAXINT32 },
};

static const struct { const char *name; int number; } signals[] = {
  { "TERM", SIGTERM }, { "INT", SIGINT }, { "HUP", SIGHUP }, { "QUIT", SIGQUIT },
  { "USR1", SIGUSR1 }, { "USR2", SIGUSR2 }, { "KILL", SIGKILL },
};

gboolean
sy_late_find (const char *name, SyLateField *field)
{
  if (strcmp (name, "timeout") == 0)
    name = "timeout.attempt";
  for (guint i = 0; i < SY_N_LATE_FIELDS; i++)
    if (strcmp (name, fields[i].name) == 0 || (i == SY_LATE_POOL && g_str_has_prefix (name, fields[i].name)))
      {
        *field = (SyLateField) i;
        return TRUE;
      }
  return FALSE;
}

char *
sy_late_name (const SyWorkflow *workflow, const SyLate *late)
{
  return g_strconcat (fields[late->field].name,
                      late->field == SY_LATE_POOL ? workflow->pools[late->pool].name : NULL, NULL);
}

/* --- one value --- */

static gboolean
refuse (GError **error, const char *wanted, const char *text)
{
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "wants %s, not “%.60s”", wanted, text);
  return FALSE;
}

static gboolean
read_number (const char *text, SyLateField field, double *number, GError **error)
{
  g_autofree char *wanted = NULL;
  char *end;

  *number = g_ascii_strtod (text, &end);
  if (end > text && *end == '\0' && *number >= fields[field].min && *number <= fields[field].max
      && (fields[field].kind == KIND_NUMBER || *number == (double) (gint64) *number))
    return TRUE;
  wanted = g_strdup_printf ("a %snumber from %g to %g", fields[field].kind == KIND_INT ? "whole " : "",
                            fields[field].min, fields[field].max);
  return refuse (error, wanted, text);
}

static gboolean
read_signal (const char *text, double *number, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (strcmp (signals[i].name, text) == 0)
      {
        *number = signals[i].number;
        return TRUE;
      }
  return refuse (error, "a signal such as TERM or INT", text);
}

/* Durations in µs, sizes in bytes: below 2^53 in all that anyone asks for */
static gboolean
read_value (const char *text, SyLateField field, double *number, GError **error)
{
  gint64 us = 0;
  guint64 bytes = 0;

  switch (fields[field].kind)
    {
    case KIND_DURATION:
      if (!sy_parse_duration (text, &us, error))
        return FALSE;
      *number = (double) us;
      return TRUE;
    case KIND_SIZE:
      if (!sy_parse_size (text, &bytes, error))
        return FALSE;
      *number = (double) bytes;
      return TRUE;
    case KIND_SIGNAL:
      return read_signal (text, number, error);
    default:
      return read_number (text, field, number, error);
    }
}

static gboolean
check_type (SyLateField field, const SyValue *value, const char *shown, GError **error)
{
  if (value->type == SY_VALUE_STRING && (fields[field].kind == KIND_INT || fields[field].kind == KIND_NUMBER))
    return refuse (error, fields[field].kind == KIND_INT ? "a number (int() makes one of a text)"
                                                         : "a number (float() makes one of a text)", shown);
  return TRUE;
}

static gboolean
check_pool (const SyWorkflow *workflow, const SyLate *late, double number, GError **error)
{
  if (late->field != SY_LATE_POOL || number <= workflow->pools[late->pool].capacity)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "asks for %g, but the pool has %u", number,
               workflow->pools[late->pool].capacity);
  return FALSE;
}

static char *
evaluate_one (const SyWorkflow *workflow, const SyLate *late, const SyExprContext *context, GError **error)
{
  g_auto (SyValue) value = { 0 };
  g_autofree char *shown = NULL;
  double number;

  if (!sy_template_eval (late->text, context, &value, error) || !(shown = sy_value_render (&value, error))
      || !check_type (late->field, &value, shown, error) || !read_value (shown, late->field, &number, error)
      || !check_pool (workflow, late, number, error))
    return NULL;
  return g_steal_pointer (&shown);
}

gboolean
sy_late_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, JsonObject *to,
                  GError **error)
{
  const SyTask *task = &workflow->tasks[index];
  g_autoptr (JsonObject) object = NULL;

  if (!sy_late_has_any (task))
    return TRUE;
  object = json_object_new ();
  for (guint i = 0; i < task->extra->n_late; i++)
    {
      const SyLate *late = &task->extra->late[i];
      g_autofree char *name = sy_late_name (workflow, late);
      g_autofree char *value = evaluate_one (workflow, late, context, error);

      if (value == NULL)
        {
          g_prefix_error (error, "%s: ", name);
          return FALSE;
        }
      json_object_set_string_member (object, name, value);
    }
  json_object_set_object_member (to, "fields", g_steal_pointer (&object));
  return TRUE;
}

/* --- the task with its values --- */

static SyPoolRequest *
find_request (SyLateTask *late, guint32 pool)
{
  for (guint i = 0; i < late->resources.n_pools; i++)
    if (late->pools[i].pool == pool)
      return &late->pools[i];
  return NULL;
}

static void
apply (SyLateTask *to, const SyLate *late, double number)
{
  SyPoolRequest *request;

  switch (late->field)
    {
    case SY_LATE_TIMEOUT_ATTEMPT: to->timeout.attempt_us = (gint64) number; break;
    case SY_LATE_TIMEOUT_TOTAL: to->timeout.total_us = (gint64) number; break;
    case SY_LATE_TIMEOUT_NO_OUTPUT: to->timeout.no_output_us = (gint64) number; break;
    case SY_LATE_STOP_SIGNAL: to->stop.signal = (int) number; break;
    case SY_LATE_STOP_GRACE: to->stop.grace_us = (gint64) number; break;
    case SY_LATE_RETRY_LIMIT: to->retry.limit = (guint) number; break;
    case SY_LATE_RETRY_DELAY: to->retry.delay_us = (gint64) number; break;
    case SY_LATE_RETRY_BACKOFF: to->retry.backoff = number; break;
    case SY_LATE_RETRY_MAX_DELAY: to->retry.max_delay_us = (gint64) number; break;
    case SY_LATE_RETRY_JITTER: to->retry.jitter = number; break;
    case SY_LATE_CPU: to->resources.milli_cpu = (guint32) CLAMP (number * 1000 + 0.5, 1, 65536000); break;
    case SY_LATE_MEMORY: to->resources.memory = (guint64) number; break;
    case SY_LATE_POOL:
      if ((request = find_request (to, late->pool)) != NULL)
        request->count = (guint32) number;
      break;
    default:
      break;
    }
}

static void
copy_blocks (SyLateTask *to, const SyTask *from)
{
  to->task = *from;
  if (from->retry != NULL)
    {
      to->retry = *from->retry;
      to->task.retry = &to->retry;
    }
  if (from->timeout != NULL)
    {
      to->timeout = *from->timeout;
      to->task.timeout = &to->timeout;
    }
  if (from->stop != NULL)
    {
      to->stop = *from->stop;
      to->task.stop = &to->stop;
    }
  if (from->resources != NULL)
    {
      to->resources = *from->resources;
      to->pools = g_memdup2 (from->resources->pools, sizeof *to->pools * from->resources->n_pools);
      to->resources.pools = to->pools;
      to->task.resources = &to->resources;
    }
}

SyLateTask *
sy_late_task_new (const SyWorkflow *workflow, guint32 index, const char *values)
{
  SyLateTask *late = g_new0 (SyLateTask, 1);
  const SyTask *task = &workflow->tasks[index];
  g_autoptr (JsonNode) node = values != NULL ? sy_json_parse (values, NULL) : NULL;
  JsonObject *object = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *member = object != NULL ? json_object_get_member (object, "fields") : NULL;

  copy_blocks (late, task);
  if (member == NULL || !JSON_NODE_HOLDS_OBJECT (member) || task->extra == NULL)
    return late;
  for (guint i = 0; i < task->extra->n_late; i++)
    {
      g_autofree char *name = sy_late_name (workflow, &task->extra->late[i]);
      const char *text = json_object_get_string_member_with_default (json_node_get_object (member), name, NULL);
      double number;

      if (text != NULL && read_value (text, task->extra->late[i].field, &number, NULL))
        apply (late, &task->extra->late[i], number);
    }
  return late;
}

void
sy_late_task_free (SyLateTask *late)
{
  if (late == NULL)
    return;
  g_free (late->pools);
  g_free (late);
}
