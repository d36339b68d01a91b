/* sy-timeline-words.c: a stretch of a task's time, said
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-timeline.h"

#include "core/model/sy-words.h"

static const char *
wait_words (SyName name)
{
  switch (name)
    {
    case SY_NAME_HELD_POOL: return "held: pool";
    case SY_NAME_HELD_SLOTS: return "held: not enough slots or memory free";
    case SY_NAME_HELD_BREAKER: return "held: breaker open";
    case SY_NAME_HELD_PAUSE: return "held: paused";
    case SY_NAME_HELD_SECRET: return "held: a secret is missing";
    case SY_NAME_HELD_SCHEDULE: return "held: schedule";
    case SY_NAME_HELD_KEEPER: return "held: a keeper does not answer";
    case SY_NAME_HELD_DISK: return "held: disk full";
    case SY_NAME_HELD_STOPPING: return "held: the run is stopping";
    case SY_NAME_AWAITING_RETRY: return "waiting for its retry";
    case SY_NAME_APPROVAL: return "needs you";
    default: return "queued";
    }
}

static const char *
outcome_words (const SySpan *span)
{
  switch ((SyName) span->name)
    {
    case SY_NAME_EXIT: return "failed";
    case SY_NAME_SIGNAL: return "killed by a signal";
    case SY_NAME_TIMED_OUT: return "timed out";
    case SY_NAME_OUT_OF_MEMORY: return "out of memory";
    case SY_NAME_SPAWN: return "could not be started";
    case SY_NAME_OUTPUT: return "failed: wrong output";
    case SY_NAME_WARNED: return "succeeded with a warning";
    case SY_NAME_STOPPING: return "stopping";
    default: return sy_state_to_string ((SyState) span->state);
    }
}

void
sy_span_describe (GString *out, const SySpan *span, gint64 now_us)
{
  gint64 end = span->end_us > 0 ? span->end_us : MAX (now_us, span->start_us);

  if (span->kind == SY_SPAN_POINT)
    {
      g_string_append (out, "join fired");
      return;
    }
  if (span->kind == SY_SPAN_ATTEMPT)
    g_string_append_printf (out, "attempt %u: %s", span->attempt, outcome_words (span));
  else
    g_string_append (out, wait_words ((SyName) span->name));
  if (span->text != NULL)
    g_string_append_printf (out, " %s", span->text);
  g_string_append (out, ", ");
  sy_words_duration (out, end - span->start_us);
}
