/* no-memory.c: preloaded, refuses the N-th allocation of a process
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SWITCHYARD_KILL_AT=N: the N-th allocation of that process fails, over all its threads; what it starts finds the
 * variable gone. SWITCHYARD_KILL_NOTE names a file that is told at the end how many there were.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc (size_t size);
extern void *__libc_calloc (size_t n, size_t size);
extern void *__libc_realloc (void *old, size_t size);
extern void *__libc_memalign (size_t alignment, size_t size);

static long at;      /* 0 = never */
static long count;
static char note[4096];

__attribute__ ((constructor)) static void
start (void)
{
  const char *number = getenv ("SWITCHYARD_KILL_AT");
  const char *path = getenv ("SWITCHYARD_KILL_NOTE");

  if (path != NULL && strlen (path) < sizeof note)
    strcpy (note, path);
  if (number != NULL)
    __atomic_store_n (&at, atol (number), __ATOMIC_SEQ_CST);
  unsetenv ("SWITCHYARD_KILL_AT");
  unsetenv ("SWITCHYARD_KILL_NOTE");
}

__attribute__ ((destructor)) static void
end (void)
{
  int fd = *note != 0 ? open (note, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

  if (fd >= 0)
    dprintf (fd, "%ld", __atomic_load_n (&count, __ATOMIC_SEQ_CST));
}

/* TRUE: the allocation is refused. */
static int
point (void)
{
  long n = __atomic_add_fetch (&count, 1, __ATOMIC_SEQ_CST);

  if (n != __atomic_load_n (&at, __ATOMIC_SEQ_CST))
    return 0;
  errno = ENOMEM;
  return 1;
}

void *
malloc (size_t size)
{
  return point () ? NULL : __libc_malloc (size);
}

void *
calloc (size_t n, size_t size)
{
  return point () ? NULL : __libc_calloc (n, size);
}

void *
realloc (void *old, size_t size)
{
  return size > 0 && point () ? NULL : __libc_realloc (old, size);
}

void *
aligned_alloc (size_t alignment, size_t size)
{
  return point () ? NULL : __libc_memalign (alignment, size);
}

int
posix_memalign (void **memory, size_t alignment, size_t size)
{
  if (point ())
    return ENOMEM;
  *memory = __libc_memalign (alignment, size);
  return *memory != NULL ? 0 : ENOMEM;
}
