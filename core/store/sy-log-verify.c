/* sy-log-verify.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-verify-private.h"

#include "core/base/sy-error.h"

static gboolean fail (SyFindingKind kind, SyFindingKind *out, GError **error, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static gboolean
fail (SyFindingKind kind, SyFindingKind *out, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (out != NULL)
    *out = kind;
  g_set_error_literal (error, SY_ERROR, SY_ERROR_CORRUPT, text);
  return FALSE;
}

/* One event: moves @chain on, or leaves it at the one before. */
static gboolean
verify_event (sqlite3_stmt *get,
              GArray *boots,
              const SyMark *mark,
              SyChain *chain,
              SyVerifyEach each,
              gpointer user_data,
              SyFindingKind *kind,
              GError **error)
{
  SyHash before = chain->hash, stored;
  gint64 seq = chain->seq;
  const char *data;
  gsize length;
  SyEvent event;
  gboolean ok;

  if (!sy_event_row_read (get, boots, &event, &data, &length, &stored, error))
    {
      sy_event_clear (&event);
      if (kind != NULL)
        *kind = SY_FINDING_CHAIN;
      return FALSE;
    }
  if (event.seq != seq + 1)
    ok = fail (SY_FINDING_CHAIN, kind, error, "Event %" G_GINT64_FORMAT " is missing", seq + 1);
  else
    {
      sy_chain_add (chain, &event, data, length);
      ok = sy_hash_equal (&chain->hash, &stored) &&
           (mark->seq != event.seq || sy_hash_equal (&mark->hash, &stored));
      if (!ok)
        {
          chain->hash = before;
          chain->seq = seq;
          fail (SY_FINDING_CHAIN, kind, error, "Event %" G_GINT64_FORMAT " is not what was written",
                event.seq);
        }
      else if (each != NULL)
        each (&event, data, length, user_data);
    }
  sy_event_clear (&event);
  return ok;
}

gboolean
sy_log_verify_chain (sqlite3 *db,
                     SyRunDir *run,
                     GArray *boots,
                     SyChain *chain,
                     SyVerifyEach each,
                     gpointer user_data,
                     SyFindingKind *kind,
                     GError **error)
{
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, SY_EVENT_SELECT " ORDER BY seq", error);
  SyMark mark = { 0 };
  int rc = SQLITE_DONE;

  if (kind != NULL)
    *kind = SY_FINDING_UNREADABLE;
  /* Read before the events: a living writer only moves it on. */
  if (sy_mark_read (run, &mark) != SY_MARK_GOOD)
    mark.seq = 0;
  if (get == NULL)
    return FALSE;
  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    if (!verify_event (get, boots, &mark, chain, each, user_data, kind, error))
      return FALSE;
  if (rc != SQLITE_DONE)
    {
      sy_database_set_error (error, db, rc, "Reading event %" G_GINT64_FORMAT, chain->seq + 1);
      return FALSE;
    }
  if (mark.seq > chain->seq)
    return fail (SY_FINDING_TAIL_LOST, kind, error,
                 "The log ends at event %" G_GINT64_FORMAT ", but event %" G_GINT64_FORMAT " was committed",
                 chain->seq, mark.seq);
  return TRUE;
}
