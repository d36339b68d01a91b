/* test-journal.c: the keeper's journal: ring, torn records, lock
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-journal.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char *dir;
  int run_fd;
  SyJournal journal;
  SyJournalView *view;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  SyJournalRecord head = { .keeper_pid = 77, .pidns = 5, .start_time = 9 };

  f->dir = g_dir_make_tmp ("sy-journal-XXXXXX", NULL);
  f->run_fd = open (f->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  f->view = g_new0 (SyJournalView, 1);
  g_assert_cmpint (mkdirat (f->run_fd, "k", 0700), ==, 0);
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  g_assert_cmpint (sy_journal_create (&f->journal, f->run_fd, 3, &head), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->dir, "k", NULL);

  if (f->journal.fd >= 0)
    close (f->journal.fd);
  unlinkat (f->run_fd, "k/3", 0);
  rmdir (path);
  rmdir (f->dir);
  close (f->run_fd);
  g_free (f->view);
  g_free (f->dir);
}

static void
append (Fixture *f, SyJournalKind kind, guint64 nonce)
{
  SyJournalRecord record = { .kind = (uint16_t) kind, .nonce = nonce, .task = 12, .attempt = 2, .pid = 1234 };

  if (kind == SY_JOURNAL_EXIT)
    record.exit.status = 256 * (int) (nonce % 200);
  g_assert_cmpint (sy_journal_append (&f->journal, &record), ==, 0);
}

static void
load (Fixture *f)
{
  g_assert_cmpint (sy_journal_load (f->view, f->run_fd, 3), ==, 0);
}

static void
test_fresh (Fixture *f, gconstpointer data)
{
  SyJournalAttempt attempt;
  struct stat st;

  load (f);
  g_assert_true (f->view->has_header);
  g_assert_cmpint (f->view->header.keeper_pid, ==, 77);
  g_assert_cmpuint (f->view->header.start_time, ==, 9);
  g_assert_cmpuint (f->view->n_records, ==, 0);
  g_assert_cmpuint (f->view->n_torn, ==, 0);
  g_assert_false (sy_journal_last (f->view, &attempt));
  /* All blocks are there: a full disk cannot lose an exit. */
  g_assert_cmpint (fstat (f->journal.fd, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, SY_JOURNAL_SIZE);
  g_assert_cmpint (st.st_blocks * 512, >=, SY_JOURNAL_SIZE);
}

static void
test_attempt (Fixture *f, gconstpointer data)
{
  SyJournalAttempt attempt;

  append (f, SY_JOURNAL_CLAIM, 501);
  append (f, SY_JOURNAL_STARTED, 501);
  append (f, SY_JOURNAL_EXIT, 501);
  append (f, SY_JOURNAL_CLAIM, 502);
  load (f);
  g_assert_true (sy_journal_find (f->view, 501, &attempt));
  g_assert_nonnull (attempt.claim);
  g_assert_cmpint (attempt.started->pid, ==, 1234);
  g_assert_cmpint (attempt.exit->exit.status, ==, 256 * 101);
  g_assert_true (sy_journal_last (f->view, &attempt));
  g_assert_cmpuint (attempt.claim->nonce, ==, 502);
  g_assert_null (attempt.exit);
  g_assert_false (sy_journal_find (f->view, 503, &attempt));
}

static void
test_newest_exit_counts (Fixture *f, gconstpointer data)
{
  SyJournalRecord last = { .kind = SY_JOURNAL_EXIT, .nonce = 501, .exit = { .stragglers = 3 } };
  SyJournalAttempt attempt;

  append (f, SY_JOURNAL_CLAIM, 501);
  append (f, SY_JOURNAL_EXIT, 501);
  g_assert_cmpint (sy_journal_append (&f->journal, &last), ==, 0);
  load (f);
  g_assert_true (sy_journal_last (f->view, &attempt));
  g_assert_cmpint (attempt.exit->exit.stragglers, ==, 3);
}

/* The ring is written over only up to what is acknowledged, whatever the phase of the acknowledgements. */
static void
test_ring (Fixture *f, gconstpointer data)
{
  SyJournalAttempt attempt;
  guint64 nonce = 0;

  for (guint round = 0; round < 10; round++)
    {
      guint64 first = nonce + 1;

      while (sy_journal_has_room (&f->journal))
        {
          nonce++;
          append (f, SY_JOURNAL_CLAIM, nonce);
          append (f, SY_JOURNAL_STARTED, nonce);
          append (f, SY_JOURNAL_EXIT, nonce);
        }
      g_assert_cmpuint (nonce - first + 1, >=, 40);
      load (f);
      for (guint64 i = first; i <= nonce; i++)
        {
          g_assert_true (sy_journal_find (f->view, i, &attempt));
          g_assert_cmpint (attempt.exit->exit.status, ==, 256 * (int) (i % 200));
        }
      for (guint i = 1; i < f->view->n_records; i++)
        g_assert_cmpuint (f->view->records[i - 1].seq, <, f->view->records[i].seq);
      f->journal.acked = f->journal.last_seq;
    }
  g_assert_cmpuint (f->view->n_torn, ==, 0);
}

/* Every way to tear a record: it is absent, the others stay. */
static void
test_torn (Fixture *f, gconstpointer data)
{
  static const struct { const char *what; guint at, length, flip; } cases[] = {
    { "nothing written", 0, 512, 0 },     { "half written", 256, 256, 0 },     { "magic", 0, 4, 0 },
    { "one bit of the nonce", 64, 1, 1 }, { "one bit of the status", 96, 1, 4 }, { "checksum", 504, 8, 0 },
    { "last byte", 511, 1, 128 },         { "seq of another lap", 8, 1, 127 }, { "a bit in the padding", 400, 1, 1 },
  };
  off_t slot = 2 * SY_JOURNAL_RECORD; /* the second record: started */

  append (f, SY_JOURNAL_CLAIM, 501);
  append (f, SY_JOURNAL_STARTED, 501);
  append (f, SY_JOURNAL_EXIT, 501);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 whole[SY_JOURNAL_RECORD], torn[SY_JOURNAL_RECORD];
      SyJournalAttempt attempt;

      g_assert_cmpint (pread (f->journal.fd, whole, sizeof whole, slot), ==, sizeof whole);
      memcpy (torn, whole, sizeof torn);
      for (guint j = 0; j < cases[i].length; j++)
        torn[cases[i].at + j] = cases[i].flip ? torn[cases[i].at + j] ^ (guint8) cases[i].flip : 0;
      g_assert_cmpint (pwrite (f->journal.fd, torn, sizeof torn, slot), ==, sizeof torn);
      load (f);
      g_test_message ("%s", cases[i].what);
      g_assert_true (sy_journal_find (f->view, 501, &attempt));
      g_assert_nonnull (attempt.claim);
      g_assert_null (attempt.started);
      g_assert_nonnull (attempt.exit);
      g_assert_cmpuint (f->view->n_torn, ==, i == 0 ? 0 : 1);
      g_assert_cmpint (pwrite (f->journal.fd, whole, sizeof whole, slot), ==, sizeof whole);
    }
}

/* A record copied into another journal's file is not of that journal. */
static void
test_foreign (Fixture *f, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc (SY_JOURNAL_SIZE);

  append (f, SY_JOURNAL_CLAIM, 501);
  g_assert_cmpint (pread (f->journal.fd, bytes, SY_JOURNAL_SIZE, 0), ==, SY_JOURNAL_SIZE);
  sy_journal_parse (f->view, bytes, SY_JOURNAL_SIZE, 4);
  g_assert_false (f->view->has_header);
  g_assert_cmpuint (f->view->n_records, ==, 0);
  g_assert_cmpuint (f->view->n_torn, ==, 2);
  for (gsize length = 0; length < 3 * SY_JOURNAL_RECORD; length += 100)
    sy_journal_parse (f->view, bytes, length, 3);
  g_assert_cmpuint (f->view->n_records, ==, 1);
}

static void
test_lock (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (sy_journal_lock_state (f->run_fd, 3), ==, SY_JOURNAL_HELD);
  /* The test lets go: the owner's lock is untouched, and a second look says the same. */
  g_assert_cmpint (sy_journal_lock_state (f->run_fd, 3), ==, SY_JOURNAL_HELD);
  close (f->journal.fd);
  f->journal.fd = -1;
  g_assert_cmpint (sy_journal_lock_state (f->run_fd, 3), ==, SY_JOURNAL_FREE);
  g_assert_cmpint (sy_journal_lock_state (f->run_fd, 4), ==, SY_JOURNAL_ABSENT);
}

static void
test_number_used_once (Fixture *f, gconstpointer data)
{
  SyJournalRecord head = { .keeper_pid = 78 };
  SyJournal second;

  g_assert_cmpint (sy_journal_create (&second, f->run_fd, 3, &head), ==, -EEXIST);
  load (f);
  g_assert_cmpint (f->view->header.keeper_pid, ==, 77);
}

static void
test_symlink (Fixture *f, gconstpointer data)
{
  SyJournalRecord head = { 0 };
  SyJournal second;

  g_assert_cmpint (symlinkat ("../target", f->run_fd, "k/8"), ==, 0);
  g_assert_cmpint (sy_journal_create (&second, f->run_fd, 8, &head), ==, -EEXIST);
  g_assert_cmpint (sy_journal_lock_state (f->run_fd, 8), ==, -ELOOP);
  unlinkat (f->run_fd, "k/8", 0);
}

static void
test_own_start_time (void)
{
  guint64 mine = sy_journal_start_time (getpid ());

  g_assert_cmpuint (mine, >, 0);
  g_assert_true (sy_journal_start_matches (mine, mine));
  g_assert_true (sy_journal_start_matches (mine - 1, mine));
  g_assert_false (sy_journal_start_matches (mine + 1, mine));
  g_assert_false (sy_journal_start_matches (mine - 2, mine));
  g_assert_cmpuint (sy_journal_start_time (G_MAXINT), ==, 0);
  g_assert_cmpuint (sy_journal_pidns (), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add ("/engine/journal/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("fresh", test_fresh);
  ADD ("attempt", test_attempt);
  ADD ("newest-exit-counts", test_newest_exit_counts);
  ADD ("ring", test_ring);
  ADD ("torn", test_torn);
  ADD ("foreign", test_foreign);
  ADD ("lock", test_lock);
  ADD ("number-used-once", test_number_used_once);
  ADD ("symlink", test_symlink);
  g_test_add_func ("/engine/journal/own-start-time", test_own_start_time);
  return g_test_run ();
}
