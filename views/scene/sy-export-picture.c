/* sy-export-picture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/scene/sy-export-picture.h"

#include "core/base/sy-error.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n.h>
#include <math.h>

#define MARGIN 24.0
#define STARTS 4
#define PNG_MOST 12000.0
#define PDF_MOST 14400.0

typedef struct
{
  const SyRunState *state;
  SyLook look;
} Looks;

static const SyLook *
look_of (guint32 index, gpointer data)
{
  Looks *looks = data;
  SyLookFacts facts = { .now_wall_us = g_get_real_time (), .cpu_percent = -1, .progress = -1 };

  looks->look = (SyLook){ 0 };
  sy_look_fill (&looks->look, looks->state, index, &facts);
  return &looks->look;
}

static cairo_status_t
append (void *data, const unsigned char *bytes, unsigned int length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
make_surface (const char *format, double width, double height, GByteArray *out)
{
  if (g_str_equal (format, "svg"))
    return cairo_svg_surface_create_for_stream (append, out, width, height);
  if (g_str_equal (format, "pdf"))
    return cairo_pdf_surface_create_for_stream (append, out, width, height);
  return cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) ceil (width), (int) ceil (height));
}

static void
paint_all (SyScene *scene, const SyRunState *state, double zoom, cairo_surface_t *surface)
{
  const SyRect *bounds = &scene->geometry->bounds;
  SyRect area = { (float) (bounds->x * zoom - MARGIN), (float) (bounds->y * zoom - MARGIN), (float) (bounds->width * zoom + 2 * MARGIN), (float) (bounds->height * zoom + 2 * MARGIN) };
  g_autofree guint8 *flat = g_malloc0 (MAX (scene->geometry->n_nodes, 1));
  SyScenePart part = { scene, zoom, 1, flat };
  Looks looks = { state, { 0 } };
  SyPainter painter;
  cairo_t *cr = cairo_create (surface);

  for (guint32 i = 0; i < scene->geometry->n_nodes; i++)
    flat[i] = sy_run_state_at (state, i)->state;
  cairo_translate (cr, -area.x, -area.y);
  sy_scene_init_painter (scene, &painter, zoom);
  sy_scene_paint_near (&part, &painter, cr, &area, look_of, &looks);
  sy_painter_clear (&painter);
  cairo_destroy (cr);
}

static double
zoom_for (const char *format, const SyRect *bounds)
{
  double side = MAX (bounds->width, bounds->height), most = g_str_equal (format, "png") ? PNG_MOST : PDF_MOST;

  return g_str_equal (format, "svg") ? 1 : MIN (1, (most - 2 * MARGIN) / MAX (side, 1));
}

static GBytes *
export_scene (SyScene *scene, const SyRunState *state, const char *format, GError **error)
{
  const SyRect *bounds = &scene->geometry->bounds;
  double zoom = zoom_for (format, bounds);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  cairo_surface_t *surface = make_surface (format, bounds->width * zoom + 2 * MARGIN, bounds->height * zoom + 2 * MARGIN, out);
  cairo_status_t status;

  paint_all (scene, state, zoom, surface);
  if (g_str_equal (format, "png"))
    cairo_surface_write_to_png_stream (surface, append, out);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS && out->len > 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&out));
  g_set_error (error, SY_ERROR, SY_ERROR_IO, _("the picture cannot be made: %s"), cairo_status_to_string (status));
  return NULL;
}

GBytes *
sy_scene_export (SyWorkflow *workflow, const SyRunState *state, const SyPlaces *places, const char *format, GError **error)
{
  g_autoptr (SyGeometry) geometry = NULL;
  g_autoptr (SyScene) scene = NULL;
  g_autoptr (SyRunState) fresh = NULL;

  if (!g_str_equal (format, "svg") && !g_str_equal (format, "png") && !g_str_equal (format, "pdf"))
    {
      g_set_error (error, SY_ERROR, SY_ERROR_INVALID, "there is no picture format “%s”: svg, png or pdf", format);
      return NULL;
    }
  geometry = sy_geometry_compute (workflow, NULL, STARTS, 1, NULL);
  if (places != NULL && sy_places_get_n (places) > 0)
    {
      SyGeometry *pinned = sy_geometry_pin (geometry, places);

      sy_geometry_unref (geometry);
      geometry = pinned;
    }
  scene = sy_scene_new (geometry, sy_style_get (SY_SCHEME_LIGHT, SY_PALETTE_STANDARD), "Sans", 1, FALSE, FALSE, NULL);
  if (state == NULL)
    state = fresh = sy_run_state_new (workflow);
  return export_scene (scene, state, format, error);
}
