/* sy-process.h: the one place of the core where processes are started
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * sy_process_find_keeper:
 *
 * Looks for `switchyard-keeper`: $SWITCHYARD_KEEPER (tests), beside the running
 * program, in the build tree of the running program, in the installed libexec
 * folder. (transfer full); %SY_ERROR_NOT_FOUND names the places.
 */
char *sy_process_find_keeper (GError **error);

/* This process's own */
mode_t sy_process_get_umask (void);

/**
 * sy_process_spawn_keeper:
 * @program: path of the keeper program
 * @number: n of k/<n>
 * @run_id: for `ps` only
 * @run_fd: the run folder
 * @socket_fd: the keeper's end of the socket pair; stays open here
 * @cgroup_fd: folder of a v2 control group in which it is to start, -1 = ours
 *
 * Starts a keeper, by posix_spawn() or, with a group, by clone3() (a fork, which copies our page tables: cheaper than
 * to move a process between groups). It gets the two descriptors as 3 and 4 and an empty environment. Where clone3()
 * is not allowed the keeper starts in our group, and enters its own by itself.
 *
 * Returns: its pid, or -1 with an error
 */
pid_t sy_process_spawn_keeper (const char *program, guint32 number, const char *run_id, int run_fd, int socket_fd,
                               int cgroup_fd, GError **error);

/**
 * sy_process_spawn_session:
 * @program: what to execute
 * @argv: its arguments
 * @pass_fd: becomes its descriptor 3
 * @error_fd: becomes its standard error; −1 = ours
 *
 * Starts a program in a session of its own, with our environment and standard
 * streams: a runner that is to outlive us.
 *
 * Returns: its pid, or -1 with an error
 */
pid_t sy_process_spawn_session (const char *program, const char *const *argv, int pass_fd, int error_fd, GError **error);

/* Becomes another program, with our environment and descriptors; comes back only with an error. */
void sy_process_become (const char *program, const char *const *argv, GError **error);

/* Whether that child of ours has ended; reaps it. Never waits. */
gboolean sy_process_reap (pid_t pid);

/**
 * sy_process_kill_attempt:
 * @task, @attempt: 0 = any
 *
 * Kills every process of ours whose environment holds SWITCHYARD_RUN_ID=@run_id and the task's id and attempt:
 * what a dead keeper left where no cgroup tells. Repeats until a scan finds none, at most 50 times.
 *
 * Returns: how many processes were killed
 */
guint sy_process_kill_attempt (const char *run_id, const char *task_id, guint32 attempt);

G_END_DECLS
