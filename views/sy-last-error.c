/* sy-last-error.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-last-error.h"

#define TAIL 8192

typedef struct
{
  SyController *controller;
  guint32 number, attempt;
  gboolean tail;        /* the end is being read */
  SyLastErrorFound found;
  gpointer data;
} Search;

static void
on_output (const SyOutputChunk *chunk, const GError *error, gpointer data)
{
  g_autofree Search *search = data;
  g_autofree char *line = NULL;

  if (chunk != NULL && !search->tail && chunk->total > TAIL)
    {
      search->tail = TRUE;
      search->controller->read_output (search->controller, search->number, search->attempt, FALSE, chunk->total - TAIL,
                                       TAIL, on_output, search);
      search = NULL;
      return;
    }
  if (chunk != NULL && chunk->bytes != NULL)
    line = sy_line_choose (g_bytes_get_data (chunk->bytes, NULL), g_bytes_get_size (chunk->bytes));
  search->found (line, search->data);
}

void
sy_last_error_find (SyController *controller, guint32 number, guint32 attempt, SyLastErrorFound found, gpointer data)
{
  Search *search = g_new0 (Search, 1);

  search->controller = controller;
  search->number = number;
  search->attempt = attempt;
  search->found = found;
  search->data = data;
  controller->read_output (controller, number, attempt, FALSE, 0, TAIL, on_output, search);
}
