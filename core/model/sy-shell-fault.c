/* sy-shell-fault.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-fault.h"

#include "core/model/sy-shell-names.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sys/wait.h>

#define NOT_FOUND 127
#define NOT_EXECUTABLE 126

/* 0: something else */
static int
code_of (const SyTaskState *task)
{
  int code = task->state == SY_STATE_FAILED && task->name == SY_NAME_EXIT && WIFEXITED (task->exit_status) ? WEXITSTATUS (task->exit_status) : 0;

  return code == NOT_FOUND || code == NOT_EXECUTABLE ? code : 0;
}

/* "‘jqq’", "'jqq'": what is quoted; a word; NULL: several words. (transfer full) */
static char *
read_name (const char *text)
{
  static const char *const quotes[][2] = { { "‘", "’" }, { "'", "'" }, { "\"", "\"" }, { "`", "'" } };

  for (guint i = 0; i < G_N_ELEMENTS (quotes); i++)
    {
      const char *open = strstr (text, quotes[i][0]), *start = open != NULL ? open + strlen (quotes[i][0]) : NULL;
      const char *end = start != NULL ? strstr (start, quotes[i][1]) : NULL;

      if (end != NULL && end > start)
        return g_strndup (start, (gsize) (end - start));
    }
  return *text == '\0' || strpbrk (text, " \t") != NULL ? NULL : g_strdup (text);
}

/* Begins with the name of a shell, or of a program that starts others */
static gboolean
is_starter (const char *part)
{
  static const char *const starters[] = { "env", "timeout", "nice", "ionice", "nohup", "xargs", "sudo", "setsid", "stdbuf", "chrt", "taskset", "time", NULL };
  const char *slash = strrchr (part, '/');

  return sy_shell_is_shell (part) || g_strv_contains (starters, slash != NULL ? slash + 1 : part);
}

/* "1", "line 12" */
static gboolean
is_line_number (const char *part)
{
  const char *digits = g_str_has_prefix (part, "line ") ? part + 5 : part;

  return *digits != '\0' && digits[strspn (digits, "0123456789")] == '\0';
}

char *
sy_shell_fault_find_program (const char *line)
{
  static const char *const reasons[] = { "not found", "command not found", "No such file or directory", "Permission denied", "Is a directory",
                                         "Exec format error", "cannot execute", "cannot execute binary file", "bad interpreter", NULL };
  g_auto (GStrv) parts = g_strsplit (line, ": ", 8);
  guint n = g_strv_length (parts), at = 0;

  /* zsh:1: command not found: jqq */
  if (n == 3 && g_str_equal (parts[1], "command not found"))
    return read_name (parts[2]);
  while (at < n && !g_strv_contains (reasons, parts[at]))
    at++;
  if (at == n || at < 2 || !(is_starter (parts[0]) || is_line_number (parts[1])))
    return NULL;
  return read_name (parts[at - 1]);
}

char *
sy_shell_fault_describe (const SyTaskState *task, const char *how, const char *line)
{
  g_autofree char *program = line != NULL && code_of (task) != 0 ? sy_shell_fault_find_program (line) : NULL;

  if (code_of (task) == 0)
    return NULL;
  if (code_of (task) == NOT_FOUND)
    return program != NULL ? g_strdup_printf (_("program not found: %s (%s)"), program, how) : g_strdup_printf (_("program not found (%s)"), how);
  return program != NULL ? g_strdup_printf (_("program cannot be executed: %s (%s)"), program, how)
                         : g_strdup_printf (_("program cannot be executed (%s)"), how);
}

char *
sy_shell_fault_advise (const SyTaskState *task, const char *line)
{
  g_autofree char *program = line != NULL && code_of (task) != 0 ? sy_shell_fault_find_program (line) : NULL;
  gboolean path = program != NULL && strchr (program, '/') != NULL;

  switch (code_of (task))
    {
    case NOT_FOUND:
      return g_strdup (path ? _("check the path as it is seen from the task's working folder")
                            : _("install it, check how it is spelt, or put its folder into PATH"));
    case NOT_EXECUTABLE:
      return path ? g_strdup_printf (_("make it executable: chmod +x %s"), program) : g_strdup (_("check that it may be executed, and that it is made for this machine"));
    default:
      return NULL;
    }
}
