/* sy-order-env-private.h: the environment of orders
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <nettle/sha2.h>

#include "core/engine/sy-order-builder.h"

G_BEGIN_DECLS

/* The starter's variables without desktop tokens and our own names, and what is the same for all tasks. (transfer full) */
GStrv sy_order_env_base (const char *const *environment, const char *run_path, const char *run_id);
/* Names in @environment that dash does not pass on. (transfer full) */
GStrv sy_order_env_not_for_dash (char *const *environment);

/* The part of _IDEMPOTENCY_KEY that all attempts of a run share: run and params. */
typedef struct
{
  struct sha256_ctx prefix;
} SyOrderKey;
void sy_order_key_init (SyOrderKey *key, const SyOrderBuilderOptions *options);

/* An environment being put together. */
typedef struct
{
  GPtrArray *strings;
} SyOrderEnv;

void sy_order_env_init (SyOrderEnv *env, GStrv strings); /* takes @strings */
void sy_order_env_add (SyOrderEnv *env, const char *name, const char *value);
void sy_order_env_add_number (SyOrderEnv *env, const char *name, guint64 value);
void sy_order_env_add_strings (SyOrderEnv *env, char *const *strings);
/* SWITCHYARD_OUTPUT, _PROGRESS and _ARTIFACTS of the attempt */
void sy_order_env_add_files (SyOrderEnv *env, const char *run_path, const SyOrder *order);
/* SWITCHYARD_IDEMPOTENCY_KEY: hash of run, params, task, item, round and command */
void sy_order_env_add_key (SyOrderEnv *env, const SyOrderKey *key, const SyOrderRequest *request, const SyOrder *order);
GStrv sy_order_env_finish (SyOrderEnv *env);

G_END_DECLS
