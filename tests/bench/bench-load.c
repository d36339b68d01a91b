/* bench-load.c: heap in use after loading a workflow, without its source text
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: bench-load FILE      prints {"tasks":N,"edges":N,"heap_bytes":N,"load_us":N}
 */
#include "core/format/sy-loader.h"

#include <malloc.h>

int
main (int argc, char **argv)
{
  g_autoptr (SyWorkflow) workflow = NULL;
  struct mallinfo2 before = mallinfo2 ();
  struct mallinfo2 after;
  gint64 begin = g_get_monotonic_time ();

  if (argc != 2)
    {
      g_printerr ("usage: bench-load FILE\n");
      return 2;
    }
  {
    g_autoptr (SyProblems) problems = sy_problems_new ();

    workflow = sy_loader_load_path (argv[1], problems);
    if (workflow == NULL)
      {
        g_autoptr (GError) error = sy_problems_to_error (problems);

        g_printerr ("bench-load: %s\n", error->message);
        return 1;
      }
  }
  after = mallinfo2 ();
  g_print ("{\"tasks\":%u,\"edges\":%u,\"heap_bytes\":%" G_GSIZE_FORMAT ",\"load_us\":%" G_GINT64_FORMAT "}\n",
           workflow->n_tasks, workflow->n_edges, after.uordblks + after.hblkhd - before.uordblks - before.hblkhd,
           g_get_monotonic_time () - begin);
  return 0;
}
