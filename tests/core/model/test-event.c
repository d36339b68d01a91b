/* test-event.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/base/sy-error.h"
#include "tests/core/model/model-util.h"

#include <string.h>

static void
assert_same_exit (const SyExit *a, const SyExit *b)
{
  g_assert_cmpint (a->status, ==, b->status);
  g_assert_cmpint (a->spawn_errno, ==, b->spawn_errno);
  g_assert_cmpint (a->started_us, ==, b->started_us);
  g_assert_cmpint (a->ended_us, ==, b->ended_us);
  g_assert_cmpint (a->user_us, ==, b->user_us);
  g_assert_cmpint (a->sys_us, ==, b->sys_us);
  g_assert_cmpint (a->rss, ==, b->rss);
  g_assert_cmpint (a->read, ==, b->read);
  g_assert_cmpint (a->written, ==, b->written);
  g_assert_cmpint (a->output, ==, b->output);
  g_assert_cmpint (a->dropped, ==, b->dropped);
  g_assert_cmpint (a->stragglers, ==, b->stragglers);
  g_assert_cmpint (a->escaped, ==, b->escaped);
  g_assert_cmpint (a->timed_out, ==, b->timed_out);
  g_assert_cmpint (a->oom, ==, b->oom);
  g_assert_cmpint (a->kill_method, ==, b->kill_method);
}

static void
assert_same (const SyEvent *a, const SyEvent *b)
{
  g_assert_cmpint (a->state, ==, b->state);
  g_assert_cmpint (a->name, ==, b->name);
  g_assert_cmpuint (a->cause, ==, b->cause);
  g_assert_cmpuint (a->keeper, ==, b->keeper);
  g_assert_cmpint (a->pid, ==, b->pid);
  g_assert_cmpuint (a->start_time, ==, b->start_time);
  g_assert_cmpuint (a->pidns, ==, b->pidns);
  g_assert_cmpuint (a->nonce, ==, b->nonce);
  g_assert_cmpmem (a->digest, sizeof a->digest, b->digest, sizeof b->digest);
  g_assert_cmpint (a->value, ==, b->value);
  g_assert_cmpint (a->value2, ==, b->value2);
  g_assert_cmpint (a->due.wall_us, ==, b->due.wall_us);
  g_assert_cmpint (a->due.boot_us, ==, b->due.boot_us);
  g_assert_cmpstr (a->text, ==, b->text);
  g_assert_cmpint (a->exit != NULL, ==, b->exit != NULL);
  if (a->exit != NULL)
    assert_same_exit (a->exit, b->exit);
}

static void
copy_columns (SyEvent *to, const SyEvent *from)
{
  memset (to, 0, sizeof *to);
  to->kind = from->kind;
  to->time = from->time;
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++)
    {
      SyEvent event, copy, back;
      g_autoptr (GString) first = g_string_new (NULL), second = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      model_random_event (random, &event);
      sy_event_encode (&event, first);
      copy_columns (&back, &event);
      sy_event_decode (&back, first->str, (gssize) first->len, &error);
      g_assert_no_error (error);
      if (event.name == SY_NAME_NONE
          && back.name != SY_NAME_NONE) /* says nothing: read as what the kind usually says */
        {
          event.name = back.name;
          event.state = back.state;
        }
      assert_same (&event, &back);
      sy_event_encode (&back, second);
      g_assert_cmpstr (first->str, ==, second->str);
      sy_event_copy (&copy, &event);
      assert_same (&event, &copy);
      sy_event_clear (&copy);
      sy_event_clear (&event);
      sy_event_clear (&back);
    }
}

/* What the log of an ordinary task looks like: this is what 10,000 tasks in 5 MB rests on. */
static void
test_small (void)
{
  SyExit exit = { .started_us = 999000, .ended_us = 999950, .user_us = 512, .sys_us = 830, .rss = 1835008,
                  .read = -1, .written = -1, .kill_method = SY_KILL_SUBREAPER };
  const struct { SyEvent event; const char *data;
  } cases[] = {
    { { .kind = SY_EVENT_JOIN_MET }, "" },
    { { .kind = SY_EVENT_JOIN_MET, .state = SY_STATE_READY, .name = SY_NAME_QUEUED }, "" },
    { { .kind = SY_EVENT_EXITED, .name = SY_NAME_NONE, .exit = &exit, .time.wall_us = 999950 },
      "{\"a\":950,\"i\":2,\"m\":\"\",\"r\":1835008,\"s\":\"pending\",\"u\":512,\"y\":830}" },
    { { .kind = SY_EVENT_INTENT, .nonce = 0xdeadbeef }, "{\"n\":\"deadbeef\"}" },
    { { .kind = SY_EVENT_INTENT, .nonce = 0xdeadbeef, .digest = { 0xab, [15] = 0x01 } },
      "{\"cd\":\"ab000000000000000000000000000001\",\"n\":\"deadbeef\"}" },
    { { .kind = SY_EVENT_STANDBY, .nonce = 0xdeadbeef }, "{\"n\":\"deadbeef\"}" },
    { { .kind = SY_EVENT_STARTED, .keeper = 2, .pid = 4711, .start_time = 123456, .pidns = 4026531836 },
      "{\"k\":2,\"p\":4711,\"st\":123456}" },
    { { .kind = SY_EVENT_EXITED,
        .time.wall_us = 1000000,
        .state = SY_STATE_SUCCEEDED,
        .name = SY_NAME_SUCCEEDED,
        .exit = &exit },
      "{\"a\":950,\"b\":50,\"i\":2,\"r\":1835008,\"u\":512,\"y\":830}" },
    { { .kind = SY_EVENT_SKIPPED, .name = SY_NAME_CONDITION_FALSE, .cause = 3, .text = (char *) "a \"b\"\n" },
      "{\"c\":3,\"m\":\"condition_false\",\"t\":\"a \\\"b\\\"\\n\"}" },
    { { .kind = SY_EVENT_MARKED, .state = SY_STATE_FAILED, .name = SY_NAME_MARKED },
      "{\"m\":\"marked\",\"s\":\"failed\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) data = g_string_new (NULL);

      sy_event_encode (&cases[i].event, data);
      g_assert_cmpstr (data->str, ==, cases[i].data);
    }
}

static const struct { const char *data; gboolean ok; } inputs[] = {
  { "", TRUE },
  { "{}", TRUE },
  { "{\"v\":1}", TRUE },
  { "{\"zz\":{\"a\":[1,\"}\"]},\"v\":1}", TRUE },
  { "{\"zz\":true,\"zy\":null,\"zx\":-1.5e3}", TRUE },
  { "{\"t\":\"\\ud83d\\ude00\"}", TRUE },
  { "{", FALSE },
  { "}", FALSE },
  { "[]", FALSE },
  { "{\"v\"}", FALSE },
  { "{\"v\":}", FALSE },
  { "{\"v\":1,}", FALSE },
  { "{\"v\":1}x", FALSE },
  { "{\"v\":1 }", FALSE },
  { "{\"v\":1.5}", FALSE },
  { "{\"v\":01}", FALSE },
  { "{\"v\":-}", FALSE },
  { "{\"v\":\"1\"}", FALSE },
  { "{\"v\":1,\"v\":1}", FALSE },
  { "{\"v\":9223372036854775808}", FALSE },
  { "{\"v\":99999999999999999999999}", FALSE },
  { "{\"k\":4294967296}", FALSE },
  { "{\"k\":-1}", FALSE },
  { "{\"p\":2147483648}", FALSE },
  { "{\"n\":\"\"}", FALSE },
  { "{\"n\":\"xyz\"}", FALSE },
  { "{\"n\":\"11112222333344445\"}", FALSE },
  { "{\"s\":\"nowhere\"}", FALSE },
  { "{\"m\":\"nothing\"}", FALSE },
  { "{\"t\":\"a", FALSE },
  { "{\"t\":\"a\\\"}", FALSE },
  { "{\"cd\":\"ab000000000000000000000000000001\"}", TRUE },
  { "{\"cd\":\"AB000000000000000000000000000001\"}", FALSE },
  { "{\"cd\":\"ab00000000000000000000000000001\"}", FALSE },
  { "{\"cd\":7}", FALSE },
  { "{\"t\":\"\\u0000\"}", FALSE },
  { "{\"t\":\"\\ud83d\"}", FALSE },
  { "{\"t\":\"\\ude00\"}", FALSE },
  { "{\"t\":\"\\u12\"}", FALSE },
  { "{\"t\":\"\\x\"}", FALSE },
  { "{\"t\":\"\n\"}", FALSE },
  { "{\"t\":\"\xff\"}", FALSE },
  { "{\"zz\":\"", FALSE },
  { "{\"zz\":[", FALSE },
};

static void
test_inputs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    {
      SyEvent event = { .kind = SY_EVENT_NOTE };
      g_autoptr (GError) error = NULL;
      gboolean ok = sy_event_decode (&event, inputs[i].data, -1, &error);

      if (ok != inputs[i].ok)
        g_test_message ("input %s", inputs[i].data);
      g_assert_cmpint (ok, ==, inputs[i].ok);
      if (!ok)
        g_assert_error (error, SY_ERROR, SY_ERROR_CORRUPT);
      sy_event_clear (&event);
    }
}

/* Any change of any byte of real data: an answer, never a crash (run with the sanitizers). */
static void
test_damage (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (2);

  for (guint i = 0; i < 20000; i++)
    {
      SyEvent event, back;
      g_autoptr (GString) data = g_string_new (NULL);
      g_autofree char *exact = NULL;
      gsize length;

      model_random_event (random, &event);
      sy_event_encode (&event, data);
      for (gint k = g_rand_int_range (random, 0, 3); k > 0 && data->len > 0; k--)
        data->str[g_rand_int_range (random, 0, (gint32) data->len)] =
            "{}[]\",:\\0u\xc3z-"[g_rand_int_range (random, 0, 14)];
      length = data->len > 0 ? (gsize) g_rand_int_range (random, 0, (gint32) data->len + 1) : 0;
      exact = g_memdup2 (data->str, length);
      copy_columns (&back, &event);
      sy_event_decode (&back, exact, (gssize) length, NULL);
      sy_event_clear (&event);
      sy_event_clear (&back);
    }
}

static void
test_decode_speed (void)
{
  static const char *const data[] = {
    "", "{\"n\":\"0123456789abcdef\"}", "{\"k\":3,\"p\":12345,\"st\":123456789}",
    "{\"a\":1534,\"b\":87,\"i\":2,\"r\":1835008,\"u\":512,\"y\":830}",
  };
  static const guint16 kinds[] = { SY_EVENT_JOIN_MET, SY_EVENT_INTENT, SY_EVENT_STARTED, SY_EVENT_EXITED };
  gint64 began = g_get_monotonic_time ();

  for (guint i = 0; i < 400000; i++)
    {
      SyEvent event = { .kind = kinds[i % 4], .time.wall_us = 1700000000000000 };

      g_assert_true (sy_event_decode (&event, data[i % 4], -1, NULL));
      sy_event_clear (&event);
    }
  g_test_message ("400,000 decodes: %.0f ms", (double) (g_get_monotonic_time () - began) / 1000);
}

static void
test_kinds (void)
{
  guint n = 0;

  for (guint i = 0; i < 100; i++)
    {
      const char *word = sy_event_kind_to_string ((SyEventKind) i);
      SyEventKind back = SY_EVENT_NONE;

      if (!sy_event_kind_from_string (word, &back))
        {
          g_assert_cmpstr (word, ==, "unknown");
          continue;
        }
      g_assert_cmpint (back, ==, i);
      n++;
    }
  g_assert_cmpuint (n, ==, 46);
  g_assert_cmpstr (sy_event_kind_to_string (SY_EVENT_STOP_REQUESTED), ==, "stop_requested");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/event/round-trip", test_round_trip);
  g_test_add_func ("/model/event/small", test_small);
  g_test_add_func ("/model/event/inputs", test_inputs);
  g_test_add_func ("/model/event/damage", test_damage);
  g_test_add_func ("/model/event/decode-speed", test_decode_speed);
  g_test_add_func ("/model/event/kinds", test_kinds);
  return g_test_run ();
}
