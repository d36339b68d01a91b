/* sy-change.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-change.h"

#include <string.h>

/* --- values --- */

static SyChangeValue *
value_new (SyChangeKind kind, const char *text)
{
  SyChangeValue *value = g_new0 (SyChangeValue, 1);

  value->kind = kind;
  value->text = g_strdup (text);
  if (kind == SY_CHANGE_LIST || kind == SY_CHANGE_MAP)
    value->items = g_ptr_array_new_with_free_func ((GDestroyNotify) sy_change_value_free);
  return value;
}

SyChangeValue *
sy_change_value_new_text (const char *text)
{
  return value_new (SY_CHANGE_TEXT, text);
}

SyChangeValue *
sy_change_value_new_word (const char *word)
{
  return value_new (SY_CHANGE_WORD, word);
}

SyChangeValue *
sy_change_value_new_list (void)
{
  return value_new (SY_CHANGE_LIST, NULL);
}

SyChangeValue *
sy_change_value_new_map (void)
{
  return value_new (SY_CHANGE_MAP, NULL);
}

void
sy_change_value_append (SyChangeValue *list, SyChangeValue *item)
{
  g_return_if_fail (list->kind == SY_CHANGE_LIST);
  g_ptr_array_add (list->items, item);
}

void
sy_change_value_set (SyChangeValue *map, const char *key, SyChangeValue *value)
{
  g_return_if_fail (map->kind == SY_CHANGE_MAP);
  g_ptr_array_add (map->items, sy_change_value_new_text (key));
  g_ptr_array_add (map->items, value);
}

const SyChangeValue *
sy_change_value_get (const SyChangeValue *map, const char *key)
{
  for (guint i = 0; map != NULL && map->kind == SY_CHANGE_MAP && i + 1 < map->items->len; i += 2)
    if (strcmp (((SyChangeValue *) g_ptr_array_index (map->items, i))->text, key) == 0)
      return g_ptr_array_index (map->items, i + 1);
  return NULL;
}

SyChangeValue *
sy_change_value_copy (const SyChangeValue *value)
{
  SyChangeValue *copy = value_new (value->kind, value->text);

  for (guint i = 0; value->items != NULL && i < value->items->len; i++)
    g_ptr_array_add (copy->items, sy_change_value_copy (g_ptr_array_index (value->items, i)));
  return copy;
}

void
sy_change_value_free (SyChangeValue *value)
{
  if (value == NULL)
    return;
  g_clear_pointer (&value->items, g_ptr_array_unref);
  g_free (value->text);
  g_free (value);
}

/* --- steps --- */

static void
step_free (gpointer data)
{
  SyChangeStep *step = data;

  g_free (step->task);
  g_free (step->other);
  g_strfreev (step->path);
  sy_change_value_free (step->value);
  g_free (step);
}

SyChange *
sy_change_new (const char *name)
{
  SyChange *change = g_new0 (SyChange, 1);

  change->name = g_strdup (name);
  change->steps = g_ptr_array_new_with_free_func (step_free);
  return change;
}

void
sy_change_free (SyChange *change)
{
  if (change == NULL)
    return;
  g_ptr_array_unref (change->steps);
  g_free (change->name);
  g_free (change);
}

static SyChangeStep *
add_step (SyChange *change, SyStepKind kind, const char *task, const char *other)
{
  SyChangeStep *step = g_new0 (SyChangeStep, 1);

  step->kind = kind;
  step->task = g_strdup (task);
  step->other = g_strdup (other);
  g_ptr_array_add (change->steps, step);
  return step;
}

static SyChangeStep *
add_path_step (SyChange *change, SyStepKind kind, const char *const *path, const char *other)
{
  SyChangeStep *step = add_step (change, kind, NULL, other);

  step->path = g_strdupv ((char **) path);
  return step;
}

void
sy_change_add_task (SyChange *change, const char *task, SyChangeValue *fields, const char *after)
{
  add_step (change, SY_STEP_ADD_TASK, task, after)->value = fields != NULL ? fields : sy_change_value_new_map ();
}

void
sy_change_remove_task (SyChange *change, const char *task, SyChangeEdges edges)
{
  add_step (change, SY_STEP_REMOVE_TASK, task, NULL)->edges = edges;
}

void
sy_change_rename_task (SyChange *change, const char *task, const char *name)
{
  add_step (change, SY_STEP_RENAME_TASK, task, name);
}

void
sy_change_rename_param (SyChange *change, const char *param, const char *name)
{
  add_step (change, SY_STEP_RENAME_PARAM, param, name);
}

void
sy_change_move_task (SyChange *change, const char *task, const char *before)
{
  add_step (change, SY_STEP_MOVE_TASK, task, before);
}

void
sy_change_connect (SyChange *change, const char *from, const char *to)
{
  add_step (change, SY_STEP_ADD_NEED, to, from);
}

void
sy_change_disconnect (SyChange *change, const char *from, const char *to)
{
  add_step (change, SY_STEP_REMOVE_NEED, to, from);
}

void
sy_change_set (SyChange *change, const char *const *path, SyChangeValue *value)
{
  add_path_step (change, SY_STEP_SET, path, NULL)->value = value;
}

void
sy_change_remove (SyChange *change, const char *const *path)
{
  add_path_step (change, SY_STEP_REMOVE, path, NULL);
}

void
sy_change_rename (SyChange *change, const char *const *path, const char *key)
{
  add_path_step (change, SY_STEP_RENAME, path, key);
}

void
sy_change_append (SyChange *change, const char *const *path, SyChangeValue *item)
{
  add_path_step (change, SY_STEP_APPEND, path, NULL)->value = item;
}

void
sy_change_set_field (SyChange *change, const char *task, const char *field, SyChangeValue *value)
{
  const char *path[] = { "tasks", task, field, NULL };

  if (value != NULL)
    sy_change_set (change, path, value);
  else
    sy_change_remove (change, path);
}

void
sy_change_paste (SyChange *change, const char *yaml)
{
  add_step (change, SY_STEP_PASTE, NULL, yaml);
}

void
sy_change_replace_bytes (SyChange *change, gsize start, gsize end, const char *text)
{
  SyChangeStep *step = add_step (change, SY_STEP_REPLACE_BYTES, NULL, text);

  step->start = start;
  step->end = end;
}

void
sy_change_pin (SyChange *change, const char *task, SyPlace place)
{
  SyChangeStep *step = add_step (change, SY_STEP_PLACE, task, NULL);

  step->pinned = TRUE;
  step->place = place;
}

void
sy_change_unpin (SyChange *change, const char *task)
{
  add_step (change, SY_STEP_PLACE, task, NULL);
}
