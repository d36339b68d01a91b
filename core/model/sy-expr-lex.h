/* sy-expr-lex.h: tokens of an expression
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr-private.h"

G_BEGIN_DECLS

typedef enum
{
  TOKEN_END,
  TOKEN_NAME,
  TOKEN_VALUE, /* a literal */
  TOKEN_OR,
  TOKEN_AND,
  TOKEN_NOT,
  TOKEN_COALESCE,
  TOKEN_COMPARE,
  TOKEN_SIGN, /* ( ) [ ] . , */
} SyTokenKind;

typedef struct
{
  SyTokenKind kind;
  SyCompareOp op;
  char sign;
  gsize start, end;
  SyValue value;
} SyToken;

/* State of one parse: the present token, and the first error */
typedef struct
{
  SyExpr *expr;
  const char *text;
  gsize length, at;
  SyToken token;
  guint depth;
  gsize offset; /* of the error */
  GError *error;
} SyExprParser;

/* Keeps the first error and its offset. Always NULL */
gpointer sy_expr_fail (SyExprParser *p, gsize offset, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Whether a name (also a reserved word) may begin with @c */
gboolean sy_expr_is_name_start (char c);
/* Reads the next token; FALSE after an error */
gboolean sy_expr_next (SyExprParser *p);

G_END_DECLS
