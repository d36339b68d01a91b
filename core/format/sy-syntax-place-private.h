/* sy-syntax-place-private.h: the value that a mistake stands in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"

G_BEGIN_DECLS

/* Found in the text of one line: where YAML fails there is no tree */
typedef struct
{
  const char *key;
  gsize key_length;
  gsize start, end; /* of the value, without blanks around it; end of line, or in { } the next comma or bracket */
  gsize indent;     /* of the line */
  gboolean flow;
} SyPlace;

/* The value on the line of @at that begins before it; FALSE: none */
gboolean sy_place_find (const SySource *source, gsize at, SyPlace *place);
gboolean sy_place_is_expression (const SyPlace *place);
gboolean sy_place_is_shell (const SyPlace *place);
/* Hint and fix; @at: where YAML failed */
void sy_place_suggest (SyProblem *problem, const char *data, const SyPlace *place, gsize at);
/* The first @what between two offsets. (nullable) */
const char *sy_place_search (const char *data, gsize start, gsize end, const char *what);

G_END_DECLS
