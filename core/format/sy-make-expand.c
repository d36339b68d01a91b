/* sy-make-expand.c: variables and text functions of make, as far as they need neither a shell nor the disk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-make.h"

#include <string.h>

#define MAX_DEPTH 40
#define MAX_BYTES (1 << 20)
#define MAX_WORK (16 * MAX_BYTES)

typedef struct
{
  SyMakeLookup lookup;
  gpointer data;
  char **unknown;
  gsize written;        /* in all: a = $(b)$(b), b = $(c)$(c) … */
  gsize work;           /* bytes that functions looked at or made */
} Expand;

static gboolean expand (Expand *self, const char *text, gssize length, guint depth, GString *out);

/* Takes @what. Always FALSE */
static gboolean
fail (Expand *self, char *what)
{
  if (self->unknown && !*self->unknown)
    *self->unknown = g_steal_pointer (&what);
  g_free (what);
  return FALSE;
}

/* A function makes more of its arguments than it was given: each word longer, each letter a text. */
static gboolean
may_make (Expand *self, gsize bytes, gsize work)
{
  self->work += work;
  return (bytes <= MAX_BYTES && self->work <= MAX_WORK) || fail (self, g_strdup ("more text than is sensible"));
}

/* --- words --- */

static void
append_word (GString *out, const char *word, gsize length)
{
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append_len (out, word, (gssize)length);
}

/* "%.c" against "main.c": the stem */
static gboolean
match (const char *pattern, const char *word, const char **stem, gsize *n_stem)
{
  const char *percent = strchr (pattern, '%');
  gsize n = strlen (word), before = percent ? (gsize)(percent - pattern) : strlen (pattern), after = percent ? strlen (percent + 1) : 0;

  if (!percent)
    return g_str_equal (pattern, word);
  if (n < before + after || strncmp (word, pattern, before) != 0 || strcmp (word + n - after, percent + 1) != 0)
    return FALSE;
  *stem = word + before;
  *n_stem = n - before - after;
  return TRUE;
}

static char *
replace_one (const char *pattern, const char *with, const char *word)
{
  const char *stem = "", *percent = strchr (with, '%');
  gsize n_stem = 0;

  if (!match (pattern, word, &stem, &n_stem))
    return g_strdup (word);
  if (!percent || !strchr (pattern, '%'))
    return g_strdup (with);
  return g_strdup_printf ("%.*s%.*s%s", (int)(percent - with), with, (int)n_stem, stem, percent + 1);
}

static char *
change_word (const char *function, const char *const *arguments, const char *word)
{
  const char *slash = strrchr (word, '/'), *dot = strrchr (slash ? slash : word, '.');

  if (g_str_equal (function, "patsubst"))
    return replace_one (arguments[0], arguments[1], word);
  if (g_str_equal (function, "addprefix"))
    return g_strconcat (arguments[0], word, NULL);
  if (g_str_equal (function, "addsuffix"))
    return g_strconcat (word, arguments[0], NULL);
  if (g_str_equal (function, "dir"))
    return slash ? g_strndup (word, (gsize)(slash - word + 1)) : g_strdup ("./");
  if (g_str_equal (function, "notdir"))
    return g_strdup (slash ? slash + 1 : word);
  if (g_str_equal (function, "basename"))
    return dot ? g_strndup (word, (gsize)(dot - word)) : g_strdup (word);
  if (g_str_equal (function, "suffix"))
    return g_strdup (dot ? dot : "");
  return g_strdup (word); /* strip, firstword, lastword, filter, filter-out */
}

/* @patterns: (nullable): of filter and filter-out */
static gboolean
keeps_word (const char *function, GStrv patterns, const char *word)
{
  gboolean found = FALSE;
  const char *stem;
  gsize n;

  for (guint i = 0; patterns && patterns[i] && !found; i++)
    found = *patterns[i] && match (patterns[i], word, &stem, &n);
  return !patterns || found == g_str_equal (function, "filter");
}

static gboolean
change_words (Expand *self, const char *function, const char *const *arguments, const char *text, GString *out)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\n", -1);
  g_auto (GStrv) patterns = g_str_has_prefix (function, "filter") ? g_strsplit_set (arguments[0], " \t\n", -1) : NULL;
  g_autoptr (GString) made = g_string_new (NULL);
  gsize each = arguments[0] != text ? strlen (arguments[0]) + strlen (arguments[1]) : 0; /* looked at for every word */

  for (guint i = 0; words[i]; i++)
    {
      g_autofree char *word = NULL;

      if (*words[i] && !may_make (self, made->len, each + strlen (words[i])))
        return FALSE;
      word = *words[i] && keeps_word (function, patterns, words[i]) ? change_word (function, arguments, words[i]) : NULL;
      if (!word || !*word || (g_str_equal (function, "firstword") && made->len > 0))
        continue;
      if (g_str_equal (function, "lastword"))
        g_string_truncate (made, 0);
      append_word (made, word, strlen (word));
    }
  g_string_append (out, made->str);
  return may_make (self, out->len, 0);
}

/* Not g_string_replace(), which moves the rest for each that it finds */
static gboolean
substitute (Expand *self, const GString *part, const GString *with, const char *text, GString *out)
{
  const char *found;

  while (part->len > 0 && (found = strstr (text, part->str)))
    {
      g_string_append_len (out, text, found - text);
      g_string_append (out, with->str);
      if (!may_make (self, out->len, (gsize)(found - text)))
        return FALSE;
      text = found + part->len;
    }
  g_string_append (out, text);
  return may_make (self, out->len, strlen (text));
}

/* --- $(…) --- */

static const struct { const char *name; guint n_arguments; } functions[] = {
  { "patsubst", 3 }, { "subst", 3 }, { "addprefix", 2 }, { "addsuffix", 2 }, { "filter", 2 }, { "filter-out", 2 }, { "dir", 1 },
  { "notdir", 1 }, { "basename", 1 }, { "suffix", 1 }, { "strip", 1 }, { "firstword", 1 }, { "lastword", 1 },
};

/* The next comma outside of parentheses, else the end */
static gsize
argument_length (const char *text, gsize length)
{
  int depth = 0;
  gsize i;

  for (i = 0; i < length && !(text[i] == ',' && depth == 0); i++)
    depth += (text[i] == '(' || text[i] == '{') - (text[i] == ')' || text[i] == '}');
  return i;
}

static gboolean
call (Expand *self, guint which, const char *text, gsize length, guint depth, GString *out)
{
  GString *arguments[3] = { g_string_new (NULL), g_string_new (NULL), g_string_new (NULL) };
  guint n = functions[which].n_arguments;
  gboolean ok = TRUE;

  for (guint i = 0; i < n && ok; i++)
    {
      gsize part = i + 1 < n ? argument_length (text, length) : length;

      ok = expand (self, text, (gssize)part, depth + 1, arguments[i]);
      part = MIN (part + 1, length);
      text += part;
      length -= part;
    }
  if (ok && g_str_equal (functions[which].name, "subst"))
    ok = substitute (self, arguments[0], arguments[1], arguments[2]->str, out);
  else if (ok)
    ok = change_words (self, functions[which].name, (const char *const[]){ arguments[0]->str, arguments[1]->str, NULL }, arguments[n - 1]->str, out);
  for (guint i = 0; i < 3; i++)
    g_string_free (arguments[i], TRUE);
  return ok;
}

static gboolean
expand_variable (Expand *self, const char *name, guint depth, GString *out)
{
  const char *value = self->lookup (name, self->data);

  return !value || expand (self, value, -1, depth + 1, out);
}

/* A:%.c=%.o, or the suffixes alone */
static gboolean
expand_changed (Expand *self, const char *name, const char *from, const char *to, guint depth, GString *out)
{
  g_autoptr (GString) value = g_string_new (NULL);
  g_autofree char *pattern = strchr (from, '%') ? g_strdup (from) : g_strconcat ("%", from, NULL);
  g_autofree char *with = strchr (from, '%') ? g_strdup (to) : g_strconcat ("%", to, NULL);

  if (!expand_variable (self, name, depth, value))
    return FALSE;
  return change_words (self, "patsubst", (const char *const[]){ pattern, with, NULL }, value->str, out);
}

static gboolean
expand_reference (Expand *self, const char *text, gsize length, guint depth, GString *out)
{
  gsize word = 0;
  g_autoptr (GString) name = g_string_new (NULL);
  char *colon, *equals;

  while (word < length && (g_ascii_isalpha (text[word]) || text[word] == '-'))
    word++;
  for (guint i = 0; word < length && g_ascii_isspace (text[word]) && i < G_N_ELEMENTS (functions); i++)
    if (strlen (functions[i].name) == word && strncmp (text, functions[i].name, word) == 0)
      return call (self, i, text + word + 1, length - word - 1, depth, out);
  if (word < length && word > 0 && g_ascii_isspace (text[word]))
    return fail (self, g_strdup_printf ("$(%.*s …)", (int)word, text));
  if (!expand (self, text, (gssize)length, depth + 1, name))
    return FALSE;
  colon = strchr (name->str, ':');
  equals = colon ? strchr (colon, '=') : NULL;
  if (!equals)
    return expand_variable (self, name->str, depth, out);
  *colon = *equals = '\0';
  return expand_changed (self, name->str, colon + 1, equals + 1, depth, out);
}

/* Of what begins behind “$(”; G_MAXSIZE: it does not end */
static gsize
reference_length (const char *text, gsize length, char open)
{
  char close = open == '(' ? ')' : '}';
  guint depth = 1;

  for (gsize i = 0; i < length; i++)
    {
      depth += text[i] == open;
      depth -= text[i] == close;
      if (depth == 0)
        return i;
    }
  return G_MAXSIZE;
}

static gboolean
expand (Expand *self, const char *text, gssize given, guint depth, GString *out)
{
  gsize length = given < 0 ? strlen (text) : (gsize)given;

  if (depth > MAX_DEPTH)
    return fail (self, g_strdup ("a variable that is worth itself"));
  for (gsize i = 0; i < length; i++)
    {
      gsize n;

      if (++self->written > MAX_BYTES)
        return fail (self, g_strdup ("more text than is sensible"));
      if (text[i] != '$' || i + 1 == length)
        g_string_append_c (out, text[i]);
      else if (text[++i] == '$')
        g_string_append_c (out, '$');
      else if (text[i] != '(' && text[i] != '{')
        {
          if (!expand_variable (self, (const char[]){ text[i], '\0' }, depth, out))
            return FALSE;
        }
      else if ((n = reference_length (text + i + 1, length - i - 1, text[i])) == G_MAXSIZE)
        return fail (self, g_strdup ("a “$(” that is not closed"));
      else if (!expand_reference (self, text + i + 1, n, depth, out))
        return FALSE;
      else
        i += n + 1;
    }
  return TRUE;
}

char *
sy_make_expand (const char *text, SyMakeLookup lookup, gpointer data, char **unknown)
{
  Expand self = { lookup, data, unknown, 0 };
  g_autoptr (GString) out = g_string_new (NULL);

  return expand (&self, text, -1, 0, out) ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}
