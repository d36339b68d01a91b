/* sy-document-parse.c: from libyaml's events to the tree
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-document-private.h"
#include "core/format/sy-syntax.h"

#include <glib/gi18n.h>
#include <string.h>
#include <yaml.h>

/* Mappings with more keys than this find duplicates with a hash table. */
#define FEW_KEYS 16

typedef struct
{
  SyNode *node;
  SyNode *last;     /* (nullable) last child */
  SyNode *key;      /* (nullable) mapping: the key whose value comes next */
  GHashTable *keys; /* (nullable) text -> key node */
} Frame;

typedef struct
{
  SyDocument *document;
  SyProblems *problems;
  const char *data;
  SyMarks marks;
  yaml_parser_t yaml;
  Frame frames[SY_LIMIT_DEPTH];
  guint depth;
  guint skip;       /* > 0: inside a key that is a collection */
  gsize skip_start;
  SyNode *last_block; /* (nullable) the event before was this | or > scalar */
  gboolean stop;
} Parse;

/* Refusals */

/* Length of a tag, an anchor or an alias as written */
static int
property_length (const Parse *parse, gsize start)
{
  gsize length, n = 0;

  sy_source_get_data (parse->document->source, &length);
  while (start + n < length && n < 60 && strchr (" \t\r\n,]}", parse->data[start + n]) == NULL)
    n++;
  return (int) n;
}

/* Key of the value that begins now, or NULL */
static const SyNode *
present_key (const Parse *parse)
{
  return parse->depth > 0 ? parse->frames[parse->depth - 1].key : NULL;
}

static gboolean
in_flow (const Parse *parse)
{
  return parse->depth > 0 && parse->frames[parse->depth - 1].node->style == SY_STYLE_FLOW;
}

static void
refuse (Parse *parse, const char *code, const char *what, gsize start, gsize end)
{
  const SyNode *key = present_key (parse);
  int length = property_length (parse, start);
  SyProblem *problem;

  problem = sy_problems_add (parse->problems, SY_SEVERITY_ERROR, code, start, start + (gsize) length,
                             "%.*s is a YAML %s, which is not part of the format", length, parse->data + start, what);
  if (strcmp (code, "anchor") == 0 && (key == NULL || !sy_syntax_is_shell_key (key->text)))
    sy_problem_set_hint (problem, "write the values out; what many tasks share goes into `defaults`");
  else
    sy_syntax_suggest (problem, parse->document->source, key != NULL ? key->text : NULL, start, end, in_flow (parse));
}

/* Reports a tag or an anchor of the node that begins at @start; TRUE: its value means nothing */
static gboolean
refuse_properties (Parse *parse, const yaml_char_t *tag, const yaml_char_t *anchor, gsize start, gsize end)
{
  if (tag != NULL)
    refuse (parse, "tag", _("tag"), start, end);
  else if (anchor != NULL)
    refuse (parse, "anchor", _("anchor"), start, end);
  return tag != NULL;
}

static SyNode *
find_key (Frame *frame, const char *text)
{
  if (frame->keys == NULL && frame->node->n >= FEW_KEYS)
    {
      frame->keys = g_hash_table_new (g_str_hash, g_str_equal);
      for (SyNode *k = frame->node->first; k != NULL && k->next != NULL; k = k->next->next)
        if (!(k->flags & SY_NODE_DUPLICATE))
          g_hash_table_insert (frame->keys, (gpointer) k->text, k);
    }
  if (frame->keys != NULL)
    return g_hash_table_lookup (frame->keys, text);
  for (SyNode *k = frame->node->first; k != NULL; k = k->next != NULL ? k->next->next : NULL)
    if (strcmp (k->text, text) == 0)
      return k;
  return NULL;
}

static void
check_key (Parse *parse, Frame *frame, SyNode *key)
{
  SyNode *first = find_key (frame, key->text);
  SyProblem *problem;
  guint line, column;

  if (first != NULL && !(key->flags & SY_NODE_REFUSED))
    {
      key->flags |= SY_NODE_DUPLICATE;
      sy_source_position (parse->document->source, first->start, &line, &column);
      problem = sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "duplicate-key", key->start, key->end,
                                 "“%s” stands here twice; the first one is in line %u", key->text, line);
      sy_problem_set_hint (problem, "remove one of them or give it another name");
    }
  else if (frame->keys != NULL)
    g_hash_table_insert (frame->keys, (gpointer) key->text, key);

  if (key->style == SY_STYLE_PLAIN && strcmp (key->text, "<<") == 0)
    {
      key->flags |= SY_NODE_REFUSED;
      problem = sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "merge-key", key->start, key->end,
                                 "“<<” is a YAML merge key: merge keys are not part of the format");
      sy_problem_set_hint (problem, "write the values out; what many tasks share goes into `defaults`");
    }
}

/* The tree */

/* Hangs a node that begins now into the open collection. A new key waits for its value. */
static void
attach (Parse *parse, SyNode *node)
{
  Frame *frame;

  if (parse->depth == 0)
    {
      parse->document->root = node;
      return;
    }
  frame = &parse->frames[parse->depth - 1];
  node->parent = frame->node;
  if (frame->node->kind == SY_NODE_MAPPING && frame->key == NULL)
    {
      check_key (parse, frame, node);
      frame->key = node;
    }
  else
    {
      frame->key = NULL;
      frame->node->n++;
    }
  if (frame->last != NULL)
    frame->last->next = node;
  else
    frame->node->first = node;
  frame->last = node;
}

static gboolean
awaits_key (const Parse *parse)
{
  const Frame *frame;

  if (parse->depth == 0)
    return FALSE;
  frame = &parse->frames[parse->depth - 1];
  return frame->node->kind == SY_NODE_MAPPING && frame->key == NULL;
}

static SyNode *
new_node (Parse *parse, SyNodeKind kind, gsize start, gsize end)
{
  SyNode *node = sy_document_alloc (parse->document);

  node->kind = kind;
  node->start = (guint32) start;
  node->end = (guint32) MAX (start, end);
  if (parse->document->n_nodes == SY_LIMIT_NODES + 1)
    {
      sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "too-many-nodes", start, start,
                       "more than %d keys and values in one file: the limit", SY_LIMIT_NODES);
      parse->stop = TRUE;
    }
  return node;
}

/* Without the blank lines behind it, unless the `+` indicator makes them text */
static gsize
trim_block_scalar (const Parse *parse, gsize start, gsize end)
{
  const char *data = parse->data;
  gsize header = start;

  while (header < end && data[header] != '\n' && data[header] != '\r')
    if (data[header++] == '+')
      return end;
  while (end > header)
    {
      gsize p = end - 1;

      if (data[p] == '\n' && p > header && data[p - 1] == '\r')
        p--;
      while (p > header && (data[p - 1] == ' ' || data[p - 1] == '\t'))
        p--;
      if (p <= header || (data[p - 1] != '\n' && data[p - 1] != '\r'))
        break;
      end = p;
    }
  return end;
}

/* libyaml leaves out the last line of a block scalar where the file ends without a line break */
static void
complete_block_scalar (Parse *parse, SyNode *node, gsize next)
{
  gsize length, start = node->end;
  const char *last = strrchr (node->text, '\n');

  sy_source_get_data (parse->document->source, &length);
  while (start < length && parse->data[start] == ' ')
    start++;
  last = last != NULL ? last + 1 : node->text;
  last += strspn (last, " ");
  if (next == length && start < length && *last != '\0' && strlen (last) == length - start &&
      memcmp (last, parse->data + start, length - start) == 0)
    node->end = (guint32) length;
}

static const SyNodeStyle scalar_styles[] = {
  [YAML_ANY_SCALAR_STYLE] = SY_STYLE_PLAIN,
  [YAML_PLAIN_SCALAR_STYLE] = SY_STYLE_PLAIN,
  [YAML_SINGLE_QUOTED_SCALAR_STYLE] = SY_STYLE_SINGLE,
  [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = SY_STYLE_DOUBLE,
  [YAML_LITERAL_SCALAR_STYLE] = SY_STYLE_LITERAL,
  [YAML_FOLDED_SCALAR_STYLE] = SY_STYLE_FOLDED,
};

static void
check_scalar (Parse *parse, const SyNode *node)
{
  if (node->n > SY_LIMIT_SCALAR)
    sy_problem_set_hint (sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "too-long", node->start, node->start,
                                          "a text of %u bytes: the limit is 1 MiB", node->n),
                         "put it into a file beside the workflow and read that");
  if (strlen (node->text) != node->n)
    sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "control-character", node->start, node->end,
                     "the text holds a NUL byte (\\0), which no command can receive");
}

static void
on_scalar (Parse *parse, const yaml_event_t *event, gsize start, gsize end)
{
  SyNode *node = new_node (parse, SY_NODE_SCALAR, start, end);

  node->style = scalar_styles[event->data.scalar.style];
  node->n = (guint32) event->data.scalar.length;
  node->text = g_string_chunk_insert_len (parse->document->texts, (const char *) event->data.scalar.value,
                                          (gssize) event->data.scalar.length);
  if (node->style >= SY_STYLE_LITERAL)
    {
      node->end = (guint32) trim_block_scalar (parse, start, node->end);
      parse->last_block = node;
    }
  if (node->style == SY_STYLE_PLAIN && node->n == 0)
    node->flags |= SY_NODE_EMPTY;
  if (refuse_properties (parse, event->data.scalar.tag, event->data.scalar.anchor, start, end))
    node->flags |= SY_NODE_REFUSED;
  check_scalar (parse, node);
  attach (parse, node);
}

static void
on_alias (Parse *parse, gsize start, gsize end)
{
  const SyNode *key = present_key (parse);
  SyNode *node = new_node (parse, SY_NODE_SCALAR, start, end);

  node->flags = SY_NODE_REFUSED;
  node->text = g_string_chunk_insert_len (parse->document->texts, parse->data + start, (gssize) (node->end - start));
  node->n = (guint32) strlen (node->text);
  if (key == NULL || !(key->flags & SY_NODE_REFUSED))
    refuse (parse, "alias", _("alias"), start, end);
  attach (parse, node);
}

static void
on_start (Parse *parse, SyNodeKind kind, gboolean flow, const yaml_char_t *tag, const yaml_char_t *anchor, gsize start)
{
  SyNode *node;

  if (parse->depth == SY_LIMIT_DEPTH)
    {
      sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "too-deep", start, start,
                       "lists and maps are nested more than %d deep here: the limit", SY_LIMIT_DEPTH);
      parse->stop = TRUE;
      return;
    }
  node = new_node (parse, kind, start, start);
  node->style = flow ? SY_STYLE_FLOW : SY_STYLE_BLOCK;
  if (refuse_properties (parse, tag, anchor, start, start))
    node->flags |= SY_NODE_REFUSED;
  attach (parse, node);
  parse->frames[parse->depth++] = (Frame) { .node = node };
}

static void
on_end (Parse *parse, gsize end)
{
  Frame *frame = &parse->frames[--parse->depth];
  SyNode *node = frame->node;

  g_clear_pointer (&frame->keys, g_hash_table_unref);
  /* Only brackets end where they end; a block ends with its last child, as does the pair of `[a: b]`. */
  if (node->style == SY_STYLE_FLOW && end > node->start + 1 && strchr ("]}", parse->data[end - 1]) != NULL &&
      strchr ("[{&!", parse->data[node->start]) != NULL)
    node->end = (guint32) end;
  else if (frame->last != NULL)
    node->end = frame->last->end;
}

/* A key that is a list or a map, as `{{ x }}` makes one: reported, then a placeholder stands for it */
static void
on_complex_key (Parse *parse, gsize end)
{
  gsize start = parse->skip_start;
  gboolean braces = strncmp (parse->data + start, "{", 1) == 0 && start > 0;
  SyProblem *problem;
  SyNode *node;

  problem = sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "complex-key", start, end,
                             "a key must be a word, this is a list or a map");
  if (braces && parse->data[start - 1] == '{')
    {
      g_autofree char *text = g_strdup_printf ("\"${%.*s}\"", (int) (end - start), parse->data + start);

      sy_problem_set_hint (problem, "an expression is written \"${{ … }}\", in quotes");
      if (parse->data[end] == '}' && strchr (text, '\n') == NULL)
        sy_problem_set_fix (problem, start - 1, end + 1, text);
    }
  node = new_node (parse, SY_NODE_SCALAR, start, end);
  node->flags = SY_NODE_REFUSED;
  node->text = "";
  attach (parse, node);
}

static gboolean
is_start (const yaml_event_t *event)
{
  return event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
}

static gboolean
is_end (const yaml_event_t *event)
{
  return event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;
}

/* TRUE: the event belongs to a key that is a collection */
static gboolean
skip_event (Parse *parse, const yaml_event_t *event, gsize start, gsize end)
{
  if (parse->skip == 0 && !(is_start (event) && awaits_key (parse)))
    return FALSE;
  if (parse->skip == 0)
    parse->skip_start = start;
  if (is_start (event))
    parse->skip++;
  else if (is_end (event) && --parse->skip == 0)
    on_complex_key (parse, end);
  return TRUE;
}

static void
on_event (Parse *parse, const yaml_event_t *event)
{
  gsize start = sy_marks_to_byte (&parse->marks, event->start_mark.index);
  gsize end = sy_marks_to_byte (&parse->marks, event->end_mark.index);

  if (parse->last_block != NULL)
    complete_block_scalar (parse, g_steal_pointer (&parse->last_block), start);
  if (skip_event (parse, event, start, end))
    return;
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      on_scalar (parse, event, start, end);
      break;
    case YAML_ALIAS_EVENT:
      on_alias (parse, start, end);
      break;
    case YAML_MAPPING_START_EVENT:
      on_start (parse, SY_NODE_MAPPING, event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE,
                event->data.mapping_start.tag, event->data.mapping_start.anchor, start);
      break;
    case YAML_SEQUENCE_START_EVENT:
      on_start (parse, SY_NODE_SEQUENCE, event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
                event->data.sequence_start.tag, event->data.sequence_start.anchor, start);
      break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      on_end (parse, end);
      break;
    default:
      break;
    }
}

static void
report_no_memory (Parse *parse)
{
  sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "memory", 0, 1, "there is not enough memory to read this file");
}

static void
report_yaml_error (Parse *parse)
{
  const yaml_parser_t *yaml = &parse->yaml;
  SySyntaxError error = { .problem = yaml->problem != NULL ? yaml->problem : "", .context = yaml->context };

  error.at = sy_marks_to_byte (&parse->marks, yaml->problem_mark.index);
  error.context_at = sy_marks_to_byte (&parse->marks, yaml->context_mark.index);
  sy_syntax_report (&error, parse->document->source, parse->problems);
}

/* Behind the document only comments and `...` may follow; libyaml is not asked (directives there cost it quadratic time). */
static void
check_tail (Parse *parse, gsize end)
{
  gsize length;
  const char *p = parse->data + end, *stop;
  gboolean line_start = end > 0 && p[-1] == '\n';

  sy_source_get_data (parse->document->source, &length);
  for (stop = parse->data + length; p < stop; p++)
    {
      if (*p == '\n' || *p == '\r')
        line_start = TRUE;
      else if (*p == '#')
        {
          while (p + 1 < stop && p[1] != '\n' && p[1] != '\r')
            p++;
        }
      else if (line_start && stop - p >= 3 && strncmp (p, "...", 3) == 0)
        p += 2;
      else if (*p != ' ' && *p != '\t')
        {
          gsize at = (gsize) (p - parse->data);
          SyProblem *problem = sy_problems_add (parse->problems, SY_SEVERITY_ERROR, "second-document", at, at + 1,
                                                "a file holds one workflow: nothing may follow its end here");
          sy_problem_set_hint (problem, "give the second document a file of its own");
          return;
        }
    }
}

/* FALSE: no tree */
static gboolean
run_events (Parse *parse)
{
  gboolean done = FALSE;

  while (!done && !parse->stop)
    {
      yaml_event_t event;

      if (!yaml_parser_parse (&parse->yaml, &event))
        {
          if (parse->yaml.error == YAML_MEMORY_ERROR)
            report_no_memory (parse);
          else
            report_yaml_error (parse);
          return FALSE;
        }
      on_event (parse, &event);
      done = event.type == YAML_DOCUMENT_END_EVENT || event.type == YAML_STREAM_END_EVENT;
      if (done && parse->document->root != NULL)
        check_tail (parse, parse->document->root->end);
      yaml_event_delete (&event);
    }
  return !parse->stop;
}

SyDocument *
sy_document_new (SySource *source, SyProblems *problems)
{
  g_autoptr (SyDocument) document = g_new0 (SyDocument, 1);
  Parse parse = { .document = document, .problems = problems };
  gsize length;
  gboolean good = FALSE;

  g_atomic_ref_count_init (&document->ref_count);
  document->source = sy_source_ref (source);
  document->blocks = g_ptr_array_new_with_free_func (g_free);
  document->texts = g_string_chunk_new (64 * 1024);
  sy_problems_set_source (problems, source);
  if (!sy_syntax_check_bytes (source, problems))
    return NULL;

  parse.data = sy_source_get_data (source, &length);
  sy_marks_init (&parse.marks, source);
  if (yaml_parser_initialize (&parse.yaml))
    {
      yaml_parser_set_encoding (&parse.yaml, YAML_UTF8_ENCODING);
      yaml_parser_set_input_string (&parse.yaml, (const guchar *) parse.data + parse.marks.base, length - parse.marks.base);
      good = run_events (&parse);
    }
  else
    report_no_memory (&parse);
  for (guint i = 0; i < parse.depth; i++)
    g_clear_pointer (&parse.frames[i].keys, g_hash_table_unref);
  yaml_parser_delete (&parse.yaml);
  sy_marks_clear (&parse.marks);

  return good ? g_steal_pointer (&document) : NULL;
}
