/* sy-text-source.h: a large text that is read in stretches by another thread: output of an attempt, or a file
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-text-query.h"

G_BEGIN_DECLS

/* From this byte on output arrived at this time */
typedef struct
{
  guint64 offset;
  gint64 wall_us;
} SyOutputTime;

/* @bytes: (nullable) of a stretch that begins at @offset, where a gap was skipped behind what was asked for; borrowed.
 * @times: (nullable) (element-type SyOutputTime): of this stretch, ascending */
typedef void (*SyTextRead) (guint64 offset, GBytes *bytes, GArray *times, const GError *error, gpointer data);

/* What a scan has found; told as it goes on, the last with @done. */
typedef struct
{
  const SyTextIndex *index;     /* (nullable) of an index scan: what came since the last telling */
  const guint64 *lines;         /* of a search: matching lines, ascending */
  guint n_lines;
  SyTextPlace place;            /* up to where; of a search that is done: where it goes on when the text has grown */
  guint64 total;                /* bytes of the text, with what was not kept */
  guint64 missing;              /* of these, not kept now: an index that knows of less is stale */
  gboolean changed;             /* a file was written anew: what was read of it is stale */
  gboolean done;
} SyTextFound;
typedef void (*SyTextScanned) (const SyTextFound *found, const GError *error, gpointer data);
typedef void (*SyTextOffset) (guint64 offset, gpointer data);
/* @error: (nullable) */
typedef void (*SyTextSaved) (const GError *error, gpointer data);

/*
 * All functions are called on the main thread and return at once; answers come on the main thread, those of one kind in
 * the order of the calls, and none after close().
 */
typedef struct _SyTextSource SyTextSource;
struct _SyTextSource
{
  void (*read) (SyTextSource *source, guint64 offset, gsize length, SyTextRead reply, gpointer data);
  /* From @from to what is there now: @query: (nullable): NULL for an index. Ends the scan of its kind that is under way, of which nothing
   * more is told. @first: ends with the first match */
  void (*scan) (SyTextSource *source, SyTextPlace from, SyTextQuery *query, gboolean first, SyTextScanned each, gpointer data);
  /* Nothing more is told of the search that is under way. */
  void (*stop_search) (SyTextSource *source);
  /* Up to where it had come at @wall_us */
  void (*find_offset) (SyTextSource *source, gint64 wall_us, SyTextOffset reply, gpointer data);
  /* Writes all before @until that was kept to a file, whole or not at all. */
  void (*save) (SyTextSource *source, const char *path, guint64 until, SyTextSaved reply, gpointer data);
  void (*close) (SyTextSource *source);
};

G_END_DECLS
