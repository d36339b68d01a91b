/* test-file-pane.c: the File pane on a display: what is typed reaches the document, what changes there appears
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/design-fixture.h"
#include "tests/views/display.h"
#include "views/sy-file-pane.h"

#include <gtksourceview/gtksource.h>
#include <string.h>

#define CHAIN "version: 1\n# kept\ntasks:\n  a: {run: ä}\n  b: {needs: [a], run: y}\n  c: {needs: [a, b], run: z}\n"

typedef struct
{
  DesignFixture base;
  SyFilePane *pane;
  GtkTextBuffer *buffer;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  design_fixture_init (&f->base, data);
  f->pane = SY_FILE_PANE (sy_file_pane_new (f->base.session));
  design_fixture_show (&f->base, GTK_WIDGET (f->pane));
  f->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (display_find (GTK_WIDGET (f->pane), GTK_SOURCE_TYPE_VIEW)));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  design_fixture_clear (&f->base);
}

/* (transfer full) */
static char *
shown (Fixture *f)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (f->buffer, &start, &end);
  return gtk_text_buffer_get_text (f->buffer, &start, &end, TRUE);
}

static void
check_shown (Fixture *f, const char *text)
{
  g_autofree char *is = shown (f);

  g_assert_cmpstr (is, ==, text);
}

static void
put_cursor (Fixture *f, const char *behind)
{
  GtkTextIter at, end;

  gtk_text_buffer_get_start_iter (f->buffer, &at);
  g_assert_true (gtk_text_iter_forward_search (&at, behind, 0, NULL, &end, NULL));
  gtk_text_buffer_place_cursor (f->buffer, &end);
}

/* What stands in front of the cursor in its line */
static char *
before_cursor (Fixture *f)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_iter_at_mark (f->buffer, &end, gtk_text_buffer_get_insert (f->buffer));
  start = end;
  gtk_text_iter_set_line_offset (&start, 0);
  return gtk_text_buffer_get_text (f->buffer, &start, &end, TRUE);
}

static void
type (Fixture *f, const char *text)
{
  gtk_text_buffer_insert_at_cursor (f->buffer, text, -1);
}

static void
send (Fixture *f)
{
  design_fixture_settle (&f->base);
  sy_file_pane_flush (f->pane);
  design_fixture_settle (&f->base);
}

static gboolean
has_typed (gpointer data)
{
  return strstr (design_fixture_text (data), "ää") != NULL;
}

static void
test_typing (Fixture *f, gconstpointer data)
{
  put_cursor (f, "run: ä");
  type (f, "ä");
  design_fixture_until (has_typed, &f->base);   /* by itself */
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Edit the Text");
  put_cursor (f, "run: z}");
  type (f, "\n  d: {run: w}");
  send (f);
  g_assert_cmpuint (sy_run_model_get_workflow (sy_session_get_model (f->base.session))->n_tasks, ==, 4);
  g_assert_false (gtk_text_buffer_get_can_undo (f->buffer));
}

static void
test_line_ends (Fixture *f, gconstpointer data)
{
  put_cursor (f, "name: x");
  type (f, "\ndescription: y\r\nslots: 2");
  send (f);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, "\xef\xbb\xbfversion: 1\r\nname: x\r\ndescription: y\r\nslots: 2\r\ntasks: {a: {run: x}}\r\n");
}

/* The document is changed on the canvas: text and cursor follow. */
static void
test_elsewhere (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;

  put_cursor (f, "b: {needs: [a], r");
  sy_design_rename (f->base.design, "a", "first");
  design_fixture_settle (&f->base);
  check_shown (f, "version: 1\n# kept\ntasks:\n  first: {run: ä}\n  b: {needs: [first], run: y}\n  c: {needs: [first, b], run: z}\n");
  before = before_cursor (f);
  g_assert_cmpstr (before, ==, "  b: {needs: [first], r");
}

/* Typed in the same moment: nothing of either is lost, and undo goes back step by step. */
static void
test_both (Fixture *f, gconstpointer data)
{
  put_cursor (f, "run: z");
  type (f, "zz");
  sy_design_rename (f->base.design, "a", "first");
  send (f);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "c: {needs: [first, b], run: zzz}"));
  check_shown (f, design_fixture_text (&f->base));
  sy_design_undo (f->base.design);
  sy_design_undo (f->base.design);
  design_fixture_settle (&f->base);
  g_assert_cmpstr (design_fixture_text (&f->base), ==, CHAIN);
  check_shown (f, CHAIN);
}

static gboolean
press (Fixture *f, guint key, GdkModifierType state)
{
  GtkWidget *view = display_find (GTK_WIDGET (f->pane), GTK_SOURCE_TYPE_VIEW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller) || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          g_autofree char *wanted = gtk_accelerator_name (key, state), *name = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));

          if (strstr (name, wanted) != NULL)
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, view, NULL);
        }
    }
  return FALSE;
}

/* Undo is the document's: what was typed and is not sent yet goes first. */
static void
test_undo_key (Fixture *f, gconstpointer data)
{
  put_cursor (f, "run: z");
  type (f, "zz");
  g_assert_true (press (f, GDK_KEY_z, GDK_CONTROL_MASK));
  design_fixture_settle (&f->base);
  check_shown (f, CHAIN);
  g_assert_true (press (f, GDK_KEY_z, GDK_CONTROL_MASK | GDK_SHIFT_MASK));
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "run: zzz"));
}

static guint
count_tags (Fixture *f)
{
  GtkTextIter at;
  guint n = 0;

  gtk_text_buffer_get_start_iter (f->buffer, &at);
  do
    {
      g_autoptr (GSList) tags = gtk_text_iter_get_toggled_tags (&at, TRUE);

      for (GSList *item = tags; item != NULL; item = item->next)
        {
          PangoUnderline underline = PANGO_UNDERLINE_NONE;

          g_object_get (item->data, "underline", &underline, NULL);
          n += underline == PANGO_UNDERLINE_ERROR;
        }
    }
  while (gtk_text_iter_forward_to_tag_toggle (&at, NULL));
  return n;
}

static void
test_problems (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (count_tags (f), ==, 0);
  put_cursor (f, "[a], run: y");
  type (f, ", tiemout: 5s");
  send (f);
  g_assert_cmpuint (sy_design_get_revision (f->base.design)->n_errors, ==, 1);
  g_assert_cmpuint (count_tags (f), ==, 1);
  g_assert_true (press (f, GDK_KEY_F8, 0));
  design_fixture_settle (&f->base);
  g_assert_cmpuint (sy_design_get_revision (f->base.design)->n_errors, ==, 0);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "timeout: 5s"));
  g_assert_cmpstr (sy_design_get_revision (f->base.design)->undo, ==, "Change to “timeout”");
  g_assert_cmpuint (count_tags (f), ==, 0);
}

#define LINES "version: 1\ntasks:\n  a: {run: x}\n  c:\n    needs: [a]\n    run: z\n"

/* Each way out that the text offers, by its key: what is typed behind `run: z`, and what F8 makes of it */
static void
test_fixes (Fixture *f, gconstpointer data)
{
  static const struct { const char *typed, *mended; } cases[] = {
    { " ${{ tasks.a.state }}", "    env: {state: \"${{ tasks.a.state }}\"}\n    run: z ${state}\n" }, /* move to env */
    { " ${{ run.id }}", "run: z ${SWITCHYARD_RUN_ID}\n" },
    { "x a: b", "    run: |\n      zx a: b\n" },                                                      /* quote */
    { "\n    if: !params.x", "if: \"!params.x\"" },
    { "\n    timout: 5s", "    timeout: 5s\n" },                                                      /* did you mean */
    { "\n    env: {P: \"$HOME/x\"}", "env: {P: \"${{ env.HOME }}/x\"}" },
    { "; curl u", "    timeout: 10m\n    needs: [a]\n" },                                             /* a hint */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].typed);
      put_cursor (f, "run: z");
      type (f, cases[i].typed);
      send (f);
      g_assert_cmpuint (sy_design_get_revision (f->base.design)->problems->len, >, 0);
      if (i + 1 == G_N_ELEMENTS (cases))
        put_cursor (f, "\n  c");
      g_assert_true (press (f, GDK_KEY_F8, 0));
      design_fixture_settle (&f->base);
      if (strstr (design_fixture_text (&f->base), cases[i].mended) == NULL)
        g_error ("%s", design_fixture_text (&f->base));
      while (sy_design_get_revision (f->base.design)->undo != NULL)
        {
          sy_design_undo (f->base.design);
          design_fixture_settle (&f->base);
        }
      check_shown (f, LINES);
    }
}

static void
test_silence (Fixture *f, gconstpointer data)
{
  put_cursor (f, "run: z");
  type (f, "; curl u");
  send (f);
  g_assert_cmpuint (sy_design_get_revision (f->base.design)->problems->len, ==, 1);
  put_cursor (f, "\n  c");
  g_assert_true (press (f, GDK_KEY_F8, GDK_SHIFT_MASK));
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "x-quiet: [no-timeout]"));
  g_assert_cmpuint (sy_design_get_revision (f->base.design)->problems->len, ==, 0);
}

/* Another revision tells of the focus anew, and text that is no YAML for a moment has no tasks: the cursor stays where somebody types. */
static void
test_cursor_stays (Fixture *f, gconstpointer data)
{
  static const char *const typed[] = { "z", " [", "{", "}]", "\n  # x\n  d: {run: u}", "\nno yaml: [" };

  sy_session_set_focus (f->base.session, 0);
  put_cursor (f, "run: z");
  for (guint i = 0; i < G_N_ELEMENTS (typed); i++)
    {
      int before, after;

      type (f, typed[i]);
      g_object_get (f->buffer, "cursor-position", &before, NULL);
      send (f);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_object_get (f->buffer, "cursor-position", &after, NULL);
      g_assert_cmpint (after, ==, before);
    }
}

static void
on_show_graph (GtkWidget *pane, gboolean *told)
{
  *told = TRUE;
}

static void
test_go_to_task (Fixture *f, gconstpointer data)
{
  gboolean told = FALSE;
  g_autofree char *before = NULL;

  g_signal_connect (f->pane, "show-graph", G_CALLBACK (on_show_graph), &told);
  put_cursor (f, "{needs: [a], r");
  gtk_widget_activate_action (GTK_WIDGET (f->pane), "file.go-to-task", NULL);
  g_assert_true (told);
  g_assert_cmpuint (sy_session_get_focus (f->base.session), ==, 1);
  sy_session_set_focus (f->base.session, 2);
  before = before_cursor (f);
  g_assert_cmpstr (before, ==, "  ");
  put_cursor (f, "# kept");
  sy_session_set_focus (f->base.session, 0);
  told = FALSE;
  put_cursor (f, "# kept");
  gtk_widget_activate_action (GTK_WIDGET (f->pane), "file.go-to-task", NULL);   /* there is none */
  g_assert_false (told);
}

static void
test_read_only (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("version: 1\r\n", 12);
  GtkTextView *view = GTK_TEXT_VIEW (display_find (GTK_WIDGET (f->pane), GTK_SOURCE_TYPE_VIEW));

  put_cursor (f, "run: z");
  type (f, "zz");
  sy_session_set_design (f->base.session, NULL);
  design_fixture_settle (&f->base);
  g_assert_nonnull (strstr (design_fixture_text (&f->base), "run: zzz"));       /* what was typed last is not lost */
  sy_file_pane_set_text (f->pane, text);
  f->buffer = gtk_text_view_get_buffer (view);
  check_shown (f, "version: 1\n");
  g_assert_false (gtk_text_view_get_editable (view));
}

/* A text comes into the buffer when somebody looks at it, or at a line of it. */
static void
set_unseen (Fixture *f)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("version: 1\n", 11);
  GtkTextView *view = GTK_TEXT_VIEW (display_find (GTK_WIDGET (f->pane), GTK_SOURCE_TYPE_VIEW));

  sy_session_set_design (f->base.session, NULL);
  design_fixture_settle (&f->base);
  gtk_widget_set_visible (GTK_WIDGET (f->pane), FALSE);
  sy_file_pane_set_text (f->pane, text);
  f->buffer = gtk_text_view_get_buffer (view);
  check_shown (f, "");
}

static void
check_seen (Fixture *f)
{
  f->buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (display_find (GTK_WIDGET (f->pane), GTK_SOURCE_TYPE_VIEW)));
  check_shown (f, "version: 1\n");
}

static void
test_unseen (Fixture *f, gconstpointer data)
{
  set_unseen (f);
  gtk_widget_set_visible (GTK_WIDGET (f->pane), TRUE);
  check_seen (f);
}

static void
test_unseen_line (Fixture *f, gconstpointer data)
{
  set_unseen (f);
  sy_file_pane_show_line (f->pane, 1);
  check_seen (f);
}

#define ADD(name, text) g_test_add ("/file-pane/" #name, Fixture, text, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  ADD (typing, CHAIN);
  ADD (line_ends, "\xef\xbb\xbfversion: 1\r\nname: x\r\ntasks: {a: {run: x}}\r\n");
  ADD (elsewhere, CHAIN);
  ADD (both, CHAIN);
  ADD (undo_key, CHAIN);
  ADD (problems, CHAIN);
  ADD (fixes, LINES);
  ADD (silence, LINES);
  ADD (cursor_stays, LINES);
  ADD (go_to_task, CHAIN);
  ADD (read_only, CHAIN);
  ADD (unseen, CHAIN);
  ADD (unseen_line, CHAIN);
  return g_test_run ();
}
