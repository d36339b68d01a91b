/* sy-request.h: requests to a runner and its replies, as JSON texts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_request_new:
 * @command: the request's word (sy-control.h)
 * @...: pairs of key and text, ended by a NULL key; a pair whose text is NULL is left out
 *
 * Returns: (transfer full): the request
 */
char *sy_request_new (const char *command, ...) G_GNUC_NULL_TERMINATED;
/* The same with "kill":true where @kill */
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
