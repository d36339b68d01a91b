/* sy-application.h: the desktop application
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/gui/sy-run-reader.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define SY_APP_ID "io.github.switchyard.Switchyard"
#define SY_APP_PATH "/io/github/switchyard/Switchyard/"

#define SY_TYPE_APPLICATION (sy_application_get_type ())
G_DECLARE_FINAL_TYPE (SyApplication, sy_application, SY, APPLICATION, AdwApplication)

SyApplication *sy_application_new (void);
/* (nullable): NULL where the schema is not installed (then nothing is remembered) */
GSettings *sy_application_get_settings (SyApplication *application);
/* The run that the command line names is being read since the program began. (transfer full) (nullable): @run is another */
SyRunReader *sy_application_take_reader (SyApplication *application, const char *run);
/* A window on @path, raised if there is one already. */
void sy_application_open_file (SyApplication *application, GFile *file);
/* Keeps the files shown for the next start; @without: (nullable): a window that closes */
void sy_application_note_files (SyApplication *application, GtkWindow *without);
/* Path of the example that ships with the program; (nullable) (transfer full) */
char *sy_application_find_example (void);

G_END_DECLS
