/* fuzz-workflow.c: any bytes as a workflow file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-loader.h"
#include "core/format/sy-mend.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* Every node lies in the file, children in order and inside their parent, scalars end with NUL */
static void
check_node (const SyDocument *document, const SyNode *node, gsize length)
{
  const SyNode *before = NULL;
  guint n = 0;

  g_assert_cmpuint (node->start, <=, node->end);
  g_assert_cmpuint (node->end, <=, length);
  if (node->kind == SY_NODE_SCALAR)
    {
      g_assert_cmpint (node->text[node->n], ==, '\0');
      g_assert_cmpuint (sy_node_source_offset (document, node, node->n / 2), <=, length);
      return;
    }
  for (const SyNode *child = node->first; child != NULL; before = child, child = child->next, n++)
    {
      g_assert_true (child->parent == node);
      g_assert_cmpuint (child->start, >=, before != NULL ? before->end : node->start);
      g_assert_cmpuint (child->end, <=, node->end);
      check_node (document, child, length);
    }
  g_assert_cmpuint (n, ==, node->kind == SY_NODE_MAPPING ? 2 * node->n : node->n);
}

static void
check_problems (const SyProblems *problems, gsize length)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *p = sy_problems_get (problems, i);

      g_assert_cmpuint (p->start, <=, p->end);
      g_assert_cmpuint (p->end, <=, length + 8); /* an expression that is not closed */
      g_assert_true (g_utf8_validate (p->message, -1, NULL));
      g_assert_true (p->hint == NULL || g_utf8_validate (p->hint, -1, NULL));
      g_assert_null (strpbrk (p->message, "\n\x1b"));
      g_assert_true (!p->has_fix || (p->fix_start <= p->fix_end && p->fix_end <= length));
      g_assert_true (i == 0 || sy_problems_get (problems, i - 1)->start <= p->start);
    }
  sy_problems_render (problems, out);
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
}

static GStrv
small_env (gpointer data)
{
  return g_strsplit ("X=1", " ", -1);
}

/* The same with the values of a run: the defaults, and a small environment */
static void
check_bound (GBytes *bytes, gsize size)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = sy_loader_load_bound (bytes, "fuzz.yard.yaml", NULL, small_env, NULL, SY_BIND_RUN, problems);

  g_assert_true ((workflow != NULL) == (sy_problems_get_n_errors (problems) == 0));
  check_problems (problems, size);
  g_clear_pointer (&workflow, sy_workflow_unref);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (SySource) source = sy_source_new ("fuzz.yard.yaml", bytes);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = sy_document_new (source, problems);
  SyWorkflow *workflow = NULL;

  g_assert_true (document != NULL || sy_problems_get_n_errors (problems) > 0);
  if (document != NULL && sy_document_get_root (document) != NULL)
    check_node (document, sy_document_get_root (document), size);
  if (document == NULL)
    {
      sy_mend_and_check (source, "fuzz.yard.yaml", problems);
      sy_problems_sort (problems);
    }
  else
    workflow = sy_loader_load_document (document, "fuzz.yard.yaml", problems);
  g_assert_true ((workflow != NULL) == (document != NULL && sy_problems_get_n_errors (problems) == 0));
  check_problems (problems, size);
  if (workflow != NULL && workflow->bound)
    check_bound (bytes, size);
  g_clear_pointer (&workflow, sy_workflow_unref);
  return 0;
}
