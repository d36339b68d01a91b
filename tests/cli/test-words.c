/* test-words.c: times, sizes, counts, widths, terminal output, JSON
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-terminal.h"
#include "app/sy-words.h"
#include "core/base/sy-json-writer.h"

#include <string.h>

#define CHECK(call, wanted)                                     \
  G_STMT_START                                                  \
  {                                                             \
    g_autoptr (GString) out = g_string_new (NULL);              \
    call;                                                       \
    g_assert_cmpstr (out->str, ==, wanted);                     \
  }                                                             \
  G_STMT_END

static void
test_durations (void)
{
  static const struct { gint64 us; const char *said; } cases[] = {
    { 0, "0 ms" },                        { 999, "1 ms" },
    { 850000, "850 ms" },                 { 999499, "999 ms" },
    { 999500, "1.0 s" },                  { 2100000, "2.1 s" },
    { 9949999, "9.9 s" },                 { 9950000, "10 s" },
    { 59499999, "59 s" },                 { 59500000, "1 min 0 s" },
    { 192 * G_GINT64_CONSTANT (1000000), "3 min 12 s" },
    { 7500 * G_GINT64_CONSTANT (1000000), "2 h 5 min" },
    { 273600 * G_GINT64_CONSTANT (1000000), "3 d 4 h" },
    { -1, "unknown time" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    CHECK (sy_say_duration (out, cases[i].us), cases[i].said);
}

static void
test_sizes (void)
{
  static const struct { gint64 bytes; const char *said; } cases[] = {
    { 0, "0 B" },           { 512, "512 B" },         { 999, "999 B" },        { 1000, "1.0 kB" },
    { 1234567890, "1.2 GB" }, { 999949, "1.0 MB" },    { 100000000, "100 MB" }, { 5000000000000, "5.0 TB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    CHECK (sy_say_size (out, cases[i].bytes), cases[i].said);
}

static void
test_counts (void)
{
  CHECK (sy_say_count (out, 0), "0");
  CHECK (sy_say_count (out, 999), "999");
  CHECK (sy_say_count (out, 1000), "1,000");
  CHECK (sy_say_count (out, 1234567), "1,234,567");
  CHECK (sy_say_count (out, -12345), "-12,345");
  CHECK (sy_say_plural (out, 1, "task", NULL), "1 task");
  CHECK (sy_say_plural (out, 2000, "task", NULL), "2,000 tasks");
}

static void
test_widths (void)
{
  g_assert_cmpuint (sy_say_width ("abc"), ==, 3);
  g_assert_cmpuint (sy_say_width ("日本"), ==, 4);
  g_assert_cmpuint (sy_say_width ("e\xcc\x81"), ==, 1);
  CHECK (sy_say_fit (out, "abc", 5, TRUE), "abc  ");
  CHECK (sy_say_fit (out, "abcdef", 4, TRUE), "abc…");
  CHECK (sy_say_fit (out, "日本語", 5, TRUE), "日本…");
  CHECK (sy_say_fit (out, "日本語", 4, TRUE), "日… ");
  CHECK (sy_say_fit (out, "日本語", 6, FALSE), "日本語");
}

static void
test_clean (void)
{
  CHECK (sy_say_clean (out, "a\033[31mb"), "a\357\277\275[31mb");
  CHECK (sy_say_clean (out, "a\nb\tc"), "a b c");
  CHECK (sy_say_clean (out, "a\342\200\256b"), "a\357\277\275b");
  CHECK (sy_say_clean (out, "\377"), "\357\277\275");
}

static void
test_quote (void)
{
  static const struct { const char *text, *quoted; } cases[] = {
    { "last", "last" }, { "a b", "'a b'" }, { "", "''" }, { "it's", "'it'\\''s'" }, { "$x", "'$x'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quoted = sy_say_shell_quote (cases[i].text);

      g_assert_cmpstr (quoted, ==, cases[i].quoted);
    }
}

/* Every text in one piece, and byte by byte: the same. */
static void
test_terminal (void)
{
  static const struct { const char *text, *shown; } cases[] = {
    { "plain\n", "plain\n" },
    { "\033[1;31mred\033[0m", "\033[1;31mred\033[0m" },
    { "\033[38:5:12mx", "\033[38:5:12mx" },
    { "\033[2Jgone", "gone" },
    { "\033[?25lhidden", "hidden" },
    { "\033]0;title\007after", "after" },
    { "\033]8;;http://x\033\\link", "link" },
    { "\033Pdevice\033\\x", "x" },
    { "\033(Bx", "x" },
    { "bell\007", "bell" },
    { "\302\233" "31mx", "31mx" },
    { "\303\251", "\303\251" },
    { "\302\265m", "\302\265m" },
    { "\302x", "\357\277\275x" },
    { "\302\007\233" "31mx", "\357\277\275\233" "31mx" }, /* what is left out must not join the halves of a control */
    { "\302\033c\233" "31mx", "\357\277\275\233" "31mx" },
    { "over\rwrite\b", "over\rwrite\b" },
    { "\033[?31mx", "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyTerminalFilter whole = { 0 }, piecewise = { 0 };
      g_autoptr (GString) one = g_string_new (NULL);
      g_autoptr (GString) many = g_string_new (NULL);

      sy_terminal_filter (&whole, one, cases[i].text, strlen (cases[i].text));
      for (const char *p = cases[i].text; *p != '\0'; p++)
        sy_terminal_filter (&piecewise, many, p, 1);
      g_assert_cmpstr (one->str, ==, cases[i].shown);
      g_assert_cmpstr (many->str, ==, cases[i].shown);
    }
}

static void
test_json (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_string (&json, "text", "a\"b\\c\n\t\001\x7f é \xff");
  sy_json_string (&json, "none", NULL);
  sy_json_begin_array (&json, "list");
  sy_json_int (&json, NULL, -5);
  sy_json_bool (&json, NULL, TRUE);
  sy_json_begin_object (&json, NULL);
  sy_json_end_object (&json);
  sy_json_int_or_null (&json, NULL, 7, 7);
  sy_json_end_array (&json);
  sy_json_raw (&json, "raw", "[1]");
  sy_json_end_object (&json);
  g_assert_cmpuint (json.depth, ==, 0);
  g_assert_cmpstr (out->str, ==,
                   "{\"text\":\"a\\\"b\\\\c\\n\\t\\u0001\\u007f é \357\277\275\",\"none\":null,"
                   "\"list\":[-5,true,{},null],\"raw\":[1]}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/words/durations", test_durations);
  g_test_add_func ("/cli/words/sizes", test_sizes);
  g_test_add_func ("/cli/words/counts", test_counts);
  g_test_add_func ("/cli/words/widths", test_widths);
  g_test_add_func ("/cli/words/clean", test_clean);
  g_test_add_func ("/cli/words/quote", test_quote);
  g_test_add_func ("/cli/terminal/filter", test_terminal);
  g_test_add_func ("/cli/json/writer", test_json);
  return g_test_run ();
}
