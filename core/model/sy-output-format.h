/* sy-output-format.h: how the output of an attempt lies on disk
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pure C: the keeper, which writes it, links no GLib. */
#include <stdint.h>
#include <stdio.h>

/*
 * Folder out/ of a run. An attempt without output has no file there.
 *
 *   t<task>.i<item>.a<attempt>.<n>     segment n of stdout and stderr (or of stdout, where split)
 *   t<task>.i<item>.a<attempt>.e<n>    segment n of stderr (streams: split)
 *   ….x and ….ex                       the index of that stream, only where there was more than one burst
 *
 * A stream is one run of bytes with offsets from 0. Segment 0 holds its head, `head`
 * bytes; segment n >= 1 begins at offset head + (n - 1) * segment. The newest
 * tail / segment segments after the head are kept, older ones are unlinked: the gap after
 * the head is [head, begin of the lowest segment >= 1 that exists). A segment that is
 * followed by another and is shorter than its room ends in a gap, too (the disk was full).
 *
 * The index is a run of SyOutputIndex, ascending by offset. TIME: the byte at `offset` and
 * what follows arrived at `boot_us`; at most one each 50 ms, and rarer the longer the
 * stream is (each 8192 entries the step doubles). GAP: `length` bytes at `offset` were not
 * kept for want of space; the segment has a hole (zeros) there. A torn last entry is ignored.
 * Without an index all bytes arrived in one burst.
 *
 * The file `budget` beside out/ is one SyOutputBudget, read and written under flock(): where the outputs of the run take
 * as much as they may, a stream gives up its own oldest segments, and what still has no room is a GAP.
 */
#define SY_OUTPUT_HEAD (UINT64_C (1) << 20)
#define SY_OUTPUT_TAIL (UINT64_C (64) << 20)
#define SY_OUTPUT_SEGMENT (UINT64_C (8) << 20)
#define SY_OUTPUT_BUDGET (UINT64_C (2) << 30) /* all attempts of a run together */
#define SY_OUTPUT_LEAST UINT64_C (4096)       /* of an attempt, even where the run has no more: what fails says why */
#define SY_OUTPUT_STEP_US 50000
#define SY_OUTPUT_STEP_ENTRIES 8192

typedef enum { SY_OUTPUT_TIME = 1, SY_OUTPUT_GAP = 2 } SyOutputIndexKind;

typedef struct
{
  uint64_t offset;
  uint64_t length;  /* of a gap; 0 in TIME */
  int64_t boot_us;  /* CLOCK_BOOTTIME of the attempt's boot */
  uint32_t kind;    /* SyOutputIndexKind */
  uint32_t check;   /* sy_output_index_check() */
} SyOutputIndex;

#define SY_OUTPUT_BUDGET_NAME "budget"
typedef struct
{
  uint64_t limit; /* bytes; 0 = none */
  uint64_t used;
} SyOutputBudget;

static inline uint32_t
sy_output_index_check (const SyOutputIndex *entry)
{
  uint64_t h = entry->offset * UINT64_C (0x9e3779b97f4a7c15);

  h = (h ^ entry->length ^ (h >> 29)) * UINT64_C (0xbf58476d1ce4e5b9);
  h = (h ^ (uint64_t) entry->boot_us ^ (h >> 32)) * UINT64_C (0x94d049bb133111eb);
  return (uint32_t) (h >> 32) ^ entry->kind;
}

/* Longest name, with its NUL */
#define SY_OUTPUT_NAME_MAX 64

typedef enum { SY_OUTPUT_STDOUT = 0, SY_OUTPUT_STDERR = 1 } SyOutputStream; /* merged: STDOUT */

/* Name of a segment within out/; buffers have SY_OUTPUT_NAME_MAX bytes */
static inline void
sy_output_segment_name (char *to, uint32_t task, uint32_t item, uint32_t attempt, int stream, uint64_t segment)
{
  snprintf (to, SY_OUTPUT_NAME_MAX, "t%u.i%u.a%u.%s%llu", task, item, attempt, stream ? "e" : "",
            (unsigned long long) segment);
}

/* Name of an index within out/ */
static inline void
sy_output_index_name (char *to, uint32_t task, uint32_t item, uint32_t attempt, int stream)
{
  snprintf (to, SY_OUTPUT_NAME_MAX, "t%u.i%u.a%u.%sx", task, item, attempt, stream ? "e" : "");
}

/* Name of the $SWITCHYARD_OUTPUT file within v/ */
static inline void
sy_output_values_name (char *to, uint32_t task, uint32_t item, uint32_t attempt)
{
  snprintf (to, SY_OUTPUT_NAME_MAX, "t%u.i%u.a%u", task, item, attempt);
}

/* Offset of a stream at which a segment begins, and the segment that holds an offset */
static inline uint64_t
sy_output_segment_start (uint64_t n, uint64_t head, uint64_t segment)
{
  return n == 0 ? 0 : head + (n - 1) * segment;
}

static inline uint64_t
sy_output_segment_of (uint64_t offset, uint64_t head, uint64_t segment)
{
  return offset < head ? 0 : 1 + (offset - head) / segment;
}
