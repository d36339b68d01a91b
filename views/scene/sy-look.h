/* sy-look.h: how a task looks at this moment: everything that painting a node needs to know
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/* What the re-run preview says of a task (interaction.md) */
typedef enum { SY_MARK_NONE, SY_MARK_WILL_RUN, SY_MARK_WILL_RUN_AGAIN, SY_MARK_RUNNING_NOW, SY_MARK_REUSED, SY_MARK_STAYS } SyPlanMark;

/* Plain data; equal looks paint equal pixels, so a cached picture is kept while its look is. */
typedef struct
{
  guint8 state;         /* SyState */
  guint8 name;          /* SyName */
  guint8 badges;        /* SyBadges */
  guint8 mark;          /* SyPlanMark */
  guint8 dimmed;        /* by find, filter or preview */
  guint8 is_join;       /* a join point */
  guint8 is_stack;      /* a collapsed branch */
  guint8 pinned;        /* the user has put it there; said while a document is edited */
  guint16 order;        /* WILL_RUN: 1… */
  guint32 attempt;      /* shown when > 1 */
  gint16 progress;      /* 0–1000; −1 none */
  char line[64];        /* second line, UTF-8, cut at a character */
} SyLook;

/* What the second line may need beside the fold; zero = unknown */
typedef struct
{
  gint64 now_wall_us;
  double cpu_percent;   /* < 0 unknown */
  gint64 rss;           /* bytes; 0 unknown */
  double progress;      /* 0–1; < 0 none */
} SyLookFacts;

/* The second line: "cpu 187 % · 1.2 GB", "held: pool db, 2 of 2", "retries in 8 s, 2 of 4", "exit 3 · 2 attempts", "needs topics", … */
void sy_look_fill (SyLook *look, const SyRunState *state, guint32 index, const SyLookFacts *facts);

/* Done, but from results that are older than what its needs gave since */
static inline gboolean
sy_look_is_stale (const SyLook *look)
{
  return look->state == SY_STATE_SUCCEEDED && (look->badges & SY_BADGE_STALE) != 0;
}

/* The state whose disc stands for a run */
SyState sy_state_of_run (SyRunStatus status);

/* A collapsed branch: the state that says most of it, and "3 of 4 · 1 failed" */
void sy_look_fill_branch (SyLook *look, const SyRunState *state, const GArray *tasks);

/* For a screen reader: "compile-5, failed, exit 3, 2 attempts" (transfer full) */
char *sy_look_describe (const SyLook *look, const SyRunState *state, guint32 index);

G_END_DECLS
