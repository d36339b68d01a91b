/* sy-design-places.h: what a document's user pins, between memory, the file beside the workflow, and drafts
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "core/format/sy-manuscript.h"

G_BEGIN_DECLS

/*
 * One for each document that is edited; of its worker's thread. A file beside the workflow that is none of ours is never
 * written: then places live as long as the document does. So they do where the folder cannot be written.
 */
typedef struct _SyDesignPlaces SyDesignPlaces;

SyDesignPlaces *sy_design_places_new (void);
void sy_design_places_free (SyDesignPlaces *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SyDesignPlaces, sy_design_places_free)

/* The places of the script's file; @draft: (nullable): a draft whose text was taken up, and that goes first */
void sy_design_places_load (SyDesignPlaces *self, SyManuscript *script, const char *draft);
/* Writes what has changed: beside the file where the text is as on the disk, beside @draft where it is not. @draft: (nullable):
 * NULL = the text was just saved: what its tasks have alone */
void sy_design_places_keep (SyDesignPlaces *self, SyManuscript *script, const char *draft);
gboolean sy_design_places_has_news (SyDesignPlaces *self);
/* (transfer full) (nullable): what the user is to be told, each thing once */
char *sy_design_places_take_news (SyDesignPlaces *self);
/* The draft is not needed any more. */
void sy_design_places_drop_draft (const char *draft);

G_END_DECLS
