/* test-child.c: what tests run as tasks, by modes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Appends our pid to the ledger, so that a test can see who lives. */
static void
sign (const char *ledger)
{
  char text[32];
  int n = snprintf (text, sizeof text, "%d\n", (int) getpid ());
  int fd = open (ledger, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  if (fd < 0 || write (fd, text, (size_t) n) != n)
    _exit (99);
  close (fd);
}

static void
sleep_for (double seconds)
{
  struct timespec ts = { .tv_sec = (time_t) seconds, .tv_nsec = (long) ((seconds - (double) (time_t) seconds) * 1e9) };

  while (nanosleep (&ts, &ts) < 0 && errno == EINTR)
    ;
}

static void
ignore_polite_signals (void)
{
  signal (SIGTERM, SIG_IGN);
  signal (SIGHUP, SIG_IGN);
  signal (SIGINT, SIG_IGN);
}

/* Forks a child that signs, does what @prepare does, and sleeps. */
static void
fork_sleeper (const char *ledger, void (*prepare) (void))
{
  if (fork () == 0)
    {
      if (prepare != NULL)
        prepare ();
      sign (ledger);
      sleep_for (600);
      _exit (0);
    }
}

static void
own_group (void)
{
  setpgid (0, 0);
}

static void
own_session (void)
{
  setsid ();
}

static void
stop_self (void)
{
  ignore_polite_signals ();
  if (fork () == 0)
    {
      kill (getppid (), SIGSTOP);
      _exit (0);
    }
}

/* Comes back when the daemon has signed. */
static void
become_daemon (const char *ledger, int keep_stdout)
{
  int signed_by[2];
  char none;

  if (pipe (signed_by) < 0)
    _exit (95);
  if (fork () == 0)
    {
      setsid ();
      if (fork () > 0)
        _exit (0);
      clearenv ();
      for (int fd = 0; fd < 256; fd++)
        if (fd != signed_by[1] && (!keep_stdout || fd != STDOUT_FILENO))
          close (fd);
      sign (ledger);
      close (signed_by[1]);
      sleep_for (600);
      _exit (0);
    }
  close (signed_by[1]);
  if (read (signed_by[0], &none, 1) != 0)
    _exit (94);
  close (signed_by[0]);
  wait (NULL);
}

/* Eight lines of descent, each: fork, own session, exit of the parent, for ever. */
static void
storm (const char *ledger)
{
  sign (ledger);
  for (int i = 0; i < 8; i++)
    if (fork () == 0)
      for (;;)
        {
          pid_t pid = fork ();

          if (pid > 0)
            _exit (0);
          setsid ();
        }
}

/* The seven payloads of a kill: all of them leave someone who outlives a plain kill of the main process. */
static int
payload (const char *kind, const char *ledger)
{
  if (strcmp (kind, "tree") == 0)
    {
      fork_sleeper (ledger, NULL);
      fork_sleeper (ledger, NULL);
    }
  else if (strcmp (kind, "stubborn") == 0)
    {
      ignore_polite_signals ();
      fork_sleeper (ledger, NULL);
    }
  else if (strcmp (kind, "group") == 0)
    fork_sleeper (ledger, own_group);
  else if (strcmp (kind, "session") == 0)
    fork_sleeper (ledger, own_session);
  else if (strcmp (kind, "daemon") == 0)
    become_daemon (ledger, 0);
  else if (strcmp (kind, "storm") == 0)
    storm (ledger);
  else if (strcmp (kind, "stopped") == 0)
    fork_sleeper (ledger, stop_self);
  else
    return 98;
  sign (ledger);
  puts ("ready");
  fflush (stdout);
  sleep_for (600);
  return 0;
}

/* Writes @bytes as lines of 64 bytes with rising numbers. */
static int
spew (unsigned long long bytes)
{
  static char block[65536 + 1];
  unsigned long long line = 0;

  while (bytes > 0)
    {
      size_t used = 0, at = 0;

      for (; used < sizeof block - 1; used += 64)
        snprintf (block + used, 65, "%063llu\n", line++);
      if (used > bytes)
        used = (size_t) bytes;
      while (at < used)
        {
          ssize_t n = write (STDOUT_FILENO, block + at, used - at);

          if (n < 0)
            return 97;
          at += (size_t) n;
        }
      bytes -= used;
    }
  return 0;
}

/* Says what a task must not inherit: open descriptors, blocked or ignored signals, a terminal. */
static int
inside (void)
{
  char line[256], cwd[4096];
  FILE *status = fopen ("/proc/self/status", "re");

  for (int fd = 0; fd < 1024; fd++)
    if (fcntl (fd, F_GETFD) >= 0 && (status == NULL || fd != fileno (status)))
      printf ("fd %d\n", fd);
  while (status != NULL && fgets (line, sizeof line, status))
    if (strncmp (line, "SigBlk", 6) == 0 || strncmp (line, "SigIgn", 6) == 0 || strncmp (line, "Umask", 5) == 0)
      fputs (line, stdout);
  printf ("group %d\n", getpgrp () == getpid ());
  printf ("tty %d\n", open ("/dev/tty", O_RDWR) >= 0);
  printf ("cwd %s\n", getcwd (cwd, sizeof cwd));
  if (status != NULL)
    fclose (status);
  return 0;
}

/* On TERM: writes "caught" and ends with 0 after a moment. */
static void
on_term (int number)
{
  ssize_t ignored = write (STDOUT_FILENO, "caught\n", 7);

  (void) ignored;
  (void) number;
  _exit (0);
}

static int
graceful (void)
{
  signal (SIGTERM, on_term);
  puts ("ready");
  fflush (stdout);
  sleep_for (600);
  return 1;
}

/* The main process ends at once; a child writes @text a little later. */
static int
late (double seconds, const char *text)
{
  if (fork () == 0)
    {
      sleep_for (seconds);
      puts (text);
      fflush (stdout);
      _exit (0);
    }
  return 0;
}

/* The main process ends at once; a child has no stdout any more, and says in @ledger that it ended by itself. */
static int
late_exit (double seconds, const char *ledger)
{
  if (fork () == 0)
    {
      close (STDOUT_FILENO);
      close (STDERR_FILENO);
      sleep_for (seconds);
      sign (ledger);
      _exit (0);
    }
  return 0;
}

/* Deaf to TERM itself; ends with 0 once its child, which is not, has caught it. */
static int
inner_graceful (void)
{
  pid_t pid;
  int status = 1;

  ignore_polite_signals ();
  pid = fork ();
  if (pid == 0)
    _exit (graceful ());
  return waitpid (pid, &status, 0) == pid && status == 0 ? 0 : 1;
}

static int
ticks (int n, double seconds)
{
  for (int i = 0; i < n; i++)
    {
      printf ("tick %d\n", i);
      fflush (stdout);
      sleep_for (seconds);
    }
  return 0;
}

/* One line of the ledger: what happened, task and attempt; O_APPEND keeps lines of many writers whole. */
static void
enter (int ledger, const char *what)
{
  char line[256];
  int n = snprintf (line, sizeof line, "%s %s %s\n", what, getenv ("SWITCHYARD_TASK"), getenv ("SWITCHYARD_ATTEMPT"));

  if (write (ledger, line, (size_t) n) != n)
    _exit (97);
}

static int
keep_ledger (const char *path, double seconds)
{
  int ledger = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

  if (ledger < 0)
    return 96;
  enter (ledger, "begin");
  sleep_for (seconds);
  enter (ledger, "end");
  return 0;
}

int
main (int argc, char **argv)
{
  const char *mode = argc > 1 ? argv[1] : "";
  const char *one = argc > 2 ? argv[2] : "";
  const char *two = argc > 3 ? argv[3] : "";

  if (strcmp (mode, "exit") == 0)
    return atoi (one);
  if (strcmp (mode, "signal") == 0)
    return raise (atoi (one));
  if (strcmp (mode, "sleep") == 0)
    return sleep_for (strtod (one, NULL)), 0;
  if (strcmp (mode, "echo") == 0)
    return fputs (one, stdout), fflush (stdout), fputs (two, stderr), 0;
  if (strcmp (mode, "env") == 0)
    return fputs (getenv (one) ? getenv (one) : "(unset)", stdout), 0;
  if (strcmp (mode, "args") == 0)
    {
      for (int i = 2; i < argc; i++)
        printf ("<%s>", argv[i]);
      return 0;
    }
  if (strcmp (mode, "cat") == 0)
    {
      for (int c; (c = getchar ()) != EOF;)
        putchar (c);
      return 0;
    }
  if (strcmp (mode, "spew") == 0)
    return spew (strtoull (one, NULL, 10));
  if (strcmp (mode, "ticks") == 0)
    return ticks (atoi (one), strtod (two, NULL));
  if (strcmp (mode, "inside") == 0)
    return inside ();
  if (strcmp (mode, "ledger") == 0) /* a line at the begin, sleeps, a line at the end */
    return keep_ledger (one, strtod (two, NULL));
  if (strcmp (mode, "payload") == 0)
    return payload (one, two);
  if (strcmp (mode, "leave-daemon") == 0) /* exits 0; a daemon holds stdout */
    return become_daemon (one, 1), 0;
  if (strcmp (mode, "leave-quiet") == 0) /* exits 0; a daemon without any descriptor */
    return become_daemon (one, 0), 0;
  if (strcmp (mode, "graceful") == 0)
    return graceful ();
  if (strcmp (mode, "late") == 0)
    return late (strtod (one, NULL), two);
  if (strcmp (mode, "late-exit") == 0)
    return late_exit (strtod (one, NULL), two);
  if (strcmp (mode, "inner-graceful") == 0)
    return inner_graceful ();
  if (strcmp (mode, "sign") == 0) /* ledger, then sleeps */
    return sign (one), sleep_for (strtod (two, NULL)), 0;
  fprintf (stderr, "test-child: unknown mode “%s”\n", mode);
  return 98;
}
