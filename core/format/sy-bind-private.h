/* sy-bind-private.h: expressions in fields that have a type of their own
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-check-private.h"
#include "core/format/sy-loader.h"
#include "core/model/sy-expr.h"

G_BEGIN_DECLS

/*
 * `timeout: "${{ params.limit }}"`. While a file is loaded, the text of such a
 * node is replaced by what the expression is worth (known), else by a value
 * that stands for it, so that checks and readers see a value of the type. The
 * nodes get their own texts back before expressions are checked.
 */
typedef struct
{
  SyNode *node;
  const char *text;     /* as written */
  guint32 n;
  guint8 flags;
  gboolean known;       /* the node's text is what the run has */
  gboolean at_join;     /* names tasks or run: evaluated when the join fires */
  const SyField *field;
  const char *key;
  const char *task;     /* (nullable) id */
} SyBound;

typedef struct _SyBinding
{
  SyBindMode mode;
  const SyExprContext *context; /* (nullable) */
  GArray *bounds;       /* SyBound */
  GStringChunk *texts;
} SyBinding;

void sy_binding_init (SyBinding *binding);
void sy_binding_clear (SyBinding *binding);
/* Gives the nodes their own texts back. */
void sy_binding_restore (SyBinding *binding);

/* Whether @text holds an expression, and not just `$${{` */
gboolean sy_bind_has_expression (const char *text);
/* A scalar with an expression; FALSE: reported */
gboolean sy_bind (SyCheck *check, const SyNode *node, const SyField *field, const char *key);
/* A value that stands for one that only a run knows */
gboolean sy_bind_is_open (const SyCheck *check, const SyNode *node);
/* May a whole ${{ }} of that type stand in the field? JSON: only a run can tell. */
gboolean sy_bind_type_fits (const SyField *field, SyValueType type);

G_END_DECLS
