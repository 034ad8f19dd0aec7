"""check-tree.py SOURCE : habits that a reader relies on.

Every header opens with a comment and has `#pragma once`; files stay below 700 lines and functions below
100; no marks of unfinished work; no functions that cannot be bounded; every module has its header."""
import pathlib
import re
import sys

LAYERS = ("accounts", "compose", "transport", "ui")
MAX_FILE, MAX_FUNCTION = 700, 100
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BANNED = re.compile(r"(?<![A-Za-z0-9_>.])(strcpy|strcat|sprintf|vsprintf|gets|atoi|atol|strtok|system|mktemp|tmpnam|exit|sleep|usleep|g_usleep)\s*\(")
# Bounded waits for a lock of another process, which nothing announces.
MAY_WAIT = {"transport/outbox/outbox-db.c", "transport/sandbox/sandbox-tls.c"}
START = re.compile(r"^[A-Za-z_].*\)\s*\{\s*$")


def function_faults(name, lines):
    start = head = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"^[A-Za-z_]", line):
            head = line
        if start is None and line.rstrip().endswith("{") and (START.match(line) or (line.startswith(" ") and ")" in line and head and "(" in head and "=" not in head)):
            if not re.match(r"^(static )?(const )?(struct|enum|union)\b[^(]*\{$", line):
                start = number
        elif start is not None and line.startswith("}"):
            if number - start > MAX_FUNCTION:
                yield f"{name}:{start}: function of {number - start} lines"
            start = None


def main():
    source = pathlib.Path(sys.argv[1])
    faults = []
    for layer in LAYERS:
        for path in sorted((source / layer).rglob("*.[ch]")):
            name = str(path.relative_to(source))
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines()
            if len(lines) > MAX_FILE:
                faults.append(f"{name}: {len(lines)} lines")
            if path.suffix == ".h":
                if not text.startswith("/*"):
                    faults.append(f"{name}: a header opens with what the module promises")
                if "#pragma once" not in text:
                    faults.append(f"{name}: no #pragma once")
            for number, line in enumerate(lines, 1):
                if UNFINISHED.search(line):
                    faults.append(f"{name}:{number}: {line.strip()}")
                code = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0])
                if BANNED.search(code) and not ("g_usleep" in code and name in MAY_WAIT) and not code.lstrip().startswith("*"):
                    faults.append(f"{name}:{number}: banned call: {line.strip()}")
            if path.suffix == ".c":
                faults += function_faults(name, lines)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


sys.exit(main())
