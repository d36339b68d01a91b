/* sy-timeline-words.c: a stretch of a task's time, said
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-timeline.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

static const char *
wait_words (SyName name)
{
  switch (name)
    {
    case SY_NAME_HELD_POOL: return _("held: pool");
    case SY_NAME_HELD_SLOTS: return _("held: not enough slots or memory free");
    case SY_NAME_HELD_BREAKER: return _("held: breaker open");
    case SY_NAME_HELD_PAUSE: return _("held: paused");
    case SY_NAME_HELD_SECRET: return _("held: a secret is missing");
    case SY_NAME_HELD_SCHEDULE: return _("held: schedule");
    case SY_NAME_HELD_KEEPER: return _("held: a keeper does not answer");
    case SY_NAME_HELD_DISK: return _("held: disk full");
    case SY_NAME_HELD_STOPPING: return _("held: the run is stopping");
    case SY_NAME_AWAITING_RETRY: return _("waiting for its retry");
    case SY_NAME_APPROVAL: return _("needs you");
    default: return _("queued");
    }
}

static const char *
outcome_words (const SySpan *span)
{
  static const char *const states[SY_N_STATES] = {
    [SY_STATE_RUNNING] = N_("running"), [SY_STATE_SUCCEEDED] = N_("succeeded"), [SY_STATE_FAILED] = N_("failed"),
    [SY_STATE_LOST] = N_("lost"),       [SY_STATE_CANCELLED] = N_("cancelled"),
  };

  switch ((SyName) span->name)
    {
    case SY_NAME_EXIT: return _("failed");
    case SY_NAME_SIGNAL: return _("killed by a signal");
    case SY_NAME_TIMED_OUT: return _("timed out");
    case SY_NAME_OUT_OF_MEMORY: return _("out of memory");
    case SY_NAME_SPAWN: return _("could not be started");
    case SY_NAME_OUTPUT: return _("failed: wrong output");
    case SY_NAME_WARNED: return _("succeeded with a warning");
    case SY_NAME_STOPPING: return _("stopping");
    default: return states[span->state] != NULL ? _(states[span->state]) : sy_state_to_string ((SyState) span->state);
    }
}

void
sy_span_describe (GString *out, const SySpan *span, gint64 now_us)
{
  gint64 end = span->end_us > 0 ? span->end_us : MAX (now_us, span->start_us);
  g_autofree char *time = sy_words_dup_duration (end - span->start_us), *what = NULL;
  const char *words = span->kind == SY_SPAN_ATTEMPT ? outcome_words (span) : wait_words ((SyName) span->name);

  if (span->kind == SY_SPAN_POINT)
    {
      g_string_append (out, _("join fired"));
      return;
    }
  what = span->text != NULL ? g_strconcat (words, " ", span->text, NULL) : g_strdup (words);
  if (span->kind == SY_SPAN_ATTEMPT)
    g_string_append_printf (out, _("attempt %u: %s, %s"), span->attempt, what, time);
  else
    g_string_append_printf (out, "%s, %s", what, time);
}
