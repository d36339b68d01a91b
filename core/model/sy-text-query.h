/* sy-text-query.h: finding the lines of a large text that hold something, as it streams by
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-text-index.h"

G_BEGIN_DECLS

typedef enum
{
  SY_TEXT_LITERAL,
  SY_TEXT_REGEX,        /* PCRE, line by line */
  SY_TEXT_ERROR_LINE,   /* reads like an error: sy_line_classify(); no pattern */
} SyTextQueryKind;

/* Immutable once made; any thread. Case is that of ASCII. */
typedef struct _SyTextQuery SyTextQuery;

/* @pattern: not empty, no line end; %SY_ERROR_INVALID for a regular expression that is none */
SyTextQuery *sy_text_query_new (SyTextQueryKind kind, const char *pattern, gboolean match_case, GError **error);
SyTextQuery *sy_text_query_ref (SyTextQuery *query);
void sy_text_query_unref (SyTextQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTextQuery, sy_text_query_unref)

/* First match in [@from, @size) of @text; FALSE = none */
gboolean sy_text_query_find (const SyTextQuery *query, const char *text, gsize size, gsize from, gsize *start, gsize *end);

/*
 * Takes a text in stretches of any size and tells the lines that match, each once, ascending. A line that is longer than
 * 1 MiB is looked through in parts. One thread at a time.
 */
typedef struct
{
  SyTextQuery *query;   /* (owned) */
  SyTextPlace place;    /* where buffer begins */
  GByteArray *buffer;   /* (owned) what has not been looked through: a line without its end */
  guint64 told;         /* the newest line told + 1 */
  GArray *lines;        /* (owned) guint64: matching lines found since they were taken away */
} SyTextSearch;

void sy_text_search_init (SyTextSearch *search, SyTextQuery *query, SyTextPlace from);
void sy_text_search_clear (SyTextSearch *search);
/* The bytes at @offset, which follow those before, or come behind a gap */
void sy_text_search_add (SyTextSearch *search, guint64 offset, const char *bytes, gsize size);
/* What there is has come: a last line without its end is looked through. The place at which to go on later */
SyTextPlace sy_text_search_end (SyTextSearch *search);

G_END_DECLS
