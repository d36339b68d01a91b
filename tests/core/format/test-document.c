/* test-document.c: the tree, its bytes, what it refuses
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-document.h"

#include <string.h>

static SyDocument *
parse_bytes (const char *text, gsize length, SyProblems *problems)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (SySource) source = sy_source_new ("test.yaml", bytes);

  return sy_document_new (source, problems);
}

static SyDocument *
parse (const char *text, SyProblems *problems)
{
  return parse_bytes (text, strlen (text), problems);
}

static SyDocument *
parse_good (const char *text)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyDocument *document = parse (text, problems);
  g_autoptr (GString) out = g_string_new (NULL);

  sy_problems_render (problems, out);
  g_assert_cmpstr (out->str, ==, "");
  g_assert_nonnull (document);
  return document;
}

static char *
slice (const SyDocument *document, const SyNode *node)
{
  const char *data = sy_source_get_data (sy_document_get_source (document), NULL);

  return g_strndup (data + node->start, node->end - node->start);
}

/* Each node's bytes, whatever stands before it: characters are not bytes */
static const struct
{
  const char *text;
  const char *path[4];
  const char *bytes;
  const char *value; /* NULL: no scalar */
  guint line, column;
} nodes[] = {
  { "a: b\n", { "a" }, "b", "b", 1, 4 },
  { "é: ü\nb: x\n", { "b" }, "x", "x", 2, 4 },
  { "\xef\xbb\xbf" "a: b\n", { "a" }, "b", "b", 1, 4 },
  { "\xef\xbb\xbf# käse\r\na: 'ü'\r\nb: x\r\n", { "b" }, "x", "x", 3, 4 },
  { "a: '日本' # 日\nb:   \"q\\n\"   # c\n", { "b" }, "\"q\\n\"", "q\n", 2, 6 },
  { "a: |\n  ü\n\n  y\n\n\n# c\nb: 1\n", { "a" }, "|\n  ü\n\n  y\n", "ü\n\ny\n", 1, 4 },
  { "a: |\r\n  ü\r\n\r\n\r\nb: 1\r\n", { "a" }, "|\r\n  ü\r\n", "ü\n", 1, 4 },
  { "a: |+\n  u\n\n\nb: 1\n", { "a" }, "|+\n  u\n\n\n", "u\n\n\n", 1, 4 },
  { "a: |-\n  u\n\n\nb: 1\n", { "a" }, "|-\n  u\n", "u", 1, 4 },
  { "a: >\n  u\n  v\n", { "a" }, ">\n  u\n  v\n", "u v\n", 1, 4 },
  { "a: |\n  u", { "a" }, "|\n  u", "u", 1, 4 },
  { "a:\n  b: |-\n    u\n    v: 1", { "a", "b" }, "|-\n    u\n    v: 1", "u\nv: 1", 2, 6 },
  { "a:\n  b: |-\n    c: 1\n  c: 1", { "a", "b" }, "|-\n    c: 1\n", "c: 1", 2, 6 },
  { "a: |\n  u\n# c", { "a" }, "|\n  u\n", "u\n", 1, 4 },
  { "a: one\n  two # c\nb: 1\n", { "a" }, "one\n  two", "one two", 1, 4 },
  { "a:\nb: 1\n", { "a" }, "", "", 1, 3 },
  { "t:\n  ä: {x: [ä, c ], y: 'ö'}   # k\n  b: 1\n", { "t", "ä", "x" }, "[ä, c ]", NULL, 2, 10 },
  { "t:\n  ä: {x: [ä, c ], y: 'ö'}   # k\n  b: 1\n", { "t", "ä" }, "{x: [ä, c ], y: 'ö'}", NULL, 2, 6 },
  { "t:\n  a:\n    x: 1\n    y: 2   # k\n\n# c\nz: 1\n", { "t", "a" }, "x: 1\n    y: 2", NULL, 3, 5 },
  { "t:\n- a\n- b\n# c\nz: 1\n", { "t" }, "- a\n- b", NULL, 2, 1 },
  { "a: x\rb: y\r", { "b" }, "y", "y", 2, 4 },
  { "--- # head\na: b\n...\n# tail\n", { "a" }, "b", "b", 2, 4 },
  { "a: ~\n", { "a" }, "~", "~", 1, 4 },
  { "a: 'it''s'\n", { "a" }, "'it''s'", "it's", 1, 4 },
};

static void
test_bytes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    {
      g_autoptr (SyDocument) document = parse_good (nodes[i].text);
      const SyNode *node = sy_document_find (document, nodes[i].path[0], nodes[i].path[1], nodes[i].path[2], NULL);
      g_autofree char *bytes = NULL;
      guint line, column;

      g_test_message ("%u: %s", i, nodes[i].text);
      g_assert_nonnull (node);
      bytes = slice (document, node);
      g_assert_cmpstr (bytes, ==, nodes[i].bytes);
      g_assert_cmpint (node->kind == SY_NODE_SCALAR, ==, nodes[i].value != NULL);
      if (nodes[i].value != NULL)
        g_assert_cmpstr (node->text, ==, nodes[i].value);
      sy_source_position (sy_document_get_source (document), node->start, &line, &column);
      g_assert_cmpuint (line, ==, nodes[i].line);
      g_assert_cmpuint (column, ==, nodes[i].column);
      g_assert_cmpuint (sy_source_offset (sy_document_get_source (document), line, column), ==, node->start);
    }
}

/* A long text of random words, mostly not ASCII: every slice must be the word it was made from */
static void
test_bytes_random (void)
{
  static const char *const words[] = { "a", "é", "日本", "😀", "zz", "Ünï", "\u200b", "x-y" };

  for (guint round = 0; round < 40; round++)
    {
      g_autoptr (GString) text = g_string_new (round % 2 ? "\xef\xbb\xbf" : "");
      const char *eol = round % 3 ? "\n" : "\r\n";
      g_autoptr (SyDocument) document = NULL;
      guint n = 0;

      for (guint i = 0; i < 600; i++)
        {
          const char *w = words[g_test_rand_int_range (0, G_N_ELEMENTS (words))];

          if (g_test_rand_int_range (0, 4) == 0)
            g_string_append_printf (text, "# %s%s", w, eol);
          g_string_append_printf (text, "k%u%s: {v: [%s, '%s'], w: \"%s\"} # %s%s", i, w, w, w, w, w, eol);
        }
      document = parse_good (text->str);
      for (const SyNode *key = sy_document_get_root (document)->first; key != NULL; key = key->next->next, n++)
        {
          const SyNode *list = sy_node_get (key->next, "v");
          g_autofree char *bytes = slice (document, key), *plain = slice (document, sy_node_nth (list, 0));
          g_autofree char *quoted = slice (document, sy_node_nth (list, 1));
          g_autofree char *expected = g_strdup_printf ("'%s'", plain);

          g_assert_cmpstr (bytes, ==, key->text);
          g_assert_cmpstr (plain, ==, sy_node_nth (list, 0)->text);
          g_assert_cmpstr (quoted, ==, expected);
          g_assert_true (sy_document_at (document, list->first->start) == list->first);
        }
      g_assert_cmpuint (n, ==, 600);
    }
}

static void
test_source_offset (void)
{
  g_autoptr (SyDocument) document =
    parse_good ("a: héllo\nb: 'héllo'\nc: |\n    one\n\n      two x\nd: \"a\\tb\"\ne: |2\n     ind\n");
  const SySource *source = sy_document_get_source (document);
  static const struct { const char *key; gsize offset; guint line, column; } cases[] = {
    { "a", 3, 1, 6 }, { "b", 3, 2, 7 }, { "c", 0, 4, 5 }, { "c", 7, 6, 7 }, { "c", 11, 6, 11 },
    { "d", 2, 7, 4 } /* an escape: the start */, { "e", 3, 9, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SyNode *node = sy_document_find (document, cases[i].key, NULL);
      guint line, column;

      sy_source_position (source, sy_node_source_offset (document, node, cases[i].offset), &line, &column);
      g_test_message ("%s+%" G_GSIZE_FORMAT, cases[i].key, cases[i].offset);
      g_assert_cmpuint (line, ==, cases[i].line);
      g_assert_cmpuint (column, ==, cases[i].column);
    }
}

static void
test_structure (void)
{
  g_autoptr (SyDocument) document = parse_good ("b: 1\na: [x, {y: 2}]\nc:\n");
  const SyNode *root = sy_document_get_root (document), *list = sy_node_get (root, "a");

  g_assert_cmpuint (root->n, ==, 3);
  g_assert_cmpstr (root->first->text, ==, "b");
  g_assert_cmpstr (root->first->next->next->text, ==, "a");
  g_assert_cmpuint (list->n, ==, 2);
  g_assert_true (list->parent == root);
  g_assert_true (sy_node_nth (list, 1)->first->parent == sy_node_nth (list, 1));
  g_assert_null (sy_node_nth (list, 2));
  g_assert_true (sy_node_is_empty (sy_node_get (root, "c")));
  g_assert_false (sy_node_is_empty (sy_node_get (root, "b")));
  g_assert_null (sy_node_get (root, "d"));
  g_assert_null (sy_document_find (document, "a", "y", NULL));
  g_assert_null (sy_document_at (document, 9999));
}

static void
test_empty (void)
{
  static const char *const texts[] = { "", "\n\n", "# nothing\n", "\xef\xbb\xbf", "---\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (SyDocument) document = parse_good (texts[i]);
      const SyNode *root = sy_document_get_root (document);

      g_assert_true (root == NULL || sy_node_is_empty (root));
    }
}

/* Bytes in, "line:column code" out; one problem each */
static const struct
{
  const char *text;
  gsize length; /* 0: strlen */
  const char *problem;
} refused[] = {
  { "a: \xff\n", 0, "1:4 encoding" },
  { "a: \xc3", 0, "1:4 encoding" },
  { "a: é\nb: \xe2\x82\n", 0, "2:4 encoding" },
  { "\xff\xfe" "a\0", 4, "1:1 encoding" },
  { "\xfe\xff\0a", 4, "1:1 encoding" },
  { "a: b\0c\n", 7, "1:5 control-character" },
  { "é: \x1b[31m\n", 0, "1:4 control-character" },
  { "a: \x7f\n", 0, "1:4 control-character" },
  { "a: \xc2\x80\n", 0, "1:4 control-character" },
  { "a: \xef\xbf\xbf\n", 0, "1:4 control-character" },
  { "a: \"x\\0y\"\n", 0, "1:4 control-character" },
  { "a: 1\n---\nb: 1\n", 0, "2:1 second-document" },
  { "a: 1\n...\nb: 1\n", 0, "3:1 second-document" },
  { "%YAML 1.2\n---\na: 1\n", 0, "1:1 directive" },
  { "# c\n\n%TAG ! x\n---\na: 1\n", 0, "3:1 directive" },
  { "é: &x 1\n", 0, "1:4 anchor" },
  { "é: *x\n", 0, "1:4 alias" },
  { "a: 1\n<<: {b: 1}\n", 0, "2:1 merge-key" },
  { "a: 1\n<<: *x\n", 0, "2:1 merge-key" },
  { "a: !!str 1\n", 0, "1:4 tag" },
  { "a: !x [1]\n", 0, "1:4 tag" },
  { "a: 1\nb: 2\n'a': 3\n", 0, "3:1 duplicate-key" },
  { "{a: 1, b: 2, a: 3}\n", 0, "1:14 duplicate-key" },
  { "? [a]\n: 1\n", 0, "1:3 complex-key" },
  { "a: {{ x }}\n", 0, "1:5 complex-key" },
  { "a: 1\n\tb: 1\n", 0, "2:1 tab-indent" },
  { "é: \"x\n", 0, "1:4 open-quote" },
  { "a: [1, 2\nb: 1\n", 0, "1:4 open-list" },
  { "a: {b: 1\nc: 1\n", 0, "1:4 open-map" },
  { "a: \"\\q\"\n", 0, "1:5 escape" },
};

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      gsize length = refused[i].length > 0 ? refused[i].length : strlen (refused[i].text);
      g_autoptr (SyDocument) document = parse_bytes (refused[i].text, length, problems);
      g_autofree char *found = NULL;
      const SyProblem *p;

      g_test_message ("%u: %s", i, refused[i].problem);
      g_assert_cmpuint (sy_problems_get_n (problems), ==, 1);
      p = sy_problems_get (problems, 0);
      found = g_strdup_printf ("%u:%u %s", p->line, p->column, p->code);
      g_assert_cmpstr (found, ==, refused[i].problem);
      g_assert_cmpint (p->severity, ==, SY_SEVERITY_ERROR);
      g_assert_nonnull (strchr (p->message, ' '));
    }
}

/* An invalid byte must be found wherever a reader's buffer ends */
static void
test_encoding_at_every_offset (void)
{
  for (gsize at = 4000; at < 4200; at++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyDocument) document = NULL;
      g_autofree char *text = g_strnfill (20000, 'x');

      memcpy (text, "a: ", 3);
      text[at] = '\xe2';
      document = parse (text, problems);
      g_assert_null (document);
      g_assert_cmpuint (sy_problems_get (problems, 0)->start, ==, at);

      memcpy (text + at, "€", 3);
      g_clear_pointer (&problems, sy_problems_free);
      problems = sy_problems_new ();
      document = parse (text, problems);
      g_assert_nonnull (document);
      g_assert_cmpuint (sy_document_get_root (document)->first->next->n, ==, 20000 - 3);
    }
}

static char *
repeat (const char *head, const char *text, guint n, const char *tail)
{
  GString *out = g_string_new (head);

  for (guint i = 0; i < n; i++)
    g_string_append (out, text);
  g_string_append (out, tail);
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *head, *text;
  guint n;
  const char *tail, *code; /* NULL: allowed */
} limits[] = {
  { "a: ", "[", 63, "", "open-list" }, /* depth 64 with the map: only the brackets are missing */
  { "a: ", "[", 64, "", "too-deep" },
  { "a: ", "[", 100000, "", "too-deep" },
  { "a: ", "{b: ", 100000, "", "too-deep" },
  { "", "- ", 100000, "a\n", "too-deep" },
  { "a: ", "x", SY_LIMIT_SCALAR, "\n", NULL },
  { "a: ", "x", SY_LIMIT_SCALAR + 1, "\n", "too-long" },
  { "a: \"", "x", SY_LIMIT_SCALAR + 1, "\"\n", "too-long" },
  { "a: |\n  ", "x\n  ", SY_LIMIT_SCALAR / 2 + 2, "\n", "too-long" },
  { "# ", "x", SY_LIMIT_FILE - 3, "\n", NULL },
  { "# ", "x", SY_LIMIT_FILE - 2, "\n", "too-large" },
  { "a: [", "1,", SY_LIMIT_NODES + 10, "]\n", "too-many-nodes" },
  { "", "%TAG ! tag:x,2000:\n", 1000000, "--- a\n", "directive" },
  { "a: b\n...\n", "%TAG !a! tag:x,2000:\n", 1000000, "--- a\n", "second-document" },
};

static void
test_limits (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autofree char *text = repeat (limits[i].head, limits[i].text, limits[i].n, limits[i].tail);
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyDocument) document = parse (text, problems);

      g_test_message ("%u", i);
      if (limits[i].code == NULL)
        g_assert_cmpuint (sy_problems_get_n (problems), ==, 0);
      else
        g_assert_cmpstr (sy_problems_get (problems, 0)->code, ==, limits[i].code);
    }
}

/* A file of anchors and aliases that would unfold to 3^20 nodes costs no more than its text */
static void
test_alias_bomb (void)
{
  g_autoptr (GString) text = g_string_new ("a0: &a0 x\n");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = NULL;

  for (guint i = 1; i <= 20; i++)
    g_string_append_printf (text, "a%u: &a%u [*a%u, *a%u, *a%u]\n", i, i, i - 1, i - 1, i - 1);
  document = parse (text->str, problems);
  g_assert_nonnull (document);
  g_assert_cmpuint (sy_document_get_n_nodes (document), <, 200);
  g_assert_cmpuint (sy_problems_get_n_errors (problems), ==, 81);
}

static void
test_many_duplicates (void)
{
  g_autofree char *text = repeat ("", "a: 1\n", 100000, "");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyDocument) document = parse (text, problems);

  g_assert_nonnull (document);
  g_assert_cmpuint (sy_problems_get_n_errors (problems), ==, 99999);
  g_assert_cmpuint (sy_problems_get_n (problems), ==, 1000);
  g_assert_cmpuint (sy_problems_get_n_dropped (problems), ==, 98999);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/document/bytes", test_bytes);
  g_test_add_func ("/document/bytes-random", test_bytes_random);
  g_test_add_func ("/document/source-offset", test_source_offset);
  g_test_add_func ("/document/structure", test_structure);
  g_test_add_func ("/document/empty", test_empty);
  g_test_add_func ("/document/refused", test_refused);
  g_test_add_func ("/document/encoding-at-every-offset", test_encoding_at_every_offset);
  g_test_add_func ("/document/limits", test_limits);
  g_test_add_func ("/document/alias-bomb", test_alias_bomb);
  g_test_add_func ("/document/many-duplicates", test_many_duplicates);
  return g_test_run ();
}
