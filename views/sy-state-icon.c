/* sy-state-icon.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-state-icon.h"

#include "views/scene/sy-paint.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>

struct _SyStateIcon
{
  GtkWidget parent;
  SyState state;
  int size;
};

G_DEFINE_FINAL_TYPE (SyStateIcon, sy_state_icon, GTK_TYPE_WIDGET)

static void
sy_state_icon_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                       int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SY_STATE_ICON (widget)->size;
}

static void
sy_state_icon_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyStateIcon *self = SY_STATE_ICON (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));

  sy_paint_state_icon (sy_theme_get_style (), cr, self->state, (width - self->size) / 2.0, (height - self->size) / 2.0, self->size);
  cairo_destroy (cr);
}

static void
sy_state_icon_class_init (SyStateIconClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = sy_state_icon_measure;
  widget_class->snapshot = sy_state_icon_snapshot;
  /* The word always stands beside it. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
sy_state_icon_init (SyStateIcon *self)
{
  self->size = 18;
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_can_target (GTK_WIDGET (self), FALSE);
  sy_theme_watch (self, (void (*) (gpointer)) gtk_widget_queue_draw);
}

GtkWidget *
sy_state_icon_new (SyState state, int size)
{
  SyStateIcon *self = g_object_new (SY_TYPE_STATE_ICON, NULL);

  self->state = state;
  self->size = size;
  return GTK_WIDGET (self);
}

void
sy_state_icon_set_state (SyStateIcon *self, SyState state)
{
  g_return_if_fail (SY_IS_STATE_ICON (self));
  if (self->state == state)
    return;
  self->state = state;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
sy_run_status_words (SyRunStatus status)
{
  static const char *const words[SY_N_RUN_STATUSES] = {
    [SY_RUN_QUEUED] = N_("Queued"),       [SY_RUN_RUNNING] = N_("Running"),
    [SY_RUN_PAUSED] = N_("Paused"),       [SY_RUN_WAITING] = N_("Waiting for you"),
    [SY_RUN_STALLED] = N_("Stalled"),     [SY_RUN_STOPPING] = N_("Stopping"),
    [SY_RUN_SUCCEEDED] = N_("Succeeded"), [SY_RUN_PARTIALLY_SUCCEEDED] = N_("Partially succeeded"),
    [SY_RUN_FAILED] = N_("Failed"),       [SY_RUN_CANCELLED] = N_("Cancelled"),
    [SY_RUN_LOST] = N_("Lost"),
  };

  return status < SY_N_RUN_STATUSES ? _(words[status]) : "";
}

const char *
sy_state_words (SyState state)
{
  static const char *const words[SY_N_STATES] = {
    [SY_STATE_PENDING] = N_("Pending"),     [SY_STATE_READY] = N_("Held"),     [SY_STATE_WAITING] = N_("Needs You"),
    [SY_STATE_RUNNING] = N_("Running"),     [SY_STATE_SUCCEEDED] = N_("Succeeded"), [SY_STATE_FAILED] = N_("Failed"),
    [SY_STATE_LOST] = N_("Lost"),           [SY_STATE_SKIPPED] = N_("Skipped"), [SY_STATE_UPSTREAM_FAILED] = N_("Blocked"),
    [SY_STATE_CANCELLED] = N_("Cancelled"),
  };

  return state < SY_N_STATES ? _(words[state]) : "";
}
