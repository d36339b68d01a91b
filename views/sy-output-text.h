/* sy-output-text.h: the output of one attempt as lines
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"

G_BEGIN_DECLS

/*
 * All that is kept of it (the capture keeps 65 MiB at most), in one block, with the start of each line. A gap is one
 * line of its own. Plain data on the main thread.
 */
typedef struct
{
  GByteArray *bytes;
  GArray *starts;       /* guint32: where each line begins in bytes */
  GArray *times;        /* SyOutputTime; offset within bytes */
  guint64 next;         /* offset of the stream that is read next */
  guint64 total;        /* written by the task */
  guint n_judged;       /* lines that were looked at for the first error */
  guint error_line;     /* G_MAXUINT = none among them */
} SyOutputText;

void sy_output_text_init (SyOutputText *text);
void sy_output_text_reset (SyOutputText *text);
void sy_output_text_clear (SyOutputText *text);
/* Takes in the stretch that follows. */
void sy_output_text_add (SyOutputText *text, const SyOutputChunk *chunk);
guint sy_output_text_get_n_lines (const SyOutputText *text);
/* Without its line end; borrowed */
const char *sy_output_text_get_line (const SyOutputText *text, guint line, gsize *length);
/* Wall µs, 0 = unknown */
gint64 sy_output_text_get_time (const SyOutputText *text, guint line);
/* Line with @needle (ASCII case ignored) after @line, or before it; wraps around. G_MAXUINT = none. */
guint sy_output_text_find (const SyOutputText *text, const char *needle, guint line, gboolean backward);
/* First line that reads like an error; G_MAXUINT = none */
guint sy_output_text_find_error (SyOutputText *text);

G_END_DECLS
