/* sy-gc.c: clearing away old runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-doctor.h"

#include "core/base/sy-error.h"
#include "core/store/sy-index.h"
#include "core/store/sy-state-dir-private.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEEP_RUNS 50
#define KEEP_US (30 * G_TIME_SPAN_DAY)
#define GC_EVERY_SECONDS 86400
#define HALF_MADE_SECONDS 86400 /* then nobody makes it any more */

static void
item_free (gpointer data)
{
  SyGcItem *item = data;

  g_free (item->uuid);
  g_free (item->workflow_path);
  g_free (item);
}

/* Seen so far of one workflow, newest run first */
typedef struct
{
  guint n;
  gboolean failed_seen;
} Seen;

static gboolean
may_go (const SyRunInfo *info, Seen *seen, const SyGcPolicy *policy, gint64 now)
{
  guint keep_runs = policy->keep_runs > 0 ? policy->keep_runs : KEEP_RUNS;
  gint64 keep_us = policy->keep_us > 0 ? policy->keep_us : KEEP_US;
  gint64 since = info->ended_us > 0 ? info->ended_us : info->created_us;
  gboolean newest_failed = info->status == SY_RUN_FAILED && !seen->failed_seen;
  guint rank = seen->n++;

  seen->failed_seen = seen->failed_seen || info->status == SY_RUN_FAILED;
  if (rank == 0 || newest_failed || info->pinned || info->runner != SY_OWNER_NONE ||
      !sy_run_status_is_final (info->status))
    return FALSE;
  return rank >= keep_runs || now - since > keep_us;
}

static SyGcItem *
collect (SyStateDir *dir, SyIndex *index, const SyRunInfo *info, gboolean dry_run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, info->uuid, &error);
  SyGcItem *item;

  if (run == NULL)
    return NULL;
  item = g_new0 (SyGcItem, 1);
  *item = (SyGcItem){ g_strdup (info->uuid), g_strdup (info->workflow_path), info->number,
                      sy_run_dir_measure (run) };
  if (dry_run)
    return item;
  if (sy_run_dir_delete (dir, info->uuid, &error))
    {
      sy_index_remove_run (index, info->uuid, NULL);
      return item;
    }
  /* A runner came back to it, or it is not ours to delete: next time. */
  item_free (item);
  return NULL;
}

/* Keepers start while the log is made, and get orders after a COMMIT, which leaves a mark. */
static gboolean
has_no_mark (SyRunDir *run)
{
  struct stat mark;

  return fstatat (sy_run_dir_get_fd (run), "mark", &mark, AT_SYMLINK_NOFOLLOW) == 0 && mark.st_size == 0;
}

static gboolean
has_keepers (SyRunDir *run)
{
  int fd = openat (sy_run_dir_get_fd (run), "k", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *d = fd >= 0 ? fdopendir (fd) : NULL;
  gboolean found = FALSE;
  struct dirent *entry;

  while (d != NULL && !found && (entry = readdir (d)) != NULL)
    found = *entry->d_name != '.';
  g_clear_pointer (&d, closedir);
  return found;
}

gboolean
sy_run_is_half_made (SyRunDir *run)
{
  g_autoptr (SyLogReader) reader = NULL;
  g_autoptr (GError) error = NULL;

  if (sy_run_dir_get_owner (run, NULL, NULL) != SY_OWNER_NONE || (has_keepers (run) && !has_no_mark (run)))
    return FALSE;
  reader = sy_log_reader_open (run, &error);
  return reader != NULL ? sy_log_reader_get_last_seq (reader, NULL) == 0
                        : g_error_matches (error, SY_ERROR, SY_ERROR_NOT_FOUND);
}

static gboolean
is_old (int runs_fd, const char *name)
{
  struct stat folder;

  return fstatat (runs_fd, name, &folder, AT_SYMLINK_NOFOLLOW) == 0 &&
         folder.st_mtime < g_get_real_time () / G_USEC_PER_SEC - HALF_MADE_SECONDS;
}

static gboolean
is_old_half (SyStateDir *dir, int runs_fd, const char *uuid)
{
  g_autoptr (SyRunDir) run = NULL;

  if (!is_old (runs_fd, uuid))
    return FALSE;
  run = sy_run_dir_open (dir, uuid, NULL);
  return run != NULL && sy_run_is_half_made (run);
}

/* Deletions and creations that were cut short */
static void
sweep (SyStateDir *dir)
{
  int runs_fd = sy_state_dir_get_runs_fd (dir);
  int fd = runs_fd >= 0 ? openat (runs_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  DIR *d = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;

  while (d != NULL && (entry = readdir (d)) != NULL)
    {
      if (g_str_has_prefix (entry->d_name, SY_STATE_DIR_TRASH_PREFIX) ||
          (g_str_has_prefix (entry->d_name, SY_STATE_DIR_MAKING_PREFIX) && is_old (runs_fd, entry->d_name)))
        sy_state_dir_remove_tree (runs_fd, entry->d_name);
      else if (sy_state_dir_is_uuid (entry->d_name) && is_old_half (dir, runs_fd, entry->d_name))
        sy_run_dir_delete (dir, entry->d_name, NULL);
    }
  g_clear_pointer (&d, closedir);
}

static gboolean
has_file (SyRunDir *run, const char *name)
{
  return faccessat (sy_run_dir_get_fd (run), name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* A runner that was killed in the moment of its end leaves what active runs alone should have. */
static void
tidy (SyStateDir *dir, const SyRunInfo *info)
{
  g_autoptr (SyRunDir) run = NULL;

  if (info->runner != SY_OWNER_NONE || !sy_run_status_is_final (info->status))
    return;
  run = sy_run_dir_open (dir, info->uuid, NULL);
  if (run == NULL || !(has_file (run, "env") || has_file (run, "reserve")) || !sy_run_dir_own (run, 0, NULL))
    return;
  sy_run_dir_remove_file (run, "env", NULL);
  sy_run_dir_give_up_reserve (run);
}

static gboolean
has_ended (SyRunDir *run)
{
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, NULL);
  g_auto (SyRunMeta) meta = { 0 };

  return reader == NULL || !sy_log_reader_get_meta (reader, &meta, NULL) || sy_run_status_is_final (meta.status);
}

gboolean
sy_gc_delete (SyStateDir *dir, const char *uuid, GError **error)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, error);
  g_autoptr (SyIndex) index = NULL;
  gboolean pinned = run != NULL && sy_run_dir_is_pinned (run);

  if (run == NULL)
    return FALSE;
  if (pinned || (sy_run_dir_get_owner (run, NULL, NULL) == SY_OWNER_NONE && !has_ended (run)))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, pinned ? "Run %.8s is pinned: unpin it first"
                                                             : "Run %.8s has not ended: stop it first", uuid);
      return FALSE;
    }
  if (!sy_run_dir_delete (dir, uuid, error))
    return FALSE;
  index = sy_index_open (dir, SY_INDEX_WRITE, NULL);
  if (index != NULL)
    sy_index_remove_run (index, uuid, NULL);
  return TRUE;
}

gboolean
sy_gc_is_due (SyStateDir *dir)
{
  const struct timespec now[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
  int fd = openat (sy_state_dir_get_fd (dir), "gc", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat st;
  gboolean due;

  if (fd < 0)
    return FALSE;
  /* Its size tells a new file from an old one; the lock is for two that ask at once. */
  due = flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &st) == 0
        && (st.st_size == 0 || st.st_mtime < g_get_real_time () / G_USEC_PER_SEC - GC_EVERY_SECONDS)
        && pwrite (fd, "\n", 1, 0) == 1 && futimens (fd, now) == 0;
  close (fd);
  return due;
}

GPtrArray *
sy_gc_run (SyStateDir *dir, const SyGcPolicy *policy, gint64 now_wall_us, GError **error)
{
  g_autoptr (SyIndex) index = sy_index_open (dir, policy->dry_run ? SY_INDEX_READ : SY_INDEX_WRITE, error);
  g_autoptr (GPtrArray) runs = index != NULL ? sy_index_list (index, NULL, error) : NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (item_free);
  g_autoptr (GHashTable) workflows = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);

  if (runs == NULL)
    return NULL;
  for (guint i = 0; i < runs->len; i++)
    {
      const SyRunInfo *info = runs->pdata[i];
      Seen *seen = g_hash_table_lookup (workflows, info->workflow_path);
      SyGcItem *item;

      if (info->error != NULL)
        continue; /* what cannot be read may be worth saving */
      if (seen == NULL)
        g_hash_table_insert (workflows, info->workflow_path, seen = g_new0 (Seen, 1));
      if (!policy->dry_run)
        tidy (dir, info);
      item = may_go (info, seen, policy, now_wall_us) ? collect (dir, index, info, policy->dry_run) : NULL;
      if (item != NULL)
        g_ptr_array_add (items, item);
    }
  if (!policy->dry_run)
    sweep (dir);
  return g_steal_pointer (&items);
}
