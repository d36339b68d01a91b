/* sy-window.h: one workflow: its graph, its runs, and what can be done to them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/gui/sy-application.h"

G_BEGIN_DECLS

#define SY_TYPE_WINDOW (sy_window_get_type ())
G_DECLARE_FINAL_TYPE (SyWindow, sy_window, SY, WINDOW, AdwApplicationWindow)

SyWindow *sy_window_new (SyApplication *application);
/* (nullable): of the workflow shown */
const char *sy_window_get_path (SyWindow *window);
/* The graph of the file, or of the run of it that goes on. Nothing is run. */
void sy_window_open_file (SyWindow *window, const char *path);
/* @run: as a user names it: id, prefix, number, "last" */
void sy_window_open_run (SyWindow *window, const char *run);
/* Nothing is shown in it. */
gboolean sy_window_is_free (SyWindow *window);
/* A window for each document that had no file yet when its process ended. Returns: how many */
guint sy_window_take_up_left (SyApplication *application);

G_END_DECLS
