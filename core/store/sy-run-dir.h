/* sy-run-dir.h: one run's folder: ownership and files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-state-dir.h"

G_BEGIN_DECLS

/*
 * One run's folder, `runs/<uuid>/`:
 *   log.db  the run log (SQLite only)      bell   one byte, written after each COMMIT
 *   owner   flock of the runner            ctl    the runner's socket
 *   env     start environment, 0600        mark   high-water seq and hash of the log
 *   reserve 4 MiB of real blocks           pin    present = never collected
 *   note    what the user wrote about it
 *   k/<n>   keeper journals, sockets       out/   output segments
 *   v/      $SWITCHYARD_OUTPUT files       artifacts/
 */
typedef struct _SyRunDir SyRunDir;

/* @uuid: (nullable): %NULL makes a random one */
SyRunDir *sy_run_dir_create (SyStateDir *dir, const char *uuid, GError **error);
SyRunDir *sy_run_dir_open (SyStateDir *dir, const char *uuid, GError **error);
/* Drops the owner lock if held. */
void sy_run_dir_free (SyRunDir *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunDir, sy_run_dir_free)

const char *sy_run_dir_get_uuid (SyRunDir *run);
const char *sy_run_dir_get_path (SyRunDir *run);
int sy_run_dir_get_fd (SyRunDir *run);
/* `/proc/self/fd/<dirfd>/<name>`: below the 107 bytes of a socket address however long the path; (transfer full) */
char *sy_run_dir_short_path (SyRunDir *run, const char *name);

/* --- ownership: the kernel's lock, never an age or a heartbeat --- */

#define SY_RUN_DIR_OWN_WAIT_US (2 * G_USEC_PER_SEC)

/**
 * sy_run_dir_own:
 * @wait_us: how long to retry; a vfork child of a dead runner holds the lock until its exec: use %SY_RUN_DIR_OWN_WAIT_US
 *
 * Takes the owner lock for the life of @run and writes who we are into the
 * file. %SY_ERROR_OWNED, naming the owner's pid, if somebody else has it.
 */
gboolean sy_run_dir_own (SyRunDir *run, gint64 wait_us, GError **error);
void sy_run_dir_disown (SyRunDir *run);
gboolean sy_run_dir_is_own (SyRunDir *run);

typedef enum { SY_OWNER_NONE, SY_OWNER_ALIVE, SY_OWNER_UNKNOWN } SyOwner;
/* Is there a runner? Tested with a shared lock that is released at once.
 * @pid, @start_time: (out) (optional): what the owner wrote (0 unknown) */
SyOwner sy_run_dir_get_owner (SyRunDir *run, gint32 *pid, guint64 *start_time);
/* The same of a run that is not opened; FALSE where it cannot be told, or there is no such run. */
gboolean sy_run_dir_has_owner (SyStateDir *dir, const char *uuid);
const char *sy_owner_to_string (SyOwner owner); /* alive, none, unknown */

/* --- files --- */

/* openat (run, @name, @flags | O_NOFOLLOW | O_CLOEXEC, 0600); -1 + error. Refuses `log.db*`, `..` and absolute names. */
int sy_run_dir_open_file (SyRunDir *run, const char *name, int flags, GError **error);
/* Temp file, fsync, rename, fsync of the folder */
gboolean sy_run_dir_replace_file (SyRunDir *run, const char *name, const void *data, gsize size, GError **error);
/* The names of the run's files, and its own: on the disk. The log does this before anything that it holds counts. */
void sy_run_dir_sync (SyRunDir *run);
GBytes *sy_run_dir_read_file (SyRunDir *run, const char *name, gsize max_size, GError **error);
gboolean sy_run_dir_remove_file (SyRunDir *run, const char *name, GError **error); /* absent = TRUE */

/* The start environment: "NAME=value" items; deleted at the run's end. Its name is safe when a log was opened after it,
 * its content when it was synced; until then a power cut leaves none to be read. */
gboolean sy_run_dir_write_env (SyRunDir *run, const char *const *env, GError **error);
void sy_run_dir_sync_env (SyRunDir *run);
GStrv sy_run_dir_read_env (SyRunDir *run, GError **error);

#define SY_RUN_DIR_RESERVE_BYTES (4 * 1024 * 1024)
/* Real blocks (written, not only allotted); a no-op where it is there already. */
gboolean sy_run_dir_make_reserve (SyRunDir *run, GError **error);
gboolean sy_run_dir_give_up_reserve (SyRunDir *run); /* TRUE if there was one */

gboolean sy_run_dir_is_pinned (SyRunDir *run);
gboolean sy_run_dir_set_pinned (SyRunDir *run, gboolean pinned, GError **error);

#define SY_RUN_DIR_NOTE_MAX 4096
/* What the user wrote about the run; (transfer full) (nullable) */
char *sy_run_dir_get_note (SyRunDir *run);
/* @note: (nullable): %NULL or empty: none. %SY_ERROR_INVALID for more than %SY_RUN_DIR_NOTE_MAX bytes. */
gboolean sy_run_dir_set_note (SyRunDir *run, const char *note, GError **error);

/* Bytes of disk of the whole folder */
gint64 sy_run_dir_measure (SyRunDir *run);
/* Deletes the folder and all below it (never follows a link). %SY_ERROR_OWNED while a runner lives. */
gboolean sy_run_dir_delete (SyStateDir *dir, const char *uuid, GError **error);

G_END_DECLS
