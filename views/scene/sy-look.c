/* sy-look.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-look.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* Copies as much as fits, whole characters only. */
static void
set_line (SyLook *look, const char *text)
{
  gsize length = strlen (text);

  if (length >= sizeof look->line)
    {
      const char *end = g_utf8_find_prev_char (text, text + sizeof look->line);

      length = end ? (gsize) (end - text) : 0;
    }
  memset (look->line, 0, sizeof look->line);
  memcpy (look->line, text, length);
}

static void
append_usage (GString *line, const SyLookFacts *facts)
{
  if (facts->cpu_percent < 0)
    return;
  g_string_append_printf (line, _("cpu %.0f %%"), facts->cpu_percent);
  if (facts->rss <= 0)
    return;
  g_string_append (line, " · ");
  sy_words_size (line, (guint64) facts->rss);
}

void
sy_look_fill (SyLook *look, const SyRunState *state, guint32 index, const SyLookFacts *facts)
{
  const SyTask *spec = &state->workflow->tasks[index];
  const SyTaskState *task = sy_run_state_at (state, index);
  g_autoptr (GString) line = g_string_new (NULL);
  guint8 mark = look->mark, dimmed = look->dimmed;
  guint16 order = look->order;

  memset (look, 0, sizeof *look);
  look->mark = mark;
  look->dimmed = dimmed;
  look->order = order;
  look->state = task->state;
  look->name = task->name;
  look->badges = task->badges;
  look->is_join = spec->kind == SY_TASK_JOIN;
  look->attempt = task->attempt;
  look->progress = facts->progress >= 0 ? (gint16) (CLAMP (facts->progress, 0, 1) * 1000) : -1;
  if (task->state == SY_STATE_RUNNING && task->name == SY_NAME_RUNNING)
    append_usage (line, facts);
  if (sy_look_is_stale (look))
    g_string_append (g_string_append (line, _("stale")), " · ");
  if (line->len == 0 || sy_look_is_stale (look))
    sy_words_brief (line, state, spec->number, facts->now_wall_us);
  set_line (look, line->str);
}

/* Of all that there are in a branch, the first of these is what must be known of it. */
static SyState
state_of_branch (const guint *counts, guint n)
{
  static const SyState order[] = { SY_STATE_FAILED, SY_STATE_LOST, SY_STATE_WAITING, SY_STATE_RUNNING, SY_STATE_READY,
                                   SY_STATE_UPSTREAM_FAILED, SY_STATE_CANCELLED };

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (counts[order[i]] > 0)
      return order[i];
  if (counts[SY_STATE_SKIPPED] == n)
    return SY_STATE_SKIPPED;
  return counts[SY_STATE_SUCCEEDED] + counts[SY_STATE_SKIPPED] == n ? SY_STATE_SUCCEEDED : SY_STATE_PENDING;
}

void
sy_look_fill_branch (SyLook *look, const SyRunState *state, const GArray *tasks)
{
  guint counts[SY_N_STATES] = { 0 }, done, failed;
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < tasks->len; i++)
    counts[sy_run_state_at (state, g_array_index (tasks, guint32, i))->state]++;
  done = counts[SY_STATE_SUCCEEDED] + counts[SY_STATE_SKIPPED];
  failed = counts[SY_STATE_FAILED] + counts[SY_STATE_LOST];
  g_string_append_printf (line, _("%u of %u"), done, tasks->len);
  if (failed > 0)
    g_string_append_printf (line, _(" · %u failed"), failed);
  else if (counts[SY_STATE_RUNNING] > 0)
    g_string_append_printf (line, _(" · %u running"), counts[SY_STATE_RUNNING]);
  look->state = (guint8) state_of_branch (counts, tasks->len);
  look->name = look->badges = look->is_join = 0;
  look->attempt = 0;
  look->is_stack = TRUE;
  look->progress = look->state == SY_STATE_RUNNING ? (gint16) (done * 1000 / tasks->len) : -1;
  if (look->mark == SY_MARK_NONE)
    set_line (look, line->str);
}

char *
sy_look_describe (const SyLook *look, const SyRunState *state, guint32 index)
{
  const SyTask *task = &state->workflow->tasks[index];
  static const char *const states[SY_N_STATES] = { N_("pending"), N_("ready"), N_("waiting"), N_("running"), N_("succeeded"),
                                                   N_("failed"), N_("lost"), N_("skipped"), N_("blocked"), N_("cancelled") };
  GString *text = g_string_new (task->label ? task->label : task->id);

  g_string_append_printf (text, ", %s", _(states[look->state]));
  if (look->line[0])
    g_string_append_printf (text, ", %s", look->line);
  if (look->progress >= 0)
    g_string_append_printf (text, _(", %d percent"), look->progress / 10);
  if (look->attempt > 1)
    g_string_append_printf (text, _(", attempt %u"), look->attempt);
  if (look->pinned)
    g_string_append (text, _(", pinned"));
  return g_string_free (text, FALSE);
}

SyState
sy_state_of_run (SyRunStatus status)
{
  switch (status)
    {
    case SY_RUN_RUNNING: return SY_STATE_RUNNING;
    case SY_RUN_PAUSED:
    case SY_RUN_STOPPING:
    case SY_RUN_QUEUED: return SY_STATE_READY;
    case SY_RUN_WAITING: return SY_STATE_WAITING;
    case SY_RUN_STALLED:
    case SY_RUN_LOST: return SY_STATE_LOST;
    case SY_RUN_SUCCEEDED:
    case SY_RUN_PARTIALLY_SUCCEEDED: return SY_STATE_SUCCEEDED;
    case SY_RUN_FAILED: return SY_STATE_FAILED;
    default: return SY_STATE_CANCELLED;
    }
}
