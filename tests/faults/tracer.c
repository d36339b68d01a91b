/* tracer.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/faults/tracer.h"

#include <string.h>
#include <sys/stat.h>

gboolean
tracer_works (void)
{
  static int known = -1;

  if (known < 0)
    {
      const char *argv[] = { "strace", "-o", "/dev/null", "-e", "inject=getppid:error=EPERM", "true", NULL };
      int status = -1;

      known = g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
                            NULL, &status, NULL)
              && status == 0;
    }
  return known;
}

char *
tracer_write (const char *dir, const char *program, const char *call, const char *what, const char *when, gboolean once)
{
  g_autofree char *strace = g_find_program_in_path ("strace");
  g_autofree char *others = g_strdup_printf ("mkdir %s/traced 2>/dev/null || exec %s \"$@\"\n", dir, program);
  g_autofree char *text =
    g_strdup_printf ("#!/bin/sh\n%sexec %s -qq -o %s/trace -e trace=%s -e inject=%s:%s:when=%s %s \"$@\"\n", once ? others : "",
                     strace, dir, call, call, what, when, program);
  char *path = g_build_filename (dir, "tracer", NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (chmod (path, 0700), ==, 0);
  return path;
}

gboolean
tracer_has_struck (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "trace", NULL);
  g_autofree char *trace = NULL;

  return g_file_get_contents (path, &trace, NULL, NULL)
         && (strstr (trace, "(INJECTED)") != NULL || strstr (trace, "killed by SIGKILL") != NULL);
}
