/* sy-control-server.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-control-server.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-control.h"

#define MAX_CONNECTIONS 64
#define LISTENER G_GUINT64_CONSTANT (0)

typedef struct
{
  guint64 id;
  int fd;
  GByteArray *in;   /* what came of the present frame */
  GByteArray *out;  /* what could not be sent yet */
} Connection;

struct _SyControlServer
{
  int run_fd;               /* borrowed */
  int listener;
  int epoll;
  guint64 last_id;
  GHashTable *connections;  /* id -> Connection (owned) */
  SyControlFunc func;
  gpointer data;
};

static void
connection_free (Connection *c)
{
  close (c->fd);
  g_byte_array_unref (c->in);
  g_byte_array_unref (c->out);
  g_free (c);
}

/* Out of epoll before it is closed: a descriptor that a child still holds would stay in the set. */
static void
drop (SyControlServer *self, Connection *c)
{
  epoll_ctl (self->epoll, EPOLL_CTL_DEL, c->fd, NULL);
  g_hash_table_remove (self->connections, &c->id);
}

static gboolean
watch (SyControlServer *self, int op, int fd, guint64 id, guint32 events)
{
  struct epoll_event event = { .events = events, .data.u64 = id };

  return epoll_ctl (self->epoll, op, fd, &event) == 0;
}

static gboolean
peer_may (int fd)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && (peer.uid == geteuid () || peer.uid == 0);
}

static void
accept_one (SyControlServer *self)
{
  int fd = accept4 (self->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  Connection *c;

  if (fd < 0)
    return;
  if (!peer_may (fd) || g_hash_table_size (self->connections) >= MAX_CONNECTIONS ||
      !watch (self, EPOLL_CTL_ADD, fd, self->last_id + 1, EPOLLIN))
    {
      close (fd);
      return;
    }
  c = g_new0 (Connection, 1);
  c->id = ++self->last_id;
  c->fd = fd;
  c->in = g_byte_array_new ();
  c->out = g_byte_array_new ();
  g_hash_table_insert (self->connections, &c->id, c);
}

/* FALSE: the connection is gone. */
static gboolean
flush_out (SyControlServer *self, Connection *c)
{
  while (c->out->len > 0)
    {
      ssize_t n = send (c->fd, c->out->data, c->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        return watch (self, EPOLL_CTL_MOD, c->fd, c->id, EPOLLIN | EPOLLOUT);
      if (n <= 0)
        {
          drop (self, c);
          return FALSE;
        }
      g_byte_array_remove_range (c->out, 0, (guint) n);
    }
  return watch (self, EPOLL_CTL_MOD, c->fd, c->id, EPOLLIN);
}

/* Takes one whole frame off the buffer; NULL: not there yet. @bad: a length above the limit or a NUL in the text. */
static char *
take_frame (Connection *c, gboolean *bad)
{
  guint32 length;
  char *json;

  if (c->in->len < sizeof length)
    return NULL;
  memcpy (&length, c->in->data, sizeof length);
  length = GUINT32_FROM_LE (length);
  *bad = length > SY_CONTROL_MAX;
  if (*bad || c->in->len - sizeof length < length)
    return NULL;
  json = g_strndup ((const char *) c->in->data + sizeof length, length);
  *bad = strlen (json) != length;
  g_byte_array_remove_range (c->in, 0, (guint) sizeof length + length);
  return json;
}

static void
read_some (SyControlServer *self, Connection *c)
{
  guint8 buffer[65536];
  guint64 id = c->id;
  gboolean bad = FALSE;
  char *json;
  ssize_t n = recv (c->fd, buffer, sizeof buffer, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0)
    {
      drop (self, c);
      return;
    }
  g_byte_array_append (c->in, buffer, (guint) n);
  while ((json = take_frame (c, &bad)) != NULL && !bad)
    {
      self->func (self, id, json, self->data);
      g_free (json);
      c = g_hash_table_lookup (self->connections, &id); /* an answer to a closed peer drops it */
      if (c == NULL)
        return;
    }
  g_free (json);
  if (bad)
    drop (self, c);
}

void
sy_control_server_dispatch (SyControlServer *self)
{
  struct epoll_event events[16];
  int n = epoll_wait (self->epoll, events, G_N_ELEMENTS (events), 0);

  for (int i = 0; i < n; i++)
    {
      Connection *c;

      if (events[i].data.u64 == LISTENER)
        {
          accept_one (self);
          continue;
        }
      c = g_hash_table_lookup (self->connections, &events[i].data.u64);
      if (c == NULL || ((events[i].events & EPOLLOUT) && !flush_out (self, c)))
        continue;
      if (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))
        read_some (self, c);
    }
}

void
sy_control_server_reply (SyControlServer *self, guint64 connection, const char *json)
{
  Connection *c = g_hash_table_lookup (self->connections, &connection);
  guint32 length = GUINT32_TO_LE ((guint32) strlen (json));

  if (c == NULL)
    return;
  g_byte_array_append (c->out, (const guint8 *) &length, sizeof length);
  g_byte_array_append (c->out, (const guint8 *) json, (guint) strlen (json));
  flush_out (self, c);
}

int
sy_control_server_get_fd (SyControlServer *self)
{
  return self->epoll;
}

/* Bound through /proc: the folder's own path may be longer than the 107 bytes of a socket address. */
static gboolean
bind_ctl (SyControlServer *self, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/ctl", self->run_fd);
  unlinkat (self->run_fd, "ctl", 0);
  self->listener = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  self->epoll = epoll_create1 (EPOLL_CLOEXEC);
  if (self->listener >= 0 && self->epoll >= 0 &&
      bind (self->listener, (struct sockaddr *) &address, sizeof address) == 0 &&
      fchmodat (self->run_fd, "ctl", 0600, 0) == 0 && listen (self->listener, 16) == 0 &&
      watch (self, EPOLL_CTL_ADD, self->listener, LISTENER, EPOLLIN))
    return TRUE;
  sy_error_set_errno (error, errno, "Cannot make the control socket of the run");
  return FALSE;
}

SyControlServer *
sy_control_server_new (int run_fd, SyControlFunc func, gpointer data, GError **error)
{
  g_autoptr (SyControlServer) self = g_new0 (SyControlServer, 1);

  self->run_fd = run_fd;
  self->listener = self->epoll = -1;
  self->func = func;
  self->data = data;
  self->connections = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) connection_free);
  return bind_ctl (self, error) ? g_steal_pointer (&self) : NULL;
}

void
sy_control_server_free (SyControlServer *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->connections);
  if (self->listener >= 0)
    {
      epoll_ctl (self->epoll, EPOLL_CTL_DEL, self->listener, NULL);
      close (self->listener);
      unlinkat (self->run_fd, "ctl", 0);
    }
  if (self->epoll >= 0)
    close (self->epoll);
  g_free (self);
}
