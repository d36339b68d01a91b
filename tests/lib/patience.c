/* patience.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/patience.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "tests/lib/soak.h"

#define FIRST_US 200
#define LAST_US 20000

void
patience (Patience *self, const char *what)
{
  gint64 now = g_get_monotonic_time ();

  if (self->until == 0)
    {
      self->until = now + soak_or (60, 600) * G_USEC_PER_SEC;
      self->next_us = FIRST_US;
    }
  if (now >= self->until)
    g_error ("waited for in vain: %s", what);
  g_usleep (self->next_us);
  self->next_us = MIN (self->next_us * 3 / 2, LAST_US);
}

void
patience_for_lock (int dir_fd, const char *name)
{
  int fd = openat (dir_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    {
      g_assert_cmpint (errno, ==, ENOENT);
      return;
    }
  while (flock (fd, LOCK_SH) != 0)
    g_assert_cmpint (errno, ==, EINTR);
  close (fd);
}
