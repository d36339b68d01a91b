/* test-designer.c: a document behind the window's interface: requests, revisions, drafts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/cli/designer-fixture.h"
#include "core/base/sy-error.h"

#define AB DESIGNER_AB

typedef DesignerFixture Fixture;

static void
test_requests (Fixture *f, gconstpointer data)
{
  SyDesigner *designer = f->designer;
  SyDesignRevision *revision = designer->get_revision (designer);
  const char *const run[] = { "tasks", "a", "run", NULL };
  g_autoptr (SyChangeValue) value = NULL;
  guint serial;

  g_assert_true (revision->is_saved && revision->is_valid);
  revision = designer_fixture_wait (f, designer_fixture_rename (f, "a", "first"));
  g_assert_cmpuint (sy_workflow_find (revision->workflow, "first"), ==, 0);
  g_assert_cmpstr (revision->undo, ==, "Rename");
  g_assert_false (revision->is_saved);
  g_assert_null (designer->get_value (designer, run));
  serial = designer_fixture_rename (f, "nobody", "x");
  revision = designer_fixture_wait (f, serial);
  g_assert_cmpuint (f->refused, ==, 1);
  g_assert_cmpuint (f->refused_serial, ==, serial);
  g_assert_nonnull (strstr (f->refusal, "nobody"));
  g_assert_cmpstr (revision->undo, ==, "Rename");
  revision = designer_fixture_wait (f, designer->undo (designer));
  g_assert_true (revision->is_saved);
  value = designer->get_value (designer, run);
  g_assert_cmpstr (value->text, ==, "x");
  designer_fixture_wait (f, designer->redo (designer));
  designer_fixture_wait (f, designer->save (designer, NULL, FALSE));
  g_assert_cmpuint (f->saved, ==, 1);
  g_assert_true (designer->get_revision (designer)->is_saved);
}

/* Many at once: the last one's revision has them all, and each refusal is told. */
static void
test_many (Fixture *f, gconstpointer data)
{
  guint serial = 0;
  SyDesignRevision *revision;

  for (guint i = 0; i < 50; i++)
    {
      SyChange *change = sy_change_new ("Add");
      g_autofree char *id = g_strdup_printf ("t%u", i / 2);

      sy_change_add_task (change, id, NULL, NULL);
      serial = f->designer->apply (f->designer, change);
    }
  revision = designer_fixture_wait (f, serial);
  g_assert_cmpuint (revision->workflow->n_tasks, ==, 27);
  g_assert_cmpuint (f->refused, ==, 25);
}

static void
test_draft (Fixture *f, gconstpointer data)
{
  SyDesignRevision *revision;

  designer_fixture_wait (f, designer_fixture_rename (f, "a", "kept"));
  f->designer->free (f->designer, FALSE);
  g_assert_cmpuint (designer_fixture_count_drafts (f), ==, 1);
  designer_fixture_open (f);
  revision = f->designer->get_revision (f->designer);
  g_assert_cmpstr (revision->undo, ==, "Restore Unsaved Changes");
  g_assert_cmpstr (revision->workflow->tasks[0].id, ==, "kept");
  revision = designer_fixture_wait (f, f->designer->undo (f->designer));
  g_assert_true (revision->is_saved);
  designer_fixture_wait (f, f->designer->redo (f->designer));
  designer_fixture_wait (f, f->designer->save (f->designer, NULL, FALSE));
  g_assert_cmpuint (designer_fixture_count_drafts (f), ==, 0);
}

/* The draft is written by itself: who is killed loses nothing. */
static void
test_draft_by_itself (Fixture *f, gconstpointer data)
{
  designer_fixture_wait (f, designer_fixture_rename (f, "a", "kept"));
  while (designer_fixture_count_drafts (f) == 0)
    g_main_context_iteration (NULL, TRUE);
}

/* --- without a file --- */

#define EMPTY "version: 1\ntasks:\n"

static void
use (Fixture *f, SyDesigner *designer)
{
  f->designer->free (f->designer, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  f->designer = designer;
  designer_fixture_observe (f);
}

static void
open_untitled (Fixture *f)
{
  g_autoptr (GBytes) text = g_bytes_new_static (EMPTY, strlen (EMPTY));

  use (f, sy_manuscript_designer_new (NULL, NULL, text, f->drafts));
}

static guint
add_task (Fixture *f, const char *id)
{
  SyChange *change = sy_change_new ("Add");

  sy_change_add_task (change, id, NULL, NULL);
  return f->designer->apply (f->designer, change);
}

static GPtrArray *
take_left (Fixture *f)
{
  g_autoptr (GBytes) text = g_bytes_new_static (EMPTY, strlen (EMPTY));

  return sy_manuscript_designer_take_left (text, f->drafts);
}

/* As after a crash: the drafts are there, and nobody has them. */
static void
leave_two (Fixture *f)
{
  open_untitled (f);
  designer_fixture_wait (f, add_task (f, "one"));
  f->designer->free (f->designer, FALSE);
  designer_fixture_open (f);
  open_untitled (f);
  designer_fixture_wait (f, add_task (f, "two"));
  f->designer->free (f->designer, FALSE);
  designer_fixture_open (f);
}

static void
test_untitled (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) left = NULL, again = NULL, after = NULL;
  g_autofree char *path = g_build_filename (f->dir, "new.yard.yaml", NULL);
  SyDesigner *other;
  SyDesignRevision *revision;

  leave_two (f);
  left = take_left (f);
  g_assert_cmpuint (left->len, ==, 2);
  again = take_left (f);
  g_assert_cmpuint (again->len, ==, 0);   /* they are open */
  other = g_ptr_array_index (left, 1);
  use (f, g_ptr_array_index (left, 0));
  revision = f->designer->get_revision (f->designer);
  g_assert_cmpstr (revision->undo, ==, "Restore Unsaved Changes");
  g_assert_cmpuint (revision->workflow->n_tasks, ==, 1);
  g_assert_null (revision->path);
  designer_fixture_wait (f, f->designer->save (f->designer, path, FALSE));
  other->free (other, TRUE);
  g_assert_cmpuint (designer_fixture_count_drafts (f), ==, 0);   /* one is saved, one discarded; no lock stays either */
  after = take_left (f);
  g_assert_cmpuint (after->len, ==, 0);
  g_unlink (path);
}

/* Nothing drawn, or all of it undone: nothing to keep */
static void
test_untitled_empty (Fixture *f, gconstpointer data)
{
  open_untitled (f);
  f->designer->free (f->designer, FALSE);
  designer_fixture_open (f);
  g_assert_cmpuint (designer_fixture_count_drafts (f), ==, 0);
  open_untitled (f);
  designer_fixture_wait (f, add_task (f, "one"));
  while (designer_fixture_count_drafts (f) == 0)
    g_main_context_iteration (NULL, TRUE);
  designer_fixture_wait (f, f->designer->undo (f->designer));
  while (designer_fixture_count_drafts (f) > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
check_disk (Fixture *f, SyDiskNews news)
{
  f->designer->check_disk (f->designer);
  while (f->news != news)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_disk (Fixture *f, gconstpointer data)
{
  SyDesignRevision *revision;

  g_assert_true (g_file_set_contents (f->path, AB "  c: {}\n", -1, NULL));
  check_disk (f, SY_DISK_MERGED);
  revision = f->designer->get_revision (f->designer);
  g_assert_cmpuint (revision->workflow->n_tasks, ==, 3);
  designer_fixture_wait (f, designer_fixture_rename (f, "a", "mine"));
  g_assert_true (g_file_set_contents (f->path, "version: 1\ntasks:\n  z: {}\n", -1, NULL));
  check_disk (f, SY_DISK_CONFLICT);
  revision = designer_fixture_wait (f, f->designer->reload (f->designer));
  g_assert_cmpuint (revision->workflow->n_tasks, ==, 1);
}

static void
test_fields (Fixture *f, gconstpointer data)
{
  const SyTable *table = f->designer->get_table (f->designer, "retry");
  g_autoptr (GError) error = NULL;

  g_assert_null (f->designer->get_table (f->designer, "nothing"));
  for (guint i = 0; i < table->n_fields; i++)
    if (g_str_equal (table->fields[i].key, "delay"))
      {
        g_assert_true (f->designer->check_value (f->designer, &table->fields[i], "5s", NULL));
        g_assert_true (f->designer->check_value (f->designer, &table->fields[i], "${{ params.d }}", NULL));
        g_assert_false (f->designer->check_value (f->designer, &table->fields[i], "soon", &error));
        g_assert_nonnull (strstr (error->message, "duration"));
      }
}

#define CASE(name, function) g_test_add ("/designer/" name, Fixture, NULL, designer_fixture_set_up, function, designer_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CASE ("requests", test_requests);
  CASE ("many", test_many);
  CASE ("draft", test_draft);
  CASE ("draft-by-itself", test_draft_by_itself);
  CASE ("untitled", test_untitled);
  CASE ("untitled-empty", test_untitled_empty);
  CASE ("disk", test_disk);
  CASE ("fields", test_fields);
  return g_test_run ();
}
