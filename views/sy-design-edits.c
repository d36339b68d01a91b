/* sy-design-edits.c: what a user does to a document, each as one change with a name
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-private.h"

#include "views/sy-form-entries.h"
#include "views/sy-task-kind.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is_taken (SyDesign *self, const char *id)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (self));
  GPtrArray *all = sy_design_get_pending (self);

  for (guint i = 0; i < all->len; i++)
    {
      const SyPending *pending = g_ptr_array_index (all, i);

      if (g_strcmp0 (pending->kind == SY_PENDING_RENAME ? pending->other : pending->task, id) == 0)
        return TRUE;
    }
  return sy_workflow_find (workflow, id) != SY_NO_TASK;
}

char *
sy_design_free_id (SyDesign *self, const char *stem)
{
  g_return_val_if_fail (SY_IS_DESIGN (self), NULL);
  for (guint n = 1;; n++)
    {
      char *id = n == 1 ? g_strdup (stem) : g_strdup_printf ("%s-%u", stem, n);

      if (!is_taken (self, id))
        return id;
      g_free (id);
    }
}

static SyChange *change_new (const char *format, ...) G_GNUC_PRINTF (1, 2);

static SyChange *
change_new (const char *format, ...)
{
  g_autofree char *name = NULL;
  va_list args;

  va_start (args, format);
  name = g_strdup_vprintf (format, args);
  va_end (args);
  return sy_change_new (name);
}

void
sy_design_add_task (SyDesign *self, const char *kind, const char *from, const char *to)
{
  g_autofree char *id = sy_design_free_id (self, "task");
  SyChange *change;

  change = from != NULL ? change_new (_("Add a Task After %s"), from) : change_new ("%s", _("Add a Task"));
  sy_change_add_task (change, id, NULL, from);
  if (from != NULL)
    sy_change_connect (change, from, id);
  if (to != NULL)
    sy_change_connect (change, id, to);
  sy_design_apply (self, change);
  sy_design_name_next (self, id, kind);
}

void
sy_design_insert_task (SyDesign *self, const char *from, const char *to)
{
  g_autofree char *id = sy_design_free_id (self, "task");
  SyChange *change = change_new (_("Insert a Task Between %s and %s"), from, to);

  sy_change_add_task (change, id, NULL, from);
  sy_change_connect (change, from, id);
  sy_change_connect (change, id, to);
  sy_change_disconnect (change, from, to);
  sy_design_apply (self, change);
  sy_design_name_next (self, id, NULL);
}

void
sy_design_rename (SyDesign *self, const char *task, const char *name)
{
  SyChange *change = change_new (_("Rename %s to %s"), task, name);

  sy_change_rename_task (change, task, name);
  sy_design_apply (self, change);
}

/* (transfer full) (nullable): what stands there now */
static char *
line_of (SyDesign *self, const char *task, const SyField *kind)
{
  const char *const path[] = { "tasks", task, kind->key, NULL };
  SyDesigner *designer = sy_design_get_designer (self);
  g_autoptr (SyChangeValue) value = designer->get_value (designer, path);

  return sy_task_kind_get_line (kind, value);
}

gboolean
sy_design_name (SyDesign *self, const char *task, const char *name, const SyField *kind, const char *line, GError **error)
{
  g_autofree char *old = kind != NULL ? line_of (self, task, kind) : NULL;
  gboolean renamed = strcmp (name, task) != 0, changed = kind != NULL && strcmp (line, old != NULL ? old : "") != 0;
  SyChangeValue *value = NULL;
  SyChange *change;

  if (changed && *line != '\0' && (value = sy_task_kind_make (kind, line, error)) == NULL)
    return FALSE;
  if (!renamed && !changed)
    return TRUE;
  change = renamed ? change_new (_("Rename %s to %s"), task, name) : change_new (_("Change the Command of %s"), task);
  if (renamed)
    sy_change_rename_task (change, task, name);
  if (changed)
    sy_change_set_field (change, name, kind->key, value);
  sy_design_apply (self, change);
  return TRUE;
}

void
sy_design_connect (SyDesign *self, const char *from, const char *to)
{
  SyChange *change = change_new (_("Connect %s → %s"), from, to);

  sy_change_connect (change, from, to);
  sy_design_apply (self, change);
}

void
sy_design_disconnect (SyDesign *self, const char *from, const char *to)
{
  SyChange *change = change_new (_("Disconnect %s → %s"), from, to);

  sy_change_disconnect (change, from, to);
  sy_design_apply (self, change);
}

static const SyField *
find_field (const SyTable *table, const char *key)
{
  for (guint i = 0; i < table->n_fields; i++)
    if (g_str_equal (table->fields[i].key, key))
      return &table->fields[i];
  return NULL;
}

/* As the form's rows do it */
void
sy_design_tolerate (SyDesign *self, const char *from, const char *to, const char *word, gboolean on)
{
  SyDesigner *designer = sy_design_get_designer (self);
  const char *const path[] = { "tasks", to, NULL }, *const needs[] = { "tasks", to, "needs", NULL };
  SyFormItem item = { .kind = SY_FORM_ROWS, .field = find_field (designer->get_table (designer, "task"), "needs") };
  g_autoptr (SyFormScope) scope = sy_form_scope_new (path, NULL);
  g_autoptr (SyChangeValue) value = designer->get_value (designer, needs);
  g_autoptr (GPtrArray) entries = sy_form_entries_read (&item, value);
  const SyField *options = sy_form_entries_get_options (&item);
  SyChange *change = NULL;

  for (guint i = 0; entries != NULL && change == NULL && i < entries->len; i++)
    for (guint k = 0; g_strcmp0 (((SyFormEntry *) g_ptr_array_index (entries, i))->text, from) == 0 && options->item->words[k] != NULL; k++)
      if (g_str_equal (options->item->words[k], word))
        change = sy_form_entries_set_option (&item, scope, value, i, k, on);
  if (change != NULL)
    sy_design_apply (self, change);
}

void
sy_design_remove (SyDesign *self, const char *const *tasks, SyChangeEdges edges)
{
  guint n = g_strv_length ((char **) tasks);
  SyChange *change;

  if (n == 0)
    return;
  change = n == 1 ? change_new (_("Delete %s"), tasks[0]) : change_new (ngettext ("Delete %u Task", "Delete %u Tasks", n), n);
  /* the last in the file first: what needs them goes before what is needed */
  for (guint i = n; i > 0; i--)
    sy_change_remove_task (change, tasks[i - 1], edges);
  sy_design_apply (self, change);
}

void
sy_design_paste (SyDesign *self, const char *yaml)
{
  SyChange *change = change_new ("%s", _("Paste"));

  sy_change_paste (change, yaml);
  sy_design_apply (self, change);
}

void
sy_design_set_field (SyDesign *self, const char *task, const char *field, SyChangeValue *value)
{
  SyChange *change = change_new (_("Change %s of %s"), field, task);

  sy_change_set_field (change, task, field, value);
  sy_design_apply (self, change);
}
