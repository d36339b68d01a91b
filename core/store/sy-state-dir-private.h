/* sy-state-dir-private.h: for the siblings of this folder and its tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/* Is @f_type of statfs(2) a network file system's? (@name: (out): what to call it) */
gboolean sy_state_dir_is_network_fs (guint64 f_type, const char **name);

/* Descriptor of `runs`; -1 where it does not exist (nothing ran yet). */
int sy_state_dir_get_runs_fd (SyStateDir *dir);

/* Opens folder @name below @parent_fd and checks that it is ours and only ours. */
int sy_state_dir_open_folder (int parent_fd, const char *name, const char *path, GError **error);

/* Adds up (@bytes) or removes everything below the folder @name of @parent_fd, itself included; never follows a link. */
gboolean sy_state_dir_measure_tree (int parent_fd, const char *name, gint64 *bytes);
gboolean sy_state_dir_remove_tree (int parent_fd, const char *name);

/* Folders of runs that were being deleted when their process died; finished by the next gc. */
#define SY_STATE_DIR_TRASH_PREFIX ".trash-"
/* Folders of runs that are being made; what is left of one after a day is removed by gc. */
#define SY_STATE_DIR_MAKING_PREFIX ".new-"

/* A shared lock of `owner` for the time of a read of a log without runner: -1 if a runner lives
 * (or where there is no file to lock: @absent becomes TRUE), else a descriptor to close. */
int sy_run_dir_hold_off_runner (SyRunDir *run, gboolean *absent);

G_END_DECLS
