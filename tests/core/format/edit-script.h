/* edit-script.h: one step of a random script: what is asked for, and what must come out by another's reckoning
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-change.h"
#include "tests/core/format/yaml-reading.h"

G_BEGIN_DECLS

typedef struct
{
  GRand *rand;
  GBytes *text;         /* before */
  Reading *was;
  guint number;         /* for fresh names */

  SyChange *change;     /* (owned) what is asked for */
  Reading *wanted;      /* (owned) what must be read then */
  GArray *touched;      /* gboolean for each line that may change */
  GArray *gone;         /* gsize pairs: comments in there may vanish */
  char *block;          /* (owned) (nullable) lines that stay together: a task that moves, with its comments */
  char *what;           /* (owned) for messages */
} EditStep;

void edit_step_init (EditStep *step, GRand *rand, GBytes *text, const Reading *was, guint number);
void edit_step_clear (EditStep *step);

/* Values, lists and keys of any YAML. FALSE: nothing to be done here */
gboolean edit_step_any (EditStep *step);
/* Tasks and their needs */
gboolean edit_step_tasks (EditStep *step);

/* Aborts where bytes changed that had no reason to, or comments were lost. @why: (out): what is wrong; NULL: nothing */
char *edit_step_check_bytes (const EditStep *step, GBytes *after);

/* Lines of bytes [start, end) may change */
void edit_step_touch (EditStep *step, gsize start, gsize end);
void edit_step_touch_last (EditStep *step);
void edit_step_touch_above (EditStep *step, gsize at);
/* … and comments there may go, up to the end of the last line where @line */
void edit_step_gone (EditStep *step, gsize start, gsize end, gboolean line);
/* The whole value at the top of @map named @key: what the editor falls back to */
void edit_step_touch_all (EditStep *step, const char *const *path);

G_END_DECLS
