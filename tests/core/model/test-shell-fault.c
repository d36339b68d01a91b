/* test-shell-fault.c: which program could not be started, as shells and those that start programs say it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-shell-fault.h"

/* @program: (nullable): none is named */
static const struct { const char *line, *program; } lines[] = {
  { "/bin/sh: 1: jqq: not found", "jqq" },
  { "/bin/sh: 12: ./x: not found", "./x" },
  { "/bin/sh: 1: ./x: Permission denied", "./x" },
  { "sh: jqq: not found", "jqq" },
  { "bash: line 1: jqq: command not found", "jqq" },
  { "bash: line 3: ./x: No such file or directory", "./x" },
  { "bash: line 1: ./x: cannot execute: required file not found", "./x" },
  { "bash: line 1: ./x: cannot execute binary file: Exec format error", "./x" },
  { "bash: line 1: ./x: /usr/bin/pithon: bad interpreter: No such file or directory", "/usr/bin/pithon" },
  { "bash: line 1: /tmp: Is a directory", "/tmp" },
  { "./build.sh: 3: jqq: not found", "jqq" },
  { "./build.sh: line 3: jqq: command not found", "jqq" },
  { "zsh:1: command not found: jqq", "jqq" },
  { "env: ‘jqq’: No such file or directory", "jqq" },
  { "/usr/bin/env: 'pithon': No such file or directory", "pithon" },
  { "timeout: failed to run command ‘jqq’: No such file or directory", "jqq" },
  { "xargs: jqq: No such file or directory", "jqq" },
  { "sudo: jqq: command not found", "jqq" },
  /* files, not programs */
  { "cat: x.csv: No such file or directory", NULL },
  { "curl: (22) The requested URL returned error: 404 Not Found", NULL },
  { "page not found", NULL },
  { "error: key not found: name", NULL },
  { "sh: 1: this is: not found", NULL },
  { ": : not found", NULL },
  { "", NULL },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    {
      g_autofree char *program = sy_shell_fault_find_program (lines[i].line);

      g_test_message ("%s", lines[i].line);
      g_assert_cmpstr (program, ==, lines[i].program);
    }
}

static void
test_words (void)
{
  static const struct { int code; const char *line, *words, *advice; } cases[] = {
    { 127, "sh: 1: jqq: not found", "program not found: jqq (exit)", "install it, check how it is spelt, or put its folder into PATH" },
    { 127, "sh: 1: ./x: not found", "program not found: ./x (exit)", "check the path as it is seen from the task's working folder" },
    { 127, "done", "program not found (exit)", "install it, check how it is spelt, or put its folder into PATH" },
    { 127, NULL, "program not found (exit)", "install it, check how it is spelt, or put its folder into PATH" },
    { 126, "sh: 1: ./x: Permission denied", "program cannot be executed: ./x (exit)", "make it executable: chmod +x ./x" },
    { 126, NULL, "program cannot be executed (exit)", "check that it may be executed, and that it is made for this machine" },
    { 3, "sh: 1: jqq: not found", NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SyTaskState task = { .state = SY_STATE_FAILED, .name = SY_NAME_EXIT, .exit_status = cases[i].code << 8 };
      g_autofree char *words = sy_shell_fault_describe (&task, "exit", cases[i].line), *advice = sy_shell_fault_advise (&task, cases[i].line);

      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_cmpstr (advice, ==, cases[i].advice);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell-fault/lines", test_lines);
  g_test_add_func ("/shell-fault/words", test_words);
  return g_test_run ();
}
