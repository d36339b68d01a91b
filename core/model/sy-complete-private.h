/* sy-complete-private.h: shared by the files of sy-complete
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-complete.h"

G_BEGIN_DECLS

/* Where a cursor stands in the lines of a file */
typedef struct
{
  GPtrArray *path;      /* of char *: keys to the object, list or value that the cursor is in; "-": an item */
  gboolean is_value;    /* of the last key; else a key is being written, in what the path leads to */
  gboolean is_text;     /* in the lines of a block scalar */
} SyCompletePlace;

void sy_complete_find_place (const char *text, gsize offset, SyCompletePlace *place);
void sy_complete_place_clear (SyCompletePlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SyCompletePlace, sy_complete_place_clear)

GPtrArray *sy_candidates_new (void);
/* Where @word fits to @prefix. @suffix: what is written behind the word */
void sy_candidates_add (GPtrArray *candidates, const char *prefix, const char *word, const char *suffix, const char *help);
/* Those that begin with @prefix go first. */
void sy_candidates_sort (GPtrArray *candidates, const char *prefix);

/* Bytes of a name in front of @offset */
gsize sy_complete_word_start (const char *text, gsize offset, const char *also);

G_END_DECLS
