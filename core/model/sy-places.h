/* sy-places.h: where the user has pinned tasks in the picture of a workflow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Upper left corner, world units at font scale 1 */
typedef struct { gint32 x, y; } SyPlace;
#define SY_PLACE_MOST 1000000 /* no place is further out */

/**
 * SyPlaces:
 *
 * Task ids with their places; all others are placed by the layout. A new one
 * belongs to who made it, who may change it until it is shared; from then on it
 * never changes. Atomic reference count.
 */
typedef struct _SyPlaces SyPlaces;

SyPlaces *sy_places_new (void);
SyPlaces *sy_places_copy (const SyPlaces *places); /* (transfer full) */
SyPlaces *sy_places_ref (SyPlaces *places);
void sy_places_unref (SyPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyPlaces, sy_places_unref)

guint sy_places_get_n (const SyPlaces *places);
/* @place: (out) (optional) */
gboolean sy_places_get (const SyPlaces *places, const char *task, SyPlace *place);
gboolean sy_places_equal (const SyPlaces *a, const SyPlaces *b);
/* (transfer container): ids in order, bytewise; valid while @places is not changed */
GPtrArray *sy_places_list (const SyPlaces *places);

/* --- before it is shared --- */
/* A place beyond SY_PLACE_MOST is brought back to it. */
void sy_places_set (SyPlaces *places, const char *task, SyPlace place);
void sy_places_remove (SyPlaces *places, const char *task);
void sy_places_rename (SyPlaces *places, const char *task, const char *name);

/* --- differences: what history keeps --- */
typedef struct
{
  char *task;
  gboolean was_set, now_set;
  SyPlace was, now;
} SyPlaceMove;

/* (transfer full) (nullable): of SyPlaceMove, which it frees; NULL: they are equal */
GArray *sy_places_diff (const SyPlaces *before, const SyPlaces *after);
/* (transfer full): a copy with all of @moves done, or @back: undone */
SyPlaces *sy_places_apply (const SyPlaces *places, const GArray *moves, gboolean back);

/**
 * sy_places_merge:
 *
 * What was changed from @base to @mine, done to @theirs.
 *
 * Returns: (transfer full)
 */
SyPlaces *sy_places_merge (const SyPlaces *base, const SyPlaces *mine, const SyPlaces *theirs);

G_END_DECLS
