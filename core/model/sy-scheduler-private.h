/* sy-scheduler-private.h: what the files of the scheduler share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-late.h"
#include "core/model/sy-ready-set-private.h"
#include "core/model/sy-scheduler.h"

G_BEGIN_DECLS

/* What a task's end is to a task that needs it */
typedef enum { SY_OUTCOME_OPEN, SY_OUTCOME_SUCCESS, SY_OUTCOME_FAILURE, SY_OUTCOME_SKIP } SyOutcome;

/* Counters of a join: one a kind of upstream. A tolerated one is tolerated by its edge. */
typedef enum
{
  SY_EDGE_SUCCESS,
  SY_EDGE_FAILURE,
  SY_EDGE_FAILURE_TOLERATED,
  SY_EDGE_SKIP,
  SY_EDGE_SKIP_TOLERATED,
  SY_N_EDGE_KINDS
} SyEdgeKind;

/* In the byte an edge has beside its SyTolerate bits: the upstream is out of the run (`--only`), the edge counts for nothing */
#define SY_EDGE_IGNORED 0x80

/* The upstreams of a task as its join sees them; kept up to date edge by edge. */
typedef struct
{
  guint32 n;                      /* needs that count */
  guint32 now[SY_N_EDGE_KINDS];   /* terminal */
  guint32 sure[SY_N_EDGE_KINDS];  /* terminal and settled */
} SyJoinCounts;

typedef enum { SY_VERDICT_WAIT, SY_VERDICT_HOLDS, SY_VERDICT_UPSTREAM_FAILED, SY_VERDICT_UPSTREAM_SKIPPED } SyVerdict;

const SyJoin *sy_join_of (const SyTask *task);
SyOutcome sy_outcome_of (const SyRunState *run, guint32 index);
/* Adds @by (-1 as unsigned: takes away) upstreams that ended so to the counts. @edge: SyTolerate bits, SY_EDGE_IGNORED */
void sy_join_count (SyJoinCounts *counts, guint32 edge, SyOutcome outcome, gboolean settled, guint32 by);
/* Does the rule hold, can it still? */
SyVerdict sy_join_verdict (const SyJoin *join, const SyJoinCounts *counts);
/* Is it impossible by what has ended so far, settled or not? An announcement stands as long as it is. */
gboolean sy_join_impossible_now (const SyJoin *join, const SyJoinCounts *counts);
/* N of a quorum over @n needs */
guint32 sy_join_quorum (const SyJoin *join, guint32 n);

/* All tasks with the same needs of slots, memory and pools: who is first among them is never a question of what is free. */
typedef struct
{
  guint32 slots;                /* max (1, ceil (cpu)) */
  gboolean alone;               /* more cpu or memory than the machine has: takes every slot */
  guint64 memory;               /* clamped */
  guint32 n_pools;
  const SyPoolRequest *pools;   /* owned by the workflow or by SyPlanTask.late */
  gboolean plain;               /* one slot and nothing else */
  guint32 n_members;
  guint32 *members;             /* (owned) positions in the order of priority, ascending */
  SyReadySet ready;             /* of indices into members */
  guint32 head;                 /* position of the first ready one, SY_READY_NONE = none */
} SyRequestClass;

/* What stands by may have its order at a keeper, ahead in a chain. */
typedef enum
{
  SY_CHAIN_NONE,
  SY_CHAIN_OUT,     /* pending; its keeper begins it when its last need has succeeded there */
  SY_CHAIN_FENCING, /* likewise; it was asked back, and no answer has come */
  SY_CHAIN_MET,     /* it has its intent, without an action: the keeper has begun it, or drops it, and says so */
} SyChain;

/* What the scheduler knows of a task beyond its state; by index. Rebuilt from the state by sy_scheduler_new(). */
typedef struct
{
  SyJoinCounts ups;
  guint32 unsettled;            /* upstreams not settled, ignored edges too */
  guint32 lost;                 /* upstreams lost and not resolved */
  guint32 position;             /* in the order of priority; 0 = first */
  guint32 class, member;        /* request class and place in it */
  guint32 slots_taken;          /* while in flight */
  guint32 passed;               /* smaller tasks started while this one lacked what they took */
  guint8 outcome;               /* SyOutcome, as the dependants have counted it */
  guint8 settled;               /* likewise */
  guint8 lost_open;             /* likewise: lost, and a person has to say what happened */
  guint8 in_eval, in_follow;    /* is on that work list */
  guint8 in_flight;             /* has a committed intent or a process: holds its slots and pools */
  guint8 deaf;                  /* its keeper does not answer */
  guint8 queued;                /* is in its class's ready set */
  guint8 out;                   /* not selected by --only */
  guint8 warned;                /* its clamped request was said */
  guint8 dynamic;               /* has values to evaluate */
  guint8 stop_said;             /* STOP was said for this attempt by this scheduler */
  guint8 chain;                 /* SyChain */
  guint8 inherited;             /* it is so by the word of recovery: where its order is, if it is out at all, nobody knows yet */
  guint64 leads;                /* nonce of its attempt upon which another follows in a chain; 0 = none did yet */
  guint64 standby;              /* nonce that this scheduler has reserved for its next intent; 0 = none */
  gint64 standby_seq;           /* of the event that says so */
  gint64 due_boot;              /* awaiting_retry: on the present boot's clock */
  gint64 first_started_boot;    /* for timeout.total; G_MININT64 = unknown */
  char *values;                 /* (nullable) (owned) evaluated at the join, for the next intent */
  SyLateTask *late;             /* (nullable) (owned) the task with the fields evaluated last */
} SyPlanTask;

typedef struct { gint64 due; guint32 task; } SyTimer;

struct _SyScheduler
{
  SyRunState *state;            /* borrowed */
  SyWorkflow *workflow;         /* owned */
  SySchedulerOptions options;   /* pointers in it are not used after new() but for context */
  SyPlanTask *tasks;
  guint32 *at;                  /* position -> index */
  guint32 n_opened;             /* positions whose joins have been looked at since begin() */
  guint32 *index_of;            /* number -> index */
  guint32 n_numbers;
  guint8 *edge;                 /* beside workflow->down: SyTolerate bits | SY_EDGE_IGNORED */
  SyExprContext context;         /* what expressions see: @outer, and tasks.* from the state */
  SyExprContext outer;

  SyRequestClass *classes;
  guint32 n_classes;
  SyReadySet heads;             /* positions: the first ready task of each class */
  guint32 n_ready_plain;
  guint32 slots_used;           /* by tasks in flight */
  guint32 n_in_flight, n_deaf;
  gint64 mean_us;               /* of the attempts that ended last; 0 = none has */
  guint64 memory_used;
  guint32 *pool_used;           /* by pool */
  gboolean dispatch_needed;
  gint64 start_after;           /* BOOTTIME: nothing starts before (our own spawn failed) */

  GArray *eval;                 /* guint32 indices whose join may have changed */
  GArray *follow;               /* guint32 indices whose settledness may have changed */
  GPtrArray *branch_masks;      /* guint8 a task: in that branch of state->paused_branches? */
  GArray *intended;             /* guint32 indices: intents made since sy_scheduler_enter(), where standby is on */
  GArray *tips;                 /* guint32 indices: ahead in chains, and what needs them has not been looked at */
  guint n_chained, n_chain_out; /* tasks that are OUT or FENCING; of these OUT */
  gboolean chains_held;
  GArray *stood_by;             /* guint32 indices: what stood by and whose join was met since then */
  GArray *timers;               /* SyTimer, a heap; entries that no longer apply are dropped when met */

  SyTime now;
  guint64 random;
  SyBatch batch;
  gboolean begun;               /* begin() was called: joins are evaluated */
  gboolean leaving;             /* LEAVE was said */
  gboolean reopened;            /* a run that was over has got new life */
  guint32 stop_cause;           /* number of the task whose failure stops the run; 0 = none */
  guint64 n_operations;         /* edges, pops and events: what a test of cost counts */
};

static inline SyTaskState *
sy_scheduler_state (const SyScheduler *s, guint32 index)
{
  return &s->state->tasks[s->workflow->tasks[index].number - 1];
}

static inline guint32
sy_scheduler_index (const SyScheduler *s, guint32 number)
{
  return number < s->n_numbers ? s->index_of[number] : SY_NO_TASK;
}

/* The task as its present attempts see it */
static inline const SyTask *
sy_scheduler_task (const SyScheduler *s, guint32 index)
{
  return s->tasks[index].late != NULL ? &s->tasks[index].late->task : &s->workflow->tasks[index];
}

/* sy-scheduler.c */
guint64 sy_scheduler_random (SyScheduler *s);
/* A zeroed event of @kind on task @index (SY_NO_TASK = the run). */
SyEvent sy_scheduler_event (SyScheduler *s, SyEventKind kind, guint32 index);
/* Applies and records @event, which is taken. FALSE if the fold refused it (a defect, said by g_critical()). */
gboolean sy_scheduler_emit (SyScheduler *s, SyEvent *event);
/* For events of a kind, state, name and cause alone */
gboolean sy_scheduler_emit_state (SyScheduler *s, SyEventKind kind, guint32 index, SyState state, SyName name, guint32 cause);
void sy_scheduler_action (SyScheduler *s, SyActionKind kind, guint32 index, SyName name, gint64 value);
void sy_scheduler_enter (SyScheduler *s, SyTime now);
/* Does all that follows from what was emitted since sy_scheduler_enter(). */
void sy_scheduler_leave (SyScheduler *s);

/* sy-scheduler-join.c */
void sy_scheduler_follow (SyScheduler *s, guint32 index);      /* after any event on the task */
void sy_scheduler_push_eval (SyScheduler *s, guint32 index);
void sy_scheduler_evaluate (SyScheduler *s);                   /* empties the work lists */
void sy_scheduler_count_all (SyScheduler *s);                  /* from the state, once */
/* Does everything that needs it wait for another task, too? */
gboolean sy_scheduler_is_patient (SyScheduler *s, guint32 index);
gboolean sy_scheduler_is_lost_open (const SyScheduler *s, guint32 index);
/* Values of a dynamic task from its present upstreams; FALSE: the task failed of it. */
gboolean sy_scheduler_evaluate_values (SyScheduler *s, guint32 index);
/* Takes a task that --only had left out into the run. */
void sy_scheduler_select (SyScheduler *s, guint32 index);

/* sy-scheduler-order.c: priorities and request classes, made once */
void sy_scheduler_order_init (SyScheduler *s, const gint64 *expected_us);
void sy_scheduler_order_clear (SyScheduler *s);
/* Takes the fields that were evaluated last; not while the task is in flight. */
void sy_scheduler_order_late (SyScheduler *s, guint32 index);

/* sy-scheduler-queue.c */
void sy_scheduler_note_duration (SyScheduler *s, const SyExit *exit); /* of an attempt that was executed */
void sy_scheduler_queue_follow (SyScheduler *s, guint32 index); /* queued? in flight? after any event on the task */
void sy_scheduler_set_queued (SyScheduler *s, SyPlanTask *task, gboolean queued);
gboolean sy_scheduler_may_start (const SyScheduler *s);
gboolean sy_scheduler_is_quick (const SyScheduler *s);          /* tasks last so short that the way to the log and back counts */
guint sy_scheduler_limit_ahead (const SyScheduler *s);
void sy_scheduler_dispatch (SyScheduler *s);
/* Its intent, without an action and whatever is free: a keeper has begun it. */
gboolean sy_scheduler_emit_intent (SyScheduler *s, guint32 index);

/* sy-scheduler-chain.c */
gboolean sy_scheduler_has_chain_room (const SyScheduler *s);
gboolean sy_scheduler_may_chain (const SyScheduler *s, guint32 index); /* what stands by, or could */
void sy_scheduler_chain (SyScheduler *s, guint32 index);               /* its order goes out, ahead */
void sy_scheduler_chain_fence (SyScheduler *s, guint32 index);  /* asks it back, once */
void sy_scheduler_fence_chains (SyScheduler *s);                /* asks all back */
void sy_scheduler_review_chains (SyScheduler *s);               /* so, if nothing may start */
void sy_scheduler_chain_follow (SyScheduler *s, guint32 index); /* after any event on the task */
/* Is it OUT or FENCING? */
gboolean sy_scheduler_is_ahead (const SyScheduler *s, guint32 index);
/* Its needs have succeeded, so it begins or has begun, whatever was decided meanwhile. */
void sy_scheduler_chain_met (SyScheduler *s, guint32 index);
gboolean sy_scheduler_refuse_chained (SyScheduler *s, SyTime now, guint32 index, GError **error); /* SY_NO_TASK: any */

/* sy-scheduler-standby.c */
void sy_scheduler_stand_by (SyScheduler *s);                    /* after the passes of an input */
void sy_scheduler_withdraw (SyScheduler *s, guint32 index, SyBy by); /* it stands by no longer */

/* sy-scheduler-pause.c */
void sy_scheduler_branches_changed (SyScheduler *s);            /* state->paused_branches did */
void sy_scheduler_hold_branch (SyScheduler *s, guint32 index);  /* a ready task of a paused branch, or what is ahead in a chain */
gboolean sy_scheduler_is_branch_paused (const SyScheduler *s, guint32 index);

/* sy-scheduler-retry.c */
/* A binary heap of SyTimer by due time, then task; the first one lies at place 0. */
void sy_timer_push (GArray *heap, SyTimer timer);
void sy_timer_pop (GArray *heap);
void sy_scheduler_timer_add (SyScheduler *s, guint32 index, gint64 due);
void sy_scheduler_timers_init (SyScheduler *s);
gint64 sy_scheduler_timers_next (SyScheduler *s);
void sy_scheduler_timers_fire (SyScheduler *s);
/* Rest of timeout.total, at least 1; 0 = there is none */
gint64 sy_scheduler_total_left (SyScheduler *s, guint32 index);
/* Is the failed attempt tried again, and when? @code: exit code or -1 */
gboolean sy_scheduler_retry_delay (SyScheduler *s, guint32 index, SyName failure, const SyExit *exit, int code,
                                   gint64 *delay);

/* sy-scheduler-stop.c: what a stop, a cancel or a re-run does to a task, whatever it is at */
/* Takes back an intent that is out: @state and @name are what the task becomes once it is fenced. */
void sy_scheduler_revoke (SyScheduler *s, guint32 index, SyState state, SyName name);
void sy_scheduler_stop_running (SyScheduler *s, guint32 index, SyName name, gboolean kill, SyBy by);
/* After a restart: a stop that was logged may never have been said. */
void sy_scheduler_repeat_stop (SyScheduler *s, guint32 index);
/* Cancels a task that has not ended: at once, by a fence, or by a stop. */
void sy_scheduler_cancel_task (SyScheduler *s, guint32 index, SyName name, gboolean kill);
void sy_scheduler_cancel_rest (SyScheduler *s, guint32 index);     /* a quorum has fired with rest: cancel */
void sy_scheduler_reset (SyScheduler *s, guint32 index, gint64 value); /* back to pending; @value as RESET has it */
void sy_scheduler_note_failure (SyScheduler *s, guint32 index);    /* on_failure: is this the one that stops the run? */
void sy_scheduler_stop_run (SyScheduler *s);                       /* on_failure: stop, cancel */
gboolean sy_scheduler_is_tolerated (const SyScheduler *s, guint32 index); /* has every dependant consumed its failure? */

/* sy-scheduler-run.c */
void sy_scheduler_update_run (SyScheduler *s);
void sy_scheduler_begin_handlers (SyScheduler *s);
/* Gives a run that was over its life back: before the first event of a re-run or mark. */
void sy_scheduler_reopen (SyScheduler *s);

/* sy-scheduler-user.c */
gboolean sy_scheduler_refuse_while_ending (SyScheduler *s, GError **error);

/* sy-scheduler-context.c: what names mean in expressions */
void sy_scheduler_context_init (SyScheduler *s, const SyExprContext *context);

G_END_DECLS
