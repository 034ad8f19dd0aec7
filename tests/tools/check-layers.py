"""check-layers.py SOURCE BUILD : the layers, proved on includes and on the object files.

  ui -> compose -> accounts      compose never transport     nobody includes ui
  ui -> transport -> accounts    accounts nothing of ours    curses only in ui
  SQLite only in transport/outbox/outbox-db*
"""
import pathlib
import re
import subprocess
import sys

ALLOWED = {
    "accounts": {"accounts"},
    "compose": {"compose", "accounts"},
    "transport": {"transport", "accounts"},
    "ui": {"ui", "compose", "transport", "accounts"},
}
CURSES = re.compile(r"^(initscr|newterm|endwin|w?addn?w?str|waddch|wget_?w?ch|wrefresh|doupdate|stdscr|wattr|keypad|curs_set)")


def include_faults(source):
    for layer, allowed in ALLOWED.items():
        for path in sorted((source / layer).rglob("*.[ch]")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                found = re.match(r'\s*#\s*include\s+["<]([^">]+)[">]', line)
                if not found:
                    continue
                name = found.group(1)
                where = f"{path.relative_to(source)}:{number}"
                top = name.split("/")[0]
                if top in ALLOWED and top not in allowed:
                    yield f"{where}: {layer} may not include {name}"
                if layer != "ui" and re.search(r"curses|ncurses", name):
                    yield f"{where}: curses outside ui"
                if "sqlite3" in name and not path.name.startswith("outbox-db"):
                    yield f"{where}: SQLite outside outbox-db"
                if name.startswith('"../') or name.startswith("../"):
                    yield f"{where}: includes are written from the root"


def object_faults(build):
    for layer in ("accounts", "compose", "transport"):
        archive = build / layer / f"lib{layer}.a"
        listing = subprocess.run(["nm", "-A", "--undefined-only", archive], check=True, text=True,
                                 capture_output=True).stdout
        if not listing.strip():
            yield f"{archive}: nm says nothing; is it built?"
        for line in listing.splitlines():
            member, symbol = line.split(":")[-2], line.split()[-1]
            if CURSES.match(symbol):
                yield f"{layer}: {member} calls {symbol} (curses)"
            if symbol.startswith("sqlite3_") and "outbox-db" not in member:
                yield f"{layer}: {member} calls {symbol} (SQLite)"
    defined = {}
    for layer in ALLOWED:
        names = subprocess.run(["nm", "--defined-only", build / layer / f"lib{layer}.a"], check=True, text=True,
                               capture_output=True).stdout
        defined[layer] = {l.split()[-1] for l in names.splitlines() if len(l.split()) == 3 and l.split()[1] in "TDRB"}
    for layer, allowed in ALLOWED.items():
        names = subprocess.run(["nm", "--undefined-only", build / layer / f"lib{layer}.a"], check=True, text=True,
                               capture_output=True).stdout
        used = {l.split()[-1] for l in names.splitlines() if len(l.split()) == 2}
        for other in set(ALLOWED) - allowed:
            for symbol in sorted(used & (defined[other] - set().union(*(defined[a] for a in allowed)))):
                yield f"{layer} uses {symbol} of {other}"


def main():
    source, build = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    faults = list(include_faults(source)) + list(object_faults(build))
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
