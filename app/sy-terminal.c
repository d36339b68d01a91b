/* sy-terminal.c: what a task wrote, made harmless for a terminal
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/sy-terminal.h"

#define REPLACEMENT "\xef\xbf\xbd"

enum { TEXT, ESCAPE, CSI, STRING, STRING_ESCAPE };

static void
in_csi (SyTerminalFilter *filter, GString *out, guchar c)
{
  if (c >= 0x20 && c < 0x40)
    {
      if (filter->n < sizeof filter->sequence)
        filter->sequence[filter->n] = c;
      filter->n++;
      return;
    }
  /* Only colours and their like: digits, semicolons, colons, then m */
  if (c == 'm' && filter->n <= sizeof filter->sequence)
    {
      for (guint i = 0; i < filter->n; i++)
        if (!g_ascii_isdigit (filter->sequence[i]) && filter->sequence[i] != ';' && filter->sequence[i] != ':')
          goto done;
      g_string_append (out, "\033[");
      g_string_append_len (out, filter->sequence, filter->n);
      g_string_append_c (out, 'm');
    }
done:
  filter->stage = TEXT;
}

static void
in_escape (SyTerminalFilter *filter, guchar c)
{
  filter->n = 0;
  if (c == '[')
    filter->stage = CSI;
  else if (c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_')
    filter->stage = STRING;
  else if (c < 0x20 || c > 0x2f)
    filter->stage = TEXT;
}

static void
in_text (SyTerminalFilter *filter, GString *out, guchar c)
{
  if (filter->c2)
    {
      filter->c2 = FALSE;
      if (c >= 0x80 && c <= 0x9f)
        return;
      /* Alone it must not stay: what is left out behind it could be all that parts it from the rest of a control. */
      g_string_append (out, c >= 0xa0 && c <= 0xbf ? "\xc2" : REPLACEMENT);
    }
  if (c == 0xc2)
    filter->c2 = TRUE;
  else if (c == 0x1b)
    filter->stage = ESCAPE;
  else if (c >= 0x20 ? c != 0x7f : c == '\n' || c == '\t' || c == '\r' || c == '\b')
    g_string_append_c (out, c);
}

void
sy_terminal_filter (SyTerminalFilter *filter, GString *out, const char *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      guchar c = data[i];

      switch (filter->stage)
        {
        case ESCAPE: in_escape (filter, c); break;
        case CSI: in_csi (filter, out, c); break;
        case STRING:
          if (c == 0x07 || c == '\n')
            filter->stage = TEXT;
          else if (c == 0x1b)
            filter->stage = STRING_ESCAPE;
          break;
        case STRING_ESCAPE: filter->stage = c == '\\' ? TEXT : STRING; break;
        default: in_text (filter, out, c); break;
        }
    }
}
