/* sy-line-kind.h: what a line of output reads like
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_LINE_PLAIN, SY_LINE_WARNING, SY_LINE_ERROR } SyLineKind;
/* Judged by words of English that programs use; @line: without its end. Any thread */
SyLineKind sy_line_classify (const char *line, gsize length);

G_END_DECLS
