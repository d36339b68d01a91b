/* test-state-dir.c: the state folder and run folders: who may use them, and what lies there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/base/sy-error.h"
#include "core/store/sy-state-dir-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static guint
mode_of (const char *path)
{
  struct stat st;

  g_assert_cmpint (lstat (path, &st), ==, 0);
  return st.st_mode & 07777;
}

static void
test_make (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) absent = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autofree char *elsewhere = NULL;
  g_auto (GStrv) runs = NULL;
  StoreDir store;

  store_dir_init (&store);
  elsewhere = g_build_filename (store.folder, "none", NULL);
  absent = sy_state_dir_open (elsewhere, SY_STATE_DIR_READ, &error);
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  g_assert_null (absent);
  g_assert_false (g_file_test (elsewhere, G_FILE_TEST_EXISTS)); /* reading makes nothing */
  g_clear_error (&error);
  g_assert_cmpuint (mode_of (sy_state_dir_get_path (store.dir)), ==, 0700);

  run = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sy_state_dir_is_uuid (sy_run_dir_get_uuid (run)));
  g_assert_cmpuint (mode_of (sy_run_dir_get_path (run)), ==, 0700);
  runs = sy_state_dir_list_runs (store.dir, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (runs), ==, 1);
  g_assert_cmpstr (runs[0], ==, sy_run_dir_get_uuid (run));
  g_assert_null (sy_run_dir_create (store.dir, sy_run_dir_get_uuid (run), &error)); /* there is one of that name */
  g_assert_nonnull (error);
  store_dir_clear (&store);
}

static void
test_refused (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  StoreDir store;

  store_dir_init (&store);
  path = g_strdup (sy_state_dir_get_path (store.dir));
  g_assert_cmpint (chmod (path, 0770), ==, 0);
  g_assert_null (sy_state_dir_open (path, SY_STATE_DIR_CREATE, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);
  g_assert_cmpint (chmod (path, 0702), ==, 0);
  g_assert_null (sy_state_dir_open (path, SY_STATE_DIR_READ, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_cmpint (chmod (path, 0700), ==, 0);
  if (geteuid () == 0)
    {
      g_assert_cmpint (chown (path, 65534, 65534), ==, 0);
      g_assert_null (sy_state_dir_open (path, SY_STATE_DIR_READ, &error));
      g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, "65534"));
      g_clear_error (&error);
      g_assert_cmpint (chown (path, 0, 0), ==, 0);
    }
  store_dir_clear (&store);
}

static void
test_network (void)
{
  const char *name = NULL;

  g_assert_true (sy_state_dir_is_network_fs (0x6969, &name));
  g_assert_cmpstr (name, ==, "NFS");
  g_assert_true (
      sy_state_dir_is_network_fs (0xFFFFFFFFFF534D42, &name));     /* CIFS, as a long that is negative */
  g_assert_false (sy_state_dir_is_network_fs (0xEF53, &name));     /* ext4 */
  g_assert_false (sy_state_dir_is_network_fs (0x01021994, &name)); /* tmpfs */
}

static void
test_uuid (void)
{
  static const struct
  {
    const char *text;
    gboolean is;
  } cases[] = {
    { "0b5e1c52-3f5c-4f0e-9a51-7d5e0e7f9a10", TRUE },    { "0B5E1C52-3f5c-4f0e-9a51-7d5e0e7f9a10", FALSE },
    { "0b5e1c52-3f5c-4f0e-9a51-7d5e0e7f9a1", FALSE },    { "0b5e1c52-3f5c-4f0e-9a51-7d5e0e7f9a100", FALSE },
    { "../../../../../../../etc/passwd0000000", FALSE }, { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sy_state_dir_is_uuid (cases[i].text), ==, cases[i].is);
}

static void
test_owner (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) first = NULL, second = NULL;
  g_autofree char *pid_text = g_strdup_printf ("%d", (int) getpid ());
  StoreDir store;
  gint32 pid;
  guint64 start;

  store_dir_init (&store);
  first = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_no_error (error);
  second = sy_run_dir_open (store.dir, sy_run_dir_get_uuid (first), &error);
  g_assert_no_error (error);
  g_assert_cmpint (sy_run_dir_get_owner (second, &pid, &start), ==, SY_OWNER_NONE);
  g_assert_true (sy_run_dir_own (first, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpint (sy_run_dir_get_owner (second, &pid, &start), ==, SY_OWNER_ALIVE);
  g_assert_cmpint (pid, ==, getpid ());
  g_assert_cmpuint (start, >, 0);
  g_assert_false (sy_run_dir_own (second, 20000, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_OWNED);
  g_assert_nonnull (strstr (error->message, pid_text));
  g_clear_error (&error);
  g_assert_false (sy_run_dir_delete (store.dir, sy_run_dir_get_uuid (first), &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_OWNED);
  g_clear_error (&error);
  sy_run_dir_disown (first);
  g_assert_true (sy_run_dir_own (second, 0, &error));
  g_assert_no_error (error);
  store_dir_clear (&store);
}

/* The lock goes with the process, whatever its end. */
static void
test_owner_dies (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  StoreDir store;
  int ready[2], status;
  char byte;
  pid_t child;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      gboolean owned = sy_run_dir_own (run, 0, NULL);

      if (write (ready[1], owned ? "y" : "n", 1) == 1)
        pause ();
      _exit (1);
    }
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'y');
  g_assert_cmpint (sy_run_dir_get_owner (run, NULL, NULL), ==, SY_OWNER_ALIVE);
  kill (child, SIGKILL);
  waitpid (child, &status, 0);
  g_assert_cmpint (sy_run_dir_get_owner (run, NULL, NULL), ==, SY_OWNER_NONE);
  g_assert_true (sy_run_dir_own (run, SY_RUN_DIR_OWN_WAIT_US, &error));
  close (ready[0]);
  close (ready[1]);
  store_dir_clear (&store);
}

/* --- a run that is made while somebody looks for runs to own --- */

typedef struct
{
  SyStateDir *dir;
  const char *uuid;
  gint made;
} Curious;

static gpointer
own_for_a_moment (gpointer data)
{
  Curious *curious = data;

  while (!g_atomic_int_get (&curious->made))
    {
      g_autoptr (SyRunDir) run = sy_run_dir_open (curious->dir, curious->uuid, NULL);

      if (run == NULL)
        continue;
      /* What is there is whole. */
      g_assert_cmpint (faccessat (sy_run_dir_get_fd (run), "bell", F_OK, 0), ==, 0);
      if (sy_run_dir_own (run, 0, NULL))
        sy_run_dir_disown (run);
    }
  return NULL;
}

static void
test_made_and_owned (void)
{
  StoreDir store;

  store_dir_init (&store);
  for (guint i = 0; i < 200; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *uuid = g_uuid_string_random ();
      Curious curious = { store.dir, uuid, FALSE };
      GThread *thread = g_thread_new ("curious", own_for_a_moment, &curious);
      g_autoptr (SyRunDir) run = sy_run_dir_create (store.dir, uuid, &error);

      g_atomic_int_set (&curious.made, TRUE);
      g_thread_join (thread);
      g_assert_no_error (error);
      g_assert_true (sy_run_dir_own (run, 0, &error));
      g_assert_no_error (error);
    }
  store_dir_clear (&store);
}

static void
test_files (void)
{
  static const char *const env[] = { "HOME=/home/u", "EMPTY=", "TWO=a\nb", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autofree char *path = NULL, *short_path = NULL, *env_path = NULL, *text = NULL, *long_note = NULL;
  g_auto (GStrv) back = NULL;
  struct stat st;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (sy_run_dir_write_env (run, env, &error));
  env_path = g_build_filename (sy_run_dir_get_path (run), "env", NULL);
  g_assert_cmpuint (mode_of (env_path), ==, 0600);
  back = sy_run_dir_read_env (run, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_equal ((const char *const *) back, env));
  g_clear_pointer (&back, g_strfreev);
  g_assert_true (sy_run_dir_write_env (run, NULL, &error));
  sy_run_dir_sync_env (run);
  back = sy_run_dir_read_env (run, &error); /* an empty one … */
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (back), ==, 0);
  g_assert_cmpint (truncate (env_path, 0), ==, 0);
  g_assert_null (sy_run_dir_read_env (run, &error)); /* … is none that a power cut took */
  g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
  g_clear_error (&error);

  g_assert_true (sy_run_dir_make_reserve (run, &error));
  g_assert_true (sy_run_dir_make_reserve (run, &error));
  path = g_build_filename (sy_run_dir_get_path (run), "reserve", NULL);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_blocks * 512, >=, SY_RUN_DIR_RESERVE_BYTES);
  g_assert_cmpint (sy_run_dir_measure (run), >=, SY_RUN_DIR_RESERVE_BYTES);
  g_assert_true (sy_run_dir_give_up_reserve (run));
  g_assert_false (sy_run_dir_give_up_reserve (run));

  g_assert_false (sy_run_dir_is_pinned (run));
  g_assert_true (sy_run_dir_set_pinned (run, TRUE, &error));
  g_assert_true (sy_run_dir_is_pinned (run));
  g_assert_true (sy_run_dir_set_pinned (run, FALSE, &error));
  g_assert_false (sy_run_dir_is_pinned (run));

  g_assert_null (sy_run_dir_get_note (run));
  g_assert_true (sy_run_dir_set_note (run, "before the move – keep", &error));
  text = sy_run_dir_get_note (run);
  g_assert_cmpstr (text, ==, "before the move – keep");
  long_note = g_strnfill (SY_RUN_DIR_NOTE_MAX + 1, 'x');
  g_assert_false (sy_run_dir_set_note (run, long_note, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (sy_run_dir_set_note (run, "", &error));
  g_assert_null (sy_run_dir_get_note (run));
  g_assert_true (sy_run_dir_set_note (run, NULL, &error));

  short_path = sy_run_dir_short_path (run, "ctl");
  g_assert_cmpuint (strlen (short_path), <, 107);
  store_dir_clear (&store);
}

/* Somebody who may write there puts a link in the place of a file of ours. */
static void
test_links (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autofree char *victim = NULL, *text = NULL, *env_path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  StoreDir store;

  store_dir_init (&store);
  victim = g_build_filename (store.folder, "victim", NULL);
  g_assert_true (g_file_set_contents (victim, "precious", -1, NULL));
  run = sy_run_dir_create (store.dir, NULL, &error);
  g_assert_no_error (error);
  env_path = g_build_filename (sy_run_dir_get_path (run), "env", NULL);
  g_assert_cmpint (symlink (victim, env_path), ==, 0);
  bytes = sy_run_dir_read_file (run, "env", 100, &error);
  g_assert_nonnull (error);
  g_assert_null (bytes);
  g_clear_error (&error);
  g_assert_true (sy_run_dir_write_env (run, NULL, &error)); /* replaces the link, not its target */
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (victim, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "precious");
  g_assert_false (g_file_test (env_path, G_FILE_TEST_IS_SYMLINK));

  /* Deleting a run goes through no link either. */
  g_assert_cmpint (symlinkat (store.folder, sy_run_dir_get_fd (run), "artifacts/link"), ==, 0);
  g_assert_true (sy_run_dir_delete (store.dir, sy_run_dir_get_uuid (run), &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (sy_run_dir_get_path (run), G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (victim, G_FILE_TEST_EXISTS));
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/state-dir/make", test_make);
  g_test_add_func ("/store/state-dir/refused", test_refused);
  g_test_add_func ("/store/state-dir/network", test_network);
  g_test_add_func ("/store/state-dir/uuid", test_uuid);
  g_test_add_func ("/store/run-dir/owner", test_owner);
  g_test_add_func ("/store/run-dir/owner-dies", test_owner_dies);
  g_test_add_func ("/store/run-dir/made-and-owned", test_made_and_owned);
  g_test_add_func ("/store/run-dir/files", test_files);
  g_test_add_func ("/store/run-dir/links", test_links);
  return g_test_run ();
}
