/* sy-clock.h: the three clocks, real or fake
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SyTime:
 * @wall_us: wall clock, µs since the epoch; for display, and for delays across a reboot
 * @boot_us: CLOCK_BOOTTIME, µs; counts suspend; orders and times events within a boot
 *
 * One instant, as every input of the scheduler and every event carries it.
 * Timers of an attempt run in the keeper on CLOCK_MONOTONIC instead.
 */
typedef struct
{
  gint64 wall_us;
  gint64 boot_us;
} SyTime;

/**
 * SyClock:
 * @now: fills the present instant; called on any thread
 *
 * A source of time. Pure code never has one: it is handed a #SyTime.
 */
typedef struct _SyClock SyClock;
struct _SyClock
{
  SyTime (*now) (SyClock *clock);
};

/* The kernel's clocks; one static object, never freed. */
SyClock *sy_clock_real (void);

/**
 * SyFakeClock:
 *
 * A clock that stands still until a test moves it. May be read on any thread meanwhile.
 */
typedef struct
{
  SyClock base;
  SyTime time;
} SyFakeClock;

void sy_fake_clock_init (SyFakeClock *clock, gint64 wall_us, gint64 boot_us);
void sy_fake_clock_advance (SyFakeClock *clock, gint64 us);

static inline SyTime
sy_clock_now (SyClock *clock)
{
  return clock->now (clock);
}

G_END_DECLS
