/* small-disk.h: a file system so small that a test can fill it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Mounts @bytes over @path: only this process and what it starts sees it. %FALSE where that is not allowed: a test skips then.
 * @nobody: where need be in a user namespace, in which this process is nobody
 */
gboolean small_disk_mount (const char *path, guint bytes, gboolean nobody);
/* Takes all space of the file's disk but @leave bytes; unlinking the file gives it back. */
void small_disk_fill (const char *file, gsize leave);
void small_disk_unmount (const char *path);

G_END_DECLS
