/* sy-scalar-private.h: what sy-scalar.c gives sy-param.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr-private.h"

G_BEGIN_DECLS

/* Always FALSE, with %SY_ERROR_INVALID */
gboolean sy_scalar_fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Canonical forms; @now_wall_us < 0: `today` and `now` are not accepted. (transfer full) */
char *sy_parse_date (const char *text, gint64 now_wall_us, GError **error);
char *sy_parse_datetime (const char *text, gint64 now_wall_us, GError **error);

G_END_DECLS
