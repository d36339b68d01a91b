/* sy-text-line.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-text-line.h"

#include "core/model/sy-line-kind.h"

#include <string.h>

typedef struct
{
  GString *out;
  PangoAttrList *attributes;
  const SyStyle *style;
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
  if (r->attributes == NULL)
    return;
  if (r->colour >= 0 && r->out->len > r->from)
    colour_range (r->attributes, &r->style->state[ansi_states[r->colour]], r->from, (guint) r->out->len);
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
        {
          code = MIN (code * 10 + (*p - '0'), 999); /* a macro: it takes its arguments twice */
          p++;
        }
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

/* ESC [ parameters, intermediates, a final byte (ECMA-48, 5.4) */
static gsize
take_control_sequence (Rendering *r, const char *p, const char *end)
{
  const char *at = p + 2;
  gboolean plain;

  while (at < end && (g_ascii_isdigit (*at) || *at == ';' || *at == ':'))
    at++;
  plain = at < end && *at == 'm';
  while (at < end && *at >= 0x20 && *at <= 0x3f)
    at++;
  if (at >= end || *at < 0x40 || *at > 0x7e)
    return 0;
  if (plain)
    take_sgr (r, p + 2, at);
  return (gsize) (at + 1 - p);
}

/* ESC ] text, ended by BEL or ESC \ : titles and links, whose text is not shown */
static gsize
take_command_string (const char *p, const char *end)
{
  for (const char *at = p + 2; at < end; at++)
    if (*at == '\a')
      return (gsize) (at + 1 - p);
    else if (*at == '\033')
      return at + 1 < end && at[1] == '\\' ? (gsize) (at + 2 - p) : 0;
  return 0;
}

/* The bytes of the escape sequence at @p, colours taken; 0 if it is none that is known: its ESC is shown */
static gsize
take_escape (Rendering *r, const char *p, const char *end)
{
  if (end - p < 3)
    return 0;
  return p[1] == '[' ? take_control_sequence (r, p, end) : p[1] == ']' ? take_command_string (p, end) : 0;
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

void
sy_text_line_render (const char *bytes, gsize length, GString *out, PangoAttrList *attributes, const SyStyle *style)
{
  const char *end = bytes + length;
  Rendering r = { .out = out, .attributes = attributes, .style = style, .colour = -1, .from = (guint) out->len };
  SyLineKind kind = attributes != NULL && memchr (bytes, '\033', length) == NULL ? sy_line_classify (bytes, length) : SY_LINE_PLAIN;

  for (const char *p = bytes; p < end;)
    {
      gsize n = *p == '\033' ? take_escape (&r, p, end) : 0;

      p += n > 0 ? n : take_character (&r, p, end);
    }
  end_colours (&r);
  if (kind != SY_LINE_PLAIN)
    colour_range (attributes, &style->state[kind == SY_LINE_ERROR ? SY_STATE_FAILED : SY_STATE_READY], 0, G_MAXUINT);
}
