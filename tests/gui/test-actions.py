"""What is done to a run, for real, one by one: by name, by key, from the menu of a task."""
import os

from window import Atspi, Tap, Window, cli, run_of, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "actions.yard.yaml")
GATE = os.path.join(folder, "gate")
with open(FILE, "w") as out:
    out.write(f"""version: 1
name: actions
slots: 4
params:
  who: {{type: string}}
tasks:
  start: {{run: echo begun}}
  slow: {{needs: [start], run: "while [ ! -e '{GATE}' ]; do sleep 0.2; done"}}
  after: {{needs: [slow], run: "true"}}
  late: {{needs: [after], run: "true"}}
  flaky: {{needs: [start], run: "exit 4", retry: {{limit: 5, delay: 10m}}}}
  then: {{needs: [flaky], run: "true"}}
  bad: {{needs: [start], run: "echo 'error: no good'; exit 3"}}
""")
window = None


def task(name):
    return next(t for t in run_of()["tasks"] if t["task"] == name)


def run_with_values():
    window.wait("7 tasks, not run yet")
    window.key("shift+F5")
    window.wait("runs 7 commands as you")
    window.answer("Run Run")
    window.tab_to("who", "text")
    type_text("Ada")
    window.press("Dry Run")
    window.wait("What would run", "text")
    window.key("Escape")
    window.wait("What would run", "text", gone=True)
    window.press("Run", exact=True, within="Run actions")
    window.wait("Run 1 · ")
    window.wait("1 failed: no good")
    assert run_of()["params"] == {"who": "Ada"}, run_of()["params"]


def pause_and_resume():
    window.press("Pause", exact=True)
    window.wait("Run 1 · Paused")
    until("paused", lambda: run_of()["state"] == "paused")
    window.key("ctrl+shift+p")
    until("resumed", lambda: run_of()["state"] == "running")


def rerun_while_the_run_goes_on():
    window.key("ctrl+r")
    window.wait("1 will run, 1 reused, 5 stay")
    window.press("Re-run 1 Task")
    until("a second attempt", lambda: len(task("bad")["attempts"]) == 2)
    window.wait("bad, failed", "list item")


def a_preview_of_what_is_done_is_not_confirmed_by_chance():
    window.select("start")
    window.key("ctrl+shift+r")
    cancel = window.wait("Cancel", "push button", exact=True)
    window.until_state(cancel, Atspi.StateType.FOCUSED)
    window.wait("Running now")
    window.key("Escape")
    window.wait("Cancel", "push button", exact=True, gone=True)


def retry_now_and_give_up():
    window.select("flaky")
    before = len(task("flaky")["attempts"])
    window.press("Retry Now")
    until("another attempt", lambda: len(task("flaky")["attempts"]) > before)
    window.wait("flaky, ready", "list item")
    window.menu("flaky", "Give Up")
    until("given up", lambda: task("flaky")["state"] == "failed")


def edit_the_command():
    window.select("flaky")
    window.press("Edit Command and Re-run…")
    text = window.wait("Command", "text")
    window.until_state(text, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text("true")
    window.answer("Re-run Re-run")
    until("it succeeds", lambda: task("flaky")["state"] == "succeeded" and task("then")["state"] == "succeeded")
    window.select("flaky")
    window.wait("true", "label", exact=True)


def skip_and_stop():
    window.menu("late", "Skip in This Run")
    until("skipped", lambda: task("late")["state"] == "skipped")
    window.menu("slow", "Stop Task")
    until("stopped", lambda: task("slow")["state"] == "cancelled")


def a_branch_as_one():
    window.select("start")
    window.press("Branch slow")
    window.item("Re-run Branch…")
    window.wait("3 will run")
    window.press("Re-run 3 Tasks")
    until("it runs", lambda: task("slow")["state"] == "running")
    window.select("start")
    window.press("Branch slow")
    window.item("Pause Branch")
    window.wait("Branch paused")
    window.wait("· paused", "label")
    window.press("Branch slow")
    window.item("Resume Branch")
    window.wait("Branch resumed")


def closing_asks_and_the_run_goes_on():
    window.key("ctrl+w")
    window.wait("Runs Go On in the Background")
    window.answer("Cancel Cancel")
    assert task("slow")["state"] == "running"


def finish_then_stop_then_kill():
    window.key("ctrl+period")
    until("stopping or over", lambda: run_of()["state"] in ("stopping", "cancelled", "failed"))
    until("over", lambda: run_of()["state"] == "cancelled")
    window.wait("Run 1 · Cancelled")


def run_again_takes_the_values():
    window.press("Run Again", exact=True)
    window.wait("Run 2 · ")
    assert run_of()["params"] == {"who": "Ada"}
    window.wait("slow, running", "list item")
    window.press_menu_of("Stop", "Kill…")
    window.wait("Kill Running Tasks?")
    window.answer("Kill Kill")
    until("killed", lambda: run_of()["state"] == "cancelled")


def draining_ends_by_itself():
    window.press("Run Again", exact=True)
    window.wait("Run 3 · ")
    window.wait("slow, running", "list item")
    window.press_menu_of("Stop", "Finish Running Tasks, Then Stop")
    open(GATE, "w").close()
    until("drained", lambda: run_of()["state"] == "paused" and run_of()["runner"] == "none")


window = Window(FILE)
tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and name not in ("until", "task"):
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
