/* sy-design.h: the document that a window edits, for its views
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-designer.h"
#include "views/sy-run-model.h"

G_BEGIN_DECLS

#define SY_TYPE_DESIGN (sy_design_get_type ())
G_DECLARE_FINAL_TYPE (SyDesign, sy_design, SY, DESIGN, GObject)

/* What was asked for and is not in the graph yet: the canvas shows it at once. */
typedef enum { SY_PENDING_ADD, SY_PENDING_REMOVE, SY_PENDING_RENAME, SY_PENDING_CONNECT, SY_PENDING_DISCONNECT } SyPendingKind;
typedef struct
{
  SyPendingKind kind;
  guint serial;
  gboolean done;        /* the text has it; the layout may not */
  char *task;           /* ADD: the new one; CONNECT, DISCONNECT: the target */
  char *other;          /* (nullable) RENAME: the new name; CONNECT, DISCONNECT: the source; ADD: the one in front */
} SyPending;

/*
 * Owns a designer and the model that shows its graph. Main thread only. Every user action is one call; it returns at once and
 * what becomes of it is told by signals:
 *   changed ()                                  another revision: text, graph, problems, history
 *   pending ()                                  something was asked for, or is done, or was refused
 *   refused (string message)
 *   saved (string path, string error)           error NULL: written
 *   disk (int SyDiskNews, string message)
 *   said (string message)                       to be told, once: why places are not kept
 *   rename-wanted (string id, string kind)      a task was added by hand: its name is to be given, and what it runs; kind (nullable): the
 *                                               key that it is to be of, empty: none
 *   field-wanted (strv path)                    keys of the file: the field is to be filled in
 */
SyDesign *sy_design_new (SyDesigner *designer); /* takes @designer */
/* A draft of what is not saved stays behind, unless @discard. To be called once, before the last reference goes. */
void sy_design_close (SyDesign *design, gboolean discard);

SyDesigner *sy_design_get_designer (SyDesign *design);           /* (transfer none) */
SyDesignRevision *sy_design_get_revision (SyDesign *design);     /* (transfer none): the newest */
SyRunModel *sy_design_get_model (SyDesign *design);              /* (transfer none): its workflow is the newest graph that there was */
GPtrArray *sy_design_get_pending (SyDesign *design);             /* (transfer none) of SyPending */
/* The graph shown has everything that is done. */
void sy_design_forget_done (SyDesign *design);
gboolean sy_design_is_busy (SyDesign *design);                   /* something asked for is not answered yet */

/* Any change; takes @change */
guint sy_design_apply (SyDesign *design, SyChange *change);
void sy_design_undo (SyDesign *design);
void sy_design_redo (SyDesign *design);
void sy_design_save (SyDesign *design, const char *path, gboolean overwrite);
void sy_design_check_disk (SyDesign *design);
void sy_design_reload (SyDesign *design);

/* "task", "task-2" …: a name that is free. (transfer full) */
char *sy_design_free_id (SyDesign *design, const char *stem);
/* A new task; @from, @to: (nullable): ids of a task that it needs, and of one that needs it. Asks for its name then, and for what
 * stands under the key @kind (nullable: the usual one; empty: none, a join point). */
void sy_design_add_task (SyDesign *design, const char *kind, const char *from, const char *to);
/* In the place of the edge: from → new → to */
void sy_design_insert_task (SyDesign *design, const char *from, const char *to);
void sy_design_rename (SyDesign *design, const char *task, const char *name);
/* Name and what it runs in one step. @kind: (nullable): the field that @line is the value of, see sy_task_kind_make(). An empty line
 * takes the field away. FALSE with %SY_ERROR_INVALID: the line is none, and nothing is done */
gboolean sy_design_name (SyDesign *design, const char *task, const char *name, const SyField *kind, const char *line, GError **error);
void sy_design_connect (SyDesign *design, const char *from, const char *to);
void sy_design_disconnect (SyDesign *design, const char *from, const char *to);
/* Whether @to goes on when @from ended so; @word: "failed", "skipped" */
void sy_design_tolerate (SyDesign *design, const char *from, const char *to, const char *word, gboolean on);
/* NULL-terminated ids */
void sy_design_remove (SyDesign *design, const char *const *tasks, SyChangeEdges edges);
void sy_design_paste (SyDesign *design, const char *yaml);
/* Asks for what stands at @path: {"handlers", "failure"} */
void sy_design_ask_field (SyDesign *design, const char *const *path);
/* @value: (nullable): removes the field. Takes @value. */
void sy_design_set_field (SyDesign *design, const char *task, const char *field, SyChangeValue *value);

/* --- sy-design-last.c --- */
/* Of the run that was shown before: its states are told beside the tasks. @run: (nullable): a model of a run, kept */
void sy_design_set_last_run (SyDesign *design, SyRunModel *run);
typedef enum { SY_LAST_NONE, SY_LAST_SAME, SY_LAST_STALE } SyLastRun;
/* What became of a task of that name; STALE: its command is another since. @state: (out) (optional) (transfer none) (nullable) */
SyLastRun sy_design_get_last (SyDesign *design, const SyTask *task, const SyTaskState **state);

/* As it is shown: never empty. (transfer none) */
const char *sy_design_get_name (SyDesign *design);
/* Nothing was done to it yet, and nobody wants to run or save it: that it has no task is no mistake. */
gboolean sy_design_is_blank (SyDesign *design);
/* It is to be run or saved: from now on what is missing is told. */
void sy_design_insist (SyDesign *design);
/* The worst that is wrong with a task; NULL: nothing */
const SyDesignProblem *sy_design_find_problem (SyDesign *design, const char *task);

/* The tasks of a way from @from to @to in the graph, names with arrows: "a → b → c"; NULL: there is none. (transfer full) */
char *sy_design_describe_way (const SyWorkflow *workflow, guint32 from, guint32 to);

G_END_DECLS
