/* tracer.h: keepers that strace kills at, or that are refused, one of their system calls
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* May this process trace others? */
gboolean tracer_works (void);
/*
 * Writes a program that stands for the keeper @program: strace does @what (`signal=KILL`, `error=ENOSPC` …) at its calls @when
 * of @call, and writes to the file `trace` of @dir. @once: that befalls the first one started alone. Its path (transfer full)
 */
char *tracer_write (const char *dir, const char *program, const char *call, const char *what, const char *when, gboolean once);
/* Did it strike, as the file says? */
gboolean tracer_has_struck (const char *dir);

G_END_DECLS
