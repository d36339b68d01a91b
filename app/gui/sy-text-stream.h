/* sy-text-stream.h: the bytes of an attempt's output, or of a file, by offset
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-text-source.h"

G_BEGIN_DECLS

/* One thread at a time. */
typedef struct _SyTextStream SyTextStream;

/* @path: (nullable): a file; else the output of an attempt of @uuid */
SyTextStream *sy_text_stream_open (const char *uuid, guint32 task, guint32 attempt, const char *path, GError **error);
void sy_text_stream_free (SyTextStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTextStream, sy_text_stream_free)

/* Looks again at what is there. @changed: (out): the file was written anew since it was opened. FALSE: it is gone */
gboolean sy_text_stream_refresh (SyTextStream *stream, gboolean *changed, GError **error);
guint64 sy_text_stream_get_total (SyTextStream *stream);
guint64 sy_text_stream_get_missing (SyTextStream *stream);
/* As sy_output_reader_read(): @offset moves behind a hole; 0 at the end; −1 + error */
gssize sy_text_stream_read (SyTextStream *stream, guint64 *offset, void *buffer, gsize size, GError **error);
/* The times of lines in [@bytes, @bytes + size), which lie at @offset; NULL = none known. (transfer full) */
GArray *sy_text_stream_get_times (SyTextStream *stream, guint64 offset, const char *bytes, gsize size);
/* Up to where it had come at @wall_us; all of it where that is not known */
guint64 sy_text_stream_find_offset (SyTextStream *stream, gint64 wall_us);

G_END_DECLS
