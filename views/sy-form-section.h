/* sy-form-section.h: the rows of one map of the workflow file: of a task, of the file, of a parameter, of a handler
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"
#include "views/sy-form.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FORM_SECTION (sy_form_section_get_type ())
G_DECLARE_FINAL_TYPE (SyFormSection, sy_form_section, SY, FORM_SECTION, GObject)

/**
 * sy_form_section_new:
 * @box: (transfer none): gets the rows, which go with it
 * @scope: (transfer full)
 * @within: as for sy_form_describe()
 * @grouped: under headings that fold; else one below the other
 *
 * Each row that is filled in is one step of history. Objects within the map have a section of their own, made when it is unfolded.
 * The box asks for win.go-to-line (u).
 */
SyFormSection *sy_form_section_new (SyDesign *design, GtkBox *box, const SyTable *table, SyFormScope *scope, guint within, gboolean grouped);
/**
 * sy_form_section_move:
 * @scope: (transfer full): another map of the same table
 * @fold: its groups open as those of a new form do; else they stay
 *
 * Shows that instead, in the rows that there are: to make them anew takes long. What was typed and does not count yet goes.
 *
 * Returns: %FALSE: it has forms within it, and cannot
 */
gboolean sy_form_section_move (SyFormSection *section, SyFormScope *scope, gboolean fold);
/* Another revision */
void sy_form_section_update (SyFormSection *section);
/* What is typed counts now. */
void sy_form_section_flush (SyFormSection *section);
/* Unfolds what leads to the field at @keys, from the map on. (transfer none) (nullable): what is to have the keyboard */
GtkWidget *sy_form_section_reveal (SyFormSection *section, const char *const *keys);

G_END_DECLS
