/* sy-designer.c: a revision's life
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-designer.h"

static void
problem_free (gpointer data)
{
  SyDesignProblem *problem = data;

  g_free (problem->message);
  g_free (problem->hint);
  g_free (problem->task);
  g_strfreev (problem->path);
  g_free (problem->fix_text);
  g_free (problem);
}

SyDesignRevision *
sy_design_revision_new (void)
{
  SyDesignRevision *revision = g_new0 (SyDesignRevision, 1);

  g_atomic_ref_count_init (&revision->ref_count);
  revision->problems = g_ptr_array_new_with_free_func (problem_free);
  return revision;
}

SyDesignRevision *
sy_design_revision_ref (SyDesignRevision *revision)
{
  g_atomic_ref_count_inc (&revision->ref_count);
  return revision;
}

void
sy_design_revision_unref (SyDesignRevision *revision)
{
  if (!g_atomic_ref_count_dec (&revision->ref_count))
    return;
  if (revision->tree != NULL)
    revision->tree_free (revision->tree);
  g_clear_pointer (&revision->text, g_bytes_unref);
  g_clear_pointer (&revision->workflow, sy_workflow_unref);
  g_ptr_array_unref (revision->problems);
  g_free (revision->undo);
  g_free (revision->redo);
  g_free (revision->path);
  g_clear_pointer (&revision->places, sy_places_unref);
  g_free (revision);
}

SyDesignProblem *
sy_design_revision_add_problem (SyDesignRevision *revision)
{
  SyDesignProblem *problem = g_new0 (SyDesignProblem, 1);

  g_ptr_array_add (revision->problems, problem);
  return problem;
}
