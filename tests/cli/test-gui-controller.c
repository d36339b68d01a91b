/* test-gui-controller.c: the window's controller without a window: what is drawn is run, whole or in part, and what another tool wrote
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "app/gui/sy-attempt-changes.h"
#include "app/gui/sy-gui-controller.h"
#include "app/sy-manuscript-designer.h"
#include "app/sy-run-view.h"
#include "core/base/sy-error.h"
#include "core/format/sy-import.h"

#define ON_DISK "version: 1\nconcurrency: allow\ntasks:\n  a: {run: echo disk > a}\n  b: {needs: [a], run: echo b > b}\n"
#define DRAWN "version: 1\nconcurrency: allow\ntasks:\n  a: {run: echo drawn > a}\n  b: {needs: [a], run: echo b > b}\n  c: {needs: [b], run: echo c > c}\n"

typedef struct
{
  char *dir, *path;
  SyGuiController *controller;
  char *reply;          /* (nullable): the run, "" where there is none */
  GError *error;        /* (nullable) */
  gboolean answered;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->dir = g_dir_make_tmp ("gui-controller-XXXXXX", NULL);
  f->path = g_build_filename (f->dir, "x.yard.yaml", NULL);
  g_assert_true (g_file_set_contents (f->path, ON_DISK, -1, NULL));
  f->controller = sy_gui_controller_new ();
  sy_gui_controller_set_run (f->controller, NULL, f->path);
}

static void
remove_all (const char *dir)
{
  g_autoptr (GDir) open = g_dir_open (dir, 0, NULL);
  const char *name;

  while (open != NULL && (name = g_dir_read_name (open)) != NULL)
    {
      g_autofree char *path = g_build_filename (dir, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        remove_all (path);
      g_remove (path);
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  SyController *base = sy_gui_controller_get_base (f->controller);

  base->free (base);
  remove_all (f->dir);
  g_rmdir (f->dir);
  g_free (f->dir);
  g_free (f->path);
  g_free (f->reply);
  g_clear_error (&f->error);
}

static void
on_reply (const char *reply, const GError *error, gpointer data)
{
  Fixture *f = data;

  f->reply = g_strdup (reply);
  f->error = error != NULL ? g_error_copy (error) : NULL;
  f->answered = TRUE;
}

/* @text: (nullable): what is drawn, else the file as it lies there */
static void
run (Fixture *f, const char *text, const char *only, gboolean alone)
{
  SyController *base = sy_gui_controller_get_base (f->controller);

  sy_gui_controller_set_text (f->controller, text != NULL ? g_bytes_new (text, strlen (text)) : NULL);
  g_clear_pointer (&f->reply, g_free);
  g_clear_error (&f->error);
  f->answered = FALSE;
  base->run (base, NULL, only, alone, on_reply, f);
  while (!f->answered)
    g_main_context_iteration (NULL, TRUE);
}

/* States of its tasks, once it has ended: "a=succeeded b=skipped". (transfer full) */
static char *
states_of (Fixture *f)
{
  g_assert_no_error (f->error);
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (SyRunView) view = sy_run_view_open_uuid (f->reply, &error);
      GString *text;

      g_assert_no_error (error);
      if (view->state->ended_us == 0)
        {
          g_usleep (20000);     /* looked at again, as a reader without a bell does */
          continue;
        }
      text = g_string_new (NULL);
      for (guint32 i = 0; i < view->state->workflow->n_tasks; i++)
        g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", view->state->workflow->tasks[i].id,
                                sy_state_to_string (sy_run_state_at (view->state, i)->state));
      return g_string_free (text, FALSE);
    }
}

static void
assert_file (Fixture *f, const char *name, const char *wanted)
{
  g_autofree char *path = g_build_filename (f->dir, name, NULL), *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, wanted);
}

/* The unsaved text runs under the file's name; the file stays as it is. */
static void
test_drawn (Fixture *f, gconstpointer data)
{
  g_autofree char *states = NULL, *again = NULL;

  run (f, DRAWN, NULL, FALSE);
  states = states_of (f);
  g_assert_cmpstr (states, ==, "a=succeeded b=succeeded c=succeeded");
  assert_file (f, "a", "drawn\n");
  assert_file (f, "x.yard.yaml", ON_DISK);
  run (f, NULL, NULL, FALSE);
  again = states_of (f);
  g_assert_cmpstr (again, ==, "a=succeeded b=succeeded");
  assert_file (f, "a", "disk\n");
}

static void
test_parts (Fixture *f, gconstpointer data)
{
  g_autofree char *to = NULL, *alone = NULL;

  run (f, DRAWN, "b", FALSE);
  to = states_of (f);
  g_assert_cmpstr (to, ==, "a=succeeded b=succeeded c=skipped");
  run (f, DRAWN, "c", TRUE);
  alone = states_of (f);
  g_assert_cmpstr (alone, ==, "a=skipped b=skipped c=succeeded");
}

/* What is wrong is said by the runner, and nothing has begun. */
static void
test_wrong (Fixture *f, gconstpointer data)
{
  run (f, "version: 1\ntasks:\n  a: {run: x, needs: [nobody]}\n", NULL, FALSE);
  g_assert_cmpstr (f->reply, ==, NULL);
  g_assert_error (f->error, SY_ERROR, SY_ERROR_REFUSED);
  g_assert_nonnull (strstr (f->error->message, "nobody"));
  assert_file (f, "a", NULL);
}

/* A graph of another tool becomes a document that has no file, is saved, and runs. */
static void
test_import (Fixture *f, gconstpointer data)
{
  g_autofree char *graph = g_build_filename (f->dir, "g.dot", NULL), *states = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (GBytes) native = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;
  SyDesigner *designer;
  SyChange *change = sy_change_new ("Set");

  g_assert_true (g_file_set_contents (graph, "digraph g { fetch -> convert -> publish; fetch -> publish }\n", -1, NULL));
  workflow = sy_open_workflow_file (graph, problems, &native, NULL);
  g_assert_nonnull (workflow);
  designer = sy_manuscript_designer_new (NULL, NULL, native, NULL);
  g_assert_true (designer->get_revision (designer)->is_valid);
  g_assert_null (designer->get_revision (designer)->path);
  sy_change_set_field (change, "fetch", "run", sy_change_value_new_text ("echo fetched > fetched"));
  designer->apply (designer, change);
  designer->save (designer, f->path, TRUE);
  while (!designer->get_revision (designer)->is_saved)
    g_main_context_iteration (NULL, TRUE);
  designer->free (designer, FALSE);
  run (f, NULL, NULL, FALSE);
  states = states_of (f);
  g_assert_cmpstr (states, ==, "fetch=succeeded convert=succeeded publish=succeeded");
  assert_file (f, "fetched", "fetched\n");
}

/* (nullable) @flavour: what FLAVOUR is where the program is started */
static void
run_program (Fixture *f, const char *flavour, const char *command, const char *argument)
{
  g_autofree char *program = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "app", "switchyard", NULL);
  const char *argv[] = { program, command, argument, NULL };
  g_auto (GStrv) env = g_get_environ ();
  g_autoptr (GError) error = NULL;

  env = flavour != NULL ? g_environ_setenv (env, "FLAVOUR", flavour, TRUE) : g_environ_unsetenv (env, "FLAVOUR");
  g_spawn_sync (f->dir, (char **) argv, env, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* Between attempts: the environment of who started the runner, of which names alone are known. */
static void
test_starters (Fixture *f, gconstpointer data)
{
  static const char *const flavours[] = { NULL, "sweet", "sweet", "sour", NULL };
  static const char *const told[] = { "Started in another environment: FLAVOUR", NULL, "Started in another environment: FLAVOUR",
                                      "Started in another environment: FLAVOUR" };
  g_autoptr (SyRunView) view = NULL;
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (f->path, "version: 1\ntasks:\n  a: {run: exit 3}\n", -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (flavours); i++)
    run_program (f, flavours[i], i == 0 ? "run" : "rerun", i == 0 ? f->path : "last");
  view = sy_run_view_open ("last", &error);
  g_assert_no_error (error);
  changes = sy_attempt_changes_read (view->meta.uuid, 1, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, ==, G_N_ELEMENTS (flavours) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (told); i++)
    g_assert_cmpstr (changes->pdata[i + 2], ==, told[i]);
}

/* The program is looked for beside the one that asks. */
static void
link_program (void)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *folder = g_path_get_dirname (self);
  g_autofree char *link = g_build_filename (folder, "switchyard", NULL);
  g_autofree char *program = g_build_filename (g_getenv ("SWITCHYARD_BUILD_ROOT"), "app", "switchyard", NULL);

  if (!g_file_test (link, G_FILE_TEST_EXISTS))
    g_assert_cmpint (symlink (program, link), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *state = g_dir_make_tmp ("gui-controller-state-XXXXXX", NULL);
  int result;

  g_setenv ("XDG_STATE_HOME", state, TRUE);
  g_unsetenv ("SWITCHYARD_STATE_DIR");
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("G_DEBUG");       /* of the runner */
  link_program ();
  g_test_add ("/gui-controller/drawn", Fixture, NULL, set_up, test_drawn, tear_down);
  g_test_add ("/gui-controller/parts", Fixture, NULL, set_up, test_parts, tear_down);
  g_test_add ("/gui-controller/wrong", Fixture, NULL, set_up, test_wrong, tear_down);
  g_test_add ("/gui-controller/import", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/gui-controller/starters", Fixture, NULL, set_up, test_starters, tear_down);
  result = g_test_run ();
  remove_all (state);
  g_rmdir (state);
  return result;
}
