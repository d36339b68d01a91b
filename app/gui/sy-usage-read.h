/* sy-usage-read.h: what a run used, from the samples in its log
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-usage.h"
#include "core/store/sy-log-reader.h"

G_BEGIN_DECLS

/* Any thread that @reader belongs to; reads every sample. @begin_us, @end_us: wall; (transfer full) */
SyUsage *sy_read_usage (SyLogReader *reader, gint64 begin_us, gint64 end_us, guint n, GError **error);

G_END_DECLS
