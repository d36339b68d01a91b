/* sy-field.h: what a key of the workflow file is described by: for the validator, the schema and the forms of the window
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a value may be; a field may accept several */
typedef enum
{
  SY_ACCEPT_TEXT = 1 << 0,     /* any scalar, as written */
  SY_ACCEPT_BOOL = 1 << 1,     /* true, false */
  SY_ACCEPT_INT = 1 << 2,      /* min…max */
  SY_ACCEPT_NUMBER = 1 << 3,   /* min…max */
  SY_ACCEPT_DURATION = 1 << 4, /* 90, 500ms, 1h30m */
  SY_ACCEPT_SIZE = 1 << 5,     /* 4G */
  SY_ACCEPT_PERCENT = 1 << 6,  /* 1%…100% */
  SY_ACCEPT_WORD = 1 << 7,     /* one of `words` */
  SY_ACCEPT_CODES = 1 << 8,    /* an exit code, a range 1-9, any */
  SY_ACCEPT_LIST = 1 << 9,     /* of `item` */
  SY_ACCEPT_MAP = 1 << 10,     /* names of the form `names` -> `item` */
  SY_ACCEPT_OBJECT = 1 << 11,  /* keys of `table` */
  SY_ACCEPT_ANY = 1 << 12,     /* any list or map, however deep */
} SyAccept;

#define SY_ACCEPT_SCALAR (SY_ACCEPT_LIST - 1)

typedef enum
{
  SY_FIELD_REQUIRED = 1 << 0,
  SY_FIELD_LATER = 1 << 1,      /* known, but not built yet: “not yet supported” */
  SY_FIELD_DYNAMIC = 1 << 2,    /* may hold ${{ }} */
  SY_FIELD_EXPRESSION = 1 << 3, /* is an expression */
  SY_FIELD_DEFAULTS = 1 << 4,   /* task: also allowed in `defaults` */
  SY_FIELD_PROSE = 1 << 6,      /* words for people: ${{ }} is nothing special in them */
  SY_FIELD_OWN = 1 << 5,        /* what is inside is checked piece by piece by the loader */
  SY_FIELD_FIXED = 1 << 7,      /* stands in the file as it is: no ${{ }} */
  SY_FIELD_AT_JOIN = 1 << 8,    /* ${{ }} may name tasks: it is evaluated when the task's join fires */
} SyFieldFlags;

typedef struct _SyField SyField;
typedef struct _SyTable SyTable;

/* What is made by filling in a field: an entry of the window's Add menu */
typedef struct
{
  const char *title;         /* "Shell Task" */
  const char *icon;          /* name of a symbolic icon */
  const char *empty;         /* (nullable) what an empty line says where it is asked for beside the name: "Command; none: a join point" */
} SyFieldKind;

struct _SyField
{
  const char *key;           /* NULL for the item of a list or map */
  const char *help;          /* one line: what it does */
  guint accept;              /* SyAccept */
  guint flags;               /* SyFieldFlags */
  const char *fallback;      /* (nullable) default, as it would be written */
  const char *const *words;  /* WORD: NULL-terminated */
  const char *const *later;  /* (nullable) WORD: words that are not built yet */
  double min, max;           /* INT and NUMBER */
  const SyField *item;       /* LIST and MAP */
  const SyTable *table;      /* OBJECT */
  const char *names;         /* MAP: one of SY_NAMES_* */
  const char *shorthand;     /* (nullable) OBJECT: the key that a lone scalar was probably meant for */
  const SyFieldKind *kind;   /* (nullable) a task, or a handler, is of a kind of its own by it */
};

struct _SyTable
{
  const char *name;          /* "task": as in `definitions` of the schema */
  const char *what;          /* "a task", for messages */
  const SyField *fields;
  guint n_fields;
  const SyField *others;     /* (nullable) what keys of any other name hold (pools in resources) */
  const SyFieldKind *bare;   /* (nullable) what it is without any field that has a kind */
};

#define SY_FIELD_MANY 1000000000.0 /* a max of no limit */

/* Is @text a good value of one of the scalar kinds? *range: it is a number, but too large or too small */
gboolean sy_field_fits (const SyField *field, const char *text, gboolean *range);

/* What the field accepts in words: "a duration such as 90s or 1h30m, or a map". (transfer full) */
char *sy_field_describe (const SyField *field);
/* The same but for lists and maps */
char *sy_field_describe_scalar (const SyField *field);

G_END_DECLS
