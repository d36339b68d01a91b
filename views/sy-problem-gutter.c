/* sy-problem-gutter.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-problem-gutter.h"

#include "views/sy-theme.h"

#define ICON_SIZE 14

struct _SyProblemGutter
{
  GtkSourceGutterRenderer parent;

  GtkTextTag *error, *hint; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (SyProblemGutter, sy_problem_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER)

/* Begins in that line */
static gboolean
begins_in (const GtkTextIter *line, GtkTextTag *tag)
{
  GtkTextIter at = *line;

  if (gtk_text_iter_starts_tag (&at, tag))
    return TRUE;
  while (gtk_text_iter_forward_to_tag_toggle (&at, tag) && gtk_text_iter_get_line (&at) == gtk_text_iter_get_line (line))
    if (gtk_text_iter_starts_tag (&at, tag))
      return TRUE;
  return FALSE;
}

/* (nullable): nothing is wrong there */
static const char *
icon_of (SyProblemGutter *self, GtkSourceGutterLines *lines, guint line, gboolean *is_error)
{
  GtkTextIter iter;

  gtk_source_gutter_lines_get_iter_at_line (lines, &iter, line);
  *is_error = self->error != NULL && begins_in (&iter, self->error);
  if (*is_error)
    return "dialog-error-symbolic";
  return self->hint != NULL && begins_in (&iter, self->hint) ? "dialog-warning-symbolic" : NULL;
}

/* A renderer of icons paints them all in the colour of text. */
static void
snapshot_line (GtkSourceGutterRenderer *renderer, GtkSnapshot *snapshot, GtkSourceGutterLines *lines, guint line)
{
  GtkWidget *widget = GTK_WIDGET (renderer);
  const SyStyle *style = sy_theme_get_style ();
  gboolean is_error;
  const char *name = icon_of (SY_PROBLEM_GUTTER (renderer), lines, line, &is_error);
  g_autoptr (GtkIconPaintable) icon = NULL;
  GdkRGBA colour;
  int y, height;

  if (name == NULL)
    return;
  colour = sy_theme_rgba (&style->state[is_error ? SY_STATE_FAILED : SY_STATE_READY]);
  gtk_source_gutter_lines_get_line_yrange (lines, line, GTK_SOURCE_GUTTER_RENDERER_ALIGNMENT_MODE_FIRST, &y, &height);
  icon = gtk_icon_theme_lookup_icon (gtk_icon_theme_get_for_display (gtk_widget_get_display (widget)), name, NULL, ICON_SIZE,
                                     gtk_widget_get_scale_factor (widget), gtk_widget_get_direction (widget), 0);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (gtk_widget_get_width (widget) - ICON_SIZE) / 2, (float) y + (float) (height - ICON_SIZE) / 2));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE, ICON_SIZE,
                                            (GdkRGBA[]){ colour, colour, colour, colour }, 4);
  gtk_snapshot_restore (snapshot);
}

void
sy_problem_gutter_set_tags (SyProblemGutter *self, GtkTextTag *error, GtkTextTag *hint)
{
  g_set_object (&self->error, error);
  g_set_object (&self->hint, hint);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sy_problem_gutter_dispose (GObject *object)
{
  SyProblemGutter *self = SY_PROBLEM_GUTTER (object);

  g_clear_object (&self->error);
  g_clear_object (&self->hint);
  G_OBJECT_CLASS (sy_problem_gutter_parent_class)->dispose (object);
}

static void
sy_problem_gutter_class_init (SyProblemGutterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_problem_gutter_dispose;
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->snapshot_line = snapshot_line;
}

static void
sy_problem_gutter_init (SyProblemGutter *self)
{
}

GtkSourceGutterRenderer *
sy_problem_gutter_new (void)
{
  return g_object_new (SY_TYPE_PROBLEM_GUTTER, "xpad", 2, "width-request", 20, NULL);
}
