/* test-edit-random.c: thousands of seeded edits of real and nasty files; outside the node touched no byte may change
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"
#include "core/format/sy-quote.h"

static const char *const nasty_files[] = {
  "version: 1\nname: x # c\n\n# head\ntasks:\n  # about a\n  a: {run: echo a, env: {A: '1', B: \"two\\n\"}} # tail\n\n  b:\n    needs: a\n    run: |\n"
  "      one\n\n      two # no comment\n    # inside b\n    env:\n      X: ${{ tasks.a.state }}\n\n  # about c\n  c:\n    needs: [a, b] # both\n    command:\n"
  "      - sh\n      - -c\n      - >-\n        folded\n        text\n    if: tasks.a.state == 'succeeded' && tasks.b.failed == 0\n  d:\n    needs:\n    - a\n"
  "    - {task: b, tolerate: [failed]}\n    run: 'it''s'\nhandlers:\n  failure: {run: x}\n# end\n",
  "version: 1\r\ntasks:\r\n  a:\r\n    run: |\r\n      x\r\n      y\r\n  b: {needs: [a],\r\n      run: z} # c\r\n",
  "\xef\xbb\xbfversion: 1\ntasks:\n    \"a\":\n        run: \"multi\n            line\"\n    b: { needs: [ a , ] , }\n    c:\n    d: {}",
  "tasks: {a: {run: x}, b: {needs: [a]}, c: {needs: [{task: b}]}}\n",
  "a:\n- b\n- - c\n  - d: 1\n    e:\n    - f\n-\n- {g: [h, {i: j}]}\n- |+\n  k\n\n- l\nm: plain text\n  over lines # c\nn: ''\no:\n",
  "---\na: 1\nb:\n  c: >+\n    t\n\n    u\n\n  d: \"\\u00e9\\x41\" # é\nlang: 日本語 text\nkey with space: v\n...\n",
};

static const char *const texts[] = {
  "x", "1.10", "no", "012", "a: b", "a #b", "", " lead", "trail ", "-", "- x", "--flag", "*", "&a", "!t", "%d", "@x", "`x`", "'", "\"", "it's", "say \"x\"",
  "a,b", "[x]", "{y}", "]", "#c", "~", "null", "true", "2024-01-01", "0x1f", "1e5", ".5", "12:30:45", "<<", "=", "é", "日本語", "😀", "a\tb", "\t", "tab\tin text",
  "one\ntwo\n", "one\ntwo", "one\n\ntwo\n\n", "\nlead\n", "  ind\nx\n", "a\n  b\nc\n", "x: |\n  y\n", "# c\nd\n", "line\r\ncrlf\n", "bell\a", "nbsp\xc2\xa0.", "nel\xc2\x85.",
  "ls\xe2\x80\xa8.", "bom\xef\xbb\xbf.", "${{ params.x }}", "a very long text that goes on and on and on, with commas, and: colons, far beyond eighty columns of the page",
  "\n", "\n\n", " \n", "trailing \n lines \n", "---", "--- a", "...", "?", "? x", ":", ": x", "x:", "http://x/y?z#w", "C:\\dir", "%%", "\\n", "-1", "+1", "- - -", "|", ">", "|-\nx",
};

typedef struct
{
  GRand *rand;
  guint done, refused, scalars, broken;
} Run;

static SyDocument *
parse (GBytes *bytes)
{
  g_autoptr (SySource) source = sy_source_new ("file", bytes);
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyDocument *document;

  sy_problems_set_source (problems, source);
  document = sy_document_new (source, problems);
  if (document && sy_problems_get_n_errors (problems) > 0)
    g_clear_pointer (&document, sy_document_unref);
  return document;
}

/* Every value of the file as "path=text", in order */
static void
list_values (const SyNode *node, const char *path, GPtrArray *nodes, GPtrArray *paths)
{
  guint index = 0;

  g_ptr_array_add (nodes, (gpointer) node);
  g_ptr_array_add (paths, g_strdup (path));
  for (const SyNode *child = node->kind == SY_NODE_SCALAR ? NULL : node->first; child; child = child->next, index++)
    {
      g_autofree char *inner = node->kind == SY_NODE_MAPPING ? g_strdup_printf ("%s\x01%s", path, child->text)
                                                             : g_strdup_printf ("%s\x01%u", path, index);

      if (node->kind == SY_NODE_MAPPING)
        child = child->next;
      list_values (child, inner, nodes, paths);
    }
}

static char *
dump_without (SyDocument *document, const char *skip)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new (), paths = g_ptr_array_new_with_free_func (g_free);
  GString *out = g_string_new (NULL);

  if (sy_document_get_root (document))
    list_values (sy_document_get_root (document), "", nodes, paths);
  for (guint i = 0; i < nodes->len; i++)
    {
      const SyNode *node = g_ptr_array_index (nodes, i);
      const char *path = g_ptr_array_index (paths, i);
      gsize n = strlen (skip);

      if (strncmp (path, skip, n) == 0 && (path[n] == '\0' || path[n] == '\x01'))
        continue;
      g_string_append_printf (out, "%s = %u %u %s\n", path, node->kind, node->kind == SY_NODE_SCALAR ? node->style : 9u,
                              node->kind == SY_NODE_SCALAR ? node->text : "");
    }
  return g_string_free (out, FALSE);
}

static gsize
line_start (const char *s, gsize at)
{
  while (at > 0 && s[at - 1] != '\n')
    at--;
  return at;
}

/* Where its key or the item in front of it stands */
static gsize
lead (const SyNode *node)
{
  const SyNode *before = node->parent->first;

  if (before == node)
    return node->parent->start;
  while (before->next != node)
    before = before->next;
  return node->parent->kind == SY_NODE_MAPPING ? before->start : before->end;
}

/* The lines in front of the node's and behind them must be there unchanged, and a comment on the node's last line too. */
static void
check_bytes (GBytes *before, GBytes *after, const SyNode *node)
{
  gsize n, m, end, head, tail;
  const char *a = g_bytes_get_data (before, &n), *b = g_bytes_get_data (after, &m);
  gboolean block = node->kind != SY_NODE_SCALAR && node->style == SY_STYLE_BLOCK;

  head = block || sy_node_is_empty (node) ? line_start (a, node->start) : node->start;
  if (block)
    head = line_start (a, lead (node));
  end = node->end;
  if (end == 0 || a[end - 1] != '\n' || sy_node_is_empty (node))
    while (end < n && a[end++] != '\n')
      ;
  while (end < n && node->kind == SY_NODE_SCALAR && node->style == SY_STYLE_FOLDED && a[end] == '\n')
    end++;
  tail = n - end;
  g_assert_cmpuint (m, >=, MIN (head, m));
  g_assert_cmpint (memcmp (a, b, MIN (head, m)), ==, 0);
  g_assert_cmpuint (m, >=, tail);
  g_assert_cmpint (memcmp (a + end, b + m - tail, tail), ==, 0);
  if (!block && !(node->kind == SY_NODE_SCALAR && node->style > SY_STYLE_DOUBLE))
    {
      g_autofree char *rest = g_strndup (a + node->end, end - node->end), *all = g_strndup (b, m);

      g_assert_nonnull (strstr (all, g_strchomp (rest)));
    }
}

static void
check_meaning (const SyNode *node, const char *text, gboolean typed)
{
  if (node == NULL)
    g_error ("the value is not there any more");
  g_assert_cmpint (node->kind, ==, SY_NODE_SCALAR);
  g_assert_cmpstr (node->text, ==, text);
  g_assert_false (sy_node_is_empty (node));
  if (!typed && node->style == SY_STYLE_PLAIN)
    g_assert_false (sy_quote_is_ambiguous (text));
}

static const SyNode *
find (SyDocument *document, const char *const *path)
{
  const SyNode *node = sy_document_get_root (document);

  for (; *path && node; path++)
    node = node->kind == SY_NODE_SEQUENCE ? sy_node_nth (node, (guint) g_ascii_strtoull (*path, NULL, 10)) : sy_node_get (node, *path);
  return node;
}

/* One value set at random; the new bytes, or NULL where it was refused */
static GBytes *
edit_scalar (Run *run, GBytes *bytes, SyDocument *document, gboolean any_node)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new (), paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SyDocument) result = NULL;
  g_auto (GStrv) path = NULL;
  g_autofree char *was = NULL, *is = NULL;
  const char *text = texts[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (texts))];
  const SyNode *node;
  GBytes *after;
  guint i;

  list_values (sy_document_get_root (document), "", nodes, paths);
  i = (guint) g_rand_int_range (run->rand, 0, (gint) nodes->len);
  node = g_ptr_array_index (nodes, i);
  if (!node->parent || (!any_node && node->kind != SY_NODE_SCALAR))
    return NULL;
  path = g_strsplit ((char *) g_ptr_array_index (paths, i) + 1, "\x01", -1);
  sy_edit_set (edit, (const char *const *) path, sy_edit_value_new_text (text));
  after = sy_edit_apply (edit, bytes, "file", &error);
  run->scalars++;
  if (!after)
    {
      g_assert_error (error, SY_ERROR, SY_ERROR_REFUSED);
      if (run->refused++ < 20)
        g_test_message ("refused: %s = “%s”: %s", (char *) g_ptr_array_index (paths, i) + 1, text, error->message);
      return NULL;
    }
  result = parse (after);
  g_assert_nonnull (result);
  check_meaning (find (result, (const char *const *) path), text, FALSE);
  was = dump_without (document, g_ptr_array_index (paths, i));
  is = dump_without (result, g_ptr_array_index (paths, i));
  g_assert_cmpstr (was, ==, is);
  check_bytes (bytes, after, node);
  return after;
}

/* Structure: tasks and keys. What comes out must load as YAML with the wanted tasks; the editor's own check does the rest. */
static char *
pick_task (Run *run, SyDocument *document)
{
  const SyNode *tasks = sy_document_find (document, "tasks", NULL), *key;
  gint n = tasks && tasks->kind == SY_NODE_MAPPING && tasks->n > 0 ? g_rand_int_range (run->rand, 0, (gint) tasks->n) : -1;

  if (n < 0)
    return NULL;
  for (key = tasks->first; n > 0; n--)
    key = key->next->next;
  return g_strdup (key->text);
}

static void
record_random (Run *run, SyEdit *edit, SyDocument *document, guint number)
{
  g_autofree char *one = pick_task (run, document), *other = pick_task (run, document), *fresh = g_strdup_printf ("t%u", number);
  const char *key[] = { "tasks", one, "x-note", NULL };
  SyEditValue *fields;

  switch (one ? g_rand_int_range (run->rand, 0, 9) : 7)
    {
    case 0:
      sy_edit_rename_task (edit, one, fresh);
      break;
    case 1:
      sy_edit_add_need (edit, one, other);
      break;
    case 2:
      sy_edit_remove_need (edit, one, other);
      break;
    case 3:
      sy_edit_move_task (edit, one, g_rand_boolean (run->rand) ? other : NULL);
      break;
    case 4:
      sy_edit_remove_task (edit, one, (SyEditEdges) g_rand_int_range (run->rand, 0, 3));
      break;
    case 5:
      sy_edit_set (edit, key, sy_edit_value_new_text (texts[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (texts))]));
      break;
    case 6:
      sy_edit_append (edit, key, sy_edit_value_new_text (texts[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (texts))]));
      break;
    default:
      fields = sy_edit_value_new_map ();
      sy_edit_value_set (fields, "run", sy_edit_value_new_text (texts[g_rand_int_range (run->rand, 0, G_N_ELEMENTS (texts))]));
      sy_edit_add_task (edit, fresh, fields, one && g_rand_boolean (run->rand) ? one : NULL);
      break;
    }
}

/* Lines that are comments, sorted: none may get lost or change unless a task went */
static guint
count_comments (GBytes *bytes)
{
  gsize n;
  const char *s = g_bytes_get_data (bytes, &n);
  guint comments = 0;
  gboolean start = TRUE;

  for (gsize i = 0; i < n; i++)
    {
      comments += start && s[i] == '#';
      start = s[i] == '\n' || (start && s[i] == ' ');
    }
  return comments;
}

static GBytes *
edit_structure (Run *run, GBytes *bytes, SyDocument *document, guint number)
{
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SyDocument) result = NULL;
  GBytes *after;

  record_random (run, edit, document, number);
  after = sy_edit_apply (edit, bytes, "file", &error);
  run->done++;
  if (!after)
    {
      g_assert_true (error->domain == SY_ERROR);
      if (strstr (error->message, "without touching"))
        {
          run->broken++;
          g_test_message ("broken: %s in\n%s", error->message, (char *) g_bytes_get_data (bytes, NULL));
        }
      return NULL;
    }
  result = parse (after);
  g_assert_nonnull (result);
  g_assert_cmpuint (count_comments (after) + 8, >=, count_comments (bytes));
  return after;
}

static void
edit_file (Run *run, GBytes *original, guint rounds, gboolean native)
{
  GBytes *bytes = g_bytes_ref (original);

  for (guint i = 0; i < rounds; i++)
    {
      g_autoptr (SyDocument) document = parse (bytes);
      GBytes *after = NULL;

      g_assert_nonnull (document);
      if (!sy_document_get_root (document))
        break;
      if (native && g_rand_boolean (run->rand))
        after = edit_structure (run, bytes, document, i);
      else
        after = edit_scalar (run, bytes, document, native);
      if (after)
        {
          g_bytes_unref (bytes);
          bytes = after;
        }
      if (i % 12 == 11)
        {
          g_bytes_unref (bytes);
          bytes = g_bytes_ref (original);
        }
    }
  g_bytes_unref (bytes);
}

static void
report (Run *run)
{
  g_test_message ("%u scalar edits, %u refused; %u edits of structure, %u unwritable", run->scalars, run->refused, run->done, run->broken);
  g_assert_cmpuint (run->refused * 1000, <=, run->scalars);
  g_assert_cmpuint (run->broken * 200, <=, run->done);
  g_rand_free (run->rand);
}

static void
test_nasty (void)
{
  Run run = { .rand = g_rand_new_with_seed (20240229) };

  for (guint i = 0; i < G_N_ELEMENTS (nasty_files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (nasty_files[i], strlen (nasty_files[i]));

      edit_file (&run, bytes, 600, TRUE);
    }
  g_assert_cmpuint (run.scalars + run.done, >=, 1000);
  report (&run);
}

static guint
edit_folder (Run *run, const char *path, guint rounds, gboolean native)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *full = g_build_filename (path, name, NULL), *text = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (SyDocument) document = NULL;
      gsize length;

      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        n += edit_folder (run, full, rounds, native);
      else if ((g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml")) && g_file_get_contents (full, &text, &length, NULL))
        {
          bytes = g_bytes_new (text, length);
          document = parse (bytes);
          if (!document)
            continue; /* anchors, tags, several documents */
          edit_file (run, bytes, rounds, native);
          n++;
        }
    }
  return n;
}

static void
test_examples (void)
{
  g_autofree char *examples = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  g_autofree char *data = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "tests", "data", NULL);
  Run run = { .rand = g_rand_new_with_seed (7) };
  guint n = edit_folder (&run, examples, 150, TRUE) + edit_folder (&run, data, 40, TRUE);

  g_test_message ("%u files", n);
  report (&run);
}

static void
test_shared (void)
{
  g_autofree char *beside = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "..", "shared", NULL);
  const char *shared = g_getenv ("SWITCHYARD_SHARED") ? g_getenv ("SWITCHYARD_SHARED") : beside;
  g_autofree char *workflows = g_build_filename (shared, "workflows", NULL);
  Run run = { .rand = g_rand_new_with_seed (11) };
  guint n = edit_folder (&run, workflows, 60, FALSE);

  if (n == 0)
    g_test_skip ("no ../shared/workflows");
  g_test_message ("%u files", n);
  report (&run);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/edit/random/nasty", test_nasty);
  g_test_add_func ("/format/edit/random/examples", test_examples);
  g_test_add_func ("/format/edit/random/shared", test_shared);
  return g_test_run ();
}
