/* sy-output-view.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-view.h"

#include "views/sy-last-error.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 4000 /* of one line are drawn */
#define PAD 14
#define LEADING 4

struct _SyOutputView
{
  GtkWidget parent;

  const SyOutputText *text;
  GtkAdjustment *lines;         /* (owned) */
  PangoLayout *layout;          /* (owned) */
  int line_height, char_width;
  double x;                     /* scrolled to the right, pixels */
  gboolean wrap;
  guint marked;
  double rest;                  /* of a fine scroll */
};

G_DEFINE_FINAL_TYPE (SyOutputView, sy_output_view, GTK_TYPE_WIDGET)

enum { SCROLLED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- one line as it is shown: SGR colours only, controls and bidi marks visible --- */

typedef struct
{
  GString *out;
  PangoAttrList *attributes;
  int colour;           /* −1 none, else 0–7 */
  gboolean bold;
  guint from;           /* where the present colours began in out */
} Rendering;

static const SyState ansi_states[8] = {
  SY_STATE_CANCELLED, SY_STATE_FAILED, SY_STATE_SUCCEEDED, SY_STATE_READY, SY_STATE_RUNNING, SY_STATE_WAITING,
  SY_STATE_RUNNING, SY_STATE_PENDING,
};

static void
colour_range (PangoAttrList *list, const SyColour *colour, guint start, guint end)
{
  PangoAttribute *attribute = pango_attr_foreground_new ((guint16) (colour->r * 65535), (guint16) (colour->g * 65535),
                                                         (guint16) (colour->b * 65535));

  attribute->start_index = start;
  attribute->end_index = end;
  pango_attr_list_insert (list, attribute);
}

static void
end_colours (Rendering *r)
{
  if (r->colour >= 0 && r->out->len > r->from)
    colour_range (r->attributes, &sy_theme_get_style ()->state[ansi_states[r->colour]], r->from, (guint) r->out->len);
  if (r->bold && r->out->len > r->from)
    {
      PangoAttribute *weight = pango_attr_weight_new (PANGO_WEIGHT_BOLD);

      weight->start_index = r->from;
      weight->end_index = (guint) r->out->len;
      pango_attr_list_insert (r->attributes, weight);
    }
  r->from = (guint) r->out->len;
}

static void
take_sgr (Rendering *r, const char *p, const char *end)
{
  end_colours (r);
  while (p < end)
    {
      int code = 0;

      while (p < end && g_ascii_isdigit (*p))
        code = MIN (code * 10 + (*p++ - '0'), 999);
      p++;
      if (code == 0)
        {
          r->colour = -1;
          r->bold = FALSE;
        }
      else if (code == 1)
        r->bold = TRUE;
      else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97))
        r->colour = code % 10;
      else if (code == 39)
        r->colour = -1;
    }
}

/* The bytes of the escape sequence at @p, colours taken; 0 if it is none that is known */
static gsize
take_escape (Rendering *r, const char *p, const char *end)
{
  const char *at = p + 2;

  if (end - p < 3 || p[1] != '[')
    return 0;
  while (at < end && (g_ascii_isdigit (*at) || *at == ';'))
    at++;
  if (at >= end || !g_ascii_isalpha (*at))
    return 0;
  if (*at == 'm')
    take_sgr (r, p + 2, at);
  return (gsize) (at + 1 - p);
}

static gboolean
is_hidden (gunichar c)
{
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200b || c == 0x200e || c == 0x200f
         || c == 0x061c || c == 0xfeff || (c >= 0x7f && c < 0xa0);
}

static gsize
take_character (Rendering *r, const char *p, const char *end)
{
  gunichar c = g_utf8_get_char_validated (p, end - p);

  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      g_string_append_printf (r->out, "\\x%02x", (guchar) *p);
      return 1;
    }
  if (c == '\t')
    g_string_append (r->out, "    ");
  else if (c < 0x20)
    g_string_append_unichar (r->out, 0x2400 + c);
  else if (is_hidden (c))
    g_string_append_printf (r->out, "<U+%04X>", c);
  else
    g_string_append_unichar (r->out, c);
  return g_unichar_to_utf8 (c, NULL);
}

static void
set_line (SyOutputView *self, guint line)
{
  gsize length;
  const char *p = sy_output_text_get_line (self->text, line, &length);
  const char *end = p + MIN (length, LINE_MAX_BYTES);
  SyLineKind kind = sy_line_classify (p, length);
  Rendering r = { .out = g_string_new (NULL), .attributes = pango_attr_list_new (), .colour = -1 };
  gboolean coloured = memchr (p, '\033', (gsize) (end - p)) != NULL;

  while (p < end)
    {
      gsize n = *p == '\033' ? take_escape (&r, p, end) : 0;

      p += n > 0 ? n : take_character (&r, p, end);
    }
  end_colours (&r);
  if (length > LINE_MAX_BYTES)
    g_string_append (r.out, "…");
  if (!coloured && kind != SY_LINE_PLAIN)
    colour_range (r.attributes, &sy_theme_get_style ()->state[kind == SY_LINE_ERROR ? SY_STATE_FAILED : SY_STATE_READY], 0,
                  G_MAXUINT);
  pango_layout_set_text (self->layout, r.out->str, (int) r.out->len);
  pango_layout_set_attributes (self->layout, r.attributes);
  pango_attr_list_unref (r.attributes);
  g_string_free (r.out, TRUE);
}

/* --- drawing --- */

static void
make_layout (SyOutputView *self)
{
  PangoFontDescription *font;

  if (self->layout != NULL)
    return;
  self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "0");
  font = pango_font_description_copy (pango_context_get_font_description (gtk_widget_get_pango_context (GTK_WIDGET (self))));
  pango_font_description_set_family (font, "monospace");
  if (pango_font_description_get_size_is_absolute (font))
    pango_font_description_set_absolute_size (font, pango_font_description_get_size (font) * 0.92);
  else
    pango_font_description_set_size (font, (int) (pango_font_description_get_size (font) * 0.92));
  pango_layout_set_font_description (self->layout, font);
  pango_font_description_free (font);
  pango_layout_get_pixel_size (self->layout, &self->char_width, &self->line_height);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
  self->line_height += LEADING;
}

static int
time_width (SyOutputView *self)
{
  return self->text->times->len > 0 ? self->char_width * 14 : 0;
}

static void
draw_time (SyOutputView *self, GtkSnapshot *snapshot, guint line, int y)
{
  gint64 wall_us = sy_output_text_get_time (self->text, line);
  g_autoptr (GDateTime) time = wall_us > 0 ? g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC) : NULL;
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%H:%M:%S") : NULL;
  g_autofree char *text = clock != NULL ? g_strdup_printf ("%s.%03d", clock, (int) (wall_us / 1000 % 1000)) : NULL;
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->dim_text);

  if (text == NULL)
    return;
  pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_width (self->layout, -1);
  pango_layout_set_text (self->layout, text, -1);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PAD, (float) y));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_restore (snapshot);
}

/* Gives the height it took. */
static int
draw_line (SyOutputView *self, GtkSnapshot *snapshot, guint line, int y)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), left = PAD + time_width (self), height = self->line_height;
  GdkRGBA text = sy_theme_rgba (&sy_theme_get_style ()->text);
  GdkRGBA mark = text;
  int text_height;

  set_line (self, line);
  pango_layout_set_width (self->layout, self->wrap ? MAX (80, width - left - PAD) * PANGO_SCALE : -1);
  pango_layout_get_pixel_size (self->layout, NULL, &text_height);
  if (self->wrap)
    height = MAX (height, text_height + LEADING);
  if (line == self->marked)
    {
      mark.alpha = 0.1f;
      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT (0, (float) y, (float) width, (float) height));
    }
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) left, (float) y, (float) (width - left), (float) height));
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (left - (self->wrap ? 0 : self->x)), (float) (y + LEADING / 2)));
  gtk_snapshot_append_layout (snapshot, self->layout, &text);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) -(left - (self->wrap ? 0 : self->x)), (float) -(y + LEADING / 2)));
  gtk_snapshot_pop (snapshot);
  draw_time (self, snapshot, line, y + LEADING / 2);
  return height;
}

static void
sy_output_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyOutputView *self = SY_OUTPUT_VIEW (widget);
  int height = gtk_widget_get_height (widget), y = 0;
  guint n = sy_output_text_get_n_lines (self->text);

  make_layout (self);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) height));
  for (guint line = (guint) gtk_adjustment_get_value (self->lines); line < n && y < height; line++)
    y += draw_line (self, snapshot, line, y);
  gtk_snapshot_pop (snapshot);
}

/* --- scrolling --- */

static void
update_adjustment (SyOutputView *self)
{
  double page;

  make_layout (self);
  page = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) / MAX (1, self->line_height));
  gtk_adjustment_configure (self->lines, gtk_adjustment_get_value (self->lines), 0,
                            MAX (page, sy_output_text_get_n_lines (self->text)), 1, MAX (1, page - 1), page);
}

static void
sy_output_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  update_adjustment (SY_OUTPUT_VIEW (widget));
}

static gboolean
on_scroll (GtkEventControllerScroll *scroll, double dx, double dy, SyOutputView *self)
{
  gboolean sideways = (gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll)) & GDK_SHIFT_MASK) != 0;

  if (sideways || dx != 0)
    self->x = MAX (0, self->x + (dx != 0 ? dx : dy) * 6 * self->char_width);
  if (!sideways && dy != 0)
    {
      self->rest += dy * 3;
      gtk_adjustment_set_value (self->lines, gtk_adjustment_get_value (self->lines) + (int) self->rest);
      self->rest -= (int) self->rest;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SCROLLED], 0);
  return TRUE;
}

static gboolean
on_key (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, SyOutputView *self)
{
  double at = gtk_adjustment_get_value (self->lines), page = gtk_adjustment_get_page_size (self->lines);

  switch (key)
    {
    case GDK_KEY_Up: at -= 1; break;
    case GDK_KEY_Down: at += 1; break;
    case GDK_KEY_Page_Up: at -= page - 1; break;
    case GDK_KEY_Page_Down: at += page - 1; break;
    case GDK_KEY_Home: at = 0; break;
    case GDK_KEY_End: at = gtk_adjustment_get_upper (self->lines); break;
    case GDK_KEY_Left: self->x = MAX (0, self->x - 8 * self->char_width); break;
    case GDK_KEY_Right: self->x += 8 * self->char_width; break;
    default: return FALSE;
    }
  gtk_adjustment_set_value (self->lines, at);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SCROLLED], 0);
  return TRUE;
}

static void
on_click (GtkGestureClick *click, int n, double x, double y, SyOutputView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

void
sy_output_view_text_changed (SyOutputView *self)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  if (self->marked != G_MAXUINT && self->marked >= sy_output_text_get_n_lines (self->text))
    self->marked = G_MAXUINT;
  update_adjustment (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GtkAdjustment *
sy_output_view_get_adjustment (SyOutputView *self)
{
  g_return_val_if_fail (SY_IS_OUTPUT_VIEW (self), NULL);
  return self->lines;
}

void
sy_output_view_set_wrap (SyOutputView *self, gboolean wrap)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  self->wrap = wrap;
  self->x = 0;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_output_view_scroll_to_end (SyOutputView *self)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  gtk_adjustment_set_value (self->lines, gtk_adjustment_get_upper (self->lines));
}

void
sy_output_view_mark (SyOutputView *self, guint line)
{
  double at, page;

  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  self->marked = line;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (line == G_MAXUINT)
    return;
  at = gtk_adjustment_get_value (self->lines);
  page = gtk_adjustment_get_page_size (self->lines);
  if (line < at || line >= at + page)
    gtk_adjustment_set_value (self->lines, MAX (0, line - page / 3));
}

guint
sy_output_view_get_marked (SyOutputView *self)
{
  return self->marked;
}

/* --- life --- */

static void
drop_layout (SyOutputView *self)
{
  g_clear_object (&self->layout);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
sy_output_view_dispose (GObject *object)
{
  SyOutputView *self = SY_OUTPUT_VIEW (object);

  g_clear_object (&self->layout);
  g_clear_object (&self->lines);
  G_OBJECT_CLASS (sy_output_view_parent_class)->dispose (object);
}

static void
sy_output_view_class_init (SyOutputViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_output_view_dispose;
  widget_class->snapshot = sy_output_view_snapshot;
  widget_class->size_allocate = sy_output_view_size_allocate;
  signals[SCROLLED] = g_signal_new ("scrolled", SY_TYPE_OUTPUT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LOG);
}

static void
sy_output_view_init (SyOutputView *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->marked = G_MAXUINT;
  self->lines = g_object_ref_sink (gtk_adjustment_new (0, 0, 1, 1, 1, 1));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Output"), -1);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (click, "pressed", G_CALLBACK (on_click), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (self->lines, "value-changed", G_CALLBACK (gtk_widget_queue_draw), self, G_CONNECT_SWAPPED);
  sy_theme_watch (self, (void (*) (gpointer)) drop_layout);
}

GtkWidget *
sy_output_view_new (const SyOutputText *text)
{
  SyOutputView *self = g_object_new (SY_TYPE_OUTPUT_VIEW, NULL);

  self->text = text;
  return GTK_WIDGET (self);
}
