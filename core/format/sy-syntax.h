/* sy-syntax.h: YAML mistakes in words that help (the texts of libyaml are replaced)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"

G_BEGIN_DECLS

/* An error of libyaml, with byte offsets in the file */
typedef struct
{
  const char *problem;
  const char *context; /* (nullable) */
  gsize at, context_at;
} SySyntaxError;

/* Size, encoding, control characters, directives: all that is refused before libyaml sees a byte. FALSE: stop. */
gboolean sy_syntax_check_bytes (SySource *source, SyProblems *problems);

/* A key whose value is a shell text */
gboolean sy_syntax_is_shell_key (const char *key);

void sy_syntax_report (const SySyntaxError *error, SySource *source, SyProblems *problems);

/**
 * sy_syntax_suggest:
 * @key: (nullable): the key of the value
 * @start: where the value begins; @end: where its YAML ends (the rest of the line may belong to it)
 * @flow: it stands inside [ ] or { }
 *
 * Sets the hint and the fix for a value that YAML does not read as plain text:
 * an expression is quoted, a shell text becomes `run: |`, anything else is quoted.
 */
void sy_syntax_suggest (SyProblem *problem, const SySource *source, const char *key, gsize start, gsize end,
                        gboolean flow);

G_END_DECLS
