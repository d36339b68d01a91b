/* sy-types.c: string tables
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/model/sy-types.h"

#include <signal.h>
#include <string.h>

static const char *const state_words[SY_N_STATES] = {
  "pending", "ready", "waiting", "running", "succeeded", "failed", "lost", "skipped", "upstream_failed", "cancelled",
};

static const char *const name_words[SY_N_NAMES] = {
  [SY_NAME_NONE] = "",
  [SY_NAME_NEEDS] = "needs",
  [SY_NAME_UPSTREAM_LOST] = "upstream_lost",
  [SY_NAME_UPSTREAM_SETTLING] = "upstream_settling",
  [SY_NAME_QUEUED] = "queued",
  [SY_NAME_HELD_POOL] = "held_pool",
  [SY_NAME_HELD_SLOTS] = "held_slots",
  [SY_NAME_HELD_BREAKER] = "held_breaker",
  [SY_NAME_HELD_PAUSE] = "held_pause",
  [SY_NAME_HELD_SECRET] = "held_secret",
  [SY_NAME_HELD_SCHEDULE] = "held_schedule",
  [SY_NAME_HELD_KEEPER] = "held_keeper",
  [SY_NAME_HELD_DISK] = "held_disk",
  [SY_NAME_HELD_STOPPING] = "held_stopping",
  [SY_NAME_AWAITING_RETRY] = "awaiting_retry",
  [SY_NAME_REVOKING] = "revoking",
  [SY_NAME_APPROVAL] = "approval",
  [SY_NAME_STARTING] = "starting",
  [SY_NAME_RUNNING] = "running",
  [SY_NAME_STOPPING] = "stopping",
  [SY_NAME_SUCCEEDED] = "succeeded",
  [SY_NAME_CACHED] = "cached",
  [SY_NAME_WARNED] = "warned",
  [SY_NAME_MARKED] = "marked",
  [SY_NAME_EXIT] = "exit",
  [SY_NAME_SIGNAL] = "signal",
  [SY_NAME_TIMED_OUT] = "timed_out",
  [SY_NAME_OUT_OF_MEMORY] = "out_of_memory",
  [SY_NAME_SPAWN] = "spawn",
  [SY_NAME_OUTPUT] = "output",
  [SY_NAME_EXPRESSION] = "expression",
  [SY_NAME_REJECTED] = "rejected",
  [SY_NAME_KEEPER_DIED] = "keeper_died",
  [SY_NAME_REBOOT] = "reboot",
  [SY_NAME_CONDITION_FALSE] = "condition_false",
  [SY_NAME_BRANCH_NOT_TAKEN] = "branch_not_taken",
  [SY_NAME_UPSTREAM_SKIPPED] = "upstream_skipped",
  [SY_NAME_DISABLED] = "disabled",
  [SY_NAME_USER] = "user",
  [SY_NAME_EXIT_CODE] = "exit_code",
  [SY_NAME_UPSTREAM_FAILED] = "upstream_failed",
  [SY_NAME_RUN_STOPPED] = "run_stopped",
  [SY_NAME_QUORUM_MET] = "quorum_met",
};

static const char *const run_status_words[SY_N_RUN_STATUSES] = {
  "queued", "running", "paused", "waiting", "stalled", "stopping", "succeeded", "partially_succeeded", "failed",
  "cancelled", "lost",
};

static const char *const join_rule_words[SY_N_JOIN_RULES] = {
  "all_success", "all_done", "all_failed", "one_success", "one_failed", "one_done", "none_failed",
  "none_failed_min_one_success", "quorum",
};

static const char *const param_type_words[SY_N_TYPES] = {
  "string", "text", "int", "float", "bool", "date", "datetime", "duration", "size", "enum", "path", "list", "json",
  "secret",
};

static const char *const handler_words[SY_N_HANDLERS] = { "init", "success", "failure", "cancel", "exit" };
static const char *const by_words[] = { "runner", "user", "recovery", "salvage" };

static int
find_word (const char *const *words, guint n, const char *text)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (words[i], text) == 0)
      return (int) i;
  return -1;
}

#define DEFINE_WORDS(Type, prefix, words)                                                                              \
  const char *prefix##_to_string (Type value)                                                                          \
  {                                                                                                                    \
    return (guint) value < G_N_ELEMENTS (words) && words[value] ? words[value] : "unknown";                            \
  }                                                                                                                    \
  gboolean prefix##_from_string (const char *text, Type *out)                                                          \
  {                                                                                                                    \
    int i = find_word (words, G_N_ELEMENTS (words), text);                                                             \
                                                                                                                       \
    if (i >= 0)                                                                                                        \
      *out = (Type) i;                                                                                                 \
    return i >= 0;                                                                                                     \
  }

DEFINE_WORDS (SyState, sy_state, state_words)
DEFINE_WORDS (SyName, sy_name, name_words)
DEFINE_WORDS (SyRunStatus, sy_run_status, run_status_words)
DEFINE_WORDS (SyJoinRule, sy_join_rule, join_rule_words)
DEFINE_WORDS (SyParamType, sy_param_type, param_type_words)
DEFINE_WORDS (SyHandlerKind, sy_handler_kind, handler_words)
DEFINE_WORDS (SyBy, sy_by, by_words)

gboolean
sy_state_is_terminal (SyState state)
{
  return state >= SY_STATE_SUCCEEDED;
}

gboolean
sy_run_status_is_final (SyRunStatus status)
{
  return status >= SY_RUN_SUCCEEDED;
}

int
sy_signal_from_string (const char *word)
{
  static const char *const words[] = { SY_SIGNAL_WORDS };
  static const int numbers[G_N_ELEMENTS (words)] = { SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGKILL };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (words[i], word) == 0)
      return numbers[i];
  return 0;
}
