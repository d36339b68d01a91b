/* sy-places.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-places.h"

#include <string.h>

struct _SyPlaces
{
  gatomicrefcount ref_count;
  GHashTable *places;   /* id -> SyPlace */
};

SyPlaces *
sy_places_new (void)
{
  SyPlaces *self = g_new0 (SyPlaces, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

SyPlaces *
sy_places_copy (const SyPlaces *other)
{
  SyPlaces *self = sy_places_new ();
  GHashTableIter iter;
  gpointer id, place;

  g_hash_table_iter_init (&iter, other->places);
  while (g_hash_table_iter_next (&iter, &id, &place))
    g_hash_table_insert (self->places, g_strdup (id), g_memdup2 (place, sizeof (SyPlace)));
  return self;
}

SyPlaces *
sy_places_ref (SyPlaces *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sy_places_unref (SyPlaces *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->places);
  g_free (self);
}

guint
sy_places_get_n (const SyPlaces *self)
{
  return g_hash_table_size (self->places);
}

gboolean
sy_places_get (const SyPlaces *self, const char *task, SyPlace *place)
{
  const SyPlace *found = g_hash_table_lookup (self->places, task);

  if (found != NULL && place != NULL)
    *place = *found;
  return found != NULL;
}

static gboolean
same_place (const SyPlace *a, const SyPlace *b)
{
  return a == b || (a != NULL && b != NULL && a->x == b->x && a->y == b->y);
}

gboolean
sy_places_equal (const SyPlaces *a, const SyPlaces *b)
{
  GHashTableIter iter;
  gpointer id, place;

  if (a == b)
    return TRUE;
  if (sy_places_get_n (a) != sy_places_get_n (b))
    return FALSE;
  g_hash_table_iter_init (&iter, a->places);
  while (g_hash_table_iter_next (&iter, &id, &place))
    if (!same_place (place, g_hash_table_lookup (b->places, id)))
      return FALSE;
  return TRUE;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
sy_places_list (const SyPlaces *self)
{
  GPtrArray *ids = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->places);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_ptr_array_add (ids, id);
  g_ptr_array_sort (ids, compare_ids);
  return ids;
}

/* --- changing --- */

void
sy_places_set (SyPlaces *self, const char *task, SyPlace place)
{
  place.x = CLAMP (place.x, -SY_PLACE_MOST, SY_PLACE_MOST);
  place.y = CLAMP (place.y, -SY_PLACE_MOST, SY_PLACE_MOST);
  g_hash_table_insert (self->places, g_strdup (task), g_memdup2 (&place, sizeof place));
}

void
sy_places_remove (SyPlaces *self, const char *task)
{
  g_hash_table_remove (self->places, task);
}

void
sy_places_rename (SyPlaces *self, const char *task, const char *name)
{
  SyPlace place;

  if (!sy_places_get (self, task, &place) || strcmp (task, name) == 0)
    return;
  sy_places_remove (self, task);
  sy_places_set (self, name, place);
}

/* --- differences --- */

static void
move_clear (gpointer data)
{
  g_free (((SyPlaceMove *) data)->task);
}

static void
note_move (GArray **moves, const char *task, const SyPlace *was, const SyPlace *now)
{
  SyPlaceMove *move;

  if (same_place (was, now))
    return;
  if (*moves == NULL)
    {
      *moves = g_array_new (FALSE, TRUE, sizeof (SyPlaceMove));
      g_array_set_clear_func (*moves, move_clear);
    }
  g_array_set_size (*moves, (*moves)->len + 1);
  move = &g_array_index (*moves, SyPlaceMove, (*moves)->len - 1);
  move->task = g_strdup (task);
  move->was_set = was != NULL;
  move->now_set = now != NULL;
  if (was != NULL)
    move->was = *was;
  if (now != NULL)
    move->now = *now;
}

GArray *
sy_places_diff (const SyPlaces *before, const SyPlaces *after)
{
  GArray *moves = NULL;
  GHashTableIter iter;
  gpointer id, place;

  if (before == after)
    return NULL;
  g_hash_table_iter_init (&iter, before->places);
  while (g_hash_table_iter_next (&iter, &id, &place))
    note_move (&moves, id, place, g_hash_table_lookup (after->places, id));
  g_hash_table_iter_init (&iter, after->places);
  while (g_hash_table_iter_next (&iter, &id, &place))
    if (!g_hash_table_contains (before->places, id))
      note_move (&moves, id, NULL, place);
  return moves;
}

SyPlaces *
sy_places_apply (const SyPlaces *self, const GArray *moves, gboolean back)
{
  SyPlaces *result = sy_places_copy (self);

  for (guint i = 0; i < moves->len; i++)
    {
      const SyPlaceMove *move = &g_array_index (moves, SyPlaceMove, i);

      if (back ? move->was_set : move->now_set)
        sy_places_set (result, move->task, back ? move->was : move->now);
      else
        sy_places_remove (result, move->task);
    }
  return result;
}

SyPlaces *
sy_places_merge (const SyPlaces *base, const SyPlaces *mine, const SyPlaces *theirs)
{
  g_autoptr (GArray) moves = sy_places_diff (base, mine);

  return moves != NULL ? sy_places_apply (theirs, moves, FALSE) : sy_places_copy (theirs);
}
