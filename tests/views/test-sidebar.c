/* test-sidebar.c: the lines of the sidebar change in place: only what says something else, only what came and went
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-sidebar-row.h"

#include <string.h>

typedef struct
{
  GListStore *store;
  GString *log;         /* "~b" changed, "@1-0+2" spliced */
} Fixture;

static void
on_changed (SySidebarRow *row, Fixture *f)
{
  g_string_append_printf (f->log, "~%s ", sy_sidebar_row_get_facts (row)->key);
}

static void
on_items_changed (GListModel *model, guint position, guint removed, guint added, Fixture *f)
{
  g_string_append_printf (f->log, "@%u-%u+%u ", position, removed, added);
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (SySidebarRow) row = g_list_model_get_item (model, position + i);

      g_signal_connect (row, "changed", G_CALLBACK (on_changed), f);
    }
}

/* "a b=2 c": lines by key, with what they say */
static GPtrArray *
parse (const char *text)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_object_unref);
  g_auto (GStrv) words = g_strsplit (text, " ", -1);

  for (guint i = 0; words[i] != NULL && *words[i] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

      g_ptr_array_add (rows, sy_sidebar_row_new (&(SySidebarFacts){ .key = pair[0], .title = pair[0], .detail = pair[1],
                                                                    .uuid = pair[0], .status = "Running", .share = -1 }));
    }
  return rows;
}

static const struct { const char *before, *after, *log; } cases[] = {
  { "a b c", "a b c", "" },
  { "a b=1 c", "a b=2 c", "~b " },
  { "a b", "n a b", "@0-0+1 " },
  { "a b c", "a x y c", "@1-1+2 " },
  { "a b c", "a c", "@1-1+0 " },
  { "a a", "a", "@1-1+0 " },
  { "", "a b", "@0-0+2 " },
  { "a=1 b", "", "@0-2+0 " },
  { "a=1 b c=1", "a=2 c=2", "~a ~c @1-1+0 " },
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GListStore) store = g_list_store_new (SY_TYPE_SIDEBAR_ROW);
      g_autoptr (GString) log = g_string_new (NULL);
      g_autoptr (GPtrArray) before = parse (cases[i].before), after = parse (cases[i].after);
      Fixture f = { store, log };

      g_signal_connect (store, "items-changed", G_CALLBACK (on_items_changed), &f);
      sy_sidebar_rows_update (store, before);
      g_string_truncate (log, 0);
      sy_sidebar_rows_update (store, after);
      g_assert_cmpstr (log->str, ==, cases[i].log);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, after->len);
      for (guint k = 0; k < after->len; k++)
        {
          g_autoptr (SySidebarRow) row = g_list_model_get_item (G_LIST_MODEL (store), k);
          const SySidebarFacts *wanted = sy_sidebar_row_get_facts (g_ptr_array_index (after, k));

          g_assert_cmpstr (sy_sidebar_row_get_facts (row)->key, ==, wanted->key);
          g_assert_cmpstr (sy_sidebar_row_get_facts (row)->detail, ==, wanted->detail);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sidebar/lines", test_lines);
  return g_test_run ();
}
