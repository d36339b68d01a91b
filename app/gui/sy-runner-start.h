/* sy-runner-start.h: starting a runner that outlives the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * sy_runner_start:
 * @arguments: of the program `switchyard`: command first, NULL-terminated; --ready-fd is added
 *
 * Starts the headless program in a session of its own and waits until the run
 * goes on by itself, or the program has ended. Blocks; any thread.
 *
 * Returns: (transfer full) (nullable): the run's id ("" if the program did its work and ended);
 *   %NULL with what the program said
 */
char *sy_runner_start (const char *const *arguments, GError **error);

G_END_DECLS
