/* sy-output-reader-private.h: for the tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-output-reader.h"

G_BEGIN_DECLS

/* With other sizes of head and segments than the format's */
SyOutputReader *sy_output_reader_open_sized (SyRunDir *run, guint32 task, guint32 item, guint32 attempt, guint stream,
                                             gint64 head, gint64 segment, GError **error);

G_END_DECLS
