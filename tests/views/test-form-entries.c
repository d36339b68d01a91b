/* test-form-entries.c: lists and maps as rows: what they show, and which bytes a changed row changes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"
#include "core/format/sy-manuscript.h"
#include "views/sy-form-entries.h"

#include <stdlib.h>
#include <string.h>

#define HEAD "version: 1\ntasks:\n  a:\n"

typedef struct
{
  SyManuscript *script;
  SyDesignRevision *revision;
  GPtrArray *items;
  const SyFormItem *item;
  SyFormScope *scope;
  SyChangeValue *value;
} Form;

/* @field: "env" or "retry.on" of task a */
static void
form_init (Form *form, const char *text, const char *field)
{
  static const char *const path[] = { "tasks", "a", NULL };
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_auto (GStrv) outer = NULL, keys = g_strsplit (field, ".", 2);

  form->script = sy_manuscript_new (NULL, NULL, bytes);
  form->revision = sy_manuscript_make_revision (form->script);
  form->items = sy_form_describe (&sy_table_task, 0);
  form->scope = sy_form_scope_new (path, NULL);
  for (guint i = 0; i < form->items->len; i++)
    {
      const SyFormItem *item = g_ptr_array_index (form->items, i);

      if (g_str_equal (item->field->key, keys[keys[1] != NULL ? 1 : 0]) && (item->outer != NULL) == (keys[1] != NULL))
        form->item = item;
    }
  outer = sy_form_get_path (form->item, form->scope, TRUE);
  form->value = sy_manuscript_get_value (sy_manuscript_revision_tree (form->revision), (const char *const *) outer);
}

static void
form_clear (Form *form)
{
  g_clear_pointer (&form->value, sy_change_value_free);
  sy_form_scope_free (form->scope);
  g_ptr_array_unref (form->items);
  sy_design_revision_unref (form->revision);
  sy_manuscript_free (form->script);
}

static char *
rows_of (const GPtrArray *entries)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      const SyFormEntry *entry = g_ptr_array_index (entries, i);

      g_string_append_printf (text, "%s%s%s%s%s%s%s%s", i > 0 ? "; " : "", entry->key != NULL ? entry->key : "", entry->key != NULL ? "=" : "", entry->text,
                              entry->editable ? "" : "!", entry->options & 1 ? "+failed" : "", entry->options & 2 ? "+skipped" : "", entry->more != NULL ? entry->more : "");
    }
  return g_string_free (text, FALSE);
}

static void
test_read (void)
{
  static const struct { const char *text, *field, *rows; } cases[] = {
    { HEAD "    run: x\n", "env", "" },
    { HEAD "    env: {A: x, B: ''}\n", "env", "A=x; B=" },
    { HEAD "    env:\n      A: |\n        x\n        y\n      B: y\n", "env", "A=x\ny\n!; B=y" },
    { HEAD "    env: [x]\n", "env", NULL },
    { HEAD "    needs: b\n", "needs", "b" },
    { HEAD "    needs: [b, {task: c, tolerate: [failed, skipped]}]\n", "needs", "b; c+failed+skipped" },
    { HEAD "    needs: [{task: c, tolerate: [failed, lost], x: 1}]\n", "needs", "c+failedtolerate: failed, lost; x: 1" },
    { HEAD "    needs: {task: b}\n", "needs", NULL },
    { HEAD "    command: [a, [b]]\n", "command", "a; …!" },
    { HEAD "    retry: {limit: 2, on: [22, timeout]}\n", "retry.on", "22; timeout" },
    { HEAD "    retry: {limit: 2}\n", "retry.on", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Form form = { NULL };
      g_autoptr (GPtrArray) entries = NULL;
      g_autofree char *rows = NULL;

      g_test_message ("%s", cases[i].text);
      form_init (&form, cases[i].text, cases[i].field);
      entries = sy_form_entries_read (form.item, form.value);
      rows = entries != NULL ? rows_of (entries) : NULL;
      g_assert_cmpstr (rows, ==, cases[i].rows);
      form_clear (&form);
    }
}

/* "set 0 KEY TEXT" (KEY "-": none), "remove 0", "move 0 1", "option 0 1 on" */
static SyChange *
change_of (const Form *form, const char *op)
{
  g_auto (GStrv) words = g_strsplit (op, " ", 4);
  guint index = (guint) atoi (words[1]);

  if (g_str_equal (words[0], "remove"))
    return sy_form_entries_remove (form->item, form->scope, form->value, index);
  if (g_str_equal (words[0], "option"))
    return sy_form_entries_set_option (form->item, form->scope, form->value, index, (guint) atoi (words[2]), g_str_equal (words[3], "on"));
  if (g_str_equal (words[0], "move"))
    return sy_form_entries_move (form->item, form->scope, form->value, index, atoi (words[2]));
  return sy_form_entries_set (form->item, form->scope, form->value, index, g_str_equal (words[2], "-") ? NULL : words[2], words[3]);
}

static void
test_change (void)
{
  static const struct { const char *before, *field, *op, *after; } cases[] = {
    { "    run: x\n", "env", "set 0 A x y", "    env: {A: x y}\n    run: x\n" },
    { "    env: {A: x} # why\n", "env", "set 1 B no", "    env: {A: x, B: 'no'} # why\n" },
    { "    env:\n      A: x # first\n      B: y\n", "env", "set 0 A z", "    env:\n      A: z # first\n      B: y\n" },
    { "    env:\n      A: x # first\n      B: y\n", "env", "set 0 C x", "    env:\n      C: x # first\n      B: y\n" },
    { "    env:\n      A: x # first\n      B: y\n", "env", "set 0 C z", "    env:\n      C: z # first\n      B: y\n" },
    { "    env:\n      A: x\n      B: y # second\n", "env", "remove 0", "    env:\n      B: y # second\n" },
    { "    env: {A: x}\n    run: x\n", "env", "remove 0", "    run: x\n" },
    { "    env: {A: x}\n", "env", "set 0 A x", NULL },
    { "    env: {A: \"x\\ny\"}\n", "env", "set 0 B …", "    env: {B: \"x\\ny\"}\n" },
    { "    run: x\n", "outputs", "set 0 parts json", "    outputs: {parts: json}\n    run: x\n" },
    { "    command: [a, 'b', c]\n", "command", "set 1 - d", "    command: [a, 'd', c]\n" },
    { "    command: [a, b]\n", "command", "set 2 - c d", "    command: [a, b, c d]\n" },
    { "    command: [a, b]\n", "command", "remove 0", "    command: [b]\n" },
    { "    command:\n      - a # one\n      - b\n", "command", "move 0 1", "    command:\n      - b # one\n      - a\n" },
    { "    command: [a, b]\n", "command", "move 1 1", NULL },
    { "    needs: b\n", "needs", "set 1 - c", "    needs: [b, c]\n" },
    { "    needs: b # why\n", "needs", "set 0 - c", "    needs: c # why\n" },
    { "    needs: [b, {task: c, tolerate: [failed]}]\n", "needs", "set 1 - d", "    needs: [b, {task: d, tolerate: [failed]}]\n" },
    { "    needs: b # why\n", "needs", "option 0 0 on", "    needs: [{task: b, tolerate: [failed]}] # why\n" },
    { "    needs: [b, c]\n", "needs", "option 1 1 on", "    needs: [b, {task: c, tolerate: [skipped]}]\n" },
    { "    needs:\n      - b # one\n      - c # two\n", "needs", "option 0 0 on", "    needs:\n      - {task: b, tolerate: [failed]} # one\n      - c # two\n" },
    { "    needs: [{task: b, tolerate: [failed]}]\n", "needs", "option 0 1 on", "    needs: [{task: b, tolerate: [failed, skipped]}]\n" },
    { "    needs: [{task: b, tolerate: [failed, skipped]}]\n", "needs", "option 0 0 off", "    needs: [{task: b, tolerate: [skipped]}]\n" },
    { "    needs: [{task: b, tolerate: [failed]}, c]\n", "needs", "option 0 0 off", "    needs: [b, c]\n" },
    { "    needs:\n      - task: b\n        tolerate: [failed]\n      - c\n", "needs", "option 0 0 off", "    needs:\n      - b\n      - c\n" },
    { "    needs:\n      - task: b # one\n        tolerate:\n          - failed # why\n      - c\n", "needs", "option 0 1 on", "    needs:\n      - task: b # one\n        tolerate:\n          - failed # why\n          - skipped\n      - c\n" },
    { "    needs: [{task: b}]\n", "needs", "option 0 0 on", "    needs: [{task: b, tolerate: [failed]}]\n" },
    { "    needs: [b]\n", "needs", "option 0 0 off", NULL },
    { "    run: x\n", "needs", "set 0 - b", "    needs: [b]\n    run: x\n" },
    { "    retry: {limit: 2}\n", "retry.on", "set 0 - timeout", "    retry: {limit: 2, on: [timeout]}\n" },
    { "    retry: {limit: 2, on: [22]}\n", "retry.on", "remove 0", "    retry: {limit: 2}\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = g_strconcat (HEAD, cases[i].before, NULL), *wanted = g_strconcat (HEAD, cases[i].after, NULL), *is = NULL;
      Form form = { NULL };
      g_autoptr (SyChange) change = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;
      const char *bytes;

      g_test_message ("%s: %s", cases[i].op, cases[i].before);
      form_init (&form, text, cases[i].field);
      change = change_of (&form, cases[i].op);
      g_assert_cmpint (change == NULL, ==, cases[i].after == NULL);
      if (change != NULL)
        {
          sy_manuscript_apply (form.script, change, &error);
          g_assert_no_error (error);
          bytes = g_bytes_get_data (sy_manuscript_get_text (form.script), &length);
          is = g_strndup (bytes, length);
          g_assert_cmpstr (is, ==, wanted);
          g_assert_true (sy_manuscript_undo (form.script, NULL));
          g_assert_cmpmem (g_bytes_get_data (sy_manuscript_get_text (form.script), NULL), g_bytes_get_size (sy_manuscript_get_text (form.script)), text, strlen (text));
        }
      form_clear (&form);
    }
}

/* A parameter's row takes what uses it along; a pool's does not. */
static void
test_rename (void)
{
  static const char *const keys[] = { "params", "pools" };
  static const char before[] = "version: 1\nparams: {x: {type: int}}\npools: {x: 2}\ntasks:\n  a: {run: echo $x, if: params.x > 1}\n";
  static const char *const after[] = {
    "version: 1\nparams: {z: {type: int}}\npools: {x: 2}\ntasks:\n  a: {run: echo $z, if: params.z > 1}\n",
    "version: 1\nparams: {x: {type: int}}\npools: {z: 2}\ntasks:\n  a: {run: echo $x, if: params.x > 1}\n",
  };
  static const char *const root[] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (before, strlen (before));
      g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, NULL, bytes);
      g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
      g_autoptr (GPtrArray) items = sy_form_describe (&sy_table_file, 0);
      g_autoptr (SyFormScope) scope = sy_form_scope_new (root, "the workflow");
      const char *const path[] = { keys[i], NULL };
      g_autoptr (SyChangeValue) value = sy_manuscript_get_value (sy_manuscript_revision_tree (revision), path);
      g_autoptr (SyChange) change = NULL;
      g_autoptr (GError) error = NULL;

      for (guint k = 0; k < items->len; k++)
        if (g_str_equal (((SyFormItem *) items->pdata[k])->field->key, keys[i]))
          change = sy_form_entries_set (items->pdata[k], scope, value, 0, "z", i == 1 ? "2" : NULL);
      g_assert_nonnull (change);
      if (change != NULL)
        g_assert_cmpstr (change->name, ==, "Rename x to z");
      sy_manuscript_apply (script, change, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (sy_manuscript_get_text (script), NULL), g_bytes_get_size (sy_manuscript_get_text (script)), after[i], strlen (after[i]));
    }
}

static void
test_names (void)
{
  static const struct { guint index; const char *key; gboolean good; } cases[] = {
    { 2, "C", TRUE }, { 2, "A", FALSE }, { 0, "A", TRUE }, { 1, "A", FALSE }, { 2, "2x", FALSE }, { 2, "a b", FALSE }, { 2, "", FALSE },
  };
  Form form = { NULL };
  g_autofree char *key = NULL, *text = NULL;

  form_init (&form, HEAD "    env: {A: x, B: y}\n", "env");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (sy_form_entries_check_key (form.item, form.value, cases[i].index, cases[i].key, &error), ==, cases[i].good);
      g_assert_cmpint (error == NULL, ==, cases[i].good);
    }
  form_clear (&form);
  g_assert_true (sy_form_entries_split ("A =b=c", &key, &text));
  g_assert_cmpstr (key, ==, "A");
  g_assert_cmpstr (text, ==, "b=c");
  g_assert_false (sy_form_entries_split ("=x", &key, &text));
  g_assert_false (sy_form_entries_split ("x", &key, &text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form-entries/read", test_read);
  g_test_add_func ("/form-entries/change", test_change);
  g_test_add_func ("/form-entries/rename", test_rename);
  g_test_add_func ("/form-entries/names", test_names);
  return g_test_run ();
}
