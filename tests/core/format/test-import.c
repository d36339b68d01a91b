/* test-import.c: importers: what they write, what they lose, what they refuse
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/format/sy-import.h"

/* The tasks part of what is written, or (NULL) a piece of the error as "line: message"; then pieces of the losses, "line: message" each */
static const struct { SyFileFormat format; const char *input, *tasks, *error, *losses[4]; } cases[] = {
  /* PMC */
  { SY_FORMAT_PMC, "TASK A echo A\nTASK B /bin/echo 'x y' \"p \\\"q\\\"\" z\\ w\r\n\n# c\n#@ 1 x ID1\nEDGE A B\n",
    "  A:\n    command: [echo, A]\n  B:\n    needs: [A]\n    command: [/bin/echo, x y, p \"q\", z w]\n" },
  { SY_FORMAT_PMC, "TASK a-1.b -c 2.5 -m 100 -t 5 -p -3 prog -t 5\n",
    "  a-1_b:\n    label: a-1.b\n    command: [prog, -t, '5']\n    retry: {limit: 4, delay: 0s, on: [exit, signal, out_of_memory, spawn]}\n    priority: -3\n"
    "    resources: {cpu: 3, memory: 100M}\n" },
  { SY_FORMAT_PMC, "TASK A --tries 1 echo '$${{ x }}' '${{ y }}' no 012\n", "  A:\n    command: [echo, '$$${{ x }}', '$${{ y }}', 'no', '012']\n" },
  { SY_FORMAT_PMC, "TASK A -f V=p x\n", "  A:\n    command: [x]\n", NULL, { "1: task A: -f V=p" } },
  { SY_FORMAT_PMC, "\xef\xbb\xbfTASK A x\r\n", "  A:\n    command: [x]\n" },
  { SY_FORMAT_PMC, "TASK A ''\n", NULL, "0: task “A”: `command` names no program" },
  { SY_FORMAT_PMC, "TASK A\n", NULL, "1: a TASK is written" },
  { SY_FORMAT_PMC, "TASK A -t\n", NULL, "1: task “A”: -t needs a value" },
  { SY_FORMAT_PMC, "TASK A -t x y\n", NULL, "1: -t takes a number" },
  { SY_FORMAT_PMC, "TASK A -t -1 y\n", NULL, "1: -t takes a number" },
  { SY_FORMAT_PMC, "TASK A -z x y\n", NULL, "1: task “A”: unknown option “-z”" },
  { SY_FORMAT_PMC, "TASK A x\nTASK A y\n", NULL, "2: “A” is declared twice" },
  { SY_FORMAT_PMC, "TASK A x\nEDGE A B\n", NULL, "2: there is no task “B”" },
  { SY_FORMAT_PMC, "TASK A x\nEDGE A A\n", NULL, "2: “A” depends on itself" },
  { SY_FORMAT_PMC, "TASK A x\nEDGE A\n", NULL, "2: an EDGE is written" },
  { SY_FORMAT_PMC, "TASK A x\nEDGE A A A\n", NULL, "2: an EDGE is written" },
  { SY_FORMAT_PMC, "TASK A x\nGARBAGE\n", NULL, "2: neither TASK nor EDGE" },
  { SY_FORMAT_PMC, "TASK A x\nTASK B y\nEDGE A B\nEDGE B A\n", NULL, "0: " },
  { SY_FORMAT_PMC, "TASK A x\nTASK B y\nEDGE A B\nEDGE A B\n", "  A:\n    command: [x]\n  B:\n    needs: [A]\n    command: ['y']\n" },
  { SY_FORMAT_PMC, "TASK \xff x\n", NULL, "0: the file is not UTF-8" },
  /* Graphviz */
  { SY_FORMAT_DOT, "digraph g { a -> b -> c; b -> d [color=red]; e }", "  a: {}\n  b:\n    needs: [a]\n  c:\n    needs: [b]\n  d:\n    needs: [b]\n  e: {}\n" },
  { SY_FORMAT_DOT, "/* c */ strict digraph \"g\" {\n graph [rankdir=LR]; node[shape=box] // x\n# y\n size=\"4\";\n \"a b\" -> { c d:p:n } -> e\n subgraph s { f }\n}\n",
    "  a_b:\n    label: a b\n  c:\n    needs: [a_b]\n  d:\n    needs: [a_b]\n  e:\n    needs: [c, d]\n  f: {}\n" },
  { SY_FORMAT_DOT, "digraph snakemake_dag {\n1[label = \"all\\nx: 1\", color=\"0.1 0.6 0.8\"];\n2[label=\"map\"];\n3[label=\"map\"];\n2 -> 1\n3 -> 1\n}\n",
    "  all_x_1:\n    label: 'all x: 1'\n    needs: [map_2, map_3]\n  map_2:\n    label: map\n  map_3:\n    label: map\n" },
  { SY_FORMAT_DOT, "digraph { \"a\" + \"b\" [label=<<b>x</b>>] -1.5 -> ü }", "  ab: {}\n  t1_5:\n    label: '-1.5'\n  t:\n    label: ü\n    needs: [t1_5]\n" },
  { SY_FORMAT_DOT,
    "digraph ninja {\nrankdir=\"LR\"\nnode [fontsize=10, shape=box, height=0.25]\n\"0x1\" [label=\"all\"]\n\"0x2\" [label=\"link\", shape=ellipse]\n\"0x2\" -> \"0x1\"\n"
    "\"0x3\" -> \"0x2\" [arrowhead=none]\n\"0x4\" -> \"0x2\" [arrowhead=none style=dotted]\n\"0x3\" [label=\"a.o\"]\n\"0x5\" -> \"0x3\" [label=\" cc\"]\n\"0x5\" [label=\"a.c\"]\n"
    "\"0x4\" [label=\"b.o\"]\n\"0x6\" [label=\"cc\", shape=ellipse]\n\"0x6\" -> \"0x4\"\n\"0x6\" -> \"0x7\"\n\"0x8\" -> \"0x6\" [arrowhead=none]\n\"0x7\" [label=\"b.d\"]\n\"0x8\" [label=\"b.c\"]\n}\n",
    "  all:\n    needs: [a_o, b_o]\n    x-rule: link\n  b_o:\n    label: b.o\n    x-rule: cc\n  a_o:\n    label: a.o\n    x-rule: cc\n" },
  { SY_FORMAT_DOT, "digraph ninja {\n\"0x1\" [label=\"ln\", shape=ellipse]\n\"0x1\" -> \"0x2\"\n\"0x1\" -> \"0x3\"\n\"0x3\" [label=\"lib.so\"]\n\"0x4\" [label=\"cc\", shape=ellipse]\n\"0x4\" -> \"0x5\"\n}\n",
    "  lib_so:\n    label: lib.so\n    x-rule: ln\n  t0x4:\n    label: '0x4'\n    x-rule: cc\n" },
  { SY_FORMAT_DOT, "digraph { t0 [label=\"lib/a.so\",rule=LINK]; t1 [label=\"a.o\",rule=CC]; t1 -> t0; }",
    "  lib_a_so:\n    label: lib/a.so\n    needs: [a_o]\n    x-rule: LINK\n  a_o:\n    label: a.o\n    x-rule: CC\n", NULL, { "0: a graph has no commands" } },
  { SY_FORMAT_DOT, "DIGRAPH G { a -> {b; subgraph x { c }} -> d [label=\"x -> y\"]; SUBGRAPH cluster_1 { label=L; e -> f }; f:n:s -> subgraph { g h }; ; ; }",
    "  a: {}\n  b:\n    needs: [a]\n  c:\n    needs: [a]\n  d:\n    needs: [b, c]\n  e: {}\n  f:\n    needs: [e]\n  g:\n    needs: [f]\n  h:\n    needs: [f]\n" },
  { SY_FORMAT_DOT, "\xef\xbb\xbfstrict digraph {\r\na [label=\"\\N (x)\"; shape=box, style=filled] [color=red]\r\nb[label=<<i>&lt;b&gt;</i>>]a->b\r\na -> b\r\n\"a\\\r\nb\" -> b\r\n}\r\n",
    "  a_x:\n    label: a (x)\n  b:\n    needs: [a_x, ab]\n  ab: {}\n" },
  { SY_FORMAT_DOT, "digraph { \"a\\nb\" -> \"a b\"; \"c\\\\d\" -> \"c\\d\" [label=\"x\\ly\"]; e [label=\"\\\\N \\\"\\N\\\"\"] }",
    "  a_b:\n    label: a b\n  a_b_2:\n    label: a b\n    needs: [a_b]\n  c_d:\n    label: c\\d\n  cd:\n    needs: [c_d]\n  N_e:\n    label: \\N \"e\"\n" },
  { SY_FORMAT_DOT, "graph { a -- b }", NULL, "1: an undirected graph" },
  { SY_FORMAT_DOT, "digraph {\n a -- b }", NULL, "2: “--” has no direction" },
  { SY_FORMAT_DOT, "digraph {\n a -> }", NULL, "2: a node is missing" },
  { SY_FORMAT_DOT, "digraph {\n a", NULL, "2: “}” is missing" },
  { SY_FORMAT_DOT, "digraph {\n a [x=\n", NULL, "3: attribute “x” has no value" },
  { SY_FORMAT_DOT, "digraph {\n \"a }", NULL, "2: a \"…\" that begins here is not closed" },
  { SY_FORMAT_DOT, "digraph { a } x", NULL, "1: there is more" },
  { SY_FORMAT_DOT, "digraph { a -> b; b -> a }", NULL, "0: " },
  { SY_FORMAT_DOT, "hello", NULL, "1: a graph begins with" },
  { SY_FORMAT_DOT, "digraph { a ! }", NULL, "1: “!” does not belong" },
  /* WfFormat */
  { SY_FORMAT_WFFORMAT,
    "{\"name\":\"w: 1\",\"description\":\"d\",\"schemaVersion\":\"1.5\",\"workflow\":{\"specification\":{\"tasks\":[{\"id\":\"a\",\"name\":\"A\",\"children\":[\"b\"],\"parents\":[]},"
    "{\"id\":\"b\",\"name\":\"B\",\"parents\":[\"a\"],\"children\":[]}]},\"execution\":{\"tasks\":[{\"id\":\"a\",\"runtimeInSeconds\":12.5,\"command\":{\"program\":\"p\","
    "\"arguments\":[\"-x\",\"1\"]}},{\"id\":\"b\",\"runtimeInSeconds\":3}]}}}",
    "  a:\n    x-runtime: 12.5s\n    x-command: p -x 1\n  b:\n    needs: [a]\n    x-runtime: 3s\n", NULL, { "0: the commands ran elsewhere", "0: files, machines" } },
  { SY_FORMAT_WFFORMAT,
    "{\"name\":\"w\",\"schemaVersion\":\"1.4\",\"workflow\":{\"tasks\":[{\"name\":\"x.1\",\"runtimeInSeconds\":0.000001,\"parents\":[],\"children\":[\"y\"]},{\"name\":\"y\",\"parents\":[]}]}}",
    "  x_1:\n    label: x.1\n    x-runtime: 0.000001s\n  'y':\n    needs: [x_1]\n", NULL, { "0: 1 tasks have no recorded runtime" } },
  { SY_FORMAT_WFFORMAT,
    "{\"name\":\"w\",\"schemaVersion\":\"1.4\",\"workflow\":{\"tasks\":[{\"name\":\"x\",\"id\":\"ID01\",\"runtime\":1,\"children\":[\"y\"]},{\"name\":\"y\",\"id\":\"ID02\",\"runtime\":2,"
    "\"parents\":[\"x\"],\"children\":[]},{\"name\":\"z\",\"id\":\"ID03\",\"runtimeInSeconds\":3,\"parents\":[\"ID02\"]}]}}",
    "  ID01:\n    x-runtime: 1s\n  ID02:\n    needs: [ID01]\n    x-runtime: 2s\n  ID03:\n    needs: [ID02]\n    x-runtime: 3s\n" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":{\"tasks\":[{\"name\":\"x\",\"id\":\"1\"},{\"name\":\"x\",\"id\":\"2\"},{\"name\":\"y\",\"id\":\"3\",\"parents\":[\"x\"]}]}}", NULL,
    "0: task “3” names “x” as its parent" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":{\"tasks\":[{\"name\":\"x\",\"parents\":[\"q\"]}]}}", NULL, "0: task “x” names “q” as its parent" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":{\"tasks\":[{}]}}", NULL, "0: task 1 has neither" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":{\"tasks\":[{\"name\":\"x\"},{\"name\":\"x\"}]}}", NULL, "0: “x” is declared twice" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":{\"tasks\":3}}", NULL, "0: no WfFormat" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":[]}", NULL, "0: no WfFormat" },
  { SY_FORMAT_WFFORMAT, "[]", NULL, "0: no WfFormat" },
  { SY_FORMAT_WFFORMAT, "{\"workflow\":", NULL, "0: not JSON" },
  /* DAGMan */
  { SY_FORMAT_DAGMAN, "# c\njob A a.sub\nJOB B b.sub NOOP\nJOB C c.sub DONE\nPARENT A B CHILD C\nRETRY B 2\nPRIORITY B 7\n",
    "  A:\n    x-submit: a.sub\n  B:\n    retry: {limit: 2, delay: 0s}\n    priority: 7\n  C:\n    needs: [A, B]\n", NULL,
    { "2: node A: no command", "4: node C is DONE" } },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nJOB B x NOOP\nJOB C x NOOP\nCATEGORY A cat.1\nCATEGORY B cat.1\nCATEGORY C other\nMAXJOBS cat.1 2\n",
    "pools:\n  cat_1: 2\ntasks:\n  A:\n    resources: {cat_1: 1}\n  B:\n    resources: {cat_1: 1}\n  C: {}\n" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nJOB B x NOOP\nJOB C x NOOP\nCATEGORY A a.b\nCATEGORY B a_b\nCATEGORY C cpu\nMAXJOBS a.b 2\nMAXJOBS a_b 3\nMAXJOBS cpu 4\n",
    "pools:\n  a_b: 2\n  a_b_2: 3\n  cpu_2: 4\ntasks:\n  A:\n    resources: {a_b: 1}\n  B:\n    resources: {a_b_2: 1}\n  C:\n    resources: {cpu_2: 1}\n" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nSCRIPT PRE A pre.sh $JOB $RETRY 'x\nSCRIPT POST A /p/post $RETURN $MAX_RETRIES\n",
    "  A:\n    run: |\n      ./pre.sh 'A' $((SWITCHYARD_ATTEMPT - 1)) ''\\''x'\n      result=0\n      /p/post \"$result\" 0\n" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nSCRIPT POST A post $DAG_STATUS\n", "  A:\n    x-script-post: post $DAG_STATUS\n", NULL, { "2: node A: its script uses $DAG_STATUS" } },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nVARS A n = \"$(JOB)\" m=\"a \\\"b\\\" \\\\c\" +X=\"1\" IFS=\"x\" r=\"$(RETRY)\"\n",
    "  A:\n    env:\n      'n': A\n      m: a \"b\" \\c\n", NULL, { "2: node A: the job attribute +X", "1: node A: the variable IFS", "1: node A: the variable r" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = /bin/echo\n arguments = \"one 'two three' \"\"four\"\" $(v)\"\n queue\n}\nVARS A v=\"5\"\n",
    "  A:\n    command: [/bin/echo, one, two three, '\"four\"', '5']\n    env:\n      v: '5'\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n arguments = a \\\"b\\\" c\n}\n", "  A:\n    command: [./prog, a, '\"b\"', c]\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n arguments = $(Process)\n queue\n}\n", "  A:\n    command: [./prog, '0']\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n arguments = $(Cluster)\n queue\n}\n", "  A: {}\n", NULL, { "1: node A: no command: submit description: it uses $(Cluster)" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n arguments = $(Process) $(x:y z)\n output = o.$(Process)\n error = o.$(Process)\n queue 2\n}\n",
    "  A:\n    run: |\n      (\n      jobs= failed=0\n      ./prog 0 y z > 'o.0' 2>&1 & jobs=\"$jobs $!\"\n      ./prog 1 y z > 'o.1' 2>&1 & jobs=\"$jobs $!\"\n"
    "      for job in $jobs; do wait \"$job\" || failed=$?; done\n      exit \"$failed\"\n      )\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n arguments = $(f)\n queue f in (a, b c)\n}\n",
    "  A:\n    run: |\n      (\n      jobs= failed=0\n      ./prog a & jobs=\"$jobs $!\"\n      ./prog b & jobs=\"$jobs $!\"\n      ./prog c & jobs=\"$jobs $!\"\n"
    "      for job in $jobs; do wait \"$job\" || failed=$?; done\n      exit \"$failed\"\n      )\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n queue f from list.txt\n}\n", "  A: {}\n", NULL, { "1: node A: no command: submit description: it queues jobs by “f from list.txt”" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n queue 0\n}\n", "  A: {}\n", NULL, { "1: node A: no command: submit description: it queues no job" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n queue\n queue\n}\n", "  A: {}\n", NULL, { "1: node A: no command: submit description: it has several" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = p\n initialdir = d/e\n input = i n\n output = o\n error = x\n queue\n}\n",
    "  A:\n    run: |\n      (cd 'd/e' && exec ../../p < 'i n' > 'o' 2> 'x')\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = /bin/p\n environment = \"X=1 Y='a b'\"\n request_cpus = 2\n request_memory = 1.5 GB\n\n universe = docker\n requirements = \\\n  x\n queue\n}\n",
    "  A:\n    command: [/bin/p]\n    env:\n      X: '1'\n      'Y': a b\n    resources: {cpu: 2, memory: 1536M}\n", NULL,
    { "1: node A: its description:6: universe", "1: node A: its description:7: requirements" } },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = /bin/p\n environment = X=1;Z=2\n request_memory = 512\n queue\n}\n",
    "  A:\n    command: [/bin/p]\n    env:\n      X: '1'\n      Z: '2'\n    resources: {memory: 512M}\n" },
  { SY_FORMAT_DAGMAN, "SUBMIT-DESCRIPTION d {\n executable = /bin/echo\n arguments = $(JOB)\n}\nJOB A d\nJOB B d NOOP\n", "  A:\n    command: [/bin/echo, A]\n  B: {}\n" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nSCRIPT PRE A /p\nPRE_SKIP A 3\n", "  A:\n    run: |\n      /p || { code=$?; [ \"$code\" -eq 3 ] && exit 0; exit \"$code\"; }\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\n executable = prog\n}\nSCRIPT PRE A ./p\nSCRIPT POST A ./q $RETURN\n",
    "  A:\n    run: |\n      ./p\n      result=0\n      ./prog || result=$?\n      ./q \"$result\"\n" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nJOB B x NOOP\nFINAL F x NOOP\nPARENT A CHILD B\n", "  A: {}\n  B:\n    needs: [A]\n  F:\n    needs: [B]\n    join: all_done\n", NULL,
    { "3: FINAL F: its success" } },
  { SY_FORMAT_DAGMAN, "SUBDAG EXTERNAL S s.dag\nABORT-DAG-ON S 3\nCONFIG c\nDOT d.dot\n", "  S:\n    x-subdag: s.dag\n", NULL,
    { "1: node S: the workflow s.dag that it runs: ", "2: ABORT-DAG-ON S 3: the run does not end at once", "3: CONFIG", "4: DOT" } },
  { SY_FORMAT_DAGMAN, "INCLUDE x.inc\n", NULL, "1: INCLUDE x.inc: " },
  { SY_FORMAT_DAGMAN, "INCLUDE\n", NULL, "1: written “INCLUDE file”" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nJOB B x \\\nNOOP\nRETRY ALL_NODES 1\n", "  A:\n    retry: {limit: 1, delay: 0s}\n  B:\n    retry: {limit: 1, delay: 0s}\n" },
  { SY_FORMAT_DAGMAN, "SPLICE S none.dag\nJOB A x NOOP\nPARENT S CHILD A\n", "  S:\n    x-splice: none.dag\n  A:\n    needs: [S]\n", NULL, { "1: splice S: its nodes" } },
  { SY_FORMAT_DAGMAN, "// c\nJOB 'A' \"x\" NOOP\nJOB B x DIR \"a b\" NOOP\nPARENT \"A\" CHILD B\nPRE-SKIP A 3\nABORT_DAG_ON A 4\n",
    "  A: {}\n  B:\n    needs: [A]\n    dir: a b\n", NULL, { "6: ABORT-DAG-ON A 4" } },
  { SY_FORMAT_DAGMAN, "JOB A @=end\n executable = /bin/p\n queue\n}\n@end NOOP\nSUBMIT_DESCRIPTION d @=x\nexecutable = /bin/q\n@x\nJOB B d\nJOB C {\nexecutable = /bin/r\n} DIR w\n",
    "  A: {}\n  B:\n    command: [/bin/q]\n  C:\n    command: [/bin/r]\n    dir: w\n" },
  { SY_FORMAT_DAGMAN, "JOB A {\nexecutable = /bin/p\n", NULL, "1: the description that begins here has no end" },
  { SY_FORMAT_DAGMAN, "JOB A {\nexecutable = /bin/p\n}\nDONE A\n", "  A: {}\n", NULL, { "1: node A is DONE" } },
  { SY_FORMAT_DAGMAN, "JOB A x\nDONE B\n", NULL, "2: there is no node “B”" },
  { SY_FORMAT_DAGMAN, "JOB A x NOOP\nVARS A n=1 m = 'a \"b\" \\'c' o=\"it's\"\n", "  A:\n    env:\n      'n': '1'\n      m: a \"b\" 'c\n      o: it's\n" },
  { SY_FORMAT_DAGMAN, "JOB A\n", NULL, "1: a node is written" },
  { SY_FORMAT_DAGMAN, "JOB A x\nJOB A y\n", NULL, "2: “A” is declared twice" },
  { SY_FORMAT_DAGMAN, "JOB A x\nJOB A y\nPARENT A CHILD Z\n", NULL, "3: there is no node “Z”" },
  { SY_FORMAT_DAGMAN, "JOB A x FOO\n", NULL, "1: “FOO” is no option" },
  { SY_FORMAT_DAGMAN, "JOB A x\nPARENT A CHILD B\n", NULL, "2: there is no node “B”" },
  { SY_FORMAT_DAGMAN, "JOB A x\nPARENT A\n", NULL, "2: edges are written" },
  { SY_FORMAT_DAGMAN, "JOB A x\nRETRY A many\n", NULL, "2: RETRY: “many”" },
  { SY_FORMAT_DAGMAN, "JOB A x\nRETRY A 2 FOO\n", NULL, "2: “FOO” is no option of RETRY" },
  { SY_FORMAT_DAGMAN, "JOB A x\nVARS A n=\n", NULL, "2: written “VARS" },
  { SY_FORMAT_DAGMAN, "JOB A x\nVARS A n=\"x\n", NULL, "2: written “VARS" },
  { SY_FORMAT_DAGMAN, "JOB A x\nFROBNICATE A\n", NULL, "2: “FROBNICATE” is no command" },
  { SY_FORMAT_DAGMAN, "JOB A x\nSCRIPT PRE B y\n", NULL, "2: there is no node “B”" },
  { SY_FORMAT_DAGMAN, "JOB A x\nSCRIPT\n", NULL, "2: written “SCRIPT" },
  { SY_FORMAT_DAGMAN, "JOB A x\nSCRIPT PRE A\n", NULL, "2: the script is missing" },
};

#define LOST "not carried over: "

static gboolean
has_problem (SyProblems *problems, SySeverity severity, const char *wanted)
{
  for (guint i = 0; i < sy_problems_get_n (problems); i++)
    {
      const SyProblem *problem = sy_problems_get (problems, i);
      gboolean lost = g_str_has_prefix (problem->message, LOST);
      g_autofree char *shown = g_strdup_printf ("%u: %s", problem->line, problem->message + (lost ? strlen (LOST) : 0));

      if (problem->severity == severity && g_str_has_prefix (shown, wanted))
        return TRUE;
    }
  return FALSE;
}

static char *
tasks_part (GBytes *text)
{
  g_autofree char *all = g_strndup (g_bytes_get_data (text, NULL), g_bytes_get_size (text));
  char *tasks = strstr (all, "\ntasks:\n"), *pools = strstr (all, "\npools:\n");

  g_assert_nonnull (tasks);
  return g_strdup (pools ? pools + 1 : tasks + 8);
}

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].input, strlen (cases[i].input));
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autoptr (SyImport) import = sy_import_bytes (bytes, NULL, cases[i].format, problems);
      g_autoptr (GString) shown = g_string_new (NULL);
      g_autofree char *tasks = import ? tasks_part (import->text) : NULL;

      sy_problems_render (problems, shown);
      g_assert_true ((import == NULL) == (sy_problems_get_n_errors (problems) > 0));
      if (g_strcmp0 (tasks, cases[i].tasks) != 0 || (cases[i].error && !has_problem (problems, SY_SEVERITY_ERROR, cases[i].error)))
        {
          g_test_message ("%s--- gives\n%s--- not\n%s--- %s", cases[i].input, tasks, cases[i].tasks, shown->str);
          g_test_fail ();
        }
      for (guint k = 0; k < G_N_ELEMENTS (cases[i].losses) && cases[i].losses[k]; k++)
        if (!has_problem (problems, SY_SEVERITY_WARNING, cases[i].losses[k]))
          g_error ("%s--- loses\n%s--- not %s", cases[i].input, shown->str, cases[i].losses[k]);
    }
}

static void
test_detect (void)
{
  static const struct { const char *path, *text; SyFileFormat format; } files[] = {
    { "x.yard.yaml", "version: 1\n", SY_FORMAT_NATIVE }, { "x.dag", "# c\n\nJOB A x\n", SY_FORMAT_DAGMAN }, { "x.dag", "#@ 1\nTASK A x\n", SY_FORMAT_PMC },
    { "x.DAG", "EDGE A B", SY_FORMAT_PMC }, { "x.dot", "junk", SY_FORMAT_DOT }, { "x.gv", "digraph {}", SY_FORMAT_DOT }, { "x.yaml", "digraph {}", SY_FORMAT_NATIVE },
    { "x", "\n// c\n/* d */ strict digraph {", SY_FORMAT_DOT }, { NULL, "digraphs: 1", SY_FORMAT_NATIVE }, { "x.json", "{\"schemaVersion\":\"1.5\",\"workflow\":{}}", SY_FORMAT_WFFORMAT },
    { "x.json", "{\"version\": 1, \"tasks\": {}}", SY_FORMAT_NATIVE }, { "x", "", SY_FORMAT_NATIVE }, { "x.dag", "\xef\xbb\xbfTASK A x\n", SY_FORMAT_PMC }, { "x.txt", "hello", SY_FORMAT_NATIVE },
    { "x", "/* no end", SY_FORMAT_NATIVE }, { "x.json", "\n  {\"schemaVersion\":\"1.5\",\"workflow\":{}}", SY_FORMAT_WFFORMAT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (files[i].text, strlen (files[i].text));

      if (sy_import_detect (files[i].path, bytes) != files[i].format)
        g_error ("%u: %s", i, files[i].text);
    }
}

/* A folder with an importable file and what it names */
typedef struct
{
  char *root, *dir;
} Fixture;

static void
put (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL), *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp ("sy-import-XXXXXX", NULL);
  f->dir = g_build_filename (f->root, "in", NULL);
  g_mkdir (f->dir, 0700);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner);
    }
  g_remove (path);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  remove_tree (f->root);
  g_free (f->root);
  g_free (f->dir);
}

static SyWorkflow *
open_file (Fixture *f, const char *name, SyProblems *problems, char **text)
{
  g_autofree char *path = g_build_filename (f->dir, name, NULL);
  g_autoptr (GBytes) native = NULL;
  SyWorkflow *workflow = sy_open_workflow_file (path, problems, &native, NULL);

  if (text)
    *text = native ? tasks_part (native) : NULL;
  return workflow;
}

static void
test_splices (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autofree char *text = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  put (f->dir, "x.dag", "JOB A x NOOP\nSPLICE S sub/s.dag\nSPLICE T t.dag DIR sub\nJOB Z x NOOP\nPARENT A CHILD S\nPARENT S CHILD T\nPARENT T CHILD Z\n");
  put (f->dir, "sub/s.dag", "JOB A x NOOP\nJOB B x NOOP\nJOB C x NOOP\nPARENT A CHILD B C\n");
  put (f->dir, "sub/t.dag", "JOB A t.sub\nSPLICE U u.dag\n");
  put (f->dir, "sub/t.sub", "executable = /bin/true\nqueue\n");
  put (f->dir, "sub/u.dag", "JOB Q x NOOP\n");
  workflow = open_file (f, "x.dag", problems, &text);
  g_assert_cmpstr (text, ==,
                   "  A: {}\n  S_A:\n    label: S+A\n    needs: [A]\n  S_B:\n    label: S+B\n    needs: [S_A]\n  S_C:\n    label: S+C\n    needs: [S_A]\n"
                   "  T_A:\n    label: T+A\n    needs: [S_B, S_C]\n    command: [/bin/true]\n    dir: sub\n"
                   "  T_U_Q:\n    label: T+U+Q\n    needs: [S_B, S_C]\n    dir: sub\n  Z:\n    needs: [T_A, T_U_Q]\n");
  g_assert_cmpuint (workflow->n_tasks, ==, 7);
}

/* Pins join two splices number by number. */
static void
test_pins (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autofree char *text = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  put (f->dir, "x.dag", "SPLICE S s.dag\nSPLICE T s.dag\nSPLICE N none.dag\nCONNECT S T\nCONNECT S N\n");
  put (f->dir, "s.dag", "JOB A x NOOP\nJOB B x NOOP\nPIN_IN A 1\nPIN_OUT A 1\nPIN_IN B 2\nPIN_OUT B 2\nPIN_OUT B 1\n");
  workflow = open_file (f, "x.dag", problems, &text);
  g_assert_cmpstr (text, ==,
                   "  S_A:\n    label: S+A\n  S_B:\n    label: S+B\n  T_A:\n    label: T+A\n    needs: [S_A, S_B]\n"
                   "  T_B:\n    label: T+B\n    needs: [S_B]\n  'N':\n    x-splice: none.dag\n");
  g_assert_true (has_problem (problems, SY_SEVERITY_WARNING, "5: CONNECT: the pins of N are not known"));
}

static void
test_splice_loop (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();

  put (f->dir, "x.dag", "SPLICE S x.dag\n");
  g_assert_null (open_file (f, "x.dag", problems, NULL));
  g_assert_true (has_problem (problems, SY_SEVERITY_ERROR, "1: files included or spliced more than"));
}

/* Nothing outside the folder is read, by whatever way it is named. */
static void
test_outside (Fixture *f, gconstpointer data)
{
  static const char *const names[] = { "../secret.dag", "link.dag", "linked/secret.dag", "sub/../../secret.dag" };
  g_autofree char *link = g_build_filename (f->dir, "link.dag", NULL), *linked = g_build_filename (f->dir, "linked", NULL);
  g_autofree char *absolute = g_build_filename (f->root, "secret.dag", NULL);

  put (f->root, "secret.dag", "JOB SECRET x NOOP\n");
  put (f->dir, "sub/x", "");
  g_assert_cmpint (symlink ("../secret.dag", link), ==, 0);
  g_assert_cmpint (symlink ("..", linked), ==, 0);
  for (guint i = 0; i <= G_N_ELEMENTS (names); i++)
    {
      const char *name = i < G_N_ELEMENTS (names) ? names[i] : absolute;
      g_autoptr (SyProblems) problems = sy_problems_new ();
      g_autofree char *dag = g_strdup_printf ("SPLICE S %s\nJOB J %s\n", name, name), *text = NULL;
      g_autoptr (SyWorkflow) workflow = NULL;

      put (f->dir, "x.dag", dag);
      workflow = open_file (f, "x.dag", problems, &text);
      g_assert_null (strstr (text, "SECRET"));
      g_assert_cmpuint (workflow->n_tasks, ==, 2);
      g_assert_cmpuint (sy_problems_get_n_warnings (problems), ==, 2);
    }
}

static void
test_submit_files (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autofree char *text = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  put (f->dir, "x.dag", "JOB A a.sub\nVARS A who=\"wor ld\"\nJOB B a.sub DIR d\n");
  put (f->dir, "a.sub", "# c\nwho = nobody\nUniverse = vanilla\nExecutable = hello\nArguments = \"hi '$(who)' \\\n  end\"\nQueue 1\n");
  put (f->dir, "d/a.sub", "executable=/bin/d\n");
  workflow = open_file (f, "x.dag", problems, &text);
  g_assert_cmpstr (text, ==, "  A:\n    command: [./hello, hi, wor ld, end]\n    env:\n      who: wor ld\n  B:\n    command: [/bin/d]\n    dir: d\n");
  g_assert_cmpuint (sy_problems_get_n (problems), ==, 0);
}

/* INCLUDE stands for its lines; a SUBDAG that is there runs as a run of its own; a script that is not there does not run. */
static void
test_files (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autofree char *text = NULL;
  g_autoptr (SyWorkflow) workflow = NULL;

  put (f->dir, "x.dag", "JOB A x NOOP\nINCLUDE more.inc\nSUBDAG EXTERNAL S s.dag\nPARENT A CHILD B S\nSCRIPT PRE A none.sh\nSCRIPT PRE B is.sh\n");
  put (f->dir, "more.inc", "JOB B x NOOP\nRETRY B 1\n");
  put (f->dir, "s.dag", "JOB C x NOOP\n");
  put (f->dir, "is.sh", "");
  workflow = open_file (f, "x.dag", problems, &text);
  g_assert_cmpstr (text, ==,
                   "  A:\n    x-script-pre: none.sh\n  B:\n    needs: [A]\n    run: |\n      ./is.sh\n    retry: {limit: 1, delay: 0s}\n"
                   "  S:\n    needs: [A]\n    command: [switchyard, run, s.dag]\n    x-subdag: s.dag\n");
  g_assert_cmpuint (workflow->n_edges, ==, 2);
  g_assert_true (has_problem (problems, SY_SEVERITY_WARNING, "3: node S: the tasks of s.dag"));
  g_assert_true (has_problem (problems, SY_SEVERITY_WARNING, "5: node A: its PRE script none.sh is not there"));
  g_assert_cmpuint (sy_problems_get_n (problems), ==, 2);
}

/* Files that include each other end. */
static void
test_include_loop (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new ();

  put (f->dir, "x.dag", "INCLUDE x.dag\n");
  g_assert_null (open_file (f, "x.dag", problems, NULL));
  g_assert_true (has_problem (problems, SY_SEVERITY_ERROR, "1: files included or spliced more than"));
}

/* 100^8 files: what would be read for ever is refused, with one error */
static void
test_include_bomb (Fixture *f, gconstpointer data)
{
  for (guint w = 0; w < 2; w++)
    {
      g_autoptr (SyProblems) problems = sy_problems_new ();

      for (guint i = 0; i < 8; i++)
        {
          g_autofree char *name = g_strdup_printf ("%u.dag", i);
          g_autoptr (GString) text = g_string_new (NULL);

          for (guint k = 0; k < 100; k++)
            if (w == 0)
              g_string_append_printf (text, "INCLUDE %u.dag\n", i + 1);
            else
              g_string_append_printf (text, "SPLICE s%u %u.dag\n", k, i + 1);
          put (f->dir, name, text->str);
        }
      put (f->dir, "8.dag", "");
      g_assert_null (open_file (f, "0.dag", problems, NULL));
      g_assert_true (has_problem (problems, SY_SEVERITY_ERROR, "1: more than 20000 files are included or spliced"));
      g_assert_cmpuint (sy_problems_get_n_errors (problems), ==, 1);
    }
}

static void
test_unless_exit (void)
{
  static const char dag[] = "JOB A x NOOP\nRETRY A 3 UNLESS-EXIT 2\nABORT-DAG-ON A 4 RETURN 1\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (dag, strlen (dag));
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyImport) import = sy_import_bytes (bytes, NULL, SY_FORMAT_DAGMAN, problems);
  const SyRetry *retry = import->workflow->tasks[0].retry;

  g_assert_cmpuint (retry->limit, ==, 3);
  g_assert_true (sy_code_set_has (&retry->codes, 1));
  g_assert_false (sy_code_set_has (&retry->codes, 2));
  g_assert_false (sy_code_set_has (&retry->codes, 4));
  g_assert_true (sy_code_set_has (&retry->codes, 255));
  g_assert_cmpuint (retry->on & SY_RETRY_EXIT, ==, 0);
}

static void
test_runtime (void)
{
  static const char wf[] = "{\"schemaVersion\":\"1.4\",\"workflow\":{\"tasks\":[{\"name\":\"x\",\"runtime\":1.25}]}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (wf, strlen (wf));
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyImport) import = sy_import_bytes (bytes, NULL, SY_FORMAT_WFFORMAT, problems);

  g_assert_cmpint (import->workflow->tasks[0].sleep_us, ==, 1250000);
  g_assert_cmpint (import->workflow->tasks[0].kind, ==, SY_TASK_JOIN);
}

static void
test_open (Fixture *f, gconstpointer data)
{
  g_autoptr (SyProblems) problems = sy_problems_new (), none = sy_problems_new ();
  g_autoptr (GBytes) native = NULL;
  g_autofree char *path = g_build_filename (f->dir, "n.yard.yaml", NULL);
  g_autoptr (SyWorkflow) workflow = NULL;
  SyFileFormat format = SY_FORMAT_DOT;

  put (f->dir, "n.yard.yaml", "version: 1\ntasks: {a: {run: 'true'}}\n");
  workflow = sy_open_workflow_file (path, problems, &native, &format);
  g_assert_nonnull (workflow);
  g_assert_cmpint (format, ==, SY_FORMAT_NATIVE);
  g_assert_cmpuint (g_bytes_get_size (native), ==, strlen ("version: 1\ntasks: {a: {run: 'true'}}\n"));
  g_assert_null (open_file (f, "nothing.dag", none, NULL));
  g_assert_cmpuint (sy_problems_get_n_errors (none), ==, 1);
}

/* A line of PARENT a… CHILD b… is a product: it must end in an error, not in all memory. */
static void
test_too_many_edges (void)
{
  g_autoptr (GString) dag = g_string_new (NULL), names = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();

  for (guint i = 0; i < 3000; i++)
    {
      g_string_append_printf (dag, "JOB a%u x NOOP\nJOB b%u x NOOP\n", i, i);
      g_string_append_printf (names, " a%u", i);
    }
  g_string_append_printf (dag, "PARENT%s CHILD", names->str);
  g_string_replace (names, "a", "b", 0);
  g_string_append_printf (dag, "%s\n", names->str);
  bytes = g_bytes_new (dag->str, dag->len);
  g_assert_null (sy_import_bytes (bytes, NULL, SY_FORMAT_DAGMAN, problems));
  g_assert_true (has_problem (problems, SY_SEVERITY_ERROR, "6001: more than"));
}

/* Names without a Latin letter all give the same id to begin with. */
static void
test_same_ids (void)
{
  g_autoptr (GString) dag = g_string_new (NULL);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SyProblems) problems = sy_problems_new ();
  g_autoptr (SyImport) import = NULL;
  guint n = 20000;

  for (guint i = 0; i < n; i++)
    {
      g_string_append (dag, "TASK ");
      g_string_append_unichar (dag, 0x4e00 + i / 200);
      g_string_append_unichar (dag, 0x4e00 + i % 200);
      g_string_append (dag, " x\n");
    }
  bytes = g_bytes_new (dag->str, dag->len);
  g_test_timer_start ();
  import = sy_import_bytes (bytes, NULL, SY_FORMAT_PMC, problems);
  g_test_timer_elapsed ();
  g_assert_nonnull (import);
  g_assert_cmpuint (import->workflow->n_tasks, ==, n);
  g_assert_cmpstr (import->workflow->tasks[0].id, ==, "t");
  g_assert_cmpstr (import->workflow->tasks[n - 1].id, ==, "t_20000");
  g_assert_cmpfloat (g_test_timer_last (), <, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/format/import/cases", test_cases);
  g_test_add_func ("/format/import/detect", test_detect);
  g_test_add ("/format/import/splices", Fixture, NULL, set_up, test_splices, tear_down);
  g_test_add ("/format/import/splice-loop", Fixture, NULL, set_up, test_splice_loop, tear_down);
  g_test_add ("/format/import/outside", Fixture, NULL, set_up, test_outside, tear_down);
  g_test_add ("/format/import/submit-files", Fixture, NULL, set_up, test_submit_files, tear_down);
  g_test_add ("/format/import/pins", Fixture, NULL, set_up, test_pins, tear_down);
  g_test_add ("/format/import/files", Fixture, NULL, set_up, test_files, tear_down);
  g_test_add ("/format/import/include-loop", Fixture, NULL, set_up, test_include_loop, tear_down);
  g_test_add ("/format/import/include-bomb", Fixture, NULL, set_up, test_include_bomb, tear_down);
  g_test_add_func ("/format/import/unless-exit", test_unless_exit);
  g_test_add_func ("/format/import/runtime", test_runtime);
  g_test_add ("/format/import/open", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add_func ("/format/import/same-ids", test_same_ids);
  g_test_add_func ("/format/import/too-many-edges", test_too_many_edges);
  return g_test_run ();
}
