/* test-full-disk.c: D3: the disk is really full, then free again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"

#include "tests/lib/small-disk.h"
#include "tests/lib/soak.h"

#include <string.h>
#include <unistd.h>

#define N_TASKS 3000
#define DISK_BYTES 8388608 /* the reserve is the half of it */

typedef struct
{
  guint full, failed;
} Notices;

static void
note (SyRunLog *log, SyRunLogNotice notice, const GError *error, gpointer data)
{
  Notices *notices = data;

  notices->full += notice == SY_RUN_LOG_DISK_FULL;
  notices->failed += notice == SY_RUN_LOG_FAILED;
}

static void
start_again (StoreRun *run, StoreDir *store, Notices *notices)
{
  const SyRunLogOptions options = { .notify = note, .notify_data = notices };
  g_autofree char *uuid = g_strdup (sy_run_dir_get_uuid (run->run));
  gint64 acknowledged = run->acknowledged;
  g_autoptr (GError) error = NULL;

  store_run_clear (run);
  g_assert_true (store_run_open (run, store, uuid, N_TASKS, &options, &error));
  g_assert_no_error (error);
  g_assert_cmpint (run->state->seq, >=, acknowledged);
  store_assert_log (run->run, N_TASKS, run->state);
}

/* What runs when the disk fills must still be able to record its exits: the reserve is for that. */
static void
one_round (StoreDir *store, StoreRun *run, guint32 *task, const char *filler, Notices *notices)
{
  guint before = (guint) g_test_rand_int_range (0, 12);
  guint32 running = *task + before;

  for (; *task < running; (*task)++)
    {
      store_run_task (run, *task);
      store_run_submit (run, FALSE);
    }
  for (guint32 t = running; t < running + 8; t++)
    {
      store_run_join (run, t);
      store_run_intent (run, t);
      store_run_start (run, t);
    }
  store_run_submit (run, FALSE);
  g_assert_true (store_run_flush (run, NULL));
  g_assert_true (sy_run_log_restore_reserve (run->log, NULL));
  small_disk_fill (filler, 0);
  for (; *task < running + 8; (*task)++)
    {
      store_run_exit (run, *task, 0);
      store_run_submit (run, FALSE);
    }
  g_assert_true (store_run_flush (run, NULL)); /* the reserve held them */
  g_assert_cmpint (run->acknowledged, ==, run->state->seq);
  g_assert_cmpint (unlink (filler), ==, 0);
}

static void
test_full_disk (void)
{
  guint rounds = soak_or (12, 100);
  g_autofree char *filler = NULL, *disk = NULL;
  g_autoptr (GError) error = NULL;
  Notices notices = { 0 };
  guint32 task = 1;
  StoreDir store;
  StoreRun run;
  const SyRunLogOptions options = { .notify = note, .notify_data = &notices };

  store_dir_init (&store);
  disk = g_strdup (sy_state_dir_get_path (store.dir));
  g_clear_pointer (&store.dir, sy_state_dir_free);
  if (!small_disk_mount (disk, DISK_BYTES, FALSE))
    {
      g_test_skip ("mounting a small disk is not allowed here");
      store_dir_clear (&store);
      return;
    }
  store.dir = sy_state_dir_open (disk, SY_STATE_DIR_CREATE, &error);
  g_assert_no_error (error);
  filler = g_build_filename (disk, "filler", NULL);
  store_run_init (&run, &store, N_TASKS, &options);
  for (guint i = 0; i < rounds; i++)
    {
      one_round (&store, &run, &task, filler, &notices);
      if (i % 4 == 3)
        start_again (&run, &store, &notices);
    }
  g_assert_cmpuint (notices.full, >, 0);
  g_assert_cmpuint (notices.failed, ==, 0);
  g_test_message ("%u times full, the reserve was needed %u times", rounds, notices.full);

  /* Full beyond the reserve: a clear error, and on it goes once there is space. */
  small_disk_fill (filler, 0);
  sy_run_dir_give_up_reserve (run.run);
  {
    g_autofree char *second = g_strconcat (filler, "2", NULL);

    small_disk_fill (second, 0);
    while (store_run_flush (&run, &error) && task < N_TASKS)
      {
        store_run_task (&run, task++);
        store_run_submit (&run, FALSE);
      }
    g_assert_error (error, SY_ERROR, SY_ERROR_NO_SPACE);
    g_assert_cmpuint (notices.failed, ==, 1);
    g_assert_true (sy_run_log_is_failed (run.log));
    store_assert_log (run.run, N_TASKS, NULL); /* readers go on */
    g_assert_cmpint (unlink (second), ==, 0);
  }
  g_assert_cmpint (unlink (filler), ==, 0);
  g_clear_error (&error);
  g_assert_true (sy_run_log_reopen (run.log, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sy_run_log_get_last_seq (run.log), >=, run.acknowledged);
  start_again (&run, &store, &notices);
  store_run_task (&run, N_TASKS);
  store_run_submit (&run, FALSE);
  g_assert_true (store_run_flush (&run, &error));
  store_run_clear (&run);
  g_clear_pointer (&store.dir, sy_state_dir_free);
  small_disk_unmount (disk);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/full-disk/d3", test_full_disk);
  return g_test_run ();
}
