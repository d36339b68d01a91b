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

/* The line of the attempt that was asked for last, for one view */
typedef struct _SyLastError SyLastError;
typedef void (*SyLastErrorKnown) (gpointer owner);
/* @known: called when a line has come, while @owner lives */
SyLastError *sy_last_error_new (GObject *owner, SyLastErrorKnown known);
void sy_last_error_free (SyLastError *self);
/* (nullable): none, or not known yet; asked for where another one is kept */
const char *sy_last_error_get (SyLastError *self, SyController *controller, guint32 number, guint32 attempt);
/* It may be of another run now. */
void sy_last_error_forget (SyLastError *self);

G_END_DECLS
