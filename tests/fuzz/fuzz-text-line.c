/* fuzz-text-line.c: any bytes as a line of output in the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/fuzz/fuzz.h"
#include "views/sy-text-line.h"

static gboolean
check_range (PangoAttribute *attribute, gpointer data)
{
  g_assert_cmpuint (attribute->start_index, <=, attribute->end_index);
  g_assert_true (attribute->end_index == G_MAXUINT || attribute->end_index <= *(const gsize *) data);
  return FALSE;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GString) out = g_string_new (NULL), plain = g_string_new (NULL);
  PangoAttrList *attributes = pango_attr_list_new ();

  sy_text_line_render ((const char *) data, size, out, attributes, sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD));
  sy_text_line_render ((const char *) data, size, plain, NULL, NULL);
  g_assert_true (g_string_equal (out, plain));
  g_assert_true (g_utf8_validate (out->str, (gssize) out->len, NULL));
  for (const char *p = out->str; p < out->str + out->len; p++)
    g_assert_false ((guchar) *p < 0x20 || *p == 0x7f);
  pango_attr_list_filter (attributes, check_range, &out->len);
  pango_attr_list_unref (attributes);
  return 0;
}
