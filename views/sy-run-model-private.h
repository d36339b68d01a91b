/* sy-run-model-private.h: between sy-run-model.c and sy-run-model-usage.c
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-run-model.h"

G_BEGIN_DECLS

typedef struct
{
  double cpu_percent;   /* < 0: none */
  gint64 rss;
  double progress;      /* < 0: none */
} SyTaskUsage;

struct _SyRunModel
{
  GObject parent;

  SyRunState *live;     /* (owned) the fold of everything pushed */
  SyRunState *past;     /* (owned) (nullable) shown instead */
  gint64 past_us;       /* wall: when it was so */
  SyTimeline *timeline; /* (owned) */
  SyLayoutAhead *layout; /* (owned) (nullable) not taken yet */
  char *run_id;
  guint number;
  gboolean is_live;
  SyFileNews file_news;
  char *trouble;        /* (nullable) */
  SyPlaces *places;     /* (owned) */
  gint64 *expected;     /* (owned) (nullable) by index */
  SyUsual *usual;       /* (owned) (nullable) by index */
  GArray *pending;      /* (owned) SyEvent, not yet folded */
  GArray *usage;        /* (owned) SyTaskUsage by number - 1 */
  GError *error;        /* (owned) (nullable) */
  guint flush_source;
  gint64 flushed_us;    /* monotonic */
  guint emitting;
};

/* Emits run-changed. */
void sy_run_model_tell_run (SyRunModel *model);

G_END_DECLS
