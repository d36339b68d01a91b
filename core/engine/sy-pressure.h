/* sy-pressure.h: how long tasks of the machine had to wait for CPU, memory and disks
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_PRESSURE_CPU, SY_PRESSURE_MEMORY, SY_PRESSURE_IO, SY_N_PRESSURES } SyPressureKind;

/* Files that stay open; one thread. Linux's pressure stall information (Documentation/accounting/psi.rst): of the machine, else of the root of
 * the control groups that is seen. */
typedef struct { int fds[SY_N_PRESSURES]; } SyPressure;

void sy_pressure_open (SyPressure *pressure);
void sy_pressure_close (SyPressure *pressure);
/* @stall_us: (out caller-allocates): µs in which at least one task waited, counted up since the boot; -1 = not known.
 * FALSE: none is. */
gboolean sy_pressure_read (SyPressure *pressure, gint64 *stall_us);

/* The total of the line "some …"; -1 where there is none */
gint64 sy_pressure_parse (const char *text);

G_END_DECLS
