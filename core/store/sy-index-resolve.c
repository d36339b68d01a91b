/* sy-index-resolve.c: RUN as a user gives it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/store/sy-index.h"

#include <string.h>

#define PREFIX_MIN 4

static char *
describe (GPtrArray *runs)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < runs->len && i < 10; i++)
    {
      const SyRunInfo *info = runs->pdata[i];

      g_string_append_printf (text, "%s%.13s (%s #%u)", i > 0 ? ", " : "", info->uuid, info->name,
                              info->number);
    }
  if (runs->len > 10)
    g_string_append_printf (text, " and %u more", runs->len - 10);
  return g_string_free (text, FALSE);
}

/* The only one of @found, or an error */
static char *
pick (GPtrArray *found, const char *argument, GError **error)
{
  g_autofree char *list = NULL;

  if (found->len == 1)
    return g_strdup (((SyRunInfo *) found->pdata[0])->uuid);
  list = describe (found);
  if (found->len > 1)
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "“%s” means more than one run: %s. Give more of the id",
                 argument, list);
  else
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "There is no run “%s”: `switchyard runs` lists them",
                 argument);
  return NULL;
}

static GPtrArray *
filter (GPtrArray *runs, const char *argument, gboolean by_number)
{
  GPtrArray *found = g_ptr_array_new ();
  g_autofree char *lower = g_ascii_strdown (argument, -1);
  guint64 number = g_ascii_strtoull (argument, NULL, 10);

  for (guint i = 0; i < runs->len; i++)
    {
      SyRunInfo *info = runs->pdata[i];

      if (by_number ? info->error == NULL && info->number == number : g_str_has_prefix (info->uuid, lower))
        g_ptr_array_add (found, info);
    }
  return found;
}

char *
sy_index_resolve (SyIndex *index, const char *argument, const char *workflow_path, GError **error)
{
  g_autoptr (GPtrArray) runs = sy_index_list (index, workflow_path, error);
  g_autoptr (GPtrArray) found = NULL;
  gboolean digits =
      *argument != '\0' && argument[strspn (argument, "0123456789")] == '\0' && strlen (argument) < 10;

  if (runs == NULL)
    return NULL;
  if (g_str_equal (argument, "last"))
    {
      if (runs->len > 0)
        return g_strdup (((SyRunInfo *) runs->pdata[0])->uuid);
      g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "There is no run yet");
      return NULL;
    }
  if (!digits && strlen (argument) < PREFIX_MIN)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                   "“%s” is too short: give at least %d characters of a run's id", argument, PREFIX_MIN);
      return NULL;
    }
  found = filter (runs, argument, digits);
  if (found->len == 0 && digits && strlen (argument) >= PREFIX_MIN)
    {
      g_ptr_array_unref (found);
      found = filter (runs, argument, FALSE);
    }
  return pick (found, argument, error);
}
