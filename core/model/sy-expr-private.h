/* sy-expr-private.h: the tree of a parsed expression
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/model/sy-expr.h"
#include "core/model/sy-json.h"

G_BEGIN_DECLS

#define SY_EXPR_MAX_DEPTH 64
#define SY_RANGE_MAX 200000

typedef enum
{
  NODE_LITERAL,
  NODE_PARAM,    /* name */
  NODE_ENV,      /* name */
  NODE_RUN,      /* name: id dir started */
  NODE_TASK,     /* name: task id; field; key for outputs */
  NODE_NOT,      /* one child */
  NODE_AND,      /* two or more children: a chain is one node, so that depth is bounded by nesting alone */
  NODE_OR,
  NODE_COALESCE,
  NODE_COMPARE,  /* op, two children */
  NODE_ACCESS,   /* child 0 is the base, the others keys: `.name` is a string literal */
  NODE_CALL,     /* function, children are arguments */
} SyExprKind;

typedef enum { OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE } SyCompareOp;

typedef enum
{
  FUNC_LEN, FUNC_INT, FUNC_FLOAT, FUNC_STRING, FUNC_JSON, FUNC_RANGE, FUNC_CONTAINS, FUNC_STARTS_WITH, FUNC_BASENAME,
  FUNC_STEM, N_FUNCS
} SyFunc;

typedef struct
{
  const char *name;
  guint min_args, max_args;
} SyFuncSpec;
extern const SyFuncSpec sy_funcs[N_FUNCS];

typedef struct _SyExprNode SyExprNode;
struct _SyExprNode
{
  SyExprKind kind;
  SyCompareOp op;
  SyFunc func;
  gsize start, end;     /* bytes of the text it stands for */
  gsize name_at;        /* of the parameter, variable or task name */
  SyValue value;        /* LITERAL */
  char *name, *field, *key;
  GPtrArray *children;  /* (nullable), not owning */
};

/* Owns its nodes; immutable once parsed, so it may be evaluated on several threads. */
struct _SyExpr
{
  char *text;
  SyExprNode *root;
  GPtrArray *nodes;
};

static inline SyExprNode *
sy_expr_child (const SyExprNode *node, guint i)
{
  return g_ptr_array_index (node->children, i);
}

/* "string", "int", … with an article */
const char *sy_value_type_phrase (SyValueType type);
/* The text a node stands for, cut to a readable length. (transfer full) */
char *sy_expr_quote (const SyExpr *expr, const SyExprNode *node);

/* A node as a value: scalars get their own type, lists and objects compact text. */
void sy_value_from_json (SyValue *out, const SyJsonNode *node);

/* Scalars */
gboolean sy_parse_int (const char *text, gint64 *out, GError **error);
gboolean sy_parse_float (const char *text, double *out, GError **error);
/* Seconds of a duration: an int where whole. */
void sy_value_from_duration (SyValue *out, gint64 us);

G_END_DECLS
