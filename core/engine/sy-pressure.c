/* sy-pressure.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-pressure.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static const char *const names[SY_N_PRESSURES] = { "cpu", "memory", "io" };

static int
open_one (const char *name)
{
  g_autofree char *machine = g_strconcat ("/proc/pressure/", name, NULL), *group = g_strconcat ("/sys/fs/cgroup/", name, ".pressure", NULL);
  int fd = open (machine, O_RDONLY | O_CLOEXEC);

  return fd >= 0 ? fd : open (group, O_RDONLY | O_CLOEXEC);
}

void
sy_pressure_open (SyPressure *pressure)
{
  for (guint i = 0; i < SY_N_PRESSURES; i++)
    pressure->fds[i] = open_one (names[i]);
}

void
sy_pressure_close (SyPressure *pressure)
{
  for (guint i = 0; i < SY_N_PRESSURES; i++)
    if (pressure->fds[i] >= 0)
      close (pressure->fds[i]);
}

gint64
sy_pressure_parse (const char *text)
{
  const char *line = g_str_has_prefix (text, "some ") ? text : strstr (text, "\nsome ");
  const char *total = line != NULL ? strstr (line, "total=") : NULL, *end = line != NULL ? strchr (line + 1, '\n') : NULL;
  char *stop;
  guint64 value;

  if (total == NULL || (end != NULL && total > end))
    return -1;
  total += strlen ("total=");
  value = g_ascii_strtoull (total, &stop, 10);
  return stop == total || value > G_MAXINT64 ? -1 : (gint64) value;
}

/* A kernel that was told not to count (psi=0) has the files, and refuses to read them. */
static gint64
read_one (int fd)
{
  char text[256];
  gssize n = fd >= 0 ? pread (fd, text, sizeof text - 1, 0) : -1;

  if (n <= 0)
    return -1;
  text[n] = '\0';
  return sy_pressure_parse (text);
}

gboolean
sy_pressure_read (SyPressure *pressure, gint64 *stall_us)
{
  gboolean any = FALSE;

  for (guint i = 0; i < SY_N_PRESSURES; i++)
    {
      stall_us[i] = read_one (pressure->fds[i]);
      any = any || stall_us[i] >= 0;
    }
  return any;
}
