/* cmd-keep.c: delete, pin, note: what becomes of a run that is over
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-run-view.h"
#include "app/sy-words.h"
#include "core/store/sy-doctor.h"
#include "core/store/sy-index.h"

#include <stdio.h>
#include <string.h>

static gboolean opt_off;

typedef gboolean (*Change) (SyStateDir *dir, SyRunDir *run, const char *text, GError **error);

/* Does it to the run that @word means: an exit code. @done: (nullable): what is said then */
static int
change (const char *word, Change func, const char *text, const char *done)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, &error) : NULL;
  g_autofree char *uuid = index != NULL ? sy_index_resolve (index, word, NULL, &error) : NULL;
  g_autoptr (SyRunDir) run = uuid != NULL ? sy_run_dir_open (dir, uuid, &error) : NULL;

  g_clear_pointer (&index, sy_index_free);
  if (run == NULL || !func (dir, run, text, &error))
    return sy_fail (error);
  if (done != NULL)
    printf ("%.8s  %s\n", uuid, done);
  return SY_EXIT_OK;
}

static int
change_all (char **words, Change func, const char *done)
{
  int worst = SY_EXIT_OK;

  for (; *words != NULL; words++)
    {
      int code = change (*words, func, NULL, done);

      worst = MAX (worst, code);
    }
  return worst;
}

/* --- delete --- */

static gboolean
delete_one (SyStateDir *dir, SyRunDir *run, const char *text, GError **error)
{
  return sy_gc_delete (dir, sy_run_dir_get_uuid (run), error);
}

static int
delete_runs (char **args)
{
  return change_all (args, delete_one, "deleted");
}

const SyCommand sy_command_delete = {
  .name = "delete",
  .arguments = "RUN…",
  .summary = "Delete runs with all that their tasks wrote into them",
  .description = "Not one that goes on, is paused or interrupted, or is pinned. “switchyard gc” deletes what is old.",
  .examples = "  switchyard delete 4f1c",
  .min_args = 1,
  .max_args = -1,
  .run = delete_runs,
};

/* --- pin --- */

static gboolean
pin_one (SyStateDir *dir, SyRunDir *run, const char *text, GError **error)
{
  return sy_run_dir_set_pinned (run, !opt_off, error);
}

static int
pin_runs (char **args)
{
  return change_all (args, pin_one, opt_off ? "may go" : "pinned");
}

static const GOptionEntry pin_entries[] = {
  { "off", 0, 0, G_OPTION_ARG_NONE, &opt_off, "Let them go with the others again", NULL },
  { NULL }
};

const SyCommand sy_command_pin = {
  .name = "pin",
  .arguments = "RUN…",
  .summary = "Keep runs, however old they become",
  .examples = "  switchyard pin last\n"
              "  switchyard pin 4f1c --off",
  .entries = pin_entries,
  .min_args = 1,
  .max_args = -1,
  .run = pin_runs,
};

/* --- note --- */

static gboolean
write_note (SyStateDir *dir, SyRunDir *run, const char *text, GError **error)
{
  return sy_run_dir_set_note (run, text, error);
}

static gboolean
print_note (SyStateDir *dir, SyRunDir *run, const char *text, GError **error)
{
  g_autofree char *note = sy_run_dir_get_note (run);
  g_autoptr (GString) clean = g_string_new (NULL);

  sy_say_clean (clean, note != NULL ? note : "no note");
  printf ("%.8s  %s\n", sy_run_dir_get_uuid (run), clean->str);
  return TRUE;
}

static int
note (char **args)
{
  if (args[1] != NULL && !g_utf8_validate (args[1], -1, NULL))
    return sy_usage (&sy_command_note, "the text is no valid UTF-8");
  return change (args[0], args[1] != NULL ? write_note : print_note, args[1],
                 args[1] == NULL ? NULL : *args[1] != '\0' ? "noted" : "no note");
}

const SyCommand sy_command_note = {
  .name = "note",
  .arguments = "RUN [TEXT]",
  .summary = "Write a note about a run, or print it",
  .description = "An empty TEXT takes the note away. The window's history shows it.",
  .examples = "  switchyard note last 'before the new compiler'\n"
              "  switchyard note last",
  .min_args = 1,
  .max_args = 2,
  .run = note,
};
