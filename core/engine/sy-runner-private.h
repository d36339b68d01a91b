/* sy-runner-private.h: what the files of the runner share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-control-server.h"
#include "core/engine/sy-order-builder.h"
#include "core/engine/sy-runner.h"
#include "core/engine/sy-sampler.h"

G_BEGIN_DECLS

/* Batches on their way to the log that keep nobody waiting */
#define SY_RUNNER_FEW 1

/* A reply that waits for the COMMIT of what its request did, or is ready to be given. */
typedef struct
{
  guint64 connection;   /* of the ctl socket; 0 = in-process */
  SyRunnerReply done;   /* (nullable) in-process */
  gpointer data;
  char *json;           /* (owned) */
} Reply;

/* A request from any thread */
typedef struct
{
  guint64 connection;
  SyRunnerReply done;
  gpointer data;
  char *json;           /* (owned) */
} Request;

/* One thing to perform after COMMIT. */
typedef struct
{
  SyAction action;
  SyOrderRequest request; /* DISPATCH, HANDLER: copied from the fold when the decision was made */
  SyOrder *order;         /* (nullable) (owned) made by the job while the COMMIT is under way */
  int errnum;             /* why there is none */
  gboolean done;          /* ahead of its COMMIT */
} Deed;

/*
 * A batch on its way: submitted, being prepared, committed, performed. Goes
 * through `performing` in the order of submission.
 */
typedef struct
{
  SyRunner *runner;
  SyOrderBuilder *builder; /* (owned) of the fold that the decisions come from */
  GArray *deeds;        /* Deed (owned) */
  GArray *ended;        /* guint64 nonces whose ends are in this batch */
  GArray *events;       /* (nullable) SyEvent (owned): copies for the observer */
  GArray *replies;      /* Reply (owned) */
  gint64 last_seq;      /* of its events; 0 = it has none */
  gboolean prepared, committed, dropped; /* under perform_mutex */
} Pending;

struct _SyRunner
{
  SyRunnerOptions options;
  SyRunnerHost host;
  GStrv commands;
  SyClock *clock;
  GThread *thread;
  int wake;                     /* eventfd of the runner thread */
  SyExecutor *executor;         /* (nullable) before the log was opened */
  SyControlServer *server;      /* runner thread */
  gint64 next_disk_check;       /* BOOTTIME; runner thread */
  gboolean disk_low;            /* runner thread */
  gboolean reserve_gone;        /* the log had to give it up and has not got it back; runner thread */

  /* --- under mutex --- */
  GMutex mutex;
  SyLogSink *sink;              /* NULL while the log is reopened */
  SyRunState *state;
  SyScheduler *scheduler;       /* NULL likewise: reports wait in backlog */
  guint64 n_schedulers;         /* made so far */
  SyOrderBuilder *builder;
  SySampler *sampler;           /* (nullable) NULL with a fake executor */
  gint64 next_seq;
  GArray *events;               /* SyEvent (owned): decided, not yet submitted */
  GArray *actions;              /* SyAction, likewise */
  GArray *ended;                /* guint64, likewise */
  GArray *replies;              /* Reply (owned), likewise */
  GArray *backlog;              /* SyReport (owned) */
  gboolean witnessed;           /* what is decided now follows from reports that journals witness, and from nothing else */
  gint64 barrier_seq;           /* of the newest event that no journal witnesses */
  guint n_open;                 /* intents that may lie with a keeper that does not answer */
  gint64 next_look;             /* BOOTTIME: for these */
  gboolean other_boot;
  char *former_cgroup;          /* (nullable) (owned) */
  gint64 chains_held;           /* BOOTTIME until which the first request waits for keepers to give back what lies ahead; 0 = none waits */
  gint64 wait_until;            /* BOOTTIME up to which the runner thread sleeps */
  gboolean left_said;           /* RUNNER_LEFT is in the log or on its way there */

  /* --- under perform_mutex, held for moments only (the writer thread takes it) --- */
  GMutex perform_mutex;
  GQueue performing;            /* Pending (owned) in order of submission */
  gboolean performing_now;      /* a job performs */
  GArray *observed;             /* SyEvent (owned) */
  GArray *answers;              /* Reply (owned) to give */
  GQueue requests;              /* Request (owned) */
  GPtrArray *messages;          /* char* (owned) */
  gint64 committed_seq;
  GCond told;                   /* n_submitted has fallen */
  guint n_submitted;            /* batches whose COMMIT is not yet known */
  gboolean wants_commit;        /* the runner thread waits until there are few */
  gboolean commit_failed, leave_asked, over, disk_full;
  gboolean telling;             /* the runner thread will look at `observed` by itself */
  char *hopeless;               /* (nullable) (owned) why the runner gives up */
  gboolean closing;             /* both mutexes: the executor is being shut down, its pool takes no more jobs */

  /* --- result, runner thread until joined --- */
  SyRunnerEnd end;
  GError *error;
  gboolean executor_stopped;    /* once ended: of the thread that joins */
};

/* --- sy-runner.c --- */
void sy_runner_wake (SyRunner *self);
void sy_runner_say (SyRunner *self, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* The runner leaves as %SY_RUNNER_FAILED; the run can be resumed. The mutex is held. */
void sy_runner_give_up (SyRunner *self, const char *why);

/* --- sy-runner-batch.c; the mutex is held --- */
void sy_runner_batch_init (SyRunner *self);
void sy_runner_batch_clear (SyRunner *self);
GArray *sy_runner_reply_array_new (void);
/* Gives *@array away and puts @fresh in its place. */
GArray *sy_runner_steal_array (GArray **array, GArray *fresh);
/* Takes @event into the fold and the next batch (RUNNER_STARTED, RECOVERED, …). */
void sy_runner_emit (SyRunner *self, SyEvent *event);
void sy_runner_say_started (SyRunner *self);
#define SY_RUNNER_SETTLED_WORD "settled"
void sy_runner_say_left (SyRunner *self, const char *why);
/* Submits what has been decided. */
void sy_runner_flush (SyRunner *self);
/* After a failed COMMIT, with the sink closed and the mutex not held: forgets decisions that never reached the log. */
void sy_runner_forget (SyRunner *self);
/* Is a batch on its way? (the mutex is not held) */
gboolean sy_runner_is_performing (SyRunner *self);
/* Waits until every batch is known to be committed or not (the mutex is not held). */
void sy_runner_await_commits (SyRunner *self);
void sy_runner_reply (SyRunner *self, const Request *request, char *json);

/* --- sy-runner-perform.c: jobs of the pool, and the writer thread; the mutex is not held --- */
void sy_pending_free (Pending *pending);
gboolean sy_deed_needs_order (const Deed *deed);
/* Makes the order, where one is wanted. */
void sy_pending_prepare (const Pending *pending, Deed *deed);
/* Makes all orders while the COMMIT is under way. TRUE: sy_runner_perform_job() is the caller's to run. */
gboolean sy_pending_prepare_all (Pending *pending);
void sy_pending_prepare_job (gpointer pending);
void sy_runner_hand_over (SyRunner *self, GPtrArray *orders);
void sy_runner_perform_job (gpointer runner);
/* SyLogDone of a batch */
void sy_pending_committed (const GError *error, gpointer pending);
/* perform_mutex is held: what the runner thread is to tell; TRUE: it must be woken. */
gboolean sy_pending_announce (Pending *pending);
/* perform_mutex is held. TRUE: sy_runner_perform_job() is the caller's to run. */
gboolean sy_runner_claim_performing (SyRunner *self);

/* --- sy-runner-report.c --- */
void sy_runner_on_reports (SyExecutor *executor, SyReport *reports, guint n_reports, gpointer data);
/* The mutex is held. */
void sy_runner_sample (SyRunner *self, guint32 task, guint32 item, guint32 attempt, guint32 keeper, gint32 pid,
                       guint64 start_time);
void sy_runner_feed_backlog (SyRunner *self);

/* --- sy-runner-command.c; the mutex is held --- */
void sy_runner_do_request (SyRunner *self, const Request *request);
/* Must it wait until what lies ahead at keepers was given back, or has begun? */
gboolean sy_runner_must_wait (SyRunner *self, const Request *request);
/* FALSE + error: refused */
gboolean sy_runner_do_first (SyRunner *self, const char *json, GError **error);

/* --- sy-runner-open.c; runner thread, the mutex is not held --- */
/* Opens the log, folds, recovers; at the first time makes the executor and does the first commands; begins. */
gboolean sy_runner_open_log (SyRunner *self, gboolean first, GError **error);
/* After a failed COMMIT. FALSE: not yet; try again later. */
gboolean sy_runner_reopen_log (SyRunner *self);
void sy_runner_close_log (SyRunner *self);
/* The mutex is held: looks again for keepers that did not answer. */
void sy_runner_look_again (SyRunner *self, SyTime now);

/* --- sy-runner-disk.c; the mutex is held --- */
void sy_runner_check_disk (SyRunner *self, SyTime now);

G_END_DECLS
