/* sy-design-group.c: groups of tasks: their field in the file, given and taken by hand
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include <glib/gi18n.h>
#include <string.h>

/* Ids of what is selected. (transfer full) */
static GPtrArray *
selected (SyDesignLayer *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->canvas->model);
  GPtrArray *tasks = g_ptr_array_new ();

  for (guint32 v = 0; v < workflow->n_tasks; v++)
    if (sy_session_is_selected (self->canvas->session, v))
      g_ptr_array_add (tasks, (gpointer) &workflow->tasks[v]);
  return tasks;
}

/* The one group that all of @tasks are in; NULL: there is none such */
static const char *
group_of (const GPtrArray *tasks)
{
  const char *group = tasks->len > 0 ? ((const SyTask *) g_ptr_array_index (tasks, 0))->group : NULL;

  for (guint i = 1; i < tasks->len; i++)
    if (g_strcmp0 (((const SyTask *) g_ptr_array_index (tasks, i))->group, group) != 0)
      return NULL;
  return group;
}

static gboolean
is_all_of (SyDesignLayer *self, const GPtrArray *tasks, const char *group)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->canvas->model);
  guint n = 0;

  for (guint32 v = 0; v < workflow->n_tasks; v++)
    n += g_strcmp0 (workflow->tasks[v].group, group) == 0;
  return n == tasks->len;
}

/* @name: (nullable): in no group from now on */
static void
set_group (SyDesignLayer *self, const GPtrArray *tasks, const char *name, const char *step)
{
  SyChange *change = sy_change_new (step);

  for (guint i = 0; i < tasks->len; i++)
    {
      const SyTask *task = g_ptr_array_index (tasks, i);

      if (g_strcmp0 (task->group, name) != 0)
        sy_change_set_field (change, task->id, "group", name != NULL ? sy_change_value_new_text (name) : NULL);
    }
  if (change->steps->len > 0)
    sy_design_apply (self->design, change);
  else
    sy_change_free (change);
}

void
sy_design_layer_set_group (SyDesignLayer *self, const char *name)
{
  g_autoptr (GPtrArray) tasks = selected (self);
  const char *before = group_of (tasks);
  g_autofree char *step = before != NULL && is_all_of (self, tasks, before)
                            ? g_strdup_printf (_("Rename Group %s to %s"), before, name)
                            : g_strdup_printf (ngettext ("Group %u Task as %s", "Group %u Tasks as %s", tasks->len), tasks->len, name);

  if (*name != '\0')
    set_group (self, tasks, name, step);
  else
    sy_design_layer_dissolve_group (self);
}

/* The groups of what is selected, as a whole */
void
sy_design_layer_dissolve_group (SyDesignLayer *self)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->canvas->model);
  g_autoptr (GPtrArray) chosen = selected (self), tasks = g_ptr_array_new ();
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *step = NULL;
  const char *name = NULL;

  for (guint i = 0; i < chosen->len; i++)
    if (((const SyTask *) g_ptr_array_index (chosen, i))->group != NULL)
      {
        name = ((const SyTask *) g_ptr_array_index (chosen, i))->group;
        g_hash_table_add (groups, (gpointer) name);
      }
  for (guint32 v = 0; v < workflow->n_tasks; v++)
    if (workflow->tasks[v].group != NULL && g_hash_table_contains (groups, workflow->tasks[v].group))
      g_ptr_array_add (tasks, &workflow->tasks[v]);
  step = g_hash_table_size (groups) == 1 ? g_strdup_printf (_("Dissolve Group %s"), name) : g_strdup (_("Dissolve Groups"));
  set_group (self, tasks, NULL, step);
}

gboolean
sy_design_layer_is_grouped (SyDesignLayer *self)
{
  g_autoptr (GPtrArray) tasks = selected (self);

  for (guint i = 0; i < tasks->len; i++)
    if (((const SyTask *) g_ptr_array_index (tasks, i))->group != NULL)
      return TRUE;
  return FALSE;
}

/* --- its name --- */

static void
on_given (GtkEntry *entry, SyDesignLayer *self)
{
  g_autofree char *name = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));

  sy_design_layer_close_popover (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  sy_design_layer_set_group (self, name);
}

void
sy_design_layer_ask_group (SyDesignLayer *self)
{
  g_autoptr (GPtrArray) tasks = selected (self);
  const char *group = group_of (tasks);
  GtkWidget *entry = gtk_entry_new ();

  if (tasks->len == 0 || !sy_canvas_is_ready (self->canvas))
    {
      g_object_unref (g_object_ref_sink (entry));
      sy_session_set_status (self->canvas->session, "%s", _("Select the tasks of the group first"));
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (entry), group != NULL ? group : "");
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 24);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _("Name; none: in no group"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Name of the group"), -1);
  g_signal_connect (entry, "activate", G_CALLBACK (on_given), self);
  sy_design_layer_close_popover (self);
  sy_design_layer_present (self, ((const SyTask *) g_ptr_array_index (tasks, 0))->id, entry, _("Name of the group"));
  gtk_widget_grab_focus (entry);
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
}
