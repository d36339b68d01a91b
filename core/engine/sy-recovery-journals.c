/* sy-recovery-journals.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-recovery-journals-private.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static gint
compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a;
  guint32 y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

static gboolean
parse_number (const char *name, guint32 *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (name, 10, 1, G_MAXUINT32, &value, NULL))
    return FALSE;
  *number = (guint32) value;
  return TRUE;
}

GArray *
sy_recovery_list_keepers (int run_fd)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint32));
  int fd = openat (run_fd, "k", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
  DIR *dir = fd >= 0 ? fdopendir (fd) : NULL;
  struct dirent *entry;
  guint32 number;

  if (dir == NULL && fd >= 0)
    close (fd);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (parse_number (entry->d_name, &number))
      g_array_append_val (numbers, number);
  if (dir != NULL)
    closedir (dir);
  g_array_sort (numbers, compare_numbers);
  return numbers;
}

guint32
sy_recovery_last_keeper (int run_fd)
{
  g_autoptr (GArray) numbers = sy_recovery_list_keepers (run_fd);

  return numbers->len > 0 ? g_array_index (numbers, guint32, numbers->len - 1) : 0;
}

void
sy_facts_init (SyFacts *facts, int run_fd)
{
  *facts = (SyFacts){ .run_fd = run_fd };
  facts->wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  facts->facts = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  sy_journal_boot_id (facts->boot_id);
}

void
sy_facts_clear (SyFacts *facts)
{
  g_hash_table_unref (facts->wanted);
  g_hash_table_unref (facts->facts);
  for (guint i = 0; i < SY_N_HANDLERS; i++)
    g_free (facts->handlers[i]);
}

static SyFact *
make_fact (const SyFacts *facts, guint32 number, gboolean keeper_lives, const SyJournalAttempt *attempt)
{
  SyFact *fact = g_new0 (SyFact, 1);

  fact->keeper = number;
  fact->keeper_lives = keeper_lives;
  fact->claimed = TRUE;
  fact->exited = attempt->exit != NULL;
  fact->voided = attempt->voided != NULL;
  fact->record = fact->exited                 ? *attempt->exit
                 : fact->voided               ? *attempt->voided
                 : attempt->started != NULL   ? *attempt->started
                                              : *attempt->claim;
  fact->same_boot = memcmp (fact->record.boot_id, facts->boot_id, sizeof facts->boot_id) == 0;
  return fact;
}

static void
note_handler (SyFacts *facts, guint32 number, gboolean keeper_lives, const SyJournalRecord *claim,
              const SyJournalAttempt *attempt)
{
  guint kind = claim->item - 1;

  if (claim->item == 0 || kind >= SY_N_HANDLERS)
    return;
  if (facts->handlers[kind] != NULL && facts->handlers[kind]->record.wall_us > claim->wall_us)
    return;
  g_free (facts->handlers[kind]);
  facts->handlers[kind] = make_fact (facts, number, keeper_lives, attempt);
}

void
sy_facts_read (SyFacts *facts, guint32 number, gboolean keeper_lives)
{
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);

  if (sy_journal_load (view, facts->run_fd, number) != 0)
    return;
  for (guint i = 0; i < view->n_records; i++)
    {
      const SyJournalRecord *record = &view->records[i];
      guint64 nonce = record->nonce;
      SyJournalAttempt attempt;
      SyFact *fact;

      if (record->kind != SY_JOURNAL_CLAIM || !sy_journal_find (view, nonce, &attempt) || attempt.claim == NULL)
        continue;
      if (record->task == 0)
        note_handler (facts, number, keeper_lives, record, &attempt);
      if (record->task == 0 || (!facts->all && !g_hash_table_contains (facts->wanted, &nonce)))
        continue;
      fact = make_fact (facts, number, keeper_lives, &attempt);
      g_hash_table_replace (facts->facts, &fact->record.nonce, fact);
    }
}

const SyFact *
sy_facts_find (const SyFacts *facts, guint64 nonce)
{
  return g_hash_table_lookup (facts->facts, &nonce);
}
