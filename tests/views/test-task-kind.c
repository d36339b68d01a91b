/* test-task-kind.c: what a task runs in one line, for every kind, and the kinds that the field table has
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"
#include "core/format/sy-manuscript.h"
#include "views/sy-task-kind.h"

#include <string.h>

/* The value of `k` in the text */
static SyChangeValue *
read_value (const char *yaml)
{
  static const char *const path[] = { "k", NULL };
  g_autofree char *text = g_strdup_printf ("k: %s\n", yaml);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
  g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);

  return sy_manuscript_get_value (sy_manuscript_revision_tree (revision), path);
}

static char *
write_value (const SyChangeValue *value)
{
  static const char *const path[] = { "k", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new_static ("k: 1\n", 5);
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
  g_autoptr (SyChange) change = sy_change_new ("x");
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *text;

  sy_change_set (change, path, sy_change_value_copy (value));
  sy_manuscript_apply (script, change, &error);
  g_assert_no_error (error);
  text = g_bytes_get_data (sy_manuscript_get_text (script), &length);
  return g_strndup (text + 3, length - 4);
}

/* A kind that is not there yet: an object with a shorthand */
static const SyFieldKind later_kind = { "Approval", "x", NULL };
static const SyField later[] = {
  { .key = "soon", .accept = SY_ACCEPT_TEXT, .flags = SY_FIELD_LATER, .kind = &later_kind },
  { .key = "approve", .accept = SY_ACCEPT_OBJECT, .shorthand = "prompt", .kind = &later_kind },
};
static const SyTable later_table = { .name = "task", .what = "a task", .fields = later, .n_fields = G_N_ELEMENTS (later) };

static void
test_lines (void)
{
  static const struct { const SyTable *table; const char *key, *value, *line, *again; } cases[] = {
    { &sy_table_task, "run", "make -j 4", "make -j 4", "make -j 4" },
    { &sy_table_task, "run", "|\n  a\n  b", NULL, NULL },
    { &sy_table_task, "command", "[./convert, --out, a b.csv]", "./convert --out 'a b.csv'", "[./convert, --out, a b.csv]" },
    { &sy_table_task, "command", "[a, \"it's\", '']", "a 'it'\\''s' ''", "[a, it's, '']" },
    { &sy_table_task, "command", "[a, \"${{ params.x }}\"]", "a '${{ params.x }}'", "[a, '${{ params.x }}']" },
    { &sy_table_task, "command", "[a, \"x\\ny\"]", NULL, NULL },
    { &later_table, "approve", "{prompt: Publish?}", "Publish?", "{prompt: 'Publish?'}" },
    { &later_table, "approve", "{prompt: Publish?, timeout: 2d}", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SyField *field = sy_task_kind_find (cases[i].table, cases[i].key);
      g_autoptr (SyChangeValue) value = read_value (cases[i].value), again = NULL;
      g_autofree char *line = sy_task_kind_get_line (field, value), *text = NULL;

      g_test_message ("%s", cases[i].value);
      g_assert_cmpstr (line, ==, cases[i].line);
      if (line == NULL)
        continue;
      again = sy_task_kind_make (field, line, NULL);
      text = write_value (again);
      g_assert_cmpstr (text, ==, cases[i].again);
    }
}

static void
test_quote_left_open (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (sy_task_kind_make (sy_task_kind_find (&sy_table_task, "command"), "echo 'x", &error));
  g_assert_nonnull (error);
}

static void
test_find (void)
{
  g_autoptr (SyChangeValue) task = read_value ("{timeout: 5m, command: [x]}"), join = read_value ("{needs: [a]}");

  g_assert_cmpstr (sy_task_kind_find (&sy_table_task, NULL)->key, ==, "run");
  g_assert_null (sy_task_kind_find (&sy_table_task, "timeout"));
  g_assert_null (sy_task_kind_find (&later_table, "soon"));
  g_assert_cmpstr (sy_task_kind_of (&sy_table_task, task)->key, ==, "command");
  g_assert_null (sy_task_kind_of (&sy_table_task, join));
  g_assert_null (sy_task_kind_of (&sy_table_task, NULL));
  g_assert_nonnull (sy_table_task.bare);
}

/* Each has a name and an icon, and every handler that there is has one. */
static void
test_table (void)
{
  guint n = 0;

  for (guint i = 0; i < sy_table_handlers.n_fields; i++)
    g_assert_nonnull (sy_table_handlers.fields[i].kind);
  for (guint t = 0; sy_tables[t] != NULL; t++)
    for (guint i = 0; i < sy_tables[t]->n_fields; i++)
      if (sy_tables[t]->fields[i].kind != NULL)
        {
          g_assert_cmpstr (sy_tables[t]->fields[i].kind->title, !=, "");
          g_assert_true (g_str_has_suffix (sy_tables[t]->fields[i].kind->icon, "-symbolic"));
          n++;
        }
  g_assert_cmpuint (n, >=, 7);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task-kind/lines", test_lines);
  g_test_add_func ("/task-kind/quote-left-open", test_quote_left_open);
  g_test_add_func ("/task-kind/find", test_find);
  g_test_add_func ("/task-kind/table", test_table);
  return g_test_run ();
}
