/* sy-lint.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-lint-private.h"

#include "core/model/sy-expr.h"

#include <glib/gi18n.h>
#include <string.h>

#define ENV_LIMIT (128 * 1024) /* MAX_ARG_STRLEN of Linux, the NUL included */

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* The name in $NAME or ${NAME} at @p, or NULL; @length: of the whole. (transfer full) */
static char *
scan_variable (const char *p, gsize *length)
{
  gboolean braces = p[1] == '{';
  const char *start = p + (braces ? 2 : 1), *end = start;

  if (!g_ascii_isalpha (*start) && *start != '_')
    return NULL;
  while (is_name_char (*end))
    end++;
  if (braces && *end != '}')
    return NULL;
  *length = (gsize) (end - p) + (braces ? 1 : 0);
  return g_strndup (start, (gsize) (end - start));
}

/* First `$` of @text at or behind @p that is no expression, or NULL */
static const char *
next_dollar (const char *p)
{
  while ((p = strchr (p, '$')) != NULL)
    {
      if (g_str_has_prefix (p, "${{"))
        {
          p = strstr (p, "}}");
          if (p == NULL)
            return NULL;
          p += 2;
        }
      else if (g_str_has_prefix (p, "$${{"))
        p += 4;
      else
        return p;
    }
  return NULL;
}

/* run */

static gboolean
has_open_quote (const char *text)
{
  char quote = '\0';

  for (; *text != '\0'; text++)
    {
      if (quote == '\0' && *text == '\\' && text[1] != '\0')
        text++;
      else if (quote == '\0' && (*text == '"' || *text == '\''))
        quote = *text;
      else if (*text == quote)
        quote = '\0';
    }
  return quote != '\0';
}

/* Blanks in front of the line of @offset, or -1 if something else stands there */
static int
indentation (const SyCheck *check, gsize offset)
{
  gsize p = offset;

  while (p > 0 && check->data[p - 1] == ' ')
    p--;
  if (p > 0 && check->data[p - 1] != '\n' && check->data[p - 1] != '\r')
    return -1;
  return (int) (offset - p);
}

void
sy_lint_run (SyCheck *check, const SyNode *run)
{
  const SyNode *key = sy_check_key_of (run);
  gsize length, p, end;
  int indent = key != NULL ? indentation (check, key->start) : -1;
  SyProblem *problem;

  sy_source_get_data (check->source, &length);
  if (run->style != SY_STYLE_PLAIN || sy_node_is_empty (run))
    return;
  for (p = run->end; p < length && (check->data[p] == ' ' || check->data[p] == '\t'); p++)
    ;
  if (p == run->end || p >= length || check->data[p] != '#')
    return;
  for (end = p; end < length && check->data[end] != '\n' && check->data[end] != '\r'; end++)
    ;
  problem = sy_check_add_at (check, has_open_quote (run->text) ? SY_SEVERITY_ERROR : SY_SEVERITY_WARNING, p, end,
                             "comment-in-run", "the rest of the line is a YAML comment: the command ends before it");
  sy_problem_set_hint (problem, "use `run: |` and write the command on the next line, indented");
  if (indent >= 0 && run->parent->style == SY_STYLE_BLOCK &&
      memchr (check->data + run->start, '\n', run->end - run->start) == NULL)
    {
      g_autofree char *fix = g_strdup_printf ("|\n%*s%.*s", indent + 2, "", (int) (end - run->start),
                                              check->data + run->start);

      sy_problem_set_fix (problem, run->start, end, fix);
    }
}

typedef struct
{
  SyCheck *check;
  const SyNode *run;
} RunLint;

/* The variable that holds the value of a simple expression already: params.X, env.X. (transfer full) (nullable) */
static char *
present_variable (const char *expression)
{
  static const char *const scopes[] = { "params.", "env." };

  if (strcmp (expression, "run.id") == 0)
    return g_strdup ("SWITCHYARD_RUN_ID");
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++)
    if (g_str_has_prefix (expression, scopes[i]))
      {
        const char *name = expression + strlen (scopes[i]), *p = name;

        while (is_name_char (*p))
          p++;
        return *p == '\0' && p > name ? g_strdup (name) : NULL;
      }
  return NULL;
}

/* A name for the variable of any other expression: its last word. (transfer full) */
static char *
invent_variable (const char *expression)
{
  const char *end = expression + strlen (expression), *start;

  while (end > expression && !is_name_char (end[-1]))
    end--;
  for (start = end; start > expression && is_name_char (start[-1]);)
    start--;
  while (start < end && g_ascii_isdigit (*start))
    start++;
  return start < end ? g_strndup (start, (gsize) (end - start)) : g_strdup ("value");
}

/* One fix for both: the `env` line in front of `run`, and the variable in it */
static void
fix_by_env (RunLint *lint, SyProblem *problem, const char *name, gsize start, gsize end)
{
  const SyCheck *check = lint->check;
  const SyNode *key = sy_check_key_of (lint->run);
  int indent = key != NULL ? indentation (check, key->start) : -1;
  g_autofree char *fix = NULL;

  if (indent < 0 || sy_node_get (lint->run->parent, "env") != NULL || memchr (check->data + start, '"', end - start))
    return;
  fix = g_strdup_printf ("env: {%s: \"%.*s\"}\n%*s%.*s${%s}", name, (int) (end - start), check->data + start, indent,
                         "", (int) (start - key->start), check->data + key->start, name);
  sy_problem_set_fix (problem, key->start, end, fix);
}

static gboolean
on_run_expression (const char *text, gsize offset, gsize length, gpointer data, GError **error)
{
  RunLint *lint = data;
  SyCheck *check = lint->check;
  g_autofree char *expression = g_strstrip (g_strndup (text + offset, length));
  g_autofree char *name = present_variable (expression);
  gsize start = sy_node_source_offset (check->document, lint->run, offset - 3), end = start + length + 5;
  gboolean exact = strncmp (check->data + start, "${{", 3) == 0;
  SyProblem *problem;

  problem = sy_check_add_at (check, SY_SEVERITY_ERROR, start, exact ? end : start, "expression-in-run",
                             "expressions are not evaluated in `run`: values reach it as environment variables");
  if (name != NULL)
    {
      g_autofree char *fix = g_strdup_printf ("${%s}", name);

      sy_problem_set_hint (problem, "write \"$%s\"", name);
      if (exact)
        sy_problem_set_fix (problem, start, end, fix);
      return TRUE;
    }
  name = invent_variable (expression);
  sy_problem_set_hint (problem, "give the task env: {%s: \"${{ %s }}\"} and write \"$%s\"", name, expression, name);
  if (exact)
    fix_by_env (lint, problem, name, start, end);
  return TRUE;
}

void
sy_lint_expression_in_run (SyCheck *check, const SyNode *run)
{
  RunLint lint = { check, run };
  g_autoptr (GError) error = NULL;

  if (!sy_template_foreach (run->text, on_run_expression, &lint, &error))
    sy_problem_set_hint (sy_check_add (check, SY_SEVERITY_ERROR, run, "expression-in-run",
                                       "expressions are not evaluated in `run`, and this one has no }}"),
                         "values reach `run` as environment variables: write \"$NAME\"");
}

/* command */

static gboolean
word_in (const char *word, const char *const *words)
{
  return g_strv_contains (words, word);
}

static const char *
base_name (const char *path)
{
  const char *slash = strrchr (path, '/');

  return slash != NULL ? slash + 1 : path;
}

/* Letters of the short options that take code, or NULL: no interpreter */
static const char *
code_options (const char *program)
{
  static const struct { const char *name, *options; } interpreters[] = {
    { "sh", "c" }, { "bash", "c" }, { "dash", "c" }, { "zsh", "c" }, { "ksh", "c" }, { "fish", "c" },
    { "python", "c" }, { "perl", "eE" }, { "ruby", "e" }, { "node", "ep" }, { "nodejs", "ep" },
    { "awk", "e" }, { "gawk", "e" }, { "mawk", "e" },
  };
  gsize length;

  program = base_name (program);
  length = strlen (program);
  while (length > 0 && strchr ("0123456789.", program[length - 1]) != NULL)
    length--;
  for (guint i = 0; i < G_N_ELEMENTS (interpreters); i++)
    if (strlen (interpreters[i].name) == length && strncmp (interpreters[i].name, program, length) == 0)
      return interpreters[i].options;
  return NULL;
}

static gboolean
takes_code (const char *option, const char *letters)
{
  if (option[0] != '-' || option[1] == '\0')
    return FALSE;
  if (strchr (letters, 'e') != NULL && strchr ("rIMm", option[1]) != NULL) /* -rNAME, -Idir: no letters */
    return FALSE;
  if (option[1] == '-')
    return strcmp (option, "--eval") == 0 || strcmp (option, "--command") == 0 || strcmp (option, "--source") == 0;
  return strpbrk (option + 1, letters) != NULL && strlen (option) <= 6;
}

/* The item that an interpreter will read as a program, or NULL */
static const SyNode *
find_code (const SyNode *command)
{
  for (const SyNode *item = command->first; item != NULL; item = item->next)
    {
      const char *letters = item->kind == SY_NODE_SCALAR ? code_options (item->text) : NULL;

      if (letters == NULL)
        continue;
      for (const SyNode *p = item->next; p != NULL && p->kind == SY_NODE_SCALAR && p->text[0] == '-'; p = p->next)
        {
          if (takes_code (p->text, letters))
            return p->next;
          if (letters[0] == 'c' && g_str_has_suffix (p->text, "o") && p->next != NULL) /* -o pipefail */
            p = p->next;
        }
      if (strstr (item->text, "awk") != NULL) /* its first argument that is no option */
        for (const SyNode *p = item->next; p != NULL && p->kind == SY_NODE_SCALAR; p = p->next)
          {
            if (p->text[0] != '-')
              return p;
            if (strcmp (p->text, "-f") == 0) /* the program is a file */
              return NULL;
            if ((strcmp (p->text, "-F") == 0 || strcmp (p->text, "-v") == 0) && p->next != NULL)
              p = p->next;
          }
      return NULL;
    }
  return NULL;
}

static void
check_code (SyCheck *check, const SyNode *code)
{
  SyProblem *problem;

  if (code == NULL || code->kind != SY_NODE_SCALAR || strstr (code->text, "${{") == NULL)
    return;
  problem = sy_check_add (check, SY_SEVERITY_ERROR, code, "expression-in-code",
                          "an expression inside the code for an interpreter would be read as code, whatever it holds");
  sy_problem_set_hint (problem, "pass it by env: {NAME: \"${{ … }}\"}, and read the variable NAME in the code");
}

/* `*` means something to these programs themselves */
static gboolean
takes_patterns (const char *program)
{
  static const char *const programs[] = { "find", "grep", "egrep", "fgrep", "zgrep", "rg", "fd", "sed", "awk", "gawk",
                                          "mawk", "git", "rsync", "tar", "zip", "unzip", "7z", "expr", "jq", "locate",
                                          "perl", "python", "python3", "printf", "echo", "curl", "psql", "sqlite3",
                                          NULL };

  return word_in (base_name (program), programs);
}

/* Why a shell would do something with the word, or NULL */
static const char *
shell_meaning (const char *text, const char *program)
{
  static const char *const operators[] = { "|", "||", "&", "&&", ";", ">", ">>", "<", "<<", "2>", "2>&1", "&>", NULL };
  const char *dollar = next_dollar (text);
  g_autofree char *name = NULL;
  gsize length;

  if (text[0] == '~' && (text[1] == '/' || text[1] == '\0'))
    return _("nothing replaces “~”");
  if (dollar != NULL && (dollar[1] == '(' || (name = scan_variable (dollar, &length)) != NULL))
    return _("nothing replaces “$…”");
  if (strchr (text, '`') != NULL)
    return _("nothing replaces `…`");
  if (word_in (text, operators))
    return _("the program gets it as an argument");
  if (text[0] != '-' && strchr (text, '*') != NULL && strstr (text, "${{") == NULL && !takes_patterns (program))
    return _("nothing replaces “*”");
  return NULL;
}

/* `$NAME` alone becomes an expression */
static void
fix_variable (SyCheck *check, SyProblem *problem, const SyNode *item)
{
  g_autofree char *name = NULL, *fix = NULL;
  gsize length;

  if (item->text[0] != '$' || (name = scan_variable (item->text, &length)) == NULL || length != item->n)
    return;
  fix = g_strdup_printf ("\"${{ env.%s }}\"", name);
  sy_problem_set_hint (problem, "write %s, or use `run`, where a shell reads the text", fix);
  sy_problem_set_fix (problem, item->start, item->end, fix);
}

static void
check_item (SyCheck *check, const SyNode *item, const char *program)
{
  const char *meaning = item->kind == SY_NODE_SCALAR ? shell_meaning (item->text, program) : NULL;
  SyProblem *problem;

  if (meaning == NULL)
    return;
  problem = sy_check_add (check, SY_SEVERITY_WARNING, item, "no-shell", "no shell reads `command`: %s", meaning);
  sy_problem_set_hint (problem, "use `run`, where a shell reads the text");
  fix_variable (check, problem, item);
}

void
sy_lint_command (SyCheck *check, const SyNode *command)
{
  const SyNode *program = command->kind == SY_NODE_SEQUENCE ? command->first : NULL, *code;

  if (program != NULL && program->kind != SY_NODE_SCALAR) /* reported */
    return;
  if (program == NULL || program->text[0] == '\0')
    {
      sy_problem_set_hint (sy_check_add (check, SY_SEVERITY_ERROR, command, "empty-command",
                                         "`command` names no program"),
                           "command: [program, argument, …]");
      return;
    }
  if (strstr (program->text, "${{") != NULL)
    sy_problem_set_hint (sy_check_add (check, SY_SEVERITY_ERROR, program, "dynamic-program",
                                       "the program itself cannot be an expression: what runs must be in the file"),
                         "name the program; its arguments may be expressions");
  code = find_code (command);
  check_code (check, code);
  for (const SyNode *item = program; item != NULL; item = item->next)
    if (item != code)
      check_item (check, item, program->text);
}

/* `command: ./a b`, `shell: bash -c` */
gboolean
sy_lint_suggest_command (SyCheck *check, SyProblem *problem, const SyNode *node, const char *key)
{
  const SyNode *name = sy_check_key_of (node);
  gboolean command = strcmp (key, "command") == 0;
  g_auto (GStrv) words = NULL;
  g_autofree char *list = NULL, *fix = NULL;

  if (!(command || strcmp (key, "shell") == 0) || name == NULL || node->style > SY_STYLE_DOUBLE)
    return FALSE;
  if (strpbrk (node->text, "\"'\\$`*?[]{}|&;<>()#~,:\n") != NULL)
    {
      sy_problem_set_hint (problem, "%s", command ? _("a text for a shell goes into `run`") : _("write the words as a list"));
      if (command)
        sy_problem_set_fix (problem, name->start, name->end, "run");
      return TRUE;
    }
  words = g_strsplit (node->text, " ", -1);
  list = g_strjoinv (", ", words);
  fix = g_strdup_printf ("[%s]", list);
  if (command)
    sy_problem_set_hint (problem, "write %s, or use `run` for a shell text", fix);
  else
    sy_problem_set_hint (problem, "write %s", fix);
  sy_problem_set_fix (problem, node->start, node->end, fix);
  return TRUE;
}

/* env */

static gboolean
check_env_name (SyCheck *check, const SyNode *name)
{
  static const char *const refused[] = { "IFS", "ENV", "BASH_ENV", NULL };
  SyProblem *problem;

  if (!word_in (name->text, refused) && !g_str_has_prefix (name->text, "LD_") &&
      !g_str_has_prefix (name->text, "SWITCHYARD_"))
    return TRUE;
  problem = sy_check_add (check, SY_SEVERITY_ERROR, name, "refused-name", "the variable “%s” cannot be set here",
                          name->text);
  sy_problem_set_hint (problem, "%s",
                       g_str_has_prefix (name->text, "SWITCHYARD_")
                         ? _("names that begin with SWITCHYARD_ are given by the program")
                         : _("it changes how shells and programs start; set it inside the command, for one program"));
  return FALSE;
}

/* `$X` in a value: replaced by the expression that means it, all of them at once */
static char *
replace_variables (const char *text, const SyNode *params, char **first)
{
  GString *out = g_string_new (NULL);
  const char *p = text, *dollar;

  while ((dollar = next_dollar (p)) != NULL)
    {
      g_autofree char *name = NULL;
      gsize length = 1;

      g_string_append_len (out, p, dollar - p);
      name = scan_variable (dollar, &length);
      if (name != NULL)
        g_string_append_printf (out, "${{ %s.%s }}", sy_node_get (params, name) != NULL ? "params" : "env", name);
      else
        g_string_append_c (out, '$');
      if (*first == NULL)
        *first = g_steal_pointer (&name);
      p = dollar + length;
    }
  g_string_append (out, p);
  return g_string_free (out, FALSE);
}

/* `~` and `$X` where no shell will replace them, which is `where`; @name: the variable that the value is for (nullable) */
static void
check_unread (SyCheck *check, const char *where, const SyNode *name, const SyNode *value, const SyNode *params)
{
  g_autofree char *first = NULL, *text = replace_variables (value->text, params, &first), *fix = NULL;
  gboolean tilde = value->text[0] == '~' && (value->text[1] == '/' || value->text[1] == '\0');
  gboolean itself = first != NULL && name != NULL && strcmp (first, name->text) == 0;
  SyProblem *problem;

  if (first == NULL && !tilde)
    return;
  if (tilde)
    fix = g_strdup_printf ("\"${{ env.HOME }}%s\"", text + 1);
  else
    fix = g_strdup_printf ("\"%s\"", text);
  problem = sy_check_add (check, itself ? SY_SEVERITY_ERROR : SY_SEVERITY_WARNING, value,
                          name != NULL ? "env-no-shell" : "path-no-shell", "no shell reads `%s`: nothing replaces “%s%s”",
                          where, tilde ? "~" : "$", tilde ? "" : first);
  if (strpbrk (text, "\"\\\n") != NULL)
    {
      sy_problem_set_hint (problem, "write ${{ env.NAME }} or ${{ params.NAME }}");
      return;
    }
  sy_problem_set_hint (problem, "write %s", fix);
  sy_problem_set_fix (problem, value->start, value->end, fix);
}

void
sy_lint_path (SyCheck *check, const char *key, const SyNode *value, const SyNode *params)
{
  if (value->kind == SY_NODE_SCALAR)
    check_unread (check, key, NULL, value, params);
}

void
sy_lint_env (SyCheck *check, const SyNode *name, const SyNode *value, const SyNode *params)
{
  SyProblem *problem;

  if (!check_env_name (check, name) || value->kind != SY_NODE_SCALAR)
    return;
  if (name->n + value->n + 2 > ENV_LIMIT)
    {
      problem = sy_check_add (check, SY_SEVERITY_ERROR, name, "env-too-large",
                              "“%s” with its value takes %u bytes: the system allows 128 KiB", name->text,
                              name->n + value->n + 2);
      sy_problem_set_hint (problem, "put it into a file, or read the parameters from the file $SWITCHYARD_INPUTS");
      return;
    }
  check_unread (check, "env", name, value, params);
}
