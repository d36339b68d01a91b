/* test-text-line.c: a line of output as it is shown: its colours and weights, and what is not shown of it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-line.h"

#include <string.h>

/* @runs: "FROM-TO STATE" or "FROM-TO bold", in order */
static const struct
{
  const char *bytes, *shown, *runs;
} cases[] = {
  { "plain", "plain", "" },
  { "\033[31mno\033[0m, \033[32myes\033[0m", "no, yes", "0-2 failed, 4-7 succeeded" },
  { "\033[1mloud\033[0m quiet", "loud quiet", "0-4 bold" },
  { "\033[1;33mmind\033[39m it\033[m", "mind it", "0-4 ready, 0-4 bold, 4-7 bold" },
  { "\033[94mblue\033[0m", "blue", "0-4 running" },
  { "\033[38;5;9mindexed", "indexed", "" },
  { "\033[99999999999mtoo much", "too much", "" },
  { "\033]8;;http://x\033\\link\033]8;;\033\\", "link", "" },
  { "error: it is said", "error: it is said", "0-all failed" },
  { "\033[0merror: it has colours of its own", "error: it has colours of its own", "" },
  { "10 %\r20 %", "10 %\342\220\21520 %", "" },
  { "a\xffz", "a\\xffz", "" },
};

static const char *
state_of (const SyStyle *style, const PangoColor *colour)
{
  for (guint i = 0; i < SY_N_STATES; i++)
    if (colour->red == (guint16) (style->state[i].r * 65535) && colour->green == (guint16) (style->state[i].g * 65535)
        && colour->blue == (guint16) (style->state[i].b * 65535))
      return sy_state_to_string (i);
  return "of no state";
}

static void
test_line (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  const SyStyle *style = sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD);
  g_autoptr (GString) shown = g_string_new (NULL), runs = g_string_new (NULL);
  PangoAttrList *list = pango_attr_list_new ();
  GSList *all;

  sy_text_line_render (cases[i].bytes, strlen (cases[i].bytes), shown, list, style);
  g_assert_cmpstr (shown->str, ==, cases[i].shown);
  all = pango_attr_list_get_attributes (list);
  for (GSList *l = all; l != NULL; l = l->next)
    {
      const PangoAttribute *attribute = l->data;
      g_autofree char *end = attribute->end_index == G_MAXUINT ? g_strdup ("all") : g_strdup_printf ("%u", attribute->end_index);

      g_string_append_printf (runs, "%s%u-%s %s", runs->len > 0 ? ", " : "", attribute->start_index, end,
                              attribute->klass->type == PANGO_ATTR_WEIGHT ? "bold" : state_of (style, &((const PangoAttrColor *) attribute)->color));
    }
  g_assert_cmpstr (runs->str, ==, cases[i].runs);
  g_slist_free_full (all, (GDestroyNotify) pango_attribute_destroy);
  pango_attr_list_unref (list);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/text-line/%u", i);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_line);
    }
  return g_test_run ();
}
