/* sy-journal.h: the journal of one keeper: written by the keeper, read by recovery
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pure C: the keeper links no GLib. Same machine, same byte order, so records are plain structs. */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A journal is the file k/<n> of the run folder: 128 records of 512 bytes, all of
 * them written as zeros and synced before the first claim, so that a full disk
 * cannot lose an exit. n is allotted by the runner and never used again in that run.
 *
 * Record 0 is the header. Records 1–127 are a ring: record number `seq` (1…) lies
 * in slot 1 + (seq - 1) % 127. A slot is written again only when the runner has
 * said that its attempt is in the log (`acked` of every frame, sy-keeper-proto.h);
 * without room for a whole attempt the keeper claims nothing.
 *
 * A record whose checksum is wrong is absent: it is torn, or was never written.
 * Written with pwrite() and no fsync: the page cache outlives the keeper. After a
 * power cut claims may be missing; that is why another boot means lost(reboot).
 *
 * The keeper holds flock(LOCK_EX) on its journal for its life. Lock free = the
 * journal is final. Lock held = the keeper lives (or its vfork child has not yet
 * reached execve: look again for 2 s before calling a keeper deaf).
 *
 * An attempt leaves: claim · started (not for a spawn error or a void) · exit.
 * The exit record is written as soon as the main process has ended and is not yet
 * reaped. Where processes of the task were still alive then, a second exit record of
 * the same nonce follows with the final counts (SY_JOURNAL_TREE_GONE or _KEPT set):
 * the newest exit record of a nonce counts. Without that flag the status is right; if it is
 * the last record and its keeper is dead, leftovers may live: kill them first. (A keeper
 * claims again only when the tree is gone.)
 */
#define SY_JOURNAL_RECORD 512
#define SY_JOURNAL_RECORDS 128
#define SY_JOURNAL_RING (SY_JOURNAL_RECORDS - 1)
#define SY_JOURNAL_SIZE (SY_JOURNAL_RECORD * SY_JOURNAL_RECORDS)
#define SY_JOURNAL_VERSION 1
#define SY_JOURNAL_MAGIC UINT32_C (0x524a5953) /* "SYJR" */
/* Records that one attempt can need: claim, started, exit, final exit */
#define SY_JOURNAL_PER_ATTEMPT 4
#define SY_JOURNAL_MAX_SIZES 16

typedef enum
{
  SY_JOURNAL_NONE,
  SY_JOURNAL_HEADER,
  SY_JOURNAL_CLAIM,   /* before vfork: from here on the attempt counts as begun */
  SY_JOURNAL_STARTED, /* pid, start_time, pidns: execve has succeeded; of attempts that have run 2 ms and more */
  SY_JOURNAL_EXIT,    /* exit */
  SY_JOURNAL_VOID,    /* the claim is taken back: nothing was executed, for want of our own resources (exit.spawn_errno) */
} SyJournalKind;

/* Flags of an exit */
typedef enum
{
  SY_JOURNAL_TREE_GONE = 1 << 0,   /* no process of the task is alive */
  SY_JOURNAL_KEPT = 1 << 1,        /* stragglers live on as the task wishes; the keeper stays with them and takes no more orders */
  SY_JOURNAL_STOP_SENT = 1 << 2,   /* the stop signal was sent before the main process ended */
  SY_JOURNAL_KILL_SENT = 1 << 3,   /* so was KILL */
  SY_JOURNAL_DIRECT_MISS = 1 << 4, /* executed without its shell and not found (127) or not executable (126) */
  SY_JOURNAL_SYNC_FAILED = 1 << 5, /* a declared output exists but could not be synced: it may not outlive a power cut */
  SY_JOURNAL_UNRECORDED = 1 << 6, /* in EXITED only: the disk refused the record; the report is all there is */
} SyJournalExitFlags;

/* Where a spawn failed (exit.spawn_stage) */
typedef enum
{
  SY_SPAWN_NONE,
  SY_SPAWN_DIR,    /* the working folder */
  SY_SPAWN_STDIN,  /* the stdin file */
  SY_SPAWN_EXEC,   /* the program */
  SY_SPAWN_PIPE,   /* our own: the output pipe */
  SY_SPAWN_FORK,   /* our own: vfork */
  SY_SPAWN_ORDER,  /* too many words or too long (E2BIG) */
} SySpawnStage;

/* Kill methods, with the numbers of SyKillMethod (core/model/sy-event.h) */
typedef enum
{
  SY_JOURNAL_KILL_NONE,
  SY_JOURNAL_KILL_CGROUP,
  SY_JOURNAL_KILL_SUBREAPER,
  SY_JOURNAL_KILL_PGROUP,
} SyJournalKillMethod;

/* Facts of an ended attempt, in the journal and in SY_KEEPER_EXITED; sizes in bytes, times in µs */
typedef struct
{
  int32_t status;       /* wait status; -1 = none (spawn error, void) */
  int32_t spawn_errno;  /* 0 = was executed */
  int64_t started_us;   /* wall clock */
  int64_t ended_us;
  int64_t started_boot_us; /* CLOCK_BOOTTIME */
  int64_t ended_boot_us;
  int64_t user_us, sys_us; /* of the main process and what it has waited for */
  int64_t rss;          /* peak of the largest process */
  int64_t output;       /* bytes written to the streams */
  int64_t dropped;      /* of these not kept */
  int32_t stragglers;   /* still alive when the output was drained */
  int32_t escaped;      /* still alive after the kill ladder */
  uint8_t timed_out;    /* 0 no, 1 attempt, 2 no_output, 3 total */
  uint8_t oom;
  uint8_t kill_method;  /* SyJournalKillMethod: used, or available */
  uint8_t spawn_stage;  /* SySpawnStage */
  uint32_t flags;       /* SyJournalExitFlags */
} SyJournalExit;

typedef struct
{
  uint32_t magic;
  uint16_t version;
  uint16_t kind;      /* SyJournalKind */
  uint64_t seq;       /* 0 in the header, else 1… */
  uint32_t journal;   /* n of k/<n> */
  int32_t keeper_pid;
  uint8_t boot_id[16];
  int64_t wall_us;    /* when written */
  int64_t boot_us;
  uint64_t pidns;     /* inode of the keeper's pid namespace */
  uint64_t nonce;     /* what follows is 0 in the header */
  uint32_t task, item, attempt;
  int32_t pid;          /* of the main process; in the header: of the keeper */
  uint64_t start_time;  /* of that process, clock ticks since boot; see sy_journal_start_matches() */
  SyJournalExit exit;
  uint32_t n_sizes;     /* in an exit: 1 + number of fsync paths, at most SY_JOURNAL_MAX_SIZES */
  uint32_t reserved;
  int64_t sizes[SY_JOURNAL_MAX_SIZES]; /* of v/tT.iI.aA, then of each fsync path in order; -1 = no such file */
  uint8_t pad[SY_JOURNAL_RECORD - 336]; /* zeros */
  uint64_t checksum;    /* of all before it and of the journal's number */
} SyJournalRecord;

_Static_assert (sizeof (SyJournalRecord) == SY_JOURNAL_RECORD, "a record has 512 bytes");

/* --- writing: the keeper only --- */

/* One open journal. Owned by one thread; `fd` carries the lock and must never reach a task. */
typedef struct
{
  int fd;
  uint32_t number;
  uint64_t last_seq;   /* newest record written */
  uint64_t acked;      /* all attempts up to this record are in the log */
  SyJournalRecord scratch;
} SyJournal;

/**
 * sy_journal_create:
 * @run_fd: the run folder; its subfolder k must exist
 * @number: n of k/<n>; the file must not exist
 * @head: keeper_pid, boot_id, pidns, start_time: copied to every record
 *
 * Creates, preallocates, syncs and locks. Returns 0 or a negative errno
 * (-EEXIST: the number was used; -EWOULDBLOCK: locked by another).
 */
int sy_journal_create (SyJournal *journal, int run_fd, uint32_t number, const SyJournalRecord *head);

/* Whether a whole attempt fits without writing over what the log does not hold yet. */
int sy_journal_has_room (const SyJournal *journal);

/**
 * sy_journal_append:
 * @record: kind and what belongs to it; head fields, seq, magic and checksum are filled in
 *
 * One pwrite(), and a second where it fails. Returns 0 or a negative errno; then nothing counts as written.
 */
int sy_journal_append (SyJournal *journal, SyJournalRecord *record);

/* --- reading: runner, recovery, doctor --- */

typedef enum
{
  SY_JOURNAL_ABSENT, /* no such file */
  SY_JOURNAL_FREE,   /* no keeper holds it: final */
  SY_JOURNAL_HELD,   /* its keeper lives */
} SyJournalLock;

/* Tests the lock from a descriptor of its own and lets go at once. SyJournalLock, or a negative errno. */
int sy_journal_lock_state (int run_fd, uint32_t number);

/* All valid records of a journal, ascending by seq. 64 KiB: allot it, no stack. */
typedef struct
{
  int has_header;
  SyJournalRecord header;
  uint32_t n_records;
  uint32_t n_torn;    /* slots that are neither zeros nor valid */
  SyJournalRecord records[SY_JOURNAL_RING];
} SyJournalView;

/* Reads k/<n>. Returns 0 or a negative errno. A short or damaged file gives what is whole in it. */
int sy_journal_load (SyJournalView *view, int run_fd, uint32_t number);

/* The same from memory; @length may be anything. Never fails. */
void sy_journal_parse (SyJournalView *view, const void *data, size_t length, uint32_t number);

/* What a journal says of one attempt; pointers into the view, NULL = no such record. */
typedef struct
{
  const SyJournalRecord *claim;
  const SyJournalRecord *started;
  const SyJournalRecord *exit;    /* the newest EXIT */
  const SyJournalRecord *voided;
} SyJournalAttempt;

/* Looks a nonce up; returns 0 where the journal has no record of it. */
int sy_journal_find (const SyJournalView *view, uint64_t nonce, SyJournalAttempt *out);

/* The attempt claimed last; 0 = none. Only this one can be without an exit (a keeper holds one claim at a time). */
int sy_journal_last (const SyJournalView *view, SyJournalAttempt *out);

/* Checksum as it stands in a record of journal @number (for tests and tools). */
uint64_t sy_journal_checksum (const SyJournalRecord *record, uint32_t number);

/* --- small facts both sides need --- */

/**
 * sy_journal_start_matches:
 * @recorded: start_time of a record: CLOCK_BOOTTIME just before vfork, in clock ticks (no /proc read a task, but where
 *   more than a tick has passed until it returned)
 * @actual: field 22 of /proc/PID/stat
 *
 * Whether a process is the recorded one; the clock may have ticked between the two.
 */
static inline int
sy_journal_start_matches (uint64_t recorded, uint64_t actual)
{
  return actual >= recorded && actual - recorded <= 1;
}

/* /proc/sys/kernel/random/boot_id as 16 bytes; 0 or a negative errno */
int sy_journal_boot_id (uint8_t boot_id[16]);

/* Inode of the own pid namespace, 0 if unknown */
uint64_t sy_journal_pidns (void);

/* Field 22 of /proc/PID/stat, 0 if there is no such process */
uint64_t sy_journal_start_time (pid_t pid);

#ifdef __cplusplus
}
#endif
