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
set_up (Fixture *f, guint i)
{
  SySchedulerOptions options = { .slots = 2, .seed = 1, .on_failure = -1, .context = &f->context, .milli_cpu = 8000 };

  memset (f, 0, sizeof *f);
  f->folder = g_dir_make_tmp ("switchyard-recovery-XXXXXX", NULL);
  f->run_fd = open (f->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  mkdirat (f->run_fd, "k", 0700);
  mkdirat (f->run_fd, "v", 0700);
  f->workflow = flow_parse ("a");
  f->state = sy_run_state_new (f->workflow);
  write_log (f, rows[i].logged_start);
  write_journal (f, i);
  write_output (f, rows[i].on_disk);
  f->executor = make_executor (f);
  f->scheduler = sy_scheduler_new (f->state, &options);
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
recover (Fixture *f, guint i)
{
  SyRecovery recovery = {
    .run_fd = f->run_fd,
    .run_id = "recovery-test",
    .executor = f->executor,
    .state = f->state,
    .scheduler = f->scheduler,
    .now = { 1000, 1000 },
    .other_boot = rows[i].log_boot,
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
  recover (&f, i);
  task = &f.state->tasks[0];
  g_assert_cmpstr (sy_state_to_string ((SyState) task->state), ==, sy_state_to_string (rows[i].state));
  g_assert_cmpstr (sy_name_to_string ((SyName) task->name), ==, sy_name_to_string (rows[i].reason));
  g_assert_cmpint (task->nonce != 0 && !sy_state_is_terminal ((SyState) task->state), ==, rows[i].nonce_left);
  g_assert_cmpuint (recover (&f, i), ==, 0); /* a second time there is nothing to say */
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
  g_test_add_func ("/engine/recovery/last-keeper", test_last_keeper);
  return g_test_run ();
}
