/* sy-form-words.c: the words of the workflow file as people say them
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "views/sy-form.h"

#include <glib/gi18n.h>
#include <string.h>

static const struct { const char *key, *word, *label; } labels[] = {
  { "join", "all_success", N_("All must succeed") },
  { "join", "all_done", N_("All must end") },
  { "join", "all_failed", N_("All must fail") },
  { "join", "one_success", N_("One must succeed") },
  { "join", "one_failed", N_("One must fail") },
  { "join", "one_done", N_("One must end") },
  { "join", "none_failed", N_("None may fail") },
  { "join", "none_failed_min_one_success", N_("None may fail, one must succeed") },
  { "of", "success", N_("What succeeds") },
  { "of", "done", N_("What ends, however") },
  { "rest", "run", N_("Go on") },
  { "rest", "cancel", N_("Are stopped") },
  { "tolerate", "failed", N_("Failure") },
  { "tolerate", "skipped", N_("Skip") },
  { "on_failure", "continue", N_("Go on with what can run") },
  { "on_failure", "stop", N_("Start nothing new") },
  { "on_failure", "cancel", N_("Stop what runs, too") },
  { "on_lost", "hold", N_("Wait until somebody decides") },
  { "on_lost", "fail", N_("Count it as failed") },
  { "on_lost", "rerun", N_("Run it again") },
  { "concurrency", "refuse", N_("Refuse the second") },
  { "concurrency", "queue", N_("Let the second wait") },
  { "concurrency", "allow", N_("Let both run") },
  { "streams", "merged", N_("In one text") },
  { "streams", "split", N_("Apart") },
  { "stragglers", "kill", N_("Are killed") },
  { "stragglers", "keep", N_("May go on") },
};

const char *
sy_form_word (const char *key, const char *word)
{
  for (guint i = 0; key != NULL && i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i].key, key) && g_str_equal (labels[i].word, word))
      return _(labels[i].label);
  return word;
}
