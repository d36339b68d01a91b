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

/* (transfer none): params and env; run is not known yet */
const SyExprContext *sy_bind_values_get_context (const SyBindValues *values);

G_END_DECLS
