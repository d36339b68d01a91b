/* sy-text-sync.h: a text widget and a document that others change too: what each has to be told
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/base/sy-text-map.h"
#include "core/model/sy-change.h"

G_BEGIN_DECLS

/* Characters [start, end) of what is shown become @text. */
typedef struct
{
  gsize start, end;
  char *text;
} SyTextPatch;

/**
 * SyTextSync:
 *
 * Knows the document's text as of the last answer, what was sent since, and what
 * is shown. At most one change of typed text is under way. A new revision gives patches for what others changed; where both
 * changed the same, what was typed stays, and is sent.
 */
typedef struct _SyTextSync SyTextSync;

SyTextSync *sy_text_sync_new (GBytes *text); /* valid UTF-8 without NUL */
void sy_text_sync_free (SyTextSync *sync);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyTextSync, sy_text_sync_free)

SyTextMap *sy_text_sync_get_map (SyTextSync *sync); /* (transfer none) */
/* Typed: see sy_text_map_type() */
void sy_text_sync_type (SyTextSync *sync, gsize start, gsize end, const char *text, gsize length);
gboolean sy_text_sync_is_dirty (const SyTextSync *sync); /* something is not sent */

/* (transfer full) (nullable): what is not sent as one change; NULL: nothing, or the last one is not answered */
SyChange *sy_text_sync_take (SyTextSync *sync, const char *name);
void sy_text_sync_sent (SyTextSync *sync, guint serial);

/**
 * sy_text_sync_revise:
 * @serial: of the newest request that is in @text
 *
 * Returns: (transfer full) (nullable): of #SyTextPatch, to be applied in this order; %NULL: an answer older than what was sent
 */
GPtrArray *sy_text_sync_revise (SyTextSync *sync, guint serial, GBytes *text);

G_END_DECLS
