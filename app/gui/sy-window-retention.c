/* sy-window-retention.c: old runs cleared away on request, by the rule that clears them once a day
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-window-private.h"

#include "app/sy-run-view.h"
#include "core/model/sy-words.h"
#include "core/store/sy-doctor.h"
#include "views/sy-history-pane.h"

#include <glib/gi18n.h>

typedef struct { guint n; gint64 bytes; } Sum;

/* Task data: set = only say what would go */
static void
clear_away (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  g_autoptr (GPtrArray) items = NULL;
  SyGcPolicy policy;
  Sum *sum;

  sy_gc_policy_load (&policy);
  policy.dry_run = GPOINTER_TO_INT (data);
  items = dir != NULL ? sy_gc_run (dir, &policy, g_get_real_time (), &error) : NULL;
  if (items == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  sum = g_new0 (Sum, 1);
  sum->n = items->len;
  for (guint i = 0; i < items->len; i++)
    sum->bytes += ((const SyGcItem *) items->pdata[i])->bytes;
  g_task_return_pointer (task, sum, g_free);
}

/* "12 runs, 1.2 GB" */
static char *
sum_words (const Sum *sum)
{
  g_autofree char *runs = sy_words_counted (sum->n, "%s run", "%s runs");
  g_autoptr (GString) text = g_string_new (runs);

  sy_words_size (g_string_append (text, ", "), (guint64) sum->bytes);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree Sum *sum = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *words = sum != NULL ? sum_words (sum) : NULL;

  if (self->sidebar == NULL)
    return;
  if (sum == NULL)
    sy_window_toast (self, "%s", error->message);
  else
    sy_window_toast (self, _("Deleted: %s"), words);
  sy_window_refresh_runs (self);
  sy_history_pane_refresh (SY_HISTORY_PANE (self->history));
}

static void
on_answer (AdwMessageDialog *dialog, const char *response, SyWindow *self)
{
  g_autoptr (GTask) task = NULL;

  if (!g_str_equal (response, "delete"))
    return;
  task = g_task_new (self, NULL, on_cleared, NULL);
  g_task_set_task_data (task, GINT_TO_POINTER (FALSE), NULL);
  g_task_run_in_thread (task, clear_away);
}

static void
on_counted (GObject *source, GAsyncResult *result, gpointer data)
{
  SyWindow *self = SY_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autofree Sum *sum = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *words = NULL, *body = NULL;
  GtkWidget *dialog;

  if (self->sidebar == NULL)
    return;
  if (sum == NULL || sum->n == 0)
    {
      sy_window_toast (self, "%s", sum == NULL ? error->message : _("No run is old enough to go (see Preferences)"));
      return;
    }
  words = sum_words (sum);
  body = g_strdup_printf (_("%s, with their logs and output. Runs that go on or are pinned stay, and so do the newest and the newest failed one of "
                            "each workflow. This cannot be undone."),
                          words);
  dialog = sy_window_ask (self, _("Delete Old Runs?"), body, "delete", _("Delete"), ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
sy_window_clear_old_runs (SyWindow *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_counted, NULL);

  g_task_set_task_data (task, GINT_TO_POINTER (TRUE), NULL);
  g_task_run_in_thread (task, clear_away);
}
