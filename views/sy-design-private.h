/* sy-design-private.h: between sy-design.c and sy-design-edits.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"

G_BEGIN_DECLS

/* As soon as the graph has the task its name is asked for. @kind: (nullable): as for sy_design_add_task() */
void sy_design_name_next (SyDesign *design, const char *id, const char *kind);

G_END_DECLS
