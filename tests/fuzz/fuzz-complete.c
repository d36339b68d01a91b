/* fuzz-complete.c: what may stand at any place of any text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/format/sy-fields.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-complete.h"
#include "tests/fuzz/fuzz.h"

static const char flow[] = "version: 1\nparams: {day: {type: int, default: 1}}\npools: {net: 1}\n"
                           "tasks: {a: {run: x, outputs: {n: int}}, b: {run: y, needs: a}}\n";

static void
check (GPtrArray *found, const char *text, gsize offset, gsize start)
{
  g_assert_cmpuint (start, <=, offset);
  for (guint i = 0; i < found->len; i++)
    {
      const SyCandidate *candidate = g_ptr_array_index (found, i);

      g_assert_true (*candidate->word != '\0' && g_str_has_prefix (candidate->insert, candidate->word));
    }
}

static void
try_fields (const char *text, gsize offset, const SyWorkflow *workflow)
{
  for (guint i = 0; i < sy_table_task.n_fields; i++)
    {
      gsize start;
      g_autoptr (GPtrArray) found = sy_complete_field (&sy_table_task.fields[i], text, offset, workflow, "b", &start);

      check (found, text, offset, start);
    }
}

/* The first two bytes say where the cursor is. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = size >= 2 ? g_strndup ((const char *) data + 2, size - 2) : NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static (flow, strlen (flow));
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) workflow = sy_loader_load_bytes (bytes, NULL, problems);
  gsize length, offset, start;
  g_autoptr (GPtrArray) found = NULL, without = NULL;
  g_auto (GStrv) path = NULL;

  g_assert_nonnull (workflow);
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return 0;
  length = strlen (text);
  offset = (data[0] + 256u * data[1]) % (length + 1);
  found = sy_complete_file (text, length, offset, &sy_table_file, workflow, &start);
  check (found, text, offset, start);
  without = sy_complete_file (text, length, offset, &sy_table_file, NULL, &start);
  check (without, text, offset, start);
  path = sy_complete_path (text, offset);
  try_fields (text, offset, workflow);
  return 0;
}
