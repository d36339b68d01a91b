/* test-workflow.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/model/sy-cycles.h"
#include "tests/core/model/model-util.h"

#include <string.h>

static void
test_interning (void)
{
  g_autoptr (SyWorkflow) workflow = sy_workflow_new ();
  const char *a = sy_workflow_intern (workflow, "fetch");
  const char *b = sy_workflow_intern_len (workflow, "fetching", 5);
  g_autofree char *big = g_strnfill (100000, 'x');
  guint64 *block;

  g_assert_true (a == b);
  g_assert_cmpstr (sy_workflow_intern (workflow, big), ==, big);
  g_assert_true (sy_workflow_intern (workflow, big) == sy_workflow_intern (workflow, big));
  g_assert_null (sy_workflow_intern (workflow, NULL));
  for (guint i = 0; i < 10000; i++)
    {
      sy_workflow_intern_len (workflow, big, i % 70);
      block = sy_workflow_alloc (workflow, 24);
      g_assert_cmpuint ((guintptr) block % 8, ==, 0);
      g_assert_true (block[0] == 0 && block[1] == 0 && block[2] == 0);
      memset (block, 0xff, 24);
    }
  g_assert_cmpstr (a, ==, "fetch");
  g_assert_true (sy_workflow_text (workflow, "a ${{ x }}").dynamic);
  g_assert_true (sy_workflow_text (workflow, "$${{ x }}").dynamic);
  g_assert_false (sy_workflow_text (workflow, "$x").dynamic);
  g_assert_cmpuint (workflow->n_shell, ==, 3);
}

static const struct
{
  const char *graph;
  const char *topo;  /* NULL: an error */
  const char *message;
} orders[] = {
  { "", "", NULL },
  { "a b c", "a b c", NULL },
  { "a:b b c", "b a c", NULL },
  { "d:c c:b b:a a", "a b c d", NULL },
  { "z:y x y", "x y z", NULL },
  { "a b:a c:a d:b,c", "a b c d", NULL },
  { "a:a", NULL, "the tasks wait for each other in a cycle: “a” needs “a”" },
  { "x a:c b:a c:b d:c", NULL, "the tasks wait for each other in a cycle: “a” needs “c” needs “b” needs “a”" },
  { "p:q q:r,s r s:q", NULL, "the tasks wait for each other in a cycle: “q” needs “s” needs “q”" },
  { "a b a", NULL, "task “a” is defined twice, at lines 1 and 3: rename one of them" },
};

static void
test_orders (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SyWorkflow) workflow = model_workflow_open (orders[i].graph);
      gboolean ok = sy_workflow_finish (workflow, NULL, &error);
      g_autoptr (GString) topo = g_string_new (NULL);

      g_assert_cmpint (ok, ==, orders[i].topo != NULL);
      if (!ok)
        {
          g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
          g_assert_cmpstr (error->message, ==, orders[i].message);
          continue;
        }
      for (guint k = 0; k < workflow->n_tasks; k++)
        g_string_append_printf (topo, "%s%s", k ? " " : "", workflow->tasks[workflow->topo[k]].id);
      g_assert_cmpstr (topo->str, ==, orders[i].topo);
    }
}

static void
test_cycle_is_named (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow_open ("x a:c b:a c:b d:c");
  g_autoptr (GArray) cycle = NULL;

  g_assert_false (sy_workflow_finish (workflow, &cycle, NULL));
  g_assert_cmpuint (cycle->len, ==, 3);
  g_assert_cmpuint (g_array_index (cycle, guint32, 0), ==, 1);
  g_assert_cmpuint (g_array_index (cycle, guint32, 1), ==, 3);
  g_assert_cmpuint (g_array_index (cycle, guint32, 2), ==, 2);
}

/* Each cycle once, none of them with a task of another; what only comes behind one is none */
static void
test_all_cycles (void)
{
  static const struct { const char *graph, *cycles; guint most; } cases[] = {
    { "a:b b:a c:d d:c e:e f:a", "0 1, 2 3, 4", 9 },
    { "a:b b:a c:d d:c e:e", "0 1, 2 3", 2 },
    { "a b:a,d c:b d:c e:d,f f:e", "1 3 2, 4 5", 9 },
    { "a:b,c b:a c:a", "0 1", 9 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyWorkflow) workflow = model_workflow_open (cases[i].graph);
      g_autoptr (GPtrArray) cycles = NULL;
      g_autoptr (GString) found = g_string_new (NULL);

      g_assert_false (sy_workflow_finish (workflow, NULL, NULL));
      cycles = sy_workflow_find_cycles (workflow, cases[i].most);
      for (guint c = 0; c < cycles->len; c++)
        for (guint k = 0; k < ((GArray *) cycles->pdata[c])->len; k++)
          g_string_append_printf (found, "%s%u", k > 0 ? " " : c > 0 ? ", " : "", g_array_index ((GArray *) cycles->pdata[c], guint32, k));
      g_assert_cmpstr (found->str, ==, cases[i].cycles);
    }
}

static void
test_need_out_of_range (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow_open ("a b:a");
  g_autoptr (GError) error = NULL;

  ((SyNeed *) workflow->tasks[1].needs)[0].task = 7;
  g_assert_false (sy_workflow_finish (workflow, NULL, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

static void
test_finding (void)
{
  g_autoptr (SyWorkflow) workflow = model_workflow ("a b:a c:a");
  static const guint32 numbers[] = { 4, 9, 2 }, twice[] = { 1, 2, 2 }, none[] = { 0, 1, 2 };

  g_assert_cmpuint (sy_workflow_find (workflow, "c"), ==, 2);
  g_assert_cmpuint (sy_workflow_find (workflow, "nope"), ==, SY_NO_TASK);
  g_assert_cmpuint (sy_workflow_find_number (workflow, 3), ==, 2);
  g_assert_cmpuint (sy_workflow_find_number (workflow, 0), ==, SY_NO_TASK);
  g_assert_cmpuint (sy_workflow_find_number (workflow, 4), ==, SY_NO_TASK);
  g_assert_true (sy_workflow_renumber (workflow, numbers, NULL));
  g_assert_cmpuint (sy_workflow_find_number (workflow, 9), ==, 1);
  g_assert_cmpuint (sy_workflow_find_number (workflow, 2), ==, 2);
  g_assert_cmpuint (sy_workflow_find_number (workflow, 3), ==, SY_NO_TASK);
  g_assert_cmpuint (sy_workflow_find_number (workflow, G_MAXUINT32), ==, SY_NO_TASK);
  g_assert_false (sy_workflow_renumber (workflow, twice, NULL));
  g_assert_false (sy_workflow_renumber (workflow, none, NULL));
}

/* A long chain written backwards, and a wide one: no recursion, no quadratic time. */
static void
test_large (void)
{
  const guint n = 100000;
  g_autoptr (SyWorkflow) workflow = sy_workflow_new ();

  workflow->n_tasks = n;
  workflow->tasks = sy_workflow_alloc (workflow, n * sizeof (SyTask));
  for (guint i = 0; i < n; i++)
    {
      SyTask *task = &workflow->tasks[i];
      g_autofree char *id = g_strdup_printf ("task-%u", i);

      task->id = sy_workflow_intern (workflow, id);
      if (i + 1 < n)
        {
          SyNeed *need = sy_workflow_alloc (workflow, sizeof (SyNeed));

          need->task = i + 1;
          task->needs = need;
          task->n_needs = 1;
        }
    }
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  g_assert_cmpuint (workflow->topo[0], ==, n - 1);
  g_assert_cmpuint (workflow->topo[n - 1], ==, 0);
  g_assert_cmpuint (sy_workflow_find (workflow, "task-77777"), ==, 77777);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/workflow/interning", test_interning);
  g_test_add_func ("/model/workflow/orders", test_orders);
  g_test_add_func ("/model/workflow/cycle", test_cycle_is_named);
  g_test_add_func ("/model/workflow/all-cycles", test_all_cycles);
  g_test_add_func ("/model/workflow/need-out-of-range", test_need_out_of_range);
  g_test_add_func ("/model/workflow/finding", test_finding);
  g_test_add_func ("/model/workflow/large", test_large);
  return g_test_run ();
}
