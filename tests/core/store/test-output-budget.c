/* test-output-budget.c: what the outputs of a run may take together
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/model/sy-output-format.h"
#include "core/store/sy-output-budget.h"

#include <glib/gstdio.h>
#include <string.h>

static SyOutputBudget
read_budget (SyRunDir *run)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sy_run_dir_read_file (run, SY_OUTPUT_BUDGET_NAME, 4096, &error);
  SyOutputBudget budget;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, sizeof budget);
  memcpy (&budget, g_bytes_get_data (bytes, NULL), sizeof budget);
  return budget;
}

static void
prepare (SyRunDir *run, guint64 limit)
{
  g_autoptr (GError) error = NULL;

  sy_output_budget_prepare (run, limit, &error);
  g_assert_no_error (error);
}

/* A run of an earlier version has outputs and no budget; what keepers have counted since stays. */
static void
test_prepare (void)
{
  StoreDir store;
  StoreRun run;
  SyOutputBudget budget;
  g_autofree char *output = NULL, *path = NULL, *text = g_strnfill (8192, 'x');

  store_dir_init (&store);
  store_run_init (&run, &store, 1, NULL);
  output = g_build_filename (sy_run_dir_get_path (run.run), "out", "t1.i0.a1.0", NULL);
  path = g_build_filename (sy_run_dir_get_path (run.run), SY_OUTPUT_BUDGET_NAME, NULL);
  g_assert_true (g_file_set_contents (output, text, 8192, NULL));
  prepare (run.run, 1000000);
  budget = read_budget (run.run);
  g_assert_cmpuint (budget.limit, ==, 1000000);
  g_assert_cmpuint (budget.used, ==, 8192);
  budget.used = 12345;
  g_assert_true (g_file_set_contents (path, (const char *) &budget, sizeof budget, NULL));
  prepare (run.run, 500);
  budget = read_budget (run.run);
  g_assert_cmpuint (budget.limit, ==, 500);
  g_assert_cmpuint (budget.used, ==, 12345);
  store_run_clear (&run);
  store_dir_clear (&store);
}

static void
test_setting (void)
{
  static const struct { const char *text; guint64 limit; } cases[] = {
    { "", SY_OUTPUT_BUDGET },
    { "[output]\nrun_limit=500M\n", 500 * 1024 * 1024 },
    { "[output]\nrun_limit=4096\n", 4096 },
    { "[output]\nrun_limit=0\n", SY_OUTPUT_BUDGET },
    { "[output]\nrun_limit=much\n", SY_OUTPUT_BUDGET },
    { "[retention]\nruns=7\n", SY_OUTPUT_BUDGET },
    { "no settings at all", SY_OUTPUT_BUDGET },
  };
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "switchyard", NULL);
  g_autofree char *path = g_build_filename (folder, "settings.ini", NULL);

  g_assert_cmpuint (sy_output_budget_setting (), ==, SY_OUTPUT_BUDGET);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_assert_true (g_file_set_contents (path, cases[i].text, -1, NULL));
      g_assert_cmpuint (sy_output_budget_setting (), ==, cases[i].limit);
    }
  g_unlink (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_autofree char *config = g_dir_make_tmp ("sy-output-budget-XXXXXX", NULL);
  int status;

  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/output-budget/prepare", test_prepare);
  g_test_add_func ("/store/output-budget/setting", test_setting);
  status = g_test_run ();
  g_rmdir (config);
  return status;
}
