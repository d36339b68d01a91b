/* sy-import-make-data.c: make's data base (`make -Bnp`): rules as they are written, with what its variables are worth
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-make.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  char *name;
  guint line;
  gboolean phony;
  GPtrArray *needs;     /* char *: then those behind | */
  guint n_normal;
  GString *recipe;      /* as written */
  GHashTable *values;   /* name -> value: automatic ones and the target's own */
  char *stem;           /* (nullable) */
  guint8 mark;          /* 1: being walked, 2: walked */
  guint task;           /* G_MAXUINT: none */
} Rule;

typedef enum { IN_HEAD, IN_VARIABLES, IN_OTHERS, IN_FILES, AT_END } Section;

typedef struct
{
  SyDraft *draft;
  GHashTable *values;   /* global ones */
  GHashTable *by_name;  /* -> Rule, borrowed */
  GPtrArray *rules;     /* of Rule */
  Section section;
  Rule *rule;           /* (nullable) whose entry is being read */
  gboolean in_recipe, skips, environment;
  char *define;         /* (nullable) the variable of several lines that is being read */
  GString *defined;
  /* of the expansion under way */
  const Rule *at;
  GHashTable *computed; /* name -> value */
} Base;

static void
rule_free (gpointer data)
{
  Rule *rule = data;

  g_ptr_array_unref (rule->needs);
  g_hash_table_unref (rule->values);
  g_string_free (rule->recipe, TRUE);
  g_free (rule->stem);
  g_free (rule->name);
  g_free (rule);
}

/* --- variables --- */

/* "NAME = value", "NAME := value": TRUE with both parts */
static gboolean
split_setting (const char *line, char **name, const char **value)
{
  const char *space = strchr (line, ' '), *sign = space ? space + 1 : NULL;

  if (!sign || space == line)
    return FALSE;
  sign += strspn (sign, ":");
  if (*sign != '=' || (sign[1] != ' ' && sign[1] != '\0'))
    return FALSE;
  *name = g_strndup (line, (gsize)(space - line));
  *value = sign[1] == '\0' ? sign + 1 : sign + 2;
  return TRUE;
}

/* What the environment is worth is known when a task runs; here only its name is. */
static void
take_value (GHashTable *values, char *name, const char *value, gboolean environment)
{
  g_hash_table_replace (values, name, environment ? g_strdup_printf ("$${%s}", name) : g_strdup (value));
}

static void
take_variable (Base *base, const char *line)
{
  char *name;
  const char *value;

  if (base->define && g_str_equal (line, "endef"))
    {
      take_value (base->values, g_steal_pointer (&base->define), base->defined->str, FALSE);
      g_string_truncate (base->defined, 0);
    }
  else if (base->define)
    g_string_append_printf (base->defined, "%s%s", base->defined->len > 0 ? "\n" : "", line);
  else if (g_str_has_prefix (line, "define "))
    base->define = g_strndup (line + 7, strcspn (line + 7, " \t"));
  else if (*line == '#')
    base->environment = g_str_has_prefix (line, "# environment");
  else if (split_setting (line, &name, &value))
    take_value (base->values, name, value, base->environment);
}

/* --- rules --- */

static void
add_words (GPtrArray *to, const char *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t", -1);

  for (guint i = 0; words[i]; i++)
    if (*words[i])
      g_ptr_array_add (to, g_strdup (words[i]));
}

static Rule *
get_rule (Base *base, const char *name, guint number)
{
  Rule *rule = g_hash_table_lookup (base->by_name, name);

  if (rule)
    return rule;
  rule = g_new0 (Rule, 1);
  rule->name = g_strdup (name);
  rule->line = number;
  rule->needs = g_ptr_array_new_with_free_func (g_free);
  rule->recipe = g_string_new (NULL);
  rule->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  rule->task = G_MAXUINT;
  g_ptr_array_add (base->rules, rule);
  g_hash_table_insert (base->by_name, rule->name, rule);
  return rule;
}

/* "prog: main.o util.o | build"; a second one of that name (::) joins the first. "prog: CFLAGS := -g" comes before. */
static void
begin_rule (Base *base, const char *line, guint number)
{
  const char *colon = strstr (line, ": "), *value, *bar;
  const char *end = colon ? colon : g_str_has_suffix (line, ":") ? line + strlen (line) - 1 : NULL, *rest = end ? end + 1 : NULL;
  g_autofree char *name = NULL, *normal = NULL;
  char *variable;
  Rule *rule;

  base->in_recipe = FALSE;
  if (!end || end == line)
    return;
  name = g_strndup (line, (gsize)(end - line) - (end[-1] == ':' && end - 1 > line));
  rule = get_rule (base, name, number);
  if (*rest && split_setting (rest + 1, &variable, &value))
    {
      take_value (rule->values, variable, value, FALSE);
      return;
    }
  base->rule = rule;
  bar = strstr (rest, " | ");
  normal = bar ? g_strndup (rest, (gsize)(bar - rest)) : g_strdup (rest);
  add_words (rule->needs, normal);
  rule->n_normal = rule->needs->len;
  if (bar)
    add_words (rule->needs, bar + 3);
}

static void
take_fact (Base *base, const char *line)
{
  static const char stem[] = "#  Implicit/static pattern stem: '";
  char *name;
  const char *value;
  gsize n = strlen (line);

  if (g_str_has_prefix (line, "#  recipe to execute"))
    base->in_recipe = TRUE;
  else if (g_str_has_prefix (line, "#  Phony target"))
    base->rule->phony = TRUE;
  else if (g_str_has_prefix (line, stem) && n > strlen (stem))
    {
      g_free (base->rule->stem);
      base->rule->stem = g_strndup (line + strlen (stem), n - strlen (stem) - 1);
    }
  else if (line[1] == ' ' && split_setting (line + 2, &name, &value))
    take_value (base->rule->values, name, value, FALSE);
}

static void
take_file_line (Base *base, const char *line, guint number)
{
  if (base->in_recipe && *line == '\t')
    g_string_append_printf (base->rule->recipe, "%s\n", line + 1);
  else if (g_str_has_prefix (line, "# Not a target:"))
    {
      base->skips = TRUE;
      base->rule = NULL;
      base->in_recipe = FALSE;
    }
  else if (*line == '#' && base->rule)
    take_fact (base, line);
  else if (*line == '\0')
    {
      base->rule = NULL;
      base->in_recipe = FALSE;
    }
  else if (*line != '#' && *line != '\t' && !base->rule)
    {
      if (!base->skips)
        begin_rule (base, line, number);
      base->skips = FALSE;
    }
  else if (base->in_recipe) /* a line of make's own goes on without a tab */
    g_string_append_printf (base->rule->recipe, "%s\n", line);
}

/* A make that a recipe called has printed its own before. */
static void
forget (Base *base)
{
  base->rule = NULL;
  base->in_recipe = base->skips = FALSE;
  base->section = IN_HEAD;
  g_hash_table_remove_all (base->values);
  g_hash_table_remove_all (base->by_name);
  g_ptr_array_set_size (base->rules, 0);
}

static void
take_line (Base *base, const char *line, guint number)
{
  if (base->section != IN_VARIABLES || !base->define)
    {
      if (g_str_has_prefix (line, "# Make data base, printed on"))
        forget (base);
      else if (g_str_equal (line, "# Variables"))
        base->section = IN_VARIABLES;
      else if (g_str_equal (line, "# Files") && base->section != IN_HEAD)
        base->section = IN_FILES;
      else if (base->section == IN_VARIABLES && (g_str_equal (line, "# Implicit Rules") || g_str_equal (line, "# Directories")
                                                 || g_str_has_prefix (line, "# Pattern-specific")))
        base->section = IN_OTHERS;
      else if (base->section == IN_FILES && g_str_has_prefix (line, "# files hash-table stats"))
        base->section = AT_END;
    }
  if (base->section == IN_VARIABLES)
    take_variable (base, line);
  else if (base->section == IN_FILES)
    take_file_line (base, line, number);
}

/* --- recipes --- */

static const char *
look_up (const char *name, gpointer data)
{
  Base *base = data;
  const char *value = base->at && !g_str_equal (name, "?") ? g_hash_table_lookup (base->at->values, name) : NULL;

  if (!value && base->at)
    value = g_hash_table_lookup (base->computed, name);
  return value ? value : g_hash_table_lookup (base->values, name);
}

/* The automatic variables, where make has not looked at the target */
static void
compute (Base *base, const Rule *rule)
{
  g_autoptr (GString) all = g_string_new (NULL), once = g_string_new (NULL), order = g_string_new (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rule->needs->len; i++)
    {
      const char *need = g_ptr_array_index (rule->needs, i);
      GString *lists[2] = { i < rule->n_normal ? all : order, i < rule->n_normal && g_hash_table_add (seen, (gpointer)need) ? once : NULL };

      for (guint k = 0; k < 2; k++)
        if (lists[k])
          g_string_append_printf (lists[k], "%s%s", lists[k]->len > 0 ? " " : "", need);
    }
  g_hash_table_remove_all (base->computed);
  g_hash_table_insert (base->computed, g_strdup ("@"), g_strdup (rule->name));
  g_hash_table_insert (base->computed, g_strdup ("<"), g_strdup (rule->n_normal > 0 ? g_ptr_array_index (rule->needs, 0) : ""));
  g_hash_table_insert (base->computed, g_strdup ("^"), g_strdup (once->str));
  g_hash_table_insert (base->computed, g_strdup ("+"), g_strdup (all->str));
  g_hash_table_insert (base->computed, g_strdup ("|"), g_strdup (order->str));
  g_hash_table_insert (base->computed, g_strdup ("*"), g_strdup (rule->stem ? rule->stem : ""));
  g_hash_table_insert (base->computed, g_strdup ("?"), g_strdup ("$^"));
}

static void
write_recipe (Base *base, Rule *rule, SyDraftTask *task)
{
  g_autofree char *text = NULL, *unknown = NULL;

  if (rule->recipe->len == 0)
    return;
  compute (base, rule);
  base->at = rule;
  text = sy_make_expand (rule->recipe->str, look_up, base, &unknown);
  base->at = NULL;
  if (text)
    {
      task->run = sy_make_recipe_text (text);
      return;
    }
  sy_draft_task_add_extra (task, "x-recipe", rule->recipe->str);
  sy_draft_lost (base->draft, rule->line, "target %s: its recipe uses %s, which only make can work out: kept as x-recipe (`make -Bnd` has it)",
                 rule->name, unknown ? unknown : _("something"));
}

/* --- the tasks --- */

/* A target that make can do nothing for is a file, or only forces others. */
static gboolean
is_task (const Rule *rule)
{
  return rule->recipe->len > 0 || rule->needs->len > 0;
}

static gboolean
add_rule (Base *base, Rule *rule)
{
  SyDraftTask *task;

  rule->mark = 2;
  if (!is_task (rule))
    return TRUE;
  task = sy_draft_add (base->draft, rule->name, rule->name, rule->line);
  if (!task)
    return FALSE;
  rule->task = base->draft->tasks->len - 1;
  write_recipe (base, rule, task);
  for (guint i = 0; i < rule->needs->len; i++)
    {
      const Rule *need = g_hash_table_lookup (base->by_name, g_ptr_array_index (rule->needs, i));

      if (need && need->mark == 1)
        sy_draft_lost (base->draft, rule->line, "%s needs %s, which is a cycle: make drops it, too", rule->name, need->name);
      else if (need && need->task != G_MAXUINT && !sy_draft_connect (base->draft, need->task, rule->task, rule->line))
        return FALSE;
    }
  return TRUE;
}

typedef struct { Rule *rule; guint at; } Step;

/* What is needed first, as make would */
static gboolean
walk (Base *base, Rule *from)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Step));
  Step first = { from, 0 };

  if (from->mark != 0)
    return TRUE;
  from->mark = 1;
  g_array_append_val (stack, first);
  while (stack->len > 0)
    {
      Step *step = &g_array_index (stack, Step, stack->len - 1);
      Rule *need = NULL;

      if (step->at == step->rule->needs->len)
        {
          Rule *rule = step->rule;

          g_array_set_size (stack, stack->len - 1);
          if (!add_rule (base, rule))
            return FALSE;
          continue;
        }
      need = g_hash_table_lookup (base->by_name, g_ptr_array_index (step->rule->needs, step->at++));
      if (need && need->mark == 0)
        {
          Step next = { need, 0 };

          need->mark = 1;
          g_array_append_val (stack, next);
        }
    }
  return TRUE;
}

/* Is it one of make's own: .PHONY, .SUFFIXES, .c.o? */
static gboolean
is_special (const Rule *rule)
{
  return *rule->name == '.' && !strchr (rule->name, '/');
}

static void
say_losses (Base *base, const char *goals)
{
  const char *shell = g_hash_table_lookup (base->values, "SHELL");
  g_autoptr (GString) others = g_string_new (NULL);
  guint n = 0;

  sy_draft_lost (base->draft, 0, "make builds what is out of date: here every task runs each time (cache, reads and writes do the same)");
  if (shell && !g_str_equal (shell, "/bin/sh"))
    sy_draft_lost (base->draft, 0, "the recipes are for %s: set “shell”", shell);
  if (g_hash_table_contains (base->by_name, ".ONESHELL"))
    sy_draft_lost (base->draft, 0, ".ONESHELL: here some lines of a recipe get a shell of their own");
  for (guint i = 0; i < base->rules->len; i++)
    {
      const Rule *rule = g_ptr_array_index (base->rules, i);

      if (rule->mark == 0 && !is_special (rule) && is_task (rule) && n++ < 8)
        g_string_append_printf (others, "%s%s", others->len > 0 ? ", " : "", rule->name);
    }
  if (n > 0)
    sy_draft_lost (base->draft, 0, "targets that %s does not need: %s%s", goals, others->str, n > 8 ? " …" : "");
}

static gboolean
add_goals (Base *base)
{
  const char *asked = g_hash_table_lookup (base->values, "MAKECMDGOALS"), *first = g_hash_table_lookup (base->values, ".DEFAULT_GOAL");
  const char *goals = asked && *asked ? asked : first ? first : "";
  g_auto (GStrv) names = g_strsplit_set (goals, " \t", -1);

  for (guint i = 0; names[i]; i++)
    {
      Rule *rule = *names[i] ? g_hash_table_lookup (base->by_name, names[i]) : NULL;

      if (rule && !walk (base, rule))
        return FALSE;
    }
  if (base->draft->tasks->len == 0)
    return sy_draft_error (base->draft, 0, "this data base has no rule for “%s”: name the target (LC_ALL=C make -Bnp TARGET > build.make)", goals);
  say_losses (base, goals);
  return TRUE;
}

static gboolean
read_base (Base *base)
{
  gsize length;
  const char *at = sy_source_get_data (base->draft->source, &length), *end = at + length;
  guint line = 0;

  for (;;)
    {
      g_autofree char *text = sy_draft_read_line (&at, end, &line);

      if (!text)
        return add_goals (base);
      take_line (base, text, line);
    }
}

gboolean
sy_import_make_data (SyDraft *draft)
{
  Base base = { .draft = draft,
                .values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free),
                .by_name = g_hash_table_new (g_str_hash, g_str_equal),
                .rules = g_ptr_array_new_with_free_func (rule_free),
                .defined = g_string_new (NULL),
                .computed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free) };
  gboolean ok = read_base (&base);

  g_hash_table_unref (base.by_name);
  g_ptr_array_unref (base.rules);
  g_hash_table_unref (base.values);
  g_hash_table_unref (base.computed);
  g_string_free (base.defined, TRUE);
  g_free (base.define);
  return ok;
}
