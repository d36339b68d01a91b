/* sy-completion.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-completion.h"

#include <glib/gi18n.h>
#include <string.h>

/* --- one proposal --- */

#define SY_TYPE_PROPOSAL (sy_proposal_get_type ())
G_DECLARE_FINAL_TYPE (SyProposal, sy_proposal, SY, PROPOSAL, GObject)

struct _SyProposal
{
  GObject parent;

  char *word, *insert, *help;
};

static char *
get_typed_text (GtkSourceCompletionProposal *proposal)
{
  return g_strdup (SY_PROPOSAL (proposal)->insert);
}

static void
proposal_init (GtkSourceCompletionProposalInterface *iface)
{
  iface->get_typed_text = get_typed_text;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SyProposal, sy_proposal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROPOSAL, proposal_init))

static void
sy_proposal_finalize (GObject *object)
{
  SyProposal *self = SY_PROPOSAL (object);

  g_free (self->word);
  g_free (self->insert);
  g_free (self->help);
  G_OBJECT_CLASS (sy_proposal_parent_class)->finalize (object);
}

static void
sy_proposal_class_init (SyProposalClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_proposal_finalize;
}

static void
sy_proposal_init (SyProposal *self)
{
}

/* --- the provider --- */

struct _SyCompletion
{
  GObject parent;

  SyCompletionFunc complete;
  gpointer data;
};

static void provider_init (GtkSourceCompletionProviderInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SyCompletion, sy_completion, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (GTK_SOURCE_TYPE_COMPLETION_PROVIDER, provider_init))

/* All the text up to the cursor: where it stands is read from the lines above. */
static GPtrArray *
find (SyCompletion *self, GtkTextBuffer *buffer, const GtkTextIter *cursor, GtkTextIter *word)
{
  g_autofree char *text = NULL;
  GPtrArray *found;
  GtkTextIter start;
  gsize length, begin = 0;

  gtk_text_buffer_get_start_iter (buffer, &start);
  text = gtk_text_buffer_get_text (buffer, &start, cursor, TRUE);
  length = strlen (text);
  found = self->complete (text, length, &begin, self->data);
  *word = *cursor;
  gtk_text_iter_backward_chars (word, (int) g_utf8_strlen (text + begin, (gssize) (length - begin)));
  return found;
}

/* What is written in full already is no proposal. */
static void
fill (SyCompletion *self, GtkSourceCompletionContext *context, GListStore *store)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *typed = NULL;
  GtkTextIter cursor, word;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  found = find (self, buffer, &cursor, &word);
  typed = gtk_text_buffer_get_text (buffer, &word, &cursor, TRUE);
  g_list_store_remove_all (store);
  for (guint i = 0; found != NULL && i < found->len; i++)
    {
      const SyCandidate *candidate = g_ptr_array_index (found, i);
      g_autoptr (SyProposal) proposal = g_object_new (SY_TYPE_PROPOSAL, NULL);

      if (found->len == 1 && g_str_equal (candidate->word, typed))
        continue;
      proposal->word = g_strdup (candidate->word);
      proposal->insert = g_strdup (candidate->insert);
      proposal->help = g_strdup (candidate->help);
      g_list_store_append (store, proposal);
    }
}

static void
populate_async (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GCancellable *cancellable,
                GAsyncReadyCallback done, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (provider, cancellable, done, data);
  GListStore *store = g_list_store_new (SY_TYPE_PROPOSAL);

  fill (SY_COMPLETION (provider), context, store);
  g_task_return_pointer (task, store, g_object_unref);
}

static GListModel *
populate_finish (GtkSourceCompletionProvider *provider, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
refilter (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GListModel *model)
{
  fill (SY_COMPLETION (provider), context, G_LIST_STORE (model));
}

static gboolean
is_trigger (GtkSourceCompletionProvider *provider, const GtkTextIter *iter, gunichar c)
{
  return c == '.' || c == '$' || c == '[' || c == '{';
}

static gboolean
key_activates (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
               guint key, GdkModifierType state)
{
  return FALSE;
}

static void
display (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal,
         GtkSourceCompletionCell *cell)
{
  const SyProposal *self = SY_PROPOSAL (proposal);

  switch (gtk_source_completion_cell_get_column (cell))
    {
    case GTK_SOURCE_COMPLETION_COLUMN_TYPED_TEXT: gtk_source_completion_cell_set_text (cell, self->word); break;
    case GTK_SOURCE_COMPLETION_COLUMN_AFTER: gtk_source_completion_cell_set_text (cell, self->help != NULL && *self->help != '\0' ? _(self->help) : NULL); break;
    default: gtk_source_completion_cell_set_text (cell, NULL); break;
    }
}

static void
activate (GtkSourceCompletionProvider *provider, GtkSourceCompletionContext *context, GtkSourceCompletionProposal *proposal)
{
  GtkTextBuffer *buffer = GTK_TEXT_BUFFER (gtk_source_completion_context_get_buffer (context));
  g_autoptr (GPtrArray) found = NULL;
  g_autofree char *insert = g_strdup (SY_PROPOSAL (proposal)->insert);
  GtkTextIter cursor, word;

  gtk_text_buffer_get_iter_at_mark (buffer, &cursor, gtk_text_buffer_get_insert (buffer));
  found = find (SY_COMPLETION (provider), buffer, &cursor, &word);
  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_delete (buffer, &word, &cursor);
  gtk_text_buffer_insert (buffer, &word, insert, -1);
  gtk_text_buffer_end_user_action (buffer);
}

static char *
get_title (GtkSourceCompletionProvider *provider)
{
  return g_strdup (_("Workflow"));
}

static void
provider_init (GtkSourceCompletionProviderInterface *iface)
{
  iface->get_title = get_title;
  iface->is_trigger = is_trigger;
  iface->key_activates = key_activates;
  iface->populate_async = populate_async;
  iface->populate_finish = populate_finish;
  iface->refilter = refilter;
  iface->display = display;
  iface->activate = activate;
}

static void
sy_completion_class_init (SyCompletionClass *klass)
{
}

static void
sy_completion_init (SyCompletion *self)
{
}

SyCompletion *
sy_completion_new (SyCompletionFunc complete, gpointer data)
{
  SyCompletion *self = g_object_new (SY_TYPE_COMPLETION, NULL);

  self->complete = complete;
  self->data = data;
  return self;
}
