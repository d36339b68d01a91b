/* no-heap.c: linked into a keeper (--wrap), refuses it every allocation from main() on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdlib.h>

void *__real_malloc (size_t size);
void *__real_calloc (size_t n, size_t size);
void *__real_realloc (void *old, size_t size);
void *__wrap_malloc (size_t size);
void *__wrap_calloc (size_t n, size_t size);
void *__wrap_realloc (void *old, size_t size);

static int refusing; /* libc has set itself up */

static int
is_refused (void)
{
  if (refusing)
    errno = ENOMEM;
  return refusing;
}

void *
__wrap_malloc (size_t size)
{
  return is_refused () ? NULL : __real_malloc (size);
}

void *
__wrap_calloc (size_t n, size_t size)
{
  return is_refused () ? NULL : __real_calloc (n, size);
}

void *
__wrap_realloc (void *old, size_t size)
{
  return is_refused () ? NULL : __real_realloc (old, size);
}

/* A wrapper that is not in force would be a test that cannot fail. */
__attribute__ ((constructor)) static void
start (void)
{
  void *(*volatile allocate) (size_t) = malloc;

  refusing = 1;
  if (allocate (1) != NULL)
    abort ();
}
