/* main.c: the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-application.h"

#include <glib/gi18n.h>
#include <locale.h>

/* Where the translations are: those of an installation, or those of a build that is run in place */
static const char *
translations (void)
{
  const char *given = g_getenv ("SWITCHYARD_LOCALE_DIR");

  return given != NULL ? given : SY_LOCALE_DIR;
}

int
main (int argc, char **argv)
{
  g_autoptr (SyApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, translations ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  application = sy_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
