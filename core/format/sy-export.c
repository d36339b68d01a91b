/* sy-export.c: workflows and runs in the formats of other tools
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-export-private.h"

#include "core/base/sy-error.h"

static const struct
{
  const char *word;
  gboolean needs_run;
  void (*write) (const SyExportSource *source, GString *out);
} formats[SY_N_EXPORTS] = {
  [SY_EXPORT_DOT] = { "dot", FALSE, sy_export_dot },
  [SY_EXPORT_MERMAID] = { "mermaid", FALSE, sy_export_mermaid },
  [SY_EXPORT_CSV] = { "csv", FALSE, sy_export_csv },
  [SY_EXPORT_JUNIT] = { "junit", TRUE, sy_export_junit },
  [SY_EXPORT_TRACE] = { "trace", TRUE, sy_export_trace },
  [SY_EXPORT_WFFORMAT] = { "wfformat", FALSE, sy_export_wfformat },
  [SY_EXPORT_HTML] = { "html", FALSE, sy_export_html },
};

const char *
sy_export_format_to_string (SyExportFormat format)
{
  return formats[format].word;
}

gboolean
sy_export_format_from_string (const char *text, SyExportFormat *out)
{
  for (guint i = 0; i < SY_N_EXPORTS; i++)
    if (g_str_equal (text, formats[i].word))
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}

const SyTaskState *
sy_export_state (const SyExportSource *source, guint32 index)
{
  return source->state != NULL ? sy_run_state_at (source->state, index) : NULL;
}

static guint
first_attempt (const GArray *attempts, guint32 number)
{
  guint low = 0, high = attempts->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (attempts, SyAttempt, middle).task < number)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

const SyAttempt *
sy_export_attempts (const SyExportSource *source, guint32 index, guint *n)
{
  guint32 number = source->workflow->tasks[index].number;
  guint first, end;

  *n = 0;
  if (source->attempts == NULL)
    return NULL;
  first = end = first_attempt (source->attempts, number);
  while (end < source->attempts->len && g_array_index (source->attempts, SyAttempt, end).task == number)
    end++;
  *n = end - first;
  return *n > 0 ? &g_array_index (source->attempts, SyAttempt, first) : NULL;
}

const char *
sy_export_label (const SyTask *task)
{
  return task->label != NULL ? task->label : task->id;
}

gboolean
sy_export (const SyExportSource *source, SyExportFormat format, GString *out, GError **error)
{
  if (formats[format].needs_run && source->state == NULL)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "the format %s is about a run, not about a file: give a RUN",
                   formats[format].word);
      return FALSE;
    }
  formats[format].write (source, out);
  return TRUE;
}
