/* sy-order-builder.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/sy-order-builder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/sy-error.h"
#include "core/engine/sy-direct-exec.h"
#include "core/engine/sy-order-env-private.h"
#include "core/model/sy-late.h"
#include "core/model/sy-task-values.h"

#define DEFAULT_GRACE_US (5 * G_USEC_PER_SEC)

/* One working folder as it was found; what PWD is in it. */
typedef struct
{
  dev_t dev;
  ino_t ino;
  gboolean plain; /* no link on the way to it */
  char *pwd; /* (nullable) (owned) */
} DirFact;

struct _SyOrderBuilder
{
  gatomicrefcount ref_count;
  SyWorkflow *workflow;
  const SyExprContext *context;
  int run_fd;
  char *run_path, *run_id;
  char *folder;         /* of the workflow file */
  guint slots;
  GStrv environment;
  GStrv unset;          /* names that dash would not pass on */
  const char *path, *pwd; /* in environment */
  SyOrderKey key;       /* what all idempotency keys of the run begin with */

  GMutex mutex;         /* guards the caches: */
  SyDirectExec *direct;
  GHashTable *dirs;     /* path -> DirFact (owned) */
};

static void
dir_fact_free (DirFact *fact)
{
  g_free (fact->pwd);
  g_free (fact);
}

void
sy_order_request_clear (SyOrderRequest *request)
{
  g_clear_pointer (&request->values, g_free);
  g_clear_pointer (&request->command, g_free);
  g_clear_pointer (&request->inputs, g_free);
}

/* --- what is asked for --- */

static char *
artifacts_path (guint32 task, guint32 attempt, gpointer data)
{
  SyOrderBuilder *self = data;

  return attempt == 0 ? NULL : g_strdup_printf ("%s/artifacts/t%u.i0.a%u", self->run_path, task, attempt);
}

void
sy_order_builder_request (SyOrderBuilder *self, const SyRunState *state, guint32 task, guint64 after,
                          SyOrderRequest *request)
{
  const SyTaskState *at = sy_run_state_task (state, task);
  guint32 index = sy_workflow_find_number (state->workflow, task);

  *request = (SyOrderRequest){ .task = task, .after = after };
  g_return_if_fail (at != NULL && index != SY_NO_TASK);
  request->round = at->round;
  request->values = g_strdup (at->values);
  request->command = g_strdup (at->command);
  if (state->workflow->tasks[index].n_needs > 0 || state->workflow->n_params > 0)
    request->inputs = sy_task_inputs_json (state, index, self->run_id, self->context, after, artifacts_path, self);
}

void
sy_order_builder_request_handler (SyOrderBuilder *self, const SyRunState *state, SyHandlerKind kind,
                                  SyOrderRequest *request)
{
  *request = (SyOrderRequest){ .handler = kind };
  request->inputs = sy_task_inputs_json (state, SY_NO_TASK, self->run_id, self->context, 0, artifacts_path, self);
}

/* --- folders --- */

static gboolean
is_below (const char *path, const char *folder)
{
  gsize n = strlen (folder);

  while (n > 0 && folder[n - 1] == '/')
    n--;
  return strncmp (path, folder, n) == 0 && (path[n] == '/' || path[n] == '\0');
}

/* Made where missing and inside the workflow's folder or the run's, unless the task before may want to make it itself; else
 * a missing one is the task's spawn error. */
static gboolean
ensure_dir (SyOrderBuilder *self, const char *dir, gboolean make, struct stat *st, int *errnum, GError **error)
{
  if (stat (dir, st) == 0 && S_ISDIR (st->st_mode))
    return TRUE;
  errno = errno == ENOENT ? ENOENT : ENOTDIR;
  if (errno == ENOENT && make && (is_below (dir, self->folder) || is_below (dir, self->run_path)) &&
      g_mkdir_with_parents (dir, 0777) == 0 && stat (dir, st) == 0)
    return TRUE;
  *errnum = errno;
  sy_error_set_errno (error, errno, "Cannot use the working folder “%s”", dir);
  return FALSE;
}

/* PWD as a shell started there would have it, and more; the mutex is held. */
static const DirFact *
find_dir (SyOrderBuilder *self, const char *dir, const struct stat *st)
{
  DirFact *fact = g_hash_table_lookup (self->dirs, dir);
  char real[PATH_MAX];

  if (fact != NULL && fact->dev == st->st_dev && fact->ino == st->st_ino)
    return fact;
  fact = g_new0 (DirFact, 1);
  fact->dev = st->st_dev;
  fact->ino = st->st_ino;
  fact->plain = realpath (dir, real) != NULL && g_str_equal (real, dir);
  fact->pwd = sy_direct_exec_pwd (self->pwd, dir);
  g_hash_table_replace (self->dirs, g_strdup (dir), fact);
  return fact;
}

/* What is made ahead must be right when it is used: a link may lead elsewhere by then. */
static gboolean
holds_until_then (SyOrderBuilder *self, const SyOrderRequest *request, const char *dir, const struct stat *st, GError **error)
{
  gboolean plain;

  if (request->after == 0)
    return TRUE;
  g_mutex_lock (&self->mutex);
  plain = find_dir (self, dir, st)->plain;
  g_mutex_unlock (&self->mutex);
  if (!plain)
    g_set_error (error, SY_ERROR, SY_ERROR_REFUSED, "“%s” is reached by a link", dir);
  return plain;
}

/* --- command --- */

static const char *
find_var (char *const *env, const char *prefix)
{
  for (guint i = 0; env != NULL && env[i] != NULL; i++)
    if (g_str_has_prefix (env[i], prefix))
      return env[i] + strlen (prefix);
  return NULL;
}

/* A shell text that needs no shell is split here; the mutex is held. */
static void
choose_argv (SyOrderBuilder *self, SyTaskValues *values, SyOrder *order)
{
  guint n = g_strv_length (values->argv);
  const char *own_path = find_var (values->env, "PATH=");

  if (values->shell && n >= 2 &&
      sy_direct_exec_shell_fits (self->direct, (const char *const *) values->argv, n - 1))
    order->argv =
      sy_direct_exec_parse (self->direct, values->argv[n - 1], own_path != NULL ? own_path : self->path, order->dir);
  order->direct = order->argv != NULL;
  if (!order->direct)
    order->argv = g_steal_pointer (&values->argv);
}

static void
add_environment (SyOrderBuilder *self, const SyOrderRequest *request, const SyTask *task, SyTaskValues *values,
                 const char *pwd, SyOrder *order)
{
  SyOrderEnv env;

  sy_order_env_init (&env, values->env);
  values->env = NULL;
  if (order->direct)
    sy_order_env_add_strings (&env, self->unset);
  if (pwd != NULL && (order->direct || !values->shell))
    sy_order_env_add (&env, "PWD", pwd);
  sy_order_env_add_files (&env, self->run_path, order);
  sy_order_env_add (&env, "SWITCHYARD_TASK", task != NULL ? task->id : sy_handler_kind_to_string (request->handler));
  sy_order_env_add_number (&env, "SWITCHYARD_ATTEMPT", order->attempt);
  sy_order_env_add_key (&env, &self->key, request, order);
  order->env = sy_order_env_finish (&env);
}

/* --- the rest of an order --- */

static void
set_limits (const SyOrderRequest *request, const SyTimeout *timeout, const SyStop *stop, SyOrder *order)
{
  if (timeout != NULL)
    {
      order->timeout_attempt_us = timeout->attempt_us;
      order->timeout_no_output_us = timeout->no_output_us;
    }
  order->timeout_total_us = request->total_left_us;
  order->patient = request->patient;
  order->stop_signal = stop != NULL ? stop->signal : SIGTERM;
  order->grace_us = stop != NULL ? stop->grace_us : DEFAULT_GRACE_US;
}

static GStrv
absolute_paths (char *const *paths, const char *dir)
{
  GPtrArray *out = g_ptr_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    g_ptr_array_add (out, g_canonicalize_filename (paths[i], dir));
  g_ptr_array_add (out, NULL);
  return (GStrv) g_ptr_array_free (out, FALSE);
}

static void
set_task_fields (SyOrderBuilder *self, const SyTask *task, SyTaskValues *values, SyOrder *order)
{
  const SyTaskExtra *extra = task->extra;
  guint32 milli_cpu = task->resources != NULL ? task->resources->milli_cpu : 0;

  order->slots = CLAMP ((milli_cpu + 999) / 1000, 1, self->slots);
  if (extra == NULL)
    return;
  order->streams_split = extra->streams_split;
  order->stragglers_keep = extra->stragglers_keep;
  order->values = extra->n_outputs > 0;
  if (extra->writes_durable && values->writes[0] != NULL)
    order->fsync_paths = absolute_paths (values->writes, order->dir);
}

static gboolean
resolve (SyOrderBuilder *self, const SyOrderRequest *request, SyTaskValues *values, const SyTask **task,
         SyLateTask **late, GError **error)
{
  guint32 index;

  *task = NULL;
  if (request->task == 0)
    return sy_handler_values_resolve (self->workflow, request->handler, self->context, self->folder, values, error);
  index = sy_workflow_find_number (self->workflow, request->task);
  g_return_val_if_fail (index != SY_NO_TASK, FALSE);
  *task = &self->workflow->tasks[index];
  if (sy_late_has_any (*task))
    {
      *late = sy_late_task_new (self->workflow, index, request->values);
      *task = &(*late)->task;
    }
  return sy_task_values_resolve (self->workflow, index, request->values, request->command, self->context,
                                 self->folder, values, error);
}

/* Whether anything that we hand over names the variable; then its folder is made. */
static gboolean
names_artifacts (char *const *argv, char *const *env)
{
  for (guint i = 0; argv[i] != NULL; i++)
    if (strstr (argv[i], "SWITCHYARD_ARTIFACTS") != NULL)
      return TRUE;
  for (guint i = 0; env != NULL && env[i] != NULL; i++)
    if (strstr (env[i], "SWITCHYARD_ARTIFACTS") != NULL)
      return TRUE;
  return FALSE;
}

static void
make_artifacts (SyOrderBuilder *self, const SyOrder *order)
{
  g_autofree char *name =
    g_strdup_printf ("artifacts/t%u.i%u.a%u", order->task, order->item, order->attempt);

  if (mkdirat (self->run_fd, name, 0700) != 0 && errno != EEXIST)
    g_debug ("%s: %s", name, g_strerror (errno)); /* the task will say so better */
}

static void
fill (SyOrderBuilder *self, const SyOrderRequest *request, const SyTask *task, SyTaskValues *values,
      const struct stat *dir_stat, SyOrder *order)
{
  const char *pwd;

  if (names_artifacts (values->argv, values->env))
    make_artifacts (self, order);
  g_mutex_lock (&self->mutex);
  choose_argv (self, values, order);
  pwd = find_dir (self, order->dir, dir_stat)->pwd;
  add_environment (self, request, task, values, pwd, order);
  g_mutex_unlock (&self->mutex);
  if (task != NULL)
    {
      set_limits (request, task->timeout, task->stop, order);
      set_task_fields (self, task, values, order);
    }
  else
    set_limits (request, self->workflow->handlers[request->handler].timeout, NULL, order);
}

SyOrder *
sy_order_builder_make (SyOrderBuilder *self, const SyOrderRequest *request, int *errnum, GError **error)
{
  g_auto (SyTaskValues) values = { 0 };
  g_autoptr (SyLateTask) late = NULL;
  const SyTask *task;
  SyOrder *order;
  struct stat st;

  *errnum = EINVAL;
  if (!resolve (self, request, &values, &task, &late, error))
    return NULL;
  if (values.argv[0] == NULL || *values.argv[0] == '\0')
    {
      *errnum = ENOENT;
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "Task “%s” names no program", task != NULL ? task->id : "handler");
      return NULL;
    }
  if (!ensure_dir (self, values.dir, request->after == 0, &st, errnum, error) || !holds_until_then (self, request, values.dir, &st, error))
    {
      g_prefix_error (error, "Task “%s”: ", task != NULL ? task->id : sy_handler_kind_to_string (request->handler));
      return NULL;
    }
  order = g_new0 (SyOrder, 1);
  order->nonce = request->nonce;
  order->after = request->after;
  order->task = request->task;
  order->item = request->task == 0 ? (guint32) request->handler + 1 : 0;
  order->attempt = request->attempt;
  order->slots = 1;
  order->dir = g_steal_pointer (&values.dir);
  order->stdin_file = g_steal_pointer (&values.stdin_file);
  order->inputs = g_strdup (request->inputs);
  fill (self, request, task, &values, &st, order);
  return order;
}

/* --- life --- */

static gboolean
make_folders (SyOrderBuilder *self, GError **error)
{
  g_autofree char *empty =
    g_strdup_printf ("{\"v\":1,\"run\":{\"id\":\"%s\",\"state\":\"running\",\"params\":{}},\"needs\":[]}", self->run_id);
  int fd;

  mkdirat (self->run_fd, "in", 0700);
  mkdirat (self->run_fd, "artifacts", 0700);
  fd = openat (self->run_fd, "in/0", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0 && write (fd, empty, strlen (empty)) == (ssize_t) strlen (empty))
    return close (fd) == 0;
  sy_error_set_errno (error, errno, "Cannot write in/0 in the run's folder");
  if (fd >= 0)
    close (fd);
  return FALSE;
}

SyOrderBuilder *
sy_order_builder_new (const SyOrderBuilderOptions *options, GError **error)
{
  g_autoptr (SyOrderBuilder) self = g_new0 (SyOrderBuilder, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->workflow = sy_workflow_ref ((SyWorkflow *) options->workflow);
  self->context = options->context;
  self->run_fd = options->run_fd;
  self->run_path = g_strdup (options->run_path);
  self->run_id = g_strdup (options->run_id);
  self->slots = MAX (options->slots, 1);
  self->folder = options->workflow->path != NULL ? g_path_get_dirname (options->workflow->path) : g_get_current_dir ();
  self->environment = sy_order_env_base (options->environment, options->run_path, options->run_id);
  self->unset = sy_order_env_not_for_dash (self->environment);
  self->path = find_var (self->environment, "PATH=");
  self->pwd = find_var (self->environment, "PWD=");
  sy_order_key_init (&self->key, options);
  self->direct = sy_direct_exec_new ();
  self->dirs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) dir_fact_free);
  return make_folders (self, error) ? g_steal_pointer (&self) : NULL;
}

SyOrderBuilder *
sy_order_builder_ref (SyOrderBuilder *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
sy_order_builder_unref (SyOrderBuilder *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  sy_workflow_unref (self->workflow);
  g_strfreev (self->environment);
  g_strfreev (self->unset);
  g_free (self->run_path);
  g_free (self->run_id);
  g_free (self->folder);
  sy_direct_exec_free (self->direct);
  g_hash_table_unref (self->dirs);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
