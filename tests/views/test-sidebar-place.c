/* test-sidebar-place.c: the sidebar says what the window shows, on a display
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/display.h"
#include "views/sy-sidebar.h"

/* Two workflows, the first with two runs */
static GPtrArray *
some_runs (void)
{
  static const guint32 counts[SY_N_STATES] = { [SY_STATE_SUCCEEDED] = 3 };
  static const struct { const char *uuid, *path; guint number; } runs[] = {
    { "a-2", "/a.yard.yaml", 2 }, { "b-1", "/b.yard.yaml", 1 }, { "a-1", "/a.yard.yaml", 1 },
  };
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      SyRunItemFacts facts = { .uuid = runs[i].uuid, .path = runs[i].path, .name = runs[i].path, .number = runs[i].number,
                               .status = SY_RUN_SUCCEEDED, .counts = counts,
                               .created_us = (1700000000 - i) * (gint64) G_USEC_PER_SEC, .ended_us = 1700000009 * (gint64) G_USEC_PER_SEC };

      g_ptr_array_add (items, sy_run_item_new (&facts));
    }
  return items;
}

static int
selected (GtkWidget *sidebar)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (display_find (sidebar, GTK_TYPE_LIST_BOX)));

  return row != NULL ? gtk_list_box_row_get_index (row) : -1;
}

/* Lines: a heading, workflow a (its runs are folded away), workflow b. */
static void
test_workflow (void)
{
  GtkWidget *sidebar = sy_sidebar_new (), *window = display_show (sidebar, 256, 500);
  g_autoptr (GPtrArray) runs = some_runs ();
  int a, b;

  sy_sidebar_set_current (SY_SIDEBAR (sidebar), "a-2", "/a.yard.yaml");
  g_assert_cmpint (selected (sidebar), ==, -1);
  sy_sidebar_set_runs (SY_SIDEBAR (sidebar), runs);
  a = selected (sidebar);
  g_assert_cmpint (a, >=, 0);
  sy_sidebar_set_current (SY_SIDEBAR (sidebar), NULL, "/b.yard.yaml");
  b = selected (sidebar);
  g_assert_cmpint (b, >, a);
  sy_sidebar_set_current (SY_SIDEBAR (sidebar), "a-1", "/a.yard.yaml");
  g_assert_cmpint (selected (sidebar), ==, a);
  sy_sidebar_set_current (SY_SIDEBAR (sidebar), NULL, NULL);
  g_assert_cmpint (selected (sidebar), ==, -1);
  display_close (window);
}

int
main (int argc, char **argv)
{
  display_test_init (&argc, &argv);
  g_test_add_func ("/views/sidebar/workflow", test_workflow);
  return g_test_run ();
}
