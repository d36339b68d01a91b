/* sy-artifact-window.h: a file that a task wrote: as text, however large, or as a picture
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-artifact.h"
#include "core/model/sy-text-source.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A text: @source (transfer full) (nullable for what is no text). Presented at once; it belongs to @parent. (transfer none) */
GtkWidget *sy_artifact_window_open (GtkWindow *parent, const SyArtifact *artifact, SyTextSource *source);
/* The question with which program to open the file */
void sy_artifact_open_with (GtkWindow *parent, const char *path);

G_END_DECLS
