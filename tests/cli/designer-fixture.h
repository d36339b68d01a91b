/* designer-fixture.h: a document in a folder of its own, behind the window's interface
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/sy-manuscript-designer.h"

G_BEGIN_DECLS

#define DESIGNER_AB "version: 1\ntasks:\n  a: {run: x}\n  b: {needs: [a], run: y}\n"

/* What the observer was told, counted; of each kind the newest */
typedef struct
{
  char *dir, *path, *sidecar, *drafts;
  SyDesigner *designer;
  guint revised, refused, saved, n_said;
  guint refused_serial;
  SyDiskNews news;
  char *refusal, *said; /* (nullable) */
} DesignerFixture;

/* DESIGNER_AB, opened. @data: (nullable): what lies beside the file */
void designer_fixture_set_up (DesignerFixture *f, gconstpointer data);
void designer_fixture_tear_down (DesignerFixture *f, gconstpointer data);

/* The file as it is now */
void designer_fixture_open (DesignerFixture *f);
void designer_fixture_observe (DesignerFixture *f);
void designer_fixture_close (DesignerFixture *f, gboolean discard);
/* (transfer none): once it is there */
SyDesignRevision *designer_fixture_wait (DesignerFixture *f, guint serial);
/* The serial of the request */
guint designer_fixture_rename (DesignerFixture *f, const char *from, const char *to);
guint designer_fixture_count_drafts (DesignerFixture *f);

G_END_DECLS
