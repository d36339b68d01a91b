/* join-reference.h: the join rules again, word by word as the design has them, slow and plain
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

#define REFERENCE_MAX 64

/* One upstream as its dependant sees it */
typedef struct
{
  char end;             /* 'S', 'F', 'K', or 0 = has not ended */
  gboolean settled;
  gboolean tolerate_f, tolerate_k;
} Upstream;

typedef enum { REFERENCE_WAITS, REFERENCE_HOLDS, REFERENCE_IMPOSSIBLE } Reference;

/* Has the rule come true by what is there? */
gboolean reference_holds (const SyJoin *join, const Upstream *ups, guint n);
/* Tries every way in which what is not settled may end; n <= 8 or so. */
Reference reference_verdict (const SyJoin *join, const Upstream *ups, guint n);

G_END_DECLS
