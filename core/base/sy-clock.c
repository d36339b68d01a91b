/* sy-clock.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-clock.h"

#include <time.h>

static gint64
read_clock (clockid_t id)
{
  struct timespec ts;

  clock_gettime (id, &ts);
  return (gint64) ts.tv_sec * G_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static SyTime
real_now (SyClock *clock G_GNUC_UNUSED)
{
  return (SyTime){ .wall_us = read_clock (CLOCK_REALTIME), .boot_us = read_clock (CLOCK_BOOTTIME) };
}

static SyTime
fake_now (SyClock *clock)
{
  const SyFakeClock *fake = (SyFakeClock *) clock;

  return (SyTime){ .wall_us = __atomic_load_n (&fake->time.wall_us, __ATOMIC_ACQUIRE),
                   .boot_us = __atomic_load_n (&fake->time.boot_us, __ATOMIC_ACQUIRE) };
}

SyClock *
sy_clock_real (void)
{
  static SyClock real = { .now = real_now };

  return &real;
}

void
sy_fake_clock_init (SyFakeClock *clock, gint64 wall_us, gint64 boot_us)
{
  clock->base.now = fake_now;
  clock->time = (SyTime){ .wall_us = wall_us, .boot_us = boot_us };
}

void
sy_fake_clock_advance (SyFakeClock *clock, gint64 us)
{
  __atomic_add_fetch (&clock->time.wall_us, us, __ATOMIC_ACQ_REL);
  __atomic_add_fetch (&clock->time.boot_us, us, __ATOMIC_ACQ_REL);
}
