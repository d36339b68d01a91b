#!/usr/bin/env python3
"""bench.py BUILD [SECTION…] [-n RUNS]: Switchyard beside ninja, GNU make, xargs and Dagu, in one run.

Runs are interleaved (every tool once, then all again); figures are ratios of medians. Log durability FULL, output captured.
Sections: walls (sh -c true on four shapes), true (/bin/true), cpu, sleep, dagu, growth, start, log, output, layout, canvas (the
window's frames), timeline, design (a document of 10,000 tasks), window (the real one: start, lag, rest, preview), text (large texts in it); these five need
xvfb-run; default all.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import argparse, json, os, re, shutil, sqlite3, statistics, subprocess, sys, tempfile, threading, time

import dags

HERE = os.path.dirname(os.path.abspath(__file__))
DAGU_LIMIT_S = 120
TICK = os.sysconf("SC_CLK_TCK")


class Machine:
    """A working folder, the programs, and how to start them."""

    def __init__(self, build, runs):
        self.build, self.runs = build, runs
        self.work = tempfile.mkdtemp(prefix="switchyard-bench-")
        self.program = os.path.join(build, "app", "switchyard")
        self.bare = os.path.join(build, "tests", "bench", "bare-spawn")
        self.rows = []

    def dag(self, name, shape, size, command="true"):
        folder = os.path.join(self.work, name)
        return folder, dags.make(shape, size, command, folder)

    def say(self, what, value, target=None, ok=None):
        verdict = "" if ok is None else ("  ok" if ok else "  SHORT")
        print(f"  {what:<62} {value:>18}" + (f"   {target}" if target else "") + verdict, flush=True)
        self.rows.append({"what": what, "value": value, "target": target, "ok": ok})


class Sampler(threading.Thread):
    """CPU seconds and peak memory of our own processes (runner and keepers), read from /proc while they live."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.cpu, self.peak, self.first, self.ended = pid, {}, {}, {}, False
        self.names, self.threads = {}, {}

    def family(self):
        pids = [self.pid]
        try:
            for task in os.listdir(f"/proc/{self.pid}/task"):
                pids += map(int, open(f"/proc/{self.pid}/task/{task}/children").read().split())
        except OSError:
            pass
        return pids

    def read(self, pid):
        try:
            name, rest = open(f"/proc/{pid}/stat").read().rsplit(")", 1)
            fields = rest.split()
            if pid != self.pid and "switchyard-keep" not in name:
                return
            self.cpu[pid] = (int(fields[11]) + int(fields[12])) / TICK
            status = open(f"/proc/{pid}/status").read()
            kib = {k: int(status.split(k + ":")[1].split()[0]) for k in ("VmHWM", "VmRSS") if k + ":" in status}
            self.first.setdefault(pid, kib.get("VmRSS", 0))
            self.peak[pid] = kib.get("VmHWM", 0)
        except (OSError, IndexError):
            pass

    def read_threads(self):
        """µs on a processor of each of the runner's threads, by name"""
        try:
            for tid in os.listdir(f"/proc/{self.pid}/task"):
                if tid not in self.names:
                    self.names[tid] = "main" if tid == str(self.pid) else open(f"/proc/{self.pid}/task/{tid}/comm").read().strip().split("-switch")[0]
                self.threads[tid] = int(open(f"/proc/{self.pid}/task/{tid}/schedstat").read().split()[0]) / 1e3
        except (OSError, IndexError):
            pass

    def by_thread(self):
        sums = {}
        for tid, us in self.threads.items():
            sums[self.names[tid]] = sums.get(self.names[tid], 0) + us
        sums["keepers"] = sum(s for pid, s in self.cpu.items() if pid != self.pid) * 1e6
        return sums

    def run(self):
        while not self.ended:
            for pid in self.family():
                self.read(pid)
            self.read_threads()
            time.sleep(0.02)


def environment(machine):
    env = dict(os.environ, XDG_STATE_HOME=os.path.join(machine.work, "state"), NO_COLOR="1",
               DAGU_HOME=os.path.join(machine.work, "dagu"))
    env.pop("MAKEFLAGS", None)
    env.pop("MAKELEVEL", None)
    return env


def run(machine, argv, cwd, stdin=None, watch=False, limit=None):
    """Wall s, user+sys s of the whole tree, and (watch) own CPU s and growth in KiB of each of our processes. A program that
    is not done after `limit` seconds is killed: TimeoutError."""
    begin = time.monotonic()
    child = subprocess.Popen(argv, cwd=cwd, env=environment(machine), stdin=open(stdin) if stdin else subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    sampler = None
    if watch:
        sampler = Sampler(child.pid)
        sampler.start()
    alarm = threading.Timer(limit, child.kill) if limit else None
    if alarm:
        alarm.start()
    err = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - begin
    if alarm:
        alarm.cancel()
    child.returncode = status
    if sampler:
        sampler.ended = True
        sampler.join()
    if status != 0 and limit and wall >= limit:
        raise TimeoutError(argv[0])
    if status != 0:
        raise RuntimeError(f"{' '.join(argv[:4])}: status {status}: {err[-300:].decode(errors='replace')}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, sampler


def clean(machine, folder):
    for name in (".ninja_log", ".ninja_deps"):
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.unlink(path)


def ours(machine, file, jobs):
    return [machine.program, "run", file, "-j", str(jobs)]


def interleaved(machine, folder, tools, runs=None, watch=()):
    """tools: name -> (argv, stdin). Gives name -> list of results."""
    results = {name: [] for name in tools}
    for _ in range(runs or machine.runs):
        for name, (argv, stdin) in tools.items():
            clean(machine, folder)
            results[name].append(run(machine, argv, folder, stdin, watch=name in watch))
    return results


def median(results, name, field=0):
    return statistics.median(r[field] for r in results[name])


def bare(machine, n, jobs, command):
    out = subprocess.run([machine.bare, str(n), str(jobs)] + command, check=True, capture_output=True, text=True).stdout
    return [float(x) for x in out.split()]


def log_figures(machine):
    """What bench-log prints of lone commits, in µs; "missed" is its exit status, which is not 0 when a row was not seen."""
    tool = os.path.join(machine.build, "tests", "bench", "bench-log")
    done = subprocess.run([tool], capture_output=True, text=True, env=environment(machine))
    lone = re.search(r"lone commits: p50 (\d+) p99 (\d+) max", done.stdout)
    seen = re.search(r"other process's row p50 (\d+) p99 (\d+) max", done.stdout)
    if not lone or not seen:
        raise RuntimeError(f"bench-log: status {done.returncode}: {done.stdout[-300:]}{done.stderr[-300:]}")
    return {"commit_p50_us": float(lone[1]), "commit_p99_us": float(lone[2]), "seen_p99_us": float(seen[2]), "status": done.returncode}


def section_walls(m):
    print("walls: 10,000 × sh -c true against ninja's true (ratio of medians; limit = bare vfork + exec + wait)")
    for shape, size, jobs in (("fanout", 10000, 2), ("fanout", 10000, 8), ("layered", 10000, 2), ("layered", 10000, 8),
                              ("forkjoin", 1000, 2), ("forkjoin", 1000, 8)):
        folder, tasks = m.dag(f"{shape}", shape, size)
        file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
        tools = {"ours": (ours(m, file, jobs), None), "ninja": (["ninja", "-j", str(jobs), "--quiet"], None),
                 "make": (["make", "-s", f"-j{jobs}", "all"], None)}
        if shape == "fanout":
            tools["xargs"] = (["xargs", f"-P{jobs}", "-d", "\n", "-n1", "sh", "-c", "$0"], os.path.join(folder, "cmds.txt"))
        r = interleaved(m, folder, tools)
        limit = bare(m, len(tasks), 2, ["sh", "-c", "true"])[0]
        w = {name: median(r, name) for name in tools}
        others = " · ".join(f"{name} {w[name]:.2f} s" for name in tools if name != "ours")
        ratio = w["ours"] / w["ninja"]
        m.say(f"{shape} {len(tasks)} -j{jobs}: ours {w['ours']:.2f} s · {others} · limit {limit:.2f} s",
              f"{ratio:.3f} × ninja", "≤ 1.05", ratio <= 1.05)
        m.say("  tasks/s · peak RSS of the runner", f"{len(tasks) / w['ours']:.0f} · {max(x[2] for x in r['ours']) / 1024:.0f} MiB")


def section_true(m):
    print("true: 10,000 × /bin/true, each tool as it does it")
    folder, tasks = m.dag("true", "fanout", 10000, "/bin/true")
    file = dags.yard(tasks, os.path.join(folder, "run.yard.yaml"), "run")
    tools = {"ours": (ours(m, file, 2), None), "ninja": (["ninja", "-j2", "--quiet"], None), "make": (["make", "-s", "-j2", "all"], None)}
    r = interleaved(m, folder, tools)
    w = {name: median(r, name) for name in tools}
    m.say(f"ours {w['ours']:.2f} s · make {w['make']:.2f} s · ninja {w['ninja']:.2f} s", f"{w['ours'] / w['make']:.3f} × make", "≤ 1.10",
          w["ours"] / w["make"] <= 1.10)
    m.say("", f"{w['ours'] / w['ninja']:.3f} × ninja", "≤ 0.65", w["ours"] / w["ninja"] <= 0.65)


def section_chain(m):
    print("chain: 1,000 tasks, each needs the one before")
    folder, tasks = m.dag("chain", "chain", 1000)
    file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
    r = interleaved(m, folder, {"ours": (ours(m, file, 2), None), "ninja": (["ninja", "-j2", "--quiet"], None)})
    commit = log_figures(m)["commit_p50_us"] / 1e6
    limit = 1.10 * median(r, "ninja") + 1000 * commit
    m.say(f"ours {median(r, 'ours'):.3f} s · ninja {median(r, 'ninja'):.3f} s · commit p50 {commit * 1e6:.0f} µs",
          f"{median(r, 'ours'):.3f} s", f"≤ {limit:.3f} s", median(r, "ours") <= limit)


def section_cpu(m):
    print("cpu: own CPU a task, Σ of runner and keepers less the bare spawner's, 10,000 × sh -c true -j2, 5 interleaved runs")
    folder, tasks = m.dag("cpu", "fanout", 10000)
    file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
    own, spawner, threads = [], [], []
    for _ in range(5):
        spawner.append(bare(m, len(tasks), 2, ["sh", "-c", "true"])[1])
        sampler = run(m, ours(m, file, 2), folder, watch=True)[3]
        own.append(sum(sampler.cpu.values()) * 1e6 / len(tasks))
        threads.append(sampler.by_thread())
    value = statistics.median(own) - statistics.median(spawner)
    m.say(f"ours {statistics.median(own):.0f} µs · bare spawner {statistics.median(spawner):.0f} µs", f"{value:.0f} µs", "≤ 100 µs", value <= 100)
    each = {name: statistics.median(t.get(name, 0) for t in threads) / len(tasks) for name in threads[0]}
    m.say("of it, the spawner's in keepers: " + " · ".join(f"{name} {us:.0f}" for name, us in sorted(each.items(), key=lambda x: -x[1]) if us >= 0.5), "")


def section_sleep(m):
    print("sleep: waiting work")
    folder, tasks = m.dag("sleep", "sleep", 200, "sleep 0.05")
    file = dags.yard(tasks, os.path.join(folder, "run.yard.yaml"), "sh")
    r = interleaved(m, folder, {"ours": (ours(m, file, 8), None), "ninja": (["ninja", "-j8", "--quiet"], None)})
    ratio = median(r, "ours") / median(r, "ninja")
    m.say(f"200 × sleep 0.05 -j8: ours {median(r, 'ours'):.3f} s · ninja {median(r, 'ninja'):.3f} s", f"{ratio:.3f} × ninja", "≤ 1.02", ratio <= 1.02)
    folder, tasks = m.dag("seed", "seed", 3)
    file = dags.yard(tasks, os.path.join(folder, "run.yard.yaml"), "run")
    r = interleaved(m, folder, {"ours": (ours(m, file, 8), None), "ninja": (["ninja", "-j8", "--quiet"], None)}, runs=3)
    over = (median(r, "ours") - 3.5) * 1e3
    m.say(f"document analysis (critical path 3.5 s): ninja + {(median(r, 'ninja') - 3.5) * 1e3:.0f} ms", f"+ {over:.0f} ms", "≤ 15 ms", over <= 15)


def find_dagu(m):
    if shutil.which("dagu"):
        return shutil.which("dagu")
    if not shutil.which("npm"):
        return None
    prefix = os.path.join(m.build, "npm")
    path = os.path.join(prefix, "node_modules", "@dagu-org", "dagu-linux-x64", "bin", "dagu")
    if not os.path.exists(path):
        subprocess.run(["npm", "install", "--silent", "--prefix", prefix, "@dagu-org/dagu-linux-x64"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=300)
    for root, _, files in os.walk(prefix):
        for name in files:
            if name == "dagu":
                return os.path.join(root, name)
    return None


def section_dagu(m):
    print("dagu: 1,000 tasks -j8")
    try:
        dagu = find_dagu(m)
    except (OSError, subprocess.SubprocessError):
        dagu = None
    if not dagu:
        return m.say("not run: npm cannot reach Dagu's build here", "-", "≥ 20 ×")
    folder, tasks = m.dag("dagu-1000", "fanout", 1000)
    file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
    our_wall = run(m, ours(m, file, 8), folder)[0]
    wall, more = DAGU_LIMIT_S, "more than "
    try:
        wall, more = run(m, [dagu, "start", "-q", "dagu8.yaml"], folder, limit=DAGU_LIMIT_S)[0], ""
    except TimeoutError:
        pass
    ratio = wall / our_wall
    m.say(f"ours {our_wall:.2f} s · dagu {more}{wall:.2f} s", f"{more}{ratio:.0f} × faster", "≥ 20 ×", ratio >= 20)


def section_growth(m):
    print("growth: 100,000 tasks against 1,000, same shape (layered)")
    each, heap = {}, {}
    for size in (1000, 100000):
        folder, tasks = m.dag(f"growth-{size}", "layered", size)
        file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
        runs = 5 if size == 1000 else 1
        each[size] = statistics.median(run(m, ours(m, file, 2), folder)[0] for _ in range(runs)) * 1e3 / len(tasks)
        out = subprocess.run([os.path.join(m.build, "tests", "bench", "bench-load"), file], check=True, capture_output=True, text=True).stdout
        heap[size] = json.loads(out)
    ratio = each[100000] / each[1000]
    m.say(f"{each[1000]:.3f} ms a task at 1,000 · {each[100000]:.3f} ms at 100,000", f"{ratio:.3f} ×", "≤ 1.15", ratio <= 1.15)
    grown = (heap[100000]["heap_bytes"] - heap[1000]["heap_bytes"]) / 99000
    m.say("heap in use after load, less the source text, a task", f"{grown:.0f} B", "≤ 1024 B", grown <= 1024)
    file = os.path.join(m.work, "growth-100000", "sh.yard.yaml")
    wall, cpu, rss, _ = run(m, [m.program, "validate", file], m.work)
    m.say(f"validate of 100,000 tasks: {wall:.2f} s wall", f"{wall:.2f} s {rss / 1024:.0f} MB", "≤ 2 s, ≤ 400 MB", wall <= 2 and rss <= 400 * 1024)


def section_start(m):
    print("start")
    cpu = statistics.median(run(m, [m.program, "--version"], m.work)[1] for _ in range(20)) * 1e3
    m.say("--version, user + sys, median of 20", f"{cpu:.1f} ms", "≤ 10 ms", cpu <= 10)


def section_log(m):
    print("log")
    f = log_figures(m)
    m.say(f"commit p50 {f['commit_p50_us']:.0f} µs · p99 {f['commit_p99_us']:.0f} µs", f"{f['seen_p99_us'] / 1e3:.2f} ms seen", "p99 ≤ 20 ms",
          f["seen_p99_us"] <= 20000)
    m.say("1,000 lone commits all seen by another process", "yes" if f["status"] == 0 else "no", "0 missed", f["status"] == 0)
    folder, tasks = m.dag("log", "layered", 10000)
    file = dags.yard(tasks, os.path.join(folder, "sh.yard.yaml"), "sh")
    state = os.path.join(m.work, "state", "switchyard", "runs")
    before = set(os.listdir(state)) if os.path.isdir(state) else set()
    run(m, ours(m, file, 2), folder)
    new, = set(os.listdir(state)) - before
    db = sqlite3.connect(os.path.join(state, new, "log.db"))
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = db.execute("PRAGMA page_count").fetchone()[0] * db.execute("PRAGMA page_size").fetchone()[0]
    text = db.execute("SELECT coalesce(sum(length(bytes)), 0) FROM definition").fetchone()[0]
    samples = db.execute("SELECT count(*) FROM sample").fetchone()[0]
    m.say(f"log of a 10,000-task run without file texts ({samples} samples in it)", f"{(size - text) / 1e6:.2f} MB", "≤ 5 MB", size - text <= 5e6)


def section_output(m):
    size = int(os.environ.get("BENCH_OUTPUT_GB", "10"))
    print(f"output: {size} GB from one task")
    file = os.path.join(m.work, "spew.yard.yaml")
    with open(file, "w") as out:
        out.write(f"version: 1\ntasks:\n  spew: {{command: [head, -c, {size}GB, /dev/zero]}}\n")
    state = os.path.join(m.work, "state", "switchyard", "runs")
    before = set(os.listdir(state)) if os.path.isdir(state) else set()
    wall, _, _, sampler = run(m, ours(m, file, 1), m.work, watch=True)
    growth = sum(sampler.peak[p] - sampler.first[p] for p in sampler.peak) / 1024
    m.say(f"{size / wall:.2f} GB/s; memory growth of runner + keepers", f"{growth:.1f} MiB", "≤ 8 MiB", growth <= 8)
    new, = set(os.listdir(state)) - before
    disk = sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(os.path.join(state, new, "out")) for f in fs)
    m.say("kept on disk (head 1 MiB + newest 64 MiB in segments of 8 MiB)", f"{disk / 2**20:.1f} MiB", "≤ 73 MiB", disk <= 73 * 2**20)


def section_sampler(m):
    print("sampler: 200 processes in 200 trees at 2 Hz")
    out = subprocess.run([os.path.join(m.build, "tests", "bench", "bench-sampler")], check=True, capture_output=True, text=True).stdout
    share = float(re.search(r"([0-9.]+) % of a core", out)[1])
    m.say("its thread's CPU clock", f"{share:.2f} % of a core", "≤ 0.5 %", share <= 0.5)


def on_display(m, argv):
    env = dict(environment(m), GDK_BACKEND="x11", GSK_RENDERER="cairo", GTK_A11Y="none", GSETTINGS_BACKEND="memory")
    return subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 2600x1700x24", "dbus-run-session", "--"] + argv, env=env,
                          capture_output=True, text=True).stdout


def section_layout(m):
    print("layout: CPU time, and crossings beside dot's")
    print(subprocess.run([os.path.join(m.build, "tests", "bench", "bench-layout")], capture_output=True, text=True).stdout, end="")


def section_canvas(m):
    print("canvas: CPU time a frame without a GPU, 1280×800, a program for each size; then scale 2")
    tool = os.path.join(m.build, "tests", "bench", "bench-canvas")
    if not os.path.exists(tool) or not shutil.which("xvfb-run"):
        return m.say("not run: no window in this build, or no xvfb-run", "-")
    for size in ("100", "1000", "10000", "50000"):
        print(on_display(m, [tool, "--tasks", size]), end="", flush=True)
    for only in ("pan", "zoom"):
        print("scale 2 (≤ 20): " + on_display(m, ["env", "GDK_SCALE=2", tool, "--tasks", "10000", "--only", only]), end="", flush=True)


def section_text(m):
    print("text: 65 MiB of output and a text of 1 GB in the window, 1000×700, without a GPU")
    tool = os.path.join(m.build, "tests", "bench", "bench-text")
    if not os.path.exists(tool) or not shutil.which("xvfb-run"):
        return m.say("not run: no window in this build, or no xvfb-run", "-")
    for only in ("output", "file"):
        print(on_display(m, [tool, "--only", only]), end="", flush=True)


def section_timeline(m):
    print("timeline: CPU time a frame, 10,000 tasks, 1280×800 (≤ 12)")
    tool = os.path.join(m.build, "tests", "bench", "bench-timeline")
    if not os.path.exists(tool) or not shutil.which("xvfb-run"):
        return m.say("not run: no window in this build, or no xvfb-run", "-")
    out = on_display(m, [tool])
    print(out, end="", flush=True)
    for name, p95 in re.findall(r"timeline (.+?) +p50 +[0-9.]+ +p95 +([0-9.]+) +max +[0-9.]+ ms a frame", out):
        m.say(f"timeline {name}, p95", f"{float(p95):.2f} ms", "≤ 12 ms", float(p95) <= 12)


def section_design(m):
    print("design: a document of 10,000 tasks on the canvas, 1280×800; CPU of the main thread, wall time")
    tool = os.path.join(m.build, "tests", "bench", "bench-design")
    if not os.path.exists(tool) or not shutil.which("xvfb-run"):
        return m.say("not run: no window in this build, or no xvfb-run", "-")
    out = on_display(m, [tool])
    print(out, end="", flush=True)
    for name, p95 in re.findall(r"^(.+?) +p50 +[0-9.]+ +p95 +([0-9.]+)", out, re.M):
        m.say(f"design: {name}, p95 a frame", f"{float(p95):.2f} ms", "≤ 12 ms", float(p95) <= 12)
    for name, shown in re.findall(r"^(.+?) +shown +([0-9.]+) ms", out, re.M):
        m.say(f"design: {name}, shown", f"{float(shown):.1f} ms", "≤ 50 ms", float(shown) <= 50)
    for saved in re.findall(r"saved +([0-9.]+) ms", out):
        m.say("design: saved", f"{float(saved):.0f} ms", "≤ 500 ms", float(saved) <= 500)


def section_window(m):
    seconds = int(os.environ.get("BENCH_WINDOW_SECONDS", "10"))
    print("window: switchyard-gui on a display, without a GPU")
    if not os.path.exists(os.path.join(m.build, "app", "switchyard-gui")) or not shutil.which("xvfb-run"):
        return m.say("not run: no window in this build, or no xvfb-run", "-")
    for line in on_display(m, [sys.executable, os.path.join(HERE, "bench-window.py"), m.build, str(seconds)]).splitlines():
        f = json.loads(line) if line.startswith("{") else None
        if f:
            limit = None if f["limit"] is None else f"≤ {f['limit']} {f['unit']}"
            m.say(f["what"], f"{f['value']:.2f} {f['unit']}", limit, None if f["limit"] is None else f["value"] <= f["limit"])


SECTIONS = {n[8:]: f for n, f in list(globals().items()) if n.startswith("section_")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("section", nargs="*", help=", ".join(SECTIONS))
    parser.add_argument("-n", "--runs", type=int, default=5)
    args = parser.parse_args()
    machine = Machine(os.path.abspath(args.build), args.runs)
    try:
        for name in args.section or SECTIONS:
            SECTIONS[name](machine)
    finally:
        shutil.rmtree(machine.work, ignore_errors=True)
    short = [r["what"].strip() for r in machine.rows if r["ok"] is False]
    print(f"{sum(r['ok'] is True for r in machine.rows)} of {sum(r['ok'] is not None for r in machine.rows)} targets met"
          + (": short are " + "; ".join(short) if short else ""))


if __name__ == "__main__":
    main()
