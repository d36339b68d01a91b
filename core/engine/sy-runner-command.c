/* sy-runner-command.c: requests of users, each of which yields an event or a visible refusal
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-runner-private.h"
#include "core/model/sy-json.h"

typedef struct
{
  SyRunner *runner;
  const SyJsonNode *object;
  SyTime now;
} Command;

/* --- members --- */

static const char *
get_string (const Command *c, const char *name)
{
  return sy_json_get_text (c->object, name);
}

static gboolean
get_flag (const Command *c, const char *name)
{
  const SyJsonNode *node = sy_json_get (c->object, name);

  return sy_json_is (node, SY_JSON_BOOL) && node->boolean;
}

static gint64
get_int (const Command *c, const char *name, gint64 fallback)
{
  const SyJsonNode *node = sy_json_get (c->object, name);

  return sy_json_is (node, SY_JSON_INT) ? node->integer : fallback;
}

static gboolean
find_task (const Command *c, const char *id, guint32 *number, GError **error)
{
  SyWorkflow *workflow = c->runner->state->workflow;
  guint32 index = id != NULL ? sy_workflow_find (workflow, id) : SY_NO_TASK;

  if (index != SY_NO_TASK)
    {
      *number = workflow->tasks[index].number;
      return TRUE;
    }
  if (id == NULL)
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "The request names no task (“task”)");
  else
    g_set_error (error, SY_ERROR, SY_ERROR_NOT_FOUND, "The run has no task “%s”", id);
  return FALSE;
}

static gboolean
get_task (const Command *c, guint32 *number, GError **error)
{
  return find_task (c, get_string (c, "task"), number, error);
}

/* --- commands --- */

static gboolean
do_pause (const Command *c, GError **error)
{
  return sy_scheduler_pause (c->runner->scheduler, c->now, get_string (c, "branch"), error);
}

static gboolean
do_resume (const Command *c, GError **error)
{
  return sy_scheduler_resume (c->runner->scheduler, c->now, get_string (c, "branch"), error);
}

static gboolean
do_drain (const Command *c, GError **error)
{
  return sy_scheduler_drain (c->runner->scheduler, c->now, error);
}

static gboolean
do_cancel (const Command *c, GError **error)
{
  return sy_scheduler_cancel (c->runner->scheduler, c->now, get_flag (c, "kill"), error);
}

static gboolean
do_stop (const Command *c, GError **error)
{
  guint32 task;

  return get_task (c, &task, error) &&
         sy_scheduler_stop_task (c->runner->scheduler, c->now, task, get_flag (c, "kill"), error);
}

static gboolean
do_skip (const Command *c, GError **error)
{
  guint32 task;

  return get_task (c, &task, error) && sy_scheduler_skip (c->runner->scheduler, c->now, task, error);
}

static gboolean
do_retry_now (const Command *c, GError **error)
{
  guint32 task;

  return get_task (c, &task, error) && sy_scheduler_retry_now (c->runner->scheduler, c->now, task, error);
}

static gboolean
do_give_up (const Command *c, GError **error)
{
  guint32 task;

  return get_task (c, &task, error) && sy_scheduler_give_up (c->runner->scheduler, c->now, task, error);
}

static gboolean
do_mark (const Command *c, GError **error)
{
  const char *as = get_string (c, "as");
  guint32 task;

  if (g_strcmp0 (as, "succeeded") != 0 && g_strcmp0 (as, "failed") != 0)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "mark needs “as”: succeeded or failed");
      return FALSE;
    }
  return get_task (c, &task, error) && sy_scheduler_mark (c->runner->scheduler, c->now, task, *as == 's',
                                                          get_string (c, "note"), error);
}

/* {"run":TEXT}, or {"command":[PROGRAM, …]} with texts alone. What gets into the log is read by everyone. */
static gboolean
is_command (const SyJsonNode *node)
{
  const SyJsonNode *words = sy_json_get (node, "command");

  if (!sy_json_is (node, SY_JSON_OBJECT) || node->n != 1)
    return FALSE;
  if (!sy_json_is (words, SY_JSON_ARRAY))
    return sy_json_get_text (node, "run") != NULL;
  for (guint i = 0; i < words->n; i++)
    if (sy_json_text (&words->items[i]) == NULL)
      return FALSE;
  return words->n > 0;
}

static gboolean
do_edit (const Command *c, GError **error)
{
  const SyJsonNode *node = sy_json_get (c->object, "json");
  g_autoptr (GString) json = NULL;
  guint32 task;

  if (!is_command (node))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "edit needs “json”: {\"command\":[PROGRAM, …]} or {\"run\":TEXT}");
      return FALSE;
    }
  json = g_string_new (NULL);
  sy_json_append (json, node);
  return get_task (c, &task, error) && sy_scheduler_edit_command (c->runner->scheduler, c->now, task, json->str, error);
}

static gboolean
do_set_slots (const Command *c, GError **error)
{
  gint64 slots = get_int (c, "slots", 0);

  if (slots < 1 || slots > 65536)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "set-slots needs “slots”: 1 to 65536");
      return FALSE;
    }
  return sy_scheduler_set_slots (c->runner->scheduler, c->now, (guint) slots, error);
}

static gboolean
find_word (const char *word, const char *const *words, guint n, guint *value)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (word, words[i]) == 0)
      {
        *value = i;
        return TRUE;
      }
  return FALSE;
}

static GArray *
get_tasks (const Command *c, GError **error)
{
  const SyJsonNode *list = sy_json_get (c->object, "tasks");
  guint n = sy_json_is (list, SY_JSON_ARRAY) ? sy_json_length (list) : 0;
  g_autoptr (GArray) tasks = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < n; i++)
    {
      guint32 number;

      if (!find_task (c, sy_json_text (sy_json_at (list, i)), &number, error))
        return NULL;
      g_array_append_val (tasks, number);
    }
  return g_steal_pointer (&tasks);
}

/* A preview is of one moment: what it showed is what is done, or it is shown again. */
static gboolean
check_preview (const Command *c, const SyRerunRequest *request, GError **error)
{
  const SyRunState *state = c->runner->state;
  const char *seen = get_string (c, "digest");
  gint64 seq = get_int (c, "seq", 0);
  g_autoptr (SyRerunPlan) plan = NULL;
  g_autofree char *digest = NULL;

  if (seen == NULL || seq == state->seq)
    return TRUE;
  plan = sy_rerun_preview (state, request, NULL, error);
  if (plan == NULL)
    return FALSE;
  digest = sy_rerun_digest (state, plan);
  if (g_str_equal (digest, seen))
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_REFUSED,
               "The run has changed since the preview (event %" G_GINT64_FORMAT ", now %" G_GINT64_FORMAT
               "): look at the new one",
               seq, state->seq);
  return FALSE;
}

static gboolean
do_rerun (const Command *c, GError **error)
{
  static const char *const scopes[] = { "failed", "task", "from", "branch", "current_file" }; /* SyRerunScope */
  static const char *const runnings[] = { "refuse", "stop_first", "then_again" };             /* SyRerunRunning */
  const char *running = get_string (c, "running");
  guint scope, how = SY_RUNNING_REFUSE;
  g_autoptr (GArray) tasks = NULL;
  SyRerunRequest request;

  if (!find_word (get_string (c, "scope"), scopes, G_N_ELEMENTS (scopes), &scope) ||
      (running != NULL && !find_word (running, runnings, G_N_ELEMENTS (runnings), &how)))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID,
                   "rerun needs “scope” (failed, task, from, branch, current_file) and takes “running” (refuse, "
                   "stop_first, then_again)");
      return FALSE;
    }
  tasks = get_tasks (c, error);
  if (tasks == NULL)
    return FALSE;
  request = (SyRerunRequest){ .scope = (SyRerunScope) scope,
                              .tasks = (const guint32 *) (const void *) tasks->data,
                              .n_tasks = tasks->len,
                              .running = (SyRerunRunning) how };
  return check_preview (c, &request, error) &&
         sy_scheduler_rerun (c->runner->scheduler, c->now, &request, error);
}

static gboolean
do_nothing (const Command *c G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return TRUE;
}

static gboolean
do_leave (const Command *c, GError **error G_GNUC_UNUSED)
{
  sy_runner_leave (c->runner);
  return TRUE;
}

static const struct
{
  const char *word;
  gboolean (*func) (const Command *command, GError **error);
} commands[] = {
  { "cancel", do_cancel }, { "drain", do_drain },         { "edit", do_edit },           { "give-up", do_give_up },
  { "leave", do_leave },   { "mark", do_mark },           { "pause", do_pause },         { "ping", do_nothing },
  { "rerun", do_rerun },   { "resume", do_resume },       { "retry-now", do_retry_now }, { "set-slots", do_set_slots },
  { "skip", do_skip },     { "status", do_nothing },      { "stop", do_stop },
};

static gboolean
run_command (Command *c, GError **error)
{
  const char *word = get_string (c, "command");

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_strcmp0 (commands[i].word, word) == 0)
      return commands[i].func (c, error);
  g_set_error (error, SY_ERROR, SY_ERROR_UNSUPPORTED, "Unknown command “%s”: is the runner older than this program?",
               word != NULL ? word : "");
  return FALSE;
}

static gboolean
parse_and_run (SyRunner *self, const char *json, GError **error)
{
  g_autoptr (SyJsonNode) root = sy_json_parse (json, error);
  Command command = { .runner = self, .object = root, .now = sy_clock_now (self->clock) };

  if (root == NULL)
    g_prefix_error (error, "The request cannot be read: ");
  else if (!sy_json_is (root, SY_JSON_OBJECT))
    g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "The request is no JSON object");
  else
    return run_command (&command, error);
  return FALSE;
}

/* --- replies --- */

static const char *
code_word (int code)
{
  static const char *const words[] = { "invalid", "not_found", "owned",   "refused",     "corrupt",   "version",
                                       "no_space", "io",       "limit",   "unsupported", "cancelled", "internal" };

  return (guint) code < G_N_ELEMENTS (words) ? words[code] : "internal";
}

static SyJson
begin_reply (GString *out, gboolean ok)
{
  SyJson json = sy_json_on (out);

  sy_json_begin_object (&json, NULL);
  sy_json_int (&json, "v", 1);
  sy_json_bool (&json, "ok", ok);
  return json;
}

static char *
end_reply (SyJson *json)
{
  sy_json_end_object (json);
  return g_string_free (json->out, FALSE);
}

static char *
refusal (const GError *error)
{
  SyJson json = begin_reply (g_string_new (NULL), FALSE);

  sy_json_string (&json, "error", error->message);
  sy_json_string (&json, "code", code_word (error->domain == SY_ERROR ? error->code : SY_ERROR_INTERNAL));
  return end_reply (&json);
}

static void
add_counts (SyRunner *self, SyJson *json)
{
  sy_json_begin_object (json, "counts");
  for (guint i = 0; i < SY_N_STATES; i++)
    if (self->state->counts[i] > 0)
      sy_json_int (json, sy_state_to_string ((SyState) i), self->state->counts[i]);
  sy_json_end_object (json);
}

/* The same for all commands: what the run is at now, and the seq to wait for in the log. */
static char *
agreement (SyRunner *self)
{
  SyJson json = begin_reply (g_string_new (NULL), TRUE);

  sy_json_string (&json, "run", self->options.run_id);
  sy_json_int (&json, "pid", getpid ());
  sy_json_string (&json, "state", sy_run_status_to_string (self->state->status));
  sy_json_int (&json, "seq", self->state->seq);
  sy_json_int (&json, "slots", self->state->slots);
  add_counts (self, &json);
  return end_reply (&json);
}

void
sy_runner_do_request (SyRunner *self, const Request *request)
{
  g_autoptr (GError) error = NULL;

  if (self->scheduler == NULL)
    g_set_error (&error, SY_ERROR, SY_ERROR_IO, "The log of the run cannot be written at the moment; try again");
  else
    {
      parse_and_run (self, request->json, &error);
      sy_scheduler_hold_chains (self->scheduler, sy_clock_now (self->clock), FALSE);
    }
  sy_runner_reply (self, request, error != NULL ? refusal (error) : agreement (self));
}

/* What lies ahead at a keeper may be beginning at this moment. A keeper answers at the end of a short task, or within 2 ms; for
 * one that does not, the scheduler has a word to say. */
#define CHAINS_US (1 * G_USEC_PER_SEC)

static gboolean
touches_what_is_ahead (const char *json)
{
  static const char *const words[] = { "\"skip\"", "\"rerun\"", "\"edit\"", "\"stop\"" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strstr (json, words[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
sy_runner_must_wait (SyRunner *self, const Request *request)
{
  SyTime now = sy_clock_now (self->clock);
  gboolean waits = FALSE;

  if (self->scheduler == NULL || !touches_what_is_ahead (request->json))
    return FALSE;
  if (self->chains_held == 0)
    self->chains_held = now.boot_us + CHAINS_US;
  waits = sy_scheduler_hold_chains (self->scheduler, now, TRUE) > 0 && now.boot_us < self->chains_held;
  if (!waits)
    self->chains_held = 0;
  return waits;
}

gboolean
sy_runner_do_first (SyRunner *self, const char *json, GError **error)
{
  return parse_and_run (self, json, error);
}
