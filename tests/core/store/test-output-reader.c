/* test-output-reader.c: segments as the keeper leaves them, read as one text
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "core/model/sy-output-format.h"
#include "core/store/sy-output-reader-private.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HEAD 100
#define SEGMENT 50

static void
write_file (SyRunDir *run, const char *name, const void *data, gsize size)
{
  g_autofree char *path = g_build_filename (sy_run_dir_get_path (run), "out", name, NULL);

  g_assert_true (g_file_set_contents (path, data, (gssize) size, NULL));
}

/* Byte @i of the stream that all tests write */
static char
byte_at (gint64 i)
{
  return i % 10 == 9 ? '\n' : (char) ('a' + (i / 10) % 26);
}

static void
write_segment (SyRunDir *run, guint64 n, gsize size)
{
  gint64 start = (gint64) sy_output_segment_start (n, HEAD, SEGMENT);
  char name[SY_OUTPUT_NAME_MAX], data[HEAD];

  for (gsize i = 0; i < size; i++)
    data[i] = byte_at (start + (gint64) i);
  sy_output_segment_name (name, 3, 0, 1, SY_OUTPUT_STDOUT, n);
  write_file (run, name, data, size);
}

static void
write_index (SyRunDir *run, const SyOutputIndex *entries, gsize n, gsize torn)
{
  g_autofree SyOutputIndex *checked = g_memdup2 (entries, n * sizeof *entries);
  char name[SY_OUTPUT_NAME_MAX];

  for (gsize i = 0; i < n; i++)
    checked[i].check = sy_output_index_check (&checked[i]);
  sy_output_index_name (name, 3, 0, 1, SY_OUTPUT_STDOUT);
  write_file (run, name, checked, n * sizeof *checked - torn);
}

/* What reading from the start gives, holes as "[from-to]" */
static char *
read_all (SyOutputReader *reader, gsize at_once)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *buffer = g_malloc (at_once);
  gint64 at = 0, expected = 0;
  gssize n;

  while ((n = sy_output_reader_read (reader, &at, buffer, at_once, &error)) > 0)
    {
      if (at != expected)
        g_string_append_printf (text, "[%d-%d]", (int) expected, (int) at);
      for (gssize i = 0; i < n; i++)
        g_assert_cmpint (buffer[i], ==, byte_at (at + i));
      at += n;
      expected = at;
    }
  g_assert_no_error (error);
  g_string_append_printf (text, "%d", (int) at);
  return g_string_free (text, FALSE);
}

typedef struct
{
  const char *name;
  struct
  {
    guint64 n;
    gsize size;
  } segments[5];
  SyOutputIndex index[4];
  const char *reads;
  gint64 size, gap_start, gap_end, missing;
} Case;

static const Case cases[] = {
  { "nothing", { { 0 } }, { { 0 } }, "0", 0, 0, 0, 0 },
  { "a part of the head", { { 0, 30 } }, { { 0 } }, "30", 30, 0, 0, 0 },
  { "the head", { { 0, 100 } }, { { 0 } }, "100", 100, 0, 0, 0 },
  { "one more segment", { { 0, 100 }, { 1, 20 } }, { { 0 } }, "120", 120, 0, 0, 0 },
  { "three", { { 0, 100 }, { 1, 50 }, { 2, 7 } }, { { 0 } }, "157", 157, 0, 0, 0 },
  { "a gap", { { 0, 100 }, { 4, 50 }, { 5, 7 } }, { { 0 } }, "[100-250]307", 307, 100, 250, 150 },
  { "a short head (full disk)", { { 0, 60 }, { 1, 50 } }, { { 0 } }, "[60-100]150", 150, 60, 100, 40 },
  { "a short segment", { { 0, 100 }, { 1, 10 }, { 2, 10 } }, { { 0 } }, "[110-150]160", 160, 110, 150, 40 },
  { "a hole that the index knows",
    { { 0, 100 }, { 1, 50 } },
    { { 20, 30, 0, SY_OUTPUT_GAP, 0 } },
    "[20-50]150",
    150,
    20,
    50,
    30 },
  { "a hole across segments",
    { { 0, 100 }, { 1, 50 } },
    { { 90, 20, 0, SY_OUTPUT_GAP, 0 } },
    "[90-110]150",
    150,
    90,
    110,
    20 },
  { "the end is missing", { { 0, 40 } }, { { 40, 25, 0, SY_OUTPUT_GAP, 0 } }, "40", 65, 40, 65, 25 },
};

static void
test_cases (void)
{
  StoreDir store;

  store_dir_init (&store);
  for (gsize c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      const Case *test = &cases[c];
      g_autoptr (GError) error = NULL;
      g_autoptr (SyRunDir) run = sy_run_dir_create (store.dir, NULL, &error);
      g_autoptr (SyOutputReader) reader = NULL;
      SyOutputExtent extent;
      gsize n = 0;

      g_test_message ("%s", test->name);
      for (gsize i = 0; i < 5; i++)
        if (test->segments[i].size > 0)
          write_segment (run, test->segments[i].n, test->segments[i].size);
      while (test->index[n].kind != 0)
        n++;
      if (n > 0)
        write_index (run, test->index, n, 0);
      reader = sy_output_reader_open_sized (run, 3, 0, 1, 0, HEAD, SEGMENT, &error);
      g_assert_no_error (error);
      sy_output_reader_get_extent (reader, &extent);
      g_assert_cmpint (extent.size, ==, test->size);
      g_assert_cmpint (extent.gap_start, ==, test->gap_start);
      g_assert_cmpint (extent.gap_end, ==, test->gap_end);
      g_assert_cmpint (extent.missing, ==, test->missing);
      for (gsize at_once = 1; at_once < 400; at_once = at_once * 3 + 1)
        {
          g_autofree char *reads = read_all (reader, at_once);

          g_assert_cmpstr (reads, ==, test->reads);
        }
    }
  store_dir_clear (&store);
}

static void
unlink_output (SyRunDir *run, const char *name)
{
  g_autofree char *path = g_strconcat ("out/", name, NULL);

  g_assert_cmpint (unlinkat (sy_run_dir_get_fd (run), path, 0), ==, 0);
}

static void
test_follow (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyOutputReader) reader = NULL;
  SyOutputExtent extent;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  reader = sy_output_reader_open_sized (run, 3, 0, 1, 0, HEAD, SEGMENT, &error);
  g_assert_no_error (error);
  g_assert_false (sy_output_reader_wait (reader, 0));
  write_segment (run, 0, 10);
  g_assert_true (sy_output_reader_wait (reader, 0));
  g_assert_false (sy_output_reader_refresh (reader));
  write_segment (run, 0, HEAD);
  for (guint64 n = 1; n < 40; n++)
    {
      gint64 at;
      char byte;

      write_segment (run, n, SEGMENT);
      if (n > 4) /* the tail moves on */
        {
          char name[SY_OUTPUT_NAME_MAX];

          sy_output_segment_name (name, 3, 0, 1, 0, n - 4);
          unlink_output (run, name);
          /* Not yet refreshed: what it still believes in has gone. */
          at = (gint64) sy_output_segment_start (n - 4, HEAD, SEGMENT);
          g_assert_cmpint (sy_output_reader_read (reader, &at, &byte, 1, &error), ==, 1);
          g_assert_no_error (error);
          g_assert_cmpint (byte, ==, byte_at (at));
        }
      sy_output_reader_refresh (reader);
      sy_output_reader_get_extent (reader, &extent);
      g_assert_cmpint (extent.size, ==, (gint64) (HEAD + n * SEGMENT));
      g_assert_cmpint (extent.missing, ==, n > 4 ? (gint64) (n - 4) * SEGMENT : 0);
    }
  store_dir_clear (&store);
}

static void
test_tail_and_find (void)
{
  static const struct
  {
    guint lines;
    gint64 offset;
  } tails[] = {
    { 0, 307 }, { 1, 300 }, { 2, 290 }, { 5, 260 }, { 6, 100 }, { 7, 90 }, { 16, 0 }, { 1000, 0 }
  };
  static const struct
  {
    gint64 from;
    gboolean backward;
    const char *needle;
    gint64 at;
  } finds[] = {
    { 0, FALSE, "aaaaaaaaa\nb", 0 }, { 1, FALSE, "aaaaaaaaa\n", 260 },
    { 0, FALSE, "j\nz", -1 },        { 0, FALSE, "zzz", 250 },
    { 0, FALSE, "y", -1 },           { 307, TRUE, "aaa", 266 },
    { 266, TRUE, "aaa", 263 },       { 260, TRUE, "aaa", 6 },
    { 6, TRUE, "aaaaaa", 0 },        { 307, TRUE, "zz\na", 257 },
    { 307, TRUE, "j\nz", -1 },       { 0, TRUE, "a", -1 },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyOutputReader) reader = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  write_segment (run, 0, 100);
  write_segment (run, 4, 50);
  write_segment (run, 5, 7);
  reader = sy_output_reader_open_sized (run, 3, 0, 1, 0, HEAD, SEGMENT, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (tails); i++)
    g_assert_cmpint (sy_output_reader_tail_offset (reader, tails[i].lines, &error), ==, tails[i].offset);
  for (gsize i = 0; i < G_N_ELEMENTS (finds); i++)
    {
      g_test_message ("%s from %d", finds[i].needle, (int) finds[i].from);
      g_assert_cmpint (sy_output_reader_find (reader, finds[i].from, finds[i].backward, finds[i].needle,
                                              &error),
                       ==, finds[i].at);
    }
  g_assert_no_error (error);
  store_dir_clear (&store);
}

/* Needles that lie across the windows in which the text is looked through */
static void
test_find_far (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyOutputReader) reader = NULL;
  g_autofree char *data = g_malloc (300000);
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  memset (data, 'x', 300000);
  for (gint64 at = 65500; at < 65600; at += 7)
    {
      memcpy (data + at, "needle", 6);
      write_file (run, "t3.i0.a1.0", data, 300000);
      g_clear_pointer (&reader, sy_output_reader_free);
      reader = sy_output_reader_open (run, 3, 0, 1, 0, &error);
      g_assert_cmpint (sy_output_reader_find (reader, 0, FALSE, "needle", &error), ==, at);
      g_assert_cmpint (sy_output_reader_find (reader, 300000, TRUE, "needle", &error), ==, at);
      memcpy (data + at, "xxxxxx", 6);
      memcpy (data + 300000 - at, "needle", 6);
      write_file (run, "t3.i0.a1.0", data, 300000);
      g_clear_pointer (&reader, sy_output_reader_free);
      reader = sy_output_reader_open (run, 3, 0, 1, 0, &error);
      g_assert_cmpint (sy_output_reader_find (reader, 300000, TRUE, "needle", &error), ==, 300000 - at);
      memcpy (data + 300000 - at, "xxxxxx", 6);
    }
  g_assert_no_error (error);
  store_dir_clear (&store);
}

static void
test_time (void)
{
  static const SyOutputIndex entries[] = { { 0, 0, 1000, SY_OUTPUT_TIME, 0 },
                                           { 40, 0, 51000, SY_OUTPUT_TIME, 0 },
                                           { 80, 0, 150000, SY_OUTPUT_TIME, 0 } };
  g_autoptr (GError) error = NULL;
  g_autoptr (SyRunDir) run = NULL;
  g_autoptr (SyOutputReader) reader = NULL;
  StoreDir store;

  store_dir_init (&store);
  run = sy_run_dir_create (store.dir, NULL, &error);
  write_segment (run, 0, 100);
  reader = sy_output_reader_open_sized (run, 3, 0, 1, 0, HEAD, SEGMENT, &error);
  g_assert_cmpint (sy_output_reader_time_at (reader, 50), ==, -1);
  write_index (run, entries, 3, 5); /* the last one is torn */
  sy_output_reader_refresh (reader);
  g_assert_cmpint (sy_output_reader_time_at (reader, 39), ==, 1000);
  g_assert_cmpint (sy_output_reader_time_at (reader, 99), ==, 51000);
  write_index (run, entries, 3, 0);
  sy_output_reader_refresh (reader);
  g_assert_cmpint (sy_output_reader_time_at (reader, 99), ==, 150000);
  g_assert_cmpint (sy_output_reader_offset_at (reader, 0), ==, 0);
  g_assert_cmpint (sy_output_reader_offset_at (reader, 51001), ==, 80);
  g_assert_cmpint (sy_output_reader_offset_at (reader, 999999), ==, 100);
  store_dir_clear (&store);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/output/cases", test_cases);
  g_test_add_func ("/store/output/follow", test_follow);
  g_test_add_func ("/store/output/tail-and-find", test_tail_and_find);
  g_test_add_func ("/store/output/find-far", test_find_far);
  g_test_add_func ("/store/output/time", test_time);
  return g_test_run ();
}
