/* sy-usage-feed.h: figures of a run, read again while it goes on, one question at a time
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"
#include "core/model/sy-usage.h"

#include <glib-object.h>

G_BEGIN_DECLS

/* Lies in the widget that shows it; zero but for @every_us it has read nothing. */
typedef struct
{
  gint64 every_us;      /* set by the owner: least time from an answer to the next question */
  SyUsage *usage;       /* (owned) (nullable): the newest answer */
  gint64 end_us;        /* wall: up to here it was asked for; 0 = nothing yet */
  gint64 next_us;       /* monotonic: when it is read again at the earliest */
  gboolean asked;       /* an answer is on its way */
  guint generation;     /* answers to questions of an earlier one are dropped */
} SyUsageFeed;

/**
 * sy_usage_feed_ask:
 * @begin_us, @end_us: wall time
 * @owner: what @feed lies in; where it is gone before the answer comes, nothing happens
 * @shown: told on the main thread that there are new figures
 *
 * Does nothing where an answer is on its way or the controller reads none. When the next is due stands in
 * @next_us: @every_us after the answer, or 20 times what the reading took.
 */
void sy_usage_feed_ask (SyUsageFeed *feed, SyController *controller, gint64 begin_us, gint64 end_us, guint stretches,
                        GObject *owner, void (*shown) (gpointer owner));
/* Another run: what is known goes, and what is on its way is not taken. */
void sy_usage_feed_forget (SyUsageFeed *feed);

G_END_DECLS
