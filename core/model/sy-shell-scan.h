/* sy-shell-scan.h: which commands a shell text calls and which files it writes, as far as that can be read off it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *words;     /* of char *: the program first, without quotes; what the shell would replace stays as it is: $x, *.txt */
  GPtrArray *writes;    /* of char *: behind > */
  GPtrArray *appends;   /* of char *: behind >> */
} SyShellCommand;

typedef void (*SyShellFunc) (const SyShellCommand *command, gpointer data);

/* Calls @each for every simple command of @text, those inside $( ) and loops too; in front of the program assignments and words
 * such as `if`, `do`, `sudo`, `env`, `time`, `exec` are left out. No shell: what is not understood is passed over. */
void sy_shell_scan (const char *text, SyShellFunc each, gpointer data);

G_END_DECLS
