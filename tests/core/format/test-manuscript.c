/* test-manuscript.c: changes, history and saving of a document; random scripts lead back to the first byte
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"
#include "core/format/sy-manuscript.h"

#define ABC "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n"

static SyManuscript *
open_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sy_manuscript_new (NULL, bytes, NULL);
}

static void
assert_text (SyManuscript *script, const char *text)
{
  GBytes *bytes = sy_manuscript_get_text (script);
  g_autofree char *is = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  g_assert_cmpstr (is, ==, text);
}

/* "add id", "add-after id other", "delete id", "drop id", "bridge id", "rename id new", "connect from to", "disconnect from to",
 * "set a/b text", "word a/b 3", "remove a/b", "paste yaml", "bytes start end text", "typed start end text" */
static SyChange *
change_of (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 4);
  guint n = g_strv_length (words);
  g_auto (GStrv) path = g_strsplit (words[1], "/", -1);
  g_autofree char *rest = n > 2 ? g_strcompress (line + strlen (words[0]) + strlen (words[1]) + 2) : g_strdup ("");
  g_autofree char *last = n > 3 ? g_strcompress (words[3]) : g_strdup ("");
  SyChange *change = sy_change_new (words[0]);
  const char *const *p = (const char *const *) path;

  if (g_str_equal (words[0], "add"))
    sy_change_add_task (change, words[1], NULL, NULL);
  else if (g_str_equal (words[0], "add-after"))
    {
      sy_change_add_task (change, words[1], NULL, rest);
      sy_change_connect (change, rest, words[1]);
    }
  else if (g_str_equal (words[0], "delete"))
    sy_change_remove_task (change, words[1], SY_CHANGE_EDGES_REFUSE);
  else if (g_str_equal (words[0], "drop"))
    sy_change_remove_task (change, words[1], SY_CHANGE_EDGES_DROP);
  else if (g_str_equal (words[0], "bridge"))
    sy_change_remove_task (change, words[1], SY_CHANGE_EDGES_BRIDGE);
  else if (g_str_has_prefix (words[0], "two-"))
    for (guint i = 1; i < 3; i++)
      sy_change_remove_task (change, words[i],
                             g_str_equal (words[0], "two-dropped") ? SY_CHANGE_EDGES_DROP
                             : g_str_equal (words[0], "two-bridged") ? SY_CHANGE_EDGES_BRIDGE : SY_CHANGE_EDGES_REFUSE);
  else if (g_str_equal (words[0], "rename"))
    sy_change_rename_task (change, words[1], rest);
  else if (g_str_equal (words[0], "param"))
    sy_change_rename_param (change, words[1], rest);
  else if (g_str_equal (words[0], "connect"))
    sy_change_connect (change, words[1], rest);
  else if (g_str_equal (words[0], "disconnect"))
    sy_change_disconnect (change, words[1], rest);
  else if (g_str_equal (words[0], "set"))
    sy_change_set (change, p, sy_change_value_new_text (rest));
  else if (g_str_equal (words[0], "word"))
    sy_change_set (change, p, sy_change_value_new_word (rest));
  else if (g_str_equal (words[0], "remove"))
    sy_change_remove (change, p);
  else if (g_str_equal (words[0], "paste"))
    {
      g_autofree char *yaml = g_strcompress (strchr (line, ' ') + 1);

      sy_change_paste (change, yaml);
    }
  else
    {
      change->merges = g_str_equal (words[0], "typed");
      sy_change_replace_bytes (change, g_ascii_strtoull (words[1], NULL, 10), g_ascii_strtoull (words[2], NULL, 10), last);
    }
  return change;
}

static gboolean
apply (SyManuscript *script, const char *line, GError **error)
{
  g_autoptr (SyChange) change = change_of (line);

  return sy_manuscript_apply (script, change, error);
}

static const struct { const char *change, *output, *message; } cases[] = {
  { "add d", ABC "  d: {}\n", NULL },
  { "add-after d b", "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  d:\n    needs: [b]\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n", NULL },
  { "connect c a", NULL, "“c” comes after “a”: that would be a cycle" },
  { "connect b a", NULL, "cycle" },
  { "connect a a", NULL, "cycle" },
  { "connect nobody a", NULL, "no task “nobody”" },
  { "disconnect a c", "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [b]\n    if: tasks.b.failed == 0\n    run: z\n", NULL },
  { "rename b bee", "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  bee: {needs: a, run: y} # tail\n  c:\n    needs: [a, bee]\n    if: tasks.bee.failed == 0\n    run: z\n", NULL },
  { "rename b c", NULL, "“c” already" },
  { "rename b 1x", NULL, "no task id" },
  { "drop b", NULL, "still uses task “b”" },
  { "delete a", NULL, "needs “a”" },
  { "drop c", "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n", NULL },
  { "two-dropped c b", "version: 1\n# about\ntasks:\n  a: {run: x}\n", NULL },
  { "two-dropped a b", NULL, "still uses task “b”" },
  { "two-refused a c", NULL, "needs “a”" },
  { "two-bridged a c", "version: 1\n# about\ntasks:\n  # of b\n  b: {run: y} # tail\n", NULL },
  { "word tasks/a/timeout 10m", "version: 1\n# about\ntasks:\n  a: {run: x, timeout: 10m}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n", NULL },
  { "remove tasks/c/if", "version: 1\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    run: z\n", NULL },
  { "paste tasks:\\n  a: {run: q}\\n  k: {needs: [a], if: tasks.a.failed == 0}\\n", ABC "  a-2: {run: q}\n  k: {needs: [a-2], if: tasks.a-2.failed == 0}\n", NULL },
  { "paste x: 1", NULL, "holds no tasks" },
  { "paste [", NULL, "pasted" },
  { "bytes 9 10 7", "version: 7\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n", NULL },
  { "bytes 5 4000 x", NULL, "changed meanwhile" },
};

static void
test_changes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyManuscript) script = open_text (ABC);
      g_autoptr (GError) error = NULL;
      gboolean done = apply (script, cases[i].change, &error);

      g_test_message ("%s", cases[i].change);
      if (cases[i].output == NULL)
        {
          g_assert_false (done);
          if (strstr (error->message, cases[i].message) == NULL)
            g_error ("%s: %s", cases[i].change, error->message);
          assert_text (script, ABC);
          continue;
        }
      g_assert_no_error (error);
      assert_text (script, cases[i].output);
      g_assert_true (sy_manuscript_undo (script, NULL));
      assert_text (script, ABC);
      g_assert_true (sy_manuscript_is_saved (script));
      g_assert_true (sy_manuscript_redo (script, NULL));
      assert_text (script, cases[i].output);
    }
}

/* Many that need each other, in block and flow: what they needed is needed by what stays */
static void
test_chains (void)
{
  g_autoptr (SyManuscript) script = open_text ("tasks:\n  a: {}\n\n  # b\n  b: {needs: [a]}\n\n  c: {needs: b}\n  d:\n    needs: # why\n    - a\n    - c # last\n    - {task: b, tolerate: [failed]}\n  e: {needs: [c, d]}\n");

  g_assert_true (apply (script, "two-bridged b c", NULL));
  assert_text (script, "tasks:\n  a: {}\n\n  d:\n    needs: [a] # why\n  e: {needs: [a, d]}\n");
  g_assert_true (sy_manuscript_undo (script, NULL));
  g_assert_true (apply (script, "two-dropped b a", NULL));
  assert_text (script, "tasks:\n\n  c: {}\n  d:\n    needs: # why\n    - c # last\n  e: {needs: [c, d]}\n");
  g_assert_true (sy_manuscript_undo (script, NULL));
}

/* Each parameter of an example under another name: no use is left, it is as good as before, and undo gives the first byte back. */
static void
rename_params (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (SyManuscript) script = NULL;
  g_autoptr (SyDesignRevision) before = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  script = open_text (text);
  before = sy_manuscript_make_revision (script);
  for (guint i = 0; i < before->workflow->n_params; i++)
    {
      const char *name = before->workflow->params[i].name;
      g_autofree char *line = g_strdup_printf ("param %s another_name", name), *use = g_strdup_printf ("(?m)^(?!#).*\\$\\{?%s\\b", name);
      g_autoptr (GError) error = NULL;
      g_autoptr (SyDesignRevision) after = NULL;
      g_autofree char *now = NULL;

      g_test_message ("%s: %s", path, name);
      apply (script, line, &error);
      g_assert_no_error (error);
      after = sy_manuscript_make_revision (script);
      g_assert_cmpuint (after->n_errors, ==, before->n_errors);
      now = g_strndup (g_bytes_get_data (after->text, NULL), g_bytes_get_size (after->text));
      g_assert_false (g_regex_match_simple (use, now, 0, 0));
      g_assert_nonnull (strstr (now, "another_name"));
      g_assert_true (sy_manuscript_undo (script, NULL));
      assert_text (script, text);
    }
}

static void
test_params (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yard.yaml"))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        rename_params (path);
      }
}

static void
test_from_nothing (void)
{
  g_autoptr (SyManuscript) script = open_text ("version: 1\nname: new\ntasks:\n");
  static const char *const lines[] = { "add fetch", "set tasks/fetch/run curl\\nwc", "add merge", "connect fetch merge" };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_true (apply (script, lines[i], NULL));
  assert_text (script, "version: 1\nname: new\ntasks:\n  fetch:\n    run: |-\n      curl\n      wc\n  merge:\n    needs: [fetch]\n");
}

static void
test_history (void)
{
  g_autoptr (SyManuscript) script = open_text ("a: é\n");
  g_autoptr (SyDesignRevision) first = NULL, second = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (sy_manuscript_undo (script, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
  g_assert_true (apply (script, "typed 3 5 ê", NULL)); /* shares its first byte with é */
  g_assert_true (apply (script, "typed 5 5 b", NULL));
  g_assert_true (apply (script, "typed 6 6 c", NULL));
  g_assert_true (apply (script, "typed 6 7 ", NULL));
  first = sy_manuscript_make_revision (script);
  g_assert_cmpstr (first->undo, ==, "typed");
  g_assert_null (first->redo);
  g_assert_false (first->is_saved);
  assert_text (script, "a: êb\n");
  g_assert_true (apply (script, "bytes 0 1 k", NULL));
  g_assert_true (sy_manuscript_undo (script, NULL));
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_text (script, "a: é\n");
  g_assert_false (sy_manuscript_undo (script, NULL));
  second = sy_manuscript_make_revision (script);
  g_assert_true (second->is_saved);
  g_assert_cmpstr (second->redo, ==, "typed");
  g_assert_true (apply (script, "bytes 0 1 z", NULL));
  g_assert_false (sy_manuscript_redo (script, NULL));
  g_assert_true (apply (script, "bytes 0 1 z", NULL)); /* changes nothing: no step */
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_text (script, "a: é\n");
}

static const SyDesignProblem *
find_problem (const SyDesignRevision *revision, const char *code)
{
  for (guint i = 0; i < revision->problems->len; i++)
    if (g_str_equal (((SyDesignProblem *) revision->problems->pdata[i])->code, code))
      return revision->problems->pdata[i];
  g_assert_not_reached ();
}

static void
test_revisions (void)
{
  g_autoptr (SyManuscript) script = open_text (ABC);
  g_autoptr (SyDesignRevision) good = sy_manuscript_make_revision (script), wrong = NULL, broken = NULL, circle = NULL;
  const SyDesignProblem *problem;
  g_autofree char *path = NULL;

  g_assert_true (good->is_valid);
  g_assert_cmpuint (good->workflow->n_tasks, ==, 3);
  g_assert_cmpuint (good->n_errors, ==, 0);
  g_assert_true (apply (script, "word tasks/a/timeout soon", NULL));
  wrong = sy_manuscript_make_revision (script);
  g_assert_false (wrong->is_valid);
  g_assert_cmpuint (wrong->workflow->n_tasks, ==, 3);
  g_assert_cmpuint (wrong->workflow->n_edges, ==, 3);
  problem = wrong->problems->pdata[0];
  path = g_strjoinv (".", problem->path);
  g_assert_cmpstr (path, ==, "tasks.a.timeout");
  g_assert_cmpstr (problem->task, ==, "a");
  /* other tasks can be changed all the same */
  g_assert_true (apply (script, "rename b bee", NULL));
  g_assert_true (apply (script, "bytes 11 11 [", NULL));
  broken = sy_manuscript_make_revision (script);
  g_assert_null (broken->workflow);
  g_assert_cmpuint (broken->n_errors, >, 0);
  g_assert_false (apply (script, "add d", NULL));
  g_assert_true (sy_manuscript_undo (script, NULL));
  g_assert_true (apply (script, "add d", NULL));
  g_assert_true (apply (script, "word tasks/a/needs c", NULL));
  circle = sy_manuscript_make_revision (script);
  g_assert_true (find_problem (circle, "cycle")->is_error);
  g_assert_cmpuint (circle->workflow->n_tasks, ==, 4);
  g_assert_cmpuint (circle->workflow->n_edges, ==, 2); /* bee needs a and c needs a are left out */
}

static void
test_hints (void)
{
  g_autoptr (SyManuscript) script = open_text ("version: 1\ntasks:\n  get: {run: 'cd x; curl -fsS u > v'}\n  safe: {needs: [get], run: curl u, timeout: 1m}\n"
                                               "  tell: {needs: [safe], run: git push, timeout: 1m, retry: {limit: 2}}\n  other: {needs: [tell], run: curling}\n");
  g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
  const SyDesignProblem *timeout = find_problem (revision, "no-timeout"), *retry = find_problem (revision, "retry-repeats");

  g_assert_true (revision->is_valid);
  g_assert_cmpuint (revision->problems->len, ==, 2);
  g_assert_cmpuint (revision->n_errors, ==, 0);
  g_assert_cmpstr (timeout->task, ==, "get");
  g_assert_cmpuint (timeout->end - timeout->start, ==, 3);
  g_assert_cmpstr (retry->task, ==, "tell");
}

static void
test_reading (void)
{
  g_autoptr (SyManuscript) script = open_text (ABC);
  g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
  const SyDocument *tree = sy_manuscript_revision_tree (revision);
  const char *const needs[] = { "tasks", "c", "needs", NULL }, *const task[] = { "tasks", "b", NULL }, *const none[] = { "x", NULL };
  const char *const two[] = { "b", "c", NULL };
  g_autoptr (SyChangeValue) value = sy_manuscript_get_value (tree, needs);
  g_autofree char *copy = sy_manuscript_copy_tasks (tree, two), *joined = NULL;
  g_auto (GStrv) path = NULL;
  gsize start, end;

  g_assert_cmpint (value->kind, ==, SY_CHANGE_LIST);
  g_assert_cmpuint (value->items->len, ==, 2);
  g_assert_null (sy_manuscript_get_value (tree, none));
  g_assert_true (sy_manuscript_get_range (tree, task, &start, &end));
  g_assert_cmpint (strncmp (ABC + start, "b: {needs: a, run: y}", end - start), ==, 0);
  path = sy_manuscript_get_path_at (tree, (gsize) (strstr (ABC, "z\n") - ABC));
  joined = g_strjoinv (".", path);
  g_assert_cmpstr (joined, ==, "tasks.c.run");
  g_assert_cmpstr (copy, ==, "tasks:\n  # of b\n  b: {run: y} # tail\n  c:\n    needs: [b]\n    if: tasks.b.failed == 0\n    run: z\n");
}

/* Comments, quoting and blocks travel with a task; what it needed and is not copied does not. Copied from @from, pasted into @to. */
static const struct { const char *from, *task, *to, *after; } copies[] = {
  { "tasks:\n  a: {run: x}\n  # why\n  # twice\n  b:  # here\n    run: |   # a block\n      # no comment\n      echo 1\n\n      echo 2\n    timeout: '5s'\n    # below\n  c: {run: z}\n",
    "b", "tasks:\n  a: {run: x}\n",
    "tasks:\n  a: {run: x}\n  # why\n  # twice\n  b:  # here\n    run: |   # a block\n      # no comment\n      echo 1\n\n      echo 2\n    timeout: '5s'\n    # below\n" },
  { "tasks:\n  a: {run: x}\n  # of b\n  b:\n    needs: [a]  # gone\n    run: y\n", "b", "tasks:\n  a: {run: x}\n", "tasks:\n  a: {run: x}\n  # of b\n  b:\n    run: y\n" },
  { "tasks:\n  # mine\n  a: {run: x} # tail\n", "a", "tasks:\n  a: {run: q}\n", "tasks:\n  a: {run: q}\n  # mine\n  a-2: {run: x} # tail\n" },
  { "tasks:\r\n    # mine\r\n    a:\r\n        run: x\r\n", "a", "tasks:\n b: {run: q}\n", "tasks:\n b: {run: q}\n # mine\n a:\n     run: x\n" },
  { "tasks:\n  # mine\n  a: {run: x}\n", "a", "tasks:\r\n  b: {run: q}\r\n", "tasks:\r\n  b: {run: q}\r\n  # mine\r\n  a: {run: x}\r\n" },
  { "tasks:\n  # mine\n  a: {run: x}\n", "a", "version: 1\ntasks:\n", "version: 1\ntasks:\n  # mine\n  a: {run: x}\n" },
  { "tasks:\n  # mine\n  a: {run: x}\n", "a", "tasks: {b: {run: y}}\n", "tasks: {b: {run: y}, a: {run: x}}\n" },
  { "tasks: {a: {run: x}}\n", "a", "tasks:\n  b: {run: y}\n", "tasks:\n  b: {run: y}\n  a:\n    run: x\n" },
  { "tasks:\n  a:\n    run: |2\n        two more\n      less\n", "a", "tasks:\n   b: {run: y}\n", "tasks:\n   b: {run: y}\n   a:\n     run: |2\n         two more\n       less\n" },
};

static void
test_copies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (copies); i++)
    {
      g_autoptr (SyManuscript) from = open_text (copies[i].from), to = open_text (copies[i].to);
      g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (from);
      const char *const tasks[] = { copies[i].task, NULL };
      g_autofree char *yaml = sy_manuscript_copy_tasks (sy_manuscript_revision_tree (revision), tasks);
      g_autoptr (SyChange) change = sy_change_new ("Paste");
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", yaml);
      sy_change_paste (change, yaml);
      g_assert_true (sy_manuscript_apply (to, change, &error));
      g_assert_no_error (error);
      assert_text (to, copies[i].after);
      g_assert_true (sy_manuscript_undo (to, NULL));
      assert_text (to, copies[i].to);
    }
}

/* --- the file --- */

typedef struct { char *dir, *path; } Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("sy-manuscript-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "x.yard.yaml", NULL);
  g_assert_true (g_file_set_contents (f->path, ABC, -1, NULL));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_rmdir (f->dir);
  g_free (f->path);
  g_free (f->dir);
}

static SyManuscript *
open_file (Fixture *f)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (ABC, strlen (ABC));

  return sy_manuscript_new (f->path, bytes, NULL);
}

static void
assert_file (const char *path, const char *text)
{
  g_autofree char *is = NULL;

  g_assert_true (g_file_get_contents (path, &is, NULL, NULL));
  g_assert_cmpstr (is, ==, text);
}

/* The change here, what is on disk, what must be saved; NULL: a conflict */
static const struct { const char *change, *disk, *output; } meetings[] = {
  { "word tasks/a/timeout 1m", "# new\n" ABC, "# new\nversion: 1\n# about\ntasks:\n  a: {run: x, timeout: 1m}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n" },
  { "set tasks/a/run q", "version: 1\ntasks:\n  a: {run: other}\n", NULL },
  { "bytes 8 10 \\ 1 # one", ABC "# end\n", "version: 1 # one\n# about\ntasks:\n  a: {run: x}\n  # of b\n  b: {needs: a, run: y} # tail\n  c:\n    needs: [a, b]\n    if: tasks.b.failed == 0\n    run: z\n# end\n" },
  { "bytes 8 10 \\ 2", "version: 3\n", NULL },
};

static void
test_meetings (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (meetings); i++)
    {
      g_autoptr (SyManuscript) script = open_file (f);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", meetings[i].change);
      g_assert_true (apply (script, meetings[i].change, NULL));
      g_assert_true (g_file_set_contents (f->path, meetings[i].disk, -1, NULL));
      if (meetings[i].output != NULL)
        {
          g_assert_true (sy_manuscript_save (script, NULL, FALSE, &error));
          assert_file (f->path, meetings[i].output);
          g_assert_true (sy_manuscript_is_saved (script));
          continue;
        }
      g_assert_false (sy_manuscript_save (script, NULL, FALSE, &error));
      g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
      assert_file (f->path, meetings[i].disk);
      g_assert_true (sy_manuscript_save (script, NULL, TRUE, NULL));
      g_assert_true (sy_manuscript_is_saved (script));
    }
}

static void
test_disk (Fixture *f, gconstpointer data)
{
  g_autoptr (SyManuscript) script = open_file (f);
  g_autoptr (GBytes) other = g_bytes_new_static ("version: 1\n", 11);
  g_autofree char *elsewhere = g_build_filename (f->dir, "y.yard.yaml", NULL);

  g_assert_cmpint (sy_manuscript_take_disk (script, other, NULL), ==, SY_DISK_MERGED);
  assert_text (script, "version: 1\n");
  g_assert_cmpint (sy_manuscript_take_disk (script, other, NULL), ==, SY_DISK_SAME);
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_text (script, ABC);
  g_assert_false (sy_manuscript_is_saved (script));
  g_assert_cmpint (sy_manuscript_take_disk (script, NULL, NULL), ==, SY_DISK_GONE);
  g_assert_cmpint (sy_manuscript_take_disk (script, NULL, NULL), ==, SY_DISK_SAME);
  g_assert_true (sy_manuscript_save (script, elsewhere, FALSE, NULL));
  g_assert_cmpstr (sy_manuscript_get_path (script), ==, elsewhere);
  assert_file (elsewhere, ABC);
  g_unlink (elsewhere);
}

/* --- random scripts --- */

typedef struct
{
  GRand *rand;
  guint scripts, applied, refused;
} Random;

static char *
pick (Random *random, const SyDesignRevision *revision)
{
  const SyWorkflow *workflow = revision->workflow;

  if (workflow == NULL || workflow->n_tasks == 0)
    return g_strdup ("none");
  return g_strdup (workflow->tasks[g_rand_int_range (random->rand, 0, (gint) workflow->n_tasks)].id);
}

static char *
random_line (Random *random, const SyDesignRevision *revision)
{
  g_autofree char *one = pick (random, revision), *other = pick (random, revision);
  guint n = g_rand_int (random->rand) % 1000, size = (guint) g_bytes_get_size (revision->text);

  if (g_str_equal (one, "none"))
    return g_strdup_printf ("add t%u", n);
  switch (g_rand_int_range (random->rand, 0, 13))
    {
    case 0: return g_strdup_printf ("add t%u", n);
    case 1: return g_strdup_printf ("add-after t%u %s", n, one);
    case 2: return g_strdup_printf ("drop %s", one);
    case 3: return g_strdup_printf ("bridge %s", one);
    case 4: return g_strdup_printf ("delete %s", one);
    case 5: return g_strdup_printf ("rename %s r%u", one, n);
    case 6: return g_strdup_printf ("connect %s %s", one, other);
    case 7: return g_strdup_printf ("disconnect %s %s", one, other);
    case 8: return g_strdup_printf ("set tasks/%s/run echo %u: #\\nnext", one, n);
    case 9: return g_strdup_printf ("word tasks/%s/timeout %um", one, n + 1);
    case 11: return g_str_equal (one, other) ? g_strdup_printf ("drop %s", one) : g_strdup_printf ("two-%s %s %s", (const char *[]){ "dropped", "bridged", "refused" }[n % 3], one, other);
    case 10: return g_strdup_printf ("paste tasks:\\n  %s: {run: a}\\n  n%u: {needs: %s}\\n", one, n, one);
    default: return g_strdup_printf ("typed %u %u # %u", size, size, n);
    }
}

/* No id is lost or appears but by what was asked: the tasks that the text says, and the graph that is shown */
static void
check_revision (const SyDesignRevision *before, const SyDesignRevision *after, const char *line)
{
  gint more = (gint) after->workflow->n_tasks - (gint) before->workflow->n_tasks;

  if (g_str_has_prefix (line, "add"))
    g_assert_cmpint (more, ==, 1);
  else if (g_str_has_prefix (line, "drop") || g_str_has_prefix (line, "bridge") || g_str_has_prefix (line, "delete"))
    g_assert_cmpint (more, ==, -1);
  else if (g_str_has_prefix (line, "two-"))
    g_assert_cmpint (more, ==, -2);
  else if (g_str_has_prefix (line, "paste"))
    g_assert_cmpint (more, ==, 2);
  else
    g_assert_cmpint (more, ==, 0);
  if (g_str_has_prefix (line, "connect") || g_str_has_prefix (line, "disconnect"))
    g_assert_cmpint (ABS ((gint) after->workflow->n_edges - (gint) before->workflow->n_edges), <=, 1);
}

static void
run_script (Random *random, GBytes *original, guint length, gboolean native)
{
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, original, NULL);
  g_autoptr (SyDesignRevision) now = sy_manuscript_make_revision (script);
  guint steps = 0;

  for (guint i = 0; i < length; i++)
    {
      g_autofree char *line = random_line (random, now);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) before = g_bytes_ref (sy_manuscript_get_text (script));
      SyDesignRevision *next;

      if (!apply (script, line, &error))
        {
          random->refused++;
          g_assert_true (error->domain == SY_ERROR);
          g_assert_true (g_bytes_equal (before, sy_manuscript_get_text (script)));
          continue;
        }
      random->applied++;
      next = sy_manuscript_make_revision (script);
      if (native && now->workflow != NULL)
        check_revision (now, next, line);
      sy_design_revision_unref (now);
      now = next;
    }
  while (sy_manuscript_undo (script, NULL))
    steps++;
  g_assert_true (g_bytes_equal (sy_manuscript_get_text (script), original));
  g_assert_true (sy_manuscript_is_saved (script));
  for (guint i = 0; i < steps; i++)
    g_assert_true (sy_manuscript_redo (script, NULL));
  g_assert_true (g_bytes_equal (sy_manuscript_get_text (script), now->text));
  random->scripts++;
}

static void
run_folder (Random *random, const char *path, guint rounds, gboolean native)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL), *text = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (SyDocument) document = NULL;
      gsize length;

      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        run_folder (random, full, rounds, native);
      else if ((g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml")) && g_file_get_contents (full, &text, &length, NULL))
        {
          bytes = g_bytes_new (text, length);
          document = sy_edit_parse (bytes, name, NULL);
          for (guint i = 0; document != NULL && i < rounds; i++)
            run_script (random, bytes, 12, native);
        }
    }
}

static void
test_scripts (void)
{
  g_autofree char *examples = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  g_autoptr (GBytes) abc = g_bytes_new_static (ABC, strlen (ABC));
  Random random = { .rand = g_rand_new_with_seed (17) };

  for (guint i = 0; i < 600; i++)
    run_script (&random, abc, 12, TRUE);
  run_folder (&random, examples, 75, TRUE);
  g_test_message ("%u scripts, %u changes, %u refused", random.scripts, random.applied, random.refused);
  g_assert_cmpuint (random.scripts, >=, 1000);
  g_assert_cmpuint (random.applied, >, random.refused);
  g_rand_free (random.rand);
}

static void
test_shared (void)
{
  g_autofree char *beside = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "..", "shared", NULL);
  const char *shared = g_getenv ("SWITCHYARD_SHARED") != NULL ? g_getenv ("SWITCHYARD_SHARED") : beside;
  g_autofree char *workflows = g_build_filename (shared, "workflows", NULL);
  Random random = { .rand = g_rand_new_with_seed (23) };

  run_folder (&random, workflows, 2, FALSE);
  if (random.scripts == 0)
    g_test_skip ("no ../shared/workflows");
  g_test_message ("%u scripts, %u changes, %u refused", random.scripts, random.applied, random.refused);
  g_rand_free (random.rand);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/manuscript/changes", test_changes);
  g_test_add_func ("/format/manuscript/params", test_params);
  g_test_add_func ("/format/manuscript/from-nothing", test_from_nothing);
  g_test_add_func ("/format/manuscript/chains", test_chains);
  g_test_add_func ("/format/manuscript/history", test_history);
  g_test_add_func ("/format/manuscript/revisions", test_revisions);
  g_test_add_func ("/format/manuscript/hints", test_hints);
  g_test_add_func ("/format/manuscript/reading", test_reading);
  g_test_add_func ("/format/manuscript/copies", test_copies);
  g_test_add ("/format/manuscript/meetings", Fixture, NULL, set_up, test_meetings, tear_down);
  g_test_add ("/format/manuscript/disk", Fixture, NULL, set_up, test_disk, tear_down);
  g_test_add_func ("/format/manuscript/scripts", test_scripts);
  g_test_add_func ("/format/manuscript/shared", test_shared);
  return g_test_run ();
}
