/* sy-executor.h: the interface at which scheduler and executors meet
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"

G_BEGIN_DECLS

/* One attempt to execute: all that a keeper needs, values resolved. Owned strings; sy_order_free(). */
typedef struct
{
  guint64 nonce;
  guint32 task, item, attempt;
  GStrv argv;                   /* what to execute; argv[0] a path or a name to look up in PATH of the task */
  gboolean direct;              /* a shell text that is executed without its shell: ENOENT/EACCES end as 127/126 with the shell's message */
  GStrv env;                    /* "NAME=value" on top of the keeper's base environment; "NAME" alone unsets */
  char *dir;                    /* absolute */
  char *stdin_file;             /* (nullable) absolute; NULL = /dev/null */
  gint64 timeout_attempt_us, timeout_total_us, timeout_no_output_us; /* 0 = none; total = what is left of it */
  int stop_signal;
  gint64 grace_us;
  gboolean streams_split, stragglers_keep;
  gboolean values;              /* outputs are declared: $SWITCHYARD_OUTPUT is synced before the exit record */
  gint64 output_head, output_tail, output_segment; /* bytes */
  GStrv fsync_paths;            /* declared writes to sync before the exit record */
  char *inputs;                 /* (nullable) content of $SWITCHYARD_INPUTS; NULL: that of a task without needs */
  guint slots;                  /* that it takes, >= 1 */
  guint64 after;                /* nonce of another order, dispatched before; 0 = none. It goes to the keeper that has that one, which begins it when that
                                   has succeeded (see sy-keeper-proto.h). Where that cannot be, or it did not succeed: FENCED, unasked */
  gboolean patient;             /* nothing can begin by its end alone: while there is more to do, the news of a success may wait for company */
} SyOrder;
void sy_order_free (SyOrder *order);

typedef enum
{
  SY_REPORT_STARTED,    /* claimed and executed: keeper, pid, start_time, pidns */
  SY_REPORT_EXITED,     /* exit; the journal of the keeper holds the record already */
  SY_REPORT_FENCED,     /* the order was discarded, it never ran */
  SY_REPORT_CLAIMED,    /* answer to a fence: too late, it runs */
  SY_REPORT_VOIDED,     /* could not be started for want of our own resources (EAGAIN, EMFILE, ENOMEM); text */
  SY_REPORT_LOST,       /* its keeper died; name, text */
  SY_REPORT_DEAF,       /* value 1: the keeper that holds the unclaimed order does not answer; 0: it does again */
  SY_REPORT_TROUBLE,    /* text: something of ours does not work (a keeper cannot start); it is tried again. value 1: nothing else has worked
                           for a while, and nothing can be executed */
} SyReportKind;         /* a handler is an order of task 0 with item = SyHandlerKind + 1 */

typedef struct
{
  SyReportKind kind;
  guint32 task, item, attempt;
  guint64 nonce;
  guint32 keeper;
  gint32 pid;
  guint64 start_time, pidns;
  SyName name;
  gint64 value;
  gboolean unrecorded;  /* EXITED: the disk refused the keeper's record, this report is all there is */
  SyExit exit;
  char *text;           /* (nullable) (owned) */
} SyReport;
void sy_report_clear (SyReport *report);

typedef struct _SyExecutor SyExecutor;
/* Called on an executor thread with a batch, in order, never from within a call of the executor; the callee takes the
 * reports' contents and must not block. */
typedef void (*SyReportFunc) (SyExecutor *executor, SyReport *reports, guint n_reports, gpointer data);

/* All functions may be called from any thread and do not block for a task's life. */
struct _SyExecutor
{
  void (*dispatch) (SyExecutor *executor, SyOrder **orders, guint n_orders);   /* takes the orders */
  void (*fence) (SyExecutor *executor, guint64 nonce);
  void (*stop) (SyExecutor *executor, guint32 task, guint32 attempt, gboolean kill, SyName why);
  void (*set_slots) (SyExecutor *executor, guint slots);
  void (*committed) (SyExecutor *executor, const guint64 *nonces, guint n);    /* ends of these are in the log (nullable) */
  gboolean (*holds) (SyExecutor *executor, guint64 nonce); /* dispatched or adopted, and no end of it reported (nullable) */
  void (*post) (SyExecutor *executor, void (*job) (gpointer), gpointer data);  /* runs a short job on the executor's GThreadPool */
  void (*shutdown) (SyExecutor *executor, gboolean leave_running);             /* blocks until its threads, and what leaves of itself, are gone */
  void (*free) (SyExecutor *executor);                                         /* after shutdown() */
  SyReportFunc report;
  gpointer report_data;
};

G_END_DECLS
