/* sy-layout-ahead.h: a layout that is begun before the canvas asks for it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/scene/sy-geometry.h"

G_BEGIN_DECLS

/* The quick layout of a workflow at font scale 1, on a thread of its own, while the log is still being read. Atomic reference count. */
typedef struct _SyLayoutAhead SyLayoutAhead;

SyLayoutAhead *sy_layout_ahead_new (SyWorkflow *workflow);
SyLayoutAhead *sy_layout_ahead_ref (SyLayoutAhead *ahead);
/* The last one cancels it. */
void sy_layout_ahead_unref (SyLayoutAhead *ahead);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyLayoutAhead, sy_layout_ahead_unref)

gboolean sy_layout_ahead_is_of (const SyLayoutAhead *ahead, const SyWorkflow *workflow, float scale);
/* Any thread: whoever waits for it is given nothing. */
void sy_layout_ahead_cancel (SyLayoutAhead *ahead);
/* Waits, so not on the main thread. (transfer full) (nullable): NULL = cancelled */
SyGeometry *sy_layout_ahead_wait (SyLayoutAhead *ahead);

G_END_DECLS
