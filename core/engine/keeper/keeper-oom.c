/* keeper-oom.c: memory: tasks go before their witness, and a kill for memory is told apart
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int
write_adjust (int fd, const char *text)
{
  return pwrite (fd, text, strlen (text), 0) == (ssize_t) strlen (text);
}

/* The adjustment is raised just around vfork, so that the task inherits it and the keeper does not keep it. */
void
keeper_oom_setup (Keeper *keeper, uint32_t adjust)
{
  char text[16] = "";
  int own, raised;

  if (keeper->oom_fd < 0 || pread (keeper->oom_fd, text, sizeof text - 1, 0) <= 0)
    return;
  own = (int) strtol (text, NULL, 10);
  raised = adjust > 1000 || own + (int) adjust > 1000 ? 1000 : own + (int) adjust;
  snprintf (keeper->oom_own, sizeof keeper->oom_own, "%d", own);
  snprintf (keeper->oom_task, sizeof keeper->oom_task, "%d", raised);
  keeper->oom_adjust = adjust;
  if (adjust > 0 && (!write_adjust (keeper->oom_fd, keeper->oom_task) || !write_adjust (keeper->oom_fd, keeper->oom_own)))
    keeper->oom_adjust = 0; /* lowering is forbidden here: then keeper and tasks stay alike */
}

void
keeper_oom_adjust (const Keeper *keeper, int for_task)
{
  if (keeper->oom_adjust > 0)
    write_adjust (keeper->oom_fd, for_task ? keeper->oom_task : keeper->oom_own);
}

/* The number behind a line's name in a file of "name number" lines; -1 = not there. */
static int64_t
read_counter (const char *path, const char *name)
{
  static char text[32768];
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  size_t used = 0;
  const char *at;

  if (fd < 0)
    return -1;
  for (ssize_t n; used < sizeof text - 1 && (n = read (fd, text + used, sizeof text - 1 - used)) > 0;)
    used += (size_t) n;
  close (fd);
  text[used] = 0;
  for (at = strstr (text, name); at != NULL && at != text && at[-1] != '\n';)
    at = strstr (at + 1, name);
  return at == NULL ? -1 : strtoll (at + strlen (name), NULL, 10);
}

uint64_t
keeper_oom_count (const Keeper *keeper)
{
  char path[sizeof keeper->cgroup.leaf + 16];
  int64_t count = -1;

  if (keeper->cgroup.ok)
    {
      snprintf (path, sizeof path, "%s/memory.events", keeper->cgroup.leaf);
      count = read_counter (path, "oom_kill ");
    }
  if (count < 0)
    count = read_counter ("/proc/vmstat", "oom_kill ");
  return count < 0 ? 0 : (uint64_t) count;
}
