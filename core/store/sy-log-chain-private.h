/* sy-log-chain-private.h: hashes that tell rot from what was written
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"
#include "core/store/sy-run-dir.h"

#include <string.h>

G_BEGIN_DECLS

#define SY_CHAIN_BYTES 16

/* The first bytes of SHA-256: finds rot, not an attacker. Event n carries
 * h(n) = SHA-256 (h(n − 1) ‖ row n); h(0) is zeros. */
typedef struct
{
  guint8 bytes[SY_CHAIN_BYTES];
} SyHash;

/* Zeros are the beginning. */
typedef struct
{
  gint64 seq; /* of the newest event */
  SyHash hash;
} SyChain;

/* Moves on by one event; @data is its data column. */
void sy_chain_add (SyChain *chain, const SyEvent *event, const char *data, gsize length);
/* The check of a row that is no event: over @text, its columns written out */
void sy_row_check (SyHash *hash, const char *text);

static inline gboolean
sy_hash_equal (const SyHash *a, const SyHash *b)
{
  return memcmp (a, b, sizeof *a) == 0;
}

/*
 * File `mark`: how far the log had come at the last COMMIT. Written after it,
 * so it is never ahead of a sound log: a log that ends before its mark has lost its tail.
 */
#define SY_MARK_BYTES 40

typedef struct
{
  gint64 seq;
  SyHash hash;
} SyMark;

typedef enum { SY_MARK_ABSENT, SY_MARK_GOOD, SY_MARK_DAMAGED } SyMarkState;

/* Opens (and makes) the file; -1 + error. */
int sy_mark_open (SyRunDir *run, GError **error);
gboolean sy_mark_write (int fd, const SyMark *mark);
SyMarkState sy_mark_read (SyRunDir *run, SyMark *mark);

G_END_DECLS
