/* sy-sha256.h: SHA-256 (FIPS 180-4) of short texts, by the processor's own instructions where it has them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SY_SHA256_BYTES 32

/* A sum under way: plain data, which may be copied. GChecksum gives the same; an event of the log costs it ten times as
 * much, most of it for memory and for a digest in letters. */
typedef struct
{
  guint32 state[8];
  guint64 length;  /* bytes so far */
  guint8 block[64]; /* those of them that do not fill one */
} SySha256;

void sy_sha256_init (SySha256 *sum);
void sy_sha256_update (SySha256 *sum, gconstpointer data, gsize length);
/* Gives the digest; @sum is used up. */
void sy_sha256_finish (SySha256 *sum, guint8 digest[SY_SHA256_BYTES]);

/* For tests and benchmarks: the plain way only. Returns what was set before. */
gboolean sy_sha256_set_plain (gboolean plain);

G_END_DECLS
