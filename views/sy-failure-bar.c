/* sy-failure-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-failure-bar.h"

#include "core/model/sy-words.h"
#include "views/sy-last-error.h"
#include "views/sy-state-icon.h"

struct _SyFailureBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  GtkRevealer *revealer;
  GtkWidget *icon, *rerun, *show;
  GtkLabel *label;
  guint32 number, attempt;      /* whose line is shown or asked for */
  char *line;                   /* (nullable) */
};

G_DEFINE_FINAL_TYPE (SyFailureBar, sy_failure_bar, GTK_TYPE_WIDGET)

static gboolean
is_root (const SyTaskState *task)
{
  return task->state == SY_STATE_FAILED || task->state == SY_STATE_LOST;
}

/* How many, and the first in file order; 0 = none */
static guint
find_failures (const SyRunState *state, guint32 *first, gboolean *lost)
{
  guint n = state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST];

  *lost = state->counts[SY_STATE_FAILED] == 0;
  *first = SY_NO_TASK;
  for (guint32 i = 0; n > 0 && i < state->workflow->n_tasks && *first == SY_NO_TASK; i++)
    if (is_root (sy_run_state_at (state, i)))
      *first = i;
  return *first != SY_NO_TASK ? n : 0;
}

/* "2 failed: cannot open /data/gazetteer.db (entities) · 1 more" */
static char *
describe (SyFailureBar *self, const SyRunState *state, guint n, guint32 first, gboolean lost)
{
  const SyTask *task = &state->workflow->tasks[first];
  GString *text = g_string_new (NULL);
  g_autoptr (GString) brief = g_string_new (NULL);

  sy_words_count (text, n);
  g_string_append (text, lost ? " lost: " : " failed: ");
  if (self->line == NULL || *self->line == '\0')
    sy_words_brief (brief, state, task->number, g_get_real_time ());
  g_string_append (text, brief->len > 0 ? brief->str : self->line);
  if (g_str_has_suffix (text->str, ":") || g_str_has_suffix (text->str, "."))
    g_string_truncate (text, text->len - 1);
  g_string_append_printf (text, " (%s)", task->id);
  if (n > 1)
    sy_words_more (text, " · ", n - 1);
  return g_string_free (text, FALSE);
}

static void update (SyFailureBar *self);

typedef struct { GWeakRef bar; guint32 number, attempt; } Asked;

static void
on_line (const char *line, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyFailureBar) self = g_weak_ref_get (&asked->bar);

  if (self != NULL && self->number == asked->number && self->attempt == asked->attempt && line != NULL)
    {
      g_free (self->line);
      self->line = g_strdup (g_ascii_strncasecmp (line, "error: ", 7) == 0 ? line + 7 : line);
      update (self);
    }
  g_weak_ref_clear (&asked->bar);
  g_free (asked);
}

static void
ask_line (SyFailureBar *self, const SyTask *task, const SyTaskState *state)
{
  Asked *asked;

  if (self->number == task->number && self->attempt == state->attempt)
    return;
  self->number = task->number;
  self->attempt = state->attempt;
  g_clear_pointer (&self->line, g_free);
  if (state->attempt == 0)
    return;
  asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->bar, self);
  asked->number = task->number;
  asked->attempt = state->attempt;
  sy_last_error_find (sy_session_get_controller (self->session), task->number, state->attempt, on_line, asked);
}

static void
update (SyFailureBar *self)
{
  const SyRunState *state = self->model != NULL ? sy_run_model_get_state (self->model) : NULL;
  gboolean lost = FALSE;
  guint32 first = SY_NO_TASK;
  guint n = state != NULL ? find_failures (state, &first, &lost) : 0;
  g_autofree char *text = NULL;

  gtk_revealer_set_reveal_child (self->revealer, n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (n == 0)
    return;
  ask_line (self, &state->workflow->tasks[first], sy_run_state_at (state, first));
  text = describe (self, state, n, first, lost);
  gtk_label_set_text (self->label, text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->label), text);
  sy_state_icon_set_state (SY_STATE_ICON (self->icon), lost ? SY_STATE_LOST : SY_STATE_FAILED);
  if (sy_run_status_is_final (state->status) && sy_session_get_plan (self->session) == NULL)
    gtk_widget_add_css_class (self->rerun, "suggested-action");
  else
    gtk_widget_remove_css_class (self->rerun, "suggested-action");
}

static void
on_model (SyFailureBar *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  self->number = 0;
  g_clear_pointer (&self->line, g_free);
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (update), self);
      g_signal_connect_swapped (model, "changed", G_CALLBACK (update), self);
    }
  update (self);
}

static void
sy_failure_bar_dispose (GObject *object)
{
  SyFailureBar *self = SY_FAILURE_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  g_clear_pointer (&self->line, g_free);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_failure_bar_parent_class)->dispose (object);
}

static void
sy_failure_bar_class_init (SyFailureBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_failure_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "failurebar");
}

static GtkWidget *
make_button (GtkWidget *box, const char *label, const char *action, const char *tooltip)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
sy_failure_bar_init (SyFailureBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->icon = sy_state_icon_new (SY_STATE_FAILED, 18);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_xalign (self->label, 0);
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (GTK_WIDGET (self->label), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "heading");
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  self->show = make_button (box, "Show", "win.next-failure", "Show the Failure and Its Output (F4)");
  self->rerun = make_button (box, "Re-run Failed…", "win.rerun-failed", "See What Would Run Again (Ctrl+R)");
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
}

GtkWidget *
sy_failure_bar_new (SySession *session)
{
  SyFailureBar *self = g_object_new (SY_TYPE_FAILURE_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "plan-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}
