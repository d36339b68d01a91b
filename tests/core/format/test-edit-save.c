/* test-edit-save.c: saving beside other writers, and that the check before the write can fail
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/format/sy-edit-private.h"

typedef struct
{
  char *dir, *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("sy-edit-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "x.yard.yaml", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (f->dir, name, NULL);

      g_unlink (path);
    }
  g_rmdir (f->dir);
  g_free (f->dir);
  g_free (f->path);
}

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new (text, strlen (text));
}

static void
assert_file (const char *path, const char *text)
{
  g_autofree char *now = NULL;

  g_assert_true (g_file_get_contents (path, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, text);
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir))
    n++;
  return n;
}

#define SET(edit, text, ...)                                                                                           \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    const char *sy_path[] = { __VA_ARGS__, NULL };                                                                     \
    sy_edit_set (edit, sy_path, sy_edit_value_new_text (text));                                                        \
  }                                                                                                                    \
  G_STMT_END

static void
test_mode_and_link (Fixture *f, gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->dir, "link", NULL);
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GBytes) base = bytes_of ("a: 1\n"), saved = NULL;
  g_autoptr (GError) error = NULL;
  GStatBuf st;

  g_file_set_contents (f->path, "a: 1\n", -1, NULL);
  g_chmod (f->path, 0640);
  g_assert_cmpint (symlink ("x.yard.yaml", link), ==, 0);
  SET (edit, "x", "a");
  saved = sy_edit_save (edit, link, base, &error);
  g_assert_no_error (error);
  assert_file (f->path, "a: x\n");
  g_assert_true (g_file_test (link, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpint (g_stat (f->path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0640);
  g_assert_cmpuint (count_files (f->dir), ==, 2);
}

/* base, what is on disk, the operation (a name below), what must come out (NULL: a conflict that names @message) */
static const struct { const char *base, *disk; int op; const char *output, *message; } conflicts[] = {
  { "a: 1\nb: 2\n", "a: 1\nb: 3 # new\n", 0, "a: x\nb: 3 # new\n", NULL },
  { "a: 1\nb: 2\n", "# top\na: 1\n", 0, "# top\na: x\n", NULL },
  { "a: 1\nb: 2\n", "a: 5\nb: 2\n", 0, NULL, ":1: conflict: a was changed" },
  { "a: 1\nb: 2\n", "b: 2\n", 0, NULL, "conflict: a was removed" },
  { "a: 1\nb: 2\n", "a: '1'\nb: 2\n", 0, "a: 'x'\nb: 2\n", NULL },
  { "b: 2\n", "b: 3\n", 0, "b: 3\na: x\n", NULL },
  { "b: 2\n", "b: 2\na: 9\n", 0, NULL, "conflict: a was changed" },
  { "a: 1\n", "a: [\n", 0, NULL, "changed on disk" },
  { "tasks: {a: {run: x}, b: {}}\n", "tasks: {a: {run: y}, b: {}}\n", 1, NULL, "conflict: tasks.a" },
  { "tasks: {a: {run: x}, b: {}}\n", "tasks: {a: {run: x}, b: {run: z}, c: {}}\n", 1, "tasks: {b: {run: z}, c: {}}\n", NULL },
  { "tasks: {a: {}, b: {}}\n", "tasks: {a: {run: y}, b: {needs: a}}\n", 2, "tasks: {z: {run: y}, b: {needs: z}}\n", NULL },
  { "tasks: {a: {}, b: {}}\n", "tasks: {b: {}}\n", 2, NULL, "no task “a”" },
  { "tasks: {a: {}, b: {}}\n", "tasks: {a: {}, b: {}, z: {}}\n", 2, NULL, "“z” already" },
  { "tasks: {a: {}, b: {}}\n", "tasks: {a: {}, b: {needs: [a]}}\n", 3, "tasks: {a: {}, b: {needs: [a]}}\n", NULL },
  { "l: [a, b, c]\n", "l: [x, a, b, c]\n", 4, NULL, "conflict: l was changed" },
  { "l: [a, b, c]\nm: 1\n", "l: [a, b, c]\nm: 2\n", 4, "l: [a, q, c]\nm: 2\n", NULL },
};

static void
record (SyEdit *edit, int op)
{
  if (op == 0)
    SET (edit, "x", "a");
  else if (op == 1)
    sy_edit_remove_task (edit, "a", SY_EDIT_EDGES_DROP);
  else if (op == 2)
    sy_edit_rename_task (edit, "a", "z");
  else if (op == 3)
    sy_edit_add_need (edit, "b", "a");
  else
    SET (edit, "q", "l", "1");
}

static void
test_conflicts (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (conflicts); i++)
    {
      g_autoptr (SyEdit) edit = sy_edit_new ();
      g_autoptr (GBytes) base = bytes_of (conflicts[i].base), saved = NULL;
      g_autoptr (GError) error = NULL;

      g_file_set_contents (f->path, conflicts[i].disk, -1, NULL);
      record (edit, conflicts[i].op);
      saved = sy_edit_save (edit, f->path, base, &error);
      if (conflicts[i].output)
        g_assert_no_error (error);
      else if (!error || !strstr (error->message, conflicts[i].message))
        g_error ("%u: %s", i, error ? error->message : "no conflict");
      assert_file (f->path, conflicts[i].output ? conflicts[i].output : conflicts[i].disk);
      g_assert_cmpuint (count_files (f->dir), ==, 1);
    }
}

/* All or nothing: the second operation fails, so the first is not written either. */
static void
test_atomic (Fixture *f, gconstpointer data)
{
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GBytes) base = bytes_of ("a: 1\n"), saved = NULL;
  g_autoptr (GError) error = NULL;
  const char *nowhere[] = { "q", NULL };

  g_file_set_contents (f->path, "a: 1\n", -1, NULL);
  SET (edit, "x", "a");
  sy_edit_remove (edit, nowhere);
  saved = sy_edit_save (edit, f->path, base, &error);
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  assert_file (f->path, "a: 1\n");
}

static void
test_unwritable (Fixture *f, gconstpointer data)
{
  g_autofree char *nowhere = g_build_filename (f->dir, "no", "such", NULL);
  g_autoptr (GBytes) bytes = bytes_of ("a: 1\n");
  g_autoptr (GError) error = NULL;

  g_assert_false (sy_edit_write_file (nowhere, bytes, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
  g_assert_true (sy_edit_write_file (f->path, bytes, NULL));
  assert_file (f->path, "a: 1\n");
}

/* The comparison sees a wrong value, a lost item, another kind, other quotes. */
static void
test_comparison (Fixture *f, gconstpointer data)
{
  static const char *const files[] = { "a: [x, 'y']\nb: {c: 1}\n", "a: [x, 'y']\nb: {c: 2}\n", "a: [x]\nb: {c: 1}\n", "a: [x, 'y', z]\nb: {c: 1}\n",
                                       "a: [x, y]\nb: {c: 1}\n", "a: x\nb: {c: 1}\n", "a: [x, 'y']\nb: {d: 1}\n", "a: [x, 'y']\nb: {c: }\n" };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) one = bytes_of (files[0]), two = bytes_of (files[i]);
      g_autoptr (SyDocument) a = sy_edit_parse (one, "one", NULL), b = sy_edit_parse (two, "two", NULL);
      g_autoptr (SyEditValue) copied = sy_edit_value_new_node (sy_document_get_root (a));
      g_autoptr (SyEditor) editor = sy_editor_new (a);
      g_autofree char *what = NULL, *why = NULL;

      g_assert_true (sy_edit_value_matches (copied, sy_document_get_root (b), &what) == (i == 0));
      g_assert_true ((what == NULL) == (i == 0));
      g_assert_true (sy_edit_value_matches (editor->expected, sy_document_get_root (b), &why) == (i == 0));
      g_assert_true ((why == NULL) == (i == 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/format/edit/save/mode", Fixture, NULL, set_up, test_mode_and_link, tear_down);
  g_test_add ("/format/edit/save/conflicts", Fixture, NULL, set_up, test_conflicts, tear_down);
  g_test_add ("/format/edit/save/atomic", Fixture, NULL, set_up, test_atomic, tear_down);
  g_test_add ("/format/edit/save/unwritable", Fixture, NULL, set_up, test_unwritable, tear_down);
  g_test_add ("/format/edit/save/comparison", Fixture, NULL, set_up, test_comparison, tear_down);
  return g_test_run ();
}
