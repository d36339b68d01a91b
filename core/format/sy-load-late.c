/* sy-load-late.c: fields whose expressions wait for the join
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-load-private.h"

#include "core/model/sy-late.h"

#include <string.h>

/* "retry.limit": as far up as the task. (transfer full) */
static char *
name_of (const SyNode *node, const SyField *field)
{
  const SyNode *key = sy_check_key_of (node), *above = node->parent != NULL ? sy_check_key_of (node->parent) : NULL;

  if (key == NULL)
    return NULL;
  if (above == NULL || (field >= sy_table_task.fields && field < sy_table_task.fields + sy_table_task.n_fields))
    return g_strdup (key->text);
  return g_strdup_printf ("%s.%s", above->text, key->text);
}

static gboolean
find_pool (const SyWorkflow *workflow, const char *name, guint32 *pool)
{
  const char *dot = strchr (name, '.');

  for (guint i = 0; i < workflow->n_pools; i++)
    if (strcmp (workflow->pools[i].name, dot + 1) == 0)
      {
        *pool = i;
        return TRUE;
      }
  return FALSE;
}

/* FALSE: a field that has been refused */
static gboolean
make_late (SyLoad *load, const SyBound *bound, SyLate *late)
{
  g_autofree char *name = name_of (bound->node, bound->field);

  *late = (SyLate){ .text = sy_workflow_intern (load->workflow, bound->text), .rule = bound->field };
  return name != NULL && sy_late_find (name, &late->field) &&
         (late->field != SY_LATE_POOL || find_pool (load->workflow, name, &late->pool));
}

void
sy_load_late (SyLoad *load, SyTask *task, guint first)
{
  guint n = load->binding.bounds->len - first;
  SyTaskExtra *extra;
  SyLate *late;

  if (n == 0)
    return;
  late = sy_workflow_alloc (load->workflow, sizeof *late * n);
  extra = sy_workflow_alloc (load->workflow, sizeof *extra);
  *extra = task->extra != NULL ? *task->extra : (SyTaskExtra){ .writes_durable = TRUE };
  for (guint i = first; i < load->binding.bounds->len; i++)
    {
      const SyBound *bound = &g_array_index (load->binding.bounds, SyBound, i);

      if (bound->at_join && make_late (load, bound, &late[extra->n_late]))
        extra->n_late++;
    }
  extra->late = late;
  if (extra->n_late > 0)
    task->extra = extra;
}
