/* sy-log-chain.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-chain-private.h"

#include <fcntl.h>
#include <unistd.h>

#include <nettle/sha2.h>

#define MARK_MAGIC 0x314d7953u /* "SyM1" */

static guint8 *
put (guint8 *at, guint64 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    *at++ = (guint8) (value >> (8 * i));
  return at;
}

void
sy_chain_add (SyChain *chain, const SyEvent *event, const char *data, gsize length)
{
  /* Fixed widths, little end first: 53 bytes, so that an event without data takes one block of the hash. */
  guint8 row[SY_CHAIN_BYTES + 37], *at = row;
  struct sha256_ctx sum;

  memcpy (at, chain->hash.bytes, SY_CHAIN_BYTES);
  at = put (at + SY_CHAIN_BYTES, (guint64) event->seq, 8);
  at = put (at, (guint64) event->time.wall_us, 8);
  at = put (at, (guint64) event->time.boot_us, 8);
  at = put (at, event->task | (guint64) event->attempt << 24 | (guint64) event->item << 41, 8);
  at = put (at, event->boot, 2);
  at = put (at, event->kind, 2);
  at = put (at, event->by, 1);
  sha256_init (&sum);
  sha256_update (&sum, (gsize) (at - row), row);
  if (length > 0)
    sha256_update (&sum, length, (const guint8 *) data);
  sha256_digest (&sum, SY_CHAIN_BYTES, chain->hash.bytes);
  chain->seq = event->seq;
}

void
sy_row_check (SyHash *hash, const char *text)
{
  struct sha256_ctx sum;

  sha256_init (&sum);
  sha256_update (&sum, strlen (text), (const guint8 *) text);
  sha256_digest (&sum, SY_CHAIN_BYTES, hash->bytes);
}

/* --- mark --- */

int
sy_mark_open (SyRunDir *run, GError **error)
{
  return sy_run_dir_open_file (run, "mark", O_WRONLY | O_CREAT, error);
}

/* FNV-1a: short, and any flipped bit changes it */
static guint64
mark_sum (const guint8 *bytes, gsize n)
{
  guint64 h = G_GUINT64_CONSTANT (0xcbf29ce484222325);

  for (gsize i = 0; i < n; i++)
    h = (h ^ bytes[i]) * G_GUINT64_CONSTANT (0x100000001b3);
  return h;
}

gboolean
sy_mark_write (int fd, const SyMark *mark)
{
  guint8 bytes[SY_MARK_BYTES], *at = bytes;

  at = put (at, MARK_MAGIC, 4);
  at = put (at, 0, 4);
  at = put (at, (guint64) mark->seq, 8);
  memcpy (at, mark->hash.bytes, SY_CHAIN_BYTES);
  at += SY_CHAIN_BYTES;
  put (at, mark_sum (bytes, SY_MARK_BYTES - 8), 8);
  return pwrite (fd, bytes, sizeof bytes, 0) == sizeof bytes;
}

static guint64
get (const guint8 *at, guint bytes)
{
  guint64 value = 0;

  while (bytes-- > 0)
    value = value << 8 | at[bytes];
  return value;
}

SyMarkState
sy_mark_read (SyRunDir *run, SyMark *mark)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = sy_run_dir_read_file (run, "mark", SY_MARK_BYTES + 1, &error);
  const guint8 *bytes;
  gsize size;

  *mark = (SyMark){ 0 };
  if (file == NULL)
    return SY_MARK_ABSENT;
  bytes = g_bytes_get_data (file, &size);
  if (size == 0)
    return SY_MARK_ABSENT;
  if (size != SY_MARK_BYTES || get (bytes, 4) != MARK_MAGIC || get (bytes + 4, 4) != 0 ||
      get (bytes + SY_MARK_BYTES - 8, 8) != mark_sum (bytes, SY_MARK_BYTES - 8))
    return SY_MARK_DAMAGED;
  mark->seq = (gint64) get (bytes + 8, 8);
  memcpy (mark->hash.bytes, bytes + 16, SY_CHAIN_BYTES);
  return SY_MARK_GOOD;
}
