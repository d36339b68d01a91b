/* designer-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/cli/designer-fixture.h"

#include <glib/gstdio.h>

static void
on_revised (SyDesignRevision *revision, gpointer data)
{
  ((DesignerFixture *) data)->revised++;
}

static void
on_refused (guint serial, const char *name, const GError *error, gpointer data)
{
  DesignerFixture *f = data;

  f->refused++;
  f->refused_serial = serial;
  g_free (f->refusal);
  f->refusal = g_strdup (error->message);
}

static void
on_saved (const char *path, const GError *error, gpointer data)
{
  g_assert_no_error (error);
  ((DesignerFixture *) data)->saved++;
}

static void
on_disk (SyDiskNews news, const char *message, gpointer data)
{
  ((DesignerFixture *) data)->news = news;
}

static void
on_said (const char *message, gpointer data)
{
  DesignerFixture *f = data;

  f->n_said++;
  g_free (f->said);
  f->said = g_strdup (message);
}

void
designer_fixture_observe (DesignerFixture *f)
{
  static const SyDesignObserver observer = { on_revised, on_refused, on_saved, on_disk, on_said };

  f->designer->set_observer (f->designer, &observer, f);
}

void
designer_fixture_open (DesignerFixture *f)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (f->path, &text, &length, NULL));
  bytes = g_bytes_new (text, length);
  f->designer = sy_manuscript_designer_new (f->path, bytes, NULL, f->drafts);
  designer_fixture_observe (f);
}

void
designer_fixture_close (DesignerFixture *f, gboolean discard)
{
  f->designer->free (f->designer, discard);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

void
designer_fixture_set_up (DesignerFixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("sy-designer-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "x.yard.yaml", NULL);
  f->sidecar = g_build_filename (f->dir, "x.layout.json", NULL);
  f->drafts = g_build_filename (f->dir, "drafts", NULL);
  g_assert_true (g_file_set_contents (f->path, DESIGNER_AB, -1, NULL));
  if (data != NULL)
    g_assert_true (g_file_set_contents (f->sidecar, data, -1, NULL));
  designer_fixture_open (f);
}

guint
designer_fixture_count_drafts (DesignerFixture *f)
{
  g_autoptr (GDir) dir = g_dir_open (f->drafts, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* A folder of files and no more */
static void
remove_all (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

void
designer_fixture_tear_down (DesignerFixture *f, gconstpointer data)
{
  designer_fixture_close (f, TRUE);
  remove_all (f->drafts);
  remove_all (f->dir);
  g_free (f->said);
  g_free (f->refusal);
  g_free (f->drafts);
  g_free (f->sidecar);
  g_free (f->path);
  g_free (f->dir);
}

SyDesignRevision *
designer_fixture_wait (DesignerFixture *f, guint serial)
{
  while (f->designer->get_revision (f->designer)->serial < serial)
    g_main_context_iteration (NULL, TRUE);
  return f->designer->get_revision (f->designer);
}

guint
designer_fixture_rename (DesignerFixture *f, const char *from, const char *to)
{
  SyChange *change = sy_change_new ("Rename");

  sy_change_rename_task (change, from, to);
  return f->designer->apply (f->designer, change);
}
