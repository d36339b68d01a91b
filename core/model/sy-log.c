/* sy-log.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-log.h"

void
sy_log_batch_clear (SyLogBatch *batch)
{
  g_clear_pointer (&batch->events, g_array_unref);
  g_clear_pointer (&batch->states, g_array_unref);
}
