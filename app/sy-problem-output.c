/* sy-problem-output.c: how the commands say what is wrong with a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-problem-output.h"

#include <stdio.h>

void
sy_problems_say (const SyProblems *problems)
{
  g_autoptr (GString) text = g_string_new (NULL);

  sy_problems_render (problems, text);
  fflush (stdout);
  fwrite (text->str, 1, text->len, stderr);
}
