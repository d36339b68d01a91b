/* test-usage-feed.c: one question at a time, answers of another run dropped, an owner that goes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-usage-feed.h"

typedef struct
{
  SyController base;
  SyControllerUsage reply;
  gpointer data;
  guint asked;
} FakeController;

typedef struct
{
  FakeController controller;
  SyUsageFeed feed;
  GObject *owner;
} Fixture;

static guint shown;

static void
fake_read_usage (SyController *controller, gint64 begin_us, gint64 end_us, guint n, SyControllerUsage reply, gpointer data)
{
  FakeController *fake = (FakeController *) controller;

  fake->reply = reply;
  fake->data = data;
  fake->asked++;
}

static void
on_shown (gpointer owner)
{
  shown++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->controller.base.read_usage = fake_read_usage;
  f->feed.every_us = 1000;
  f->owner = g_object_new (G_TYPE_OBJECT, NULL);
  shown = 0;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  sy_usage_feed_forget (&f->feed);
  g_clear_object (&f->owner);
}

static void
ask (Fixture *f)
{
  sy_usage_feed_ask (&f->feed, &f->controller.base, 0, 7, 10, f->owner, on_shown);
}

static void
test_one (Fixture *f, gconstpointer data)
{
  ask (f);
  ask (f);
  g_assert_cmpuint (f->controller.asked, ==, 1);
  f->controller.reply (sy_usage_new (0, 7, 10), NULL, f->controller.data);
  g_assert_cmpuint (shown, ==, 1);
  g_assert_nonnull (f->feed.usage);
  g_assert_cmpint (f->feed.end_us, ==, 7);
  g_assert_cmpint (f->feed.next_us, >, 0);
  ask (f);
  g_assert_cmpuint (f->controller.asked, ==, 2);
  f->controller.reply (NULL, NULL, f->controller.data); /* it could not be read: what is known stays */
  g_assert_cmpuint (shown, ==, 1);
  g_assert_nonnull (f->feed.usage);
}

static void
test_another_run (Fixture *f, gconstpointer data)
{
  SyControllerUsage first;
  gpointer first_data;

  ask (f);
  first = f->controller.reply;
  first_data = f->controller.data;
  sy_usage_feed_forget (&f->feed);
  ask (f);
  first (sy_usage_new (0, 7, 10), NULL, first_data);
  g_assert_cmpuint (shown, ==, 0);
  g_assert_null (f->feed.usage);
  ask (f);
  g_assert_cmpuint (f->controller.asked, ==, 2); /* the second is still on its way */
  f->controller.reply (sy_usage_new (0, 7, 10), NULL, f->controller.data);
  g_assert_cmpuint (shown, ==, 1);
}

static void
test_owner_goes (Fixture *f, gconstpointer data)
{
  ask (f);
  g_assert_finalize_object (g_steal_pointer (&f->owner));
  f->controller.reply (sy_usage_new (0, 7, 10), NULL, f->controller.data);
  g_assert_cmpuint (shown, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/usage-feed/one", Fixture, NULL, set_up, test_one, tear_down);
  g_test_add ("/usage-feed/another-run", Fixture, NULL, set_up, test_another_run, tear_down);
  g_test_add ("/usage-feed/owner-goes", Fixture, NULL, set_up, test_owner_goes, tear_down);
  return g_test_run ();
}
