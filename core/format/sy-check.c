/* sy-check.c: values against the field table
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-check-private.h"

#include "core/base/sy-text.h"
#include "core/format/sy-bind-private.h"
#include "core/format/sy-lint-private.h"
#include "core/format/sy-syntax.h"
#include "core/model/sy-expr.h"

#include <glib/gi18n.h>
#include <string.h>

/* Longest quote of a value in a message */
#define SHOWN 40

/* Problems */

static SyProblem *
finish_problem (SyCheck *check, SyProblem *problem, char *message)
{
  g_free (message);
  sy_problem_set_task (problem, check->task);
  return problem;
}

SyProblem *
sy_check_add_at (SyCheck *check,
                 SySeverity severity,
                 gsize start,
                 gsize end,
                 const char *code,
                 const char *format,
                 ...)
{
  char *message;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  return finish_problem (check, sy_problems_add (check->problems, severity, code, start, end, "%s", message), message);
}

SyProblem *
sy_check_add (SyCheck *check, SySeverity severity, const SyNode *node, const char *code, const char *format, ...)
{
  const char *stop = memchr (check->data + node->start, '\n', node->end - node->start);
  gsize end = stop != NULL ? (gsize) (stop - check->data) : node->end;
  char *message;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (gettext (format), args);
  va_end (args);
  return finish_problem (check, sy_problems_add (check->problems, severity, code, node->start, end, "%s", message),
                         message);
}

const SyNode *
sy_check_key_of (const SyNode *value)
{
  if (value->parent == NULL || value->parent->kind != SY_NODE_MAPPING)
    return NULL;
  for (const SyNode *k = value->parent->first; k != NULL; k = k->next->next)
    if (k->next == value)
      return k;
  return NULL;
}

/* The value as a message shows it. (transfer full) */
static char *
show (const SyNode *node)
{
  gsize length;

  if (node->kind != SY_NODE_SCALAR)
    return g_strdup (node->kind == SY_NODE_MAPPING ? _("a map") : _("a list"));
  length = strcspn (node->text, "\n");
  if (length <= SHOWN)
    return g_strdup_printf (_("“%.*s”"), (int) length, node->text);
  length = (gsize) (g_utf8_find_prev_char (node->text, node->text + SHOWN) - node->text);
  return g_strdup_printf (_("“%.*s…”"), (int) length, node->text);
}

/* Keys */

gboolean
sy_check_skips_key (const SyNode *key)
{
  return (key->flags & (SY_NODE_REFUSED | SY_NODE_DUPLICATE)) || g_str_has_prefix (key->text, "x-");
}

gboolean
sy_check_name (const char *name, const char *pattern)
{
  gboolean dash = strcmp (pattern, SY_NAMES_VARIABLE) != 0;

  if (!g_ascii_isalpha (name[0]) && name[0] != '_')
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '_' && !(dash && *p == '-'))
      return FALSE;
  return strcmp (pattern, SY_NAMES_ID) != 0 || strlen (name) <= 128;
}

/* `{run: echo a, b}`: b is a key without a value; the keys up to the last such one belong to the value before */
static const SyNode *
report_comma (SyCheck *check, const SyTable *table, const SyNode *before, const SyNode *key)
{
  const SyNode *last = key, *value = before->next;
  const SyField *field;
  g_autofree char *text = NULL;
  SyProblem *problem;

  while (last->next->next != NULL && sy_node_is_empty (last->next->next->next) &&
         sy_table_find (table, last->next->next->text) == NULL)
    last = last->next->next;
  problem = sy_check_add_at (check, SY_SEVERITY_ERROR, value->start, last->end, "comma-in-flow",
                             "a comma ends a value inside { }: “%s” reads as a key of its own", key->text);
  text = g_strndup (check->data + value->start, last->end - value->start);
  field = sy_table_find (table, before->text);
  if (field != NULL && (field->accept & SY_ACCEPT_LIST) && value->kind == SY_NODE_SCALAR)
    {
      g_autofree char *fix = g_strdup_printf ("[%s]", text);

      sy_problem_set_hint (problem, "several of them are a list: %s: %s", before->text, fix);
      sy_problem_set_fix (problem, value->start, last->end, fix);
    }
  else if (value->kind == SY_NODE_SCALAR && value->style == SY_STYLE_PLAIN && strpbrk (text, "\"\\\n") == NULL)
    {
      g_autofree char *fix = g_strdup_printf ("\"%s\"", text);

      sy_problem_set_hint (problem, "quote the whole value: %s: %s", before->text, fix);
      sy_problem_set_fix (problem, value->start, last->end, fix);
    }
  else
    sy_problem_set_hint (problem, "quote the whole value, or write the map on lines of its own");
  return last;
}

/* The field that a key was probably meant to be, or NULL */
static const SyField *
nearest_field (const SyTable *table, const char *key)
{
  SyNearest nearest;

  sy_nearest_init (&nearest, key);
  for (guint i = 0; i < table->n_fields; i++)
    sy_nearest_try (&nearest, table->fields[i].key);
  return nearest.nearest != NULL ? sy_table_find (table, nearest.nearest) : NULL;
}

static void
hint_other_table (SyProblem *problem, const SyTable *table, const char *key)
{
  if (table == &sy_table_file && sy_table_find (&sy_table_task, key) != NULL)
    sy_problem_set_hint (problem, "it is a key of a task: move it into one, or into `defaults` for all of them");
  else if (table == &sy_table_task && sy_table_find (&sy_table_file, key) != NULL)
    sy_problem_set_hint (problem, "it is a key of the file: move it to the top");
  else
    {
      g_autoptr (GString) keys = g_string_new (NULL);

      for (guint i = 0; i < table->n_fields; i++)
        if (!(table->fields[i].flags & SY_FIELD_LATER))
          g_string_append_printf (keys, "%s%s", keys->len > 0 ? ", " : "", table->fields[i].key);
      if (table->n_fields <= 10)
        sy_problem_set_hint (problem, "%s has: %s", _(table->what), keys->str);
      else
        sy_problem_set_hint (problem, "a key of your own must begin with x-");
    }
}

static void
report_unknown (SyCheck *check, const SyTable *table, const SyNode *key)
{
  const SyField *near = nearest_field (table, key->text);
  const char *foreign = sy_foreign_hint (table, key->text);
  gsize shown = MIN (strcspn (key->text, "\n"), SHOWN);
  SyProblem *problem = sy_check_add (check, SY_SEVERITY_ERROR, key, "unknown-key", "%s has no key “%.*s”",
                                     _(table->what), (int) shown, key->text);

  if (foreign != NULL)
    sy_problem_set_hint (problem, "%s", _(foreign));
  else if (near != NULL)
    {
      sy_problem_set_hint (problem, "did you mean “%s”?", near->key);
      sy_problem_set_fix (problem, key->start, key->end, near->key);
    }
  else
    hint_other_table (problem, table, key->text);
}

static void
report_later (SyCheck *check, const SyNode *key, const char *what)
{
  SyProblem *problem = sy_check_add (check, SY_SEVERITY_ERROR, key, "not-yet-supported",
                                     "“%s” is not yet supported", what);

  sy_problem_set_hint (problem, "it is part of the format, but this version cannot run it");
}

static void
report_missing (SyCheck *check, const SyNode *map, const SyTable *table, const SyField *field)
{
  gsize end = map->kind == SY_NODE_MAPPING && map->first != NULL ? map->first->end : map->end;
  SyProblem *problem = sy_check_add_at (check, SY_SEVERITY_ERROR, map->start, end, "missing-key",
                                        "%s must have the key “%s”", _(table->what), field->key);

  if (table == &sy_table_file && strcmp (field->key, "version") == 0)
    {
      sy_problem_set_hint (problem, "begin the file with: version: 1");
      if (map->style == SY_STYLE_BLOCK)
        sy_problem_set_fix (problem, map->start, map->start, "version: 1\n");
    }
  else
    sy_problem_set_hint (problem, "%s: %s", field->key, _(field->help));
}

/* A list or map with a mistake somewhere inside: what is right in it still counts, so that one mistake is one problem */
static gboolean
is_right_collection (const SyNode *node, const SyField *field)
{
  if (node->flags & SY_NODE_REFUSED)
    return FALSE;
  return (node->kind == SY_NODE_SEQUENCE && (field->accept & SY_ACCEPT_LIST)) ||
         (node->kind == SY_NODE_MAPPING && (field->accept & (SY_ACCEPT_MAP | SY_ACCEPT_OBJECT)));
}

/* One pair; returns the key to go on behind */
static const SyNode *
check_pair (SyCheck *check,
            const SyNode *map,
            const SyTable *table,
            gboolean defaults,
            const SyNode *before,
            const SyNode *key,
            const SyNode **values)
{
  const SyField *field = sy_table_find (table, key->text);

  if (field == NULL && table->others != NULL && sy_check_name (key->text, SY_NAMES_NAME))
    sy_check_value (check, key->next, table->others, key->text);
  else if (field == NULL && before != NULL && map->style == SY_STYLE_FLOW && sy_node_is_empty (key->next))
    return report_comma (check, table, before, key);
  else if (field == NULL)
    report_unknown (check, table, key);
  else if (field->flags & SY_FIELD_LATER)
    report_later (check, key, key->text);
  else if (defaults && !(field->flags & SY_FIELD_DEFAULTS))
    sy_problem_set_hint (sy_check_add (check, SY_SEVERITY_ERROR, key, "not-in-defaults",
                                       "“%s” cannot stand in `defaults`", key->text),
                         "write it in each task");
  else if ((sy_check_value (check, key->next, field, key->text) || is_right_collection (key->next, field)) &&
           values != NULL)
    values[field - table->fields] = key->next;
  return key;
}

gboolean
sy_check_table (SyCheck *check, const SyNode *map, const SyTable *table, gboolean defaults, const SyNode **values)
{
  const SyNode *before = NULL;
  guint64 seen = 0;

  if (values != NULL)
    memset (values, 0, table->n_fields * sizeof *values);
  if (map->flags & SY_NODE_REFUSED)
    return FALSE;
  if (map->kind != SY_NODE_MAPPING && !sy_node_is_empty (map))
    return FALSE;

  for (const SyNode *key = sy_node_is_empty (map) ? NULL : map->first; key != NULL; key = key->next->next)
    {
      const SyField *field = sy_table_find (table, key->text);

      if (field == NULL && !sy_check_skips_key (key)) /* misspelt is not missing */
        field = nearest_field (table, key->text);
      if (field != NULL)
        seen |= G_GUINT64_CONSTANT (1) << (field - table->fields);
      if (!sy_check_skips_key (key))
        key = check_pair (check, map, table, defaults, before, key, values);
      before = key;
    }
  for (guint i = 0; i < table->n_fields; i++)
    if ((table->fields[i].flags & SY_FIELD_REQUIRED) && !defaults && !(seen >> i & 1))
      report_missing (check, map, table, &table->fields[i]);
  return TRUE;
}

/* Scalars */

static gboolean
suggest_bool (SyProblem *problem, const SyNode *node)
{
  static const char *const yes[] = { "yes", "on", "y", "1", "True", "TRUE", "Yes", "On", NULL };
  static const char *const no[] = { "no", "off", "n", "0", "False", "FALSE", "No", "Off", NULL };
  const char *word = g_strv_contains (yes, node->text) ? "true" : g_strv_contains (no, node->text) ? "false" : NULL;

  if (word == NULL)
    return FALSE;
  sy_problem_set_hint (problem, "write %s", word);
  sy_problem_set_fix (problem, node->start, node->end, word);
  return TRUE;
}

/* The word for what other languages and tools call @text, if @words has it */
static const char *
other_word (const char *text, const char *const *words)
{
  static const struct { const char *word, *here; } others[] = {
    { "integer", "int" },     { "boolean", "bool" },   { "str", "string" },   { "number", "float" },  { "double", "float" },
    { "choice", "enum" },     { "file", "path" },      { "folder", "path" },  { "directory", "path" }, { "array", "list" },
    { "object", "json" },     { "dict", "json" },      { "map", "json" },     { "bytes", "size" },    { "timestamp", "datetime" },
    { "all", "all_success" }, { "any", "one_success" }, { "always", "all_done" }, { "all_finished", "all_done" },
    { "fail_fast", "cancel" }, { "abort", "cancel" },  { "skip", "refuse" },  { "wait", "queue" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_ascii_strcasecmp (text, others[i].word) == 0 && g_strv_contains (words, others[i].here))
      return others[i].here;
  return NULL;
}

static gboolean
suggest_word (SyProblem *problem, const SyField *field, const SyNode *node)
{
  const char *text = g_str_has_prefix (node->text, "SIG") ? node->text + 3 : node->text;
  const char *near = other_word (text, field->words);

  if (near == NULL)
    near = sy_text_nearest (text, field->words);
  if (near == NULL)
    return FALSE;
  sy_problem_set_hint (problem, "did you mean “%s”?", near);
  sy_problem_set_fix (problem, node->start, node->end, near);
  return TRUE;
}

/* `join: quorum 3` */
static gboolean
suggest_quorum (SyProblem *problem, const SyField *field, const SyNode *node)
{
  const char *count = g_str_has_prefix (node->text, "quorum") ? node->text + strlen ("quorum") : NULL;
  g_autofree char *fix = NULL;
  gsize digits;

  if (field != &sy_table_task.fields[SY_TF_JOIN] || count == NULL)
    return FALSE;
  count += strspn (count, " :=");
  digits = strspn (count, "0123456789");
  if (digits == 0 || (count[digits] != '\0' && !g_str_equal (count + digits, "%")))
    {
      sy_problem_set_hint (problem, "%s", _("write {quorum: 2} for two of the needs, {quorum: 50%} for half of them"));
      return TRUE;
    }
  fix = g_strdup_printf ("{quorum: %s}", count);
  sy_problem_set_hint (problem, "write %s", fix);
  sy_problem_set_fix (problem, node->start, node->end, fix);
  return TRUE;
}

/* "5 minutes" */
static gboolean
suggest_duration (SyProblem *problem, const SyNode *node)
{
  static const struct { const char *words[6]; const char *unit; } units[] = {
    { { "seconds", "second", "secs", "sec", "S", NULL }, "s" }, { { "minutes", "minute", "mins", "min", "M", NULL }, "m" },
    { { "hours", "hour", "hrs", "hr", "H", NULL }, "h" },       { { "days", "day", "D", NULL }, "d" },
    { { "milliseconds", "millis", "msec", NULL }, "ms" },
  };
  const char *word = node->text + strspn (node->text, "0123456789.");
  gsize digits = (gsize) (word - node->text);

  word += strspn (word, " ");
  for (guint i = 0; digits > 0 && i < G_N_ELEMENTS (units); i++)
    if (g_strv_contains (units[i].words, word))
      {
        g_autofree char *fix = g_strdup_printf ("%.*s%s", (int) digits, node->text, units[i].unit);

        sy_problem_set_hint (problem, "write %s", fix);
        sy_problem_set_fix (problem, node->start, node->end, fix);
        return TRUE;
      }
  return FALSE;
}

/* `run:echo hi` is a text to YAML */
static gboolean
suggest_blank (SyProblem *problem, const SyField *field, const SyNode *node)
{
  const char *colon = strchr (node->text, ':');
  g_autofree char *key = colon != NULL ? g_strndup (node->text, (gsize) (colon - node->text)) : NULL, *fix = NULL;

  if (key == NULL || colon[1] == '\0' || field->table == NULL || sy_table_find (field->table, key) == NULL ||
      node->style != SY_STYLE_PLAIN || strchr (node->text, '\n') != NULL)
    return FALSE;
  fix = g_strdup_printf ("%s: %s", key, colon + 1);
  sy_problem_set_hint (problem, "a blank is missing behind the colon: write %s", fix);
  sy_problem_set_fix (problem, node->start, node->end, fix);
  return TRUE;
}

/* The key of @table that a lone @text is meant for: one of whose words it is, else the usual one. (nullable) */
static const char *
key_for (const SyField *field, const char *text)
{
  for (guint i = 0; i < field->table->n_fields; i++)
    if (field->table->fields[i].words != NULL && g_strv_contains (field->table->fields[i].words, text))
      return field->table->fields[i].key;
  return field->shorthand;
}

/* A scalar where a list, or a map with one usual key, is wanted */
static void
suggest_collection (SyCheck *check, SyProblem *problem, const SyField *field, const SyNode *node)
{
  g_autofree char *source = g_strndup (check->data + node->start, node->end - node->start), *fix = NULL;

  if (node->style > SY_STYLE_DOUBLE || strchr (source, '\n') != NULL ||
      (node->style == SY_STYLE_PLAIN && strpbrk (source, ",[]{}") != NULL))
    return;
  if (field->accept & SY_ACCEPT_LIST)
    fix = g_strdup_printf ("[%s]", source);
  else if (field->shorthand != NULL)
    fix = g_strdup_printf ("{%s: %s}", key_for (field, node->text), source);
  if (fix == NULL)
    return;
  sy_problem_set_hint (problem, "write %s", fix);
  sy_problem_set_fix (problem, node->start, node->end, fix);
}

static void
report_scalar (SyCheck *check, const SyNode *node, const SyField *field, const char *key, gboolean range)
{
  g_autofree char *wanted = sy_field_describe (field), *shown = show (node);
  const char *code = range ? "out-of-range" : !(field->accept & SY_ACCEPT_SCALAR) ? "wrong-type" : "bad-value";
  SyProblem *problem;

  if (field->later != NULL && g_strv_contains (field->later, node->text))
    {
      report_later (check, node, node->text);
      return;
    }
  problem = sy_check_add (check, SY_SEVERITY_ERROR, node, code, "“%s” wants %s, not %s", key, wanted, shown);
  if (sy_lint_suggest_command (check, problem, node, key))
    return;
  if ((field->accept & SY_ACCEPT_BOOL) && suggest_bool (problem, node))
    return;
  if ((field->accept & SY_ACCEPT_DURATION) && suggest_duration (problem, node))
    return;
  if (suggest_quorum (problem, field, node))
    return;
  if ((field->accept & SY_ACCEPT_WORD) && suggest_word (problem, field, node))
    return;
  if (!(field->accept & SY_ACCEPT_SCALAR) && !suggest_blank (problem, field, node))
    suggest_collection (check, problem, field, node);
}

/* An expression where none is evaluated */
static gboolean
report_expression (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  SyProblem *problem;

  if (strcmp (key, "run") == 0 && (field->flags & SY_FIELD_FIXED) == 0)
    {
      sy_lint_expression_in_run (check, node);
      return FALSE;
    }
  problem = sy_check_add (check, SY_SEVERITY_ERROR, node, "expression-here", "“%s” takes no expression", key);
  if (strcmp (key, "needs") == 0 || field == &sy_table_need.fields[SY_NF_TASK])
    sy_problem_set_hint (problem, "the tasks and their order are the same in every run; `if` or `enabled` may take an "
                                  "expression, and leave out the task itself");
  else if (field->key == NULL || sy_table_find (&sy_table_param, key) == field)
    sy_problem_set_hint (problem, "what a starter may give stands in the file as it is; only `default` may name env "
                                  "and the parameters above it");
  else
    sy_problem_set_hint (problem, "it stands in the file as it is");
  return FALSE;
}

static gboolean
check_scalar (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  gboolean range = FALSE;

  if (sy_node_is_empty (node))
    {
      if (field->accept & ~(guint) SY_ACCEPT_SCALAR)
        return TRUE;
      sy_problem_set_hint (sy_check_add (check, SY_SEVERITY_ERROR, node, "empty-value", "“%s” has no value", key),
                           "%s: %s; write \"\" for an empty text", key, _(field->help));
      return FALSE;
    }
  if (!(field->flags & (SY_FIELD_DYNAMIC | SY_FIELD_EXPRESSION | SY_FIELD_PROSE)) &&
      sy_bind_has_expression (node->text))
    {
      if ((field->flags & SY_FIELD_FIXED) || strcmp (key, "run") == 0 || !(field->accept & SY_ACCEPT_SCALAR))
        return report_expression (check, node, field, key);
      return sy_bind (check, node, field, key);
    }
  if (sy_field_fits (field, node->text, &range))
    return TRUE;
  report_scalar (check, node, field, key, range);
  return FALSE;
}

/* Collections */

/* The words of a command where a task or a shell text is wanted */
static gboolean
suggest_command (SyCheck *check, SyProblem *problem, const SyField *field, const SyNode *node, const char *key)
{
  const SyNode *name = sy_check_key_of (node);
  g_autofree char *source = g_strndup (check->data + node->start, node->end - node->start);

  if (name == NULL || node->style != SY_STYLE_FLOW || node->n < 2 || strchr (source, '\n') != NULL)
    return FALSE;
  if (field == &sy_table_task.fields[SY_TF_RUN] || field == &sy_table_handler.fields[SY_HF_RUN])
    {
      sy_problem_set_hint (problem, "a list of words is a `command`, a text for a shell goes into `run`");
      sy_problem_set_fix (problem, name->start, name->end, "command");
      return TRUE;
    }
  if (field->table == &sy_table_task || field->table == &sy_table_handler)
    {
      g_autofree char *fix = g_strdup_printf ("{command: %s}", source);

      sy_problem_set_hint (problem, "write %s", fix);
      sy_problem_set_fix (problem, node->start, node->end, fix);
      return TRUE;
    }
  return FALSE;
}

/* A lone {task: a} is one item */
static void
suggest_list (SyCheck *check, SyProblem *problem, const SyField *field, const SyNode *node)
{
  g_autofree char *fix = g_strdup_printf ("[%.*s]", (int) (node->end - node->start), check->data + node->start);

  if (field->item->table == NULL || node->n == 0 || sy_table_find (field->item->table, node->first->text) == NULL || node->style != SY_STYLE_FLOW || strchr (fix, '\n') != NULL)
    {
      sy_problem_set_hint (problem, "write a list: [a, b]");
      return;
    }
  sy_problem_set_hint (problem, "write %s", fix);
  sy_problem_set_fix (problem, node->start, node->end, fix);
}

static void
report_collection (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  g_autofree char *wanted = sy_field_describe (field);
  SyProblem *problem = sy_check_add (check, SY_SEVERITY_ERROR, node, "wrong-type", "“%s” wants %s, not %s", key,
                                     wanted, node->kind == SY_NODE_MAPPING ? _("a map") : _("a list"));

  if (node->kind == SY_NODE_SEQUENCE && suggest_command (check, problem, field, node, key))
    return;
  if (sy_syntax_is_shell_key (key))
    sy_syntax_suggest (problem, check->source, key, node->start, node->end, node->parent->style == SY_STYLE_FLOW);
  else if (field == &sy_table_file.fields[SY_FILE_TASKS])
    sy_problem_set_hint (problem, "each task stands under its id: tasks: {hello: {run: echo hello}}");
  else if ((field->accept & SY_ACCEPT_MAP) && node->kind == SY_NODE_SEQUENCE)
    sy_problem_set_hint (problem, "write name: value, one a line, without dashes");
  else if ((field->accept & SY_ACCEPT_LIST) && node->kind == SY_NODE_MAPPING)
    suggest_list (check, problem, field, node);
  else if ((field->accept & SY_ACCEPT_TEXT) && node->style == SY_STYLE_FLOW)
    sy_problem_set_hint (problem, "quote it if it is meant as text");
}

static gboolean
check_map (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  gboolean good = TRUE;

  for (const SyNode *k = node->first; k != NULL; k = k->next->next)
    {
      if (k->flags & (SY_NODE_REFUSED | SY_NODE_DUPLICATE))
        good = FALSE;
      else if (!sy_check_name (k->text, field->names))
        {
          SyProblem *problem = sy_check_add (check, SY_SEVERITY_ERROR, k, "bad-name", "“%s” is no name for “%s”",
                                             k->text, key);

          sy_problem_set_hint (problem, "a name begins with a letter or _ and goes on with letters, digits%s and _",
                               strcmp (field->names, SY_NAMES_VARIABLE) != 0 ? ", -" : "");
          good = FALSE;
        }
      else
        good = sy_check_value (check, k->next, field->item, k->text) && good;
    }
  return good;
}

gboolean
sy_check_value (SyCheck *check, const SyNode *node, const SyField *field, const char *key)
{
  gboolean good = TRUE;

  if (node->flags & SY_NODE_REFUSED)
    return FALSE;
  if (node->kind == SY_NODE_MAPPING && node->n == 1 && (node->first->flags & SY_NODE_REFUSED)) /* {{ x }} */
    return FALSE;
  if (node->kind == SY_NODE_SCALAR)
    return check_scalar (check, node, field, key);
  if (field->accept & SY_ACCEPT_ANY)
    return TRUE;
  if (node->kind == SY_NODE_SEQUENCE && (field->accept & SY_ACCEPT_LIST))
    {
      for (const SyNode *item = node->first; item != NULL && !(field->flags & SY_FIELD_OWN); item = item->next)
        good = sy_check_value (check, item, field->item, key) && good;
      return good;
    }
  if (node->kind == SY_NODE_MAPPING && (field->accept & SY_ACCEPT_MAP))
    return (field->flags & SY_FIELD_OWN) || check_map (check, node, field, key);
  if (node->kind == SY_NODE_MAPPING && (field->accept & SY_ACCEPT_OBJECT))
    {
      guint before = sy_problems_get_n_errors (check->problems);

      if (!(field->flags & SY_FIELD_OWN))
        sy_check_table (check, node, field->table, FALSE, NULL);
      return sy_problems_get_n_errors (check->problems) == before;
    }
  report_collection (check, node, field, key);
  return FALSE;
}
