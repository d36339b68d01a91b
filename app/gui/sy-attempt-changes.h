/* sy-attempt-changes.h: what differs between an attempt and the one before it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_attempt_changes_read:
 * @task: log number
 *
 * Replays the log of a run: O(events). Blocks.
 *
 * Returns: (transfer full) (element-type utf8): by attempt number, a line for each thing that differs ("Command changed",
 *   "LANG: de → en"); %NULL elements: the first attempt, nothing differs, or it is not known
 */
GPtrArray *sy_attempt_changes_read (const char *uuid, guint32 task, GError **error);

G_END_DECLS
