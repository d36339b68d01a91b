/* sy-import-make.h: what the readers of make's two outputs share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-import-draft.h"

G_BEGIN_DECLS

/* The lines of a recipe, with or without their @, - and +, as one shell text. (transfer full) (nullable): there is none */
char *sy_make_recipe_text (const char *recipe);

/* `make -p`: the data base. FALSE after an error */
gboolean sy_import_make_data (SyDraft *draft);

/* --- sy-make-expand.c --- */

/* What a name is worth; (nullable): no such variable */
typedef const char *(*SyMakeLookup) (const char *name, gpointer data);

/**
 * sy_make_expand:
 * @unknown: (out) (optional) (transfer full): a function that cannot be worked out here: `shell`, `wildcard`, `call` …
 *
 * Variables, $(A:x=y), and the functions that only change text. What is not defined is empty, as in make.
 *
 * Returns: (transfer full) (nullable): %NULL: it has what cannot be worked out, or never ends
 */
char *sy_make_expand (const char *text, SyMakeLookup lookup, gpointer data, char **unknown);

G_END_DECLS
