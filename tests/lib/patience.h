/* patience.h: waiting for what another process does
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Zeroed at the start */
typedef struct
{
  gint64 until;
  gulong next_us;
} Patience;

/*
 * Where nobody tells of what is waited for, it is looked for: `for (Patience p = { 0 }; !is_there ();) patience (&p, "…");`
 * At first often, then fifty times a second; after a minute (in the soak, ten) the test fails and says @what never came.
 */
void patience (Patience *self, const char *what);

/* Sleeps until nobody holds a lock of the file; where there is no such file, not at all. */
void patience_for_lock (int dir_fd, const char *name);

G_END_DECLS
