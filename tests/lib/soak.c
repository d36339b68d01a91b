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
  static const char *told_what;
  static guint64 told;
  guint64 part = (guint64) done * TELLS / MAX (all, 1);

  if (!soak_is_on () || part == 0 || (part == told && told_what == what))
    return;
  g_test_message ("soak: %s: %u of %u", what, MIN (done, all), all);
  told_what = what;
  told = part;
}
