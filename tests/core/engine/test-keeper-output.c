/* test-keeper-output.c: what the keeper keeps of a task's output, and of the files that it declares
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-output-format.h"
#include "tests/core/engine/keeper-client.h"
#include "tests/lib/soak.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* As test-child reads it */
static char *
seconds (guint ms)
{
  return g_strdup_printf ("%u.%03u", ms / 1000, ms % 1000);
}

/* --- output caps --- */

typedef struct { goffset total; guint files; } Disk;

static Disk
measure_output (KeeperClient *client)
{
  g_autofree char *path = g_build_filename (client->dir, "out", NULL);
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  Disk disk = { 0 };

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      struct stat st;

      if (strchr (name, 'x') != NULL || stat (file, &st) < 0)
        continue;
      disk.total += st.st_size;
      disk.files++;
    }
  g_dir_close (dir);
  return disk;
}

static void
test_caps (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyOrder *order = keeper_client_order (client, "@", "spew", "10000000", NULL);
  g_autofree char *text = NULL;
  SyJournalExit exit;
  guint64 nonce;
  gsize length;
  Disk disk;

  order->output_head = 100000;
  order->output_tail = 256000;
  order->output_segment = 64000;
  nonce = keeper_client_send (client, order);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, 10000000);
  disk = measure_output (client);
  g_assert_cmpint (disk.total, ==, 100000 + 3 * 64000 + 44000);
  g_assert_cmpint (disk.total, ==, exit.output - exit.dropped);
  g_assert_cmpuint (disk.files, ==, 5);
  text = keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, &length);
  g_assert_cmpint ((goffset) length, ==, disk.total);
  /* Exact to the byte: lines of 64 bytes carry their number; the tail begins with segment 152 of 155. */
  g_assert_cmpint (g_ascii_strtoll (text, NULL, 10), ==, 0);
  g_assert_cmpint (g_ascii_strtoll (text + 64 * 1000, NULL, 10), ==, 1000);
  g_assert_cmpint (g_ascii_strtoll (text + 100032, NULL, 10), ==, (100000 + 151 * 64000 + 32) / 64);
  g_assert_cmpint (g_ascii_strtoll (text + length - 64, NULL, 10), ==, 10000000 / 64 - 1);
}

static guint64
status_kb (pid_t pid, const char *key)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_autofree char *text = NULL;
  const char *at;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  at = strstr (text, key);
  g_assert_nonnull (at);
  return g_ascii_strtoull (at + strlen (key) + 1, NULL, 10);
}

/* In a flood without end it listens still. */
static void
test_flood_listens (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 nonce = keeper_client_run (client, "@", "spew", "1000000000000000", NULL);
  g_autofree SyKeeperStarted *started = keeper_client_wait (client, SY_KEEPER_STARTED, nonce);
  g_autofree SyKeeperStatus *status = keeper_client_status (client);

  g_assert_cmpint (status->state, ==, SY_KEEPER_RUNNING);
  keeper_client_stop (client, nonce, TRUE);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).status, ==, SIGKILL);
}

static void
test_flood (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint64 before = status_kb (client->pid, "VmRSS:"), bytes = soak_is_on () ? 10000000000 : 200000000;
  g_autofree char *words = g_strdup_printf ("%" G_GUINT64_FORMAT, bytes);
  SyJournalExit exit = keeper_client_wait_exit (client, keeper_client_run (client, "@", "spew", words, NULL));

  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, (gint64) bytes);
  g_assert_cmpint (measure_output (client).total, <=, (1 + 64) * 1024 * 1024);
  g_assert_cmpint (measure_output (client).total, ==, exit.output - exit.dropped);
  g_assert_cmpuint (status_kb (client->pid, "VmHWM:") - before, <=, 8 * 1024);
}

/* No space: the task does not notice, the bytes are counted, the hole is in the index. */
static void
test_no_space (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  struct rlimit limit = { .rlim_cur = 70000, .rlim_max = RLIM_INFINITY }, none = { RLIM_INFINITY, RLIM_INFINITY };
  g_autofree char *path = g_build_filename (client->dir, "out", "t12.i0.a1.x", NULL);
  g_autofree char *text = NULL;
  const SyOutputIndex *entry;
  SyJournalExit exit;
  guint64 nonce;
  gsize length;

  g_assert_cmpint (prlimit (client->pid, RLIMIT_FSIZE, &limit, NULL), ==, 0);
  nonce = keeper_client_run (client, "@", "spew", "100000", NULL);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, 100000);
  g_assert_cmpint (exit.dropped, ==, 30000);
  g_assert_cmpint (measure_output (client).total, ==, 70000);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  entry = (const SyOutputIndex *) text + length / sizeof *entry - 1;
  g_assert_cmpuint (entry->check, ==, sy_output_index_check (entry));
  g_assert_cmpuint (entry->kind, ==, SY_OUTPUT_GAP);
  g_assert_cmpuint (entry->offset, ==, 70000);
  g_assert_cmpuint (entry->length, ==, 30000);
  g_assert_cmpint (prlimit (client->pid, RLIMIT_FSIZE, &none, NULL), ==, 0);
}

static void
set_budget (KeeperClient *client, guint64 limit)
{
  const SyOutputBudget budget = { .limit = limit };
  g_autofree char *path = g_build_filename (client->dir, SY_OUTPUT_BUDGET_NAME, NULL);

  g_assert_true (g_file_set_contents (path, (const char *) &budget, sizeof budget, NULL));
}

static guint64
get_used (KeeperClient *client)
{
  g_autofree char *path = g_build_filename (client->dir, SY_OUTPUT_BUDGET_NAME, NULL);
  g_autofree SyKeeperStatus *status = keeper_client_status (client); /* it has done what it was at */
  g_autofree char *budget = NULL;

  g_assert_true (g_file_get_contents (path, &budget, NULL, NULL));
  return ((const SyOutputBudget *) budget)->used;
}

static gint64
spew_kept (KeeperClient *client, const char *bytes)
{
  SyJournalExit exit = keeper_client_wait_exit (client, keeper_client_run (client, "@", "spew", bytes, NULL));

  g_assert_cmpint (exit.status, ==, 0);
  g_assert_cmpint (exit.output, ==, g_ascii_strtoll (bytes, NULL, 10));
  return exit.output - exit.dropped;
}

/* All outputs of a run together: what comes first is kept, of the rest as much as has room, and a little of each. */
static void
test_budget (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  g_autoptr (KeeperClient) other = keeper_client_new_in (client->dir, 2);
  g_autofree char *path = g_build_filename (client->dir, "out", "t12.i0.a2.x", NULL);
  g_autofree char *text = NULL;
  const SyOutputIndex *entry;
  gint64 kept;
  gsize length;

  set_budget (client, 1000000);
  other->last_nonce = 10;
  g_assert_cmpint (spew_kept (client, "600000"), ==, 600000);
  kept = spew_kept (other, "300000");
  g_assert_cmpint (kept, >, 200000); /* the first keeper has taken a little ahead */
  g_assert_cmpint (kept, <, 300000);
  g_assert_cmpint (spew_kept (client, "600000"), ==, 400000 - kept);
  g_assert_cmpint (spew_kept (other, "10000"), ==, SY_OUTPUT_LEAST);
  g_assert_cmpint (measure_output (client).total, ==, 1000000 + SY_OUTPUT_LEAST);
  g_assert_cmpuint (get_used (other), ==, 1000000 + SY_OUTPUT_LEAST);
  g_assert_true (g_file_get_contents (path, &text, &length, NULL));
  entry = (const SyOutputIndex *) text + length / sizeof *entry - 1;
  g_assert_cmpuint (entry->kind, ==, SY_OUTPUT_GAP);
  g_assert_cmpuint (entry->offset, ==, 400000 - kept);
  g_assert_cmpuint (entry->length, ==, 200000 + kept);
  g_assert_cmpuint (length / sizeof *entry, <=, 3); /* one gap, however many pieces came */
}

/* Where the run has no more room, the newest of an attempt replaces its own oldest. */
static void
test_budget_tail (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyOrder *order = keeper_client_order (client, "@", "spew", "10000000", NULL);
  g_autofree char *text = NULL;
  SyJournalExit exit;
  guint64 nonce;
  gsize length;

  set_budget (client, 250000);
  order->output_head = 100000;
  order->output_tail = 512000;
  order->output_segment = 64000;
  nonce = keeper_client_send (client, order);
  exit = keeper_client_wait_exit (client, nonce);
  g_assert_cmpint (exit.output - exit.dropped, <=, 250000);
  g_assert_cmpint (exit.output - exit.dropped, >=, 250000 - 64000);
  g_assert_cmpint (measure_output (client).total, ==, exit.output - exit.dropped);
  text = keeper_client_output (client, (guint32) nonce, SY_OUTPUT_STDOUT, &length);
  g_assert_cmpint (g_ascii_strtoll (text, NULL, 10), ==, 0);
  g_assert_cmpint (g_ascii_strtoll (text + length - 64, NULL, 10), ==, 10000000 / 64 - 1);
}

/* Entries of the index that the output of an attempt has; each is whole and later than the one before. */
static guint
check_index (KeeperClient *client, guint64 nonce, const SyJournalExit *exit)
{
  g_autofree char *name = g_strdup_printf ("t12.i0.a%u.x", (guint) nonce);
  g_autofree char *path = g_build_filename (client->dir, "out", name, NULL);
  g_autofree char *text = NULL;
  const SyOutputIndex *entries;
  gsize length = 0;

  g_file_get_contents (path, &text, &length, NULL); /* there is none for one burst */
  entries = (const SyOutputIndex *) text;
  for (guint i = 0; i < length / sizeof *entries; i++)
    {
      g_assert_cmpuint (entries[i].kind, ==, SY_OUTPUT_TIME);
      g_assert_cmpuint (entries[i].check, ==, sy_output_index_check (&entries[i]));
      g_assert_cmpuint (entries[i].offset % 7, ==, 0);
      g_assert_cmpuint (entries[i].offset, >=, i * 7);
      g_assert_cmpint (entries[i].boot_us, >=, i == 0 ? exit->started_boot_us : entries[i - 1].boot_us + 100000);
    }
  return length / sizeof *entries;
}

/* A keeper that is held up reads two lines at once: then they share an entry, and it is tried with longer pauses. */
static void
test_time_index (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  guint n = 0;

  for (guint pause_ms = 120; n < 4 && pause_ms < 8000; pause_ms *= 2)
    {
      g_autofree char *pause = seconds (pause_ms);
      guint64 nonce = keeper_client_run (client, "@", "ticks", "4", pause, NULL);
      SyJournalExit exit = keeper_client_wait_exit (client, nonce);

      g_assert_cmpint (exit.output, ==, 28);
      n = check_index (client, nonce, &exit);
    }
  g_assert_cmpuint (n, ==, 4);
}

/* --- declared outputs --- */

static void
test_sizes (void)
{
  g_autoptr (KeeperClient) client = keeper_client_new (FALSE);
  SyOrder *order = keeper_client_order (client, "/bin/sh", "-c", "printf abc >v/t12.i0.a1; printf 12345 >made", NULL);
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  SyJournalAttempt attempt;
  guint64 nonce;

  order->fsync_paths = g_new0 (char *, 4);
  order->fsync_paths[0] = g_build_filename (client->dir, "made", NULL);
  order->fsync_paths[1] = g_build_filename (client->dir, "not-made", NULL);
  order->fsync_paths[2] = g_strdup ("/dev/null");
  nonce = keeper_client_send (client, order);
  g_assert_cmpint (keeper_client_wait_exit (client, nonce).flags, ==, SY_JOURNAL_TREE_GONE);
  g_assert_cmpint (sy_journal_load (view, client->run_fd, 1), ==, 0);
  g_assert_true (sy_journal_find (view, nonce, &attempt));
  g_assert_cmpuint (attempt.exit->n_sizes, ==, 4);
  g_assert_cmpint (attempt.exit->sizes[0], ==, 3);
  g_assert_cmpint (attempt.exit->sizes[1], ==, 5);
  g_assert_cmpint (attempt.exit->sizes[2], ==, -1);
  g_assert_cmpint (attempt.exit->sizes[3], ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/keeper/caps", test_caps);
  g_test_add_func ("/engine/keeper/flood", test_flood);
  g_test_add_func ("/engine/keeper/flood-listens", test_flood_listens);
  g_test_add_func ("/engine/keeper/no-space", test_no_space);
  g_test_add_func ("/engine/keeper/budget", test_budget);
  g_test_add_func ("/engine/keeper/budget-tail", test_budget_tail);
  g_test_add_func ("/engine/keeper/time-index", test_time_index);
  g_test_add_func ("/engine/keeper/sizes", test_sizes);
  return g_test_run ();
}
