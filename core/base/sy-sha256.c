/* sy-sha256.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-sha256.h"

#include <string.h>

#define BLOCK 64

/* FIPS 180-4, 4.2.2 */
static const guint32 constants[64] __attribute__ ((aligned (16))) = {
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

typedef void (*Compress) (guint32 state[8], const guint8 *data, gsize n_blocks);

/* --- plain --- */

static inline guint32
turn (guint32 x, guint n)
{
  return x >> n | x << (32 - n);
}

static void
schedule (guint32 w[64], const guint8 *data)
{
  memcpy (w, data, BLOCK);
  for (guint i = 0; i < 16; i++)
    w[i] = GUINT32_FROM_BE (w[i]);
  for (guint i = 16; i < 64; i++)
    w[i] = (turn (w[i - 2], 17) ^ turn (w[i - 2], 19) ^ w[i - 2] >> 10) + w[i - 7] +
           (turn (w[i - 15], 7) ^ turn (w[i - 15], 18) ^ w[i - 15] >> 3) + w[i - 16];
}

/* FIPS 180-4, 6.2.2. Its a to h lie in s, and turn by one place a round instead of being moved. */
static void
compress_plain (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  for (; n_blocks > 0; n_blocks--, data += BLOCK)
    {
      guint32 w[64], s[8];

      schedule (w, data);
      memcpy (s, state, sizeof s);
#pragma GCC unroll 8
      for (guint i = 0; i < 64; i++)
        {
          guint32 a = s[(64 - i) % 8], b = s[(65 - i) % 8], c = s[(66 - i) % 8];
          guint32 e = s[(68 - i) % 8], f = s[(69 - i) % 8], g = s[(70 - i) % 8];
          guint32 *h = &s[(71 - i) % 8];

          *h += (turn (e, 6) ^ turn (e, 11) ^ turn (e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
          s[(67 - i) % 8] += *h;
          *h += (turn (a, 2) ^ turn (a, 13) ^ turn (a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        }
      for (guint i = 0; i < 8; i++)
        state[i] += s[i];
    }
}

/* --- by the instructions of x86 --- */

#ifdef __x86_64__
#include <cpuid.h>
#include <immintrin.h>

#define CPUID_1_ECX_SSSE3 (1u << 9)
#define CPUID_1_ECX_SSE41 (1u << 19)
#define CPUID_7_EBX_SHA (1u << 29)

/* Four rounds an iteration; Intel, "SHA Extensions" (2013), has the order of the words: ABEF and CDGH. */
__attribute__ ((target ("sha,ssse3,sse4.1"))) static void
compress_x86 (guint32 state[8], const guint8 *data, gsize n_blocks)
{
  const __m128i swap = _mm_set_epi64x (0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i dcba = _mm_loadu_si128 ((const __m128i *) (gconstpointer) state);
  __m128i hgfe = _mm_loadu_si128 ((const __m128i *) (gconstpointer) (state + 4));
  __m128i cdab = _mm_shuffle_epi32 (dcba, 0xb1), efgh = _mm_shuffle_epi32 (hgfe, 0x1b);
  __m128i abef = _mm_alignr_epi8 (cdab, efgh, 8), cdgh = _mm_blend_epi16 (efgh, cdab, 0xf0);

  for (; n_blocks > 0; n_blocks--, data += BLOCK)
    {
      __m128i abef_before = abef, cdgh_before = cdgh, m[4];

#pragma GCC unroll 16
      for (guint i = 0; i < 16; i++)
        {
          __m128i *w = &m[i % 4], last = m[(i + 3) % 4], sum;

          if (i < 4)
            *w = _mm_shuffle_epi8 (_mm_loadu_si128 ((const __m128i *) (gconstpointer) (data + 16 * i)), swap);
          else
            *w = _mm_sha256msg2_epu32 (_mm_add_epi32 (_mm_sha256msg1_epu32 (*w, m[(i + 1) % 4]),
                                                      _mm_alignr_epi8 (last, m[(i + 2) % 4], 4)), last);
          sum = _mm_add_epi32 (*w, _mm_load_si128 ((const __m128i *) (gconstpointer) (constants + 4 * i)));
          cdgh = _mm_sha256rnds2_epu32 (cdgh, abef, sum);
          abef = _mm_sha256rnds2_epu32 (abef, cdgh, _mm_shuffle_epi32 (sum, 0x0e));
        }
      abef = _mm_add_epi32 (abef, abef_before);
      cdgh = _mm_add_epi32 (cdgh, cdgh_before);
    }
  cdab = _mm_shuffle_epi32 (abef, 0x1b);
  efgh = _mm_shuffle_epi32 (cdgh, 0xb1);
  _mm_storeu_si128 ((__m128i *) (gpointer) state, _mm_blend_epi16 (cdab, efgh, 0xf0));
  _mm_storeu_si128 ((__m128i *) (gpointer) (state + 4), _mm_alignr_epi8 (efgh, cdab, 8));
}

static Compress
choose (void)
{
  guint eax, ebx, ecx, edx;

  if (!__get_cpuid (1, &eax, &ebx, &ecx, &edx) || (ecx & CPUID_1_ECX_SSSE3) == 0 || (ecx & CPUID_1_ECX_SSE41) == 0 ||
      !__get_cpuid_count (7, 0, &eax, &ebx, &ecx, &edx) || (ebx & CPUID_7_EBX_SHA) == 0)
    return compress_plain;
  return compress_x86;
}
#else
static Compress
choose (void)
{
  return compress_plain;
}
#endif

static Compress chosen; /* NULL: not yet looked for; atomic */

static Compress
get_compress (void)
{
  Compress compress = g_atomic_pointer_get (&chosen);

  if (compress == NULL)
    {
      compress = choose ();
      g_atomic_pointer_set (&chosen, compress);
    }
  return compress;
}

gboolean
sy_sha256_set_plain (gboolean plain)
{
  gboolean before = get_compress () == compress_plain;

  g_atomic_pointer_set (&chosen, plain ? compress_plain : choose ());
  return before;
}

/* --- the sum --- */

void
sy_sha256_init (SySha256 *sum)
{
  static const guint32 first[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                    0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

  memcpy (sum->state, first, sizeof first);
  sum->length = 0;
}

void
sy_sha256_update (SySha256 *sum, gconstpointer data, gsize length)
{
  const guint8 *at = data;
  gsize used = sum->length % BLOCK;

  if (length == 0)
    return;
  sum->length += length;
  if (used > 0)
    {
      gsize part = MIN (length, BLOCK - used);

      memcpy (sum->block + used, at, part);
      if (used + part < BLOCK)
        return;
      get_compress () (sum->state, sum->block, 1);
      at += part;
      length -= part;
    }
  if (length >= BLOCK)
    get_compress () (sum->state, at, length / BLOCK);
  if (length % BLOCK > 0)
    memcpy (sum->block, at + length - length % BLOCK, length % BLOCK);
}

void
sy_sha256_finish (SySha256 *sum, guint8 digest[SY_SHA256_BYTES])
{
  guint64 bits = GUINT64_TO_BE (sum->length * 8);
  gsize used = sum->length % BLOCK;

  sum->block[used++] = 0x80;
  if (used > BLOCK - sizeof bits)
    {
      memset (sum->block + used, 0, BLOCK - used);
      get_compress () (sum->state, sum->block, 1);
      used = 0;
    }
  memset (sum->block + used, 0, BLOCK - sizeof bits - used);
  memcpy (sum->block + BLOCK - sizeof bits, &bits, sizeof bits);
  get_compress () (sum->state, sum->block, 1);
  for (guint i = 0; i < 8; i++)
    {
      guint32 word = GUINT32_TO_BE (sum->state[i]);

      memcpy (digest + 4 * i, &word, sizeof word);
    }
}
