/* sy-field.c: which texts a field takes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-field.h"

#include "core/model/sy-expr.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_int (const SyField *field, const char *text, gboolean *in_range)
{
  char *end;
  gint64 n;

  if (!g_ascii_isdigit (text[*text == '-' || *text == '+']))
    return FALSE;
  n = g_ascii_strtoll (text, &end, 10);
  if (*end != '\0')
    return FALSE;
  *in_range = (field->min == 0 && field->max == 0) || ((double) n >= field->min && (double) n <= field->max);
  return TRUE;
}

static gboolean
is_number (const SyField *field, const char *text, gboolean *in_range)
{
  char *end;
  double n;

  if (strspn (text, "+-0123456789.eE") != strlen (text) || *text == '\0')
    return FALSE;
  n = g_ascii_strtod (text, &end);
  if (*end != '\0' || end == text)
    return FALSE;
  *in_range = n >= field->min && n <= field->max;
  return TRUE;
}

static gboolean
is_percent (const char *text)
{
  char *end;
  guint64 n;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  n = g_ascii_strtoull (text, &end, 10);
  return strcmp (end, "%") == 0 && n >= 1 && n <= 100;
}

static gboolean
is_codes (const char *text)
{
  char *end;
  guint64 from, to;

  if (strcmp (text, "any") == 0)
    return TRUE;
  if (!g_ascii_isdigit (*text))
    return FALSE;
  from = to = g_ascii_strtoull (text, &end, 10);
  if (*end == '-' && g_ascii_isdigit (end[1]))
    to = g_ascii_strtoull (end + 1, &end, 10);
  return *end == '\0' && from <= to && to <= 255;
}

gboolean
sy_field_fits (const SyField *field, const char *text, gboolean *range)
{
  gboolean in_range = TRUE;
  gint64 us;
  guint64 bytes;

  if (field->accept & SY_ACCEPT_TEXT)
    return TRUE;
  if ((field->accept & SY_ACCEPT_INT) && is_int (field, text, &in_range))
    return in_range || (*range = TRUE, FALSE);
  if ((field->accept & SY_ACCEPT_NUMBER) && is_number (field, text, &in_range))
    return in_range || (*range = TRUE, FALSE);
  return ((field->accept & SY_ACCEPT_WORD) && g_strv_contains (field->words, text)) ||
         ((field->accept & SY_ACCEPT_BOOL) && (strcmp (text, "true") == 0 || strcmp (text, "false") == 0)) ||
         ((field->accept & SY_ACCEPT_PERCENT) && is_percent (text)) ||
         ((field->accept & SY_ACCEPT_CODES) && is_codes (text)) ||
         ((field->accept & SY_ACCEPT_DURATION) && sy_parse_duration (text, &us, NULL)) ||
         ((field->accept & SY_ACCEPT_SIZE) && sy_parse_size (text, &bytes, NULL));
}

/* --- words --- */

static void
describe_number (const SyField *field, const char *what, GPtrArray *parts)
{
  if (field->min == 0 && field->max == 0)
    g_ptr_array_add (parts, g_strdup (what));
  else if (field->max >= SY_FIELD_MANY)
    g_ptr_array_add (parts, g_strdup_printf (_("%s from %g"), what, field->min));
  else if (field->min == field->max)
    g_ptr_array_add (parts, g_strdup_printf ("%g", field->min));
  else
    g_ptr_array_add (parts, g_strdup_printf (_("%s from %.7g to %.7g"), what, field->min, field->max));
}

static void
describe_words (const SyField *field, GPtrArray *parts)
{
  g_autofree char *words = g_strjoinv (", ", (char **) field->words);

  g_ptr_array_add (parts, field->words[1] != NULL ? g_strdup_printf (_("one of %s"), words) : g_strdup (words));
}

char *
sy_field_describe (const SyField *field)
{
  static const struct { guint accept; const char *what; } kinds[] = {
    { SY_ACCEPT_TEXT, N_("text") },
    { SY_ACCEPT_BOOL, N_("true or false") },
    { SY_ACCEPT_DURATION, N_("a duration such as 90s or 1h30m") },
    { SY_ACCEPT_SIZE, N_("a size such as 512M or 4G") },
    { SY_ACCEPT_PERCENT, N_("a percentage such as 60%") },
    { SY_ACCEPT_CODES, N_("an exit code, a range such as 1-9, or any") },
    { SY_ACCEPT_LIST, N_("a list [ ]") },
    { SY_ACCEPT_MAP, N_("a map { }") },
    { SY_ACCEPT_OBJECT, N_("a map { }") },
    { SY_ACCEPT_ANY, N_("a list [ ] or a map { }") },
  };
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_free);

  if (field->accept & SY_ACCEPT_INT)
    describe_number (field, _("a whole number"), parts);
  if (field->accept & SY_ACCEPT_NUMBER)
    describe_number (field, _("a number"), parts);
  if (field->accept & SY_ACCEPT_WORD)
    describe_words (field, parts);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (field->accept & kinds[i].accept)
      g_ptr_array_add (parts, g_strdup (_(kinds[i].what)));
  g_ptr_array_add (parts, NULL);
  return g_strjoinv (_(", or "), (char **) parts->pdata);
}

char *
sy_field_describe_scalar (const SyField *field)
{
  SyField scalar = *field;

  scalar.accept &= SY_ACCEPT_SCALAR;
  return sy_field_describe (&scalar);
}
