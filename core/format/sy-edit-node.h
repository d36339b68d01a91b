/* sy-edit-node.h: between sy-edit-replace.c and sy-edit-children.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-edit-private.h"

G_BEGIN_DECLS

/* The expected tree's node for @node, and its place among its siblings */
SyEditValue *sy_editor_mirror (SyEditor *e, const SyNode *node);
guint sy_editor_mirror_index (SyEditor *e, const SyNode *node);
/* The `-` of an item in block style */
gsize sy_editor_dash_of (const SyEditor *e, const SyNode *item);
void sy_editor_insert_lines (SyEditor *e, gsize at, const char *lines);

/* Behind the comments below @last that are indented deeper than its siblings: where lines of new ones go */
gsize sy_editor_place_behind (const SyEditor *e, const SyNode *last, gsize indent);

/* TRUE: a pair of that key goes in front of all others. Else behind *after (out): a value; NULL: behind the last */
gboolean sy_editor_find_place (const SyNode *mapping, const char *key, const SyNode **after);

G_END_DECLS
