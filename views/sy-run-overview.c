/* sy-run-overview.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-overview.h"

#include "core/model/sy-words.h"
#include "views/sy-history-words.h"
#include "views/sy-left.h"
#include "views/sy-resource-chart.h"
#include "views/sy-row-list.h"
#include "views/sy-state-icon.h"
#include "views/sy-theme.h"
#include "views/sy-usage-feed.h"

#include <glib/gi18n.h>

#define MOST_FAILURES 8
#define MOST_OF_PATH 8
#define BEAT_MS 1000
#define STRETCHES 120
#define USAGE_EVERY_US (5 * G_USEC_PER_SEC)

struct _SyRunOverview
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) whose signals are connected */
  GtkWidget *box, *icon, *resources, *chart;
  GtkLabel *name, *state_word, *description, *legend, *used;
  GtkGrid *facts;
  GtkWidget *counts, *failures, *path;
  char *said_facts;     /* (nullable) (owned) what the grid says */
  guint beat;           /* a refresh is due */
  SyUsageFeed usage;
  SyLeft left;
};

G_DEFINE_FINAL_TYPE (SyRunOverview, sy_run_overview, GTK_TYPE_WIDGET)

/* Left to right: what needs somebody first */
static const SyState order[] = { SY_STATE_FAILED, SY_STATE_LOST, SY_STATE_WAITING, SY_STATE_RUNNING, SY_STATE_READY, SY_STATE_UPSTREAM_FAILED,
                                 SY_STATE_PENDING, SY_STATE_SUCCEEDED, SY_STATE_SKIPPED, SY_STATE_CANCELLED };

static gboolean
is_run (SyRunOverview *self)
{
  return self->model != NULL && sy_run_model_get_run_id (self->model) != NULL;
}

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

/* --- head --- */

static void
show_legend (SyRunOverview *self)
{
  g_autofree char *markup = sy_resource_chart_dup_legend ();

  gtk_label_set_markup (self->legend, markup);
}

static void
show_head (SyRunOverview *self, const SyRunState *state)
{
  gboolean interrupted = sy_run_model_is_interrupted (self->model);
  SyState like = interrupted ? SY_STATE_LOST : is_run (self) ? sy_state_of_run (state->status) : SY_STATE_PENDING;
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->state[like]);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_foreground_new ((guint16) (colour.red * 65535), (guint16) (colour.green * 65535),
                                                                 (guint16) (colour.blue * 65535)));
  pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  gtk_label_set_attributes (self->state_word, attributes);
  set_text (self->state_word, interrupted ? _("Interrupted") : is_run (self) ? sy_run_status_words (state->status) : NULL);
  sy_state_icon_set_state (SY_STATE_ICON (self->icon), like);
  gtk_widget_set_visible (self->icon, is_run (self));
  gtk_label_set_text (self->name, state->workflow->name);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), state->workflow->path);
  set_text (self->description, state->workflow->description);
}

/* --- facts --- */

static void
add_fact (GPtrArray *facts, const char *name, char *value)
{
  g_ptr_array_add (facts, g_strdup (name));
  g_ptr_array_add (facts, value);
}

static void
add_times (SyRunOverview *self, GPtrArray *facts, const SyRunState *state)
{
  gboolean over = sy_run_status_is_final (state->status);
  gint64 end = over ? state->ended_us : sy_run_model_get_now (self->model);
  g_autoptr (GString) started = g_string_new (NULL);
  gint64 left_us;

  if (state->created_us <= 0)
    return;
  sy_history_words_when (started, state->created_us, g_get_real_time ());
  add_fact (facts, _("Started"), g_strdup (started->str));
  if (end >= state->created_us && (over || sy_run_model_is_live (self->model) || sy_run_model_is_past (self->model)))
    add_fact (facts, over ? _("Took") : _("So Far"), sy_words_dup_duration (end - state->created_us));
  if (over || !sy_run_model_is_live (self->model) || sy_run_model_is_past (self->model))
    return;
  left_us = sy_left_ask (&self->left, self->model);
  if (left_us > 0)
    {
      g_autofree char *left = sy_words_dup_duration (left_us);

      add_fact (facts, _("Left"), g_strdup_printf (_("about %s"), left));
    }
}

static GPtrArray *
list_facts (SyRunOverview *self, const SyRunState *state)
{
  const SyWorkflow *workflow = state->workflow;
  GPtrArray *facts = g_ptr_array_new_with_free_func (g_free);

  if (is_run (self))
    {
      add_fact (facts, C_("a run, not to run", "Run"), g_strdup_printf ("%u", sy_run_model_get_number (self->model)));
      add_times (self, facts, state);
    }
  add_fact (facts, _("Tasks"), sy_words_dup_count (workflow->n_tasks));
  add_fact (facts, _("Edges"), sy_words_dup_count (workflow->n_edges));
  if (is_run (self) && state->slots > 0)
    add_fact (facts, _("Slots"), g_strdup_printf ("%u", state->slots));
  else if (!is_run (self))
    add_fact (facts, _("Slots"), workflow->slots > 0 ? g_strdup_printf ("%u", workflow->slots) : g_strdup (_("Automatic")));
  for (guint i = 0; i < workflow->n_pools; i++)
    {
      g_autofree char *name = g_strdup_printf (_("Pool %s"), workflow->pools[i].name);

      add_fact (facts, name, g_strdup_printf ("%u", workflow->pools[i].capacity));
    }
  return facts;
}

static GtkWidget *
make_fact (const char *text, gboolean value)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), value ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, value);
  gtk_widget_add_css_class (label, value ? "numeric" : "dim-label");
  return label;
}

/* The labels are made anew only where they say something else. */
static void
show_facts (SyRunOverview *self, const SyRunState *state)
{
  g_autoptr (GPtrArray) facts = list_facts (self, state);
  g_autoptr (GString) said = g_string_new (NULL);
  GtkWidget *child;

  for (guint i = 0; i < facts->len; i++)
    g_string_append_printf (said, "%s\n", (const char *) g_ptr_array_index (facts, i));
  if (g_strcmp0 (said->str, self->said_facts) == 0)
    return;
  g_free (self->said_facts);
  self->said_facts = g_strdup (said->str);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->facts))) != NULL)
    gtk_grid_remove (self->facts, child);
  for (guint i = 0; i + 1 < facts->len; i += 2)
    {
      gtk_grid_attach (self->facts, make_fact (g_ptr_array_index (facts, i), FALSE), 0, (int) i, 1, 1);
      gtk_grid_attach (self->facts, make_fact (g_ptr_array_index (facts, i + 1), TRUE), 1, (int) i, 1, 1);
    }
}

/* --- rows --- */

/* Done from results that are older than what their needs gave since: they count as succeeded, and a run may end with them. */
#define STALE SY_N_STATES

static gboolean
is_in (const SyTaskState *task, guint wanted)
{
  return wanted == STALE ? task->state == SY_STATE_SUCCEEDED && (task->badges & SY_BADGE_STALE) != 0 : task->state == wanted;
}

static guint
count_stale (const SyRunState *state)
{
  guint n = 0;

  for (guint32 i = 0; i < state->workflow->n_tasks; i++)
    n += is_in (sy_run_state_at (state, i), STALE);
  return n;
}

static void
show_counts (SyRunOverview *self, const SyRunState *state)
{
  SyRow rows[SY_N_STATES + 1];
  guint n = 0, n_stale = is_run (self) ? count_stale (state) : 0;

  for (guint i = 0; is_run (self) && i < G_N_ELEMENTS (order); i++)
    if (state->counts[order[i]] > 0)
      rows[n++] = (SyRow){ sy_state_icon_new (order[i], 16), sy_state_words (order[i]), sy_words_dup_count (state->counts[order[i]]),
                           _("Select these tasks"), order[i] };
  if (n_stale > 0)
    rows[n++] = (SyRow){ sy_state_icon_new (SY_STATE_SUCCEEDED, 16), _("Stale"), sy_words_dup_count (n_stale),
                         _("Done before what they need ran again. Select these tasks"), STALE };
  sy_row_list_set_rows (SY_ROW_LIST (self->counts), rows, n);
  while (n-- > 0)
    g_free ((char *) rows[n].detail);
}

static void
on_count (SyRunOverview *self, guint wanted)
{
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint32 i = 0; self->model != NULL && i < sy_run_model_get_workflow (self->model)->n_tasks; i++)
    if (is_in (sy_run_model_get_task (self->model, i), wanted))
      g_array_append_val (tasks, i);
  if (tasks->len == 0)
    return;
  sy_session_select_many (self->session, (const guint32 *) tasks->data, tasks->len);
  sy_session_reveal (self->session, g_array_index (tasks, guint32, 0));
}

static void
on_task (SyRunOverview *self, guint task)
{
  sy_session_select (self->session, task, FALSE);
  sy_session_reveal (self->session, task);
}

static void
on_failure (SyRunOverview *self, guint task)
{
  on_task (self, task);
  sy_session_show_output (self->session, task);
}

static SyRow
make_row (SyRunOverview *self, const SyRunState *state, guint32 index)
{
  const SyTask *task = &state->workflow->tasks[index];

  return (SyRow){ sy_state_icon_new (sy_run_state_at (state, index)->state, 16), task->label != NULL ? task->label : task->id,
                  sy_words_dup_brief (state, task->number, sy_run_model_get_now (self->model)), NULL, index };
}

static void
set_rows (GtkWidget *list, SyRow *rows, guint n)
{
  sy_row_list_set_rows (SY_ROW_LIST (list), rows, n);
  while (n-- > 0)
    g_free ((char *) rows[n].detail);
}

/* Those that caused something, in file order */
static void
show_failures (SyRunOverview *self, const SyRunState *state)
{
  guint all = is_run (self) ? state->counts[SY_STATE_FAILED] + state->counts[SY_STATE_LOST] : 0, left = all, n = 0;
  SyRow rows[MOST_FAILURES];
  g_autofree char *count = NULL, *title = NULL;

  for (guint32 i = 0; left > 0 && n < MOST_FAILURES && i < state->workflow->n_tasks; i++)
    {
      SyState is = sy_run_state_at (state, i)->state;

      if (is != SY_STATE_FAILED && is != SY_STATE_LOST)
        continue;
      left--;
      rows[n++] = make_row (self, state, i);
    }
  set_rows (self->failures, rows, n);
  count = sy_words_dup_count (all);
  title = g_strdup_printf (_("Failures: the first %u of %s"), n, count);
  sy_row_list_set_title (SY_ROW_LIST (self->failures), n < all ? title : _("Failures"));
}

/* What made the run as long as it is: the end of it, where it is long */
static void
show_path (SyRunOverview *self, const SyRunState *state)
{
  SyTimeline *timeline = is_run (self) && !sy_run_model_is_past (self->model) ? sy_run_model_get_timeline (self->model) : NULL;
  g_autoptr (GArray) path = timeline != NULL ? sy_timeline_critical_path (timeline) : NULL;
  SyRow rows[MOST_OF_PATH];
  g_autofree char *count = NULL, *title = NULL;
  guint n = 0, first = path != NULL && path->len > MOST_OF_PATH ? path->len - MOST_OF_PATH : 0;

  for (guint i = first; path != NULL && path->len > 1 && i < path->len; i++)
    if (g_array_index (path, guint32, i) < state->workflow->n_tasks)
      rows[n++] = make_row (self, state, g_array_index (path, guint32, i));
  set_rows (self->path, rows, n);
  count = sy_words_dup_count (path != NULL ? path->len : 0);
  title = g_strdup_printf (_("Critical Path: the last %u of %s"), n, count);
  sy_row_list_set_title (SY_ROW_LIST (self->path), first > 0 ? title : _("Critical Path"));
}

/* --- resources --- */

static char *
usage_words (double cpu_us, double memory, double read, double written)
{
  g_autofree char *time = sy_words_dup_duration ((gint64) cpu_us), *peak = sy_words_dup_size ((guint64) memory);
  g_autofree char *in = sy_words_dup_size ((guint64) read), *out = sy_words_dup_size ((guint64) written);
  GString *text = g_string_new (NULL);

  if (cpu_us > 0)
    g_string_append_printf (text, _("%s CPU"), time);
  if (memory > 0)
    g_string_append_printf (g_string_append (text, text->len > 0 ? " · " : ""), _("peak %s"), peak);
  if (read >= 1)
    g_string_append_printf (g_string_append (text, text->len > 0 ? " · " : ""), _("read %s"), in);
  if (written >= 1)
    g_string_append_printf (g_string_append (text, text->len > 0 ? " · " : ""), _("wrote %s"), out);
  return g_string_free (text, FALSE);
}

static void
show_usage (gpointer data)
{
  g_autoptr (GArray) samples = g_array_new (FALSE, TRUE, sizeof (SyResourceSample));
  SyRunOverview *self = data;
  const SyUsage *usage = self->usage.usage;
  g_autofree char *text = NULL;
  double cpu_us = 0, read = 0, written = 0;

  for (guint i = 0; usage != NULL && i < usage->n && usage->begin_us + i * usage->step_us <= usage->read_until_us; i++)
    {
      double seconds = (double) usage->step_us / G_USEC_PER_SEC;
      SyResourceSample sample = { .mono_us = i * usage->step_us, .rss = (gint64) usage->values[SY_USAGE_MEMORY][i] };

      cpu_us += usage->values[SY_USAGE_CPU][i] * (double) usage->step_us;
      read += usage->values[SY_USAGE_READ][i] * seconds;
      written += usage->values[SY_USAGE_WRITTEN][i] * seconds;
      sample.cpu_us = (gint64) cpu_us;
      g_array_append_val (samples, sample);
    }
  text = usage_words (cpu_us, usage != NULL ? usage->peak[SY_USAGE_MEMORY] : 0, read, written);
  gtk_label_set_text (self->used, text);
  sy_resource_chart_set_samples (SY_RESOURCE_CHART (self->chart), samples);
  gtk_widget_set_visible (self->chart, samples->len > 2);
  gtk_widget_set_visible (GTK_WIDGET (self->legend), samples->len > 2);
  gtk_widget_set_visible (self->resources, *text != '\0');
}

static void
ask_usage (SyRunOverview *self, const SyRunState *state)
{
  gboolean over = sy_run_status_is_final (state->status);
  gint64 end = over ? state->ended_us : sy_run_model_get_now (self->model);

  if (!is_run (self) || state->created_us <= 0 || end <= state->created_us || end == self->usage.end_us
      || (!over && g_get_monotonic_time () < self->usage.next_us))
    return;
  sy_usage_feed_ask (&self->usage, sy_session_get_controller (self->session), state->created_us, end, STRETCHES, G_OBJECT (self), show_usage);
}

/* --- keeping up --- */

static void
refresh (SyRunOverview *self)
{
  const SyRunState *state;

  gtk_widget_set_visible (self->box, self->model != NULL);
  if (self->model == NULL)
    return;
  state = sy_run_model_get_state (self->model);
  show_head (self, state);
  show_facts (self, state);
  show_counts (self, state);
  show_failures (self, state);
  show_path (self, state);
  ask_usage (self, state);
}

static gboolean
on_beat (gpointer data)
{
  SyRunOverview *self = data;
  gboolean goes_on = is_run (self) && sy_run_model_is_live (self->model) && !sy_run_model_is_past (self->model);

  refresh (self);
  if (goes_on)
    return G_SOURCE_CONTINUE;
  self->beat = 0;
  return G_SOURCE_REMOVE;
}

/* What changes is shown soon, however often it changes; while the run goes on its times are told each second. */
static void
touch (SyRunOverview *self)
{
  if (self->beat == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->beat = g_timeout_add (BEAT_MS, on_beat, self);
}

/* Another instant, another end */
static void
on_run_changed (SyRunOverview *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && (sy_run_model_is_past (self->model) || !sy_run_model_is_live (self->model)))
    refresh (self);
  touch (self);
}

static void
forget_usage (SyRunOverview *self)
{
  sy_usage_feed_forget (&self->usage);
  show_usage (self);
}

static void
on_style (SyRunOverview *self)
{
  show_legend (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self);
}

static void
on_structure_changed (SyRunOverview *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self);
}

static void
on_model (SyRunOverview *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  forget_usage (self);
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "changed", G_CALLBACK (touch), self);
      g_signal_connect_swapped (model, "structure-changed", G_CALLBACK (on_structure_changed), self);
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (on_run_changed), self);
      on_run_changed (self);
    }
  on_structure_changed (self);
}

/* --- life --- */

static void
sy_run_overview_map (GtkWidget *widget)
{
  SyRunOverview *self = SY_RUN_OVERVIEW (widget);

  GTK_WIDGET_CLASS (sy_run_overview_parent_class)->map (widget);
  refresh (self);
  touch (self);
}

static void
sy_run_overview_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_run_overview_parent_class)->unmap (widget);
  g_clear_handle_id (&SY_RUN_OVERVIEW (widget)->beat, g_source_remove);
}

static void
sy_run_overview_dispose (GObject *object)
{
  SyRunOverview *self = SY_RUN_OVERVIEW (object);

  g_clear_handle_id (&self->beat, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  sy_usage_feed_forget (&self->usage);
  g_clear_pointer (&self->said_facts, g_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_run_overview_parent_class)->dispose (object);
}

static void
sy_run_overview_class_init (SyRunOverviewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_run_overview_dispose;
  widget_class->map = sy_run_overview_map;
  widget_class->unmap = sy_run_overview_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "overview");
}

static GtkWidget *
make_label (GtkWidget *box, const char *css, float xalign)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), xalign);
  if (css != NULL)
    gtk_widget_add_css_class (label, css);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
make_head (SyRunOverview *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->icon = sy_state_icon_new (SY_STATE_PENDING, 22);
  gtk_widget_set_valign (self->icon, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (head), self->icon);
  self->name = GTK_LABEL (make_label (head, "title-3", 0));
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->name), TRUE);
  self->state_word = GTK_LABEL (make_label (head, NULL, 1));
  return head;
}

static GtkWidget *
make_resources (SyRunOverview *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6), *title;

  title = make_label (box, "caption-heading", 0);
  gtk_label_set_text (GTK_LABEL (title), _("Resources"));
  gtk_widget_add_css_class (title, "dim-label");
  self->chart = sy_resource_chart_new ();
  gtk_box_append (GTK_BOX (box), self->chart);
  self->legend = GTK_LABEL (make_label (box, "caption", 0));
  self->used = GTK_LABEL (make_label (box, "caption", 0));
  gtk_label_set_wrap (self->used, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self->used), "numeric");
  gtk_widget_add_css_class (box, "section");
  return box;
}

static GtkWidget *
make_list (SyRunOverview *self, const char *title, GCallback activated)
{
  GtkWidget *list = sy_row_list_new (title, NULL);

  g_signal_connect_swapped (list, "activated", activated, self);
  gtk_box_append (GTK_BOX (self->box), list);
  return list;
}

static void
sy_run_overview_init (SyRunOverview *self)
{
  self->usage.every_us = USAGE_EVERY_US;
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  self->description = GTK_LABEL (make_label (self->box, "dim-label", 0));
  gtk_label_set_wrap (self->description, TRUE);
  self->facts = GTK_GRID (gtk_grid_new ());
  gtk_grid_set_row_spacing (self->facts, 6);
  gtk_grid_set_column_spacing (self->facts, 12);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->facts));
  self->failures = make_list (self, _("Failures"), G_CALLBACK (on_failure));
  self->counts = make_list (self, _("States"), G_CALLBACK (on_count));
  self->path = make_list (self, _("Critical Path"), G_CALLBACK (on_task));
  self->resources = make_resources (self);
  gtk_box_append (GTK_BOX (self->box), self->resources);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  show_legend (self);
  sy_theme_watch (self, (void (*) (gpointer)) on_style);
}

GtkWidget *
sy_run_overview_new (SySession *session)
{
  SyRunOverview *self = g_object_new (SY_TYPE_RUN_OVERVIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}
