/* sy-words.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-words.h"
#include "core/model/sy-retell.h"
#include "core/model/sy-why-private.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <string.h>
#include <sys/wait.h>

void
sy_words_duration (GString *out, gint64 us)
{
  gint64 s = us / G_USEC_PER_SEC + (us % G_USEC_PER_SEC >= G_USEC_PER_SEC / 2);

  if (us < 999500)
    g_string_append_printf (out, _("%d ms"), us < 0 ? 0 : (int) ((us + 500) / 1000));
  else if (us < 9950000)
    g_string_append_printf (out, _("%.1f s"), (double) us / G_USEC_PER_SEC);
  else if (s < 60)
    g_string_append_printf (out, _("%d s"), (int) s);
  else if (s < 3600)
    g_string_append_printf (out, _("%d min %d s"), (int) (s / 60), (int) (s % 60));
  else if (s < 86400)
    g_string_append_printf (out, _("%d h %d min"), (int) (s / 3600), (int) (s / 60 % 60));
  else
    g_string_append_printf (out, _("%d d %d h"), (int) (s / 86400), (int) (s / 3600 % 24));
}

void
sy_words_count (GString *out, gint64 n)
{
  const struct lconv *locale = localeconv ();
  const char *separator = *locale->decimal_point == ',' ? "\u202f" : ",";
  char text[96];
  gsize length;

  g_snprintf (text, sizeof text, "%'" G_GINT64_FORMAT, n);
  if (*locale->thousands_sep != '\0' && g_utf8_validate (text, -1, NULL))
    {
      g_string_append (out, text);
      return;
    }
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, n);
  length = strlen (text);
  for (gsize i = 0; i < length; i++)
    {
      if (i > 0 && g_ascii_isdigit (text[i - 1]) && (length - i) % 3 == 0)
        g_string_append (out, separator);
      g_string_append_c (out, text[i]);
    }
}

char *
sy_words_gap (guint64 missing)
{
  g_autoptr (GString) size = g_string_new (NULL);

  sy_words_size (size, missing);
  return g_strdup_printf (_("… %s not kept …"), size->str);
}

void
sy_words_more (GString *out, const char *format, gint64 n)
{
  const char *at = strstr (format, "%s");

  g_return_if_fail (at != NULL);
  g_string_append_len (out, format, at - format);
  sy_words_count (out, n);
  g_string_append (out, at + strlen ("%s"));
}

char *
sy_words_counted (gint64 n, const char *one, const char *many)
{
  GString *text = g_string_new (NULL);

  sy_words_more (text, ngettext (one, many, (gulong) MAX (n, 0)), n);
  return g_string_free (text, FALSE);
}

void
sy_words_size (GString *out, guint64 bytes)
{
  static const char *const units[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
  double value = (double) bytes;
  guint unit = 0;

  for (; value >= 999.5 && unit + 1 < G_N_ELEMENTS (units); unit++)
    value /= 1000;
  if (unit == 0 || value >= 99.95)
    g_string_append_printf (out, "%.0f %s", value, units[unit]);
  else
    g_string_append_printf (out, "%.1f %s", value, units[unit]);
}

void
sy_words_task (GString *out, const SyRunState *state, guint32 number)
{
  guint32 index = sy_workflow_find_number (state->workflow, number);

  if (index != SY_NO_TASK)
    g_string_append (out, state->workflow->tasks[index].id);
  else
    g_string_append_printf (out, _("task %u"), number);
}

/* @task's text behind @words, if it has one */
static void
add_text (GString *out, const char *words, const SyTaskState *task)
{
  g_string_append (out, words);
  if (task->text != NULL && task->text[0] != '\0')
    {
      g_autofree char *told = sy_retell (task->text);

      g_string_append_printf (out, ": %s", told);
    }
}

static void
add_status (GString *out, int status, const char *otherwise)
{
  const char *signal = status != -1 && WIFSIGNALED (status) ? sigabbrev_np (WTERMSIG (status)) : NULL;

  if (signal != NULL)
    g_string_append_printf (out, _("killed by SIG%s"), signal);
  else if (status != -1 && WIFEXITED (status))
    g_string_append_printf (out, _("exit %d"), WEXITSTATUS (status));
  else
    g_string_append (out, otherwise);
}

void
sy_words_failure (GString *out, const SyTaskState *task)
{
  SyName name = (SyName) (task->state == SY_STATE_FAILED ? task->name : task->last_failure);

  switch (name)
    {
    case SY_NAME_EXIT:
      add_status (out, task->exit_status, _("failed"));
      break;
    case SY_NAME_SIGNAL:
      add_status (out, task->exit_status, _("killed by a signal"));
      break;
    case SY_NAME_TIMED_OUT:
      add_text (out, _("timed out"), task);
      break;
    case SY_NAME_OUT_OF_MEMORY:
      g_string_append (out, _("out of memory"));
      break;
    case SY_NAME_SPAWN:
      add_text (out, _("could not be started"), task);
      break;
    case SY_NAME_OUTPUT:
      add_text (out, _("wrong output"), task);
      break;
    case SY_NAME_EXPRESSION:
      add_text (out, _("wrong expression"), task);
      break;
    case SY_NAME_REJECTED:
      add_text (out, _("rejected"), task);
      break;
    case SY_NAME_MARKED:
      add_text (out, _("marked as failed"), task);
      break;
    case SY_NAME_KEEPER_DIED:
    case SY_NAME_REBOOT:
      g_string_append (out, _("lost"));
      break;
    default:
      g_string_append (out, _("failed"));
    }
}

static void
brief_pending (GString *out, const SyRunState *state, guint32 number)
{
  guint32 index = sy_workflow_find_number (state->workflow, number);
  SyWait wait = { 0, 0, 0, 0 };
  g_autofree char *first = NULL;

  if (index != SY_NO_TASK)
    wait = sy_why_wait (state, index);
  if (wait.first == 0)
    {
      g_string_append (out, state->status == SY_RUN_QUEUED ? _("not started") : _("about to be decided"));
      return;
    }
  if (wait.of > 0)
    {
      g_autofree char *more = sy_words_dup_count (wait.more), *of = sy_words_dup_count (wait.of);

      g_string_append_printf (out, _("%s more of %s needed"), more, of);
      return;
    }
  first = sy_words_dup_task (state, wait.first);
  g_string_append_printf (out, _("needs %s"), first);
  if (wait.open > 1)
    sy_words_more (out, _(" and %s more"), wait.open - 1);
}

static void
brief_pool (GString *out, const SyRunState *state, const SyTaskState *task)
{
  const char *name = task->text != NULL ? task->text : "";
  guint used, capacity;

  if (sy_why_pool (state, name, &used, &capacity, NULL))
    g_string_append_printf (out, _("held: pool %s, %u of %u"), name, used, capacity);
  else if (strcmp (name, "memory") == 0)
    {
      g_autofree char *unused = sy_words_dup_size ((guint64) MAX (task->held_free, 0));
      g_autofree char *wanted = sy_words_dup_size ((guint64) MAX (task->held_want, 0));

      g_string_append_printf (out, _("held: memory, %s free of %s needed"), unused, wanted);
    }
  else if (name[0] != '\0')
    g_string_append_printf (out, _("held: %s, %d free of %d needed"), name, (int) task->held_free, (int) task->held_want);
  else
    g_string_append (out, _("held: a pool is in use"));
}

static void
brief_retry (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];
  guint32 index = sy_workflow_find_number (state->workflow, number);
  const SyRetry *retry = index != SY_NO_TASK ? state->workflow->tasks[index].retry : NULL;

  if (task->due.wall_us > now_wall_us)
    {
      gint64 left = task->due.wall_us - MAX (now_wall_us, 0), seconds = (left - 1) / G_USEC_PER_SEC + 1;

      /* a countdown: whole seconds, the last one too */
      g_autofree char *time = seconds < 60 ? g_strdup_printf (_("%d s"), (int) seconds) : sy_words_dup_duration (left);

      g_string_append_printf (out, _("retries in %s"), time);
    }
  else
    g_string_append (out, _("retries now"));
  if (retry != NULL && retry->limit > 0)
    g_string_append_printf (out, _(", %u of %u"), task->budget_used, retry->limit);
}

SyName
sy_why_name (const SyRunState *state, const SyTaskState *task)
{
  if (task->state != SY_STATE_READY || task->name != SY_NAME_QUEUED || task->nonce != 0)
    return (SyName) task->name;
  return state->paused      ? SY_NAME_HELD_PAUSE
         : state->disk_full ? SY_NAME_HELD_DISK
         : state->stopping  ? SY_NAME_HELD_STOPPING
                            : SY_NAME_QUEUED;
}

static void
brief_ready (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];

  switch (sy_why_name (state, task))
    {
    case SY_NAME_AWAITING_RETRY:
      brief_retry (out, state, number, now_wall_us);
      break;
    case SY_NAME_HELD_POOL:
      brief_pool (out, state, task);
      break;
    case SY_NAME_HELD_SLOTS:
      if (task->held_want > 1)
        g_string_append_printf (out, _("held: %d of %d slots free"), (int) MAX (task->held_free, 0), (int) task->held_want);
      else
        g_string_append (out, _("held: no free slot"));
      break;
    case SY_NAME_HELD_BREAKER:
      add_text (out, _("held: breaker"), task);
      break;
    case SY_NAME_HELD_PAUSE:
      g_string_append (out, _("held: paused"));
      break;
    case SY_NAME_HELD_SECRET:
      g_string_append (out, _("held: the keyring is locked"));
      break;
    case SY_NAME_HELD_SCHEDULE:
      g_string_append (out, _("held: its time has not come"));
      break;
    case SY_NAME_HELD_KEEPER:
      g_string_append (out, _("held: its keeper does not answer"));
      break;
    case SY_NAME_HELD_DISK:
      g_string_append (out, _("held: the disk is full"));
      break;
    case SY_NAME_HELD_STOPPING:
      g_string_append (out, _("held: nothing new starts after a failure"));
      break;
    case SY_NAME_REVOKING:
      g_string_append (out, _("being taken back"));
      break;
    default:
      g_string_append (out, task->nonce != 0 ? _("starting") : _("queued"));
    }
}

static void
brief_skipped (GString *out, const SyRunState *state, const SyTaskState *task)
{
  static const struct { SyName name; const char *words; } reasons[] = {
    { SY_NAME_CONDITION_FALSE, N_("skipped: condition false") }, { SY_NAME_BRANCH_NOT_TAKEN, N_("skipped: branch not taken") },
    { SY_NAME_DISABLED, N_("skipped: disabled") },               { SY_NAME_USER, N_("skipped: by you") },
    { SY_NAME_EXIT_CODE, N_("skipped: by its exit code") },
  };
  g_autofree char *cause = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if (reasons[i].name == (SyName) task->name)
      {
        g_string_append (out, _(reasons[i].words));
        return;
      }
  cause = task->cause != 0 ? sy_words_dup_task (state, task->cause) : NULL;
  if (cause != NULL)
    g_string_append_printf (out, _("skipped: %s was skipped"), cause);
  else
    g_string_append (out, _("skipped: what it needs was skipped"));
}

static void
brief_succeeded (GString *out, const SyTaskState *task)
{
  if (task->name == SY_NAME_CACHED)
    g_string_append (out, _("cached"));
  else if (task->name == SY_NAME_MARKED)
    add_text (out, _("marked as succeeded"), task);
  else if (task->name == SY_NAME_WARNED)
    {
      g_string_append (out, _("warned: "));
      add_status (out, task->exit_status, _("something was tolerated"));
    }
  else if (task->attempt > 0 && task->started_us > 0 && task->ended_us >= task->started_us)
    sy_words_duration (out, task->ended_us - task->started_us);
  else
    g_string_append (out, _("succeeded"));
}

static const char *
cancelled_words (SyName name)
{
  return name == SY_NAME_QUORUM_MET ? _("cancelled: no longer needed")
         : name == SY_NAME_USER     ? _("cancelled by you")
                                    : _("cancelled: the run was stopped");
}

static void
brief_failed (GString *out, const SyTaskState *task)
{
  sy_words_failure (out, task);
  if (task->attempt > 1)
    g_string_append_printf (out, ngettext (" · %u attempt", " · %u attempts", task->attempt), task->attempt);
}

static void
brief_blocked (GString *out, const SyRunState *state, const SyTaskState *task)
{
  g_autofree char *cause = task->cause != 0 ? sy_words_dup_task (state, task->cause) : NULL;

  if (cause != NULL)
    g_string_append_printf (out, _("blocked by %s"), cause);
  else
    g_string_append (out, _("blocked by what it needs"));
}

void
sy_words_brief (GString *out, const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  const SyTaskState *task = &state->tasks[number - 1];

  switch ((SyState) task->state)
    {
    case SY_STATE_READY:
      brief_ready (out, state, number, now_wall_us);
      break;
    case SY_STATE_WAITING:
      g_string_append (out, _("needs you"));
      break;
    case SY_STATE_RUNNING:
      g_string_append (out, task->name == SY_NAME_STOPPING ? _("stopping") : _("running"));
      break;
    case SY_STATE_SUCCEEDED:
      brief_succeeded (out, task);
      break;
    case SY_STATE_FAILED:
      brief_failed (out, task);
      break;
    case SY_STATE_LOST:
      g_string_append (out, task->name == SY_NAME_REBOOT ? _("lost: the machine restarted") : _("lost: nobody saw it end"));
      break;
    case SY_STATE_SKIPPED:
      brief_skipped (out, state, task);
      break;
    case SY_STATE_UPSTREAM_FAILED:
      brief_blocked (out, state, task);
      break;
    case SY_STATE_CANCELLED:
      g_string_append (out, cancelled_words ((SyName) task->name));
      break;
    default:
      brief_pending (out, state, number);
    }
}

/* --- texts of their own --- */

char *
sy_words_dup_duration (gint64 us)
{
  GString *text = g_string_new (NULL);

  sy_words_duration (text, us);
  return g_string_free (text, FALSE);
}

char *
sy_words_dup_count (gint64 n)
{
  GString *text = g_string_new (NULL);

  sy_words_count (text, n);
  return g_string_free (text, FALSE);
}

char *
sy_words_dup_size (guint64 bytes)
{
  GString *text = g_string_new (NULL);

  sy_words_size (text, bytes);
  return g_string_free (text, FALSE);
}

char *
sy_words_dup_task (const SyRunState *state, guint32 number)
{
  GString *text = g_string_new (NULL);

  sy_words_task (text, state, number);
  return g_string_free (text, FALSE);
}

char *
sy_words_dup_brief (const SyRunState *state, guint32 number, gint64 now_wall_us)
{
  GString *text = g_string_new (NULL);

  sy_words_brief (text, state, number, now_wall_us);
  return g_string_free (text, FALSE);
}

char *
sy_words_dup_failure (const SyTaskState *task)
{
  GString *text = g_string_new (NULL);

  sy_words_failure (text, task);
  return g_string_free (text, FALSE);
}
