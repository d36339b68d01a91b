/* test-gc-policy.c: what is kept, as the user has set it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-doctor.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
settings_path (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "switchyard", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  return g_build_filename (folder, "settings.ini", NULL);
}

static void
assert_policy (guint runs, gint64 days)
{
  SyGcPolicy policy;

  sy_gc_policy_load (&policy);
  g_assert_cmpuint (policy.keep_runs, ==, runs);
  g_assert_cmpint (policy.keep_us, ==, days * G_TIME_SPAN_DAY);
  g_assert_false (policy.dry_run);
}

/* Whatever is no sensible number is as if it was not said. */
static void
test_load (void)
{
  static const struct { const char *text; guint runs; gint64 days; } cases[] = {
    { "", 50, 30 },
    { "[retention]\nruns=7\ndays=3\n", 7, 3 },
    { "[retention]\nruns=7\n", 7, 30 },
    { "[retention]\nruns=0\ndays=-1\n", 50, 30 },
    { "[retention]\nruns=many\ndays=99999999\n", 50, 30 },
    { "no settings at all", 50, 30 },
  };
  g_autofree char *path = settings_path ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
      assert_policy (cases[i].runs, cases[i].days);
    }
}

static void
test_save (void)
{
  g_autofree char *path = settings_path (), *text = NULL;
  const SyGcPolicy policy = { .keep_runs = 12, .keep_us = 5 * G_TIME_SPAN_DAY };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "# mine\n[other]\nkey=value\n", -1, NULL));
  g_assert_true (sy_gc_policy_save (&policy, &error));
  g_assert_no_error (error);
  assert_policy (12, 5);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# mine"));
  g_assert_nonnull (strstr (text, "key=value"));
}

int
main (int argc, char **argv)
{
  g_autofree char *config = g_dir_make_tmp ("sy-gc-policy-XXXXXX", NULL);
  g_autofree char *path = NULL, *folder = NULL;
  int status;

  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_test_init (&argc, &argv, NULL);
  path = settings_path ();
  folder = g_path_get_dirname (path);
  g_test_add_func ("/gc-policy/load", test_load);
  g_test_add_func ("/gc-policy/save", test_save);
  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  g_rmdir (config);
  return status;
}
