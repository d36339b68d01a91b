/* sy-source.h: the bytes of a file and the way from byte offsets to lines and columns
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SySource:
 *
 * The bytes of one text file, never changed. Offsets are bytes from the first
 * byte of the file (a BOM included). Lines and columns are 1-based; a line
 * ends with LF, CRLF or a lone CR; columns count characters (code points; a
 * byte that is no UTF-8 counts as one; a BOM at the start counts nothing).
 * Atomic reference count; the line table is built at creation.
 */
typedef struct _SySource SySource;

/* @name: as shown in messages, usually the path as given */
SySource *sy_source_new (const char *name, GBytes *bytes);
SySource *sy_source_ref (SySource *source);
void sy_source_unref (SySource *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SySource, sy_source_unref)

const char *sy_source_get_name (const SySource *source);
GBytes *sy_source_get_bytes (const SySource *source); /* (transfer none) */
/* (transfer none); a NUL stands behind the last byte (and may stand inside), so that one byte more can always be looked at */
const char *sy_source_get_data (const SySource *source, gsize *length);
guint sy_source_get_n_lines (const SySource *source);

/* @offset may be the end of the file; beyond it counts as the end */
void sy_source_position (const SySource *source, gsize offset, guint *line, guint *column);
/* Byte offset of a 1-based line and column; beyond the line's end: the line's end */
gsize sy_source_offset (const SySource *source, guint line, guint column);
/* Start and end (without its line break) of the 1-based @line; FALSE: no such line */
gboolean sy_source_line (const SySource *source, guint line, gsize *start, gsize *end);
/* 3 if the file starts with a UTF-8 byte order mark, else 0 */
gsize sy_source_bom (const SySource *source);

G_END_DECLS
