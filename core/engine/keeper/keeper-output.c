/* keeper-output.c: the output of an attempt: pipes, capped segments, time index
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/engine/keeper/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIPE_DEFAULT 65536
#define PIPE_LARGE (256 * 1024)
/* A drain reads no more than this, so that a task that writes for ever cannot keep us from its timeout. */
#define DRAIN_MAX (4 * 1024 * 1024)
#define HELD_MAX (sizeof ((KeeperStream *) 0)->held / sizeof (uint64_t))

static char chunk[PIPE_LARGE];

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
clear_stream (KeeperStream *stream)
{
  memset (stream, 0, sizeof *stream);
  stream->pipe_read = stream->pipe_write = stream->fd = stream->index_fd = -1;
  stream->oldest = 1;
  stream->step_us = SY_OUTPUT_STEP_US;
}

static int
open_pipe (KeeperStream *stream)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0)
    return errno;
  stream->pipe_read = fds[0];
  stream->pipe_write = fds[1];
  return 0;
}

int
keeper_output_begin (Keeper *keeper, const KeeperOrder *order)
{
  KeeperOutput *output = &keeper->output;
  const SyKeeperOrder *head = &order->head;
  int error = 0;

  output->head = head->output_head ? head->output_head : SY_OUTPUT_HEAD;
  output->segment = head->output_segment ? head->output_segment : SY_OUTPUT_SEGMENT;
  output->tail = (head->output_tail ? head->output_tail : SY_OUTPUT_TAIL) / output->segment;
  if (output->tail < 1)
    output->tail = 1;
  if (output->tail >= HELD_MAX)
    output->tail = HELD_MAX - 1;
  output->discard = 0;
  output->n = head->frame.flags & SY_KEEPER_SPLIT ? 2 : 1;
  for (int i = 0; i < output->n; i++)
    clear_stream (&output->streams[i]);
  for (int i = 0; i < output->n && error == 0; i++)
    error = open_pipe (&output->streams[i]);
  if (error != 0)
    keeper_output_end (keeper);
  return error;
}

/* --- the index --- */

static void
write_entry (KeeperStream *stream, uint64_t offset, uint64_t length, int64_t boot_us, SyOutputIndexKind kind)
{
  SyOutputIndex entry = { .offset = offset, .length = length, .boot_us = boot_us, .kind = kind };
  ssize_t ignored;

  entry.check = sy_output_index_check (&entry);
  /* A lost entry costs a time or shows a hole as zeros; the counts in the exit record stay right. */
  ignored = write (stream->index_fd, &entry, sizeof entry);
  (void) ignored;
  if (++stream->entries % SY_OUTPUT_STEP_ENTRIES == 0)
    stream->step_us *= 2;
}

static int
open_index (Keeper *keeper, KeeperStream *stream)
{
  const SyKeeperOrder *head = &keeper->task.order->head;
  char name[SY_OUTPUT_NAME_MAX + 4] = "out/";

  if (stream->index_fd >= 0)
    return 1;
  sy_output_index_name (name + 4, head->task, head->item, head->attempt, stream == &keeper->output.streams[1]);
  stream->index_fd = openat (keeper->run_fd, name,
                             O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (stream->index_fd < 0)
    return 0;
  write_entry (stream, 0, 0, stream->first_us, SY_OUTPUT_TIME);
  return 1;
}

static void
note_time (Keeper *keeper, KeeperStream *stream)
{
  int64_t now = keeper_clock (CLOCK_BOOTTIME);

  if (stream->offset == 0)
    stream->first_us = stream->entry_us = now;
  else if (now - stream->entry_us >= stream->step_us)
    {
      stream->entry_us = now;
      if (open_index (keeper, stream))
        write_entry (stream, stream->offset, 0, now, SY_OUTPUT_TIME);
    }
}

static void
note_gap (Keeper *keeper, KeeperStream *stream)
{
  if (stream->gap_length > 0 && open_index (keeper, stream))
    write_entry (stream, stream->gap_offset, stream->gap_length, keeper_clock (CLOCK_BOOTTIME), SY_OUTPUT_GAP);
  stream->gap_length = 0;
}

/* --- segments --- */

static void
segment_name (Keeper *keeper, const KeeperStream *stream, uint64_t segment, char *name)
{
  const SyKeeperOrder *head = &keeper->task.order->head;

  memcpy (name, "out/", 4);
  sy_output_segment_name (name + 4, head->task, head->item, head->attempt,
                          stream == &keeper->output.streams[1], segment);
}

static void
drop_first (Keeper *keeper, KeeperStream *stream)
{
  uint64_t *held = &stream->held[stream->oldest % HELD_MAX];
  char name[SY_OUTPUT_NAME_MAX + 4];

  segment_name (keeper, stream, stream->oldest, name);
  unlinkat (keeper->run_fd, name, 0);
  stream->dropped += *held;
  keeper_budget_spend (keeper, -(int64_t) *held);
  stream->oldest++;
}

static void
drop_oldest (Keeper *keeper, KeeperStream *stream)
{
  while (stream->segment >= keeper->output.tail + stream->oldest)
    drop_first (keeper, stream);
}

/* How much of @wanted has room: where the run may keep no more, the oldest of this stream goes first. */
static size_t
find_room (Keeper *keeper, KeeperStream *stream, size_t wanted)
{
  size_t room = keeper_budget_ask (keeper, wanted);

  while (room < wanted && stream->oldest < stream->segment)
    {
      drop_first (keeper, stream);
      room = keeper_budget_ask (keeper, wanted);
    }
  if (room < wanted && stream->offset + room < SY_OUTPUT_LEAST)
    room = wanted < SY_OUTPUT_LEAST - stream->offset ? wanted : (size_t) (SY_OUTPUT_LEAST - stream->offset);
  return room;
}

static void
open_segment (Keeper *keeper, KeeperStream *stream, uint64_t segment)
{
  char name[SY_OUTPUT_NAME_MAX + 4];
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

  if (stream->offset > 0 && segment == stream->segment && stream->fd >= 0)
    return;
  close_fd (&stream->fd);
  if (segment != stream->segment)
    stream->held[segment % HELD_MAX] = 0;
  stream->segment = segment;
  drop_oldest (keeper, stream);
  segment_name (keeper, stream, segment, name);
  stream->fd = openat (keeper->run_fd, name, flags, 0600);
  if (stream->fd < 0 && errno == EEXIST && unlinkat (keeper->run_fd, name, 0) == 0)
    stream->fd = openat (keeper->run_fd, name, flags, 0600);
}

/* Writes into the open segment; how much was kept. */
static size_t
write_segment (KeeperStream *stream, const char *data, size_t length, uint64_t at)
{
  size_t done = 0;

  while (stream->fd >= 0 && done < length)
    {
      ssize_t n = pwrite (stream->fd, data + done, length - done, (off_t) (at + done));

      if (n > 0)
        done += (size_t) n;
      else if (n == 0 || errno != EINTR)
        break;
    }
  return done;
}

static void
keep (Keeper *keeper, KeeperStream *stream, const char *data, size_t length)
{
  const KeeperOutput *output = &keeper->output;

  while (length > 0)
    {
      uint64_t segment = sy_output_segment_of (stream->offset, output->head, output->segment);
      uint64_t start = sy_output_segment_start (segment, output->head, output->segment);
      uint64_t room = start + (segment == 0 ? output->head : output->segment) - stream->offset;
      size_t part = length < room ? length : (size_t) room;
      size_t allowed, kept;

      open_segment (keeper, stream, segment);
      allowed = find_room (keeper, stream, part);
      if (stream->gap_length > 0 && stream->fd >= 0 && (allowed > 0 || stream->offset == start)) /* one for as much as goes */
        note_gap (keeper, stream);
      kept = write_segment (stream, data, allowed, stream->offset - start);
      keeper_budget_spend (keeper, (int64_t) kept);
      stream->held[segment % HELD_MAX] += kept;
      if (kept < part) /* no space, or no more of it: the task goes on, the bytes are counted */
        {
          if (stream->gap_length == 0)
            stream->gap_offset = stream->offset + kept;
          stream->gap_length += part - kept;
          stream->dropped += part - kept;
        }
      stream->offset += part;
      data += part;
      length -= part;
    }
}

/* --- the pipes --- */

/*
 * While we hold the write end there is no end of file to be seen, and what is not there need not be read. Most tasks
 * write nothing: this call is all that their pipe costs beside making it. Ours alone does not block: the task's must.
 */
static int
may_read (KeeperStream *stream)
{
  int n = 0;

  if (stream->pipe_write >= 0 && ioctl (stream->pipe_read, FIONREAD, &n) == 0 && n == 0)
    return 0;
  if (!stream->unblocked && fcntl (stream->pipe_read, F_SETFL, O_NONBLOCK) < 0)
    return 0;
  stream->unblocked = 1;
  return 1;
}

static int
drain_stream (Keeper *keeper, KeeperStream *stream)
{
  size_t total = 0;

  while (stream->pipe_read >= 0 && total < DRAIN_MAX && may_read (stream))
    {
      ssize_t n = read (stream->pipe_read, chunk, sizeof chunk);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && errno == EAGAIN)
        break;
      if (n <= 0)
        {
          close_fd (&stream->pipe_read);
          break;
        }
      total += (size_t) n;
      if (keeper->output.discard)
        continue;
      note_time (keeper, stream);
      keep (keeper, stream, chunk, (size_t) n);
      if (n >= PIPE_DEFAULT && !stream->enlarged)
        {
          fcntl (stream->pipe_read, F_SETPIPE_SZ, PIPE_LARGE);
          stream->enlarged = 1;
        }
    }
  return total > 0;
}

int
keeper_output_drain (Keeper *keeper)
{
  int came = 0;

  for (int i = 0; i < keeper->output.n; i++)
    came |= drain_stream (keeper, &keeper->output.streams[i]);
  return came;
}

void
keeper_output_close_write (Keeper *keeper)
{
  for (int i = 0; i < keeper->output.n; i++)
    close_fd (&keeper->output.streams[i].pipe_write);
}

int
keeper_output_at_eof (const Keeper *keeper)
{
  for (int i = 0; i < keeper->output.n; i++)
    if (keeper->output.streams[i].pipe_read >= 0)
      return 0;
  return 1;
}

void
keeper_output_settle (Keeper *keeper)
{
  for (int i = 0; i < keeper->output.n; i++)
    note_gap (keeper, &keeper->output.streams[i]);
}

void
keeper_output_end (Keeper *keeper)
{
  for (int i = 0; i < keeper->output.n; i++)
    {
      KeeperStream *stream = &keeper->output.streams[i];

      close_fd (&stream->pipe_read);
      close_fd (&stream->pipe_write);
      close_fd (&stream->fd);
      close_fd (&stream->index_fd);
    }
  keeper_budget_settle (keeper, 0);
  keeper->output.n = 0;
}

void
keeper_output_count (const Keeper *keeper, SyJournalExit *exit)
{
  exit->output = exit->dropped = 0;
  for (int i = 0; i < keeper->output.n; i++)
    {
      exit->output += (int64_t) keeper->output.streams[i].offset;
      exit->dropped += (int64_t) keeper->output.streams[i].dropped;
    }
}

/* --- declared outputs --- */

/* Syncs a file that exists; its size, -1 where there is none. */
static int64_t
sync_file (int dir_fd, const char *path, int flags, int *failed)
{
  int fd = openat (dir_fd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
  struct stat st;
  int64_t size = -1;

  if (fd < 0)
    return -1;
  if (fstat (fd, &st) == 0 && (S_ISREG (st.st_mode) || S_ISDIR (st.st_mode)))
    {
      size = S_ISREG (st.st_mode) ? st.st_size : 0;
      if (fsync (fd) < 0)
        *failed = 1;
    }
  close (fd);
  return size;
}

void
keeper_output_sync (Keeper *keeper)
{
  KeeperTask *task = &keeper->task;
  const SyKeeperOrder *head = &task->order->head;
  char name[SY_OUTPUT_NAME_MAX + 2] = "v/";
  int failed = 0;

  task->sizes[0] = -1;
  task->n_sizes = 1;
  if (head->frame.flags & SY_KEEPER_VALUES)
    {
      sy_output_values_name (name + 2, head->task, head->item, head->attempt);
      task->sizes[0] = sync_file (keeper->run_fd, name, O_NOFOLLOW, &failed);
    }
  for (uint32_t i = 0; i < head->n_fsync; i++)
    {
      int64_t size = sync_file (AT_FDCWD, keeper->fsync_paths[i], 0, &failed);

      if (task->n_sizes < SY_JOURNAL_MAX_SIZES)
        task->sizes[task->n_sizes++] = size;
    }
  if (failed)
    task->exit.flags |= SY_JOURNAL_SYNC_FAILED;
}
