/* sy-line-kind.h: what a line of output reads like
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_LINE_PLAIN, SY_LINE_WARNING, SY_LINE_ERROR } SyLineKind;
/* Judged by words of English that programs use; @line: without its end. Any thread */
SyLineKind sy_line_classify (const char *line, gsize length);

/* Text as it may be shown: no controls, escapes or bidi marks, valid UTF-8; (transfer full) */
char *sy_line_clean (const char *line, gsize length);
/* @text without escape sequences; all else is as it was. (transfer full) */
GString *sy_line_strip_escapes (const char *text, gsize length);
/* The last line of @text that reads like an error, else the last that says anything, cleaned; NULL = none does. (transfer full) */
char *sy_line_choose (const char *text, gsize size);

G_END_DECLS
