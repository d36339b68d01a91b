/* soak.h: long forms of tests, and how far they are
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* `make soak`: SWITCHYARD_SOAK is set */
gboolean soak_is_on (void);
/* How many of something: @ci for every change, @many in the soak */
guint soak_or (guint ci, guint many);
/* In the soak, some twenty times from the first to the last of @all: a line of how far it is. @what is static; one at a time. */
void soak_progress (const char *what, guint done, guint all);

G_END_DECLS
