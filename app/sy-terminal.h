/* sy-terminal.h: what a task wrote, made harmless for a terminal
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* State between pieces of one stream; zeroed = at its start. */
typedef struct
{
  guint8 stage;       /* where in an escape sequence */
  gboolean c2;        /* the first byte of a C1 control may be pending */
  char sequence[64];
  guint n;
} SyTerminalFilter;

/* Appends @data without control characters but for newline, tab, carriage return, backspace and colours (SGR). */
void sy_terminal_filter (SyTerminalFilter *filter, GString *out, const char *data, gsize size);

G_END_DECLS
