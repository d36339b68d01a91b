/* test-pins.c: what is pinned in a document, and the file beside it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/cli/designer-fixture.h"

#define AB DESIGNER_AB
#define OURS(places) "{\n  \"version\": 1,\n  \"positions\": {" places "\n  }\n}\n"
#define A12 OURS ("\n    \"a\": [1, 2]")

typedef DesignerFixture Fixture;

/* Nothing here is ever refused. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (f->refused, ==, 0);
  designer_fixture_tear_down (f, data);
}

static guint
pin (Fixture *f, const char *task, gint32 x, gint32 y)
{
  SyChange *change = sy_change_new ("Move");

  sy_change_pin (change, task, (SyPlace){ x, y });
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
  g_assert_true (designer_fixture_wait (f, pin (f, "a", 1, 2))->is_saved);
  while (!g_file_test (f->sidecar, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  assert_sidecar (f, A12);
  g_assert_no_errno (g_stat (f->path, &after));
  g_assert_true (before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec && before.st_mtim.tv_sec == after.st_mtim.tv_sec);
  designer_fixture_close (f, FALSE);
  designer_fixture_open (f);
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 1);
}

/* What was moved last is written when the document is closed, even where the text's changes are discarded: there are none. */
static void
test_closing (Fixture *f, gconstpointer data)
{
  designer_fixture_wait (f, pin (f, "a", 1, 2));
  designer_fixture_close (f, TRUE);
  assert_sidecar (f, A12);
  designer_fixture_open (f);
}

static void
test_undone (Fixture *f, gconstpointer data)
{
  designer_fixture_wait (f, pin (f, "a", 7, 7));
  designer_fixture_wait (f, f->designer->undo (f->designer));
  designer_fixture_close (f, FALSE);
  assert_sidecar (f, data);
  designer_fixture_open (f);
}

/* Unpinning the last takes the file away. */
static void
test_last (Fixture *f, gconstpointer data)
{
  SyChange *change = sy_change_new ("Unpin");

  sy_change_unpin (change, "a");
  designer_fixture_wait (f, f->designer->apply (f->designer, change));
  designer_fixture_close (f, FALSE);
  assert_sidecar (f, NULL);
  designer_fixture_open (f);
}

/* Names follow with the text, not before it; what is gone is dropped. */
static void
test_renamed (Fixture *f, gconstpointer data)
{
  SyChange *change = sy_change_new ("Remove");

  designer_fixture_wait (f, designer_fixture_rename (f, "a", "first"));
  assert_sidecar (f, A12);
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"first\": [1, 2]"));
  designer_fixture_wait (f, pin (f, "b", 3, 4));
  sy_change_remove_task (change, "first", SY_CHANGE_EDGES_DROP);
  designer_fixture_wait (f, f->designer->apply (f->designer, change));
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"b\": [3, 4]"));
  designer_fixture_wait (f, f->designer->undo (f->designer));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 2);
}

/* A discarded rename leaves text and places as they were. */
static void
test_discarded (Fixture *f, gconstpointer data)
{
  designer_fixture_wait (f, designer_fixture_rename (f, "a", "first"));
  designer_fixture_wait (f, pin (f, "first", 5, 5));
  designer_fixture_close (f, TRUE);
  assert_sidecar (f, A12);
  assert_file (f, AB);
  designer_fixture_open (f);
}

/* With the draft of the text comes that of the places. */
static void
test_drafted (Fixture *f, gconstpointer data)
{
  SyPlace place;

  designer_fixture_wait (f, designer_fixture_rename (f, "a", "first"));
  designer_fixture_wait (f, pin (f, "first", 5, 6));
  designer_fixture_close (f, FALSE);
  assert_sidecar (f, A12);
  designer_fixture_open (f);
  g_assert_true (sy_places_get (f->designer->get_revision (f->designer)->places, "first", &place));
  g_assert_cmpint (place.y, ==, 6);
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  assert_sidecar (f, OURS ("\n    \"first\": [5, 6]"));
}

/* What is none of ours stays, and is told of once. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  while (f->n_said == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (f->said, "x.layout.json"));
  designer_fixture_wait (f, pin (f, "a", 1, 2));
  designer_fixture_wait (f, designer_fixture_rename (f, "b", "second"));
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 1);
  designer_fixture_close (f, FALSE);
  assert_sidecar (f, data);
  g_assert_cmpuint (f->n_said, ==, 1);
  designer_fixture_open (f);
}

/* Another program wrote it meanwhile: both. */
static void
test_met (Fixture *f, gconstpointer data)
{
  g_assert_true (g_file_set_contents (f->sidecar, OURS ("\n    \"a\": [1, 2],\n    \"b\": [8, 8]"), -1, NULL));
  designer_fixture_wait (f, pin (f, "a", 5, 5));
  designer_fixture_close (f, FALSE);
  assert_sidecar (f, OURS ("\n    \"a\": [5, 5],\n    \"b\": [8, 8]"));
  designer_fixture_open (f);
}

/* A folder in the place of the file cannot be written, whoever asks: said once, and the places stay. */
static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autofree char *inside = g_build_filename (f->sidecar, "x", NULL);

  designer_fixture_wait (f, designer_fixture_rename (f, "a", "first"));
  designer_fixture_wait (f, pin (f, "first", 5, 5));
  g_assert_no_errno (g_mkdir (f->sidecar, 0700));
  g_assert_true (g_file_set_contents (inside, "", -1, NULL));
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  while (f->n_said == 0)
    g_main_context_iteration (NULL, TRUE);
  designer_fixture_wait (f, pin (f, "b", 6, 6));
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  g_assert_cmpuint (sy_places_get_n (f->designer->get_revision (f->designer)->places), ==, 2);
  g_assert_cmpuint (f->n_said, ==, 1);
  g_assert_true (g_file_test (inside, G_FILE_TEST_EXISTS));
  g_unlink (inside);
  g_rmdir (f->sidecar);
}

#define CASE(name, data, function) g_test_add ("/pins/" name, Fixture, data, designer_fixture_set_up, function, tear_down)

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
