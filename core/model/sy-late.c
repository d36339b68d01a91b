/* sy-late.c: fields of a task whose values are known only when its join fires
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-late.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const names[SY_N_LATE_FIELDS] = {
  [SY_LATE_TIMEOUT_ATTEMPT] = "timeout.attempt",
  [SY_LATE_TIMEOUT_TOTAL] = "timeout.total",
  [SY_LATE_TIMEOUT_NO_OUTPUT] = "timeout.no_output",
  [SY_LATE_STOP_SIGNAL] = "stop.signal",
  [SY_LATE_STOP_GRACE] = "stop.grace",
  [SY_LATE_RETRY_LIMIT] = "retry.limit",
  [SY_LATE_RETRY_DELAY] = "retry.delay",
  [SY_LATE_RETRY_BACKOFF] = "retry.backoff",
  [SY_LATE_RETRY_MAX_DELAY] = "retry.max_delay",
  [SY_LATE_RETRY_JITTER] = "retry.jitter",
  [SY_LATE_CPU] = "resources.cpu",
  [SY_LATE_MEMORY] = "resources.memory",
  [SY_LATE_POOL] = "resources.",
  [SY_LATE_ON_LOST] = "on_lost",
};

gboolean
sy_late_find (const char *name, SyLateField *field)
{
  if (strcmp (name, "timeout") == 0)
    name = "timeout.attempt";
  for (guint i = 0; i < SY_N_LATE_FIELDS; i++)
    if (strcmp (name, names[i]) == 0 || (i == SY_LATE_POOL && g_str_has_prefix (name, names[i])))
      {
        *field = (SyLateField) i;
        return TRUE;
      }
  return FALSE;
}

char *
sy_late_name (const SyWorkflow *workflow, const SyLate *late)
{
  return g_strconcat (names[late->field],
                      late->field == SY_LATE_POOL ? workflow->pools[late->pool].name : NULL, NULL);
}

/* --- one value --- */

static gboolean
refuse (GError **error, const char *wanted, const char *text)
{
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("wants %s, not “%.60s”"), wanted, text);
  return FALSE;
}

/* A signal, or else its place among the words */
static double
read_word (const char *text, const char *const *words)
{
  int signal = sy_signal_from_string (text);

  for (guint i = 0; signal == 0 && words[i] != NULL; i++)
    if (strcmp (words[i], text) == 0)
      return i;
  return signal;
}

/* Durations in µs, sizes in bytes: below 2^53 in all that anyone asks for */
static gboolean
read_value (const char *text, const SyField *rule, double *number, GError **error)
{
  gint64 us = 0;
  guint64 bytes = 0;

  if (rule->accept & SY_ACCEPT_DURATION)
    {
      if (!sy_parse_duration (text, &us, error))
        return FALSE;
      *number = (double) us;
    }
  else if (rule->accept & SY_ACCEPT_SIZE)
    {
      if (!sy_parse_size (text, &bytes, error))
        return FALSE;
      *number = (double) bytes;
    }
  else
    *number = rule->accept & SY_ACCEPT_WORD ? read_word (text, rule->words) : g_ascii_strtod (text, NULL);
  return TRUE;
}

static gboolean
check_value (const SyField *rule, const SyValue *value, const char *shown, GError **error)
{
  g_autofree char *wanted = NULL;
  gboolean range = FALSE;

  if (value->type == SY_VALUE_STRING && (rule->accept & (SY_ACCEPT_INT | SY_ACCEPT_NUMBER)))
    return refuse (error, rule->accept & SY_ACCEPT_INT ? "a number (int() makes one of a text)"
                                                       : "a number (float() makes one of a text)", shown);
  if ((rule->accept & (SY_ACCEPT_DURATION | SY_ACCEPT_SIZE)) || sy_field_fits (rule, shown, &range))
    return TRUE; /* what is wrong with the first two is said by who reads them */
  wanted = sy_field_describe_scalar (rule);
  return refuse (error, wanted, shown);
}

static gboolean
check_pool (const SyWorkflow *workflow, const SyLate *late, double number, GError **error)
{
  if (late->field != SY_LATE_POOL || number <= workflow->pools[late->pool].capacity)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, _("asks for %g, but the pool has %u"), number,
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
      || !check_value (late->rule, &value, shown, error) || !read_value (shown, late->rule, &number, error)
      || !check_pool (workflow, late, number, error))
    return NULL;
  return g_steal_pointer (&shown);
}

gboolean
sy_late_evaluate (const SyWorkflow *workflow, guint32 index, const SyExprContext *context, SyJson *to,
                  GError **error)
{
  const SyTask *task = &workflow->tasks[index];

  if (!sy_late_has_any (task))
    return TRUE;
  sy_json_begin_object (to, "fields");
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
      sy_json_string (to, name, value);
    }
  sy_json_end_object (to);
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
    case SY_LATE_ON_LOST: to->task.on_lost = (guint8) number; break;
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

/* The member "fields" of the values; NULL: there is none */
static const SyJsonNode *
parse_fields (const char *values, SyJsonNode **root)
{
  const SyJsonNode *fields;

  g_clear_pointer (root, sy_json_free);
  *root = values != NULL ? sy_json_parse (values, NULL) : NULL;
  fields = sy_json_get (*root, "fields");
  return sy_json_is (fields, SY_JSON_OBJECT) ? fields : NULL;
}

static gboolean
find_value (const SyWorkflow *workflow, const SyLate *late, const SyJsonNode *fields, double *number)
{
  g_autofree char *name = sy_late_name (workflow, late);
  const char *text = sy_json_get_text (fields, name);

  return text != NULL && read_value (text, late->rule, number, NULL);
}

SyOnLost
sy_late_on_lost (const SyWorkflow *workflow, guint32 index, const char *values)
{
  const SyTask *task = &workflow->tasks[index];
  g_autoptr (SyJsonNode) root = NULL;
  const SyJsonNode *fields;
  double number;

  for (guint i = 0; sy_late_has_any (task) && i < task->extra->n_late; i++)
    if (task->extra->late[i].field == SY_LATE_ON_LOST && (fields = parse_fields (values, &root)) != NULL &&
        find_value (workflow, &task->extra->late[i], fields, &number))
      return (SyOnLost) number;
  return (SyOnLost) task->on_lost;
}

SyLateTask *
sy_late_task_new (const SyWorkflow *workflow, guint32 index, const char *values)
{
  SyLateTask *late = g_new0 (SyLateTask, 1);
  const SyTask *task = &workflow->tasks[index];
  g_autoptr (SyJsonNode) root = NULL;
  const SyJsonNode *fields = parse_fields (values, &root);
  double number;

  copy_blocks (late, task);
  for (guint i = 0; fields != NULL && sy_late_has_any (task) && i < task->extra->n_late; i++)
    if (find_value (workflow, &task->extra->late[i], fields, &number))
      apply (late, &task->extra->late[i], number);
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
