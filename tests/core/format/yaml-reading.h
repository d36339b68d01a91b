/* yaml-reading.h: a second opinion on YAML: libyaml's own tree and tokens, nothing of core/format
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { READ_SCALAR, READ_LIST, READ_MAP } ReadKind;

/* A node, or what one should be */
typedef struct _Reading Reading;
struct _Reading
{
  ReadKind kind;
  char *text;           /* scalar */
  gboolean is_string;   /* scalar: not a number, a truth value, a date or nothing to any reader of YAML 1.1 */
  gboolean is_block;    /* list, map: by lines; scalar: | or > */
  gboolean is_quoted;   /* scalar: '…' or "…" */
  gboolean is_nothing;  /* scalar: nothing is written there */
  GPtrArray *items;     /* list, map (key, value, key, value …): owned */
  gsize start, end;     /* bytes; of what was read. Blocks end with their last child. */
};

/* (transfer full) (nullable): no YAML, or aliases, or several documents */
Reading *reading_new (GBytes *bytes);
Reading *reading_new_text (const char *text);
Reading *reading_new_word (const char *text);
Reading *reading_new_collection (ReadKind kind);
Reading *reading_copy (const Reading *reading);
void reading_free (Reading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

/* The same meaning; order of keys counts, quotes do not as far as a reader of YAML can tell. @path: (out): where they differ */
gboolean reading_equal (const Reading *a, const Reading *b, GString *path);

/* Index of the value of @key in the items; 0: no map or no such key */
guint reading_find (const Reading *map, const char *key);
const Reading *reading_get (const Reading *map, const char *key);

typedef struct { gsize at; char *text; } ReadComment;
/* (transfer full): of #ReadComment, in order: what no token covers */
GArray *reading_comments (GBytes *bytes);

G_END_DECLS
