/* sy-lint-private.h: mistakes that are no errors of form
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-check-private.h"

G_BEGIN_DECLS

/* `run: echo a # b`: YAML drops what is behind the # */
void sy_lint_run (SyCheck *check, const SyNode *run);
/* ${{ }} in a shell text: each one, with the variable to write instead */
void sy_lint_expression_in_run (SyCheck *check, const SyNode *run);
/* A list of words: patterns, ~ and $x that no shell will expand; expressions inside code for an interpreter */
void sy_lint_command (SyCheck *check, const SyNode *command);
/* `command: ./a b` and `shell: bash -c`: as a list. FALSE: not about those */
gboolean sy_lint_suggest_command (SyCheck *check, SyProblem *problem, const SyNode *node, const char *key);
/* One variable: refused names, $X and ~ that nobody expands, its size. @params: has params of the file (nullable) */
void sy_lint_env (SyCheck *check, const SyNode *name, const SyNode *value, const SyNode *params);
/* A path, the value of @key: $X and ~ that nobody expands */
void sy_lint_path (SyCheck *check, const char *key, const SyNode *value, const SyNode *params);

G_END_DECLS
