/* test-design-form.c: the inspector of a document on a display
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/design-fixture.h"
#include "tests/views/display.h"
#include "views/sy-design-form.h"
#include "views/sy-form-list.h"
#include "views/sy-form-row.h"

#include <string.h>

#define PAIR "version: 1\ntasks:\n  a:\n    run: x\n    timeout: 10m\n  b: {needs: [a], run: y}\n"

typedef struct
{
  DesignFixture base;
  SyDesignForm *form;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  design_fixture_init (&f->base, data);
  f->form = SY_DESIGN_FORM (sy_design_form_new (f->base.session));
  design_fixture_show (&f->base, GTK_WIDGET (f->form));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  design_fixture_clear (&f->base);
}

/* (nullable) */
static SyFormRow *
find_row (GtkWidget *within, const char *key)
{
  if (SY_IS_FORM_ROW (within))
    return g_str_equal (sy_form_row_get_item (SY_FORM_ROW (within))->field->key, key) ? SY_FORM_ROW (within) : NULL;
  /* what is folded up is no child of its expander */
  if (GTK_IS_EXPANDER (within))
    return gtk_expander_get_child (GTK_EXPANDER (within)) != NULL ? find_row (gtk_expander_get_child (GTK_EXPANDER (within)), key) : NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (within); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      SyFormRow *row = find_row (child, key);

      if (row != NULL)
        return row;
    }
  return NULL;
}

static gboolean
has_followed (gpointer data)
{
  Fixture *f = data;
  guint32 task = sy_session_get_focus (f->base.session);
  const SyWorkflow *workflow = sy_run_model_get_workflow (sy_design_get_model (f->base.design));
  const char *title = gtk_label_get_text (GTK_LABEL (display_find (GTK_WIDGET (f->form), GTK_TYPE_LABEL)));

  return task == SY_NO_TASK ? find_row (GTK_WIDGET (f->form), "run") == NULL : g_str_equal (title, workflow->tasks[task].id);
}

static void
focus (Fixture *f, guint32 task)
{
  sy_session_set_focus (f->base.session, task);
  design_fixture_until (has_followed, f);
}

static GtkEditable *
entry_of (Fixture *f, const char *key)
{
  return GTK_EDITABLE (display_find (GTK_WIDGET (find_row (GTK_WIDGET (f->form), key)), GTK_TYPE_ENTRY));
}

static void
fill_in (Fixture *f, const char *key, const char *text)
{
  gtk_editable_set_text (entry_of (f, key), text);
  sy_design_form_flush (f->form);
  design_fixture_settle (&f->base);
}

static void
test_task (Fixture *f, gconstpointer data)
{
  focus (f, 0);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "10m");
  fill_in (f, "attempt", "5m");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "    timeout: 5m\n"));
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Set attempt of a");
  sy_design_undo (f->base.design);
  design_fixture_settle (&f->base);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, PAIR);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "10m");
}

/* What may not stand there does not reach the document, and what is typed stays. */
static void
test_wrong (Fixture *f, gconstpointer data)
{
  focus (f, 0);
  fill_in (f, "attempt", "soon");
  g_assert_cmpstr (design_fixture_text (&f->base), ==, PAIR);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "soon");
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (entry_of (f, "attempt")), "error"));
  sy_design_rename (f->base.design, "b", "c");          /* another change leaves it alone */
  design_fixture_settle (&f->base);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "soon");
}

/* From task to task the rows stay, and nothing of the one before. */
static void
test_moved (Fixture *f, gconstpointer data)
{
  SyFormRow *row;
  GtkWidget *around;

  focus (f, 0);
  row = find_row (GTK_WIDGET (f->form), "attempt");
  around = gtk_widget_get_ancestor (GTK_WIDGET (row), GTK_TYPE_EXPANDER);
  g_assert_true (gtk_expander_get_expanded (GTK_EXPANDER (around)));
  fill_in (f, "attempt", "soon");
  gtk_editable_set_text (entry_of (f, "label"), "first");
  focus (f, 1);
  design_fixture_settle (&f->base);
  g_assert_true (find_row (GTK_WIDGET (f->form), "attempt") == row);
  g_assert_false (gtk_expander_get_expanded (GTK_EXPANDER (around)));
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "");
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (entry_of (f, "attempt")), "error"));
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "label")), ==, "");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "    label: first\n"));
  sy_design_rename (f->base.design, "b", "c");
  design_fixture_settle (&f->base);
  design_fixture_until (has_followed, f);
  g_assert_true (find_row (GTK_WIDGET (f->form), "attempt") == row);
  fill_in (f, "attempt", "3m");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  c: {needs: [a], run: y, timeout: 3m}\n"));
  focus (f, 0);
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "attempt")), ==, "10m");
  g_assert_true (gtk_expander_get_expanded (GTK_EXPANDER (around)));
}

static gboolean
has_two (gpointer data)
{
  return strstr (design_fixture_text (data), "retry: {limit: 2}") != NULL;
}

/* Buttons and keys step a number; the unit turns it into another. */
static void
test_steps (Fixture *f, gconstpointer data)
{
  GtkWidget *row, *units, *box;

  focus (f, 0);
  row = GTK_WIDGET (find_row (GTK_WIDGET (f->form), "limit"));
  box = gtk_widget_get_parent (GTK_WIDGET (entry_of (f, "limit")));
  for (guint i = 0; i < 2; i++)
    g_signal_emit_by_name (gtk_widget_get_last_child (box), "clicked");
  g_assert_cmpstr (gtk_editable_get_text (entry_of (f, "limit")), ==, "2");
  design_fixture_until (has_two, &f->base);      /* counts by itself, both as one step */
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Set limit of a");
  g_assert_nonnull (row);
  units = display_find (GTK_WIDGET (find_row (GTK_WIDGET (f->form), "attempt")), GTK_TYPE_DROP_DOWN);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (units)), ==, 3);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (units), 4);
  sy_design_form_flush (f->form);
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "    timeout: 10h\n"));
  sy_design_undo (f->base.design);
  design_fixture_settle (&f->base);
  g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (units)), ==, 3);
}

static void
test_choices (Fixture *f, gconstpointer data)
{
  GtkWidget *join, *enabled;

  focus (f, 1);
  join = display_find (GTK_WIDGET (find_row (GTK_WIDGET (f->form), "join")), GTK_TYPE_DROP_DOWN);
  enabled = display_find (GTK_WIDGET (find_row (GTK_WIDGET (f->form), "enabled")), GTK_TYPE_SWITCH);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (join), 2);
  gtk_switch_set_active (GTK_SWITCH (enabled), FALSE);
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "join: all_done"));
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "enabled: false"));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (join), 0);
  design_fixture_settle (&f->base);
  g_assert_null (strstr (design_fixture_text (&f->base), "join"));
}

static void
test_workflow (Fixture *f, gconstpointer data)
{
  focus (f, 0);
  focus (f, SY_NO_TASK);
  g_assert_null (find_row (GTK_WIDGET (f->form), "run"));
  fill_in (f, "name", "night");
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "name: night\n"));
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Set name of the workflow");
}

/* --- lists, parameters, handlers --- */

static SyFormList *
list_of (Fixture *f, const char *key)
{
  return sy_form_row_get_list (find_row (GTK_WIDGET (f->form), key));
}

/* The cells of a row, by number; the empty one is the last */
static SyFormRow *
cell_of (SyFormList *list, guint row, gboolean value)
{
  GtkWidget *at = gtk_widget_get_first_child (gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (list))));

  for (guint i = 0; i < row; i++)
    at = gtk_widget_get_next_sibling (at);
  at = gtk_widget_get_first_child (gtk_widget_get_first_child (gtk_widget_get_first_child (at)));
  return SY_FORM_ROW (value ? gtk_widget_get_last_child (gtk_widget_get_parent (at)) : at);
}

static void
type (SyFormRow *cell, const char *text)
{
  GtkWidget *entry = display_find (GTK_WIDGET (cell), GTK_TYPE_ENTRY), *view = display_find (GTK_WIDGET (cell), GTK_TYPE_TEXT_VIEW);

  if (entry != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), text);
  else
    gtk_text_buffer_set_text (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)), text, -1);
}

static void
flush (Fixture *f)
{
  sy_design_form_flush (f->form);
  design_fixture_settle (&f->base);
}

static void
test_map (Fixture *f, gconstpointer data)
{
  focus (f, 0);
  type (cell_of (list_of (f, "env"), 0, FALSE), "MODE=fast");
  flush (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "  a:\n    env: {MODE: fast}\n    run: x\n"));
  g_assert_cmpstr (sy_form_row_get_shown (cell_of (list_of (f, "env"), 0, TRUE)), ==, "fast");
  type (cell_of (list_of (f, "env"), 1, FALSE), "MODE");         /* is there already */
  flush (f);
  g_assert_null (strstr (design_fixture_text (&f->base), "MODE: ''"));
  type (cell_of (list_of (f, "env"), 1, FALSE), "OUT");
  type (cell_of (list_of (f, "env"), 1, TRUE), "a b");
  flush (f);
  type (cell_of (list_of (f, "env"), 0, FALSE), "SPEED");
  flush (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "    env: {SPEED: fast, OUT: a b}\n"));
  for (guint i = 0; i < 3; i++)
    {
      sy_design_undo (f->base.design);
      design_fixture_settle (&f->base);
    }
  g_assert_cmpstr (design_fixture_text (&f->base), ==, PAIR);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  focus (f, 1);
  type (cell_of (list_of (f, "writes"), 0, TRUE), "one");
  flush (f);
  type (cell_of (list_of (f, "writes"), 1, TRUE), "two");
  flush (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "writes: [one, two]"));
  g_signal_emit_by_name (list_of (f, "writes"), "move", 0, 1);
  design_fixture_settle (&f->base);
  g_assert_cmpstr (sy_form_row_get_shown (cell_of (list_of (f, "writes"), 0, TRUE)), ==, "two");
  type (cell_of (list_of (f, "writes"), 0, TRUE), "");           /* emptied: gone */
  flush (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "writes: [one]"));
  g_signal_emit_by_name (list_of (f, "needs"), "remove", 0);
  design_fixture_settle (&f->base);
  g_assert_null (strstr (design_fixture_text (&f->base), "needs"));
}

/* (nullable): what of that type has the keyboard */
static GtkWidget *
keyboard_in (Fixture *f, GType type)
{
  GtkWidget *at = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (f->form)));

  return at != NULL ? gtk_widget_get_ancestor (at, type) : NULL;
}

static gboolean
is_in_new_name (gpointer data)
{
  GtkWidget *entry = keyboard_in (data, GTK_TYPE_ENTRY);

  return entry != NULL && g_strcmp0 (gtk_entry_get_placeholder_text (GTK_ENTRY (entry)), "Name of a new one") == 0;
}

static gboolean
is_in_shell_text (gpointer data)
{
  GtkWidget *row = keyboard_in (data, SY_TYPE_FORM_ROW);

  return row != NULL && g_str_equal (sy_form_row_get_item (SY_FORM_ROW (row))->field->key, "run");
}

static void
test_params (Fixture *f, gconstpointer data)
{
  static const char *const params[] = { "params", NULL }, *const one[] = { "params", "day", NULL };
  GtkWidget *at;

  focus (f, 0);
  sy_design_ask_field (f->base.design, params);
  design_fixture_until (is_in_new_name, f);
  at = keyboard_in (f, GTK_TYPE_ENTRY);
  gtk_editable_set_text (GTK_EDITABLE (at), "day");
  g_signal_emit_by_name (at, "activate");
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "version: 1\nparams: {day: {type: string}}\n"));
  sy_design_ask_field (f->base.design, one);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (display_find (GTK_WIDGET (find_row (GTK_WIDGET (f->form), "type")), GTK_TYPE_DROP_DOWN)), 6);
  type (find_row (GTK_WIDGET (f->form), "default"), "today");
  flush (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "params: {day: {type: date, default: today}}\n"));
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Set default of day");
}

static void
test_handler (Fixture *f, gconstpointer data)
{
  static const char *const path[] = { "handlers", "failure", NULL };

  focus (f, 0);
  sy_design_ask_field (f->base.design, path);
  design_fixture_until (is_in_shell_text, f);
  type (find_row (GTK_WIDGET (f->form), "run"), "notify-send failed");
  flush (f);
  g_assert_true (g_str_has_suffix (design_fixture_text (&f->base), "handlers: {failure: {run: notify-send failed}}\n"));
  sy_design_undo (f->base.design);
  design_fixture_settle (&f->base);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, PAIR);
}

#define ADD(name) g_test_add ("/design-form/" #name, Fixture, PAIR, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  ADD (task);
  ADD (wrong);
  ADD (moved);
  ADD (choices);
  ADD (steps);
  ADD (workflow);
  ADD (map);
  ADD (list);
  ADD (params);
  ADD (handler);
  return g_test_run ();
}
