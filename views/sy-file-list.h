/* sy-file-list.h: the files that a task wrote, or was to write
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SY_TYPE_FILE_LIST (sy_file_list_get_type ())
G_DECLARE_FINAL_TYPE (SyFileList, sy_file_list, SY, FILE_LIST, GtkWidget)

/* A row opens its file: a text or a picture in a window, a folder and all else with another program. */
GtkWidget *sy_file_list_new (SySession *session);
/* Asks for the files of @task (index); @model: (nullable): none */
void sy_file_list_show (SyFileList *list, SyRunModel *model, guint32 task);

G_END_DECLS
