/* fuzz-event.c: the data of events, one a line after its kind, task and attempt as three characters, onto a small run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/model/sy-run-state.h"
#include "tests/fuzz/fuzz.h"

static SyWorkflow *
make_workflow (void)
{
  static const SyNeed need = { 0, 0 };
  static SyTask tasks[] = { { .id = "a", .enabled = TRUE }, { .id = "b", .needs = &need, .n_needs = 1, .enabled = TRUE } };
  SyWorkflow *workflow = sy_workflow_new ();

  workflow->tasks = tasks;
  workflow->n_tasks = G_N_ELEMENTS (tasks);
  g_assert_true (sy_workflow_finish (workflow, NULL, NULL));
  return workflow;
}

/* What could be read is written in one way only. */
static void
check_canonical (const SyEvent *event)
{
  g_autoptr (GString) first = g_string_new (NULL), second = g_string_new (NULL);
  SyEvent back = { .kind = event->kind, .time = event->time };

  sy_event_encode (event, first);
  g_assert_true (sy_event_decode (&back, first->str, (gssize) first->len, NULL));
  sy_event_encode (&back, second);
  g_assert_cmpstr (first->str, ==, second->str);
  sy_event_clear (&back);
}

static void
try_line (SyRunState *state, const char *line, gsize size)
{
  SyEvent event = { .time.wall_us = 1700000000000000 + state->seq };

  if (size < 3)
    return;
  event.kind = (guint16) (guchar) line[0] - ' ';
  event.task = (guint32) (guchar) line[1] - '0';
  event.attempt = (guint32) (guchar) line[2] - '0';
  if (sy_event_decode (&event, line + 3, (gssize) size - 3, NULL))
    {
      check_canonical (&event);
      sy_run_state_apply (state, &event, NULL);
    }
  sy_event_clear (&event);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (SyWorkflow) workflow = make_workflow ();
  g_autoptr (SyRunState) state = sy_run_state_new (workflow);
  const char *at = (const char *) data, *end = at + size;

  while (at < end)
    {
      const char *newline = memchr (at, '\n', (gsize) (end - at));
      const char *stop = newline != NULL ? newline : end;

      try_line (state, at, (gsize) (stop - at));
      at = stop + 1;
    }
  g_assert_cmpuint (state->n_unsettled, <=, 2);
  return 0;
}
