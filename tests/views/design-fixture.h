/* design-fixture.h: a document that is edited, in a window that shows one widget
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-design.h"
#include "views/sy-session.h"

#include <gtk/gtk.h>

typedef struct
{
  SyDesign *design;
  SySession *session;
  GtkWidget *window;
} DesignFixture;

/* @text: of a document without a file */
void design_fixture_init (DesignFixture *f, const char *text);
void design_fixture_show (DesignFixture *f, GtkWidget *child);
/* Asserts that nothing of it is left. */
void design_fixture_clear (DesignFixture *f);
/* Until all that was asked for is answered */
void design_fixture_settle (DesignFixture *f);
/* Turns of the main loop until it holds; the test's time limit is the only one */
void design_fixture_until (gboolean (*holds) (gpointer data), gpointer data);
const char *design_fixture_text (DesignFixture *f);
