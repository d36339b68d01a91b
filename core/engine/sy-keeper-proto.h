/* sy-keeper-proto.h: what runner and keeper say to each other
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-journal.h"

/*
 * Start. The runner makes a socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC) and
 * executes (posix_spawn or vfork)
 *
 *     switchyard-keeper <n> <run uuid>
 *
 * with fd 3 = its end of the pair, fd 4 = the run folder (O_DIRECTORY), an empty or
 * any environment (the keeper's own is not given to tasks), and sends SETUP. k/, out/
 * and v/ must exist. n must be new in this run. The uuid is for `ps` only. The keeper
 * makes its own session, puts /dev/null on 0–2, closes every other fd, creates and
 * locks k/<n>, listens on k/<n>.s and answers SETUP with STATUS. A keeper that cannot
 * start (journal or socket) ends with an exit status of SyKeeperExitCode.
 *
 * Send ORDERs only after that STATUS: then whoever holds an order holds its journal's lock,
 * and a later runner that finds k/<n> unlocked may trust that nothing more is claimed there.
 *
 * Frames. A byte stream of frames in native byte order, each a struct below that begins
 * with SyKeeperFrame; `length` counts all bytes of the frame. Strings follow the struct
 * as NUL-terminated bytes, in the order that the struct's comment gives. A frame longer
 * than SY_KEEPER_FRAME_MAX or of an unknown kind ends the connection: fail such an order with
 * spawn_errno E2BIG without sending it. (An order whose counts do not fit: EXITED with EINVAL or E2BIG.) Both sides may find several frames in one read,
 * and a part of one.
 *
 * acked. Every frame to the keeper carries the highest `record` number among the
 * EXITED/VOIDED of this keeper such that it and all before it are COMMITted in the log
 * (0: none). The keeper writes over journal records only up to there, and claims nothing
 * when its journal has no room (40 to 63 attempts). Orders carry it for free; send an ACK
 * where 16 exits were committed since the last frame.
 *
 * Company. While a keeper has SY_KEEPER_COMPANY orders and more to go on with, what it says of starts and ends
 * waits up to SY_KEEPER_COMPANY_US for more of the kind: the runner then wakes once for several short tasks. So does, as long as a task runs or an order waits
 * here, the success of an order with SY_KEEPER_PATIENT: nothing begins by its end alone. Every other frame goes at once and takes along what waits.
 *
 * Orders. A keeper queues up to SY_KEEPER_QUEUE orders beside the one that runs, and claims
 * the next by itself in the moment the last has ended (FIFO). More than that: answered
 * by FENCED with flag SY_KEEPER_FULL. An order is unclaimed until its claim record is
 * written. FENCE takes an unclaimed one out: FENCED; else CLAIMED. A nonce that the keeper
 * does not know gives FENCED, too: it does not hold what was ordered before the FENCE. Each FENCE has one answer, and a
 * FENCED that answers one says so (SY_KEEPER_ANSWER): an order may also be given back by itself while a FENCE is under way, and the
 * same nonce may be ordered again, so that the answer must not be taken for one about the new order.
 *
 * Chains. An order with SY_KEEPER_AFTER names another one of this keeper, before it here, and follows upon its success alone: the
 * keeper claims it by itself when the other has ended with status 0, not stopped and not timed out, with no process left and that end in the
 * journal. Else, or where the keeper does not hold the other (nor was it the last to end so), it is dropped: FENCED without having been asked for. So it
 * is when the other is taken out by FENCE. It may name an order that is itself in a chain. A keeper that can do this says so in STATUS.
 *
 * Every order ends in exactly one of EXITED, VOIDED, FENCED on a living connection. STARTED
 * comes before EXITED of the same nonce where the task was executed, within 2 ms of the
 * start (and the wait for company) or in the same write as EXITED; a spawn error has EXITED alone.
 *
 * Connection lost (runner dead, or replaced): unclaimed orders are dropped, the running
 * task goes on to its end, its exit is recorded; a keeper without a task and without a
 * connection leaves. Adoption: a new runner (holder of the run's owner lock) connects to
 * k/<n>.s through /proc/self/fd/<run fd>/k/<n>.s and sends HELLO; the peer's uid must be
 * the keeper's. A new connection replaces the old one in every case, and drops its unclaimed
 * orders: the STATUS that answers HELLO is the whole truth. After HELLO an adopted keeper
 * takes orders as before (its base environment is still that of its SETUP; SETUP may be sent again).
 */
#define SY_KEEPER_PROTO_VERSION 1
#define SY_KEEPER_FD_SOCKET 3
#define SY_KEEPER_FD_RUN 4
#define SY_KEEPER_QUEUE 32
#define SY_KEEPER_FRAME_MAX (2u * 1024 * 1024)
#define SY_KEEPER_MAX_ARGV 65536u  /* words of an order */
#define SY_KEEPER_MAX_ENV 16384u   /* variables: base, and again on top */
#define SY_KEEPER_MAX_FSYNC 1024u  /* paths to sync */
#define SY_KEEPER_STARTED_US 2000  /* STARTED waits so long for its EXITED */
#define SY_KEEPER_COMPANY 4        /* orders that wait here: no hurry to ask for the next */
#define SY_KEEPER_COMPANY_US 10000
#define SY_KEEPER_DRAIN_US 1000000 /* a task's end waits so long for its output */
#define SY_KEEPER_BREATH_US 50000  /* and, once the output has ended, so long for those who wrote it */

typedef enum
{
  SY_KEEPER_EXIT_LEFT = 0,     /* retired, or nothing to do and no runner */
  SY_KEEPER_EXIT_USAGE = 2,
  SY_KEEPER_EXIT_JOURNAL = 3,  /* k/<n> could not be made, or exists */
  SY_KEEPER_EXIT_SOCKET = 4,   /* k/<n>.s could not be bound */
  SY_KEEPER_EXIT_SYSTEM = 5,   /* signalfd, subreaper, … */
} SyKeeperExitCode;

typedef enum
{
  /* runner -> keeper */
  SY_KEEPER_HELLO = 1,   /* SyKeeperHello: who are you, what do you hold? -> STATUS. Also as a sign of life. */
  SY_KEEPER_SETUP = 2,   /* SyKeeperSetup -> STATUS */
  SY_KEEPER_ORDER = 3,   /* SyKeeperOrder */
  SY_KEEPER_FENCE = 4,   /* SyKeeperNonce -> FENCED or CLAIMED */
  SY_KEEPER_STOP = 5,    /* SyKeeperStop; an unclaimed order: as FENCE; over already: ignored, its EXITED is under way */
  SY_KEEPER_RETIRE = 6,  /* SyKeeperFrame: FENCED for each unclaimed order, finish what runs, leave */
  SY_KEEPER_ACK = 7,     /* SyKeeperFrame: `acked` alone */
  /* keeper -> runner */
  SY_KEEPER_STATUS = 32, /* SyKeeperStatus */
  SY_KEEPER_STARTED = 33,/* SyKeeperStarted */
  SY_KEEPER_EXITED = 34, /* SyKeeperExited: the journal holds it */
  SY_KEEPER_FENCED = 35, /* SyKeeperNonce: discarded, it never ran and never will */
  SY_KEEPER_CLAIMED = 36,/* SyKeeperNonce: too late for the fence */
  SY_KEEPER_VOIDED = 37, /* SyKeeperExited, status -1, spawn_errno: nothing was executed; may be ordered again (new nonce) */
  SY_KEEPER_GONE = 38,   /* SyKeeperNonce: the stragglers it stayed with have ended; the keeper leaves */
} SyKeeperKind;

typedef struct
{
  uint32_t length; /* of the whole frame */
  uint16_t kind;   /* SyKeeperKind */
  uint16_t flags;  /* SyKeeperFlags, by kind */
  uint64_t acked;  /* runner -> keeper only, else 0 */
} SyKeeperFrame;

typedef enum
{
  /* ORDER */
  SY_KEEPER_DIRECT = 1 << 0,         /* not found = exit status 127, not executable = 126, with the shell's message */
  SY_KEEPER_SPLIT = 1 << 1,          /* stdout and stderr apart */
  SY_KEEPER_KEEP_STRAGGLERS = 1 << 2,
  SY_KEEPER_VALUES = 1 << 3,         /* v/… of the attempt is synced, and its size recorded */
  SY_KEEPER_PATIENT = 1 << 4,        /* the news of its success may wait for company */
  SY_KEEPER_AFTER = 1 << 5,          /* begins by the success of another order, and only then: see “Chains” */
  /* STATUS */
  SY_KEEPER_CHAINS = 1 << 0,         /* orders with SY_KEEPER_AFTER are understood */
  /* FENCED */
  SY_KEEPER_FULL = 1 << 0,           /* the queue was full */
  SY_KEEPER_RETIRING = 1 << 1,       /* takes no more orders: retiring, or staying with stragglers */
  SY_KEEPER_ANSWER = 1 << 2,         /* to a FENCE; else it was not asked for */
} SyKeeperFlags;

typedef struct
{
  SyKeeperFrame frame;
  uint32_t version; /* SY_KEEPER_PROTO_VERSION; another one: STATUS tells the keeper's, nothing else is understood */
  uint32_t reserved;
} SyKeeperHello;

/* Strings: cgroup, refuge, then n_env times NAME=value */
typedef struct
{
  SyKeeperFrame frame;
  uint32_t version;
  uint32_t umask;  /* of the user: tasks get it */
  uint32_t n_env;  /* base environment of every task */
  uint32_t oom_score_adj; /* added for tasks (200); 0 = leave */
  /*
   * cgroup: absolute path of a v2 leaf made for this keeper alone, or "". The keeper moves
   * into it, tasks inherit it at no cost. To kill a tree it steps out into `refuge`, a
   * v2 cgroup that may hold processes ("" = the leaf's parent), and writes cgroup.kill.
   * Where that fails the keeper falls back to walking its descendants: see STATUS.kill_method.
   */
} SyKeeperSetup;

/* Strings: dir, stdin ("" = /dev/null), n_argv words, n_env times NAME=value or NAME (unset), n_fsync absolute paths. With
 * SY_KEEPER_AFTER 8 bytes follow: the nonce of the order that it comes after. */
typedef struct
{
  SyKeeperFrame frame;
  uint64_t nonce;
  uint32_t task, item, attempt; /* name out/t<task>.i<item>.a<attempt>.* and v/… */
  int32_t stop_signal;
  int64_t grace_us;
  int64_t timeout_attempt_us, timeout_total_us, timeout_no_output_us; /* 0 = none; all count from the start */
  uint64_t output_head, output_tail, output_segment;                  /* bytes; 0 = the defaults 1, 64, 8 MiB */
  uint32_t n_argv, n_env, n_fsync;
  uint32_t reserved;
} SyKeeperOrder;

typedef struct
{
  SyKeeperFrame frame;
  uint64_t nonce;
} SyKeeperNonce;

typedef struct
{
  SyKeeperFrame frame;
  uint64_t nonce;
  uint32_t kill; /* 1: no grace; a second STOP with 1 shortens the first */
  uint32_t reserved;
} SyKeeperStop;

typedef enum
{
  SY_KEEPER_IDLE,
  SY_KEEPER_RUNNING,
  SY_KEEPER_STOPPING, /* the stop signal is out */
  SY_KEEPER_ENDING,   /* the main process has ended; output or stragglers remain */
  SY_KEEPER_KEPT,     /* its exit is reported; stays with its stragglers, takes no orders */
} SyKeeperState;

typedef struct
{
  SyKeeperFrame frame;
  uint32_t version;
  uint32_t keeper;         /* n */
  int32_t keeper_pid;
  uint32_t state;          /* SyKeeperState */
  uint64_t nonce;          /* of the attempt at hand; 0 when idle */
  uint32_t task, item, attempt;
  int32_t pid;             /* of its main process */
  uint64_t start_time, pidns;
  int64_t started_us, started_boot_us;
  uint64_t last_seq;       /* newest journal record */
  uint32_t kill_method;    /* SyJournalKillMethod available */
  uint32_t retiring;
  uint32_t n_queued;       /* unclaimed orders held */
  uint32_t alive;          /* stragglers it stays with (state KEPT) */
  uint64_t queued[SY_KEEPER_QUEUE];
} SyKeeperStatus;

typedef struct
{
  SyKeeperFrame frame;
  uint64_t nonce;
  uint32_t task, item, attempt;
  int32_t pid;
  uint64_t start_time; /* see sy_journal_start_matches() */
  uint64_t pidns;
  int64_t started_us, started_boot_us;
} SyKeeperStarted;

typedef struct
{
  SyKeeperFrame frame;
  uint64_t nonce;
  uint32_t task, item, attempt;
  int32_t pid;
  uint64_t record; /* number of its journal record: what `acked` means */
  SyJournalExit exit;
} SyKeeperExited;

/* Takes the next NUL-terminated string of @at; NULL where there is none before @end. */
static inline const char *
sy_keeper_next_string (const char **at, const char *end)
{
  const char *start = *at;
  const char *p = start;

  while (p < end && *p != 0)
    p++;
  if (p >= end)
    return NULL;
  *at = p + 1;
  return start;
}
