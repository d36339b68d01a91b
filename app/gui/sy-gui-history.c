/* sy-gui-history.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-gui-history.h"

#include "app/gui/sy-compare-read.h"
#include "app/gui/sy-history-read.h"
#include "app/sy-run-view.h"
#include "core/store/sy-doctor.h"

struct _SyGuiHistory
{
  gatomicrefcount ref_count;
  gint closed;                  /* atomic; set by the main thread */
  GThreadPool *pool;            /* one thread */
  SyHistoryCache *cache;        /* (owned) that thread's */
};

typedef struct _Job Job;
struct _Job
{
  SyGuiHistory *history;        /* (owned) */
  void (*work) (Job *job);      /* on the thread */
  char *path, *uuid, *other, *text;
  SyRunChange change;
  union { SyControllerHistory history; SyControllerComparison comparison; SyControllerReply reply; } call;
  gpointer data;
  GError *error;                /* (owned) (nullable) */
};

/* An answer on its way to the main thread */
typedef struct
{
  SyGuiHistory *history;        /* (owned) */
  SyHistoryPiece *piece;        /* (owned) (nullable) */
  GError *error;                /* (owned) (nullable) */
  SyRunComparison *comparison;  /* (owned) (nullable) */
  SyControllerHistory call;     /* one of these three */
  SyControllerComparison compared;
  SyControllerReply reply;
  gpointer data;
} Answer;

static void
history_unref (SyGuiHistory *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sy_history_cache_free (self->cache);
  g_free (self);
}

static SyGuiHistory *
history_ref (SyGuiHistory *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_clear_pointer (&answer->piece, sy_history_piece_free);
  g_clear_pointer (&answer->comparison, sy_run_comparison_free);
  g_clear_error (&answer->error);
  history_unref (answer->history);
  g_free (answer);
}

static gboolean
deliver (gpointer data)
{
  Answer *answer = data;

  if (g_atomic_int_get (&answer->history->closed))
    return G_SOURCE_REMOVE;
  if (answer->call != NULL)
    answer->call (answer->piece, answer->error, answer->data);
  else if (answer->compared != NULL)
    answer->compared (g_steal_pointer (&answer->comparison), answer->error, answer->data);
  else if (answer->reply != NULL)
    answer->reply (answer->error == NULL ? "{\"v\":1,\"ok\":true}" : NULL, answer->error, answer->data);
  return G_SOURCE_REMOVE;
}

static void
send (Answer *answer)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, deliver, answer, answer_free);
}

static Answer *
answer_new (Job *job)
{
  Answer *answer = g_new0 (Answer, 1);

  answer->history = history_ref (job->history);
  answer->data = job->data;
  return answer;
}

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;

  job->work (job);
  g_clear_error (&job->error);
  history_unref (job->history);
  g_free (job->path);
  g_free (job->uuid);
  g_free (job->other);
  g_free (job->text);
  g_free (job);
}

static void
push (SyGuiHistory *self, Job *job)
{
  job->history = history_ref (self);
  g_thread_pool_push (self->pool, job, NULL);
}

/* --- reading --- */

static gboolean
send_piece (SyHistoryPiece *piece, gpointer data)
{
  Job *job = data;
  Answer *answer = answer_new (job);

  answer->piece = piece;
  answer->call = job->call.history;
  send (answer);
  return !g_atomic_int_get (&job->history->closed);
}

static void
work_read (Job *job)
{
  if (!sy_history_cache_read (job->history->cache, job->path, send_piece, job, &job->error))
    {
      Answer *answer = answer_new (job);

      answer->error = g_steal_pointer (&job->error);
      answer->call = job->call.history;
      send (answer);
    }
}

void
sy_gui_history_read (SyGuiHistory *self, const char *workflow_path, SyControllerHistory reply, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->work = work_read;
  job->path = g_strdup (workflow_path);
  job->call.history = reply;
  job->data = data;
  push (self, job);
}

static void
work_compare (Job *job)
{
  Answer *answer = answer_new (job);

  answer->comparison = sy_compare_read (job->uuid, job->other, &answer->error);
  answer->compared = job->call.comparison;
  send (answer);
}

void
sy_gui_history_compare (SyGuiHistory *self, const char *a, const char *b, SyControllerComparison reply, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->work = work_compare;
  job->uuid = g_strdup (a);
  job->other = g_strdup (b);
  job->call.comparison = reply;
  job->data = data;
  push (self, job);
}

/* --- changing a run --- */

static gboolean
change_run (const Job *job, GError **error)
{
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  g_autoptr (SyRunDir) run = dir != NULL ? sy_run_dir_open (dir, job->uuid, error) : NULL;

  if (run == NULL)
    return FALSE;
  switch (job->change)
    {
    case SY_RUN_PIN: return sy_run_dir_set_pinned (run, TRUE, error);
    case SY_RUN_UNPIN: return sy_run_dir_set_pinned (run, FALSE, error);
    case SY_RUN_NOTE: return sy_run_dir_set_note (run, job->text, error);
    case SY_RUN_DELETE: return sy_gc_delete (dir, job->uuid, error);
    default: g_return_val_if_reached (FALSE);
    }
}

static void
work_change (Job *job)
{
  Answer *answer = answer_new (job);

  change_run (job, &answer->error);
  answer->reply = job->call.reply;
  send (answer);
}

void
sy_gui_history_change (SyGuiHistory *self, const char *uuid, SyRunChange change, const char *text, SyControllerReply reply,
                       gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->work = work_change;
  job->uuid = g_strdup (uuid);
  job->text = g_strdup (text);
  job->change = change;
  job->call.reply = reply;
  job->data = data;
  push (self, job);
}

/* --- life --- */

SyGuiHistory *
sy_gui_history_new (void)
{
  SyGuiHistory *self = g_new0 (SyGuiHistory, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->cache = sy_history_cache_new ();
  self->pool = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  return self;
}

void
sy_gui_history_free (SyGuiHistory *self)
{
  g_atomic_int_set (&self->closed, 1);
  g_thread_pool_free (self->pool, FALSE, FALSE);
  history_unref (self);
}
