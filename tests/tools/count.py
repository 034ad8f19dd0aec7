"""count.py TESTLOG : one plain line over everything a `meson test` run executed.

Adds up what the runners inside each test said: Criterion's synthesis line,
unittest's "Ran N tests"; a test that says neither counts as one.
"""
import json
import re
import sys

CRITERION = re.compile(r"Tested: (\d+) \| Passing: (\d+) \| Failing: (\d+) \| Crashing: (\d+)")
UNITTEST = re.compile(r"^Ran (\d+) tests? in", re.M)


def count(record):
    """(passed, failed, skipped) of one meson test."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", (record.get("stdout") or "") + (record.get("stderr") or ""))
    good = record["result"] in ("OK", "EXPECTEDFAIL", "SKIP")
    found = CRITERION.findall(text)
    if found:
        tested, passing, _, _ = map(int, found[-1])
        failed = tested - passing
        return passing, failed if good else max(failed, 1), 0
    ran = UNITTEST.search(text)
    if ran:
        bad = sum(int(n) for n in re.findall(r"(?:failures|errors)=(\d+)", text))
        skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", text))
        return int(ran.group(1)) - bad - skipped, bad if good else max(bad, 1), skipped
    if record["result"] == "SKIP":
        return 0, 0, 1
    return (1, 0, 0) if good else (0, 1, 0)


def main():
    totals = [0, 0, 0]
    reasons = []
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            record = json.loads(line)
            totals = [a + b for a, b in zip(totals, count(record))]
            reasons += re.findall(r"skipped ['\"](.*?)['\"]\s*$", record.get("stderr") or "", re.M)
    for reason in sorted(set(reasons)):
        print(f"skipped: {reason}")
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] else 0


sys.exit(main())
