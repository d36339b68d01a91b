/* sy-control-server.h: the answering side of the `ctl` socket
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Owned by the runner thread and used on it alone. Has no thread: the owner
 * polls sy_control_server_get_fd() for input and then calls
 * sy_control_server_dispatch(). A peer of another uid (but root) is turned away.
 */
typedef struct _SyControlServer SyControlServer;

/* One whole request; the answer may come later, by its @connection. */
typedef void (*SyControlFunc) (SyControlServer *server, guint64 connection, const char *json, gpointer data);

/* Binds `ctl` in the folder @run_fd (borrowed); what a dead runner left of it is removed first. */
SyControlServer *sy_control_server_new (int run_fd, SyControlFunc func, gpointer data, GError **error);
/* Sends what can be sent at once, closes and removes the socket. */
void sy_control_server_free (SyControlServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyControlServer, sy_control_server_free)

int sy_control_server_get_fd (SyControlServer *server);
/* Never blocks. */
void sy_control_server_dispatch (SyControlServer *server);
/* A connection that is gone is ignored. */
void sy_control_server_reply (SyControlServer *server, guint64 connection, const char *json);

G_END_DECLS
