/* soak.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/soak.h"

#define TELLS 20

gboolean
soak_is_on (void)
{
  return g_getenv ("SWITCHYARD_SOAK") != NULL;
}

guint
soak_or (guint ci, guint many)
{
  return soak_is_on () ? many : ci;
}

void
soak_progress (const char *what, guint done, guint all)
{
  guint64 part = (guint64) done * TELLS / MAX (all, 1), before = done > 0 ? (guint64) (done - 1) * TELLS / MAX (all, 1) : 0;

  if (soak_is_on () && part != before)
    g_test_message ("%s: %u of %u", what, MIN (done, all), all);
}
