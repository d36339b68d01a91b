/* sy-text-map.h: the bytes of a text that is edited, and the characters that a text widget shows of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SyTextMap:
 *
 * UTF-8 text. Shown of it are its characters but a byte order mark at the start
 * and the CR of each CRLF: what is shown has LF for both, and what is typed gets
 * the line ends of the text (of its first line). Offsets of bytes are of the
 * text, offsets of characters of what is shown. A lookup costs the distance to a
 * mark kept every 4 KiB, an edit a move of the bytes behind it.
 */
typedef struct _SyTextMap SyTextMap;

/* @text: valid UTF-8 without NUL */
SyTextMap *sy_text_map_new (const char *text, gsize length);
void sy_text_map_free (SyTextMap *map);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTextMap, sy_text_map_free)

const char *sy_text_map_get_text (const SyTextMap *map, gsize *length); /* (transfer none) */
gsize sy_text_map_get_n_chars (SyTextMap *map);
/* Behind the end: the end. Inside a character, or between CR and LF: in front of it. */
gsize sy_text_map_to_chars (SyTextMap *map, gsize byte);
/* In front of the CR of a CRLF; behind a byte order mark */
gsize sy_text_map_to_bytes (SyTextMap *map, gsize chars);

/* Bytes [start, end), whole characters and line ends, become @text. */
void sy_text_map_replace (SyTextMap *map, gsize start, gsize end, const char *text, gsize length);
/* What was typed: characters [start, end) become @text, whose line ends are LF. */
void sy_text_map_type (SyTextMap *map, gsize start, gsize end, const char *text, gsize length);

/* What is shown of @length bytes that begin at @offset of a text. (transfer full) */
char *sy_text_map_visible (const char *text, gsize length, gsize offset);

G_END_DECLS
