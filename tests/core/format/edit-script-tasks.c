/* edit-script-tasks.c: steps on tasks and their needs, done once more on what was read
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/format/edit-script.h"

#include "tests/core/format/awkward-yaml.h"

#include <string.h>

static guint
pick (EditStep *step, guint n)
{
  return (guint) g_rand_int_range (step->rand, 0, (gint) n);
}

static Reading *
tasks_of (const Reading *root)
{
  return (Reading *) reading_get (root, "tasks");
}

static const char *
id_at (const Reading *tasks, guint value)
{
  return ((const Reading *) tasks->items->pdata[value - 1])->text;
}

static const char *
random_task (EditStep *step)
{
  const Reading *tasks = tasks_of (step->was);

  return id_at (tasks, 2 * pick (step, tasks->items->len / 2) + 1);
}

/* --- needs --- */

/* What one item names; NULL: nothing */
static const char *
need_name (const Reading *item)
{
  const Reading *name = item->kind == READ_MAP ? reading_get (item, "task") : item;

  return name != NULL && name->kind == READ_SCALAR && !name->is_nothing ? name->text : NULL;
}

/* Where in the items of a list; 0 for a scalar that is it; -1: nowhere */
static int
find_need (const Reading *needs, const char *id)
{
  if (needs == NULL || needs->kind == READ_MAP)
    return needs != NULL && g_strcmp0 (need_name (needs), id) == 0 ? 0 : -1;
  if (needs->kind == READ_SCALAR)
    return g_strcmp0 (need_name (needs), id) == 0 ? 0 : -1;
  for (guint i = 0; i < needs->items->len; i++)
    if (g_strcmp0 (need_name (needs->items->pdata[i]), id) == 0)
      return (int) i;
  return -1;
}

/* Lines of `needs` of @task, and of the key behind it that may come up beside a dash */
static void
touch_needs (EditStep *step, const char *task)
{
  const Reading *was = reading_get (tasks_of (step->was), task);
  guint at = reading_find (was, "needs");
  const Reading *needs = at > 0 ? was->items->pdata[at] : was;

  edit_step_touch (step, at > 0 ? ((Reading *) was->items->pdata[at - 1])->start : was->start, needs->end);
  edit_step_gone (step, needs->start, needs->end, needs->is_block);
  if (at > 0)
    edit_step_gone (step, ((Reading *) was->items->pdata[at - 1])->start, needs->end, TRUE);
  if (!was->is_block || was->items->len <= 2)
    {
      edit_step_touch_above (step, was->start);
      edit_step_touch (step, was->start, was->end);
    }
}

static void
remove_need (EditStep *step, const char *task, const char *id)
{
  Reading *map = (Reading *) reading_get (tasks_of (step->wanted), task);
  guint at = reading_find (map, "needs");
  Reading *needs = at > 0 ? map->items->pdata[at] : NULL;
  int item = find_need (needs, id);

  if (item < 0)
    return;
  touch_needs (step, task);
  if (needs->kind == READ_LIST && needs->items->len > 1)
    g_ptr_array_remove_index (needs->items, (guint) item);
  else
    g_ptr_array_remove_range (map->items, at - 1, 2);
}

static gboolean
reaches (const Reading *tasks, const char *from, const char *to, guint depth)
{
  const Reading *needs = reading_get (reading_get (tasks, from), "needs");
  guint n = needs == NULL ? 0 : needs->kind == READ_LIST ? needs->items->len : 1;

  if (strcmp (from, to) == 0)
    return TRUE;
  for (guint i = 0; i < n && depth > 0; i++)
    {
      const char *name = need_name (needs->kind == READ_LIST ? needs->items->pdata[i] : needs);

      if (name != NULL && reaches (tasks, name, to, depth - 1))
        return TRUE;
    }
  return FALSE;
}

/* Where a person would write them: with the fewest keys on the wrong side, as far down as that goes */
static guint
place_of_needs (const Reading *map)
{
  static const char *const before[] = { "description", "label", "group", "enabled", NULL };
  static const char *const behind[] = { "join", "if", "env", "dir", "shell", "stdin", "outputs", "run", "command", "retry", "timeout", NULL };
  int wrong = 0, least = 0;
  guint place = 0;

  for (guint i = 0; i + 1 < map->items->len; i += 2)
    {
      const char *key = ((const Reading *) map->items->pdata[i])->text;

      wrong += g_strv_contains (before, key) ? -1 : g_strv_contains (behind, key) ? 1 : 0;
      if (wrong > least)
        continue;
      least = wrong;
      place = i + 2;
    }
  return place;
}

static void
add_need (EditStep *step, const char *task, const char *id)
{
  Reading *map = (Reading *) reading_get (tasks_of (step->wanted), task), *list;
  const Reading *was = reading_get (tasks_of (step->was), task);
  guint at = reading_find (map, "needs");
  Reading *needs = at > 0 ? map->items->pdata[at] : NULL;

  if (find_need (needs, id) >= 0)
    return;
  if (needs == NULL || needs->kind != READ_LIST)
    {
      list = reading_new_collection (READ_LIST);
      if (needs != NULL && !needs->is_nothing)
        g_ptr_array_add (list->items, reading_copy (needs));
      if (needs == NULL)
        {
          guint place = place_of_needs (map);

          g_ptr_array_insert (map->items, (gint) place, reading_new_text ("needs"));
          g_ptr_array_insert (map->items, (gint) place + 1, list);
        }
      else
        {
          reading_free (needs);
          map->items->pdata[at] = list;
        }
      needs = list;
    }
  g_ptr_array_add (needs->items, reading_new_word (id));
  if (was != NULL && (at > 0 || !was->is_block || was->items->len == 0))
    touch_needs (step, task);
}

static gboolean
connect (EditStep *step)
{
  const char *from = random_task (step), *to = random_task (step);
  const Reading *map = reading_get (tasks_of (step->was), to), *needs = reading_get (map, "needs");

  if (map->kind != READ_MAP || (needs != NULL && needs->kind == READ_MAP) || reaches (tasks_of (step->was), from, to, 20))
    return FALSE;
  step->what = g_strdup_printf ("connect %s %s", from, to);
  sy_change_connect (step->change, from, to);
  add_need (step, to, from);
  return TRUE;
}

static gboolean
disconnect (EditStep *step)
{
  const char *from = random_task (step), *to = random_task (step);

  step->what = g_strdup_printf ("disconnect %s %s", from, to);
  sy_change_disconnect (step->change, from, to);
  remove_need (step, to, from);
  return TRUE;
}

/* --- tasks that come and go --- */

static gboolean
add_task (EditStep *step)
{
  Reading *tasks = tasks_of (step->wanted), *fields = reading_new_collection (READ_MAP);
  g_autofree char *id = g_strdup_printf ("new%u", step->number);
  const char *text = awkward_text (step->rand), *after = pick (step, 2) == 0 ? random_task (step) : NULL;
  guint at = after != NULL ? reading_find (tasks, after) + 1 : tasks->items->len;
  SyChangeValue *value = sy_change_value_new_map ();

  step->what = g_strdup_printf ("add %s after %s", id, after != NULL ? after : "all");
  sy_change_value_set (value, "run", sy_change_value_new_text (text));
  sy_change_add_task (step->change, id, value, after);
  g_ptr_array_add (fields->items, reading_new_text ("run"));
  g_ptr_array_add (fields->items, reading_new_text (text));
  g_ptr_array_insert (tasks->items, (int) at, reading_new_text (id));
  g_ptr_array_insert (tasks->items, (int) at + 1, fields);
  edit_step_touch_all (step, (const char *const[]){ "tasks", after != NULL ? after : id_at (tasks_of (step->was), tasks_of (step->was)->items->len - 1), NULL });
  return TRUE;
}

/* The comment lines with its indentation directly above a key */
static gsize
comments_above (const EditStep *step, gsize key)
{
  const char *data = g_bytes_get_data (step->text, NULL);
  gsize line = key, column, start;

  while (line > 0 && data[line - 1] != '\n')
    line--;
  for (column = key - line, start = line; start > 0;)
    {
      gsize above = start - 1;

      while (above > 0 && data[above - 1] != '\n')
        above--;
      if (data[above + column] != '#' || strspn (data + above, " ") != column)
        break;
      start = above;
    }
  return start;
}

/* Behind the comment lines below @end that are indented deeper than @key: they are the task's too */
static gsize
comments_below (const EditStep *step, gsize key, gsize end)
{
  gsize length, column = key, at = end;
  const char *data = g_bytes_get_data (step->text, &length);

  while (column > 0 && data[column - 1] != '\n')
    column--;
  column = key - column;
  if (at > 1 && data[at - 1] == '\n' && (data[at - 2] == '\n' || data[at - 2] == '\r' || data[at - 2] == ' '))
    return end; /* blank lines part it from what follows */
  while (at > 0 && at < length && data[at - 1] != '\n')
    at++;
  while (at < length && strspn (data + at, " ") > column && data[at + strspn (data + at, " ")] == '#')
    for (end = at; at < length && data[at++] != '\n';)
      end = at;
  return end;
}

/* Any use in an expression is a reason to refuse; the generated tasks have none. */
static gboolean
is_used (const Reading *node, const char *id)
{
  g_autofree char *name = g_strdup_printf ("tasks.%s", id);

  if (node->kind == READ_SCALAR)
    return strstr (node->text, name) != NULL;
  for (guint i = 0; i < node->items->len; i++)
    if (is_used (node->items->pdata[i], id))
      return TRUE;
  return FALSE;
}

/* In the place of @id in the needs of @task: what @id needed itself */
static void
bridge_need (EditStep *step, const char *task, const char *id)
{
  Reading *map = (Reading *) reading_get (tasks_of (step->wanted), task), *list = reading_new_collection (READ_LIST);
  const Reading *up = reading_get (reading_get (tasks_of (step->was), id), "needs");
  guint at = reading_find (map, "needs"), n = up == NULL ? 0 : up->kind == READ_LIST ? up->items->len : 1;
  Reading *needs = map->items->pdata[at];
  int item = find_need (needs, id);

  for (guint i = 0; i < n; i++)
    {
      const char *name = need_name (up->kind == READ_LIST ? up->items->pdata[i] : up);

      if (name != NULL && find_need (needs, name) < 0)
        g_ptr_array_add (list->items, reading_new_word (name));
    }
  touch_needs (step, task);
  if (list->items->len == 0)
    {
      reading_free (list);
      remove_need (step, task, id);
      return;
    }
  if (needs->kind == READ_LIST)
    {
      g_ptr_array_remove_index (needs->items, (guint) item);
      for (guint i = 0; i < list->items->len; i++)
        g_ptr_array_insert (needs->items, item + (int) i, reading_copy (list->items->pdata[i]));
      reading_free (list);
      return;
    }
  reading_free (needs);
  map->items->pdata[at] = list->items->len == 1 ? reading_copy (list->items->pdata[0]) : reading_copy (list);
  reading_free (list);
}

static gboolean
remove_task (EditStep *step)
{
  const Reading *was = tasks_of (step->was);
  Reading *tasks = tasks_of (step->wanted);
  const char *id = random_task (step);
  gboolean bridge = pick (step, 2) == 0;
  guint at = reading_find (was, id);
  const Reading *key = was->items->pdata[at - 1], *value = was->items->pdata[at];
  gsize start = was->is_block ? comments_above (step, key->start) : was->start, end = was->is_block ? value->end : was->end;

  if (is_used (step->was, id) || was->items->len == 2)
    return FALSE;
  step->what = g_strdup_printf ("%s %s", bridge ? "bridge" : "drop", id);
  sy_change_remove_task (step->change, id, bridge ? SY_CHANGE_EDGES_BRIDGE : SY_CHANGE_EDGES_DROP);
  for (guint i = 1; i < was->items->len; i += 2)
    if (i != at && find_need (reading_get (was->items->pdata[i], "needs"), id) >= 0)
      (bridge ? bridge_need : remove_need) (step, id_at (was, i), id);
  at = reading_find (tasks, id);
  g_ptr_array_remove_range (tasks->items, at - 1, 2);
  edit_step_touch (step, start, end);
  edit_step_gone (step, start, end, was->is_block);
  return TRUE;
}

static gboolean
rename_task (EditStep *step)
{
  const Reading *was = tasks_of (step->was);
  Reading *tasks = tasks_of (step->wanted);
  const char *id = random_task (step);
  g_autofree char *to = g_strdup_printf ("other-%u", step->number);
  guint at = reading_find (tasks, id);
  const Reading *key = was->items->pdata[at - 1];

  if (is_used (step->was, id))
    return FALSE;
  step->what = g_strdup_printf ("rename %s %s", id, to);
  sy_change_rename_task (step->change, id, to);
  for (guint i = 1; i < tasks->items->len; i += 2)
    {
      Reading *needs = (Reading *) reading_get (tasks->items->pdata[i], "needs"), *name;
      int item = find_need (needs, id);

      if (item < 0)
        continue;
      name = needs->kind == READ_LIST ? needs->items->pdata[item] : needs;
      name = name->kind == READ_MAP ? (Reading *) reading_get (name, "task") : name;
      g_free (name->text);
      name->text = g_strdup (to);
      edit_step_touch (step, name->start, name->end);
    }
  g_free (((Reading *) tasks->items->pdata[at - 1])->text);
  ((Reading *) tasks->items->pdata[at - 1])->text = g_strdup (to);
  edit_step_touch (step, key->start, key->end);
  return TRUE;
}

static gboolean
move_task (EditStep *step)
{
  const Reading *was = tasks_of (step->was);
  Reading *tasks = tasks_of (step->wanted);
  const char *id = random_task (step), *before = pick (step, 3) == 0 ? NULL : random_task (step);
  guint at = reading_find (tasks, id), to;
  const Reading *key = was->items->pdata[at - 1], *value = was->items->pdata[at];
  gpointer pair[2];

  step->what = g_strdup_printf ("move %s %s", id, before != NULL ? before : "to the end");
  sy_change_move_task (step->change, id, before);
  if (before != NULL && strcmp (before, id) == 0)
    return TRUE;
  pair[0] = g_ptr_array_steal_index (tasks->items, at - 1);
  pair[1] = g_ptr_array_steal_index (tasks->items, at - 1);
  to = before != NULL ? reading_find (tasks, before) - 1 : tasks->items->len;
  g_ptr_array_insert (tasks->items, (int) to, pair[0]);
  g_ptr_array_insert (tasks->items, (int) to + 1, pair[1]);
  if (was->is_block)
    {
      gsize start = comments_above (step, key->start), end = comments_below (step, key->start, value->end);

      edit_step_touch (step, start, end);
      if (end < g_bytes_get_size (step->text))
        step->block = g_strchomp (g_strndup ((const char *) g_bytes_get_data (step->text, NULL) + start, end - start));
    }
  else
    edit_step_touch (step, was->start, was->end);
  edit_step_touch_all (step, (const char *const[]){ "tasks", id, NULL });
  return TRUE;
}

gboolean
edit_step_tasks (EditStep *step)
{
  static gboolean (*const steps[]) (EditStep *step) = { connect, disconnect, add_task, remove_task, rename_task, move_task, move_task };
  const Reading *tasks = tasks_of (step->was);

  if (tasks == NULL || tasks->kind != READ_MAP || tasks->items->len == 0)
    return FALSE;
  edit_step_touch_last (step);
  return steps[pick (step, G_N_ELEMENTS (steps))](step);
}
