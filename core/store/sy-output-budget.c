/* sy-output-budget.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-output-budget.h"

#include "core/base/sy-error.h"
#include "core/model/sy-expr.h"
#include "core/model/sy-output-format.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

guint64
sy_output_budget_setting (void)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = g_build_filename (g_get_user_config_dir (), "switchyard", "settings.ini", NULL);
  g_autofree char *text = NULL;
  guint64 bytes = 0;

  g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL); /* none, or not readable: the default */
  text = g_key_file_get_string (file, "output", "run_limit", NULL);
  return text != NULL && sy_parse_size (text, &bytes, NULL) && bytes > 0 ? bytes : SY_OUTPUT_BUDGET;
}

/* What lies in out/ already */
static guint64
measure (int run_fd)
{
  int fd = openat (run_fd, "out", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  guint64 total = 0;
  struct stat st;

  if (dir == NULL)
    {
      if (fd >= 0)
        close (fd);
      return 0;
    }
  while ((entry = readdir (dir)) != NULL)
    if (entry->d_name[0] == 't' && fstatat (fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG (st.st_mode))
      total += MIN ((guint64) st.st_size, (guint64) st.st_blocks * 512); /* a hole takes nothing */
  closedir (dir);
  return total;
}

gboolean
sy_output_budget_prepare (SyRunDir *run, guint64 limit, GError **error)
{
  SyOutputBudget budget = { 0 };
  int fd = sy_run_dir_open_file (run, SY_OUTPUT_BUDGET_NAME, O_RDWR | O_CREAT, error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  while (flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  if (pread (fd, &budget, sizeof budget, 0) != sizeof budget)
    budget.used = measure (sy_run_dir_get_fd (run));
  budget.limit = limit;
  ok = pwrite (fd, &budget, sizeof budget, 0) == sizeof budget;
  if (!ok)
    sy_error_set_errno (error, errno, "Writing %s/%s", sy_run_dir_get_path (run), SY_OUTPUT_BUDGET_NAME);
  close (fd);
  return ok;
}
