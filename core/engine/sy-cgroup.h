/* sy-cgroup.h: one control group (v2) for each keeper, where we may make them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Path of the v2 group that a process is in, below its mount point; NULL where there is none. @text: /proc/PID/cgroup. Pure. (transfer full) */
char *sy_cgroup_parse_own (const char *text);
/* Mount point of the v2 hierarchy, NULL if it is not mounted. @text: /proc/PID/mountinfo. Pure. (transfer full) */
char *sy_cgroup_parse_mount (const char *text);

/**
 * sy_cgroup_base:
 *
 * Makes `<own group>/switchyard-<first 8 of @run_id>`, which must be writable.
 *
 * Returns: (transfer full) (nullable): its absolute path; NULL where groups are not for us (no error: trees are then
 *   killed by walking descendants)
 */
char *sy_cgroup_base (const char *run_id);
/* Path it would have, made or not; NULL without v2. (transfer full) */
char *sy_cgroup_base_path (const char *run_id);

/* Makes `<base>/k<n>`. (transfer full) (nullable) */
char *sy_cgroup_leaf (const char *base, guint32 number);

/* Kills all that live in a group, waits at most 1 s until it is empty; -1 = no such group, else how many lived there. */
int sy_cgroup_kill (const char *path);
/* Removes an empty group; others stay. */
void sy_cgroup_remove (const char *path);
/* Removes base and its leaves, as far as they are empty. */
void sy_cgroup_remove_all (const char *base);

G_END_DECLS
