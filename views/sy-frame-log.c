/* sy-frame-log.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-frame-log.h"

#include <inttypes.h>
#include <stdio.h>

#define KEY "sy-frame-log"

static void
on_painted (GdkFrameClock *clock, SyCanvas *canvas)
{
  FILE *file = g_object_get_data (G_OBJECT (canvas), KEY);
  SySession *session = sy_canvas_get_session (canvas);
  SyRunModel *model = sy_session_get_model (session);

  fprintf (file, "%" PRId64 " %" PRId64 " %d %d\n", g_get_real_time (),
           model != NULL ? (gint64) sy_run_model_get_live_state (model)->seq : 0, sy_canvas_is_complete (canvas),
           sy_session_get_plan (session) != NULL);
}

static void
on_realize (SyCanvas *canvas)
{
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (canvas)), "after-paint", G_CALLBACK (on_painted), canvas, 0);
}

void
sy_frame_log_attach (SyCanvas *canvas)
{
  const char *path = g_getenv ("SWITCHYARD_FRAMES");
  FILE *file = path != NULL ? fopen (path, "ae") : NULL;

  if (file == NULL)
    return;
  setvbuf (file, NULL, _IOLBF, 0);
  g_object_set_data_full (G_OBJECT (canvas), KEY, file, (GDestroyNotify) (void (*) (void)) fclose);
  g_signal_connect (canvas, "realize", G_CALLBACK (on_realize), NULL);
}
