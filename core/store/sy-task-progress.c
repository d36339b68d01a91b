/* sy-task-progress.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-task-progress.h"

#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL_BYTES 256

double
sy_task_progress_parse (const char *text)
{
  g_autofree char *lines = g_strchomp (g_strdup (text));
  const char *last = strrchr (lines, '\n');
  const char *line = last != NULL ? last + 1 : lines;
  char *end;
  double value = g_ascii_strtod (line, &end), of = 100;

  if (end == line)
    return -1;
  end += strspn (end, " \t");
  if (*end == '/')
    of = g_ascii_strtod (end + 1, NULL);
  else if (*end != '%')
    return -1;
  return isfinite (value) && isfinite (of) && of > 0 ? CLAMP (value / of, 0, 1) : -1;
}

double
sy_task_progress_read (SyRunDir *run, guint32 task, guint32 item, guint32 attempt)
{
  g_autofree char *name = g_strdup_printf ("v/t%u.i%u.a%u.p", task, item, attempt);
  int fd = sy_run_dir_open_file (run, name, O_RDONLY | O_NONBLOCK, NULL);
  char text[TAIL_BYTES + 1];
  struct stat st;
  gssize n = -1;

  if (fd < 0)
    return -1;
  if (fstat (fd, &st) == 0 && S_ISREG (st.st_mode))
    n = pread (fd, text, TAIL_BYTES, MAX (0, st.st_size - TAIL_BYTES));
  close (fd);
  if (n <= 0)
    return -1;
  text[n] = '\0';
  return sy_task_progress_parse (text);
}
