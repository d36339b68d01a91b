/* sy-problem-gutter.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-problem-gutter.h"

struct _SyProblemGutter
{
  GtkSourceGutterRendererPixbuf parent;

  GtkTextTag *error, *hint; /* (owned) (nullable) */
};

G_DEFINE_FINAL_TYPE (SyProblemGutter, sy_problem_gutter, GTK_SOURCE_TYPE_GUTTER_RENDERER_PIXBUF)

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

static void
query_data (GtkSourceGutterRenderer *renderer, GtkSourceGutterLines *lines, guint line)
{
  SyProblemGutter *self = SY_PROBLEM_GUTTER (renderer);
  const char *icon = NULL;
  GtkTextIter iter;

  gtk_source_gutter_lines_get_iter_at_line (lines, &iter, line);
  if (self->error != NULL && begins_in (&iter, self->error))
    icon = "dialog-error-symbolic";
  else if (self->hint != NULL && begins_in (&iter, self->hint))
    icon = "dialog-warning-symbolic";
  gtk_source_gutter_renderer_pixbuf_set_icon_name (GTK_SOURCE_GUTTER_RENDERER_PIXBUF (self), icon);
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
  GTK_SOURCE_GUTTER_RENDERER_CLASS (klass)->query_data = query_data;
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
