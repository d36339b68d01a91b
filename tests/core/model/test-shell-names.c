/* test-shell-names.c: where a shell text means a variable: each place is marked by another name
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-names.h"

/* Of the variable x. @marked: (nullable): nothing */
static const struct { const char *text, *marked; } cases[] = {
  { "echo $x", "echo $Z" },
  { "echo \"$x/a\" ${x} ${x:-1} ${#x} ${x%.c}", "echo \"$Z/a\" ${Z} ${Z:-1} ${#Z} ${Z%.c}" },
  { "echo $xy $_x ${xy} x $$x \\$x", NULL },
  { "echo '$x' \"'$x'\"", "echo '$x' \"'$Z'\"" },
  { "echo \"a \\\"$x\\\" $(cat \"$x\" '$x')\"", "echo \"a \\\"$Z\\\" $(cat \"$Z\" '$x')\"" },
  { "echo ${y:-$x} ${y:-\"$x\"}", "echo ${y:-$Z} ${y:-\"$Z\"}" },
  { "echo `cat $x` $x", "echo `cat $Z` $Z" },
  { "echo $((x + 1)) $(( (x) * y )) x", "echo $((Z + 1)) $(( (Z) * y )) x" },
  { "(( x > 3 )) && echo $x", "(( Z > 3 )) && echo $Z" },
  { "# don't take $x\necho $x # $x", "# don't take $Z\necho $Z # $Z" },
  { "echo a#$x", "echo a#$Z" },
  { "cat <<E\n$x it's ${x}\nE\necho '$x' $x", "cat <<E\n$Z it's ${Z}\nE\necho '$x' $Z" },
  { "cat <<'E'\n$x\nE\necho $x", "cat <<'E'\n$x\nE\necho $Z" },
  { "cat <<-\"E\" | tee $x\n\t$x\n\tE\necho $x", "cat <<-\"E\" | tee $Z\n\t$x\n\tE\necho $Z" },
  { "cat <<< $x", "cat <<< $Z" },
  /* read by another shell */
  { "cat > f <<'E'\n#!/bin/sh\necho $x '$x'\nE\necho $x", "cat > f <<'E'\n#!/bin/sh\necho $Z '$x'\nE\necho $Z" },
  { "cat > f <<'E'\n#!/usr/bin/env bash\nx=1; echo $x\nE\n", "cat > f <<'E'\n#!/usr/bin/env bash\nZ=1; echo $Z\nE\n" },
  { "bash <<'E'\necho $x\nE\n", "bash <<'E'\necho $Z\nE\n" },
  { "python3 <<'E'\nprint('$x')\nE\n", NULL },
  { "cat > f <<'E'\n#!/usr/bin/env python3\nprint('$x')\nE\n", NULL },
  { "sh -ec 'echo $x' '$x'; sh '$x'", "sh -ec 'echo $Z' '$x'; sh '$x'" },
  { "awk -c '{print $x}'", NULL },
  /* values of its own */
  { "x=${x:-1}; echo $x", "Z=${Z:-1}; echo $Z" },
  { "[ -n \"$x\" ] || x=1\necho $x", "[ -n \"$Z\" ] || Z=1\necho $Z" },
  { "x+=1", "Z+=1" },
  { "for x in a b; do echo $x; done", NULL },
  { "while read -r x; do echo $x; done", NULL },
  { "f() { local x=1; echo $x; }", NULL },
  { "echo $x; for x in $x; do echo $x; done", "echo $Z; for Z in $Z; do echo $Z; done" },
  { "for y in x; do echo $x; done", "for y in x; do echo $Z; done" },
  { "export x; printenv x; unset x", "export Z; printenv Z; unset Z" },
  { "export x=1 xy=2", "export Z=1 xy=2" },
  /* of another program */
  { "x=1 ./prog $x", "x=1 ./prog $Z" },
  { "x=1 \"$y\" $x", "x=1 \"$y\" $Z" },
  { "x=1\n./prog $x", "Z=1\n./prog $Z" },
  { "if x=$(a); then echo $x; fi", "if Z=$(a); then echo $Z; fi" },
  { "make x=1 $x", "make x=1 $Z" },
  { "env x=1 sh -c 'echo $x'", NULL },
  { "awk '{print ENVIRON[\"x\"]}' $x", "awk '{print ENVIRON[\"x\"]}' $Z" },
  { "case $x in\nx) echo $x;;\nesac", "case $Z in\nx) echo $Z;;\nesac" },
  /* what is not closed */
  { "echo '$x", NULL },
  { "echo \"$x", "echo \"$Z" },
  { "echo ${x", "echo ${Z" },
  { "cat <<E\n$x", "cat <<E\n$Z" },
  { "echo $", NULL },
  { "\\", NULL },
  { "", NULL },
};

static char *
mark (const char *text)
{
  g_autoptr (GArray) found = sy_shell_find_names (text, "x", NULL);
  char *marked = g_strdup (text);

  for (guint i = 0; i < found->len; i++)
    {
      g_assert_cmpint (marked[g_array_index (found, guint, i)], ==, 'x');
      marked[g_array_index (found, guint, i)] = 'Z';
    }
  return marked;
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *marked = mark (cases[i].text);

      g_assert_cmpstr (marked, ==, cases[i].marked != NULL ? cases[i].marked : cases[i].text);
    }
}

/* Any bytes: nothing is read behind the end, and what is found is the name. */
static void
test_any (void)
{
  static const char *const pieces[] = { "x", "$", "{", "}", "(", ")", "\"", "'", "`", "\\", "\n", " ", "<<", "E", "#", "=", ";", "for ", "$((", "x=" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 20000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *marked = NULL;

      for (int n = g_rand_int_range (rand, 0, 14); n > 0; n--)
        g_string_append (text, pieces[g_rand_int_range (rand, 0, G_N_ELEMENTS (pieces))]);
      marked = mark (text->str);
    }
}

static void
test_shadowed (void)
{
  gboolean shadowed = FALSE;
  g_autoptr (GArray) loop = sy_shell_find_names ("for x in $y; do echo $x; done", "x", &shadowed);

  g_assert_true (shadowed);
  g_assert_cmpuint (loop->len, ==, 0);
  {
    g_autoptr (GArray) read = sy_shell_find_names ("echo $x; read x", "x", &shadowed);

    g_assert_false (shadowed);
    g_assert_cmpuint (read->len, ==, 2);
  }
}

static void
test_shells (void)
{
  g_assert_true (sy_shell_is_shell ("/bin/sh"));
  g_assert_true (sy_shell_is_shell ("bash"));
  g_assert_false (sy_shell_is_shell ("python3"));
  g_assert_false (sy_shell_is_shell ("/opt/bash/"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell-names/cases", test_cases);
  g_test_add_func ("/shell-names/any", test_any);
  g_test_add_func ("/shell-names/shadowed", test_shadowed);
  g_test_add_func ("/shell-names/shells", test_shells);
  return g_test_run ();
}
