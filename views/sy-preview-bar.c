/* sy-preview-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-preview-bar.h"

#include "core/model/sy-words.h"

#define GROWN_PAUSE_MS 500

struct _SyPreviewBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  GtkRevealer *revealer;
  GtkLabel *sentence, *detail;
  GtkWidget *running_box, *running;
  GtkWidget *cancel, *confirm;
  guint n_tasks;        /* of the set shown */
  guint pause;          /* source: the set grew under the user's finger */
};

G_DEFINE_FINAL_TYPE (SyPreviewBar, sy_preview_bar, GTK_TYPE_WIDGET)

enum { CONFIRMED, N_SIGNALS };
static guint signals[N_SIGNALS];

static const SyRerunRunning choices[] = { SY_RUNNING_THEN_AGAIN, SY_RUNNING_STOP_FIRST };

static const char *
name_of (SyPreviewBar *self, guint32 number)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_session_get_model (self->session));
  guint32 index = sy_workflow_find_number (workflow, number);

  return index != SY_NO_TASK ? workflow->tasks[index].id : "?";
}

/* The first names of what will run */
static char *
list_names (SyPreviewBar *self, const SyRerunPlan *plan)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->refused->len && i < 1; i++)
    g_string_append_printf (text, "%s. ", g_array_index (plan->refused, SyRerunRefusal, i).why);
  for (guint i = 0; i < plan->will_run->len && i < 6; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);

      g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", name_of (self, item->task), item->again ? " (again)" : "");
    }
  if (plan->will_run->len > 6)
    sy_words_more (text, " and ", plan->will_run->len - 6);
  return g_string_free (text, FALSE);
}

static gboolean
end_pause (gpointer data)
{
  SyPreviewBar *self = data;

  self->pause = 0;
  gtk_widget_set_sensitive (self->confirm, TRUE);
  return G_SOURCE_REMOVE;
}

static void
show_plan (SyPreviewBar *self, const SyRerunPlan *plan)
{
  g_autofree char *sentence = sy_session_describe_plan (self->session);
  g_autofree char *names = list_names (self, plan);
  guint n = plan->will_run->len;
  g_autofree char *tasks = sy_words_counted (n, "Task", "Tasks");
  g_autofree char *label = g_strconcat ("Re-run ", tasks, NULL);
  gboolean fresh = !gtk_revealer_get_reveal_child (self->revealer);

  gtk_label_set_text (self->sentence, sentence);
  gtk_label_set_text (self->detail, names);
  gtk_button_set_label (GTK_BUTTON (self->confirm), label);
  gtk_widget_set_visible (self->running_box, plan->running_now->len > 0);
  gtk_widget_set_sensitive (self->confirm, n > 0 && plan->refused->len == 0);
  if (!fresh && n > self->n_tasks && plan->refused->len == 0)
    {
      sy_session_set_status (self->session, "Set changed: +%u", n - self->n_tasks);
      gtk_widget_set_sensitive (self->confirm, FALSE);
      if (self->pause == 0)
        self->pause = g_timeout_add (GROWN_PAUSE_MS, end_pause, self);
    }
  self->n_tasks = n;
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (fresh)
    gtk_widget_grab_focus (self->confirm);
}

static void
on_plan_changed (SyPreviewBar *self)
{
  const SyRerunPlan *plan = sy_session_get_plan (self->session);

  if (plan != NULL)
    {
      show_plan (self, plan);
      return;
    }
  g_clear_handle_id (&self->pause, g_source_remove);
  gtk_revealer_set_reveal_child (self->revealer, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

static void
on_confirm (SyPreviewBar *self)
{
  guint n = self->n_tasks;

  if (sy_session_get_plan (self->session) == NULL)
    return;
  sy_session_confirm_rerun (self->session);
  g_signal_emit (self, signals[CONFIRMED], 0, n);
}

static void
on_cancel (SyPreviewBar *self)
{
  sy_session_end_rerun (self->session);
}

static void
on_running (SyPreviewBar *self)
{
  guint choice = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->running));

  if (choice < G_N_ELEMENTS (choices))
    sy_session_set_plan_running (self->session, choices[choice]);
}

static void
sy_preview_bar_dispose (GObject *object)
{
  SyPreviewBar *self = SY_PREVIEW_BAR (object);

  g_clear_handle_id (&self->pause, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), SY_TYPE_PREVIEW_BAR);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_preview_bar_parent_class)->dispose (object);
}

static void
sy_preview_bar_class_init (SyPreviewBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_preview_bar_dispose;
  signals[CONFIRMED] = g_signal_new ("confirmed", SY_TYPE_PREVIEW_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 1, G_TYPE_UINT);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/switchyard/Switchyard/ui/preview-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, sentence);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, detail);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, running_box);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, running);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, cancel);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_running);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "previewbar");
}

static void
sy_preview_bar_init (SyPreviewBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
sy_preview_bar_new (SySession *session)
{
  SyPreviewBar *self = g_object_new (SY_TYPE_PREVIEW_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "plan-changed", G_CALLBACK (on_plan_changed), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
