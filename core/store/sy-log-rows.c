/* sy-log-rows.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "core/store/sy-log-rows-private.h"

#include "core/base/sy-error.h"

#include <stdlib.h>
#include <string.h>

static void
bind_hash (sqlite3_stmt *statement, int i, const SyHash *hash)
{
  sqlite3_bind_blob (statement, i, hash->bytes, sizeof hash->bytes, SQLITE_TRANSIENT);
}

static gboolean
column_hash (sqlite3_stmt *statement, int i, SyHash *hash)
{
  const void *blob = sqlite3_column_blob (statement, i);

  if (blob == NULL || sqlite3_column_bytes (statement, i) != sizeof *hash)
    return FALSE;
  memcpy (hash, blob, sizeof *hash);
  return TRUE;
}

/* Wall clocks may be anything: differences and sums wrap. */
static gint64
minus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

static gint64
plus (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

/* --- event --- */

void
sy_event_row_fill (
    SyLogRow *row, const SyEvent *event, const SyBoot *boot, const char *data, gsize length, const SyHash *hash)
{
  gint64 at = minus (event->time.boot_us, boot->boot_us);

  row->values[0] = event->seq;
  row->values[1] = at;
  row->values[2] = minus (event->time.wall_us, plus (boot->wall_us, at));
  row->values[3] = event->boot;
  row->values[4] = event->kind;
  row->values[5] = event->task;
  row->values[6] = event->item;
  row->values[7] = event->attempt;
  row->values[8] = event->by;
  row->text_column = 9;
  row->text = data;
  row->text_length = length;
  row->blob_column = 10;
  row->blob = hash->bytes;
  row->blob_size = sizeof hash->bytes;
}

static guint32
column_u32 (sqlite3_stmt *statement, int i, gboolean *ok)
{
  gint64 value = sqlite3_column_int64 (statement, i);

  *ok = *ok && value >= 0 && value <= G_MAXUINT32;
  return (guint32) value;
}

gboolean
sy_event_row_read (sqlite3_stmt *statement,
                   GArray *boots,
                   SyEvent *event,
                   const char **data,
                   gsize *length,
                   SyHash *hash,
                   GError **error)
{
  const SyBoot *boot;
  const char *text;
  gint64 at = sqlite3_column_int64 (statement, 1);
  gboolean ok = TRUE;
  SyHash ignored;

  *event = (SyEvent){ .seq = sqlite3_column_int64 (statement, 0) };
  event->boot = column_u32 (statement, 3, &ok);
  event->kind = (guint16) column_u32 (statement, 4, &ok);
  event->task = column_u32 (statement, 5, &ok);
  event->item = column_u32 (statement, 6, &ok);
  event->attempt = column_u32 (statement, 7, &ok);
  event->by = (guint8) column_u32 (statement, 8, &ok);
  boot = sy_boots_find (boots, event->boot);
  text = sy_database_text (statement, 9);
  ok = ok && boot != NULL && column_hash (statement, 10, hash != NULL ? hash : &ignored);
  if (!ok)
    {
      g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
                   "Event %" G_GINT64_FORMAT " has a column out of range: `switchyard doctor` looks at it",
                   event->seq);
      return FALSE;
    }
  event->time.boot_us = plus (boot->boot_us, at);
  event->time.wall_us = plus (plus (boot->wall_us, at), sqlite3_column_int64 (statement, 2));
  if (data != NULL)
    *data = text;
  if (length != NULL)
    *length = (gsize) sqlite3_column_bytes (statement, 9);
  return sy_event_decode (event, text, sqlite3_column_bytes (statement, 9), error);
}

/* --- boot --- */

static void
boot_check (SyHash *hash, const SyBoot *boot)
{
  g_autofree char *text = g_strdup_printf ("boot|%u|%s|%" G_GINT64_FORMAT "|%" G_GINT64_FORMAT, boot->n,
                                           boot->boot_id, boot->wall_us, boot->boot_us);

  sy_row_check (hash, text);
}

gboolean
sy_boot_insert (sqlite3 *db, const SyBoot *boot, GError **error)
{
  g_autoptr (sqlite3_stmt) put = sy_database_query (db, SY_BOOT_INSERT, error);
  SyHash hash;

  if (put == NULL)
    return FALSE;
  boot_check (&hash, boot);
  sqlite3_bind_int64 (put, 1, boot->n);
  sqlite3_bind_text (put, 2, boot->boot_id, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (put, 3, boot->wall_us);
  sqlite3_bind_int64 (put, 4, boot->boot_us);
  bind_hash (put, 5, &hash);
  return sy_database_run (db, put, "Writing the run log", error);
}

GArray *
sy_boots_load (sqlite3 *db, gboolean trusting, GError **error)
{
  g_autoptr (sqlite3_stmt) get = sy_database_query (db, SY_BOOT_SELECT, error);
  g_autoptr (GArray) boots = g_array_new (FALSE, TRUE, sizeof (SyBoot));
  int rc;

  if (get == NULL)
    return NULL;
  while ((rc = sqlite3_step (get)) == SQLITE_ROW)
    {
      SyBoot boot = { .n = (guint32) sqlite3_column_int64 (get, 0),
                      .wall_us = sqlite3_column_int64 (get, 2),
                      .boot_us = sqlite3_column_int64 (get, 3) };
      SyHash hash, ought;

      g_strlcpy (boot.boot_id, sy_database_text (get, 1), sizeof boot.boot_id);
      boot_check (&ought, &boot);
      if (!trusting && (!column_hash (get, 4, &hash) || !sy_hash_equal (&hash, &ought)))
        {
          g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT, "The check of boot %u is wrong: the log is damaged",
                       boot.n);
          return NULL;
        }
      g_array_append_val (boots, boot);
    }
  if (rc == SQLITE_DONE)
    return g_steal_pointer (&boots);
  sy_database_set_error (error, db, rc, "Reading the boots");
  return NULL;
}

const SyBoot *
sy_boots_find (GArray *boots, guint32 n)
{
  /* Rows are numbered from 1 without holes. */
  const SyBoot *boot = n >= 1 && n <= boots->len ? &g_array_index (boots, SyBoot, n - 1) : NULL;

  return boot != NULL && boot->n == n ? boot : NULL;
}

/* --- definition --- */

static void
definition_check (SyHash *hash, const SyDefinition *definition)
{
  g_autofree char *text = g_strdup_printf ("definition|%u|%s|%" G_GINT64_FORMAT "|%s", definition->n,
                                           definition->sha256, definition->since_seq, definition->path);

  sy_row_check (hash, text);
}

void
sy_definition_row_bind (sqlite3_stmt *statement, const SyDefinition *definition)
{
  gsize size;
  const void *bytes = g_bytes_get_data (definition->bytes, &size);
  SyHash hash;

  definition_check (&hash, definition);
  sqlite3_bind_int64 (statement, 1, definition->n);
  sqlite3_bind_text (statement, 2, definition->sha256, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, definition->path, -1, SQLITE_STATIC);
  sqlite3_bind_blob64 (statement, 4, bytes != NULL ? bytes : "", size, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 5, definition->since_seq);
  bind_hash (statement, 6, &hash);
}

SyDefinition *
sy_definition_row_read (sqlite3_stmt *statement, GError **error)
{
  g_autoptr (SyDefinition) definition = g_new0 (SyDefinition, 1);
  g_autofree char *digest = NULL;
  SyHash hash, ought;

  definition->n = (guint32) sqlite3_column_int64 (statement, 0);
  definition->sha256 = g_strdup (sy_database_text (statement, 1));
  definition->path = g_strdup (sy_database_text (statement, 2));
  definition->bytes =
      g_bytes_new (sqlite3_column_blob (statement, 3), (gsize) sqlite3_column_bytes (statement, 3));
  definition->since_seq = sqlite3_column_int64 (statement, 4);
  definition_check (&ought, definition);
  digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, definition->bytes);
  if (column_hash (statement, 5, &hash) && sy_hash_equal (&hash, &ought) &&
      g_str_equal (digest, definition->sha256))
    return g_steal_pointer (&definition);
  g_set_error (error, SY_ERROR, SY_ERROR_CORRUPT,
               "The stored file %u of the run is damaged: `switchyard doctor` looks at it", definition->n);
  return NULL;
}

/* --- state --- */

void
sy_state_row_fill (SyLogRow *row, const SyStateRow *state)
{
  row->values[0] = sy_log_state_key (state->task, state->item);
  row->text_column = 1;
  row->text = state->id;
  row->text_length = state->id != NULL ? strlen (state->id) : 0;
  row->values[2] = state->state;
  row->values[3] = state->name;
  row->values[4] = state->settled;
  row->values[5] = state->badges;
  row->values[6] = state->attempt;
  row->values[7] = state->budget_used;
  row->values[8] = state->due_us;
  row->values[9] = state->last_seq;
}

void
sy_state_row_read (sqlite3_stmt *statement, SyStateRow *row)
{
  gint64 key = sqlite3_column_int64 (statement, 0);

  *row = (SyStateRow){
    .task = sy_log_key_task (key),
    .item = sy_log_key_item (key),
    .id = sy_database_text (statement, 1),
    .state = (guint8) sqlite3_column_int64 (statement, 2),
    .name = (guint8) sqlite3_column_int64 (statement, 3),
    .settled = (guint8) sqlite3_column_int64 (statement, 4),
    .badges = (guint8) sqlite3_column_int64 (statement, 5),
    .attempt = (guint32) sqlite3_column_int64 (statement, 6),
    .budget_used = (guint32) sqlite3_column_int64 (statement, 7),
    .due_us = sqlite3_column_int64 (statement, 8),
    .last_seq = sqlite3_column_int64 (statement, 9),
  };
}

/* --- attempt --- */

typedef enum
{
  U8,
  I32,
  U32,
  I64
} Width;

#define COLUMN(member, width, absent)                                                                        \
  {                                                                                                          \
    G_STRUCT_OFFSET (SyAttempt, member), width, absent                                                       \
  }
#define INITIAL_PIDNS 0xEFFFFFFC /* PROC_PID_INIT_INO */

/* Columns after the key, in the order of the table. What is @absent is stored as NULL, which takes no byte.
 */
static const struct
{
  guint16 offset;
  guint8 width;
  gint64 absent;
} columns[] = {
  COLUMN (nonce, I64, 0),      COLUMN (state, U8, 0),       COLUMN (name, U8, 0),
  COLUMN (failure, U8, 0),     COLUMN (keeper, U32, 0),     COLUMN (boot, U32, 0),
  COLUMN (pid, I32, 0),        COLUMN (start_time, I64, 0), COLUMN (pidns, I64, INITIAL_PIDNS),
  COLUMN (kill_method, U8, 0), COLUMN (started_us, I64, 0), COLUMN (ended_us, I64, 0),
  COLUMN (status, I32, 0),     COLUMN (user_us, I64, 0),    COLUMN (sys_us, I64, 0),
  COLUMN (rss, I64, 0),        COLUMN (read, I64, -1),      COLUMN (written, I64, -1),
  COLUMN (output, I64, 0),     COLUMN (dropped, I64, 0),
};

/* What hardly an attempt has lies together in one text, "word=number …", before "command=digest". */
static const struct
{
  const char *word;
  guint16 offset;
  guint8 width;
} rare_columns[] = {
  { "timed_out", G_STRUCT_OFFSET (SyAttempt, timed_out), U8 },
  { "oom", G_STRUCT_OFFSET (SyAttempt, oom), U8 },
  { "spawn_errno", G_STRUCT_OFFSET (SyAttempt, spawn_errno), I32 },
  { "stragglers", G_STRUCT_OFFSET (SyAttempt, stragglers), I32 },
  { "escaped", G_STRUCT_OFFSET (SyAttempt, escaped), I32 },
};

#define RARE_COLUMN ((int) G_N_ELEMENTS (columns) + 1) /* behind them */
G_STATIC_ASSERT (G_N_ELEMENTS (columns) + 2 == SY_ATTEMPT_COLUMNS);

static gint64
get_member (const SyAttempt *attempt, gsize offset, guint width)
{
  const char *at = (const char *) attempt + offset;

  switch ((Width) width)
    {
    case U8:
      return *(const guint8 *) at;
    case I32:
      return *(const gint32 *) at;
    case U32:
      return *(const guint32 *) at;
    case I64:
      break;
    }
  return *(const gint64 *) at;
}

static void
set_member (SyAttempt *attempt, gsize offset, guint width, gint64 value)
{
  char *at = (char *) attempt + offset;

  switch ((Width) width)
    {
    case U8:
      *(guint8 *) at = (guint8) value;
      break;
    case I32:
    case U32:
      *(guint32 *) at = (guint32) value;
      break;
    case I64:
      *(gint64 *) at = value;
      break;
    }
}

static void
write_rare (const SyAttempt *attempt, GString *rare)
{
  g_string_truncate (rare, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (rare_columns); i++)
    {
      gint64 value = get_member (attempt, rare_columns[i].offset, rare_columns[i].width);

      if (value != 0)
        g_string_append_printf (rare, "%s%s=%" G_GINT64_FORMAT, rare->len > 0 ? " " : "",
                                rare_columns[i].word, value);
    }
  if (sy_digest_is_set (attempt->command_digest))
    {
      char digest[2 * SY_DIGEST_BYTES + 1];

      sy_digest_to_hex (attempt->command_digest, digest);
      g_string_append (rare, rare->len > 0 ? " command=" : "command=");
      g_string_append_len (rare, digest, sizeof digest - 1);
    }
}

static void
read_rare_word (SyAttempt *attempt, const char *word, gsize length)
{
  const char *equals = memchr (word, '=', length);
  gsize name = equals != NULL ? (gsize) (equals - word) : length;

  for (gsize i = 0; equals != NULL && i < G_N_ELEMENTS (rare_columns); i++)
    if (strlen (rare_columns[i].word) == name && memcmp (rare_columns[i].word, word, name) == 0)
      set_member (attempt, rare_columns[i].offset, rare_columns[i].width, strtoll (equals + 1, NULL, 10));
  if (equals != NULL && name == strlen ("command") && memcmp (word, "command", name) == 0)
    sy_digest_from_hex (equals + 1, length - name - 1, attempt->command_digest);
}

static void
read_rare (SyAttempt *attempt, const char *rare)
{
  while (*rare != '\0')
    {
      gsize length = strcspn (rare, " ");

      read_rare_word (attempt, rare, length);
      rare += length + strspn (rare + length, " ");
    }
}

void
sy_attempt_row_fill (SyLogRow *row, const SyAttempt *attempt, GString *rare)
{
  row->values[0] = sy_log_attempt_key (attempt->task, attempt->item, attempt->n);
  row->nulls = 0;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    {
      gint64 value = get_member (attempt, columns[i].offset, columns[i].width);

      if (value == columns[i].absent)
        row->nulls |= 1u << (i + 1);
      else if (columns[i].offset == G_STRUCT_OFFSET (SyAttempt, ended_us))
        value = minus (value, attempt->started_us); /* column ran_us */
      row->values[i + 1] = value;
    }
  write_rare (attempt, rare);
  row->text_column = RARE_COLUMN;
  row->text = rare->len > 0 ? rare->str : NULL;
  row->text_length = rare->len;
}

void
sy_attempt_row_read (sqlite3_stmt *statement, SyAttempt *attempt)
{
  gint64 key = sqlite3_column_int64 (statement, 0);

  *attempt = (SyAttempt){
    .task = sy_log_key_task (key),
    .item = sy_log_key_item (key),
    .n = sy_log_key_attempt (key),
  };
  for (int i = 0; i < (int) G_N_ELEMENTS (columns); i++)
    {
      gboolean is_null = sqlite3_column_type (statement, i + 1) == SQLITE_NULL;
      gint64 value = is_null ? columns[i].absent : sqlite3_column_int64 (statement, i + 1);

      /* Column ran_us: 0 where it ended at once, NULL where it has not ended */
      if (!is_null && columns[i].offset == G_STRUCT_OFFSET (SyAttempt, ended_us))
        value = plus (value, attempt->started_us);
      set_member (attempt, columns[i].offset, columns[i].width, value);
    }
  read_rare (attempt, sy_database_text (statement, RARE_COLUMN));
}

gboolean
sy_attempt_row_equal (const SyAttempt *a, const SyAttempt *b)
{
  for (gsize i = 0; i < G_N_ELEMENTS (columns); i++)
    if (get_member (a, columns[i].offset, columns[i].width) !=
        get_member (b, columns[i].offset, columns[i].width))
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (rare_columns); i++)
    if (get_member (a, rare_columns[i].offset, rare_columns[i].width) !=
        get_member (b, rare_columns[i].offset, rare_columns[i].width))
      return FALSE;
  return a->task == b->task && a->item == b->item && a->n == b->n &&
         memcmp (a->command_digest, b->command_digest, sizeof a->command_digest) == 0;
}

gboolean
sy_attempt_row_concerns (const SyEvent *event)
{
  if (event->attempt == 0)
    return FALSE;
  switch ((SyEventKind) event->kind)
    {
    case SY_EVENT_INTENT:
    case SY_EVENT_STARTED:
    case SY_EVENT_STOP_REQUESTED:
    case SY_EVENT_EXITED:
    case SY_EVENT_LOST:
      return TRUE;
    default:
      return FALSE;
    }
}
