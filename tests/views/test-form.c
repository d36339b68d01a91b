/* test-form.c: the form of a task and of a file: what it is made of, and what becomes of what is filled in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/format/sy-fields.h"
#include "core/format/sy-manuscript.h"
#include "views/sy-form.h"

#include <string.h>

static const char *const of_a[] = { "tasks", "a", NULL };

#define HEAD "version: 1\ntasks:\n  a:\n    run: x\n"

/* (nullable): of "timeout.attempt" or "run" */
static const SyFormItem *
find_item (const GPtrArray *items, const char *key)
{
  for (guint i = 0; i < items->len; i++)
    {
      const SyFormItem *item = g_ptr_array_index (items, i);
      g_autofree char *name = item->outer != NULL ? g_strdup_printf ("%s.%s", item->outer->key, item->field->key) : g_strdup (item->field->key);

      if (g_str_equal (name, key))
        return item;
    }
  return NULL;
}

static void
test_describe (void)
{
  static const struct { const SyTable *table; const char *key; int kind; const char *title; } cases[] = {
    { &sy_table_task, "run", SY_FORM_SHELL, "Shell Text" },
    { &sy_table_task, "command", SY_FORM_ROWS, "Program and Arguments" },
    { &sy_table_task, "if", SY_FORM_EXPRESSION, "Only If" },
    { &sy_table_task, "enabled", SY_FORM_SWITCH, "Enabled" },
    { &sy_table_task, "join", SY_FORM_WORDS, "Join" },
    { &sy_table_task, "join.quorum", SY_FORM_ENTRY, "Quorum" },
    { &sy_table_task, "retry.max_delay", SY_FORM_ENTRY, "Longest Wait" },
    { &sy_table_task, "timeout.attempt", SY_FORM_ENTRY, "Time Limit of an Attempt" },
    { &sy_table_task, "env", SY_FORM_MAP, "Variables" },
    { &sy_table_task, "dir", SY_FORM_TEXT, "Working Folder" },
    { &sy_table_task, "outputs", SY_FORM_MAP, "Outputs" },
    { &sy_table_task, "timeout", -1, NULL },
    { &sy_table_task, "approve", -1, NULL },    /* not built yet */
    { &sy_table_file, "name", SY_FORM_ENTRY, "Name" },
    { &sy_table_file, "params", SY_FORM_OBJECTS, "Parameters" },
    { &sy_table_file, "handlers", -1, NULL },
    { &sy_table_file, "handlers.failure", SY_FORM_OBJECT, "After a Failed Run" },
    { &sy_table_file, "defaults", SY_FORM_OBJECT, "Defaults of All Tasks" },
    { &sy_table_param, "default", SY_FORM_TEXT, "Value When None Is Given" },
    { &sy_table_handler, "run", SY_FORM_SHELL, "Shell Text" },
    { &sy_table_file, "pools", SY_FORM_MAP, "Pools" },
    { &sy_table_file, "on_failure", SY_FORM_WORDS, "After a Failure" },
    { &sy_table_file, "tasks", -1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) items = sy_form_describe (cases[i].table, 0);
      const SyFormItem *item = find_item (items, cases[i].key);

      g_assert_cmpint (item != NULL ? (int) item->kind : -1, ==, cases[i].kind);
      if (item != NULL)
        g_assert_cmpstr (item->title, ==, cases[i].title);
      for (guint k = 1; k < items->len; k++)
        g_assert_cmpuint (((SyFormItem *) g_ptr_array_index (items, k - 1))->group, <=, ((SyFormItem *) g_ptr_array_index (items, k))->group);
    }
}

/* Every key of the tables that is built has a row, and help. */
static void
test_complete (void)
{
  g_autoptr (GPtrArray) items = sy_form_describe (&sy_table_task, 0);

  for (guint i = 0; i < sy_table_task.n_fields; i++)
    {
      const SyField *field = &sy_table_task.fields[i];
      gboolean found = FALSE;

      for (guint k = 0; k < items->len; k++)
        {
          const SyFormItem *item = g_ptr_array_index (items, k);

          found = found || item->field == field || item->outer == field;
          g_assert_nonnull (item->field->help);
        }
      g_assert_cmpint (found, ==, !(field->flags & SY_FIELD_LATER));
    }
}

static void
test_changes (void)
{
  static const struct { const char *before, *key, *text, *was, *after, *name; } cases[] = {
    { HEAD, "timeout.attempt", "10m", NULL, HEAD "    timeout: 10m\n", "Set attempt of a" },
    { HEAD "    timeout: 10m\n", "timeout.attempt", "10m", "10m", NULL, NULL },
    { HEAD "    timeout: 10m # why\n", "timeout.attempt", "5m", "10m", HEAD "    timeout: 5m # why\n", "Set attempt of a" },
    { HEAD "    timeout: {attempt: 10m}\n", "timeout.total", "1h", NULL, HEAD "    timeout: {attempt: 10m, total: 1h}\n", "Set total of a" },
    { HEAD "    timeout: 10m\n", "timeout.attempt", "", "10m", HEAD, "Clear attempt of a" },
    { HEAD "    retry: {limit: 2, delay: 5s}\n", "retry.delay", NULL, "5s", HEAD "    retry: {limit: 2}\n", "Clear delay of a" },
    { HEAD "    retry: {limit: 2}\n", "retry.limit", NULL, "2", HEAD, "Clear limit of a" },
    { HEAD "    retry: {limit: 2}\n", "retry.delay", NULL, NULL, NULL, NULL },
    { HEAD "    enabled: false\n", "enabled", "true", "false", HEAD "    enabled: true\n", "Set enabled of a" },
    { HEAD "    description: x\n", "description", "yes: no", "x", HEAD "    description: 'yes: no'\n", "Set description of a" },
    { HEAD, "run", "x\ny", "x", "version: 1\ntasks:\n  a:\n    run: |\n      x\n      y\n", "Set run of a" },
    { "version: 1\ntasks:\n  a:\n    run: |\n      x\n      y\n", "run", "x\ny", "x\ny", NULL, NULL },
    { "version: 1\ntasks:\n  a:\n    run: |\n      x\n      y\n", "run", "x\nz", "x\ny", "version: 1\ntasks:\n  a:\n    run: |\n      x\n      z\n", "Set run of a" },
    { "version: 1\ntasks:\n  a:\n    run: |-\n      x\n      y\n", "run", "x\nz", "x\ny", "version: 1\ntasks:\n  a:\n    run: |-\n      x\n      z\n", "Set run of a" },
    { HEAD "    join: one_done\n", "join", "all_done", "one_done", HEAD "    join: all_done\n", "Set join of a" },
  };
  g_autoptr (GPtrArray) items = sy_form_describe (&sy_table_task, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].before, strlen (cases[i].before));
      g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
      g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
      const SyFormItem *item = find_item (items, cases[i].key);
      g_autoptr (SyFormScope) scope = sy_form_scope_new (of_a, NULL);
      g_auto (GStrv) path = sy_form_get_path (item, scope, TRUE);
      g_autoptr (SyChangeValue) value = sy_manuscript_get_value (sy_manuscript_revision_tree (revision), (const char *const *) path);
      gboolean editable;
      g_autofree char *was = sy_form_get_text (item, value, &editable), *after = NULL;
      g_autoptr (SyChange) change = sy_form_change (item, scope, value, cases[i].text);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s", cases[i].key, cases[i].before);
      g_assert_true (editable);
      g_assert_cmpstr (was, ==, cases[i].was);
      g_assert_cmpstr (change != NULL ? change->name : NULL, ==, cases[i].name);
      if (change == NULL)
        continue;
      sy_manuscript_apply (script, change, &error);
      g_assert_no_error (error);
      after = g_strndup (g_bytes_get_data (sy_manuscript_get_text (script), NULL), g_bytes_get_size (sy_manuscript_get_text (script)));
      g_assert_cmpstr (after, ==, cases[i].after);
    }
}

/* What a row cannot show is not to be edited there. */
static void
test_not_editable (void)
{
  static const struct { const char *text, *key; gboolean editable; } cases[] = {
    { HEAD "    dir: \"x\\ny\"\n", "dir", FALSE },
    { HEAD "    dir: [x]\n", "dir", FALSE },
    { HEAD "    join: {quorum: 1}\n", "join", TRUE },
  };
  g_autoptr (GPtrArray) items = sy_form_describe (&sy_table_task, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].text, strlen (cases[i].text));
      g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
      g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
      const SyFormItem *item = find_item (items, cases[i].key);
      g_autoptr (SyFormScope) scope = sy_form_scope_new (of_a, NULL);
      g_auto (GStrv) path = sy_form_get_path (item, scope, TRUE);
      g_autoptr (SyChangeValue) value = sy_manuscript_get_value (sy_manuscript_revision_tree (revision), (const char *const *) path);
      gboolean editable;
      g_autofree char *text = sy_form_get_text (item, value, &editable);

      g_assert_nonnull (value);
      g_assert_cmpint (editable, ==, cases[i].editable);
    }
}

static gboolean
check (const SyField *field, const char *text, gpointer data, GError **error)
{
  return sy_manuscript_check_value (field, text, error);
}

static void
test_check (void)
{
  static const struct { const char *key, *text; gboolean good; } cases[] = {
    { "timeout.attempt", "10m", TRUE }, { "timeout.attempt", "soon", FALSE }, { "timeout.attempt", "", TRUE },
    { "timeout.attempt", "${{ params.t }}", TRUE }, { "retry.limit", "-1", FALSE },
  };
  g_autoptr (GPtrArray) items = sy_form_describe (&sy_table_task, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (sy_form_check (find_item (items, cases[i].key), cases[i].text, check, NULL, &error), ==, cases[i].good);
      g_assert_cmpint (error == NULL, ==, cases[i].good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form/describe", test_describe);
  g_test_add_func ("/form/complete", test_complete);
  g_test_add_func ("/form/changes", test_changes);
  g_test_add_func ("/form/not-editable", test_not_editable);
  g_test_add_func ("/form/check", test_check);
  return g_test_run ();
}
