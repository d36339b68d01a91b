"""Makes the pictures: see the script `screenshots` beside this file."""
import os, subprocess, time

from window import Window, cli, SOURCE

OUT = os.environ["SY_SHOTS"]
EXAMPLES = f"{SOURCE}/data/examples"
DARK = {"ADW_DEBUG_COLOR_SCHEME": "prefer-dark"}
CONTRAST = {"ADW_DEBUG_HIGH_CONTRAST": "1"}


def picture(name, *args, steps=lambda window: None, **env):
    window = Window(*args, **env)
    try:
        window.wait("Main Menu")
        time.sleep(1)
        steps(window)
        window.shot(f"{OUT}/{name}.png")
    finally:
        window.process.terminate()
        window.process.wait(10)


def show(window):
    window.press("Show", exact=True)
    window.wait("Output", "log")


def preview(window):
    window.press("Re-run Failed…")
    window.wait("will run")


cli("run", "-q", f"{EXAMPLES}/repair.yard.yaml", ok=(1,))
failed = __import__("json").loads(cli("show", "last", "--json"))["run"]
if os.environ.get("SY_SMALL"):
    picture("small-failure", "--run", failed, steps=show)
    picture("small-preview", "--run", failed, steps=preview)
    picture("small-empty")
else:
    picture("empty")
    picture("failure", "--run", failed, steps=show)
    picture("failure-dark", "--run", failed, steps=show, **DARK)
    picture("failure-contrast", "--run", failed, steps=show, **CONTRAST)
    picture("preview", "--run", failed, steps=preview)
    picture("preview-dark", "--run", failed, steps=preview, **DARK)
    live = subprocess.Popen([f"{os.environ['SWITCHYARD_BUILD_ROOT']}/app/switchyard", "run", "-q",
                             f"{EXAMPLES}/document-analysis.yard.yaml"])
    time.sleep(1)

    def select(window):
        window.key("ctrl+j")
        window.key("Home")

    picture("live", f"{EXAMPLES}/document-analysis.yard.yaml", steps=select)
    live.wait()
    picture("file", f"{EXAMPLES}/document-analysis.yard.yaml", steps=lambda window: window.key("alt+4"))
    picture("invalid", f"{SOURCE}/README.md")
    picture("shortcuts", steps=lambda window: window.key("ctrl+question"))
    picture("parameters", f"{EXAMPLES}/thumbnails.yard.yaml", steps=lambda window: (window.key("shift+F5"), window.wait("commands as you"),
                                                                                 window.answer("Run Run")))
