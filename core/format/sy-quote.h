/* sy-quote.h: a text as a YAML scalar that reads back as exactly that text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"

G_BEGIN_DECLS

/**
 * SyQuoteFlags:
 * @SY_QUOTE_FLOW: it will stand inside [ ] or { }
 * @SY_QUOTE_KEY: it will be a key: one line, at most 1,024 characters
 * @SY_QUOTE_TYPED: a number, word or duration of the format, to be written plain;
 *   without it what any YAML reader could take for something else than a string
 *   (`1.10`, `no`, `012`, `2024-01-01`, `~`) gets quotes
 */
typedef enum
{
  SY_QUOTE_FLOW = 1 << 0,
  SY_QUOTE_KEY = 1 << 1,
  SY_QUOTE_TYPED = 1 << 2
} SyQuoteFlags;

/* Whether plain @text is read back as that string in this place */
gboolean sy_quote_plain_fits (const char *text, guint flags);
/* Whether a YAML 1.1 or 1.2 reader may take plain @text for null, bool, number or date */
gboolean sy_quote_is_ambiguous (const char *text);

/* Appends @text on one line: in @prefer (PLAIN, SINGLE, DOUBLE) where that can hold it, else in the plainest
 * that can. */
void sy_quote_append (GString *out, const char *text, guint flags, SyNodeStyle prefer);

/* Whether a literal block can hold @text: several lines, no control characters */
gboolean sy_quote_literal_fits (const char *text);
/* The header of the literal block (`|`, `|-`, `|2+` …) for lines indented by @width blanks more than the
 * parent */
void sy_quote_append_literal_header (GString *out, const char *text, guint width);
/* Its lines, each with @indent before and @eol behind; a final `|-` line gets its @eol too. */
void sy_quote_append_literal_body (GString *out, const char *text, const char *indent, const char *eol);

G_END_DECLS
