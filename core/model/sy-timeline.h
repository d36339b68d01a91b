/* sy-timeline.h: when each task of a run waited and ran, and how much ran at once
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"
#include "core/model/sy-level.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

typedef enum
{
  SY_SPAN_WAIT,         /* ready but not started: state READY or WAITING, and the reason as its name */
  SY_SPAN_ATTEMPT,      /* state and name: how it ended, RUNNING while it goes on */
  SY_SPAN_POINT,        /* a join point that fired: no length */
} SySpanKind;

/* A stretch of a task's time; plain data. */
typedef struct
{
  gint64 start_us;      /* wall */
  gint64 end_us;        /* wall; 0 = it goes on */
  const char *text;     /* (nullable) held: the pool's name; owned by the timeline */
  guint32 attempt;      /* 0 for what is no attempt */
  guint32 next;         /*< private >*/
  guint8 kind;          /* SySpanKind */
  guint8 state;         /* SyState */
  guint8 name;          /* SyName; an attempt that is tried again has failed of it */
} SySpan;

/*
 * Built from the log's events one by one, in O(1) each; the fold says what is, this says when. Tasks are known by log
 * number inside and by index outside, so that it outlives a change of the file. One thread at a time.
 */
typedef struct _SyTimeline SyTimeline;

SyTimeline *sy_timeline_new (SyWorkflow *workflow);
void sy_timeline_free (SyTimeline *timeline);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTimeline, sy_timeline_free)

SyWorkflow *sy_timeline_get_workflow (const SyTimeline *timeline); /* (transfer none) */
void sy_timeline_set_workflow (SyTimeline *timeline, SyWorkflow *workflow);
/* Total: what makes no sense changes nothing. Events with a seq that is not above the newest are left out. */
void sy_timeline_apply (SyTimeline *timeline, const SyEvent *event);

/* Wall time of the first and of the newest event; 0 = none yet */
gint64 sy_timeline_get_begin (const SyTimeline *timeline);
gint64 sy_timeline_get_end (const SyTimeline *timeline);

/*
 * Rows: chains of tasks (each the only dependant of the one before, which is its only need) stay together, those that
 * began first come first and keep their place; the others follow in topological order. A row is one task.
 */
guint32 sy_timeline_get_n_rows (const SyTimeline *timeline);
guint32 sy_timeline_task_at (SyTimeline *timeline, guint32 row);     /* index */
guint32 sy_timeline_row_of (SyTimeline *timeline, guint32 index);

/* Spans of a task (index), ascending in time; borrowed until the next event. NULL = none, no more */
const SySpan *sy_timeline_first (const SyTimeline *timeline, guint32 index);
const SySpan *sy_timeline_next (const SyTimeline *timeline, const SySpan *span);
/* The span of @index at that instant, else the nearest within @slack_us; (nullable) */
const SySpan *sy_timeline_span_at (const SyTimeline *timeline, guint32 index, gint64 wall_us, gint64 slack_us);

/**
 * sy_timeline_critical_path:
 *
 * What made the run as long as it is: from the task that ended last (of those that still run, the one that began first) back, each time
 * to the need that ended last. Indices from root to leaf (GArray of guint32); empty before the first attempt. (transfer full)
 */
GArray *sy_timeline_critical_path (const SyTimeline *timeline);

const SyLevel *sy_timeline_get_running (const SyTimeline *timeline);
const SyLevel *sy_timeline_get_slots (const SyTimeline *timeline);    /* in use */
guint sy_timeline_get_n_pools (const SyTimeline *timeline);
const SyLevel *sy_timeline_get_pool (const SyTimeline *timeline, guint pool);

/* "attempt 2: exit 3, 5.4 s", "held: pool db, 12 s", "waited for a retry, 8 s"; appended. @now_us: for what goes on */
void sy_span_describe (GString *out, const SySpan *span, gint64 now_us);

G_END_DECLS
