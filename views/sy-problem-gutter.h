/* sy-problem-gutter.h: an icon beside each line in which something is wrong
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

#define SY_TYPE_PROBLEM_GUTTER (sy_problem_gutter_get_type ())
G_DECLARE_FINAL_TYPE (SyProblemGutter, sy_problem_gutter, SY, PROBLEM_GUTTER, GtkSourceGutterRenderer)

/* Marks of GtkSourceView 5.6 can make it draw for ever: what is shown comes from the tags of the line. */
GtkSourceGutterRenderer *sy_problem_gutter_new (void);
/* (nullable): of the buffer that is shown */
void sy_problem_gutter_set_tags (SyProblemGutter *gutter, GtkTextTag *error, GtkTextTag *hint);

G_END_DECLS
