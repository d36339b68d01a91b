/* sy-event.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-event.h"

#include <string.h>

static const char *const kind_words[] = {
  [SY_EVENT_RUN_CREATED] = "run_created",
  [SY_EVENT_RUN_STATE] = "run_state",
  [SY_EVENT_SLOTS_CHANGED] = "slots_changed",
  [SY_EVENT_DEFINITION_ADDED] = "definition_added",
  [SY_EVENT_SETTLED] = "settled",
  [SY_EVENT_JOIN_MET] = "join_met",
  [SY_EVENT_SKIPPED] = "skipped",
  [SY_EVENT_ANNOUNCED] = "announced",
  [SY_EVENT_UNANNOUNCED] = "unannounced",
  [SY_EVENT_HELD] = "held",
  [SY_EVENT_RELEASED] = "released",
  [SY_EVENT_FAILED] = "failed",
  [SY_EVENT_CANCELLED] = "cancelled",
  [SY_EVENT_INTENT] = "intent",
  [SY_EVENT_VOIDED] = "voided",
  [SY_EVENT_REVOKING] = "revoking",
  [SY_EVENT_STARTED] = "started",
  [SY_EVENT_STOP_REQUESTED] = "stop_requested",
  [SY_EVENT_EXITED] = "exited",
  [SY_EVENT_LOST] = "lost",
  [SY_EVENT_LEFTOVERS_KILLED] = "leftovers_killed",
  [SY_EVENT_RETRY_DUE] = "retry_due",
  [SY_EVENT_OUTPUT_SET] = "output_set",
  [SY_EVENT_WARNING] = "warning",
  [SY_EVENT_LOST_RERUN] = "lost_rerun",
  [SY_EVENT_STANDBY] = "standby",
  [SY_EVENT_RERUN_REQUESTED] = "rerun_requested",
  [SY_EVENT_RESET] = "reset",
  [SY_EVENT_STALE] = "stale",
  [SY_EVENT_MARKED] = "marked",
  [SY_EVENT_PAUSED] = "paused",
  [SY_EVENT_RESUMED] = "resumed",
  [SY_EVENT_DRAINED] = "drained",
  [SY_EVENT_CANCEL_REQUESTED] = "cancel_requested",
  [SY_EVENT_COMMAND_EDITED] = "command_edited",
  [SY_EVENT_NOTE] = "note",
  [SY_EVENT_RETRY_NOW] = "retry_now",
  [SY_EVENT_GIVE_UP] = "give_up",
  [SY_EVENT_RUN_AGAIN] = "run_again",
  [SY_EVENT_RECOVERED] = "recovered",
  [SY_EVENT_SALVAGED] = "salvaged",
  [SY_EVENT_DISK_FULL] = "disk_full",
  [SY_EVENT_DISK_OK] = "disk_ok",
  [SY_EVENT_RUNNER_STARTED] = "runner_started",
  [SY_EVENT_RUNNER_LEFT] = "runner_left",
  [SY_EVENT_HANDLER] = "handler",
};

void
sy_event_clear (SyEvent *event)
{
  g_free (event->exit);
  g_free (event->text);
  memset (event, 0, sizeof *event);
}

void
sy_event_copy (SyEvent *to, const SyEvent *from)
{
  *to = *from;
  if (from->exit != NULL)
    {
      to->exit = g_new (SyExit, 1);
      *to->exit = *from->exit;
    }
  to->text = g_strdup (from->text);
}

/* --- digests --- */

gboolean
sy_digest_is_set (const guint8 *digest)
{
  static const guint8 none[SY_DIGEST_BYTES];

  return memcmp (digest, none, sizeof none) != 0;
}

void
sy_digest_to_hex (const guint8 *digest, char hex[2 * SY_DIGEST_BYTES + 1])
{
  static const char digits[] = "0123456789abcdef";

  for (guint i = 0; i < SY_DIGEST_BYTES; i++)
    {
      hex[2 * i] = digits[digest[i] >> 4];
      hex[2 * i + 1] = digits[digest[i] & 15];
    }
  hex[2 * SY_DIGEST_BYTES] = '\0';
}

gboolean
sy_digest_from_hex (const char *hex, gsize length, guint8 *digest)
{
  if (length != 2 * SY_DIGEST_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isxdigit (hex[i]) || g_ascii_isupper (hex[i]))
      return FALSE;
  for (guint i = 0; i < SY_DIGEST_BYTES; i++)
    digest[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
  return TRUE;
}

/* --- kinds --- */

const char *
sy_event_kind_to_string (SyEventKind kind)
{
  return (guint) kind < G_N_ELEMENTS (kind_words) && kind_words[kind] ? kind_words[kind] : "unknown";
}

gboolean
sy_event_kind_from_string (const char *text, SyEventKind *out)
{
  for (guint i = 1; i < G_N_ELEMENTS (kind_words); i++)
    if (kind_words[i] != NULL && strcmp (kind_words[i], text) == 0)
      {
        *out = (SyEventKind) i;
        return TRUE;
      }
  return FALSE;
}

GArray *
sy_event_array_new (void)
{
  GArray *array = g_array_new (FALSE, TRUE, sizeof (SyEvent));

  g_array_set_clear_func (array, (GDestroyNotify) sy_event_clear);
  return array;
}
