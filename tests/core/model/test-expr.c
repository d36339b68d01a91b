/* test-expr.c: the expression language: values, types, errors
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-error.h"
#include "core/model/sy-expr.h"

/* A little world to evaluate in */

static gboolean
world_param (gpointer data, const char *name, SyValue *out)
{
  static const struct { const char *name; SyParamType type; const char *text; } params[] = {
    { "region", SY_TYPE_STRING, "eu" },       { "n", SY_TYPE_INT, "3" },
    { "ratio", SY_TYPE_FLOAT, "0.5" },        { "dry", SY_TYPE_BOOL, "true" },
    { "free", SY_TYPE_SIZE, "30G" },          { "wait", SY_TYPE_DURATION, "90s" },
    { "day", SY_TYPE_DATE, "2024-02-29" },    { "hosts", SY_TYPE_LIST, "a, b,c" },
    { "half", SY_TYPE_DURATION, "500ms" },    { "not", SY_TYPE_STRING, "reserved" },
    { "m", SY_TYPE_JSON, "{\"n\":\"1\",\"i\":7,\"f\":0.1,\"z\":null,\"b\":false,\"l\":[1,[2,3],{\"x y\":\"deep\"}],\"e\":{}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    if (g_str_equal (params[i].name, name))
      {
        SyParam param = { .name = name, .type = params[i].type };

        g_assert_true (sy_param_convert (&param, params[i].text, 0, out, NULL));
        return TRUE;
      }
  return FALSE;
}

static int
world_param_type (gpointer data, const char *name)
{
  static const struct { const char *name; SyParamType type; } types[] = {
    { "region", SY_TYPE_STRING }, { "n", SY_TYPE_INT }, { "ratio", SY_TYPE_FLOAT }, { "dry", SY_TYPE_BOOL },
    { "free", SY_TYPE_SIZE }, { "wait", SY_TYPE_DURATION }, { "half", SY_TYPE_DURATION }, { "day", SY_TYPE_DATE },
    { "hosts", SY_TYPE_LIST }, { "m", SY_TYPE_JSON }, { "not", SY_TYPE_STRING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].name, name))
      return (int) types[i].type;
  return -1;
}

static const char *
world_env (gpointer data, const char *name)
{
  return g_str_equal (name, "HOME") ? "/home/u" : NULL;
}

static gboolean
world_task (gpointer data, const char *id, const char *field, const char *key, SyValue *out, GError **error)
{
  if (!g_str_equal (id, "fetch-all"))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "there is no task “%s”", id);
      return FALSE;
    }
  if (g_str_equal (field, "state"))
    return sy_output_convert (SY_TYPE_STRING, "succeeded", out, NULL);
  if (g_str_equal (field, "failed"))
    return sy_output_convert (SY_TYPE_INT, "0", out, NULL);
  if (g_strcmp0 (key, "parts") == 0)
    return sy_output_convert (SY_TYPE_JSON, "[{\"id\": \"p1\"}, {\"id\": \"p2\"}]", out, NULL);
  memset (out, 0, sizeof *out);
  return TRUE;
}

static gboolean
world_task_field (gpointer data, const char *id, const char *field, const char *key, int *type, GError **error)
{
  SyValue unused;

  *type = g_strcmp0 (key, "parts") == 0 ? SY_TYPE_JSON : SY_TYPE_INT;
  if (!world_task (data, id, field, key, &unused, error))
    return FALSE;
  sy_value_clear (&unused);
  return TRUE;
}

static gboolean
world_run (gpointer data, const char *field, SyValue *out)
{
  return g_str_equal (field, "id") && sy_output_convert (SY_TYPE_STRING, "r-1", out, NULL);
}

static const SyExprContext world = { world_param, world_env, world_task, world_run, NULL };
static const SyExprTypes world_types = { world_param_type, world_task_field, NULL };

/* Values: `null` stands for a null value; a leading letter names the type */
static const struct { const char *text, *value; } values[] = {
  /* literals */
  { "1", "i1" }, { "-1", "i-1" }, { "007", "i7" }, { "1.5", "f1.5" }, { "-0.25", "f-0.25" }, { "2e3", "f2000" },
  { "1E-2", "f0.01" }, { "9223372036854775807", "i9223372036854775807" }, { "-9223372036854775808", "i-9223372036854775808" },
  { "0.1", "f0.1" }, { "3.0", "f3" }, { "1e300", "f1e+300" },
  { "true", "btrue" }, { "false", "bfalse" }, { "null", "null" }, { "'a'", "sa" }, { "\"a\"", "sa" }, { "''", "s" },
  { "'it''s'", "sit's" }, { "'a\\n'", "sa\\n" }, { "\"a\\n\\t\\\"\\\\\"", "sa\n\t\"\\" }, { "\"\\u00e9\"", "sé" },
  { "'1.10'", "s1.10" }, { "'}}'", "s}}" }, { "  1\n", "i1" }, { "'é€😀'", "sé€😀" },
  /* sizes and durations */
  { "20G", "i21474836480" }, { "64K", "i65536" }, { "1.5M", "i1572864" }, { "4MiB", "i4194304" }, { "1T", "i1099511627776" },
  { "10m", "i600" }, { "5s", "i5" }, { "1h30m", "i5400" }, { "2d", "i172800" }, { "500ms", "f0.5" }, { "1.5h", "i5400" },
  /* names */
  { "params.region", "seu" }, { "params.n", "i3" }, { "params.ratio", "f0.5" }, { "params.dry", "btrue" },
  { "params.day", "s2024-02-29" }, { "params.hosts", "j[\"a\",\"b\",\"c\"]" }, { "params.wait", "i90" },
  { "params.free", "i32212254720" }, { "params.not", "sreserved" }, { "params . n", "i3" },
  { "env.HOME", "s/home/u" }, { "env.NOPE", "null" }, { "run.id", "sr-1" },
  { "tasks.fetch-all.state", "ssucceeded" }, { "tasks.fetch-all.failed", "i0" }, { "tasks.fetch-all.outputs.none", "null" },
  { "tasks.fetch-all.outputs.parts", "j[{\"id\":\"p1\"},{\"id\":\"p2\"}]" },
  { "tasks.fetch-all.outputs.parts[1].id", "sp2" }, { "tasks.fetch-all.outputs.parts[2].id", "null" },
  /* members */
  { "params.m.n", "s1" }, { "params.m.i", "i7" }, { "params.m.f", "f0.1" }, { "params.m.z", "null" }, { "params.m.b", "bfalse" },
  { "params.m.l[0]", "i1" }, { "params.m.l[1]", "j[2,3]" }, { "params.m.l[1][1]", "i3" }, { "params.m.l[-1]", "null" },
  { "params.m.l[99]", "null" }, { "params.m.l[9223372036854775807]", "null" }, { "params.m.nope", "null" },
  { "params.m.nope.nope[3].x", "null" }, { "params.m.z.x", "null" }, { "params.m.e", "j{}" }, { "params.m.l[2]['x y']", "sdeep" },
  { "params.m['l'][params.n]", "null" }, { "params.m.l[params.n ?? 0]", "null" }, { "params.hosts[0]", "sa" },
  { "env.NOPE.x", "null" }, { "json('{\"a\":[1.0,2.50]}')", "j{\"a\":[1.0,2.5]}" }, { "(params.m).i", "i7" },
  { "json('{\"or\":1}').or", "i1" }, { "json('{\"true\":1}').true", "i1" },
  /* comparison */
  { "1 == 1", "btrue" }, { "1 == 1.0", "btrue" }, { "1 != 2", "btrue" }, { "'a' < 'b'", "btrue" }, { "'a' == 'A'", "bfalse" },
  { "'10' < '9'", "btrue" }, { "2 <= 2", "btrue" }, { "2 >= 3", "bfalse" }, { "-1 > -2", "btrue" }, { "true == true", "btrue" },
  { "true != false", "btrue" }, { "null == null", "btrue" }, { "null != 1", "btrue" }, { "'x' == null", "bfalse" },
  { "env.NOPE == null", "btrue" }, { "9007199254740993 == 9007199254740992.0", "bfalse" },
  { "9223372036854775807 < 9223372036854775808.0", "btrue" }, { "-9223372036854775808 == -9223372036854775808.0", "btrue" },
  { "1 < 1.5", "btrue" }, { "1.5 > 1", "btrue" }, { "2 > 1.5", "btrue" }, { "-1 > -1.5", "btrue" }, { "1.5 <= 1", "bfalse" },
  { "params.free > 20G", "btrue" }, { "params.free < 1T", "btrue" }, { "params.wait == 1m30s", "btrue" },
  { "params.wait >= 2m", "bfalse" }, { "params.half < 1s", "btrue" }, { "params.day < '2024-03-01'", "btrue" },
  { "json('[1,2]') == json('[1, 2]')", "btrue" }, { "json('{\"a\":1,\"b\":2}') == json('{\"b\":2,\"a\":1}')", "btrue" },
  { "json('[1]') != json('[2]')", "btrue" }, { "json('3') == 3", "btrue" },
  /* logic */
  { "true && false", "bfalse" }, { "true and true", "btrue" }, { "false || true", "btrue" }, { "false or false", "bfalse" },
  { "!true", "bfalse" }, { "not false", "btrue" }, { "!!true", "btrue" }, { "not not true", "btrue" },
  { "true || false && false", "btrue" }, { "(true || false) && false", "bfalse" }, { "not true or true", "btrue" },
  { "not params.n == 4", "btrue" }, { "!params.region == 'us'", "btrue" }, { "true == !false", "btrue" },
  { "false && params.nope", "bfalse" }, { "true || 1 == 'x'", "btrue" }, { "1 == 1 && 2 == 2 && 3 == 3", "btrue" },
  { "params.region == 'eu' && tasks.fetch-all.failed == 0", "btrue" }, { "not env.NOPE == 'x' and params.dry", "btrue" },
  /* ?? */
  { "null ?? 1", "i1" }, { "2 ?? 1", "i2" }, { "null ?? null ?? 'z'", "sz" }, { "null ?? null", "null" }, { "false ?? true", "bfalse" },
  { "env.NOPE ?? 'd'", "sd" }, { "env.NOPE ?? 'd' == 'd'", "btrue" }, { "env.HOME ?? 'd'", "s/home/u" },
  { "tasks.fetch-all.outputs.none ?? 0 > 1", "bfalse" }, { "2 ?? params.nope", "i2" },
  /* functions */
  { "len('')", "i0" }, { "len('é€')", "i2" }, { "len(params.hosts)", "i3" }, { "len(json('{\"a\":1}'))", "i1" }, { "len(json('[]'))", "i0" },
  { "int('12')", "i12" }, { "int(' 12\n')", "i12" }, { "int('-3')", "i-3" }, { "int('012')", "i12" }, { "int(3.0)", "i3" }, { "int(4)", "i4" },
  { "int(params.m.n) == 1", "btrue" }, { "float('1.50')", "f1.5" }, { "float(2)", "f2" }, { "float('3')", "f3" }, { "float(1.25)", "f1.25" },
  { "string(12)", "s12" }, { "string(0.1)", "s0.1" }, { "string(true)", "strue" }, { "string(params.hosts)", "s[\"a\",\"b\",\"c\"]" },
  { "string('x')", "sx" }, { "json('[]')", "j[]" }, { "json('null')", "null" }, { "json('\"x\"')", "sx" }, { "json('true')", "btrue" },
  { "json(' { \"a\" : [ 1 , 2 ] } ')", "j{\"a\":[1,2]}" }, { "json(json('[1]'))", "j[1]" }, { "json('1e2')", "f100" },
  { "json('\"\\\\u00e9\\\\n\"')", "s\\u00e9\\n" }, { "json('\"\\u00e9\\n\"')", "sé\n" },
  { "range(3)", "j[0,1,2]" }, { "range(1, 3)", "j[1,2]" }, { "range(0)", "j[]" }, { "range(3, 1)", "j[]" }, { "range(-1, 1)", "j[-1,0]" },
  { "range(9223372036854775806, 9223372036854775807)", "j[9223372036854775806]" },
  { "contains('abc', 'b')", "btrue" }, { "contains('abc', 'x')", "bfalse" }, { "contains('abc', '')", "btrue" },
  { "contains(params.hosts, 'b')", "btrue" }, { "contains(params.hosts, 'z')", "bfalse" }, { "contains(range(3), 2)", "btrue" },
  { "contains(range(3), 2.0)", "btrue" }, { "contains(range(3), '2')", "bfalse" }, { "contains(json('[null]'), null)", "btrue" },
  { "contains(json('{\"a\":1}'), 'a')", "btrue" }, { "contains(json('{\"a\":1}'), 'b')", "bfalse" },
  { "starts_with('abc', 'ab')", "btrue" }, { "starts_with('abc', 'b')", "bfalse" }, { "starts_with('abc', '')", "btrue" },
  { "basename('/a/b.txt')", "sb.txt" }, { "basename('b/')", "sb" }, { "stem('/a/b.tar.gz')", "sb.tar" }, { "stem('b')", "sb" },
  { "stem('.bashrc')", "s.bashrc" }, { "stem(basename(env.HOME))", "su" }, { "len(range(params.n))", "i3" },
};

static char
type_letter (SyValueType type)
{
  return "_bifsj"[type];
}

static void
test_values (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SyExpr) expr = sy_expr_parse (values[i].text, -1, NULL, &error);
      g_auto (SyValue) value = { 0 };
      g_autofree char *shown = NULL, *text = NULL;

      if (g_test_verbose ())
        g_test_message ("%s", values[i].text);
      g_assert_no_error (error);
      sy_expr_eval (expr, &world, &value, &error);
      g_assert_no_error (error);
      text = sy_value_render (&value, NULL);
      shown = value.type == SY_VALUE_NULL ? g_strdup ("null") : g_strdup_printf ("%c%s", type_letter (value.type), text);
      if (!g_str_equal (shown, values[i].value))
        g_error ("%s gives %s, not %s", values[i].text, shown, values[i].value);
    }
}

/* What checks before a run must also check, and give that type or json */
static void
test_values_check (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (SyExpr) expr = sy_expr_parse (values[i].text, -1, NULL, NULL);
      g_autoptr (GError) error = NULL;
      g_auto (SyValue) value = { 0 };
      SyValueType type;

      if (strstr (values[i].text, "nope") || strstr (values[i].text, "NOPE.x") || g_str_equal (values[i].text, "true || 1 == 'x'"))
        continue; /* never evaluated, but wrong */
      if (!sy_expr_check (expr, &world_types, &type, NULL, &error))
        g_error ("%s: %s", values[i].text, error->message);
      g_assert_true (sy_expr_eval (expr, &world, &value, NULL));
      if (value.type == SY_VALUE_INT && type == SY_VALUE_FLOAT)
        continue; /* a duration */
      if (type != SY_VALUE_JSON && value.type != SY_VALUE_NULL && value.type != type)
        g_error ("%s: checked as %d, is %d", values[i].text, type, value.type);
    }
}

/* Errors of the text: offset and a piece of the message */
static const struct { const char *text; gsize offset; const char *message; } parse_errors[] = {
  { "", 0, "empty" }, { "  ", 2, "empty" }, { "1 +", 2, "arithmetic" }, { "1 + 2", 2, "arithmetic" }, { "a", 0, "unknown name “a”" },
  { "params.n - 1", 9, "arithmetic" }, { "1 -1", 2, "arithmetic" }, { "2 * 3", 2, "arithmetic" }, { "6 / 2", 2, "arithmetic" },
  { "'a", 0, "not closed" }, { "\"a", 0, "not closed" }, { "\"\\q\"", 1, "unknown escape" }, { "\"\\u12\"", 1, "unknown escape" },
  { "\"\\u0000\"", 1, "unknown escape" }, { "\"\\ud800\"", 1, "unknown escape" },
  { "(1", 0, "not closed" }, { "1)", 1, "operator is missing before “)”" }, { "((1)", 0, "not closed" }, { "[1]", 0, "value is missing before “[”" },
  { "params", 6, "params.NAME" }, { "params.", 7, "name is missing" }, { "params.1", 7, "name is missing" }, { "params[0]", 6, "params.NAME" },
  { "env", 3, "env.NAME" }, { "run", 3, "run.id" }, { "run.foo", 4, "no run.foo" }, { "tasks", 5, "tasks.ID" },
  { "tasks.a", 7, "tasks.ID" }, { "tasks.a.foo", 8, "no “foo”" }, { "tasks.a.outputs", 15, "tasks.ID.outputs.NAME" },
  { "tasks.a.outputs['x']", 15, "tasks.ID.outputs.NAME" }, { "tasks.a.items", 8, "not yet supported" },
  { "a = b", 2, "“==”" }, { "1 = 1", 2, "“==”" }, { "1 & 1", 2, "“&&”" }, { "1 | 1", 2, "“||”" }, { "1 == 1 == 1", 7, "do not chain" },
  { "1 < 2 < 3", 6, "do not chain" }, { "1 2", 2, "operator is missing" }, { "'a' 'b'", 4, "operator is missing" }, { "1 ==", 4, "too early" },
  { "== 1", 0, "value is missing before “==”" }, { "&& true", 0, "value is missing" }, { "true and", 8, "too early" }, { "not", 3, "too early" },
  { "foo(1)", 0, "unknown function “foo”" }, { "len()", 0, "one argument, not 0" }, { "len(1, 2)", 0, "one argument, not 2" },
  { "range(1,2,3)", 0, "one or two" }, { "contains('a')", 0, "two arguments, not 1" }, { "len(1 2)", 6, "“,” expected" }, { "len(1", 3, "not closed" },
  { "len(1,)", 6, "value is missing before “)”" }, { "1.5.2", 0, "no number" }, { "12abc", 0, "no number" }, { "20X", 0, "no number" }, { "5m1h", 0, "no number" },
  { "99999999999999999999", 0, "no number" }, { "$x", 0, "“$”" }, { "${{ 1 }}", 0, "“$”" }, { "1 ? 2", 2, "unexpected “?”" }, { "é", 0, "unexpected “é”" },
  { "true @", 5, "unexpected “@”" }, { "1.", 2, "a name is missing" }, { "params.m.", 9, "name is missing" }, { "params.m[", 9, "too early" },
  { "params.m[1", 8, "not closed" }, { "params.m[]", 9, "value is missing" }, { "{}", 0, "unexpected “{”" }, { "#", 0, "unexpected" }, { "a\n", 0, "unknown name" },
  { "region == 'eu'", 0, "params.region" }, { "None", 0, "unknown name" }, { "True", 0, "unknown name" }, { "x.y", 0, "unknown name" },
};

static void
test_parse_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (parse_errors); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize offset = 9999;
      g_autoptr (SyExpr) expr = sy_expr_parse (parse_errors[i].text, -1, &offset, &error);

      if (expr)
        g_error ("%s is accepted", parse_errors[i].text);
      g_assert_true (error->domain == SY_ERROR);
      if (!strstr (error->message, parse_errors[i].message) || offset != parse_errors[i].offset)
        g_error ("“%s”: at %" G_GSIZE_FORMAT ": %s", parse_errors[i].text, offset, error->message);
    }
}

/* Both before and at run time: message piece; at = offset of the check */
static const struct { const char *text; gsize at; const char *message; } type_errors[] = {
  { "params.region == 1", 0, "int(params.region)" }, { "1 == params.region", 0, "int(params.region)" },
  { "'1' != 1", 0, "int('1')" }, { "'1.5' < 2.5", 0, "float('1.5')" }, { "'true' == true", 0, "'true' == 'true'" },
  { "params.dry == 'true'", 0, "operands never convert" }, { "params.dry == 1", 0, "a bool does not compare with an int" },
  { "true < false", 0, "no order" }, { "params.hosts < params.hosts", 0, "no order" }, { "params.hosts == 'a'", 0, "json('a')" },
  { "params.hosts == 1", 0, "does not compare" }, { "null < 1", 0, "null is neither" }, { "1 >= null", 0, "null is neither" },
  { "1 && true", 0, "this is an int" }, { "true && 'x'", 8, "this is a string" }, { "true && null", 8, "this is null" }, { "!1", 1, "this is an int" },
  { "not params.region", 4, "this is a string" }, { "false or params.hosts", 9, "this is a list" }, { "params.nope", 0, "no parameter “nope”" },
  { "tasks.gone.state", 0, "no task “gone”" }, { "true and tasks.gone.state == 'x'", 9, "no task “gone”" },
  { "params.region.x", 0, "json(…)" }, { "params.n.x", 0, "an int has no members" }, { "params.n[0]", 0, "an int has no members" },
  { "params.hosts[1.5]", 13, "whole number" }, { "params.hosts[true]", 13, "whole number" },
  { "len(1)", 4, "len() takes a string, list or object, and this is an int" }, { "int(true)", 4, "int() takes" }, { "float(params.hosts)", 6, "float() takes" },
  { "string(null)", 7, "null" }, { "json(1)", 5, "json() takes" }, { "range('3')", 6, "range() takes" }, { "range(1, 'x')", 9, "range() takes" }, { "range(1.5)", 6, "range() takes" },
  { "contains(1, 2)", 9, "contains() takes" }, { "contains('1', 1)", 14, "contains() takes" }, { "starts_with(1, 'x')", 12, "starts_with() takes" },
  { "starts_with('x', 1)", 17, "starts_with() takes" }, { "basename(1)", 9, "basename() takes" }, { "stem(params.hosts)", 5, "stem() takes" },
  { "len(range('x'))", 10, "range() takes" }, { "env.HOME == 1", 0, "int(env.HOME)" }, { "env.HOME and true", 0, "this is a string" },
};

static void
test_type_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (type_errors); i++)
    {
      g_autoptr (GError) before = NULL;
      g_autoptr (GError) during = NULL;
      g_autoptr (SyExpr) expr = sy_expr_parse (type_errors[i].text, -1, NULL, &before);
      g_auto (SyValue) value = { 0 };
      gsize offset = 9999;

      g_assert_no_error (before);
      if (sy_expr_check (expr, &world_types, NULL, &offset, &before) || sy_expr_eval (expr, &world, &value, &during))
        g_error ("%s is accepted", type_errors[i].text);
      if (!strstr (before->message, type_errors[i].message) || offset != type_errors[i].at)
        g_error ("%s: at %" G_GSIZE_FORMAT ": %s", type_errors[i].text, offset, before->message);
      if (!strstr (during->message, "byte "))
        g_error ("%s: %s", type_errors[i].text, during->message);
    }
}

/* Only the run can tell */
static const struct { const char *text, *message; } run_errors[] = {
  { "params.m.n == 1", "int(params.m.n)" }, { "params.m.b == 1", "a bool does not compare" }, { "params.m.z > 1", "null is neither" },
  { "params.m.i and true", "this is an int" }, { "params.m.n.x", "only lists and objects" }, { "params.m[0]", "takes a name" }, { "params.m.l['x']", "whole number" },
  { "int('x')", "“x” is not a whole number" }, { "int('')", "not a whole number" }, { "int(1.5)", "not a whole number" }, { "int(1e30)", "not a whole number" },
  { "int('99999999999999999999')", "not a whole number" }, { "float('x')", "not a number" }, { "float('nan')", "not a number" }, { "float('0x10')", "not a number" },
  { "float('1e999')", "not a number" }, { "json('{')", "not JSON" }, { "json('[1,]')", "not JSON" }, { "json('{a:1}')", "string or '}' expected" }, { "json('')", "not JSON" },
  { "json('1 2')", "not JSON" }, { "json('[01]')", "column 2" }, { "json('99999999999999999999')", "too big integer" }, { "json('/* */ 1')", "not JSON" }, { "json('tru')", "not JSON" },
  { "range(200001)", "at most" }, { "range(-9223372036854775808, 9223372036854775807)", "at most" }, { "env.NOPE > 'a'", "null is neither" },
  { "len(env.NOPE)", "this is null" }, { "contains(json('{}'), 1)", "a name to look for" }, { "string(env.NOPE)", "nothing to show" }, { "int(env.NOPE)", "this is null" },
  { "run.dir", "run.dir is not known" }, { "tasks.fetch-all.outputs.parts.x", "whole number" },
};

static void
test_run_errors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (run_errors); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SyExpr) expr = sy_expr_parse (run_errors[i].text, -1, NULL, &error);
      g_auto (SyValue) value = { 0 };

      g_assert_no_error (error);
      if (!sy_expr_check (expr, &world_types, NULL, NULL, &error))
        g_error ("%s: %s", run_errors[i].text, error->message);
      if (sy_expr_eval (expr, &world, &value, &error))
        g_error ("%s is accepted", run_errors[i].text);
      if (!strstr (error->message, run_errors[i].message))
        g_error ("%s: %s", run_errors[i].text, error->message);
      g_assert_cmpint (value.type, ==, SY_VALUE_NULL);
    }
}

/* Result types before a run */
static void
test_check_types (void)
{
  static const struct { const char *text; SyValueType type; } cases[] = {
    { "params.m", SY_VALUE_JSON }, { "params.m.n", SY_VALUE_JSON }, { "params.n > 1", SY_VALUE_BOOL }, { "env.X ?? 'a'", SY_VALUE_STRING },
    { "tasks.fetch-all.outputs.n ?? 0", SY_VALUE_INT }, { "params.n ?? 'a'", SY_VALUE_JSON }, { "null", SY_VALUE_NULL }, { "env.X", SY_VALUE_STRING },
    { "params.wait", SY_VALUE_FLOAT }, { "range(2)", SY_VALUE_JSON }, { "run.id", SY_VALUE_STRING },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyExpr) expr = sy_expr_parse (cases[i].text, -1, NULL, NULL);
      SyValueType type;

      g_assert_true (sy_expr_check (expr, &world_types, &type, NULL, NULL));
      g_assert_cmpint (type, ==, cases[i].type);
    }
}

static char *
nested (const char *open, const char *middle, const char *close, guint depth)
{
  GString *s = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (s, open);
  g_string_append (s, middle);
  for (guint i = 0; i < depth; i++)
    g_string_append (s, close);
  return g_string_free (s, FALSE);
}

static void
test_depth (void)
{
  static const struct { const char *open, *middle, *close; } forms[] = {
    { "(", "true", ")" }, { "!", "true", "" }, { "not ", "true", "" }, { "params.m[", "'n'", "]" }, { "string(", "1", ")" },
    { "true == !", "true", "" }, { "(!", "true", ")" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *fits = nested (forms[i].open, forms[i].middle, forms[i].close, 20);
      g_autofree char *deep = nested (forms[i].open, forms[i].middle, forms[i].close, 100000);
      g_autoptr (SyExpr) good = sy_expr_parse (fits, -1, NULL, NULL), bad = NULL;
      g_autoptr (GError) error = NULL;

      if (i != 5)
        g_assert_nonnull (good);
      bad = sy_expr_parse (deep, -1, NULL, &error);
      g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
      g_assert_true (i == 5 || strstr (error->message, "64") != NULL);
    }
}

/* A chain is not nesting: no recursion over its length */
static void
test_long_chains (void)
{
  static const char *const links[] = { " && true", " || true", " ?? true", ".a", "[0]" };

  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *text = nested ("", i < 3 ? "true" : "params.m.z", links[i], 100000);
      g_autoptr (GError) error = NULL;
      g_autoptr (SyExpr) expr = sy_expr_parse (text, -1, NULL, &error);
      g_auto (SyValue) value = { 0 };

      g_assert_no_error (error);
      g_assert_true (sy_expr_eval (expr, &world, &value, NULL));
      g_assert_true (sy_expr_check (expr, &world_types, NULL, NULL, NULL));
    }
}

static void
test_json_depth (void)
{
  g_autofree char *deep = nested ("[", "1", "]", 100000);
  g_autofree char *fits = nested ("[", "1", "]", 100);
  g_auto (SyValue) value = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (sy_output_convert (SY_TYPE_JSON, fits, &value, NULL));
  g_assert_cmpstr (value.string, ==, fits);
  sy_value_clear (&value);
  g_assert_false (sy_output_convert (SY_TYPE_JSON, deep, &value, &error));
  g_assert_nonnull (strstr (error->message, "nested"));
}

static void
test_bytes (void)
{
  gsize offset;

  g_assert_null (sy_expr_parse ("1\0", 2, &offset, NULL));
  g_assert_cmpuint (offset, ==, 1);
  g_assert_null (sy_expr_parse ("'a\xff'", -1, &offset, NULL));
  g_assert_cmpuint (offset, ==, 2);
  {
    g_autoptr (SyExpr) part = sy_expr_parse ("123", 2, NULL, NULL);
    g_auto (SyValue) value = { 0 };

    g_assert_true (sy_expr_eval (part, NULL, &value, NULL));
    g_assert_cmpint (value.integer, ==, 12);
  }
}

/* Without a context every name is an error and nothing crashes */
static void
test_no_context (void)
{
  static const char *const names[] = { "params.x", "env.x", "run.id", "tasks.a.state" };
  static const SyExprContext empty = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (SyExpr) expr = sy_expr_parse (names[i], -1, NULL, NULL);
      g_auto (SyValue) value = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (sy_expr_eval (expr, &empty, &value, &error));
      g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
      g_assert_false (sy_expr_eval (expr, NULL, &value, NULL));
      if (i == 0 || i == 3)
        g_assert_false (sy_expr_check (expr, NULL, NULL, NULL, NULL));
    }
}

static void
collect_name (const char *scope, const char *name, gsize offset, gpointer data)
{
  g_string_append_printf (data, "%s.%s@%" G_GSIZE_FORMAT " ", scope, name, offset);
}

static void
test_names (void)
{
  g_autoptr (SyExpr) expr = sy_expr_parse ("tasks.a.outputs.b[params.x] == env.Y && tasks . c-d . state == 'tasks.e.state'", -1, NULL, NULL);
  g_autoptr (GString) names = g_string_new (NULL);

  sy_expr_foreach_name (expr, collect_name, names);
  g_assert_cmpstr (names->str, ==, "tasks.a@6 params.x@25 env.Y@35 tasks.c-d@48 ");
}

static void
test_condition (void)
{
  static const struct { const char *text; int result; } cases[] = {
    { "params.n == 3", TRUE }, { "${{ params.n == 4 }}", FALSE }, { "params.dry", TRUE }, { "${{ params.dry }}", TRUE },
    { "params.n", -1 }, { "${{ params.n }}", -1 }, { "null", -1 }, { "params.n ==", -1 }, { "${{ true }} ", -1 }, { "${{ true", -1 }, { "'true'", -1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean result = FALSE;

      if (sy_expr_eval_condition (cases[i].text, &world, &result, &error))
        g_assert_cmpint (result, ==, cases[i].result);
      else
        g_assert_cmpint (-1, ==, cases[i].result);
      g_assert_true ((error != NULL) == (cases[i].result < 0));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/expr/values", test_values);
  g_test_add_func ("/model/expr/values-check", test_values_check);
  g_test_add_func ("/model/expr/parse-errors", test_parse_errors);
  g_test_add_func ("/model/expr/type-errors", test_type_errors);
  g_test_add_func ("/model/expr/run-errors", test_run_errors);
  g_test_add_func ("/model/expr/check-types", test_check_types);
  g_test_add_func ("/model/expr/depth", test_depth);
  g_test_add_func ("/model/expr/long-chains", test_long_chains);
  g_test_add_func ("/model/expr/json-depth", test_json_depth);
  g_test_add_func ("/model/expr/bytes", test_bytes);
  g_test_add_func ("/model/expr/no-context", test_no_context);
  g_test_add_func ("/model/expr/names", test_names);
  g_test_add_func ("/model/expr/condition", test_condition);
  return g_test_run ();
}
