/* test-edit.c: the surgical editor, case by case
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/base/sy-error.h"
#include "core/format/sy-edit.h"

/*
 * An operation as a line: "set a/b text", "word a/b 3", "map a/b k v", "remove a/b", "key a/b c", "append a/b text",
 * "add id", "add-after id other", "drop id", "bridge id", "delete id", "rename id new", "move id before" ("-": end),
 * "need id up", "unneed id up", "param name new". `\n` in a text is a line break.
 */
static void
record (SyEdit *edit, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_auto (GStrv) path = words[1] ? g_strsplit (words[1], "/", -1) : NULL;
  g_autofree char *text = words[1] && words[2] ? g_strcompress (words[2]) : g_strdup ("");
  const char *op = words[0], *id = words[1], *const *p = (const char *const *) path;

  if (g_str_equal (op, "set"))
    sy_edit_set (edit, p, sy_edit_value_new_text (text));
  else if (g_str_equal (op, "word"))
    sy_edit_set (edit, p, sy_edit_value_new_word (text));
  else if (g_str_equal (op, "append"))
    sy_edit_append (edit, p, sy_edit_value_new_text (text));
  else if (g_str_equal (op, "remove"))
    sy_edit_remove (edit, p);
  else if (g_str_equal (op, "key"))
    sy_edit_rename (edit, p, text);
  else if (g_str_equal (op, "drop"))
    sy_edit_remove_task (edit, id, SY_EDIT_EDGES_DROP);
  else if (g_str_equal (op, "bridge"))
    sy_edit_remove_task (edit, id, SY_EDIT_EDGES_BRIDGE);
  else if (g_str_equal (op, "delete"))
    sy_edit_remove_task (edit, id, SY_EDIT_EDGES_REFUSE);
  else if (g_str_equal (op, "rename"))
    sy_edit_rename_task (edit, id, text);
  else if (g_str_equal (op, "param"))
    sy_edit_rename_param (edit, id, text);
  else if (g_str_equal (op, "move"))
    sy_edit_move_task (edit, id, g_str_equal (text, "-") ? NULL : text);
  else if (g_str_equal (op, "need"))
    sy_edit_add_need (edit, id, text);
  else if (g_str_equal (op, "unneed"))
    sy_edit_remove_need (edit, id, text);
  else if (g_str_equal (op, "add") || g_str_equal (op, "add-after"))
    {
      SyEditValue *fields = sy_edit_value_new_map (), *needs = sy_edit_value_new_list ();

      sy_edit_value_append (needs, sy_edit_value_new_word ("a"));
      sy_edit_value_set (fields, "needs", needs);
      sy_edit_value_set (fields, "run", sy_edit_value_new_text ("echo a: b"));
      sy_edit_add_task (edit, id, fields, g_str_equal (op, "add") ? NULL : text);
    }
  else
    g_error ("unknown operation %s", op);
}

static char *
apply (const char *input, const char *lines, GError **error)
{
  g_autoptr (SyEdit) edit = sy_edit_new ();
  g_auto (GStrv) all = g_strsplit (lines, "; ", -1);
  g_autoptr (GBytes) bytes = g_bytes_new (input, strlen (input)), result = NULL;

  for (guint i = 0; all[i]; i++)
    record (edit, all[i]);
  result = sy_edit_apply (edit, bytes, "file", error);
  return result ? g_strndup (g_bytes_get_data (result, NULL), g_bytes_get_size (result)) : NULL;
}

#define ABC "tasks:\n  a: {run: x}\n  b: {needs: a, run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n"

static const struct { const char *input, *ops, *output; } cases[] = {
  /* scalars keep their style, and the rest of the line */
  { "a: 1 # one\nb: 2\n", "word a 3", "a: 3 # one\nb: 2\n" },
  { "a: 'x'  # c\n", "set a y", "a: 'y'  # c\n" },
  { "a: \"x\"\n", "set a y", "a: \"y\"\n" },
  { "a: 'x'\n", "set a it's", "a: 'it''s'\n" },
  { "a: \"x\"\n", "set a q\\\"\\\\", "a: \"q\\\"\\\\\"\n" },
  { "a:   x\n", "set a y z", "a:   y z\n" },
  { "a: x\n", "set a 1.10", "a: '1.10'\n" },
  { "a: x\n", "set a no", "a: 'no'\n" },
  { "a: x\n", "set a 012", "a: '012'\n" },
  { "a: x\n", "set a a: b", "a: 'a: b'\n" },
  { "a: x\n", "set a a #b", "a: 'a #b'\n" },
  { "a: x\n", "set a ", "a: ''\n" },
  { "a: x\n", "set a - x", "a: '- x'\n" },
  { "a: x\n", "set a --fast", "a: --fast\n" },
  { "a: x\n", "set a *", "a: '*'\n" },
  { "a: x\n", "set a  x ", "a: ' x '\n" },
  { "a: x\n", "set a a\\tb", "a: \"a\\tb\"\n" },
  { "a: x\n", "word a 1.10", "a: 1.10\n" },
  { "a: x\n", "set a 2024-01-02", "a: '2024-01-02'\n" },
  { "a: x\n", "set a é€😀", "a: é€😀\n" },
  { "a: x", "set a w", "a: w" },
  { "a:\nb: 1\n", "set a w", "a: w\nb: 1\n" },
  { "a: # why\nb: 1\n", "set a w", "a: w # why\nb: 1\n" },
  { "a: x\r\nb: y\r\n", "set a z", "a: z\r\nb: y\r\n" },
  { "\xef\xbb\xbf" "a: x\n", "set a z", "\xef\xbb\xbf" "a: z\n" },
  { "\xef\xbb\xbf" "a: x\n", "set b z", "\xef\xbb\xbf" "a: x\nb: z\n" },
  { "a: one\n  two\nb: 1\n", "set a w", "a: w\nb: 1\n" },
  { "a: 'one\n  two' # c\nb: 1\n", "set a w", "a: 'w' # c\nb: 1\n" },
  { "{a: x, b: y}\n", "set a p, q", "{a: 'p, q', b: y}\n" },
  { "{a: x, b: y}\n", "set b l1\\nl2", "{a: x, b: \"l1\\nl2\"}\n" },
  { "{a: , b: y}\n", "set a z", "{a: z, b: y}\n" },
  { "{a, b: y}\n", "set a z", "{a: z, b: y}\n" },
  { "l: [a, b, c]\n", "set l/1 x", "l: [a, x, c]\n" },
  { "l:\n- a\n- b # c\n- d\n", "set l/1 x", "l:\n- a\n- x # c\n- d\n" },
  { "l:\n-\n- b\n", "set l/0 x", "l:\n- x\n- b\n" },
  /* block scalars */
  { "a:\n  run: x # c\n  z: 1\n", "set a/run p\\nq\\n", "a:\n  run: | # c\n    p\n    q\n  z: 1\n" },
  { "a:\n  run: x\n", "set a/run p\\nq", "a:\n  run: |-\n    p\n    q\n" },
  { "a:\n  run: x", "set a/run p\\nq\\n", "a:\n  run: |\n    p\n    q\n" },
  { "a:\n  run: x\n", "set a/run p\\n\\nq\\n\\n", "a:\n  run: |+\n    p\n\n    q\n\n" },
  { "a:\n  run: x\n", "set a/run  p\\nq\\n", "a:\n  run: |2\n     p\n    q\n" },
  { "a:\n  run: x\n", "set a/run p\\rq\\n", "a:\n  run: \"p\\rq\\n\"\n" },
  { "a:\n    run: |   # c\n          p\n          q\n    z: 1\n", "set a/run r\\ns\\n", "a:\n    run: |   # c\n          r\n          s\n    z: 1\n" },
  { "a:\n  run: |\n    p\n    q\n\n  # c\n  z: 1\n", "set a/run r\\ns\\n", "a:\n  run: |\n    r\n    s\n\n  # c\n  z: 1\n" },
  { "a:\n  run: |\n    p\n    q\n  z: 1\n", "set a/run r", "a:\n  run: r\n  z: 1\n" },
  { "a:\n  run: | # c\n    p\n    q\n  z: 1\n", "set a/run r", "a:\n  run: r # c\n  z: 1\n" },
  { "a:\n  run: >-\n    p\n    q\n  z: 1\n", "set a/run r\\ns", "a:\n  run: |-\n    r\n    s\n  z: 1\n" },
  { "a:\r\n  run: x\r\n", "set a/run p\\nq\\n", "a:\r\n  run: |\r\n    p\r\n    q\r\n" },
  { "a:\n  run:\n  z: 1\n", "set a/run p\\nq\\n", "a:\n  run: |\n    p\n    q\n  z: 1\n" },
  { "l:\n  - x\n  - y\n", "set l/0 p\\nq\\n", "l:\n  - |\n    p\n    q\n  - y\n" },
  { "l:\n  - run: x\n    z: 1\n", "set l/0/run p\\nq\\n", "l:\n  - run: |\n      p\n      q\n    z: 1\n" },
  /* a collection gives way */
  { "needs:\n  - a\n  # c\n  - b\nz: 1\n", "set needs a", "needs: a\nz: 1\n" },
  { "needs: # why\n  - a\n  - b\nz: 1\n", "set needs a", "needs: a # why\nz: 1\n" },
  { "needs: [a, b] # why\nz: 1\n", "set needs a", "needs: a # why\nz: 1\n" },
  { "l:\n  - a: 1\n    b: 2\n  - c\n", "set l/0 x", "l:\n  - x\n  - c\n" },
  { "m:\n  a: |\n    t\nz: 1\n", "set m x", "m: x\nz: 1\n" },
  /* keys that are not there yet */
  { "a: 1\n", "word b 2", "a: 1\nb: 2\n" },
  { "a: 1", "word b 2", "a: 1\nb: 2\n" },
  { "a: 1 # c\n# end\n", "word b 2", "a: 1 # c\nb: 2\n# end\n" },
  { "a:\n  x: 1\n\n# next\nb: 1\n", "word a/k 2", "a:\n  x: 1\n  k: 2\n\n# next\nb: 1\n" },
  { "a:\n  x: 1\n  # of a\nb: 1\n", "word a/k 2", "a:\n  x: 1\n  k: 2\n  # of a\nb: 1\n" },
  { "a:\n  x:\n    p\n     # of x\nb: 1\n", "word a/k 2", "a:\n  x:\n    p\n     # of x\n  k: 2\nb: 1\n" },
  { "a:\n  run: |\n    t\n\nb: 1\n", "word a/k 2", "a:\n  run: |\n    t\n  k: 2\n\nb: 1\n" },
  { "a:\n  run: |\n    t", "word a/k 2", "a:\n  run: |-\n    t\n  k: 2\n" },
  { "a: {x: 1}\n", "word a/k 2", "a: {x: 1, k: 2}\n" },
  { "a: {x: 1,}\n", "word a/k 2", "a: {x: 1, k: 2,}\n" },
  { "a: {}\n", "word a/k 2", "a: {k: 2}\n" },
  { "a: {\n  x: 1 # c\n}\n", "word a/k 2", "a: {\n  x: 1, k: 2 # c\n}\n" },
  { "a:\n", "word a/k 2", "a: {k: 2}\n" },
  { "a: 1\n", "word r/limit 2", "a: 1\nr: {limit: 2}\n" },
  { "a: 1\n", "set x y: z", "a: 1\nx: 'y: z'\n" },
  { "a: 1\n", "set k: v y", "a: 1\n'k:': v y\n" },
  { "l:\n  - a: 1\n", "word l/0/b 2", "l:\n  - a: 1\n    b: 2\n" },
  { "# only this\n", "word a 1", "# only this\na: 1\n" },
  { "", "word a 1", "a: 1\n" },
  { "a: 1\r\n", "set b x", "a: 1\r\nb: x\r\n" },
  { "---\na: 1\n", "set b x", "---\na: 1\nb: x\n" },
  /* where a person would write it */
  { "tasks:\n  a: {run: x}\n  b:\n    run: y # c\n", "need b a", "tasks:\n  a: {run: x}\n  b:\n    needs: [a]\n    run: y # c\n" },
  { "tasks:\n  a: {run: x}\n  b: { run: y }\n", "need b a", "tasks:\n  a: {run: x}\n  b: { needs: [a], run: y }\n" },
  { "tasks:\n  a: {run: x}\n  b:\n    # why\n    run: |\n      y\n\n  c: {}\n", "need b a",
    "tasks:\n  a: {run: x}\n  b:\n    needs: [a]\n    # why\n    run: |\n      y\n\n  c: {}\n" },
  { "tasks:\n  a:\n    description: d\n    # why\n    run: x\n    timeout: 5m\n", "word tasks/a/outputs/m int",
    "tasks:\n  a:\n    description: d\n    outputs: {m: int}\n    # why\n    run: x\n    timeout: 5m\n" },
  { "tasks:\n  a:\n    run: x\n    priority: 1\n", "word tasks/a/retry/limit 3", "tasks:\n  a:\n    run: x\n    retry: {limit: 3}\n    priority: 1\n" },
  { "tasks:\n  a:\n    run: x\n    x-mine: 1\n", "word tasks/a/timeout 5m", "tasks:\n  a:\n    run: x\n    x-mine: 1\n    timeout: 5m\n" },
  { "tasks:\n  a:\n    run: x\n    env: {A: b}\n    # end\n", "set tasks/a/dir d", "tasks:\n  a:\n    run: x\n    env: {A: b}\n    dir: d\n    # end\n" },
  { "tasks:\r\n  a:\r\n    run: x\r\n", "set tasks/a/label l", "tasks:\r\n  a:\r\n    label: l\r\n    run: x\r\n" },
  { "tasks:\n  a:\n    run: x", "set tasks/a/label l", "tasks:\n  a:\n    label: l\n    run: x" },
  { "tasks:\n  a:\n    run: x\n", "set tasks/a/label l\\nm\\n\\n", "tasks:\n  a:\n    label: |+\n      l\n      m\n\n    run: x\n" },
  { "# licence\n\ntasks:\n  a: {run: x}\n", "word version 1", "# licence\n\nversion: 1\ntasks:\n  a: {run: x}\n" },
  { "version: 1\n\n# all of them\ntasks:\n  a: {run: x}\n", "word params/day/type date",
    "version: 1\nparams: {day: {type: date}}\n\n# all of them\ntasks:\n  a: {run: x}\n" },
  { "version: 1\ntasks:\n  a: {run: x}\n", "set handlers/failure/run z", "version: 1\ntasks:\n  a: {run: x}\nhandlers: {failure: {run: z}}\n" },
  { "--- {tasks: {a: {run: x}}}\n", "word version 1", "--- {version: 1, tasks: {a: {run: x}}}\n" },
  { "version: 1\nhandlers:\n  failure:\n    run: x\n", "set handlers/success/run z", "version: 1\nhandlers:\n  success: {run: z}\n  failure:\n    run: x\n" },
  { "params:\n  day:\n    default: x\n", "word params/day/type date", "params:\n  day:\n    type: date\n    default: x\n" },
  { "steps: []\nenv: {A: b}\n", "word timeout 5", "steps: []\nenv: {A: b}\ntimeout: 5\n" },
  /* removal */
  { "a: 1\nb: 2\nc: 3\n", "remove b", "a: 1\nc: 3\n" },
  { "a: 1\nb:\n  - x\n  - y\nc: 3\n", "remove b", "a: 1\nc: 3\n" },
  { "a: 1\n# c\nb: 2\n", "remove b", "a: 1\n# c\n" },
  { "a: 1\nb: 2", "remove b", "a: 1\n" },
  { "a: {x: 1, y: 2, z: 3}\n", "remove a/x", "a: {y: 2, z: 3}\n" },
  { "a: {x: 1, y: 2, z: 3}\n", "remove a/y", "a: {x: 1, z: 3}\n" },
  { "a: {x: 1, y: 2, z: 3}\n", "remove a/z", "a: {x: 1, y: 2}\n" },
  { "a: {x: 1, y: 2,}\n", "remove a/y", "a: {x: 1,}\n" },
  { "a: {x: 1}\n", "remove a/x", "a: {}\n" },
  { "a: { x: 1, }\n", "remove a/x", "a: {}\n" },
  { "a:\n  x: 1 # c\nb: 1\n", "remove a/x", "a: {}\nb: 1\n" },
  { "l: [a, b, c]\n", "remove l/0", "l: [b, c]\n" },
  { "l: [a, b, c]\n", "remove l/2", "l: [a, b]\n" },
  { "l:\n- a\n- b # c\n- d\n", "remove l/1", "l:\n- a\n- d\n" },
  { "l:\n- a\n", "remove l/0", "l: []\n" },
  { "l:\n  - a: 1\n    b: 2\n", "remove l/0/a", "l:\n  - b: 2\n" },
  { "l:\n  - a: 1\n    b: 2\n", "remove l/0/b", "l:\n  - a: 1\n" },
  { "l:\n  - - a\n    - b\n", "remove l/0/0", "l:\n  - - b\n" },
  /* keys and items */
  { "params:\n  day: {type: date} # d\n", "key params/day date", "params:\n  date: {type: date} # d\n" },
  { "params: {'day': 1}\n", "key params/day date", "params: {'date': 1}\n" },
  { "params: {day: 1}\n", "key params/day a,b", "params: {'a,b': 1}\n" },
  { "l: a\n", "append l b", "l: [a, b]\n" },
  { "l: a # c\n", "append l b", "l: [a, b] # c\n" },
  { "l: 'a'\n", "append l b", "l: ['a', b]\n" },
  { "l: \"a\"\n", "append l b", "l: [\"a\", b]\n" },
  { "l:\n", "append l b", "l: [b]\n" },
  { "l: a, b\n", "append l c", "l: ['a, b', c]\n" },
  { "a: 1\n", "append l b", "a: 1\nl: [b]\n" },
  { "l: [a]\n", "append l b, c", "l: [a, 'b, c']\n" },
  { "l: []\n", "append l b", "l: [b]\n" },
  { "l:\n  - a # c\nz: 1\n", "append l b", "l:\n  - a # c\n  - b\nz: 1\n" },
  { "l:\n- a", "append l b", "l:\n- a\n- b\n" },
  { "l:\n- a\n", "append l p\\nq\\n", "l:\n- a\n- |\n  p\n  q\n" },
  /* parameters */
  { "params: {x: {type: int}} # of x\ntasks:\n  a:\n    run: echo \"$x\" '$x' # $x\n    if: params.x == 1 && params.y == 2\n  b: {command: [echo, \"a ${{ params.x }}\", \"$x\"], env: {x2: \"${{ params.x }}\"}}\n",
    "param x eks",
    "params: {eks: {type: int}} # of x\ntasks:\n  a:\n    run: echo \"$eks\" '$x' # $x\n    if: params.eks == 1 && params.y == 2\n  b: {command: [echo, \"a ${{ params.eks }}\", \"$x\"], env: {x2: \"${{ params.eks }}\"}}\n" },
  { "params:\n  'x': {type: int, default: 1}\n  y: {default: \"${{ params.x }}\"}\ntasks:\n  a: {run: \"echo \\\"$x\\\"\\n\"}\n  b:\n    run: |\n      cat <<E\n        ${x:-1}\n      E\n  c: {command: [bash, -ec, 'cat $x', $x]}\nhandlers: {exit: {run: \"echo $x\"}}\n",
    "param x z",
    "params:\n  'z': {type: int, default: 1}\n  y: {default: \"${{ params.z }}\"}\ntasks:\n  a: {run: \"echo \\\"$z\\\"\\n\"}\n  b:\n    run: |\n      cat <<E\n        ${z:-1}\n      E\n  c: {command: [bash, -ec, 'cat $z', $x]}\nhandlers: {exit: {run: \"echo $z\"}}\n" },
  /* what hides it, and what is no shell */
  { "params: {x: {}}\ndefaults: {env: {q: 1}}\ntasks:\n  a: {env: {x: 1}, run: echo $x}\n  b: {shell: [python3, -c], run: print($x)}\n  c: {shell: [/usr/bin/env, bash], run: echo $x}\n  d: {run: for x in 1; do echo $x; done}\n",
    "param x z",
    "params: {z: {}}\ndefaults: {env: {q: 1}}\ntasks:\n  a: {env: {x: 1}, run: echo $x}\n  b: {shell: [python3, -c], run: print($x)}\n  c: {shell: [/usr/bin/env, bash], run: echo $z}\n  d: {run: for x in 1; do echo $x; done}\n" },
  { "params: {x: {}}\ndefaults: {env: {x: 1}, shell: [fish]}\ntasks: {a: {run: echo $x}}\nhandlers: {exit: {run: echo $x}}\n", "param x z",
    "params: {z: {}}\ndefaults: {env: {x: 1}, shell: [fish]}\ntasks: {a: {run: echo $x}}\nhandlers: {exit: {run: echo $z}}\n" },
  { "params: {x: {}}\ntasks: {a: {run: echo y}}\n", "param x x", "params: {x: {}}\ntasks: {a: {run: echo y}}\n" },
  { "params: {x: {}}\ntasks: {a: {run: echo $x $z}}\n", "param x z", NULL },
  { "params: {x: {}}\ntasks: {a: {run: for z in $x; do :; done}}\n", "param x z", NULL },
  { "params: {x: {}}\ntasks: {a: {env: {z: 1}, run: echo $x}}\n", "param x z", NULL },
  { "params: {x: {}}\nenv: {z: 1}\ntasks: {a: {run: echo y}}\n", "param x z", NULL },
  { "params: {x: {}, z: {}}\ntasks: {a: {run: echo y}}\n", "param x z", NULL },
  { "params: {x: {}}\ntasks: {a: {run: echo y}}\n", "param x z-1", NULL },
  { "params: {x: {}}\ntasks: {a: {run: echo y}}\n", "param y z", NULL },
  /* tasks: rename */
  { ABC, "rename a first", "tasks:\n  first: {run: x}\n  b: {needs: first, run: y}\n  c:\n    needs: [first, b] # both\n    run: z\n" },
  { ABC, "rename b 2", NULL },
  { ABC, "rename a b", NULL },
  { ABC, "rename x y", NULL },
  { "tasks:\n  'a': {}\n  b: {needs: [{task: a, tolerate: [failed]}]}\n", "rename a z", "tasks:\n  'z': {}\n  b: {needs: [{task: z, tolerate: [failed]}]}\n" },
  { "tasks:\n  a: {outputs: {n: int}, run: tasks.a.outputs.n}\n  b:\n    if: tasks.a.outputs.n > 1 && tasks.a.state == 'tasks.a.state'\n    env:\n      x: \"é ${{ tasks.a.state }} $${{ tasks.a.state }}\"\n      y: |\n        one\n        ${{ tasks.a.state }} two\n",
    "rename a long-name",
    "tasks:\n  long-name: {outputs: {n: int}, run: tasks.a.outputs.n}\n  b:\n    if: tasks.long-name.outputs.n > 1 && tasks.long-name.state == 'tasks.a.state'\n    env:\n      x: \"é ${{ tasks.long-name.state }} $${{ tasks.a.state }}\"\n      y: |\n        one\n        ${{ tasks.long-name.state }} two\n" },
  { "tasks:\n  a: {}\n  b: {if: \"tasks.a.state == \\\"x\\\"\"}\n", "rename a z", "tasks:\n  z: {}\n  b: {if: \"tasks.z.state == \\\"x\\\"\"}\n" },
  { "tasks:\n  s: {switch: tasks.a.state, cases: {x: [a, b], default: [b]}}\n  a: {}\n  b: {}\n", "rename b z",
    "tasks:\n  s: {switch: tasks.a.state, cases: {x: [a, z], default: [z]}}\n  a: {}\n  z: {}\n" },
  /* tasks: needs */
  { ABC, "need b c", "tasks:\n  a: {run: x}\n  b: {needs: [a, c], run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n" },
  { ABC, "need a c", "tasks:\n  a: {needs: [c], run: x}\n  b: {needs: a, run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n" },
  { ABC, "need b a", ABC },
  { ABC, "need b b", NULL },
  { ABC, "need b nope", NULL },
  { ABC, "unneed c a", "tasks:\n  a: {run: x}\n  b: {needs: a, run: y}\n  c:\n    needs: [b] # both\n    run: z\n" },
  { ABC, "unneed c a; unneed c b", "tasks:\n  a: {run: x}\n  b: {needs: a, run: y}\n  c:\n    run: z\n" },
  { ABC, "unneed b a", "tasks:\n  a: {run: x}\n  b: {run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n" },
  { ABC, "unneed a b", ABC },
  { "tasks:\n  a:\n  b:\n", "need b a", "tasks:\n  a:\n  b: {needs: [a]}\n" },
  { "tasks:\n  a:\n  b:\n    needs:\n      - {task: a, tolerate: [failed]} # t\n      - c\n  c: {}\n", "unneed b a", "tasks:\n  a:\n  b:\n    needs:\n      - c\n  c: {}\n" },
  /* tasks: remove */
  { ABC, "delete a", NULL },
  { ABC, "delete c", "tasks:\n  a: {run: x}\n  b: {needs: a, run: y}\n" },
  { ABC, "drop a", "tasks:\n  b: {run: y}\n  c:\n    needs: [b] # both\n    run: z\n" },
  { ABC, "bridge b", "tasks:\n  a: {run: x}\n  c:\n    needs: [a] # both\n    run: z\n" },
  { "tasks:\n  a: {}\n  b: {}\n  c: {needs: [a, b]}\n  d: {needs: c}\n  e: {needs: [x, c, y]}\n  x: {}\n  y: {}\n", "bridge c",
    "tasks:\n  a: {}\n  b: {}\n  d: {needs: [a, b]}\n  e: {needs: [x, a, b, y]}\n  x: {}\n  y: {}\n" },
  { "tasks:\n  a: {}\n  b: {}\n  c: {needs: [a, b]}\n  d:\n    needs:\n      - c # was c\n      - x\n  x: {}\n", "bridge c",
    "tasks:\n  a: {}\n  b: {}\n  d:\n    needs:\n      - a # was c\n      - b\n      - x\n  x: {}\n" },
  { "tasks:\n  a: {}\n  # about b\n  b: {}\n  # about c\n  c: {}\n", "delete b", "tasks:\n  a: {}\n  # about c\n  c: {}\n" },
  { "tasks:\n  a: {}\n\n  b: {}\n\n  c: {}\n", "delete b", "tasks:\n  a: {}\n\n  c: {}\n" },
  { "tasks:\n  a: {run: x}\n  b: {if: tasks.a.failed == 0}\n", "delete a", NULL },
  { "tasks:\n  a: {env: {x: \"${{ tasks.a.state }}\"}}\n  b: {}\n", "delete a", "tasks:\n  b: {}\n" },
  { "tasks:\n  a:\n    run: x\nhandlers: {}\n", "delete a", "tasks: {}\nhandlers: {}\n" },
  /* tasks: add */
  { ABC, "add d", ABC "  d:\n    needs: [a]\n    run: 'echo a: b'\n" },
  { ABC, "add-after d a", "tasks:\n  a: {run: x}\n  d:\n    needs: [a]\n    run: 'echo a: b'\n  b: {needs: a, run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n" },
  { ABC, "add a", NULL },
  { ABC, "add 1x", NULL },
  { "tasks:\n    a: {}\n\n    b: {}\nhandlers: {}\n", "add d", "tasks:\n    a: {}\n\n    b: {}\n\n    d:\n        needs: [a]\n        run: 'echo a: b'\nhandlers: {}\n" },
  { "tasks: {a: {}}\n", "add d", "tasks: {a: {}, d: {needs: [a], run: 'echo a: b'}}\n" },
  { "tasks: {}\n", "add d", "tasks:\n  d:\n    needs: [a]\n    run: 'echo a: b'\n" },
  { "tasks: # none\n", "add d", "tasks: # none\n  d:\n    needs: [a]\n    run: 'echo a: b'\n" },
  { "version: 1\n", "add d", "version: 1\ntasks:\n  d:\n    needs: [a]\n    run: 'echo a: b'\n" },
  /* tasks: move */
  { ABC, "move c a", "tasks:\n  c:\n    needs: [a, b] # both\n    run: z\n  a: {run: x}\n  b: {needs: a, run: y}\n" },
  { ABC, "move a -", "tasks:\n  b: {needs: a, run: y}\n  c:\n    needs: [a, b] # both\n    run: z\n  a: {run: x}\n" },
  { ABC, "move a b", ABC },
  { ABC, "move c -", ABC },
  { "tasks:\n  # A\n  a: {}\n\n  # B\n  b: {}\n\n  # C\n  c: {}\n", "move c a", "tasks:\n  # C\n  c: {}\n\n  # A\n  a: {}\n\n  # B\n  b: {}\n" },
  { "tasks:\n  # A\n  a: {}\n\n  # B\n  b: {}\n\n  # C\n  c: {}\n", "move a -", "tasks:\n  # B\n  b: {}\n\n  # C\n  c: {}\n\n  # A\n  a: {}\n" },
  { "tasks:\n  a: {}\n  b: {}\n  c: {}", "move c a", "tasks:\n  c: {}\n  a: {}\n  b: {}\n" },
  { "tasks:\n  a: {}\n  b: {}\n  c: {}", "move a -", "tasks:\n  b: {}\n  c: {}\n  a: {}\n" },
  { "tasks: {a: {}, b: {}, c: {}}\n", "move c a", "tasks: {c: {}, a: {}, b: {}}\n" },
  { "tasks: {a: {}, b: {}, c: {}}\n", "move a -", "tasks: {b: {}, c: {}, a: {}}\n" },
  { "tasks:\n  a:\n    run: |\n      x\n  b:\n    run: |\n      y", "move a -", "tasks:\n  b:\n    run: |-\n      y\n  a:\n    run: |\n      x\n" },
  /* bytes alone would make a comment the text of a block: the task is written anew, and nothing else */
  { "# top\ntasks:\n  # A\n  a: # name\n    needs: [b] # n\n    x-k:\n    dir: 'd'\n    run: |2 # r\n        x\n      y\n    env: # e\n      A: 1 # one\n      # deep\n\n  # B\n  b: {run: z, }  # tail\n", "remove tasks/a/env",
    "# top\ntasks:\n  # A\n  a:\n    # name\n    # n\n    # r\n    # e\n    # one\n    # deep\n    needs: [b]\n    x-k:\n    dir: 'd'\n    run: |2\n        x\n      y\n\n  # B\n  b: {run: z, }  # tail\n" },
  { "tasks:\r\n  a:\r\n    run: |\r\n      x\r\n    env: 1\r\n       # deep", "remove tasks/a/env", "tasks:\r\n  a:\r\n    # deep\r\n    run: |\r\n      x\r\n" },
  { "a:\n  run: |\n    x\n  env: 1\n     # deep\n", "remove a/env", NULL }, /* no task */
  /* refused */
  { "a: &x 1\nb: *x\n", "set a 2", NULL },
  { "a: 1\n", "remove b", NULL },
  { "a: 1\n", "set a/b 2", NULL },
  { "a: [1]\n", "set a/7 2", NULL },
  { "a: {b: [}\n", "set a 2", NULL },
  { "? a\n: 1\n", "set b 2", NULL },
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *output = apply (cases[i].input, cases[i].ops, &error);

      g_assert_true ((output == NULL) == (error != NULL));
      if (g_strcmp0 (output, cases[i].output) != 0)
        {
          g_test_message ("%s\n--- of\n%s--- gives\n%s--- not\n%s--- %s", cases[i].ops, cases[i].input, output, cases[i].output,
                          error ? error->message : "");
          g_test_fail ();
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/edit/cases", test_cases);
  return g_test_run ();
}
