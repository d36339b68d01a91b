/* sy-geometry-frames.c: groups as frames around their tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-geometry-private.h"

#define SIDE 10.0f              /* world units at scale 1, around the tasks */
#define BOTTOM 8.0f
#define MOST_PARTS 64           /* of one group that are tried with each other */
#define MOST_TRIES 4000         /* of one picture */

/* A frame never holds what is not of its group: a group whose tasks lie apart has several. */
typedef struct
{
  SyGeometry *g;
  const char *name;     /* interned by the workflow */
  GArray *parts;        /* of SyFrame */
  guint tries;
  gboolean foreign;
} Framing;

static SyRect
with_room (const SyGeometry *g, const SyRect *box)
{
  float s = g->scale;

  return (SyRect){ box->x - SIDE * s, box->y - SY_FRAME_LABEL * s, box->width + 2 * SIDE * s, box->height + (SY_FRAME_LABEL + BOTTOM) * s };
}

static void
meet (guint32 index, gpointer data)
{
  Framing *framing = data;

  framing->foreign = framing->foreign || g_strcmp0 (framing->g->workflow->tasks[index].group, framing->name) != 0;
}

static gboolean
may_join (Framing *framing, const SyFrame *a, const SyFrame *b)
{
  SyRect both = sy_rect_union (&a->box, &b->box);

  if (framing->tries >= MOST_TRIES)
    return FALSE;
  framing->tries++;
  framing->foreign = FALSE;
  sy_geometry_foreach_node (framing->g, &both, meet, framing);
  return !framing->foreign;
}

/* Part @k goes into part @i. */
static void
join (GArray *parts, guint i, guint k)
{
  SyFrame *a = &g_array_index (parts, SyFrame, i), *b = &g_array_index (parts, SyFrame, k);

  a->box = sy_rect_union (&a->box, &b->box);
  a->n_tasks += b->n_tasks;
  a->first = MIN (a->first, b->first);
  g_array_remove_index (parts, k);
}

static int
compare_parts (gconstpointer a, gconstpointer b)
{
  const SyRect *x = &((const SyFrame *) a)->box, *y = &((const SyFrame *) b)->box;

  if (x->x != y->x)
    return x->x < y->x ? -1 : 1;
  return x->y < y->y ? -1 : x->y > y->y;
}

/* Neighbours in a column first: that leaves few where there are many. */
static void
join_parts (Framing *framing)
{
  GArray *parts = framing->parts;
  gboolean again = TRUE;

  g_array_sort (parts, compare_parts);
  for (guint i = 0; i + 1 < parts->len;)
    if (may_join (framing, &g_array_index (parts, SyFrame, i), &g_array_index (parts, SyFrame, i + 1)))
      join (parts, i, i + 1);
    else
      i++;
  while (again && parts->len <= MOST_PARTS)
    {
      again = FALSE;
      for (guint i = 0; i < parts->len; i++)
        for (guint k = i + 1; k < parts->len;)
          if (may_join (framing, &g_array_index (parts, SyFrame, i), &g_array_index (parts, SyFrame, k)))
            {
              join (parts, i, k);
              again = TRUE;
            }
          else
            k++;
    }
}

/* Groups by name in the order of the file */
static GHashTable *
gather (const SyGeometry *g, GPtrArray *names)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_array_unref);

  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      const char *name = g->workflow->tasks[v].group;
      SyFrame part = { name, g->nodes[v], v, 1 };
      GArray *parts;

      if (name == NULL || *name == '\0' || sy_geometry_shown (g, v) != v || sy_geometry_collapsed_group (g, v) != NULL)
        continue;
      parts = g_hash_table_lookup (groups, name);
      if (parts == NULL)
        {
          parts = g_array_new (FALSE, FALSE, sizeof (SyFrame));
          g_hash_table_insert (groups, (gpointer) name, parts);
          g_ptr_array_add (names, (gpointer) name);
        }
      g_array_append_val (parts, part);
    }
  return groups;
}

void
sy_geometry_find_frames (SyGeometry *g)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GHashTable) groups = gather (g, names);
  GArray *frames = g_array_new (FALSE, FALSE, sizeof (SyFrame));
  Framing framing = { .g = g };

  for (guint i = 0; i < names->len; i++)
    {
      framing.name = g_ptr_array_index (names, i);
      framing.parts = g_hash_table_lookup (groups, framing.name);
      join_parts (&framing);
      for (guint k = 0; k < framing.parts->len; k++)
        {
          SyFrame *frame = &g_array_index (framing.parts, SyFrame, k);

          frame->box = with_room (g, &frame->box);
          g_array_append_val (frames, *frame);
        }
    }
  g_free (g->frames);
  g->n_frames = frames->len;
  g->frames = (SyFrame *) (void *) g_array_free (frames, FALSE);
}

const char *
sy_geometry_collapsed_group (const SyGeometry *g, guint32 index)
{
  const char *group = g->workflow->tasks[index].group;
  guint32 n = 0;

  if (group == NULL || !sy_geometry_is_collapsed (g, index))
    return NULL;
  for (guint32 v = 0; v < g->n_nodes; v++)
    {
      gboolean of_it = g_strcmp0 (g->workflow->tasks[v].group, group) == 0;

      n += of_it;
      if (of_it != (g->shown[v] == index))
        return NULL;
    }
  return n > 1 ? group : NULL;
}

const SyFrame *
sy_geometry_frame_at (const SyGeometry *g, float x, float y)
{
  for (guint32 i = 0; i < g->n_frames; i++)
    {
      const SyRect *box = &g->frames[i].box;

      if (x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + SY_FRAME_LABEL * g->scale
          && sy_geometry_node_at (g, x, y) == SY_NO_TASK)
        return &g->frames[i];
    }
  return NULL;
}
