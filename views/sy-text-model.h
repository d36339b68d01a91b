/* sy-text-model.h: a text of any size, of which only what is looked at is in memory
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-text-source.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define SY_TYPE_TEXT_MODEL (sy_text_model_get_type ())
G_DECLARE_FINAL_TYPE (SyTextModel, sy_text_model, SY, TEXT_MODEL, GObject)

#define SY_NO_LINE G_MAXUINT64

/*
 * Main thread only. Lines are counted by another thread; the model keeps where they begin (a word for 64 KiB), at most 4 MiB
 * of the text, and a bit for each line that matches the search.
 * Signals:
 *   changed ()              lines, search, or what is in memory: draw again
 *   error-found (uint64)    the first line that reads like an error, asked for by sy_text_model_find_error(); SY_NO_LINE = none
 */
SyTextModel *sy_text_model_new (SyTextSource *source); /* (transfer full) */
/* Ends all reading; the source is closed. The model is empty from now on. */
void sy_text_model_close (SyTextModel *model);

/* Takes in what has come since; cheap where nothing has. */
void sy_text_model_refresh (SyTextModel *model);
/* Shows what was there at @wall_us; 0 = all of it */
void sy_text_model_set_instant (SyTextModel *model, gint64 wall_us);

guint64 sy_text_model_get_n_lines (SyTextModel *model);
guint64 sy_text_model_get_total (SyTextModel *model);         /* bytes, with what was not kept */
gboolean sy_text_model_is_counting (SyTextModel *model);      /* lines are still being counted */
gboolean sy_text_model_is_loaded (SyTextModel *model);        /* something was read, if it is only that there is nothing */
gboolean sy_text_model_has_times (SyTextModel *model);
const GError *sy_text_model_get_error (SyTextModel *model);   /* (nullable) */
gboolean sy_text_model_is_stale (SyTextModel *model);         /* the file was written anew */

typedef struct
{
  GString *text;        /* without its end */
  gboolean cut;         /* there is more of it */
  gboolean gap;         /* text says how much is missing */
  gint64 wall_us;       /* 0 = unknown */
} SyTextLine;

/* FALSE: it is not in memory and is read now ("changed" tells). At most @most bytes are given. */
gboolean sy_text_model_get_line (SyTextModel *model, guint64 line, gsize most, SyTextLine *out);

/* --- search --- */

/* @query: (nullable): NULL ends the search */
void sy_text_model_search (SyTextModel *model, SyTextQuery *query);
SyTextQuery *sy_text_model_get_query (SyTextModel *model);    /* (nullable) (transfer none) */
guint64 sy_text_model_get_n_matches (SyTextModel *model);     /* lines */
gboolean sy_text_model_is_searching (SyTextModel *model);
/* Next matching line behind @line, or before it; goes round. SY_NO_LINE = none yet */
guint64 sy_text_model_find_match (SyTextModel *model, guint64 line, gboolean backward);
/* The how-manieth match @line is, from 1; 0 = it is none */
guint64 sy_text_model_get_match_number (SyTextModel *model, guint64 line);
void sy_text_model_find_error (SyTextModel *model);

/* --- taking it out --- */

/* @text: as it lies on disk, gaps said; @truncated: it ends before @last. NULL + error */
typedef void (*SyTextTaken) (const GString *text, gboolean truncated, const GError *error, gpointer data);
/* Lines @first to @last, at most @most bytes; not called after the model was closed. */
void sy_text_model_take (SyTextModel *model, guint64 first, guint64 last, gsize most, SyTextTaken taken, gpointer data);
/* The line from which on there are at most @bytes */
guint64 sy_text_model_get_tail (SyTextModel *model, gsize bytes);
void sy_text_model_save (SyTextModel *model, const char *path, SyTextSaved reply, gpointer data);

G_END_DECLS
