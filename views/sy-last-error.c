/* sy-last-error.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-last-error.h"

#define TAIL 8192

typedef struct
{
  SyController *controller;
  guint32 number, attempt;
  gboolean tail;        /* the end is being read */
  SyLastErrorFound found;
  gpointer data;
} Search;

static void
on_output (const SyOutputChunk *chunk, const GError *error, gpointer data)
{
  g_autofree Search *search = data;
  g_autofree char *line = NULL;

  if (chunk != NULL && !search->tail && chunk->total > TAIL)
    {
      search->tail = TRUE;
      search->controller->read_output (search->controller, search->number, search->attempt, FALSE, chunk->total - TAIL,
                                       TAIL, on_output, search);
      search = NULL;
      return;
    }
  if (chunk != NULL && chunk->bytes != NULL)
    line = sy_line_choose (g_bytes_get_data (chunk->bytes, NULL), g_bytes_get_size (chunk->bytes));
  search->found (line, search->data);
}

void
sy_last_error_find (SyController *controller, guint32 number, guint32 attempt, SyLastErrorFound found, gpointer data)
{
  Search *search = g_new0 (Search, 1);

  search->controller = controller;
  search->number = number;
  search->attempt = attempt;
  search->found = found;
  search->data = data;
  controller->read_output (controller, number, attempt, FALSE, 0, TAIL, on_output, search);
}

/* --- one that is kept --- */

struct _SyLastError
{
  GWeakRef owner;
  SyLastErrorKnown known;
  gatomicrefcount ref_count; /* with those asked */
  guint serial;         /* of what was asked for */
  guint32 number, attempt; /* 0: nothing */
  char *line;           /* (nullable) */
};

typedef struct { SyLastError *self; guint serial; } Asked;

SyLastError *
sy_last_error_new (GObject *owner, SyLastErrorKnown known)
{
  SyLastError *self = g_new0 (SyLastError, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->owner, owner);
  self->known = known;
  return self;
}

void
sy_last_error_free (SyLastError *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->owner);
  g_free (self->line);
  g_free (self);
}

static void
on_kept (const char *line, gpointer data)
{
  g_autofree Asked *asked = data;
  SyLastError *self = asked->self;
  g_autoptr (GObject) owner = g_weak_ref_get (&self->owner);

  if (owner != NULL && asked->serial == self->serial && line != NULL)
    {
      g_free (self->line);
      self->line = g_strdup (line);
      self->known (owner);
    }
  sy_last_error_free (self);
}

const char *
sy_last_error_get (SyLastError *self, SyController *controller, guint32 number, guint32 attempt)
{
  Asked *asked;

  if (attempt == 0 || controller == NULL || (self->number == number && self->attempt == attempt))
    return attempt == 0 ? NULL : self->line;
  sy_last_error_forget (self);
  self->number = number;
  self->attempt = attempt;
  asked = g_new0 (Asked, 1);
  asked->self = self;
  asked->serial = self->serial;
  g_atomic_ref_count_inc (&self->ref_count);
  sy_last_error_find (controller, number, attempt, on_kept, asked);
  return self->line;
}

void
sy_last_error_forget (SyLastError *self)
{
  self->serial++;
  self->number = self->attempt = 0;
  g_clear_pointer (&self->line, g_free);
}
