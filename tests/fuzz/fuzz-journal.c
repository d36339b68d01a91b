/* fuzz-journal.c: a keeper's journal of any bytes is read without harm
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/engine/sy-journal.h"
#include "tests/fuzz/fuzz.h"

/* Half of the inputs get right checksums, else no record would ever be looked into. */
static void
repair (guint8 *bytes, gsize size)
{
  for (gsize slot = 0; (slot + 1) * SY_JOURNAL_RECORD <= size && slot < SY_JOURNAL_RECORDS; slot++)
    {
      SyJournalRecord record;

      memcpy (&record, bytes + slot * SY_JOURNAL_RECORD, sizeof record);
      record.magic = SY_JOURNAL_MAGIC;
      record.version = SY_JOURNAL_VERSION;
      record.journal = 1;
      record.checksum = sy_journal_checksum (&record, 1);
      memcpy (bytes + slot * SY_JOURNAL_RECORD, &record, sizeof record);
    }
}

static void
check (const SyJournalView *view)
{
  SyJournalAttempt attempt;

  g_assert_cmpuint (view->n_records + view->n_torn, <=, SY_JOURNAL_RECORDS);
  for (guint32 i = 0; i < view->n_records; i++)
    {
      const SyJournalRecord *record = &view->records[i];

      g_assert_true (record->kind >= SY_JOURNAL_CLAIM && record->kind <= SY_JOURNAL_VOID);
      g_assert_cmpuint (record->n_sizes, <=, SY_JOURNAL_MAX_SIZES);
      g_assert_true (i == 0 || view->records[i - 1].seq < record->seq || view->records[i - 1].seq == record->seq);
      g_assert_true (sy_journal_find (view, record->nonce, &attempt));
    }
  g_assert_cmpint (sy_journal_last (view, &attempt), ==, view->n_records > 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree SyJournalView *view = g_new (SyJournalView, 1);
  g_autofree guint8 *bytes = g_memdup2 (data, size);

  sy_journal_parse (view, data, size, 1);
  check (view);
  if (bytes != NULL)
    repair (bytes, size);
  sy_journal_parse (view, bytes, size, 1);
  check (view);
  return 0;
}
