/* sy-document.h: a YAML file as a tree with the bytes each node came from
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-problem.h"
#include "core/format/sy-source.h"

G_BEGIN_DECLS

/* Limits of the format (design §4) */
#define SY_LIMIT_FILE (64 * 1024 * 1024)
#define SY_LIMIT_DEPTH 64
#define SY_LIMIT_TASKS 200000
#define SY_LIMIT_SCALAR (1024 * 1024)
#define SY_LIMIT_NODES 8000000

typedef enum { SY_NODE_SCALAR, SY_NODE_SEQUENCE, SY_NODE_MAPPING } SyNodeKind;

typedef enum
{
  /* scalars */
  SY_STYLE_PLAIN,
  SY_STYLE_SINGLE,  /* 'text' */
  SY_STYLE_DOUBLE,  /* "text" */
  SY_STYLE_LITERAL, /* | */
  SY_STYLE_FOLDED,  /* > */
  /* collections */
  SY_STYLE_BLOCK,
  SY_STYLE_FLOW,    /* [ ] { } */
} SyNodeStyle;

typedef enum
{
  SY_NODE_EMPTY = 1 << 0,     /* nothing is written there: `key:`; start == end, behind the colon or dash */
  SY_NODE_REFUSED = 1 << 1,   /* an alias or a tagged node: reported already, its value means nothing */
  SY_NODE_DUPLICATE = 1 << 2, /* a key that stands twice in its mapping: reported already */
} SyNodeFlags;

/*
 * One node; lives in the arena of its document, never changes. Children are a
 * list in file order; those of a mapping alternate key, value, key, value …
 * (keys are always scalars).
 *
 * Bytes: [start, end) of the source.
 *  plain, quoted   the text with its quotes, without blanks or a comment behind it
 *  | and >         from the indicator up to the start of the line behind the last line of text
 *                  (behind the trailing blank lines too with the `+` indicator)
 *  flow            from [ or { to behind ] or }
 *  block           from the first key or dash to the end of the last child: comments
 *                  and blank lines behind it are outside
 */
typedef struct _SyNode SyNode;
struct _SyNode
{
  union
  {
    const char *text; /* scalar: the value, UTF-8, NUL-terminated, `n` bytes */
    SyNode *first;    /* collection: (nullable) */
  };
  SyNode *next;       /* (nullable) next child of the same parent */
  SyNode *parent;     /* (nullable) */
  guint32 n;          /* scalar: bytes of text; sequence: items; mapping: pairs */
  guint32 start, end;
  guint8 kind;        /* SyNodeKind */
  guint8 style;       /* SyNodeStyle */
  guint8 flags;       /* SyNodeFlags */
};

typedef struct _SyDocument SyDocument;

/**
 * sy_document_new:
 * @source: the file
 * @problems: gets all that is wrong with it as YAML
 *
 * Parses one YAML document from libyaml's events. Refused, each with its
 * position: more than one document, anchors, aliases, merge keys, tags,
 * directives, duplicate keys, keys that are no scalars, text that is no UTF-8,
 * NUL and other control characters, and what is above the limits.
 *
 * Returns: (transfer full) (nullable): the tree, also when only refusals were
 *   reported (the rest can still be checked); %NULL after a syntax error.
 *   An empty file gives a document whose root is %NULL.
 */
SyDocument *sy_document_new (SySource *source, SyProblems *problems);
SyDocument *sy_document_ref (SyDocument *document);
void sy_document_unref (SyDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDocument, sy_document_unref)

SySource *sy_document_get_source (const SyDocument *document);          /* (transfer none) */
const SyNode *sy_document_get_root (const SyDocument *document);        /* (nullable) */
guint sy_document_get_n_nodes (const SyDocument *document);

/* Value of @key in @mapping, the first one where it stands twice; NULL: no mapping or no such key. Linear. */
const SyNode *sy_node_get (const SyNode *mapping, const char *key);
/* The key node of that value */
const SyNode *sy_node_get_key (const SyNode *mapping, const char *key);
/* NULL-terminated keys from the root: sy_document_find (doc, "tasks", "a", "retry", NULL) */
const SyNode *sy_document_find (const SyDocument *document, ...) G_GNUC_NULL_TERMINATED;
/* Item of a sequence; NULL behind its end. Linear. */
const SyNode *sy_node_nth (const SyNode *sequence, guint n);
/* Innermost node whose bytes hold @offset (for the cursor of an editor); NULL: none */
const SyNode *sy_document_at (const SyDocument *document, gsize offset);

static inline gboolean sy_node_is_empty (const SyNode *node) { return (node->flags & SY_NODE_EMPTY) != 0; }

/**
 * sy_node_source_offset:
 * @offset: byte offset in the text of a scalar
 *
 * Returns: the byte offset in the file of that byte of the value; exact for
 *   plain and quoted scalars of one line without escapes and for literal
 *   blocks, else the start of the node
 */
gsize sy_node_source_offset (const SyDocument *document, const SyNode *scalar, gsize offset);

G_END_DECLS
