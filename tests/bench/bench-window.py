"""bench-window.py BUILD SECONDS: the real window on a display: start, full picture, rest, preview, lag of a live run. Prints JSON lines
{"what", "value", "unit", "limit"}. bench.py starts it where there is an X display and a session bus of its own.
SPDX-License-Identifier: GPL-3.0-or-later
"""
import json, os, shutil, sqlite3, statistics, subprocess, sys, tempfile, time

import dags

BUILD, SECONDS = os.path.abspath(sys.argv[1]), int(sys.argv[2])
WORK = tempfile.mkdtemp(prefix="switchyard-window-")
TICK = os.sysconf("SC_CLK_TCK")
EXITED = 25     # kind of the event
ENV = dict(os.environ, GDK_BACKEND="x11", GSK_RENDERER="cairo", GTK_A11Y="none", GSETTINGS_BACKEND="memory",
           GSETTINGS_SCHEMA_DIR=os.path.join(BUILD, "data"), XDG_STATE_HOME=os.path.join(WORK, "state"),
           XDG_CONFIG_HOME=os.path.join(WORK, "config"), XDG_CACHE_HOME=os.path.join(WORK, "cache"))
RUNS = os.path.join(WORK, "state", "switchyard", "runs")


def say(what, value, unit, limit):
    print(json.dumps({"what": what, "value": value, "unit": unit, "limit": limit}), flush=True)


def percentile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def switchyard(*args, **how):
    return subprocess.Popen([os.path.join(BUILD, "app", "switchyard"), *args], env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **how)


def make_run(shape, size, last="true"):
    """A run that has ended; its uuid"""
    folder = os.path.join(WORK, f"{shape}-{size}")
    tasks = dags.make(shape, size, "true", folder)
    tasks[-1] = (tasks[-1][0], tasks[-1][1], last)
    before = set(os.listdir(RUNS)) if os.path.isdir(RUNS) else set()
    switchyard("run", "-q", dags.yard(tasks, os.path.join(folder, "w.yard.yaml"), "sh")).wait()
    new, = set(os.listdir(RUNS)) - before
    return new


class Window:
    """The program, and what it says of its frames: wall µs, newest event shown, complete, preview"""

    def __init__(self, *args):
        self.path = tempfile.mktemp(dir=WORK)
        self.at, self.begin = 0, time.time()
        self.program = subprocess.Popen([os.path.join(BUILD, "app", "switchyard-gui"), *args], env=dict(ENV, SWITCHYARD_FRAMES=self.path),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def frames(self):
        if not os.path.exists(self.path):
            return []
        text = open(self.path).read()
        lines = text[:text.rfind("\n") + 1].splitlines()
        return [[int(x) for x in line.split()] for line in lines]

    def until(self, wanted, patience=60):
        """Wall s of the first frame of which that holds"""
        end = time.time() + patience
        while time.time() < end:
            for frame in self.frames()[self.at:]:
                if wanted(frame):
                    return frame[0] / 1e6
            if self.program.poll() is not None:
                raise RuntimeError(f"the window ended: {self.program.returncode}")
            time.sleep(0.01)
        raise RuntimeError("the frame never came")

    def cpu(self):
        fields = open(f"/proc/{self.program.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def pss(self):
        return int(open(f"/proc/{self.program.pid}/smaps_rollup").read().split("\nPss:")[1].split()[0]) / 1000

    def end(self):
        self.program.terminate()
        self.program.wait()


def is_complete(frame):
    return frame[2] == 1


def opening(uuid, n):
    times = []
    for _ in range(n):
        window = Window("--run", uuid)
        times.append(window.until(is_complete) - window.begin)
        window.end()
    return statistics.median(times)


def start():
    say("start to the first picture of a 1,000-task run, median of 5", opening(make_run("layered", 1000), 5), "s", 0.6)


def large():
    uuid = make_run("layered", 10000, "exit 3")
    say("10,000-task finished run to the full picture, median of 5", opening(uuid, 5), "s", 1)
    window = Window("--run", uuid)
    window.until(is_complete)
    time.sleep(4)
    frames, cpu = len(window.frames()), window.cpu()
    time.sleep(SECONDS)
    say("at rest: redraws", len(window.frames()) - frames, "", 0)
    say("at rest: CPU", (window.cpu() - cpu) * 100 / SECONDS, "%", 0.2)
    say("memory, 10,000 tasks (PSS)", window.pss(), "MB", 160)
    if shutil.which("xdotool"):
        preview(window)
    window.end()


def preview(window):
    times = []
    for _ in range(5):
        window.at = len(window.frames())
        pressed = time.time()   # the start of xdotool is in it
        subprocess.run(["xdotool", "key", "--clearmodifiers", "ctrl+r"], check=True)
        times.append(window.until(lambda frame: frame[3] == 1, 10) - pressed)
        window.at = len(window.frames())
        subprocess.run(["xdotool", "key", "Escape"], check=True)
        window.until(lambda frame: frame[3] == 0, 10)
        time.sleep(0.3)
    say("preview of a re-run, key to picture, 10,000 tasks, median of 5", statistics.median(times) * 1000, "ms", 100)


def has_begun(uuid):
    """The runner has written the log's first event."""
    try:
        with sqlite3.connect(f"file:{os.path.join(RUNS, uuid, 'log.db')}?mode=ro", uri=True) as db:
            return db.execute("SELECT count(*) FROM event").fetchone()[0] > 0
    except sqlite3.Error:
        return False


def begin_run(name, tasks, *args):
    """A run that goes on: the runner and the uuid"""
    folder = os.path.join(WORK, name)
    os.makedirs(folder, exist_ok=True)
    before = set(os.listdir(RUNS)) if os.path.isdir(RUNS) else set()
    runner = switchyard("run", "-q", dags.yard(tasks, os.path.join(folder, "w.yard.yaml"), "sh"), *args)
    while not os.path.isdir(RUNS) or not set(os.listdir(RUNS)) - before:
        time.sleep(0.01)
    uuid, = set(os.listdir(RUNS)) - before
    while not has_begun(uuid):
        time.sleep(0.01)
    return runner, uuid


def lags(uuid, frames, since):
    """ms from an exit's record, made in another process, to the first picture that shows it; of exits after @since (wall s)"""
    db = sqlite3.connect(os.path.join(RUNS, uuid, "log.db"))
    exits = db.execute("SELECT e.seq, a.ended_us FROM events AS e JOIN attempts AS a ON a.task = e.task WHERE e.kind = ? ORDER BY e.seq", (EXITED,))
    values, at = [], 0
    for seq, ended in exits:
        while at < len(frames) and frames[at][1] < seq:
            at += 1
        if at < len(frames) and ended / 1e6 > since:
            values.append((frames[at][0] - ended) / 1e3)
    return values


def lag():
    runner, uuid = begin_run("lag", [(f"t{i}", [f"t{i - 1}"] if i else [], "sleep 0.1") for i in range(220)])
    window = Window("--run", uuid)
    shown = window.until(is_complete) + 1
    runner.wait()
    time.sleep(1)
    values = lags(uuid, window.frames(), shown)
    window.end()
    say(f"exit record to picture, {len(values)} exits, p50", percentile(values, 0.5), "ms", None)
    say(f"exit record to picture, {len(values)} exits, p95", percentile(values, 0.95), "ms", 50)


def flood():
    """As many events as the machine makes, beside the window; for a minute or so"""
    size = int(os.environ.get("BENCH_FLOOD_TASKS", "100000"))
    runner, uuid = begin_run("flood", dags.make("layered", size, "true", os.path.join(WORK, "flood")), "-j", "2")
    window = Window("--run", uuid)
    shown, memory = window.until(is_complete) + 1, []
    while runner.poll() is None:
        memory.append((time.time(), window.pss()))
        time.sleep(1)
    end = time.time()
    time.sleep(2)
    values = lags(uuid, window.frames(), shown)
    window.end()
    db = sqlite3.connect(os.path.join(RUNS, uuid, "log.db"))
    rate = db.execute("SELECT count(*) FROM event").fetchone()[0] / max(end - shown + 1, 1)
    half = [pss for at, pss in memory if at > (shown + end) / 2]
    say(f"flood: {rate:.0f} events/s for {end - shown:.0f} s, exit record to picture, p95", percentile(values, 0.95), "ms", 100)
    say("flood: memory (PSS) at the end, against half way", half[-1] - half[0] if half else 0, "MB", None)


def main():
    manager = subprocess.Popen(["openbox"], stderr=subprocess.DEVNULL) if shutil.which("openbox") else None
    try:
        for section in sys.argv[3:] or ("start", "large", "lag", "flood"):
            {"start": start, "large": large, "lag": lag, "flood": flood}[section]()
    finally:
        if manager:
            manager.terminate()
        shutil.rmtree(WORK, ignore_errors=True)


main()
