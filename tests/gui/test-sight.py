"""What is in sight first: what failed, at a size at which it can be read, however long the picture is; and it stays there."""
import os, time

from window import Atspi, Tap, Window, cli, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = os.path.join(folder, "chain.yard.yaml")
LENGTH, FAILS = 400, 300
with open(FILE, "w") as out:
    out.write("version: 1\nname: chain\ntasks:\n")
    for i in range(LENGTH):
        needs = f"needs: [step-{i - 1:03}], " if i > 0 else ""
        out.write(f"  step-{i:03}: {{{needs}run: \"{'exit 3' if i == FAILS else ':'}\"}}\n")
cli("run", FILE, ok=(1,))
FRAMES = os.path.join(folder, "frames")
window = Window("--run", "last", SWITCHYARD_FRAMES=FRAMES)
FAILED = f"step-{FAILS}, "


def box(text, role="list item"):
    return window.wait(text, role).get_component_iface().get_extents(Atspi.CoordType.WINDOW)


def in_the_middle():
    graph, task = box("Graph", "list"), box(FAILED)
    return abs((task.x + task.width / 2) - (graph.x + graph.width / 2)) < task.width and graph.y < task.y < graph.y + graph.height


def the_failure_can_be_read():
    until("the failure in the middle", in_the_middle)
    task = box(FAILED)
    assert task.width >= 120 and task.height >= 40, (task.width, task.height)
    assert window.find("step-000, ", "list item") is None


def it_stays_in_the_middle_when_panes_go():
    for wider in (True, False):
        before = box("Graph", "list").width
        window.key("F9")
        until("a graph of another size", lambda: (box("Graph", "list").width > before) == wider and box("Graph", "list").width != before)
        until("the failure in its middle", in_the_middle)


def frames():
    with open(FRAMES) as lines:
        return sum(1 for _ in lines)


def at_rest():
    before = frames()
    time.sleep(2)
    return frames() == before


def a_window_at_rest_draws_nothing():
    until("two seconds without a frame", at_rest)


def output_that_is_gone_is_said():
    cli("delete", "last")
    window.act(window.wait(f"step-{FAILS - 1}, ", "list item"), "node.output")
    window.wait("Output is not there", "label")


def the_main_menu_fits_a_low_window():
    window.key("F10")
    first, last = box("New Workflow", "menu item"), box("About Switchyard", "menu item")
    window.key("Escape")
    assert last.y + last.height - first.y < 480, (first.y, last.y, last.height)


def all_of_it_still_fits():
    window.act(window.wait(FAILED, "list item"), "node.select")
    window.wait("exit 3", "label")
    window.key("f")
    until("all of the chain in sight", lambda: box(FAILED).width < 4)
    window.key("F4")
    until("the failure at a size that can be read", lambda: box(FAILED).width >= 120)


tap = Tap()
for test in (the_failure_can_be_read, a_window_at_rest_draws_nothing, it_stays_in_the_middle_when_panes_go, all_of_it_still_fits,
             output_that_is_gone_is_said, the_main_menu_fits_a_low_window):
    tap.case(test.__name__.replace("_", " "), test)
window.end()
tap.end()
