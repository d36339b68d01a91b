/* sy-compare-read.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "app/gui/sy-compare-read.h"

#include "app/gui/sy-history-read.h"
#include "app/sy-run-view.h"
#include "core/base/sy-error.h"

/* What a run was, beside its cells */
typedef struct
{
  SyGridRun *run;               /* (owned) */
  SyRunSettings *settings;      /* (owned) */
  GHashTable *values;           /* (owned) name → text */
  GBytes *file;                 /* (owned) */
} Side;

static void
side_clear (Side *side)
{
  g_clear_pointer (&side->run, sy_grid_run_free);
  g_clear_pointer (&side->settings, sy_run_settings_free);
  g_clear_pointer (&side->values, g_hash_table_unref);
  g_clear_pointer (&side->file, g_bytes_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Side, side_clear)

static gboolean
take_created (const SyEvent *event, gpointer data)
{
  if (event->kind == SY_EVENT_RUN_CREATED)
    *(char **) data = g_strdup (event->text);
  return FALSE;
}

/* Parameters, and what was said on the command line */
static GHashTable *
list_values (const SyRunSettings *settings)
{
  GHashTable *values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name, text;

  g_hash_table_iter_init (&iter, settings->params);
  while (g_hash_table_iter_next (&iter, &name, &text))
    g_hash_table_insert (values, g_strdup (name), g_strdup (text));
  if (settings->dir != NULL)
    g_hash_table_insert (values, g_strdup ("-C"), g_strdup (settings->dir));
  if (settings->only != NULL)
    g_hash_table_insert (values, g_strdup (settings->alone ? "--only --alone" : "--only"), g_strjoinv (",", settings->only));
  if (settings->on_failure >= 0)
    g_hash_table_insert (values, g_strdup ("--on-failure"), g_strdup (sy_run_settings_on_failure_word (settings->on_failure)));
  if (settings->slots > 0)
    g_hash_table_insert (values, g_strdup ("-j"), g_strdup_printf ("%u", settings->slots));
  return values;
}

static gboolean
read_side (SyStateDir *dir, SyIndex *index, SyHistoryCache *cache, const char *uuid, Side *side, GError **error)
{
  g_autoptr (SyRunDir) run = sy_run_dir_open (dir, uuid, error);
  g_autoptr (SyRunInfo) info = run != NULL ? sy_index_lookup (index, uuid, error) : NULL;
  g_autoptr (SyLogReader) reader = info != NULL ? sy_log_reader_open (run, error) : NULL;
  g_autoptr (SyDefinition) definition = reader != NULL ? sy_log_reader_get_definition (reader, 0, error) : NULL;
  g_autofree char *created = NULL;

  if (definition == NULL || !sy_log_reader_read (reader, 0, take_created, &created, error))
    return FALSE;
  side->settings = sy_run_settings_from_json (created, error);
  if (side->settings == NULL)
    return FALSE;
  side->values = list_values (side->settings);
  side->file = g_bytes_ref (definition->bytes);
  side->run = sy_history_cache_read_run (cache, dir, info);
  if (side->run->error == NULL)
    return TRUE;
  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "Run %.8s: %s", uuid, side->run->error);
  return FALSE;
}

static SyRunComparison *
compare (Side *a, Side *b, const GPtrArray *ids)
{
  SyRunComparison *comparison = sy_run_comparison_new (g_steal_pointer (&a->run), g_steal_pointer (&b->run), ids);

  sy_run_comparison_set_values (comparison, a->values, b->values);
  sy_run_comparison_set_environment (comparison, a->settings->env_marks, b->settings->env_marks);
  sy_run_comparison_set_files (comparison, a->file, b->file);
  return comparison;
}

SyRunComparison *
sy_compare_read (const char *uuid, const char *other, GError **error)
{
  g_autoptr (SyStateDir) dir = sy_open_state_dir (SY_STATE_DIR_READ, error);
  g_autoptr (SyIndex) index = dir != NULL ? sy_index_open (dir, SY_INDEX_READ, error) : NULL;
  g_autoptr (SyHistoryCache) cache = sy_history_cache_new ();
  g_autoptr (GPtrArray) ids = NULL;
  g_auto (Side) a = { 0 }, b = { 0 };

  if (index == NULL || !read_side (dir, index, cache, uuid, &a, error) || !read_side (dir, index, cache, other, &b, error))
    return NULL;
  ids = sy_history_cache_take_ids (cache);
  return a.run->created_us <= b.run->created_us ? compare (&a, &b, ids) : compare (&b, &a, ids);
}
