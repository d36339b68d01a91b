/* sy-import.c: which format a file has, and the way to a workflow
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-import-draft.h"
#include "core/format/sy-loader.h"

#include <string.h>

static const char *const format_words[] = { "native", "dagman", "pmc", "dot", "wfformat", "make" };
static const char *const format_names[] = { "native", "HTCondor DAGMan", "pegasus-mpi-cluster", "Graphviz",
                                            "WfFormat", "GNU make" };

const char *
sy_file_format_to_string (SyFileFormat format)
{
  return format_words[format];
}

static gboolean
has_suffix (const char *path, const char *suffix)
{
  gsize n = path ? strlen (path) : 0, m = strlen (suffix);

  return n > m && g_ascii_strcasecmp (path + n - m, suffix) == 0;
}

/* The first word of the first line that is neither empty nor a comment; both kinds of `.dag` have `#`
 * comments. */
static char *
first_word (const char *text, gsize length)
{
  const char *at = text, *end = text + length;
  guint line = 0;

  for (;;)
    {
      g_autofree char *found = sy_draft_read_line (&at, end, &line);
      char *word = found ? g_strchug (found) : NULL;

      if (!word)
        return g_strdup ("");
      if (*word != '\0' && *word != '#')
        return g_ascii_strup (word, (gssize)strcspn (word, " \t:{\""));
    }
}

static SyFileFormat
detect_dag (const char *text, gsize length)
{
  g_autofree char *word = first_word (text, length);

  return g_str_equal (word, "TASK") || g_str_equal (word, "EDGE") ? SY_FORMAT_PMC : SY_FORMAT_DAGMAN;
}

static gboolean
looks_like_dot (const char *text, gsize length)
{
  g_autofree char *head = g_strndup (text, MIN (length, 65536));
  char *p = g_strchug (head);

  while (g_str_has_prefix (p, "//") || g_str_has_prefix (p, "/*") || *p == '#')
    {
      char *stop = strstr (p, p[1] == '*' && *p == '/' ? "*/" : "\n");

      if (!stop)
        return FALSE;
      p = g_strchug (stop + (*stop == '*' ? 2 : 1));
    }
  if (g_ascii_strncasecmp (p, "strict", 6) == 0 && g_ascii_isspace (p[6]))
    p = g_strchug (p + 6);
  return g_ascii_strncasecmp (p, "digraph", 7) == 0 && (p[7] == '{' || g_ascii_isspace (p[7]) || p[7] == '"');
}

/* A makefile itself, so that opening one says what to do instead */
static gboolean
is_makefile (const char *path)
{
  g_autofree char *base = path ? g_path_get_basename (path) : NULL;

  return base && (g_str_equal (base, "Makefile") || g_str_equal (base, "makefile") || g_str_equal (base, "GNUmakefile") ||
                  has_suffix (base, ".mk"));
}

static char
first_letter (const char *text, gsize length)
{
  while (length > 0 && g_ascii_isspace (*text))
    {
      text++;
      length--;
    }
  return length > 0 ? *text : '\0';
}

/* What `make -nd` or `make -p` said; -n may have printed commands first. */
static gboolean
looks_like_make (const char *text, gsize length)
{
  return (g_strstr_len (text, (gssize)length, "GNU Make ") &&
          g_strstr_len (text, (gssize)length, "\nUpdating goal targets....\n")) ||
         g_strstr_len (text, (gssize)length, "# Make data base, printed on ");
}

SyFileFormat
sy_import_detect (const char *path, GBytes *bytes)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  if (!text || length == 0)
    return SY_FORMAT_NATIVE;
  if (length > 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  if (has_suffix (path, ".dag"))
    return detect_dag (text, length);
  if (has_suffix (path, ".dot") || has_suffix (path, ".gv"))
    return SY_FORMAT_DOT;
  if (has_suffix (path, ".yaml") || has_suffix (path, ".yml"))
    return SY_FORMAT_NATIVE;
  if (looks_like_dot (text, length))
    return SY_FORMAT_DOT;
  if (first_letter (text, length) == '{' && g_strstr_len (text, (gssize)length, "\"workflow\"") &&
      (g_strstr_len (text, (gssize)length, "\"schemaVersion\"") ||
       g_strstr_len (text, (gssize)length, "\"specification\"")))
    return SY_FORMAT_WFFORMAT;
  if (is_makefile (path) || looks_like_make (text, length))
    return SY_FORMAT_MAKE;
  return SY_FORMAT_NATIVE;
}

void
sy_import_free (SyImport *import)
{
  if (!import)
    return;
  g_clear_pointer (&import->text, g_bytes_unref);
  g_clear_pointer (&import->workflow, sy_workflow_unref);
  g_free (import);
}

static gboolean
read_draft (SyDraft *draft, const char *path, SyFileFormat format)
{
  switch (format)
    {
    case SY_FORMAT_PMC:
      return sy_import_pmc (draft);
    case SY_FORMAT_DAGMAN:
      return sy_import_dagman (draft, path);
    case SY_FORMAT_DOT:
      return sy_import_dot (draft);
    case SY_FORMAT_WFFORMAT:
      return sy_import_wfformat (draft);
    case SY_FORMAT_MAKE:
      return sy_import_make (draft);
    case SY_FORMAT_NATIVE:
    default:
      return sy_draft_error (draft, 0, "the file is a native one already: there is nothing to import");
    }
}

/* What the loader says of the written text is said of the imported file, where its positions mean nothing. */
static SyWorkflow *
load_written (SyDraft *draft, GBytes *text, const char *path)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  SyWorkflow *workflow = sy_loader_load_bytes (text, path, problems);

  for (guint i = 0; !workflow && i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *problem = sy_problems_get (problems, i);

      if (problem->severity == SY_SEVERITY_ERROR && problem->task)
        sy_draft_error (draft, 0, "task “%s”: %s", problem->task, problem->message);
      else if (problem->severity == SY_SEVERITY_ERROR)
        sy_draft_error (draft, 0, "%s", problem->message);
    }
  return workflow;
}

SyImport *
sy_import_bytes (GBytes *bytes, const char *path, SyFileFormat format, SyProblems *problems)
{
  g_autoptr (SySource) source = sy_source_new (path ? path : "imported file", bytes);
  g_autoptr (SyDraft) draft = sy_draft_new (source, path, problems);
  g_autoptr (SyImport) import = g_new0 (SyImport, 1);
  gsize length;
  const char *text = sy_source_get_data (source, &length);

  sy_problems_set_source (problems, source);
  draft->format_name = format_names[format];
  import->format = format;
  if (length > 0 && !g_utf8_validate_len (text, length, NULL))
    sy_draft_error (draft, 0, "the file is not UTF-8");
  else if (read_draft (draft, path, format) && sy_problems_get_n_errors (problems) == 0)
    {
      import->text = sy_draft_write (draft);
      import->workflow = load_written (draft, import->text, path);
    }
  sy_problems_sort (problems);
  return import->workflow ? g_steal_pointer (&import) : NULL;
}

SyWorkflow *
sy_open_workflow_file (const char *path, SyProblems *problems, GBytes **native, SyFileFormat *format)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = sy_loader_read (path, &error);
  g_autoptr (SyImport) import = NULL;
  SyFileFormat found;

  if (!bytes)
    {
      sy_problems_add_file (problems, SY_SEVERITY_ERROR, "unreadable", "%s", error->message);
      return NULL;
    }
  found = sy_import_detect (path, bytes);
  if (format)
    *format = found;
  if (found == SY_FORMAT_NATIVE)
    {
      SyWorkflow *workflow = sy_loader_load_bytes (bytes, path, problems);

      if (native)
        *native = workflow ? g_steal_pointer (&bytes) : NULL;
      return workflow;
    }
  import = sy_import_bytes (bytes, path, found, problems);
  if (native)
    *native = import ? g_steal_pointer (&import->text) : NULL;
  return import ? g_steal_pointer (&import->workflow) : NULL;
}
