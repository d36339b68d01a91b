/* sy-text-pane-take.c: a text taken out of the pane: copied, saved, or as a text to walk in
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-pane-private.h"

#include "views/sy-output-view.h"
#include "views/sy-text-line.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_COPIED (4 * 1024 * 1024)
#define MOST_PLAIN (1024 * 1024)

/* --- copying --- */

/* The text as it is shown, from and to where it is selected */
static char *
render_selected (const GString *raw, guint from, guint to)
{
  g_auto (GStrv) lines = NULL;
  GString *out = g_string_new (NULL);
  gsize start = 0;

  while (start < raw->len)
    {
      const char *newline = memchr (raw->str + start, '\n', raw->len - start);
      gsize end = newline != NULL ? (gsize) (newline - raw->str) : raw->len, length = end - start;
      gsize before = out->len;
      gboolean last = end + 1 >= raw->len;

      if (length > 0 && raw->str[end - 1] == '\r')
        length--;
      sy_text_line_render (raw->str + start, length, out, NULL, NULL);
      if (last && to < out->len - before)
        g_string_truncate (out, before + to);
      else if (!last || to == G_MAXUINT)
        g_string_append_c (out, '\n');
      start = end + 1;
    }
  return g_string_free (g_string_erase (out, 0, (gssize) MIN (from, out->len)), FALSE);
}

static void
on_taken_for_copy (const GString *text, gboolean truncated, const GError *error, gpointer data)
{
  SyTextPane *self = data;
  SyOutputPlace from, to;
  g_autofree char *shown = NULL;

  if (error != NULL)
    sy_text_pane_say (self, _("The text cannot be copied: %s"), error->message);
  else if (truncated)
    sy_text_pane_say (self, _("That is more than 4 MB: save it instead"));
  else if (sy_output_view_get_selection (SY_OUTPUT_VIEW (self->view), &from, &to))
    {
      shown = render_selected (text, from.byte, to.byte);
      gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), shown);
      sy_text_pane_say (self, _("Copied"));
    }
}

static void
on_copy (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyTextPane *self = data;
  SyOutputPlace from, to;

  if (self->model == NULL)
    return;
  if (sy_output_view_get_selection (SY_OUTPUT_VIEW (self->view), &from, &to))
    sy_text_model_take (self->model, from.line, to.line, MOST_COPIED, on_taken_for_copy, self);
  else
    sy_text_pane_say (self, _("Nothing is selected"));
}

static void
on_select_all (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_output_view_select_all (SY_OUTPUT_VIEW (((SyTextPane *) data)->view));
}

/* --- as text --- */

static void
on_taken_for_plain (const GString *text, gboolean truncated, const GError *error, gpointer data)
{
  SyTextPane *self = data;
  g_autofree char *shown = text != NULL ? render_selected (text, 0, G_MAXUINT) : g_strdup (error->message);
  GtkTextIter iter;

  gtk_text_buffer_set_text (gtk_text_view_get_buffer (self->plain), shown, -1);
  if (self->plain_end)
    gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (self->plain), &iter);
  else
    gtk_text_buffer_get_start_iter (gtk_text_view_get_buffer (self->plain), &iter);
  gtk_text_buffer_place_cursor (gtk_text_view_get_buffer (self->plain), &iter);
  self->plain_shown = TRUE;
  sy_text_pane_show_page (self);
  gtk_text_view_scroll_to_mark (self->plain, gtk_text_buffer_get_insert (gtk_text_view_get_buffer (self->plain)), 0, FALSE, 0, 0);
  gtk_widget_grab_focus (GTK_WIDGET (self->plain));
  if (truncated)
    sy_text_pane_say (self, _("As text: 1 MB from the line that was on top"));
}

void
sy_text_pane_toggle_plain (SyTextPane *self)
{
  guint64 n, top;

  g_return_if_fail (SY_IS_TEXT_PANE (self));
  n = self->model != NULL ? sy_text_model_get_n_lines (self->model) : 0;
  if (self->plain_shown || n == 0)
    {
      self->plain_shown = FALSE;
      sy_text_pane_show_page (self);
      gtk_widget_grab_focus (self->view);
      return;
    }
  top = sy_text_model_get_tail (self->model, MOST_PLAIN);
  self->plain_end = sy_output_view_is_at_end (SY_OUTPUT_VIEW (self->view));
  if (top > 0 && !self->plain_end)
    top = sy_output_view_get_top (SY_OUTPUT_VIEW (self->view));
  sy_text_model_take (self->model, top, n - 1, MOST_PLAIN, on_taken_for_plain, self);
}

static void
on_as_text (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_text_pane_toggle_plain (data);
}

/* --- saving --- */

static void
on_saved (const GError *error, gpointer data)
{
  if (error != NULL)
    sy_text_pane_say (data, _("The text cannot be saved: %s"), error->message);
  else
    sy_text_pane_say (data, _("Saved"));
}

static void
on_save_answer (GtkNativeDialog *dialog, int response, SyTextPane *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  const char *path = file != NULL ? g_file_peek_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL && self->model != NULL)
    sy_text_model_save (self->model, path, on_saved, self);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
on_save (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyTextPane *self = data;
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkFileChooserNative *dialog;

  if (self->model == NULL)
    return;
  dialog = gtk_file_chooser_native_new (_("Save Text"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), self->name != NULL ? self->name : "output.txt");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_save_answer), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* --- actions --- */

static const GActionEntry entries[] = {
  { .name = "copy", .activate = on_copy },
  { .name = "select-all", .activate = on_select_all },
  { .name = "as-text", .activate = on_as_text },
  { .name = "save", .activate = on_save },
};

void
sy_text_pane_add_take_actions (SyTextPane *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
}
