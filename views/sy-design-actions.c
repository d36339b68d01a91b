/* sy-design-actions.c: what can be done to a document, as actions
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-design-layer-private.h"

#include "core/model/sy-graph.h"
#include "core/model/sy-pattern.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* --- what is meant --- */

static const char *
focus_id (SyDesignLayer *self)
{
  guint32 focus = sy_session_get_focus (self->canvas->session);
  const SyWorkflow *workflow = self->canvas->model != NULL ? sy_run_model_get_workflow (self->canvas->model) : NULL;

  return workflow != NULL && focus < workflow->n_tasks ? workflow->tasks[focus].id : NULL;
}

/* Ids of what is selected, each after what it needs. (transfer full) */
static GStrv
selected_ids (SyDesignLayer *self)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->canvas->model);

  for (guint32 i = 0; i < workflow->n_tasks; i++)
    if (sy_session_is_selected (self->canvas->session, workflow->topo[i]))
      g_strv_builder_add (ids, workflow->tasks[workflow->topo[i]].id);
  return g_strv_builder_end (ids);
}

/* --- adding --- */

static void
act_add (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_design_add_task (((SyDesignLayer *) data)->design, parameter != NULL ? g_variant_get_string (parameter, NULL) : NULL, NULL, NULL);
}

static void
act_add_handler (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  const char *const path[] = { "handlers", g_variant_get_string (parameter, NULL), NULL };

  sy_design_ask_field (((SyDesignLayer *) data)->design, path);
}

static void
act_add_param (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  static const char *const path[] = { "params", NULL };

  sy_design_ask_field (((SyDesignLayer *) data)->design, path);
}

static void
act_add_after (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;

  sy_design_add_task (self->design, NULL, focus_id (self), NULL);
}

static void
act_insert_before (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;

  if (focus_id (self) != NULL)
    sy_design_add_task (self->design, NULL, NULL, focus_id (self));
}

/* After the task that is selected, where it is one */
static void
act_pattern (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  guint32 pattern = g_variant_get_uint32 (parameter);
  gboolean one = sy_session_get_n_selected (self->canvas->session) == 1;

  if (pattern < SY_N_PATTERNS && self->design != NULL)
    sy_design_layer_ask_pattern (self, pattern, one ? focus_id (self) : NULL);
}

static void
act_connect (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;

  if (focus_id (self) != NULL && sy_canvas_is_ready (self->canvas))
    sy_design_layer_ask_target (self, focus_id (self));
}

static void
act_rename (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  guint32 focus = sy_session_get_focus (self->canvas->session);

  if (focus_id (self) == NULL || !sy_canvas_is_ready (self->canvas))
    return;
  sy_canvas_reveal (self->canvas, focus);
  sy_design_layer_ask_name (self, focus_id (self), NULL);
}

/* --- edges --- */

/* The edge that the menu was opened on, else the one that was clicked */
static gboolean
edge_meant (SyDesignLayer *self, const char **from, const char **to)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  guint32 source, target;

  if (self->canvas->menu != NULL && workflow != NULL && self->canvas->menu_from < workflow->n_tasks)
    {
      source = self->canvas->menu_from;
      target = self->canvas->menu_to;
    }
  else if (!sy_design_layer_chosen_edge (self, &source, &target))
    return FALSE;
  *from = workflow->tasks[source].id;
  *to = workflow->tasks[target].id;
  return TRUE;
}

static void
act_edge (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  const char *from, *to;

  if (!edge_meant (self, &from, &to))
    return;
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "insert"))
    sy_design_insert_task (self->design, from, to);
  else
    sy_design_disconnect (self->design, from, to);
  g_clear_pointer (&self->edge_from, g_free);
  g_clear_pointer (&self->edge_to, g_free);
}

static const struct { const char *action; SyTolerate tolerate; const char *word; } tolerances[] = {
  { "tolerate-failed", SY_TOLERATE_FAILED, "failed" }, { "tolerate-skipped", SY_TOLERATE_SKIPPED, "skipped" },
};

/* Bits of what the target of the edge that is meant tolerates; 0: nothing, or there is none */
static guint32
tolerated (SyDesignLayer *self)
{
  const SyWorkflow *workflow = sy_design_layer_workflow (self);
  const char *from, *to;
  guint32 source, target;

  if (self->design == NULL || !edge_meant (self, &from, &to))
    return 0;
  source = sy_workflow_find (workflow, from);
  target = sy_workflow_find (workflow, to);
  for (guint32 k = 0; k < workflow->tasks[target].n_needs; k++)
    if (workflow->tasks[target].needs[k].task == source)
      return workflow->tasks[target].needs[k].tolerate;
  return 0;
}

void
sy_design_layer_update_edge_actions (SyDesignLayer *self)
{
  guint32 bits = tolerated (self);

  for (guint i = 0; i < G_N_ELEMENTS (tolerances); i++)
    g_simple_action_set_state (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), tolerances[i].action)),
                               g_variant_new_boolean ((bits & tolerances[i].tolerate) != 0));
}

static void
act_tolerate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  const char *from, *to;

  for (guint i = 0; i < G_N_ELEMENTS (tolerances); i++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), tolerances[i].action) && edge_meant (self, &from, &to))
      sy_design_tolerate (self->design, from, to, tolerances[i].word, (tolerated (self) & tolerances[i].tolerate) == 0);
}

/* --- deleting --- */

static void
remove_selected (SyDesignLayer *self, SyChangeEdges edges)
{
  g_auto (GStrv) ids = selected_ids (self);

  sy_design_remove (self->design, (const char *const *) ids, edges);
}

static void
on_delete_answer (AdwMessageDialog *dialog, const char *response, SyCanvas *canvas)
{
  if (canvas->design != NULL && canvas->design->design != NULL && !g_str_equal (response, "cancel"))
    remove_selected (canvas->design, g_str_equal (response, "chain") ? SY_CHANGE_EDGES_BRIDGE : SY_CHANGE_EDGES_DROP);
}

/* How many tasks that stay need one that goes; *chain: one that goes has needs itself, so that there is a chain to keep */
static guint
count_dependants (SyDesignLayer *self, gboolean *chain)
{
  const SyWorkflow *workflow = sy_run_model_get_workflow (self->canvas->model);
  SySession *session = self->canvas->session;
  guint n = 0;

  *chain = FALSE;
  for (guint32 i = 0; i < workflow->n_tasks; i++)
    {
      gboolean needs = FALSE;

      for (guint32 k = 0; k < workflow->tasks[i].n_needs; k++)
        {
          gboolean goes = sy_session_is_selected (session, workflow->tasks[i].needs[k].task);

          needs = needs || goes;
          *chain = *chain || (sy_session_is_selected (session, i) && !goes);
        }
      n += needs && !sy_session_is_selected (session, i);
    }
  return n;
}

static void
ask_delete (SyDesignLayer *self, guint dependants)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self->canvas)));
  guint n = sy_session_get_n_selected (self->canvas->session);
  g_autofree char *heading = n == 1 ? g_strdup_printf (_("Delete “%s”?"), focus_id (self))
                                    : g_strdup_printf (ngettext ("Delete %u Task?", "Delete %u Tasks?", n), n);
  g_autofree char *body = g_strdup_printf (ngettext ("%u other task needs it. Keeping the chain, that task needs what was in front.",
                                                     "%u other tasks need it. Keeping the chain, they need what was in front.", dependants),
                                           dependants);
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (root), heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("Cancel"), "delete", _("Also Remove the Edges"), "chain",
                                    _("Keep the Chain"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "chain");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_delete_answer), self->canvas, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
act_delete (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  gboolean chain;
  guint dependants;
  guint32 from, to;

  if (sy_design_layer_chosen_edge (self, &from, &to))
    {
      act_edge (action, NULL, self);
      return;
    }
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "delete-chain"))
    {
      remove_selected (self, SY_CHANGE_EDGES_BRIDGE);
      return;
    }
  dependants = count_dependants (self, &chain);
  if (dependants > 0 && chain)
    ask_delete (self, dependants);
  else
    remove_selected (self, SY_CHANGE_EDGES_DROP);
}

/* --- copies --- */

static char *
copy_selected (SyDesignLayer *self)
{
  g_auto (GStrv) ids = selected_ids (self);
  SyDesigner *designer = sy_design_get_designer (self->design);

  return designer->copy_tasks (designer, (const char *const *) ids);
}

static void
act_copy (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  g_autofree char *yaml = copy_selected (self);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self->canvas)), yaml);
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "cut"))
    remove_selected (self, SY_CHANGE_EDGES_DROP);
  else
    sy_session_set_status (self->canvas->session, "%s", _("Copied"));
}

static void
act_duplicate (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  g_autofree char *yaml = copy_selected (data);

  sy_design_paste (((SyDesignLayer *) data)->design, yaml);
}

static void
on_clipboard (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  g_autoptr (SyCanvas) canvas = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
  SyDesignLayer *self = canvas->design;
  SyChange *change;

  if (text == NULL || self == NULL || self->design == NULL)
    return;
  if (g_str_has_prefix (text, "tasks:"))
    {
      sy_design_paste (self->design, text);
      return;
    }
  /* Lines of a shell become a chain of tasks. */
  change = sy_pattern_from_lines (text, sy_run_model_get_workflow (sy_design_get_model (self->design)), focus_id (self));
  if (change != NULL)
    sy_design_apply (self->design, change);
  else
    sy_session_set_status (canvas->session, "%s", _("There is no command in what was copied"));
}

static void
act_paste (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self->canvas)), NULL, on_clipboard, g_object_ref (self->canvas));
}

/* --- places --- */

static void
act_pin (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SyDesignLayer *self = data;
  const char *name = g_action_get_name (G_ACTION (action));
  gboolean all = sy_design_layer_count_pinned (self) >= MAX (sy_session_get_n_selected (self->canvas->session), 1);

  sy_design_layer_pin (self, g_str_equal (name, "toggle-pin") ? !all : g_str_equal (name, "pin"));
}

static void
act_tidy (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_design_layer_tidy (data);
}

static void
act_group (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "group"))
    sy_design_layer_ask_group (data);
  else
    sy_design_layer_dissolve_group (data);
}

/* As SyArrange has them */
static const char *const arrangements[] = { "align-left", "align-centre", "align-right", "align-top", "align-middle", "align-bottom",
                                            "distribute-across", "distribute-down" };

static void
act_arrange (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  for (guint how = 0; how < G_N_ELEMENTS (arrangements); how++)
    if (g_str_equal (g_action_get_name (G_ACTION (action)), arrangements[how]))
      sy_design_layer_arrange (data, how);
}

/* --- history --- */

static void
act_undo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_design_undo (((SyDesignLayer *) data)->design);
}

static void
act_redo (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  sy_design_redo (((SyDesignLayer *) data)->design);
}

static const GActionEntry entries[] = {
  { .name = "add", .activate = act_add },
  { .name = "add-kind", .activate = act_add, .parameter_type = "s" },
  { .name = "add-handler", .activate = act_add_handler, .parameter_type = "s" },
  { .name = "add-param", .activate = act_add_param },
  { .name = "add-after", .activate = act_add_after },
  { .name = "insert-before", .activate = act_insert_before },
  { .name = "pattern", .activate = act_pattern, .parameter_type = "u" },
  { .name = "connect", .activate = act_connect },
  { .name = "rename", .activate = act_rename },
  { .name = "insert", .activate = act_edge },
  { .name = "delete-edge", .activate = act_edge },
  { .name = "tolerate-failed", .activate = act_tolerate, .state = "false" },
  { .name = "tolerate-skipped", .activate = act_tolerate, .state = "false" },
  { .name = "delete", .activate = act_delete },
  { .name = "delete-chain", .activate = act_delete },
  { .name = "duplicate", .activate = act_duplicate },
  { .name = "cut", .activate = act_copy },
  { .name = "copy", .activate = act_copy },
  { .name = "paste", .activate = act_paste },
  { .name = "group", .activate = act_group },
  { .name = "dissolve-group", .activate = act_group },
  { .name = "pin", .activate = act_pin },
  { .name = "unpin", .activate = act_pin },
  { .name = "toggle-pin", .activate = act_pin },
  { .name = "tidy", .activate = act_tidy },
  { .name = "align-left", .activate = act_arrange },
  { .name = "align-centre", .activate = act_arrange },
  { .name = "align-right", .activate = act_arrange },
  { .name = "align-top", .activate = act_arrange },
  { .name = "align-middle", .activate = act_arrange },
  { .name = "align-bottom", .activate = act_arrange },
  { .name = "distribute-across", .activate = act_arrange },
  { .name = "distribute-down", .activate = act_arrange },
  { .name = "undo", .activate = act_undo },
  { .name = "redo", .activate = act_redo },
};

static void
enable (SyDesignLayer *self, const char *name, gboolean on)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)), on);
}

void
sy_design_layer_update_actions (SyDesignLayer *self)
{
  static const char *const one[] = { "insert-before", "connect", "rename" };
  static const char *const some[] = { "group", "delete-chain", "duplicate", "cut", "copy" };
  static const char *const always[] = { "add", "add-kind", "add-handler", "add-param", "add-after", "pattern", "paste", "delete", "insert", "delete-edge", "tolerate-failed", "tolerate-skipped", "toggle-pin", "tidy" };
  gboolean on = self->design != NULL;
  const SyDesignRevision *revision = on ? sy_design_get_revision (self->design) : NULL;
  guint n = on ? sy_session_get_n_selected (self->canvas->session) : 0, pinned = n > 0 ? sy_design_layer_count_pinned (self) : 0;

  for (guint i = 0; i < G_N_ELEMENTS (one); i++)
    enable (self, one[i], n == 1);
  for (guint i = 0; i < G_N_ELEMENTS (some); i++)
    enable (self, some[i], n > 0);
  for (guint i = 0; i < G_N_ELEMENTS (always); i++)
    enable (self, always[i], on);
  enable (self, "dissolve-group", n > 0 && sy_design_layer_is_grouped (self));
  enable (self, "pin", n > pinned);
  enable (self, "unpin", pinned > 0);
  for (guint i = 0; i < G_N_ELEMENTS (arrangements); i++)
    enable (self, arrangements[i], n > 1);
  enable (self, "undo", on && (revision->undo != NULL || sy_design_is_busy (self->design)));
  enable (self, "redo", on && revision->redo != NULL);
}

void
sy_design_layer_add_actions (SyDesignLayer *self)
{
  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self->canvas), "design", G_ACTION_GROUP (self->actions));
}

GActionGroup *
sy_canvas_get_design_actions (SyCanvas *canvas)
{
  g_return_val_if_fail (SY_IS_CANVAS (canvas), NULL);
  return G_ACTION_GROUP (canvas->design->actions);
}
