/* fuzz-shell.c: any text as shell lines: read for hints, and pasted as a chain of tasks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/format/sy-manuscript.h"
#include "core/model/sy-pattern.h"
#include "core/model/sy-shell-scan.h"
#include "tests/fuzz/fuzz.h"

static void
on_command (const SyShellCommand *command, gpointer data)
{
  const GPtrArray *lists[] = { command->words, command->writes, command->appends };
  guint *n = data;

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint k = 0; k < lists[i]->len; k++)
      *n += g_ptr_array_index (lists[i], k) != NULL;
}

/* What was pasted behind a task is a workflow, or there was no command in it; ${{ is an expression there, and may be a wrong one. */
static void
check_paste (const char *text)
{
  static const char flow[] = "version: 1\ntasks:\n  first: {run: x}\n";
  g_autoptr (GBytes) before = g_bytes_new_static (flow, strlen (flow));
  g_autoptr (SyChange) change = sy_pattern_from_lines (text, NULL, NULL);
  g_autoptr (SyManuscript) manuscript = sy_manuscript_new (NULL, before, NULL);
  g_autoptr (SyDesignRevision) revision = NULL;
  g_autoptr (GError) error = NULL;

  if (change == NULL || strstr (text, "${{") != NULL)
    return;
  g_assert_true (sy_manuscript_apply (manuscript, change, &error));
  g_assert_no_error (error);
  revision = sy_manuscript_make_revision (manuscript);
  g_assert_cmpuint (revision->n_errors, ==, 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  guint n = 0;

  sy_shell_scan (text, on_command, &n);
  if (g_utf8_validate (text, -1, NULL))
    check_paste (text);
  return 0;
}
