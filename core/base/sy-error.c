/* sy-error.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"

#include <errno.h>

G_DEFINE_QUARK (sy-error-quark, sy_error)

void
sy_error_set_errno (GError **error, int errnum, const char *format, ...)
{
  g_autofree char *what = NULL;
  SyErrorCode code;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  switch (errnum)
    {
    case ENOSPC:
    case EDQUOT:
      code = SY_ERROR_NO_SPACE;
      break;
    case ENOENT:
      code = SY_ERROR_NOT_FOUND;
      break;
    default:
      code = SY_ERROR_IO;
      break;
    }

  g_set_error (error, SY_ERROR, (int) code, "%s: %s", what, g_strerror (errnum));
}
