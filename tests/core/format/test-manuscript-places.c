/* test-manuscript-places.c: places beside a text, in one history with it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/format/sy-manuscript.h"

#define ABC "version: 1\ntasks:\n  a: {run: x}\n  b: {needs: a, run: y}\n  c: {needs: b, run: z}\n"

static SyManuscript *
open_text (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (ABC, strlen (ABC));

  return sy_manuscript_new (NULL, bytes, NULL);
}

static char *
places_text (const SyPlaces *places)
{
  g_autoptr (GPtrArray) ids = sy_places_list (places);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < ids->len; i++)
    {
      SyPlace place;

      sy_places_get (places, g_ptr_array_index (ids, i), &place);
      g_string_append_printf (text, "%s%s %d %d", i > 0 ? ";" : "", (char *) g_ptr_array_index (ids, i), place.x, place.y);
    }
  return g_string_free (text, FALSE);
}

static void
assert_places (SyManuscript *script, const char *expected)
{
  g_autofree char *text = places_text (sy_manuscript_get_places (script));

  g_assert_cmpstr (text, ==, expected);
}

/* Words, each a step of one change: "pin-a-3-4", "unpin-a", "rename-a-x", "remove-a", "field-a" */
static SyChange *
change_of (const char *name, gboolean merges, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  SyChange *change = sy_change_new (name);

  change->merges = merges;
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) part = g_strsplit (words[i], "-", -1);

      if (g_str_equal (part[0], "pin"))
        sy_change_pin (change, part[1], (SyPlace){ atoi (part[2]), atoi (part[3]) });
      else if (g_str_equal (part[0], "unpin"))
        sy_change_unpin (change, part[1]);
      else if (g_str_equal (part[0], "rename"))
        sy_change_rename_task (change, part[1], part[2]);
      else if (g_str_equal (part[0], "remove"))
        sy_change_remove_task (change, part[1], SY_CHANGE_EDGES_DROP);
      else
        sy_change_set_field (change, part[1], "run", sy_change_value_new_text ("new"));
    }
  return change;
}

static void
apply (SyManuscript *script, const char *name, gboolean merges, const char *line)
{
  g_autoptr (SyChange) change = change_of (name, merges, line);
  g_autoptr (GError) error = NULL;

  g_assert_true (sy_manuscript_apply (script, change, &error));
  g_assert_no_error (error);
}

static const struct { const char *line, *after; gboolean text; } steps[] = {
  { "pin-a-1-2", "a 1 2", FALSE },
  { "pin-b-3-4 pin-a-5-6", "a 5 6;b 3 4", FALSE },
  { "rename-a-x", "b 3 4;x 5 6", TRUE },
  { "rename-b-y pin-y-9-9", "x 5 6;y 9 9", TRUE },
  { "remove-x", "x 5 6;y 9 9", TRUE },  /* it may come back; the file does not get it */
  { "field-y pin-c-7-7", "c 7 7;x 5 6;y 9 9", TRUE },
  { "unpin-y", "c 7 7;x 5 6", FALSE },
};

static void
test_history (void)
{
  g_autoptr (SyManuscript) script = open_text ();

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      GBytes *text = sy_manuscript_get_text (script);

      apply (script, steps[i].line, FALSE, steps[i].line);
      assert_places (script, steps[i].after);
      g_assert_cmpint (text != sy_manuscript_get_text (script), ==, steps[i].text);
    }
  for (guint i = G_N_ELEMENTS (steps); i > 0; i--)
    {
      assert_places (script, steps[i - 1].after);
      g_assert_true (sy_manuscript_undo (script, NULL));
    }
  assert_places (script, "");
  g_assert_true (sy_manuscript_is_saved (script));
  g_assert_false (sy_manuscript_undo (script, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_assert_true (sy_manuscript_redo (script, NULL));
      assert_places (script, steps[i].after);
    }
}

/* Nothing moved is no step; a refused change moves nothing. */
static void
test_nothing (void)
{
  g_autoptr (SyManuscript) script = open_text ();
  g_autoptr (SyChange) bad = change_of ("bad", FALSE, "pin-a-1-1 rename-nobody-x");
  g_autoptr (SyDesignRevision) revision = NULL;

  g_assert_false (sy_manuscript_apply (script, bad, NULL));
  apply (script, "nothing", FALSE, "unpin-a");
  revision = sy_manuscript_make_revision (script);
  g_assert_null (revision->undo);
  assert_places (script, "");
}

/* Arrow keys: one step for the same tasks, another for others, none with what changed the text in between */
static void
test_merging (void)
{
  g_autoptr (SyManuscript) script = open_text ();

  apply (script, "Move a", TRUE, "pin-a-1-1");
  apply (script, "Move a", TRUE, "pin-a-2-2");
  apply (script, "Move a", TRUE, "pin-a-3-3");
  apply (script, "Move b", TRUE, "pin-b-1-1");
  apply (script, "Change", FALSE, "field-a");
  apply (script, "Move b", TRUE, "pin-b-2-2");
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_places (script, "a 3 3;b 1 1");
  g_assert_true (sy_manuscript_undo (script, NULL));
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_places (script, "a 3 3");
  g_assert_true (sy_manuscript_undo (script, NULL));
  assert_places (script, "");
  g_assert_true (sy_manuscript_redo (script, NULL));
  assert_places (script, "a 3 3");
}

/* What only moved is not read again: graph and tree are the same ones. */
static void
test_revisions (void)
{
  g_autoptr (SyManuscript) script = open_text ();
  g_autoptr (SyDesignRevision) first = sy_manuscript_make_revision (script), second = NULL, third = NULL;
  g_autoptr (SyPlaces) in_use = NULL;

  apply (script, "Move a", FALSE, "pin-a-1-1 pin-gone-2-2");
  second = sy_manuscript_make_revision (script);
  g_assert_true (second->workflow == first->workflow && second->is_valid && second->is_saved);
  g_assert_true (sy_manuscript_revision_tree (second) == sy_manuscript_revision_tree (first));
  g_assert_cmpstr (second->undo, ==, "Move a");
  g_assert_cmpuint (sy_places_get_n (first->places), ==, 0);
  g_assert_cmpuint (sy_places_get_n (second->places), ==, 2);
  apply (script, "Change", FALSE, "field-a");
  third = sy_manuscript_make_revision (script);
  g_assert_true (third->workflow != second->workflow && !third->is_saved);
  in_use = sy_manuscript_dup_places_in_use (script);
  g_assert_cmpuint (sy_places_get_n (in_use), ==, 1);
}

static void
replace (SyManuscript *script, const char *old, const char *by)
{
  gsize length;
  const char *text = g_bytes_get_data (sy_manuscript_get_text (script), &length), *at = g_strstr_len (text, (gssize) length, old);
  g_autoptr (SyChange) change = sy_change_new ("Type");
  g_autoptr (SyDesignRevision) revision = NULL;

  g_assert_nonnull (at);
  sy_change_replace_bytes (change, (gsize) (at - text), (gsize) (at - text) + strlen (old), by);
  g_assert_true (sy_manuscript_apply (script, change, NULL));
  revision = sy_manuscript_make_revision (script);
}

static void
assert_place (SyManuscript *script, const char *task, int x)
{
  g_autoptr (SyDesignRevision) revision = sy_manuscript_make_revision (script);
  SyPlace place = { -1, -1 };

  sy_places_get (revision->places, task, &place);
  g_assert_cmpint (place.x, ==, x);
}

/* A key that is typed anew takes its place with it: letter by letter, through a text that is no YAML, and back by undo. */
static void
test_typed (void)
{
  g_autoptr (SyManuscript) script = open_text ();
  g_autoptr (SyDesignRevision) first = sy_manuscript_make_revision (script), undone = NULL;
  g_autoptr (SyPlaces) in_use = NULL;

  apply (script, "pin", FALSE, "pin-a-7-8");
  replace (script, "  a:", "  ab:");
  assert_place (script, "ab", 7);
  replace (script, "  ab:", "  [:");
  replace (script, "  [:", "  other:");
  assert_place (script, "other", 7);
  in_use = sy_manuscript_dup_places_in_use (script);
  g_assert_cmpuint (sy_places_get_n (in_use), ==, 1);
  replace (script, "  b: {needs: a, run: y}", "  q: {needs: a, run: other}");       /* another task: b has no place to give */
  assert_place (script, "q", -1);
  for (guint i = 0; i < 4; i++)
    g_assert_true (sy_manuscript_undo (script, NULL));
  assert_place (script, "a", 7);
  apply (script, "pin", FALSE, "pin-b-1-1");
  replace (script, "  b: {needs: a, run: y}", "  d: {needs: a, run: z}");           /* the name and what stands behind it */
  assert_place (script, "d", -1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/manuscript/places/history", test_history);
  g_test_add_func ("/format/manuscript/places/nothing", test_nothing);
  g_test_add_func ("/format/manuscript/places/merging", test_merging);
  g_test_add_func ("/format/manuscript/places/revisions", test_revisions);
  g_test_add_func ("/format/manuscript/places/typed", test_typed);
  return g_test_run ();
}
