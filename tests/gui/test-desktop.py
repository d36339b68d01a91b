"""At home on the desktop: files that are opened, dropped, restored and exported; notifications; closing while a run goes on."""
import json, os, subprocess, sys, time

from window import Atspi, BUILD, Tap, Window, cli, run_of, type_text, until

HERE = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
KEYFILE = {"GSETTINGS_BACKEND": "keyfile"}      # settings that outlive the program


def write(name, tasks):
    path = os.path.join(folder, f"{name}.yard.yaml")
    with open(path, "w") as out:
        out.write(f"version: 1\nname: {name}\ntasks:\n{tasks}")
    return path


def gated(name):
    gate = os.path.join(folder, f"{name}.gate")
    path = write(name, f"""  first: {{run: "true"}}
  wait: {{needs: [first], run: "while [ ! -e '{gate}' ]; do sleep 0.2; done"}}
  last: {{needs: [wait], run: "true"}}
""")
    return path, gate


def frames(window):
    return [node.get_name() for node in window.nodes() if node.get_role_name() == "frame"]


def xdotool(*args):
    return subprocess.run(["xdotool", *args], stdout=subprocess.PIPE, text=True).stdout.split()


def in_front(window, name):
    return any(node.get_name() == name and node.get_state_set().contains(Atspi.StateType.ACTIVE)
               for node in window.nodes() if node.get_role_name() == "frame")


class Notifications:
    def __init__(self):
        self.process = subprocess.Popen([sys.executable, f"{HERE}/notifications.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)
        assert self.process.stdout.readline() == "ready\n"

    def next(self):
        return json.loads(self.process.stdout.readline())

    def press(self, notification, label):
        actions = notification["actions"]
        action = actions[actions.index(label) - 1]
        self.process.stdin.write(f"{notification['id']} {action}\n")
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)


def the_same_file_raises_its_window():
    path = write("once", '  a: {run: "true"}\n')
    link = os.path.join(folder, "link.yard.yaml")
    os.symlink(path, link)
    window = Window(path)
    try:
        window.wait("1 task, not run yet")
        for again in (path, link):
            subprocess.run([f"{BUILD}/app/switchyard-gui", again], check=True, timeout=60, stderr=subprocess.DEVNULL)
        other = write("other", '  b: {run: "true"}\n')
        subprocess.run([f"{BUILD}/app/switchyard-gui", other], check=True, timeout=60, stderr=subprocess.DEVNULL)
        window.wait("b, pending", "list item")
        assert len(frames(window)) == 2, frames(window)
    finally:
        window.end()


def an_invalid_file_says_what_is_wrong():
    path = write("wrong", '  a: {run: "true", nees: [b]}\n')
    window = Window(path)
    try:
        window.wait("“wrong.yard.yaml” Cannot Be Read")
        window.wait("Line 4, column 20: A task has no key “nees”\nDid you mean “needs”?", "push button", exact=True)
        window.wait("a, pending", "list item")
    finally:
        window.end()


def a_sandbox_says_what_it_lacks():
    window = Window(SWITCHYARD_SANDBOX_INFO=os.path.join(folder, "once.yard.yaml"))
    try:
        window.wait("This is a sandbox: ")
    finally:
        window.end()


def a_file_that_is_dropped_is_opened():
    path = write("dropped", '  fell: {run: "true"}\n')
    source = subprocess.Popen([f"{BUILD}/tests/gui/drag-source", path])
    window = Window()
    try:
        window.wait("Try the Example")
        drag_over(window, source)
        window.wait("fell, pending", "list item")
    finally:
        source.kill()
        source.wait()
        window.end()


def drag_over(window, source):
    until("two windows", lambda: xdotool("search", "--onlyvisible", "--name", "Drag Source"))
    handle = xdotool("search", "--onlyvisible", "--name", "Drag Source")[0]
    until("it is in the corner", lambda: (xdotool("windowmove", "--sync", handle, "20", "20"),
                                         xdotool("windowactivate", "--sync", handle),
                                         xdotool("getactivewindow"))[2] == [handle])
    for _ in range(20):
        if window.find("fell, pending", "list item"):
            return
        xdotool("mousemove", "--sync", "100", "90", "mousedown", "1")
        for step in range(1, 13):
            xdotool("mousemove", "--sync", str(100 + 50 * step), str(90 + 30 * step))
            time.sleep(0.05)
        time.sleep(0.3)
        xdotool("mouseup", "1")
        time.sleep(1)


def the_files_of_last_time_come_back():
    one, two = write("one", '  uno: {run: "true"}\n'), write("two", '  due: {run: "true"}\n')
    window = Window(one, two, **KEYFILE)
    try:
        window.wait("uno, pending", "list item")
        window.wait("due, pending", "list item")
        window.key("ctrl+q")
        window.process.wait(60)
        window = Window(**KEYFILE)
        window.wait("uno, pending", "list item")
        window.wait("due, pending", "list item")
        assert len(frames(window)) == 2, frames(window)
    finally:
        window.end()


def what_was_opened_lately_is_offered():
    path = write("lately", '  recent: {run: "true"}\n')
    window = Window(path)
    try:
        window.wait("recent, pending", "list item")
        window.key("ctrl+shift+n")
        window.wait("Try the Example")
        window.key("F10")
        window.act(window.wait("Open Recent", "menu item", exact=True), "click")
        window.item("lately.yard.yaml")
        until("its window is in front", lambda: in_front(window, "lately"))
        assert sum(name == "lately" for name in frames(window)) == 1, frames(window)
    finally:
        window.end()


def an_image_is_exported():
    path = write("picture", '  seen: {run: "true"}\n')
    target = os.path.join(folder, "saved.svg")
    window = Window(path)
    try:
        window.wait("seen, pending", "list item")
        window.key("F10")
        window.item("Export…")
        window.wait("_Save Save", "push button")
        window.key("ctrl+a")
        type_text(target)
        window.press("_Save Save", exact=True)
        until("the image", lambda: os.path.exists(target) and "</svg>" in open(target).read())
        window.wait("Saved saved.svg")
    finally:
        window.end()


def the_panes_follow_the_width():
    path = write("wide", '  a: {run: "true"}\n')
    window = Window(path)
    try:
        window.wait("a, pending", "list item")
        handle = xdotool("search", "--onlyvisible", "--name", "^wide$")[-1]
        toggle = window.wait("Inspector", "push button", exact=True)

        def is_open(wanted):
            until(f"the inspector is {'open' if wanted else 'closed'}",
                  lambda: toggle.get_state_set().contains(Atspi.StateType.PRESSED) == wanted)

        is_open(True)
        for _ in range(3):
            xdotool("windowsize", handle, "800", "560", "windowsize", handle, "1400", "860", "windowsize", handle, "800", "560")
            is_open(False)
            xdotool("windowsize", handle, "1400", "860")
            is_open(True)
    finally:
        window.end()


def closing_says_that_the_run_goes_on():
    path, gate = gated("closing")
    cli("run", "--detach", path)
    notifications = Notifications()
    window = Window(path, **KEYFILE)
    try:
        window.wait("wait, running", "list item")
        window.key("ctrl+w")
        window.wait("Runs Go On in the Background")
        window.press("Close Close", exact=True)
        window.process.wait(60)
        assert run_of()["state"] == "running"
        window = Window(path, **KEYFILE)
        window.wait("wait, running", "list item")
        window.key("ctrl+w")
        window.process.wait(60)
        said = notifications.next()
        assert said["title"].startswith("closing goes on, "), said
    finally:
        notifications.end()
        window.stop()
    assert run_of()["state"] == "running"
    open(gate, "w").close()
    until("it ends", lambda: run_of()["state"] == "succeeded")


def the_end_of_a_run_is_told_and_shown():
    path, gate = gated("told")
    cli("run", "--detach", path)
    notifications = Notifications()
    window = Window(path)
    try:
        window.wait("wait, running", "list item")
        window.key("ctrl+shift+n")
        window.wait("Try the Example")
        open(gate, "w").close()
        said = notifications.next()
        assert said["title"] == "told: Succeeded" and said["body"] == "3 tasks", said
        notifications.press(said, "Show")
        until("its window is in front", lambda: in_front(window, "told"))
    finally:
        notifications.end()
        window.end()


tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and getattr(test, "__module__", "") == "__main__" and name.count("_") > 2:
        tap.case(name.replace("_", " "), test)
tap.end()
