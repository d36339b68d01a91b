/* sy-run-settings.h: what a run was started with beside its file: the text of its RUN_CREATED event
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-json-writer.h"
#include "core/model/sy-expr.h"

G_BEGIN_DECLS

/*
 * Kept in the log, so that a later runner does what the first one would have
 * done. Values of the environment are not: only 16 bits of a salted hash of
 * each, enough to name what has changed, too few to guess a value.
 */
typedef struct
{
  GHashTable *params;   /* name -> canonical text, (owned) */
  char *dir;            /* (nullable) -C */
  GStrv only;           /* (nullable) ids: they and all that they need */
  gboolean alone;       /* only these, whatever they need */
  int on_failure;       /* SyOnFailure, −1 = the file's */
  guint slots;          /* 0 = auto */
  double time_scale;    /* 0 = recorded runtimes are not slept */
  guint32 n_tasks;      /* of the file, for lists; 0 = not said. Only written */
  GHashTable *env_marks;/* name -> 4 hex digits, (owned) */
} SyRunSettings;

SyRunSettings *sy_run_settings_new (void);
void sy_run_settings_free (SyRunSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyRunSettings, sy_run_settings_free)

/* "auto" or 1…10000 */
gboolean sy_run_settings_parse_slots (const char *text, guint *slots, GError **error);
gboolean sy_run_settings_parse_on_failure (const char *text, int *on_failure, GError **error);
const char *sy_run_settings_on_failure_word (int on_failure);

char *sy_run_settings_to_json (const SyRunSettings *settings);
/* The member "params" of `show --json` */
void sy_run_settings_write_params (const SyRunSettings *settings, SyJson *json);
SyRunSettings *sy_run_settings_from_json (const char *json, GError **error);

/* @salt: the run's id */
void sy_run_settings_mark_env (SyRunSettings *settings, const char *salt, const char *const *env);
/* Names that differ from the marks, sorted; (transfer full) */
GStrv sy_run_settings_changed_env (const SyRunSettings *settings, const char *salt, const char *const *env);
/* The same for the log, as JSON: their marks in @env, null where there is none any more; NULL: nothing differs, or the log has no marks. (transfer full) */
char *sy_run_settings_changed_env_json (const SyRunSettings *settings, const char *salt, const char *const *env);

/* Changes a freshly loaded workflow as the settings say: -C, --time-scale. */
void sy_run_settings_apply (const SyRunSettings *settings, SyWorkflow *workflow);
/* By task index, 1 = in the run (--only: the tasks named and, unless --alone, all they need); NULL where --only is not set. */
guint8 *sy_run_settings_select (const SyRunSettings *settings, const SyWorkflow *workflow, GError **error);

/* --- what names mean in expressions --- */

/* For SySchedulerOptions.context; borrows all it is given. */
typedef struct
{
  SyExprContext context;
  const SyWorkflow *workflow;
  GHashTable *values;     /* name -> SyValue, (owned) */
  GHashTable *env;        /* name -> value within @environment, (owned) */
  char *run_id, *run_dir, *started;
} SyRunContext;

/* @environment: the starter's; must outlive the context. FALSE: a stored value fits no more. */
gboolean sy_run_context_init (SyRunContext *context, const SyWorkflow *workflow, const SyRunSettings *settings,
                              const char *const *environment, const char *run_id, const char *run_dir,
                              gint64 created_us, GError **error);
void sy_run_context_clear (SyRunContext *context);

G_END_DECLS
