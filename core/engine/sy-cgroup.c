/* sy-cgroup.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *
sy_cgroup_parse_own (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "0::/"))
      return g_strdup (lines[i] + 3);
  return NULL;
}

/* 35 24 0:31 /root /mount/point options [optional …] - cgroup2 source options */
char *
sy_cgroup_parse_mount (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *type = strstr (lines[i], " - ");
      g_auto (GStrv) fields = NULL;

      if (type == NULL || !g_str_has_prefix (type, " - cgroup2 "))
        continue;
      fields = g_strsplit (lines[i], " ", 6);
      if (g_strv_length (fields) == 6 && strcmp (fields[3], "/") == 0)
        return g_strcompress (fields[4]);
    }
  return NULL;
}

char *
sy_cgroup_base_path (const char *run_id)
{
  g_autofree char *own_text = NULL;
  g_autofree char *mount_text = NULL;
  g_autofree char *own = NULL;
  g_autofree char *mount = NULL;
  g_autofree char *name = g_strdup_printf ("switchyard-%.8s", run_id);

  if (!g_file_get_contents ("/proc/self/cgroup", &own_text, NULL, NULL) ||
      !g_file_get_contents ("/proc/self/mountinfo", &mount_text, NULL, NULL))
    return NULL;
  own = sy_cgroup_parse_own (own_text);
  mount = sy_cgroup_parse_mount (mount_text);
  return own != NULL && mount != NULL ? g_build_filename (mount, own, name, NULL) : NULL;
}

static gboolean
make_group (const char *path)
{
  g_autofree char *procs = g_build_filename (path, "cgroup.procs", NULL);
  g_autofree char *kill_file = g_build_filename (path, "cgroup.kill", NULL);

  if (mkdir (path, 0755) != 0 && errno != EEXIST)
    return FALSE;
  return access (procs, W_OK) == 0 && access (kill_file, W_OK) == 0;
}

char *
sy_cgroup_base (const char *run_id)
{
  g_autofree char *path = sy_cgroup_base_path (run_id);

  if (path == NULL)
    return NULL;
  if (make_group (path))
    return g_steal_pointer (&path);
  rmdir (path);
  return NULL;
}

char *
sy_cgroup_leaf (const char *base, guint32 number)
{
  g_autofree char *path = g_strdup_printf ("%s/k%u", base, number);

  return make_group (path) ? g_steal_pointer (&path) : NULL;
}

/* Processes in the group itself, -1 = no such group. */
static int
count_processes (const char *path)
{
  g_autofree char *procs = g_build_filename (path, "cgroup.procs", NULL);
  g_autofree char *text = NULL;
  int n = 0;

  if (!g_file_get_contents (procs, &text, NULL, NULL))
    return -1;
  for (const char *p = text; (p = strchr (p, '\n')) != NULL; p++)
    n++;
  return n;
}

int
sy_cgroup_kill (const char *path)
{
  g_autofree char *kill_file = g_build_filename (path, "cgroup.kill", NULL);
  int n = count_processes (path);
  int fd;

  if (n <= 0)
    return n;
  fd = open (kill_file, O_WRONLY | O_CLOEXEC);
  if (fd < 0)
    return -1;
  if (write (fd, "1", 1) != 1)
    n = -1;
  close (fd);
  for (guint i = 0; n > 0 && i < 1000 && count_processes (path) > 0; i++)
    g_usleep (1000);
  return n;
}

void
sy_cgroup_remove (const char *path)
{
  if (path != NULL)
    rmdir (path);
}

void
sy_cgroup_remove_all (const char *base)
{
  GDir *dir = base != NULL ? g_dir_open (base, 0, NULL) : NULL;
  const char *name;

  if (dir == NULL)
    return;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (base, name, NULL);

      if (name[0] == 'k' && g_ascii_isdigit (name[1]))
        rmdir (path);
    }
  g_dir_close (dir);
  rmdir (base);
}
