/* sy-expr.h: the expression language of workflow files (format.md, "Expressions")
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef enum { SY_VALUE_NULL, SY_VALUE_BOOL, SY_VALUE_INT, SY_VALUE_FLOAT, SY_VALUE_STRING, SY_VALUE_JSON } SyValueType;

/* A value; strings (and compact json text for JSON: lists and objects) are owned. */
typedef struct
{
  SyValueType type;
  gboolean boolean;
  gint64 integer;
  double number;
  char *string;
} SyValue;

void sy_value_clear (SyValue *value);
void sy_value_copy (SyValue *to, const SyValue *from);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyValue, sy_value_clear)
/* Renders as format.md says (strings as is, shortest numbers, compact json); NULL and error for null. (transfer full) */
char *sy_value_render (const SyValue *value, GError **error);

/* What names mean while evaluating. Any function may be NULL (then such names are errors). All must be pure. */
typedef struct
{
  /* params.X; FALSE = no such parameter */
  gboolean (*param) (gpointer data, const char *name, SyValue *out);
  /* env.X: NULL = unset -> null */
  const char *(*env) (gpointer data, const char *name);
  /* tasks.ID.FIELD with FIELD outputs (then KEY), state, failed, succeeded, artifacts; null where not yet known */
  gboolean (*task) (gpointer data, const char *id, const char *field, const char *key, SyValue *out, GError **error);
  /* run.FIELD: id dir started; artifacts (no expression can name it): where tasks.ID.artifacts lie */
  gboolean (*run) (gpointer data, const char *field, SyValue *out);
  gpointer data;
} SyExprContext;

typedef struct _SyExpr SyExpr;

/**
 * sy_expr_parse:
 * @offset: (out) (optional): byte offset in @text of the first error
 *
 * Parses a bare expression (without `${{ }}`). Nesting is limited to 64. Pure.
 */
SyExpr *sy_expr_parse (const char *text, gssize length, gsize *offset, GError **error);
void sy_expr_free (SyExpr *expr);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyExpr, sy_expr_free)

/**
 * SyExprNameFunc:
 * @scope: params, env, run or tasks
 * @name: the name in that scope (a task's id)
 * @offset: byte offset of @name in the expression
 */
typedef void (*SyExprNameFunc) (const char *scope, const char *name, gsize offset, gpointer data);
/* Every name an expression uses, in no promised order: for ancestors, renaming, did-you-mean. */
void sy_expr_foreach_name (const SyExpr *expr, SyExprNameFunc each, gpointer data);

/* Types for checking before a run: returns FALSE with error + offset on a wrong operand type, unknown function, wrong name. */
typedef struct
{
  /* type of params.X, -1 = unknown name */
  int (*param_type) (gpointer data, const char *name);
  /* tasks.ID…: TRUE if the task exists, is an allowed ancestor and (field outputs) declares KEY; *type gets SyParamType */
  gboolean (*task_field) (gpointer data, const char *id, const char *field, const char *key, int *type, GError **error);
  gpointer data;
} SyExprTypes;
/* *result: the one type the value can have besides null; SY_VALUE_JSON also where only a run can tell (a member of json). */
gboolean sy_expr_check (const SyExpr *expr, const SyExprTypes *types, SyValueType *result, gsize *offset, GError **error);

gboolean sy_expr_eval (const SyExpr *expr, const SyExprContext *context, SyValue *out, GError **error);
/* For `if`: a bare expression or one whole `${{ }}`; the result must be bool. */
gboolean sy_expr_eval_condition (const char *text, const SyExprContext *context, gboolean *out, GError **error);

/* Calls @each for every `${{ … }}` of @text with offset and length of the inside; `$${{` is skipped. FALSE: unterminated (error). */
typedef gboolean (*SyTemplateFunc) (const char *text, gsize offset, gsize length, gpointer data, GError **error);
gboolean sy_template_foreach (const char *text, SyTemplateFunc each, gpointer data, GError **error);
/* Renders; `$${{` gives `${{`. (transfer full) */
char *sy_template_render (const char *text, const SyExprContext *context, GError **error);
/* The same for one argv item: a list or an object is an error. */
char *sy_template_render_scalar (const char *text, const SyExprContext *context, GError **error);
/* One whole `${{ }}` keeps its type. */
gboolean sy_template_eval (const char *text, const SyExprContext *context, SyValue *out, GError **error);

/* Scalars of the format, used by validator, parameters and outputs. FALSE leaves a message that names the form wanted. */
gboolean sy_parse_duration (const char *text, gint64 *us, GError **error);   /* 500ms 5s 10m 2h 1d 1h30m; a bare number = seconds */
gboolean sy_parse_size (const char *text, guint64 *bytes, GError **error);   /* 64K 4M 1.5G (powers of 1024), KiB/MiB accepted, bare = bytes */
/*
 * Checks @text against a type and gives its canonical form: date and datetime with today-1d, now-2h resolved by
 * @now_wall_us in the local zone (string); duration in seconds and size in bytes (so that they compare with literals and
 * render to what commands take); list as compact json (a JSON array, or a,b,c); json by its own type.
 * min and max are inclusive; pattern must match the whole value.
 */
gboolean sy_param_convert (const SyParam *param, const char *text, gint64 now_wall_us, SyValue *out, GError **error);
/* An output value KEY=text against its declared type. */
gboolean sy_output_convert (SyParamType type, const char *text, SyValue *out, GError **error);

G_END_DECLS
