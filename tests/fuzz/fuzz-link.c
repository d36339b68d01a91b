/* fuzz-link.c: any bytes from a keeper: frames in order, or nonsense that ends the connection
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/socket.h>
#include <unistd.h>

#include "core/engine/sy-keeper-link.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  const SyKeeperFrame *frame;
  SyKeeperLink *link;
  gsize taken = 0;
  int ends[2];

  if (size == 0 || size > 65536)
    return 0;
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), ==, 0);
  link = sy_keeper_link_new (ends[0]);
  g_assert_cmpint (write (ends[1], data, size), ==, (gssize) size);
  close (ends[1]);
  while (sy_keeper_link_fill (link))
    {
    }
  while ((frame = sy_keeper_link_next (link)) != NULL)
    {
      g_assert_true (frame->kind >= SY_KEEPER_STATUS && frame->kind <= SY_KEEPER_GONE);
      taken += frame->length;
    }
  g_assert_cmpuint (taken, <=, size);
  g_assert_true (sy_keeper_link_is_nonsense (link) || size - taken < sizeof (SyKeeperStatus));
  sy_keeper_link_free (link);
  return 0;
}
