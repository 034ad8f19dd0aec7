"""first-screen.py POSTBAG FILL : the first screen of the interface with 10 and with 10,000 outbox entries.

Prints the processor time that the program needed until its first whole screen (user and system, median of
several starts) and the ratio; over 1.5 it fails: the list reads only what it shows.
"""
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2]))

from tests.support.program import Home  # noqa: E402
from tests.support.terminal import Terminal  # noqa: E402

LIMIT, RUNS = 1.5, 9


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(home, last):
    wall, cpu = [], []
    for _ in range(RUNS):
        begin = time.monotonic()
        with Terminal(home) as terminal:
            while last not in terminal.text():
                if not terminal.pump(0.001) or time.monotonic() - begin > 60:
                    raise AssertionError("no first screen:\n" + terminal.text())
            wall.append(time.monotonic() - begin)
            cpu.append(cpu_seconds(terminal.pid))
    return statistics.median(wall), statistics.median(cpu)


def main():
    os.environ["POSTBAG"] = os.path.abspath(sys.argv[1])
    # In memory where there is such a folder: filling is not what is measured.
    if os.access("/dev/shm", os.W_OK):
        tempfile.tempdir = "/dev/shm"
    rows = []
    for count in (10, 10_000):
        with Home() as home:
            home.add_account("work", "me@example.test", "localhost", 1, "tls", "me", "x")
            subprocess.run([os.path.abspath(sys.argv[2]), str(home.outbox), str(count)], check=True, env=home.environment)
            rows.append(measure(home, f"Message {count}"))
            print(f"{count:6} entries: first screen after {rows[-1][0] * 1000:.0f} ms, {rows[-1][1] * 1000:.0f} ms processor")
    ratio = rows[1][0] / rows[0][0]
    print(f"ratio 10,000 to 10: {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


sys.exit(main())
