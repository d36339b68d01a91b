/* sy-export-graph.c: Graphviz and Mermaid
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-export-private.h"

/* Fill colours of states, as the window has them */
static const char *const colors[SY_N_STATES] = {
  [SY_STATE_PENDING] = "#9a9996",         [SY_STATE_READY] = "#e5a50a",     [SY_STATE_WAITING] = "#9141ac",
  [SY_STATE_RUNNING] = "#3584e4",         [SY_STATE_SUCCEEDED] = "#26a269", [SY_STATE_FAILED] = "#e01b24",
  [SY_STATE_LOST] = "#ff7800",            [SY_STATE_SKIPPED] = "#9a9996",   [SY_STATE_UPSTREAM_FAILED] = "#b5835a",
  [SY_STATE_CANCELLED] = "#9a9996",
};

static void
append_dot_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '\\')
      g_string_append_printf (out, "\\%c", *text);
    else if (*text == '\n')
      g_string_append (out, "\\n");
    else if ((guchar) *text >= 0x20)
      g_string_append_c (out, *text);
  g_string_append_c (out, '"');
}

static void
write_dot_task (const SyExportSource *source, guint32 index, GString *out)
{
  const SyTask *task = &source->workflow->tasks[index];
  const SyTaskState *state = sy_export_state (source, index);

  g_string_append (out, "  ");
  append_dot_string (out, task->id);
  g_string_append (out, " [label=");
  append_dot_string (out, sy_export_label (task));
  if (task->kind == SY_TASK_JOIN)
    g_string_append (out, ", shape=point, xlabel=\"\"");
  if (state != NULL)
    {
      g_string_append_printf (out, ", style=\"rounded,filled\", fillcolor=\"%s\", tooltip=\"%s\"", colors[state->state],
                              sy_state_to_string (state->state));
    }
  g_string_append (out, "];\n");
}

void
sy_export_dot (const SyExportSource *source, GString *out)
{
  const SyWorkflow *workflow = source->workflow;

  g_string_append (out, "digraph ");
  append_dot_string (out, workflow->name);
  g_string_append (out, " {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    write_dot_task (source, i, out);
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      {
        g_string_append (out, "  ");
        append_dot_string (out, workflow->tasks[workflow->tasks[i].needs[k].task].id);
        g_string_append (out, " -> ");
        append_dot_string (out, workflow->tasks[i].id);
        g_string_append (out, ";\n");
      }
  g_string_append (out, "}\n");
}

/* Mermaid knows entities, written #name; */
static void
append_mermaid_string (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    if (*text == '"' || *text == '#' || *text == '<' || *text == '>' || *text == '&' || *text == '`')
      g_string_append_printf (out, "#%d;", *text);
    else
      g_string_append_c (out, (guchar) *text >= 0x20 ? *text : ' ');
  g_string_append_c (out, '"');
}

/* Nodes are named by position: a task's id may be a word of Mermaid (`end`). */
void
sy_export_mermaid (const SyExportSource *source, GString *out)
{
  const SyWorkflow *workflow = source->workflow;

  g_string_append (out, "flowchart LR\n");
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      g_string_append_printf (out, "  t%u[", i + 1);
      append_mermaid_string (out, sy_export_label (&workflow->tasks[i]));
      g_string_append (out, "]\n");
    }
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
      g_string_append_printf (out, "  t%u --> t%u\n", workflow->tasks[i].needs[k].task + 1, i + 1);
  for (guint s = 0; source->state != NULL && s < SY_N_STATES; s++)
    {
      gboolean used = FALSE;

      for (guint32 i = 0; i < workflow->n_tasks; i++)
        if (sy_export_state (source, i)->state == s)
          {
            g_string_append_printf (out, "%st%u", used ? "," : "  class ", i + 1);
            used = TRUE;
          }
      if (used)
        g_string_append_printf (out, " %s\n  classDef %s fill:%s\n", sy_state_to_string (s), sy_state_to_string (s),
                                colors[s]);
    }
}
