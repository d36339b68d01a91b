/* sy-recovery-journals-private.h: what the journals of a run say of some nonces
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/engine/sy-journal.h"
#include "core/engine/sy-recovery.h"

G_BEGIN_DECLS

/* What the journal of keeper @keeper says of one nonce. */
typedef struct
{
  guint32 keeper;
  gboolean keeper_lives;
  gboolean same_boot;
  gboolean claimed, exited, voided;
  SyJournalRecord record; /* the exit, else the void, else the start, else the claim */
} SyFact;

/* Numbers of all journals of k/, ascending (GArray of guint32). (transfer full) */
GArray *sy_recovery_list_keepers (int run_fd);

typedef struct
{
  int run_fd;
  guint8 boot_id[16];
  GHashTable *wanted;   /* guint64* nonces that are looked for (borrowed) */
  gboolean all;         /* every nonce is wanted: the log has lost some */
  GHashTable *facts;    /* nonce -> SyFact (owned) */
  SyFact *handlers[SY_N_HANDLERS]; /* (nullable) (owned) the newest claim of each handler */
} SyFacts;

void sy_facts_init (SyFacts *facts, int run_fd);
void sy_facts_clear (SyFacts *facts);
/* Reads k/<number> for the wanted nonces and for handlers. */
void sy_facts_read (SyFacts *facts, guint32 number, gboolean keeper_lives);
const SyFact *sy_facts_find (const SyFacts *facts, guint64 nonce);

G_END_DECLS
