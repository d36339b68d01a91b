/* sy-designer.h: the interface at which the window's views and a document that is edited meet
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-change.h"
#include "core/model/sy-field.h"
#include "core/model/sy-workflow.h"

G_BEGIN_DECLS

/* What is wrong in the text. Offsets are bytes of the revision's text, `end` exclusive; lines and columns 1-based, columns in
 * characters; all 0 where the file as a whole is meant. */
typedef struct
{
  gboolean is_error;    /* else a warning */
  gboolean is_note;     /* a hint: `x-quiet: [CODE]` in its task silences it */
  const char *code;     /* static: "unknown-key" */
  char *message;        /* one line, no full stop */
  char *hint;           /* (nullable) what to do */
  char *task;           /* (nullable) id */
  GStrv path;           /* (nullable) keys to the value: {"tasks", "fetch", "timeout"} */
  guint line, column;
  gsize start, end;
  char *fix_text;       /* (nullable) replacing fix_start…fix_end by it mends it */
  gsize fix_start, fix_end;
} SyDesignProblem;

/**
 * SyDesignRevision:
 *
 * The document at one moment; never changes, atomic reference count.
 */
typedef struct
{
  /*< private >*/
  gatomicrefcount ref_count;
  gpointer tree;                /* of the implementation */
  void (*tree_free) (gpointer tree);

  /*< public >*/
  guint serial;                 /* of the newest request that is in it */
  GBytes *text;
  SyWorkflow *workflow;         /* (nullable) NULL: no YAML. Where @is_valid is not, only names, needs and kinds are as written. */
  gboolean is_valid;            /* it can be run */
  GPtrArray *problems;          /* of SyDesignProblem, by position */
  guint n_errors;
  char *undo, *redo;            /* (nullable) what they would undo and do again */
  gboolean is_saved;            /* as on the disk, as far as is known */
  char *path;                   /* (nullable) NULL: new, has no file yet */
  SyPlaces *places;             /* what the user has pinned; tasks that are gone may be in it still */
} SyDesignRevision;

SyDesignRevision *sy_design_revision_new (void);
SyDesignRevision *sy_design_revision_ref (SyDesignRevision *revision);
void sy_design_revision_unref (SyDesignRevision *revision);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDesignRevision, sy_design_revision_unref)
/* Adds one, to be filled in. (transfer none) */
SyDesignProblem *sy_design_revision_add_problem (SyDesignRevision *revision);

/* How the file on the disk stands to what is edited */
typedef enum
{
  SY_DISK_SAME,
  SY_DISK_MERGED,       /* it had changed elsewhere: both are in the document now, as a step of history */
  SY_DISK_CONFLICT,     /* it has changed where it was changed here too */
  SY_DISK_GONE,
} SyDiskNews;

typedef struct
{
  /* Another revision: after each change, or several at once where they come quickly */
  void (*revised) (SyDesignRevision *revision, gpointer data);
  /* Request @serial was not done; @name: (nullable): the change's. The document is as it was. */
  void (*refused) (guint serial, const char *name, const GError *error, gpointer data);
  /* The file was written (@error NULL), or not */
  void (*saved) (const char *path, const GError *error, gpointer data);
  void (*disk) (SyDiskNews news, const char *message, gpointer data);
  /* (nullable): something to be told once: why places are not kept */
  void (*said) (const char *message, gpointer data);
} SyDesignObserver;

/**
 * SyDesigner:
 *
 * One document: its text, one history of changes over canvas, forms and text,
 * its file. Functions are called on the main thread and return at once;
 * requests are done in their order by a worker, and the observer is told on the
 * main thread. What changes is verified: the new text is parsed and compared
 * with what it should be before it becomes a revision; a change that cannot be
 * made is refused as a whole. Unsaved text is kept in a draft beside the runs, and
 * comes back with the next designer of that file. Places are no part of the text:
 * where that is as on the disk, they are written beside it soon after they change,
 * else with it.
 */
typedef struct _SyDesigner SyDesigner;
struct _SyDesigner
{
  void (*set_observer) (SyDesigner *designer, const SyDesignObserver *observer, gpointer data);
  /* (transfer none): the newest one told; never NULL */
  SyDesignRevision *(*get_revision) (SyDesigner *designer);

  /* Requests; each gives its serial (check_disk(), which changes nothing mostly, that of the one before). */
  guint (*apply) (SyDesigner *designer, SyChange *change); /* takes @change */
  guint (*undo) (SyDesigner *designer);
  guint (*redo) (SyDesigner *designer);
  /* @path: (nullable): another file, from now on this document's. A file that has changed meanwhile is merged, or refused. */
  guint (*save) (SyDesigner *designer, const char *path, gboolean overwrite);
  /* The file may have changed: takes over what does not collide (SyDiskNews). */
  guint (*check_disk) (SyDesigner *designer);
  /* The file as it lies on the disk, as a step of history */
  guint (*reload) (SyDesigner *designer);

  /* --- the newest revision, read --- */
  /* (transfer full) (nullable): the value at @path */
  SyChangeValue *(*get_value) (SyDesigner *designer, const char *const *path);
  /* Bytes of the value at @path, or of a task with its key (two keys: "tasks", ID); FALSE: not there */
  gboolean (*get_range) (SyDesigner *designer, const char *const *path, gsize *start, gsize *end);
  /* (transfer full): keys to the innermost value or key at @offset; empty: none */
  GStrv (*get_path_at) (SyDesigner *designer, gsize offset);
  /* (transfer full): the tasks as YAML, for the clipboard; their needs of tasks that are not among them are left out */
  char *(*copy_tasks) (SyDesigner *designer, const char *const *tasks);
  /* (nullable): "file", "task", "param", "retry" …: the keys that may stand there, for forms and completion */
  const SyTable *(*get_table) (SyDesigner *designer, const char *name);
  /* FALSE with the reason: a value that may not stand there. Expressions count as good. */
  gboolean (*check_value) (SyDesigner *designer, const SyField *field, const char *text, GError **error);

  /* Waits for what is under way; a draft of unsaved text stays unless @discard. */
  void (*free) (SyDesigner *designer, gboolean discard);
};

G_END_DECLS
