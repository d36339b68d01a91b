/* sy-last-error.h: the line of an attempt's output that says what went wrong
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-line-kind.h"
#include "views/sy-session.h"

G_BEGIN_DECLS

/* @line: (nullable): NULL where the attempt has written nothing */
typedef void (*SyLastErrorFound) (const char *line, gpointer data);
/* Reads the end of the newest attempt's output of @number. @found is not called after the controller was freed. */
void sy_last_error_find (SyController *controller, guint32 number, guint32 attempt, SyLastErrorFound found, gpointer data);

G_END_DECLS
