/* sy-scalar.c: numbers, durations, sizes and dates as people write them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "core/model/sy-scalar-private.h"

gboolean G_GNUC_PRINTF (2, 3) sy_scalar_fail (GError **error, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  if (error)
    *error = g_error_new_valist (SY_ERROR, SY_ERROR_INVALID, gettext (format), args);
  va_end (args);
  return FALSE;
}

gboolean
sy_parse_int (const char *text, gint64 *out, GError **error)
{
  const char *digits = text + (*text == '-');
  gint64 value;

  if (*digits == '\0' || digits[strspn (digits, "0123456789")] != '\0')
    return sy_scalar_fail (error, "“%.40s” is not a whole number", text);
  errno = 0;
  value = g_ascii_strtoll (text, NULL, 10);
  if (errno == ERANGE)
    return sy_scalar_fail (error, "“%.40s” does not fit in 64 bits", text);
  *out = value;
  return TRUE;
}

gboolean
sy_parse_float (const char *text, double *out, GError **error)
{
  const char *s = text + (*text == '-');
  char *end;
  double value;

  if (!g_ascii_isdigit (*s) || s[strspn (s, "0123456789.eE+-")] != '\0')
    return sy_scalar_fail (error, "“%.40s” is not a number", text);
  value = g_ascii_strtod (text, &end);
  if (*end != '\0' || !isfinite (value))
    return sy_scalar_fail (error, "“%.40s” is not a number that fits", text);
  *out = value;
  return TRUE;
}

/*
 * A decimal without sign and exponent, times @unit, rounded to a whole number.
 * Exact: the digits are added one by one, so 0.1s is 100000 µs. *@end is behind it.
 */
static gboolean
parse_decimal (const char *text, guint64 unit, const char **end, guint64 *out)
{
  guint64 whole = 0;
  double part = 0, weight = (double)unit;
  const char *s = text;

  for (; g_ascii_isdigit (*s); s++)
    if (!g_uint64_checked_mul (&whole, whole, 10) ||
        !g_uint64_checked_add (&whole, whole, (guint64)(*s - '0')))
      return FALSE;
  if (s == text)
    return FALSE;
  if (*s == '.')
    {
      const char *digits = ++s;

      for (; g_ascii_isdigit (*s); s++)
        {
          weight /= 10;
          part += weight * (*s - '0');
        }
      if (s == digits)
        return FALSE;
    }
  *end = s;
  return g_uint64_checked_mul (&whole, whole, unit) &&
         g_uint64_checked_add (out, whole, (guint64)(part + 0.5));
}

/* A decimal's end without its value, to look at the unit first */
static const char *
skip_decimal (const char *s)
{
  return s + strspn (s, "0123456789.");
}

static const struct
{
  const char *unit;
  guint64 us;
} duration_units[] = {
  { "d", G_GUINT64_CONSTANT (86400000000) },
  { "h", G_GUINT64_CONSTANT (3600000000) },
  { "m", 60000000 },
  { "s", 1000000 },
  { "ms", 1000 },
};

#define DURATION_FORM N_("write 500ms, 5s, 10m, 2h, 1d or 1h30m; a bare number means seconds")

gboolean
sy_parse_duration (const char *text, gint64 *us, GError **error)
{
  const char *s = text;
  guint64 total = 0, part;
  guint next_unit = 0;

  if (*text == '\0')
    return sy_scalar_fail (error, "a duration is missing: %s", _(DURATION_FORM));
  if (*skip_decimal (text) == '\0')
    {
      if (!parse_decimal (text, 1000000, &s, &total) || *s)
        return sy_scalar_fail (error, "“%.40s” is not a duration: %s", text, _(DURATION_FORM));
    }
  while (*s)
    {
      const char *word = skip_decimal (s), *end;
      gsize n = 0;
      guint i = next_unit;

      while (g_ascii_isalpha (word[n]))
        n++;
      while (i < G_N_ELEMENTS (duration_units) &&
             (strlen (duration_units[i].unit) != n || strncmp (word, duration_units[i].unit, n) != 0))
        i++;
      if (i == G_N_ELEMENTS (duration_units) || !parse_decimal (s, duration_units[i].us, &end, &part) ||
          end != word || !g_uint64_checked_add (&total, total, part))
        return sy_scalar_fail (error, "“%.40s” is not a duration: %s", text, _(DURATION_FORM));
      next_unit = i + 1;
      s = word + n;
    }
  if (total > G_GUINT64_CONSTANT (36525) * 86400000000)
    return sy_scalar_fail (error, "“%.40s” is longer than 100 years", text);
  *us = (gint64)total;
  return TRUE;
}

#define SIZE_FORM N_("write 64K, 4M, 1.5G, 2T or 64KiB (powers of 1024); a bare number means bytes")

gboolean
sy_parse_size (const char *text, guint64 *bytes, GError **error)
{
  static const char letters[] = "KMGTP";
  const char *word = skip_decimal (text), *end;
  const char *letter = *word ? strchr (letters, *word) : NULL;
  guint64 unit = letter ? G_GUINT64_CONSTANT (1) << (10 * (letter - letters + 1)) : 1;
  guint64 value;

  if (letter)
    word += g_str_equal (word + 1, "iB") ? 3 : 1;
  else if (g_str_equal (word, "B"))
    word++;
  if (*word != '\0' || !g_ascii_isdigit (*text) || !parse_decimal (text, unit, &end, &value) ||
      end != skip_decimal (text) || value > G_MAXINT64)
    return sy_scalar_fail (error, "“%.40s” is not a size: %s", text, _(SIZE_FORM));
  *bytes = value;
  return TRUE;
}

void
sy_value_from_duration (SyValue *out, gint64 us)
{
  memset (out, 0, sizeof *out);
  out->type = us % 1000000 == 0 ? SY_VALUE_INT : SY_VALUE_FLOAT;
  out->integer = us / 1000000;
  out->number = (double)us / 1e6;
}

/* Dates */

static gboolean
read_digits (const char **s, guint n, int *out)
{
  *out = 0;
  for (guint i = 0; i < n; i++, (*s)++)
    {
      if (!g_ascii_isdigit (**s))
        return FALSE;
      *out = *out * 10 + (**s - '0');
    }
  return TRUE;
}

static gboolean
read_date (const char **s, GDate *date)
{
  int y, m, d;

  if (!read_digits (s, 4, &y) || *(*s)++ != '-' || !read_digits (s, 2, &m) || *(*s)++ != '-' ||
      !read_digits (s, 2, &d))
    return FALSE;
  if (y < 1 || !g_date_valid_dmy ((GDateDay)d, (GDateMonth)m, (GDateYear)y))
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay)d, (GDateMonth)m, (GDateYear)y);
  return TRUE;
}

#define DATE_FORM N_("write YYYY-MM-DD, today or today-1d")

/* today, today-1d: by the calendar, so that a day of 23 or 25 hours is one day */
static gboolean
parse_today (const char *text, gint64 now_wall_us, GDate *date)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_wall_us / G_USEC_PER_SEC);
  const char *s = text + strlen ("today");
  gint64 days = 0;

  if (*s != '\0')
    {
      gsize n = strlen (s);
      g_autofree char *number = NULL;

      if ((*s != '-' && *s != '+') || n < 3 || s[n - 1] != 'd')
        return FALSE;
      number = g_strndup (s + 1, n - 2);
      if (*number == '-' || !sy_parse_int (number, &days, NULL) || days > 36525)
        return FALSE;
      if (*s == '-')
        days = -days;
    }
  if (!now)
    return FALSE;
  g_date_clear (date, 1);
  g_date_set_dmy (date, (GDateDay)g_date_time_get_day_of_month (now), (GDateMonth)g_date_time_get_month (now),
                  (GDateYear)g_date_time_get_year (now));
  if (days >= 0)
    g_date_add_days (date, (guint)days);
  else
    g_date_subtract_days (date, (guint)-days);
  return TRUE;
}

char *
sy_parse_date (const char *text, gint64 now_wall_us, GError **error)
{
  const char *s = text;
  GDate date;

  if (g_str_has_prefix (text, "today") && now_wall_us >= 0)
    {
      if (!parse_today (text, now_wall_us, &date))
        {
          sy_scalar_fail (error, "“%.40s” is not a date: %s", text, _(DATE_FORM));
          return NULL;
        }
    }
  else if (!read_date (&s, &date) || *s)
    {
      sy_scalar_fail (error, "“%.40s” is not a date: %s", text, _(DATE_FORM));
      return NULL;
    }
  return g_strdup_printf ("%04u-%02u-%02u", (guint)g_date_get_year (&date), (guint)g_date_get_month (&date),
                          (guint)g_date_get_day (&date));
}

#define DATETIME_FORM N_("write YYYY-MM-DDTHH:MM, with :SS and Z or +01:00 if wanted, now or now-2h")

/* HH:MM[:SS] */
static gboolean
read_time (const char **s, int *hour, int *minute, int *second)
{
  *second = 0;
  if (!read_digits (s, 2, hour) || *(*s)++ != ':' || !read_digits (s, 2, minute))
    return FALSE;
  if (**s == ':')
    {
      (*s)++;
      if (!read_digits (s, 2, second))
        return FALSE;
    }
  return *hour < 24 && *minute < 60 && *second < 60;
}

static GTimeZone *
read_zone (const char *s)
{
  const char *p = s + 1;
  int hours, minutes;

  if (*s == '\0')
    return g_time_zone_new_local ();
  if (g_str_equal (s, "Z"))
    return g_time_zone_new_utc ();
  if ((*s != '+' && *s != '-') || !read_digits (&p, 2, &hours) || *p++ != ':' ||
      !read_digits (&p, 2, &minutes) || *p || hours > 14 || minutes > 59)
    return NULL;
  return g_time_zone_new_identifier (s);
}

static GDateTime *
parse_now (const char *text, gint64 now_wall_us)
{
  const char *s = text + strlen ("now");
  gint64 us = 0;

  if (*s != '\0' && ((*s != '-' && *s != '+') || !sy_parse_duration (s + 1, &us, NULL)))
    return NULL;
  now_wall_us += *s == '-' ? -us : us;
  return g_date_time_new_from_unix_local (now_wall_us / G_USEC_PER_SEC);
}

static GDateTime *
read_datetime (const char *text)
{
  g_autoptr (GTimeZone) zone = NULL;
  const char *s = text;
  int hour, minute, second;
  GDate date;

  if (!read_date (&s, &date) || (*s != 'T' && *s != ' '))
    return NULL;
  s++;
  if (!read_time (&s, &hour, &minute, &second) || !(zone = read_zone (s)))
    return NULL;
  return g_date_time_new (zone, g_date_get_year (&date), (int)g_date_get_month (&date),
                          g_date_get_day (&date), hour, minute, second);
}

char *
sy_parse_datetime (const char *text, gint64 now_wall_us, GError **error)
{
  g_autoptr (GDateTime) time = NULL;

  if (g_str_has_prefix (text, "now") && now_wall_us >= 0)
    time = parse_now (text, now_wall_us);
  else
    time = read_datetime (text);
  if (time)
    return g_date_time_format (time, "%Y-%m-%dT%H:%M:%S%:z");
  sy_scalar_fail (error, "“%.40s” is not a time: %s", text, _(DATETIME_FORM));
  return NULL;
}
