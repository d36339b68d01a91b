/* sy-failure-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-failure-bar.h"

#include "core/model/sy-shell-fault.h"
#include "core/model/sy-words.h"
#include "views/sy-last-error.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>

#define GAP 6             /* pixels: a space in the heading's font */
#define WHICH_SHARE 0.55  /* of the line, at most, for the task and what more there is */
#define MOST_READ 64 /* failures whose last lines are compared */

struct _SyFailureBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  SyRunModel *model;    /* (owned) (nullable) */
  GtkRevealer *revealer;
  GtkWidget *icon, *rerun, *show;
  GtkWidget *words;
  GtkLabel *label, *which;      /* children of words */
  GHashTable *said;             /* (owned) task number -> Said */
};

/* The last error line of an attempt; NULL = none, or not known yet */
typedef struct
{
  guint32 attempt;
  char *line;
} Said;

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

/* --- what they said last --- */

static void
said_free (gpointer data)
{
  Said *said = data;

  g_free (said->line);
  g_free (said);
}

static void update (SyFailureBar *self);

typedef struct { GWeakRef bar; guint32 number, attempt; } Asked;

static void
on_line (const char *line, gpointer data)
{
  Asked *asked = data;
  g_autoptr (SyFailureBar) self = g_weak_ref_get (&asked->bar);
  Said *said = self != NULL ? g_hash_table_lookup (self->said, GUINT_TO_POINTER (asked->number)) : NULL;

  if (said != NULL && said->attempt == asked->attempt && line != NULL)
    {
      g_free (said->line);
      said->line = g_strdup (g_ascii_strncasecmp (line, "error: ", 7) == 0 ? line + 7 : line);
      update (self);
    }
  g_weak_ref_clear (&asked->bar);
  g_free (asked);
}

/* (nullable): its last error line; asked for where it is not known yet */
static const char *
line_of (SyFailureBar *self, const SyRunState *state, guint32 index)
{
  guint32 number = state->workflow->tasks[index].number, attempt = sy_run_state_at (state, index)->attempt;
  Said *said = g_hash_table_lookup (self->said, GUINT_TO_POINTER (number));
  Asked *asked;

  if (said != NULL && said->attempt == attempt)
    return said->line;
  said = g_new0 (Said, 1);
  said->attempt = attempt;
  g_hash_table_insert (self->said, GUINT_TO_POINTER (number), said);
  if (attempt == 0)
    return NULL;
  asked = g_new0 (Asked, 1);
  g_weak_ref_init (&asked->bar, self);
  asked->number = number;
  asked->attempt = attempt;
  sy_last_error_find (sy_session_get_controller (self->session), number, attempt, on_line, asked);
  return NULL;
}

/* The same last line; where neither said anything, the same end */
static gboolean
is_same (SyFailureBar *self, const SyRunState *state, guint32 a, guint32 b)
{
  const char *said_a = line_of (self, state, a), *said_b = line_of (self, state, b);
  g_autoptr (GString) end_a = g_string_new (NULL), end_b = g_string_new (NULL);

  if (said_a != NULL || said_b != NULL)
    return g_strcmp0 (said_a, said_b) == 0;
  sy_words_failure (end_a, sy_run_state_at (state, a));
  sy_words_failure (end_b, sy_run_state_at (state, b));
  return g_string_equal (end_a, end_b);
}

/* How many of the failures are the same as the first */
static guint
count_same (SyFailureBar *self, const SyRunState *state, guint32 first)
{
  guint same = 1, seen = 1;

  for (guint32 i = first + 1; i < state->workflow->n_tasks && seen < MOST_READ; i++)
    if (is_root (sy_run_state_at (state, i)))
      {
        seen++;
        same += is_same (self, state, first, i);
      }
  return same;
}

/* --- words --- */

/* "2 failed", "1 lost", "2 failed, 1 lost" */
static char *
count_words (const SyRunState *state)
{
  g_autofree char *failed = sy_words_counted (state->counts[SY_STATE_FAILED], "%s failed", "%s failed");
  g_autofree char *lost = sy_words_counted (state->counts[SY_STATE_LOST], "%s lost", "%s lost");

  if (state->counts[SY_STATE_LOST] == 0)
    return g_steal_pointer (&failed);
  return state->counts[SY_STATE_FAILED] > 0 ? g_strdup_printf ("%s, %s", failed, lost) : g_steal_pointer (&lost);
}

/* "2 failed: cannot open /data/gazetteer.db" */
static char *
describe (const SyRunState *state, guint32 first, const char *line)
{
  g_autofree char *counts = count_words (state);
  g_autofree char *brief = sy_words_dup_brief (state, state->workflow->tasks[first].number, g_get_real_time ());
  g_autofree char *fault = sy_shell_fault_describe (sy_run_state_at (state, first), brief, line);
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%s: %s", counts, fault != NULL ? fault : line == NULL || *line == '\0' ? brief : line);
  if (g_str_has_suffix (text->str, ":") || g_str_has_suffix (text->str, "."))
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

/* "(entities) · 1 more", "(same error × 24) · 2 more" */
static char *
describe_which (const SyRunState *state, guint n, guint32 first, guint same)
{
  g_autofree char *times = same > 1 ? sy_words_counted (same, "same error × %s", "same error × %s") : NULL;
  GString *text = g_string_new (NULL);

  g_string_printf (text, "(%s)", times != NULL ? times : state->workflow->tasks[first].id);
  if (n > same)
    sy_words_more (text, _(" · %s more"), n - same);
  return g_string_free (text, FALSE);
}

static void
show_words (SyFailureBar *self, const SyRunState *state, guint n, guint32 first)
{
  const char *line = line_of (self, state, first);
  g_autofree char *what = describe (state, first, line);
  g_autofree char *which = describe_which (state, n, first, count_same (self, state, first));
  g_autofree char *whole = g_strconcat (what, " ", which, NULL);

  gtk_label_set_text (self->label, what);
  gtk_label_set_text (self->which, which);
  gtk_widget_set_tooltip_text (self->words, whole);
}

static void
update (SyFailureBar *self)
{
  const SyRunState *state = self->model != NULL ? sy_run_model_get_state (self->model) : NULL;
  gboolean lost = FALSE;
  guint32 first = SY_NO_TASK;
  guint n = state != NULL && !sy_run_model_is_past (self->model) ? find_failures (state, &first, &lost) : 0;

  gtk_revealer_set_reveal_child (self->revealer, n > 0);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
  if (n == 0)
    return;
  show_words (self, state, n, first);
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
  g_hash_table_remove_all (self->said);
  if (model != NULL)
    g_signal_connect_swapped (model, "run-changed", G_CALLBACK (update), self);
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
  g_clear_pointer (&self->said, g_hash_table_unref);
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

/* --- the line: what happened, and right behind it in which task; the longer of them is cut --- */

static int
natural_width (GtkWidget *widget)
{
  int natural;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static void
measure_words (GtkWidget *words, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *minimum_baseline,
               int *natural_baseline)
{
  GtkWidget *label = gtk_widget_get_first_child (words), *which = gtk_widget_get_last_child (words);
  int of_which;

  gtk_widget_measure (label, orientation, -1, minimum, natural, minimum_baseline, natural_baseline);
  if (orientation != GTK_ORIENTATION_HORIZONTAL)
    return;
  gtk_widget_measure (which, orientation, -1, &of_which, NULL, NULL, NULL);
  *minimum += GAP + of_which;
  *natural += GAP + natural_width (which);
}

static void
allocate_words (GtkWidget *words, int width, int height, int baseline)
{
  GtkWidget *label = gtk_widget_get_first_child (words), *which = gtk_widget_get_last_child (words);
  int room = width - GAP, of_label = natural_width (label), of_which = natural_width (which);
  PangoRectangle ink;

  if (of_label + of_which > room)
    of_which = MIN (of_which, MAX ((int) (room * WHICH_SHARE), room - of_label));
  of_label = MIN (of_label, room - of_which);
  gtk_widget_size_allocate (label, &(GtkAllocation){ 0, 0, of_label, height }, baseline);
  /* Pango widens an ellipsis to fill the line: the task stands behind what is drawn. */
  pango_layout_get_pixel_extents (gtk_label_get_layout (GTK_LABEL (label)), &ink, NULL);
  of_label = MIN (of_label, ink.x + ink.width);
  gtk_widget_size_allocate (which, &(GtkAllocation){ of_label + GAP, 0, MAX (of_which, 0), height }, baseline);
}

static GtkLabel *
make_words (PangoEllipsizeMode ellipsize)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), ellipsize);
  gtk_widget_add_css_class (label, "heading");
  return GTK_LABEL (label);
}

static void
sy_failure_bar_init (SyFailureBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  self->icon = sy_state_icon_new (SY_STATE_FAILED, 18);
  self->said = g_hash_table_new_full (NULL, NULL, NULL, said_free);
  self->words = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_layout_manager (self->words, gtk_custom_layout_new (NULL, measure_words, allocate_words));
  gtk_widget_set_hexpand (self->words, TRUE);
  self->label = make_words (PANGO_ELLIPSIZE_END);
  self->which = make_words (PANGO_ELLIPSIZE_MIDDLE);
  gtk_box_append (GTK_BOX (self->words), GTK_WIDGET (self->label));
  gtk_box_append (GTK_BOX (self->words), GTK_WIDGET (self->which));
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->words);
  self->show = make_button (box, _("Show"), "win.next-failure", _("Show the Failure and Its Output (F4)"));
  self->rerun = make_button (box, C_("beside a failure", "Re-run Failed…"), "win.rerun-failed", _("See What Would Run Again (Ctrl+R)"));
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
