/* cmd-watch.c: watch
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-command.h"

#include "app/sy-live.h"
#include "app/sy-run-json.h"
#include "app/sy-run-report.h"

#include <stdio.h>

#define LIVE_WAIT_US 200000
#define PLAIN_WAIT_US G_USEC_PER_SEC

static gboolean opt_json;

static const GOptionEntry watch_entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &opt_json, "Print one JSON object a line for each event, then the result", NULL },
  { NULL }
};

typedef struct
{
  SyRunView *view;
  SyLive *progress;
} Watch;

static void
show_event (const SyEvent *event, gpointer data)
{
  Watch *watch = data;

  if (opt_json)
    sy_event_json_print (watch->view->meta.uuid, watch->view->state, event);
  sy_live_event (watch->progress, watch->view->state, event);
}

static gboolean
goes_on (SyRunView *view)
{
  return !sy_run_status_is_final (view->state->status)
         && sy_run_dir_get_owner (view->run, NULL, NULL) != SY_OWNER_NONE;
}

static gboolean
follow (Watch *watch, gint64 wait_us, GError **error)
{
  gboolean more = goes_on (watch->view);

  while (more)
    {
      sy_live_draw (watch->progress, watch->view->state, g_get_real_time (), FALSE);
      sy_log_reader_wait (watch->view->reader, wait_us);
      more = goes_on (watch->view);
      if (!sy_run_view_refresh (watch->view, show_event, watch, error))
        return FALSE;
      more = more && goes_on (watch->view);
    }
  return TRUE;
}

static int
watch (char **args)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunView) view = sy_run_view_open (args[0], &error);
  SyLiveMode mode = sy_live_mode_for (stderr);
  g_autoptr (GString) out = g_string_new (NULL);
  Watch state = { .view = view };
  SyRunFacts facts;
  gboolean ok;

  if (view == NULL)
    return sy_fail (error);
  state.progress = sy_live_new (stderr, opt_json ? SY_LIVE_QUIET : mode);
  sy_live_set_expected (state.progress, view->expected_us);
  sy_live_set_run (state.progress, view->run);
  ok = follow (&state, mode == SY_LIVE_LIVE ? LIVE_WAIT_US : PLAIN_WAIT_US, &error);
  sy_live_free (state.progress);
  if (!ok)
    return sy_fail (error);
  facts = sy_run_view_get_facts (view);
  if (opt_json)
    sy_run_json_print (&facts);
  sy_run_report (out, &facts, NULL);
  fputs (out->str, stderr);
  return sy_exit_code_of_run (view->state->status);
}

const SyCommand sy_command_watch = {
  .name = "watch",
  .arguments = "RUN",
  .summary = "Follow a run, whoever started it, to its end",
  .description = "Ctrl+C ends the watching, not the run. The exit status is that of the run.",
  .examples = "  switchyard watch last\n"
              "  switchyard watch 4f1c --json",
  .entries = watch_entries,
  .min_args = 1,
  .max_args = 1,
  .run = watch,
};
