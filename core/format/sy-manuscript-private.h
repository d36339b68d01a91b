/* sy-manuscript-private.h: between the files of the manuscript
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-manuscript.h"
#include "core/format/sy-edit.h"

G_BEGIN_DECLS

/* One user action: bytes [start, start + was) were replaced by `now` */
typedef struct
{
  char *name;
  gboolean merges;
  gsize start;
  GBytes *was, *now;
  SyEdit *edit;         /* (owned) (nullable) the same for another text; NULL: bytes were replaced */
  GArray *moves;        /* (owned) (nullable) of SyPlaceMove */
} SyManuscriptStep;

struct _SyManuscript
{
  char *path;           /* (nullable) */
  GBytes *disk;         /* (nullable) as it was read or written last */
  GBytes *text;
  SyDocument *tree;     /* (nullable) of `text`, where it was parsed and is YAML of ours */
  GPtrArray *steps;     /* of SyManuscriptStep */
  guint done;           /* steps that are in `text` */
  gint saved;           /* so many steps lead from or to `disk`; -1: none do */
  gsize bytes;          /* of all steps */
  SyPlaces *places;     /* (owned) */
  SyDocument *named;    /* (owned) (nullable) the newest tree whose tasks are known: what was renamed by hand is found by it */
  SyDesignRevision *last; /* (owned) (nullable): the newest made; what it says of the text is not found out again */
};

/* --- sy-manuscript-steps.c --- */
/* Records what a step asks for; FALSE: it replaces bytes. @tree: to find free names */
gboolean sy_manuscript_record_step (SyEdit *edit, const SyChangeStep *step, const SyDocument *tree, GError **error);

/* --- sy-manuscript.c --- */
void sy_manuscript_set_text (SyManuscript *self, GBytes *text, SyDocument *tree);
/* @places: (nullable): as they were */
void sy_manuscript_add_step (SyManuscript *self, const char *name, gboolean merges, GBytes *text, SyDocument *tree, SyEdit *edit,
                             SyPlaces *places);

G_END_DECLS
