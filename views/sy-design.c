/* sy-design.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-private.h"

#include "core/base/sy-error.h"

#include <glib/gi18n.h>
#include <string.h>

struct _SyDesign
{
  GObject parent;

  SyDesigner *designer;         /* (owned) (nullable): NULL once closed */
  SyDesignRevision *revision;   /* (owned) */
  SyRunModel *model;            /* (owned) */
  GPtrArray *pending;           /* of SyPending */
  guint serial;                 /* of the newest request */
  guint answered;               /* the newest serial told of */
  gboolean insists;             /* what is missing is a mistake, even while nothing was done */
  char *name_next;              /* (nullable) the task whose name is to be asked for */
  char *kind_next;              /* (nullable) and what it is to be */
  GHashTable *worst;            /* (owned) id -> SyDesignProblem of the revision */
  GArray *placings;             /* (owned) Placing: asked for, in no revision yet */
};

enum { CHANGED, PENDING, REFUSED, SAVED, DISK, SAID, RENAME_WANTED, FIELD_WANTED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SyDesign, sy_design, G_TYPE_OBJECT)

/* --- places that are asked for --- */

typedef struct
{
  guint serial;
  char *task;
  gboolean pinned;
  SyPlace place;
} Placing;

static void
placing_clear (gpointer data)
{
  g_free (((Placing *) data)->task);
}

/* (transfer full): the revision's, with what was asked for since */
static SyPlaces *
places_wanted (SyDesign *self)
{
  SyPlaces *places;

  if (self->placings->len == 0)
    return sy_places_ref (self->revision->places);
  places = sy_places_copy (self->revision->places);
  for (guint i = 0; i < self->placings->len; i++)
    {
      const Placing *placing = &g_array_index (self->placings, Placing, i);

      if (placing->pinned)
        sy_places_set (places, placing->task, placing->place);
      else
        sy_places_remove (places, placing->task);
    }
  return places;
}

static void
show_places (SyDesign *self)
{
  g_autoptr (SyPlaces) places = places_wanted (self);

  sy_run_model_set_places (self->model, places);
}

static void
note_placings (SyDesign *self, guint serial, const SyChange *change)
{
  for (guint i = 0; i < change->steps->len; i++)
    {
      const SyChangeStep *step = g_ptr_array_index (change->steps, i);

      if (step->kind == SY_STEP_PLACE)
        g_array_append_val (self->placings, ((Placing){ serial, g_strdup (step->task), step->pinned, step->place }));
    }
}

/* Up to @last they are in the revision; @refused: came to nothing */
static void
forget_placings (SyDesign *self, guint last, guint refused)
{
  for (guint i = self->placings->len; i-- > 0;)
    {
      guint serial = g_array_index (self->placings, Placing, i).serial;

      if (serial <= last || serial == refused)
        g_array_remove_index (self->placings, i);
    }
}

/* --- what is asked for --- */

static void
pending_free (gpointer data)
{
  SyPending *pending = data;

  g_free (pending->task);
  g_free (pending->other);
  g_free (pending);
}

static void
add_pending (SyDesign *self, guint serial, SyPendingKind kind, const char *task, const char *other)
{
  SyPending *pending = g_new0 (SyPending, 1);

  pending->kind = kind;
  pending->serial = serial;
  pending->task = g_strdup (task);
  pending->other = g_strdup (other);
  g_ptr_array_add (self->pending, pending);
}

static void
note_pending (SyDesign *self, guint serial, const SyChange *change)
{
  for (guint i = 0; i < change->steps->len; i++)
    {
      const SyChangeStep *step = g_ptr_array_index (change->steps, i);

      switch (step->kind)
        {
        case SY_STEP_ADD_TASK: add_pending (self, serial, SY_PENDING_ADD, step->task, step->other); break;
        case SY_STEP_REMOVE_TASK: add_pending (self, serial, SY_PENDING_REMOVE, step->task, NULL); break;
        case SY_STEP_RENAME_TASK: add_pending (self, serial, SY_PENDING_RENAME, step->task, step->other); break;
        case SY_STEP_ADD_NEED: add_pending (self, serial, SY_PENDING_CONNECT, step->task, step->other); break;
        case SY_STEP_REMOVE_NEED: add_pending (self, serial, SY_PENDING_DISCONNECT, step->task, step->other); break;
        default: break;
        }
    }
}

void
sy_design_forget_done (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  for (guint i = self->pending->len; i > 0; i--)
    if (((SyPending *) g_ptr_array_index (self->pending, i - 1))->done)
      g_ptr_array_remove_index (self->pending, i - 1);
}

static void
forget_refused (SyDesign *self, guint serial)
{
  for (guint i = self->pending->len; i > 0; i--)
    if (((SyPending *) g_ptr_array_index (self->pending, i - 1))->serial == serial)
      g_ptr_array_remove_index (self->pending, i - 1);
}

/* --- answers --- */

static void
find_worst (SyDesign *self)
{
  g_hash_table_remove_all (self->worst);
  for (guint i = 0; i < self->revision->problems->len; i++)
    {
      SyDesignProblem *problem = g_ptr_array_index (self->revision->problems, i), *known;

      if (problem->task == NULL)
        continue;
      known = g_hash_table_lookup (self->worst, problem->task);
      if (known == NULL || (problem->is_error && !known->is_error))
        g_hash_table_insert (self->worst, problem->task, problem);
    }
}

/* Places first: the layout that the workflow asks for is to know them. */
static void
set_graph (SyDesign *self, SyDesignRevision *revision)
{
  g_autoptr (SyPlaces) places = places_wanted (self);

  sy_run_model_take_places (self->model, places);
  sy_run_model_set_workflow (self->model, revision->workflow);
}

static void
on_revised (SyDesignRevision *revision, gpointer data)
{
  g_autoptr (SyDesign) self = g_object_ref (data);
  g_autofree char *name = NULL, *kind = NULL;

  g_hash_table_remove_all (self->worst);
  sy_design_revision_unref (self->revision);
  self->revision = sy_design_revision_ref (revision);
  self->answered = MAX (self->answered, revision->serial);
  find_worst (self);
  forget_placings (self, revision->serial, 0);
  for (guint i = 0; i < self->pending->len; i++)
    {
      SyPending *pending = g_ptr_array_index (self->pending, i);

      pending->done = pending->done || pending->serial <= revision->serial;
    }
  if (revision->workflow != NULL && revision->workflow != sy_run_model_get_workflow (self->model))
    set_graph (self, revision);
  else
    show_places (self);
  g_signal_emit (self, signals[CHANGED], 0);
  g_signal_emit (self, signals[PENDING], 0);
  if (self->name_next == NULL || revision->workflow == NULL || sy_workflow_find (revision->workflow, self->name_next) == SY_NO_TASK)
    return;
  name = g_steal_pointer (&self->name_next);
  kind = g_steal_pointer (&self->kind_next);
  g_signal_emit (self, signals[RENAME_WANTED], 0, name, kind);
}

static void
on_refused (guint serial, const char *name, const GError *error, gpointer data)
{
  SyDesign *self = data;

  self->answered = MAX (self->answered, serial);
  g_clear_pointer (&self->name_next, g_free);
  forget_refused (self, serial);
  forget_placings (self, 0, serial);
  show_places (self);
  g_signal_emit (self, signals[PENDING], 0);
  g_signal_emit (self, signals[REFUSED], 0, error->message);
}

static void
on_saved (const char *path, const GError *error, gpointer data)
{
  if (g_error_matches (error, SY_ERROR, SY_ERROR_REFUSED))
    g_signal_emit (data, signals[DISK], 0, SY_DISK_CONFLICT, error->message);
  else
    g_signal_emit (data, signals[SAVED], 0, path, error != NULL ? error->message : NULL);
}

static void
on_disk (SyDiskNews news, const char *message, gpointer data)
{
  g_signal_emit (data, signals[DISK], 0, news, message);
}

static void
on_said (const char *message, gpointer data)
{
  g_signal_emit (data, signals[SAID], 0, message);
}

/* --- requests --- */

static void
asked (SyDesign *self, guint serial)
{
  self->serial = serial;
  g_signal_emit (self, signals[PENDING], 0);
}

guint
sy_design_apply (SyDesign *self, SyChange *change)
{
  guint serial, before;

  g_return_val_if_fail (SY_IS_DESIGN (self) && self->designer != NULL, 0);
  before = self->placings->len;
  note_pending (self, self->serial + 1, change);
  note_placings (self, self->serial + 1, change);
  serial = self->designer->apply (self->designer, change);
  for (guint i = 0; i < self->pending->len; i++)
    if (((SyPending *) g_ptr_array_index (self->pending, i))->serial == self->serial + 1)
      ((SyPending *) g_ptr_array_index (self->pending, i))->serial = serial;
  for (guint i = before; i < self->placings->len; i++)
    g_array_index (self->placings, Placing, i).serial = serial;
  asked (self, serial);
  if (self->placings->len > before)
    show_places (self);
  return serial;
}

void
sy_design_undo (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  if (sy_design_is_busy (self) || self->revision->undo != NULL)
    asked (self, self->designer->undo (self->designer));
}

void
sy_design_redo (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  if (sy_design_is_busy (self) || self->revision->redo != NULL)
    asked (self, self->designer->redo (self->designer));
}

void
sy_design_save (SyDesign *self, const char *path, gboolean overwrite)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  asked (self, self->designer->save (self->designer, path, overwrite));
}

void
sy_design_check_disk (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  self->serial = self->designer->check_disk (self->designer);
}

void
sy_design_reload (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  asked (self, self->designer->reload (self->designer));
}

void
sy_design_name_next (SyDesign *self, const char *id, const char *kind)
{
  g_free (self->name_next);
  self->name_next = g_strdup (id);
  g_free (self->kind_next);
  self->kind_next = g_strdup (kind);
}

void
sy_design_ask_field (SyDesign *self, const char *const *path)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  g_signal_emit (self, signals[FIELD_WANTED], 0, path);
}

/* --- what is asked --- */

SyDesigner *
sy_design_get_designer (SyDesign *self)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  return self->designer;
}

SyDesignRevision *
sy_design_get_revision (SyDesign *self)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  return self->revision;
}

SyRunModel *
sy_design_get_model (SyDesign *self)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  return self->model;
}

GPtrArray *
sy_design_get_pending (SyDesign *self)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  return self->pending;
}

gboolean
sy_design_is_busy (SyDesign *self)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), FALSE);
  return self->answered < self->serial;
}

const char *
sy_design_get_name (SyDesign *self)
{
  const char *name;

  g_return_val_if_fail (SY_IS_DESIGN (self), "");
  name = sy_run_model_get_workflow (self->model)->name;
  return name != NULL && *name != '\0' ? name : _("New Workflow");
}

gboolean
sy_design_is_blank (SyDesign *self)
{
  const SyDesignRevision *revision;

  g_return_val_if_fail (SY_IS_DESIGN (self), FALSE);
  revision = self->revision;
  return !self->insists && revision->path == NULL && revision->undo == NULL && revision->workflow != NULL && revision->workflow->n_tasks == 0;
}

void
sy_design_insist (SyDesign *self)
{
  g_return_if_fail (SY_IS_DESIGN (self));
  if (!sy_design_is_blank (self))
    return;
  self->insists = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

const SyDesignProblem *
sy_design_find_problem (SyDesign *self, const char *task)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  return g_hash_table_lookup (self->worst, task);
}

char *
sy_design_describe_way (const SyWorkflow *workflow, guint32 from, guint32 to)
{
  g_autofree guint32 *before = g_new (guint32, MAX (workflow->n_tasks, 1));
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint32));
  GString *text;

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    before[i] = SY_NO_TASK;
  g_array_append_val (open, to);
  for (guint i = 0; i < open->len && before[from] == SY_NO_TASK && from != to; i++)
    {
      guint32 at = g_array_index (open, guint32, i);

      for (guint32 k = 0; k < workflow->tasks[at].n_needs; k++)
        {
          guint32 up = workflow->tasks[at].needs[k].task;

          if (up == to || before[up] != SY_NO_TASK)
            continue;
          before[up] = at;
          g_array_append_val (open, up);
        }
    }
  if (from != to && before[from] == SY_NO_TASK)
    return NULL;
  text = g_string_new (workflow->tasks[from].id);
  for (guint32 at = from; at != to; at = before[at])
    g_string_append_printf (text, " → %s", workflow->tasks[before[at]].id);
  return g_string_free (text, FALSE);
}

/* --- life --- */

void
sy_design_close (SyDesign *self, gboolean discard)
{
  SyDesigner *designer;

  g_return_if_fail (SY_IS_DESIGN (self));
  designer = g_steal_pointer (&self->designer);
  if (designer != NULL)
    designer->free (designer, discard);
}

static void
sy_design_finalize (GObject *object)
{
  SyDesign *self = SY_DESIGN (object);

  sy_design_close (self, FALSE);
  g_hash_table_unref (self->worst);
  sy_design_revision_unref (self->revision);
  g_object_unref (self->model);
  g_ptr_array_unref (self->pending);
  g_free (self->name_next);
  g_free (self->kind_next);
  g_array_unref (self->placings);
  G_OBJECT_CLASS (sy_design_parent_class)->finalize (object);
}

static void
sy_design_class_init (SyDesignClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sy_design_finalize;
  signals[CHANGED] = g_signal_new ("changed", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PENDING] = g_signal_new ("pending", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REFUSED] = g_signal_new ("refused", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SAVED] = g_signal_new ("saved", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[DISK] = g_signal_new ("disk", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_STRING);
  signals[SAID] = g_signal_new ("said", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[RENAME_WANTED]
    = g_signal_new ("rename-wanted", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[FIELD_WANTED] = g_signal_new ("field-wanted", SY_TYPE_DESIGN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
}

static void
sy_design_init (SyDesign *self)
{
  self->pending = g_ptr_array_new_with_free_func (pending_free);
  self->worst = g_hash_table_new (g_str_hash, g_str_equal);
  self->placings = g_array_new (FALSE, FALSE, sizeof (Placing));
  g_array_set_clear_func (self->placings, placing_clear);
}

/* A text that is no YAML from the start has no graph: one without tasks stands for it. */
static SyWorkflow *
empty_workflow (void)
{
  SyWorkflow *workflow = sy_workflow_new ();

  workflow->name = sy_workflow_intern (workflow, _("Workflow"));
  sy_workflow_finish (workflow, NULL, NULL);
  return workflow;
}

SyDesign *
sy_design_new (SyDesigner *designer)
{
  static const SyDesignObserver observer = { on_revised, on_refused, on_saved, on_disk, on_said };
  SyDesign *self = g_object_new (SY_TYPE_DESIGN, NULL);
  g_autoptr (SyWorkflow) workflow = NULL;

  self->designer = designer;
  designer->set_observer (designer, &observer, self);
  self->revision = sy_design_revision_ref (designer->get_revision (designer));
  workflow = self->revision->workflow != NULL ? sy_workflow_ref (self->revision->workflow) : empty_workflow ();
  self->model = sy_run_model_new (workflow, NULL, 0);
  sy_run_model_set_places (self->model, self->revision->places);
  find_worst (self);
  return self;
}
