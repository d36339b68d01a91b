/* sy-manuscript-designer.h: a document that the window edits, over core/format
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-designer.h"

G_BEGIN_DECLS

/**
 * sy_manuscript_designer_new:
 * @path: (nullable): of the file; %NULL: it has none yet
 * @disk: (nullable): the file's bytes; %NULL: it is not there
 * @text: (nullable): what is edited from the start, where that is something else
 * @drafts: (nullable): the folder of drafts; what was not saved the last time comes back as a step of history. A document
 *   without a file has a draft too, which sy_manuscript_designer_take_left() finds.
 */
SyDesigner *sy_manuscript_designer_new (const char *path, GBytes *disk, GBytes *text, const char *drafts);

/**
 * sy_manuscript_designer_take_left:
 * @text: what such a document begins with
 *
 * Documents that never had a file, from processes that died or were ended with their drafts kept; what was in each is a step
 * of history over @text. One that another window or process has open is left alone.
 *
 * Returns: (transfer container): of #SyDesigner, each to be freed by its own function
 */
GPtrArray *sy_manuscript_designer_take_left (GBytes *text, const char *drafts);

G_END_DECLS
