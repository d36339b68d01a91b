"""Opens a real run, finds its failure in one click and repairs it in two; opening a file runs nothing."""
import os, shutil

from window import Atspi, Tap, Window, cli, run_of, type_text, SOURCE

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = shutil.copy(f"{SOURCE}/data/examples/repair.yard.yaml", folder)


def attempts(run):
    return {task["task"]: len(task["attempts"]) for task in run["tasks"]}


def opening_runs_nothing():
    window = Window(FILE)
    try:
        window.wait("entities, pending", "list item")
        window.wait("6 tasks, not run yet")
        assert not os.path.exists(os.path.join(os.environ["XDG_STATE_HOME"], "switchyard"))
    finally:
        window.end()


def an_unknown_file_asks():
    window = Window(FILE)
    try:
        window.press("Run", exact=True)
        window.wait("runs 6 commands as you")
        window.answer("Cancel Cancel")
        assert not os.path.exists(os.path.join(os.environ["XDG_STATE_HOME"], "switchyard"))
    finally:
        window.end()
    window = Window(FILE)
    try:
        window.press("Run", exact=True)
        window.wait("runs 6 commands as you")
        window.answer("Run Run")
        window.wait("Run 1 · Failed")
    finally:
        window.end()
    assert run_of()["state"] == "failed"


def failure_to_its_cause_is_one_click():
    window = Window("--run", "last")
    try:
        window.wait("1 failed: cannot open the list of places")
        window.wait("entities, failed", "list item")
        window.press("Show", exact=True)
        window.wait("exit 3", "label")
        window.wait("Blocks link.", "label")
        window.wait("Output", "log")
        assert window.clicks == 1
    finally:
        window.end()


def running_again_is_two_clicks():
    run = run_of()
    places = os.path.join(os.environ["XDG_STATE_HOME"], "switchyard", "runs", run["run"], "dir", "places.txt")
    before = attempts(run)
    with open(places, "w") as out:
        out.write("New York\n")
    window = Window("--run", "last")
    try:
        window.press("Re-run Failed…")
        window.wait("2 will run, 2 reused, 2 stay")
        assert run_of()["seq"] == run["seq"], "the preview has written"
        window.press("Re-run 2 Tasks")
        assert window.clicks == 2
        window.wait("Run 1 · Succeeded")
        window.wait("1 failed:", gone=True)
    finally:
        window.end()
    after = attempts(run_of())
    assert run_of()["state"] == "succeeded"
    assert after["entities"] == before["entities"] + 1 and after["convert"] == before["convert"], after


def opening_shows_the_newest_run():
    window = Window(FILE)
    try:
        window.wait("Run 1 · Succeeded")
        window.wait("entities, succeeded", "list item")
        with open(FILE, "a") as out:
            out.write("# a change\n")
        window.wait("file changed since")
        window.press("Show File")
        window.wait("6 tasks, not run yet")
    finally:
        window.end()


def a_file_that_is_written_is_read_again():
    path = os.path.join(folder, "broken.yard.yaml")
    with open(path, "w") as out:
        out.write("version: 1\ntasks: [")
    window = Window(path)
    try:
        window.wait("“broken.yard.yaml” Cannot Be Read")
        with open(path, "w") as out:
            out.write("version: 1\ntasks: {a: {run: 'true'}}\n")
        window.wait("1 task, not run yet")
        with open(path, "w") as out:
            out.write("version: 1\ntasks: [")
        window.wait("“broken.yard.yaml” Cannot Be Read")
    finally:
        window.end()


def mistakes_lie_over_the_last_graph():
    path = os.path.join(folder, "mistaken.yard.yaml")
    with open(path, "w") as out:
        out.write("version: 1\ntasks:\n  one: {run: 'true'}\n  two: {needs: [one], run: 'true'}\n")
    window = Window(path)
    try:
        window.wait("two, pending", "list item")
        with open(path, "w") as out:
            out.write("version: 1\ntasks:\n  one: {run: 'true'}\n  two: {needs: [none], run: 'true'}\n  three: {runn: 'true'}\n")
        window.wait("Below is the last graph that could be read.")
        window.wait("two, pending", "list item")
        assert not window.find("three, ", "list item")
        run = window.wait("Run", "push button", exact=True)
        assert not run.get_state_set().contains(Atspi.StateType.SENSITIVE)
        window.press("Line 4, column 17: There is no task “none”")
        text = window.wait("Workflow File", "text")
        window.until_state(text, Atspi.StateType.FOCUSED)
        selected = text.get_text_iface().get_selection(0)
        assert text.get_text_iface().get_text(selected.start_offset, selected.end_offset) == "none", selected
        with open(path, "w") as out:
            out.write("version: 1\ntasks:\n  one: {run: 'true'}\n  three: {run: 'true'}\n")
        window.wait("Cannot Be Read", "label", gone=True)
        window.key("alt+1")
        window.wait("three, pending", "list item")
        window.until_state(window.wait("Run", "push button", exact=True), Atspi.StateType.SENSITIVE)
    finally:
        window.end()


def escape_ends_the_preview():
    cli("run", "-q", FILE, ok=(1,))
    window = Window("--run", "last")
    try:
        window.wait("1 failed:")
        window.key("ctrl+r")
        window.wait("2 will run")
        window.key("Escape")
        window.wait("Re-run 2 Tasks", gone=True)
    finally:
        window.end()


def marking_needs_a_note():
    window = Window("--run", "last")
    try:
        window.press("Show", exact=True)
        window.press("Mark as Succeeded…")
        window.wait("Mark entities as Succeeded?")
        mark = window.wait("Mark as Succeeded Mark as Succeeded", "push button")
        assert not mark.get_state_set().contains(Atspi.StateType.SENSITIVE)
        window.wait("Note", "text")
        type_text("done by hand")
        window.answer("Mark as Succeeded Mark as Succeeded")
        window.wait("1 failed:", gone=True)
    finally:
        window.end()


tap = Tap()
tap.case("opening a file runs nothing", opening_runs_nothing)
tap.case("an unknown file asks before it runs", an_unknown_file_asks)
tap.case("failure to its cause: one click", failure_to_its_cause_is_one_click)
tap.case("failure to running again: two clicks", running_again_is_two_clicks)
tap.case("opening a file shows its newest run", opening_shows_the_newest_run)
tap.case("a file that is written is read again", a_file_that_is_written_is_read_again)
tap.case("mistakes lie over the last graph, and lead to where they stand", mistakes_lie_over_the_last_graph)
tap.case("Ctrl+R previews, Escape ends it", escape_ends_the_preview)
tap.case("marking as succeeded needs a note", marking_needs_a_note)
tap.end()
