/* test-keeper-oom.c: a kill for want of memory is told from others by the kernel's count, which a file of ours stands for
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sched.h>
#include <sys/mount.h>

#include "tests/core/engine/keeper-client.h"

/* What the task does with $0, the count, before it ends as it does */
static const struct
{
  const char *script;
  gboolean oom;
} cases[] = {
  { "printf 'a_oom_kill 9\\noom_kill 6\\n' >$0; kill -9 $$", TRUE },
  { "kill -9 $$", FALSE },
  { "printf 'a_oom_kill 9\\noom_kill 7\\n' >$0; exit 1", FALSE },
  { "printf 'a_oom_kill 9\\noom_kill 8\\n' >$0; kill -15 $$", FALSE },
};

static void
test_count (void)
{
  g_autofree char *dir = g_dir_make_tmp ("sy-oom-XXXXXX", NULL);
  g_autofree char *count = g_build_filename (dir, "vmstat", NULL);
  const char *argv[] = { "rm", "-rf", dir, NULL };

  g_assert_true (g_file_set_contents (count, "a_oom_kill 9\noom_kill 5\n", -1, NULL));
  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount (count, "/proc/vmstat", NULL, MS_BIND, NULL) != 0)
    g_test_skip ("a file cannot be put over /proc/vmstat here");
  else
    {
      g_autoptr (KeeperClient) client = keeper_client_new (FALSE);

      for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
        {
          guint64 nonce = keeper_client_run (client, "/bin/sh", "-c", cases[i].script, count, NULL);

          g_test_message ("%s", cases[i].script);
          g_assert_cmpint (keeper_client_wait_exit (client, nonce).oom, ==, cases[i].oom);
        }
    }
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/keeper-oom/count", test_count);
  return g_test_run ();
}
