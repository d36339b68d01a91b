/* sy-doctor-private.h: what verifying and salvaging share
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/store/sy-doctor.h"
#include "core/store/sy-log-verify-private.h"

G_BEGIN_DECLS

/* The events of a log folded once more: into the run's state (as far as its files can be loaded) and the attempts */
typedef struct
{
  SyWorkflowLoad load;    /* (nullable) */
  gpointer data;
  SyRunState *state;      /* (nullable) */
  GHashTable *attempts;   /* SyAttempt by sy_log_attempt_key() */
  guint32 n_definitions;  /* loaded */
  GError *load_error;     /* (nullable): a file cannot be loaded */
  GError *fold_error;     /* (nullable): an event that the fold refuses */
  gint64 fold_error_seq;
} SyRefold;

SyRefold *sy_refold_new (SyWorkflowLoad load, gpointer data);
void sy_refold_free (SyRefold *refold);
/* Loads definition 1. */
void sy_refold_start (SyRefold *refold, sqlite3 *db);
void sy_refold_add (SyRefold *refold, sqlite3 *db, const SyEvent *event);

G_END_DECLS
