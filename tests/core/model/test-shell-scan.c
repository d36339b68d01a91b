/* test-shell-scan.c: commands and files that a shell text names
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-scan.h"

/* Each command as its words with / in between, files behind > and >>, commands parted by | */
static const struct { const char *text, *commands; } cases[] = {
  { "", "" },
  { "true", "true" },
  { "curl -fsS \"https://x/$day\" > raw.json", "curl/-fsS/https://x/$day>raw.json" },
  { "cd x; wget u && make -j2 || exit 1", "cd/x|wget/u|make/-j2|exit/1" },
  { "A=1 B='x y' sudo -u me nice cmd a", "-u/me/nice/cmd/a" },
  { "if test -f a; then curl u; else :; fi", "test/-f/a|curl/u|:|fi" },
  { "for i in 1 2; do ssh h$i uptime; done", "for/i/in/1/2|ssh/h$i/uptime|done" },
  { "parts=$(jq -c . raw.json)\necho $parts >> out", "jq/-c/./raw.json|echo/$parts>>out" },
  { "x 2>err >>log 2>&1 <in; y &>/dev/null", "x>err>>log|y>/dev/null" },
  { "echo 'a > b; rm c' \"d > e\" f\\>g # curl > x", "echo/a > b; rm c/d > e/f>g" },
  { "cat > a <<EOF\ncurl u > b\n  EOF2\nEOF\nwc a", "cat>a|wc/a" },
  { "cat <<-'END' | tee x y\n\tssh h\n\tEND\nls", "cat|tee/x/y|ls" },
  { "a \\\n  b c", "a/b/c" },
  { "tar c . | (cd y; tar x)", "tar/c/.|cd/y|tar/x" },
  { "echo `date` ${x:-a b} $((1 + 2)); (a & b)", "echo|date|${x:-a b}/$|1/+/2|a|b" },
  { "x>|f; y > $out", "x>f|y>$out" },
  { "echo \"unclosed > x", "echo/unclosed > x" },
  { "\"\" ''", "/" },
};

static void
append (const SyShellCommand *command, gpointer data)
{
  GString *out = data;

  if (out->len > 0)
    g_string_append_c (out, '|');
  for (guint i = 0; i < command->words->len; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? "/" : "", (char *) command->words->pdata[i]);
  for (guint i = 0; i < command->writes->len; i++)
    g_string_append_printf (out, ">%s", (char *) command->writes->pdata[i]);
  for (guint i = 0; i < command->appends->len; i++)
    g_string_append_printf (out, ">>%s", (char *) command->appends->pdata[i]);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      g_test_message ("%s", cases[i].text);
      sy_shell_scan (cases[i].text, append, out);
      g_assert_cmpstr (out->str, ==, cases[i].commands);
    }
}

/* Whatever it is handed, it comes to an end within it. */
static void
test_anything (void)
{
  static const char pieces[] = "ab $(){}\\'\"`<>|&;#\n=-E";
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint i = 0; i < 20000; i++)
    {
      char text[24] = "";
      g_autoptr (GString) out = g_string_new (NULL);

      for (guint k = (guint) g_rand_int_range (rand, 0, 23); k > 0; k--)
        text[k - 1] = pieces[g_rand_int_range (rand, 0, sizeof pieces - 1)];
      text[23] = '\0';
      {
        g_autofree char *copy = g_strdup (text); /* of its own length, for the sanitizer */

        sy_shell_scan (copy, append, out);
      }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell-scan/cases", test_cases);
  g_test_add_func ("/shell-scan/anything", test_anything);
  return g_test_run ();
}
