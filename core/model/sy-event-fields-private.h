/* sy-event-fields-private.h: the table of the keys of an event's data, for who writes it and who reads it
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/model/sy-event.h"

G_BEGIN_DECLS

/* pid namespace of a machine without containers (PROC_PID_INIT_INO): what STARTED means when it says nothing */
#define INITIAL_PIDNS G_GUINT64_CONSTANT (0xEFFFFFFC)

typedef enum
{
  TYPE_U8,
  TYPE_I32,
  TYPE_U32,
  TYPE_I64,
  TYPE_U64,
  TYPE_HEX,      /* guint64 as text, lower case, no leading zeros */
  TYPE_TEXT,
  TYPE_DIGEST,   /* SY_DIGEST_BYTES as text, lower case */
  TYPE_STATE,    /* SyState word */
  TYPE_NAME,     /* SyName word */
  TYPE_ENDED,    /* wall time, as µs before the event's own wall_us */
  TYPE_STARTED,  /* wall time, as µs before exit.ended_us; stands after ENDED when decoded */
} FieldType;

typedef struct
{
  char key[3];
  guint8 type;
  gboolean in_exit;
  guint16 offset;
  gint64 absent; /* the value that is not written */
} Field;

#define EVENT(key, type, member) { key, type, FALSE, G_STRUCT_OFFSET (SyEvent, member), 0 }
#define EXIT(key, type, member, absent) { key, type, TRUE, G_STRUCT_OFFSET (SyExit, member), absent }

/*
 * The one table of keys, in the order in which they are written (bytewise). Keys
 * are part of the log's format: never change the meaning of one, only add.
 * What equals its absent value is left out; see also `usual`. STARTED's absent
 * pidns is the initial namespace.
 */
static const Field fields[] = {
  EXIT ("a", TYPE_STARTED, started_us, 0),
  EXIT ("b", TYPE_ENDED, ended_us, 0),
  EVENT ("c", TYPE_U32, cause),
  EVENT ("cd", TYPE_DIGEST, digest),
  EVENT ("d", TYPE_I64, due.wall_us),
  EVENT ("db", TYPE_I64, due.boot_us),
  EXIT ("e", TYPE_I32, spawn_errno, 0),
  EXIT ("f", TYPE_I32, escaped, 0),
  EXIT ("g", TYPE_I32, stragglers, 0),
  EXIT ("h", TYPE_U8, timed_out, 0),
  EXIT ("i", TYPE_U8, kill_method, 0),
  EXIT ("j", TYPE_U8, oom, 0),
  EVENT ("k", TYPE_U32, keeper),
  EXIT ("l", TYPE_I64, dropped, 0),
  EVENT ("m", TYPE_NAME, name),
  EVENT ("n", TYPE_HEX, nonce),
  EXIT ("o", TYPE_I64, output, 0),
  EVENT ("p", TYPE_I32, pid),
  EVENT ("ps", TYPE_U64, pidns),
  EXIT ("r", TYPE_I64, rss, 0),
  EXIT ("rd", TYPE_I64, read, -1),
  EVENT ("s", TYPE_STATE, state),
  EVENT ("st", TYPE_U64, start_time),
  EVENT ("t", TYPE_TEXT, text),
  EXIT ("u", TYPE_I64, user_us, 0),
  EVENT ("v", TYPE_I64, value),
  EVENT ("w", TYPE_I64, value2),
  EXIT ("wr", TYPE_I64, written, -1),
  EXIT ("x", TYPE_I32, status, 0),
  EXIT ("y", TYPE_I64, sys_us, 0),
};

/* Differences may wrap: no wall clock can make them undefined. */
static inline gint64
difference (gint64 a, gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

/* What these kinds nearly always say: not written. With or_none, a name NONE means the same. */
static const struct { guint16 kind; guint8 state, name; gboolean or_none; } usual[] = {
  { SY_EVENT_EXITED, SY_STATE_SUCCEEDED, SY_NAME_SUCCEEDED, FALSE },
  { SY_EVENT_HELD, SY_STATE_READY, SY_NAME_NONE, FALSE },
  { SY_EVENT_INTENT, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_JOIN_MET, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_RELEASED, SY_STATE_READY, SY_NAME_QUEUED, TRUE },
  { SY_EVENT_STARTED, SY_STATE_RUNNING, SY_NAME_RUNNING, TRUE },
};

static inline gint64
absent_value (const Field *field, guint kind)
{
  if (kind == SY_EVENT_STARTED && field->offset == G_STRUCT_OFFSET (SyEvent, pidns) && !field->in_exit)
    return (gint64) INITIAL_PIDNS;
  if (field->type != TYPE_STATE && field->type != TYPE_NAME)
    return field->absent;
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    if (usual[i].kind == kind)
      return field->type == TYPE_STATE ? usual[i].state : usual[i].name;
  return 0;
}

G_END_DECLS
