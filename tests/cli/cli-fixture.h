/* cli-fixture.h: the program itself, in a private folder with a private state dir
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *dir;          /* working folder, private */
  char *state;        /* XDG_STATE_HOME */
  GStrv env;          /* of the program */
} CliFixture;

void cli_fixture_set_up (CliFixture *fixture, gconstpointer data);
void cli_fixture_tear_down (CliFixture *fixture, gconstpointer data);
/* A case with the fixture above */
#define CLI_ADD(path, data, func) \
  g_test_add (path, CliFixture, data, cli_fixture_set_up, func, cli_fixture_tear_down)

/* What one call gave */
typedef struct
{
  int code;           /* exit code, −1 after a signal */
  char *out, *err;
} CliResult;
void cli_result_clear (CliResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (CliResult, cli_result_clear)

const char *cli_program (void);
const char *cli_child (void);   /* tests/lib/test-child */

/* Runs `switchyard …` in fixture->dir. */
CliResult cli_run (CliFixture *fixture, ...) G_GNUC_NULL_TERMINATED;
CliResult cli_runv (CliFixture *fixture, const char *const *args);
/* The same, and fails the test unless it ends with @code. */
CliResult cli_expect (CliFixture *fixture, int code, ...) G_GNUC_NULL_TERMINATED;
/* Starts it and returns; stdout and stderr go to files of the fixture. */
GPid cli_spawn (CliFixture *fixture, const char *out_name, ...) G_GNUC_NULL_TERMINATED;
int cli_wait (GPid pid);

/* Writes a file below fixture->dir; returns its path. @text may hold %CHILD% for the path of test-child. */
char *cli_write (CliFixture *fixture, const char *name, const char *text);
char *cli_read (CliFixture *fixture, const char *name);
/* Polls until @name exists, or has @text in it; at most a minute. */
void cli_await_file (CliFixture *fixture, const char *name, const char *text);
/* Polls until no keeper and no runner has a socket left in the state dir: they go a moment after the command that ran them. */
void cli_await_no_keepers (CliFixture *fixture);
/* Polls `show last --json` until the task has that state. */
void cli_await_state (CliFixture *fixture, const char *task, const char *state);

/* "state/name" of a task of @run; (transfer full) */
char *cli_task_state (CliFixture *fixture, const char *run, const char *task);
char *cli_run_state (CliFixture *fixture, const char *run);
char *cli_run_uuid (CliFixture *fixture, const char *run);
/* Fails unless the task (NULL: the run) of the newest run is in that state. */
void cli_expect_state (CliFixture *fixture, const char *task, const char *wanted);
/* Fails unless the lines of the file "ledger" are these words. */
void cli_expect_ledger (CliFixture *fixture, const char *wanted);

/* Fails unless @text has @part. */
#define cli_assert_has(text, part) cli_assert_has_at (G_STRLOC, text, part, TRUE)
#define cli_assert_has_not(text, part) cli_assert_has_at (G_STRLOC, text, part, FALSE)
void cli_assert_has_at (const char *where, const char *text, const char *part, gboolean wanted);

G_END_DECLS
