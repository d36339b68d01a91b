/* sy-run-reader.h: a run's log, read live by a thread of its own and handed to the main thread in batches
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-run-model.h"

G_BEGIN_DECLS

/*
 * The thread owns the log's handle: it folds the log once, hands the fold over, then sends what is committed
 * since, woken by the bell (and once a second). CPU, memory and progress of running tasks follow twice a second.
 * The layout of the workflow is made beside the fold.
 */
typedef struct _SyRunReader SyRunReader;

typedef struct
{
  const char *workflow_path, *name;
  GBytes *text;         /* (nullable) the file that the run ran */
} SyRunOpened;

/* Main thread. @model: (nullable): NULL with @error where the run cannot be read */
typedef void (*SyRunReaderOpened) (SyRunModel *model, const SyRunOpened *run, const GError *error, gpointer data);

/* Begins to read. @run: as a user names it: id, prefix, number, "last". No display is needed: it is read while GTK starts. */
SyRunReader *sy_run_reader_new (const char *run);
/* Main thread, once: who is told, from the main loop */
void sy_run_reader_attach (SyRunReader *reader, SyRunReaderOpened opened, gpointer data);
/* Main thread; @opened is not called any more. The thread ends by itself. */
void sy_run_reader_free (SyRunReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunReader, sy_run_reader_free)

G_END_DECLS
