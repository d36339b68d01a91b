/* sy-ready-set-private.h: an ordered set of small integers
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SY_READY_NONE G_MAXUINT32
#define SY_READY_LEVELS 6

/*
 * A bit per number 0…size-1 and, above it, a bit per word that is not empty, and so on: set, clear and
 * "the first from here" cost one word a level (three levels for 100,000 numbers). Owned by one scheduler.
 */
typedef struct
{
  guint64 *words;                 /* (owned) all levels, lowest first */
  guint32 start[SY_READY_LEVELS]; /* where a level begins in words */
  guint32 levels;
  guint32 size;
  guint32 count;                  /* members */
} SyReadySet;

void sy_ready_set_init (SyReadySet *set, guint32 size);
void sy_ready_set_clear (SyReadySet *set);
/* Both are idempotent. */
void sy_ready_set_add (SyReadySet *set, guint32 number);
void sy_ready_set_remove (SyReadySet *set, guint32 number);
gboolean sy_ready_set_has (const SyReadySet *set, guint32 number);
/* The smallest member >= @from, or %SY_READY_NONE. */
guint32 sy_ready_set_next (const SyReadySet *set, guint32 from);

G_END_DECLS
