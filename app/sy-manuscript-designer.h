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
 * @drafts: (nullable): the folder of drafts; what was not saved the last time comes back as a step of history
 */
SyDesigner *sy_manuscript_designer_new (const char *path, GBytes *disk, GBytes *text, const char *drafts);

G_END_DECLS
