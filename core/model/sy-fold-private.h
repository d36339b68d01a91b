/* sy-fold-private.h: what the files of the fold share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state-private.h"

G_BEGIN_DECLS

/* One event under way. Every step checks first and changes last: a refused event changes nothing. */
typedef struct
{
  SyRunState *run;
  const SyEvent *event;
  SyTaskState *task;    /* (nullable) of event->task */
  const char *why;      /* of a refusal */
} SyFold;

typedef gboolean (*SyFoldFunc) (SyFold *fold);

/* What an event of that kind does to its task; NULL: it is not about one. */
SyFoldFunc sy_fold_task_func (guint kind);

gboolean sy_fold_refuse (SyFold *fold, const char *why);
void sy_fold_replace_text (char **at, const char *text);

G_END_DECLS
