/* sy-gui-requests.c: what the window asks runners to do
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-gui-controller-private.h"

#include "app/gui/sy-runner-start.h"
#include "app/sy-request.h"
#include "core/base/sy-error.h"
#include "core/engine/sy-control.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define REQUEST_TIMEOUT_MS 20000

/* What only a living runner can do is refused where none lives. */
static gboolean
may_start_runner (const char *json)
{
  static const char *const needing[] = { "\"pause\"", "\"drain\"", "\"stop\"", "\"leave\"", "\"set-slots\"" };

  for (guint i = 0; i < G_N_ELEMENTS (needing); i++)
    {
      g_autofree char *command = g_strconcat ("\"command\":", needing[i], NULL);

      if (strstr (json, command) != NULL)
        return FALSE;
    }
  return TRUE;
}

/* Requests of one text, one a line: an edit and the re-run that uses it go together. */
static void
start_runner_with (SyGuiJob *job, GStrv requests)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL;

  g_ptr_array_add (arguments, g_strdup ("resume"));
  for (guint i = 0; requests[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strconcat ("--request=", requests[i], NULL));
  g_ptr_array_add (arguments, g_strdup (job->uuid));
  g_ptr_array_add (arguments, NULL);
  line = sy_runner_start ((const char *const *) arguments->pdata, &job->error);
  if (line != NULL)
    job->reply = g_strdup ("{\"v\":1,\"ok\":true}");
}

static void
work_request (SyGuiJob *job)
{
  g_autoptr (SyStateDir) dir = NULL;
  g_autoptr (SyRunDir) run = sy_gui_job_open_run (job, &dir);
  g_auto (GStrv) requests = g_strsplit (job->json, "\n", -1);
  g_autoptr (GError) local = NULL;

  if (run == NULL)
    return;
  for (guint i = 0; requests[i] != NULL; i++)
    {
      g_free (job->reply);
      job->reply = sy_control_call (sy_run_dir_get_fd (run), requests[i], REQUEST_TIMEOUT_MS, &local);
      if (job->reply == NULL && i == 0 && g_error_matches (local, SY_ERROR, SY_ERROR_NOT_FOUND))
        {
          if (may_start_runner (requests[i]))
            start_runner_with (job, requests);
          else
            g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("the run has no runner: nothing runs"));
          return;
        }
      if (job->reply == NULL)
        {
          job->error = g_steal_pointer (&local);
          return;
        }
      if (!sy_reply_check (job->reply, &job->error))
        return;
    }
}

static void
done_reply (SyGuiJob *job)
{
  job->call.reply (job->error == NULL ? job->reply : NULL, job->error, job->data);
}

static void
controller_request (SyController *base, const char *json, SyControllerReply reply, gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_request, done_reply, data);

  job->json = g_strdup (json);
  job->call.reply = reply;
  g_thread_pool_push (self->commands, job, NULL);
}

/* The runner has read it once it is ready. (transfer full) (nullable) */
static char *
write_text (SyGuiJob *job)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("switchyard-XXXXXX.yaml", &path, &job->error);

  if (fd < 0)
    return NULL;
  close (fd);
  if (!g_file_set_contents_full (path, g_bytes_get_data (job->text, NULL), (gssize) g_bytes_get_size (job->text),
                                 G_FILE_SET_CONTENTS_CONSISTENT, 0600, &job->error))
    {
      g_unlink (path);
      g_clear_pointer (&path, g_free);
    }
  return path;
}

static void
work_run (SyGuiJob *job)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *line = NULL, *text = NULL;

  if (job->path == NULL)
    {
      g_set_error (&job->error, SY_ERROR, SY_ERROR_REFUSED, _("there is no file to run"));
      return;
    }
  g_ptr_array_add (arguments, g_strdup ("run"));
  for (guint i = 0; job->params != NULL && job->params[i] != NULL; i++)
    g_ptr_array_add (arguments, g_strconcat ("--param=", job->params[i], NULL));
  if (job->only != NULL)
    g_ptr_array_add (arguments, g_strconcat ("--only=", job->only, NULL));
  if (job->alone)
    g_ptr_array_add (arguments, g_strdup ("--alone"));
  if (job->text != NULL && (text = write_text (job)) != NULL)
    g_ptr_array_add (arguments, g_strconcat ("--text=", text, NULL));
  g_ptr_array_add (arguments, g_strdup (job->path));
  g_ptr_array_add (arguments, NULL);
  line = job->error == NULL ? sy_runner_start ((const char *const *) arguments->pdata, &job->error) : NULL;
  if (line != NULL)
    job->reply = g_strdup (line);
  if (text != NULL)
    g_unlink (text);
}

static void
controller_run (SyController *base, const char *const *params, const char *only, gboolean alone, SyControllerReply reply,
                gpointer data)
{
  SyGuiController *self = (SyGuiController *) base;
  SyGuiJob *job = sy_gui_job_new (self, work_run, done_reply, data);

  job->params = g_strdupv ((char **) params);
  job->only = g_strdup (only);
  job->alone = alone;
  job->text = self->text != NULL ? g_bytes_ref (self->text) : NULL;
  job->call.reply = reply;
  g_thread_pool_push (self->commands, job, NULL);
}

void
sy_gui_controller_add_requests (SyController *base)
{
  base->request = controller_request;
  base->run = controller_run;
}
