/* sy-journal.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t
read_clock (clockid_t id)
{
  struct timespec ts;

  clock_gettime (id, &ts);
  return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Mixes word by word: it guards against torn and stale records, not against an attacker. */
uint64_t
sy_journal_checksum (const SyJournalRecord *record, uint32_t number)
{
  const unsigned char *bytes = (const unsigned char *) record;
  uint64_t h = UINT64_C (0x9e3779b97f4a7c15) ^ number;

  for (size_t i = 0; i < offsetof (SyJournalRecord, checksum); i += sizeof (uint64_t))
    {
      uint64_t word;

      memcpy (&word, bytes + i, sizeof word);
      h = (h ^ word) * UINT64_C (0xff51afd7ed558ccd);
      h ^= h >> 32;
    }
  return h;
}

static unsigned
slot_of (uint64_t seq)
{
  return seq == 0 ? 0 : 1 + (unsigned) ((seq - 1) % SY_JOURNAL_RING);
}

static int
write_all (int fd, const void *data, size_t length, off_t at)
{
  const char *bytes = data;

  while (length > 0)
    {
      ssize_t n = pwrite (fd, bytes, length, at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? -errno : -EIO;
      bytes += n;
      at += n;
      length -= (size_t) n;
    }
  return 0;
}

static void
journal_name (char name[32], uint32_t number)
{
  snprintf (name, 32, "k/%u", number);
}

static void
seal (SyJournal *journal, SyJournalRecord *record, uint64_t seq)
{
  const SyJournalRecord *head = &journal->scratch;

  record->magic = SY_JOURNAL_MAGIC;
  record->version = SY_JOURNAL_VERSION;
  record->seq = seq;
  record->journal = journal->number;
  record->keeper_pid = head->keeper_pid;
  memcpy (record->boot_id, head->boot_id, sizeof record->boot_id);
  record->wall_us = read_clock (CLOCK_REALTIME);
  record->boot_us = read_clock (CLOCK_BOOTTIME);
  record->pidns = head->pidns;
  record->checksum = sy_journal_checksum (record, journal->number);
}

/* Zeros and the header in the page cache, then on the disk: blocks are there before anything is claimed. */
static int
preallocate (SyJournal *journal, const SyJournalRecord *head)
{
  static const char zeros[SY_JOURNAL_SIZE];
  SyJournalRecord header = { .kind = SY_JOURNAL_HEADER, .pid = head->keeper_pid, .start_time = head->start_time };
  int r = write_all (journal->fd, zeros, sizeof zeros, 0);

  if (r < 0)
    return r;
  seal (journal, &header, 0);
  r = write_all (journal->fd, &header, sizeof header, 0);
  if (r < 0)
    return r;
  return fsync (journal->fd) < 0 ? -errno : 0;
}

int
sy_journal_create (SyJournal *journal, int run_fd, uint32_t number, const SyJournalRecord *head)
{
  char name[32];
  int r;

  memset (journal, 0, sizeof *journal);
  journal->number = number;
  journal->scratch = *head;
  journal_name (name, number);
  journal->fd = openat (run_fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (journal->fd < 0)
    return -errno;
  /* Waits: a reader that tests the lock lets go at once, and nobody else may hold a new file. */
  while ((r = flock (journal->fd, LOCK_EX)) < 0 && errno == EINTR)
    ;
  r = r < 0 ? -errno : preallocate (journal, head);
  if (r < 0)
    {
      unlinkat (run_fd, name, 0);
      close (journal->fd);
      journal->fd = -1;
    }
  return r;
}

int
sy_journal_has_room (const SyJournal *journal)
{
  uint64_t need = journal->last_seq + SY_JOURNAL_PER_ATTEMPT;

  return need <= SY_JOURNAL_RING || need - SY_JOURNAL_RING <= journal->acked;
}

int
sy_journal_append (SyJournal *journal, SyJournalRecord *record)
{
  uint64_t seq = journal->last_seq + 1;
  off_t at = (off_t) slot_of (seq) * SY_JOURNAL_RECORD;
  int r;

  seal (journal, record, seq);
  r = write_all (journal->fd, record, sizeof *record, at);
  if (r < 0)
    r = write_all (journal->fd, record, sizeof *record, at);
  if (r == 0)
    journal->last_seq = seq;
  return r;
}

int
sy_journal_lock_state (int run_fd, uint32_t number)
{
  char name[32];
  int fd, state;

  journal_name (name, number);
  fd = openat (run_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return errno == ENOENT ? SY_JOURNAL_ABSENT : -errno;
  if (flock (fd, LOCK_SH | LOCK_NB) == 0)
    state = SY_JOURNAL_FREE;
  else
    state = errno == EWOULDBLOCK ? SY_JOURNAL_HELD : -errno;
  close (fd);
  return state;
}

static int
is_valid (const SyJournalRecord *record, unsigned slot, uint32_t number)
{
  if (record->magic != SY_JOURNAL_MAGIC || record->version != SY_JOURNAL_VERSION || record->journal != number)
    return 0;
  if (record->kind == SY_JOURNAL_NONE || record->kind > SY_JOURNAL_VOID || slot_of (record->seq) != slot)
    return 0;
  if ((slot == 0) != (record->kind == SY_JOURNAL_HEADER) || record->n_sizes > SY_JOURNAL_MAX_SIZES)
    return 0;
  return record->checksum == sy_journal_checksum (record, number);
}

static int
is_blank (const SyJournalRecord *record)
{
  static const SyJournalRecord blank;

  return memcmp (record, &blank, sizeof blank) == 0;
}

static int
by_seq (const void *a, const void *b)
{
  uint64_t x = ((const SyJournalRecord *) a)->seq;
  uint64_t y = ((const SyJournalRecord *) b)->seq;

  return (x > y) - (x < y);
}

void
sy_journal_parse (SyJournalView *view, const void *data, size_t length, uint32_t number)
{
  view->has_header = 0;
  view->n_records = 0;
  view->n_torn = 0;
  for (unsigned slot = 0; slot < SY_JOURNAL_RECORDS && (slot + 1) * (size_t) SY_JOURNAL_RECORD <= length; slot++)
    {
      SyJournalRecord *to = slot == 0 ? &view->header : &view->records[view->n_records];

      memcpy (to, (const char *) data + (size_t) slot * SY_JOURNAL_RECORD, sizeof *to);
      if (!is_valid (to, slot, number))
        view->n_torn += !is_blank (to);
      else if (slot == 0)
        view->has_header = 1;
      else
        view->n_records++;
    }
  qsort (view->records, view->n_records, sizeof view->records[0], by_seq);
}

int
sy_journal_load (SyJournalView *view, int run_fd, uint32_t number)
{
  char name[32];
  char *data;
  size_t length = 0;
  int fd, r = 0;

  journal_name (name, number);
  fd = openat (run_fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    return -errno;
  data = malloc (SY_JOURNAL_SIZE);
  if (data == NULL)
    r = -ENOMEM;
  while (r == 0 && length < SY_JOURNAL_SIZE)
    {
      ssize_t n = pread (fd, data + length, SY_JOURNAL_SIZE - length, (off_t) length);

      if (n == 0)
        break;
      if (n > 0)
        length += (size_t) n;
      else if (errno != EINTR)
        r = -errno;
    }
  if (r == 0)
    sy_journal_parse (view, data, length, number);
  free (data);
  close (fd);
  return r;
}

int
sy_journal_find (const SyJournalView *view, uint64_t nonce, SyJournalAttempt *out)
{
  int found = 0;

  memset (out, 0, sizeof *out);
  for (uint32_t i = 0; i < view->n_records; i++)
    {
      const SyJournalRecord *record = &view->records[i];

      if (record->nonce != nonce)
        continue;
      found = 1;
      if (record->kind == SY_JOURNAL_CLAIM)
        out->claim = record;
      else if (record->kind == SY_JOURNAL_STARTED)
        out->started = record;
      else if (record->kind == SY_JOURNAL_EXIT)
        out->exit = record;
      else
        out->voided = record;
    }
  return found;
}

int
sy_journal_last (const SyJournalView *view, SyJournalAttempt *out)
{
  memset (out, 0, sizeof *out);
  return view->n_records > 0 && sy_journal_find (view, view->records[view->n_records - 1].nonce, out);
}

/* Reads a small file of /proc as a string; its length, or a negative errno. */
static int
read_small (const char *path, char *buffer, size_t size)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t n;

  if (fd < 0)
    return -errno;
  while ((n = read (fd, buffer, size - 1)) < 0 && errno == EINTR)
    ;
  close (fd);
  if (n < 0)
    return -EIO;
  buffer[n] = 0;
  return (int) n;
}

int
sy_journal_boot_id (uint8_t boot_id[16])
{
  char text[64];
  int n = read_small ("/proc/sys/kernel/random/boot_id", text, sizeof text);
  int digits = 0;

  if (n < 0)
    return n;
  memset (boot_id, 0, 16);
  for (const char *p = text; *p != 0 && digits < 32; p++)
    {
      int value;

      if (*p >= '0' && *p <= '9')
        value = *p - '0';
      else if (*p >= 'a' && *p <= 'f')
        value = *p - 'a' + 10;
      else
        continue;
      boot_id[digits / 2] |= (uint8_t) (digits % 2 ? value : value << 4);
      digits++;
    }
  return digits == 32 ? 0 : -EINVAL;
}

uint64_t
sy_journal_pidns (void)
{
  struct stat st;

  return stat ("/proc/self/ns/pid", &st) == 0 ? (uint64_t) st.st_ino : 0;
}

uint64_t
sy_journal_start_time (pid_t pid)
{
  char path[40], text[1024];
  const char *p;

  snprintf (path, sizeof path, "/proc/%d/stat", (int) pid);
  if (read_small (path, text, sizeof text) < 0)
    return 0;
  p = strrchr (text, ')'); /* the name may hold blanks and parentheses */
  for (int field = 2; p != NULL && field < 22; field++)
    {
      p = strchr (p, ' ');
      if (p != NULL)
        p++;
    }
  return p == NULL ? 0 : strtoull (p, NULL, 10);
}
