/* sy-mend.c: what else is wrong in a file that is no YAML
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/format/sy-mend.h"

#include "core/format/sy-loader.h"

#include <glib/gi18n.h>
#include <string.h>

#define ROUNDS 20
#define LARGEST (4 * 1024 * 1024) /* of a larger file the first error must do */

/* Bytes that were made blanks; what is kept of them is the name */
typedef struct
{
  gsize start, end;
} Gap;

typedef struct
{
  char *text;       /* (owned): the file with its gaps */
  gsize length;
  GArray *gaps;     /* Gap */
  gboolean nameless;/* a gap took its name with it */
  SyProblems *problems;
} Mend;

/* Lines */

static gsize
line_start (const char *text, gsize at)
{
  while (at > 0 && text[at - 1] != '\n')
    at--;
  return at;
}

static gsize
next_line (const Mend *mend, gsize at)
{
  const char *end = memchr (mend->text + at, '\n', mend->length - at);

  return end != NULL ? (gsize) (end - mend->text) + 1 : mend->length;
}

/* Blanks in front of the line at @start; -1: an empty line or a comment */
static int
indent_of (const Mend *mend, gsize start)
{
  gsize p = start;

  while (p < mend->length && mend->text[p] == ' ')
    p++;
  if (p == mend->length || strchr ("\r\n#", mend->text[p]) != NULL)
    return -1;
  return (int) (p - start);
}

/* Indentation of what stands directly under the key of the file that holds @at; 0: nothing does */
static int
inner_indent (const Mend *mend, gsize at)
{
  gsize p = line_start (mend->text, at);

  while (p > 0 && indent_of (mend, p) != 0)
    p = line_start (mend->text, p - 1);
  do
    {
      p = next_line (mend, p);
      if (p < mend->length && indent_of (mend, p) > 0)
        return indent_of (mend, p);
    }
  while (p < mend->length && indent_of (mend, p) < 0);
  return 0;
}

/* Behind `name:` at @start, or @start */
static gsize
name_end (const Mend *mend, gsize start)
{
  gsize p = start + strspn (mend->text + start, " "), first = p;

  while (g_ascii_isalnum (mend->text[p]) || mend->text[p] == '_' || mend->text[p] == '-')
    p++;
  return p > first && mend->text[p] == ':' ? p + 1 : start;
}

/* Gaps */

/* The task, parameter … or key of the file around @at */
static Gap
find_item (const Mend *mend, gsize at)
{
  int inner = inner_indent (mend, at), indent;
  Gap gap = { .start = line_start (mend->text, at) };

  while (gap.start > 0 && (indent_of (mend, gap.start) < 0 || indent_of (mend, gap.start) > inner))
    gap.start = line_start (mend->text, gap.start - 1);
  indent = indent_of (mend, gap.start) > 0 ? inner : 0;
  gap.end = next_line (mend, gap.start);
  while (gap.end < mend->length && (indent_of (mend, gap.end) < 0 || indent_of (mend, gap.end) > indent))
    gap.end = next_line (mend, gap.end);
  return gap;
}

static gboolean
is_gap (const Mend *mend, gsize at)
{
  for (guint i = 0; i < mend->gaps->len; i++)
    {
      const Gap *gap = &g_array_index (mend->gaps, Gap, i);

      if (at >= gap->start && at < gap->end)
        return TRUE;
    }
  return FALSE;
}

/* Blanks the item around @at: its name stays the first time. FALSE: there is nothing left to blank. */
static gboolean
make_gap (Mend *mend, gsize at)
{
  Gap gap = find_item (mend, MIN (at, mend->length - 1));
  gboolean again = is_gap (mend, gap.start), changed = FALSE;
  gsize p = again ? gap.start : name_end (mend, gap.start);

  mend->nameless |= p == gap.start;
  for (; p < gap.end; p++)
    if (strchr (" \r\n", mend->text[p]) == NULL || mend->text[p] == '\0')
      {
        mend->text[p] = ' ';
        changed = TRUE;
      }
  g_array_append_val (mend->gaps, gap);
  return changed;
}

/* Problems */

/* May it be there only because something else is not? */
static gboolean
is_consequence (const Mend *mend, const SyProblem *problem)
{
  static const char *const always[] = { "no-needs", "no-tasks", "unknown-output", "unknown-param", "unknown-pool",
                                        "expression-type", "not-an-ancestor", "reads-unordered", "parallel-writers",
                                        "skip-passes-on", NULL };
  static const char *const nameless[] = { "missing-key", "unknown-need", "unknown-task", "quorum-too-large",
                                          "empty-file", NULL };

  return is_gap (mend, problem->start) || g_strv_contains (always, problem->code) ||
         (mend->nameless && g_strv_contains (nameless, problem->code));
}

static gboolean
is_known (const SyProblems *problems, const SyProblem *problem)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *other = sy_problems_get (problems, i);

      if (other->start == problem->start && strcmp (other->code, problem->code) == 0)
        return TRUE;
    }
  return FALSE;
}

static void
take_over (Mend *mend, const SyProblems *more, gboolean checked)
{
  for (guint i = 0; i < sy_problems_get_n (more); i++)
    {
      const SyProblem *problem = sy_problems_get (more, i);

      if (!is_known (mend->problems, problem) && (!checked || !is_consequence (mend, problem)))
        sy_problems_add_copy (mend->problems, problem);
    }
}

/* Where the newest error is; FALSE: nowhere in the file */
static gboolean
newest_error (const SyProblems *problems, gsize *at)
{
  for (guint i = sy_problems_get_n (problems); i > 0; i--)
    {
      const SyProblem *problem = sy_problems_get (problems, i - 1);

      if (problem->severity == SY_SEVERITY_ERROR)
        {
          *at = problem->start;
          return problem->line > 0;
        }
    }
  return FALSE;
}

/* TRUE: the file with its gaps is YAML, and all of it was checked */
static gboolean
check_rest (Mend *mend, SySource *source, const char *path, gsize *at)
{
  g_autoptr (GBytes) bytes = g_bytes_new (mend->text, mend->length);
  g_autoptr (SySource) rest = sy_source_new (sy_source_get_name (source), bytes);
  g_autoptr (SyProblems) more = sy_problems_new ();
  g_autoptr (SyDocument) document = sy_document_new (rest, more);
  gboolean good = document != NULL && sy_document_get_root (document) != NULL;

  if (good)
    {
      SyWorkflow *workflow = sy_loader_load_document (document, path, more);

      g_clear_pointer (&workflow, sy_workflow_unref);
    }
  else if (document == NULL)
    newest_error (more, at);
  take_over (mend, more, good);
  return good;
}

void
sy_mend_and_check (SySource *source, const char *path, SyProblems *problems)
{
  Mend mend = { .problems = problems };
  const char *data = sy_source_get_data (source, &mend.length);
  g_autoptr (GArray) gaps = g_array_new (FALSE, FALSE, sizeof (Gap));
  g_autofree char *text = NULL;
  gboolean done = FALSE;
  gsize at = 0;

  if (mend.length == 0 || !newest_error (problems, &at))
    return;
  if (mend.length <= LARGEST)
    {
      mend.gaps = gaps;
      mend.text = text = g_memdup2 (data, mend.length + 1);
      for (guint round = 0; round < ROUNDS && !done && make_gap (&mend, at); round++)
        done = check_rest (&mend, source, path, &at);
    }
  if (!done)
    sy_problems_add_to_hint (problems, N_("what follows was not checked: there may be more"));
}
