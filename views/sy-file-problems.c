/* sy-file-problems.c: what is wrong, underlined where it stands, and mended where that is known
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-file-pane-private.h"

#include "views/sy-problem-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

static const GPtrArray *
problems_of (SyFilePane *self)
{
  return self->sync != NULL && !sy_design_is_blank (self->design) ? sy_design_get_revision (self->design)->problems : NULL;
}

/* At least one character, so that there is something to be seen */
static void
get_range (SyFilePane *self, const SyDesignProblem *problem, GtkTextIter *start, GtkTextIter *end)
{
  sy_file_edit_get_iter (self, problem->start, start);
  sy_file_edit_get_iter (self, problem->end, end);
  if (gtk_text_iter_compare (start, end) < 0)
    return;
  if (!gtk_text_iter_ends_line (end))
    gtk_text_iter_forward_char (end);
  else if (!gtk_text_iter_starts_line (start))
    gtk_text_iter_backward_char (start);
}

static void
forget (SyFilePane *self)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (GTK_TEXT_BUFFER (self->buffer), &start, &end);
  gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self->buffer), self->error_tag, &start, &end);
  gtk_text_buffer_remove_tag (GTK_TEXT_BUFFER (self->buffer), self->hint_tag, &start, &end);
  self->tagged = 0;
}

void
sy_file_problems_show (SyFilePane *self)
{
  const GPtrArray *problems = problems_of (self);

  if (self->tagged > 0)
    forget (self);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const SyDesignProblem *problem = g_ptr_array_index (problems, i);
      GtkTextIter start, end;

      if (problem->line == 0)
        continue;
      get_range (self, problem, &start, &end);
      gtk_text_buffer_apply_tag (GTK_TEXT_BUFFER (self->buffer), problem->is_error ? self->error_tag : self->hint_tag, &start, &end);
      self->tagged++;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self->gutter));
}

const SyDesignProblem *
sy_file_problems_at_cursor (SyFilePane *self, gboolean fixable)
{
  const GPtrArray *problems = problems_of (self);
  const SyDesignProblem *in_line = NULL;
  GtkTextIter cursor, start, end;
  guint line;

  gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &cursor, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  line = (guint) gtk_text_iter_get_line (&cursor);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const SyDesignProblem *problem = g_ptr_array_index (problems, i);

      if (problem->line == 0 || (fixable && problem->fix_text == NULL))
        continue;
      get_range (self, problem, &start, &end);
      if (gtk_text_iter_compare (&start, &cursor) <= 0 && gtk_text_iter_compare (&cursor, &end) <= 0)
        return problem;
      if (in_line == NULL && (guint) gtk_text_iter_get_line (&start) <= line && line <= (guint) gtk_text_iter_get_line (&end))
        in_line = problem;
    }
  return in_line;
}

void
sy_file_problems_fix (SyFilePane *self)
{
  const SyDesignProblem *problem;

  /* offsets are the revision's */
  if (self->sync == NULL || sy_text_sync_is_dirty (self->sync) || sy_design_is_busy (self->design))
    return;
  problem = sy_file_problems_at_cursor (self, TRUE);
  if (problem != NULL)
    sy_problem_fix (self->design, problem);
}

void
sy_file_problems_silence (SyFilePane *self)
{
  const SyDesignProblem *problem;

  if (self->sync == NULL || sy_text_sync_is_dirty (self->sync) || sy_design_is_busy (self->design))
    return;
  problem = sy_file_problems_at_cursor (self, FALSE);
  if (problem != NULL)
    sy_problem_silence (self->design, problem);
}

/* --- tooltips --- */

static gboolean
on_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, SyFilePane *self)
{
  const GPtrArray *problems = problems_of (self);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkTextIter at, start, end;
  int left, top;

  if (problems == NULL || problems->len == 0)
    return FALSE;
  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (widget), GTK_TEXT_WINDOW_WIDGET, x, y, &left, &top);
  if (keyboard)
    gtk_text_buffer_get_iter_at_mark (GTK_TEXT_BUFFER (self->buffer), &at, gtk_text_buffer_get_insert (GTK_TEXT_BUFFER (self->buffer)));
  else if (!gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (widget), &at, left, top))
    return FALSE;
  for (guint i = 0; i < problems->len; i++)
    {
      const SyDesignProblem *problem = g_ptr_array_index (problems, i);

      if (problem->line == 0)
        continue;
      get_range (self, problem, &start, &end);
      if (gtk_text_iter_compare (&start, &at) <= 0 && gtk_text_iter_compare (&at, &end) <= 0)
        sy_problem_words (problem, text->len > 0 ? "\n\n" : "", text);
    }
  gtk_tooltip_set_text (tooltip, text->str);
  return text->len > 0;
}

/* All of the line */
static gboolean
on_gutter_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, SyFilePane *self)
{
  const GPtrArray *problems = problems_of (self);
  g_autoptr (GString) text = g_string_new (NULL);
  GtkTextIter at, start;
  int left, top;

  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self->view), GTK_TEXT_WINDOW_LEFT, x, y, &left, &top);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self->view), &at, top, NULL);
  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const SyDesignProblem *problem = g_ptr_array_index (problems, i);

      if (problem->line == 0)
        continue;
      sy_file_edit_get_iter (self, problem->start, &start);
      if (gtk_text_iter_get_line (&start) == gtk_text_iter_get_line (&at))
        sy_problem_words (problem, text->len > 0 ? "\n\n" : "", text);
    }
  gtk_tooltip_set_text (tooltip, text->str);
  return text->len > 0;
}

void
sy_file_problems_prepare (SyFilePane *self)
{
  static const GdkRGBA red = { 0.88f, 0.11f, 0.14f, 1 }, amber = { 0.9f, 0.58f, 0.04f, 1 };
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);

  self->error_tag = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_ERROR, "underline-rgba", &red, NULL);
  self->hint_tag = gtk_text_buffer_create_tag (buffer, NULL, "underline", PANGO_UNDERLINE_ERROR, "underline-rgba", &amber, NULL);
  self->tagged = 0;
  sy_problem_gutter_set_tags (self->gutter, self->error_tag, self->hint_tag);
}

void
sy_file_problems_add (SyFilePane *self)
{
  GtkSourceGutterRenderer *gutter = sy_problem_gutter_new ();

  self->gutter = SY_PROBLEM_GUTTER (gutter);
  gtk_source_gutter_insert (gtk_source_view_get_gutter (self->view, GTK_TEXT_WINDOW_LEFT), gutter, -1);
  gtk_widget_set_has_tooltip (GTK_WIDGET (gutter), TRUE);
  g_signal_connect_object (gutter, "query-tooltip", G_CALLBACK (on_gutter_tooltip), self, 0);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self->view), TRUE);
  g_signal_connect_object (self->view, "query-tooltip", G_CALLBACK (on_query_tooltip), self, 0);
}
