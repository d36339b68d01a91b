/* fault-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/faults/fault-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/engine/sy-cgroup.h"
#include "core/engine/sy-journal.h"
#include "core/engine/sy-recovery-journals-private.h"
#include "core/format/sy-loader.h"
#include "core/store/sy-log-reader.h"
#include "tests/lib/patience.h"

/* A group beside nobody: tests without the right to make one do without. */
static char *
make_cgroup (void)
{
  g_autofree char *name = g_strdup_printf ("f%07x", (guint) getpid ()); /* eight letters of it count */

  return sy_cgroup_base (name);
}

void
fault_init (Fault *fault, guint slots)
{
  g_autoptr (GError) error = NULL;

  fault->folder = g_dir_make_tmp ("switchyard-fault-XXXXXX", &error);
  g_assert_no_error (error);
  fault->state = g_build_filename (fault->folder, "state", NULL);
  fault->file = g_build_filename (fault->folder, "w.yard.yaml", NULL);
  fault->ledger = g_build_filename (fault->folder, "ledger", NULL);
  fault->uuid = g_strdup_printf ("%08x-0000-4000-8000-000000000001", (guint) getpid ());
  fault->cgroup = make_cgroup ();
  fault->slots = slots;
}

static void
run_tool (const char *const *argv)
{
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* With the groups of keepers that were killed: what is killed leaves its group a moment later. */
static void
remove_groups (const char *path)
{
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      if (g_file_test (inner, G_FILE_TEST_IS_DIR))
        remove_groups (inner);
    }
  g_clear_pointer (&dir, g_dir_close);
  /* Its processes are dead; the kernel may not have taken all of them out of it yet. */
  for (Patience p = { 0 }; rmdir (path) != 0 && errno == EBUSY;)
    patience (&p, path);
}

/* What the runs outside of our group have left beside it */
static void
remove_run_groups (const char *uuid)
{
  g_autofree char *base = sy_cgroup_base_path (uuid);

  if (base != NULL)
    remove_groups (base);
}

void
fault_clear (Fault *fault)
{
  const char *argv[] = { "rm", "-rf", fault->folder, NULL };

  run_tool (argv);
  if (fault->cgroup != NULL)
    remove_groups (fault->cgroup);
  remove_run_groups (fault->uuid);
  g_free (fault->folder);
  g_free (fault->state);
  g_free (fault->file);
  g_free (fault->ledger);
  g_free (fault->uuid);
  g_free (fault->cgroup);
}

void
fault_write_workflow (Fault *fault, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fault->file, text, -1, &error);
  g_assert_no_error (error);
}

static void
append_needs (GString *text, GRand *rand, FaultShape shape, guint i)
{
  guint fork = i / 4 * 4;

  if (shape == FAULT_LAYERS && i >= 10)
    g_string_append_printf (text, "    needs: [t%u]\n", (guint) g_rand_int_range (rand, (int) (i / 10 - 1) * 10, (int) (i / 10) * 10));
  else if (shape == FAULT_CHAIN && i > 0)
    g_string_append_printf (text, "    needs: [t%u]\n", i - 1);
  else if (shape == FAULT_FORKS && i > fork)
    g_string_append_printf (text, "    needs: [t%u]\n", fork);
  else if (shape == FAULT_FORKS && i > 0)
    g_string_append_printf (text, "    needs: [t%u, t%u, t%u]\n", i - 3, i - 2, i - 1);
}

char *
fault_make_workflow (Fault *fault, GRand *rand, FaultShape shape, guint n, const char *extra)
{
  g_autofree char *child = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "test-child", NULL);
  GString *text = g_string_new ("version: 1\ntasks:\n");
  gint32 longest = g_rand_boolean (rand) ? 30 : 5; /* ms; of the short ones more go ahead to the keepers */

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (text, "  t%u:\n    command: [%s, ledger, %s, \"0.%03d\"]\n%s", i, child, fault->ledger,
                              g_rand_int_range (rand, 1, longest), extra);
      append_needs (text, rand, shape, i);
    }
  return g_string_free (text, FALSE);
}

GPid
fault_start (Fault *fault, const char *state, gboolean in_cgroup, gboolean recover_only)
{
  g_autofree char *mini = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "tests", "lib", "mini-runner", NULL);
  g_autofree char *slots = g_strdup_printf ("%u", fault->slots);
  g_autofree char *enter =
    g_strdup_printf ("echo $$ > %s/cgroup.procs; exec \"$@\"", fault->cgroup != NULL ? fault->cgroup : "/dev/null");
  const char *argv[] = { "sh", "-c", enter, "sh", mini, state, fault->uuid, fault->file, slots, NULL };
  gboolean enters = in_cgroup && fault->cgroup != NULL;
  g_auto (GStrv) envp = g_get_environ ();
  g_autoptr (GError) error = NULL;
  GPid pid;

  if (recover_only)
    envp = g_environ_setenv (envp, "MINI_RECOVER", "1", TRUE);
  g_spawn_async (NULL, (char **) (enters ? argv : argv + 4), envp, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                 NULL, NULL, &pid, &error);
  g_assert_no_error (error);
  return pid;
}

/* Whether a file of /proc/PID holds @word */
static gboolean
proc_has (const char *pid, const char *name, const char *word)
{
  g_autofree char *path = g_build_filename ("/proc", pid, name, NULL);
  g_autofree char *text = NULL;
  gsize length;

  return g_file_get_contents (path, &text, &length, NULL) && length > 0 && memmem (text, length, word, strlen (word)) != NULL;
}

/* Without a group: all that have the run in their arguments (runner, keepers) or their environment (tasks). */
static void
kill_by_name (Fault *fault, GPid runner)
{
  for (guint round = 0; round < 3; round++)
    {
      GDir *dir = g_dir_open ("/proc", 0, NULL);
      const char *name;

      kill (runner, SIGKILL);
      while ((name = g_dir_read_name (dir)) != NULL)
        if (g_ascii_isdigit (*name) && atoi (name) != getpid () &&
            (proc_has (name, "cmdline", fault->uuid) || proc_has (name, "environ", fault->uuid)))
          kill (atoi (name), SIGKILL);
      g_dir_close (dir);
    }
}

static void
kill_everything (Fault *fault, GPid runner)
{
  g_autofree char *file = fault->cgroup != NULL ? g_build_filename (fault->cgroup, "cgroup.kill", NULL) : NULL;
  int fd = file != NULL ? open (file, O_WRONLY | O_CLOEXEC) : -1;

  if (fd < 0 || write (fd, "1", 1) != 1)
    kill_by_name (fault, runner);
  if (fd >= 0)
    close (fd);
}

gboolean
fault_wait (Fault *fault, GPid pid, gint64 kill_after_us, gboolean kill_all, int *status)
{
  int wait_status = 0;

  if (kill_after_us >= 0)
    {
      g_usleep ((gulong) kill_after_us); /* an instant by the clock, whatever the runner does then */
      if (kill_all)
        kill_everything (fault, pid);
      else
        kill (pid, SIGKILL);
    }
  while (waitpid (pid, &wait_status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  *status = WIFEXITED (wait_status) ? WEXITSTATUS (wait_status) : -1;
  if (WIFSIGNALED (wait_status))
    g_assert_cmpint (WTERMSIG (wait_status), ==, SIGKILL);
  return WIFSIGNALED (wait_status);
}

void
fault_assert_no_keepers (Fault *fault)
{
  g_autofree char *path = g_build_filename (fault->state, "runs", fault->uuid, NULL);
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (GArray) numbers = NULL;

  g_assert_cmpint (fd, >=, 0);
  numbers = sy_recovery_list_keepers (fd);
  for (guint i = 0; i < numbers->len; i++)
    {
      g_autofree char *journal = g_strdup_printf ("k/%u", g_array_index (numbers, guint32, i));

      patience_for_lock (fd, journal);
    }
  close (fd);
}

GHashTable *
fault_read_ledger (Fault *fault)
{
  GHashTable *tasks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GHashTable) attempts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_file_get_contents (fault->ledger, &text, NULL, NULL))
    return tasks;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      LedgerTask *task;
      guint n;

      g_assert_cmpuint (g_strv_length (words), ==, 3);
      task = g_hash_table_lookup (tasks, words[1]);
      if (task == NULL)
        {
          task = g_new0 (LedgerTask, 1);
          g_hash_table_insert (tasks, g_strdup (words[1]), task);
        }
      n = GPOINTER_TO_UINT (g_hash_table_lookup (attempts, lines[i])) + 1;
      g_hash_table_insert (attempts, g_strdup (lines[i]), GUINT_TO_POINTER (n));
      if (*words[0] == 'b')
        {
          task->n_begun++;
          task->max_begun = MAX (task->max_begun, n);
        }
      else
        task->n_ended++;
    }
  return tasks;
}

static gboolean
apply (const SyEvent *event, gpointer data)
{
  g_autoptr (GError) error = NULL;

  sy_run_state_apply (data, event, &error);
  g_assert_no_error (error);
  return TRUE;
}

static gboolean
read_log (Fault *fault, const char *state_path, SyLogEach each, gpointer data, GError **error)
{
  g_autoptr (SyStateDir) dir = sy_state_dir_open (state_path, SY_STATE_DIR_READ, error);
  g_autoptr (SyRunDir) run = dir != NULL ? sy_run_dir_open (dir, fault->uuid, error) : NULL;
  g_autoptr (SyLogReader) reader = run != NULL ? sy_log_reader_open (run, error) : NULL;

  return reader != NULL && sy_log_reader_read (reader, 0, each, data, error);
}

static SyRunState *
fold (Fault *fault, const char *state_path, GError **error)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyWorkflow) workflow = sy_loader_load_path (fault->file, problems);
  g_autoptr (SyRunState) state = NULL;

  g_assert_nonnull (workflow);
  state = sy_run_state_new (workflow);
  if (!read_log (fault, state_path, apply, state, error))
    return NULL;
  return g_steal_pointer (&state);
}

typedef struct
{
  SyEventKind kind;
  guint32 task;
  guint n;
} Count;

static gboolean
count (const SyEvent *event, gpointer data)
{
  Count *counted = data;

  counted->n += event->kind == counted->kind && event->task == counted->task;
  return TRUE;
}

guint
fault_count_events (Fault *fault, SyEventKind kind, guint32 task)
{
  g_autoptr (GError) error = NULL;
  Count counted = { kind, task, 0 };

  read_log (fault, fault->state, count, &counted, &error);
  g_assert_no_error (error);
  return counted.n;
}

SyRunState *
fault_fold (Fault *fault, const char *state_path)
{
  g_autoptr (GError) error = NULL;
  SyRunState *state = fold (fault, state_path, &error);

  g_assert_no_error (error);
  return state;
}

guint
fault_count_standbys (Fault *fault)
{
  g_autoptr (SyRunState) state = fold (fault, fault->state, NULL);
  guint n = 0;

  for (guint32 i = 0; state != NULL && i < state->n_numbers; i++)
    n += state->tasks[i].state == SY_STATE_PENDING && state->tasks[i].standby != 0;
  return n;
}
