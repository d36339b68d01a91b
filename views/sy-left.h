/* sy-left.h: how much longer a run takes, told again and again
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-run-model.h"

G_BEGIN_DECLS

/* Zeroed is a fine start. */
typedef struct
{
  const SyWorkflow *workflow;   /* borrowed, only compared: whose estimate it is */
  gint64 us;
  gint64 next_us;       /* monotonic */
} SyLeft;

/*
 * The estimate for all of the run; <= 0: none. To estimate takes long where tasks are many, and many ask in every batch of events: it is
 * done anew only when a hundred times of what it took have gone by.
 */
gint64 sy_left_ask (SyLeft *left, SyRunModel *model);

G_END_DECLS
