/* sy-workflow.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-workflow.h"

#include "core/base/sy-error.h"
#include "core/model/sy-cycles.h"

#include <string.h>

#define CHUNK_SIZE 65536
#define CHUNK_OWN 8192 /* a larger piece gets its own chunk */
#define MAX_NUMBER ((1u << 24) - 1) /* what a log's keys hold */

typedef struct _Chunk Chunk;
struct _Chunk
{
  Chunk *next;
  guint64 data[];
};

/* What a workflow owns besides its public fields. `strings` lives while it loads only. */
typedef struct
{
  Chunk *chunks;
  char *at, *end;
  GHashTable *strings;
  guint32 *index;     /* open addressing: task index + 1, 0 = empty */
  guint32 index_mask;
  guint32 *by_number; /* (nullable) number -> task index; NULL: number == index + 1 */
  guint32 max_number;
} Arena;

SyWorkflow *
sy_workflow_new (void)
{
  SyWorkflow *workflow = g_new0 (SyWorkflow, 1);
  SyText *shell;

  g_atomic_ref_count_init (&workflow->ref_count);
  workflow->arena = g_new0 (Arena, 1);
  shell = sy_workflow_alloc (workflow, 3 * sizeof *shell);
  shell[0] = sy_workflow_text (workflow, "/bin/sh");
  shell[1] = sy_workflow_text (workflow, "-e");
  shell[2] = sy_workflow_text (workflow, "-c");
  workflow->shell = shell;
  workflow->n_shell = 3;
  workflow->name = "";
  return workflow;
}

SyWorkflow *
sy_workflow_ref (SyWorkflow *workflow)
{
  g_atomic_ref_count_inc (&workflow->ref_count);
  return workflow;
}

void
sy_workflow_unref (SyWorkflow *workflow)
{
  Arena *arena;

  if (!g_atomic_ref_count_dec (&workflow->ref_count))
    return;
  arena = workflow->arena;
  g_clear_pointer (&arena->strings, g_hash_table_unref);
  for (Chunk *chunk = arena->chunks, *next; chunk != NULL; chunk = next)
    {
      next = chunk->next;
      g_free (chunk);
    }
  g_free (arena->index);
  g_free (arena->by_number);
  g_free (arena);
  g_free (workflow->down_start);
  g_free (workflow->down);
  g_free (workflow->topo);
  g_free (workflow);
}

static char *
new_chunk (Arena *arena, gsize size)
{
  Chunk *chunk = g_malloc0 (sizeof (Chunk) + size);

  chunk->next = arena->chunks;
  arena->chunks = chunk;
  return (char *) chunk->data;
}

static char *
allot (Arena *arena, gsize size, gsize align)
{
  gsize pad = arena->at ? (align - ((guintptr) arena->at & (align - 1))) & (align - 1) : 0;
  char *piece;

  if (size >= CHUNK_OWN)
    return new_chunk (arena, size);
  if (arena->at == NULL || (gsize) (arena->end - arena->at) < size + pad)
    {
      arena->at = new_chunk (arena, CHUNK_SIZE);
      arena->end = arena->at + CHUNK_SIZE;
      pad = 0;
    }
  piece = arena->at + pad;
  arena->at = piece + size;
  return piece;
}

gpointer
sy_workflow_alloc (SyWorkflow *workflow, gsize size)
{
  return allot (workflow->arena, MAX (size, 1), sizeof (guint64));
}

const char *
sy_workflow_intern_len (SyWorkflow *workflow, const char *text, gsize length)
{
  Arena *arena = workflow->arena;
  char *copy = allot (arena, length + 1, 1);
  const char *known;

  memcpy (copy, text, length);
  if (arena->strings == NULL)
    arena->strings = g_hash_table_new (g_str_hash, g_str_equal);
  known = g_hash_table_lookup (arena->strings, copy);
  if (known == NULL)
    {
      g_hash_table_add (arena->strings, copy);
      return copy;
    }
  if (arena->at == copy + length + 1) /* give it back */
    {
      memset (copy, 0, length);
      arena->at = copy;
    }
  return known;
}

const char *
sy_workflow_intern (SyWorkflow *workflow, const char *text)
{
  return text ? sy_workflow_intern_len (workflow, text, strlen (text)) : NULL;
}

SyText
sy_workflow_text (SyWorkflow *workflow, const char *text)
{
  return (SyText){ sy_workflow_intern (workflow, text), text != NULL && strstr (text, "${{") != NULL };
}

/* --- closing --- */

static gboolean
build_id_index (SyWorkflow *workflow, GError **error)
{
  Arena *arena = workflow->arena;
  guint32 size = 16;

  while (size < workflow->n_tasks * 2)
    size *= 2;
  arena->index = g_new0 (guint32, size);
  arena->index_mask = size - 1;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      const char *id = workflow->tasks[i].id;
      guint32 at = g_str_hash (id) & arena->index_mask;

      for (; arena->index[at] != 0; at = (at + 1) & arena->index_mask)
        {
          const SyTask *other = &workflow->tasks[arena->index[at] - 1];

          if (strcmp (other->id, id) == 0)
            {
              g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                           "task “%s” is defined twice, at lines %u and %u: rename one of them", id, other->line,
                           workflow->tasks[i].line);
              return FALSE;
            }
        }
      arena->index[at] = i + 1;
    }
  return TRUE;
}

static gboolean
build_downstream (SyWorkflow *workflow, GError **error)
{
  guint32 n = workflow->n_tasks;
  g_autofree guint32 *fill = NULL;

  workflow->down_start = g_new0 (guint32, n + 1);
  workflow->n_edges = 0;
  for (guint32 i = 0; i < n; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      {
        guint32 up = workflow->tasks[i].needs[k].task;

        if (up >= n)
          {
            g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "task “%s” (line %u) needs a task that does not exist",
                         workflow->tasks[i].id, workflow->tasks[i].line);
            return FALSE;
          }
        workflow->down_start[up + 1]++;
        workflow->n_edges++;
      }
  for (guint32 i = 0; i < n; i++)
    workflow->down_start[i + 1] += workflow->down_start[i];
  workflow->down = g_new (guint32, MAX (workflow->n_edges, 1));
  fill = g_memdup2 (workflow->down_start, sizeof (guint32) * MAX (n, 1));
  for (guint32 i = 0; i < n; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      workflow->down[fill[workflow->tasks[i].needs[k].task]++] = i;
  return TRUE;
}

/* A binary min-heap of task indices: the ready task first in file order leaves first. */
typedef struct { guint32 *at; guint32 n; } Heap;

static void
heap_push (Heap *heap, guint32 value)
{
  guint32 i = heap->n++;

  for (; i > 0 && heap->at[(i - 1) / 2] > value; i = (i - 1) / 2)
    heap->at[i] = heap->at[(i - 1) / 2];
  heap->at[i] = value;
}

static guint32
heap_pop (Heap *heap)
{
  guint32 top = heap->at[0], last = heap->at[--heap->n], i = 0;

  for (guint32 child; (child = 2 * i + 1) < heap->n; i = child)
    {
      if (child + 1 < heap->n && heap->at[child + 1] < heap->at[child])
        child++;
      if (heap->at[child] >= last)
        break;
      heap->at[i] = heap->at[child];
    }
  heap->at[i] = last;
  return top;
}

/* Kahn's algorithm; @open keeps for each task the needs not yet ordered. Returns how many got a place. */
static guint32
build_order (SyWorkflow *workflow, guint32 *open)
{
  guint32 n = workflow->n_tasks, done = 0;
  g_autofree guint32 *space = g_new (guint32, MAX (n, 1));
  Heap heap = { space, 0 };

  workflow->topo = g_new (guint32, MAX (n, 1));
  for (guint32 i = 0; i < n; i++)
    if ((open[i] = workflow->tasks[i].n_needs) == 0)
      heap_push (&heap, i);
  while (heap.n > 0)
    {
      guint32 task = heap_pop (&heap);

      workflow->topo[done++] = task;
      for (guint32 k = workflow->down_start[task]; k < workflow->down_start[task + 1]; k++)
        if (--open[workflow->down[k]] == 0)
          heap_push (&heap, workflow->down[k]);
    }
  return done;
}

static void
set_cycle_error (const SyWorkflow *workflow, GArray *cycle, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint32 i = 0; i <= cycle->len; i++)
    {
      const SyTask *task = &workflow->tasks[g_array_index (cycle, guint32, i % cycle->len)];

      g_string_append_printf (text, i == 0 ? "“%s”" : " needs “%s”", task->id);
    }
  g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "the tasks wait for each other in a cycle: %s", text->str);
}

static gboolean
build_numbers (SyWorkflow *workflow, GError **error)
{
  Arena *arena = workflow->arena;
  gboolean plain = TRUE;

  arena->max_number = 0;
  g_clear_pointer (&arena->by_number, g_free);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 number = workflow->tasks[i].number;

      plain = plain && number == i + 1;
      arena->max_number = MAX (arena->max_number, number);
      if (number == 0 || number > MAX_NUMBER)
        {
          g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "task “%s” has the impossible number %u",
                       workflow->tasks[i].id, number);
          return FALSE;
        }
    }
  if (plain)
    return TRUE;
  arena->by_number = g_new (guint32, arena->max_number + 1);
  memset (arena->by_number, 0xff, sizeof (guint32) * (arena->max_number + 1));
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint32 *slot = &arena->by_number[workflow->tasks[i].number];

      if (*slot != SY_NO_TASK)
        {
          g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "tasks “%s” and “%s” have the same number %u",
                       workflow->tasks[*slot].id, workflow->tasks[i].id, workflow->tasks[i].number);
          return FALSE;
        }
      *slot = i;
    }
  return TRUE;
}

gboolean
sy_workflow_finish (SyWorkflow *workflow, GArray **cycle, GError **error)
{
  Arena *arena = workflow->arena;
  g_autofree guint32 *open = g_new (guint32, MAX (workflow->n_tasks, 1));
  g_autoptr (GArray) found = NULL;

  g_return_val_if_fail (workflow->down_start == NULL, FALSE);

  if (cycle != NULL)
    *cycle = NULL;
  g_clear_pointer (&arena->strings, g_hash_table_unref);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (workflow->tasks[i].number == 0)
      workflow->tasks[i].number = i + 1;
  if (!build_numbers (workflow, error) || !build_id_index (workflow, error) || !build_downstream (workflow, error))
    return FALSE;
  if (build_order (workflow, open) == workflow->n_tasks)
    return TRUE;
  found = sy_cycle_find (workflow, open);
  set_cycle_error (workflow, found, error);
  if (cycle != NULL)
    *cycle = g_steal_pointer (&found);
  return FALSE;
}

gboolean
sy_workflow_renumber (SyWorkflow *workflow, const guint32 *numbers, GError **error)
{
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    workflow->tasks[i].number = numbers[i];
  return build_numbers (workflow, error);
}

guint32
sy_workflow_find (const SyWorkflow *workflow, const char *id)
{
  const Arena *arena = workflow->arena;

  if (arena->index == NULL)
    return SY_NO_TASK;
  for (guint32 at = g_str_hash (id) & arena->index_mask; arena->index[at] != 0; at = (at + 1) & arena->index_mask)
    if (strcmp (workflow->tasks[arena->index[at] - 1].id, id) == 0)
      return arena->index[at] - 1;
  return SY_NO_TASK;
}

guint32
sy_workflow_find_number (const SyWorkflow *workflow, guint32 number)
{
  const Arena *arena = workflow->arena;

  if (number == 0 || number > arena->max_number)
    return SY_NO_TASK;
  return arena->by_number ? arena->by_number[number] : number - 1;
}

guint32
sy_workflow_max_number (const SyWorkflow *workflow)
{
  return ((const Arena *) workflow->arena)->max_number;
}
