/* sy-display.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-display.h"

#include <gtk/gtk.h>

#define FIRST_MINOR_WITH_DISABLE 16 /* GTK 4: the variable has another name since */

static gboolean
has_gpu (void)
{
  static const char *const devices[] = { "/dev/dri", "/dev/nvidiactl", "/dev/dxg", "/dev/mali0", "/dev/kgsl-3d0" };

  for (guint i = 0; i < G_N_ELEMENTS (devices); i++)
    if (g_file_test (devices[i], G_FILE_TEST_EXISTS))
      return TRUE;
  return FALSE;
}

static gboolean
wants_cairo (void)
{
  const char *renderer = g_getenv ("GSK_RENDERER");

  return renderer != NULL ? g_str_equal (renderer, "cairo") : !has_gpu ();
}

void
sy_display_open (void)
{
  gboolean later = gtk_get_minor_version () >= FIRST_MINOR_WITH_DISABLE;
  const char *variable = later ? "GDK_DISABLE" : "GDK_DEBUG";

  if (g_getenv (variable) != NULL || !wants_cairo ())
    {
      gtk_init ();
      return;
    }
  g_setenv (variable, later ? "gl" : "gl-disable", TRUE);
  gtk_init ();
  g_unsetenv (variable); /* not for what the program starts */
}
