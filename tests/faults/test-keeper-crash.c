/* test-keeper-crash.c: the keeper is killed at, or refused, every single system call it makes
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * strace runs the keeper and kills it at the N-th call of one kind, for N = 1, 2, … until it ends untouched.
 * Then the journal is read as recovery reads it, and compared with a ledger that the tasks wrote themselves.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-process.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/faults/tracer.h"

#define N_ORDERS 4 /* the last one follows upon the one before it, which ends well, as it does itself */
#define EXIT_OF(nonce) ((nonce) < N_ORDERS - 1 ? (int) (nonce) : 0)

/* One run of a keeper under injection */
typedef struct
{
  char *dir, *tracer;
  int run_fd;
  pid_t pid;
  SyKeeperLink *link;
  gboolean exited[N_ORDERS + 1], voided[N_ORDERS + 1], fenced[N_ORDERS + 1]; /* by nonce */
  int status[N_ORDERS + 1];
  gboolean unrecorded[N_ORDERS + 1]; /* the report said that the disk had refused the record */
  gboolean killed; /* the injection struck */
} Trial;

static void
trial_start (Trial *trial, const char *call, const char *what, const char *when)
{
  static const char *const folders[] = { "k", "out", "v" };
  g_autoptr (GError) error = NULL;
  int fds[2];

  *trial = (Trial){ .dir = g_dir_make_tmp ("sy-crash-XXXXXX", &error) };
  g_assert_no_error (error);
  trial->run_fd = open (trial->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    g_assert_cmpint (mkdirat (trial->run_fd, folders[i], 0700), ==, 0);
  trial->tracer = tracer_write (trial->dir, keeper_client_program (), call, what, when, FALSE);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  trial->pid = sy_process_spawn_keeper (trial->tracer, 1, "test", trial->run_fd, fds[1], -1, &error);
  g_assert_no_error (error);
  close (fds[1]);
  trial->link = sy_keeper_link_new (fds[0]);
}

static void
trial_order (Trial *trial, guint64 nonce)
{
  SyOrder *order = g_new0 (SyOrder, 1);
  const char *script = "echo START $0 >>ledger; echo output of $0; echo v=$0 >v/t$0.i0.a1; echo END $0 >>ledger; exit $1";

  order->values = TRUE;
  order->nonce = nonce;
  order->task = (guint32) nonce;
  order->attempt = 1;
  order->argv = g_new0 (char *, 6);
  order->argv[0] = g_strdup ("/bin/sh");
  order->argv[1] = g_strdup ("-c");
  order->argv[2] = g_strdup (script);
  order->argv[3] = g_strdup_printf ("%u", (guint) nonce);
  order->argv[4] = g_strdup_printf ("%d", EXIT_OF (nonce));
  order->after = nonce == N_ORDERS ? nonce - 1 : 0;
  order->dir = g_strdup (trial->dir);
  order->stop_signal = SIGTERM;
  g_assert_true (sy_keeper_link_order (trial->link, 0, order, NULL));
  sy_order_free (order);
}

/* Takes what has come; FALSE: the keeper is gone. */
static gboolean
trial_take (Trial *trial, gboolean *ready, guint *ended)
{
  struct pollfd fd = { .fd = sy_keeper_link_get_fd (trial->link), .events = POLLIN };
  gboolean open = TRUE;
  const SyKeeperFrame *frame;

  if (poll (&fd, 1, 20000) <= 0)
    g_error ("the keeper does not answer: %s", trial->dir);
  open = sy_keeper_link_fill (trial->link);
  while ((frame = sy_keeper_link_next (trial->link)) != NULL)
    {
      const SyKeeperExited *exited = (const SyKeeperExited *) frame;

      *ready |= frame->kind == SY_KEEPER_STATUS;
      if (frame->kind < SY_KEEPER_EXITED || frame->kind > SY_KEEPER_VOIDED || frame->kind == SY_KEEPER_CLAIMED)
        continue;
      g_assert_cmpuint (exited->nonce, <=, N_ORDERS);
      (*ended)++;
      if (frame->kind == SY_KEEPER_FENCED)
        trial->fenced[exited->nonce] = TRUE;
      else if (frame->kind == SY_KEEPER_VOIDED)
        trial->voided[exited->nonce] = TRUE;
      else
        {
          trial->exited[exited->nonce] = TRUE;
          trial->unrecorded[exited->nonce] = (exited->exit.flags & SY_JOURNAL_UNRECORDED) != 0;
          trial->status[exited->nonce] = exited->exit.spawn_errno ? -1 : exited->exit.status;
        }
    }
  return open;
}

/* The runner's part: set up, order, take reports, hang up. */
static void
trial_run (Trial *trial)
{
  SyKeeperLinkSetup setup = { .umask = 022, .environment = (const char *[]){ "PATH=/usr/bin:/bin", NULL } };
  gboolean ready = FALSE, open = TRUE;
  guint ended = 0;
  int status;

  sy_keeper_link_setup (trial->link, &setup);
  sy_keeper_link_flush (trial->link);
  while (open && !ready)
    open = trial_take (trial, &ready, &ended);
  for (guint64 nonce = 1; open && nonce <= N_ORDERS; nonce++)
    trial_order (trial, nonce);
  open = open && sy_keeper_link_flush (trial->link);
  while (open && ended < N_ORDERS)
    open = trial_take (trial, &ready, &ended);
  g_clear_pointer (&trial->link, sy_keeper_link_free);
  while (waitpid (trial->pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  trial->killed = WIFSIGNALED (status);
  /* A task outlives its keeper (until it writes into the pipe that nobody reads): we are its parent then. */
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    ;
}

static char *
trial_ledger (Trial *trial)
{
  g_autofree char *path = g_build_filename (trial->dir, "ledger", NULL);
  char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) ? text : g_strdup ("");
}

static guint
count (const char *text, const char *word, guint64 nonce)
{
  g_autofree char *line = g_strdup_printf ("%s %u\n", word, (guint) nonce);
  guint n = 0;

  for (const char *p = text; (p = strstr (p, line)) != NULL; p++)
    n++;
  return n;
}

/* What must hold whenever and wherever the keeper died. */
static void
trial_check_order (Trial *trial, const SyJournalView *view, const char *ledger, guint64 nonce)
{
  guint starts = count (ledger, "START", nonce), ends = count (ledger, "END", nonce);
  SyJournalAttempt attempt;
  gboolean known = sy_journal_find (view, nonce, &attempt);

  g_assert_cmpuint (starts, <=, 1);
  /* Nothing runs without a claim, and what was taken back never ran. */
  if (starts > 0)
    g_assert_nonnull (attempt.claim);
  if (trial->fenced[nonce] || trial->voided[nonce])
    g_assert_cmpuint (starts, ==, 0);
  /* What was reported is in the journal, and what is in the journal is true. */
  if (trial->exited[nonce] && !trial->unrecorded[nonce])
    {
      g_assert_nonnull (attempt.exit);
      g_assert_cmpint (attempt.exit->exit.spawn_errno ? -1 : attempt.exit->exit.status, ==, trial->status[nonce]);
    }
  if (known && attempt.exit != NULL && attempt.exit->exit.spawn_errno == 0)
    {
      g_autofree char *name = g_strdup_printf ("%s/out/t%u.i0.a1.0", trial->dir, (guint) nonce);
      g_autofree char *output = NULL;

      g_assert_cmpuint (ends, ==, 1);
      g_assert_cmpint (attempt.exit->exit.status, ==, EXIT_OF (nonce) << 8);
      g_assert_cmpint (attempt.exit->sizes[0], ==, 4);
      g_assert_cmpint (attempt.exit->exit.output, ==, 12);
      if (attempt.exit->exit.dropped == 0)
        {
          g_assert_true (g_file_get_contents (name, &output, NULL, NULL));
          g_assert_cmpuint (strlen (output), ==, 12);
        }
    }
  if (known && attempt.voided != NULL)
    g_assert_cmpuint (starts, ==, 0);
}

/* The last one has begun only if the journal says that the one before it had ended well. */
static void
trial_check_chain (const SyJournalView *view)
{
  SyJournalAttempt before, last;

  if (!sy_journal_find (view, N_ORDERS, &last))
    return;
  g_assert_true (sy_journal_find (view, N_ORDERS - 1, &before));
  g_assert_nonnull (before.exit);
  g_assert_cmpint (before.exit->exit.status, ==, 0);
  g_assert_cmpint (before.exit->exit.spawn_errno, ==, 0);
  g_assert_cmpuint (before.exit->seq, <, last.claim->seq);
}

/* One point; TRUE if the injection struck. */
static gboolean
try_point (const char *call, const char *what, const char *when)
{
  g_autofree SyJournalView *view = g_new0 (SyJournalView, 1);
  g_autofree char *ledger = NULL;
  gboolean struck;
  Trial trial;
  int lock;

  trial_start (&trial, call, what, when);
  trial_run (&trial);
  ledger = trial_ledger (&trial);
  lock = sy_journal_lock_state (trial.run_fd, 1);
  g_assert_true (lock == SY_JOURNAL_FREE || lock == SY_JOURNAL_ABSENT);
  if (lock == SY_JOURNAL_FREE)
    g_assert_cmpint (sy_journal_load (view, trial.run_fd, 1), ==, 0);
  for (guint64 nonce = 1; nonce <= N_ORDERS; nonce++)
    trial_check_order (&trial, view, ledger, nonce);
  trial_check_chain (view);
  struck = trial.killed || tracer_has_struck (trial.dir);
  if (!struck)
    for (guint64 nonce = 1; nonce <= N_ORDERS; nonce++)
      g_assert_cmpint (trial.status[nonce], ==, EXIT_OF (nonce) << 8);
  close (trial.run_fd);
  keeper_client_remove_tree (trial.dir);
  g_free (trial.dir);
  g_free (trial.tracer);
  return struck;
}

/* Every N of one call, until the keeper ends untouched */
static guint
sweep (const char *call, const char *what, const char *and_then)
{
  guint struck = 0;

  for (guint n = 1; n < 400; n++)
    {
      g_autofree char *when = g_strdup_printf ("%u%s", n, and_then);

      g_test_message ("%s %s %s", call, what, when);
      if (!try_point (call, what, when))
        return struck;
      struck++;
    }
  return struck;
}

static void
test_killed (void)
{
  static const char *const calls[] = { "pwrite64", "vfork", "waitid", "ppoll", "read", "recvfrom", "sendto", "openat",
                                       "close", "pipe2", "fcntl", "fsync", "flock", "bind", "listen", "setsid", "unlink",
                                       "signalfd4", "prctl", "umask", "chdir", "dup2", "exit_group" };
  guint struck = 0;

  if (!tracer_works ())
    {
      g_test_skip ("strace cannot run here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      guint n = sweep (calls[i], "signal=KILL", "");

      /* Calls without which there is no keeper: an injection that strikes nothing is a test that cannot fail. */
      if (i < 12)
        g_assert_cmpuint (n, >, 0);
      struck += n;
    }
  g_test_message ("killed at %u points", struck);
  g_assert_cmpuint (struck, >, 100);
}

/* One call fails, once or from then on: nothing hangs, nothing is lost, no task is blamed. */
static void
test_refused (void)
{
  static const struct { const char *call, *error, *and_then; } cases[] = {
    { "vfork", "EAGAIN", "" },    { "vfork", "EAGAIN", "+" },    { "pipe2", "EMFILE", "" },  { "pipe2", "EMFILE", "+" },
    { "pwrite64", "ENOSPC", "" }, { "pwrite64", "EIO", "+" },    { "fcntl", "EINVAL", "" },  { "fsync", "EIO", "+" },
    { "read", "EINTR", "" },      { "recvfrom", "EINTR", "" },   { "sendto", "EINTR", "" },  { "ppoll", "EINTR", "" },
    { "waitid", "EINTR", "" },    { "sendto", "EPIPE", "" },     { "recvfrom", "ECONNRESET", "" },
  };

  if (!tracer_works ())
    {
      g_test_skip ("strace cannot run here");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *what = g_strdup_printf ("error=%s", cases[i].error);

      g_assert_cmpuint (sweep (cases[i].call, what, cases[i].and_then), >, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), ==, 0);
  g_test_add_func ("/faults/keeper-crash/killed", test_killed);
  g_test_add_func ("/faults/keeper-crash/refused", test_refused);
  return g_test_run ();
}
