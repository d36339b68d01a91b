/* sy-import-write.c: a draft as native text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"
#include "core/format/sy-quote.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDE 96 /* columns a flow list may take */
#define MAX_LOSSES 40

static void
write_pair (GString *out, guint indent, const char *key, const char *text, guint flags)
{
  g_string_append_printf (out, "%*s%s: ", (int)indent, "", key);
  if (!(flags & SY_QUOTE_TYPED) && sy_quote_literal_fits (text))
    {
      g_autofree char *blanks = g_strnfill (indent + 2, ' ');

      sy_quote_append_literal_header (out, text, 2);
      g_string_append_c (out, '\n');
      sy_quote_append_literal_body (out, text, blanks, "\n");
      return;
    }
  sy_quote_append (out, text, flags, SY_STYLE_PLAIN);
  g_string_append_c (out, '\n');
}

/* `key: [a, b]`, or one item a line where that gets too wide */
static void
write_list (GString *out, guint indent, const char *key, const GPtrArray *items)
{
  gsize start = out->len;

  g_string_append_printf (out, "%*s%s: [", (int)indent, "", key);
  for (guint i = 0; i < items->len && out->len - start <= WIDE; i++)
    {
      if (i > 0)
        g_string_append (out, ", ");
      sy_quote_append (out, g_ptr_array_index (items, i), SY_QUOTE_FLOW, SY_STYLE_PLAIN);
    }
  g_string_append (out, "]\n");
  if (out->len - start <= WIDE + 1)
    return;
  g_string_truncate (out, start);
  g_string_append_printf (out, "%*s%s:\n", (int)indent, "", key);
  for (guint i = 0; i < items->len; i++)
    {
      g_string_append_printf (out, "%*s- ", (int)indent + 2, "");
      sy_quote_append (out, g_ptr_array_index (items, i), 0, SY_STYLE_PLAIN);
      g_string_append_c (out, '\n');
    }
}

static void
write_comment (GString *out, const char *text)
{
  g_autofree char *line = g_strdup (text);

  g_strdelimit (line, "\r\n\t\f\v", ' ');
  for (char *p = line; *p; p++)
    if ((guchar)*p < 0x20 || *p == 0x7f)
      *p = '?';
  g_string_append_printf (out, "# %s\n", line);
}

static void
write_losses (SyDraft *draft, GString *out)
{
  guint n = 0;

  sy_problems_sort (draft->problems);
  for (guint i = 0; i < sy_problems_get_n (draft->problems); i++)
    {
      const SyProblem *problem = sy_problems_get (draft->problems, i);
      const char *what = sy_import_get_loss (problem); /* the heading says the rest */
      g_autofree char *text = NULL;

      if (what == NULL)
        continue;
      if (n == 0)
        {
          g_string_append (out, "#\n");
          write_comment (out, _("Not carried over:"));
        }
      if (n++ >= MAX_LOSSES)
        continue;
      text = problem->line > 0 ? g_strdup_printf (_("line %u: %s"), problem->line, what) : g_strdup (what);
      write_comment (out, text);
    }
  n += sy_problems_get_n_dropped (draft->problems);
  if (n > MAX_LOSSES)
    g_string_append_printf (out, ngettext ("# and %u more\n", "# and %u more\n", n - MAX_LOSSES), n - MAX_LOSSES);
}

static void
write_head (SyDraft *draft, GString *out)
{
  g_autofree char *file = g_path_get_basename (sy_source_get_name (draft->source));
  g_autofree char *first = g_strdup_printf (_("Imported from %s (%s)."), file, draft->format_name);

  write_comment (out, first);
  write_losses (draft, out);
  g_string_append (out, "version: 1\n");
  write_pair (out, 0, "name", draft->name, 0);
  if (draft->description && *draft->description)
    write_pair (out, 0, "description", draft->description, 0);
  if (draft->pools->len > 0)
    g_string_append (out, "pools:\n");
  for (guint i = 0; i < draft->pools->len; i += 2)
    write_pair (out, 2, g_ptr_array_index (draft->pools, i), g_ptr_array_index (draft->pools, i + 1),
                SY_QUOTE_TYPED);
}

static void
write_pairs (GString *out, const char *key, const GPtrArray *pairs)
{
  if (!pairs)
    return;
  if (key)
    g_string_append_printf (out, "    %s:\n", key);
  for (guint i = 0; i < pairs->len; i += 2)
    {
      g_autoptr (GString) name = g_string_new (NULL);

      sy_quote_append (name, g_ptr_array_index (pairs, i), SY_QUOTE_KEY, SY_STYLE_PLAIN);
      write_pair (out, key ? 6 : 4, name->str, g_ptr_array_index (pairs, i + 1), 0);
    }
}

static void
write_resources (SyDraft *draft, GString *out, const SyDraftTask *task)
{
  const char *comma = "";

  if (task->cpu == 0 && task->memory == 0 && task->pool < 0)
    return;
  g_string_append (out, "    resources: {");
  if (task->cpu > 0)
    {
      g_string_append_printf (out, "cpu: %u", task->cpu);
      comma = ", ";
    }
  if (task->memory > 0)
    {
      g_string_append_printf (out, "%smemory: %" G_GUINT64_FORMAT "M", comma,
                              (task->memory + (1 << 20) - 1) >> 20);
      comma = ", ";
    }
  if (task->pool >= 0)
    g_string_append_printf (out, "%s%s: 1", comma,
                            (char *)g_ptr_array_index (draft->pools, (guint)task->pool * 2));
  g_string_append (out, "}\n");
}

static void
write_work (GString *out, const SyDraftTask *task)
{
  if (task->argv)
    write_list (out, 4, "command", task->argv);
  if (task->run)
    write_pair (out, 4, "run", task->run, 0);
  if (task->dir)
    write_pair (out, 4, "dir", task->dir, 0);
  if (task->runtime_us >= 0)
    {
      gint64 rest = task->runtime_us % 1000000;
      g_autofree char *text =
          g_strdup_printf (rest ? "%" G_GINT64_FORMAT ".%06" G_GINT64_FORMAT : "%" G_GINT64_FORMAT,
                           task->runtime_us / 1000000, rest);

      for (gsize n = strlen (text); rest && text[n - 1] == '0'; n--)
        text[n - 1] = '\0';
      g_string_append_printf (out, "    x-runtime: %ss\n", text);
    }
}

static void
write_needs (SyDraft *draft, GString *out, const SyDraftTask *task)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  if (task->needs->len == 0)
    return;
  for (guint i = 0; i < task->needs->len; i++)
    g_ptr_array_add (ids, sy_draft_get (draft, g_array_index (task->needs, guint32, i))->id);
  write_list (out, 4, "needs", ids);
}

static void
write_task (SyDraft *draft, GString *out, const SyDraftTask *task)
{
  gsize before;

  g_string_append (out, "  ");
  sy_quote_append (out, task->id, SY_QUOTE_KEY, SY_STYLE_PLAIN);
  g_string_append (out, ":\n");
  before = out->len;
  if (task->label)
    write_pair (out, 4, "label", task->label, 0);
  write_needs (draft, out, task);
  if (task->join)
    g_string_append_printf (out, "    join: %s\n", task->join);
  write_work (out, task);
  write_pairs (out, "env", task->env);
  if (task->retry)
    g_string_append_printf (out, "    retry: {%s}\n", task->retry->str);
  if (task->priority)
    g_string_append_printf (out, "    priority: %d\n", task->priority);
  write_resources (draft, out, task);
  write_pairs (out, NULL, task->extra);
  if (out->len == before)
    {
      g_string_truncate (out, before - 1);
      g_string_append (out, " {}\n");
    }
}

GBytes *
sy_draft_write (SyDraft *draft)
{
  GString *out = g_string_sized_new (draft->tasks->len * 128 + 256);

  write_head (draft, out);
  g_string_append (out, draft->tasks->len > 0 ? "tasks:\n" : "tasks: {}\n");
  for (guint i = 0; i < draft->tasks->len; i++)
    write_task (draft, out, sy_draft_get (draft, i));
  return g_string_free_to_bytes (out);
}
