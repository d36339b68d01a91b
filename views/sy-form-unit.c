/* sy-form-unit.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form-unit.h"

#include <math.h>
#include <string.h>

#define STEPS (SY_ACCEPT_INT | SY_ACCEPT_NUMBER | SY_ACCEPT_DURATION | SY_ACCEPT_SIZE | SY_ACCEPT_PERCENT)

static const char *const durations[] = { "ms", "s", "m", "h", "d", NULL };
static const char *const sizes[] = { "K", "M", "G", "T", NULL };

gboolean
sy_form_unit_has_steps (const SyField *field)
{
  return (field->accept & STEPS) != 0 && !(field->accept & (SY_ACCEPT_TEXT | SY_ACCEPT_LIST | SY_ACCEPT_MAP));
}

const char *const *
sy_form_unit_get_all (const SyField *field)
{
  if (!sy_form_unit_has_steps (field))
    return NULL;
  return (field->accept & SY_ACCEPT_DURATION) ? durations : (field->accept & SY_ACCEPT_SIZE) ? sizes : NULL;
}

/* A number and what is written behind it. FALSE: no number */
static gboolean
split (const char *text, double *number, const char **unit)
{
  gsize length = strspn (text, "+-0123456789.");
  char *end;

  *number = g_ascii_strtod (text, &end);
  *unit = text + length;
  return length > 0 && end == *unit;
}

int
sy_form_unit_get (const SyField *field, const char *text)
{
  const char *const *units = sy_form_unit_get_all (field);
  const char *unit;
  double number;

  if (units == NULL || !split (text, &number, &unit))
    return -1;
  if (*unit == '\0' && units == durations)
    return 1; /* seconds */
  for (int i = 0; units[i] != NULL; i++)
    if (strcmp (units[i], unit) == 0)
      return i;
  return -1;
}

char *
sy_form_unit_set (const SyField *field, const char *text, guint unit)
{
  const char *const *units = sy_form_unit_get_all (field);
  const char *rest;
  double number;

  if (units == NULL || unit >= g_strv_length ((char **) units) || sy_form_unit_get (field, text) < 0 || !split (text, &number, &rest))
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (rest - text), text, units[unit]);
}

static double
step_of (const SyField *field, double number, int by)
{
  if (!(field->accept & SY_ACCEPT_NUMBER))
    return 1;
  return number + by * 1e-9 < 1 || field->max <= 1 ? 0.1 : 1;
}

/* Where nothing is filled in */
static char *
first_value (const SyField *field)
{
  if (field->fallback != NULL && g_ascii_isdigit (*field->fallback))
    return g_strdup (field->fallback);
  if (field->accept & SY_ACCEPT_DURATION)
    return g_strdup ("0m");
  if (field->accept & SY_ACCEPT_SIZE)
    return g_strdup ("0G");
  return g_strdup_printf ("%d", (int) MAX (field->min - 1, 0));
}

static char *
write_number (double number, const char *unit)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strconcat (g_ascii_formatd (digits, sizeof digits, "%g", round (number * 1e6) / 1e6), unit, NULL);
}

char *
sy_form_unit_step (const SyField *field, const char *text, int by)
{
  g_autofree char *value = *text != '\0' ? g_strdup (text) : first_value (field), *next = NULL;
  gboolean range = FALSE, limits = field->min != 0 || field->max != 0;
  const char *unit;
  double number;

  if (!sy_form_unit_has_steps (field) || !split (value, &number, &unit))
    return NULL;
  number += by * step_of (field, number, by);
  if (*unit == '\0' && limits)
    number = CLAMP (number, field->min, field->max);
  else if (number < 0 && !(field->accept & SY_ACCEPT_INT))
    number = 0;
  next = fabs (number) < 1e9 ? write_number (number, unit) : NULL;
  return next != NULL && strcmp (next, text) != 0 && sy_field_fits (field, next, &range) ? g_steal_pointer (&next) : NULL;
}
