/* test-big.c: files at the limits: what they cost must grow no faster than they do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-loader.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* Far above what any of them takes, far below what a square of 100,000 takes; sanitizers included */
#define CPU_LIMIT_US (40 * G_USEC_PER_SEC)

#define N 100000

typedef void (*Writer) (GString *out, guint i);

static void
write_layered (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u:\n    command: [sh, -c, \"true\"]\n", i);
  if (i >= 50)
    g_string_append_printf (out, "    needs: [t%u, t%u, t%u]\n", i - 50, i - 33, i - 17);
}

/* Asks for a result from far up: no need of its own */
static void
write_chain (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {outputs: {n: int}, run: x, join: all_done, ", i);
  if (i > 0)
    g_string_append_printf (out, "needs: [t%u], if: tasks.t%u.outputs.n > 1, env: {A: \"${{ tasks.t%u.state }}\"}", i - 1,
                            i / 2, i - 1);
  g_string_append (out, "}\n");
}

static void
write_unknown_needs (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {run: x, needs: [task-%u]}\n", i, i);
}

static void
write_writers (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {run: x, writes: [out/same], reads: [\"out/*\"]%s}\n", i,
                          i > 0 ? ", needs: [t0]" : "");
}

static void
write_fan_in (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {run: x}\n", i);
  if (i < N - 1)
    return;
  g_string_append (out, "  last:\n    needs:\n");
  for (guint j = 0; j < N; j++)
    g_string_append_printf (out, "      - t%u\n", j);
}

static void
write_cycle (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {run: x, needs: [t%u]}\n", i, (i + 1) % N);
}

static void
write_wrong_keys (GString *out, guint i)
{
  g_string_append_printf (out, "  t%u: {rnu: x, tiemout: 5m, needs: [t%u]}\n", i, MAX (i, 1) - 1);
}

static void
write_same_id (GString *out, guint i)
{
  g_string_append (out, "  t: {run: x}\n");
}

static const struct
{
  const char *name;
  Writer writer;
  guint n_errors, n_warnings;
  guint n_tasks;
} shapes[] = {
  { "layered", write_layered, 0, 0, N },
  { "chain", write_chain, 0, 0, N },
  { "unknown-needs", write_unknown_needs, N, 0, 0 },
  { "writers", write_writers, N - 2, 0, 0 },
  { "fan-in", write_fan_in, 0, 0, N + 1 },
  { "cycle", write_cycle, 1, 0, 0 },
  { "wrong-keys", write_wrong_keys, 2 * N + 1, 0, 0 },
  { "same-id", write_same_id, N - 1, 0, 0 },
};

static GBytes *
write_file (Writer writer)
{
  GString *out = g_string_new ("version: 1\ntasks:\n");

  for (guint i = 0; i < N; i++)
    writer (out, i);
  return g_string_free_to_bytes (out);
}

static gint64
cpu_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000) + now.tv_nsec / 1000;
}

static void
test_shape (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) bytes = write_file (shapes[i].writer);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  gint64 start = cpu_us ();
  SyWorkflow *workflow = sy_loader_load_bytes (bytes, "big.yard.yaml", problems);
  gint64 took = cpu_us () - start;

  g_test_message ("%s: %.2f s of CPU for %.1f MB", shapes[i].name, (double) took / 1e6,
                  (double) g_bytes_get_size (bytes) / 1e6);
  g_assert_cmpuint (sy_problems_get_n_errors (problems), ==, shapes[i].n_errors);
  if (shapes[i].n_warnings > 0)
    g_assert_cmpuint (sy_problems_get_n_warnings (problems), ==, shapes[i].n_warnings);
  g_assert_cmpint (workflow != NULL, ==, shapes[i].n_tasks > 0);
  if (workflow != NULL)
    g_assert_cmpuint (workflow->n_tasks, ==, shapes[i].n_tasks);
  g_assert_cmpint (took, <, CPU_LIMIT_US);
  g_clear_pointer (&workflow, sy_workflow_unref);
}

/* 100,000 tasks in at most 400 MB, all in all; the first test, so that nothing else counts */
static void
test_memory (void)
{
  g_autoptr (GBytes) bytes = write_file (write_layered);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = sy_loader_load_bytes (bytes, "big.yard.yaml", problems);
  struct rusage usage;

  g_assert_nonnull (workflow);
  getrusage (RUSAGE_SELF, &usage);
  g_test_message ("%ld KiB", usage.ru_maxrss);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  g_assert_cmpint (usage.ru_maxrss, <, 400 * 1024);
#endif
  g_clear_pointer (&workflow, sy_workflow_unref);
}

static void
test_too_many (void)
{
  g_autoptr (GString) out = g_string_new ("version: 1\ntasks:\n");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GBytes) bytes = NULL;

  for (guint i = 0; i <= SY_LIMIT_TASKS; i++)
    g_string_append_printf (out, "  t%u:\n", i);
  bytes = g_bytes_new (out->str, out->len);
  g_assert_null (sy_loader_load_bytes (bytes, NULL, problems));
  g_assert_cmpuint (sy_problems_get_n (problems), ==, 1);
  g_assert_cmpstr (sy_problems_get (problems, 0)->code, ==, "too-many-tasks");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/big/memory", test_memory);
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/big/%s", shapes[i].name);
      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_shape);
    }
  g_test_add_func ("/big/too-many", test_too_many);
  return g_test_run ();
}
