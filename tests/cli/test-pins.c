/* test-pins.c: what is pinned in a document, and the file beside it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "app/sy-manuscript-designer.h"

#define AB "version: 1\ntasks:\n  a: {run: x}\n  b: {needs: [a], run: y}\n"
#define OURS(places) "{\n  \"version\": 1,\n  \"positions\": {" places "\n  }\n}\n"
#define A12 OURS ("\n    \"a\": [1, 2]")

typedef struct
{
  char *dir, *path, *sidecar, *drafts;
  SyDesigner *designer;
  guint n_said;
  char *said; /* (nullable) the newest */
} Fixture;

static void
on_revised (SyDesignRevision *revision, gpointer data)
{
}

static void
on_refused (guint serial, const char *name, const GError *error, gpointer data)
{
  g_assert_no_error (error);
}

static void
on_saved (const char *path, const GError *error, gpointer data)
{
  g_assert_no_error (error);
}

static void
on_disk (SyDiskNews news, const char *message, gpointer data)
{
}

static void
on_said (const char *message, gpointer data)
{
  Fixture *f = data;

  f->n_said++;
  g_free (f->said);
  f->said = g_strdup (message);
}

static void
open_designer (Fixture *f)
{
  static const SyDesignObserver observer = { on_revised, on_refused, on_saved, on_disk, on_said };
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (f->path, &text, &length, NULL));
  bytes = g_bytes_new (text, length);
  f->designer = sy_manuscript_designer_new (f->path, bytes, NULL, f->drafts);
  f->designer->set_observer (f->designer, &observer, f);
}

static void
close_designer (Fixture *f, gboolean discard)
{
  f->designer->free (f->designer, discard);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* @data: (nullable): what lies beside the file */
static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("sy-places-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "x.yard.yaml", NULL);
  f->sidecar = g_build_filename (f->dir, "x.layout.json", NULL);
  f->drafts = g_build_filename (f->dir, "drafts", NULL);
  g_assert_true (g_file_set_contents (f->path, AB, -1, NULL));
  if (data != NULL)
    g_assert_true (g_file_set_contents (f->sidecar, data, -1, NULL));
  open_designer (f);
}

static void
remove_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  close_designer (f, TRUE);
  remove_all (f->drafts);
  remove_all (f->dir);
  g_free (f->said);
  g_free (f->drafts);
  g_free (f->sidecar);
  g_free (f->path);
  g_free (f->dir);
}

static SyDesignRevision *
wait_for (Fixture *f, guint serial)
{
  while (f->designer->get_revision (f->designer)->serial < serial)
    g_main_context_iteration (NULL, TRUE);
  return f->designer->get_revision (f->designer);
}

static guint
pin (Fixture *f, const char *task, gint32 x, gint32 y)
{
  SyChange *change = sy_change_new ("Move");

  sy_change_pin (change, task, (SyPlace){ x, y });
  return f->designer->apply (f->designer, change);
}

static guint
rename_task (Fixture *f, const char *from, const char *to)
{
  SyChange *change = sy_change_new ("Rename");

  sy_change_rename_task (change, from, to);
  return f->designer->apply (f->designer, change);
}

static void
assert_sidecar (Fixture *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_file_get_contents (f->sidecar, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_file (Fixture *f, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (f->path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, expected);
}

/* By itself, soon after; the file is never touched. */
static void
test_written (Fixture *f, gconstpointer data)
{
  GStatBuf before, after;

  g_assert_no_errno (g_stat (f->path, &before));
  g_assert_true (wait_for (f, pin (f, "a", 1, 2))->is_saved);
  while (!g_file_test (f->sidecar, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  assert_sidecar (f, A12);
  g_assert_no_errno (g_stat (f->path, &after));
  g_assert_true (before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_mtim.tv_sec == after.st_mtim.tv_sec);
  close_designer (f, FALSE);
  open_designer (f);
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 1);
}

/* What was moved last is written when the document is closed, even where the text's changes are discarded: there are none. */
static void
test_closing (Fixture *f, gconstpointer data)
{
  wait_for (f, pin (f, "a", 1, 2));
  close_designer (f, TRUE);
  assert_sidecar (f, A12);
  open_designer (f);
}

static void
test_undone (Fixture *f, gconstpointer data)
{
  wait_for (f, pin (f, "a", 7, 7));
  wait_for (f, f->designer->undo (f->designer));
  close_designer (f, FALSE);
  assert_sidecar (f, data);
  open_designer (f);
}

/* Unpinning the last takes the file away. */
static void
test_last (Fixture *f, gconstpointer data)
{
  SyChange *change = sy_change_new ("Unpin");

  sy_change_unpin (change, "a");
  wait_for (f, f->designer->apply (f->designer, change));
  close_designer (f, FALSE);
  assert_sidecar (f, NULL);
  open_designer (f);
}

/* Names follow with the text, not before it; what is gone is dropped. */
static void
test_renamed (Fixture *f, gconstpointer data)
{
  SyChange *change = sy_change_new ("Remove");

  wait_for (f, rename_task (f, "a", "first"));
  assert_sidecar (f, A12);
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"first\": [1, 2]"));
  wait_for (f, pin (f, "b", 3, 4));
  sy_change_remove_task (change, "first", SY_CHANGE_EDGES_DROP);
  wait_for (f, f->designer->apply (f->designer, change));
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"b\": [3, 4]"));
  wait_for (f, f->designer->undo (f->designer));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 2);
}

/* A discarded rename leaves text and places as they were. */
static void
test_discarded (Fixture *f, gconstpointer data)
{
  wait_for (f, rename_task (f, "a", "first"));
  wait_for (f, pin (f, "first", 5, 5));
  close_designer (f, TRUE);
  assert_sidecar (f, A12);
  assert_file (f, AB);
  open_designer (f);
}

/* With the draft of the text comes that of the places. */
static void
test_drafted (Fixture *f, gconstpointer data)
{
  SyPlace place;

  wait_for (f, rename_task (f, "a", "first"));
  wait_for (f, pin (f, "first", 5, 6));
  close_designer (f, FALSE);
  assert_sidecar (f, A12);
  open_designer (f);
  g_assert_true (sy_places_get (f->designer->get_revision (f->designer)->places, "first", &place));
  g_assert_cmpint (place.y, ==, 6);
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"first\": [5, 6]"));
}

/* What is none of ours stays, and is told of once. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  while (f->n_said == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (f->said, "x.layout.json"));
  wait_for (f, pin (f, "a", 1, 2));
  wait_for (f, rename_task (f, "b", "second"));
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 1);
  close_designer (f, FALSE);
  assert_sidecar (f, data);
  g_assert_cmpuint (f->n_said, ==, 1);
  open_designer (f);
}

/* Another program wrote it meanwhile: both. */
static void
test_met (Fixture *f, gconstpointer data)
{
  g_assert_true (g_file_set_contents (f->sidecar, OURS ("\n    \"a\": [1, 2],\n    \"b\": [8, 8]"), -1, NULL));
  wait_for (f, pin (f, "a", 5, 5));
  close_designer (f, FALSE);
  assert_sidecar (f, OURS ("\n    \"a\": [5, 5],\n    \"b\": [8, 8]"));
  open_designer (f);
}

/* A folder in the place of the file cannot be written, whoever asks: said once, and the places stay. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (f->sidecar, "x", NULL);

  wait_for (f, rename_task (f, "a", "first"));
  wait_for (f, pin (f, "first", 5, 5));
  g_assert_no_errno (g_mkdir (f->sidecar, 0700));
  g_assert_true (g_file_set_contents (inside, "", -1, NULL));
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  while (f->n_said == 0)
    g_main_context_iteration (NULL, TRUE);
  wait_for (f, pin (f, "b", 6, 6));
  wait_for (f, f->designer->save (f->designer, NULL, FALSE));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 2);
  g_assert_cmpuint (f->n_said, ==, 1);
  g_assert_true (g_file_test (inside, G_FILE_TEST_EXISTS));
  g_unlink (inside);
  g_rmdir (f->sidecar);
}

#define CASE(name, data, function) g_test_add ("/pins/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  CASE ("written", NULL, test_written);
  CASE ("closing", NULL, test_closing);
  CASE ("undone", A12, test_undone);
  CASE ("last", A12, test_last);
  CASE ("renamed", A12, test_renamed);
  CASE ("discarded", A12, test_discarded);
  CASE ("drafted", A12, test_drafted);
  CASE ("foreign/torn", "{\"version\": 1, \"posi", test_foreign);
  CASE ("foreign/newer", "{\"version\": 9, \"positions\": {}}\n", test_foreign);
  CASE ("foreign/other", "{\"columns\": 3}\n", test_foreign);
  CASE ("met", A12, test_met);
  CASE ("refused", NULL, test_refused);
  return g_test_run ();
}
