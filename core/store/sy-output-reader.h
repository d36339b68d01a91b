/* sy-output-reader.h: the output of one attempt as one long text with a hole
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/*
 * Offsets count what the task wrote, whether kept or not. Kept are the head
 * [0, gap_start) and the tail [gap_end, size); between them lies the gap, if
 * gap_start < gap_end. Where the disk was full there may be more holes: reading
 * passes over each. Holds a window and the time index, never the file. One thread
 * at a time. core/model/sy-output-format.h says how it lies on disk.
 */
typedef struct _SyOutputReader SyOutputReader;

/**
 * sy_output_reader_open:
 * @stream: 0 both streams in exact order; 1 stdout, 2 stderr of a task with `streams: split`
 *
 * An attempt that has written nothing has no files: size 0, no error.
 */
SyOutputReader *sy_output_reader_open (SyRunDir *run, guint32 task, guint32 item, guint32 attempt, guint stream,
                                       GError **error);
/* Newest attempt of a task (of a handler: task 0, item SyHandlerKind + 1) that has written anything; 0 = none */
guint32 sy_output_find_newest (SyRunDir *run, guint32 task, guint32 item);
void sy_output_reader_free (SyOutputReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyOutputReader, sy_output_reader_free)

typedef struct
{
  gint64 size;
  gint64 gap_start, gap_end; /* the first hole; equal where there is none */
  gint64 missing;            /* bytes of all holes */
} SyOutputExtent;

/* Looks at the files again. TRUE if the extent has changed. */
gboolean sy_output_reader_refresh (SyOutputReader *reader);
void sy_output_reader_get_extent (SyOutputReader *reader, SyOutputExtent *extent);

/**
 * sy_output_reader_read:
 * @offset: (inout): where to read; moved to the hole's end if it lies in one
 *
 * Returns: bytes read, up to the next hole or end of a segment; 0 at the end; -1 + error
 */
gssize sy_output_reader_read (SyOutputReader *reader, gint64 *offset, void *buffer, gsize size, GError **error);

/* Offset at which the last @lines lines begin (for `logs --tail`) */
gint64 sy_output_reader_tail_offset (SyOutputReader *reader, guint lines, GError **error);

/* Offset of the next occurrence of @needle that begins at or after @from or, @backward, of the previous one that ends before it; -1 none */
gint64 sy_output_reader_find (SyOutputReader *reader, gint64 from, gboolean backward, const char *needle, GError **error);

/* When the byte at @offset arrived, to about 50 ms: CLOCK_BOOTTIME µs of the attempt's boot (SyBoot makes wall time of
 * it); -1 unknown (all in one burst) */
gint64 sy_output_reader_time_at (SyOutputReader *reader, gint64 offset);
/* First offset that is known to have arrived at or after @boot_us; the size if none */
gint64 sy_output_reader_offset_at (SyOutputReader *reader, gint64 boot_us);

/* Waits for more, at most @timeout_us; TRUE if the extent has changed. */
gboolean sy_output_reader_wait (SyOutputReader *reader, gint64 timeout_us);

G_END_DECLS
