/* fuzz-control.c: any lines as requests to a living runner: each is done or visibly refused, and the run goes on
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tests/core/engine/runner-fixture.h"
#include "tests/fuzz/fuzz.h"

#include <json-glib/json-glib.h>

static void
on_reply (gpointer data, const char *json)
{
  g_async_queue_push (data, g_strdup (json));
}

static void
ask (RunnerFixture *f, const char *request)
{
  g_autofree char *reply = NULL;
  g_autoptr (JsonNode) node = NULL;

  sy_runner_request (f->runner, request, on_reply, f->replies);
  reply = g_async_queue_pop (f->replies);
  node = json_from_string (reply, NULL);
  g_assert_true (node != NULL && JSON_NODE_HOLDS_OBJECT (node));
  g_assert_true (json_object_has_member (json_node_get_object (node), "ok"));
}

/* Task a never ends, so that the runner stays; what says `leave` in any disguise is not asked. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 20);
  RunnerFixture f;

  runner_fixture_begin (&f, "a;b:a;c:b;d");
  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "leave") == NULL && strchr (lines[i], '\\') == NULL)
      ask (&f, lines[i]);
  sy_runner_leave (f.runner);
  runner_fixture_join (&f);
  runner_fixture_tear_down (&f);
  return 0;
}
