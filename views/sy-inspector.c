/* sy-inspector.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-inspector.h"

#include "core/model/sy-shell-fault.h"
#include "core/model/sy-words.h"
#include "views/sy-attempt-list.h"
#include "views/sy-branch-list.h"
#include "views/sy-file-list.h"
#include "views/sy-last-error.h"
#include "views/sy-resource-chart.h"
#include "views/sy-run-overview.h"
#include "views/sy-state-icon.h"
#include "core/model/sy-task-words.h"
#include "views/sy-theme.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define REFRESH_S 2

struct _SyInspector
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  guint serial;         /* answers to older questions are dropped */
  guint clock;
  gboolean usual_known; /* of the task shown */
  guint32 shown, shown_attempt;
  gint64 instant_us;            /* of the past that is shown; 0 = now */
  char *shown_edited;           /* (nullable) the command that replaces the file's */
  GPtrArray *changes;           /* (owned) (nullable) between attempts of the task shown */
  guint changes_asked;          /* of so many attempts; 0 = not asked for */
  SyLastError *line;            /* (owned) */

  /* template */
  GtkStack *stack;
  AdwBin *icon_slot;
  GtkWidget *icon;
  GtkLabel *name, *state_word, *description, *why;
  GtkWidget *actions, *rerun, *retry_now;
  AdwBin *branches_slot;
  GtkWidget *branches;
  AdwBin *overview_slot, *attempts_slot, *files_slot;
  GtkWidget *attempts, *files;
  GtkWidget *resources_box;
  GtkLabel *resources_peak;
  AdwBin *chart_slot;
  GtkWidget *chart;
  GtkLabel *legend;
  GtkWidget *outputs_box, *command_box;
  GtkLabel *outputs, *command;
  GtkGrid *facts;
};

G_DEFINE_FINAL_TYPE (SyInspector, sy_inspector, GTK_TYPE_WIDGET)

/* --- answers of the controller --- */

typedef struct { GWeakRef inspector; guint serial; guint32 task; } Asked;

static Asked *
asked_new (SyInspector *self)
{
  Asked *asked = g_new0 (Asked, 1);

  g_weak_ref_init (&asked->inspector, self);
  asked->serial = self->serial;
  return asked;
}

/* (transfer full) (nullable): the inspector, if it still wants this answer */
static SyInspector *
asked_take (Asked *asked)
{
  SyInspector *self = g_weak_ref_get (&asked->inspector);

  if (self != NULL && self->serial != asked->serial)
    g_clear_object (&self);
  g_weak_ref_clear (&asked->inspector);
  g_free (asked);
  return self;
}

static void
show_peak (SyInspector *self, const SyAttempt *attempt)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (attempt->rss > 0)
    {
      g_autofree char *size = sy_words_dup_size ((guint64) attempt->rss);

      g_string_append_printf (text, _("peak %s"), size);
    }
  if (attempt->user_us + attempt->sys_us > 0)
    {
      g_autofree char *time = sy_words_dup_duration (attempt->user_us + attempt->sys_us);

      g_string_append (text, text->len > 0 ? " · " : "");
      g_string_append_printf (text, _("%s CPU"), time);
    }
  gtk_label_set_text (self->resources_peak, text->str);
  gtk_widget_set_visible (self->resources_box, text->len > 0 || gtk_widget_get_visible (GTK_WIDGET (self->chart_slot)));
}

static void ask (SyInspector *self, guint32 number, guint32 attempt);

static void
on_changes (GPtrArray *changes, const GError *error, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyInspector) self = g_weak_ref_get (&asked->inspector);
  const SyTask *task = self != NULL && self->model != NULL && self->shown != SY_NO_TASK
                         ? &sy_run_model_get_workflow (self->model)->tasks[self->shown] : NULL;

  if (task != NULL && changes != NULL && task->number == asked->task)
    {
      g_clear_pointer (&self->changes, g_ptr_array_unref);
      self->changes = g_ptr_array_ref (changes);
      ask (self, task->number, self->shown_attempt);
    }
  g_weak_ref_clear (&asked->inspector);
  g_free (asked);
}

/* The log is read from its start for that: only where there is something to compare, and once for each attempt. */
static void
ask_changes (SyInspector *self, const GArray *attempts)
{
  SyController *controller = sy_session_get_controller (self->session);
  guint32 number = sy_run_model_get_workflow (self->model)->tasks[self->shown].number;
  Asked *asked;

  if (attempts->len < 2 || attempts->len == self->changes_asked || controller->read_changes == NULL)
    return;
  self->changes_asked = attempts->len;
  asked = asked_new (self);
  asked->task = number;
  controller->read_changes (controller, number, on_changes, asked);
}

static void
on_attempts (GArray *attempts, const GError *error, gpointer data)
{
  g_autoptr (SyInspector) self = asked_take (data);

  if (self == NULL || attempts == NULL || self->model == NULL)
    return;
  if (sy_run_model_is_past (self->model))
    sy_attempts_forget_future (attempts, sy_run_model_get_now (self->model));
  sy_attempt_list_show (SY_ATTEMPT_LIST (self->attempts), self->shown, attempts, self->changes);
  if (self->shown != SY_NO_TASK)
    ask_changes (self, attempts);
  if (attempts->len > 0)
    show_peak (self, &g_array_index (attempts, SyAttempt, attempts->len - 1));
}

/* Those that were taken after that instant */
static void
forget_samples (GArray *samples, gint64 wall_us)
{
  guint n = 0;

  while (n < samples->len && g_array_index (samples, SyResourceSample, n).wall_us <= wall_us)
    n++;
  g_array_set_size (samples, n);
}

static void
on_samples (GArray *samples, const GError *error, gpointer data)
{
  g_autoptr (SyInspector) self = asked_take (data);
  gboolean any;

  if (self == NULL || self->model == NULL)
    return;
  if (samples != NULL && sy_run_model_is_past (self->model))
    forget_samples (samples, sy_run_model_get_now (self->model));
  any = samples != NULL && samples->len >= 2;
  sy_resource_chart_set_samples (SY_RESOURCE_CHART (self->chart), samples);
  gtk_widget_set_visible (GTK_WIDGET (self->chart_slot), any);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), any);
  if (any)
    gtk_widget_set_visible (self->resources_box, TRUE);
}

static void
ask (SyInspector *self, guint32 number, guint32 attempt)
{
  SyController *controller = sy_session_get_controller (self->session);

  self->serial++;
  controller->read_attempts (controller, number, on_attempts, asked_new (self));
  controller->read_samples (controller, number, attempt, on_samples, asked_new (self));
}

/* --- what the model says --- */

static void
add_fact (SyInspector *self, int *row, const char *name, char *value)
{
  g_autofree char *text = value;
  GtkWidget *left, *right;

  if (text == NULL)
    return;
  left = gtk_label_new (name);
  right = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (left), 0);
  gtk_label_set_yalign (GTK_LABEL (left), 0);
  gtk_widget_add_css_class (left, "dim-label");
  gtk_label_set_xalign (GTK_LABEL (right), 1);
  gtk_label_set_justify (GTK_LABEL (right), GTK_JUSTIFY_RIGHT);
  gtk_label_set_wrap (GTK_LABEL (right), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (right), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (right, TRUE);
  gtk_grid_attach (self->facts, left, 0, *row, 1, 1);
  gtk_grid_attach (self->facts, right, 1, *row, 1, 1);
  (*row)++;
}

static void
show_facts (SyInspector *self, const SyWorkflow *workflow, const SyTask *task, const char *edited)
{
  GtkWidget *child;
  g_autofree char *command = sy_task_words_command (task, edited);
  int row = 0;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  add_fact (self, &row, _("Needs"), sy_task_words_needs (workflow, task));
  add_fact (self, &row, _("Join"), sy_task_words_join (task));
  add_fact (self, &row, _("If"), sy_task_words_condition (task));
  add_fact (self, &row, _("Retry"), sy_task_words_retry (task));
  add_fact (self, &row, _("Timeout"), sy_task_words_timeout (task));
  add_fact (self, &row, _("Takes"), sy_task_words_resources (workflow, task));
  gtk_label_set_text (self->command, command != NULL ? command : "");
  gtk_widget_set_visible (self->command_box, command != NULL);
  gtk_label_set_text (self->description, task->description != NULL ? task->description : "");
  gtk_widget_set_visible (GTK_WIDGET (self->description), task->description != NULL);
}

/* What the task gave to those after it. What somebody marked to copy it stays marked. */
static void
show_outputs (SyInspector *self, const SyTaskState *task)
{
  g_autofree char *text = sy_task_words_outputs (task->outputs);

  if (text != NULL && strcmp (text, gtk_label_get_text (self->outputs)) != 0)
    gtk_label_set_text (self->outputs, text);
  gtk_widget_set_visible (self->outputs_box, text != NULL);
}

static void
show_state_word (SyInspector *self, const SyTaskState *task)
{
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->state[task->state]);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_foreground_new ((guint16) (colour.red * 65535), (guint16) (colour.green * 65535),
                                                                 (guint16) (colour.blue * 65535)));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (self->state_word, attributes);
  pango_attr_list_unref (attributes);
  gtk_label_set_text (self->state_word, task->state == SY_STATE_READY && task->name == SY_NAME_QUEUED ? _("Queued")
                                        : task->name == SY_NAME_AWAITING_RETRY ? _("Retries Soon") : sy_state_words (task->state));
}

/* "It takes 2.3 × usual (5.1 s)." */
static void
add_slower (SyInspector *self, GString *text, const SyTask *task)
{
  guint32 index = sy_session_get_focus (self->session);
  double slower = sy_run_model_get_slower (self->model, index);
  g_autoptr (GString) ratio = g_string_new (NULL);
  g_autofree char *usual = NULL;

  if (slower <= 0)
    return;
  sy_usual_words (ratio, slower);
  usual = sy_words_dup_duration (sy_run_model_get_usual (self->model, index)->median_us);
  g_string_append (text, " ");
  /* Translators: "2.3 × usual", "5.1 s" */
  g_string_append_printf (text, _("Slower than most: %s (%s)."), ratio->str, usual);
}

/* What the output says, where the exit of a shell alone does not tell. (nullable) */
static const char *
line_of (SyInspector *self, const SyTaskState *task, guint32 number)
{
  g_autofree char *fault = sy_shell_fault_describe (task, "", NULL);

  return fault != NULL ? sy_last_error_get (self->line, sy_session_get_controller (self->session), number, task->attempt) : NULL;
}

static void
show_why (SyInspector *self, const SyRunState *state, const SyTask *task, gboolean run)
{
  const char *line = run ? line_of (self, sy_run_state_task (state, task->number), task->number) : NULL;
  g_autoptr (SyWhy) why = run ? sy_why_with_line (state, task->number, sy_run_model_get_now (self->model), line) : NULL;
  g_autofree char *blocks = run ? sy_task_words_consequence (state, sy_workflow_find_number (state->workflow, task->number)) : NULL;
  g_autoptr (GString) text = g_string_new (why != NULL ? why->sentence : _("The workflow has not been run yet."));

  if (run)
    add_slower (self, text, task);
  if (run && sy_session_is_flaky (self->session, sy_session_get_focus (self->session)))
    g_string_append_printf (text, " %s", _("Flaky: it fails and succeeds with the same command."));
  if (blocks != NULL)
    g_string_append_printf (text, " %s", blocks);
  self->usual_known = sy_run_model_get_usual (self->model, sy_session_get_focus (self->session)) != NULL;
  /* What somebody marked to copy it stays marked. */
  if (g_strcmp0 (gtk_label_get_text (self->why), text->str) != 0)
    gtk_label_set_text (self->why, text->str);
}

static void
update (SyInspector *self)
{
  guint32 focus = sy_session_get_focus (self->session);
  const SyRunState *state;
  const SyTask *task;
  const SyTaskState *task_state;
  gboolean run;

  if (self->model == NULL || focus == SY_NO_TASK)
    {
      gtk_stack_set_visible_child_name (self->stack, "none");
      self->shown = SY_NO_TASK;
      return;
    }
  state = sy_run_model_get_state (self->model);
  task = &state->workflow->tasks[focus];
  task_state = sy_run_state_at (state, focus);
  run = sy_run_model_get_run_id (self->model) != NULL;
  gtk_stack_set_visible_child_name (self->stack, "task");
  sy_state_icon_set_state (SY_STATE_ICON (self->icon), task_state->state);
  show_state_word (self, task_state);
  show_why (self, state, task, run);
  show_outputs (self, task_state);
  gtk_widget_set_visible (self->actions, run);
  gtk_widget_set_visible (self->retry_now, task_state->name == SY_NAME_AWAITING_RETRY);
  if (self->shown != focus || g_strcmp0 (self->shown_edited, task_state->command) != 0)
    {
      gtk_label_set_text (self->name, task->label != NULL ? task->label : task->id);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), task->id);
      show_facts (self, state->workflow, task, task_state->command);
      sy_branch_list_show (SY_BRANCH_LIST (self->branches), self->model, focus);
      g_clear_pointer (&self->changes, g_ptr_array_unref);
      self->changes_asked = 0;
      sy_attempt_list_show (SY_ATTEMPT_LIST (self->attempts), focus, NULL, NULL);
      gtk_widget_set_visible (self->resources_box, FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->chart_slot), FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->legend), FALSE);
      self->shown = focus;
      g_free (self->shown_edited);
      self->shown_edited = g_strdup (task_state->command);
    }
  self->shown_attempt = task_state->attempt;
  sy_file_list_show (SY_FILE_LIST (self->files), run ? self->model : NULL, focus);
  if (run && task_state->attempt > 0)
    ask (self, task->number, task_state->attempt);
}

/* What is said of a task is about others, too: what it waits for, what it blocks. */
static void
show_why_again (SyInspector *self)
{
  const SyRunState *state = sy_run_model_get_state (self->model);

  if (self->shown < state->workflow->n_tasks && sy_run_model_get_run_id (self->model) != NULL)
    show_why (self, state, &state->workflow->tasks[self->shown], TRUE);
}

/* A running task's chart grows; nothing is asked for the others. */
static gboolean
on_clock (gpointer data)
{
  SyInspector *self = data;
  const SyTaskState *task = self->model != NULL && self->shown != SY_NO_TASK ? sy_run_model_get_task (self->model, self->shown) : NULL;

  if (task != NULL)
    sy_branch_list_refresh (SY_BRANCH_LIST (self->branches));
  if (task != NULL && (task->state == SY_STATE_RUNNING || task->name == SY_NAME_AWAITING_RETRY))
    update (self);
  else if (task != NULL)
    show_why_again (self);
  return G_SOURCE_CONTINUE;
}

static void
update_clock (SyInspector *self)
{
  gboolean wanted = self->model != NULL && sy_run_model_is_live (self->model) && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->clock == 0)
    self->clock = g_timeout_add_seconds (REFRESH_S, on_clock, self);
  else if (!wanted)
    g_clear_handle_id (&self->clock, g_source_remove);
}

static void
on_changed (SyInspector *self, GArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    if (g_array_index (tasks, guint32, i) == self->shown)
      {
        update (self);
        return;
      }
}

/* What is usual comes after the run, once. */
static gboolean
is_usual_new (SyInspector *self)
{
  return !self->usual_known && self->shown != SY_NO_TASK && sy_session_get_focus (self->session) == self->shown
         && sy_run_model_get_usual (self->model, self->shown) != NULL;
}

/* At another instant of the past what is said of a task is another, though its state be the same. */
static void
on_run_changed (SyInspector *self)
{
  gint64 instant = sy_run_model_is_past (self->model) ? sy_run_model_get_now (self->model) : 0;

  update_clock (self);
  if (instant != self->instant_us || is_usual_new (self))
    update (self);
  else if (self->shown != SY_NO_TASK && !sy_run_model_is_live (self->model))
    show_why_again (self);
  self->instant_us = instant;
}

static void
on_structure_changed (SyInspector *self)
{
  self->shown = SY_NO_TASK;
  sy_branch_list_show (SY_BRANCH_LIST (self->branches), NULL, 0);
  update (self);
}

static void
on_model (SyInspector *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  sy_last_error_forget (self->line);
  self->serial++;
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "changed", G_CALLBACK (on_changed), self);
      g_signal_connect_swapped (model, "structure-changed", G_CALLBACK (on_structure_changed), self);
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (on_run_changed), self);
    }
  update_clock (self);
  on_structure_changed (self);
}

/* --- life --- */

static void
sy_inspector_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_inspector_parent_class)->map (widget);
  update_clock (SY_INSPECTOR (widget));
}

static void
sy_inspector_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_inspector_parent_class)->unmap (widget);
  update_clock (SY_INSPECTOR (widget));
}

/* As wide as the pane is made, however long the words of a task are */
static void
sy_inspector_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
                      int *natural_baseline)
{
  gtk_widget_measure (gtk_widget_get_first_child (widget), orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = *minimum;
}

static void
sy_inspector_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (gtk_widget_get_first_child (widget), &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static void
sy_inspector_dispose (GObject *object)
{
  SyInspector *self = SY_INSPECTOR (object);
  GtkWidget *child;

  g_clear_handle_id (&self->clock, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  sy_last_error_forget (self->line);
  g_clear_pointer (&self->line, sy_last_error_free);
  g_clear_pointer (&self->shown_edited, g_free);
  g_clear_pointer (&self->changes, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (self), SY_TYPE_INSPECTOR);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_inspector_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, SyInspector, name)

static void
sy_inspector_class_init (SyInspectorClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_inspector_dispose;
  widget_class->map = sy_inspector_map;
  widget_class->unmap = sy_inspector_unmap;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/switchyard/Switchyard/ui/inspector.ui");
  BIND (stack);
  BIND (icon_slot);
  BIND (name);
  BIND (state_word);
  BIND (description);
  BIND (why);
  BIND (actions);
  BIND (rerun);
  BIND (retry_now);
  BIND (branches_slot);
  BIND (overview_slot);
  BIND (attempts_slot);
  BIND (files_slot);
  BIND (resources_box);
  BIND (resources_peak);
  BIND (chart_slot);
  BIND (legend);
  BIND (outputs_box);
  BIND (outputs);
  BIND (command_box);
  BIND (command);
  BIND (facts);
  widget_class->measure = sy_inspector_measure;
  widget_class->size_allocate = sy_inspector_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "inspector");
}

static void
colour_legend (SyInspector *self)
{
  g_autofree char *markup = sy_resource_chart_dup_legend ();

  gtk_label_set_markup (self->legend, markup);
  if (self->session != NULL)
    update (self);
}

/* A language with long words does not make the pane wide. */
static void
shorten_buttons (GtkWidget *box)
{
  for (GtkWidget *button = gtk_widget_get_first_child (box); button != NULL; button = gtk_widget_get_next_sibling (button))
    if (GTK_IS_LABEL (gtk_button_get_child (GTK_BUTTON (button))))
      gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), PANGO_ELLIPSIZE_END);
}

static void
sy_inspector_init (SyInspector *self)
{
  self->shown = SY_NO_TASK;
  gtk_widget_init_template (GTK_WIDGET (self));
  shorten_buttons (GTK_WIDGET (self->actions));
  self->icon = sy_state_icon_new (SY_STATE_PENDING, 22);
  self->chart = sy_resource_chart_new ();
  self->branches = sy_branch_list_new ();
  adw_bin_set_child (self->branches_slot, self->branches);
  adw_bin_set_child (self->icon_slot, self->icon);
  adw_bin_set_child (self->chart_slot, self->chart);
  colour_legend (self);
  sy_theme_watch (self, (void (*) (gpointer)) colour_legend);
}

GtkWidget *
sy_inspector_new (SySession *session)
{
  SyInspector *self = g_object_new (SY_TYPE_INSPECTOR, NULL);

  self->session = g_object_ref (session);
  self->attempts = sy_attempt_list_new (session);
  self->files = sy_file_list_new (session);
  adw_bin_set_child (self->overview_slot, sy_run_overview_new (session));
  adw_bin_set_child (self->attempts_slot, self->attempts);
  adw_bin_set_child (self->files_slot, self->files);
  self->line = sy_last_error_new (G_OBJECT (self), (SyLastErrorKnown) show_why_again);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::focus", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "history-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}
