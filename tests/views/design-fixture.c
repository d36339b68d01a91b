/* design-fixture.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/views/design-fixture.h"

#include "app/sy-manuscript-designer.h"
#include "tests/views/display.h"

#include <string.h>

void
design_fixture_init (DesignFixture *f, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  f->design = sy_design_new (sy_manuscript_designer_new (NULL, NULL, bytes, NULL));
  f->session = sy_session_new (NULL);
  sy_session_set_model (f->session, sy_design_get_model (f->design));
  sy_session_set_design (f->session, f->design);
  f->window = NULL;
}

void
design_fixture_show (DesignFixture *f, GtkWidget *child)
{
  f->window = display_show (child, 900, 700);
}

void
design_fixture_clear (DesignFixture *f)
{
  if (f->window != NULL)
    display_close (f->window);
  g_assert_finalize_object (f->session);
  sy_design_close (f->design, TRUE);
  g_assert_finalize_object (f->design);
}

void
design_fixture_settle (DesignFixture *f)
{
  while (sy_design_is_busy (f->design))
    g_main_context_iteration (NULL, TRUE);
}

void
design_fixture_until (gboolean (*holds) (gpointer data), gpointer data)
{
  while (!holds (data))
    g_main_context_iteration (NULL, TRUE);
}

const char *
design_fixture_text (DesignFixture *f)
{
  static GString *text;
  gsize length;
  const char *data = g_bytes_get_data (sy_design_get_revision (f->design)->text, &length);

  if (text == NULL)
    text = g_string_new (NULL);
  g_string_truncate (text, 0);
  g_string_append_len (text, data, (gssize) length);
  return text->str;
}
