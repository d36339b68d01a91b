/* sy-time-bar.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-time-bar.h"

#include "core/model/sy-words.h"

#include <glib/gi18n.h>

#define PLAY_MS 50
#define WHOLE_US (30 * (gint64) G_USEC_PER_SEC) /* at the speed proposed a run is played in at most so long, if any speed does it */

static const guint speeds[] = { 1, 2, 5, 10, 60, 600 };
static const char *const speed_words[] = { "1×", "2×", "5×", "10×", "60×", "600×", NULL };

struct _SyTimeBar
{
  GtkWidget parent;

  SySession *session;   /* (owned) */
  GtkRevealer *revealer;
  GtkWidget *play, *speed;
  GtkLabel *told;
  GtkScale *scale;
  guint playing;
  gint64 played_us;     /* monotonic: until when it was played */
  gboolean quiet;       /* the slider is being set, not moved */
};

G_DEFINE_FINAL_TYPE (SyTimeBar, sy_time_bar, GTK_TYPE_WIDGET)

static SyTimeline *
get_timeline (SySession *session)
{
  SyRunModel *model = sy_session_get_model (session);
  SyTimeline *timeline = model != NULL && sy_run_model_get_run_id (model) != NULL ? sy_run_model_get_timeline (model) : NULL;

  return timeline != NULL && sy_timeline_get_begin (timeline) > 0 ? timeline : NULL;
}

gboolean
sy_time_bar_toggle (SySession *session)
{
  SyTimeline *timeline = get_timeline (session);

  if (timeline == NULL)
    return FALSE;
  sy_session_set_instant (session, sy_session_get_instant (session) != 0 ? 0 : sy_timeline_get_end (timeline));
  return TRUE;
}

/* --- what is said --- */

static char *
describe (SySession *session, gint64 instant)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (instant / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_local (utc);
  g_autofree char *clock = g_date_time_format (local, "%H:%M:%S");
  g_autofree char *since = sy_words_dup_duration (instant - sy_timeline_get_begin (get_timeline (session)));

  return g_strdup_printf (_("The past: %s, %s after start"), clock, since);
}

static void
stop (SyTimeBar *self)
{
  g_clear_handle_id (&self->playing, g_source_remove);
  gtk_button_set_icon_name (GTK_BUTTON (self->play), "media-playback-start-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Play"), -1);
}

/* The slowest speed at which all of the run takes no longer than it should */
static guint
propose_speed (gint64 length_us)
{
  guint i = 0;

  while (i + 1 < G_N_ELEMENTS (speeds) && length_us / speeds[i] > WHOLE_US)
    i++;
  return i;
}

static void
update (SyTimeBar *self)
{
  SyTimeline *timeline = get_timeline (self->session);
  gint64 instant = timeline != NULL ? sy_session_get_instant (self->session) : 0;
  g_autofree char *text = NULL;
  double begin, end;

  if (instant != 0 && !gtk_widget_get_visible (GTK_WIDGET (self)))
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->speed),
                                propose_speed (sy_timeline_get_end (timeline) - sy_timeline_get_begin (timeline)));
  gtk_widget_set_visible (GTK_WIDGET (self), instant != 0);
  gtk_revealer_set_reveal_child (self->revealer, instant != 0);
  if (instant == 0)
    {
      stop (self);
      return;
    }
  begin = (double) sy_timeline_get_begin (timeline);
  end = MAX ((double) sy_timeline_get_end (timeline), begin + 1);
  text = describe (self->session, instant);
  self->quiet = TRUE;
  gtk_range_set_range (GTK_RANGE (self->scale), 0, end - begin);
  gtk_range_set_increments (GTK_RANGE (self->scale), (end - begin) / 200, (end - begin) / 20);
  gtk_range_set_value (GTK_RANGE (self->scale), (double) instant - begin);
  self->quiet = FALSE;
  gtk_label_set_text (self->told, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scale), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, text, -1);
}

/* --- what is done --- */

static void
on_value (SyTimeBar *self)
{
  SyTimeline *timeline = get_timeline (self->session);

  if (self->quiet || timeline == NULL)
    return;
  sy_session_set_instant (self->session, sy_timeline_get_begin (timeline) + (gint64) gtk_range_get_value (GTK_RANGE (self->scale)));
}

static gboolean
on_play (gpointer data)
{
  SyTimeBar *self = data;
  SyTimeline *timeline = get_timeline (self->session);
  gint64 now = g_get_monotonic_time (), instant = sy_session_get_instant (self->session), end;

  if (timeline == NULL || instant == 0)
    {
      self->playing = 0;
      stop (self);
      return G_SOURCE_REMOVE;
    }
  end = sy_timeline_get_end (timeline);
  instant += (now - self->played_us) * speeds[gtk_drop_down_get_selected (GTK_DROP_DOWN (self->speed))];
  self->played_us = now;
  sy_session_set_instant (self->session, MIN (instant, end));
  if (instant < end)
    return G_SOURCE_CONTINUE;
  self->playing = 0;
  stop (self);
  return G_SOURCE_REMOVE;
}

static void
on_play_clicked (SyTimeBar *self)
{
  SyTimeline *timeline = get_timeline (self->session);

  if (self->playing != 0 || timeline == NULL)
    {
      stop (self);
      return;
    }
  if (sy_session_get_instant (self->session) >= sy_timeline_get_end (timeline))
    sy_session_set_instant (self->session, sy_timeline_get_begin (timeline));
  self->played_us = g_get_monotonic_time ();
  self->playing = g_timeout_add (PLAY_MS, on_play, self);
  gtk_button_set_icon_name (GTK_BUTTON (self->play), "media-playback-pause-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->play), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Stop Playing"), -1);
}

static void
on_back (SyTimeBar *self)
{
  sy_session_set_instant (self->session, 0);
}

/* --- life --- */

static void
sy_time_bar_dispose (GObject *object)
{
  SyTimeBar *self = SY_TIME_BAR (object);
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));

  g_clear_handle_id (&self->playing, g_source_remove);
  g_clear_pointer (&child, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_time_bar_parent_class)->dispose (object);
}

static void
sy_time_bar_class_init (SyTimeBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_time_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "timebar");
}

static void
label (GtkWidget *widget, const char *name)
{
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
sy_time_bar_init (SyTimeBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10), *back = gtk_button_new_with_label (_("Back to Now"));

  self->play = gtk_button_new_from_icon_name ("media-playback-start-symbolic");
  self->scale = GTK_SCALE (gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 1));
  self->speed = gtk_drop_down_new_from_strings (speed_words);
  self->told = GTK_LABEL (gtk_label_new (NULL));
  label (self->play, _("Play"));
  label (GTK_WIDGET (self->scale), _("Instant Shown"));
  label (self->speed, _("Speed"));
  gtk_scale_set_draw_value (self->scale, FALSE);
  gtk_widget_set_hexpand (GTK_WIDGET (self->scale), TRUE);
  gtk_widget_set_size_request (GTK_WIDGET (self->scale), 120, -1);
  gtk_label_set_ellipsize (self->told, PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (self->told, 18);
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "heading");
  gtk_widget_add_css_class (GTK_WIDGET (self->told), "numeric");
  gtk_widget_add_css_class (back, "suggested-action");
  gtk_widget_set_valign (self->play, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->speed, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (back, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->play);
  gtk_box_append (GTK_BOX (box), self->speed);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->scale));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->told));
  gtk_box_append (GTK_BOX (box), back);
  self->revealer = GTK_REVEALER (gtk_revealer_new ());
  gtk_revealer_set_child (self->revealer, box);
  gtk_widget_set_parent (GTK_WIDGET (self->revealer), GTK_WIDGET (self));
  g_signal_connect_object (self->play, "clicked", G_CALLBACK (on_play_clicked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->scale, "value-changed", G_CALLBACK (on_value), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (back, "clicked", G_CALLBACK (on_back), self, G_CONNECT_SWAPPED);
}

GtkWidget *
sy_time_bar_new (SySession *session)
{
  SyTimeBar *self = g_object_new (SY_TYPE_TIME_BAR, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "notify::instant", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  return GTK_WIDGET (self);
}
