/* cmd-maintain.c: doctor, gc
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-run-start.h"
#include "app/sy-words.h"
#include "core/store/sy-doctor.h"

#include <stdio.h>

static gboolean opt_check, opt_salvage, opt_confirm, opt_dry_run;
static int opt_keep = G_MININT, opt_days = G_MININT; /* not said */

/* All runs are in order where there are none: cron need not know when the first one is. */
static int
no_state_dir (const GError *error)
{
  if (!g_error_matches (error, SY_ERROR, SY_ERROR_NOT_FOUND))
    return sy_fail (error);
  sy_out_line ("There are no runs yet.");
  return SY_EXIT_OK;
}

/* --- doctor --- */

static const GOptionEntry doctor_entries[] = {
  { "check", 0, 0, G_OPTION_ARG_NONE, &opt_check, "Only look; change nothing", NULL },
  { "salvage", 0, 0, G_OPTION_ARG_NONE, &opt_salvage,
    "Put a damaged log aside and save what is whole; the run is read-only until confirmed", NULL },
  { "confirm", 0, 0, G_OPTION_ARG_NONE, &opt_confirm, "Let a salvaged RUN be resumed and re-run", NULL },
  { NULL }
};

static void
say_findings (const char *uuid, const SyDoctorReport *report)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (out, "%.8s  ", uuid);
  if (report->findings->len == 0)
    g_string_append (sy_say_count (g_string_append (out, "sound, "), report->n_events), " events\n");
  else
    sy_say_plural (g_string_append (out, "damaged: "), report->findings->len, "finding", NULL);
  for (guint i = 0; i < report->findings->len; i++)
    sy_say_clean (g_string_append (out, "\n  "), g_array_index (report->findings, SyFinding, i).text);
  if (report->findings->len > 0 && report->last_good_seq == 0)
    g_string_append_printf (out,
                            "\n  nothing of the log can be saved; what its tasks wrote is in the run's folder out/; "
                            "“switchyard delete %.8s” takes the run away\n",
                            uuid);
  else if (report->findings->len > 0)
    g_string_append_printf (out,
                            "\n  the log holds up to event %" G_GINT64_FORMAT "; “switchyard doctor %.8s --salvage” "
                            "saves what is whole\n",
                            report->last_good_seq, uuid);
  sy_out (out);
}

static int
salvage (SyRunDir *run)
{
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autoptr (SyDefinitions) definitions = sy_definitions_new (settings, run);
  g_autoptr (GError) error = NULL;
  gint64 n = 0;

  if (!sy_run_dir_own (run, SY_RUN_DIR_OWN_WAIT_US, &error)
      || !sy_doctor_salvage (run, sy_definition_load_next, definitions, &n, &error))
    return sy_fail (error);
  printf ("%.8s  %" G_GINT64_FORMAT " events saved, the damaged log was put aside in %s\n", sy_run_dir_get_uuid (run), n,
          sy_run_dir_get_path (run));
  printf ("  look at it (switchyard show %.8s), then “switchyard doctor %.8s --confirm”\n", sy_run_dir_get_uuid (run),
          sy_run_dir_get_uuid (run));
  return SY_EXIT_OK;
}

/* An interrupted run: a runner records what ended meanwhile and leaves; nothing is started. */
static int
recover (const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open_uuid (uuid, &error);
  SyRunTakeOver how = { .start_tasks = FALSE, .show = SY_SHOW_NOTHING, .ready_fd = -1 };
  int code;

  if (view == NULL)
    return sy_fail (error);
  if (!sy_run_view_is_interrupted (view) || view->state->status == SY_RUN_PAUSED)
    return SY_EXIT_OK;
  code = sy_run_take_over (view, &how);
  if (code == SY_EXIT_OK)
    printf ("%.8s  was interrupted: what ended meanwhile is recorded; “switchyard resume %.8s” goes on\n", uuid, uuid);
  return code;
}

static int
examine (SyStateDir *dir, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, &error);
  g_autoptr (SyRunSettings) settings = sy_run_settings_new ();
  g_autoptr (SyDefinitions) definitions = sy_definitions_new (settings, run);
  g_autoptr (SyDoctorReport) report = NULL;
  gboolean sound;

  if (run != NULL && sy_run_is_half_made (run))
    {
      printf ("%.8s  was killed before it began: nothing has run; “switchyard gc” clears it away after a day\n", uuid);
      return SY_EXIT_OK;
    }
  if (run != NULL)
    report = sy_doctor_verify (run, sy_definition_load_next, definitions, &error);
  if (report == NULL)
    return sy_fail (error);
  say_findings (uuid, report);
  sound = report->findings->len == 0;
  if (!sound && opt_salvage)
    return salvage (run);
  if (!sound || opt_check || sy_run_dir_get_owner (run, NULL, NULL) != SY_OWNER_NONE)
    return sound ? SY_EXIT_OK : SY_EXIT_INTERNAL;
  return recover (uuid);
}

static int
confirm (SyStateDir *dir, const char *uuid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, &error);

  if (run == NULL || !sy_run_dir_own (run, SY_RUN_DIR_OWN_WAIT_US, &error) || !sy_doctor_confirm (run, &error))
    return sy_fail (error);
  return SY_EXIT_OK;
}

static int
doctor (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  g_autoptr (SyIndex) index = NULL;
  g_autofree char *uuid = NULL;
  g_auto (GStrv) all = NULL;
  int worst = SY_EXIT_OK;

  if (opt_confirm && args[0] == NULL)
    return sy_usage (&sy_command_doctor, "--confirm needs a RUN");
  if (dir == NULL)
    return args[0] == NULL ? no_state_dir (error) : sy_fail (error);
  if (args[0] != NULL)
    {
      index = sy_index_open (dir, SY_INDEX_READ, &error);
      uuid = index != NULL ? sy_index_resolve (index, args[0], NULL, &error) : NULL;
      if (uuid == NULL)
        return sy_fail (error);
      return opt_confirm ? confirm (dir, uuid) : examine (dir, uuid);
    }
  all = sy_state_dir_list_runs (dir, &error);
  if (all == NULL)
    return sy_fail (error);
  for (guint i = 0; all[i] != NULL; i++)
    {
      int code = examine (dir, all[i]);

      worst = MAX (worst, code);
    }
  return worst;
}

const SyCommand sy_command_doctor = {
  .name = "doctor",
  .arguments = "[RUN]",
  .summary = "Verify run logs and recover interrupted runs",
  .description = "Without RUN: all runs. A damaged log keeps the others from nothing. No task is started.",
  .examples = "  switchyard doctor\n"
              "  switchyard doctor 4f1c --check\n"
              "  switchyard doctor 4f1c --salvage",
  .entries = doctor_entries,
  .min_args = 0,
  .max_args = 1,
  .run = doctor,
};

/* --- gc --- */

static const GOptionEntry gc_entries[] = {
  { "dry-run", 'n', 0, G_OPTION_ARG_NONE, &opt_dry_run, "Only say what would be deleted", NULL },
  { "keep", 0, 0, G_OPTION_ARG_INT, &opt_keep, "Keep the newest N runs of each workflow (default: as set, or 50)", "N" },
  { "days", 0, 0, G_OPTION_ARG_INT, &opt_days, "Keep runs of the last N days (default: as set, or 30)", "N" },
  { NULL }
};

static int
gc (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  SyGcPolicy policy;
  gint64 bytes = 0;

  if ((opt_keep < 1 && opt_keep != G_MININT) || (opt_days < 1 && opt_days != G_MININT))
    return sy_usage (&sy_command_gc, "--keep and --days want a number of at least 1");
  sy_gc_policy_load (&policy);
  if (opt_keep >= 1)
    policy.keep_runs = (guint) opt_keep;
  if (opt_days >= 1)
    policy.keep_us = opt_days * G_TIME_SPAN_DAY;
  policy.dry_run = opt_dry_run;
  dir = sy_open_state_dir (SY_STATE_DIR_READ, &error);
  if (dir == NULL)
    return no_state_dir (error);
  items = sy_gc_run (dir, &policy, g_get_real_time (), &error);
  if (items == NULL)
    return sy_fail (error);
  for (guint i = 0; i < items->len; i++)
    {
      const SyGcItem *item = g_ptr_array_index (items, i);

      g_string_append_printf (out, "%.8s  #%u  ", item->uuid, item->number);
      sy_say_clean (out, item->workflow_path != NULL ? item->workflow_path : "");
      g_string_append_c (sy_say_size (g_string_append (out, ", "), item->bytes), '\n');
      bytes += item->bytes;
    }
  sy_say_plural (out, items->len, "run", NULL);
  sy_say_size (g_string_append (out, opt_dry_run ? " would be deleted, " : " deleted, "), bytes);
  g_string_append_c (out, '\n');
  sy_out (out);
  return SY_EXIT_OK;
}

const SyCommand sy_command_gc = {
  .name = "gc",
  .arguments = "",
  .summary = "Delete old runs",
  .description = "Never deletes a run that goes on, is pinned, or is the newest or newest failed one of its workflow.",
  .examples = "  switchyard gc --dry-run\n"
              "  switchyard gc --keep 10 --days 7",
  .entries = gc_entries,
  .run = gc,
};
