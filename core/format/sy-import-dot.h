/* sy-import-dot.h: a parsed Graphviz graph
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-import-draft.h"

G_BEGIN_DECLS

typedef struct
{
  char *name, *label, *rule;
  gboolean ellipse;
  guint line;
} SyDotNode;

typedef struct
{
  guint32 from, to;
  guint line;
  char *label; /* (nullable) */
} SyDotEdge;

typedef struct
{
  char *name;          /* (nullable) of the graph */
  GPtrArray *nodes;    /* of SyDotNode, in order of appearance */
  GHashTable *by_name; /* -> index + 1 */
  GArray *edges;       /* of SyDotEdge */
} SyDotGraph;

/* Index of the node of that name, added where there is none */
guint32 sy_dot_graph_node (SyDotGraph *graph, const char *name, guint line);
/* A name or label as it is shown: \n, \l and \r are blanks, \N is @name (nullable), \X is X. (transfer full) */
char *sy_dot_unescape (const char *text, const char *name);
/* Nodes or, for what ninja prints, build statements become tasks. FALSE after an error */
gboolean sy_dot_graph_to_tasks (SyDotGraph *graph, SyDraft *draft);

G_END_DECLS
