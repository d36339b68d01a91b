/* sy-interest.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-interest.h"

static guint
interest_of (SyState state)
{
  switch (state)
    {
    case SY_STATE_FAILED:
    case SY_STATE_LOST:
    case SY_STATE_WAITING: return 3;
    case SY_STATE_RUNNING: return 2;
    case SY_STATE_READY:
    case SY_STATE_CANCELLED: return 1;
    default: return 0;
    }
}

guint32
sy_interest_find (const SyRunState *state, gboolean *says)
{
  const SyWorkflow *workflow = state->workflow;
  guint32 found = workflow->n_tasks > 0 ? workflow->topo[0] : SY_NO_TASK;
  guint most = 0;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      guint interest = interest_of (sy_run_state_at (state, workflow->topo[i])->state);

      if (interest > most)
        {
          most = interest;
          found = workflow->topo[i];
        }
    }
  *says = most > 1;
  return found;
}
