/* test-recovery.c: the crash table, row by row, over journals written here
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/engine/sy-journal.h"
#include "core/engine/sy-local-executor.h"
#include "core/engine/sy-recovery.h"
#include "tests/lib/flow.h"

#define NONCE G_GUINT64_CONSTANT (4242)

typedef enum { NO_JOURNAL, EMPTY, CLAIM, STARTED, EXIT_0, EXIT_3, EXIT_TREE, VOID } Journal;

/* What the log says, what the journal says, and what must come of it. */
static const struct
{
  const char *name;
  gboolean logged_start;        /* the log has STARTED */
  Journal journal;
  gboolean lock_held;           /* by a keeper that does not answer */
  gboolean journal_boot;        /* the record is of another boot */
  gboolean log_boot;            /* the newest event is of another boot */
  int recorded, on_disk;        /* size of v/…; -1 = no such file */
  SyState state;
  SyName reason;
  gboolean nonce_left;
} rows[] = {
  { "not sent", FALSE, NO_JOURNAL, FALSE, FALSE, FALSE, -1, -1, SY_STATE_READY, SY_NAME_QUEUED, FALSE },
  { "sent, no claim", FALSE, EMPTY, FALSE, FALSE, FALSE, -1, -1, SY_STATE_READY, SY_NAME_QUEUED, FALSE },
  { "claim", FALSE, CLAIM, FALSE, FALSE, FALSE, -1, -1, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "started, not logged", FALSE, STARTED, FALSE, FALSE, FALSE, -1, -1, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "started, logged", TRUE, STARTED, FALSE, FALSE, FALSE, -1, -1, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "exit 0, start not logged", FALSE, EXIT_0, FALSE, FALSE, FALSE, -1, -1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { "exit 0", TRUE, EXIT_0, FALSE, FALSE, FALSE, -1, -1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { "exit 3", TRUE, EXIT_3, FALSE, FALSE, FALSE, -1, -1, SY_STATE_FAILED, SY_NAME_EXIT, FALSE },
  { "exit, tree may live", TRUE, EXIT_TREE, FALSE, FALSE, FALSE, -1, -1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { "void", FALSE, VOID, FALSE, FALSE, FALSE, -1, -1, SY_STATE_READY, SY_NAME_QUEUED, FALSE },
  { "journal missing, start logged", TRUE, NO_JOURNAL, FALSE, FALSE, FALSE, -1, -1, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "reboot, no trace", FALSE, NO_JOURNAL, FALSE, FALSE, TRUE, -1, -1, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, empty journal", FALSE, EMPTY, FALSE, TRUE, TRUE, -1, -1, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, claim", FALSE, CLAIM, FALSE, TRUE, TRUE, -1, -1, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, started", TRUE, STARTED, FALSE, TRUE, TRUE, -1, -1, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, exit", TRUE, EXIT_0, FALSE, TRUE, TRUE, -1, -1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { "reboot, exit, output whole", TRUE, EXIT_0, FALSE, TRUE, TRUE, 4, 4, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { "reboot, exit, output cut", TRUE, EXIT_0, FALSE, TRUE, TRUE, 4, 0, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, exit, output gone", TRUE, EXIT_0, FALSE, TRUE, TRUE, 4, -1, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "silent keeper, no claim", FALSE, EMPTY, TRUE, FALSE, FALSE, -1, -1, SY_STATE_READY, SY_NAME_HELD_KEEPER, TRUE },
  { "silent keeper, claim", FALSE, CLAIM, TRUE, FALSE, FALSE, -1, -1, SY_STATE_RUNNING, SY_NAME_RUNNING, TRUE },
  { "silent keeper, running", TRUE, STARTED, TRUE, FALSE, FALSE, -1, -1, SY_STATE_RUNNING, SY_NAME_RUNNING, TRUE },
  { "silent keeper, exit", TRUE, EXIT_0, TRUE, FALSE, FALSE, -1, -1, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
};

typedef struct
{
  char *folder;
  int run_fd;
  SyWorkflow *workflow;
  SyRunState *state;
  SyScheduler *scheduler;
  SyExecutor *executor;
  SyExprContext context;
  SyJournal journal;
  gboolean journal_open;
  gboolean begun;       /* the scheduler is at work */
} Fixture;

static void
apply (Fixture *f, SyEvent event)
{
  g_autoptr (GError) error = NULL;

  event.boot = 1;
  sy_run_state_apply (f->state, &event, &error);
  g_assert_no_error (error);
}

static void
write_log (Fixture *f, gboolean logged_start)
{
  apply (f, (SyEvent){ .kind = SY_EVENT_RUN_CREATED, .value = 2 });
  apply (f, (SyEvent){ .kind = SY_EVENT_RUN_STATE, .value = SY_RUN_RUNNING });
  apply (f, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 1, .state = SY_STATE_READY, .name = SY_NAME_QUEUED });
  apply (f, (SyEvent){ .kind = SY_EVENT_INTENT, .task = 1, .attempt = 1, .nonce = NONCE });
  if (logged_start)
    apply (f, (SyEvent){ .kind = SY_EVENT_STARTED, .task = 1, .attempt = 1, .nonce = NONCE, .keeper = 1, .pid = 1 });
}

static void
append (Fixture *f, SyJournalKind kind, guint i)
{
  SyJournalRecord record = { .kind = (guint16) kind, .nonce = NONCE, .task = 1, .attempt = 1, .pid = 1 };

  if (kind == SY_JOURNAL_EXIT)
    {
      record.exit = (SyJournalExit){ .status = rows[i].journal == EXIT_3 ? 3 << 8 : 0, .rss = -1 };
      record.exit.flags = rows[i].journal == EXIT_TREE ? 0 : SY_JOURNAL_TREE_GONE;
      record.n_sizes = 1;
      record.sizes[0] = rows[i].recorded;
    }
  g_assert_cmpint (sy_journal_append (&f->journal, &record), ==, 0);
}

static void
write_journal (Fixture *f, guint i)
{
  SyJournalRecord head = { .keeper_pid = 1, .start_time = 1 };

  if (rows[i].journal == NO_JOURNAL)
    return;
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  if (rows[i].journal_boot)
    head.boot_id[0] ^= 1;
  g_assert_cmpint (sy_journal_create (&f->journal, f->run_fd, 1, &head), ==, 0);
  f->journal_open = TRUE;
  if (rows[i].journal != EMPTY)
    append (f, SY_JOURNAL_CLAIM, i);
  if (rows[i].journal >= STARTED && rows[i].journal != VOID)
    append (f, SY_JOURNAL_STARTED, i);
  if (rows[i].journal >= EXIT_0 && rows[i].journal != VOID)
    append (f, SY_JOURNAL_EXIT, i);
  if (rows[i].journal == VOID)
    append (f, SY_JOURNAL_VOID, i);
  if (!rows[i].lock_held)
    {
      close (f->journal.fd);
      f->journal_open = FALSE;
    }
}

static void
write_output (Fixture *f, int size)
{
  int fd = size >= 0 ? openat (f->run_fd, "v/t1.i0.a1", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;

  if (fd >= 0)
    {
      g_assert_cmpint (ftruncate (fd, size), ==, 0);
      close (fd);
    }
}

static SyExecutor *
make_executor (Fixture *f)
{
  SyLocalExecutorOptions options = { .run_fd = f->run_fd, .run_path = f->folder, .run_id = "recovery-test", .keeper = "/bin/true", .slots = 2 };
  g_autoptr (GError) error = NULL;
  SyExecutor *executor = sy_local_executor_new (&options, &error);

  g_assert_no_error (error);
  return executor;
}

static void
set_up_flow (Fixture *f, const char *flow)
{
  memset (f, 0, sizeof *f);
  f->folder = g_dir_make_tmp ("switchyard-recovery-XXXXXX", NULL);
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mkdirat (f->run_fd, "k", 0700);
  mkdirat (f->run_fd, "v", 0700);
  f->workflow = flow_parse (flow);
  f->state = sy_run_state_new (f->workflow);
}

/* A runner finds what was written. */
static void
begin (Fixture *f)
{
  SySchedulerOptions options = { .slots = 2, .seed = 1, .on_failure = -1, .context = &f->context, .milli_cpu = 8000 };

  f->executor = make_executor (f);
  f->scheduler = sy_scheduler_new (f->state, &options);
}

static void
set_up (Fixture *f, guint i)
{
  set_up_flow (f, "a");
  write_log (f, rows[i].logged_start);
  write_journal (f, i);
  write_output (f, rows[i].on_disk);
  begin (f);
}

static void
tear_down (Fixture *f)
{
  const char *argv[] = { "rm", "-rf", f->folder, NULL };

  f->executor->shutdown (f->executor, TRUE);
  f->executor->free (f->executor);
  sy_scheduler_free (f->scheduler);
  sy_run_state_free (f->state);
  sy_workflow_unref (f->workflow);
  if (f->journal_open)
    close (f->journal.fd);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
  close (f->run_fd);
  g_free (f->folder);
}

static guint
recover_at (Fixture *f, gboolean other_boot)
{
  SyRecovery recovery = {
    .run_fd = f->run_fd,
    .run_id = "recovery-test",
    .executor = f->executor,
    .state = f->state,
    .scheduler = f->scheduler,
    .now = { 1000, 1000 },
    .other_boot = other_boot,
    .begun = f->begun,
    .patience_us = 1000,
  };
  SyRecoveryResult result;
  SyBatch batch = { 0 };
  guint n = 0;

  sy_recovery_run (&recovery, &result);
  if (sy_scheduler_take (f->scheduler, &batch))
    n = batch.events->len;
  sy_batch_clear (&batch);
  return n;
}

static void
test_row (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Fixture f;
  const SyTaskState *task;

  set_up (&f, i);
  recover_at (&f, rows[i].log_boot);
  task = &f.state->tasks[0];
  g_assert_cmpstr (sy_state_to_string ((SyState) task->state), ==, sy_state_to_string (rows[i].state));
  g_assert_cmpstr (sy_name_to_string ((SyName) task->name), ==, sy_name_to_string (rows[i].reason));
  g_assert_cmpint (task->nonce != 0 && !sy_state_is_terminal ((SyState) task->state), ==, rows[i].nonce_left);
  g_assert_cmpuint (recover_at (&f, rows[i].log_boot), ==, 0); /* a second time there is nothing to say */
  tear_down (&f);
}

/* --- what stood by --- */

#define STANDBY G_GUINT64_CONSTANT (4343)

/* b needs a; the log has a's intent, and that b stands by. What the journal says of both, and what must come of them. */
static const struct
{
  const char *name;
  Journal a, b;         /* EMPTY: the journal has no word of it */
  gboolean lock_held;   /* by a keeper that does not answer */
  gboolean reboot;
  gboolean ready;       /* the log has b's join, too */
  SyState a_state;
  SyName a_reason;
  SyState b_state;
  SyName b_reason;
  gboolean nonce_left;  /* of b */
} standbys[] = {
#define END SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED
  { "need runs no more", CLAIM, EMPTY, FALSE, FALSE, FALSE, SY_STATE_LOST, SY_NAME_KEEPER_DIED, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "need not begun", EMPTY, EMPTY, FALSE, FALSE, FALSE, SY_STATE_READY, SY_NAME_QUEUED, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "need failed", EXIT_3, EMPTY, FALSE, FALSE, FALSE, SY_STATE_FAILED, SY_NAME_EXIT, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "not sent", EXIT_0, EMPTY, FALSE, FALSE, FALSE, END, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "claim", EXIT_0, CLAIM, FALSE, FALSE, FALSE, END, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "started", EXIT_0, STARTED, FALSE, FALSE, FALSE, END, SY_STATE_LOST, SY_NAME_KEEPER_DIED, FALSE },
  { "exit 0", EXIT_0, EXIT_0, FALSE, FALSE, FALSE, END, END, FALSE },
  { "exit 0, join logged", EXIT_0, EXIT_0, FALSE, FALSE, TRUE, END, END, FALSE },
  { "exit 3", EXIT_0, EXIT_3, FALSE, FALSE, FALSE, END, SY_STATE_FAILED, SY_NAME_EXIT, FALSE },
  { "void", EXIT_0, VOID, FALSE, FALSE, FALSE, END, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "silent keeper, need runs", STARTED, EMPTY, TRUE, FALSE, FALSE, SY_STATE_RUNNING, SY_NAME_RUNNING, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "silent keeper, no claim", EXIT_0, EMPTY, TRUE, FALSE, FALSE, END, SY_STATE_READY, SY_NAME_HELD_KEEPER, TRUE },
  { "silent keeper, no claim, join logged", EXIT_0, EMPTY, TRUE, FALSE, TRUE, END, SY_STATE_READY, SY_NAME_HELD_KEEPER, TRUE },
  { "silent keeper, claim", EXIT_0, CLAIM, TRUE, FALSE, FALSE, END, SY_STATE_RUNNING, SY_NAME_RUNNING, TRUE },
  { "silent keeper, exit", EXIT_0, EXIT_0, TRUE, FALSE, FALSE, END, END, FALSE },
  { "reboot, no trace of either", EMPTY, EMPTY, FALSE, TRUE, FALSE, SY_STATE_LOST, SY_NAME_REBOOT, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, need ended", EXIT_0, EMPTY, FALSE, TRUE, FALSE, END, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, need failed", EXIT_3, EMPTY, FALSE, TRUE, FALSE, SY_STATE_FAILED, SY_NAME_EXIT, SY_STATE_PENDING, SY_NAME_NEEDS, FALSE },
  { "reboot, claim, need's end lost", CLAIM, CLAIM, FALSE, TRUE, FALSE, SY_STATE_LOST, SY_NAME_REBOOT, SY_STATE_LOST, SY_NAME_REBOOT, FALSE },
  { "reboot, exit, need's end lost", CLAIM, EXIT_0, FALSE, TRUE, FALSE, SY_STATE_LOST, SY_NAME_REBOOT, END, FALSE },
#undef END
};

static void
write_records (Fixture *f, Journal journal, guint32 task, guint64 nonce)
{
  static const struct { Journal from, to; SyJournalKind kind; } records[] = {
    { CLAIM, VOID, SY_JOURNAL_CLAIM },
    { STARTED, EXIT_TREE, SY_JOURNAL_STARTED },
    { EXIT_0, EXIT_TREE, SY_JOURNAL_EXIT },
    { VOID, VOID, SY_JOURNAL_VOID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      SyJournalRecord record = { .kind = (guint16) records[i].kind, .nonce = nonce, .task = task, .attempt = 1, .pid = 1 };

      if (journal < records[i].from || journal > records[i].to)
        continue;
      record.exit = (SyJournalExit){ .status = journal == EXIT_3 ? 3 << 8 : 0, .rss = -1, .flags = SY_JOURNAL_TREE_GONE };
      record.n_sizes = 1;
      record.sizes[0] = -1;
      g_assert_cmpint (sy_journal_append (&f->journal, &record), ==, 0);
    }
}

static void
write_standby (Fixture *f, guint i)
{
  SyJournalRecord head = { .keeper_pid = 1, .start_time = 1 };

  apply (f, (SyEvent){ .kind = SY_EVENT_STANDBY, .task = 2, .attempt = 1, .nonce = STANDBY });
  if (standbys[i].ready)
    {
      SyExit exit = { .status = 0, .started_us = 1, .ended_us = 2 };

      apply (f, (SyEvent){ .kind = SY_EVENT_EXITED, .task = 1, .attempt = 1, .nonce = NONCE, .exit = &exit,
                           .state = SY_STATE_SUCCEEDED, .name = SY_NAME_SUCCEEDED });
      apply (f, (SyEvent){ .kind = SY_EVENT_JOIN_MET, .task = 2, .state = SY_STATE_READY, .name = SY_NAME_QUEUED });
    }
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  if (standbys[i].reboot)
    head.boot_id[0] ^= 1;
  g_assert_cmpint (sy_journal_create (&f->journal, f->run_fd, 1, &head), ==, 0);
  write_records (f, standbys[i].a, 1, NONCE);
  write_records (f, standbys[i].b, 2, STANDBY);
  f->journal_open = standbys[i].lock_held;
  if (!standbys[i].lock_held)
    close (f->journal.fd);
}

static void
assert_state (const Fixture *f, guint32 number, SyState state, SyName name)
{
  const SyTaskState *task = &f->state->tasks[number - 1];

  g_assert_cmpstr (sy_state_to_string ((SyState) task->state), ==, sy_state_to_string (state));
  g_assert_cmpstr (sy_name_to_string ((SyName) task->name), ==, sy_name_to_string (name));
}

static void
test_standby (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Fixture f;

  set_up_flow (&f, "a;b:a");
  write_log (&f, FALSE);
  write_standby (&f, i);
  begin (&f);
  recover_at (&f, standbys[i].reboot);
  assert_state (&f, 1, standbys[i].a_state, standbys[i].a_reason);
  assert_state (&f, 2, standbys[i].b_state, standbys[i].b_reason);
  g_assert_cmpint (f.state->tasks[1].nonce != 0 && !sy_state_is_terminal ((SyState) f.state->tasks[1].state), ==,
                   standbys[i].nonce_left);
  g_assert_cmpuint (recover_at (&f, standbys[i].reboot), ==, 0); /* a second time there is nothing to say */
  tear_down (&f);
}

/* a runs by the log, and b, c and d, which joins them, stand by: how far did they come? */
static const struct
{
  const char *name;
  Journal a, b, c, d;
  gboolean reboot;
  SyState states[4];
} forks[] = {
  { "nothing", EXIT_0, EMPTY, EMPTY, EMPTY, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_PENDING, SY_STATE_PENDING, SY_STATE_PENDING } },
  { "one branch", EXIT_0, EXIT_0, EMPTY, EMPTY, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_PENDING, SY_STATE_PENDING } },
  { "a branch failed", EXIT_0, EXIT_0, EXIT_3, EMPTY, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_FAILED, SY_STATE_PENDING } },
  { "both", EXIT_0, EXIT_0, EXIT_0, EMPTY, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_PENDING } },
  { "the join, too", EXIT_0, EXIT_0, EXIT_0, CLAIM, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_LOST } },
  { "all of it", EXIT_0, EXIT_0, EXIT_0, EXIT_0, FALSE, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED } },
  { "reboot", EMPTY, EMPTY, EMPTY, EMPTY, TRUE, { SY_STATE_LOST, SY_STATE_LOST, SY_STATE_LOST, SY_STATE_LOST } },
  { "reboot, need failed", EXIT_3, EMPTY, EMPTY, EMPTY, TRUE, { SY_STATE_FAILED, SY_STATE_PENDING, SY_STATE_PENDING, SY_STATE_PENDING } },
};

static void
test_fork (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  SyJournalRecord head = { .keeper_pid = 1, .start_time = 1 };
  const Journal journals[] = { forks[i].a, forks[i].b, forks[i].c, forks[i].d };
  Fixture f;

  set_up_flow (&f, "a;b:a;c:a;d:b,c");
  write_log (&f, FALSE);
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  if (forks[i].reboot)
    head.boot_id[0] ^= 1;
  g_assert_cmpint (sy_journal_create (&f.journal, f.run_fd, 1, &head), ==, 0);
  for (guint32 task = 1; task <= 4; task++)
    {
      guint64 nonce = task == 1 ? NONCE : STANDBY + task;

      if (task > 1)
        apply (&f, (SyEvent){ .kind = SY_EVENT_STANDBY, .task = task, .attempt = 1, .nonce = nonce });
      write_records (&f, journals[task - 1], task, nonce);
    }
  close (f.journal.fd);
  begin (&f);
  recover_at (&f, forks[i].reboot);
  for (guint32 task = 1; task <= 4; task++)
    {
      const SyTaskState *state = &f.state->tasks[task - 1];

      g_assert_cmpstr (sy_state_to_string ((SyState) state->state), ==, sy_state_to_string (forks[i].states[task - 1]));
      g_assert_cmpuint (state->standby, ==, 0);
    }
  g_assert_cmpuint (recover_at (&f, forks[i].reboot), ==, 0); /* a second time there is nothing to say */
  tear_down (&f);
}

/*
 * A look while the scheduler is at work: an intent whose order has not reached the executor yet is left alone, whether
 * there is a keeper that does not answer (and then dies) or not; one that a former look left open is not.
 */
static void
test_on_its_way (gconstpointer data)
{
  gboolean open = GPOINTER_TO_INT (data);
  SyJournalRecord head = { .keeper_pid = 1, .start_time = 1 };
  Fixture f;

  set_up_flow (&f, "a;b:a");
  write_log (&f, FALSE);
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  g_assert_cmpint (sy_journal_create (&f.journal, f.run_fd, 1, &head), ==, 0);
  begin (&f);
  f.begun = !open;
  recover_at (&f, FALSE);
  assert_state (&f, 1, SY_STATE_READY, open ? SY_NAME_HELD_KEEPER : SY_NAME_QUEUED);
  g_assert_cmpint (sy_scheduler_is_unresolved (f.scheduler, 1), ==, open);
  f.begun = TRUE;
  close (f.journal.fd);
  recover_at (&f, FALSE);
  assert_state (&f, 1, SY_STATE_READY, SY_NAME_QUEUED);
  g_assert_false (sy_scheduler_is_unresolved (f.scheduler, 1));
  g_assert_cmpint (f.state->tasks[0].nonce == NONCE, ==, !open);
  tear_down (&f);
}

/* --- what may lie ahead at a keeper that does not answer --- */

/* a runs, b follows upon it, and c upon b: so says the log, and nobody knows how far they are, until the keeper is found to
 * have died. What its journal says then, what must come of it, and which of b and c may be started once more. */
static const struct
{
  const char *name;
  Journal a, b, c;
  SyState states[3];
  const char *again;
} chains[] = {
  { "need runs no more", STARTED, EMPTY, EMPTY, { SY_STATE_LOST, SY_STATE_PENDING, SY_STATE_PENDING }, "" },
  { "need ended", EXIT_0, EMPTY, EMPTY, { SY_STATE_SUCCEEDED, SY_STATE_READY, SY_STATE_PENDING }, "b" },
  { "need failed", EXIT_3, EMPTY, EMPTY, { SY_STATE_FAILED, SY_STATE_UPSTREAM_FAILED, SY_STATE_UPSTREAM_FAILED }, "" },
  { "claim", EXIT_0, CLAIM, EMPTY, { SY_STATE_SUCCEEDED, SY_STATE_LOST, SY_STATE_PENDING }, "" },
  { "exit 0", EXIT_0, EXIT_0, EMPTY, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_READY }, "c" },
  { "exit 0, then claim", EXIT_0, EXIT_0, CLAIM, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_LOST }, "" },
  { "both ended", EXIT_0, EXIT_0, EXIT_0, { SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED, SY_STATE_SUCCEEDED }, "" },
  { "void", EXIT_0, VOID, EMPTY, { SY_STATE_SUCCEEDED, SY_STATE_READY, SY_STATE_PENDING }, "b" },
};

static void
test_chain (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  SyJournalRecord head = { .keeper_pid = 1, .start_time = 1 };
  Fixture f;

  set_up_flow (&f, "a;b:a;c:b");
  write_log (&f, FALSE);
  apply (&f, (SyEvent){ .kind = SY_EVENT_STANDBY, .task = 2, .attempt = 1, .nonce = STANDBY });
  apply (&f, (SyEvent){ .kind = SY_EVENT_STANDBY, .task = 3, .attempt = 1, .nonce = STANDBY + 1 });
  g_assert_cmpint (sy_journal_boot_id (head.boot_id), ==, 0);
  g_assert_cmpint (sy_journal_create (&f.journal, f.run_fd, 1, &head), ==, 0);
  write_records (&f, STARTED, 1, NONCE);
  begin (&f);
  for (guint look = 0; look < 2; look++)
    {
      recover_at (&f, FALSE);
      for (guint32 task = 2; task <= 3; task++)
        {
          assert_state (&f, task, SY_STATE_PENDING, SY_NAME_NEEDS);
          g_assert_cmpuint (f.state->tasks[task - 1].standby, ==, STANDBY + task - 2);
          g_assert_true (sy_scheduler_is_unresolved (f.scheduler, task));
        }
      if (look == 0)
        sy_scheduler_begin (f.scheduler, (SyTime){ 1000, 1000 });
      f.begun = TRUE;
    }
  if (chains[i].a != STARTED)
    write_records (&f, chains[i].a, 1, NONCE);
  write_records (&f, chains[i].b, 2, STANDBY);
  write_records (&f, chains[i].c, 3, STANDBY + 1);
  close (f.journal.fd);
  recover_at (&f, FALSE);
  for (guint32 task = 1; task <= 3; task++)
    {
      const SyTaskState *state = &f.state->tasks[task - 1];
      gboolean again = strchr (chains[i].again, (int) ('a' + task - 1)) != NULL;

      g_assert_cmpstr (sy_state_to_string ((SyState) state->state), ==, sy_state_to_string (chains[i].states[task - 1]));
      g_assert_cmpint (state->state == SY_STATE_READY && state->nonce != 0 && state->nonce != STANDBY + task - 2, ==, again);
      g_assert_false (sy_scheduler_is_unresolved (f.scheduler, task));
    }
  tear_down (&f);
}

static void
test_last_keeper (void)
{
  Fixture f;
  static const char *const names[] = { "k/3", "k/12", "k/12.s", "k/x", "k/-1", "k/007x", "k/0" };

  set_up (&f, 0);
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    close (openat (f.run_fd, names[i], O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  g_assert_cmpuint (sy_recovery_last_keeper (f.run_fd), ==, 12);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/recovery/%s", rows[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_row);
    }
  for (guint i = 0; i < G_N_ELEMENTS (chains); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/recovery/chain/%s", chains[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_chain);
    }
  for (guint i = 0; i < G_N_ELEMENTS (forks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/recovery/fork/%s", forks[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_fork);
    }
  for (guint i = 0; i < G_N_ELEMENTS (standbys); i++)
    {
      g_autofree char *path = g_strdup_printf ("/engine/recovery/standby/%s", standbys[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_standby);
    }
  g_test_add_data_func ("/engine/recovery/on-its-way", GINT_TO_POINTER (FALSE), test_on_its_way);
  g_test_add_data_func ("/engine/recovery/left-open", GINT_TO_POINTER (TRUE), test_on_its_way);
  g_test_add_func ("/engine/recovery/last-keeper", test_last_keeper);
  return g_test_run ();
}
