/* keeper-client.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/engine/keeper-client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-process.h"
#include "core/model/sy-output-format.h"
#include "tests/lib/patience.h"
#include "tests/lib/soak.h"

#define PATIENCE_US (soak_or (60, 600) * G_USEC_PER_SEC)
#define TASK 12

const char *
keeper_client_child (void)
{
  static char *path;

  if (path == NULL)
    path = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests/lib/test-child", NULL);
  return path;
}

const char *
keeper_client_program (void)
{
  static char *path;

  if (path == NULL)
    path = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "core/engine/keeper/switchyard-keeper", NULL);
  return path;
}

static void
set_up (KeeperClient *client)
{
  const char *environment[] = { "PATH=/usr/bin:/bin", "BASE=base", "GONE=gone", NULL };
  SyKeeperLinkSetup setup = { .umask = 022, .cgroup = client->cgroup, .environment = environment };

  sy_keeper_link_setup (client->link, &setup);
  g_assert_true (sy_keeper_link_flush (client->link));
  g_free (keeper_client_wait (client, SY_KEEPER_STATUS, 0));
}

static KeeperClient *
start (char *dir, guint32 number, gboolean with_cgroup)
{
  KeeperClient *client = g_new0 (KeeperClient, 1);
  g_autoptr (GError) error = NULL;
  int fds[2];

  client->dir = dir;
  client->number = number;
  client->auto_ack = TRUE;
  client->run_fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  if (with_cgroup)
    {
      g_autofree char *id = g_strdup_printf ("%08x-test", (guint) getpid ());

      client->cgroup_base = sy_cgroup_base (id);
      client->cgroup = client->cgroup_base ? sy_cgroup_leaf (client->cgroup_base, number) : NULL;
    }
  client->pid = sy_process_spawn_keeper (keeper_client_program (), number, "test", client->run_fd, fds[1], -1, &error);
  g_assert_no_error (error);
  close (fds[1]);
  client->link = sy_keeper_link_new (fds[0]);
  g_queue_init (&client->inbox);
  set_up (client);
  return client;
}

KeeperClient *
keeper_client_new (gboolean with_cgroup)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("sy-keeper-XXXXXX", &error);
  static const char *const folders[] = { "k", "out", "v" };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (dir, folders[i], NULL);

      g_assert_cmpint (mkdir (path, 0700), ==, 0);
    }
  return start (dir, 1, with_cgroup);
}

KeeperClient *
keeper_client_new_in (const char *dir, guint32 number)
{
  return start (g_strdup (dir), number, FALSE);
}

void
keeper_client_hang_up (KeeperClient *client)
{
  g_clear_pointer (&client->link, sy_keeper_link_free);
  g_queue_clear_full (&client->inbox, g_free);
}

int
keeper_client_reap (KeeperClient *client)
{
  int status = 0;
  struct pollfd fd = { .fd = -1, .events = POLLIN };

  if (client->pid <= 0)
    return 0;
  fd.fd = (int) syscall (SYS_pidfd_open, client->pid, 0);
  g_assert_cmpint (fd.fd, >=, 0);
  g_assert_cmpint (poll (&fd, 1, PATIENCE_US / 1000), ==, 1);
  close (fd.fd);
  g_assert_cmpint (waitpid (client->pid, &status, 0), ==, client->pid);
  client->pid = 0;
  return status;
}

void
keeper_client_remove_tree (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      keeper_client_remove_tree (inner);
    }
  g_clear_pointer (&dir, g_dir_close);
  remove (path);
}

void
keeper_client_free (KeeperClient *client)
{
  keeper_client_hang_up (client);
  keeper_client_reap (client);
  if (client->cgroup_base != NULL)
    sy_cgroup_remove_all (client->cgroup_base);
  if (client->number == 1)
    keeper_client_remove_tree (client->dir);
  close (client->run_fd);
  g_free (client->cgroup);
  g_free (client->cgroup_base);
  g_free (client->dir);
  g_free (client);
}

void
keeper_client_adopt (KeeperClient *client)
{
  g_autoptr (GError) error = NULL;

  keeper_client_hang_up (client);
  client->link = sy_keeper_link_connect (client->run_fd, client->number, &error);
  g_assert_no_error (error);
  sy_keeper_link_hello (client->link, client->acked);
  g_assert_true (sy_keeper_link_flush (client->link));
}

/* --- sending --- */

static void
flush (KeeperClient *client)
{
  struct pollfd fd = { .fd = sy_keeper_link_get_fd (client->link), .events = POLLOUT };

  while (sy_keeper_link_flush (client->link) && sy_keeper_link_wants_out (client->link))
    g_assert_cmpint (poll (&fd, 1, PATIENCE_US / 1000), ==, 1);
}

SyOrder *
keeper_client_order (KeeperClient *client, ...)
{
  SyOrder *order = g_new0 (SyOrder, 1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *word;
  va_list list;

  va_start (list, client);
  while ((word = va_arg (list, const char *)) != NULL)
    g_strv_builder_add (words, g_str_equal (word, "@") ? keeper_client_child () : word);
  va_end (list);
  order->argv = g_strv_builder_end (words);
  order->values = TRUE;
  order->nonce = ++client->last_nonce;
  order->task = TASK;
  order->attempt = (guint32) order->nonce;
  order->dir = g_strdup (client->dir);
  order->stop_signal = SIGTERM;
  order->grace_us = 5 * G_USEC_PER_SEC;
  return order;
}

guint64
keeper_client_send (KeeperClient *client, SyOrder *order)
{
  guint64 nonce = order->nonce;

  g_assert_true (sy_keeper_link_order (client->link, client->acked, order, NULL));
  flush (client);
  sy_order_free (order);
  return nonce;
}

guint64
keeper_client_run (KeeperClient *client, ...)
{
  SyOrder *order = keeper_client_order (client, "@", NULL);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  const char *word;
  va_list list;

  va_start (list, client);
  while ((word = va_arg (list, const char *)) != NULL)
    g_strv_builder_add (words, g_str_equal (word, "@") ? keeper_client_child () : word);
  va_end (list);
  g_strfreev (order->argv);
  order->argv = g_strv_builder_end (words);
  return keeper_client_send (client, order);
}

void
keeper_client_fence (KeeperClient *client, guint64 nonce)
{
  sy_keeper_link_fence (client->link, client->acked, nonce);
  flush (client);
}

void
keeper_client_stop (KeeperClient *client, guint64 nonce, gboolean kill)
{
  sy_keeper_link_stop (client->link, client->acked, nonce, kill);
  flush (client);
}

void
keeper_client_plain (KeeperClient *client, SyKeeperKind kind)
{
  sy_keeper_link_plain (client->link, client->acked, kind);
  flush (client);
}

/* --- receiving --- */

static guint64
nonce_of (const SyKeeperFrame *frame)
{
  return frame->kind == SY_KEEPER_STATUS ? 0 : ((const SyKeeperNonce *) frame)->nonce;
}

/* Reads what is there; FALSE at the end of the stream. */
static gboolean
fill (KeeperClient *client, int timeout_ms)
{
  struct pollfd fd = { .fd = sy_keeper_link_get_fd (client->link), .events = POLLIN };
  const SyKeeperFrame *frame;
  gboolean open = TRUE;

  if (poll (&fd, 1, timeout_ms) > 0)
    open = sy_keeper_link_fill (client->link);
  while ((frame = sy_keeper_link_next (client->link)) != NULL)
    {
      if (client->auto_ack && (frame->kind == SY_KEEPER_EXITED || frame->kind == SY_KEEPER_VOIDED))
        client->acked = ((const SyKeeperExited *) frame)->record;
      g_queue_push_tail (&client->inbox, g_memdup2 (frame, frame->length));
    }
  g_assert_false (sy_keeper_link_is_nonsense (client->link));
  return open;
}

static GList *
find (KeeperClient *client, SyKeeperKind kind, guint64 nonce)
{
  for (GList *l = client->inbox.head; l != NULL; l = l->next)
    {
      const SyKeeperFrame *frame = l->data;

      if (frame->kind == kind && (nonce == 0 || nonce_of (frame) == nonce))
        return l;
    }
  return NULL;
}

gboolean
keeper_client_has (KeeperClient *client, SyKeeperKind kind, guint64 nonce)
{
  fill (client, 0);
  return find (client, kind, nonce) != NULL;
}

gpointer
keeper_client_wait (KeeperClient *client, SyKeeperKind kind, guint64 nonce)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;
  gboolean open = TRUE;
  GList *at;

  while ((at = find (client, kind, nonce)) == NULL)
    {
      if (!open || g_get_monotonic_time () > until)
        g_error ("No frame %d for nonce %" G_GUINT64_FORMAT ": %s", kind, nonce, open ? "time is over" : "the keeper is gone");
      open = fill (client, 100);
    }
  return g_queue_pop_nth (&client->inbox, (guint) g_queue_link_index (&client->inbox, at));
}

gboolean
keeper_client_wait_first (KeeperClient *client, SyKeeperKind kind, SyKeeperKind other, guint64 nonce)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;

  while (find (client, kind, nonce) == NULL && find (client, other, nonce) == NULL)
    {
      g_assert_true (fill (client, 100));
      g_assert_cmpint (g_get_monotonic_time (), <, until);
    }
  return find (client, kind, nonce) != NULL;
}

SyJournalExit
keeper_client_wait_exit (KeeperClient *client, guint64 nonce)
{
  g_autofree SyKeeperExited *frame = keeper_client_wait (client, SY_KEEPER_EXITED, nonce);

  return frame->exit;
}

void
keeper_client_wait_eof (KeeperClient *client)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_US;

  while (fill (client, 100))
    g_assert_cmpint (g_get_monotonic_time (), <, until);
}

/* --- what lies on the disk --- */

char *
keeper_client_output (KeeperClient *client, guint32 attempt, int stream, gsize *length)
{
  GString *text = g_string_new (NULL);

  for (guint64 i = 0; i < 4096; i++)
    {
      char name[SY_OUTPUT_NAME_MAX];
      g_autofree char *path = NULL;
      g_autofree char *part = NULL;
      gsize n;

      sy_output_segment_name (name, TASK, 0, attempt, stream, i);
      path = g_build_filename (client->dir, "out", name, NULL);
      if (g_file_get_contents (path, &part, &n, NULL))
        g_string_append_len (text, part, (gssize) n);
    }
  if (length != NULL)
    *length = text->len;
  return g_string_free (text, FALSE);
}

guint
keeper_client_count_output (KeeperClient *client)
{
  g_autofree char *path = g_build_filename (client->dir, "out", NULL);
  GDir *dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

void
keeper_client_wait_output (KeeperClient *client, guint32 attempt, const char *text)
{
  for (Patience p = { 0 };; patience (&p, text))
    {
      g_autofree char *output = keeper_client_output (client, attempt, SY_OUTPUT_STDOUT, NULL);

      if (strstr (output, text) != NULL)
        return;
    }
}

static gboolean
lives (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  const char *p;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FALSE;
  p = strrchr (text, ')');
  return p != NULL && p[2] != 'Z' && p[2] != 'X';
}

guint
keeper_client_living (const char *ledger)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  if (!g_file_get_contents (ledger, &text, NULL, NULL))
    return 0;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && lives ((pid_t) g_ascii_strtoll (lines[i], NULL, 10)))
      n++;
  return n;
}

char *
keeper_client_run_output (KeeperClient *client, SyOrder *order)
{
  guint64 nonce = keeper_client_send (client, order);
  SyJournalExit exit = keeper_client_wait_exit (client, nonce);

  g_assert_cmpint (exit.status, ==, 0);
  return keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, NULL);
}

SyKeeperStatus *
keeper_client_status (KeeperClient *client)
{
  sy_keeper_link_hello (client->link, 0);
  g_assert_true (sy_keeper_link_flush (client->link));
  return keeper_client_wait (client, SY_KEEPER_STATUS, 0);
}
