/* sy-manuscript-designer.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-manuscript-designer.h"

#include "app/sy-design-places.h"
#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"
#include "core/format/sy-fields.h"
#include "core/format/sy-loader.h"
#include "core/format/sy-manuscript.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define DRAFT_DELAY_MS 1000
#define UNTITLED "untitled-"

/*
 * The manuscript belongs to the worker's thread; what the main thread reads comes from revisions. A job keeps the memory alive.
 * While jobs wait no revision is made: the last of them makes it for all.
 */
typedef struct
{
  SyDesigner base;
  gatomicrefcount ref_count;
  const SyDesignObserver *observer; /* (nullable) */
  gpointer data;
  SyDesignRevision *revision;       /* (owned) the newest one told */
  guint serial;                     /* of the newest request */
  guint draft_source;
  gboolean closed;

  GThreadPool *worker;
  gint waiting;                     /* jobs, atomic */
  gboolean stale;                   /* the worker's: no revision was made of what was done last */
  SyManuscript *script;             /* the worker's */
  SyDesignPlaces *places;           /* the worker's */
  char *drafts;                     /* (nullable) */
  char *draft;                      /* (nullable) the worker's: path of this document's draft */
  GBytes *start;                    /* (owned) (nullable) of a document that had no file: what is no loss */
  int lock;                         /* the worker's: of a draft without a file, against those who look for what was left; -1: none */
} Designer;

typedef enum { JOB_APPLY, JOB_UNDO, JOB_REDO, JOB_SAVE, JOB_CHECK, JOB_RELOAD, JOB_DRAFT } JobKind;

typedef struct
{
  Designer *self;       /* (owned) */
  JobKind kind;
  guint serial;
  SyChange *change;     /* (owned) (nullable) */
  char *path;           /* (nullable) */
  gboolean overwrite;

  /* results */
  GError *error;
  SyDesignRevision *revision; /* (owned) (nullable) */
  SyDiskNews news;
  char *said;           /* (nullable) */
} Job;

static void
designer_unref (Designer *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  sy_design_revision_unref (self->revision);
  sy_manuscript_free (self->script);
  sy_design_places_free (self->places);
  g_clear_pointer (&self->start, g_bytes_unref);
  g_free (self->drafts);
  g_free (self->draft);
  g_free (self);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->change, sy_change_free);
  g_clear_pointer (&job->revision, sy_design_revision_unref);
  g_clear_error (&job->error);
  g_free (job->said);
  g_free (job->path);
  designer_unref (job->self);
  g_free (job);
}

/* --- drafts --- */

/* A document without a file gets a name that no other has. (transfer full) (nullable) */
static char *
draft_path (const char *drafts, const char *path)
{
  g_autofree char *key = path != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, path, -1) : g_uuid_string_random ();
  g_autofree char *name = path != NULL ? g_strdup_printf ("%.32s.yaml", key) : g_strdup_printf (UNTITLED "%s.yaml", key);

  return drafts != NULL ? g_build_filename (drafts, name, NULL) : NULL;
}

/* Held until the document is closed, or by nobody when its process has died. FALSE: another has it. */
static gboolean
lock_draft (Designer *self)
{
  g_autofree char *path = g_strconcat (self->draft, ".lock", NULL);

  if (self->lock >= 0)
    return TRUE;
  self->lock = open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (self->lock < 0 || flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  close (self->lock);
  self->lock = -1;
  return FALSE;
}

static void
unlock_draft (Designer *self)
{
  if (self->lock >= 0)
    close (self->lock);
  self->lock = -1;
}

static void
drop_draft (Designer *self)
{
  g_autofree char *lock = self->draft != NULL ? g_strconcat (self->draft, ".lock", NULL) : NULL;

  if (self->draft != NULL)
    {
      g_unlink (self->draft);
      sy_design_places_drop_draft (self->draft);
    }
  if (self->lock >= 0)
    g_unlink (lock);
  unlock_draft (self);
}

/* Nothing would be lost. */
static gboolean
needs_no_draft (Designer *self)
{
  if (sy_manuscript_get_path (self->script) == NULL && self->start != NULL)
    return g_bytes_equal (sy_manuscript_get_text (self->script), self->start);
  return sy_manuscript_is_saved (self->script);
}

/* What cannot be kept is not lost yet: the next change tries again. */
static void
keep_text (Designer *self)
{
  g_autoptr (GError) error = NULL;

  if (self->draft == NULL)
    return;
  if (needs_no_draft (self))
    drop_draft (self);
  else if (g_mkdir_with_parents (self->drafts, 0700) != 0
           || (sy_manuscript_get_path (self->script) == NULL && !lock_draft (self))
           || !sy_edit_write_file (self->draft, sy_manuscript_get_text (self->script), &error))
    g_message ("%s: %s", self->draft, error != NULL ? error->message : g_strerror (errno));
}

static void
keep_draft (Designer *self)
{
  keep_text (self);
  sy_design_places_keep (self->places, self->script, self->draft);
}

static gboolean
take_up_draft (Designer *self)
{
  g_autofree char *text = NULL;
  g_autoptr (SyChange) change = NULL;
  gsize length;

  if (self->draft == NULL || !g_file_get_contents (self->draft, &text, &length, NULL) || !g_utf8_validate (text, (gssize) length, NULL))
    return FALSE;
  change = sy_change_new ("Restore Unsaved Changes");
  sy_change_replace_bytes (change, 0, g_bytes_get_size (sy_manuscript_get_text (self->script)), text);
  return sy_manuscript_apply (self->script, change, NULL);
}

static void
follow_path (Designer *self)
{
  g_autofree char *draft = draft_path (self->drafts, sy_manuscript_get_path (self->script));

  if (g_strcmp0 (draft, self->draft) == 0)
    return;
  drop_draft (self);
  g_free (self->draft);
  self->draft = g_steal_pointer (&draft);
}

/* --- the worker --- */

static void
check_disk (Job *job)
{
  const char *path = sy_manuscript_get_path (job->self->script);
  g_autoptr (GError) local = NULL;
  g_autoptr (GBytes) disk = path != NULL ? sy_loader_read (path, &local) : NULL;

  if (path == NULL || (disk == NULL && !g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND)))
    return;
  job->news = sy_manuscript_take_disk (job->self->script, disk, &job->error);
}

static void
reload (Job *job)
{
  const char *path = sy_manuscript_get_path (job->self->script);
  g_autoptr (GBytes) disk = path != NULL ? sy_loader_read (path, &job->error) : NULL;

  if (disk != NULL)
    sy_manuscript_reload (job->self->script, disk);
}

static void
save (Job *job)
{
  Designer *self = job->self;

  if (!sy_manuscript_save (self->script, job->path, job->overwrite, &job->error))
    return;
  follow_path (self);
  drop_draft (self);
  sy_design_places_keep (self->places, self->script, NULL);
  g_free (job->path);
  job->path = g_strdup (sy_manuscript_get_path (self->script));
}

static void
do_job (Job *job)
{
  SyManuscript *script = job->self->script;

  switch (job->kind)
    {
    case JOB_APPLY: sy_manuscript_apply (script, job->change, &job->error); break;
    case JOB_UNDO: sy_manuscript_undo (script, &job->error); break;
    case JOB_REDO: sy_manuscript_redo (script, &job->error); break;
    case JOB_SAVE: save (job); break;
    case JOB_CHECK: check_disk (job); break;
    case JOB_RELOAD: reload (job); break;
    default: keep_draft (job->self); break;
    }
}

static gboolean on_draft_due (gpointer data);

static void
take_revision (Designer *self, Job *job)
{
  sy_design_revision_unref (self->revision);
  self->revision = g_steal_pointer (&job->revision);
  if (self->draft_source == 0)    /* a text that is as on the disk again lets go of its draft */
    self->draft_source = g_timeout_add (DRAFT_DELAY_MS, on_draft_due, self);
  if (self->observer != NULL)
    self->observer->revised (self->revision, self->data);
}

static void
tell (Designer *self, Job *job)
{
  if (self->observer == NULL || self->closed)
    return;
  if (job->kind == JOB_SAVE)
    self->observer->saved (job->path, job->error, self->data);
  else if (job->kind == JOB_CHECK && job->news != SY_DISK_SAME)
    self->observer->disk (job->news, job->error != NULL ? job->error->message : NULL, self->data);
  else if (job->kind != JOB_CHECK && job->error != NULL)
    self->observer->refused (job->serial, job->change != NULL ? job->change->name : NULL, job->error, self->data);
}

static gboolean
finish_job (gpointer data)
{
  Job *job = data;
  Designer *self = job->self;

  if (!self->closed && job->revision != NULL)
    take_revision (self, job);
  tell (self, job);
  if (job->said != NULL && self->observer != NULL && self->observer->said != NULL)
    self->observer->said (job->said, self->data);
  return G_SOURCE_REMOVE;
}

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;
  Designer *self = job->self;

  do_job (job);
  job->said = sy_design_places_take_news (self->places);
  if (job->kind != JOB_DRAFT && (job->kind != JOB_CHECK || job->news != SY_DISK_SAME))
    self->stale = TRUE;
  if (g_atomic_int_dec_and_test (&self->waiting) && self->stale)
    {
      self->stale = FALSE;
      job->revision = sy_manuscript_make_revision (self->script);
      job->revision->serial = job->serial;
    }
  g_idle_add_full (G_PRIORITY_DEFAULT, finish_job, job, job_free); /* never at once, by this thread */
}

static Job *
job_new (Designer *self, JobKind kind)
{
  Job *job = g_new0 (Job, 1);

  g_atomic_ref_count_inc (&self->ref_count);
  job->self = self;
  job->kind = kind;
  job->serial = kind == JOB_DRAFT || kind == JOB_CHECK ? self->serial : ++self->serial;
  return job;
}

static guint
push (Job *job)
{
  Designer *self = job->self;
  guint serial = job->serial;

  g_atomic_int_inc (&self->waiting);
  g_thread_pool_push (self->worker, job, NULL);
  return serial;
}

/* A draft that stands in a queue is as good as none: it must not take the others' revision with it. */
static gboolean
on_draft_due (gpointer data)
{
  Designer *self = data;

  if (g_atomic_int_get (&self->waiting) > 0)
    return G_SOURCE_CONTINUE;
  self->draft_source = 0;
  push (job_new (self, JOB_DRAFT));
  return G_SOURCE_REMOVE;
}

/* --- requests --- */

static guint
designer_apply (SyDesigner *base, SyChange *change)
{
  Job *job = job_new ((Designer *) base, JOB_APPLY);

  job->change = change;
  return push (job);
}

static guint
designer_undo (SyDesigner *base)
{
  return push (job_new ((Designer *) base, JOB_UNDO));
}

static guint
designer_redo (SyDesigner *base)
{
  return push (job_new ((Designer *) base, JOB_REDO));
}

static guint
designer_save (SyDesigner *base, const char *path, gboolean overwrite)
{
  Job *job = job_new ((Designer *) base, JOB_SAVE);

  job->path = g_strdup (path);
  job->overwrite = overwrite;
  return push (job);
}

static guint
designer_check_disk (SyDesigner *base)
{
  return push (job_new ((Designer *) base, JOB_CHECK));
}

static guint
designer_reload (SyDesigner *base)
{
  return push (job_new ((Designer *) base, JOB_RELOAD));
}

static void
designer_set_observer (SyDesigner *base, const SyDesignObserver *observer, gpointer data)
{
  Designer *self = (Designer *) base;

  self->observer = observer;
  self->data = data;
  /* what was found while it was opened; the worker has nothing to do yet */
  if (observer != NULL && sy_design_places_has_news (self->places))
    push (job_new (self, JOB_DRAFT));
}

/* --- what is read --- */

static const SyDocument *
tree_of (SyDesigner *base)
{
  return sy_manuscript_revision_tree (((Designer *) base)->revision);
}

static SyDesignRevision *
designer_get_revision (SyDesigner *base)
{
  return ((Designer *) base)->revision;
}

static SyChangeValue *
designer_get_value (SyDesigner *base, const char *const *path)
{
  return sy_manuscript_get_value (tree_of (base), path);
}

static gboolean
designer_get_range (SyDesigner *base, const char *const *path, gsize *start, gsize *end)
{
  return sy_manuscript_get_range (tree_of (base), path, start, end);
}

static GStrv
designer_get_path_at (SyDesigner *base, gsize offset)
{
  return sy_manuscript_get_path_at (tree_of (base), offset);
}

static char *
designer_copy_tasks (SyDesigner *base, const char *const *tasks)
{
  return sy_manuscript_copy_tasks (tree_of (base), tasks);
}

static const SyTable *
designer_get_table (SyDesigner *base, const char *name)
{
  for (guint i = 0; sy_tables[i] != NULL; i++)
    if (g_str_equal (sy_tables[i]->name, name))
      return sy_tables[i];
  return NULL;
}

static gboolean
designer_check_value (SyDesigner *base, const SyField *field, const char *text, GError **error)
{
  return sy_manuscript_check_value (field, text, error);
}

/* --- life --- */

static void
designer_free (SyDesigner *base, gboolean discard)
{
  Designer *self = (Designer *) base;

  self->closed = TRUE;
  self->observer = NULL;
  g_clear_handle_id (&self->draft_source, g_source_remove);
  g_thread_pool_free (self->worker, FALSE, TRUE);
  if (discard)
    drop_draft (self);
  if (!discard || sy_manuscript_is_saved (self->script))
    keep_draft (self);
  unlock_draft (self);
  designer_unref (self);
}

/* @draft: (transfer full) (nullable): its path */
static Designer *
designer_new (const char *path, GBytes *disk, GBytes *text, const char *drafts, char *draft)
{
  static const SyDesigner functions = {
    .set_observer = designer_set_observer, .get_revision = designer_get_revision, .apply = designer_apply,
    .undo = designer_undo, .redo = designer_redo, .save = designer_save, .check_disk = designer_check_disk,
    .reload = designer_reload, .get_value = designer_get_value, .get_range = designer_get_range,
    .get_path_at = designer_get_path_at, .copy_tasks = designer_copy_tasks, .get_table = designer_get_table,
    .check_value = designer_check_value, .free = designer_free,
  };
  Designer *self = g_new0 (Designer, 1);
  gboolean drafted = FALSE;

  self->base = functions;
  g_atomic_ref_count_init (&self->ref_count);
  self->drafts = g_strdup (drafts);
  self->draft = draft;
  self->lock = -1;
  self->start = path == NULL && text != NULL ? g_bytes_ref (text) : NULL;
  self->script = sy_manuscript_new (path, disk, text);
  if (path != NULL || (draft != NULL && g_file_test (draft, G_FILE_TEST_EXISTS) && lock_draft (self)))
    drafted = take_up_draft (self);
  self->places = sy_design_places_new ();
  sy_design_places_load (self->places, self->script, drafted ? self->draft : NULL);
  self->revision = sy_manuscript_make_revision (self->script);
  self->worker = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  return self;
}

SyDesigner *
sy_manuscript_designer_new (const char *path, GBytes *disk, GBytes *text, const char *drafts)
{
  return &designer_new (path, disk, text, drafts, draft_path (drafts, path))->base;
}

/* --- what was left --- */

/* (nullable): nobody has it, and there is something in it */
static Designer *
take_left (const char *drafts, const char *name, GBytes *text)
{
  Designer *self = designer_new (NULL, NULL, text, drafts, g_build_filename (drafts, name, NULL));

  if (self->lock >= 0 && self->revision->undo != NULL)
    return self;
  g_clear_pointer (&self->draft, g_free);   /* another's, or no text: it stays as it is */
  designer_free (&self->base, FALSE);
  return NULL;
}

GPtrArray *
sy_manuscript_designer_take_left (GBytes *text, const char *drafts)
{
  g_autoptr (GPtrArray) left = g_ptr_array_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (drafts, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, UNTITLED) && g_str_has_suffix (name, ".yaml"))
      g_ptr_array_add (names, g_strdup (name));
  for (guint i = 0; i < names->len; i++)
    {
      Designer *self = take_left (drafts, g_ptr_array_index (names, i), text);

      if (self != NULL)
        g_ptr_array_add (left, self);
    }
  return g_steal_pointer (&left);
}
