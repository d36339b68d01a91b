/* fuzz-edit.c: the surgical editor on any file: refused, or exactly what was asked
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/format/sy-edit.h"
#include "tests/fuzz/fuzz.h"

/* The first byte picks the operation, the second the node; the rest is the file. */
static void
record (SyEdit *edit, guint8 what, guint8 which)
{
  static const char *const keys[] = { "a", "b", "c", "tasks", "needs", "run", "0", "1", "env", "version" };
  static const char *const texts[] = { "x", "no", "a: b", "p\nq\n", "", " lead", "#", "\t", "\n\n", "1.10" };
  const char *path[] = { keys[which % 10], which & 16 ? keys[which / 16 % 10] : NULL, NULL };
  const char *one = keys[which % 3], *other = keys[which / 3 % 3];

  switch (what % 10)
    {
    case 0:
      sy_edit_set (edit, path, sy_edit_value_new_text (texts[what / 10 % 10]));
      break;
    case 1:
      sy_edit_remove (edit, path);
      break;
    case 2:
      sy_edit_append (edit, path, sy_edit_value_new_text (texts[what / 10 % 10]));
      break;
    case 3:
      sy_edit_rename (edit, path, "renamed");
      break;
    case 4:
      sy_edit_add_task (edit, "fresh", sy_edit_value_new_map (), which & 1 ? one : NULL);
      break;
    case 5:
      sy_edit_remove_task (edit, one, (SyEditEdges) (what / 10 % 3));
      break;
    case 6:
      sy_edit_rename_task (edit, one, "renamed");
      break;
    case 7:
      sy_edit_move_task (edit, one, which & 1 ? other : NULL);
      break;
    case 8:
      sy_edit_add_need (edit, one, other);
      break;
    default:
      sy_edit_remove_need (edit, one, other);
      break;
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GBytes) bytes = size >= 2 ? g_bytes_new (data + 2, size - 2) : NULL;
  g_autoptr (GBytes) result = NULL;
  g_autoptr (GError) error = NULL;

  if (size < 2)
    return 0;
  record (edit, data[0], data[1]);
  result = sy_edit_apply (edit, bytes, "file", &error);
  g_assert_true ((result == NULL) == (error != NULL));
  return 0;
}
