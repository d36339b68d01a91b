/* sy-artifact.h: a file that a task wrote, or was to write
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum { SY_ARTIFACT_MISSING, SY_ARTIFACT_FILE, SY_ARTIFACT_FOLDER, SY_ARTIFACT_OTHER } SyArtifactKind;
/* How it can be looked at, judged by its name and its first bytes */
typedef enum { SY_ARTIFACT_TEXT, SY_ARTIFACT_PICTURE, SY_ARTIFACT_FOREIGN } SyArtifactShow;

typedef struct
{
  char *name;           /* as the workflow says it */
  char *path;           /* absolute */
  SyArtifactKind kind;
  SyArtifactShow show;  /* of a file */
  guint64 size;
  gint64 changed_us;    /* wall */
} SyArtifact;

static inline void
sy_artifact_clear (gpointer data)
{
  SyArtifact *artifact = data;

  g_free (artifact->name);
  g_free (artifact->path);
}

G_END_DECLS
