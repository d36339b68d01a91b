/* sy-gui-controller.h: the controller over the store, the control socket and runner processes
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-controller.h"

G_BEGIN_DECLS

typedef struct _SyGuiController SyGuiController;

/* Freed through its interface: controller->free (controller). */
SyGuiController *sy_gui_controller_new (void);
SyController *sy_gui_controller_get_base (SyGuiController *self);

/* What requests and readings mean from now on. @uuid: (nullable): a document without a run. @path: (nullable) */
void sy_gui_controller_set_run (SyGuiController *self, const char *uuid, const char *path);
/* What a new run runs under the name of its file: a document that is edited. @text: (nullable): the file as it lies there */
void sy_gui_controller_set_text (SyGuiController *self, GBytes *text);
const char *sy_gui_controller_get_run (SyGuiController *self);  /* (nullable) */
const char *sy_gui_controller_get_path (SyGuiController *self); /* (nullable) */

G_END_DECLS
