/* test-form-unit.c: numbers with units, stepped and turned into others
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-fields.h"
#include "views/sy-form-unit.h"

/* "retry.limit": of a task */
static const SyField *
find (const char *name)
{
  g_auto (GStrv) keys = g_strsplit (name, ".", 2);
  const SyField *field = sy_table_find (&sy_table_task, keys[0]);

  return keys[1] != NULL ? sy_table_find (field->table, keys[1]) : field;
}

static void
test_steps (void)
{
  static const struct { const char *field, *text; int by; const char *next; } cases[] = {
    { "retry.limit", "", 1, "1" }, { "retry.limit", "2", 1, "3" }, { "retry.limit", "1", -1, "0" }, { "retry.limit", "0", -1, NULL },
    { "retry.limit", "${{ params.n }}", 1, NULL }, { "retry.backoff", "", 1, "3" }, { "retry.backoff", "1", -1, NULL },
    { "retry.jitter", "0.2", 1, "0.3" }, { "retry.jitter", "0.9", 1, "1" }, { "retry.jitter", "1", 1, NULL }, { "retry.jitter", "1", -1, "0.9" },
    { "resources.cpu", "", 1, "2" }, { "resources.cpu", "0.5", 1, "0.6" }, { "resources.cpu", "1", -1, "0.9" }, { "resources.cpu", "4", -1, "3" },
    { "resources.memory", "", 1, "1G" }, { "resources.memory", "512M", 1, "513M" }, { "resources.memory", "0G", -1, NULL },
    { "timeout.attempt", "", 1, "1m" }, { "timeout.attempt", "90", 1, "91" }, { "timeout.attempt", "10m", -1, "9m" }, { "timeout.attempt", "1h30m", 1, "2h30m" },
    { "retry.delay", "", 1, "2s" }, { "retry.delay", "500ms", 1, "501ms" }, { "priority", "", 1, "1" }, { "priority", "0", -1, "-1" },
    { "join.quorum", "", 1, "1" }, { "join.quorum", "50%", 1, "51%" }, { "join.quorum", "100%", 1, NULL }, { "dir", "1", 1, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *next = sy_form_unit_step (find (cases[i].field), cases[i].text, cases[i].by);

      g_test_message ("%s %s %d", cases[i].field, cases[i].text, cases[i].by);
      g_assert_cmpstr (next, ==, cases[i].next);
    }
}

static void
test_units (void)
{
  static const struct { const char *field, *text; int unit; guint other; const char *then; } cases[] = {
    { "timeout.attempt", "10m", 2, 3, "10h" }, { "timeout.attempt", "90", 1, 2, "90m" }, { "timeout.attempt", "1.5h", 3, 1, "1.5s" },
    { "timeout.attempt", "1h30m", -1, 1, NULL }, { "timeout.attempt", "", -1, 1, NULL }, { "timeout.attempt", "${{ params.t }}", -1, 1, NULL },
    { "timeout.attempt", "10m", 2, 9, NULL }, { "resources.memory", "4G", 2, 1, "4M" }, { "resources.memory", "1024", -1, 1, NULL },
    { "retry.limit", "3", -1, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SyField *field = find (cases[i].field);
      g_autofree char *then = sy_form_unit_set (field, cases[i].text, cases[i].other);

      g_test_message ("%s %s", cases[i].field, cases[i].text);
      g_assert_cmpint (sy_form_unit_get (field, cases[i].text), ==, cases[i].unit);
      g_assert_cmpstr (then, ==, cases[i].then);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/form-unit/steps", test_steps);
  g_test_add_func ("/form-unit/units", test_units);
  return g_test_run ();
}
