/* sy-manuscript.h: a workflow file while it is edited: its text, its tree, its history
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-document.h"
#include "core/model/sy-designer.h"

G_BEGIN_DECLS

/**
 * SyManuscript:
 *
 * The text of one document, what was done to it, and the file it came from.
 * Every change of structure goes through the surgical editor (sy-edit.h):
 * outside of what is touched no byte changes, and what comes out is parsed and
 * compared before it counts. The history is a list of replaced bytes, each with
 * a name; undoing all of it gives the first text back, byte for byte.
 * One thread at a time; revisions may go to others.
 */
typedef struct _SyManuscript SyManuscript;

/* @path: (nullable): of a new document. @disk: (nullable): the file's bytes; NULL: there is no file yet.
 * @text: (nullable): what is edited from the start, where that is something else */
SyManuscript *sy_manuscript_new (const char *path, GBytes *disk, GBytes *text);
void sy_manuscript_free (SyManuscript *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyManuscript, sy_manuscript_free)

/**
 * sy_manuscript_apply:
 *
 * Does all steps of @change, or none. Nothing is recorded where nothing changes.
 *
 * Returns: %FALSE with %SY_ERROR_INVALID (the text is no YAML just now, or a name is no id),
 *   %SY_ERROR_NOT_FOUND (path or task), %SY_ERROR_REFUSED (a cycle, a reference that would be left over, or not
 *   without touching more of the file)
 */
gboolean sy_manuscript_apply (SyManuscript *self, const SyChange *change, GError **error);
/* FALSE with %SY_ERROR_REFUSED: there is nothing to undo or to do again */
gboolean sy_manuscript_undo (SyManuscript *self, GError **error);
gboolean sy_manuscript_redo (SyManuscript *self, GError **error);

GBytes *sy_manuscript_get_text (const SyManuscript *self);   /* (transfer none) */
/* What is pinned, with what was and may come back by undo */
SyPlaces *sy_manuscript_get_places (const SyManuscript *self); /* (transfer none) */
/* Of tasks that the text has. (transfer full) */
SyPlaces *sy_manuscript_dup_places_in_use (SyManuscript *self);
/* As they come from a file; no step of history */
void sy_manuscript_set_places (SyManuscript *self, SyPlaces *places);
const char *sy_manuscript_get_path (const SyManuscript *self); /* (nullable) */
gboolean sy_manuscript_is_saved (const SyManuscript *self);

/* Parses, checks and loads what the text is now. (transfer full) */
SyDesignRevision *sy_manuscript_make_revision (SyManuscript *self);
/* (nullable) (transfer none): the tree that came with it */
const SyDocument *sy_manuscript_revision_tree (const SyDesignRevision *revision);

/**
 * sy_manuscript_take_disk:
 * @disk: (nullable): the file as it is now
 *
 * A file that was changed elsewhere: what was changed here is applied to the newer text, as a step of history, unless
 * both changed the same; then everything stays as it was.
 */
SyDiskNews sy_manuscript_take_disk (SyManuscript *self, GBytes *disk, GError **error);
/* The text of the file in the place of what was edited, as a step of history */
void sy_manuscript_reload (SyManuscript *self, GBytes *disk);

/**
 * sy_manuscript_save:
 * @path: (nullable): another file than its own
 * @overwrite: even where the file has changed meanwhile
 *
 * Reads the file, takes over what changed there (sy_manuscript_take_disk()), writes a temporary file beside it, syncs, renames.
 */
gboolean sy_manuscript_save (SyManuscript *self, const char *path, gboolean overwrite, GError **error);

/* --- reading a tree --- */

/* (transfer full) (nullable) */
SyChangeValue *sy_manuscript_get_value (const SyDocument *tree, const char *const *path);
gboolean sy_manuscript_get_range (const SyDocument *tree, const char *const *path, gsize *start, gsize *end);
/* (transfer full): never NULL */
GStrv sy_manuscript_get_path_at (const SyDocument *tree, gsize offset);
/* (transfer full) */
char *sy_manuscript_copy_tasks (const SyDocument *tree, const char *const *tasks);

/* FALSE with the reason: no value that @field takes. Expressions count as good. */
gboolean sy_manuscript_check_value (const SyField *field, const char *text, GError **error);

/* A graph of what can be made out of a text with errors: ids, labels, needs of tasks that exist, kinds; what closes a cycle is
 * left out. (transfer full) */
SyWorkflow *sy_manuscript_sketch (const SyDocument *tree, const char *path);

G_END_DECLS
