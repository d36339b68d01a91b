/* sy-event.h: what happened in a run: one record per fact, the truth
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-clock.h"
#include "core/model/sy-types.h"

G_BEGIN_DECLS

/* Numbers are the log's: never renumber, only append. String forms as protocol.md names them. */
typedef enum
{
  SY_EVENT_NONE = 0,
  /* run */
  SY_EVENT_RUN_CREATED = 1,      /* text: json {params, slots, params_from, …}; value: slots */
  SY_EVENT_RUN_STATE = 2,        /* value: SyRunStatus; text: why (nullable). RUNNING clears settled, stopping, cancelled and cancel_kill;
                                    STOPPING sets stopping */
  SY_EVENT_SLOTS_CHANGED = 3,    /* value: slots */
  SY_EVENT_DEFINITION_ADDED = 4, /* value: definition number */
  SY_EVENT_SETTLED = 5,          /* task 0: the run has settled; handlers fire once per such event */
  /* decisions */
  SY_EVENT_JOIN_MET = 10,        /* pending -> ready(queued), or succeeded for a join point (name SUCCEEDED) */
  SY_EVENT_SKIPPED = 11,         /* name; cause: task number or 0; text for expressions */
  SY_EVENT_ANNOUNCED = 12,       /* name UPSTREAM_FAILED or UPSTREAM_SKIPPED; cause */
  SY_EVENT_UNANNOUNCED = 13,     /* back to pending */
  SY_EVENT_HELD = 14,            /* state READY: ready(name); text: pool name; value: wanted, value2: free. State PENDING, name UPSTREAM_LOST or
                                    UPSTREAM_SETTLING: pending(name), cause */
  SY_EVENT_RELEASED = 15,        /* state READY: ready(queued); state PENDING: pending(needs) */
  SY_EVENT_FAILED = 16,          /* failed without an attempt: name EXPRESSION; text */
  SY_EVENT_CANCELLED = 17,       /* name USER, RUN_STOPPED, QUORUM_MET; without a living process */
  /* attempts */
  SY_EVENT_INTENT = 20,          /* attempt, nonce; text: json of evaluated values (nullable); digest: of the words of its command */
  SY_EVENT_VOIDED = 21,          /* nonce; text: why; -> ready(queued). The next intent takes the same attempt number: `attempt` of the state goes back */
  SY_EVENT_REVOKING = 22,        /* nonce: fence asked; -> ready(revoking). state + name: what it becomes once fenced (cancelled, skipped, ready or
                                    pending = re-run), kept in stop_state and stop_name */
  SY_EVENT_STARTED = 23,         /* keeper, pid, start_time, pidns: claim and start in one */
  SY_EVENT_STOP_REQUESTED = 24,  /* name: what it becomes (USER, RUN_STOPPED, QUORUM_MET, TIMED_OUT); value: 1 = kill at once */
  SY_EVENT_EXITED = 25,          /* exit block; state + name: the verdict; keeper, pid if it has no STARTED; for a retry state READY name AWAITING_RETRY + due */
  SY_EVENT_LOST = 26,            /* name KEEPER_DIED or REBOOT; text: what is known */
  SY_EVENT_LEFTOVERS_KILLED = 27,/* value: how many; text: method */
  SY_EVENT_RETRY_DUE = 28,       /* awaiting_retry -> ready(queued) (or held) */
  SY_EVENT_OUTPUT_SET = 29,      /* text: json object of typed outputs */
  SY_EVENT_WARNING = 30,         /* text */
  SY_EVENT_LOST_RERUN = 31,      /* on_lost: rerun: lost -> ready(queued); counts in lost_reruns */
  SY_EVENT_STANDBY = 32,         /* attempt, nonce of the next intent of a pending task, whose needs are all under way: it may start under this
                                    nonce as soon as they have ended, before the log has their ends and its intent. The state stays.
                                    nonce 0: no longer, and it has not been */
  /* user */
  SY_EVENT_RERUN_REQUESTED = 40, /* task 0; text: json {scope, tasks:[numbers], ...}; one per request */
  SY_EVENT_RESET = 41,           /* one per task of the set: -> pending, fresh budget; value 1: because an announcement's cause was re-run */
  SY_EVENT_STALE = 42,           /* succeeded descendant of a task re-run alone */
  SY_EVENT_MARKED = 43,          /* state + name MARKED; text: note */
  SY_EVENT_PAUSED = 44,          /* task 0 = the run; else a branch: text "F/C" */
  SY_EVENT_RESUMED = 45,
  SY_EVENT_DRAINED = 46,
  SY_EVENT_CANCEL_REQUESTED = 47,/* value: 1 = kill */
  SY_EVENT_COMMAND_EDITED = 48,  /* task; text: json {command|run} */
  SY_EVENT_NOTE = 49,            /* text */
  SY_EVENT_RETRY_NOW = 50,
  SY_EVENT_GIVE_UP = 51,         /* awaiting_retry -> failed(last cause) */
  SY_EVENT_RUN_AGAIN = 52,       /* running task of a re-run set with then_again: exits, then pending */
  /* the log's own life */
  SY_EVENT_RECOVERED = 60,
  SY_EVENT_SALVAGED = 61,
  SY_EVENT_DISK_FULL = 62,
  SY_EVENT_DISK_OK = 63,
  SY_EVENT_RUNNER_STARTED = 64,  /* value: pid; text: version, or json {env: {name: mark or null}, version} where
                                    the starter's environment is another than the one that RUN_CREATED has marks of */
  SY_EVENT_RUNNER_LEFT = 65,     /* text: why. Nothing stands by any more */
  SY_EVENT_HANDLER = 66,         /* value: SyHandlerKind; value2: exit status or -1 at its start; text */
} SyEventKind;

/* What a spawn error is about */
typedef enum { SY_SPAWN_OF_UNKNOWN, SY_SPAWN_OF_DIR, SY_SPAWN_OF_STDIN, SY_SPAWN_OF_PROGRAM } SySpawnOf;

/* Facts of one ended attempt; sizes in bytes, times in µs; -1 = unknown */
typedef struct
{
  int status;           /* wait status as waitpid(2) gives it; -1 = none (spawn error: see spawn_errno) */
  int spawn_errno;      /* 0 = was executed */
  guint8 spawn_stage;   /* SySpawnOf; not logged, the text says it */
  gint64 started_us;    /* wall */
  gint64 ended_us;      /* wall */
  gint64 user_us, sys_us;
  gint64 rss;           /* peak of the largest process, bytes */
  gint64 read, written; /* -1 where not sampled */
  gint64 output;        /* bytes the task wrote to its streams */
  gint64 dropped;       /* of these not kept */
  gint32 stragglers;    /* alive at the end of the main process */
  gint32 escaped;       /* not killed */
  guint8 timed_out;     /* 0 no, 1 attempt, 2 no_output, 3 total */
  guint8 oom;           /* kernel killed it for memory */
  guint8 kill_method;   /* SyKillMethod used or available */
  guint8 stop_sent;     /* our stop signal was sent before the main process ended; not logged, the verdict is */
  guint32 keeper;       /* where its start has no event of its own, else 0; logged as the event's keeper and pid */
  gint32 pid;
} SyExit;

#define SY_DIGEST_BYTES 16 /* the first of a SHA-256 */

typedef enum { SY_KILL_NONE, SY_KILL_CGROUP, SY_KILL_SUBREAPER, SY_KILL_PGROUP } SyKillMethod;

/*
 * Owned by whoever holds it; strings are owned by the event. `task` is a log number (0 = the run).
 * `exit` is allocated only for EXITED.
 */
typedef struct
{
  gint64 seq;       /* 1…; allotted when it enters the log */
  SyTime time;
  guint32 boot;     /* row of table boot */
  guint32 task, item, attempt;
  guint16 kind;     /* SyEventKind */
  guint8 by;        /* SyBy */
  guint8 state;     /* SyState, where the kind says so */
  guint8 name;      /* SyName, where the kind says so */
  guint32 cause;    /* task number */
  guint32 keeper;
  gint32 pid;
  guint64 start_time; /* field 22 of /proc/PID/stat, clock ticks */
  guint64 pidns;      /* inode of the pid namespace */
  guint64 nonce;
  gint64 value, value2;
  SyTime due;         /* EXITED with AWAITING_RETRY: when the retry starts */
  guint8 digest[SY_DIGEST_BYTES]; /* INTENT; zeros = not said */
  SyExit *exit;       /* (nullable) (owned) */
  char *text;         /* (nullable) (owned) UTF-8 */
} SyEvent;

void sy_event_clear (SyEvent *event);                    /* frees what it owns and zeroes it */
void sy_event_copy (SyEvent *to, const SyEvent *from);

gboolean sy_digest_is_set (const guint8 *digest);
void sy_digest_to_hex (const guint8 *digest, char hex[2 * SY_DIGEST_BYTES + 1]);
/* FALSE: @length is another, or it is no lower-case hex */
gboolean sy_digest_from_hex (const char *hex, gsize length, guint8 *digest);

const char *sy_event_kind_to_string (SyEventKind kind);
gboolean sy_event_kind_from_string (const char *text, SyEventKind *out);

/**
 * sy_event_encode:
 *
 * The `data` column: canonical JSON (keys sorted, no white space, only what is set, "" when nothing)
 * of all fields that have no column of their own (columns: seq, wall_us, mono_us, boot, kind, task, item, attempt, by).
 * Keys are short on purpose: 10,000 tasks must fit in 5 MB of log.
 */
void sy_event_encode (const SyEvent *event, GString *out);
/*
 * Fills the rest of @event from @data; unknown keys are ignored (a newer version may add). The columns
 * (kind, time.wall_us above all: the times of an exit are told relative to it) must be set already.
 * Malformed data is %SY_ERROR_CORRUPT; @event is then to be cleared.
 */
gboolean sy_event_decode (SyEvent *event, const char *data, gssize length, GError **error);

/* A GArray of SyEvent with sy_event_clear as its clear function */
GArray *sy_event_array_new (void);

G_END_DECLS
