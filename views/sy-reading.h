/* sy-reading.h: a text to read, in a dialog
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  SY_READING_WORDS,    /* sentences: wrapped, with room between them */
  SY_READING_COMMANDS, /* shell text: wrapped lines hang */
  SY_READING_LINES     /* as they are, monospaced */
} SyReadingKind;

/**
 * sy_reading_new:
 * @text: copied
 * @label: what a screen reader calls it
 *
 * Returns: (transfer floating): a scrolled window with a text view as its child that can be selected and copied, not edited
 */
GtkWidget *sy_reading_new (const char *text, const char *label, SyReadingKind kind);

G_END_DECLS
