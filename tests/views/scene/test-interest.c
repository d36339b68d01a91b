/* test-interest.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/lib/play.h"
#include "views/scene/sy-interest.h"

static const struct
{
  const char *flow;
  guint slots;
  const char *script, *task;
  gboolean says;
} cases[] = {
  { "a; b:a; c:b", 1, "ok", "a", TRUE },                          /* it runs */
  { "c:b; b:a; a", 1, "a+", "b", TRUE },                        /* by needs, not by place in the file */
  { "a; b:a; c:b", 1, "a+ b+ c+", "a", FALSE },                 /* all is well: the beginning */
  { "a; b:a; c:b", 1, "a+ b=3", "b", TRUE },                    /* the cause, not what it blocks */
  { "a; x; b:a; c:b; y:x", 2, "a+ b=3", "b", TRUE },            /* before what runs */
  { "a; b:a; c:a; d:b; e:c", 4, "a+ c=1 b=1", "b", TRUE },      /* the first of several */
  { "a retry=2 delay=9000000; b:a; x", 2, "a=1", "x", TRUE },   /* it will be tried again: what runs now */
  { "a; b:a; c:b", 1, "a+ cancel b-", "b", FALSE },             /* where it was stopped */
};

static void
test_find (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SySchedulerOptions options = play_options (cases[i].slots);
      g_autoptr (Play) play = play_new (cases[i].flow, &options);
      gboolean says;
      guint32 found;

      g_test_message ("%s: %s", cases[i].flow, cases[i].script);
      play_script (play, cases[i].script);
      found = sy_interest_find (play_state (play), &says);
      g_assert_cmpstr (play_workflow (play)->tasks[found].id, ==, cases[i].task);
      g_assert_cmpint (says, ==, cases[i].says);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interest/find", test_find);
  return g_test_run ();
}
