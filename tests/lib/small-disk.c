/* small-disk.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/small-disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

gboolean
small_disk_mount (const char *path, guint bytes, gboolean nobody)
{
  g_autofree char *options = g_strdup_printf ("mode=0700,size=%u", bytes);

  if (unshare (CLONE_NEWNS) != 0 && (!nobody || unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0))
    return FALSE;
  return mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 && mount ("tmpfs", path, "tmpfs", 0, options) == 0;
}

void
small_disk_fill (const char *file, gsize leave)
{
  static const char block[4096];
  int fd = open (file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, block, sizeof block) > 0)
    ;
  g_assert_cmpint (errno, ==, ENOSPC);
  if (leave > 0)
    g_assert_cmpint (ftruncate (fd, lseek (fd, 0, SEEK_END) - (off_t) leave), ==, 0);
  close (fd);
}

void
small_disk_unmount (const char *path)
{
  umount2 (path, MNT_DETACH);
}
