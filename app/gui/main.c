/* main.c: the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-application.h"

#include <locale.h>

int
main (int argc, char **argv)
{
  g_autoptr (SyApplication) application = NULL;

  setlocale (LC_ALL, "");
  application = sy_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
