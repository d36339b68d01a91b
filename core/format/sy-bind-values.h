/* sy-bind-values.h: what params and env are worth before a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-loader.h"
#include "core/model/sy-expr.h"

G_BEGIN_DECLS

typedef struct _SyBindValues SyBindValues;

/* @params: (nullable): name -> value as text (is copied); else the default. @env: (nullable): as sy_loader_load_bound() has it */
SyBindValues *sy_bind_values_new (const SyWorkflow *workflow, GHashTable *params, SyBindEnv env, gpointer data);
void sy_bind_values_free (SyBindValues *values);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyBindValues, sy_bind_values_free)

/* No parameter yet: for sy_bind_values_add(), in the order of the file */
SyBindValues *sy_bind_values_new_empty (SyBindEnv env, gpointer data);
/* @given: (nullable): NULL: its default, which must not be NULL; expressions in it see the parameters added so far. */
const SyValue *sy_bind_values_add (SyBindValues *values, const SyParam *param, const char *given, gint64 now_wall_us,
                                   GError **error);

/* (transfer none): params and env; run is not known yet */
const SyExprContext *sy_bind_values_get_context (const SyBindValues *values);

G_END_DECLS
