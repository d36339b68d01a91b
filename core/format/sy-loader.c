/* sy-loader.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-loader.h"

#include "core/base/sy-error.h"
#include "core/base/sy-text.h"
#include "core/format/sy-bind-values.h"
#include "core/format/sy-load-private.h"
#include "core/format/sy-mend.h"
#include "core/model/sy-expr.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Words compared for "did you mean" in one file: some 50 unknown ids among 100,000 tasks */
#define PATIENCE 5000000

/* Reading */

static gboolean
read_all (int fd, const char *path, GByteArray *out, GError **error)
{
  guint8 buffer[64 * 1024];
  ssize_t n;

  for (;;)
    {
      n = read (fd, buffer, sizeof buffer);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      g_byte_array_append (out, buffer, (guint) n);
      if (out->len > SY_LIMIT_FILE)
        {
          g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "%s is larger than 64 MiB: the limit", path);
          return FALSE;
        }
    }
  if (n < 0)
    sy_error_set_errno (error, errno, "cannot read %s", path);
  return n == 0;
}

static gboolean
check_regular (int fd, const char *path, GError **error)
{
  struct stat st;

  if (fstat (fd, &st) < 0)
    {
      sy_error_set_errno (error, errno, "cannot read %s", path);
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "%s is %s, not a file", path,
                   S_ISDIR (st.st_mode) ? "a folder" : "a pipe or device");
      return FALSE;
    }
  if (st.st_size > SY_LIMIT_FILE)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_LIMIT, "%s is larger than 64 MiB: the limit", path);
      return FALSE;
    }
  return TRUE;
}

GBytes *
sy_loader_read (const char *path, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a FIFO must not hang us */
  gboolean good;

  if (fd < 0)
    {
      sy_error_set_errno (error, errno, "cannot open %s", path);
      return NULL;
    }
  good = check_regular (fd, path, error) && read_all (fd, path, bytes, error);
  close (fd);
  return good ? g_byte_array_free_to_bytes (g_steal_pointer (&bytes)) : NULL;
}

/* Loading */

static void
load_init (SyLoad *load, SyDocument *document, const char *path, SyProblems *problems)
{
  load->check.document = document;
  load->check.source = sy_document_get_source (document);
  load->check.data = sy_source_get_data (load->check.source, NULL);
  load->check.problems = problems;
  load->workflow = sy_workflow_new ();
  load->ids = g_hash_table_new (g_str_hash, g_str_equal);
  load->texts = g_array_new (FALSE, FALSE, sizeof (SyLoadText));
  load->queries = g_array_new (FALSE, FALSE, sizeof (SyQuery));
  load->patience = PATIENCE;
  sy_binding_init (&load->binding);
  load->check.binding = &load->binding;
  if (path != NULL)
    {
      g_autofree char *absolute = g_canonicalize_filename (path, NULL);
      load->workflow->path = sy_workflow_intern (load->workflow, absolute);
    }
}

static void
load_clear (SyLoad *load)
{
  sy_binding_clear (&load->binding);
  g_clear_pointer (&load->workflow, sy_workflow_unref);
  g_hash_table_unref (load->ids);
  g_array_unref (load->texts);
  g_array_unref (load->queries);
  g_free (load->keys);
  g_free (load->needs);
  g_free (load->reads);
  g_free (load->writes);
  g_free (load->explicit_join);
}

static void
load_digest (SyLoad *load)
{
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, sy_source_get_bytes (load->check.source));

  load->workflow->sha256 = sy_workflow_intern (load->workflow, digest);
}

static void
load_root (SyLoad *load, const SyNode *root)
{
  sy_check_table (&load->check, root, &sy_table_file, FALSE, load->file);
  sy_load_file (load);
  sy_load_tasks (load);
  sy_load_check_joins (load);
  sy_load_check_texts (load);
  load_digest (load);
  if (!sy_load_close (load))
    return;
  if (load->workflow->n_tasks > 0)
    sy_load_check_paths (load);
  sy_load_answer (load);
}

static SyWorkflow *
load_document (SyDocument *document, const char *path, const SyExprContext *context, SyBindMode mode,
               SyProblems *problems)
{
  const SyNode *root = sy_document_get_root (document);
  SyWorkflow *workflow = NULL;
  SyLoad load = { .binding = { .mode = mode, .context = context } };

  load_init (&load, document, path, problems);
  if (root == NULL || sy_node_is_empty (root))
    sy_problem_set_hint (sy_problems_add_file (problems, SY_SEVERITY_ERROR, "empty-file", "the file is empty"),
                         "a workflow has at least: version: 1 and tasks: {hello: {run: echo hello}}");
  else if (root->kind != SY_NODE_MAPPING)
    sy_problem_set_hint (sy_check_add (&load.check, SY_SEVERITY_ERROR, root, "wrong-type",
                                       "a workflow file is a map of keys, not %s",
                                       root->kind == SY_NODE_SEQUENCE ? _("a list") : _("a text")),
                         "it begins with: version: 1");
  else
    load_root (&load, root);
  sy_problems_sort (problems);
  if (sy_problems_get_n_errors (problems) == 0)
    workflow = g_steal_pointer (&load.workflow);
  load_clear (&load);
  return workflow;
}

SyWorkflow *
sy_loader_load_document (SyDocument *document, const char *path, SyProblems *problems)
{
  return load_document (document, path, NULL, SY_BIND_NOTHING, problems);
}

SyWorkflow *
sy_loader_load_bytes (GBytes *bytes, const char *path, SyProblems *problems)
{
  return sy_loader_load_bound (bytes, path, NULL, NULL, NULL, SY_BIND_DEFAULTS, problems);
}

GStrv
sy_loader_own_env (gpointer data)
{
  return g_get_environ ();
}

SyWorkflow *
sy_loader_load_bound (GBytes *bytes, const char *path, GHashTable *params, SyBindEnv env, gpointer data, SyBindMode mode,
                      SyProblems *problems)
{
  g_autoptr (SySource) source = sy_source_new (path != NULL ? path : "workflow", bytes);
  g_autoptr (SyDocument) document = sy_document_new (source, problems);

  if (document == NULL)
    sy_mend_and_check (source, path, problems);
  sy_problems_sort (problems);
  return document != NULL ? sy_loader_load_document_bound (document, path, params, env, data, mode, problems) : NULL;
}

SyWorkflow *
sy_loader_load_document_bound (SyDocument *document, const char *path, GHashTable *params, SyBindEnv env,
                               gpointer data, SyBindMode mode, SyProblems *problems)
{
  g_autoptr (SyWorkflow) workflow = sy_loader_load_document (document, path, problems);
  g_autoptr (SyWorkflow) bound = NULL;
  g_autoptr (SyBindValues) values = NULL;

  if (workflow == NULL || !workflow->bound || mode == SY_BIND_NOTHING)
    return g_steal_pointer (&workflow);
  values = sy_bind_values_new (workflow, params, env, data);
  sy_problems_clear (problems);
  bound = load_document (document, path, sy_bind_values_get_context (values), mode, problems);
  if (bound != NULL || mode != SY_BIND_DEFAULTS)
    return g_steal_pointer (&bound);
  /* A run with other parameters is good. */
  sy_problems_soften (problems, N_("the defaults of the parameters give that: -p NAME=VALUE may give another value"));
  return g_steal_pointer (&workflow);
}

SyWorkflow *
sy_loader_load_path (const char *path, SyProblems *problems)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sy_loader_read (path, &error);

  if (bytes == NULL)
    {
      sy_problems_add_file (problems, SY_SEVERITY_ERROR,
                            g_error_matches (error, SY_ERROR, SY_ERROR_LIMIT) ? "too-large" : "unreadable", "%s",
                            error->message);
      return NULL;
    }
  return sy_loader_load_bytes (bytes, path, problems);
}

/* Parameters of a run */

static const SyParam *
find_param (const SyWorkflow *workflow, const char *name)
{
  for (guint i = 0; i < workflow->n_params; i++)
    if (strcmp (workflow->params[i].name, name) == 0)
      return &workflow->params[i];
  return NULL;
}

static void
add_line (GString *lines, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add_line (GString *lines, const char *format, ...)
{
  va_list args;

  if (lines->len > 0)
    g_string_append_c (lines, '\n');
  va_start (args, format);
  g_string_append_vprintf (lines, format, args);
  va_end (args);
}

static void
report_unknown_param (const SyWorkflow *workflow, const char *name, GString *lines)
{
  g_autoptr (GString) names = g_string_new (NULL);
  SyNearest nearest;

  sy_nearest_init (&nearest, name);
  for (guint i = 0; i < workflow->n_params; i++)
    {
      sy_nearest_try (&nearest, workflow->params[i].name);
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", workflow->params[i].name);
    }
  if (nearest.nearest != NULL)
    add_line (lines, "there is no parameter “%s”: did you mean “%s”?", name, nearest.nearest);
  else if (names->len > 0)
    add_line (lines, "there is no parameter “%s”: there are %s", name, names->str);
  else
    add_line (lines, "there is no parameter “%s”: this workflow has none", name);
}

/* name -> value as given */
static GHashTable *
collect_given (const SyWorkflow *workflow, const char *const *given, GString *lines)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (; given != NULL && *given != NULL; given++)
    {
      const char *equals = strchr (*given, '=');
      g_autofree char *name = equals != NULL ? g_strndup (*given, (gsize) (equals - *given)) : NULL;

      if (name == NULL || *name == '\0')
        add_line (lines, "a parameter is given as name=value, not “%s”", *given);
      else if (find_param (workflow, name) == NULL)
        report_unknown_param (workflow, name, lines);
      else
        g_hash_table_replace (values, g_steal_pointer (&name), g_strdup (equals + 1));
    }
  return values;
}

static void
convert_param (SyBindValues *values, const SyParam *param, const char *given, gint64 now, GHashTable *out,
               GString *lines)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *canonical = NULL;
  const SyValue *value;

  if (given == NULL && param->required)
    add_line (lines, "the parameter “%s” is required: give it as -p %s=VALUE", param->name, param->name);
  if (given == NULL && param->default_value == NULL)
    return;
  value = sy_bind_values_add (values, param, given, now, &error);
  if (value == NULL || (canonical = sy_value_render (value, &error)) == NULL)
    add_line (lines, "%s", error->message);
  else
    g_hash_table_insert (out, g_strdup (param->name), g_steal_pointer (&canonical));
}

gboolean
sy_loader_check_params (const SyWorkflow *workflow,
                        const char *const *given,
                        gint64 now_wall_us,
                        SyBindEnv env,
                        gpointer data,
                        GHashTable **out,
                        GError **error)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autoptr (GHashTable) values = collect_given (workflow, given, lines);
  g_autoptr (SyBindValues) known = sy_bind_values_new_empty (env, data);
  g_autoptr (GHashTable) good = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < workflow->n_params; i++)
    {
      const SyParam *param = &workflow->params[i];

      convert_param (known, param, g_hash_table_lookup (values, param->name), now_wall_us, good, lines);
    }
  if (lines->len > 0)
    {
      g_set_error_literal (error, SY_ERROR, SY_ERROR_INVALID, lines->str);
      return FALSE;
    }
  if (out != NULL)
    *out = g_steal_pointer (&good);
  return TRUE;
}
