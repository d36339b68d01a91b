/* sy-left.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-left.h"

#define SHARE 100 /* of the time goes by for one of estimating */

gint64
sy_left_ask (SyLeft *left, SyRunModel *model)
{
  SyWorkflow *workflow = sy_run_model_get_workflow (model);
  gint64 now = g_get_monotonic_time ();
  SyProgressBasis basis;
  SyProgress progress;

  if (left->workflow == workflow && now < left->next_us)
    return left->us;
  sy_run_model_init_progress (model, &basis);
  sy_progress_measure (&basis, NULL, &progress);
  left->workflow = workflow;
  left->us = progress.left_us;
  left->next_us = now + SHARE * (g_get_monotonic_time () - now);
  return left->us;
}
