/* fuzz-import.h: one importer on any bytes: an error or a workflow, and what it writes can be read again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-import.h"
#include "core/format/sy-loader.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (SyProblems) problems = sy_problems_new (), again = sy_problems_new ();
  g_autoptr (SyImport) import = sy_import_bytes (bytes, NULL, FUZZ_FORMAT, problems);
  g_autoptr (SyWorkflow) workflow = NULL;

  sy_import_detect (NULL, bytes);
  sy_import_detect ("x.dag", bytes);
  g_assert_true ((import == NULL) == (sy_problems_get_n_errors (problems) > 0));
  if (!import)
    return 0;
  workflow = sy_loader_load_bytes (import->text, NULL, again);
  g_assert_nonnull (workflow);
  g_assert_cmpuint (workflow->n_edges, ==, import->workflow->n_edges);
  return 0;
}
