/* sy-retell.c: what another process or a log said in English, in the language of this one
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-retell.h"

#include <glib/gi18n.h>
#include <libintl.h>
#include <string.h>

#define MOST_HOLES 8
#define MOST_LEVELS 4   /* "value: …: there is no task …" */

/* As the sources have them (tests/house looks): refusals of a runner, and what ends and waits are explained with.
 * A format that another begins like comes after it. */
static const char *const formats[] = {
  /* sy-scheduler-user.c */
  N_("the run has no task number %u"),
  N_("task “%s” is %s (%s): %s"),
  N_("task “%s” is %s: %s"),
  N_("it is being stopped; kill it to skip the grace"),
  N_("only a task that runs or is about to can be stopped"),
  N_("it has begun, so it cannot be skipped, and is being stopped already"),
  N_("stop it instead"),
  N_("only a task that has not begun can be skipped; mark it instead"),
  N_("it does not wait for a retry"),
  N_("only a task that is lost, failed, cancelled or upstream_failed can be marked"),
  N_("it is a join point and has no command"),
  N_("its command is at work: stop it first"),
  N_("the run is over (%s): there is nothing to cancel"),
  N_("the run is being cancelled already; cancel with --kill to skip the grace"),
  N_("the run is being cancelled already"),
  N_("a run needs at least one slot"),
  N_("the run is ending, its handlers are at work: try again when it is over"),
  N_("the run is being stopped: try again when it is over"),
  /* sy-scheduler-pause.c */
  N_("no branch “%s”: write FORK/CHILD, two task ids"),
  N_("“%s” is no branch: the first task must have two dependants or more, and the second be one of them"),
  N_("the run is over (%s): there is nothing to pause"),
  N_("the run is over (%s): there is nothing to drain"),
  N_("the branch “%s” is paused already"),
  N_("the branch “%s” is not paused"),
  N_("the run is not paused"),
  N_("the run is paused already"),
  N_("the run is stopping already"),
  N_("the run is draining already"),
  /* sy-rerun.c */
  N_("a branch is named by two tasks, FORK/CHILD"),
  N_("%s/%s is no branch: the first task must have two dependants or more, and the second be one of them"),
  N_("task “%s” cannot run again: %s (and others)"),
  N_("task “%s” cannot run again: %s"),
  N_("there is nothing to run again: no task has failed (--from TASK and --task TASK run again what is done)"),
  /* sy-runner-command.c, sy-control.c */
  N_("The run has no task “%s”"),
  N_("The run has changed since the preview (event %lld, now %lld): look at the new one"),
  N_("Unknown command “%s”: is the runner older than this program?"),
  N_("The log of the run cannot be written at the moment; try again"),
  N_("The runner does not answer on its control socket: it may be stopped (SIGSTOP) or very busy"),
  N_("The runner left before it answered"),
  N_("No runner is alive for this run"),
  /* sy-scheduler-facts.c: how a task ended */
  N_("folder “%s”: %s"),
  N_("stdin “%s”: %s"),
  N_("program “%s”: %s"),
  N_("no output for %s (timeout.no_output)"),
  N_("%s in all (timeout.total)"),
  N_("%s (timeout)"),
  /* sy-output-values.c */
  N_("output “%s” is no %s: %s"),
  N_("line %u of $SWITCHYARD_OUTPUT is “%.60s”: write KEY=value, one a line"),
  N_("$SWITCHYARD_OUTPUT is not UTF-8 at byte %u"),
  N_("$SWITCHYARD_OUTPUT is longer than 1 MiB: pass large results as files"),
  /* sy-scheduler-join.c, sy-scheduler-queue.c, sy-scheduler-stop.c, sy-scheduler-run.c */
  N_("value: %s"),
  N_("if: %s"),
  N_("not selected for this run"),
  N_("it asks for more cpu or memory than the machine has: it runs alone, with all of it"),
  N_("task “%s” failed and on_failure is %s"),
  N_("cancelled by the user"),
  N_("the runner left before it ended"),
  /* keepers and the disk */
  N_("keeper %u could not start it: %s"),
  N_("keeper %u died; %u processes of the task were killed"),
  N_("what its needs gave could not be written for it: %s"),
  N_("the log could not grow: a quota? %llu MB free, %llu MB needed to start tasks"),
  N_("%llu MB free, %llu MB needed to start tasks"),
  /* sy-expr-eval.c, sy-template.c, sy-late.c */
  N_("%s (in “%s”, byte %zu of the expression)"),
  N_("true or false is needed here, and this is %s: compare it with something"),
  N_("a condition is true or false, and “%.80s” is %s: compare it with something"),
  N_("%s does not compare with %s, operands never convert: write %s"),
  N_("%s does not compare with %s, operands never convert"),
  N_("%s has no order: only numbers and strings have"),
  N_("%s has no members: if it holds JSON, write json(…) around it"),
  N_("%s has no members"),
  N_("an object takes a name in [ ], and this is %s"),
  N_("a list takes a whole number in [ ], and this is %s"),
  N_("%s() takes %s, and this is %s"),
  N_("“%.40s” is not a whole number"),
  N_("“%.40s” is not a number"),
  N_("there is no parameter “%s”"),
  N_("there is no task “%s”"),
  N_("run.%s is not known here"),
  N_("“%s” is a list or object, which cannot be one argument"),
  N_("wants %s, not “%.60s”"),
  N_("asks for %g, but the pool has %u"),
};

/* What stands in the place of a conversion */
typedef struct
{
  const char *at;
  gsize length;
  gboolean quoted;
} Hole;

static char *retell (const char *said, gsize length, guint level);

/* Behind a conversion that begins at @p: "%s", "%.60s", "%2$s", "%zu"; *@place (0 = the next one) */
static const char *
skip_conversion (const char *p, guint *place)
{
  char *end;
  gint64 n = g_ascii_strtoll (p + 1, &end, 10);

  *place = end > p + 1 && *end == '$' ? (guint) n : 0;
  if (*place > 0)
    p = end;
  for (p++; *p != '\0' && !g_ascii_isalpha (*p); p++)
    continue;
  while (*p == 'l' || *p == 'z')
    p++;
  return *p != '\0' ? p + 1 : p;
}

/* Where @n bytes of a format stand in what is left of a text: at once, after what fills a hole (@open), or at its end (@last) */
static const char *
find_literal (const char *at, const char *end, const char *literal, gsize n, gboolean open, gboolean last)
{
  if ((gsize) (end - at) < n)
    return NULL;
  if (open && !last)
    return memmem (at, (gsize) (end - at), literal, n);
  if (last)
    at = open || at + n == end ? end - n : end;
  return at + n <= end && memcmp (at, literal, n) == 0 ? at : NULL;
}

static gboolean
is_quoted (const char *said, const char *at)
{
  return (gsize) (at - said) >= strlen ("“") && memcmp (at - strlen ("“"), "“", strlen ("“")) == 0;
}

/* How many holes; −1: @said was not made from @format */
static int
match (const char *format, const char *said, gsize length, Hole holes[MOST_HOLES])
{
  const char *at = said, *end = said + length;
  int n = 0;

  for (guint place;;)
    {
      gsize literal = strcspn (format, "%");
      const char *found = find_literal (at, end, format, literal, n > 0, format[literal] == '\0');

      if (found == NULL || (format[literal] != '\0' && n == MOST_HOLES))
        return -1;
      if (n > 0)
        holes[n - 1].length = (gsize) (found - holes[n - 1].at);
      if (format[literal] == '\0')
        return n;
      at = found + literal;
      holes[n++] = (Hole){ at, 0, is_quoted (said, at) };
      format = skip_conversion (format + literal, &place);
    }
}

static char *
fill (const char *format, const Hole *holes, int n, guint level)
{
  GString *text = g_string_new (NULL);
  guint next = 0, place;

  for (const char *p = format; *p != '\0';)
    {
      if (*p != '%')
        {
          g_string_append_c (text, *p++);
          continue;
        }
      p = skip_conversion (p, &place);
      place = place > 0 ? place - 1 : next++;
      if (place < (guint) n)
        {
          const Hole *hole = &holes[place];
          g_autofree char *own = hole->quoted ? g_strndup (hole->at, hole->length) : retell (hole->at, hole->length, level + 1);

          g_string_append (text, own);
        }
    }
  return g_string_free (text, FALSE);
}

static char *
retell (const char *said, gsize length, guint level)
{
  g_autofree char *text = g_strndup (said, length);
  const char *whole = *text != '\0' ? gettext (text) : text;
  Hole holes[MOST_HOLES];

  if (whole == text && *text != '\0')
    whole = dgettext ("libc", text);    /* of strerror() */
  if (whole != text)
    return g_strdup (whole);
  for (guint i = 0; i < G_N_ELEMENTS (formats) && level < MOST_LEVELS; i++)
    {
      const char *format = strchr (formats[i], '%') != NULL ? gettext (formats[i]) : formats[i];
      int n = format != formats[i] ? match (formats[i], text, length, holes) : -1;

      if (n > 0)
        return fill (format, holes, n, level);
    }
  return g_steal_pointer (&text);
}

char *
sy_retell (const char *said)
{
  g_return_val_if_fail (said != NULL, NULL);
  return retell (said, strlen (said), 0);
}
