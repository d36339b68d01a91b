/* sy-branch-list.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-branch-list.h"

#include "core/model/sy-graph.h"
#include "core/model/sy-progress.h"
#include "core/model/sy-words.h"

#include <glib/gi18n.h>

#define MOST_SHOWN 24

typedef struct
{
  char *name;           /* "FORK/CHILD" */
  GArray *tasks;        /* (owned) indices */
  GtkWidget *bar;
  GtkLabel *words;
  GtkMenuButton *button;
  int paused;           /* -1 = no menu yet */
} Branch;

struct _SyBranchList
{
  GtkWidget parent;

  SyRunModel *model;    /* (owned) (nullable) */
  SyWorkflow *workflow; /* (owned) (nullable) of @ipdom */
  guint32 *ipdom;       /* (owned) (nullable) */
  GtkWidget *box, *rows;
  GPtrArray *branches;  /* (owned) Branch */
};

G_DEFINE_FINAL_TYPE (SyBranchList, sy_branch_list, GTK_TYPE_WIDGET)

static void
branch_free (gpointer data)
{
  Branch *branch = data;

  g_array_unref (branch->tasks);
  g_free (branch->name);
  g_free (branch);
}

/* --- the menu --- */

static GMenuModel *
make_menu (const char *name, gboolean paused)
{
  const struct { const char *label, *action; } items[] = {
    { _("Select"), "branch.select" },
    { _("Re-run Failed in Branch…"), "branch.rerun-failed" },
    { _("Re-run Branch…"), "branch.rerun" },
    { paused ? _("Resume Branch") : _("Pause Branch"), paused ? "branch.resume" : "branch.pause" },
    { _("Stop Branch…"), "branch.stop" },
  };
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      g_autoptr (GMenuItem) item = g_menu_item_new (items[i].label, NULL);

      g_menu_item_set_action_and_target (item, items[i].action, "s", name);
      g_menu_append_item (menu, item);
    }
  return G_MENU_MODEL (menu);
}

static gboolean
is_paused (const SyRunState *state, const char *name)
{
  for (guint i = 0; i < state->paused_branches->len; i++)
    if (g_str_equal (g_ptr_array_index (state->paused_branches, i), name))
      return TRUE;
  return FALSE;
}

/* --- a row --- */

/* "52 % · 1 failed · about 4 min" */
static char *
describe (const SyProgress *progress, gboolean paused)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "%u %%", sy_progress_percent (progress));
  if (progress->n_failed > 0)
    sy_words_more (text, _(" · %s failed"), progress->n_failed);
  if (progress->n_blocked > 0)
    sy_words_more (text, _(" · %s blocked"), progress->n_blocked);
  if (paused)
    g_string_append (text, _(" · paused"));
  else if (progress->left_us > 0 && progress->n_done < progress->n_tasks)
    {
      g_autofree char *left = sy_words_dup_duration (progress->left_us);

      g_string_append_printf (text, _(" · about %s"), left);
    }
  return g_string_free (text, FALSE);
}

static void
refresh_branch (SyBranchList *self, Branch *branch, const SyProgressBasis *basis)
{
  gboolean paused = is_paused (basis->state, branch->name);
  g_autofree char *words = NULL;
  SyProgress progress;

  sy_progress_measure (basis, branch->tasks, &progress);
  words = describe (&progress, paused);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (branch->bar), CLAMP (progress.fraction, 0, 1));
  gtk_label_set_text (branch->words, words);
  if (paused != branch->paused)
    {
      g_autoptr (GMenuModel) menu = make_menu (branch->name, paused);

      gtk_menu_button_set_menu_model (branch->button, menu);
    }
  branch->paused = paused;
}

static GtkWidget *
make_row (Branch *branch, const char *child)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *name = gtk_label_new (child), *words = gtk_label_new (NULL);
  g_autofree char *label = g_strdup_printf (_("Branch %s"), child);

  branch->bar = gtk_progress_bar_new ();
  branch->words = GTK_LABEL (words);
  branch->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (name), 0);
  gtk_widget_set_hexpand (name, TRUE);
  gtk_widget_add_css_class (words, "caption");
  gtk_widget_add_css_class (words, "dim-label");
  gtk_widget_add_css_class (words, "numeric");
  gtk_menu_button_set_icon_name (branch->button, "view-more-symbolic");
  gtk_widget_add_css_class (GTK_WIDGET (branch->button), "flat");
  gtk_widget_set_tooltip_text (GTK_WIDGET (branch->button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (branch->button))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_box_append (GTK_BOX (line), name);
  gtk_box_append (GTK_BOX (line), words);
  gtk_box_append (GTK_BOX (text), line);
  gtk_box_append (GTK_BOX (text), branch->bar);
  gtk_widget_set_valign (text, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), text);
  gtk_box_append (GTK_BOX (row), GTK_WIDGET (branch->button));
  return row;
}

/* --- the list --- */

static void
add_branch (SyBranchList *self, guint32 fork, guint32 child)
{
  Branch *branch = g_new0 (Branch, 1);
  const SyTask *tasks = self->workflow->tasks;

  branch->name = g_strdup_printf ("%s/%s", tasks[fork].id, tasks[child].id);
  branch->tasks = sy_graph_branch_tasks (self->workflow, self->ipdom, fork, child);
  branch->paused = -1;
  gtk_box_append (GTK_BOX (self->rows), make_row (branch, tasks[child].label != NULL ? tasks[child].label : tasks[child].id));
  g_ptr_array_add (self->branches, branch);
}

static void
clear (SyBranchList *self)
{
  GtkWidget *row;

  g_ptr_array_set_size (self->branches, 0);
  while ((row = gtk_widget_get_first_child (self->rows)) != NULL)
    gtk_box_remove (GTK_BOX (self->rows), row);
}

static void
set_workflow (SyBranchList *self, SyWorkflow *workflow)
{
  if (self->workflow == workflow)
    return;
  g_clear_pointer (&self->workflow, sy_workflow_unref);
  g_clear_pointer (&self->ipdom, g_free);
  self->workflow = sy_workflow_ref (workflow);
  self->ipdom = sy_graph_post_dominators (workflow);
}

void
sy_branch_list_show (SyBranchList *self, SyRunModel *model, guint32 fork)
{
  const SyWorkflow *workflow = model != NULL ? sy_run_model_get_workflow (model) : NULL;
  gboolean run = model != NULL && sy_run_model_get_run_id (model) != NULL;
  guint32 first = run ? workflow->down_start[fork] : 0, end = run ? workflow->down_start[fork + 1] : 0;

  g_return_if_fail (SY_IS_BRANCH_LIST (self));
  clear (self);
  g_set_object (&self->model, model);
  gtk_widget_set_visible (GTK_WIDGET (self), end - first >= 2);
  if (end - first < 2)
    return;
  set_workflow (self, sy_run_model_get_workflow (model));
  for (guint32 k = first; k < end && k - first < MOST_SHOWN; k++)
    add_branch (self, fork, workflow->down[k]);
  sy_branch_list_refresh (self);
}

void
sy_branch_list_refresh (SyBranchList *self)
{
  SyProgressBasis basis;

  g_return_if_fail (SY_IS_BRANCH_LIST (self));
  if (self->branches->len == 0)
    return;
  sy_run_model_init_progress (self->model, &basis);
  for (guint i = 0; i < self->branches->len; i++)
    refresh_branch (self, g_ptr_array_index (self->branches, i), &basis);
}

/* --- life --- */

static void
sy_branch_list_dispose (GObject *object)
{
  SyBranchList *self = SY_BRANCH_LIST (object);

  g_clear_pointer (&self->branches, g_ptr_array_unref);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->workflow, sy_workflow_unref);
  g_clear_pointer (&self->ipdom, g_free);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (sy_branch_list_parent_class)->dispose (object);
}

static void
sy_branch_list_class_init (SyBranchListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sy_branch_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
sy_branch_list_init (SyBranchList *self)
{
  GtkWidget *title = gtk_label_new (_("Branches"));

  self->branches = g_ptr_array_new_with_free_func (branch_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->rows = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "caption-heading");
  gtk_widget_add_css_class (title, "dim-label");
  gtk_box_append (GTK_BOX (self->box), title);
  gtk_box_append (GTK_BOX (self->box), self->rows);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
sy_branch_list_new (void)
{
  return g_object_new (SY_TYPE_BRANCH_LIST, NULL);
}
