/* sy-design-places.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-design-places.h"

#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"
#include "core/format/sy-layout-file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

struct _SyDesignPlaces
{
  char *path;           /* (nullable) of the file that @written is of */
  SyPlaces *written;    /* (owned) as the file has them, as far as is known */
  GBytes *bytes;        /* (owned) (nullable) of the file */
  gboolean foreign;     /* the file is not ours to write */
  gboolean told;        /* that it cannot be written */
  char *news;           /* (nullable) */
};

SyDesignPlaces *
sy_design_places_new (void)
{
  SyDesignPlaces *self = g_new0 (SyDesignPlaces, 1);

  self->written = sy_places_new ();
  return self;
}

void
sy_design_places_free (SyDesignPlaces *self)
{
  if (self == NULL)
    return;
  sy_places_unref (self->written);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->path);
  g_free (self->news);
  g_free (self);
}

static char *
draft_of (const char *draft)
{
  return g_strconcat (draft, ".layout.json", NULL);
}

/* --- reading --- */

/* @news: taken */
static void
tell (SyDesignPlaces *self, char *news)
{
  g_free (self->news);
  self->news = news;
}

/* Reads the file at @path, which is this document's from now on. (transfer full): what it pins */
static SyPlaces *
read_file (SyDesignPlaces *self, const char *path)
{
  g_autoptr (GError) error = NULL;
  SyPlaces *places;

  g_clear_pointer (&self->bytes, g_bytes_unref);
  places = sy_layout_file_read (path, &self->bytes, &error);
  self->foreign = places == NULL;
  if (places == NULL)
    {
      tell (self, g_strdup_printf (_("The file of positions stays as it is, and is not used: %s"), error->message));
      places = sy_places_new ();
    }
  g_free (self->path);
  self->path = g_strdup (path);
  sy_places_unref (self->written);
  self->written = sy_places_ref (places);
  return places;
}

void
sy_design_places_load (SyDesignPlaces *self, SyManuscript *script, const char *draft)
{
  const char *workflow = sy_manuscript_get_path (script);
  g_autofree char *path = workflow != NULL ? sy_layout_file_path (workflow) : NULL;
  g_autoptr (SyPlaces) places = path != NULL ? read_file (self, path) : sy_places_new ();
  g_autofree char *left = draft != NULL ? draft_of (draft) : NULL;
  g_autoptr (SyPlaces) drafted = left != NULL && g_file_test (left, G_FILE_TEST_EXISTS) ? sy_layout_file_read (left, NULL, NULL) : NULL;

  sy_manuscript_set_places (script, drafted != NULL ? drafted : places);
}

/* --- writing --- */

/* An empty file says nothing: then there is none. */
static gboolean
write_places (const char *path, SyPlaces *places, GBytes **bytes, GError **error)
{
  g_autoptr (GBytes) text = sy_layout_file_print (places);

  if (sy_places_get_n (places) > 0)
    {
      if (!sy_edit_write_file (path, text, error))
        return FALSE;
      *bytes = g_steal_pointer (&text);
      return TRUE;
    }
  if (g_unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  sy_error_set_errno (error, errno, "cannot remove “%s”", path);
  return FALSE;
}

/* Another wrote it meanwhile: theirs, with what was pinned here. (transfer full) (nullable): NULL = it is none of ours any more */
static SyPlaces *
merge_disk (SyDesignPlaces *self, SyPlaces *mine)
{
  g_autoptr (GBytes) disk = NULL;
  g_autoptr (SyPlaces) theirs = sy_layout_file_read (self->path, &disk, NULL);

  if (theirs == NULL)
    return NULL;
  if (disk == self->bytes || (disk != NULL && self->bytes != NULL && g_bytes_equal (disk, self->bytes)))
    return sy_places_ref (mine);
  return sy_places_merge (self->written, mine, theirs);
}

static void
write_file (SyDesignPlaces *self, SyManuscript *script)
{
  g_autoptr (SyPlaces) mine = sy_manuscript_dup_places_in_use (script), all = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (self->foreign || sy_places_equal (mine, self->written))
    return;
  all = merge_disk (self, mine);
  if (all == NULL)
    {
      self->foreign = TRUE;
      tell (self, g_strdup_printf (_("Positions are kept until the window closes: what lies at %s is not theirs"), self->path));
    }
  else if (write_places (self->path, all, &bytes, &error))
    {
      sy_places_unref (self->written);
      self->written = g_steal_pointer (&all);
      g_clear_pointer (&self->bytes, g_bytes_unref);
      self->bytes = g_steal_pointer (&bytes);
      self->told = FALSE;
    }
  else if (!self->told)
    {
      self->told = TRUE;
      tell (self, g_strdup_printf (_("Positions are kept until the window closes: %s"), error->message));
    }
}

static void
follow_path (SyDesignPlaces *self, const char *workflow)
{
  g_autofree char *path = sy_layout_file_path (workflow);

  if (g_strcmp0 (path, self->path) == 0)
    return;
  self->told = FALSE;
  sy_places_unref (read_file (self, path));
}

static void
write_draft (SyManuscript *script, const char *draft)
{
  g_autofree char *path = draft_of (draft);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (!write_places (path, sy_manuscript_get_places (script), &bytes, &error))
    g_message ("%s: %s", path, error->message);
}

void
sy_design_places_keep (SyDesignPlaces *self, SyManuscript *script, const char *draft)
{
  if (draft != NULL && sy_places_equal (sy_manuscript_get_places (script), self->written))
    sy_design_places_drop_draft (draft);
  else if (sy_manuscript_is_saved (script) && sy_manuscript_get_path (script) != NULL)
    {
      follow_path (self, sy_manuscript_get_path (script));
      write_file (self, script);
    }
  else if (draft != NULL && g_file_test (draft, G_FILE_TEST_EXISTS))
    write_draft (script, draft);
}

gboolean
sy_design_places_has_news (SyDesignPlaces *self)
{
  return self->news != NULL;
}

char *
sy_design_places_take_news (SyDesignPlaces *self)
{
  return g_steal_pointer (&self->news);
}

void
sy_design_places_drop_draft (const char *draft)
{
  g_autofree char *path = draft_of (draft);

  g_unlink (path);
}
