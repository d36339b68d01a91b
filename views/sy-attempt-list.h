/* sy-attempt-list.h: the attempts of a task, newest first
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_ATTEMPT_LIST (sy_attempt_list_get_type ())
G_DECLARE_FINAL_TYPE (SyAttemptList, sy_attempt_list, SY, ATTEMPT_LIST, GtkWidget)

/* A row shows the output of its attempt. */
GtkWidget *sy_attempt_list_new (SySession *session);
/* @attempts: (nullable) (element-type SyAttempt): ascending; @changes: (nullable) (element-type utf8): by number, what differs from the
 * one before */
void sy_attempt_list_show (SyAttemptList *list, guint32 task, const GArray *attempts, const GPtrArray *changes);
/* Attempts as they were known at @wall_us */
void sy_attempts_forget_future (GArray *attempts, gint64 wall_us);

G_END_DECLS
