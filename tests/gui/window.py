"""The window as a person with a screen reader has it: found by name, pressed by name."""
import json, os, subprocess, sys, time

import gi
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi

BUILD = os.environ["SWITCHYARD_BUILD_ROOT"]
SOURCE = os.environ["SWITCHYARD_SOURCE_ROOT"]
PATIENCE = 60   # of a machine that has other things to do
Atspi.set_timeout(20000, 60000)     # a program that is slow to answer has answered all the same


def cli(*args, ok=(0,)):
    done = subprocess.run([f"{BUILD}/app/switchyard", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode in ok, (args, done.returncode, done.stderr)
    return done.stdout


def run_of(name="last"):
    return json.loads(cli("show", name, "--json"))


def walk(node):
    """What is not mapped is left out with all that it holds."""
    if node is None or (node.get_component_iface() is not None and not showing(node)):
        return
    yield node
    for i in range(node.get_child_count()):
        try:
            yield from walk(node.get_child_at_index(i))
        except gi.repository.GLib.Error:
            return


def showing(node):
    """GTK gives what is not mapped no extent."""
    component = node.get_component_iface()
    return component is not None and component.get_extents(Atspi.CoordType.WINDOW).width > 0


class Window:
    def __init__(self, *args, **env):
        self.log = open(os.path.join(os.environ["SY_GUI_DIR"], "log"), "w+")
        self.process = subprocess.Popen([f"{BUILD}/app/switchyard-gui", *args], stdout=self.log, stderr=subprocess.STDOUT,
                                        env={**os.environ,
                                             "GSETTINGS_SCHEMA_DIR": f"{BUILD}/data",
                                             "SWITCHYARD_LOCALE_DIR": f"{BUILD}/data/po", **env})
        self.clicks = 0

    def nodes(self):
        desktop = Atspi.get_desktop(0)
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is not None and app.get_process_id() == self.process.pid:
                yield from walk(app)

    def find(self, text, role=None, exact=False, within=None):
        top = self.find(within) if within else None
        if within and not top:
            return None
        for node in walk(top) if top else self.nodes():
            try:
                name = node.get_name() or ""
                if (name == text if exact else text in name) and role in (None, node.get_role_name()) and showing(node):
                    return node
            except gi.repository.GLib.Error:
                continue
        return None

    def wait(self, text, role=None, exact=False, gone=False, within=None):
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert self.process.poll() is None, f"the window ended ({self.process.returncode}): {self.said()}"
            node = self.find(text, role, exact, within)
            if (node is None) == gone:
                return node
            time.sleep(0.05)
        raise AssertionError(f"{text!r} {'stays' if gone else 'does not come'}; shown: "
                             f"{sorted({n.get_name() for n in self.nodes() if n.get_name() and showing(n)})}")

    def press(self, text, role="push button", exact=False, within=None):
        node = self.wait(text, role, exact, within=within)
        self.until_state(node, Atspi.StateType.SENSITIVE)
        assert node.get_action_iface().do_action(0), f"{text!r} cannot be pressed"
        self.clicks += 1

    def answer(self, text):
        """A button of a dialog, which then goes."""
        self.press(text, exact=True)
        self.wait(text, "push button", exact=True, gone=True)

    def until_state(self, node, state):
        until(f"{node.get_name()!r} as {state.value_nick}", lambda: node.get_state_set().contains(state))

    def act(self, node, action):
        iface = node.get_action_iface()
        names = [iface.get_action_name(i) for i in range(iface.get_n_actions())]
        assert iface.do_action(names.index(action)), f"{node.get_name()!r} refuses {action}"

    def select(self, task):
        """The task on the canvas, as a screen reader does; again, where the row stands for another task by the time it is acted on"""
        end = time.monotonic() + PATIENCE
        while True:
            self.act(self.wait(f"{task}, ", "list item"), "node.select")
            again = time.monotonic() + 5
            while time.monotonic() < again:
                node = self.find(f"{task}, ", "list item")
                if node is not None and node.get_state_set().contains(Atspi.StateType.SELECTED):
                    self.wait(task, "label", exact=True)
                    return
                time.sleep(0.05)
            assert time.monotonic() < end, f"{task!r} never is selected"

    def item(self, text):
        """An item of the menu that is open, which then goes"""
        node = self.wait(text, "menu item", exact=True)
        self.until_state(node, Atspi.StateType.SENSITIVE)
        self.act(node, "click")
        self.wait(text, "menu item", exact=True, gone=True)

    def menu(self, task, text):
        self.act(self.wait(f"{task}, ", "list item"), "node.menu")
        self.item(text)

    def tab_to(self, text, role):
        node = self.wait(text, role)
        for _ in range(20):
            if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                return
            self.key("Tab")
            time.sleep(0.1)
        raise AssertionError(f"Tab does not come to {text!r}")

    def press_menu_of(self, button, text):
        self.press("More Ways to " + button)
        self.item(text)

    def has_keyboard(self):
        said = subprocess.run(["xdotool", "getwindowfocus", "getwindowpid"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return said.stdout.strip() == str(self.process.pid).encode()

    def key(self, *keys):
        until("the window's keyboard", self.has_keyboard)
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def shot(self, path):
        time.sleep(0.6)
        subprocess.run(["import", "-window", "root", path], check=True)

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    def end(self):
        self.stop()
        # GTK 4.8's file dialog says this of its own list of file names, now and then, while a path is typed.
        own = "attempt to allocate GtkPopoverContent contents"
        complaints = [line for line in self.said().splitlines() if ("CRITICAL" in line or "WARNING" in line) and own not in line]
        assert not complaints, complaints


def until(what, test):
    """What comes about by itself, however long a busy machine takes; if it never does, the newest run is told."""
    end = time.monotonic() + PATIENCE

    def holds():
        try:
            return test()
        except gi.repository.GLib.Error:    # a node that has just gone, an answer that did not come
            return False
    while not holds():
        if time.monotonic() > end:
            run = subprocess.run([f"{BUILD}/app/switchyard", "show", "last"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            raise AssertionError(f"{what} does not come about; the newest run:\n{run.stdout}")
        time.sleep(0.05)


def type_text(text):
    subprocess.run(["xdotool", "type", "--delay", "20", text], check=True)


class Tap:
    def __init__(self):
        self.n = 0
        self.bad = 0

    def case(self, name, test):
        self.n += 1
        try:
            test()
            print(f"ok {self.n} {name}", flush=True)
        except Exception as error:
            self.bad += 1
            print(f"not ok {self.n} {name}\n# {type(error).__name__}: {error}".replace("\n", "\n# ").replace("\n# not", "\nnot"),
                  flush=True)

    def end(self):
        print(f"1..{self.n}")
        sys.exit(1 if self.bad else 0)
