/* sy-text-index.h: where the lines of a large text begin, without the text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SY_TEXT_BLOCK 65536

/*
 * A stretch of at most SY_TEXT_BLOCK bytes, or a gap (bytes that were not kept), which is a line of its own and ends the
 * line before it. Offsets are those of the stream, so that they run on behind a gap.
 */
typedef struct
{
  guint64 offset;
  guint64 line;         /* to which its first byte belongs, from 0 */
  guint64 missing;      /* > 0: a gap of so many bytes */
  guint32 length;       /* 0 = a gap */
  gboolean begins_line; /* its first byte is the first of that line */
} SyTextBlock;

/* Where a reader stands: what a block begins with */
typedef struct
{
  guint64 offset, line;
  gboolean begins_line;
} SyTextPlace;

#define SY_TEXT_BEGIN ((SyTextPlace){ 0, 0, TRUE })

/* The place behind @size bytes at @bytes, or behind a gap of @missing */
SyTextPlace sy_text_place_after (SyTextPlace place, const char *bytes, gsize size);
SyTextPlace sy_text_place_after_gap (SyTextPlace place, guint64 missing);

/* 40 bytes for each 64 KiB. One thread at a time. */
typedef struct
{
  GArray *blocks;       /* SyTextBlock, ascending */
  SyTextPlace last;     /* where the last one begins */
  SyTextPlace end;      /* behind the last */
  guint64 missing;      /* of all gaps */
} SyTextIndex;

void sy_text_index_init (SyTextIndex *index);
void sy_text_index_clear (SyTextIndex *index);
/* Lines, with one that has no end yet */
guint64 sy_text_index_get_n_lines (const SyTextIndex *index);
/* The bytes at @offset, which is index->end.offset or, for a gap before them, behind it */
void sy_text_index_add (SyTextIndex *index, guint64 offset, const char *bytes, gsize size);
/* A gap up to @offset, behind which nothing has come yet */
void sy_text_index_add_gap (SyTextIndex *index, guint64 offset);
/* Blocks of another index that went on from the end of this one, which is at @end then */
void sy_text_index_append (SyTextIndex *index, const SyTextBlock *blocks, guint n, SyTextPlace last, SyTextPlace end);
/* Where to go on when the text has grown: before a last block that is not full, or is a gap */
SyTextPlace sy_text_index_get_reopening (const SyTextIndex *index);
/* Takes that block away. */
void sy_text_index_reopen (SyTextIndex *index);
/* The block in which a line begins, or that holds the byte at @offset; G_MAXUINT = none */
guint sy_text_index_find_line (const SyTextIndex *index, guint64 line);
guint sy_text_index_find_offset (const SyTextIndex *index, guint64 offset);

G_END_DECLS
