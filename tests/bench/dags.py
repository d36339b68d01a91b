"""The DAGs of the benchmark: (id, needs, command) triples and the files that each tool wants.

Where the shared generator stands beside the checkout it makes the DAG; else the same shapes are made here.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import os, random, subprocess, sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SHARED = os.environ.get("SWITCHYARD_SHARED", os.path.join(TOP, "..", "shared"))
GENERATOR = os.path.join(SHARED, "bench", "gen_dag.py")


def fanout(n, c):
    return [(f"t{i}", [], c) for i in range(n)]


def chain(n, c):
    return [(f"t{i}", [f"t{i-1}"] if i else [], c) for i in range(n)]


def layered(n, c):
    width, rnd, tasks = 200, random.Random(7), []
    for i in range(n):
        layer = i // width
        low, high = max(0, (layer - 2) * width), layer * width
        tasks.append((f"t{i}", [f"t{p}" for p in sorted(rnd.sample(range(low, high), 3))] if layer else [], c))
    return tasks


def forkjoin(n, c):
    tasks = []
    for s in range(n):
        up = [f"j{s-1}"] if s else []
        tasks += [(f"b{s}_{i}", up, c) for i in range(8)] + [(f"j{s}", [f"b{s}_{i}" for i in range(8)], c)]
    return tasks


def seed(n, c):
    return [("a", [], "sleep 3.5"), ("b", [], "sleep 3"), ("c", [], "sleep 3")]


SHAPES = {"fanout": fanout, "chain": chain, "layered": layered, "forkjoin": forkjoin, "sleep": fanout, "seed": seed}


def make(shape, size, command, folder):
    """Writes the DAG's files for the peers into folder; gives the list of tasks."""
    os.makedirs(folder, exist_ok=True)
    tsv = os.path.join(folder, "dag.tsv")
    if os.path.exists(GENERATOR):
        subprocess.run([sys.executable, GENERATOR, shape, folder, "--size", str(size), "--cmd", command], check=True,
                       stdout=subprocess.DEVNULL)
        rows = [line.rstrip("\n").split("\t") for line in open(tsv)]
        return [(i, needs.split(), c) for i, needs, c in rows]
    tasks = SHAPES[shape](size, command)
    ids = " ".join(i for i, _, _ in tasks)
    files = {
        "build.ninja": "rule r\n command = $cmd\n" + "".join(
            f"build {i}: r {' '.join(d)}\n cmd = {c}\n" for i, d, c in tasks) + "\n",
        "Makefile": f"all: {ids}\n.PHONY: all {ids}\n" + "".join(f"{i}: {' '.join(d)}\n\t@{c}\n" for i, d, c in tasks),
        "cmds.txt": "".join(c + "\n" for _, _, c in tasks),
        "dagu8.yaml": "type: graph\nmaxActiveSteps: 8\nsteps:\n" + "".join(
            f"  - name: {i}\n    command: \"{c}\"\n" + (f"    depends: [{', '.join(d)}]\n" if d else "")
            for i, d, c in tasks),
    }
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    return tasks


def yard(tasks, path, how):
    """Our file. how: 'command' = argv as given, 'sh' = [sh, -c, TEXT], 'run' = shell text."""
    with open(path, "w") as out:
        out.write("version: 1\nconcurrency: allow\ntasks:\n")
        for i, needs, c in tasks:
            value = {"sh": f'command: [sh, -c, "{c}"]', "run": f"run: {c}", "command": f"command: [{', '.join(c.split())}]"}[how]
            out.write(f"  {i}: {{{'needs: [' + ', '.join(needs) + '], ' if needs else ''}{value}}}\n")
    return path
