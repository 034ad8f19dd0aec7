"""A real terminal for the interface: a pty with a screen model behind it.

    with Terminal(home, "--practice") as terminal:
        terminal.wait("Outbox"); terminal.keys("m"); terminal.wait("Subject"); terminal.type("Hello")

No fixed waits: wait() and gone() look until their limit. The bytes that arrived are counted, so that a
test can see whether an idle screen is quiet.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

from .program import program

NAMED = {
    "Enter": "\r", "Esc": "\x1b", "Tab": "\t", "Shift-Tab": "\x1b[Z", "Space": " ", "Backspace": "\x7f",
    "Up": "\x1bOA", "Down": "\x1bOB", "Right": "\x1bOC", "Left": "\x1bOD", "Home": "\x1bOH", "End": "\x1bOF",
    "PgUp": "\x1b[5~", "PgDn": "\x1b[6~", "Del": "\x1b[3~", "F1": "\x1bOP",
}


class _Stream(pyte.ByteStream):
    """pyte 0.8 does not know REP, SU and SD, which curses uses to save bytes."""

    csi = {**pyte.ByteStream.csi, "b": "repeat_last", "S": "scroll_up", "T": "scroll_down"}
    events = pyte.ByteStream.events | {"repeat_last", "scroll_up", "scroll_down"}


class _Screen(pyte.Screen):
    """pyte 0.8 trips over private variants of SGR and reports; they do not matter here."""

    last = " "

    def draw(self, data):
        self.last = data[-1:] or self.last
        super().draw(data)

    def repeat_last(self, count=1, **_):
        super().draw(self.last * (count or 1))

    def _scroll(self, count, move, edge):
        row, column = self.cursor.y, self.cursor.x
        margins = self.margins or pyte.screens.Margins(0, self.lines - 1)
        for _ in range(count or 1):
            self.cursor.y = getattr(margins, edge)
            move()
        self.cursor.y, self.cursor.x = row, column

    def scroll_up(self, count=1, **_):
        self._scroll(count, self.index, "bottom")

    def scroll_down(self, count=1, **_):
        self._scroll(count, self.reverse_index, "top")

    def select_graphic_rendition(self, *attributes, private=False, **_):
        if not private:
            super().select_graphic_rendition(*attributes)

    def report_device_status(self, mode, **_):
        pass

    def report_device_attributes(self, mode=0, **_):
        pass


class Terminal:
    def __init__(self, home, *arguments, columns=80, rows=24, environment=None, command=None):
        self.screen = _Screen(columns, rows)
        self.stream = _Stream(self.screen)
        self.received = 0
        self.raw = b""
        self.status = None
        command = command or [program(), *arguments]
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**home.environment, **(environment or {})})
        self.resize(columns, rows)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.kill()

    def kill(self, with_signal=signal.SIGKILL):
        """Ends the program at once, as a crash or a closed lid would."""
        if self.status is None:
            try:
                os.kill(self.pid, with_signal)
            except ProcessLookupError:
                pass
            self.status = os.waitpid(self.pid, 0)[1]
            os.close(self.fd)

    def resize(self, columns, rows):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if (self.screen.columns, self.screen.lines) != (columns, rows):
            self.screen.resize(rows, columns)

    def pump(self, seconds=0.05):
        """Reads what is there, for at most `seconds` of silence. False at the end of the program."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                return False
            if not data:
                return False
            self.received += len(data)
            self.raw = (self.raw + data)[-200_000:]
            self.stream.feed(data)
        return True

    def lines(self):
        return [line.rstrip() for line in self.screen.display]

    def text(self):
        return "\n".join(self.lines())

    def cursor(self):
        return self.screen.cursor.y, self.screen.cursor.x

    def type(self, text):
        """Types as fast as a person, so that a line end is a key and not part of a paste."""
        for character in text:
            os.write(self.fd, (b"\r" if character == "\n" else character.encode()))
            self.pump(0.004)

    def paste(self, text):
        os.write(self.fd, b"\x1b[200~" + text.encode() + b"\x1b[201~")
        self.pump()

    def keys(self, *names):
        """Keys by name: "^X", "Alt-n", "Enter", "y"."""
        for name in names:
            if name in NAMED:
                data = NAMED[name]
            elif len(name) == 2 and name[0] == "^":
                data = "\x7f" if name[1] == "?" else chr(ord(name[1].upper()) & 0x1F)
            elif name.startswith("Alt-"):
                data = "\x1b" + name[4:]
            else:
                data = name
            os.write(self.fd, data.encode())
            self.pump(0.02)

    def wait(self, pattern, seconds=15.0):
        """Until the screen matches the regular expression; returns the match."""
        end = time.monotonic() + seconds
        while True:
            alive = self.pump()
            found = re.search(pattern, self.text(), re.M)
            if found:
                return found
            if not alive or time.monotonic() > end:
                raise AssertionError(f"no “{pattern}” {'after ' + str(seconds) + ' s' if alive else 'when the program ended'}:\n"
                                     + self.text())

    def gone(self, pattern, seconds=15.0):
        end = time.monotonic() + seconds
        while re.search(pattern, self.text(), re.M):
            if not self.pump() or time.monotonic() > end:
                raise AssertionError(f"“{pattern}” stays:\n" + self.text())

    def wait_exit(self, seconds=15.0):
        """The exit code, once the program has ended by itself."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.pump(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = status
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program does not end:\n" + self.text())

    def has_reverse(self, row):
        return any(self.screen.buffer[row][x].reverse for x in range(self.screen.columns))
