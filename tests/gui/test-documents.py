"""Documents and files: another tool's file saved as a workflow, a conflict with the disk looked at, what the last run left on the tasks."""
import os

from window import Atspi, Tap, Window, cli, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "flow.yard.yaml")
window = None


def read(path):
    with open(path) as file:
        return file.read()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


def command_of(task, command):
    """The task's popover"""
    window.select(task)
    window.key("F2")
    window.wait("Name of the task", "text")
    window.key("Tab")
    line = window.wait("Command of the task", "text")
    window.until_state(line, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text(command)
    window.key("Return")
    window.wait("Name of the task", "text", gone=True)


def an_import_is_saved_as_a_workflow():
    global window
    graph, native = os.path.join(folder, "graph.dot"), os.path.join(folder, "graph.yard.yaml")
    write(graph, "digraph g { fetch -> convert -> publish; fetch -> publish }\n")
    window = Window(graph)
    window.wait("convert, ", "list item")
    window.press("Save as Workflow…")
    lost = window.wait("Not Carried Over", "text").get_text_iface()
    assert "a graph has no commands" in lost.get_text(0, lost.get_character_count())
    window.answer("Save… Save…")
    name = window.wait("Name:", "text")
    window.until_state(name, Atspi.StateType.FOCUSED)
    window.key("Return")
    window.wait(f"Saved {native}")
    window.wait("convert, ", "list item")
    assert read(native).count("needs:") == 2 and "\n# Not carried over:\n" in read(native), read(native)
    cli("validate", native)
    window.end()


def what_an_import_lost_is_told_when_it_is_edited():
    global window
    window = Window(os.path.join(folder, "graph.dot"))
    window.wait("convert, ", "list item")
    window.press("Edit", exact=True)
    window.wait("of the other tool’s file", "label")
    window.wait("New, not saved yet", "label")
    window.end()


def what_the_last_run_left_is_on_the_tasks():
    global window
    write(FILE, "version: 1\ntasks:\n  good: {run: echo one}\n  bad: {needs: [good], run: exit 3}\n")
    cli("run", "--quiet", FILE, ok=(1,))
    window = Window(FILE)
    window.wait("Run 1 · Failed")
    window.key("e")
    window.wait("Done", "push button", exact=True)
    window.select("bad")
    window.wait("Last run: Failed", "label", exact=True)
    window.select("good")
    window.wait("Last run: Succeeded", "label", exact=True)
    command_of("good", "echo two")
    window.wait("Last run: Succeeded; the command has changed since", "label", exact=True)
    window.key("ctrl+z")
    window.wait("Last run: Succeeded", "label", exact=True)


def a_conflict_is_compared():
    command_of("good", "echo mine")
    window.wait("Unsaved changes", "label")
    write(FILE, read(FILE).replace("echo one", "echo theirs"))
    window.wait("The File Was Changed Elsewhere")
    window.answer("Compare Compare")
    changes = window.wait("Changes of the File", "text").get_text_iface()
    said = changes.get_text(0, changes.get_character_count())
    assert "-   good: {run: echo theirs}" in said and "+   good: {run: echo mine}" in said, said
    window.press("Keep Mine", exact=True)
    until("mine is written", lambda: "echo mine" in read(FILE))
    assert read(FILE) == "version: 1\ntasks:\n  good: {run: echo mine}\n  bad: {needs: [good], run: exit 3}\n", read(FILE)


tap = Tap()
for test in (an_import_is_saved_as_a_workflow, what_an_import_lost_is_told_when_it_is_edited, what_the_last_run_left_is_on_the_tasks, a_conflict_is_compared):
    tap.case(test.__name__.replace("_", " "), test)
    if tap.bad:
        break
window.end()
tap.end()
