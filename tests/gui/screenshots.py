"""Makes the pictures: see the script `screenshots` beside this file."""
import json, os, shutil, subprocess, time

from window import BUILD, SOURCE, Window, cli

OUT = os.environ["SY_SHOTS"]
ONLY = os.environ.get("SY_ONLY", "").split()
WORK = os.path.join(os.environ["SY_GUI_DIR"], "work")
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
CONTRAST = {"ADW_DEBUG_HIGH_CONTRAST": "1"}
GERMAN = {"LANGUAGE": "de"}
os.mkdir(WORK)
# the typeface of the desktop, where it is installed
os.makedirs(f"{os.environ['XDG_CONFIG_HOME']}/gtk-4.0")
with open(f"{os.environ['XDG_CONFIG_HOME']}/gtk-4.0/settings.ini", "w") as settings:
    settings.write("[Settings]\ngtk-font-name=Cantarell 11\n")


def example(name):
    return shutil.copy(f"{SOURCE}/data/examples/{name}.yard.yaml", WORK)


def write(name, tasks, slots=8):
    """A file of (id, needs, command)"""
    path = os.path.join(WORK, f"{name}.yard.yaml")
    with open(path, "w") as out:
        out.write(f"version: 1\nname: {name}\nslots: {slots}\ntasks:\n")
        for task, needs, command in tasks:
            out.write(f"  {task}: {{needs: [{', '.join(needs)}], run: \"{command}\"}}\n")
    return path


def samples(n, steps, pace=0.01):
    """n samples that go through the same steps, three that join them: n × steps + 4 tasks"""
    tasks, ends = [("reference", [], "sleep 0.3")], []
    for i in range(n):
        before = "reference"
        for k, step in enumerate(steps):
            task = f"{step}-{i + 1:02}"
            fails = (i, k) in ((7, 3), (19, 1))
            tasks.append((task, [before], "echo 'error: truncated read at 41,200'; exit 3" if fails else f"sleep {(1 + (i * 7 + k * 3) % 9) * pace}"))
            before = task
        ends.append(before)
    return tasks + [("joint-calls", ends, "sleep 0.2"), ("filter", ["joint-calls"], "sleep 0.2"), ("report", ["filter"], "sleep 0.1")]


def build(n):
    """A build as large as that of a compiler: n tasks"""
    tasks, libraries, number = [("configure", [], "true")], [], 0
    while len(tasks) < n - 60:
        number += 1
        objects = [f"obj-{number}-{i}" for i in range(12 + number * 37 % 61)]
        tasks += [(name, ["configure"], "exit 1" if name in ("obj-31-4", "obj-77-9") else "true") for name in objects]
        tasks.append((f"lib-{number}", objects + ([f"lib-{number // 3}"] if number > 2 else []), "true"))
        libraries.append(f"lib-{number}")
    left = n - len(tasks)
    return tasks + [(f"tool-{i}", [libraries[(i * 5 + k) % len(libraries)] for k in range(3)], "true") for i in range(left)]


NIGHTLY = """version: 1
name: nightly-report
slots: 6
pools: {db: 2}
tasks:
  convert: {run: "sleep 2.1"}
  caption:
    needs: [convert]
    resources: {db: 1}
    run: |
      for i in $(seq 24); do echo "caption $i of 24"; echo "$i/24" > "$SWITCHYARD_PROGRESS"; sleep 0.5; done
  sentiment: {needs: [convert], run: "sleep 0.8"}
  topics:
    needs: [convert]
    resources: {db: 1}
    run: |
      for i in $(seq 40); do echo "topic $i of 40"; echo "$i/40" > "$SWITCHYARD_PROGRESS"; sleep 0.5; done
  entities:
    needs: [convert]
    retry: {limit: 1, delay: 500ms}
    run: |
      echo "loading model entities-v3 (412 MB)"; sleep 0.4
      echo "batch 1/40"; sleep 0.2; echo "batch 2/40"; sleep 0.2
      echo "warning: 3 documents without language"; sleep 0.1
      echo "error: cannot open gazetteer.db: Permission denied"; exit 3
  index: {needs: [caption], run: "true"}
  score: {needs: [sentiment], resources: {db: 1}, run: "true"}
  label: {needs: [topics], run: "true"}
  link: {needs: [entities], run: "true"}
  merge: {needs: [index, score, label, link], join: all_done, run: "true"}
"""


def nightly():
    path = os.path.join(WORK, "nightly-report.yard.yaml")
    with open(path, "w") as out:
        out.write(NIGHTLY)
    return path


def run(path, ok=(0,)):
    cli("run", "-q", path, ok=ok)
    return json.loads(cli("show", "last", "--json"))["run"]


def picture(name, *args, steps=lambda window: None, **env):
    if ONLY and name not in ONLY:
        return
    window = Window(*args, **env)
    try:
        window.wait("Hauptmenü" if "LANGUAGE" in env else "Main Menu")
        steps(window)
        subprocess.run(["xdotool", "mousemove", "0", "0"], check=True)
        time.sleep(1.5)     # what moves has come to rest
        window.shot(f"{OUT}/{name}.png")
    finally:
        window.stop()


def show(window):
    window.press("Show", exact=True)
    window.wait("Output", "log")


def preview(window):
    window.press("Re-run Failed…")
    window.wait("will run")


def keys(*pressed):
    return lambda window: (window.wait("Main Menu"), window.key(*pressed))


def german(window):
    window.press("Zeigen", exact=True)
    window.wait("Ausgabe", "log")


def german_preview(window):
    window.key("ctrl+r")
    window.wait("2 Aufgaben wiederholen", "push button")


def past(window):
    window.key("t")
    value = window.wait("Instant Shown", "slider").get_value_iface()
    value.set_current_value(value.get_maximum_value() * 0.4)
    window.wait("The past: ")


def parameters(window):
    window.key("shift+F5")
    window.wait("commands as you")
    window.answer("Run Run")
    window.wait("Dry Run")


def live(name, path, steps, **env):
    cli("run", "--detach", path)
    picture(name, path, steps=steps, **env)
    cli("cancel", "last", "--kill", ok=(0, 1, 2))
    while json.loads(cli("show", "last", "--json"))["runner"] != "none":
        time.sleep(0.2)


failed = run(example("repair"), ok=(1,))
if os.environ.get("SY_SMALL"):
    picture("small-failure", "--run", failed, steps=show)
    picture("small-preview", "--run", failed, steps=preview)
    picture("small-timeline", "--run", failed, steps=keys("alt+2"))
    picture("small-german", "--run", failed, steps=german, **GERMAN)
    picture("small-empty")
else:
    picture("empty")
    picture("empty-dark", **DARK)
    picture("failure", "--run", failed, steps=show)
    picture("failure-dark", "--run", failed, steps=show, **DARK)
    picture("failure-contrast", "--run", failed, steps=show, **CONTRAST)
    picture("failure-german", "--run", failed, steps=german, **GERMAN)
    picture("preview", "--run", failed, steps=preview)
    picture("preview-dark", "--run", failed, steps=preview, **DARK)
    picture("preview-german", "--run", failed, steps=german_preview, **GERMAN)
    picture("outline", "--run", failed, steps=keys("alt+5"))
    picture("file", "--run", failed, steps=keys("alt+4"))
    picture("past", "--run", failed, steps=past)
    picture("invalid", f"{SOURCE}/README.md")
    picture("shortcuts", steps=keys("ctrl+question"))
    picture("preferences", steps=keys("ctrl+comma"))
    picture("parameters", example("thumbnails"), steps=parameters)
    five = write("five", [("fetch", [], "sleep 0.2"), ("parse", ["fetch"], "sleep 0.4"), ("resize", ["fetch"], "sleep 0.3"),
                          ("index", ["parse"], "sleep 0.2"), ("publish", ["index", "resize"], "sleep 0.1")])
    for _ in range(4):
        done = run(five)
    picture("five", "--run", done, steps=keys("Home", "f"))
    picture("history", "--run", done, steps=keys("alt+3"))
    live("live", nightly(), show)
    live("live-dark", nightly(), show, **DARK)
    steps = ["fetch", "trim", "align", "sort", "call"]
    timed = run(write("samples", samples(8, steps, 0.12)), ok=(1,))
    picture("timeline", "--run", timed, steps=keys("alt+2"))
    picture("timeline-dark", "--run", timed, steps=keys("alt+2"), **DARK)
    thousand = run(write("thousand", samples(83, [f"{step}{part}" for step in steps for part in ("", "-check")] + ["pack", "upload"]), 16), ok=(1,))
    picture("thousand", "--run", thousand)
    picture("thousand-dark", "--run", thousand, **DARK)
    large = run(write("compiler", build(7233), 16), ok=(1,))
    picture("large", "--run", large, steps=keys("f"))
    picture("large-dark", "--run", large, steps=keys("f"), **DARK)
