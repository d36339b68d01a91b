/* sy-direct-exec.h: shell texts that need no shell
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Starting a shell that does nothing but execute one program doubles the cost
 * of a short task, so such a text is executed directly, where nothing can tell
 * the difference: the shell is `/bin/sh [-e] -c` and that is dash; every word
 * is of [A-Za-z0-9_./:=,@%+-]; the first has no `=`, is no builtin or keyword
 * (but `true` and `false` without arguments) and resolves, as dash would
 * resolve it now, to an executable ELF file of this machine or a `#!` file.
 *
 * What a file is, is cached per path and checked by its stat data at each use.
 * Not thread-safe: the order builder that owns it locks.
 */
typedef struct _SyDirectExec SyDirectExec;

SyDirectExec *sy_direct_exec_new (void);
void sy_direct_exec_free (SyDirectExec *direct);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDirectExec, sy_direct_exec_free)

/* Is it exactly `/bin/sh -c` or `/bin/sh -e -c` (@n words), and /bin/sh dash? */
gboolean sy_direct_exec_shell_fits (SyDirectExec *direct, const char *const *shell, guint n);

/**
 * sy_direct_exec_parse:
 * @text: the shell text
 * @path: (nullable): PATH of the task
 * @dir: absolute working folder of the task
 *
 * Returns: (transfer full) (nullable): the words to execute, the first looked up in @path by whoever does; NULL: needs a shell
 */
char **sy_direct_exec_parse (SyDirectExec *direct, const char *text, const char *path, const char *dir);

/* The words of @text if it is one plain command, else NULL (transfer full). Pure. */
char **sy_direct_exec_words (const char *text);

/**
 * sy_direct_exec_pwd:
 * @inherited: (nullable): PWD of the environment
 *
 * The PWD that dash would export when started in @dir: the inherited one if it
 * names the same folder, else the physical path. (transfer full) (nullable)
 */
char *sy_direct_exec_pwd (const char *inherited, const char *dir);

G_END_DECLS
