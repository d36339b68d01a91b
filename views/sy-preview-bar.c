/* sy-preview-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-preview-bar.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

#define GROWN_PAUSE_MS 500
#define NAMES_SHOWN 6

struct _SyPreviewBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  GtkRevealer *revealer;
  GtkLabel *sentence, *detail, *overwrites;
  GtkWidget *scope, *running_box, *running;
  GtkWidget *cancel, *confirm;
  SyPlanKind kinds[SY_N_PLAN_KINDS];    /* of the drop-down's items */
  guint offered;        /* bit set of them */
  gboolean quiet;       /* the drop-down is being set, not used */
  guint pause;          /* source: the set grew under the user's finger */
};

G_DEFINE_FINAL_TYPE (SyPreviewBar, sy_preview_bar, GTK_TYPE_WIDGET)

static const char *const kind_words[SY_N_PLAN_KINDS] = { N_("With What They Block"), N_("With All That Follows"), N_("Only These"),
                                                         N_("The Branch"),           N_("The Whole Run"),         N_("As Chosen") };
static const SyRerunRunning choices[] = { SY_RUNNING_THEN_AGAIN, SY_RUNNING_STOP_FIRST };

static const char *
name_of (SyPreviewBar *self, guint32 number)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_session_get_model (self->session));
  guint32 index = sy_workflow_find_number (workflow, number);

  return index != SY_NO_TASK ? workflow->tasks[index].id : "?";
}

/* "2 failed + 1 blocked: " where the set is what failed and what it blocks */
static void
say_kinds (SyPreviewBar *self, const SyRerunPlan *plan, GString *text)
{
  const SyRunState *state = sy_run_model_get_state (sy_session_get_model (self->session));
  g_autofree char *failed_words = NULL, *blocked_words = NULL;
  guint blocked = 0;

  for (guint i = 0; i < plan->will_run->len; i++)
    blocked += g_array_index (plan->will_run, SyRerunItem, i).because != 0;
  if (sy_session_get_plan_kind (self->session) != SY_PLAN_BLOCKED || state == NULL || blocked == 0)
    return;
  failed_words = sy_words_dup_count (plan->will_run->len - blocked);
  blocked_words = sy_words_dup_count (blocked);
  g_string_append_printf (text, _("%s failed + %s blocked: "), failed_words, blocked_words);
}

/* The first names of what will run */
static char *
list_names (SyPreviewBar *self, const SyRerunPlan *plan)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < plan->refused->len && i < 1; i++)
    {
      const SyRerunRefusal *refusal = &g_array_index (plan->refused, SyRerunRefusal, i);

      g_string_append_printf (text, "%s: %s. ", name_of (self, refusal->task), refusal->why);
    }
  say_kinds (self, plan, text);
  for (guint i = 0; i < plan->will_run->len && i < NAMES_SHOWN; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);

      g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", name_of (self, item->task), item->again ? _(" (again)") : "");
    }
  if (plan->will_run->len > NAMES_SHOWN)
    sy_words_more (text, _(" and %s more"), plan->will_run->len - NAMES_SHOWN);
  return g_string_free (text, FALSE);
}

/* Files that a task which was done says it writes; NULL = none */
static char *
list_overwritten (SyPreviewBar *self, const SyRerunPlan *plan)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_session_get_model (self->session));
  GString *text = g_string_new (NULL);
  g_autofree char *files = NULL;
  guint n = 0;

  for (guint i = 0; i < plan->will_run->len; i++)
    {
      const SyRerunItem *item = &g_array_index (plan->will_run, SyRerunItem, i);
      guint32 index = sy_workflow_find_number (workflow, item->task);
      const SyTaskExtra *extra = item->again && index != SY_NO_TASK ? workflow->tasks[index].extra : NULL;

      for (guint k = 0; extra != NULL && k < extra->writes.n; k++)
        if (n++ < NAMES_SHOWN)
          g_string_append_printf (text, "%s%s", n > 1 ? ", " : "", extra->writes.items[k]);
    }
  if (n > NAMES_SHOWN)
    sy_words_more (text, _(" and %s more"), n - NAMES_SHOWN);
  files = g_string_free (text, FALSE);
  return n > 0 ? g_strdup_printf (_("Overwrites %s"), files) : NULL;
}

static gboolean
may_confirm (SyPreviewBar *self)
{
  const SyRerunPlan *plan = sy_session_get_plan (self->session);

  return plan != NULL && plan->will_run->len > 0 && plan->refused->len == 0 && self->pause == 0;
}

static gboolean
end_pause (gpointer data)
{
  SyPreviewBar *self = data;

  self->pause = 0;
  gtk_widget_set_sensitive (self->confirm, may_confirm (self));
  return G_SOURCE_REMOVE;
}

/* The kinds that this preview can be made of; rebuilt only where they are others. */
static void
show_kinds (SyPreviewBar *self)
{
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);
  guint n = 0, chosen = 0;
  guint offered = 0;

  for (SyPlanKind kind = 0; kind < SY_N_PLAN_KINDS; kind++)
    if (sy_session_may_plan (self->session, kind))
      {
        offered |= 1u << kind;
        chosen = kind == sy_session_get_plan_kind (self->session) ? n : chosen;
        self->kinds[n++] = kind;
        gtk_string_list_append (list, _(kind_words[kind]));
      }
  self->quiet = TRUE;
  if (offered != self->offered)
    gtk_drop_down_set_model (GTK_DROP_DOWN (self->scope), G_LIST_MODEL (list));
  self->offered = offered;
  gtk_drop_down_set_selected (GTK_DROP_DOWN (self->scope), chosen);
  self->quiet = FALSE;
}

static void
show_words (SyPreviewBar *self, const SyRerunPlan *plan)
{
  g_autofree char *sentence = sy_session_describe_plan (self->session);
  g_autofree char *names = list_names (self, plan);
  g_autofree char *overwritten = list_overwritten (self, plan);
  g_autofree char *label = sy_words_counted (plan->will_run->len, "Re-run %s Task", "Re-run %s Tasks");

  gtk_label_set_text (self->sentence, sentence);
  gtk_label_set_text (self->detail, names);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->detail), names);
  gtk_label_set_text (self->overwrites, overwritten != NULL ? overwritten : "");
  gtk_widget_set_visible (GTK_WIDGET (self->overwrites), overwritten != NULL);
  gtk_button_set_label (GTK_BUTTON (self->confirm), label);
}

/* A set that grew by itself: no press goes to what was not seen. */
static void
pause_if_grown (SyPreviewBar *self)
{
  if (sy_session_take_plan_growth (self->session) > 0 && self->pause == 0)
    self->pause = g_timeout_add (GROWN_PAUSE_MS, end_pause, self);
}

static void
show_plan (SyPreviewBar *self, const SyRerunPlan *plan)
{
  gboolean fresh = !gtk_revealer_get_reveal_child (self->revealer);

  show_words (self, plan);
  show_kinds (self);
  gtk_widget_set_visible (self->running_box, plan->running_now->len > 0);
  pause_if_grown (self);
  gtk_widget_set_sensitive (self->confirm, may_confirm (self));
  gtk_revealer_set_reveal_child (self->revealer, TRUE);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  if (fresh)
    gtk_widget_grab_focus (sy_session_plan_repeats (self->session) ? self->cancel : self->confirm);
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
  sy_session_confirm_rerun (self->session);
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
on_scope (SyPreviewBar *self)
{
  guint choice = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->scope));

  if (!self->quiet && choice < SY_N_PLAN_KINDS)
    sy_session_set_plan_kind (self->session, self->kinds[choice]);
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
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/switchyard/Switchyard/ui/preview-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, revealer);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, sentence);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, detail);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, overwrites);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, scope);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, running_box);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, running);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, cancel);
  gtk_widget_class_bind_template_child (widget_class, SyPreviewBar, confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_confirm);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
  gtk_widget_class_bind_template_callback (widget_class, on_running);
  gtk_widget_class_bind_template_callback (widget_class, on_scope);
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
