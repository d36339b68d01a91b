/* sy-attempt-list.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-attempt-list.h"

#include "core/model/sy-words.h"
#include "views/sy-row-list.h"
#include "views/sy-state-icon.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN 12

struct _SyAttemptList
{
  GtkWidget parent;
  SySession *session;   /* (owned) */
  GtkWidget *rows;      /* child */
  guint32 task;
  GPtrArray *words;     /* (owned) by row number: what is copied */
};

G_DEFINE_FINAL_TYPE (SyAttemptList, sy_attempt_list, GTK_TYPE_WIDGET)

/* --- words --- */

static char *
clock_words (gint64 wall_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (wall_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%H:%M:%S");
}

static void
append_outcome (GString *text, const SyAttempt *attempt)
{
  int code = sy_attempt_exit_code (attempt), signum = sy_attempt_signal (attempt);

  if (attempt->timed_out)
    g_string_append (text, _(" · timed out"));
  else if (attempt->oom)
    g_string_append (text, _(" · out of memory"));
  else if (signum > 0)
    g_string_append_printf (text, " · %s", g_strsignal (signum));
  else if (code > 0)
    g_string_append_printf (text, _(" · exit %d"), code);
  if (attempt->state == SY_STATE_READY && attempt->name == SY_NAME_AWAITING_RETRY)
    g_string_append (text, _(", tried again"));
}

/* "12:04:31 · 5.4 s · exit 3" */
static char *
attempt_words (const SyAttempt *attempt)
{
  g_autofree char *clock = attempt->started_us > 0 ? clock_words (attempt->started_us) : g_strdup (_("not started"));
  GString *text = g_string_new (clock);

  if (attempt->ended_us > 0 && attempt->started_us > 0)
    {
      g_string_append (text, " · ");
      sy_words_duration (text, attempt->ended_us - attempt->started_us);
    }
  append_outcome (text, attempt);
  return g_string_free (text, FALSE);
}

static SyState
attempt_state (const SyAttempt *attempt)
{
  if (attempt->state == SY_STATE_READY && attempt->failure != SY_NAME_NONE)
    return SY_STATE_FAILED;
  return attempt->state;
}

/* --- an instant --- */

/* What was not known yet at that instant */
void
sy_attempts_forget_future (GArray *attempts, gint64 wall_us)
{
  for (guint i = attempts->len; i > 0; i--)
    {
      SyAttempt *attempt = &g_array_index (attempts, SyAttempt, i - 1);

      if (attempt->started_us > wall_us || attempt->started_us == 0)
        g_array_remove_index (attempts, i - 1);
      else if (attempt->ended_us == 0 || attempt->ended_us > wall_us)
        {
          attempt->state = SY_STATE_RUNNING;
          attempt->name = SY_NAME_RUNNING;
          attempt->failure = SY_NAME_NONE;
          attempt->ended_us = attempt->rss = attempt->user_us = attempt->sys_us = 0;
          attempt->status = -1;
        }
    }
}

/* --- what is done with a row; its number is the attempt's --- */

static void
on_activated (SyAttemptList *self, guint attempt)
{
  sy_session_show_attempt (self->session, self->task, attempt);
}

static void
act (GtkWidget *widget, const char *name, GVariant *parameter)
{
  SyAttemptList *self = SY_ATTEMPT_LIST (widget);
  guint attempt = sy_row_list_get_current (SY_ROW_LIST (self->rows));

  if (attempt == G_MAXUINT || attempt >= self->words->len)
    return;
  if (g_str_equal (name, "attempt.show-output"))
    {
      on_activated (self, attempt);
      return;
    }
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_ptr_array_index (self->words, attempt));
  sy_session_set_status (self->session, _("Copied"));
}

void
sy_attempt_list_show (SyAttemptList *self, guint32 task, const GArray *attempts, const GPtrArray *changes)
{
  guint n = attempts != NULL ? attempts->len : 0;
  SyRow rows[SHOWN];
  guint k = 0;

  g_return_if_fail (SY_IS_ATTEMPT_LIST (self));
  self->task = task;
  g_ptr_array_set_size (self->words, 0);
  for (guint i = 0; i < n; i++)
    {
      const SyAttempt *attempt = &g_array_index (attempts, SyAttempt, i);
      g_autofree char *detail = attempt_words (attempt);

      while (self->words->len <= attempt->n)
        g_ptr_array_add (self->words, NULL);
      g_free (g_ptr_array_index (self->words, attempt->n));
      g_ptr_array_index (self->words, attempt->n) = g_strdup_printf (_("Attempt %u: %s"), attempt->n, detail);
    }
  for (guint i = n; i > 0 && k < SHOWN; i--, k++)
    {
      const SyAttempt *attempt = &g_array_index (attempts, SyAttempt, i - 1);

      rows[k] = (SyRow){ sy_state_icon_new (attempt_state (attempt), 16), g_strdup_printf (_("Attempt %u"), attempt->n),
                         attempt_words (attempt), NULL, attempt->n,
                         changes != NULL && attempt->n < changes->len ? changes->pdata[attempt->n] : NULL };
    }
  sy_row_list_set_rows (SY_ROW_LIST (self->rows), rows, k);
  while (k-- > 0)
    {
      g_free ((char *) rows[k].title);
      g_free ((char *) rows[k].detail);
    }
}

/* --- life --- */

static void
sy_attempt_list_dispose (GObject *object)
{
  SyAttemptList *self = SY_ATTEMPT_LIST (object);

  g_clear_pointer (&self->rows, gtk_widget_unparent);
  g_clear_pointer (&self->words, g_ptr_array_unref);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (sy_attempt_list_parent_class)->dispose (object);
}

static void
sy_attempt_list_class_init (SyAttemptListClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sy_attempt_list_dispose;
  gtk_widget_class_install_action (widget_class, "attempt.show-output", NULL, act);
  gtk_widget_class_install_action (widget_class, "attempt.copy", NULL, act);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
sy_attempt_list_init (SyAttemptList *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();

  g_menu_append (menu, _("Show Output"), "attempt.show-output");
  g_menu_append (menu, _("Copy"), "attempt.copy");
  self->words = g_ptr_array_new_with_free_func (g_free);
  self->rows = sy_row_list_new (_("Attempts"), G_MENU_MODEL (menu));
  g_signal_connect_swapped (self->rows, "activated", G_CALLBACK (on_activated), self);
  gtk_widget_set_parent (self->rows, GTK_WIDGET (self));
}

GtkWidget *
sy_attempt_list_new (SySession *session)
{
  SyAttemptList *self = g_object_new (SY_TYPE_ATTEMPT_LIST, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
