"""What tasks wrote: lines by name, searched by keyboard, attempt by attempt; and files, whose absence is said."""
import os

from window import Atspi, Tap, Window, cli, type_text, until, walk

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "output.yard.yaml")
with open(FILE, "w") as out:
    out.write("""version: 1
name: output
tasks:
  spew:
    run: |
      seq -f 'line %05.0f' 1 3000
      for n in 1 2 3; do echo "a needle, number $n"; done
      printf 'hidden \\342\\200\\256 and \\033[31mred\\033[0m\\n'
      echo "error: no good in attempt $SWITCHYARD_ATTEMPT"
      echo hello > notes.txt
      exit 3
    retry: {limit: 1, delay: 0s}
    writes: [notes.txt, missing.txt]
""")
cli("run", FILE, ok=(1,))
window = Window("--run", "last")


def row(text):
    return window.wait(text, "list item")


def entry_has_the_keyboard():
    entry = window.wait("Pattern", "entry", exact=True)

    def focused():
        return any(node.get_state_set().contains(Atspi.StateType.FOCUSED) for node in walk(entry))
    until("the entry has the keyboard", focused)


def the_first_error_is_a_row():
    window.press("Show", exact=True)
    row("error: no good in attempt 2")
    row("hidden <U+202E> and red")
    window.wait("attempt 2 · ", "label")


def a_search_counts_and_goes_on():
    window.press("Search the Text")
    entry_has_the_keyboard()
    type_text("NEEDLE")
    window.wait("1 of 3 lines", "label", exact=True)
    row("a needle, number 1")
    window.press("Next Match")
    window.wait("2 of 3 lines", "label", exact=True)
    window.press("Match Case")
    window.wait("Not found", "label", exact=True)
    window.press("Match Case")
    window.wait("of 3 lines", "label")
    window.press("Regular Expression")
    entry_has_the_keyboard()
    window.key("ctrl+a")
    type_text("^line 0*1..$")
    window.wait("of 100 lines", "label")
    window.key("Escape")


def an_older_attempt_has_its_output():
    window.act(row("Attempt 1, "), "row.open")
    window.wait("attempt 1 · ", "label")
    window.press("First Error", exact=True)
    row("error: no good in attempt 1")
    window.act(row("Attempt 2, "), "row.menu")
    window.item("Show Output")
    window.wait("attempt 2 · ", "label")


def as_text_to_walk_in():
    window.key("F7")
    text = window.wait("Output as Text", "text")
    window.until_state(text, Atspi.StateType.FOCUSED)
    window.key("F7")
    window.until_state(window.wait("Output", "log"), Atspi.StateType.FOCUSED)


def a_file_opens_and_a_missing_one_is_said():
    window.act(row("missing.txt, not there"), "row.open")
    window.wait("missing.txt is not there", "status bar")
    window.act(row("notes.txt, 6 B"), "row.open")
    window.wait("hello", "list item", exact=True)
    window.wait("6 B · 1 line", "label")
    os.unlink(os.path.join(folder, "notes.txt"))
    window.wait("was deleted or moved", "label")
    window.key("Escape")
    window.wait("6 B · 1 line", "label", gone=True)


tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and name not in ("row", "entry_has_the_keyboard"):
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
