/* sy-line-diff.h: which lines two texts share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_DIFF_SAME, SY_DIFF_REMOVED, SY_DIFF_ADDED } SyDiffKind;

/* A stretch of lines; numbers from 0 */
typedef struct
{
  SyDiffKind kind;
  guint32 a, b;         /* first line in each text (of the one that does not have it: where it would be) */
  guint32 n;
} SyDiffPart;

/**
 * sy_line_diff:
 *
 * The shortest edit script (E. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1, 1986), after what is equal
 * at both ends was set aside. Texts that differ in more than a thousand lines count as replaced between these ends: such a
 * difference is read by nobody, and time stays bounded.
 *
 * Returns: (transfer full) (element-type SyDiffPart): in order; no two neighbours of one kind
 */
GArray *sy_line_diff (const char *a, gssize a_size, const char *b, gssize b_size);

/* Lines with "  ", "- ", "+ " before them, @context of what is the same around each change, "…" for the rest; nothing where all is the same */
void sy_line_diff_text (GString *out, const char *a, gssize a_size, const char *b, gssize b_size, guint context);

G_END_DECLS
