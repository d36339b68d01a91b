/* sy-import-make.c: what GNU make says that it would do (`make -Bnd`)
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-make.h"

#include <string.h>

/*
 * The trace (remake.c of GNU make 4.3) says of each target what it looks at, indented by depth, then "Must remake target", the
 * commands as the shell would get them, and "Successfully remade". Targets that it would make become tasks in that order; files
 * that nothing makes are looked through, so that what lies behind them is still waited for.
 */
typedef struct
{
  char *name;
  guint line;
  gboolean made;
  GArray *needs;        /* guint: targets */
  GString *recipe;      /* lines as printed */
  guint task;           /* G_MAXUINT: none */
  guint seen;           /* stamp of the last walk */
} Target;

typedef struct { guint target; gsize depth; } Level;

typedef struct
{
  SyDraft *draft;
  GPtrArray *targets;   /* of Target */
  GHashTable *by_name;  /* -> index + 1 */
  GArray *stack;        /* of Level */
  GArray *order;        /* guint: made ones, as make would */
  Target *open;         /* whose recipe is being printed */
  gsize open_depth;
  gboolean goals;       /* the makefiles themselves are done with */
  gboolean inner;       /* a make that a recipe calls is speaking */
  guint level;          /* its number; 0 = not said yet */
  guint n_current;
  guint steps;          /* of the walks */
} Trace;

static void
target_free (gpointer data)
{
  Target *target = data;

  g_array_unref (target->needs);
  g_string_free (target->recipe, TRUE);
  g_free (target->name);
  g_free (target);
}

static guint
get_target (Trace *trace, const char *name, guint line)
{
  guint known = GPOINTER_TO_UINT (g_hash_table_lookup (trace->by_name, name));
  Target *target;

  if (known > 0)
    return known - 1;
  target = g_new0 (Target, 1);
  target->name = g_strdup (name);
  target->line = line;
  target->needs = g_array_new (FALSE, FALSE, sizeof (guint));
  target->recipe = g_string_new (NULL);
  target->task = G_MAXUINT;
  g_ptr_array_add (trace->targets, target);
  g_hash_table_insert (trace->by_name, target->name, GUINT_TO_POINTER (trace->targets->len));
  return trace->targets->len - 1;
}

/* The name in “@before 'NAME'”; make before 4 wrote `NAME'. (transfer full) (nullable) */
static char *
name_after (const char *text, const char *before)
{
  gsize n = strlen (before);
  const char *end;

  if (strncmp (text, before, n) != 0 || (text[n] != '\'' && text[n] != '`'))
    return NULL;
  end = strrchr (text + n + 1, '\'');
  return end && end > text + n + 1 ? g_strndup (text + n + 1, (gsize)(end - text - n - 1)) : NULL;
}

/* --- the lines --- */

/* What the innermost target waits for; @enter: what follows deeper belongs to it */
static void
take_need (Trace *trace, const char *name, gsize depth, guint line, gboolean enter)
{
  guint index = get_target (trace, name, line);
  Level level = { index, depth };

  while (trace->stack->len > 0 && g_array_index (trace->stack, Level, trace->stack->len - 1).depth >= depth)
    g_array_set_size (trace->stack, trace->stack->len - 1);
  if (trace->stack->len > 0)
    {
      Target *outer = g_ptr_array_index (trace->targets, g_array_index (trace->stack, Level, trace->stack->len - 1).target);

      g_array_append_val (outer->needs, index);
    }
  if (enter)
    g_array_append_val (trace->stack, level);
}

static void
open_recipe (Trace *trace, const char *name, gsize depth, guint line)
{
  guint index = get_target (trace, name, line);

  trace->open = g_ptr_array_index (trace->targets, index);
  trace->open_depth = depth;
  if (trace->open->made)
    return;
  trace->open->made = TRUE;
  g_array_append_val (trace->order, index);
}

/* What make says of the processes that it starts even with -n */
static gboolean
is_noise (const char *text)
{
  static const char *const begins[] = { "Putting child ", "Live child ", "Reaping winning child ", "Reaping losing child ", "Removing child ",
                                        "Need a job token", "Released token", "Obtained token", "Invoking recipe from " };

  for (guint i = 0; i < G_N_ELEMENTS (begins); i++)
    if (g_str_has_prefix (text, begins[i]))
      return TRUE;
  return FALSE;
}

/* "make[2]: Leaving directory '…'"; 0 = it says something else */
static guint
level_of (const char *text, const char *what)
{
  const char *bracket = strchr (text, '['), *close = bracket ? strstr (bracket, "]: ") : NULL;

  if (!close || strchr (text, ' ') < close || !g_str_has_prefix (close + 3, what))
    return 0;
  return (guint)g_ascii_strtoull (bracket + 1, NULL, 10);
}

static gboolean
closes (Trace *trace, const char *text, gsize depth)
{
  g_autofree char *done = name_after (text, "Successfully remade target file ");
  g_autofree char *failed = done ? NULL : name_after (text, "Failed to remake target file ");
  const char *name = done ? done : failed;

  return name && depth == trace->open_depth && g_str_equal (name, trace->open->name);
}

static void
take_inner (Trace *trace, const char *text)
{
  guint level = level_of (text, "Leaving directory");

  if (trace->level == 0)
    trace->level = level_of (text, "Entering directory");
  if (level == 0 || level != trace->level)
    return;
  trace->inner = FALSE;
  trace->level = 0;
}

static void
take_recipe (Trace *trace, const char *line, guint number)
{
  gsize depth = strspn (line, " ");

  if (closes (trace, line + depth, depth))
    {
      trace->open = NULL;
      trace->inner = FALSE;
      trace->level = 0;
    }
  else if (trace->inner)
    take_inner (trace, line);
  else if (g_str_has_prefix (line, "GNU Make ") && g_ascii_isdigit (line[9]))
    {
      trace->inner = TRUE;
      sy_draft_lost (trace->draft, number, "target %s: the targets of the make that it calls are not part of this graph",
                     trace->open->name);
    }
  else if (!is_noise (line))
    g_string_append_printf (trace->open->recipe, "%s\n", line);
}

static void
take_line (Trace *trace, const char *line, guint number)
{
  gsize depth = strspn (line, " ");
  const char *text = line + depth;
  g_autofree char *name = NULL;

  if (!trace->goals)
    trace->goals = g_str_has_prefix (text, "Updating goal targets");
  else if (trace->open)
    take_recipe (trace, line, number);
  else if ((name = name_after (text, "Considering target file ")))
    take_need (trace, name, depth, number, TRUE);
  else if ((name = name_after (text, "Pruning file ")))
    take_need (trace, name, depth, number, FALSE);
  else if ((name = name_after (text, "Must remake target ")))
    open_recipe (trace, name, depth, number);
  else if ((name = name_after (text, "No need to remake target ")))
    {
      guint index = get_target (trace, name, number); /* the array may move */

      trace->n_current += ((Target *)g_ptr_array_index (trace->targets, index))->needs->len > 0;
    }
  else if (strstr (text, ": Circular ") && g_str_has_suffix (text, " dependency dropped."))
    sy_draft_lost (trace->draft, number, "%s", strstr (text, ": Circular ") + 2);
}

/* --- the tasks --- */

/* Connects what makes @from, through files that nothing makes. */
static gboolean
connect (Trace *trace, Target *from, Target *task, guint stamp)
{
  g_autoptr (GPtrArray) open = g_ptr_array_new ();

  g_ptr_array_add (open, from);
  while (open->len > 0)
    {
      Target *at = g_ptr_array_steal_index_fast (open, open->len - 1);

      for (guint i = 0; i < at->needs->len; i++)
        {
          Target *need = g_ptr_array_index (trace->targets, g_array_index (at->needs, guint, i));

          if (need->seen == stamp || need == task)
            continue;
          need->seen = stamp;
          if (++trace->steps > 20 * SY_DRAFT_MAX_EDGES)
            return sy_draft_error (trace->draft, 0, "there are too many ways between the targets");
          if (need->task == G_MAXUINT)
            g_ptr_array_add (open, need);
          else if (!sy_draft_connect (trace->draft, need->task, task->task, task->line))
            return FALSE;
        }
    }
  return TRUE;
}

static gboolean
add_tasks (Trace *trace)
{
  for (guint i = 0; i < trace->order->len; i++)
    {
      Target *target = g_ptr_array_index (trace->targets, g_array_index (trace->order, guint, i));
      SyDraftTask *task = sy_draft_add (trace->draft, target->name, target->name, target->line);

      if (!task)
        return FALSE;
      target->task = trace->draft->tasks->len - 1;
      task->run = sy_make_recipe_text (target->recipe->str);
    }
  for (guint i = 0; i < trace->order->len; i++)
    {
      Target *target = g_ptr_array_index (trace->targets, g_array_index (trace->order, guint, i));

      if (!connect (trace, target, target, i + 1))
        return FALSE;
    }
  return TRUE;
}

static void
say_losses (Trace *trace)
{
  sy_draft_lost (trace->draft, 0, "make builds what is out of date: here every task runs each time (cache, reads and writes do the same)");
  sy_draft_lost (trace->draft, 0, "a “-” before a command, which lets it fail, is not in this output: `make -Bnp` has it");
  if (trace->n_current > 0)
    sy_draft_lost (trace->draft, 0, "targets that were up to date when make was asked (%u): -B asks for all", trace->n_current);
}

static gboolean
read_trace (Trace *trace)
{
  gsize length;
  const char *at = sy_source_get_data (trace->draft->source, &length), *end = at + length;
  guint line = 0;

  for (;;)
    {
      g_autofree char *text = sy_draft_read_line (&at, end, &line);

      if (!text)
        break;
      take_line (trace, text, line);
    }
  if (trace->order->len == 0)
    return sy_draft_error (trace->draft, 0, "make would make nothing: ask it with -B (LC_ALL=C make -Bnd > build.make)");
  say_losses (trace);
  return add_tasks (trace);
}

static gboolean
import_trace (SyDraft *draft)
{
  Trace trace = { .draft = draft,
                  .targets = g_ptr_array_new_with_free_func (target_free),
                  .by_name = g_hash_table_new (g_str_hash, g_str_equal),
                  .stack = g_array_new (FALSE, FALSE, sizeof (Level)),
                  .order = g_array_new (FALSE, FALSE, sizeof (guint)) };
  gboolean ok = read_trace (&trace);

  g_hash_table_unref (trace.by_name);
  g_ptr_array_unref (trace.targets);
  g_array_unref (trace.stack);
  g_array_unref (trace.order);
  return ok;
}

/* --- recipes --- */

/*
 * Each line has a shell of its own, whose last status counts. Here all lines are one text of `sh -e`: those in which that makes
 * a difference get a shell of their own, too.
 */
static gboolean
is_plain (const char *line)
{
  static const char *const words[] = { "cd", "exit", "exec", "export", "set", "trap", "umask", "unset", ".", "eval", "return", "shift", NULL };
  gsize n = strcspn (line, " \t");
  g_autofree char *word = g_strndup (line, n);

  return strpbrk (line, ";&|\n`") == NULL && !g_strv_contains (words, word) && !memchr (word, '=', n) && *word != '!';
}

static void
append_line (GString *out, const char *line, gboolean may_fail)
{
  if (out->len > 0)
    g_string_append_c (out, '\n');
  if (is_plain (line))
    g_string_append (out, line);
  else
    g_string_append_printf (out, "(set +e\n%s\n)", line);
  if (may_fail)
    g_string_append (out, " || true");
}

char *
sy_make_recipe_text (const char *recipe)
{
  g_auto (GStrv) lines = g_strsplit (recipe, "\n", -1);
  g_autoptr (GString) out = g_string_new (NULL), line = g_string_new (NULL);

  for (guint i = 0; lines[i]; i++)
    {
      gsize n;
      const char *text = lines[i];
      gboolean may_fail = FALSE;

      g_string_append (line, text);
      n = line->len;
      for (; n > 0 && line->str[n - 1] == '\\'; n--)
        ;
      if ((line->len - n) % 2 == 1 && lines[i + 1] && *lines[i + 1])
        {
          g_string_append_c (line, '\n');
          continue;
        }
      for (text = line->str; *text && strchr ("@-+ \t", *text); text++)
        may_fail = may_fail || *text == '-';
      if (*text)
        append_line (out, text, may_fail);
      g_string_truncate (line, 0);
    }
  if (strchr (out->str, '\n')) /* a block of the file, which ends its last line */
    g_string_append_c (out, '\n');
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* --- which output it is --- */

gboolean
sy_import_make (SyDraft *draft)
{
  gsize length;
  const char *text = sy_source_get_data (draft->source, &length);

  if (g_strstr_len (text, (gssize)length, "Updating goal targets"))
    return import_trace (draft);
  if (g_strstr_len (text, (gssize)length, "# Make data base, printed on"))
    return sy_import_make_data (draft);
  return sy_draft_error (draft, 0, "only make can read a makefile: let it say what it would do (LC_ALL=C make -Bnd > build.make), "
                                   "and import that");
}
