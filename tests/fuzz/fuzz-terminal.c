/* fuzz-terminal.c: what a task wrote, in pieces of any size: nothing gets to a terminal but text and colours
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "app/sy-terminal.h"
#include "tests/fuzz/fuzz.h"

static GString *
filter (const guint8 *data, gsize size, gsize piece)
{
  SyTerminalFilter state = { 0 };
  GString *out = g_string_new (NULL);

  for (gsize at = 0; at < size; at += piece)
    sy_terminal_filter (&state, out, (const char *) data + at, MIN (piece, size - at));
  return out;
}

/* An ESC begins a colour, and there is no other control. */
static void
check (const char *at, const char *end)
{
  for (; at < end; at++)
    {
      guchar c = (guchar) *at;

      g_assert_false (c == 0x7f || (c < 0x20 && strchr ("\n\t\r\b\033", c) == NULL));
      g_assert_false (c == 0xc2 && at + 1 < end && (guchar) at[1] >= 0x80 && (guchar) at[1] <= 0x9f);
      if (c != 0x1b)
        continue;
      g_assert_cmpint (at[1], ==, '[');
      at += 2;
      at += strspn (at, "0123456789;:");
      g_assert_cmpint (*at, ==, 'm');
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) whole = NULL, pieces = NULL;

  if (size < 1)
    return 0;
  whole = filter (data + 1, size - 1, size);
  pieces = filter (data + 1, size - 1, 1 + data[0] % 7);
  g_assert_true (g_string_equal (whole, pieces));
  check (whole->str, whole->str + whole->len);
  return 0;
}
