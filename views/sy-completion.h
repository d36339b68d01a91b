/* sy-completion.h: completion in a GtkSourceView, from a function that knows what may stand there
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-complete.h"

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

#define SY_TYPE_COMPLETION (sy_completion_get_type ())
G_DECLARE_FINAL_TYPE (SyCompletion, sy_completion, SY, COMPLETION, GObject)

/**
 * SyCompletionFunc:
 * @text: in front of the cursor, and behind it
 * @offset: of the cursor, in bytes
 * @start: (out): where the word begins
 *
 * Returns: (transfer full) (nullable): of #SyCandidate
 */
typedef GPtrArray *(*SyCompletionFunc) (const char *text, gsize offset, gsize *start, gpointer data);

/* @data: must live as long as the view. (transfer full) */
SyCompletion *sy_completion_new (SyCompletionFunc complete, gpointer data);

G_END_DECLS
