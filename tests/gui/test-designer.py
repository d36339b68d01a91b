"""A workflow drawn from nothing, saved, run, broken and repaired, with keys and mouse; the file and the log are checked."""
import json, os, subprocess, time

from window import Atspi, Tap, Window, cli, run_of, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "drawn.yard.yaml")
window = None


def text():
    with open(FILE) as file:
        return file.read()


def fill(name, command):
    """The popover of a new task: its name, what it runs"""
    entry = window.wait("Name of the task", "text")
    window.until_state(entry, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text(name)
    window.key("Tab")
    line = window.wait("Command of the task", "text")
    window.until_state(line, Atspi.StateType.FOCUSED)
    type_text(command)
    window.key("Return")
    window.wait("Name of the task", "text", gone=True)
    window.wait(f"{name}, ", "list item")


def box(task):
    return window.wait(f"{task}, ", "list item").get_component_iface().get_extents(Atspi.CoordType.SCREEN)


def origin():
    """Where the window is: AT-SPI counts from its corner on X11."""
    said = subprocess.run(["xdotool", "getactivewindow", "getwindowgeometry", "--shell"], stdout=subprocess.PIPE, check=True, text=True)
    values = dict(line.split("=") for line in said.stdout.split() if "=" in line)
    return int(values["X"]), int(values["Y"])


def point(task, side):
    """The port of a task on the screen"""
    component = window.wait(f"{task}, ", "list item").get_component_iface()
    extents = component.get_extents(Atspi.CoordType.WINDOW)
    x, y = origin()
    return x + extents.x + (extents.width if side == "out" else 0), y + extents.y + extents.height // 2


def drag(start, end, drop=True):
    def mouse(*args):
        subprocess.run(["xdotool", *map(str, args)], check=True)
        time.sleep(0.05)
    mouse("mousemove", *start)
    mouse("mousedown", 1)
    for i in range(1, 9):
        mouse("mousemove", start[0] + (end[0] - start[0]) * i // 8, start[1] + (end[1] - start[1]) * i // 8)
    if drop:
        mouse("mouseup", 1)


def a_task_from_nothing():
    window.key("ctrl+n")
    window.press("Add Task")
    fill("fetch", "echo 3 > n")


def tasks_after_it_by_key():
    window.key("a")
    fill("double", "echo $(($(cat n) * 2)) > d")
    window.select("fetch")
    window.key("a")
    fill("square", "echo $(($(cat n) * $(cat n))) > s")
    window.key("a")
    fill("report", "cat d s")


def connecting_by_typing():
    window.select("double")
    window.key("c")
    entry = window.wait("Connect to", "entry")
    window.until_state(entry, Atspi.StateType.FOCUSED)
    type_text("rep")
    window.key("Return")
    window.wait("report, pending, needs square and 1 more", "list item")


def undo_and_redo():
    window.key("ctrl+z")
    window.wait("report, pending, needs square", "list item", exact=True)
    window.key("ctrl+shift+z")
    window.wait("report, pending, needs square and 1 more", "list item")


def saving_as_a_person_would_write_it():
    window.key("ctrl+s")
    name = window.wait("Name", "text")
    window.until_state(name, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text(FILE)
    window.key("Return")
    window.wait(f"Saved {FILE}")
    assert text() == """version: 1
tasks:
  fetch:
    run: echo 3 > n
  square:
    needs: [fetch]
    run: echo $(($(cat n) * $(cat n))) > s
  report:
    needs: [square, double]
    run: cat d s
  double:
    needs: [fetch]
    run: echo $(($(cat n) * 2)) > d
""", text()


def a_cycle_is_refused_while_dragging():
    drag(point("report", "out"), point("fetch", "in"), drop=False)
    window.wait("That would be a cycle: fetch → ")
    subprocess.run(["xdotool", "mouseup", "1"], check=True)
    window.wait("Saved", "label", exact=True)


def connecting_by_dragging():
    drag(point("fetch", "out"), point("report", "in"))
    window.wait("report, pending, needs square and 2 more", "list item")
    window.key("ctrl+z")
    window.wait("report, pending, needs square and 1 more", "list item")


def renaming_in_place():
    window.select("double")
    window.key("F2")
    entry = window.wait("Name of the task", "text")
    window.until_state(entry, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text("twice")
    window.key("Return")
    window.wait("twice, ", "list item")
    before = text()
    window.key("ctrl+s")
    until("saved", lambda: text() != before)
    assert text() == before.replace("double", "twice"), text()


def running_what_was_drawn():
    window.press("Run", exact=True)
    window.wait("Run 1 · Succeeded")
    run = run_of()
    assert run["state"] == "succeeded" and {t["task"] for t in run["tasks"]} == {"fetch", "twice", "square", "report"}, run
    assert cli("logs", "last", "report").split() == ["6", "9"]


def what_is_not_saved_is_run_too():
    before = text()
    window.press("Edit", exact=True)
    window.wait("Saved", "label", exact=True)
    window.select("report")
    window.key("F2")
    window.wait("Name of the task", "text")
    window.key("Tab")
    line = window.wait("Command of the task", "text")
    window.until_state(line, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text("cat d s nothing")
    window.key("Return")
    window.wait("Unsaved changes", "label")
    window.press("Run", exact=True)
    window.wait("Run 2 · Failed")
    assert text() == before
    assert "cat d s nothing" in json.dumps(run_of()) or "nothing" in cli("logs", "last", "report", ok=(0, 1))


def what_was_not_saved_comes_back():
    before = text()
    window.press("Edit", exact=True)
    window.wait("Unsaved changes", "label")
    window.key("ctrl+z")
    window.wait("Saved", "label", exact=True)
    window.select("twice")
    window.key("Delete")
    window.answer("Also Remove the Edges Also Remove the Edges")
    window.wait("report, pending, needs square", "list item", exact=True)
    window.key("ctrl+z")
    window.wait("Saved", "label", exact=True)
    window.press("Done")
    window.wait("Run 2 · Failed")
    assert text() == before


def a_wrong_file_is_mended_where_it_is_wrong():
    global window
    window.end()
    with open(FILE, "w") as out:
        out.write("version: 1\n# kept\ntasks:\n  a: {run: echo a, timout: 5m} # too\n  b: {needs: [a], run: echo b}\n")
    window = Window(FILE)
    window.wait("Cannot Be Read")
    window.press("Edit", exact=True)
    window.press("1 error")
    window.press("Fix", exact=True)
    window.wait("1 error", "push button", gone=True)
    window.key("ctrl+s")
    until("mended", lambda: "timeout" in text())
    assert text() == "version: 1\n# kept\ntasks:\n  a: {run: echo a, timeout: 5m} # too\n  b: {needs: [a], run: echo b}\n", text()


def a_key_mends_in_the_file():
    global window
    window.end()
    with open(FILE, "w") as out:
        out.write("version: 1\ntasks:\n  a: {run: echo a, timout: 5m}\n")
    window = Window(FILE)
    window.wait("Cannot Be Read")
    window.press("Edit", exact=True)
    window.wait("1 error", "push button")
    window.key("alt+4")
    view = window.wait("Workflow File", "text")
    extents = view.get_component_iface().get_extents(Atspi.CoordType.WINDOW)
    x, y = origin()
    subprocess.run(["xdotool", "mousemove", str(x + extents.x + extents.width // 2), str(y + extents.y + 20), "click", "1"], check=True)
    window.until_state(view, Atspi.StateType.FOCUSED)
    window.key("ctrl+Home", "Down", "Down", "F8")
    window.wait("1 error", "push button", gone=True)
    window.key("ctrl+s")
    until("mended", lambda: "timeout" in text())
    assert text() == "version: 1\ntasks:\n  a: {run: echo a, timeout: 5m}\n", text()


def what_has_no_file_survives_a_crash():
    global window
    window.end()
    window = Window()
    window.key("ctrl+n")
    window.press("Add Task")
    fill("sketch", "echo sketch")
    drafts = os.path.join(os.environ["XDG_STATE_HOME"], "switchyard", "drafts")

    def kept():
        for name in os.listdir(drafts) if os.path.isdir(drafts) else []:
            if name.startswith("untitled-") and name.endswith(".yaml"):
                with open(os.path.join(drafts, name)) as file:
                    return "echo sketch" in file.read()
        return False
    until("kept", kept)
    window.process.kill()
    window.process.wait()
    window = Window()
    window.wait("sketch, ", "list item")
    window.wait("Changes that were not saved are back")
    window.key("ctrl+z")
    window.wait("sketch, ", "list item", gone=True)
    until("nothing is kept", lambda: not kept())


def a_pattern_is_one_step():
    window.press("Add Task")
    fill("begin", "echo begin")
    window.select("begin")
    window.wait("More to Add", "push button", exact=True).get_child_at_index(0).get_action_iface().do_action(0)   # of the menu button
    window.item("Fork and Join…")
    window.wait("After “begin”", "label")
    active = ["xdotool", "getactivewindow", "getwindowname"]
    until("the dialog", lambda: subprocess.run(active, stdout=subprocess.PIPE, text=True).stdout.strip() == "Fork and Join")
    window.key("ctrl+a")
    type_text("begin")
    window.wait("There is a task of this name already", "label")
    window.key("Return")                                     # does nothing
    window.wait("There is a task of this name already", "label")
    window.key("ctrl+a")
    type_text("cut")
    window.wait("There is a task of this name already", "label", gone=True)
    window.key("Return")
    window.wait("cut, pending, needs begin", "list item")
    window.wait("part-c, pending, needs cut", "list item")
    window.key("ctrl+z")
    window.wait("part-c, pending", "list item", gone=True)
    assert not window.find("cut, ", "list item") and window.find("begin, ", "list item")


window = Window()
tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and name not in ("text", "until", "fill", "box", "origin", "point", "drag"):
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
