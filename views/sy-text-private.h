/* sy-text-private.h: a text's parts, shared by its files
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "views/sy-text-model.h"

G_BEGIN_DECLS

#define SY_TEXT_KEPT 64 /* blocks */

/* A block in memory */
typedef struct
{
  guint64 offset;       /* its key */
  GBytes *bytes;        /* (owned) */
  GArray *ends;         /* (owned) guint32: after each line end in it */
  GArray *times;        /* (owned) (nullable) SyOutputTime */
  guint64 used;
} SyTextLoaded;

typedef enum { SY_FIND_NOTHING, SY_FIND_ERROR, SY_FIND_MATCHES } SyTextFinding;

struct _SyTextModel
{
  GObject parent;

  SyTextSource *source; /* (owned) (nullable) closed */
  SyTextIndex index;
  gboolean counting, reopened, loaded, stale, has_times;
  guint64 total;
  gint64 instant_us;    /* 0 = now */
  guint64 limit;        /* bytes shown; G_MAXUINT64 = all */
  GError *error;        /* (owned) (nullable) */
  GHashTable *cache;    /* (owned) offset → SyTextLoaded */
  GHashTable *asked;    /* (owned) offset → what is being read */
  GPtrArray *takes;     /* (owned) what is being taken out */
  guint64 uses;

  SyTextQuery *query;   /* (owned) (nullable) */
  SyTextQuery *errors;  /* (owned) (nullable) */
  SyTextPlace searched, error_searched;   /* up to where */
  GArray *matches;      /* (owned) a bit a line */
  guint64 n_matches;
  gboolean searched_all;
  guint64 grown;        /* end of the text when it was searched last */
  guint64 error_line;   /* SY_NO_LINE = none so far */
  gboolean wants_error;
  SyTextFinding finding;        /* what is searched for just now */
};

void sy_text_tell_changed (SyTextModel *self);
void sy_text_tell_error_line (SyTextModel *self, guint64 line);
/* Lines have other numbers from now on. */
void sy_text_forget_index (SyTextModel *self);

/* sy-text-take.c */
void sy_text_take_free (gpointer take);

/* sy-text-search.c */
void sy_text_search_forget (SyTextModel *self);
/* There are lines that have not been looked through. */
void sy_text_search_go_on (SyTextModel *self);

G_END_DECLS
