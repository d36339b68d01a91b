/* sy-detach.c: starting this program again in a session of its own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-run-start.h"

#include "app/sy-command.h"
#include "core/base/sy-error.h"
#include "core/engine/sy-process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char **arguments;

void
sy_run_set_arguments (char **argv)
{
  arguments = argv;
}

static GStrv
child_arguments (void)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, arguments[0]);
  g_strv_builder_add (builder, arguments[1]);
  g_strv_builder_add (builder, "--ready-fd=3");
  for (guint i = 2; arguments[i] != NULL; i++)
    if (!g_str_equal (arguments[i], "--detach"))
      g_strv_builder_add (builder, arguments[i]);
  return g_strv_builder_end (builder);
}

/* The line that the child writes once the run goes on by itself; empty if it ended before. */
static char *
read_line (int fd)
{
  GString *line = g_string_new (NULL);
  char buffer[64];
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR))
    if (n > 0)
      g_string_append_len (line, buffer, n);
  return g_string_free (line, FALSE);
}

static int
exit_code_of_child (pid_t pid)
{
  int status;

  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return SY_EXIT_INTERNAL;
  return WIFEXITED (status) ? WEXITSTATUS (status) : SY_EXIT_INTERNAL;
}

int
sy_run_detached (void)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) argv = child_arguments ();
  g_autofree char *line = NULL;
  int pipe_fds[2];
  pid_t pid;

  if (pipe2 (pipe_fds, O_CLOEXEC) != 0)
    {
      sy_complain ("cannot make a pipe: %s", g_strerror (errno));
      return SY_EXIT_INTERNAL;
    }
  pid = sy_process_spawn_session ("/proc/self/exe", (const char *const *) argv, pipe_fds[1], -1, &error);
  close (pipe_fds[1]);
  line = pid > 0 ? read_line (pipe_fds[0]) : NULL;
  close (pipe_fds[0]);
  if (pid <= 0)
    return sy_fail (error);
  if (*line == '\0')
    return exit_code_of_child (pid);
  sy_out_line (line);
  return SY_EXIT_OK;
}

void
sy_run_announce (SyRunDir *run, int *ready_fd)
{
  g_autofree char *line = NULL;
  int null, messages;

  if (*ready_fd < 0)
    return;
  line = g_strdup_printf ("%s\n", sy_run_dir_get_uuid (run));
  fflush (NULL);
  if (write (*ready_fd, line, strlen (line)) < 0)
    g_debug ("the starter has gone already");
  close (*ready_fd);
  *ready_fd = -1;
  null = open ("/dev/null", O_RDWR | O_CLOEXEC);
  messages = sy_run_dir_open_file (run, "messages", O_WRONLY | O_CREAT | O_APPEND, NULL);
  dup2 (null, STDIN_FILENO);
  dup2 (null, STDOUT_FILENO);
  dup2 (messages >= 0 ? messages : null, STDERR_FILENO);
  close (null);
  if (messages >= 0)
    close (messages);
}
