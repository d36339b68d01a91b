/* sy-state-dir.h: the folder with everything that outlives a process
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * `$XDG_STATE_HOME/switchyard` (0700): `index.db` and `runs/<uuid>/`. Names
 * below it are ours (uuids, integers, fixed words): ids and keys of a file
 * never become names. Everything is opened from a held descriptor of the
 * folder with O_NOFOLLOW | O_CLOEXEC, so that a moved or replaced folder
 * cannot lead us elsewhere. Not thread-safe while being made; then read-only.
 */
typedef struct _SyStateDir SyStateDir;

typedef enum
{
  SY_STATE_DIR_READ = 0,
  SY_STATE_DIR_CREATE = 1 << 0, /* make it and its parents where missing; reading commands do not */
} SyStateDirFlags;

/**
 * sy_state_dir_open:
 * @path: (nullable): absolute path; %NULL: `$XDG_STATE_HOME/switchyard` (`~/.local/state/switchyard`)
 *
 * Refuses (%SY_ERROR_REFUSED) a folder that belongs to somebody else, that
 * group or others may write to, and one on a network file system (locks lie
 * there; SWITCHYARD_ALLOW_NFS=1 overrides, at your own risk).
 * %SY_ERROR_NOT_FOUND if it does not exist and is not to be made.
 */
SyStateDir *sy_state_dir_open (const char *path, SyStateDirFlags flags, GError **error);
void sy_state_dir_free (SyStateDir *dir);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyStateDir, sy_state_dir_free)

const char *sy_state_dir_get_path (SyStateDir *dir);
int sy_state_dir_get_fd (SyStateDir *dir);

/* Uuids of all run folders, sorted; (transfer full) */
GStrv sy_state_dir_list_runs (SyStateDir *dir, GError **error);

/* Bytes that are free for us on its disk; -1 = not known */
gint64 sy_state_dir_get_free_bytes (SyStateDir *dir);

/* Lower-case text form of a uuid, 36 characters */
gboolean sy_state_dir_is_uuid (const char *text);

G_END_DECLS
