/* sy-index.h: index.db: the list of runs, their numbers, and what tasks took
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-usual.h"
#include "core/store/sy-run-dir.h"

G_BEGIN_DECLS

/*
 * A cache, rebuilt from the runs at will: damaged, missing or of another
 * version, it is deleted and built again. Writers (a runner at its start and
 * end) hold it for one short transaction. A reading command opens it without
 * SY_INDEX_WRITE: nothing is written, what the file lacks is read from the
 * runs into memory. One thread at a time.
 */
typedef struct _SyIndex SyIndex;

typedef enum
{
  SY_INDEX_READ = 0,
  SY_INDEX_WRITE = 1 << 0,
  SY_INDEX_DURATIONS = 1 << 1 /* for sy_index_get_medians() alone: nothing is copied, so that a long history costs nothing */
} SyIndexFlags;

/* @dir: must outlive the index */
SyIndex *sy_index_open (SyStateDir *dir, SyIndexFlags flags, GError **error);
void sy_index_free (SyIndex *index);
/* Is the file that was opened still the one of that name? Somebody may have replaced it. */
gboolean sy_index_is_current (const SyIndex *index);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyIndex, sy_index_free)

typedef struct
{
  char *uuid, *workflow_path, *name;
  char *rerun_of;             /* (nullable) */
  guint32 number;             /* in its workflow */
  SyRunStatus status;
  SyOwner runner;             /* found out when listed; an unfinished status with NONE is *interrupted* */
  gint64 created_us, ended_us;/* wall; ended 0 = not ended */
  guint32 counts[SY_N_STATES];
  gboolean pinned;
  char *error;                /* (nullable) why the run cannot be read (damaged, newer version); then uuid is sure, and what the index knew of it before */
} SyRunInfo;
void sy_run_info_free (SyRunInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunInfo, sy_run_info_free)

/**
 * sy_index_add_run:
 * @number: (out): the run's number in its workflow, 1…; never given twice while the index lives
 *
 * At the creation of a run, before its log.
 */
gboolean sy_index_add_run (SyIndex *index, const char *uuid, const char *workflow_path, const char *name,
                           gint64 created_us, const char *rerun_of, guint32 *number, GError **error);
/* At the end of a run, or when its runner leaves: takes over status, counts and times from its log. */
gboolean sy_index_update_run (SyIndex *index, const char *uuid, GError **error);
/**
 * sy_index_note_run:
 * @info: what its log has; uuid, workflow_path, name, rerun_of, number, status, times and counts count
 *
 * The same for a runner that knows what it wrote, and has closed the log: nothing is read.
 */
gboolean sy_index_note_run (SyIndex *index, SyRunDir *run, const SyRunInfo *info, GError **error);
gboolean sy_index_remove_run (SyIndex *index, const char *uuid, GError **error);
gboolean sy_index_rebuild (SyIndex *index, GError **error);

/**
 * sy_index_list:
 * @workflow_path: (nullable): only its runs
 *
 * Newest first, live: unfinished runs are looked up in their logs.
 *
 * Returns: (transfer full) (element-type SyRunInfo):
 */
GPtrArray *sy_index_list (SyIndex *index, const char *workflow_path, GError **error);
SyRunInfo *sy_index_lookup (SyIndex *index, const char *uuid, GError **error);

/**
 * sy_index_find_living:
 * @before: only a run with a lower number; 0: any
 * @uuid: (out)
 * @number: (out)
 *
 * Finds the newest run of @workflow_path that has a runner. Each has its row from before it has a log, so the index is
 * asked which there are, and the kernel which of them live: a long history costs little.
 */
gboolean sy_index_find_living (SyIndex *index, const char *workflow_path, guint32 before, char uuid[37], guint32 *number);

/**
 * sy_index_find_left:
 * @uuid: (out)
 * @status: (out): as it was noted last
 *
 * Is the newest run of @workflow_path one that has not ended, and has no runner? One row and one lock are looked at.
 */
gboolean sy_index_find_left (SyIndex *index, const char *workflow_path, char uuid[37], SyRunStatus *status);

/**
 * sy_index_resolve:
 * @argument: RUN as a user gives it: a uuid, a unique prefix of one (>= 4 characters), `last`, or a run's number
 * @workflow_path: (nullable): the workflow that numbers and `last` are meant in; %NULL: all
 *
 * A number that several workflows have means the run if only one fits, else it is
 * an error that lists them. Digits are a number first, then a prefix.
 *
 * Returns: (transfer full) (nullable): the uuid; %SY_ERROR_NOT_FOUND, or %SY_ERROR_INVALID when ambiguous
 */
char *sy_index_resolve (SyIndex *index, const char *argument, const char *workflow_path, GError **error);

/* --- durations --- */

/**
 * sy_index_learn:
 * @ids: @n task ids
 * @durations_us: how long each took; <= 0 is left out
 *
 * Adds one run's durations; of each task the newest 7 count.
 */
gboolean sy_index_learn (SyIndex *index, const char *workflow_path, const char *const *ids, const gint64 *durations_us,
                         guint n, GError **error);
/**
 * sy_index_get_medians:
 * @medians_us: (out caller-allocates) (array length=n): 0 where unknown
 */
gboolean sy_index_get_medians (SyIndex *index, const char *workflow_path, const char *const *ids, gint64 *medians_us,
                               guint n, GError **error);

/* The same, with their spread; @usual: (out caller-allocates) (array length=n): n 0 where unknown */
gboolean sy_index_get_usual (SyIndex *index, const char *workflow_path, const char *const *ids, SyUsual *usual, guint n, GError **error);

G_END_DECLS
