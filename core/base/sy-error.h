/* sy-error.h: the one error domain of the core libraries
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SY_ERROR:
 *
 * Error domain of every core function that can fail. The message says what
 * happened, where (file:line:column, path or run) and what to do.
 */
#define SY_ERROR (sy_error_quark ())
GQuark sy_error_quark (void);

/**
 * SyErrorCode:
 * @SY_ERROR_INVALID: wrong input of the user: a workflow file, a parameter, a name
 * @SY_ERROR_NOT_FOUND: no such run, task, file
 * @SY_ERROR_OWNED: another runner owns the run
 * @SY_ERROR_REFUSED: the request does not fit the present state
 * @SY_ERROR_CORRUPT: damaged data (log, journal)
 * @SY_ERROR_VERSION: written by a newer version
 * @SY_ERROR_NO_SPACE: disk or quota full
 * @SY_ERROR_IO: any other failure of the operating system
 * @SY_ERROR_LIMIT: a hard limit of the format was passed
 * @SY_ERROR_UNSUPPORTED: known, but not built yet
 * @SY_ERROR_CANCELLED: ended by the user
 * @SY_ERROR_INTERNAL: a defect of ours
 */
typedef enum
{
  SY_ERROR_INVALID,
  SY_ERROR_NOT_FOUND,
  SY_ERROR_OWNED,
  SY_ERROR_REFUSED,
  SY_ERROR_CORRUPT,
  SY_ERROR_VERSION,
  SY_ERROR_NO_SPACE,
  SY_ERROR_IO,
  SY_ERROR_LIMIT,
  SY_ERROR_UNSUPPORTED,
  SY_ERROR_CANCELLED,
  SY_ERROR_INTERNAL,
} SyErrorCode;

/**
 * sy_error_set_errno:
 * @error: (out) (optional): where to put the error
 * @errnum: an errno value; ENOSPC and EDQUOT become %SY_ERROR_NO_SPACE, ENOENT %SY_ERROR_NOT_FOUND, the rest %SY_ERROR_IO
 * @format: what was tried and on what; ": strerror" is appended
 */
void sy_error_set_errno (GError **error, int errnum, const char *format, ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
