/* sy-json.h: JSON of strangers, read strictly
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-json-writer.h"

G_BEGIN_DECLS

/* Read by jansson, into a tree with GLib's strings and numbers. Not by json-glib: it draws GObject, GIO and what these need into each
 * start of the program, half of the time that it takes, and reads comments, `var x =`, and any depth by recursion. */
#define SY_JSON_MAX_DEPTH 128

typedef enum
{
  SY_JSON_NULL,
  SY_JSON_BOOL,
  SY_JSON_INT,
  SY_JSON_FLOAT,
  SY_JSON_STRING,
  SY_JSON_ARRAY,
  SY_JSON_OBJECT
} SyJsonType;

typedef struct _SyJsonNode SyJsonNode;
struct _SyJsonNode
{
  SyJsonType type;
  guint n;              /* ARRAY, OBJECT: of items */
  char *name;           /* (nullable) (owned) of a member */
  union
  {
    gboolean boolean;
    gint64 integer;
    double number;
    char *string;       /* (owned) */
    SyJsonNode *items;  /* (nullable) (owned) in their order; a member that is there twice has its last value */
  };
};

/* Parses @text: strict JSON only, of at most SY_JSON_MAX_DEPTH levels, numbers that fit. (transfer full) (nullable) */
SyJsonNode *sy_json_parse (const char *text, GError **error);
void sy_json_free (SyJsonNode *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyJsonNode, sy_json_free)

/* All of these take NULL and nodes of other types: the answer is no, none, or nothing. */
gboolean sy_json_is (const SyJsonNode *node, SyJsonType type);
guint sy_json_length (const SyJsonNode *node);
const SyJsonNode *sy_json_at (const SyJsonNode *node, guint i);
const SyJsonNode *sy_json_get (const SyJsonNode *object, const char *name);
const char *sy_json_text (const SyJsonNode *node);
const char *sy_json_get_text (const SyJsonNode *object, const char *name);

/* Members in any order; 1 is 1.0. */
gboolean sy_json_equal (const SyJsonNode *a, const SyJsonNode *b);
/* Appends @node compactly, members in their order, numbers in their shortest form. */
void sy_json_append (GString *out, const SyJsonNode *node);

G_END_DECLS
