/* cmd-validate.c: validate
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "core/base/sy-json-writer.h"
#include "app/sy-words.h"
#include "app/sy-problem-output.h"
#include "core/format/sy-hints.h"
#include "core/format/sy-import.h"

#include <stdio.h>

static gboolean opt_json, opt_hints;

static const GOptionEntry validate_entries[] = {
  { "hints", 0, 0, G_OPTION_ARG_NONE, &opt_hints, "Also tell what is no mistake but rarely meant", NULL },
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object", NULL },
  { NULL }
};

static void
say_result (GString *out, const char *path, const SyWorkflow *workflow, const SyProblems *problems)
{
  guint n_warnings = sy_problems_get_n_warnings (problems);

  sy_say_clean (out, path);
  if (workflow == NULL)
    {
      sy_say_plural (g_string_append (out, ": "), sy_problems_get_n_errors (problems), "error", NULL);
    }
  else
    {
      sy_say_plural (g_string_append (out, ": valid, "), workflow->n_tasks, "task", NULL);
      sy_say_plural (g_string_append (out, ", "), workflow->n_edges, "edge", NULL);
    }
  if (n_warnings > 0)
    sy_say_plural (g_string_append (out, ", "), n_warnings, "warning", NULL);
  if (sy_problems_get_n_notes (problems) > 0)
    sy_say_plural (g_string_append (out, ", "), sy_problems_get_n_notes (problems), "hint", NULL);
  g_string_append_c (out, '\n');
}

static void
write_result (SyJson *json, const char *path, const SyWorkflow *workflow, const SyProblems *problems)
{
  SySource *source = sy_problems_get_source (problems);
  g_autofree char *digest = workflow == NULL && source != NULL
                              ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, sy_source_get_bytes (source)) : NULL;

  sy_json_begin_object (json, NULL);
  sy_json_string (json, "file", path);
  sy_json_bool (json, "ok", workflow != NULL);
  sy_json_int_or_null (json, "tasks", workflow != NULL ? (gint64) workflow->n_tasks : -1, -1);
  sy_json_int_or_null (json, "edges", workflow != NULL ? (gint64) workflow->n_edges : -1, -1);
  sy_json_string (json, "sha256", workflow != NULL ? workflow->sha256 : digest);
  sy_problems_write_json (problems, "problems", json);
  sy_json_end_object (json);
}

/* A file of another format has no tree of ours: its hints stand at its lines. */
static void
add_hints (const SyWorkflow *workflow, SyProblems *problems)
{
  SySource *source = sy_problems_get_source (problems);
  g_autoptr (SyProblems) of_yaml = sy_problems_new ();
  g_autoptr (SyDocument) tree = source != NULL ? sy_document_new (source, of_yaml) : NULL;

  sy_hints_report (workflow, sy_problems_get_n_errors (of_yaml) == 0 ? tree : NULL, problems);
}

static int
validate (char **args)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SyJson json = sy_json_on (out);
  int code = SY_EXIT_OK;

  if (opt_json)
    {
      sy_json_begin_object (&json, NULL);
      sy_json_int (&json, "v", 1);
      sy_json_begin_array (&json, "files");
    }
  for (; *args != NULL; args++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyWorkflow) workflow = sy_open_workflow_file (*args, problems, NULL, NULL);

      if (workflow == NULL)
        code = SY_EXIT_USAGE;
      else if (opt_hints)
        add_hints (workflow, problems);
      if (opt_json)
        {
          write_result (&json, *args, workflow, problems);
          continue;
        }
      sy_problems_say (problems);
      say_result (out, *args, workflow, problems);
      sy_out (out);
      g_string_truncate (out, 0);
      fflush (stdout);
    }
  if (opt_json)
    {
      sy_json_end_array (&json);
      sy_json_end_object (&json);
      g_string_append_c (out, '\n');
      sy_out (out);
    }
  return code;
}

const SyCommand sy_command_validate = {
  .name = "validate",
  .arguments = "FILE…",
  .summary = "Check workflow files and explain every mistake",
  .description = "Executes, fetches and includes nothing. Problems go to stderr, a line for each file to stdout. Hints are "
                 "silenced by `x-quiet: [CODE, …]` in the task or the file.",
  .examples = "  switchyard validate nightly.yard.yaml\n"
              "  switchyard validate --hints nightly.yard.yaml\n"
              "  switchyard validate --json *.yard.yaml | jq '.files[].problems'",
  .entries = validate_entries,
  .min_args = 1,
  .max_args = -1,
  .run = validate,
};
