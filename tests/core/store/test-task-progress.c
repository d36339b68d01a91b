/* test-task-progress.c: what tasks say about how far they are, and what hostile ones do with the file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-task-progress.h"
#include "store-fixture.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct
{
  const char *text;
  double share;
} cases[] = {
  { "37%", 0.37 },         { "37 %\n", 0.37 },       { "37/100", 0.37 },     { "3 / 4\n", 0.75 },   { "0%", 0 },
  { "10%\n20%\n30%\n", 0.3 }, { "99.5%", 0.995 },       { "250%", 1 },          { "-5%", 0 },          { "", -1 },
  { "half", -1 },          { "37", -1 },             { "3/0", -1 },          { "3/-1", -1 },        { "nan%", -1 },
  { "inf/inf", -1 },       { "1e400%", -1 },         { "\n\n", -1 },         { "12% of it", 0.12 }, { "3/4\nready\n", -1 },
};

static void
test_parse (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpfloat_with_epsilon (sy_task_progress_parse (cases[i].text), cases[i].share, 1e-9);
    }
}

static void
put (SyRunDir *run, const char *name, const char *text, gsize length)
{
  g_autofree char *path = g_build_filename (sy_run_dir_get_path (run), name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, (gssize) length, &error);
  g_assert_no_error (error);
}

static void
test_read (void)
{
  g_autoptr (GString) long_text = g_string_new (NULL);
  g_autoptr (SyRunDir) run = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, NULL);
  for (guint i = 0; i <= 100; i++)
    g_string_append_printf (long_text, "%u/200\n", i);
  put (run, "v/t1.i0.a1.p", "37%\n", 4);
  put (run, "v/t1.i0.a2.p", long_text->str, long_text->len);
  put (run, "v/t2.i0.a1.p", "", 0);
  g_assert_cmpfloat_with_epsilon (sy_task_progress_read (run, 1, 0, 1), 0.37, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_task_progress_read (run, 1, 0, 2), 0.5, 1e-9);
  g_assert_cmpfloat (sy_task_progress_read (run, 2, 0, 1), ==, -1);
  g_assert_cmpfloat (sy_task_progress_read (run, 3, 0, 1), ==, -1);
  /* Neither a pipe nor a link keeps or leads a reader. */
  g_assert_cmpint (mkfifoat (sy_run_dir_get_fd (run), "v/t4.i0.a1.p", 0600), ==, 0);
  g_assert_cmpint (symlinkat ("t1.i0.a1.p", sy_run_dir_get_fd (run), "v/t5.i0.a1.p"), ==, 0);
  g_assert_cmpfloat (sy_task_progress_read (run, 4, 0, 1), ==, -1);
  g_assert_cmpfloat (sy_task_progress_read (run, 5, 0, 1), ==, -1);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/task-progress/parse", test_parse);
  g_test_add_func ("/store/task-progress/read", test_read);
  return g_test_run ();
}
