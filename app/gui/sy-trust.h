/* sy-trust.h: which files the user has agreed to run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By real path and sha256 of the file, or by a trusted folder that holds it; kept in the user's data folder (0600). */
gboolean sy_trust_has (const char *path, const char *sha256);
gboolean sy_trust_add (const char *path, const char *sha256, gboolean whole_folder, GError **error);

G_END_DECLS
