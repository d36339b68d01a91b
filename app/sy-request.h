/* sy-request.h: requests to a runner and its replies, as JSON texts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* {"command":@command, @key:@value}; without the pair where @value is NULL. (transfer full) */
char *sy_request_new (const char *command, const char *key, const char *value);
char *sy_request_mark (const char *task, const char *as, const char *note);
/* The same with "task" and "kill" */
char *sy_request_with_kill (const char *command, const char *task, gboolean kill);
/* {"command":"rerun", …}; @tasks: (nullable): ids, NULL-terminated */
char *sy_request_rerun (const char *scope, const char *const *tasks, const char *running);

/**
 * sy_reply_check:
 * @reply: what sy_control_call() gave
 *
 * FALSE with the refusal as an error: %SY_ERROR_REFUSED, or the code that the reply names.
 */
gboolean sy_reply_check (const char *reply, GError **error);

G_END_DECLS
