/* sy-log-reader-private.h: for the doctor and for tests
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-database-private.h"
#include "core/store/sy-log-reader.h"

G_BEGIN_DECLS

/* Around anything that reads: opens in the way that fits now and keeps it so until the end. Calls nest. */
gboolean sy_log_reader_begin (SyLogReader *reader, GError **error);
void sy_log_reader_end (SyLogReader *reader);
/* Between the two */
sqlite3 *sy_log_reader_get_database (SyLogReader *reader);

/* Only the bell wakes from now on, not the look once a second; after sy_log_reader_get_wake_fd(). */
void sy_log_reader_stop_ticking (SyLogReader *reader);

G_END_DECLS
