"""Three real runs: the history by keyboard, a run opened from it, two compared, one pinned, noted and deleted."""
import json, os

from window import Atspi, Tap, Window, cli, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "history.yard.yaml")


def write(extra=""):
    with open(FILE, "w") as out:
        out.write(f"""version: 1
name: history
params:
  day: {{type: string, default: mon}}
tasks:
  fetch: {{run: "true"}}
  check: {{needs: [fetch], run: 'test "$day" != tue'}}
  merge: {{needs: [check], run: "true"}}
{extra}""")


write()
cli("run", FILE)
cli("run", "-p", "day=tue", FILE, ok=(1,))
write('  report: {needs: [merge], run: "true"}\n')
cli("run", "-p", "day=wed", FILE)
window = None


def runs():
    return json.loads(cli("runs", "--json"))["runs"]


def the_grid_is_there_by_keyboard():
    window.wait("Run 3 · ")
    window.key("alt+3")
    for n, word in ((1, "Succeeded"), (2, "Failed"), (3, "Succeeded")):
        window.wait(f"Run {n}: {word}", "push button")
    window.wait("check: failed in 1 of 3 runs", "row header")
    window.wait("report: never failed", "row header")


def a_cell_says_what_became_of_it():
    window.key("Down", "Down", "Left")
    window.wait("check in run 2: failed, by its exit code", "label")


def enter_opens_that_run_at_that_task():
    window.key("Return")
    window.wait("Run 2 · ")
    window.wait("check", "label", exact=True)
    window.wait("check, failed", "list item")


def two_are_compared():
    window.key("alt+3")
    window.wait("Run 1: Succeeded", "push button")
    window.act(window.wait("Run 1: Succeeded", "push button"), "history-item.choose")
    window.act(window.wait("Run 3: Succeeded", "push button"), "history-item.choose")
    window.key("c")
    window.wait("1 value differs · the file was changed")
    window.wait("report", "label", exact=True)
    window.wait("not in this run", "label")
    window.until_state(window.wait("Copy as Text", "push button"), Atspi.StateType.FOCUSED)
    window.key("Escape")
    window.wait("the file was changed", gone=True)


def menu_of(number, text):
    window.act(window.wait(f"Run {number}: ", "push button"), "history-item.menu")
    window.item(text)


def a_note_is_kept():
    menu_of(1, "Note…")
    window.wait("Note on Run 1")
    window.until_state(window.wait("Note", "text", exact=True), Atspi.StateType.FOCUSED)
    type_text("first one")
    window.answer("Save Save")
    window.wait("first one", "push button")


def a_pinned_run_is_not_deleted():
    menu_of(1, "Pin")
    until("it is pinned", lambda: [r["pinned"] for r in runs()] == [False, False, True])
    window.wait("pinned", "push button")
    menu_of(1, "Unpin")
    until("it is unpinned", lambda: not any(r["pinned"] for r in runs()))
    window.wait("pinned", "push button", gone=True)


def one_is_deleted():
    menu_of(1, "Delete Run…")
    window.wait("Delete Run 1 of history?")
    window.answer("Cancel Cancel")
    assert len(runs()) == 3
    menu_of(1, "Delete Run…")
    window.answer("Delete Delete")
    until("it is gone", lambda: [r["number"] for r in runs()] == [3, 2])
    window.wait("Run 1: ", "push button", gone=True)
    window.wait("Run 3: Succeeded", "push button")


window = Window(FILE)
tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and name not in ("until", "runs", "write", "menu_of"):
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
