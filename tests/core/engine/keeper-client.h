/* keeper-client.h: drives a real keeper over its socket, for tests and benchmarks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-link.h"

/* A private run folder and one keeper in it. Every wait fails the test after 60 s (soak: 10 min). */
typedef struct
{
  char *dir;
  int run_fd;
  guint32 number;
  pid_t pid;
  char *cgroup_base, *cgroup; /* (nullable) */
  SyKeeperLink *link;         /* (nullable) */
  guint64 last_nonce;
  guint64 acked;              /* sent with every frame; raised by keeper_client_wait() where auto_ack */
  gboolean auto_ack;
  GQueue inbox;               /* frames read, not yet taken */
} KeeperClient;

KeeperClient *keeper_client_new (gboolean with_cgroup);
/* A keeper in a folder that has k, out and v; number 1 owns it */
KeeperClient *keeper_client_new_in (const char *dir, guint32 number);
/* Closes the connection, waits until the keeper has left, removes the folder (number 1). */
void keeper_client_free (KeeperClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KeeperClient, keeper_client_free)

/* Only the connection ends. */
void keeper_client_hang_up (KeeperClient *client);
/* Connects to k/<n>.s as a later runner does, and says HELLO. */
void keeper_client_adopt (KeeperClient *client);
/* Waits for the keeper process to end; its wait status. */
int keeper_client_reap (KeeperClient *client);

/* Path of the test child, or of the keeper */
const char *keeper_client_child (void);
const char *keeper_client_program (void);

/* An order with a new nonce and attempt; the words follow, NULL at the end. "@" stands for the test child. */
SyOrder *keeper_client_order (KeeperClient *client, ...) G_GNUC_NULL_TERMINATED;
guint64 keeper_client_send (KeeperClient *client, SyOrder *order);     /* keeps @order alive; gives its nonce */
guint64 keeper_client_run (KeeperClient *client, ...) G_GNUC_NULL_TERMINATED; /* order and send */
/* Sends it, waits for its good end; what it wrote. (transfer full) */
char *keeper_client_run_output (KeeperClient *client, SyOrder *order);
void keeper_client_fence (KeeperClient *client, guint64 nonce);
void keeper_client_stop (KeeperClient *client, guint64 nonce, gboolean kill);
void keeper_client_plain (KeeperClient *client, SyKeeperKind kind);

/* Takes the next frame of that kind and nonce (0: any) out of the inbox, waiting for it. (transfer full) g_free() */
gpointer keeper_client_wait (KeeperClient *client, SyKeeperKind kind, guint64 nonce);
/* Waits for either of two kinds; TRUE: the first is there. Both stay in the inbox. */
gboolean keeper_client_wait_first (KeeperClient *client, SyKeeperKind kind, SyKeeperKind other, guint64 nonce);
/* The same for EXITED, by value */
SyJournalExit keeper_client_wait_exit (KeeperClient *client, guint64 nonce);
/* Says HELLO and waits for the answer. (transfer full) g_free() */
SyKeeperStatus *keeper_client_status (KeeperClient *client);
/* Waits for EOF: the keeper has hung up. */
void keeper_client_wait_eof (KeeperClient *client);
gboolean keeper_client_has (KeeperClient *client, SyKeeperKind kind, guint64 nonce);

/* Segments of a stream that exist, joined in order. (transfer full) */
char *keeper_client_output (KeeperClient *client, guint32 attempt, int stream, gsize *length);
/* How many files the folder out/ has */
guint keeper_client_count_output (KeeperClient *client);
/* Waits until the output of an attempt holds a text. */
void keeper_client_wait_output (KeeperClient *client, guint32 attempt, const char *text);

/* Removes a folder with all that is in it. */
void keeper_client_remove_tree (const char *path);

/* Pids that a ledger names and that live still; zombies count as dead. */
guint keeper_client_living (const char *ledger);
