"""screenshot.py SVG : plays a short session in the practice server and draws the real Outbox as an SVG.

The picture in README.md is made by this, from the program itself; nothing in it is drawn by hand.
"""
import html
import pathlib
import sys
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.support.program import Home  # noqa: E402
from tests.support.terminal import Terminal  # noqa: E402

CELL, LINE, MARGIN = 9.0, 19, 14
FORE, BACK = "#d0d0d0", "#1c1c1c"
NAMED = {"red": "#ff8787", "green": "#87d787", "brown": "#ffd787", "blue": "#87afff", "magenta": "#ffaf5f",
         "cyan": "#5fd7ff", "white": "#eeeeee", "black": "#1c1c1c"}


def colour(name, fallback):
    if name == "default":
        return fallback
    return NAMED.get(name, "#" + name if len(name) == 6 else fallback)


def draw(screen):
    width, height = screen.columns * CELL + 2 * MARGIN, screen.lines * LINE + 2 * MARGIN
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" role="img" '
           'aria-label="postbag, the Outbox view">',
           f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/>',
           '<g font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="15" xml:space="preserve">']
    for y in range(screen.lines):
        x = 0
        while x < screen.columns:
            first = screen.buffer[y][x]
            look = (first.fg, first.bold, first.reverse, first.underscore)
            run, start = "", x
            while x < screen.columns:
                cell = screen.buffer[y][x]
                if (cell.fg, cell.bold, cell.reverse, cell.underscore) != look:
                    break
                run += cell.data
                x += 1
            fore, back = colour(first.fg, FORE), None
            if first.reverse:
                fore, back = BACK, FORE
            left, top = MARGIN + start * CELL, MARGIN + y * LINE
            if back:
                out.append(f'<rect x="{left:.1f}" y="{top}" width="{(x - start) * CELL:.1f}" height="{LINE}" fill="{back}"/>')
            if run.strip():
                cells = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in run)
                style = (' font-weight="bold"' if first.bold else "") + (' text-decoration="underline"' if first.underscore else "")
                out.append(f'<text x="{left:.1f}" y="{top + 14}" textLength="{cells * CELL:.1f}" fill="{fore}"{style}>'
                           f'{html.escape(run)}</text>')
    out.append("</g></svg>")
    return "\n".join(out) + "\n"


def session(home):
    """One message to each of the practice server's addresses, from the command line; then the screen."""
    home.environment["COLORFGBG"] = "15;0"
    with Terminal(home, "--practice") as terminal:
        terminal.wait("Nothing is on its way")
        terminal.keys("q")
        terminal.wait_exit()
    for to, subject in (("Eve Lindqvist <anyone@sandbox.test>", "Re: keys"), ("Faisal N. <read@sandbox.test>", "Contract"),
                        ("old friend <bounce@sandbox.test>", "Hello again"), ("Jo <refuse@sandbox.test>", "Lunch?"),
                        ("Ann <ann@sandbox.test>, Ben <ben@sandbox.test>, Cy <refuse@sandbox.test>", "Agenda"),
                        ("Prof. Iqbal <silent@sandbox.test>", "Abstract for the workshop"),
                        ("Lee <later@sandbox.test>", "Re: Invoice 2231")):
        home.run("compose", "--to", to, "-s", subject, "--body", "-", "--send", "--wait", "5", stdin="…\n", code=None)
    home.run("compose", "--to", "Carla Ruiz <carla@sandbox.test>", "-s", "Offer, second draft", "--body", "-", "--send",
             "--queue-only", stdin="…\n")
    held = [entry["id"] for entry in home.entries() if entry["subject"] == "Offer, second draft"]
    home.run("outbox", "hold", *held)
    terminal = Terminal(home)
    terminal.wait("Offer, second draft")
    terminal.wait("bounced")
    return terminal


def main():
    with Home() as home:
        terminal = session(home)
        pathlib.Path(sys.argv[1]).write_text(draw(terminal.screen), encoding="utf-8")
        print(terminal.text())
        terminal.kill()


main()
