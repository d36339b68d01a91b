"""Tasks moved by hand: dragged, by keys, with a rubber band, into line, into groups; the file of the workflow, and that of positions, are checked."""
import json, os, subprocess, time

from window import Atspi, Tap, Window, type_text, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE, SIDECAR = os.path.join(folder, "placed.yard.yaml"), os.path.join(folder, "placed.layout.json")
TEXT = """version: 1
# as it was written
tasks:
  fetch: {run: echo fetch}
  left: {needs: [fetch], run: echo left}
  right: {needs: [fetch], run: echo right} # tail
  merge: {needs: [left, right], run: echo merge}
"""
with open(FILE, "w") as out:
    out.write(TEXT)


def text():
    with open(FILE) as file:
        return file.read()


def places():
    if not os.path.exists(SIDECAR):
        return {}
    with open(SIDECAR) as file:
        return json.load(file)["positions"]


def box(task):
    return window.wait(f"{task}, ", "list item").get_component_iface().get_extents(Atspi.CoordType.WINDOW)


def origin():
    """Where the window is: AT-SPI counts from its corner on X11."""
    said = subprocess.run(["xdotool", "getactivewindow", "getwindowgeometry", "--shell"], stdout=subprocess.PIPE, check=True, text=True)
    values = dict(line.split("=") for line in said.stdout.split() if "=" in line)
    return int(values["X"]), int(values["Y"])


def mouse(*args):
    subprocess.run(["xdotool", *map(str, args)], check=True)
    time.sleep(0.05)


def drag(start, end, held=None):
    if held:
        mouse("keydown", held)
    mouse("mousemove", *start)
    mouse("mousedown", 1)
    for i in range(1, 9):
        mouse("mousemove", start[0] + (end[0] - start[0]) * i // 8, start[1] + (end[1] - start[1]) * i // 8)
    mouse("mouseup", 1)
    if held:
        mouse("keyup", held)


def middle(task):
    extents, (x, y) = box(task), origin()
    return x + extents.x + extents.width // 2, y + extents.y + extents.height // 2


def around(*tasks):
    """The corners of a band around these"""
    boxes, (x, y) = [box(task) for task in tasks], origin()
    return ((x + min(b.x for b in boxes) - 12, y + min(b.y for b in boxes) - 12),
            (x + max(b.x + b.width for b in boxes) + 12, y + max(b.y + b.height for b in boxes) + 12))


def dragging_pins_and_leaves_the_file_alone():
    window.press("Edit", exact=True)
    window.wait("Saved", "label", exact=True)
    x, y = middle("merge")
    drag((x, y), (x - 60, y + 130))
    window.wait("merge, pending, needs left and 1 more, pinned", "list item", exact=True)
    until("the place is kept", lambda: list(places()) == ["merge"])
    assert abs(middle("merge")[1] - (y + 130)) < 12
    assert text() == TEXT
    window.wait("Saved", "label", exact=True)


def undo_takes_it_back():
    window.key("ctrl+z")
    window.wait("merge, pending, needs left and 1 more", "list item", exact=True)
    until("no place is kept", lambda: not os.path.exists(SIDECAR))


def arrow_keys_move_as_one_step():
    window.select("merge")
    before = middle("merge")
    window.key("alt+Right", "alt+Right", "alt+Down")
    window.wait("merge, pending, needs left and 1 more, pinned", "list item", exact=True)
    until("it is there", lambda: middle("merge")[0] > before[0] + 4)
    window.key("ctrl+z")
    window.wait("merge, pending, needs left and 1 more", "list item", exact=True)


def a_rubber_band_selects_and_shift_adds():
    drag(*around("left", "right"))
    window.wait("2 selected", exact=True)
    drag(*around("merge"), held="shift")
    window.wait("3 selected", exact=True)


def what_is_selected_comes_into_line():
    window.key("ctrl+shift+Up")
    window.wait("merge, pending, needs left and 1 more, pinned", "list item", exact=True)
    until("they are level", lambda: len({box(task).y for task in ("left", "right", "merge")}) == 1)
    window.key("ctrl+z")
    window.wait("merge, pending, needs left and 1 more", "list item", exact=True)


def tidy_up_by_menu():
    x, y = middle("fetch")
    drag((x, y), (x + 20, y + 160))
    window.wait("fetch, pending, not started, pinned", "list item", exact=True)
    window.key("Escape")
    left, top = around("fetch", "left", "right", "merge")[0]
    mouse("mousemove", left + 4, top - 30, "click", 3)
    window.item("Tidy Up")
    window.wait("fetch, pending, not started", "list item", exact=True)
    window.key("ctrl+z")
    window.wait("fetch, pending, not started, pinned", "list item", exact=True)
    window.key("ctrl+z")
    window.wait("fetch, pending, not started", "list item", exact=True)


def a_group_is_a_field_of_the_file():
    window.key("Escape")
    drag(*around("left", "right"))
    window.wait("2 selected", exact=True)
    window.key("ctrl+shift+g")
    entry = window.wait("Name of the group", "text")
    window.until_state(entry, Atspi.StateType.FOCUSED)
    type_text("analyses")
    window.key("Return")
    window.wait("Unsaved changes", "label", exact=True)
    window.key("ctrl+s")
    until("the file has it", lambda: text().count("group: analyses") == 2)
    assert "right: {group: analyses, needs: [fetch], run: echo right} # tail" in text(), text()
    window.key("ctrl+shift+u")
    window.wait("Unsaved changes", "label", exact=True)
    window.key("ctrl+s")
    until("the file is as it was", lambda: text() == TEXT)


def a_group_collapses():
    window.key("ctrl+z")
    window.wait("Unsaved changes", "label", exact=True)
    window.select("left")
    window.key("shift+g")
    window.wait("right, ", "list item", gone=True)
    window.key("shift+g")
    window.wait("right, ", "list item")
    window.key("ctrl+shift+z")
    window.wait("Saved", "label", exact=True)


def a_strange_file_of_positions_stays():
    global window
    drafts = os.path.join(os.environ["XDG_STATE_HOME"], "switchyard", "drafts")
    until("no draft is left", lambda: not os.path.isdir(drafts) or not os.listdir(drafts))
    window.end()
    with open(SIDECAR, "w") as out:
        out.write("<<<<<<< mine\n")
    window = Window(FILE)
    window.press("Edit", exact=True)
    window.wait("The file of positions stays as it is")
    x, y = middle("merge")
    drag((x, y), (x, y + 90))
    window.wait("merge, pending, needs left and 1 more, pinned", "list item", exact=True)
    window.press("Done")
    window.wait("Edit", "push button", exact=True)
    with open(SIDECAR) as file:
        assert file.read() == "<<<<<<< mine\n"
    os.unlink(SIDECAR)
    assert text() == TEXT


window = Window(FILE)
tap = Tap()
for name, test in list(globals().items()):
    if callable(test) and test.__module__ == "__main__" and name not in ("text", "places", "box", "origin", "mouse", "drag", "middle", "around"):
        tap.case(name.replace("_", " "), test)
        if tap.bad:
            break
window.end()
tap.end()
