/* test-import-make.c: both outputs of GNU make, as recorded and from the make that is here
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>

#include "core/format/sy-import-make.h"
#include "core/format/sy-import.h"

static SyImport *
import (const char *text, SyProblems *problems)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return sy_import_bytes (bytes, NULL, SY_FORMAT_MAKE, problems);
}

static const char *
tasks_of (SyImport *import)
{
  return strstr (g_bytes_get_data (import->text, NULL), "tasks:\n") + strlen ("tasks:\n");
}

static gboolean
is_lost (SyProblems *problems, const char *piece)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    if (strstr (sy_problems_get (problems, i)->message, piece) != NULL)
      return TRUE;
  return FALSE;
}

/* --- recipes --- */

static const struct { const char *recipe, *run; } recipes[] = {
  { "", NULL },
  { "cc -c main.c\ncc -o prog\n", "cc -c main.c\ncc -o prog\n" },
  { "@echo hi\n\t- @rm x\n", "echo hi\nrm x || true\n" },
  { "cd sub && make\nls\n", "(set +e\ncd sub && make\n)\nls\n" },
  { "cd sub\n", "(set +e\ncd sub\n)\n" },
  { "X=1 y\n", "(set +e\nX=1 y\n)\n" },
  { "cc \\\n  -c x\n", "(set +e\ncc \\\n  -c x\n)\n" },
  { "echo a\\\\\nb\n", "echo a\\\\\nb\n" },
  { "-false; echo b\n", "(set +e\nfalse; echo b\n) || true\n" },
  { "+@-\n", NULL },
};

static void
test_recipes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++)
    {
      g_autofree char *run = sy_make_recipe_text (recipes[i].recipe);

      g_assert_cmpstr (run, ==, recipes[i].run);
    }
}

/* --- variables --- */

static const char *
look_up (const char *name, gpointer data)
{
  static const char *const values[][2] = { { "A", "one" }, { "B", "$(A) $$x" }, { "SRC", "src/a.c b.c  d.h" }, { "LOOP", "$(LOOP)" },
                                           { "NAME", "SRC" }, { "@", "out/prog" }, { "@D", "$(patsubst %/,%,$(dir $@))" } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (name, values[i][0]))
      return values[i][1];
  return NULL;
}

static const struct { const char *text, *value, *unknown; } expansions[] = {
  { "$(A) ${A} $A", "one one one" },
  { "$(B)", "one $x" },
  { "100$$ $", "100$ $" },
  { "[$(none)]", "[]" },
  { "$(SRC:.c=.o)", "src/a.o b.o d.h" },
  { "$(SRC:%.c=obj/%.o)", "obj/src/a.o obj/b.o d.h" },
  { "$($(NAME):.h=)", "src/a.c b.c d" },
  { "$(patsubst %.c,%.o,$(filter %.c,$(SRC)))", "src/a.o b.o" },
  { "$(filter-out %.c,$(SRC))", "d.h" },
  { "$(notdir $(SRC)) $(dir $(SRC))", "a.c b.c d.h src/ ./ ./" },
  { "$(basename $(SRC)) $(suffix $(SRC))", "src/a b d .c .c .h" },
  { "$(addprefix x-,$(SRC)) $(addsuffix .z,a b)", "x-src/a.c x-b.c x-d.h a.z b.z" },
  { "$(subst .c,.x,$(SRC))", "src/a.x b.x  d.h" },
  { "$(firstword $(SRC)) $(lastword $(SRC)) [$(strip  a   b )]", "src/a.c d.h [a b]" },
  { "$(@D)/x ${@D}", "out/x out" },
  { "$(LOOP)", NULL, "a variable that is worth itself" },
  { "$(shell date)", NULL, "$(shell …)" },
  { "x $(A", NULL, "a “$(” that is not closed" },
};

static void
test_expansions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (expansions); i++)
    {
      g_autofree char *unknown = NULL, *value = sy_make_expand (expansions[i].text, look_up, NULL, &unknown);

      g_assert_cmpstr (value, ==, expansions[i].value);
      g_assert_cmpstr (unknown, ==, expansions[i].unknown);
    }
}

/* @data is worth every variable */
static const char *
look_up_long (const char *name, gpointer data)
{
  return data;
}

/* A few functions inside each other would make gigabytes of a line, or take hours. */
static void
test_expansion_bombs (void)
{
  static const char *const texts[] = {
    "$(subst a,$(L),$(subst a,$(L),$(L)))", "$(addprefix $(L),$(subst a,b b ,$(L)))", "$(patsubst %,$(L),$(subst a,b b ,$(L)))",
    "$(filter $(subst a,b c ,$(L)),$(subst a,d e ,$(L)))", "$(filter-out $(subst a,b c ,$(L)),$(subst a,d e ,$(L)))",
  };
  g_autofree char *value = g_strnfill (200000, 'a');

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *unknown = NULL;

      g_assert_null (sy_make_expand (texts[i], look_up_long, value, &unknown));
      g_assert_cmpstr (unknown, ==, "more text than is sensible");
    }
}

/* --- what is refused --- */

static void
test_refused (void)
{
  static const struct { const char *text, *message; } cases[] = {
    { "all: prog\n\tcc x\n", "only make can read a makefile" },
    { "GNU Make 4.3\nUpdating goal targets....\nConsidering target file 'all'.\nNo need to remake target 'all'.\n", "make would make nothing" },
    { "# Make data base, printed on x\n# Variables\n.DEFAULT_GOAL := all\n# Directories\n# Files\n", "no rule for “all”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();

      g_assert_null (import (cases[i].text, problems));
      g_assert_true (is_lost (problems, cases[i].message));
    }
}

static void
test_detect (void)
{
  static const struct { const char *path, *text; SyFileFormat format; } cases[] = {
    { "/x/Makefile", "all:\n", SY_FORMAT_MAKE },
    { "rules.mk", "all:\n", SY_FORMAT_MAKE },
    { "build.make", "GNU Make 4.3\nx\nUpdating goal targets....\n", SY_FORMAT_MAKE },
    { NULL, "cc x\n# GNU Make 4.3\n# Make data base, printed on Sun\n", SY_FORMAT_MAKE },
    { "x.yaml", "# Make data base, printed on Sun\n", SY_FORMAT_NATIVE },
    { "x", "Updating goal targets....\n", SY_FORMAT_NATIVE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].text, strlen (cases[i].text));

      g_assert_cmpint (sy_import_detect (cases[i].path, bytes), ==, cases[i].format);
    }
}

/* --- the make that is here --- */

static const char makefile[] =
  "OBJS := main.o util.o\n"
  "CC = cc\n"
  ".PHONY: all clean\n"
  "all: prog doc/manual.txt again\n"
  "prog: $(OBJS)\n"
  "\t$(CC) -o $@ $^\n"
  "%.o: %.c common.h | build\n"
  "\t@echo compiling $<\n"
  "\t-$(CC) -c $< -o $@\n"
  "build:\n"
  "\tmkdir -p $@\n"
  "doc/manual.txt: manual.in\n"
  "\tmkdir -p $(@D)\n"
  "\tfor i in 1 2; do \\\n"
  "\t  cat $< >> $@; \\\n"
  "\tdone\n"
  "again: stamp\n"
  "\t$(MAKE) -f inner.mk\n"
  "\techo after $$HOME\n"
  "stamp: prog\n"
  "clean:\n"
  "\trm -f *.o\n";

static const char *const trace_tasks =
  "  build:\n    run: mkdir -p build\n"
  "  main_o:\n    label: main.o\n    needs: [build]\n    run: |\n      echo compiling main.c\n      cc -c main.c -o main.o\n"
  "  util_o:\n    label: util.o\n    needs: [build]\n    run: |\n      echo compiling util.c\n      cc -c util.c -o util.o\n"
  "  prog:\n    needs: [main_o, util_o]\n    run: cc -o prog main.o util.o\n"
  "  doc_manual_txt:\n    label: doc/manual.txt\n    run: |\n      mkdir -p doc\n      (set +e\n      for i in 1 2; do \\\n        cat manual.in >> doc/manual.txt; \\\n      done\n      )\n"
  "  stamp:\n    needs: [prog]\n"
  "  again:\n    needs: [stamp]\n    run: |\n      make -f inner.mk\n      echo after $HOME\n"
  "  all:\n    needs: [prog, doc_manual_txt, again]\n";

typedef struct { char *dir; } Fixture;

static void
put (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const char *const files[] = { "main.c", "util.c", "common.h", "manual.in", "y" };

  f->dir = g_dir_make_tmp ("sy-make-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    put (f->dir, files[i], "");
  put (f->dir, "Makefile", makefile);
  put (f->dir, "inner.mk", "inner: y\n\techo inner; echo twice\n");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->dir, 0, NULL);

  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (f->dir, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->dir);
}

/* What make says; (transfer full) (nullable): there is none, or another than GNU make */
static char *
ask_make (Fixture *f, const char *options)
{
  char *argv[] = { (char *) "make", (char *) options, NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "LC_ALL", "C", TRUE);
  char *said = NULL;
  int status;

  env = g_environ_unsetenv (env, "MAKEFLAGS");
  env = g_environ_unsetenv (env, "MAKELEVEL");
  if (!g_spawn_sync (f->dir, argv, env, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &said, NULL, &status, NULL) || !strstr (said, "GNU Make 4."))
    {
      g_free (said);
      g_test_skip ("no GNU make 4 here");
      return NULL;
    }
  return said;
}

static void
test_trace (Fixture *f, gconstpointer data)
{
  g_autofree char *said = ask_make (f, "-Bnd");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyImport) made = said != NULL ? import (said, problems) : NULL;

  if (said == NULL)
    return;
  g_assert_nonnull (made);
  g_assert_cmpstr (tasks_of (made), ==, trace_tasks);
  g_assert_true (is_lost (problems, "target again: the targets of the make that it calls"));
  g_assert_true (is_lost (problems, "make builds what is out of date"));
}

/* Without the commands' make, the same; and what only the data base tells */
static void
test_data (Fixture *f, gconstpointer data)
{
  g_autofree char *said = ask_make (f, "-Bnp");
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyImport) made = said != NULL ? import (said, problems) : NULL;
  g_autoptr (GString) expected = g_string_new (trace_tasks);

  if (said == NULL)
    return;
  g_string_replace (expected, "      cc -c main.c -o main.o\n", "      cc -c main.c -o main.o || true\n", 0);
  g_string_replace (expected, "      cc -c util.c -o util.o\n", "      cc -c util.c -o util.o || true\n", 0);
  g_assert_nonnull (made);
  g_assert_cmpstr (tasks_of (made), ==, expected->str);
  g_assert_true (is_lost (problems, "targets that all does not need: clean"));
}

/* A cycle that make drops, a recipe that only make can work out, a rule of its own, values of the environment */
static void
test_odd (Fixture *f, gconstpointer data)
{
  g_autofree char *said = NULL, *traced = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new (), more = sy_problems_new ();
  g_autoptr (SyImport) made = NULL, other = NULL;

  put (f->dir, "Makefile", "all: a main.x\na: b\n\techo $(shell echo now) $(HOME)\nb: a\n\techo $(HOME)/b\nmain.x: main.c\n.SUFFIXES: .x .c\n.c.x:\n\tcp $< $@\n");
  said = ask_make (f, "-Bnp");
  traced = said != NULL ? ask_make (f, "-Bnd") : NULL;
  if (traced == NULL)
    return;
  made = import (said, problems);
  g_assert_nonnull (made);
  g_assert_cmpstr (tasks_of (made), ==,
                   "  b:\n    run: echo ${HOME}/b\n  a:\n    needs: [b]\n    x-recipe: |\n      echo $(shell echo now) $(HOME)\n"
                   "  main_x:\n    label: main.x\n    run: cp main.c main.x\n  all:\n    needs: [a, main_x]\n");
  g_assert_true (is_lost (problems, "target a: its recipe uses $(shell …)"));
  other = import (traced, more);
  g_assert_nonnull (other);
  g_assert_cmpuint (other->workflow->n_edges, ==, 3);
  g_assert_nonnull (strstr (tasks_of (other), "echo now "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/import-make/recipes", test_recipes);
  g_test_add_func ("/format/import-make/expansions", test_expansions);
  g_test_add_func ("/format/import-make/expansion-bombs", test_expansion_bombs);
  g_test_add_func ("/format/import-make/refused", test_refused);
  g_test_add_func ("/format/import-make/detect", test_detect);
  g_test_add ("/format/import-make/trace", Fixture, NULL, set_up, test_trace, tear_down);
  g_test_add ("/format/import-make/data", Fixture, NULL, set_up, test_data, tear_down);
  g_test_add ("/format/import-make/odd", Fixture, NULL, set_up, test_odd, tear_down);
  return g_test_run ();
}
