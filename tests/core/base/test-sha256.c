/* test-sha256.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-sha256.h"

#include <string.h>

#define LONGEST 300

static void
assert_digest (const guint8 digest[SY_SHA256_BYTES], const char *hex)
{
  char text[2 * SY_SHA256_BYTES + 1];

  for (guint i = 0; i < SY_SHA256_BYTES; i++)
    g_snprintf (text + 2 * i, 3, "%02x", digest[i]);
  g_assert_cmpstr (text, ==, hex);
}

static void
test_standard (gconstpointer plain)
{
  /* of FIPS 180-2, appendix B, and of nothing */
  static const struct { const char *text, *hex; guint times; } cases[] = {
    { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 1 },
    { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", 1 },
    { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", 1 },
    { "a", "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0", 1000000 },
  };
  gboolean before = sy_sha256_set_plain (plain != NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 digest[SY_SHA256_BYTES];
      SySha256 sum;

      sy_sha256_init (&sum);
      for (guint k = 0; k < cases[i].times; k++)
        sy_sha256_update (&sum, cases[i].text, strlen (cases[i].text));
      sy_sha256_finish (&sum, digest);
      assert_digest (digest, cases[i].hex);
    }
  sy_sha256_set_plain (before);
}

/* Every length, cut into three at every kind of place; a copy goes on from where the sum stood. */
static void
test_pieces (gconstpointer plain)
{
  gboolean before = sy_sha256_set_plain (plain != NULL);
  guint8 bytes[LONGEST];

  for (guint i = 0; i < LONGEST; i++)
    bytes[i] = (guint8) (i * 31 + 7);
  for (guint n = 0; n < LONGEST; n++)
    {
      g_autofree char *expected = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, n);
      guint first = n * 3 / 7, second = (n - first) / 2;
      guint8 digest[SY_SHA256_BYTES];
      SySha256 sum, copy;

      sy_sha256_init (&sum);
      sy_sha256_update (&sum, bytes, first);
      sy_sha256_update (&sum, bytes + first, second);
      copy = sum;
      sy_sha256_finish (&sum, digest);
      sy_sha256_update (&copy, bytes + first + second, n - first - second);
      sy_sha256_finish (&copy, digest);
      assert_digest (digest, expected);
    }
  sy_sha256_set_plain (before);
}

int
main (int argc, char **argv)
{
  static const char yes[] = "plain";

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/sha256/standard", NULL, test_standard);
  g_test_add_data_func ("/sha256/standard/plain", yes, test_standard);
  g_test_add_data_func ("/sha256/pieces", NULL, test_pieces);
  g_test_add_data_func ("/sha256/pieces/plain", yes, test_pieces);
  return g_test_run ();
}
