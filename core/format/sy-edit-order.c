/* sy-edit-order.c: where a person would write a key that is not there yet: in the order of the field table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-edit-node.h"
#include "core/format/sy-fields.h"

static const SyField *field_of (const SyNode *value);

/* The keys that may stand in @mapping; NULL: no table knows */
static const SyTable *
table_of (const SyNode *mapping)
{
  const SyField *field = mapping->parent ? field_of (mapping) : NULL;

  if (!mapping->parent)
    return &sy_table_file;
  return field && (field->accept & SY_ACCEPT_OBJECT) ? field->table : NULL;
}

static const SyField *
field_of (const SyNode *value)
{
  const SyNode *parent = value->parent, *key = parent->first;
  const SyField *around = parent->parent ? field_of (parent) : NULL;
  const SyTable *table;

  if (parent->kind == SY_NODE_SEQUENCE)
    return around ? around->item : NULL;
  if (around && (around->accept & SY_ACCEPT_MAP))
    return around->item;
  table = table_of (parent);
  while (key && key->next != value)
    key = key->next->next;
  return table && key ? sy_table_find (table, key->text) : NULL;
}

/* G_MAXUINT: it has no place of its own */
static guint
rank_of (const SyTable *table, const char *key)
{
  const SyField *field = sy_table_find (table, key);

  return field ? (guint)(field - table->fields) : G_MAXUINT;
}

gboolean
sy_editor_find_place (const SyNode *mapping, const char *key, const SyNode **after)
{
  const SyTable *table = table_of (mapping);
  guint rank = table ? rank_of (table, key) : G_MAXUINT;
  int wrong = 0, least = 0; /* pairs in the wrong order, more than in front of all */
  gboolean front = mapping->n > 0;

  *after = NULL;
  if (rank == G_MAXUINT || mapping->n == 0)
    return FALSE;
  for (const SyNode *at = mapping->first; at; at = at->next->next)
    {
      guint other = rank_of (table, at->text);

      wrong += other == G_MAXUINT ? 0 : other < rank ? -1 : 1;
      if (wrong > least)
        continue;
      least = wrong;
      *after = at->next;
      front = FALSE;
    }
  return front;
}
