/* awkward-yaml.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/core/format/awkward-yaml.h"

#include <string.h>

typedef struct
{
  GRand *rand;
  GString *out;
  guint n;              /* of keys: none stands twice */
  gboolean anchors;
} Writer;

static guint
pick (Writer *w, guint n)
{
  return (guint) g_rand_int_range (w->rand, 0, (gint) n);
}

static gboolean
chance (Writer *w, guint percent)
{
  return pick (w, 100) < percent;
}

static const char *const texts[] = {
  "x", "1.10", "no", "012", "a: b", "a #b", "", " lead", "trail ", "-", "- x", "*", "&a", "!t", "%d", "@x", "`x`", "'", "\"", "it's", "say \"x\"", "a,b", "[x]",
  "{y}", "#c", "~", "null", "true", "2024-01-01", "0x1f", "1e5", ".5", "12:30:45", "<<", "=", "é", "日本語", "😀", "a\tb", "one\ntwo\n", "one\ntwo", "one\n\ntwo\n\n",
  "\nlead\n", "  ind\nx\n", "x: |\n  y\n", "# c\nd\n", "bell\a", "nbsp\xc2\xa0.", "nel\xc2\x85.", "ls\xe2\x80\xa8.", "${{ params.x }}", "\n", " \n", "---", "--- a", "...",
  "?", "? x", ":", ": x", "x:", "http://x/y?z#w", "C:\\dir", "\\n", "-1", "- - -", "|", ">", "|-\nx", "a long text that goes on and on, with commas, and: colons, beyond eighty columns of a page",
};

const char *
awkward_text (GRand *rand)
{
  return texts[g_rand_int_range (rand, 0, G_N_ELEMENTS (texts))];
}

static void
blanks (Writer *w, guint n)
{
  for (guint i = 0; i < n; i++)
    g_string_append_c (w->out, ' ');
}

/* --- comments and lines --- */

static void
comment_text (Writer *w)
{
  static const char *const words[] = { "why", "a: b", "tab\there", "\t tab", "é 日本 😀", "'quoted' \"twice\"", "- item", "[ { , } ]", "| >", "&a *a !t", "# more", "" };

  g_string_append_printf (w->out, "#%s%s %u", chance (w, 80) ? " " : "", words[pick (w, G_N_ELEMENTS (words))], w->n++);
}

static void
end_line (Writer *w)
{
  if (chance (w, 8))
    blanks (w, 1 + pick (w, 3));
  if (chance (w, 22))
    {
      g_string_append (w->out, chance (w, 80) ? " " : " \t ");
      comment_text (w);
    }
  g_string_append_c (w->out, '\n');
}

/* Comments and blank lines between two children */
static void
between (Writer *w, guint indent)
{
  while (chance (w, 22))
    {
      if (chance (w, 60))
        {
          blanks (w, chance (w, 75) ? indent : pick (w, indent + 5));
          comment_text (w);
        }
      else if (chance (w, 20))
        blanks (w, pick (w, 6));
      g_string_append_c (w->out, '\n');
    }
}

/* --- scalars --- */

static const char *const words[] = { "alpha", "beta", "1", "1.10", "true", "no", "~", "2024-01-01", "a b c", "x-y_z", "é", "日本語", "http://x/y", "${HOME}", "a,b", "12:30" };

static void
plain (Writer *w, gboolean flow)
{
  const char *word = words[pick (w, G_N_ELEMENTS (words))];

  g_string_append (w->out, flow && strpbrk (word, ",{") != NULL ? "word" : word);
}

static void
double_quoted (Writer *w, guint indent, gboolean flow)
{
  static const char *const parts[] = { "plain", "\\u00e9\\x41", "\\\"", "a \\n b", "\\\\", "# no", ": ", "日本", "\\t", "${{ params.p }}" };

  g_string_append_c (w->out, '"');
  for (guint i = pick (w, 4); i > 0; i--)
    {
      g_string_append (w->out, parts[pick (w, G_N_ELEMENTS (parts))]);
      if (!flow && i > 1 && chance (w, 30))
        {
          g_string_append (w->out, chance (w, 50) ? "\n" : "\\\n");
          blanks (w, indent + 1 + pick (w, 4));
        }
    }
  g_string_append (w->out, "e\"");
}

static void
single_quoted (Writer *w, guint indent, gboolean flow)
{
  g_string_append (w->out, chance (w, 50) ? "'it''s" : "'# no: ");
  if (!flow && chance (w, 25))
    {
      g_string_append_c (w->out, '\n');
      blanks (w, indent + 1 + pick (w, 3));
      g_string_append (w->out, "more");
    }
  g_string_append_c (w->out, '\'');
}

/* | and > with every indicator; @indent: of the key that it belongs to */
static void
block_scalar (Writer *w, guint indent)
{
  guint width = 1 + pick (w, 4);
  gboolean given = chance (w, 25);

  g_string_append_c (w->out, chance (w, 65) ? '|' : '>');
  if (given)
    g_string_append_printf (w->out, "%u", width);
  if (chance (w, 55))
    g_string_append_c (w->out, chance (w, 50) ? '-' : '+');
  end_line (w);
  for (guint i = 1 + pick (w, 4); i > 0; i--)
    {
      if (chance (w, 15))
        g_string_append_c (w->out, '\n');
      blanks (w, indent + width + (given && chance (w, 30) ? 2 : 0));
      g_string_append (w->out, chance (w, 20) ? "# no comment" : chance (w, 20) ? "a: b" : "echo é \"x\" | wc");
      g_string_append_c (w->out, '\n');
    }
  while (chance (w, 15))
    g_string_append_c (w->out, '\n');
}

/* Without its line's end, but for blocks. TRUE: the line is ended */
static gboolean
scalar (Writer *w, guint indent, gboolean flow)
{
  switch (pick (w, flow ? 5 : 8))
    {
    case 0:
    case 1: plain (w, flow); return FALSE;
    case 2:
    case 3: double_quoted (w, indent, flow); return FALSE;
    case 4: single_quoted (w, indent, flow); return FALSE;
    case 5:
      g_string_append (w->out, "several words\n");
      blanks (w, indent + 2);
      g_string_append (w->out, "over lines");
      return FALSE;
    default: block_scalar (w, indent); return TRUE;
    }
}

/* --- collections --- */

static void
key (Writer *w, gboolean flow)
{
  static const struct { const char *before, *behind; } forms[] = {
    { "k", "" }, { "'k ", "'" }, { "\"k\\t", "\"" }, { "ключ", "" }, { "k-", ".x" }, { "k ", "" },
  };
  guint form = pick (w, G_N_ELEMENTS (forms));

  g_string_append_printf (w->out, "%s%u%s", forms[form].before, w->n++, forms[form].behind);
  g_string_append (w->out, !flow && chance (w, 10) ? " :" : ":");
}

static void
flow (Writer *w, guint depth, guint indent)
{
  gboolean map = chance (w, 50), lines = chance (w, 15);
  guint n = pick (w, 4);

  g_string_append_c (w->out, map ? '{' : '[');
  for (guint i = 0; i < n; i++)
    {
      if (lines)
        {
          if (chance (w, 30))
            {
              g_string_append_c (w->out, ' ');
              comment_text (w);
            }
          g_string_append_c (w->out, '\n');
          blanks (w, indent + 2);
        }
      else if (chance (w, 30))
        g_string_append_c (w->out, ' ');
      if (map)
        {
          key (w, TRUE);
          g_string_append_c (w->out, ' ');
        }
      if (depth > 0 && chance (w, 25))
        flow (w, depth - 1, indent + 2);
      else if (!map || chance (w, 90))
        scalar (w, indent + 2, TRUE);
      if (i + 1 < n || chance (w, 15))
        g_string_append (w->out, chance (w, 80) ? ", " : " ,");
    }
  if (lines && n > 0)
    {
      g_string_append_c (w->out, '\n');
      blanks (w, indent + 1);
    }
  g_string_append_c (w->out, map ? '}' : ']');
}

static void collection (Writer *w, guint indent, guint depth, gboolean map, gboolean begun);

/* Behind a colon or a dash at column @indent */
static void
value (Writer *w, guint indent, guint depth, gboolean item)
{
  guint what = pick (w, 100);

  if (w->anchors && chance (w, 6))
    g_string_append_printf (w->out, " &a%u", w->n++);
  if (depth > 0 && what < 40)
    {
      gboolean map = chance (w, 60), begun = item && chance (w, 60) && !w->anchors;

      if (begun)
        {
          guint gap = 1 + pick (w, 3);

          blanks (w, gap);
          collection (w, indent + 1 + gap, depth - 1, map, TRUE);
          return;
        }
      end_line (w);
      collection (w, indent + (!map && !item && chance (w, 40) ? 0 : 1 + pick (w, 4)), depth - 1, map, FALSE);
      return;
    }
  if (what < 48)
    {
      end_line (w);
      return;
    }
  g_string_append (w->out, chance (w, 85) ? " " : "   ");
  if (what < 68)
    flow (w, 2, indent);
  else if (scalar (w, indent, FALSE))
    return;
  end_line (w);
}

/* @begun: the cursor stands in its first line, at its column */
static void
collection (Writer *w, guint indent, guint depth, gboolean map, gboolean begun)
{
  for (guint i = 1 + pick (w, 4); i > 0; i--)
    {
      if (!begun)
        {
          between (w, indent);
          blanks (w, indent);
        }
      begun = FALSE;
      if (map)
        key (w, FALSE);
      else
        g_string_append_c (w->out, '-');
      value (w, indent, depth, !map);
    }
}

/* --- workflows --- */

static void
task_needs (Writer *w, guint indent, guint i)
{
  guint first = pick (w, i), other = pick (w, i);

  blanks (w, indent);
  switch (first == other ? 0 : pick (w, 4))
    {
    case 0: g_string_append_printf (w->out, chance (w, 50) ? "needs: t%u" : "needs: [t%u]", first); break;
    case 1: g_string_append_printf (w->out, "needs: [ t%u , 't%u' ]", first, other); break;
    case 2: g_string_append_printf (w->out, "needs: [{task: t%u, tolerate: [failed]}, t%u,]", first, other); break;
    default:
      g_string_append (w->out, "needs:");
      end_line (w);
      between (w, indent);
      blanks (w, indent);
      g_string_append_printf (w->out, "- t%u", first);
      end_line (w);
      blanks (w, indent);
      g_string_append_printf (w->out, "- {task: t%u}", other);
      break;
    }
  end_line (w);
}

static void
task_lines (Writer *w, guint indent, guint i)
{
  end_line (w);
  if (i > 0 && chance (w, 60))
    task_needs (w, indent, i);
  between (w, indent);
  blanks (w, indent);
  g_string_append (w->out, "run:");
  g_string_append_c (w->out, ' ');
  if (!scalar (w, indent, FALSE))
    end_line (w);
  if (chance (w, 40))
    {
      blanks (w, indent);
      g_string_append (w->out, "env:");
      value (w, indent, 1, FALSE);
    }
  if (i > 0 && chance (w, 20))
    {
      blanks (w, indent);
      g_string_append_printf (w->out, "if: %s", chance (w, 50) ? "params.x == 'y'" : "\"${{ params.x }}\"");
      end_line (w);
    }
}

static void
tasks (Writer *w)
{
  guint indent = 1 + pick (w, 4), n = 2 + pick (w, 5);

  g_string_append (w->out, "tasks:");
  end_line (w);
  for (guint i = 0; i < n; i++)
    {
      between (w, indent);
      blanks (w, indent);
      g_string_append_printf (w->out, chance (w, 85) ? "t%u:" : "\"t%u\":", i);
      if (chance (w, 65))
        task_lines (w, indent + 1 + pick (w, 4), i);
      else if (chance (w, 15))
        end_line (w);
      else
        {
          g_string_append_printf (w->out, " {%srun: x, env: {A: '1', }}", chance (w, 20) ? " " : "");
          end_line (w);
        }
    }
}

/* --- the whole --- */

static GBytes *
with_crlf (const GString *text)
{
  GString *out = g_string_new (NULL);
  gsize length;
  char *data;

  for (gsize i = 0; i < text->len; i++)
    {
      if (text->str[i] == '\n')
        g_string_append_c (out, '\r');
      g_string_append_c (out, text->str[i]);
    }
  length = out->len;
  data = g_string_free (out, FALSE);
  return g_bytes_new_take (data, length);
}

GBytes *
awkward_yaml_new (GRand *rand, gboolean native, gboolean anchors)
{
  g_autoptr (GString) out = g_string_new (NULL);
  Writer w = { rand, out, 0, anchors };

  if (chance (&w, 15))
    g_string_append (out, "\xef\xbb\xbf");
  between (&w, 0);
  if (chance (&w, 15))
    g_string_append (out, "---\n");
  collection (&w, 0, native ? 1 : 4, TRUE, FALSE);
  if (native)
    tasks (&w);
  if (native && chance (&w, 60))
    collection (&w, 0, 2, TRUE, FALSE);
  between (&w, 0);
  if (chance (&w, 15) && out->len > 0 && out->str[out->len - 1] == '\n')
    g_string_truncate (out, out->len - 1);
  return chance (&w, 15) ? with_crlf (out) : g_bytes_new (out->str, out->len);
}
