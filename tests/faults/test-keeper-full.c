/* test-keeper-full.c: the disk of the run folder is full: no exit is lost, no task is blamed
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/stat.h>
#include <unistd.h>

#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/lib/small-disk.h"
#include "tests/lib/soak.h"

#define DISK_BYTES (3 * 1024 * 1024)

static const char *const folders[] = { "k", "out", "v" };

/* A file system of 3 MB with the folders of a run; NULL where that is not allowed. */
static char *
small_disk (void)
{
  char *dir = g_dir_make_tmp ("sy-full-XXXXXX", NULL);

  if (!small_disk_mount (dir, DISK_BYTES, TRUE))
    g_clear_pointer (&dir, g_free);
  for (guint i = 0; dir != NULL && i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (dir, folders[i], NULL);

      g_assert_cmpint (mkdir (path, 0700), ==, 0);
    }
  return dir;
}

static void
fill_disk (const char *dir, gsize leave)
{
  g_autofree char *path = g_build_filename (dir, "filler", NULL);

  small_disk_fill (path, leave);
}

static void
free_disk (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "filler", NULL);

  g_assert_cmpint (unlink (path), ==, 0);
}

/* So small a disk does not hold what a hundred keepers leave. */
static void
empty_folders (const char *dir)
{
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (dir, folders[i], NULL);
      g_autoptr (GDir) list = g_dir_open (path, 0, NULL);
      const char *name;

      while ((name = g_dir_read_name (list)) != NULL)
        {
          g_autofree char *file = g_build_filename (path, name, NULL);

          g_assert_cmpint (unlink (file), ==, 0);
        }
    }
}

static void
check_recorded (KeeperClient *client, guint64 nonce, int status)
{
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;

  g_assert_cmpint (sy_journal_load (view, client->run_fd, client->number), ==, 0);
  g_assert_true (sy_journal_find (view, nonce, &attempt));
  g_assert_nonnull (attempt.exit);
  g_assert_cmpint (attempt.exit->exit.status, ==, status);
}

static void
test_full (void)
{
  g_autofree char *dir = small_disk ();
  guint rounds = soak_or (5, 100);

  if (dir == NULL)
    {
      g_test_skip ("no file system of one's own here");
      return;
    }
  for (guint i = 0; i < rounds; i++, empty_folders (dir))
    {
      g_autoptr (KeeperClient) client = keeper_client_new_in (dir, i + 2);
      guint64 quiet, loud, after;
      SyJournalExit exit;

      client->last_nonce = i * 10;
      fill_disk (dir, i % 3 * 4096);
      quiet = keeper_client_run (client, "@", "exit", "3", NULL);
      g_assert_cmpint (keeper_client_wait_exit (client, quiet).status, ==, 3 << 8);
      loud = keeper_client_run (client, "@", "spew", "300000", NULL);
      exit = keeper_client_wait_exit (client, loud);
      g_assert_cmpint (exit.status, ==, 0);
      g_assert_cmpint (exit.output, ==, 300000);
      g_assert_cmpint (exit.dropped, >=, 300000 - 3 * 4096);
      free_disk (dir);
      after = keeper_client_run (client, "@", "spew", "3000", NULL);
      exit = keeper_client_wait_exit (client, after);
      g_assert_cmpint (exit.dropped, ==, 0);
      check_recorded (client, after, 0);
      check_recorded (client, quiet, 3 << 8);
      check_recorded (client, loud, 0);
    }
  small_disk_unmount (dir);
  rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/faults/keeper-full", test_full);
  return g_test_run ();
}
