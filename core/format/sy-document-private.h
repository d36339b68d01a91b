/* sy-document-private.h: for the files that build a document
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"

G_BEGIN_DECLS

struct _SyDocument
{
  gatomicrefcount ref_count;
  SySource *source;
  SyNode *root;         /* (nullable) */
  GPtrArray *blocks;    /* of SyNode */
  guint used;           /* nodes in the last block */
  guint n_nodes;
  GStringChunk *texts;
};

/* Zeroed; belongs to the document */
SyNode *sy_document_alloc (SyDocument *document);

/*
 * The way from libyaml's marks, which count characters behind the BOM, to
 * bytes: every STEP-th character is remembered, the rest is walked.
 */
typedef struct
{
  const char *data, *end; /* behind the BOM */
  gsize base;             /* bytes of the BOM */
  GArray *steps;          /* (nullable) guint32; NULL: all ASCII */
  const char *last;       /* where the last question led: the next one is mostly a little further on */
  gsize last_index;
} SyMarks;

void sy_marks_init (SyMarks *marks, const SySource *source);
void sy_marks_clear (SyMarks *marks);
/* Byte offset in the file of the @index-th character */
gsize sy_marks_to_byte (SyMarks *marks, gsize index);

G_END_DECLS
