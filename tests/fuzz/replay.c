/* replay.c: runs a fuzz target over the files of its corpus: a finding, once mended, stays mended
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "tests/fuzz/fuzz.h"

#ifndef FUZZ_PREFIXES
#define FUZZ_PREFIXES 256
#endif

/* Prefixes of a small file too: half-written input is the most common bad one. */
static void
replay (const char *path)
{
  g_autofree char *bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  LLVMFuzzerTestOneInput ((const guint8 *) bytes, length);
  for (gsize n = 0; n < length && length <= 4096; n += 1 + length / FUZZ_PREFIXES)
    {
      g_autofree guint8 *part = g_memdup2 (bytes, n);
      static const guint8 nothing[1];

      LLVMFuzzerTestOneInput (part ? part : nothing, n);
    }
}

int
main (int argc, char **argv)
{
  guint n = 0;

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GDir) dir = g_dir_open (argv[i], 0, NULL);
      const char *name;

      while (dir && (name = g_dir_read_name (dir)))
        {
          g_autofree char *path = g_build_filename (argv[i], name, NULL);

          replay (path);
          n++;
        }
    }
  printf ("%u inputs replayed\n", n);
  return n > 0 ? 0 : 1;
}
