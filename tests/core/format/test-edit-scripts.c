/* test-edit-scripts.c: random scripts of edits over files of all kinds, judged by another reading of YAML: what was asked for is what is
 * read then, no other byte has changed, no comment is lost, and undoing all of it gives the first byte back
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "core/format/sy-manuscript.h"
#include "tests/core/format/awkward-yaml.h"
#include "tests/core/format/edit-script.h"

#include <string.h>

#define STEPS 8

typedef struct
{
  GRand *rand;
  guint scripts, steps, done, refused;
} Run;

static void
say (const EditStep *step, const char *why, GBytes *after)
{
  g_error ("%s: %s\n--- before\n%.*s\n--- after\n%.*s", step->what, why, (int) g_bytes_get_size (step->text),
           (const char *) g_bytes_get_data (step->text, NULL), (int) g_bytes_get_size (after), (const char *) g_bytes_get_data (after, NULL));
}

static void
check_step (Run *run, EditStep *step, GBytes *after)
{
  g_autoptr (Reading) is = reading_new (after);
  g_autoptr (GString) where = g_string_new (NULL);
  g_autofree char *why = NULL;

  if (is == NULL || !reading_equal (step->wanted, is, where))
    say (step, is == NULL ? "is no YAML" : where->str, after);
  why = edit_step_check_bytes (step, after);
  if (why != NULL)
    say (step, why, after);
}

/* FALSE: nothing was to be done */
static gboolean
run_step (Run *run, SyManuscript *script, guint number, gboolean native)
{
  g_autoptr (GBytes) before = g_bytes_ref (sy_manuscript_get_text (script));
  g_autoptr (Reading) was = reading_new (before);
  g_autoptr (GError) error = NULL;
  EditStep step;

  g_assert_nonnull (was);
  edit_step_init (&step, run->rand, before, was, number);
  if (native && g_rand_boolean (run->rand) ? edit_step_tasks (&step) : edit_step_any (&step))
    {
      run->steps++;
      if (sy_manuscript_apply (script, step.change, &error))
        {
          run->done++;
          check_step (run, &step, sy_manuscript_get_text (script));
        }
      else
        {
          g_assert_true (g_bytes_equal (before, sy_manuscript_get_text (script)));
          if (!g_error_matches (error, SY_ERROR, SY_ERROR_REFUSED))
            say (&step, error->message, before);
          run->refused++;
          g_test_message ("refused: %s: %s\n%.*s", step.what, error->message, (int) g_bytes_get_size (before), (const char *) g_bytes_get_data (before, NULL));
        }
    }
  edit_step_clear (&step);
  return TRUE;
}

/* What is no file of ours (anchors, several documents) is left alone. */
static void
run_refused (GBytes *original)
{
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, original, NULL);
  g_autoptr (SyChange) change = sy_change_new ("step");
  g_autoptr (GError) error = NULL;

  sy_change_set (change, (const char *const[]){ "x-new", NULL }, sy_change_value_new_text ("y"));
  if (sy_manuscript_apply (script, change, &error))
    return; /* there was nothing in it */
  g_assert_error (error, SY_ERROR, SY_ERROR_INVALID);
  g_assert_true (g_bytes_equal (sy_manuscript_get_text (script), original));
  g_assert_true (sy_manuscript_is_saved (script));
}

/* FALSE: a text that cannot be edited: aliases, several documents, nothing in it */
static gboolean
run_script (Run *run, GBytes *original, gboolean native)
{
  g_autoptr (SyManuscript) script = sy_manuscript_new (NULL, original, NULL);
  g_autoptr (Reading) first = reading_new (original);
  g_autoptr (GBytes) last = NULL;
  guint steps = 0;

  if (first == NULL || first->kind == READ_SCALAR)
    {
      run_refused (original);
      return FALSE;
    }
  for (guint i = 0; i < STEPS; i++)
    run_step (run, script, i, native);
  last = g_bytes_ref (sy_manuscript_get_text (script));
  for (; sy_manuscript_undo (script, NULL); steps++)
    ;
  g_assert_true (g_bytes_equal (sy_manuscript_get_text (script), original));
  g_assert_true (sy_manuscript_is_saved (script));
  for (; steps > 0; steps--)
    g_assert_true (sy_manuscript_redo (script, NULL));
  g_assert_true (g_bytes_equal (sy_manuscript_get_text (script), last));
  run->scripts++;
  return TRUE;
}

static void
report (Run *run, guint scripts)
{
  g_test_message ("%u scripts, %u steps, %u done, %u refused", run->scripts, run->steps, run->done, run->refused);
  g_assert_cmpuint (run->scripts, >=, scripts);
  g_assert_cmpuint (run->refused * 200, <=, run->steps);
  g_rand_free (run->rand);
}

/* SWITCHYARD_SEED=N tries others. */
static guint32
seed_of (guint32 seed)
{
  const char *more = g_getenv ("SWITCHYARD_SEED");

  return seed + (more != NULL ? (guint32) g_ascii_strtoull (more, NULL, 10) : 0);
}

static void
test_awkward (gconstpointer native)
{
  Run run = { .rand = g_rand_new_with_seed (seed_of (native != NULL ? 41 : 42)) };
  guint none = 0;

  for (guint i = 0; i < 500; i++)
    {
      g_autoptr (GBytes) text = awkward_yaml_new (run.rand, native != NULL, FALSE);

      none += !run_script (&run, text, native != NULL);
    }
  g_test_message ("%u of 500 texts are no YAML", none);
  report (&run, 400);
}

static void
test_anchors (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (45);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (GBytes) text = awkward_yaml_new (rand, TRUE, TRUE);
      g_autoptr (Reading) reading = reading_new (text);

      if (reading == NULL)
        run_refused (text);
    }
}

static void
run_folder (Run *run, const char *path, guint rounds, gboolean native)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL), *text = NULL;
      g_autoptr (GBytes) bytes = NULL;
      gsize length;

      if (g_file_test (full, G_FILE_TEST_IS_DIR))
        run_folder (run, full, rounds, native);
      else if ((g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml")) && g_file_get_contents (full, &text, &length, NULL))
        {
          bytes = g_bytes_new (text, length);
          for (guint i = 0; i < rounds && run_script (run, bytes, native); i++)
            ;
        }
    }
}

static void
test_examples (void)
{
  g_autofree char *examples = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "data", "examples", NULL);
  Run run = { .rand = g_rand_new_with_seed (43) };

  run_folder (&run, examples, 40, TRUE);
  report (&run, 200);
}

/* What others wrote for other programs, as plain YAML */
static void
test_shared (void)
{
  static const char *const folders[] = { "dagu-1.17", "dagu-2-conformance", "argo", "gha-uv", "gha-argo", "gha-htcondor" };
  g_autofree char *beside = g_build_filename (g_getenv ("SWITCHYARD_SOURCE_ROOT"), "..", "shared", NULL);
  const char *shared = g_getenv ("SWITCHYARD_SHARED") != NULL ? g_getenv ("SWITCHYARD_SHARED") : beside;
  Run run = { .rand = g_rand_new_with_seed (44) };

  for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
    {
      g_autofree char *path = g_build_filename (shared, "workflows", folders[i], NULL);

      run_folder (&run, path, 6, FALSE);
    }
  if (run.scripts == 0)
    g_test_skip ("no ../shared/workflows");
  report (&run, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/format/edit/scripts/awkward-tasks", "tasks", test_awkward);
  g_test_add_data_func ("/format/edit/scripts/awkward", NULL, test_awkward);
  g_test_add_func ("/format/edit/scripts/anchors", test_anchors);
  g_test_add_func ("/format/edit/scripts/examples", test_examples);
  g_test_add_func ("/format/edit/scripts/shared", test_shared);
  return g_test_run ();
}
