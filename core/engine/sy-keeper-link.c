/* sy-keeper-link.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-keeper-link.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/sy-error.h"

#define OOM_SCORE_ADJ 200

struct _SyKeeperLink
{
  int fd;
  GByteArray *out;
  GByteArray *in;
  gsize taken;        /* bytes of `in` that sy_keeper_link_next() has handed out */
  gboolean nonsense;  /* a frame was malformed */
  /* Frames lie at any offset in the stream: each is copied here to be aligned. */
  union
  {
    SyKeeperFrame frame;
    SyKeeperStatus status;
    SyKeeperStarted started;
    SyKeeperExited exited;
    SyKeeperNonce nonce;
  } current;
};

SyKeeperLink *
sy_keeper_link_new (int fd)
{
  SyKeeperLink *self = g_new0 (SyKeeperLink, 1);

  self->fd = fd;
  self->out = g_byte_array_new ();
  self->in = g_byte_array_new ();
  return self;
}

static gboolean
peer_is_ours (int fd)
{
  struct ucred peer;
  socklen_t length = sizeof peer;

  return getsockopt (fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.uid == geteuid ();
}

SyKeeperLink *
sy_keeper_link_connect (int run_fd, guint32 number, GError **error)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/k/%u.s", run_fd, number);
  if (fd >= 0 && connect (fd, (struct sockaddr *) &address, sizeof address) == 0 && peer_is_ours (fd))
    return sy_keeper_link_new (fd);
  sy_error_set_errno (error, errno, "Cannot reach keeper %u", number);
  if (fd >= 0)
    close (fd);
  return NULL;
}

void
sy_keeper_link_free (SyKeeperLink *self)
{
  if (self == NULL)
    return;
  close (self->fd);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->in);
  g_free (self);
}

int
sy_keeper_link_get_fd (const SyKeeperLink *self)
{
  return self->fd;
}

gboolean
sy_keeper_link_wants_out (const SyKeeperLink *self)
{
  return self->out->len > 0;
}

static void
append (SyKeeperLink *self, const void *data, gsize length)
{
  g_byte_array_append (self->out, data, (guint) length);
}

static void
append_string (SyKeeperLink *self, const char *text)
{
  append (self, text != NULL ? text : "", text != NULL ? strlen (text) + 1 : 1);
}

static guint32
append_strings (SyKeeperLink *self, const char *const *strings)
{
  guint32 n = 0;

  for (; strings != NULL && strings[n] != NULL; n++)
    append_string (self, strings[n]);
  return n;
}

/* The frame that began at @start gets its length. */
static void
close_frame (SyKeeperLink *self, gsize start)
{
  guint32 length = (guint32) (self->out->len - start);

  memcpy (self->out->data + start, &length, sizeof length);
}

void
sy_keeper_link_hello (SyKeeperLink *self, guint64 acked)
{
  SyKeeperHello hello = { .frame = { sizeof hello, SY_KEEPER_HELLO, 0, acked }, .version = SY_KEEPER_PROTO_VERSION };

  append (self, &hello, sizeof hello);
}

void
sy_keeper_link_setup (SyKeeperLink *self, const SyKeeperLinkSetup *setup)
{
  gsize start = self->out->len;
  SyKeeperSetup frame = {
    .frame.kind = SY_KEEPER_SETUP,
    .version = SY_KEEPER_PROTO_VERSION,
    .umask = setup->umask,
    .n_env = setup->environment != NULL ? g_strv_length ((char **) setup->environment) : 0,
    .oom_score_adj = OOM_SCORE_ADJ,
  };

  append (self, &frame, sizeof frame);
  append_string (self, setup->cgroup);
  append_string (self, NULL);
  append_strings (self, setup->environment);
  close_frame (self, start);
}

static void
append_order (SyKeeperLink *self, const SyOrder *order, const char *extra_env)
{
  g_byte_array_set_size (self->out, self->out->len + (guint) sizeof (SyKeeperOrder));
  append_string (self, order->dir);
  append_string (self, order->stdin_file);
  append_strings (self, (const char *const *) order->argv);
  append_strings (self, (const char *const *) order->env);
  if (extra_env != NULL)
    append_string (self, extra_env);
  append_strings (self, (const char *const *) order->fsync_paths);
  if (order->after != 0)
    append (self, &order->after, sizeof order->after);
}

static guint32
count (GStrv strings)
{
  return strings != NULL ? g_strv_length (strings) : 0;
}

gboolean
sy_keeper_link_order (SyKeeperLink *self, guint64 acked, const SyOrder *order, const char *extra_env)
{
  gsize start = self->out->len;
  SyKeeperOrder frame = {
    .frame = { 0, SY_KEEPER_ORDER, 0, acked },
    .nonce = order->nonce,
    .task = order->task,
    .item = order->item,
    .attempt = order->attempt,
    .stop_signal = order->stop_signal,
    .grace_us = order->grace_us,
    .timeout_attempt_us = order->timeout_attempt_us,
    .timeout_total_us = order->timeout_total_us,
    .timeout_no_output_us = order->timeout_no_output_us,
    .output_head = (guint64) order->output_head,
    .output_tail = (guint64) order->output_tail,
    .output_segment = (guint64) order->output_segment,
    .n_argv = count (order->argv),
    .n_env = count (order->env) + (extra_env != NULL),
    .n_fsync = count (order->fsync_paths),
  };

  frame.frame.flags = (guint16) ((order->direct ? SY_KEEPER_DIRECT : 0) | (order->streams_split ? SY_KEEPER_SPLIT : 0) |
                                 (order->stragglers_keep ? SY_KEEPER_KEEP_STRAGGLERS : 0) |
                                 (order->values ? SY_KEEPER_VALUES : 0) | (order->patient ? SY_KEEPER_PATIENT : 0) |
                                 (order->after != 0 ? SY_KEEPER_AFTER : 0));
  append_order (self, order, extra_env);
  frame.frame.length = (guint32) (self->out->len - start);
  if (frame.frame.length > SY_KEEPER_FRAME_MAX || frame.n_argv > SY_KEEPER_MAX_ARGV ||
      frame.n_env > SY_KEEPER_MAX_ENV || frame.n_fsync > SY_KEEPER_MAX_FSYNC)
    {
      g_byte_array_set_size (self->out, (guint) start);
      return FALSE;
    }
  memcpy (self->out->data + start, &frame, sizeof frame);
  return TRUE;
}

void
sy_keeper_link_fence (SyKeeperLink *self, guint64 acked, guint64 nonce)
{
  SyKeeperNonce frame = { .frame = { sizeof frame, SY_KEEPER_FENCE, 0, acked }, .nonce = nonce };

  append (self, &frame, sizeof frame);
}

void
sy_keeper_link_stop (SyKeeperLink *self, guint64 acked, guint64 nonce, gboolean kill)
{
  SyKeeperStop frame = { .frame = { sizeof frame, SY_KEEPER_STOP, 0, acked }, .nonce = nonce, .kill = kill ? 1 : 0 };

  append (self, &frame, sizeof frame);
}

void
sy_keeper_link_plain (SyKeeperLink *self, guint64 acked, SyKeeperKind kind)
{
  SyKeeperFrame frame = { sizeof frame, (guint16) kind, 0, acked };

  append (self, &frame, sizeof frame);
}

gboolean
sy_keeper_link_flush (SyKeeperLink *self)
{
  while (self->out->len > 0)
    {
      ssize_t n = send (self->fd, self->out->data, self->out->len, MSG_NOSIGNAL | MSG_DONTWAIT);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno == EAGAIN;
      g_byte_array_remove_range (self->out, 0, (guint) n);
    }
  return TRUE;
}

gboolean
sy_keeper_link_fill (SyKeeperLink *self)
{
  guint8 buffer[16384];
  ssize_t n;

  if (self->taken > 0)
    g_byte_array_remove_range (self->in, 0, (guint) self->taken);
  self->taken = 0;
  do
    {
      do
        n = recv (self->fd, buffer, sizeof buffer, MSG_DONTWAIT);
      while (n < 0 && errno == EINTR);
      if (n > 0)
        g_byte_array_append (self->in, buffer, (guint) n);
    }
  while (n == sizeof buffer);
  return n > 0 || (n < 0 && errno == EAGAIN);
}

gboolean
sy_keeper_link_is_nonsense (const SyKeeperLink *self)
{
  return self->nonsense;
}

/* Bytes that a frame of this kind must have; 0 = no kind that a keeper sends. */
static gsize
frame_size (guint16 kind)
{
  switch (kind)
    {
    case SY_KEEPER_STATUS:
      return sizeof (SyKeeperStatus);
    case SY_KEEPER_STARTED:
      return sizeof (SyKeeperStarted);
    case SY_KEEPER_EXITED:
    case SY_KEEPER_VOIDED:
      return sizeof (SyKeeperExited);
    case SY_KEEPER_FENCED:
    case SY_KEEPER_CLAIMED:
    case SY_KEEPER_GONE:
      return sizeof (SyKeeperNonce);
    default:
      return 0;
    }
}

const SyKeeperFrame *
sy_keeper_link_next (SyKeeperLink *self)
{
  gsize left = self->in->len - self->taken;
  SyKeeperFrame head;

  if (self->nonsense || left < sizeof head)
    return NULL;
  memcpy (&head, self->in->data + self->taken, sizeof head);
  if (frame_size (head.kind) == 0 || head.length != frame_size (head.kind))
    {
      self->nonsense = TRUE;
      return NULL;
    }
  if (left < head.length)
    return NULL;
  memcpy (&self->current, self->in->data + self->taken, head.length);
  self->taken += head.length;
  return &self->current.frame;
}

void
sy_keeper_exit_to_model (const SyJournalExit *from, SyExit *to)
{
  *to = (SyExit){
    .status = from->status,
    .spawn_errno = from->spawn_errno,
    .spawn_stage = from->spawn_stage == SY_SPAWN_DIR     ? SY_SPAWN_OF_DIR
                   : from->spawn_stage == SY_SPAWN_STDIN ? SY_SPAWN_OF_STDIN
                   : from->spawn_stage == SY_SPAWN_EXEC  ? SY_SPAWN_OF_PROGRAM
                                                         : SY_SPAWN_OF_UNKNOWN,
    .started_us = from->started_us,
    .ended_us = from->ended_us,
    .user_us = from->user_us,
    .sys_us = from->sys_us,
    .rss = from->rss,
    .read = -1,
    .written = -1,
    .output = from->output,
    .dropped = from->dropped,
    .stragglers = from->stragglers,
    .escaped = from->escaped,
    .timed_out = from->timed_out,
    .oom = from->oom,
    .kill_method = from->kill_method,
    .stop_sent = (from->flags & SY_JOURNAL_STOP_SENT) != 0,
  };
}
