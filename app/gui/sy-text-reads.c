/* sy-text-reads.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-text-reads.h"

#include "app/gui/sy-text-stream.h"
#include "core/model/sy-words.h"

#include <gio/gio.h>
#include <string.h>

#define CHUNK (256 * 1024)
#define TELL_US 30000   /* a scan tells as often */
#define MOST_LINES 65536 /* that are told at once */

typedef enum { LANE_READ, LANE_INDEX, LANE_SEARCH, LANE_SAVE, N_LANES } Lane;

/*
 * A thread for each lane, with a stream of its own, so that what is drawn does not wait for what is searched. Main
 * thread, but for the streams and what is atomic. A job keeps the memory alive.
 */
typedef struct
{
  SyTextSource base;
  gatomicrefcount ref_count;
  gint closed;          /* atomic */
  gint serial[N_LANES]; /* atomic: a scan of another number is over */
  char *uuid, *path;
  guint32 task, attempt;
  GThreadPool *pools[N_LANES];
  SyTextStream *streams[N_LANES]; /* of the lane's thread */
} Source;

typedef struct _Job Job;
struct _Job
{
  Source *source;       /* (owned) */
  Lane lane;
  void (*work) (Job *job);
  gint serial;
  guint64 offset;
  gsize length;
  gint64 wall_us;
  char *path;           /* (owned) (nullable) */
  SyTextPlace from;
  SyTextQuery *query;   /* (owned) (nullable) */
  gboolean first;
  union { SyTextRead read; SyTextScanned scanned; SyTextOffset offset; SyTextSaved saved; } reply;
  gpointer data;
};

/* What a job tells; a scan tells more than once. */
typedef struct
{
  Source *source;       /* (owned) */
  Job call;             /* whose functions are called; a copy */
  GError *error;        /* (owned) */
  GBytes *bytes;        /* (owned) */
  GArray *times;        /* (owned) */
  guint64 offset;
  SyTextIndex index;    /* blocks NULL = none */
  GArray *lines;        /* (owned) */
  SyTextFound found;
} Told;

static void
source_unref (Source *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint i = 0; i < N_LANES; i++)
    g_clear_pointer (&self->streams[i], sy_text_stream_free);
  g_free (self->uuid);
  g_free (self->path);
  g_free (self);
}

static Source *
source_ref (Source *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
job_free (Job *job)
{
  g_clear_pointer (&job->query, sy_text_query_unref);
  g_free (job->path);
  source_unref (job->source);
  g_free (job);
}

static gboolean
is_over (const Job *job)
{
  return g_atomic_int_get (&job->source->closed) || g_atomic_int_get (&job->source->serial[job->lane]) != job->serial;
}

/* --- telling --- */

static Told *
told_new (Job *job)
{
  Told *told = g_new0 (Told, 1);

  told->source = source_ref (job->source);
  told->call = *job;
  return told;
}

static void
told_free (gpointer data)
{
  Told *told = data;

  g_clear_error (&told->error);
  g_clear_pointer (&told->bytes, g_bytes_unref);
  g_clear_pointer (&told->times, g_array_unref);
  g_clear_pointer (&told->lines, g_array_unref);
  sy_text_index_clear (&told->index);
  source_unref (told->source);
  g_free (told);
}

static gboolean
tell_read (gpointer data)
{
  Told *told = data;

  if (!g_atomic_int_get (&told->source->closed))
    told->call.reply.read (told->offset, told->bytes, told->times, told->error, told->call.data);
  return G_SOURCE_REMOVE;
}

static gboolean
tell_offset (gpointer data)
{
  Told *told = data;

  if (!g_atomic_int_get (&told->source->closed))
    told->call.reply.offset (told->offset, told->call.data);
  return G_SOURCE_REMOVE;
}

static gboolean
tell_scanned (gpointer data)
{
  Told *told = data;

  if (!is_over (&told->call))
    told->call.reply.scanned (told->error == NULL ? &told->found : NULL, told->error, told->call.data);
  return G_SOURCE_REMOVE;
}

static void
send (Told *told, GSourceFunc tell)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, tell, told, told_free);
}

/* --- on the threads --- */

/* The lane's stream, with what has come since */
static SyTextStream *
get_stream (Job *job, gboolean *changed, GError **error)
{
  Source *self = job->source;
  SyTextStream **stream = &self->streams[job->lane];

  *changed = FALSE;
  if (*stream == NULL)
    {
      *stream = sy_text_stream_open (self->uuid, self->task, self->attempt, self->path, error);
      return *stream;
    }
  return sy_text_stream_refresh (*stream, changed, error) ? *stream : NULL;
}

/* As much as lies in one piece */
static void
work_read (Job *job)
{
  Told *told = told_new (job);
  g_autofree char *buffer = g_malloc (job->length);
  gboolean changed;
  SyTextStream *stream = get_stream (job, &changed, &told->error);
  gsize got = 0;

  told->offset = job->offset;
  while (stream != NULL && got < job->length)
    {
      guint64 at = told->offset + got;
      gssize n = sy_text_stream_read (stream, &at, buffer + got, job->length - got, &told->error);

      if (got == 0)
        told->offset = at;
      if (n <= 0 || at != told->offset + got)
        break;
      got += (gsize) n;
    }
  if (stream != NULL)
    told->times = sy_text_stream_get_times (stream, told->offset, buffer, got);
  if (told->error == NULL)
    told->bytes = g_bytes_new (buffer, got);
  send (told, tell_read);
}

static void
work_offset (Job *job)
{
  Told *told = told_new (job);
  g_autoptr (GError) error = NULL;
  gboolean changed;
  SyTextStream *stream = get_stream (job, &changed, &error);

  told->offset = stream != NULL ? sy_text_stream_find_offset (stream, job->wall_us) : 0;
  send (told, tell_offset);
}

typedef struct
{
  Job *job;
  SyTextStream *stream;
  SyTextIndex index;
  SyTextSearch search;
  gint64 told_us;
  gboolean changed;
} Scan;

static void
begin_scan (Scan *scan)
{
  Job *job = scan->job;

  if (job->query != NULL)
    sy_text_search_init (&scan->search, job->query, job->from);
  sy_text_index_init (&scan->index);
  scan->index.end = scan->index.last = job->from;
}

/* The index goes on in a new one, whose last block is whole or the last of all. */
static void
tell_scan (Scan *scan, gboolean done)
{
  Told *told = told_new (scan->job);
  SyTextPlace end = scan->index.end;

  told->found.done = done;
  told->found.total = sy_text_stream_get_total (scan->stream);
  told->found.missing = sy_text_stream_get_missing (scan->stream);
  told->found.changed = scan->changed;
  if (scan->job->query != NULL)
    {
      told->found.place = done ? sy_text_search_end (&scan->search) : scan->search.place;
      told->lines = scan->search.lines;
      scan->search.lines = g_array_new (FALSE, FALSE, sizeof (guint64));
      told->found.lines = (const guint64 *) told->lines->data;
      told->found.n_lines = told->lines->len;
    }
  else
    {
      if (done)
        sy_text_index_add_gap (&scan->index, told->found.total);
      told->index = scan->index;
      told->found.index = &told->index;
      told->found.place = told->index.end;
      sy_text_index_init (&scan->index);
      scan->index.end = scan->index.last = end;
    }
  scan->told_us = g_get_monotonic_time ();
  send (told, tell_scanned);
}

/* An index is told between blocks, so that none is told in two parts; its first at once: it may be all that is looked at. */
static gboolean
is_time_to_tell (Scan *scan)
{
  gboolean late = g_get_monotonic_time () - scan->told_us > TELL_US;

  if (scan->job->query != NULL)
    return late || scan->search.lines->len >= MOST_LINES;
  return late && sy_text_index_get_reopening (&scan->index).offset == scan->index.end.offset;
}

/* FALSE at the end, or where nobody wants to know any more */
static gboolean
scan_chunk (Scan *scan, guint64 *offset, char *buffer, GError **error)
{
  gssize n = sy_text_stream_read (scan->stream, offset, buffer, CHUNK, error);

  if (n <= 0)
    return FALSE;
  if (scan->job->query != NULL)
    sy_text_search_add (&scan->search, *offset, buffer, (gsize) n);
  else
    sy_text_index_add (&scan->index, *offset, buffer, (gsize) n);
  *offset += (guint64) n;
  return !is_over (scan->job) && !(scan->job->first && scan->job->query != NULL && scan->search.lines->len > 0);
}

static void
work_scan (Job *job)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  g_autoptr (GError) error = NULL;
  Scan scan = { .job = job };
  guint64 offset = job->from.offset;

  if (is_over (job))
    return;
  scan.stream = get_stream (job, &scan.changed, &error);
  begin_scan (&scan);
  while (scan.stream != NULL && scan_chunk (&scan, &offset, buffer, &error))
    if (is_time_to_tell (&scan))
      tell_scan (&scan, FALSE);
  if (error != NULL)
    {
      Told *told = told_new (job);

      told->error = g_steal_pointer (&error);
      send (told, tell_scanned);
    }
  else if (!is_over (job))
    tell_scan (&scan, TRUE);
  if (job->query != NULL)
    sy_text_search_clear (&scan.search);
  sy_text_index_clear (&scan.index);
}

/* --- saving --- */

static gboolean
tell_saved (gpointer data)
{
  Told *told = data;

  if (!g_atomic_int_get (&told->source->closed))
    told->call.reply.saved (told->error, told->call.data);
  return G_SOURCE_REMOVE;
}

static gboolean
write_gap (GOutputStream *out, guint64 missing, GError **error)
{
  g_autofree char *line = sy_words_gap (missing);
  g_autofree char *whole = g_strdup_printf ("\n%s\n", line);

  return g_output_stream_write_all (out, whole, strlen (whole), NULL, NULL, error);
}

static gboolean
copy_all (Job *job, SyTextStream *stream, GOutputStream *out, GError **error)
{
  g_autofree char *buffer = g_malloc (CHUNK);
  guint64 offset = 0;

  while (offset < job->offset && !g_atomic_int_get (&job->source->closed))
    {
      guint64 at = offset;
      gssize n = sy_text_stream_read (stream, &at, buffer, MIN (CHUNK, (gsize) MIN (job->offset - offset, CHUNK)), error);

      if (n <= 0)
        return n == 0;
      if (at > offset && !write_gap (out, at - offset, error))
        return FALSE;
      if (!g_output_stream_write_all (out, buffer, (gsize) n, NULL, NULL, error))
        return FALSE;
      offset = at + (guint64) n;
    }
  return TRUE;
}

/* Into another file, which then takes the name: what is there is not lost to half a text. */
static void
work_save (Job *job)
{
  Told *told = told_new (job);
  g_autoptr (GCancellable) given_up = g_cancellable_new ();
  g_autoptr (GFile) file = g_file_new_for_path (job->path);
  g_autoptr (GFileOutputStream) out = NULL;
  gboolean changed;
  SyTextStream *stream = get_stream (job, &changed, &told->error);

  if (stream != NULL)
    out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &told->error);
  if (out != NULL && copy_all (job, stream, G_OUTPUT_STREAM (out), &told->error))
    g_output_stream_close (G_OUTPUT_STREAM (out), NULL, &told->error);
  else if (out != NULL)
    {
      g_cancellable_cancel (given_up);
      g_output_stream_close (G_OUTPUT_STREAM (out), given_up, NULL);
    }
  send (told, tell_saved);
}

static void
run_job (gpointer data, gpointer unused)
{
  Job *job = data;

  if (!g_atomic_int_get (&job->source->closed))
    job->work (job);
  job_free (job);
}

/* --- the interface --- */

static Job *
job_new (SyTextSource *base, Lane lane, void (*work) (Job *job), gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->source = source_ref ((Source *) base);
  job->lane = lane;
  job->work = work;
  job->serial = g_atomic_int_get (&job->source->serial[lane]);
  job->data = data;
  return job;
}

static void
push (Job *job)
{
  g_thread_pool_push (job->source->pools[job->lane], job, NULL);
}

static void
source_read (SyTextSource *base, guint64 offset, gsize length, SyTextRead reply, gpointer data)
{
  Job *job = job_new (base, LANE_READ, work_read, data);

  job->offset = offset;
  job->length = length;
  job->reply.read = reply;
  push (job);
}

static void
source_scan (SyTextSource *base, SyTextPlace from, SyTextQuery *query, gboolean first, SyTextScanned each, gpointer data)
{
  Lane lane = query != NULL ? LANE_SEARCH : LANE_INDEX;
  Job *job;

  g_atomic_int_inc (&((Source *) base)->serial[lane]);
  job = job_new (base, lane, work_scan, data);
  job->from = from;
  job->query = query != NULL ? sy_text_query_ref (query) : NULL;
  job->first = first;
  job->reply.scanned = each;
  push (job);
}

static void
source_stop_search (SyTextSource *base)
{
  g_atomic_int_inc (&((Source *) base)->serial[LANE_SEARCH]);
}

static void
source_find_offset (SyTextSource *base, gint64 wall_us, SyTextOffset reply, gpointer data)
{
  Job *job = job_new (base, LANE_READ, work_offset, data);

  job->wall_us = wall_us;
  job->reply.offset = reply;
  push (job);
}

static void
source_save (SyTextSource *base, const char *path, guint64 until, SyTextSaved reply, gpointer data)
{
  Job *job = job_new (base, LANE_SAVE, work_save, data);

  job->path = g_strdup (path);
  job->offset = until;
  job->reply.saved = reply;
  push (job);
}

static void
source_close (SyTextSource *base)
{
  Source *self = (Source *) base;

  g_atomic_int_set (&self->closed, 1);
  for (guint i = 0; i < N_LANES; i++)
    g_thread_pool_free (self->pools[i], FALSE, FALSE);
  source_unref (self);
}

static Source *
source_new (void)
{
  Source *self = g_new0 (Source, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->base = (SyTextSource){ source_read, source_scan, source_stop_search, source_find_offset, source_save, source_close };
  for (guint i = 0; i < N_LANES; i++)
    self->pools[i] = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
  return self;
}

SyTextSource *
sy_text_reads_open_output (const char *uuid, guint32 task, guint32 attempt)
{
  Source *self = source_new ();

  self->uuid = g_strdup (uuid);
  self->task = task;
  self->attempt = attempt;
  return &self->base;
}

SyTextSource *
sy_text_reads_open_file (const char *path)
{
  Source *self = source_new ();

  self->path = g_strdup (path);
  return &self->base;
}
