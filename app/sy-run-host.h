/* sy-run-host.h: this process as the runner of a run
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-live.h"
#include "app/sy-run-view.h"
#include "core/engine/sy-runner.h"
#include "core/store/sy-index.h"
#include "core/store/sy-run-log.h"

G_BEGIN_DECLS

/*
 * The main thread owns it. The log and its opening belong to the runner thread
 * between start and join. Committed events come to the main thread in batches,
 * which folds them once more, for what is shown.
 */
typedef struct _SyRunHost SyRunHost;

typedef enum { SY_SHOW_PROGRESS, SY_SHOW_NOTHING, SY_SHOW_JSON } SyRunShow;

typedef struct
{
  SyStateDir *dir;              /* must outlive the host */
  SyRunDir *run;                /* owned (sy_run_dir_own()); must outlive the host */
  SyRunLog *log;                /* (nullable) (transfer full): open; a new run's (see @begun) may still be in the making */
  SyRunState *state;            /* (nullable) (transfer full): the fold of all that @log has; NULL: it is to be read */
  SyIndex *index;               /* (nullable) (transfer full): a new run's, open for writing */
  SyExecutor *keepers;          /* (nullable) (transfer full): a new run's */
  gboolean *begun;              /* (nullable) (out): of a new run: the log has it */
  int lock;                     /* (transfer full): closed when the log has the run; −1 = none */
  SyRunSettings *settings;      /* must outlive the host */
  SyDefinitions *definitions;   /* must outlive the host */
  const char *workflow_path, *name;
  const char *rerun_of;         /* (nullable) */
  guint32 number;
  gint64 created_us;
  gint64 begin_us;              /* of this runner, where the run is older than it; 0 = it is not */
  const char *const *environment; /* the starter's */
  gboolean start_tasks;
  const char *const *commands;  /* (nullable) requests to do first */
  guint slots;                  /* 0 = what the settings, then the file say */
  SyRunShow show;
  int ready_fd;                 /* −1, or a pipe on which to say that the run goes on by itself */
} SyRunHostOptions;

/* Of a run: what it was given, else what its file says, else the CPUs */
guint sy_run_host_slots (const SyRunSettings *settings, const SyWorkflow *workflow);

/**
 * sy_run_host:
 * @end: (out): how it ended; sy_runner_end_clear()
 * @shown: (out) (nullable) (transfer full): the run as committed
 *
 * Runs until the run is over or the runner has to leave: INT stops the run (a
 * second one kills), TERM leaves, HUP is ignored. Closes the log, brings the
 * index up to date, deletes the start environment of a run that is over.
 */
gboolean sy_run_host (const SyRunHostOptions *options, SyRunnerEnd *end, SyRunState **shown, GError **error);

G_END_DECLS
