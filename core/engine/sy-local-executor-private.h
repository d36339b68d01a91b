/* sy-local-executor-private.h: what the files of the local executor share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-keeper-link.h"
#include "core/engine/sy-local-executor.h"

G_BEGIN_DECLS

#define AHEAD 24                                /* orders that a keeper holds beside the one that runs */
#define LINGER_US (10 * 1000)                   /* reports wait so long for company while no keeper runs short */
#define LINGER_HELD 3                           /* with less, a keeper runs short */
#define MAX_HELD (AHEAD + 2)               /* one runs, one more while its end is under way */
#define INPUT_FILES (MAX_HELD + 1)              /* a file is written again only when its task has ended */
#define START_BACKOFF_US (250 * 1000)           /* after a keeper that could not start */
#define GIVE_UP_STARTS 7                        /* failed in a row, over 8 s: there will be no keeper */
#define PING_US (2 * G_USEC_PER_SEC)            /* a silent busy keeper is asked */
#define DEAF_US (4 * G_USEC_PER_SEC)            /* and then counts as deaf */
#define LOCK_PATIENCE_US (2 * G_USEC_PER_SEC)   /* a vfork child may hold a dead keeper's lock */

typedef struct _Keeper Keeper;

/* One order from its dispatch until its end is in the log. Owned by Local.by_nonce. */
typedef struct
{
  guint64 nonce;
  SyOrder *order;       /* (owned) */
  Keeper *keeper;       /* NULL: in Local.queue */
  guint64 record;       /* of its end in the journal; 0 = not ended */
  gboolean claimed;     /* STARTED or CLAIMED was seen */
  gboolean fence_asked; /* by the runner */
  gboolean steal_asked; /* by us */
  gboolean deaf;        /* DEAF was reported */
  gboolean committed;
} Held;

typedef enum
{
  KEEPER_LIVE,
  KEEPER_RETIRING, /* takes no orders; ends by itself */
  KEEPER_GONE,     /* connection lost; being looked at */
} KeeperState;

struct _Keeper
{
  guint32 number;
  pid_t pid;                    /* 0 = adopted, not our child */
  KeeperState state;
  gboolean answered;            /* its first STATUS came */
  gboolean chains;              /* it understands orders that follow upon others */
  gboolean burying;             /* GONE and a job reads its journal: it alone touches `held` */
  SyKeeperLink *link;           /* (nullable) */
  gboolean watching_out;
  Held *held[MAX_HELD];         /* FIFO; [0] runs or is next */
  guint n_held;
  GQueue ends;                  /* Held, ended and not yet acked, by record */
  guint64 acked, acked_sent;
  guint n_since_frame;          /* ends committed since the last frame */
  gint64 heard_us, asked_us;    /* monotonic; asked 0 = nothing asked */
  gint64 gone_us;
  char *cgroup;                 /* (nullable) */
  int inputs[INPUT_FILES];      /* -1 = not made */
  gsize inputs_size[INPUT_FILES];
  guint next_input;
};

typedef struct
{
  SyExecutor base;
  GMutex mutex;
  /* constant after new() */
  int run_fd;
  char *run_path, *run_id, *program;
  GStrv environment;
  char *cgroup;                 /* (nullable) base of the keepers' groups */
  mode_t umask;
  GThreadPool *pool;
  int epoll, wake;
  GThread *thread;
  /* under the mutex */
  GPtrArray *keepers;           /* Keeper (owned) */
  GHashTable *by_nonce;         /* Held (owned) */
  GQueue queue;                 /* Held without a keeper, FIFO */
  guint prestart;               /* keepers still to be started at once */
  guint slots, used;            /* used: of the first order at each keeper */
  guint spawning;
  guint32 next_keeper;
  gint64 spawn_after_us;        /* monotonic */
  guint failed_starts;          /* in a row */
  GArray *reports;              /* SyReport, not yet delivered */
  gint64 linger_until;          /* monotonic; of the first of them */
  gboolean urgent;              /* one of them must not wait */
  gboolean quit, leave_running;
} Local;

/* --- sy-local-executor.c --- */
void sy_local_post (Local *self, void (*job) (gpointer), gpointer data);
void sy_local_wake (Local *self);
SyReport *sy_local_report (Local *self, SyReportKind kind, const SyOrder *order, guint32 keeper);

/* --- sy-local-keeper.c: one keeper; the mutex is held --- */
Keeper *sy_local_keeper_new (Local *self, guint32 number, pid_t pid, SyKeeperLink *link);
void sy_local_keeper_free (Local *self, Keeper *keeper);
Keeper *sy_local_find_keeper (Local *self, guint32 number);
gboolean sy_local_keeper_give (Local *self, Keeper *keeper, Held *held);
/* Reports that @held never ran, and forgets it. */
void sy_local_drop (Local *self, Held *held, guint32 keeper);
void sy_local_keeper_take_off (Local *self, Keeper *keeper, Held *held);
void sy_local_keeper_flush (Local *self, Keeper *keeper);
void sy_local_keeper_stop (Local *self, Keeper *keeper, guint64 nonce, gboolean kill);
/* Reads and handles all frames. */
void sy_local_keeper_read (Local *self, Keeper *keeper);
void sy_local_keeper_lost_link (Local *self, Keeper *keeper);
void sy_local_note_failed_start (Local *self, guint32 number, const char *why);
void sy_local_keeper_committed (Local *self, Held *held);
void sy_local_keeper_report_deaf (Local *self, Keeper *keeper, gboolean deaf);
void sy_local_keeper_check_deaf (Local *self, Keeper *keeper, gint64 now_us);

/* --- sy-local-pump.c: who gets what; the mutex is held --- */
void sy_local_pump (Local *self);
/* What follows upon another order goes behind it, or is dropped. */
void sy_local_give_behind (Local *self, Held *held);
/* Orders at @keeper, but for those that only follow upon one of them */
guint sy_local_count_free (const Keeper *keeper);
/* At most @wanted more, as far as the slots go. */
void sy_local_start_keepers (Local *self, guint wanted);
void sy_local_shrink (Local *self);

/* --- sy-local-bury.c --- */
/* Looks at keepers whose connection is gone; the mutex is held. TRUE: look again soon. */
gboolean sy_local_check_gone (Local *self, gint64 now_us);

G_END_DECLS
