/* sy-doctor.c: verifying
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-doctor-private.h"

#include "core/base/sy-error.h"
#include "core/store/sy-log-reader-private.h"

#include <string.h>

#define FINDINGS_MAX 50 /* of one kind of check: enough to see what is going on */

static void
finding_clear (gpointer finding)
{
  g_free (((SyFinding *) finding)->text);
}

void
sy_doctor_report_free (SyDoctorReport *report)
{
  if (report == NULL)
    return;
  g_array_unref (report->findings);
  g_free (report);
}

static void add (SyDoctorReport *report, SyFindingKind kind, gint64 seq, const char *format, ...)
    G_GNUC_PRINTF (4, 5);

static void
add (SyDoctorReport *report, SyFindingKind kind, gint64 seq, const char *format, ...)
{
  SyFinding *finding;
  va_list args;

  g_array_set_size (report->findings, report->findings->len + 1);
  finding = &g_array_index (report->findings, SyFinding, report->findings->len - 1);
  *finding = (SyFinding){ .kind = kind, .seq = seq };
  va_start (args, format);
  finding->text = g_strdup_vprintf (format, args);
  va_end (args);
}

static void
add_error (SyDoctorReport *report, SyFindingKind kind, gint64 seq, GError **error)
{
  add (report, kind, seq, "%s", (*error)->message);
  g_clear_error (error);
}

/* --- the database as such --- */

static void
check_integrity (sqlite3 *db, SyDoctorReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) check = sy_database_query (db, "PRAGMA integrity_check(10)", &error);
  int rc = SQLITE_DONE;

  while (check != NULL && (rc = sqlite3_step (check)) == SQLITE_ROW)
    if (!g_str_equal (sy_database_text (check, 0), "ok"))
      add (report, SY_FINDING_INTEGRITY, 0, "The database is damaged: %s", sy_database_text (check, 0));
  if (check != NULL && rc != SQLITE_DONE)
    sy_database_set_error (&error, db, rc, "Checking the database");
  if (error != NULL)
    add_error (report, SY_FINDING_INTEGRITY, 0, &error);
  if (!sy_log_schema_compare (db, &error))
    add_error (report, SY_FINDING_INTEGRITY, 0, &error);
}

/* --- rows with a check of their own --- */

static void
check_meta (sqlite3 *db, SyRunDir *run, SyDoctorReport *report)
{
  static const char *const needed[] = { "format", "app", "uuid", "number", "workflow", "name", "created_us" };
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) keys = sy_database_query (db, "SELECT key FROM meta", &error);

  while (keys != NULL && sqlite3_step (keys) == SQLITE_ROW)
    {
      g_autofree char *value = sy_log_meta_get (db, sy_database_text (keys, 0), &error);

      if (error != NULL)
        add_error (report, SY_FINDING_ROW, 0, &error);
    }
  g_clear_error (&error);
  for (gsize i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_autofree char *value = sy_log_meta_get (db, needed[i], NULL);

      if (value == NULL)
        add (report, SY_FINDING_ROW, 0, "Meta “%s” is missing or damaged", needed[i]);
      else if (g_str_equal (needed[i], "uuid") && !g_str_equal (value, sy_run_dir_get_uuid (run)))
        add (report, SY_FINDING_ROW, 0, "The log is that of run %s", value);
    }
}

static void
check_definitions (sqlite3 *db, SyDoctorReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, SY_DEFINITION_SELECT " ORDER BY n", &error);
  guint32 n = 0;

  while (get != NULL && sqlite3_step (get) == SQLITE_ROW)
    {
      g_autoptr (SyDefinition) definition = sy_definition_row_read (get, &error);

      if (definition == NULL)
        add_error (report, SY_FINDING_ROW, 0, &error);
      else if (definition->n != n + 1)
        add (report, SY_FINDING_ROW, 0, "The stored file %u of the run is missing", n + 1);
      n = (guint32) sqlite3_column_int64 (get, 0);
    }
  if (error != NULL)
    add_error (report, SY_FINDING_ROW, 0, &error);
}

/* --- derived tables --- */

SyRefold *
sy_refold_new (SyWorkflowLoad load, gpointer data)
{
  SyRefold *refold = g_new0 (SyRefold, 1);

  refold->load = load;
  refold->data = data;
  refold->attempts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  return refold;
}

void
sy_refold_free (SyRefold *refold)
{
  g_clear_pointer (&refold->state, sy_run_state_free);
  g_hash_table_unref (refold->attempts);
  g_clear_error (&refold->load_error);
  g_clear_error (&refold->fold_error);
  g_free (refold);
}

static SyWorkflow *
load_definition (SyRefold *refold, sqlite3 *db, guint32 n)
{
  g_autofree char *sql = g_strdup_printf (SY_DEFINITION_SELECT " WHERE n = %u", n);
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, sql, &refold->load_error);
  g_autoptr (SyDefinition) definition = NULL;

  if (get == NULL)
    return NULL;
  if (sqlite3_step (get) == SQLITE_ROW)
    definition = sy_definition_row_read (get, &refold->load_error);
  else
    g_set_error (&refold->load_error, SY_ERROR, SY_ERROR_CORRUPT, "The stored file %u of the run is missing",
                 n);
  return definition != NULL ? refold->load (definition, refold->data, &refold->load_error) : NULL;
}

void
sy_refold_start (SyRefold *refold, sqlite3 *db)
{
  g_autoptr (SyWorkflow) workflow = refold->load != NULL ? load_definition (refold, db, 1) : NULL;

  refold->n_definitions = 1;
  if (workflow != NULL)
    refold->state = sy_run_state_new (workflow);
}

static void
refold_state (SyRefold *refold, sqlite3 *db, const SyEvent *event)
{
  if (refold->state == NULL || refold->fold_error != NULL || refold->load_error != NULL)
    return;
  if (!sy_run_state_apply (refold->state, event, &refold->fold_error))
    {
      refold->fold_error_seq = event->seq;
      return;
    }
  while (event->kind == SY_EVENT_DEFINITION_ADDED && refold->n_definitions < event->value)
    {
      g_autoptr (SyWorkflow) workflow = load_definition (refold, db, ++refold->n_definitions);

      if (workflow == NULL)
        return;
      if (refold->n_definitions == event->value)
        sy_run_state_set_workflow (refold->state, workflow);
    }
}

void
sy_refold_add (SyRefold *refold, sqlite3 *db, const SyEvent *event)
{
  refold_state (refold, db, event);
  if (sy_attempt_row_concerns (event))
    {
      gint64 key = sy_log_attempt_key (event->task, event->item, event->attempt);
      SyAttempt *attempt = g_hash_table_lookup (refold->attempts, &key);

      if (attempt == NULL)
        {
          attempt = g_new0 (SyAttempt, 1);
          *attempt = (SyAttempt){ .task = event->task, .item = event->item, .n = event->attempt };
          g_hash_table_insert (refold->attempts, g_memdup2 (&key, sizeof key), attempt);
        }
      sy_attempt_apply (attempt, event);
    }
}

static void
check_attempts (sqlite3 *db, SyRefold *refold, SyDoctorReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, SY_ATTEMPT_SELECT, &error);
  guint n = 0, wrong = 0;

  while (get != NULL && sqlite3_step (get) == SQLITE_ROW && wrong < FINDINGS_MAX)
    {
      gint64 key = sqlite3_column_int64 (get, 0);
      const SyAttempt *ought = g_hash_table_lookup (refold->attempts, &key);
      SyAttempt is;

      sy_attempt_row_read (get, &is);
      n++;
      if (ought == NULL || !sy_attempt_row_equal (&is, ought))
        {
          wrong++;
          add (report, SY_FINDING_ATTEMPT, 0, "Attempt %u of task %u is not what the events say", is.n,
               is.task);
        }
    }
  if (error != NULL)
    add_error (report, SY_FINDING_ATTEMPT, 0, &error);
  else if (wrong == 0 && n != g_hash_table_size (refold->attempts))
    add (report, SY_FINDING_ATTEMPT, 0, "%u attempts are recorded, but the events tell of %u", n,
         g_hash_table_size (refold->attempts));
}

/* A task of which no event tells need not have a row. */
static void
check_missing_states (const SyRunState *state, const guint8 *seen, SyDoctorReport *report)
{
  for (guint32 number = 1; number <= state->n_numbers; number++)
    if (!seen[number] && state->tasks[number - 1].last_seq != 0)
      add (report, SY_FINDING_STATE, state->tasks[number - 1].last_seq, "Task %u has no recorded state",
           number);
}

static void
check_states (sqlite3 *db, const SyRunState *state, SyDoctorReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, SY_STATE_SELECT, &error);
  g_autofree guint8 *seen = g_malloc0 (state->n_numbers + 1);
  guint wrong = 0;

  while (get != NULL && sqlite3_step (get) == SQLITE_ROW && wrong < FINDINGS_MAX)
    {
      SyStateRow is, ought = { 0 };

      sy_state_row_read (get, &is);
      if (sy_run_state_task (state, is.task) != NULL)
        {
          seen[is.task] = TRUE;
          sy_state_row_init (&ought, state, is.task);
          if (*ought.id == '\0')
            ought.id = is.id; /* it has left the file */
        }
      if (sy_state_row_equal (&is, &ought))
        continue;
      wrong++;
      add (report, SY_FINDING_STATE, ought.last_seq,
           "Task %u (%s) is recorded as %s (%s), but the events say %s (%s)", is.task, is.id,
           sy_state_to_string ((SyState) is.state), sy_name_to_string ((SyName) is.name),
           sy_state_to_string ((SyState) ought.state), sy_name_to_string ((SyName) ought.name));
    }
  if (error != NULL)
    add_error (report, SY_FINDING_STATE, 0, &error);
  else
    check_missing_states (state, seen, report);
}

/* --- the events --- */

typedef struct
{
  SyRefold *refold;
  sqlite3 *db;
} EachEvent;

static void
each_event (const SyEvent *event, const char *data, gsize length, gpointer user_data)
{
  EachEvent *each = user_data;

  sy_refold_add (each->refold, each->db, event);
}

static void
check_events (sqlite3 *db, SyRunDir *run, SyRefold *refold, SyDoctorReport *report)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) boots = sy_boots_load (db, FALSE, &error);
  EachEvent each = { refold, db };
  SyFindingKind kind;
  SyChain chain = { 0 };
  gboolean sound;

  if (boots == NULL)
    add_error (report, SY_FINDING_ROW, 0, &error);
  if (boots == NULL)
    boots = sy_boots_load (db, TRUE, NULL);
  if (boots == NULL)
    return;
  sy_refold_start (refold, db);
  sound = sy_log_verify_chain (db, run, boots, &chain, each_event, &each, &kind, &error);
  report->last_good_seq = report->n_events = chain.seq;
  if (!sound)
    add_error (report, kind, chain.seq + 1, &error);
  if (refold->fold_error != NULL)
    add (report, SY_FINDING_STATE, refold->fold_error_seq, "%s", refold->fold_error->message);
  if (!sound)
    return; /* then the tables are of course ahead of the events that are good */
  check_attempts (db, refold, report);
  report->fold_checked = refold->state != NULL && refold->load_error == NULL && refold->fold_error == NULL;
  if (report->fold_checked)
    check_states (db, refold->state, report);
}

static void
check_mark (SyRunDir *run, SyDoctorReport *report)
{
  SyMark mark;

  if (sy_mark_read (run, &mark) == SY_MARK_DAMAGED)
    add (report, SY_FINDING_MARK, 0, "The high-water mark is damaged: the next commit writes it anew");
}

static void
check_all (sqlite3 *db, SyRunDir *run, SyWorkflowLoad load, gpointer data, SyDoctorReport *report)
{
  SyRefold *refold = sy_refold_new (load, data);

  check_integrity (db, report);
  check_meta (db, run, report);
  check_definitions (db, report);
  check_mark (run, report);
  check_events (db, run, refold, report);
  sy_refold_free (refold);
}

SyDoctorReport *
sy_doctor_verify (SyRunDir *run, SyWorkflowLoad load, gpointer data, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (SyLogReader) reader = sy_log_reader_open (run, &problem);
  g_autoptr (SyDoctorReport) report = g_new0 (SyDoctorReport, 1);

  report->findings = g_array_new (FALSE, TRUE, sizeof (SyFinding));
  g_array_set_clear_func (report->findings, finding_clear);
  if (reader != NULL && sy_log_reader_begin (reader, &problem))
    {
      sqlite3 *db = sy_log_reader_get_database (reader);

      /* One snapshot: a living runner goes on meanwhile. */
      if (sy_database_exec (db, "BEGIN", &problem))
        check_all (db, run, load, data, report);
      sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
      sy_log_reader_end (reader);
    }
  if (g_error_matches (problem, SY_ERROR, SY_ERROR_CORRUPT))
    add_error (report, SY_FINDING_UNREADABLE, 0, &problem);
  if (problem == NULL)
    return g_steal_pointer (&report);
  g_propagate_error (error, g_steal_pointer (&problem));
  return NULL;
}
