/* sy-run-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-run-bar.h"

#include "core/model/sy-words.h"
#include "views/sy-left.h"
#include "views/sy-state-icon.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define PACE_US (G_USEC_PER_SEC / 5)

struct _SyRunBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) whose signals are connected */
  GtkLabel *name, *facts;
  GtkWidget *show_file, *compare; /* where the file has changed since */
  GtkWidget *chips[SY_N_STATES];
  GtkLabel *words[SY_N_STATES];
  GtkWidget *brief[SY_N_STATES];  /* the same chips without words, for where there is no room */
  GtkLabel *numbers[SY_N_STATES];
  guint clock, late;
  gint64 updated_us;    /* monotonic */
  SyLeft left;
  gboolean quiet;       /* the chips are being set, not pressed */
};

G_DEFINE_FINAL_TYPE (SyRunBar, sy_run_bar, GTK_TYPE_WIDGET)

/* Left to right, as drawn */
static const struct { SyState state; const char *word; } order[] = {
  { SY_STATE_SUCCEEDED, NULL },        { SY_STATE_RUNNING, NULL },       { SY_STATE_FAILED, NULL },
  { SY_STATE_LOST, NC_("tasks in a state", "%s lost") },           { SY_STATE_WAITING, NC_("tasks in a state", "%s need you") }, { SY_STATE_READY, NC_("tasks in a state", "%s held") },
  { SY_STATE_UPSTREAM_FAILED, NC_("tasks in a state", "%s blocked") }, { SY_STATE_CANCELLED, NC_("tasks in a state", "%s cancelled") }, { SY_STATE_SKIPPED, NC_("tasks in a state", "%s skipped") },
  { SY_STATE_PENDING, NC_("tasks in a state", "%s pending") },
};

/* --- words --- */

static void
append_elapsed (GString *text, const SyRunState *state, SyRunModel *model)
{
  gint64 end = sy_run_status_is_final (state->status) ? state->ended_us : sy_run_model_get_now (model);

  if (state->created_us <= 0 || end < state->created_us)
    return;
  if (!sy_run_status_is_final (state->status) && !sy_run_model_is_live (model) && !sy_run_model_is_past (model))
    return;
  g_string_append (text, " · ");
  sy_words_duration (text, end - state->created_us);
}

static void
append_left (GString *text, const SyRunState *state, SyRunBar *self)
{
  SyRunModel *model = self->model;
  g_autofree char *left = NULL;
  gint64 left_us;

  if (state->status != SY_RUN_RUNNING || !sy_run_model_is_live (model) || sy_run_model_is_past (model))
    return;
  left_us = sy_left_ask (&self->left, model);
  if (left_us <= 0)
    return;
  left = sy_words_dup_duration (left_us);
  g_string_append_printf (text, _(" · about %s left"), left);
}

static char *
describe (SyRunBar *self)
{
  SyRunModel *model = self->model;
  const SyRunState *state = sy_run_model_get_state (model);
  guint32 n_tasks = sy_run_model_get_workflow (model)->n_tasks;
  GString *text = g_string_new (NULL);

  if (sy_run_model_get_run_id (model) == NULL)
    {
      g_string_free (text, TRUE);
      return sy_words_counted (n_tasks, "%s task, not run yet", "%s tasks, not run yet");
    }
  g_string_append_printf (text, _("Run %u"), sy_run_model_get_number (model));
  if (sy_run_model_is_past (model))
    g_string_append_printf (text, _(" · then %s"), sy_run_status_words (state->status));
  else if (sy_run_model_is_interrupted (model))
    g_string_append (text, _(" · Interrupted"));
  else if (state->status != SY_RUN_RUNNING)
    g_string_append_printf (text, " · %s", sy_run_status_words (state->status));
  append_elapsed (text, state, model);
  append_left (text, state, self);
  if (sy_run_model_get_trouble (model) != NULL)
    g_string_append_printf (text, _(" · the log cannot be read: %s"), sy_run_model_get_trouble (model));
  if (sy_run_model_get_file_news (model) != SY_FILE_SAME)
    g_string_append (text, sy_run_model_get_file_news (model) == SY_FILE_GONE ? _(" · file gone") : _(" · file changed since"));
  return g_string_free (text, FALSE);
}

/* --- keeping up --- */

static void
tell_chip (GtkWidget *chip, gboolean visible, const char *tooltip)
{
  gtk_widget_set_visible (chip, visible);
  if (g_strcmp0 (gtk_widget_get_tooltip_text (chip), tooltip) == 0)
    return; /* GTK would ask the display where the pointer is */
  gtk_widget_set_tooltip_text (chip, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip), GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
}

static void
update_chips (SyRunBar *self, const SyRunState *state)
{
  self->quiet = TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      guint32 n = state != NULL ? state->counts[order[i].state] : 0;
      GtkWidget *chip = self->chips[order[i].state];
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *tooltip = NULL;

      sy_words_count (text, n);
      gtk_label_set_text (self->numbers[order[i].state], text->str);
      tooltip = g_strdup_printf (_("%s: %s. Press to dim the others."), sy_state_words (order[i].state), text->str);
      if (order[i].word != NULL)
        {
          g_string_truncate (text, 0);
          sy_words_more (text, g_dpgettext2 (NULL, "tasks in a state", order[i].word), n);
        }
      gtk_label_set_text (self->words[order[i].state], text->str);
      tell_chip (chip, n > 0, tooltip);
      tell_chip (self->brief[order[i].state], n > 0, tooltip);
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (chip), sy_session_get_states (self->session) >> order[i].state & 1);
    }
  self->quiet = FALSE;
}

static void
update (SyRunBar *self)
{
  g_autofree char *facts = NULL;

  self->updated_us = g_get_monotonic_time ();
  if (self->model == NULL)
    {
      gtk_label_set_text (self->name, "");
      gtk_label_set_text (self->facts, "");
      gtk_widget_set_visible (self->show_file, FALSE);
      gtk_widget_set_visible (self->compare, FALSE);
      update_chips (self, NULL);
      return;
    }
  facts = describe (self);
  gtk_label_set_text (self->name, sy_run_model_get_workflow (self->model)->name);
  gtk_label_set_text (self->facts, facts);
  gtk_widget_set_visible (self->show_file, sy_run_model_get_file_news (self->model) == SY_FILE_CHANGED);
  gtk_widget_set_visible (self->compare, sy_run_model_get_file_news (self->model) == SY_FILE_CHANGED);
  update_chips (self, sy_run_model_get_state (self->model));
}

static gboolean
update_late (gpointer data)
{
  SyRunBar *self = data;

  self->late = 0;
  update (self);
  return G_SOURCE_REMOVE;
}

/* At once, but not more often than numbers can be read: what comes sooner waits, for to count and measure takes long where tasks are many. */
static void
update_soon (SyRunBar *self)
{
  gint64 rest = self->updated_us + PACE_US - g_get_monotonic_time ();

  if (self->late != 0)
    return;
  if (rest > 0)
    self->late = g_timeout_add ((guint) (rest / 1000) + 1, update_late, self);
  else
    update (self);
}

static gboolean
on_clock (gpointer data)
{
  SyRunBar *self = data;
  g_autofree char *facts = self->model != NULL ? describe (self) : NULL;

  if (facts != NULL)
    gtk_label_set_text (self->facts, facts);
  return G_SOURCE_CONTINUE;
}

/* The clock ticks only while something goes on. */
static void
update_clock (SyRunBar *self)
{
  gboolean wanted = self->model != NULL && sy_run_model_is_live (self->model) && gtk_widget_get_mapped (GTK_WIDGET (self));

  if (wanted && self->clock == 0)
    self->clock = g_timeout_add_seconds (1, on_clock, self);
  else if (!wanted)
    g_clear_handle_id (&self->clock, g_source_remove);
}

static void
on_run_changed (SyRunBar *self)
{
  update_soon (self);
  update_clock (self);
}

static void
on_model (SyRunBar *self)
{
  SyRunModel *model = sy_session_get_model (self->session);

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "run-changed", G_CALLBACK (on_run_changed), self);
      g_signal_connect_swapped (model, "structure-changed", G_CALLBACK (update), self);
    }
  update (self);
  update_clock (self);
}

static void
on_chip (GtkToggleButton *chip, SyRunBar *self)
{
  guint states = 0;

  if (self->quiet)
    return;
  for (guint i = 0; i < SY_N_STATES; i++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->chips[i])) && gtk_widget_get_visible (self->chips[i]))
      states |= 1u << i;
  sy_session_set_states (self->session, states);
}

/* --- life --- */

static GtkWidget *
make_chip (SyState state, GtkLabel **label)
{
  GtkWidget *chip = gtk_toggle_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  *label = GTK_LABEL (gtk_label_new (NULL));
  gtk_box_append (GTK_BOX (box), sy_state_icon_new (state, 14));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (*label));
  gtk_button_set_child (GTK_BUTTON (chip), box);
  gtk_widget_add_css_class (chip, "chip");
  gtk_widget_add_css_class (GTK_WIDGET (*label), "numeric");
  gtk_widget_set_valign (chip, GTK_ALIGN_CENTER);
  return chip;
}

static GtkWidget *
make_row (GtkWidget **chips, GtkLabel **labels, int spacing)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, spacing);

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      chips[order[i].state] = make_chip (order[i].state, &labels[order[i].state]);
      gtk_box_append (GTK_BOX (box), chips[order[i].state]);
    }
  return box;
}

/* With words where they fit, else with numbers alone; where not even these do, they scroll. */
static GtkWidget *
make_chips (SyRunBar *self)
{
  GtkWidget *squeezer = adw_squeezer_new (), *scroll = gtk_scrolled_window_new ();

  adw_squeezer_add (ADW_SQUEEZER (squeezer), make_row (self->chips, self->words, 6));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_EXTERNAL, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), make_row (self->brief, self->numbers, 3));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), scroll);
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  adw_squeezer_set_xalign (ADW_SQUEEZER (squeezer), 0);
  gtk_widget_set_hexpand (squeezer, TRUE);
  for (guint i = 0; i < SY_N_STATES; i++)
    if (self->chips[i] != NULL)
      {
        g_object_bind_property (self->chips[i], "active", self->brief[i], "active", G_BINDING_BIDIRECTIONAL);
        g_signal_connect (self->chips[i], "toggled", G_CALLBACK (on_chip), self);
      }
  return squeezer;
}

static GtkLabel *
make_label (GtkWidget *box, const char *css, PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_add_css_class (label, css);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);
  return GTK_LABEL (label);
}

static GtkWidget *
make_edit_button (void)
{
  GtkWidget *button = gtk_button_new_with_label (_("Edit"));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.edit");
  gtk_widget_set_tooltip_text (button, _("Edit the Workflow (E)"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_halign (button, GTK_ALIGN_END);
  gtk_widget_add_css_class (button, "chip");
  return button;
}

static void
sy_run_bar_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_run_bar_parent_class)->map (widget);
  update_clock (SY_RUN_BAR (widget));
}

static void
sy_run_bar_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sy_run_bar_parent_class)->unmap (widget);
  update_clock (SY_RUN_BAR (widget));
}

static void
sy_run_bar_dispose (GObject *object)
{
  SyRunBar *self = SY_RUN_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->clock, g_source_remove);
  g_clear_handle_id (&self->late, g_source_remove);
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  g_clear_pointer (&child, gtk_widget_unparent);
  G_OBJECT_CLASS (sy_run_bar_parent_class)->dispose (object);
}

static void
sy_run_bar_class_init (SyRunBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_run_bar_dispose;
  widget_class->map = sy_run_bar_map;
  widget_class->unmap = sy_run_bar_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "runbar");
}

static void
sy_run_bar_init (SyRunBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  self->name = make_label (box, "heading", PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (self->name, 24);
  self->facts = make_label (box, "dim-label", PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->facts), "numeric");
  self->show_file = gtk_button_new_with_label (_("Show File"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->show_file), "win.show-file");
  gtk_widget_set_tooltip_text (self->show_file, _("Show the workflow as its file has it now"));
  gtk_widget_set_valign (self->show_file, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->show_file, FALSE);
  gtk_widget_add_css_class (self->show_file, "chip");
  self->compare = gtk_button_new_with_label (_("Compare"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->compare), "win.compare-file");
  gtk_widget_set_tooltip_text (self->compare, _("What was changed in the file since this run began"));
  gtk_widget_set_valign (self->compare, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->compare, FALSE);
  gtk_widget_add_css_class (self->compare, "chip");
  gtk_box_append (GTK_BOX (box), self->compare);
  gtk_box_append (GTK_BOX (box), self->show_file);
  gtk_box_append (GTK_BOX (box), make_chips (self));
  gtk_box_append (GTK_BOX (box), make_edit_button ());
  gtk_widget_set_parent (box, GTK_WIDGET (self));
}

GtkWidget *
sy_run_bar_new (SySession *session)
{
  SyRunBar *self = g_object_new (SY_TYPE_RUN_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (on_model), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::states", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  on_model (self);
  return GTK_WIDGET (self);
}

