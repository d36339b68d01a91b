/* sy-executor.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-executor.h"

void
sy_order_free (SyOrder *order)
{
  if (order == NULL)
    return;
  g_strfreev (order->argv);
  g_strfreev (order->env);
  g_strfreev (order->fsync_paths);
  g_free (order->dir);
  g_free (order->stdin_file);
  g_free (order->inputs);
  g_free (order);
}

void
sy_report_clear (SyReport *report)
{
  g_clear_pointer (&report->text, g_free);
}
