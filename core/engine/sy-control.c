/* sy-control.c: the calling side
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-control.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/sy-error.h"

typedef struct
{
  int fd;
  gint64 deadline_us; /* monotonic; G_MAXINT64 = none */
} Call;

static gboolean
wait_for (const Call *call, short events, GError **error)
{
  struct pollfd pfd = { .fd = call->fd, .events = events };
  int n;

  do
    {
      gint64 left_us = call->deadline_us == G_MAXINT64 ? -1 : call->deadline_us - g_get_monotonic_time ();
      int timeout = call->deadline_us == G_MAXINT64 ? -1 : (int) CLAMP (left_us / 1000 + 1, 0, G_MAXINT);

      n = poll (&pfd, 1, timeout);
    }
  while (n < 0 && errno == EINTR);
  if (n > 0)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_IO,
               "The runner does not answer on its control socket: it may be stopped (SIGSTOP) or very busy");
  return FALSE;
}

/* While the request was on its way nothing was done; later the log tells what was. */
static gboolean
set_left (GError **error)
{
  g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "The runner left before it answered");
  return FALSE;
}

static gboolean
write_all (const Call *call, const void *data, gsize length, GError **error)
{
  const char *p = data;

  while (length > 0)
    {
      ssize_t n = send (call->fd, p, length, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && (errno == EPIPE || errno == ECONNRESET))
        return set_left (error);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        {
          sy_error_set_errno (error, errno, "Cannot send to the runner");
          return FALSE;
        }
      if (n < 0 && !wait_for (call, POLLOUT, error))
        return FALSE;
      if (n > 0)
        {
          p += n;
          length -= (gsize) n;
        }
    }
  return TRUE;
}

static gboolean
read_all (const Call *call, void *data, gsize length, GError **error)
{
  char *p = data;

  while (length > 0)
    {
      ssize_t n = recv (call->fd, p, length, MSG_DONTWAIT);

      if (n == 0 || (n < 0 && errno == ECONNRESET))
        return set_left (error);
      if (n < 0 && errno != EAGAIN && errno != EINTR)
        {
          sy_error_set_errno (error, errno, "Cannot read the runner's answer");
          return FALSE;
        }
      if (n < 0 && !wait_for (call, POLLIN, error))
        return FALSE;
      if (n > 0)
        {
          p += n;
          length -= (gsize) n;
        }
    }
  return TRUE;
}

static int
connect_ctl (int run_fd, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    {
      sy_error_set_errno (error, errno, "Cannot make a socket");
      return -1;
    }
  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/ctl", run_fd);
  if (connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  if (errno == ECONNREFUSED || errno == ENOENT)
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "No runner is alive for this run");
  else
    sy_error_set_errno (error, errno, "Cannot reach the runner of this run");
  close (fd);
  return -1;
}

static char *
exchange (const Call *call, const char *request, GError **error)
{
  guint32 length = GUINT32_TO_LE ((guint32) strlen (request));
  g_autofree char *reply = NULL;

  if (!write_all (call, &length, sizeof length, error) || !write_all (call, request, strlen (request), error) ||
      !read_all (call, &length, sizeof length, error))
    return NULL;
  length = GUINT32_FROM_LE (length);
  if (length > SY_CONTROL_MAX)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "The runner's answer is longer than 4 MiB");
      return NULL;
    }
  reply = g_malloc (length + 1);
  reply[length] = '\0';
  return read_all (call, reply, length, error) ? g_steal_pointer (&reply) : NULL;
}

char *
sy_control_call (int run_fd, const char *request, int timeout_ms, GError **error)
{
  Call call = { .deadline_us = timeout_ms < 0 ? G_MAXINT64 : g_get_monotonic_time () + timeout_ms * G_GINT64_CONSTANT (1000) };
  char *reply;

  g_return_val_if_fail (request != NULL, NULL);
  if (strlen (request) > SY_CONTROL_MAX)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "The request is longer than 4 MiB");
      return NULL;
    }
  call.fd = connect_ctl (run_fd, error);
  if (call.fd < 0)
    return NULL;
  reply = exchange (&call, request, error);
  close (call.fd);
  return reply;
}
