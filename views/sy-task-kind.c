/* sy-task-kind.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-task-kind.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_built (const SyField *field)
{
  return field->kind != NULL && !(field->flags & SY_FIELD_LATER);
}

const SyField *
sy_task_kind_find (const SyTable *table, const char *key)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (is_built (&table->fields[i]) && (key == NULL || g_str_equal (table->fields[i].key, key)))
      return &table->fields[i];
  return NULL;
}

const SyField *
sy_task_kind_of (const SyTable *table, const SyChangeValue *task)
{
  for (guint i = 0; task != NULL && task->kind == SY_CHANGE_MAP && i < table->n_fields; i++)
    if (is_built (&table->fields[i]) && sy_change_value_get (task, table->fields[i].key) != NULL)
      return &table->fields[i];
  return NULL;
}

/* --- one line --- */

static gboolean
is_line (const SyChangeValue *value)
{
  return (value->kind == SY_CHANGE_TEXT || value->kind == SY_CHANGE_WORD) && strchr (value->text, '\n') == NULL;
}

/* As it has to stand for a shell, quoted only where it must be */
static void
append_word (GString *line, const char *word)
{
  static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=,+@%^";
  g_autofree char *quoted = *word != '\0' && word[strspn (word, plain)] == '\0' ? g_strdup (word) : g_shell_quote (word);

  g_string_append_printf (line, "%s%s", line->len > 0 ? " " : "", quoted);
}

static char *
words_line (const SyChangeValue *list)
{
  g_autoptr (GString) line = g_string_new (NULL);

  for (guint i = 0; i < list->items->len; i++)
    {
      const SyChangeValue *item = g_ptr_array_index (list->items, i);

      if (!is_line (item))
        return NULL;
      append_word (line, item->text);
    }
  return g_string_free (g_steal_pointer (&line), FALSE);
}

char *
sy_task_kind_get_line (const SyField *field, const SyChangeValue *value)
{
  if (value == NULL)
    return g_strdup ("");
  if (value->kind == SY_CHANGE_LIST)
    return words_line (value);
  if (value->kind == SY_CHANGE_MAP)
    {
      const SyChangeValue *only = field->shorthand != NULL && value->items->len == 2 ? sy_change_value_get (value, field->shorthand) : NULL;

      return only != NULL && is_line (only) ? g_strdup (only->text) : NULL;
    }
  return is_line (value) ? g_strdup (value->text) : NULL;
}

SyChangeValue *
sy_task_kind_make (const SyField *field, const char *line, GError **error)
{
  g_autoptr (SyChangeValue) value = NULL;
  g_auto (GStrv) words = NULL;

  if (field->accept & SY_ACCEPT_SCALAR)
    return sy_change_value_new_text (line);
  if (field->accept & SY_ACCEPT_OBJECT)
    {
      value = sy_change_value_new_map ();
      sy_change_value_set (value, field->shorthand, sy_change_value_new_text (line));
      return g_steal_pointer (&value);
    }
  if (!g_shell_parse_argv (line, NULL, &words, NULL))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s", _("A quote is not closed"));
      return NULL;
    }
  value = sy_change_value_new_list ();
  for (guint i = 0; words[i] != NULL; i++)
    sy_change_value_append (value, sy_change_value_new_text (words[i]));
  return g_steal_pointer (&value);
}
