/* sy-file-edit.c: what is typed becomes changes of the document, and its changes appear in the text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-file-pane-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define SEND_MS 200 /* what is typed in this time is one change */

/* --- places --- */

/* Between the revision and what is shown lies at most what is typed; found once for each of both. */
static void
find_typed (SyFilePane *self)
{
  gsize n_base, n_shown;
  const char *base, *shown;

  if (self->typed_known)
    return;
  base = g_bytes_get_data (sy_design_get_revision (self->design)->text, &n_base);
  shown = sy_text_map_get_text (sy_text_sync_get_map (self->sync), &n_shown);
  self->typed_known = TRUE;
  if (!sy_text_difference (base, n_base, shown, n_shown, &self->typed))
    self->typed = (SyTextHunk) { 0 };
}

void
sy_file_edit_get_iter (SyFilePane *self, gsize byte, GtkTextIter *iter)
{
  find_typed (self);
  if (byte >= self->typed.end)
    byte = byte - self->typed.end + self->typed.new_end;
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self->buffer), iter,
                                      (int) sy_text_map_to_chars (sy_text_sync_get_map (self->sync), byte));
}

gsize
sy_file_edit_get_byte (SyFilePane *self, const GtkTextIter *iter)
{
  return sy_text_map_to_bytes (sy_text_sync_get_map (self->sync), (gsize) gtk_text_iter_get_offset (iter));
}

/* --- from the text to the document --- */

/* TRUE: there is nothing typed that the document does not have, or it is on its way. What was asked for elsewhere is waited for:
 * bytes are counted in the text that it leaves. */
static gboolean
send (SyFilePane *self)
{
  SyChange *change;

  if (!sy_text_sync_is_dirty (self->sync))
    return TRUE;
  if (sy_design_is_busy (self->design))
    return FALSE;
  change = sy_text_sync_take (self->sync, _("Edit the Text"));
  if (change != NULL)
    sy_text_sync_sent (self->sync, sy_design_apply (self->design, change));
  return TRUE;
}

static gboolean
on_send_due (gpointer data)
{
  SyFilePane *self = data;

  self->send_source = 0;
  send (self);
  return G_SOURCE_REMOVE;
}

static void
send_soon (SyFilePane *self)
{
  if (self->send_source == 0)
    self->send_source = g_timeout_add (SEND_MS, on_send_due, self);
}

void
sy_file_pane_flush (SyFilePane *self)
{
  g_return_if_fail (SY_IS_FILE_PANE (self));
  if (self->sync != NULL && send (self))
    g_clear_handle_id (&self->send_source, g_source_remove);
}

/* Line ends are the document's; a CR would be none here. */
static gboolean
without_cr (SyFilePane *self, GtkTextIter *at, const char *text, int length)
{
  g_autoptr (GString) plain = NULL;

  if (memchr (text, '\r', (gsize) length) == NULL)
    return FALSE;
  plain = g_string_new_len (text, length);
  g_string_replace (plain, "\r\n", "\n", 0);
  g_string_replace (plain, "\r", "\n", 0);
  g_signal_stop_emission_by_name (self->buffer, "insert-text");
  gtk_text_buffer_insert (GTK_TEXT_BUFFER (self->buffer), at, plain->str, (int) plain->len);
  return TRUE;
}

static void
on_insert (GtkTextBuffer *buffer, GtkTextIter *at, const char *text, int length, SyFilePane *self)
{
  gsize start = (gsize) gtk_text_iter_get_offset (at);

  if (self->sync == NULL || self->applying || without_cr (self, at, text, length))
    return;
  sy_text_sync_type (self->sync, start, start, text, (gsize) length);
  self->typed_known = FALSE;
  send_soon (self);
}

static void
on_delete (GtkTextBuffer *buffer, GtkTextIter *from, GtkTextIter *to, SyFilePane *self)
{
  gsize start = (gsize) gtk_text_iter_get_offset (from), end = (gsize) gtk_text_iter_get_offset (to);

  if (self->sync == NULL || self->applying)
    return;
  sy_text_sync_type (self->sync, MIN (start, end), MAX (start, end), "", 0);
  self->typed_known = FALSE;
  send_soon (self);
}

void
sy_file_edit_watch (SyFilePane *self, GtkSourceBuffer *buffer)
{
  g_signal_connect_object (buffer, "insert-text", G_CALLBACK (on_insert), self, 0);
  g_signal_connect_object (buffer, "delete-range", G_CALLBACK (on_delete), self, 0);
}

/* --- from the document to the text --- */

static void
apply (SyFilePane *self, const SyTextPatch *patch)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (self->buffer);
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) patch->start);
  gtk_text_buffer_get_iter_at_offset (buffer, &end, (int) patch->end);
  if (!gtk_text_iter_equal (&start, &end))
    gtk_text_buffer_delete (buffer, &start, &end);
  gtk_text_buffer_insert (buffer, &start, patch->text, -1);
}

static void
on_changed (SyFilePane *self)
{
  const SyDesignRevision *revision = sy_design_get_revision (self->design);
  g_autoptr (GPtrArray) patches = sy_text_sync_revise (self->sync, revision->serial, revision->text);

  self->typed_known = FALSE;
  if (patches == NULL)
    return;
  self->applying = TRUE;
  for (guint i = 0; i < patches->len; i++)
    apply (self, g_ptr_array_index (patches, i));
  self->applying = FALSE;
  sy_file_problems_show (self);
  sy_file_pane_update_actions (self);
  if (self->undo_wanted > 0 && send (self))
    for (; self->undo_wanted > 0; self->undo_wanted--)
      sy_design_undo (self->design);
  else if (sy_text_sync_is_dirty (self->sync))
    send_soon (self);
}

void
sy_file_edit_undo (SyFilePane *self)
{
  if (send (self))
    sy_design_undo (self->design);
  else
    self->undo_wanted++;
}

void
sy_file_edit_redo (SyFilePane *self)
{
  if (send (self))
    sy_design_redo (self->design);
}

/* --- life --- */

void
sy_file_edit_start (SyFilePane *self)
{
  self->sync = sy_text_sync_new (sy_design_get_revision (self->design)->text);
  self->typed_known = FALSE;
  g_signal_connect_object (self->design, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  sy_file_problems_show (self);
}

void
sy_file_edit_stop (SyFilePane *self)
{
  if (self->design != NULL)
    {
      if (sy_design_get_designer (self->design) != NULL)
        sy_file_pane_flush (self);
      g_signal_handlers_disconnect_by_data (self->design, self);
    }
  g_clear_handle_id (&self->send_source, g_source_remove);
  g_clear_pointer (&self->sync, sy_text_sync_free);
  self->undo_wanted = 0;
}
