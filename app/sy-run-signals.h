/* sy-run-signals.h: INT, TERM and HUP while a run is made and while it goes on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One at a time, all on the main thread. */
typedef void (*SyRunSignalFunc) (int signum, gpointer data);

/* From now on INT and TERM are kept for sy_run_signals_watch() instead of killing; HUP is ignored. */
void sy_run_signals_catch (void);
/* Whether an INT or TERM has come. */
gboolean sy_run_signals_came (void);
/**
 * sy_run_signals_lock:
 *
 * Waits for the flock() of @fd. Before there are other threads.
 *
 * Returns: 0, or an errno; %EINTR: an INT or TERM has come first
 */
int sy_run_signals_lock (int fd);
/* Calls @func from the main context for each that has come and will come. Returns the id of a source */
guint sy_run_signals_watch (SyRunSignalFunc func, gpointer data);
/* They kill again. */
void sy_run_signals_release (void);

G_END_DECLS
