/* sy-runner-start.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-runner-start.h"

#include "core/base/sy-error.h"
#include "core/engine/sy-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MESSAGE_MAX 4096

/* The headless program lies beside the window's. */
static char *
find_program (GError **error)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", error);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *program = folder != NULL ? g_build_filename (folder, "switchyard", NULL) : NULL;

  if (program == NULL)
    return NULL;
  if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return g_steal_pointer (&program);
  g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, _("the program “switchyard” is not in %s; install it again"), folder);
  return NULL;
}

static GStrv
complete_arguments (const char *const *arguments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_add (builder, "switchyard");
  g_strv_builder_add (builder, arguments[0]);
  g_strv_builder_add (builder, "--ready-fd=3");
  g_strv_builder_addv (builder, (const char **) arguments + 1);
  return g_strv_builder_end (builder);
}

static char *
read_all (int fd, gsize max)
{
  GString *text = g_string_new (NULL);
  char buffer[512];
  ssize_t n;

  while (text->len < max && ((n = read (fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR)))
    if (n > 0)
      g_string_append_len (text, buffer, n);
  return g_strstrip (g_string_free (text, FALSE));
}

static void
on_runner_ended (GPid pid, int status, gpointer data)
{
  g_spawn_close_pid (pid);
}

/* It ended before it was ready: done, or refused with a message. */
static char *
take_end (pid_t pid, int messages, GError **error)
{
  g_autofree char *text = NULL;
  const char *said;
  int status;

  while (waitpid (pid, &status, 0) < 0)
    if (errno != EINTR)
      return g_strdup ("");
  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return g_strdup ("");
  lseek (messages, 0, SEEK_SET);
  text = read_all (messages, MESSAGE_MAX);
  said = g_str_has_prefix (text, "switchyard: ") ? text + strlen ("switchyard: ") : text;
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "%s", *said != '\0' ? said : _("the runner ended without a word"));
  return NULL;
}

char *
sy_runner_start (const char *const *arguments, GError **error)
{
  g_autofree char *program = find_program (error);
  g_auto (GStrv) argv = complete_arguments (arguments);
  g_autofree char *line = NULL;
  int ready[2], messages;
  pid_t pid;
  char *result;

  if (program == NULL)
    return NULL;
  messages = memfd_create ("switchyard-messages", MFD_CLOEXEC);
  if (messages < 0 || pipe2 (ready, O_CLOEXEC) != 0)
    {
      sy_error_set_errno (error, errno, "make a pipe to the runner");
      if (messages >= 0)
        close (messages);
      return NULL;
    }
  pid = sy_process_spawn_session (program, (const char *const *) argv, ready[1], messages, error);
  close (ready[1]);
  line = pid > 0 ? read_all (ready[0], G_MAXSIZE) : NULL;
  close (ready[0]);
  if (line != NULL && *line != '\0')
    {
      g_child_watch_add (pid, on_runner_ended, NULL);
      result = g_steal_pointer (&line);
    }
  else
    result = pid > 0 ? take_end (pid, messages, error) : NULL;
  close (messages);
  return result;
}
