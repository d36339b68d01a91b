/* sy-task-progress.h: how far a task says that it is
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/*
 * A task writes `37%` or `37/100` into the file $SWITCHYARD_PROGRESS, as often as it likes, over what was there or
 * below it: the last line counts. It is no event and no row of the log, but what stands in the file now; whoever shows a
 * run reads it, for running tasks.
 */

/* 0–1, or −1 where the last line of @text says neither. */
double sy_task_progress_parse (const char *text);

/* The same of the file of an attempt; −1 where there is none. Never waits, whatever a task made of its file. */
double sy_task_progress_read (SyRunDir *run, guint32 task, guint32 item, guint32 attempt);

G_END_DECLS
