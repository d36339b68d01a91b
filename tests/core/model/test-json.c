/* test-json.c: JSON as it is read and written
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/model/sy-json.h"

/* What is read, and what is then written */
static const struct { const char *text, *compact; } good[] = {
  { " null ", "null" },
  { "true", "true" },
  { "[false,\n\ttrue]", "[false,true]" },
  { "-0", "0" },
  { "[9223372036854775807, -9223372036854775808]", "[9223372036854775807,-9223372036854775808]" },
  { "[1e3, 1E+2, 0.1, -0.0, 1.5e-3]", "[1000.0,100.0,0.1,-0.0,0.0015]" },
  { "\"\"", "\"\"" },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\n\\u000d\\t\"" },
  { "\"\\u00e9 \\ud83d\\ude00\"", "\"\303\251 \360\237\230\200\"" },
  { "{}", "{}" },
  { "[ ]", "[]" },
  { "{\"b\": 1, \"a\": [{\"c\": null}, {}]}", "{\"b\":1,\"a\":[{\"c\":null},{}]}" },
  { "{\"a\":1,\"b\":2,\"a\":[3]}", "{\"a\":[3],\"b\":2}" }, /* the last word counts, at the place of the first */
};

/* What is refused, and a part of why */
static const struct { const char *text, *why; } bad[] = {
  { "", "empty" },
  { " \n", "empty" },
  { "\"\377\"", "UTF-8" },
  { "[1,]", "column 4: unexpected token near ']'" },
  { "{\"a\":1,}", "string or '}' expected" },
  { "{'a':1}", "string or '}' expected" },
  { "{a:1}", "string or '}' expected near 'a'" },
  { "{\"a\" 1}", "':' expected" },
  { "{\"a\":1 \"b\":2}", "'}' expected" },
  { "[1 2]", "']' expected" },
  { "[1", "near end of file" },
  { "[", "near end of file" },
  { "1 2", "end of file expected" },
  { "[1]x", "end of file expected" },
  { "tru", "invalid token" },
  { "truely", "invalid token" },
  { "/* */ 1", "invalid token" },
  { "var x = 1", "invalid token" },
  { "\"a", "premature end" },
  { "\"a\\", "invalid escape" },
  { "\"a\nb\"", "newline" },
  { "\"\\x\"", "invalid escape" },
  { "\"\\u12\"", "invalid escape" },
  { "\"\\u0000\"", "no place in a text" },
  { "\"\\ud83d\"", "invalid Unicode" },
  { "\"\\ude00\"", "invalid Unicode" },
  { "\"\\ud83d\\u0041\"", "invalid Unicode" },
  { "01", "invalid token" },
  { "-", "invalid token" },
  { "1.", "invalid token" },
  { "1e", "invalid token" },
  { ".5", "invalid token" },
  { "9223372036854775808", "too big integer" },
  { "1e999", "overflow" },
  { "[\n1,\n2;", "line 3" },
};

static void
test_good (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SyJsonNode) node = sy_json_parse (good[i].text, &error);
      g_autoptr (GString) out = g_string_new (NULL);

      g_assert_no_error (error);
      sy_json_append (out, node);
      g_assert_cmpstr (out->str, ==, good[i].compact);
    }
}

static void
test_bad (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (sy_json_parse (bad[i].text, &error));
      g_assert_nonnull (error);
      if (!g_str_has_prefix (error->message, "not JSON: ") || strstr (error->message, bad[i].why) == NULL)
        g_error ("“%s” is refused with “%s”, wanted is “%s”", bad[i].text, error->message, bad[i].why);
    }
}

/* As deep as it may be, and one deeper */
static void
test_depth (void)
{
  for (guint extra = 0; extra < 2; extra++)
    {
      guint depth = SY_JSON_MAX_DEPTH + extra;
      g_autofree char *opening = g_strnfill (depth, '['), *closing = g_strnfill (depth, ']');
      g_autofree char *text = g_strconcat (opening, closing, NULL);
      g_autoptr (SyJsonNode) node = sy_json_parse (text, NULL);

      g_assert_true ((node != NULL) == (extra == 0));
    }
}

/* What is refused half way is let go of in full: members before the one that is too deep, itself, and those behind it. */
static void
test_deep_member (void)
{
  g_autofree char *opening = g_strnfill (SY_JSON_MAX_DEPTH, '['), *closing = g_strnfill (SY_JSON_MAX_DEPTH, ']');
  g_autofree char *text = g_strconcat ("{\"a\":\"x\",\"b\":", opening, closing, ",\"c\":{\"d\":\"y\"},\"e\":1}", NULL);

  g_assert_null (sy_json_parse (text, NULL));
}

/* Every beginning of a text is refused, and nothing is lost or read twice on the way: the sanitizers look. */
static void
test_cut_short (void)
{
  static const char text[] = "{\"a\":[1,{\"b\":\"\\u00e9x\"},[true,null]],\"a\":{\"c\":-1.5e3,\"d\":{}}}";

  for (gsize n = 0; n < strlen (text); n++)
    {
      g_autofree char *part = g_strndup (text, n);

      g_assert_null (sy_json_parse (part, NULL));
    }
}

/* Each three times: the last word counts, at the place of the first */
static void
test_many_members (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (SyJsonNode) node = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append_printf (text, "%s\"m%u\":%u", i > 0 ? "," : "", i % 100, i);
  g_string_append_c (text, '}');
  node = sy_json_parse (text->str, NULL);
  g_assert_cmpuint (sy_json_length (node), ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);

      g_assert_cmpstr (sy_json_at (node, i)->name, ==, name);
      g_assert_cmpint (sy_json_get (node, name)->integer, ==, 200 + i);
    }
}

/* Nothing that is asked of the wrong node is a mistake. */
static void
test_looking (void)
{
  g_autoptr (SyJsonNode) node = sy_json_parse ("{\"list\":[1,\"two\"],\"text\":\"t\",\"number\":3}", NULL);
  const SyJsonNode *list = sy_json_get (node, "list");

  g_assert_cmpuint (sy_json_length (list), ==, 2);
  g_assert_cmpstr (sy_json_text (sy_json_at (list, 1)), ==, "two");
  g_assert_null (sy_json_text (sy_json_at (list, 0)));
  g_assert_null (sy_json_at (list, 2));
  g_assert_null (sy_json_get (list, "text"));
  g_assert_cmpstr (sy_json_get_text (node, "text"), ==, "t");
  g_assert_null (sy_json_get_text (node, "number"));
  g_assert_null (sy_json_get_text (node, "none"));
  g_assert_null (sy_json_get (NULL, "text"));
  g_assert_null (sy_json_at (NULL, 0));
  g_assert_cmpuint (sy_json_length (sy_json_get (node, "text")), ==, 0);
  g_assert_false (sy_json_is (NULL, SY_JSON_NULL));
}

static void
test_equal (void)
{
  static const struct { const char *a, *b; gboolean equal; } cases[] = {
    { "1", "1.0", TRUE }, { "1.5", "1", FALSE }, { "true", "1", FALSE }, { "null", "null", TRUE }, { "null", "false", FALSE },
    { "[1,2]", "[1,2]", TRUE }, { "[1,2]", "[2,1]", FALSE }, { "[1]", "[1,1]", FALSE },
    { "{\"a\":1,\"b\":[\"x\"]}", "{\"b\":[\"x\"],\"a\":1.0}", TRUE }, { "{\"a\":1}", "{\"b\":1}", FALSE }, { "\"a\"", "\"b\"", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyJsonNode) a = sy_json_parse (cases[i].a, NULL), b = sy_json_parse (cases[i].b, NULL);

      g_assert_cmpint (sy_json_equal (a, b), ==, cases[i].equal);
      g_assert_cmpint (sy_json_equal (b, a), ==, cases[i].equal);
    }
}

static void
write_sample (SyJson *json)
{
  sy_json_begin_object (json, NULL);
  sy_json_double (json, "d", 2);
  sy_json_begin_object (json, "empty");
  sy_json_end_object (json);
  sy_json_begin_array (json, "list");
  sy_json_int (json, NULL, 1);
  sy_json_string (json, NULL, NULL);
  sy_json_end_array (json);
  sy_json_end_object (json);
}

static void
test_writing (void)
{
  g_autoptr (GString) compact = g_string_new (NULL), pretty = g_string_new (NULL);
  SyJson one = sy_json_on (compact), other = { .out = pretty, .pretty = TRUE };

  write_sample (&one);
  write_sample (&other);
  g_assert_cmpstr (compact->str, ==, "{\"d\":2.0,\"empty\":{},\"list\":[1,null]}");
  g_assert_cmpstr (pretty->str, ==, "{\n  \"d\": 2.0,\n  \"empty\": {},\n  \"list\": [\n    1,\n    null\n  ]\n}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/json/good", test_good);
  g_test_add_func ("/model/json/bad", test_bad);
  g_test_add_func ("/model/json/depth", test_depth);
  g_test_add_func ("/model/json/deep-member", test_deep_member);
  g_test_add_func ("/model/json/cut-short", test_cut_short);
  g_test_add_func ("/model/json/many-members", test_many_members);
  g_test_add_func ("/model/json/looking", test_looking);
  g_test_add_func ("/model/json/equal", test_equal);
  g_test_add_func ("/model/json/writing", test_writing);
  return g_test_run ();
}
