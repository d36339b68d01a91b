/* sy-output-view.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-output-view-private.h"

#include "views/sy-text-line.h"
#include "views/sy-theme.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#define PAD 14
#define LEADING 4

G_DEFINE_FINAL_TYPE (SyOutputView, sy_output_view, GTK_TYPE_WIDGET)

enum { SCROLLED, MENU, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- one line --- */

guint64
sy_output_view_get_n_lines (SyOutputView *self)
{
  return self->model != NULL ? sy_text_model_get_n_lines (self->model) : 0;
}

static void
add_background (PangoAttrList *list, const GdkRGBA *colour, guint start, guint end)
{
  PangoAttribute *fill = pango_attr_background_new ((guint16) (colour->red * 65535), (guint16) (colour->green * 65535),
                                                    (guint16) (colour->blue * 65535));
  PangoAttribute *alpha = pango_attr_background_alpha_new ((guint16) (colour->alpha * 65535));

  fill->start_index = alpha->start_index = start;
  fill->end_index = alpha->end_index = end;
  pango_attr_list_insert (list, fill);
  pango_attr_list_insert (list, alpha);
}

/* Where the search matches in what is shown of the line */
static void
add_matches (SyOutputView *self, PangoAttrList *list)
{
  SyTextQuery *query = sy_text_model_get_query (self->model);
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->state[SY_STATE_READY]);
  gsize from = 0, start, end;

  colour.alpha = 0.4f;
  while (query != NULL && from < self->shown->len
         && sy_text_query_find (query, self->shown->str, self->shown->len, from, &start, &end))
    {
      if (end > start)
        add_background (list, &colour, (guint) start, (guint) end);
      from = MAX (end, start + 1);
    }
}

static void
add_selected (SyOutputView *self, PangoAttrList *list, guint64 line)
{
  SyOutputPlace from, to;
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->state[SY_STATE_RUNNING]);

  colour.alpha = 0.35f;
  if (!sy_output_view_get_selection (self, &from, &to) || line < from.line || line > to.line)
    return;
  add_background (list, &colour, line == from.line ? from.byte : 0, line == to.line ? to.byte : G_MAXUINT);
}

gboolean
sy_output_view_set_line (SyOutputView *self, guint64 line)
{
  PangoAttrList *attributes;

  if (self->model == NULL || !sy_text_model_get_line (self->model, line, SY_OUTPUT_LINE_BYTES, &self->line))
    return FALSE;
  attributes = pango_attr_list_new ();
  g_string_truncate (self->shown, 0);
  sy_text_line_render (self->line.text->str, self->line.text->len, self->shown, attributes, sy_theme_get_style ());
  if (self->line.cut)
    g_string_append (self->shown, "…");
  add_matches (self, attributes);
  add_selected (self, attributes, line);
  pango_layout_set_text (self->layout, self->shown->str, (int) self->shown->len);
  pango_layout_set_attributes (self->layout, attributes);
  pango_attr_list_unref (attributes);
  return TRUE;
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

int
sy_output_view_get_left (SyOutputView *self)
{
  return PAD + (self->times && self->model != NULL && sy_text_model_has_times (self->model) ? self->char_width * 14 : 0);
}

static void
draw_time (SyOutputView *self, GtkSnapshot *snapshot, gint64 wall_us, int y)
{
  g_autoptr (GDateTime) time = wall_us > 0 ? g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC) : NULL;
  g_autofree char *clock = time != NULL ? g_date_time_format (time, "%H:%M:%S") : NULL;
  g_autofree char *text = clock != NULL ? g_strdup_printf ("%s.%03d", clock, (int) (wall_us / 1000 % 1000)) : NULL;
  GdkRGBA colour = sy_theme_rgba (&sy_theme_get_style ()->dim_text);

  if (text == NULL || sy_output_view_get_left (self) == PAD)
    return;
  pango_layout_set_attributes (self->layout, NULL);
  pango_layout_set_width (self->layout, -1);
  pango_layout_set_text (self->layout, text, -1);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (PAD, (float) y));
  gtk_snapshot_append_layout (snapshot, self->layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static int
measure_line (SyOutputView *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)) - sy_output_view_get_left (self) - PAD, height;

  pango_layout_set_width (self->layout, self->wrap ? MAX (80, width) * PANGO_SCALE : -1);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  return self->wrap ? MAX (self->line_height, height + LEADING) : self->line_height;
}

/* Gives the height it took. */
static int
draw_line (SyOutputView *self, GtkSnapshot *snapshot, guint64 line, int y)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self)), left = sy_output_view_get_left (self), height;
  float x = (float) (left - (self->wrap ? 0 : self->x));
  GdkRGBA text = sy_theme_rgba (&sy_theme_get_style ()->text), mark = text;
  GdkRGBA dim = sy_theme_rgba (&sy_theme_get_style ()->dim_text);

  if (!sy_output_view_set_line (self, line))
    return self->line_height;
  height = measure_line (self);
  if (line == self->marked)
    {
      mark.alpha = 0.1f;
      gtk_snapshot_append_color (snapshot, &mark, &GRAPHENE_RECT_INIT (0, (float) y, (float) width, (float) height));
    }
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT ((float) left, (float) y, (float) MAX (0, width - left), (float) height));
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (x, (float) (y + LEADING / 2)));
  gtk_snapshot_append_layout (snapshot, self->layout, self->line.gap ? &dim : &text);
  gtk_snapshot_restore (snapshot);
  gtk_snapshot_pop (snapshot);
  draw_time (self, snapshot, self->line.wall_us, y + LEADING / 2);
  return height;
}

/* At the end the last line is drawn whole, though wrapped lines are higher: the first ones give way. */
static guint64
first_drawn (SyOutputView *self, guint64 n, int height)
{
  guint64 top = sy_output_view_get_top (self), line = n;
  int room = height;

  if (!self->wrap || !sy_output_view_is_at_end (self))
    return top;
  while (line > top && room > 0 && sy_output_view_set_line (self, line - 1))
    {
      room -= measure_line (self);
      line -= room >= 0 ? 1 : 0;
    }
  return MAX (line, top);
}

static void
sy_output_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SyOutputView *self = SY_OUTPUT_VIEW (widget);
  int height = gtk_widget_get_height (widget), y = 0;
  guint64 n = sy_output_view_get_n_lines (self);

  make_layout (self);
  g_array_set_size (self->row_tops, 0);
  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) height));
  self->first = first_drawn (self, n, height);
  for (guint64 line = self->first; line < n && y < height; line++)
    {
      g_array_append_val (self->row_tops, y);
      y += draw_line (self, snapshot, line, y);
    }
  g_array_append_val (self->row_tops, y);
  gtk_snapshot_pop (snapshot);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    gtk_widget_snapshot_child (widget, child, snapshot);
}

/* --- scrolling --- */

static void
update_adjustment (SyOutputView *self)
{
  double page, n = (double) sy_output_view_get_n_lines (self), at = gtk_adjustment_get_value (self->lines);

  make_layout (self);
  page = MAX (1, gtk_widget_get_height (GTK_WIDGET (self)) / MAX (1, self->line_height));
  if (gtk_adjustment_get_upper (self->lines) == MAX (page, n) && gtk_adjustment_get_page_size (self->lines) == page)
    return;
  gtk_adjustment_configure (self->lines, MIN (at, MAX (0, n - page)), 0, MAX (page, n), 1, MAX (1, page - 1), page);
}

/* A line may be found before it was counted, or before the view has a size. */
static void
reveal_marked (SyOutputView *self)
{
  double at = gtk_adjustment_get_value (self->lines), page = gtk_adjustment_get_page_size (self->lines);

  if (!self->reveals || self->marked >= sy_output_view_get_n_lines (self) || gtk_widget_get_height (GTK_WIDGET (self)) == 0)
    return;
  self->reveals = FALSE;
  if ((double) self->marked < at || (double) self->marked >= at + page)
    gtk_adjustment_set_value (self->lines, MAX (0, (double) self->marked - (int) (page / 3)));
}

static void
sy_output_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  update_adjustment (SY_OUTPUT_VIEW (widget));
  reveal_marked (SY_OUTPUT_VIEW (widget));
  sy_output_view_allocate_rows (SY_OUTPUT_VIEW (widget));
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
    case GDK_KEY_Menu: g_signal_emit (self, signals[MENU], 0, 40.0, 20.0); return TRUE;
    case GDK_KEY_F10:
      if ((state & GDK_SHIFT_MASK) == 0)
        return FALSE;
      g_signal_emit (self, signals[MENU], 0, 40.0, 20.0);
      return TRUE;
    default: return FALSE;
    }
  gtk_adjustment_set_value (self->lines, at);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SCROLLED], 0);
  return TRUE;
}

static void
on_secondary (GtkGestureClick *click, int n, double x, double y, SyOutputView *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[MENU], 0, x, y);
}

static void
on_changed (SyOutputView *self)
{
  if (self->marked != SY_NO_LINE && self->marked >= sy_output_view_get_n_lines (self) && !sy_text_model_is_counting (self->model))
    self->marked = SY_NO_LINE;
  update_adjustment (self);
  reveal_marked (self);
  sy_output_view_queue_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_value (SyOutputView *self)
{
  sy_output_view_queue_rows (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_output_view_set_model (SyOutputView *self, SyTextModel *model)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_set_object (&self->model, model);
  self->marked = SY_NO_LINE;
  self->reveals = self->selected = FALSE;
  self->x = 0;
  gtk_adjustment_set_value (self->lines, 0);
  if (model == NULL)
    return;
  g_signal_connect_swapped (model, "changed", G_CALLBACK (on_changed), self);
  on_changed (self);
}

GtkAdjustment *
sy_output_view_get_adjustment (SyOutputView *self)
{
  g_return_val_if_fail (SY_IS_OUTPUT_VIEW (self), NULL);
  return self->lines;
}

guint64
sy_output_view_get_top (SyOutputView *self)
{
  return (guint64) gtk_adjustment_get_value (self->lines);
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
sy_output_view_set_times (SyOutputView *self, gboolean times)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  self->times = times;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sy_output_view_scroll_to_end (SyOutputView *self)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  gtk_adjustment_set_value (self->lines, gtk_adjustment_get_upper (self->lines));
}

gboolean
sy_output_view_is_at_end (SyOutputView *self)
{
  return gtk_adjustment_get_value (self->lines) + gtk_adjustment_get_page_size (self->lines) >= gtk_adjustment_get_upper (self->lines);
}

void
sy_output_view_mark (SyOutputView *self, guint64 line)
{
  g_return_if_fail (SY_IS_OUTPUT_VIEW (self));
  self->marked = line;
  self->reveals = line != SY_NO_LINE;
  reveal_marked (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint64
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

  sy_output_view_set_model (self, NULL);
  sy_output_view_drop_rows (self);
  g_clear_object (&self->layout);
  G_OBJECT_CLASS (sy_output_view_parent_class)->dispose (object);
}

static void
sy_output_view_finalize (GObject *object)
{
  SyOutputView *self = SY_OUTPUT_VIEW (object);

  g_ptr_array_unref (self->rows);
  g_array_unref (self->row_tops);
  g_object_unref (self->lines);
  g_string_free (self->line.text, TRUE);
  g_string_free (self->shown, TRUE);
  G_OBJECT_CLASS (sy_output_view_parent_class)->finalize (object);
}

static void
sy_output_view_class_init (SyOutputViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_output_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = sy_output_view_finalize;
  widget_class->snapshot = sy_output_view_snapshot;
  widget_class->size_allocate = sy_output_view_size_allocate;
  signals[SCROLLED] = g_signal_new ("scrolled", SY_TYPE_OUTPUT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MENU] = g_signal_new ("menu", SY_TYPE_OUTPUT_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_DOUBLE,
                                G_TYPE_DOUBLE);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LOG);
  gtk_widget_class_set_css_name (widget_class, "outputview");
}

static void
sy_output_view_init (SyOutputView *self)
{
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *secondary = gtk_gesture_click_new ();

  self->marked = SY_NO_LINE;
  self->times = TRUE;
  self->line.text = g_string_new (NULL);
  self->shown = g_string_new (NULL);
  self->rows = g_ptr_array_new ();
  self->row_tops = g_array_new (FALSE, FALSE, sizeof (int));
  self->lines = g_object_ref_sink (gtk_adjustment_new (0, 0, 1, 1, 1, 1));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Output"), -1);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (secondary), GDK_BUTTON_SECONDARY);
  g_signal_connect (scroll, "scroll", G_CALLBACK (on_scroll), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (secondary, "pressed", G_CALLBACK (on_secondary), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (secondary));
  sy_output_view_add_selecting (self);
  g_signal_connect_object (self->lines, "value-changed", G_CALLBACK (on_value), self, G_CONNECT_SWAPPED);
  sy_theme_watch (self, (void (*) (gpointer)) drop_layout);
}

GtkWidget *
sy_output_view_new (void)
{
  return g_object_new (SY_TYPE_OUTPUT_VIEW, NULL);
}
