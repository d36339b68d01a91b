"""The example "document analysis" drawn from nothing with mouse and keyboard alone, counted: fewer than forty actions until it has run.
Then it is broken, fails, is repaired and runs again; the file and the logs are checked."""
import os, re, subprocess, time

from window import Atspi, SOURCE, Tap, Window, cli, run_of

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "analysis.yard.yaml")
with open(os.path.join(SOURCE, "data", "examples", "document-analysis.yard.yaml")) as example:
    EXAMPLE = example.read()


def command_of(task):
    """As it stands in the example, without the indentation of its block"""
    block = re.search(rf"^  {task}:\n(?:    .*\n)*?    run: \|\n((?:      .*\n)+)", EXAMPLE, re.MULTILINE).group(1)
    return re.sub(r"^ {6}", "", block, flags=re.MULTILINE).rstrip("\n")


def bare(text):
    """Without what is said about it: comments, descriptions and empty lines"""
    return "".join(line + "\n" for line in text.splitlines() if line.strip() and not re.match(r"#| *description:", line)).replace(
        "                    # the analyses wait for their service, not for a CPU", "")


class Hand:
    """One action is a click, a drag, a chord of keys, or what is typed into one field. Looking costs nothing."""
    def __init__(self):
        self.actions = 0

    def mouse(self, *args):
        subprocess.run(["xdotool", *map(str, args)], check=True)

    def origin(self):
        said = subprocess.run(["xdotool", "getactivewindow", "getwindowgeometry", "--shell"], stdout=subprocess.PIPE, check=True, text=True)
        values = dict(line.split("=") for line in said.stdout.split() if "=" in line)
        return int(values["X"]), int(values["Y"])

    def place(self, node, x=0.5, y=0.5):
        extents = node.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
        left, top = self.origin()
        return int(left + extents.x + extents.width * x), int(top + extents.y + extents.height * y)

    def click(self, text, role=None, exact=True, x=0.5, y=0.5):
        """Where it comes to rest: what is above it may still grow"""
        last = None
        while True:
            at = self.place(window.wait(text, role, exact), x, y)
            if at == last:
                break
            last = at
            time.sleep(0.3)
        self.mouse("mousemove", *at, "click", 1)
        self.actions += 1

    def scroll(self, over):
        self.mouse("mousemove", *self.place(window.wait(over, "label", True)), "click", "--repeat", 20, "--delay", 10, 5)
        self.actions += 1

    def drag(self, source, target):
        x, y = self.place(window.wait(f"{source}, ", "list item"), 1)
        to_x, to_y = self.place(window.wait(f"{target}, ", "list item"), 0)
        self.mouse("mousemove", x, y, "mousedown", 1)
        for i in range(1, 9):
            self.mouse("mousemove", x + (to_x - x) * i // 8, y + (to_y - y) * i // 8)
            time.sleep(0.05)
        self.mouse("mouseup", 1)
        self.actions += 1

    def key(self, chord):
        window.key(chord)
        self.actions += 1

    def type(self, text):
        args = []
        for i, line in enumerate(text.split("\n")):
            args += ["key", "Return"] if i > 0 else []
            args += ["type", "--delay", "8", "--args", "1", line] if line else []
        self.mouse(*args)
        self.actions += 1


hand = Hand()
window = report = None


def focus(text, role="text"):
    window.until_state(window.wait(text, role, exact=True), Atspi.StateType.FOCUSED)


def text():
    with open(FILE) as file:
        return file.read()


def add(task):
    hand.click("Add Task", "push button")
    focus("Name of the task")
    hand.type(task)
    hand.key("Return")
    window.wait(f"{task}, ", "list item")
    window.wait(task, "label", exact=True)
    hand.click("Shell Text", "text")
    focus("Shell Text")
    hand.type(command_of(task))


def the_head_is_typed():
    """Lines begin where the one before did."""
    hand.key("ctrl+n")
    hand.key("alt+4")
    hand.click("Workflow File", "text", x=0.6, y=0.015)
    focus("Workflow File")
    hand.type("\nname: document-analysis\ndir: ${{ run.dir }}\nslots: 3\nparams:\n  source:\n  type: path\ndefault: /usr/share/common-licenses")
    hand.key("alt+1")


def four_tasks_with_their_commands():
    for task in ("sentiment", "topics", "entities", "report"):
        add(task)
    hand.scroll("Description")
    hand.click("Outputs", "label")
    hand.click("New: Outputs", "text")
    focus("New: Outputs")
    hand.type("documents=int\npage=path")


def three_edges():
    for i, task in enumerate(("sentiment", "topics", "entities")):
        hand.drag(task, "report")
        window.wait(f"report, pending, needs sentiment and {i} more" if i > 0 else "report, pending, needs sentiment", "list item", exact=True)


def saved_as_the_example_is_written():
    hand.key("ctrl+s")
    focus("Name:")
    hand.type(FILE.removesuffix(".yaml"))     # the dialog has selected the name in front of it
    hand.key("Return")
    window.wait(f"Saved {FILE}")
    assert text() == bare(EXAMPLE), text()


def run_after_fewer_than_forty():
    global report
    hand.click("Run", "push button")
    window.wait("Run 1 · Succeeded")
    assert hand.actions < 40, hand.actions
    print(f"# {hand.actions} actions", flush=True)
    run = run_of()
    assert run["state"] == "succeeded" and [t["task"] for t in run["tasks"]] == ["sentiment", "topics", "entities", "report"], run
    assert all(t["state"] == "succeeded" for t in run["tasks"]), run
    report = cli("logs", "last", "report")
    assert report.startswith("Document analysis\n"), report


def edit_the_command_of(task):
    """A run is shown; its file is edited."""
    hand.key("e")
    window.wait("Done", "push button", exact=True)
    hand.click(f"{task}, ", "list item", exact=False)
    window.wait(task, "label", exact=True)
    hand.click("Shell Text", "text")
    focus("Shell Text")


def broken_it_fails():
    before, hand.actions = text(), 0
    edit_the_command_of("topics")
    hand.key("ctrl+Home")
    hand.type("cat no-such-list > all.tsv\n")
    hand.click("Run", "push button")
    window.wait("Run 2 · Failed")
    assert hand.actions < 10, hand.actions
    window.wait("topics, failed", "list item")
    window.wait("report, blocked, blocked by topics", "list item")
    window.wait("1 failed: cat: no-such-list: No such file or directory")
    assert text() == before          # what is not saved ran
    run = run_of()
    assert run["state"] == "failed", run
    assert {t["task"]: t["state"] for t in run["tasks"]} == {"sentiment": "succeeded", "topics": "failed", "entities": "succeeded",
                                                             "report": "upstream_failed"}, run
    assert "no-such-list" in cli("logs", "last", "topics")


def repaired_it_runs_again():
    hand.actions = 0
    edit_the_command_of("topics")
    hand.key("ctrl+Home")
    hand.key("shift+Down")
    hand.key("Delete")
    hand.click("Run", "push button")
    window.wait("Run 3 · Succeeded")
    assert hand.actions < 10, hand.actions
    assert text() == bare(EXAMPLE), text()
    assert run_of()["state"] == "succeeded", run_of()
    assert cli("logs", "last", "report") == report


def what_would_run_is_told():
    hand.key("e")
    window.wait("Done", "push button", exact=True)
    hand.key("ctrl+shift+d")
    told = window.wait("What would run", "text").get_text_iface()
    said = told.get_text(0, told.get_character_count())
    assert "source = /usr/share/common-licenses" in said and "Wave 2\n  report\n      after sentiment, topics, entities" in said, said
    assert "4 tasks would run; nothing was started" in said, said
    hand.key("Escape")
    window.wait("What would run", "text", gone=True)


def a_part_of_it_runs():
    hand.click("topics, ", "list item", exact=False)
    window.wait("topics", "label", exact=True)
    hand.key("ctrl+F5")
    window.wait("Run 4 · Succeeded")
    assert {t["task"]: t["state"] for t in run_of()["tasks"]} == {"sentiment": "skipped", "topics": "succeeded", "entities": "skipped",
                                                                  "report": "skipped"}, run_of()
    hand.key("e")
    window.wait("Done", "push button", exact=True)
    window.act(window.wait("report, ", "list item"), "node.menu")
    window.item("Run Only This")
    window.wait("Run 5 · Failed")                            # what it reads lies in the folder of another run
    assert {t["task"]: t["state"] for t in run_of()["tasks"]} == {"sentiment": "skipped", "topics": "skipped", "entities": "skipped",
                                                                  "report": "failed"}, run_of()


window = Window()
tap = Tap()
for test in (the_head_is_typed, four_tasks_with_their_commands, three_edges, saved_as_the_example_is_written, run_after_fewer_than_forty,
             broken_it_fails, repaired_it_runs_again, what_would_run_is_told, a_part_of_it_runs):
    tap.case(test.__name__.replace("_", " "), test)
    if tap.bad:
        break
window.end()
tap.end()
