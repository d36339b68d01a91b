"""While a run goes on: a failure repaired by an edited command in three clicks, a branch of it run again; and any instant of it shown."""
import os

from window import Atspi, Tap, Window, cli, run_of, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "during.yard.yaml")
GATE, MEND = os.path.join(folder, "gate"), os.path.join(folder, "mend")
with open(FILE, "w") as out:
    out.write(f"""version: 1
name: during
tasks:
  start: {{run: echo begun}}
  slow: {{needs: [start], run: "while [ ! -e '{GATE}' ]; do sleep 0.2; done"}}
  slower: {{needs: [slow], run: "true"}}
  load: {{needs: [start], run: "test -e '{MEND}' || {{ echo 'error: no table'; exit 3; }}"}}
  store: {{needs: [load], run: "true"}}
  typo: {{needs: [start], run: "exit 7"}}
""")
window = None


def state(name):
    return next(t for t in run_of()["tasks"] if t["task"] == name)["state"]


def edit_and_rerun_is_three_clicks_and_typing():
    cli("run", "--detach", FILE)
    until("both fail", lambda: state("load") == state("typo") == "failed")
    global window
    window = Window("--run", "last")
    window.wait("2 failed: ")
    window.wait("typo, failed", "list item")
    before = window.clicks
    window.press("Show", exact=True)
    if not window.find("typo failed: exit 7."):
        window.key("F4")
    window.wait("typo failed: exit 7.")
    window.press("Edit Command and Re-run…")
    text = window.wait("Command", "text")
    window.until_state(text, Atspi.StateType.FOCUSED)
    window.key("ctrl+a")
    type_text("true")
    window.answer("Re-run Re-run")
    assert window.clicks - before == 3, window.clicks
    until("it succeeds", lambda: state("typo") == "succeeded")
    window.wait("Command: exit 7 → true", "list item")
    assert state("slow") == "running"


def a_failed_branch_runs_again_during_the_run():
    open(MEND, "w").close()
    window.wait("1 failed: no table")
    window.select("start")
    window.press("Branch load")
    window.item("Re-run Failed in Branch…")
    window.wait("2 will run")
    window.press("Re-run 2 Tasks")
    until("the branch is done", lambda: state("load") == state("store") == "succeeded")
    assert state("slow") == "running" and run_of()["state"] == "running"
    window.wait("store, succeeded", "list item")
    window.wait("1 failed: ", gone=True)


def the_past_is_shown_and_left():
    open(GATE, "w").close()
    window.wait("Run 1 · Succeeded")
    window.select("load")
    window.key("t")
    slider = window.wait("Instant Shown", "slider")
    value = slider.get_value_iface()
    assert Atspi.Value.set_current_value(value, Atspi.Value.get_minimum_value(value) + 0.001)
    window.wait("slower, pending", "list item")
    window.wait("The past: ")
    assert not window.wait("Re-run…", "push button", exact=True).get_state_set().contains(Atspi.StateType.SENSITIVE)
    window.press("Back to Now")
    window.wait("slower, succeeded", "list item")
    window.wait("The past: ", gone=True)


tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and getattr(test, "__module__", "") == "__main__" and name.count("_") > 2:
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
