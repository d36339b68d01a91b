/* sy-edit-param.c: a parameter gets another name, and what uses it follows
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-private.h"
#include "core/model/sy-shell-names.h"

#include <string.h>

typedef struct
{
  const char *name, *new_name;
  GHashTable *texts; /* SyNode: scalars that a shell reads and that the parameter reaches as a variable */
} Rename;

static const SyNode *
first_of (const SyNode *map)
{
  return map && map->kind == SY_NODE_MAPPING ? map->first : NULL;
}

/* Shell texts */

/* Whether @words, a list or a lone word, call a shell: `[bash, -eu, -c]`, `[/usr/bin/env, bash, -c]`; nothing is /bin/sh */
static gboolean
is_shell (const SyNode *words)
{
  const SyNode *program = words && words->kind == SY_NODE_SEQUENCE ? words->first : words;

  if (program && program->kind == SY_NODE_SCALAR && g_str_has_suffix (program->text, "env") && words->kind == SY_NODE_SEQUENCE)
    program = program->next;
  return !program || (program->kind == SY_NODE_SCALAR && sy_shell_is_shell (program->text));
}

/* (nullable): what `[sh, -c, TEXT]` gives the shell to read */
static const SyNode *
find_code (const SyNode *command)
{
  if (!command || command->kind != SY_NODE_SEQUENCE || !command->first || !is_shell (command))
    return NULL;
  for (const SyNode *word = command->first->next; word && word->next; word = word->next)
    if (word->kind == SY_NODE_SCALAR && word->text[0] == '-' && word->text[1] != '-' && strchr (word->text, 'c'))
      return word->next->kind == SY_NODE_SCALAR ? word->next : NULL;
  return NULL;
}

static gboolean
refuse (SyEditor *e, const SyNode *at, const Rename *rename, const char *why)
{
  guint line, column;

  sy_source_position (sy_document_get_source (e->document), at->start, &line, &column);
  return sy_editor_fail (e, SY_ERROR_REFUSED, "line %u: “%s” %s: “%s” cannot have that name", line, rename->new_name, why, rename->name);
}

/* @env: (nullable): variables of the text's own, which go before the parameters */
static gboolean
add_text (SyEditor *e, Rename *rename, const SyNode *text, const SyNode *env, const SyNode *more)
{
  g_autoptr (GArray) found = NULL, there = NULL;
  gboolean shadowed;

  if (!text || text->kind != SY_NODE_SCALAR || sy_node_get (env, rename->name) || sy_node_get (more, rename->name))
    return TRUE;
  found = sy_shell_find_names (text->text, rename->name, NULL);
  if (found->len == 0)
    return TRUE;
  there = sy_shell_find_names (text->text, rename->new_name, &shadowed);
  if (there->len > 0 || shadowed)
    return refuse (e, text, rename, "is a variable of this text already");
  if (sy_node_get (env, rename->new_name) || sy_node_get (more, rename->new_name))
    return refuse (e, text, rename, "is a variable of this task already");
  g_hash_table_add (rename->texts, (gpointer)text);
  return TRUE;
}

/* @map: of tasks or handlers; @defaults: (nullable): what theirs are where they have none */
static gboolean
add_texts (SyEditor *e, Rename *rename, const SyNode *map, const SyNode *defaults)
{
  const SyNode *common = sy_node_get (defaults, "shell"), *env = sy_node_get (defaults, "env");

  if (!common)
    common = sy_node_get (e->root, "shell");
  for (const SyNode *key = first_of (map); key; key = key->next->next)
    {
      const SyNode *owner = key->next, *shell = sy_node_get (owner, "shell"), *own = sy_node_get (owner, "env");
      const SyNode *run = owner->kind == SY_NODE_SCALAR ? owner : sy_node_get (owner, "run");

      if ((is_shell (shell ? shell : common) && !add_text (e, rename, run, own, env)) ||
          !add_text (e, rename, find_code (sy_node_get (owner, "command")), own, env))
        return FALSE;
    }
  return TRUE;
}

/* Bytes */

static int
compare_offsets (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *)a, y = *(const guint *)b;

  return x < y ? -1 : x > y;
}

static gboolean
rename_in_scalar (SyEditor *e, const SyNode *scalar, gboolean bare, gpointer data)
{
  Rename *rename = data;
  g_autoptr (GArray) offsets = sy_edit_find_references (scalar->text, bare, "params", rename->name);

  if (g_hash_table_remove (rename->texts, scalar))
    {
      g_autoptr (GArray) more = sy_shell_find_names (scalar->text, rename->name, NULL);

      g_array_append_vals (offsets, more->data, more->len);
      g_array_sort (offsets, compare_offsets);
    }
  return offsets->len == 0 || sy_editor_replace_parts (e, scalar, offsets, strlen (rename->name), rename->new_name);
}

static gboolean
rename_in_texts (SyEditor *e, Rename *rename)
{
  GHashTableIter iter;
  gpointer text;

  g_hash_table_iter_init (&iter, rename->texts);
  while (g_hash_table_iter_next (&iter, &text, NULL))
    {
      g_autoptr (GArray) offsets = sy_shell_find_names (((const SyNode *)text)->text, rename->name, NULL);

      if (!sy_editor_replace_parts (e, text, offsets, strlen (rename->name), rename->new_name))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_variable (const char *name)
{
  return (g_ascii_isalpha (*name) || *name == '_') &&
         name[strspn (name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

gboolean
sy_editor_rename_param (SyEditor *e, const char *name, const char *new_name)
{
  const SyNode *params = sy_node_get (e->root, "params"), *key = sy_node_get_key (params, name);
  g_autoptr (GHashTable) texts = g_hash_table_new (NULL, NULL);
  Rename rename = { name, new_name, texts };

  if (!key)
    return sy_editor_fail (e, SY_ERROR_NOT_FOUND, "there is no parameter “%s”", name);
  if (g_str_equal (name, new_name))
    return TRUE;
  if (!is_variable (new_name))
    return sy_editor_fail (e, SY_ERROR_INVALID, "“%s” is no name of a parameter: a letter or _, then letters, digits and _", new_name);
  if (sy_node_get (params, new_name))
    return sy_editor_fail (e, SY_ERROR_REFUSED, "there is a parameter “%s” already", new_name);
  if (sy_node_get_key (sy_node_get (e->root, "env"), new_name))
    return refuse (e, sy_node_get_key (sy_node_get (e->root, "env"), new_name), &rename, "is a variable of the workflow already");
  return add_texts (e, &rename, sy_node_get (e->root, "tasks"), sy_node_get (e->root, "defaults")) &&
         add_texts (e, &rename, sy_node_get (e->root, "handlers"), NULL) && sy_editor_rename_key (e, key, new_name) &&
         sy_editor_walk_scalars (e, e->root, FALSE, rename_in_scalar, &rename) && rename_in_texts (e, &rename);
}
