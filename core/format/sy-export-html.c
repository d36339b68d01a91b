/* sy-export-html.c: a report of a run in one file: no script, nothing fetched
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-export-html.h"

#include "core/format/sy-export-private.h"
#include "core/model/sy-line-kind.h"
#include "core/model/sy-scheduler.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_TAILS 500  /* outputs in a report: those of what went wrong come first */

/* Colours are the window's tokens of states; the picture is drawn for a light page. */
static const char style[] =
  ":root{color-scheme:light dark;--bg:#fff;--text:#1e1e1e;--dim:#5e5d62;--line:#d8d8d8;--fill:#f5f5f5;--ok:#1b7248;--bad:#c01c28;"
  "--lost:#a84500;--run:#1b66c4;--wait:#8f5d00;--ask:#813d9c;--block:#865e3c;--off:#4a4850}\n"
  "@media(prefers-color-scheme:dark){:root{--bg:#1e1e1e;--text:#f2f2f2;--dim:#b5b5ba;--line:#4a4a4a;--fill:#2a2a2a;--ok:#5fd18f;"
  "--bad:#ff7b63;--lost:#ffa348;--run:#78aeed;--wait:#f5c211;--ask:#dc8add;--block:#cdab8f;--off:#c0bfbc}}\n"
  "body{margin:0 auto;padding:24px 32px 48px;max-width:1200px;font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--bg)}\n"
  "h1{font-size:1.6em;margin:0}h2{font-size:1.15em;margin:1.8em 0 .5em}.dim,footer{color:var(--dim)}\n"
  ".facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:14px 0}.facts dt{color:var(--dim)}.facts dd{margin:0;"
  "overflow-wrap:anywhere}\n"
  "figure{margin:6px 0 0;overflow:auto;max-height:80vh;border:1px solid var(--line);border-radius:8px;background:#f2f2f4}\n"
  "figure svg{display:block;max-width:100%;height:auto;margin:auto}#size:checked~figure svg{max-width:none}\n"
  "table{border-collapse:collapse;width:100%}caption{text-align:left;color:var(--dim);padding-bottom:6px}\n"
  "th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line)}thead th{font-size:.85em;color:var(--dim)}\n"
  "tbody th{font-weight:600;overflow-wrap:break-word}.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\n"
  ".scroll{overflow-x:auto}details{margin:8px 0}summary{cursor:pointer}\n"
  "pre{margin:8px 0;padding:10px 14px;border-radius:8px;background:var(--fill);font:13px/1.45 ui-monospace,monospace;overflow:auto;"
  "max-height:60vh;white-space:pre-wrap;overflow-wrap:anywhere}\n"
  ".failed{color:var(--bad)}.lost{color:var(--lost)}.succeeded{color:var(--ok)}.running{color:var(--run)}.ready{color:var(--wait)}"
  ".waiting{color:var(--ask)}.upstream_failed{color:var(--block)}.cancelled{color:var(--off)}.pending,.skipped{color:var(--dim)}\n"
  ".state{font-weight:600;white-space:nowrap}\n"
  "@media print{#size,#size+label{display:none}figure,pre{max-height:none;overflow:visible}}\n";

static const char *const signs[SY_N_STATES] = {
  [SY_STATE_PENDING] = "○", [SY_STATE_READY] = "‖", [SY_STATE_WAITING] = "?", [SY_STATE_RUNNING] = "▶", [SY_STATE_SUCCEEDED] = "✓",
  [SY_STATE_FAILED] = "✗", [SY_STATE_LOST] = "!", [SY_STATE_SKIPPED] = "↷", [SY_STATE_UPSTREAM_FAILED] = "–", [SY_STATE_CANCELLED] = "■",
};

/* --- text --- */

static gboolean
is_hidden (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200b || c == 0x200e || c == 0x200f || c == 0x061c
         || c == 0xfeff || c == 0xfffe || c == 0xffff || (c >= 0x7f && c < 0xa0);
}

void
sy_html_append (GString *out, const char *text, gsize length)
{
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) length);

  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      switch (c)
        {
        case '<': g_string_append (out, "&lt;"); break;
        case '>': g_string_append (out, "&gt;"); break;
        case '&': g_string_append (out, "&amp;"); break;
        case '"': g_string_append (out, "&quot;"); break;
        case '\'': g_string_append (out, "&#39;"); break;
        case '\n':
        case '\t': g_string_append_unichar (out, c); break;
        case '\r': break;
        default:
          if (c < 0x20)
            g_string_append_unichar (out, 0x2400 + c);
          else if (is_hidden (c))
            g_string_append_printf (out, "&lt;U+%04X&gt;", c);
          else
            g_string_append_unichar (out, c);
        }
    }
}

void
sy_html_append_string (GString *out, const char *text)
{
  if (text != NULL)
    sy_html_append (out, text, strlen (text));
}

static const char *
state_word (SyState state)
{
  static const char *const words[SY_N_STATES] = {
    [SY_STATE_PENDING] = N_("pending"),     [SY_STATE_READY] = N_("ready"),     [SY_STATE_WAITING] = N_("waiting"),
    [SY_STATE_RUNNING] = N_("running"),     [SY_STATE_SUCCEEDED] = N_("succeeded"), [SY_STATE_FAILED] = N_("failed"),
    [SY_STATE_LOST] = N_("lost"),           [SY_STATE_SKIPPED] = N_("skipped"), [SY_STATE_UPSTREAM_FAILED] = N_("blocked"),
    [SY_STATE_CANCELLED] = N_("cancelled"),
  };

  return _(words[state]);
}

static const char *
status_word (SyRunStatus status)
{
  static const char *const words[SY_N_RUN_STATUSES] = {
    [SY_RUN_QUEUED] = N_("queued"),       [SY_RUN_RUNNING] = N_("running"),
    [SY_RUN_PAUSED] = N_("paused"),       [SY_RUN_WAITING] = N_("waiting for you"),
    [SY_RUN_STALLED] = N_("stalled"),     [SY_RUN_STOPPING] = N_("stopping"),
    [SY_RUN_SUCCEEDED] = N_("succeeded"), [SY_RUN_PARTIALLY_SUCCEEDED] = N_("partially succeeded"),
    [SY_RUN_FAILED] = N_("failed"),       [SY_RUN_CANCELLED] = N_("cancelled"),
    [SY_RUN_LOST] = N_("lost"),
  };

  return _(words[status]);
}

static void
append_time (GString *out, gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%d %H:%M:%S");

  g_string_append (out, text);
}

static void
append_element (GString *out, const char *element, const char *text)
{
  g_string_append_printf (out, "<%s>", element);
  sy_html_append_string (out, text);
  g_string_append_printf (out, "</%s>", element);
}

static void
append_fact (GString *out, const char *name, const char *text)
{
  append_element (out, "dt", name);
  append_element (out, "dd", text);
  g_string_append_c (out, '\n');
}

/* --- the top --- */

static void
append_counts (const SyExportSource *source, GString *out)
{
  gboolean any = FALSE;

  for (guint i = 0; i < SY_N_STATES; i++)
    {
      g_autoptr (GString) n = g_string_new (NULL);

      if (source->state->counts[i] == 0)
        continue;
      sy_words_count (n, source->state->counts[i]);
      g_string_append_printf (out, "%s<span class=\"state %s\">%s %s %s</span>", any ? " · " : "", sy_state_to_string (i), signs[i], n->str,
                              state_word (i));
      any = TRUE;
    }
}

static void
append_run_facts (const SyExportSource *source, GString *out)
{
  const SyRunState *state = source->state;
  g_autoptr (GString) text = g_string_new (NULL);
  gint64 end = state->ended_us > 0 ? state->ended_us : source->now_us;

  g_string_append_printf (out, "<dt>%s</dt><dd>", _("Result"));
  append_counts (source, out);
  g_string_append (out, "</dd>\n");
  if (source->created_us > 0)
    {
      append_time (text, source->created_us);
      append_fact (out, _("Started"), text->str);
      g_string_truncate (text, 0);
      sy_words_duration (text, end - source->created_us);
      append_fact (out, state->ended_us > 0 ? _("Took") : _("Has taken so far"), text->str);
    }
  if (source->run_id != NULL)
    append_fact (out, _("Run id"), source->run_id);
}

static void
append_head (const SyExportSource *source, GString *out)
{
  g_autoptr (GString) title = g_string_new (source->workflow->name);
  const char *status = source->state != NULL ? status_word (source->state->status) : NULL;

  if (source->number > 0)
    g_string_append_printf (title, _(" · run %u"), source->number);
  if (status != NULL)
    g_string_append_printf (title, " · %s", status);
  g_string_append (out, "<!DOCTYPE html>\n<html lang=\"");
  /* Translators: the code of your language */
  g_string_append (out, C_("code of the language", "en"));
  g_string_append (out, "\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"/>\n");
  append_element (out, "title", title->str);
  g_string_append_printf (out, "\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
  append_element (out, "h1", title->str);
  g_string_append (out, "\n<dl class=\"facts\">\n");
  if (source->path != NULL)
    append_fact (out, _("Workflow"), source->path);
  if (source->state != NULL)
    append_run_facts (source, out);
  g_string_append (out, "</dl>\n");
}

/* A picture is markup of ours; what stands before its first element is for files of its own. */
static void
append_picture (const SyExportSource *source, GString *out)
{
  const char *svg = source->svg != NULL ? strstr (source->svg, "<svg") : NULL;
  g_autofree char *tasks = sy_words_counted (source->workflow->n_tasks, "%s task", "%s tasks");
  g_autofree char *label = g_strdup_printf (_("Graph of %s; the table below says the same"), tasks);

  if (svg == NULL)
    return;
  g_string_append_printf (out, "<section>\n<h2>%s</h2>\n<input type=\"checkbox\" id=\"size\"/> <label for=\"size\" class=\"dim\">%s</label>\n"
                               "<figure role=\"img\" aria-label=\"", _("Graph"), _("Full size"));
  sy_html_append_string (out, label);
  g_string_append_printf (out, "\">\n%s\n</figure>\n</section>\n", svg);
}

/* --- the table --- */

static void
append_cell (GString *out, const char *css, const char *text)
{
  g_string_append_printf (out, css != NULL ? "<td class=\"%s\">" : "<td>", css);
  sy_html_append_string (out, text);
  g_string_append (out, "</td>");
}

static void
append_state_cell (GString *out, const SyTaskState *task)
{
  g_string_append_printf (out, "<td class=\"state %s\">%s %s</td>", sy_state_to_string (task->state), signs[task->state], state_word (task->state));
}

static void
append_run_cells (const SyExportSource *source, guint32 index, GString *out)
{
  const SyTaskState *task = sy_export_state (source, index);
  g_autofree char *why = sy_why_sentence (source->state, source->workflow->tasks[index].number, source->now_us, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n;
  const SyAttempt *attempts = sy_export_attempts (source, index, &n), *last = n > 0 ? &attempts[n - 1] : NULL;

  append_state_cell (out, task);
  append_cell (out, NULL, why);
  g_string_printf (text, "%u", n);
  append_cell (out, "n", n > 0 ? text->str : "");
  g_string_truncate (text, 0);
  if (last != NULL && last->started_us > 0)
    append_time (text, last->started_us);
  append_cell (out, "n", text->str);
  g_string_truncate (text, 0);
  if (last != NULL && last->started_us > 0 && last->ended_us > 0)
    sy_words_duration (text, last->ended_us - last->started_us);
  append_cell (out, "n", text->str);
  g_string_truncate (text, 0);
  if (last != NULL && last->rss > 0)
    sy_words_size (text, (guint64) last->rss);
  append_cell (out, "n", text->str);
}

static void
append_row (const SyExportSource *source, guint32 index, GString *out)
{
  const SyTask *task = &source->workflow->tasks[index];
  g_autoptr (GString) needs = g_string_new (NULL);

  g_string_append (out, "<tr><th scope=\"row\">");
  sy_html_append_string (out, sy_export_label (task));
  g_string_append (out, "</th>");
  if (source->state != NULL)
    append_run_cells (source, index, out);
  for (guint32 i = 0; i < task->n_needs; i++)
    g_string_append_printf (needs, "%s%s", i > 0 ? ", " : "", source->workflow->tasks[task->needs[i].task].id);
  append_cell (out, NULL, needs->str);
  g_string_append (out, "</tr>\n");
}

static void
append_table (const SyExportSource *source, GString *out)
{
  static const char *const run_columns[] = { N_("State"), N_("Why"), N_("Attempts"), N_("Started"), N_("Took"), N_("Peak memory") };
  g_autofree char *tasks = sy_words_counted (source->workflow->n_tasks, "%s task", "%s tasks");

  g_string_append_printf (out, "<h2>%s</h2>\n<div class=\"scroll\">\n<table>\n<caption>", _("Tasks"));
  g_string_append_printf (out, _("%s, in file order"), tasks);
  g_string_append_printf (out, "</caption>\n<thead><tr><th scope=\"col\">%s</th>", _("Task"));
  for (guint i = 0; source->state != NULL && i < G_N_ELEMENTS (run_columns); i++)
    g_string_append_printf (out, "<th scope=\"col\"%s>%s</th>", i >= 2 ? " class=\"n\"" : "", _(run_columns[i]));
  g_string_append_printf (out, "<th scope=\"col\">%s</th></tr></thead>\n<tbody>\n", _("Needs"));
  for (guint32 i = 0; i < source->workflow->n_tasks; i++)
    append_row (source, i, out);
  g_string_append (out, "</tbody>\n</table>\n</div>\n");
}

/* --- what they wrote --- */

static gboolean
went_wrong (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST;
}

/* Its summary is the line that says what went wrong. */
static gboolean
append_output (const SyExportSource *source, guint32 index, gboolean open, GString *out)
{
  guint n;
  const SyAttempt *attempts = sy_export_attempts (source, index, &n);
  g_autofree char *tail = n > 0 ? source->tail (source->workflow->tasks[index].number, attempts[n - 1].n, source->tail_data) : NULL;
  g_autofree char *line = NULL;
  g_autoptr (GString) shown = NULL;

  if (tail == NULL || *tail == '\0')
    return FALSE;
  line = sy_line_choose (tail, strlen (tail));
  shown = sy_line_strip_escapes (tail, strlen (tail));
  g_string_append_printf (out, "<details%s><summary><strong>", open ? " open=\"open\"" : "");
  sy_html_append_string (out, sy_export_label (&source->workflow->tasks[index]));
  g_string_append (out, "</strong> ");
  if (open)
    append_element (out, "span", line);
  g_string_append (out, "</summary>\n<pre>");
  sy_html_append (out, shown->str, shown->len);
  g_string_append (out, "</pre></details>\n");
  return TRUE;
}

static guint
append_outputs (const SyExportSource *source, gboolean wrong, guint most, const char *heading, GString *out)
{
  guint n = 0;
  gsize begin = out->len;

  g_string_append_printf (out, "<h2>%s</h2>\n", heading);
  for (guint32 i = 0; i < source->workflow->n_tasks && n < most; i++)
    if (went_wrong (sy_export_state (source, i)) == wrong && append_output (source, i, wrong, out))
      n++;
  if (n == 0)
    g_string_truncate (out, begin);
  return n;
}

void
sy_export_html (const SyExportSource *source, GString *out)
{
  guint n;

  append_head (source, out);
  n = source->state != NULL && source->tail != NULL ? append_outputs (source, TRUE, MOST_TAILS, _("What went wrong"), out) : 0;
  append_picture (source, out);
  append_table (source, out);
  if (source->state != NULL && source->tail != NULL)
    append_outputs (source, FALSE, MOST_TAILS - n, _("The end of what the others wrote"), out);
  g_string_append_printf (out, "</main>\n<footer>%s, ", _("Made by Switchyard"));
  append_time (out, source->now_us);
  g_string_append (out, "</footer>\n</body>\n</html>\n");
}
