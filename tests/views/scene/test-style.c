/* test-style.c: every colour is readable on every background it is used on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-style.h"

static void
assert_contrast (const SyStyle *style, const char *what, const SyColour *a, const SyColour *b, double least)
{
  double ratio = sy_colour_contrast (a, b);

  if (ratio >= least)
    return;
  g_test_message ("scheme %d palette %d: %s has %.2f, wanted %.1f", style->scheme, style->palette, what, ratio, least);
  g_test_fail ();
}

static void
test_contrast (void)
{
  for (guint scheme = 0; scheme < SY_N_SCHEMES; scheme++)
    for (guint palette = 0; palette < SY_N_PALETTES; palette++)
      {
        const SyStyle *s = sy_style_get (scheme, palette);

        for (guint i = 0; i < SY_N_STATES; i++)
          {
            g_autofree char *text = g_strdup_printf ("%s as text", sy_state_to_string (i));
            g_autofree char *glyph = g_strdup_printf ("glyph on %s", sy_state_to_string (i));

            assert_contrast (s, text, &s->state[i], &s->canvas, 4.5);
            assert_contrast (s, text, &s->state[i], &s->card, 4.5);
            assert_contrast (s, glyph, &s->glyph, &s->state[i], 4.5);
          }
        assert_contrast (s, "text", &s->text, &s->card, 7);
        assert_contrast (s, "dim text", &s->dim_text, &s->card, 4.5);
        assert_contrast (s, "dim text", &s->dim_text, &s->canvas, 4.5);
        assert_contrast (s, "edges", &s->edge, &s->canvas, 3);
        assert_contrast (s, "critical path", &s->critical, &s->canvas, 3);
        assert_contrast (s, "accent", &s->accent, &s->canvas, 3);
        assert_contrast (s, "accent on a task", &s->accent, &s->card, 3);
        assert_contrast (s, "critical path beside a task", &s->critical, &s->card, 3);
      }
}

static void
test_contrast_formula (void)
{
  const SyColour black = { 0, 0, 0 }, white = { 1, 1, 1 };

  g_assert_cmpfloat_with_epsilon (sy_colour_contrast (&black, &white), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_colour_contrast (&white, &black), 21, 1e-9);
  g_assert_cmpfloat_with_epsilon (sy_colour_contrast (&white, &white), 1, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scene/style/contrast", test_contrast);
  g_test_add_func ("/scene/style/formula", test_contrast_formula);
  return g_test_run ();
}
