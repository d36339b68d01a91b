/* test-index.c: the list of runs
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* Makes a finished run of a workflow through index and log; returns its uuid. */
static char *
make_run (StoreDir *store, const char *workflow_path, gint64 created_us, gboolean fails)
{
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  SyRunLogInfo info = { .workflow_path = workflow_path, .name = "w", .created_us = created_us };
  g_autoptr (SyRunDir) run = sy_run_dir_create (store->dir, NULL, &error);
  StoreRun runner;
  char *uuid;

  g_assert_no_error (error);
  uuid = g_strdup (sy_run_dir_get_uuid (run));
  index = sy_index_open (store->dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (sy_index_add_run (index, uuid, workflow_path, "w", created_us, NULL, &info.number, &error));
  g_assert_no_error (error);
  g_assert_true (sy_run_dir_own (run, 0, NULL));
  {
    SyRunLog *log = sy_run_log_create (run, &info, NULL, &error);

    g_assert_no_error (error);
    sy_run_log_close (log, NULL);
  }
  sy_run_dir_disown (run);
  g_assert_true (store_run_open (&runner, store, uuid, 2, NULL, &error));
  g_assert_no_error (error);
  store_run_event (&runner, SY_EVENT_RUN_CREATED, 0)->value = 2;
  store_run_event (&runner, SY_EVENT_RUN_STATE, 0)->value = SY_RUN_RUNNING;
  store_run_task (&runner, 1);
  store_run_join (&runner, 2);
  store_run_intent (&runner, 2);
  store_run_start (&runner, 2);
  store_run_exit (&runner, 2, fails ? 256 : 0);
  store_run_event (&runner, SY_EVENT_RUN_STATE, 0)->value = fails ? SY_RUN_FAILED : SY_RUN_SUCCEEDED;
  store_run_submit (&runner, FALSE);
  store_run_clear (&runner);
  g_assert_true (sy_index_update_run (index, uuid, &error));
  g_assert_no_error (error);
  return uuid;
}

static void
test_numbers (void)
{
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *a = NULL, *b = NULL, *c = NULL;
  const SyRunInfo *info;
  StoreDir store;
  guint32 number;

  store_dir_init (&store);
  a = make_run (&store, "/w/a.yard.yaml", 1000, FALSE);
  b = make_run (&store, "/w/b.yard.yaml", 2000, FALSE);
  c = make_run (&store, "/w/a.yard.yaml", 3000, TRUE);
  index = sy_index_open (store.dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  runs = sy_index_list (index, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, 3);
  info = runs->pdata[0];
  g_assert_cmpstr (info->uuid, ==, c);
  g_assert_cmpuint (info->number, ==, 2);
  g_assert_cmpint (info->status, ==, SY_RUN_FAILED);
  g_assert_cmpint (info->runner, ==, SY_OWNER_NONE);
  g_assert_cmpuint (info->counts[SY_STATE_FAILED], ==, 1);
  g_assert_cmpuint (info->counts[SY_STATE_SUCCEEDED], ==, 1);
  g_assert_cmpint (info->ended_us, >, 0);
  info = runs->pdata[1];
  g_assert_cmpstr (info->uuid, ==, b);
  g_assert_cmpuint (info->number, ==, 1);
  /* A number is not given again when its run goes. */
  g_assert_true (sy_run_dir_delete (store.dir, c, &error));
  g_assert_true (sy_index_remove_run (index, c, &error));
  g_assert_true (sy_index_add_run (index, b, "/w/a.yard.yaml", "w", 4000, NULL, &number, &error));
  g_assert_cmpuint (number, ==, 3);
  store_dir_clear (&store);
}

static void
test_resolve (void)
{
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *a1 = NULL, *a2 = NULL, *b1 = NULL, *prefix = NULL, *upper = NULL;
  StoreDir store;

  store_dir_init (&store);
  a1 = make_run (&store, "/w/a.yard.yaml", 1000, FALSE);
  a2 = make_run (&store, "/w/a.yard.yaml", 2000, FALSE);
  b1 = make_run (&store, "/w/b.yard.yaml", 3000, FALSE);
  prefix = g_strndup (a1, 13);
  upper = g_ascii_strup (a2, -1);
  {
    const struct
    {
      const char *argument, *workflow, *uuid;
      int code;
    } cases[] = {
      { a1, NULL, a1, -1 },
      { upper, NULL, a2, -1 },
      { prefix, NULL, a1, -1 },
      { "last", NULL, b1, -1 },
      { "last", "/w/a.yard.yaml", a2, -1 },
      { "2", NULL, a2, -1 },
      { "1", "/w/b.yard.yaml", b1, -1 },
      { "1", NULL, NULL, SY_ERROR_INVALID }, /* of which workflow? */
      { "3", NULL, NULL, SY_ERROR_NOT_FOUND },
      { "zz", NULL, NULL, SY_ERROR_INVALID },
      { "zzzz", NULL, NULL, SY_ERROR_NOT_FOUND },
      { "", NULL, NULL, SY_ERROR_INVALID },
      { "ffffffff-0000", NULL, NULL, SY_ERROR_NOT_FOUND },
    };

    index = sy_index_open (store.dir, SY_INDEX_READ, &error);
    g_assert_no_error (error);
    for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
      {
        g_autofree char *uuid = sy_index_resolve (index, cases[i].argument, cases[i].workflow, &error);

        g_assert_cmpstr (uuid, ==, cases[i].uuid);
        if (uuid == NULL)
          g_assert_error (error, SY_ERROR, cases[i].code);
        g_clear_error (&error);
      }
  }
  store_dir_clear (&store);
}

static char *
print (GPtrArray *runs)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < runs->len; i++)
    {
      const SyRunInfo *info = runs->pdata[i];

      g_string_append_printf (text, "%s %s #%u %s %u/%u\n", info->uuid, info->workflow_path, info->number,
                              sy_run_status_to_string (info->status), info->counts[SY_STATE_SUCCEEDED],
                              info->counts[SY_STATE_FAILED]);
    }
  return g_string_free (text, FALSE);
}

static char *
list (StoreDir *store, SyIndexFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyIndex) index = sy_index_open (store->dir, flags, &error);
  g_autoptr (GPtrArray) runs = NULL;

  g_assert_no_error (error);
  runs = sy_index_list (index, NULL, &error);
  g_assert_no_error (error);
  return print (runs);
}

/* Gone, garbage, cut, of a newer version, bits flipped: a list all the same, and the same. */
static void
test_damage (void)
{
  g_autofree char *a = NULL, *b = NULL, *path = NULL, *before = NULL, *good = NULL;
  GRand *random = g_rand_new_with_seed (7);
  gsize size;
  StoreDir store;

  store_dir_init (&store);
  a = make_run (&store, "/w/a.yard.yaml", 1000, FALSE);
  b = make_run (&store, "/w/a.yard.yaml", 2000, TRUE);
  path = g_build_filename (sy_state_dir_get_path (store.dir), "index.db", NULL);
  before = list (&store, SY_INDEX_READ);
  g_assert_true (g_file_get_contents (path, &good, &size, NULL));
  for (int i = 0; i < 120; i++)
    {
      g_autofree char *bad = g_memdup2 (good, size), *read = NULL, *written = NULL;
      gsize bad_size = size;

      if (i % 4 == 0)
        bad_size = (gsize) g_rand_int_range (random, 0, (gint32) size);
      else if (i % 4 == 1)
        memset (bad + 4096 * g_rand_int_range (random, 0, (gint32) (size / 4096)), 0, 4096);
      else
        for (int flips = 0; flips < 8; flips++)
          bad[g_rand_int_range (random, 0, (gint32) size)] ^= (char) (1 << g_rand_int_range (random, 0, 8));
      g_assert_true (g_file_set_contents (path, bad, (gssize) bad_size, NULL));
      read = list (&store, SY_INDEX_READ);
      g_assert_cmpuint (strlen (read), ==, strlen (before));
      g_remove (path);
    }
  {
    g_autofree char *without = list (&store, SY_INDEX_READ);

    g_assert_cmpstr (without, ==, before);
    g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS)); /* reading writes nothing */
  }
  g_assert_true (g_file_set_contents (path, "not a database, and of no use to anybody", -1, NULL));
  {
    g_autofree char *again = list (&store, SY_INDEX_WRITE);

    g_assert_cmpstr (again, ==, before);
  }
  g_rand_free (random);
  store_dir_clear (&store);
}

/* A damaged run is listed as such, and the others as ever. */
static void
test_quarantine (void)
{
  g_autofree char *a = NULL, *b = NULL, *path = NULL;
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (GError) error = NULL;
  guint readable = 0;
  StoreDir store;

  store_dir_init (&store);
  a = make_run (&store, "/w/a.yard.yaml", 1000, FALSE);
  b = make_run (&store, "/w/a.yard.yaml", 2000, FALSE);
  path = g_build_filename (sy_state_dir_get_path (store.dir), "runs", a, "log.db", NULL);
  g_assert_true (g_file_set_contents (path, "garbage that is longer than nothing", -1, NULL));
  index = sy_index_open (store.dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (sy_index_rebuild (index, &error));
  g_assert_no_error (error);
  runs = sy_index_list (index, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (runs->len, ==, 2);
  for (guint i = 0; i < runs->len; i++)
    {
      const SyRunInfo *info = runs->pdata[i];

      if (g_str_equal (info->uuid, a))
        g_assert_nonnull (info->error);
      else
        readable += info->error == NULL && info->counts[SY_STATE_SUCCEEDED] == 2;
    }
  g_assert_cmpuint (readable, ==, 1);
  store_dir_clear (&store);
}

static void
test_live (void)
{
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (SyRunInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  store_run_init (&run, &store, 3, NULL);
  store_run_task (&run, 1);
  store_run_submit (&run, FALSE);
  store_run_flush (&run, NULL);
  index = sy_index_open (store.dir, SY_INDEX_READ, &error);
  g_assert_no_error (error);
  info = sy_index_lookup (index, sy_run_dir_get_uuid (run.run), &error);
  g_assert_no_error (error);
  g_assert_cmpint (info->runner, ==, SY_OWNER_ALIVE);
  g_assert_cmpint (info->status, ==, SY_RUN_RUNNING);
  g_assert_cmpuint (info->counts[SY_STATE_SUCCEEDED], ==, 1);
  g_clear_pointer (&info, sy_run_info_free);
  store_run_task (&run, 2);
  store_run_submit (&run, FALSE);
  store_run_clear (&run); /* left without an end: interrupted */
  {
    g_autoptr (GPtrArray) runs = sy_index_list (index, NULL, &error);
    const SyRunInfo *left = runs->pdata[0];

    g_assert_cmpint (left->runner, ==, SY_OWNER_NONE);
    g_assert_cmpint (left->status, ==, SY_RUN_RUNNING);
    g_assert_cmpuint (left->counts[SY_STATE_SUCCEEDED], ==, 2);
  }
  store_dir_clear (&store);
}

static char *
begin_run (StoreDir *store, SyRunDir **run)
{
  g_autoptr (SyIndex) index = sy_index_open (store->dir, SY_INDEX_WRITE, NULL);
  guint32 number;

  *run = sy_run_dir_create (store->dir, NULL, NULL);
  g_assert_true (sy_index_add_run (index, sy_run_dir_get_uuid (*run), "/w.yard.yaml", "w", 1, NULL, &number, NULL));
  return g_strdup (sy_run_dir_get_uuid (*run));
}

/* The lock counts, whatever the index remembers; whose folder is gone does not live. */
static void
test_find_living (void)
{
  enum { N = 3 };
  SyRunDir *runs[N];
  char *uuids[N];
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  char uuid[37];
  guint32 number = 0;
  StoreDir store;

  store_dir_init (&store);
  for (guint i = 0; i < N; i++)
    uuids[i] = begin_run (&store, &runs[i]);
  index = sy_index_open (store.dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  g_assert_false (sy_index_find_living (index, "/w.yard.yaml", 0, uuid, &number));
  g_assert_true (sy_run_dir_own (runs[0], 0, NULL));
  g_assert_true (sy_run_dir_own (runs[1], 0, NULL));
  g_assert_true (sy_index_find_living (index, "/w.yard.yaml", 0, uuid, &number));
  g_assert_cmpstr (uuid, ==, uuids[1]);
  g_assert_cmpuint (number, ==, 2);
  g_assert_true (sy_index_find_living (index, "/w.yard.yaml", 2, uuid, &number));
  g_assert_cmpstr (uuid, ==, uuids[0]);
  g_assert_false (sy_index_find_living (index, "/w.yard.yaml", 1, uuid, &number));
  g_assert_false (sy_index_find_living (index, "/other.yard.yaml", 0, uuid, &number));
  sy_run_dir_disown (runs[1]);
  g_assert_true (sy_run_dir_delete (store.dir, uuids[1], NULL));
  sy_run_dir_disown (runs[0]);
  g_assert_false (sy_index_find_living (index, "/w.yard.yaml", 0, uuid, &number));
  for (guint i = 0; i < N; i++)
    {
      sy_run_dir_free (runs[i]);
      g_free (uuids[i]);
    }
  g_clear_pointer (&index, sy_index_free);
  store_dir_clear (&store);
}

/* A finished run that was run again, and whose runner then died, is not what the index remembers of it. */
static void
test_run_again (void)
{
  g_autofree char *uuid = NULL;
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (SyRunInfo) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  StoreDir store;
  StoreRun run;

  store_dir_init (&store);
  uuid = make_run (&store, "/w/a.yard.yaml", 1000, TRUE);
  index = sy_index_open (store.dir, SY_INDEX_READ, &error);
  g_assert_no_error (error);
  before = sy_index_lookup (index, uuid, &error);
  g_assert_cmpint (before->status, ==, SY_RUN_FAILED);
  g_assert_true (store_run_open (&run, &store, uuid, 2, NULL, &error));
  store_run_event (&run, SY_EVENT_RUN_STATE, 0)->value = SY_RUN_RUNNING;
  store_run_submit (&run, FALSE);
  store_run_clear (&run); /* without a word to the index */
  after = sy_index_lookup (index, uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (after->status, ==, SY_RUN_RUNNING);
  g_assert_cmpint (after->runner, ==, SY_OWNER_NONE);
  store_dir_clear (&store);
}

static void
test_durations (void)
{
  static const char *const ids[] = { "a", "b", "c" };
  static const gint64 runs[][3] = { { 10, 0, 5 }, { 30, 0, 5 }, { 20, 0, 5 }, { 90, 7, 5 }, { 91, 7, 5 },
                                    { 92, 7, 5 }, { 93, 7, 5 }, { 94, 7, 5 }, { 95, 7, 5 } };
  static const gint64 medians[][3] = { { 10, 0, 5 }, { 30, 0, 5 }, { 20, 0, 5 }, { 30, 7, 5 }, { 30, 7, 5 },
                                       { 90, 7, 5 }, { 90, 7, 5 }, { 91, 7, 5 }, { 92, 7, 5 } };
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (GError) error = NULL;
  gint64 got[3];
  StoreDir store;

  store_dir_init (&store);
  index = sy_index_open (store.dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (sy_index_get_medians (index, "/w/x", ids, got, 3, &error));
  g_assert_cmpint (got[0] | got[1] | got[2], ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_assert_true (sy_index_learn (index, "/w/x", ids, runs[i], 3, &error));
      g_assert_no_error (error);
      g_assert_true (sy_index_get_medians (index, "/w/x", ids, got, 3, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (got, sizeof got, medians[i], sizeof medians[i]);
    }
  store_dir_clear (&store);
}

/* What a runner says of the run that it wrote is believed as long as nobody has touched the log since. */
static void
test_note (void)
{
  g_autoptr (SyIndex) index = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyRunInfo) believed = NULL, read = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = NULL, *path = NULL, *log = NULL;
  SyRunInfo info = { .workflow_path = (char *) "/w/a.yard.yaml", .name = (char *) "told", .number = 7, .status = SY_RUN_CANCELLED };
  StoreDir store;

  store_dir_init (&store);
  info.uuid = uuid = make_run (&store, "/w/a.yard.yaml", 1000, FALSE);
  run = sy_run_dir_open (store.dir, uuid, &error);
  g_assert_no_error (error);
  index = sy_index_open (store.dir, SY_INDEX_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (sy_index_is_current (index));
  g_assert_true (sy_index_note_run (index, run, &info, &error));
  g_assert_no_error (error);
  believed = sy_index_lookup (index, uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (believed->name, ==, "told");
  g_assert_cmpint (believed->status, ==, SY_RUN_CANCELLED);
  log = g_build_filename (sy_run_dir_get_path (run), "log.db", NULL);
  g_assert_cmpint (utimensat (AT_FDCWD, log, NULL, 0), ==, 0);
  read = sy_index_lookup (index, uuid, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read->status, ==, SY_RUN_SUCCEEDED);

  path = g_build_filename (sy_state_dir_get_path (store.dir), "index.db", NULL);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (sy_index_is_current (index));
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/index/numbers", test_numbers);
  g_test_add_func ("/store/index/note", test_note);
  g_test_add_func ("/store/index/resolve", test_resolve);
  g_test_add_func ("/store/index/damage", test_damage);
  g_test_add_func ("/store/index/quarantine", test_quarantine);
  g_test_add_func ("/store/index/live", test_live);
  g_test_add_func ("/store/index/find-living", test_find_living);
  g_test_add_func ("/store/index/run-again", test_run_again);
  g_test_add_func ("/store/index/durations", test_durations);
  return g_test_run ();
}
