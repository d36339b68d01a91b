/* sy-text-diff.h: what differs between two texts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes [start, end) of the one text stand as [new_start, new_end) in the other. */
typedef struct { gsize start, end, new_start, new_end; } SyTextHunk;

/**
 * sy_text_diff:
 *
 * What has to be replaced in @a so that it is @b: by whole lines where many differ
 * (E. Myers, "An O(ND) Difference Algorithm", 1986), then cut down to the
 * characters that differ. Where more than some hundred lines came or went, lines are
 * paired by their number, or all between the first and the last is one hunk.
 * A hunk never begins or ends inside a character or between CR and LF.
 *
 * Returns: (transfer full): of #SyTextHunk, ascending, apart from each other
 */
GArray *sy_text_diff (const char *a, gsize n_a, const char *b, gsize n_b);

/* The one hunk from the first difference to the last; FALSE: there is none. */
gboolean sy_text_difference (const char *a, gsize n_a, const char *b, gsize n_b, SyTextHunk *hunk);

G_END_DECLS
