/* sy-check-scalar.c: which texts a field takes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-check-private.h"

#include "core/model/sy-expr.h"

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

/* TRUE: one of the scalar kinds fits. @range: it is a number, but too large or too small. */
gboolean
sy_check_fits (const SyField *field, const char *text, gboolean *range)
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
