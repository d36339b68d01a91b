/* sy-scheduler.h: the pure state machine: events in, events and actions out
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-expr.h"
#include "core/model/sy-run-state.h"

G_BEGIN_DECLS

/*
 * No clock, process, thread or I/O: every input carries its time. Each input
 * function decides, applies its events to the SyRunState through the fold, and
 * appends events and actions to the pending batch. The caller takes the batch,
 * logs the events and performs the actions only AFTER their COMMIT.
 * Same inputs, same outputs: jitter and nonces come from a seeded generator.
 * Amortised cost of an input: O(degree + log ready).
 */
typedef struct _SyScheduler SyScheduler;

typedef struct
{
  guint slots;                  /* >= 1 */
  guint ahead;                  /* intents beyond free slots that may be committed ahead (0…); only 1-slot tasks without pools */
  guint ahead_short;            /* >= ahead: as many while the tasks that ended last were so short that fewer would be through in no time */
  guint standby;                /* while no more tasks than these are in flight and nothing waits for a slot, short tasks whose needs are all under
                                   way are made ready to start before the log has the ends of these; 0 = never */
  guint chain;                  /* so many of these, and no more than the pace of the tasks asks for, are handed to keepers ahead, to begin as soon as
                                   what they need has succeeded there; 0 = none */
  guint32 milli_cpu;            /* the machine; larger requests are clamped and run alone */
  guint64 memory;               /* the machine, bytes */
  guint64 seed;                 /* nonces and jitter */
  const gint64 *expected_us;    /* (nullable) by task index: median past duration, 0 unknown; copied */
  gboolean other_boot;          /* the state was folded from the log of another boot: due times count by the wall clock */
  gboolean start_nothing;       /* for mark, cancel and doctor on a run without a runner: nothing starts, and the runner leaves when it may */
  gboolean sleeps;              /* join points with sleep_us are dispatched (`--time-scale`), else they succeed at once */
  int on_failure;               /* SyOnFailure override, -1 = the file's */
  const guint8 *selected;       /* (nullable) by task index, `--only`: 0 = out of the run (skipped by user); copied */
  const SyExprContext *context; /* params, env, run; tasks.* are answered by the scheduler itself; must outlive it */
} SySchedulerOptions;

typedef enum
{
  SY_ACTION_DISPATCH,   /* task, attempt, nonce: hand to a keeper; value: 0, or seq of the STANDBY that reserved the nonce: once that is committed,
                           and all that users and timers have decided, the COMMIT of this batch need not be waited for */
  SY_ACTION_CHAIN,      /* task, attempt, nonce, after: hand to the keeper that has `after`, which begins it when that has succeeded, and drops it else.
                           sy_scheduler_fenced() where it was dropped or could not be handed over; else it has begun, which its report says */
  SY_ACTION_FENCE,      /* nonce: ask the keeper side for fenced / already claimed */
  SY_ACTION_STOP,       /* task, attempt, name; value 1 = kill at once (no grace) */
  SY_ACTION_HANDLER,    /* value: SyHandlerKind; in order */
  SY_ACTION_SLOTS,      /* value */
  SY_ACTION_LEAVE,      /* the run is over (or drained): the runner may leave */
} SyActionKind;

typedef struct
{
  SyActionKind kind;
  guint32 task;         /* number */
  guint32 attempt;
  guint64 nonce;
  guint64 after;        /* CHAIN: nonce */
  SyName name;
  gint64 value;
  gint64 total_left_us; /* DISPATCH: rest of timeout.total, 0 = none */
  gboolean patient;     /* DISPATCH: as things stand, nothing begins by its end alone */
} SyAction;

typedef struct
{
  GArray *events;       /* SyEvent, seq and boot not yet set; (owned) */
  GArray *actions;      /* SyAction; (owned) */
} SyBatch;

void sy_batch_clear (SyBatch *batch);

/* @state is borrowed, must have the workflow set and outlive the scheduler; it may be fresh or folded from a log. */
SyScheduler *sy_scheduler_new (SyRunState *state, const SySchedulerOptions *options);
void sy_scheduler_free (SyScheduler *scheduler);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyScheduler, sy_scheduler_free)

/* Moves out what has gathered since the last call. TRUE if there was anything. */
gboolean sy_scheduler_take (SyScheduler *scheduler, SyBatch *batch);
/* BOOTTIME µs at which sy_scheduler_tick() must be called next, G_MAXINT64 = never. */
gint64 sy_scheduler_next_due (SyScheduler *scheduler);
/* A large workflow begins in slices, one at each tick, which is due at once: TRUE while there are more. It is well to let
 * the log have one before the next is asked for. */
gboolean sy_scheduler_is_opening (const SyScheduler *scheduler);

/* --- inputs: facts --- */
/* Starts or goes on: emits RUN_STATE running, evaluates every task. Call once after new() (RUN_CREATED is already in the state). */
void sy_scheduler_begin (SyScheduler *scheduler, SyTime now);
void sy_scheduler_tick (SyScheduler *scheduler, SyTime now);
void sy_scheduler_started (SyScheduler *scheduler, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce,
                           guint32 keeper, gint32 pid, guint64 start_time, guint64 pidns);
/* @outputs: (nullable) json of typed outputs; @output_error: (nullable) text if a declared output is wrong. Decides verdict or retry. */
void sy_scheduler_exited (SyScheduler *scheduler, SyTime now, SyBy by, guint32 task, guint32 attempt, guint64 nonce,
                          const SyExit *exit, const char *outputs, const char *output_error);
/* The intent never ran (fenced, keeper refused, our own spawn hit EAGAIN/EMFILE/ENOMEM): back to ready. */
void sy_scheduler_voided (SyScheduler *scheduler, SyTime now, SyBy by, guint32 task, guint64 nonce, const char *why);
/* A keeper dropped what it had ahead in a chain, asked or not. FALSE: @nonce is no such order's, sy_scheduler_voided() has to know. */
gboolean sy_scheduler_fenced (SyScheduler *scheduler, SyTime now, guint32 task, guint64 nonce);
void sy_scheduler_lost (SyScheduler *scheduler, SyTime now, SyBy by, guint32 task, guint32 attempt, SyName name, const char *text);
/* A keeper holds the intent and does not answer (TRUE), or answers again. */
void sy_scheduler_keeper_deaf (SyScheduler *scheduler, SyTime now, guint32 task, gboolean deaf);
/**
 * sy_scheduler_salvage_intent:
 * @attempt: the one after the newest that the log knows
 * @by: %SY_BY_SALVAGE, or %SY_BY_RECOVERY of one that stood by
 * @nonce: under which a keeper claimed it
 *
 * The log has not, or lost, an intent that a keeper's journal knows, or that may have gone out to one: puts it back.
 * What became of it is told by the functions above. %FALSE: the task is in no state from which that attempt could have begun.
 */
gboolean sy_scheduler_salvage_intent (SyScheduler *scheduler, SyTime now, SyBy by, guint32 task, guint32 attempt,
                                      guint64 nonce);
/* It stood by for a runner that is gone, and was not started. */
void sy_scheduler_not_started (SyScheduler *scheduler, SyTime now, guint32 task);

/* It stands by, and a keeper may have it ahead in a chain: it is not started otherwise until that has been told by one of the above. */
void sy_scheduler_may_follow (SyScheduler *scheduler, SyTime now, guint32 task);
/* Is it so with @task, or does a keeper that does not answer hold its intent? */
gboolean sy_scheduler_is_unresolved (const SyScheduler *scheduler, guint32 task);
/* @hold: all that is ahead in chains is asked back, and nothing is put ahead until @hold is FALSE. How many are still out: while
 * there are any, what would touch them (skip, edit, re-run) is refused. */
guint sy_scheduler_hold_chains (SyScheduler *scheduler, SyTime now, gboolean hold);
/* The runner leaves. TRUE: something is ahead in chains still; what is not, and so does not start any more, stands by no longer. */
gboolean sy_scheduler_stand_down (SyScheduler *scheduler, SyTime now);

void sy_scheduler_disk (SyScheduler *scheduler, SyTime now, gboolean full, const char *text);
/* A handler ended (@status as waitpid gives it). */
void sy_scheduler_handler_done (SyScheduler *scheduler, SyTime now, SyHandlerKind kind, int status);

/* --- inputs: the user; FALSE + %SY_ERROR_REFUSED with the reason, and nothing changed --- */
gboolean sy_scheduler_pause (SyScheduler *scheduler, SyTime now, const char *branch, GError **error);
gboolean sy_scheduler_resume (SyScheduler *scheduler, SyTime now, const char *branch, GError **error);
gboolean sy_scheduler_drain (SyScheduler *scheduler, SyTime now, GError **error);
gboolean sy_scheduler_cancel (SyScheduler *scheduler, SyTime now, gboolean kill, GError **error);
gboolean sy_scheduler_set_slots (SyScheduler *scheduler, SyTime now, guint slots, GError **error);
gboolean sy_scheduler_stop_task (SyScheduler *scheduler, SyTime now, guint32 task, gboolean kill, GError **error);
gboolean sy_scheduler_skip (SyScheduler *scheduler, SyTime now, guint32 task, GError **error);
gboolean sy_scheduler_retry_now (SyScheduler *scheduler, SyTime now, guint32 task, GError **error);
gboolean sy_scheduler_give_up (SyScheduler *scheduler, SyTime now, guint32 task, GError **error);
gboolean sy_scheduler_mark (SyScheduler *scheduler, SyTime now, guint32 task, gboolean succeeded, const char *note, GError **error);
gboolean sy_scheduler_edit_command (SyScheduler *scheduler, SyTime now, guint32 task, const char *json, GError **error);

/* --- re-run --- */
typedef enum { SY_RERUN_FAILED, SY_RERUN_TASK, SY_RERUN_FROM, SY_RERUN_BRANCH, SY_RERUN_CURRENT_FILE } SyRerunScope;
typedef enum { SY_RUNNING_REFUSE, SY_RUNNING_STOP_FIRST, SY_RUNNING_THEN_AGAIN } SyRerunRunning;
typedef struct
{
  SyRerunScope scope;
  const guint32 *tasks;         /* numbers: FAILED (0 = all), TASK, FROM; BRANCH: fork, child; CURRENT_FILE: changed or new */
  guint n_tasks;
  SyRerunRunning running;
} SyRerunRequest;

typedef struct { guint32 task; guint32 order; gboolean again; guint32 because; } SyRerunItem; /* numbers; because: task it follows, 0 = asked for */
typedef struct { guint32 task; char *why; } SyRerunRefusal;
typedef struct
{
  GArray *will_run;     /* SyRerunItem in start order; again = was done */
  GArray *running_now;  /* guint32 numbers */
  GArray *reused;       /* succeeded ancestors of the set */
  GArray *stays;
  GArray *stale;        /* those of them that are done and come after the set */
  GArray *refused;      /* SyRerunRefusal */
  gint64 expected_us;   /* -1 = unknown */
} SyRerunPlan;
void sy_rerun_plan_free (SyRerunPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRerunPlan, sy_rerun_plan_free)

/* Pure preview on any folded state; same code as sy_scheduler_rerun(). */
SyRerunPlan *sy_rerun_preview (const SyRunState *state, const SyRerunRequest *request, const gint64 *expected_us, GError **error);
/* Names the set and what it runs: the document, the tasks in order, their edited commands. (transfer full) */
char *sy_rerun_digest (const SyRunState *state, const SyRerunPlan *plan);
/* Resolve, check, apply as one transaction. */
gboolean sy_scheduler_rerun (SyScheduler *scheduler, SyTime now, const SyRerunRequest *request, GError **error);

/* --- why --- */
typedef struct { guint32 task; char *code; char *text; gint64 seq; } SyWhyLink;
typedef struct { char *kind, *name; gint64 want, free; GArray *holders; /* guint32 numbers */ } SyWhyHold;
typedef struct
{
  char *code;           /* stable: "needs", "held_pool", … */
  char *sentence;       /* one English sentence; never empty */
  GArray *chain;        /* SyWhyLink, from the task to the root cause */
  GArray *held_by;      /* SyWhyHold */
  gint64 due_wall_us;   /* 0 = none */
  GStrv actions;        /* command words that apply now: retry-now, give-up, mark, … */
} SyWhy;
void sy_why_free (SyWhy *why);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyWhy, sy_why_free)
/* Why is this task as it is? Works on any folded state (live, finished, past). */
SyWhy *sy_why (const SyRunState *state, guint32 task, gint64 now_wall_us);
/* The same with the line of the task's output that says what went wrong, where the caller has it. @line: (nullable) */
SyWhy *sy_why_with_line (const SyRunState *state, guint32 task, gint64 now_wall_us, const char *line);

/**
 * sy_why_sentence:
 * @code: (out) (optional): as SyWhy.code; static
 *
 * The sentence alone, for lists of many tasks: O(needs of the task), where
 * sy_why() walks to the root cause. It does not name who holds a pool. (transfer full)
 */
char *sy_why_sentence (const SyRunState *state, guint32 task, gint64 now_wall_us, const char **code);

G_END_DECLS
