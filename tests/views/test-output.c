/* test-output.c: the output of an attempt as lines: which read like an error, and finding them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-last-error.h"
#include "views/sy-output-text.h"

#include <string.h>

static const struct { const char *line; SyLineKind kind; } lines[] = {
  { "error: cannot open it", SY_LINE_ERROR },
  { "main.c:3:1: Error: expected ;", SY_LINE_ERROR },
  { "sh: 1: nope: not found", SY_LINE_ERROR },
  { "Permission denied", SY_LINE_ERROR },
  { "cannot", SY_LINE_PLAIN },
  { "no such fil", SY_LINE_PLAIN },
  { "0 terrors", SY_LINE_PLAIN },
  { "gcc -Werror -c main.c", SY_LINE_PLAIN },
  { "warning: this may be an error", SY_LINE_WARNING },
  { "an error after a Warning", SY_LINE_WARNING },
  { "8999999", SY_LINE_PLAIN },
  { "", SY_LINE_PLAIN },
};

static void
test_classify (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpint (sy_line_classify (lines[i].line, strlen (lines[i].line)), ==, lines[i].kind);
}

static void
add (SyOutputText *text, const char *bytes)
{
  g_autoptr (GBytes) block = g_bytes_new_static (bytes, strlen (bytes));
  SyOutputChunk chunk = { .offset = text->next, .total = text->next + strlen (bytes), .bytes = block };

  sy_output_text_add (text, &chunk);
}

/* A line whose end has not come yet is judged again; what was judged is not. */
static void
test_first_error (void)
{
  SyOutputText text;

  sy_output_text_init (&text);
  g_assert_cmpuint (sy_output_text_find_error (&text), ==, G_MAXUINT);
  add (&text, "one\ntwo\nfat");
  g_assert_cmpuint (sy_output_text_find_error (&text), ==, G_MAXUINT);
  g_assert_cmpuint (text.n_judged, ==, 2);
  add (&text, "al: no more\nerror\n");
  g_assert_cmpuint (sy_output_text_find_error (&text), ==, 2);
  g_assert_cmpuint (sy_output_text_find_error (&text), ==, 2);
  g_assert_cmpuint (sy_output_text_find (&text, "ERR", 2, FALSE), ==, 3);
  g_assert_cmpuint (sy_output_text_find (&text, "o", 0, TRUE), ==, 3);
  g_assert_cmpuint (sy_output_text_find (&text, "nowhere", 0, FALSE), ==, G_MAXUINT);
  sy_output_text_reset (&text);
  add (&text, "failed\n");
  g_assert_cmpuint (sy_output_text_find_error (&text), ==, 0);
  sy_output_text_clear (&text);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/classify", test_classify);
  g_test_add_func ("/output/first-error", test_first_error);
  return g_test_run ();
}
