/* sy-level.h: how much of something was in use over time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From this instant on (wall µs) the level is @level. */
typedef struct
{
  gint64 wall_us;
  gint64 level;
} SyStep;

/* Steps ascend in time. */
typedef struct
{
  char *name;           /* (owned) (nullable) of a pool */
  gint64 capacity;      /* newest; 0 = unknown */
  gint64 peak;
  GArray *steps;        /* (owned) SyStep */
} SyLevel;

/* @name: (nullable) */
void sy_level_init (SyLevel *level, const char *name);
void sy_level_clear (SyLevel *level);
/* Ends are told up to a few milliseconds after they happened, in no strict order. */
void sy_level_add (SyLevel *level, gint64 wall_us, gint64 delta);
/* Level at an instant: O(log steps) */
gint64 sy_level_at (const SyLevel *level, gint64 wall_us);
/* Index of the first step after @wall_us */
guint sy_level_find (const SyLevel *level, gint64 wall_us);

G_END_DECLS
