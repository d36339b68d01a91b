/* test-scalar.c: durations, sizes, dates, parameters, outputs and templates
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-error.h"
#include "core/model/sy-expr.h"

static void
test_durations (void)
{
  static const struct { const char *text; gint64 us; } cases[] = {
    { "500ms", 500000 }, { "5s", 5000000 }, { "10m", 600000000 }, { "2h", G_GINT64_CONSTANT (7200000000) },
    { "1d", G_GINT64_CONSTANT (86400000000) }, { "1h30m", G_GINT64_CONSTANT (5400000000) }, { "30", 30000000 }, { "0", 0 },
    { "0.1", 100000 }, { "12.5s", 12500000 }, { "0.000001s", 1 }, { "1d2h3m4s5ms", G_GINT64_CONSTANT (93784005000) }, { "0.1ms", 100 },
    { "1.5h", G_GINT64_CONSTANT (5400000000) }, { "36525d", G_GINT64_CONSTANT (3155760000000000) }, { "0.29s", 290000 }, { "1m0.5s", 60500000 },
    { "", -1 }, { "s", -1 }, { "5x", -1 }, { "5 s", -1 }, { "-5s", -1 }, { "5m1h", -1 }, { "5s5s", -1 }, { "1.s", -1 }, { ".5s", -1 },
    { "1..5s", -1 }, { "1.2.3", -1 }, { "5S", -1 }, { "5sec", -1 }, { "36526d", -1 }, { "99999999999999999999s", -1 }, { "1h30", -1 }, { "1e3", -1 }, { "5s ", -1 },
    { "18446744073709551615d", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 us = -1;

      sy_parse_duration (cases[i].text, &us, &error);
      if (us != cases[i].us || (error != NULL) != (us < 0))
        g_error ("%s: %" G_GINT64_FORMAT, cases[i].text, us);
    }
}

static void
test_sizes (void)
{
  static const struct { const char *text; gint64 bytes; } cases[] = {
    { "0", 0 }, { "1", 1 }, { "64K", 65536 }, { "4M", 4194304 }, { "1.5G", 1610612736 }, { "2T", G_GINT64_CONSTANT (2199023255552) },
    { "1P", G_GINT64_CONSTANT (1125899906842624) }, { "64KiB", 65536 }, { "4MiB", 4194304 }, { "10B", 10 }, { "0.5K", 512 }, { "9223372036854775807", G_MAXINT64 },
    { "", -1 }, { "K", -1 }, { "-1", -1 }, { "1KB", -1 }, { "1k", -1 }, { "1 K", -1 }, { "1.K", -1 }, { ".5K", -1 }, { "1.2.3K", -1 }, { "1Ki", -1 }, { "1KiBs", -1 },
    { "1E", -1 }, { "9223372036854775808", -1 }, { "9999999P", -1 }, { "0x10", -1 }, { "1e3", -1 }, { "1G ", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64 bytes = G_MAXUINT64;

      sy_parse_size (cases[i].text, &bytes, &error);
      if ((gint64) bytes != cases[i].bytes || (error != NULL) != (cases[i].bytes < 0))
        g_error ("%s: %" G_GUINT64_FORMAT, cases[i].text, bytes);
    }
}

/* 2024-03-01 00:30 local of UTC+1: the UTC day is another */
#define NOW_US (G_GINT64_CONSTANT (1709249400) * 1000000)

static const char *const colours[] = { "red", "green", NULL };

/* NULL value: an error that holds @message */
static const struct { SyParam param; const char *text, *value, *message; } params[] = {
  { { .type = SY_TYPE_STRING }, "a b", "a b", NULL },
  { { .type = SY_TYPE_STRING }, "", "", NULL },
  { { .type = SY_TYPE_STRING }, "1.10", "1.10", NULL },
  { { .type = SY_TYPE_STRING, .pattern = "[a-z]+" }, "abc", "abc", NULL },
  { { .type = SY_TYPE_STRING, .pattern = "[a-z]+" }, "abc1", NULL, "pattern" },
  { { .type = SY_TYPE_STRING, .pattern = "a|b" }, "bc", NULL, "pattern" },
  { { .type = SY_TYPE_STRING, .pattern = "(" }, "bc", NULL, "cannot be used" },
  { { .type = SY_TYPE_STRING, .min = "1" }, "x", NULL, "min and max belong" },
  { { .type = SY_TYPE_STRING, .values = colours }, "red", "red", NULL },
  { { .type = SY_TYPE_TEXT }, "a\nb", "a\nb", NULL },
  { { .type = SY_TYPE_INT }, "-12", "-12", NULL },
  { { .type = SY_TYPE_INT }, "012", "12", NULL },
  { { .type = SY_TYPE_INT }, "1.0", NULL, "whole number" },
  { { .type = SY_TYPE_INT }, "", NULL, "whole number" },
  { { .type = SY_TYPE_INT }, "0x10", NULL, "whole number" },
  { { .type = SY_TYPE_INT, .min = "1", .max = "9" }, "1", "1", NULL },
  { { .type = SY_TYPE_INT, .min = "1", .max = "9" }, "9", "9", NULL },
  { { .type = SY_TYPE_INT, .min = "1", .max = "9" }, "0", NULL, "less than the least, 1" },
  { { .type = SY_TYPE_INT, .min = "1", .max = "9" }, "10", NULL, "more than the most, 9" },
  { { .type = SY_TYPE_INT, .min = "x" }, "10", NULL, "min of parameter" },
  { { .type = SY_TYPE_FLOAT }, "0.10", "0.1", NULL },
  { { .type = SY_TYPE_FLOAT }, "3", "3", NULL },
  { { .type = SY_TYPE_FLOAT }, "1e3", "1000", NULL },
  { { .type = SY_TYPE_FLOAT }, "inf", NULL, "not a number" },
  { { .type = SY_TYPE_FLOAT, .max = "0.5" }, "0.6", NULL, "more than" },
  { { .type = SY_TYPE_BOOL }, "true", "true", NULL },
  { { .type = SY_TYPE_BOOL }, "false", "false", NULL },
  { { .type = SY_TYPE_BOOL }, "yes", NULL, "neither true nor false" },
  { { .type = SY_TYPE_BOOL }, "True", NULL, "neither true nor false" },
  { { .type = SY_TYPE_DATE }, "2024-02-29", "2024-02-29", NULL },
  { { .type = SY_TYPE_DATE }, "2023-02-29", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "today", "2024-03-01", NULL },
  { { .type = SY_TYPE_DATE }, "today-1d", "2024-02-29", NULL },
  { { .type = SY_TYPE_DATE }, "today-60d", "2024-01-01", NULL },
  { { .type = SY_TYPE_DATE }, "today+31d", "2024-04-01", NULL },
  { { .type = SY_TYPE_DATE }, "today-1", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "today--1d", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "today-999999d", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "tomorrow", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "2024-2-9", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE }, "2024-02-29x", NULL, "YYYY-MM-DD" },
  { { .type = SY_TYPE_DATE, .max = "today" }, "2024-03-02", NULL, "more than the most, today" },
  { { .type = SY_TYPE_DATE, .min = "2024-01-01" }, "2024-01-01", "2024-01-01", NULL },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29T12:30", "2024-02-29T12:30:00+01:00", NULL },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29 12:30:59", "2024-02-29T12:30:59+01:00", NULL },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29T12:30Z", "2024-02-29T12:30:00+00:00", NULL },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29T12:30:00-05:30", "2024-02-29T12:30:00-05:30", NULL },
  { { .type = SY_TYPE_DATETIME }, "now", "2024-03-01T00:30:00+01:00", NULL },
  { { .type = SY_TYPE_DATETIME }, "now-1h", "2024-02-29T23:30:00+01:00", NULL },
  { { .type = SY_TYPE_DATETIME }, "now-x", NULL, "is not a time" },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29T24:00", NULL, "is not a time" },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29", NULL, "is not a time" },
  { { .type = SY_TYPE_DATETIME }, "2024-02-29T12:30+99:00", NULL, "is not a time" },
  { { .type = SY_TYPE_DATETIME, .max = "2024-02-29T12:00Z" }, "2024-02-29T12:30+01:00", "2024-02-29T12:30:00+01:00", NULL },
  { { .type = SY_TYPE_DATETIME, .max = "2024-02-29T12:00Z" }, "2024-02-29T13:30+01:00", NULL, "more than" },
  { { .type = SY_TYPE_DURATION }, "10m", "600", NULL },
  { { .type = SY_TYPE_DURATION }, "500ms", "0.5", NULL },
  { { .type = SY_TYPE_DURATION, .max = "1h" }, "61m", NULL, "more than the most, 1h" },
  { { .type = SY_TYPE_DURATION, .min = "500ms" }, "1s", "1", NULL },
  { { .type = SY_TYPE_DURATION }, "soon", NULL, "500ms, 5s, 10m" },
  { { .type = SY_TYPE_SIZE }, "1.5K", "1536", NULL },
  { { .type = SY_TYPE_SIZE, .min = "1M" }, "1023K", NULL, "less than" },
  { { .type = SY_TYPE_SIZE }, "big", NULL, "64K, 4M" },
  { { .type = SY_TYPE_ENUM, .values = colours }, "green", "green", NULL },
  { { .type = SY_TYPE_ENUM, .values = colours }, "blue", NULL, "none of red, green" },
  { { .type = SY_TYPE_PATH }, "in/a b", "in/a b", NULL },
  { { .type = SY_TYPE_PATH }, "", NULL, "path is missing" },
  { { .type = SY_TYPE_LIST }, "a, b,c", "[\"a\",\"b\",\"c\"]", NULL },
  { { .type = SY_TYPE_LIST }, "", "[]", NULL },
  { { .type = SY_TYPE_LIST }, "one", "[\"one\"]", NULL },
  { { .type = SY_TYPE_LIST }, "[\"a\", 1]", "[\"a\",1]", NULL },
  { { .type = SY_TYPE_LIST }, "[a]", NULL, "is not a list" },
  { { .type = SY_TYPE_LIST }, "say \"x\"", "[\"say \\\"x\\\"\"]", NULL },
  { { .type = SY_TYPE_JSON }, " {\"a\" : [1, 0.1, null, \"\\u00e9\"]} ", "{\"a\":[1,0.1,null,\"é\"]}", NULL },
  { { .type = SY_TYPE_JSON }, "\"x\"", "x", NULL },
  { { .type = SY_TYPE_JSON }, "12", "12", NULL },
  { { .type = SY_TYPE_JSON }, "{", NULL, "not JSON" },
  { { .type = SY_TYPE_JSON }, "{'a':1}", NULL, "not JSON" },
  { { .type = SY_TYPE_SECRET }, "s3", "s3", NULL },
  { { .type = SY_TYPE_STRING }, "\xff", NULL, "UTF-8" },
};

static void
test_params (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      SyParam param = params[i].param;
      g_autoptr (GError) error = NULL;
      g_auto (SyValue) value = { 0 };
      g_autofree char *shown = NULL;

      param.name = "p";
      if (sy_param_convert (&param, params[i].text, NOW_US, &value, &error))
        shown = sy_value_render (&value, NULL);
      if (g_strcmp0 (shown, params[i].value) != 0)
        g_error ("%u: “%s” gives %s (%s)", i, params[i].text, shown, error ? error->message : "");
      if (params[i].message && (!strstr (error->message, params[i].message) || !strstr (error->message, "“p”")))
        g_error ("%u: “%s”: %s", i, params[i].text, error->message);
    }
}

static void
test_outputs (void)
{
  static const struct { SyParamType type; const char *text, *value; } cases[] = {
    { SY_TYPE_STRING, "", "" }, { SY_TYPE_STRING, " x ", " x " }, { SY_TYPE_INT, " 5", "5" }, { SY_TYPE_INT, "", NULL }, { SY_TYPE_INT, "5x", NULL },
    { SY_TYPE_BOOL, "true", "true" }, { SY_TYPE_BOOL, "1", NULL }, { SY_TYPE_JSON, "", NULL }, { SY_TYPE_JSON, "[1, 2]", "[1,2]" }, { SY_TYPE_JSON, "[1", NULL },
    { SY_TYPE_LIST, "a,b", "[\"a\",\"b\"]" }, { SY_TYPE_LIST, "  ", NULL }, { SY_TYPE_FLOAT, "1.50", "1.5" }, { SY_TYPE_DATE, "2024-01-31", "2024-01-31" },
    { SY_TYPE_DATE, "today", NULL }, { SY_TYPE_DATETIME, "now", NULL }, { SY_TYPE_DURATION, "1m", "60" }, { SY_TYPE_SIZE, "1K", "1024" }, { SY_TYPE_PATH, "out/x", "out/x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (SyValue) value = { 0 };
      g_autofree char *shown = NULL;

      if (sy_output_convert (cases[i].type, cases[i].text, &value, &error))
        shown = sy_value_render (&value, NULL);
      if (g_strcmp0 (shown, cases[i].value) != 0 || (error != NULL) != (shown == NULL))
        g_error ("%u: “%s” gives %s", i, cases[i].text, shown);
    }
}

/* Templates */

static gboolean
param (gpointer data, const char *name, SyValue *out)
{
  SyParamType type = g_str_equal (name, "l") ? SY_TYPE_JSON : g_str_equal (name, "n") ? SY_TYPE_INT : SY_TYPE_STRING;

  return !g_str_equal (name, "nope") &&
         sy_output_convert (type, type == SY_TYPE_JSON ? "[1, 2]" : type == SY_TYPE_INT ? "3" : "x y", out, NULL);
}

static const char *
env (gpointer data, const char *name)
{
  return NULL;
}

static const SyExprContext world = { .param = param, .env = env };

static void
test_render (void)
{
  static const struct { const char *text, *value, *message; } cases[] = {
    { "", "", NULL }, { "plain", "plain", NULL }, { "$x ${y} {{z}} }}", "$x ${y} {{z}} }}", NULL }, { "${{ params.s }}", "x y", NULL },
    { "a${{params.s}}b${{ params.n }}c", "ax yb3c", NULL }, { "${{ '}}' }}", "}}", NULL }, { "${{ \"\\\"}}\" }}", "\"}}", NULL },
    { "$${{ params.s }}", "${{ params.s }}", NULL }, { "$$${{ x }}", "$${{ x }}", NULL }, { "$${{ a }} ${{ params.n }}", "${{ a }} 3", NULL },
    { "${{ params.l }}", "[1,2]", NULL }, { "${{ params.n > 2 }}", "true", NULL }, { "é${{ params.n }}é", "é3é", NULL }, { "$$ ${{ 1 }}", "$$ 1", NULL },
    { "${{ env.X }}", NULL, "null" }, { "a ${{ params.nope }}", NULL, "no parameter" }, { "${{ params.n", NULL, "not closed" }, { "${{ 'x }}", NULL, "not closed" },
    { "${{ }}", NULL, "empty" }, { "${{ 1 + 1 }}", NULL, "byte 3" }, { "ok ${{ 1 }} ${{", NULL, "not closed" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *value = sy_template_render (cases[i].text, &world, &error);


      if (g_strcmp0 (value, cases[i].value) != 0)
        g_error ("“%s” gives %s (%s)", cases[i].text, value, error ? error->message : "");
      if (cases[i].message && !strstr (error->message, cases[i].message))
        g_error ("“%s”: %s", cases[i].text, error->message);
    }
}

static void
test_scalar_only (void)
{
  g_autofree char *good = sy_template_render_scalar ("-n${{ params.n }}", &world, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (good, ==, "-n3");
  g_assert_null (sy_template_render_scalar ("${{ params.l }}", &world, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

static void
test_eval (void)
{
  static const struct { const char *text; SyValueType type; } cases[] = {
    { "${{ params.n }}", SY_VALUE_INT }, { "${{params.l}}", SY_VALUE_JSON }, { " ${{ params.n }}", SY_VALUE_STRING }, { "${{ params.n }}${{ params.n }}", SY_VALUE_STRING },
    { "x", SY_VALUE_STRING }, { "$${{ 1 }}", SY_VALUE_STRING }, { "${{ env.X }}", SY_VALUE_NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (SyValue) value = { 0 };

      g_assert_true (sy_template_eval (cases[i].text, &world, &value, NULL));
      g_assert_cmpint (value.type, ==, cases[i].type);
    }
}

static gboolean
collect (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  g_string_append_printf (data, "[%" G_GSIZE_FORMAT ":%.*s]", offset, (int) length, text + offset);
  return TRUE;
}

static void
test_foreach (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (sy_template_foreach ("a ${{ b }} $${{ c }} ${{d}}", collect, out, NULL));
  g_assert_cmpstr (out->str, ==, "[5: b ][24:d]");
  g_assert_false (sy_template_foreach ("a ${{ b }} ${{", collect, out, &error));
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "Etc/GMT-1", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/scalar/durations", test_durations);
  g_test_add_func ("/model/scalar/sizes", test_sizes);
  g_test_add_func ("/model/scalar/params", test_params);
  g_test_add_func ("/model/scalar/outputs", test_outputs);
  g_test_add_func ("/model/template/render", test_render);
  g_test_add_func ("/model/template/scalar-only", test_scalar_only);
  g_test_add_func ("/model/template/eval", test_eval);
  g_test_add_func ("/model/template/foreach", test_foreach);
  return g_test_run ();
}
