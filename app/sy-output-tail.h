/* sy-output-tail.h: the end of what an attempt wrote
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/* The last @most bytes, from the beginning of a line on where that is not all; zero bytes are something else. Any thread. (transfer full)
 * (nullable): it cannot be read */
char *sy_output_tail (SyRunDir *run, guint32 task, guint32 attempt, gsize most);
/* The line of it that says what went wrong, cleaned. (transfer full) (nullable): nothing was written */
char *sy_output_tail_error (SyRunDir *run, guint32 task, guint32 attempt);

G_END_DECLS
