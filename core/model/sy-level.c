/* sy-level.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-level.h"

/* A level is put right for at most so many steps back: a clock that was set back does not cost the square of them. */
#define MOST_STEPS_BACK 512

void
sy_level_init (SyLevel *level, const char *name)
{
  *level = (SyLevel){ .name = g_strdup (name), .steps = g_array_new (FALSE, FALSE, sizeof (SyStep)) };
}

void
sy_level_clear (SyLevel *level)
{
  g_free (level->name);
  g_array_unref (level->steps);
}

static SyStep *
step_at (const SyLevel *level, guint i)
{
  return &g_array_index (level->steps, SyStep, i);
}

void
sy_level_add (SyLevel *level, gint64 wall_us, gint64 delta)
{
  guint at = level->steps->len, least = at > MOST_STEPS_BACK ? at - MOST_STEPS_BACK : 0;
  SyStep step = { wall_us, delta };

  for (; at > least && step_at (level, at - 1)->wall_us > wall_us; at--)
    {
      step_at (level, at - 1)->level += delta;
      level->peak = MAX (level->peak, step_at (level, at - 1)->level);
    }
  if (at > 0)
    {
      step.wall_us = MAX (wall_us, step_at (level, at - 1)->wall_us);
      step.level += step_at (level, at - 1)->level;
    }
  level->peak = MAX (level->peak, step.level);
  if (at > 0 && step_at (level, at - 1)->wall_us == step.wall_us)
    step_at (level, at - 1)->level = step.level;
  else
    g_array_insert_val (level->steps, at, step);
}

guint
sy_level_find (const SyLevel *level, gint64 wall_us)
{
  guint low = 0, high = level->steps->len;

  while (low < high)
    {
      guint middle = (low + high) / 2;

      if (step_at (level, middle)->wall_us > wall_us)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

gint64
sy_level_at (const SyLevel *level, gint64 wall_us)
{
  guint after = sy_level_find (level, wall_us);

  return after > 0 ? step_at (level, after - 1)->level : 0;
}
