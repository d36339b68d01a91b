/* sy-usage-feed.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-usage-feed.h"

#define SHARE 20 /* of the time goes by for one of reading */

typedef struct
{
  GWeakRef owner;
  SyUsageFeed *feed;    /* lives as long as the owner */
  void (*shown) (gpointer owner);
  gint64 asked_us, end_us;
  guint generation;
} Asked;

static void
take (Asked *asked, SyUsage *usage, gpointer owner)
{
  SyUsageFeed *feed = asked->feed;
  gint64 now = g_get_monotonic_time ();

  if (feed->generation != asked->generation)
    {
      sy_usage_free (usage);
      return;
    }
  feed->asked = FALSE;
  if (usage == NULL)
    return;
  sy_usage_free (feed->usage);
  feed->usage = usage;
  feed->next_us = now + MAX (feed->every_us, SHARE * (now - asked->asked_us));
  feed->end_us = asked->end_us;
  asked->shown (owner);
}

static void
on_usage (SyUsage *usage, const GError *error, gpointer data)
{
  Asked *asked = data;
  g_autoptr (GObject) owner = g_weak_ref_get (&asked->owner);

  if (owner != NULL)
    take (asked, usage, owner);
  else
    sy_usage_free (usage);
  g_weak_ref_clear (&asked->owner);
  g_free (asked);
}

void
sy_usage_feed_ask (SyUsageFeed *feed, SyController *controller, gint64 begin_us, gint64 end_us, guint stretches,
                   GObject *owner, void (*shown) (gpointer owner))
{
  Asked *asked;

  if (controller == NULL || controller->read_usage == NULL || feed->asked)
    return;
  feed->asked = TRUE;
  asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->owner, owner);
  asked->feed = feed;
  asked->shown = shown;
  asked->asked_us = g_get_monotonic_time ();
  asked->end_us = end_us;
  asked->generation = feed->generation;
  controller->read_usage (controller, begin_us, end_us, stretches, on_usage, asked);
}

void
sy_usage_feed_forget (SyUsageFeed *feed)
{
  g_clear_pointer (&feed->usage, sy_usage_free);
  feed->end_us = feed->next_us = 0;
  feed->asked = FALSE;
  feed->generation++;
}
