/* test-read-only.c: runs in a folder that cannot be written to are shown, or it is said what to do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "tests/cli/cli-fixture.h"

/* Within a mount namespace of this process and what it starts */
static gboolean
make_read_only (const char *path)
{
  return mount (path, path, NULL, MS_BIND, NULL) == 0
         && mount (NULL, path, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0;
}

/* The runner is killed: the -wal stays. */
static void
leave_wal (CliFixture *f)
{
  GPid pid;

  g_free (cli_write (f, "w.yard.yaml",
                     "version: 1\ntasks:\n  a: {run: 'touch begun; while test ! -e go; do sleep 0.01; done'}\n"
                     "  b: {needs: [a], run: 'true'}\n"));
  pid = cli_spawn (f, "said", "run", "w.yard.yaml", NULL);
  cli_await_file (f, "begun", NULL);
  cli_await_state (f, "a", "running");
  kill (pid, SIGKILL);
  g_assert_cmpint (cli_wait (pid), ==, -1);
}

static void
test_read_only (CliFixture *f, gconstpointer data)
{
  g_autofree char *uuid = NULL;
  g_autofree char *shm = NULL;

  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    {
      g_test_skip ("no mounts of one's own here");
      return;
    }
  leave_wal (f);
  uuid = cli_run_uuid (f, "last");
  shm = g_build_filename (f->state, "switchyard", "runs", uuid, "log.db-shm", NULL);
  g_assert_true (make_read_only (f->state));
  {
    g_auto (CliResult) runs = cli_expect (f, 0, "runs", NULL);
    g_auto (CliResult) show = cli_expect (f, 0, "show", "last", NULL);
    g_auto (CliResult) resume = cli_expect (f, 6, "resume", "last", NULL);

    cli_assert_has (runs.out, "interrupted");
    cli_assert_has (show.out, "interrupted");
    cli_assert_has (resume.err, "Read-only file system");
  }
  g_assert_cmpint (umount (f->state), ==, 0);

  /* Without the index of the -wal SQLite would have to make one. */
  g_assert_cmpint (unlink (shm), ==, 0);
  g_assert_true (make_read_only (f->state));
  {
    g_auto (CliResult) show = cli_expect (f, 6, "show", uuid, NULL);

    cli_assert_has (show.err, "was not closed by its runner");
    cli_assert_has (show.err, "copy ");
  }
  g_assert_cmpint (umount (f->state), ==, 0);
  g_free (cli_write (f, "go", ""));
  {
    g_auto (CliResult) resume = cli_expect (f, 0, "resume", "last", NULL);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_ADD ("/faults/read-only", NULL, test_read_only);
  return g_test_run ();
}
