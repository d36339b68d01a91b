/* test-control.c: a request to a runner that is just leaving
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-control.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/sy-error.h"

typedef struct
{
  int listener;
  gsize reads;          /* bytes that it takes before it is gone; 0: it leaves as soon as a first one is there */
} Leaver;

static int
listen_at (const char *folder)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_snprintf (address.sun_path, sizeof address.sun_path, "%s/ctl", folder);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_assert_cmpint (listen (fd, 1), ==, 0);
  return fd;
}

static gpointer
leave (gpointer data)
{
  const Leaver *leaver = data;
  int fd = accept (leaver->listener, NULL, NULL);
  struct pollfd pfd = { .fd = fd, .events = POLLIN };
  char byte;

  g_assert_cmpint (poll (&pfd, 1, -1), ==, 1);
  for (gsize i = 0; i < leaver->reads; i++)
    g_assert_cmpint (read (fd, &byte, 1), ==, 1);
  close (fd);
  return NULL;
}

/* In whichever part of the exchange it goes, the caller is told that there is no runner (any more). */
static void
test_left (void)
{
  static const struct { gsize filler, reads; } cases[] = {
    { 8, 0 },                   /* unread: the connection is reset */
    { 2 * 1024 * 1024, 0 },     /* in the middle of a request that no buffer holds */
    { 2 * 1024 * 1024, 1000 },
    { 8, 4 + 8 },               /* read, and not answered */
  };
  g_autofree char *folder = g_dir_make_tmp ("switchyard-control-XXXXXX", NULL);
  g_autofree char *ctl = g_build_filename (folder, "ctl", NULL);
  int folder_fd = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Leaver leaver = { .listener = listen_at (folder), .reads = cases[i].reads };
      GThread *thread = g_thread_new ("leave", leave, &leaver);
      g_autofree char *request = g_strnfill (cases[i].filler, ' ');
      g_autoptr (GError) error = NULL;

      g_assert_null (sy_control_call (folder_fd, request, -1, &error));
      g_assert_error (error, SY_ERROR, SY_ERROR_NOT_FOUND);
      g_thread_join (thread);
      close (leaver.listener);
      g_assert_cmpint (g_unlink (ctl), ==, 0);
    }
  close (folder_fd);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/control/left", test_left);
  return g_test_run ();
}
