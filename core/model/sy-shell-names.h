/* sy-shell-names.h: where a shell text means one variable
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_shell_find_names:
 * @name: of a variable
 * @shadowed: (out) (optional): the text gives it a value of its own before it reads it
 *
 * Where @text reads or sets it as its shell would: `$x`, `${x:-1}`, `$((x + 1))`, `x=1`, `for x in`, `export x`; not in single quotes,
 * where the shell leaves it alone, but for `sh -c '…'` and scripts in a here-document, which another shell reads; and not
 * `x=1 program`, which is a word to the program. Of a text that is @shadowed (`for x in`, `read x`, `local x` come first) there is
 * nothing: what it means is not what it was started with. No shell: what is not understood is passed over.
 *
 * Returns: (transfer full): offsets (guint, ascending) of the name
 */
GArray *sy_shell_find_names (const char *text, const char *name, gboolean *shadowed);

/* Whether a program of that name, or path, is a shell that reads such texts: bash, /bin/sh */
gboolean sy_shell_is_shell (const char *program);

G_END_DECLS
