"""The window speaks German where the person does: no word that has a translation is shown in English."""
import gettext, os, shutil, subprocess

from window import BUILD, SOURCE, Tap, Window, cli, until

folder = os.path.join(os.environ["SY_GUI_DIR"], "work")
os.mkdir(folder)
FILE = shutil.copy(f"{SOURCE}/data/examples/repair.yard.yaml", folder)
# no locale has to be installed for LANGUAGE to hold
GERMAN = {"LANGUAGE": "de"}
with open(f"{BUILD}/data/po/de/LC_MESSAGES/switchyard.mo", "rb") as catalogue:
    CATALOGUE = gettext.GNUTranslations(catalogue)._catalog


def check_no_english(window):
    shown = {node.get_name() for node in window.nodes()}
    left = sorted(name for name in shown if name and CATALOGUE.get(name, name) != name)
    assert not left, f"not in German: {left}"


def the_first_page():
    window = Window(**GERMAN)
    try:
        window.wait("Beispiel ausprobieren", "push button")
        check_no_english(window)
    finally:
        window.end()


def a_failure_and_its_preview():
    cli("run", "-q", FILE, ok=(1,))
    window = Window("--run", "last", **GERMAN)
    try:
        window.wait("Lauf 1 · Gescheitert")
        window.press("Zeigen", exact=True)
        window.wait("entities ist gescheitert: Exit 3.")
        window.wait("Ausgabe", "log")
        check_no_english(window)
        window.key("ctrl+r")
        window.wait("2 Aufgaben wiederholen", "push button")
        check_no_english(window)
    finally:
        window.end()


def mistakes_and_hints():
    """What the core says about a file: formats with names in them, so each is looked for as a whole."""
    path = os.path.join(folder, "wrong.yard.yaml")
    with open(path, "w") as out:
        out.write("version: 1\ntasks:\n  a: {needs: [nowhere], run: curl example.org, timeout: soon}\n  b: {needs: [a], retires: 3}\n")
    window = Window(path, **GERMAN)
    try:
        for said in ("Es gibt keine Aufgabe „nowhere“", "„timeout“ verlangt eine Dauer wie 90s oder 1h30m, oder eine Zuordnung { }, nicht „soon“",
                     "eine Aufgabe hat keinen Schlüssel „retires“"):
            window.wait(said[1:])       # a sentence of its own begins with a capital
        check_no_english(window)
    finally:
        window.end()


def what_a_runner_said():
    """The log speaks English; so does a runner that refuses."""
    path = os.path.join(folder, "said.yard.yaml")
    with open(path, "w") as out:
        out.write("version: 1\ntasks:\n  a: {command: [nirgends-da]}\n")
    cli("run", "-q", path, ok=(1,))
    window = Window("--run", "last", **GERMAN)
    try:
        window.select("a")
        window.wait("Programm „nirgends-da“: ")
        check_no_english(window)
    finally:
        window.end()


def what_an_import_loses():
    path = os.path.join(folder, "graph.dot")
    with open(path, "w") as out:
        out.write("digraph g { a -> b }\n")
    window = Window(path, **GERMAN)
    try:
        window.press("Als Ablauf speichern …")
        lost = window.wait("Nicht übernommen", "text").get_text_iface()
        assert "ein Graph hat keine Befehle" in lost.get_text(0, lost.get_character_count())
        check_no_english(window)
    finally:
        window.end()


def every_page():
    window = Window("--run", "last", **GERMAN)
    try:
        window.wait("Lauf 1 · Gescheitert")
        for page in ("2", "4", "5"):
            window.key(f"alt+{page}")
            window.wait({"2": "Was die Zeitleiste zeigt", "4": "Ablaufdatei", "5": "Einzelheiten"}[page])
            check_no_english(window)
    finally:
        window.end()


def everything_fits_into_800_by_560():
    for locale in (GERMAN, {}):
        window = Window("--run", "last", **locale)
        try:
            window.wait("Lauf 1 · Gescheitert" if locale else "Run 1 · Failed")
            window.press("Zeigen" if locale else "Show", exact=True)
            handle = xdotool("search", "--onlyvisible", "--name", "^repair$")[-1]
            xdotool("windowsize", "--sync", handle, "800", "560")
            until_small(window, handle)
        finally:
            window.end()


def until_small(window, handle):
    def small():
        size = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", handle))
        return int(size["WIDTH"]) <= 800 and int(size["HEIGHT"]) <= 560
    until("800 × 560", small)


def xdotool(*args):
    return subprocess.run(["xdotool", *args], stdout=subprocess.PIPE, text=True, check=True).stdout.split()


tap = Tap()
tap.case("the first page", the_first_page)
tap.case("a failure and its preview", a_failure_and_its_preview)
tap.case("mistakes and hints", mistakes_and_hints)
tap.case("every page", every_page)
tap.case("everything fits into 800 × 560", everything_fits_into_800_by_560)
tap.case("what a runner said", what_a_runner_said)
tap.case("what an import loses", what_an_import_loses)
tap.end()
