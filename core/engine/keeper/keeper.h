/* keeper.h: inside of the program switchyard-keeper
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-proto.h"
#include "core/model/sy-output-format.h"

#include <signal.h>
#include <time.h>

/*
 * One process, one thread, no memory from the heap: all of it is one static Keeper.
 * A keeper is the only witness of its task's end, so it avoids what could kill it:
 * every signal but KILL is blocked, buffers are fixed, no library but libc.
 *
 * Life of an attempt: claim record -> vfork -> RUNNING -> after 2 ms started record -> main
 * process has ended -> output drained, declared files synced -> exit record -> reaped
 * -> tree gone? reported. Else ENDING: up to a second for the rest of the output, and
 * from its end (EOF) a last breath of 50 ms: who ends by then, or is in exit(2), is no
 * straggler. Then the stragglers are killed (or kept), a final exit record, reported.
 */

typedef struct
{
  SyKeeperOrder head;
  uint64_t after;                  /* nonce of the order whose success it waits for; 0 = none, or it has come */
  char bytes[SY_KEEPER_FRAME_MAX]; /* the whole frame */
} KeeperOrder;

/* One stream of the attempt at hand */
typedef struct
{
  int pipe_read, pipe_write; /* -1 = closed; the write end stays open while the main process lives */
  int enlarged, unblocked;
  int fd;                    /* of the open segment, -1 = none */
  int index_fd;
  uint64_t segment;
  uint64_t offset;           /* bytes that came */
  uint64_t dropped;
  uint64_t held[64];         /* bytes kept in segment n, at n % 64 */
  uint64_t oldest;           /* lowest segment >= 1 that exists */
  int64_t first_us, entry_us, step_us;
  uint32_t entries;
  uint64_t gap_offset, gap_length;
} KeeperStream;

typedef struct
{
  uint64_t head, tail, segment; /* caps */
  int n;                        /* 1, or 2 where split */
  int discard;                  /* the attempt is reported: read on, keep nothing */
  KeeperStream streams[2];
} KeeperOutput;

/* Of the run's file `budget` */
typedef struct
{
  int looked;
  int fd;        /* -1 = the run has none */
  int64_t spare; /* taken and not yet spent; < 0: spent and not yet taken */
} KeeperBudget;

typedef struct
{
  int ok;
  char leaf[512], refuge[512];
} KeeperCgroup;

typedef struct
{
  SyKeeperState state;
  KeeperOrder *order;
  pid_t pid;
  uint64_t start_time;
  int main_ended;           /* its exit is recorded and it is reaped */
  uint64_t deaths;          /* keeper's, when it ended */
  int started_unsent;
  int stop_sent, kill_sent; /* before the main process ended */
  int end_now;              /* stopped while ENDING: keep nothing */
  int64_t begun;            /* this and what follows: CLOCK_MONOTONIC, µs */
  int64_t last_output;
  int64_t kill_at;          /* end of the grace, 0 = none */
  int64_t drain_until;      /* ENDING */
  int64_t oom_look_at;      /* when the count of OOM kills is read */
  SyJournalExit exit;
  uint32_t n_sizes;
  int64_t sizes[SY_JOURNAL_MAX_SIZES];
} KeeperTask;

typedef struct
{
  /* what it was given */
  uint32_t number;
  int run_fd;
  uint32_t oom_adjust;
  /* what it holds */
  SyJournal journal;
  uint64_t pidns;
  int signal_fd, listen_fd, socket_fd; /* socket -1 = no runner */
  int oom_fd;               /* of our own oom_score_adj */
  char oom_own[16], oom_task[16];
  uint64_t oom_kills;
  uint64_t deaths;          /* children reaped, ever */
  int retiring;
  uint8_t kill_method;
  KeeperCgroup cgroup;
  KeeperTask task;
  KeeperOutput output;
  KeeperBudget budget;
  /* orders: a ring of slots; the running one keeps its slot */
  KeeperOrder *queue[SY_KEEPER_QUEUE];
  unsigned n_queued;
  uint8_t slot_used[SY_KEEPER_QUEUE + 1];
  KeeperOrder slots[SY_KEEPER_QUEUE + 1];
  uint64_t claimed[64]; /* nonces claimed last, to answer late fences */
  unsigned n_claimed;
  uint64_t ended_well;  /* nonce of the order that ended last, if others may follow upon it; else 0 */
  /* environment and arguments of the next execve */
  uint32_t n_base;
  const char *base[SY_KEEPER_MAX_ENV];
  char base_bytes[SY_KEEPER_FRAME_MAX];
  const char *argv_room[SY_KEEPER_MAX_ARGV + 3]; /* one before argv for the shell of a script without #! */
  const char **argv;
  const char *envp[2 * SY_KEEPER_MAX_ENV + 1];
  uint32_t name_hash[2 * SY_KEEPER_MAX_ENV]; /* of envp; the first n_base belong to the base */
  const char *dir, *stdin_file, *path;
  const char *fsync_paths[SY_KEEPER_MAX_FSYNC];
  /* wire */
  size_t in_used, out_used;
  int64_t out_due;          /* CLOCK_MONOTONIC, µs: when `out` goes out at the latest; 0 = now */
  int out_hasty;            /* something in `out` waits only while there is much to do */
  char in[SY_KEEPER_FRAME_MAX];
  char out[16384];
} Keeper;

static inline int64_t
keeper_clock (clockid_t id)
{
  struct timespec ts;

  clock_gettime (id, &ts);
  return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

/* Its main process lives, or its end is just being seen to. */
static inline int
keeper_task_is_running (const KeeperTask *task)
{
  return task->state == SY_KEEPER_RUNNING || task->state == SY_KEEPER_STOPPING;
}

static inline int
keeper_task_is_alive (const KeeperTask *task)
{
  return keeper_task_is_running (task) && !task->main_ended;
}

/* keeper-wire.c */
void keeper_wire_adopt (Keeper *keeper, int fd);   /* @fd is the runner now; drops the orders of the one before */
void keeper_wire_close (Keeper *keeper);
void keeper_wire_receive (Keeper *keeper);
void keeper_wire_send (Keeper *keeper, void *frame, size_t length, SyKeeperKind kind, unsigned flags);
void keeper_wire_flush (Keeper *keeper);
int keeper_wire_may_wait (const Keeper *keeper);   /* what is to be said may wait until `out_due` */
void keeper_wire_nonce (Keeper *keeper, SyKeeperKind kind, uint64_t nonce, unsigned flags);

/* keeper-order.c */
int keeper_order_setup (Keeper *keeper, const char *frame, size_t length); /* 0 = malformed */
void keeper_order_take (Keeper *keeper, const char *frame, size_t length);
void keeper_order_fence (Keeper *keeper, uint64_t nonce, unsigned flags); /* @flags of the FENCED */
void keeper_order_discard (Keeper *keeper, int tell); /* all unclaimed ones; @tell: FENCED */
/* @nonce has ended or is taken out: what comes after it may begin (@well), or is dropped. */
void keeper_order_resolve (Keeper *keeper, uint64_t nonce, int well);
unsigned keeper_order_count_free (const Keeper *keeper); /* that wait for nothing but their turn */
KeeperOrder *keeper_order_next (Keeper *keeper);      /* oldest unclaimed; now the caller's */
void keeper_order_free (Keeper *keeper, KeeperOrder *order);
int keeper_order_unpack (Keeper *keeper, KeeperOrder *order); /* fills argv, envp, …; 0 or an errno */

/* keeper-spawn.c */
typedef struct { pid_t pid; int error; SySpawnStage stage; int missed; } KeeperSpawn;
KeeperSpawn keeper_spawn (Keeper *keeper, const KeeperOrder *order);

/* keeper-output.c */
int keeper_output_begin (Keeper *keeper, const KeeperOrder *order); /* 0 or an errno */
int keeper_output_drain (Keeper *keeper);       /* reads until empty; 1 = something came */
void keeper_output_close_write (Keeper *keeper);
int keeper_output_at_eof (const Keeper *keeper);
void keeper_output_settle (Keeper *keeper);     /* before its end is told: the index has all that is missing */
void keeper_output_end (Keeper *keeper);        /* closes all */
void keeper_output_count (const Keeper *keeper, SyJournalExit *exit);
void keeper_output_sync (Keeper *keeper);       /* declared outputs: fsync, sizes */

/* keeper-budget.c */
size_t keeper_budget_ask (Keeper *keeper, size_t wanted);         /* how much of it may be kept */
void keeper_budget_spend (Keeper *keeper, int64_t bytes);         /* so much lies on the disk now; < 0: was removed */
void keeper_budget_settle (Keeper *keeper, int leaving);          /* gives back what it does not need soon */

/* keeper-kill.c */
void keeper_cgroup_enter (Keeper *keeper, const char *leaf, const char *refuge);
SyJournalKillMethod keeper_kill_method (const Keeper *keeper);
int keeper_tree_signal (Keeper *keeper, int number);           /* all descendants once; how many live */
int keeper_tree_count_stragglers (Keeper *keeper);             /* how many live and are not about to be gone */
void keeper_tree_kill (Keeper *keeper, int64_t budget_us);     /* KILL until none is left, or none has died for so long */

/* keeper-task.c */
#define KEEPER_KILL_BUDGET_US 1000000
int keeper_task_start_next (Keeper *keeper);                   /* 1 = an order was taken and is over already */
void keeper_task_status (const Keeper *keeper, SyKeeperStatus *status);
int keeper_task_append (Keeper *keeper, SyJournalKind kind);   /* 0 = the disk refused the record */
void keeper_task_send_started (Keeper *keeper);
void keeper_task_send_end (Keeper *keeper, SyKeeperKind kind);

/* keeper-end.c */
void keeper_task_children (Keeper *keeper);                    /* SIGCHLD: record and reap, go on */
int keeper_task_reap (Keeper *keeper);                         /* record and reap; 1 = descendants live */
void keeper_task_after_reap (Keeper *keeper, int alive);
void keeper_task_output (Keeper *keeper);
void keeper_task_settle (Keeper *keeper);                      /* ENDING is over: stragglers are kept or killed */
void keeper_task_finish (Keeper *keeper, int revised);         /* reports; @revised: with a final exit record */
void keeper_task_become_idle (Keeper *keeper);
void keeper_task_retire (Keeper *keeper);                      /* takes no more orders; those that wait go back */

/* keeper-stop.c */
void keeper_task_stop (Keeper *keeper, uint64_t nonce, int kill);
int64_t keeper_task_deadline (const Keeper *keeper);           /* monotonic; 0 = none */
void keeper_task_timers (Keeper *keeper, int64_t now);

/* keeper-oom.c */
void keeper_oom_setup (Keeper *keeper, uint32_t adjust);
void keeper_oom_adjust (const Keeper *keeper, int for_task);
uint64_t keeper_oom_count (const Keeper *keeper); /* kills of the kernel for want of memory so far */
