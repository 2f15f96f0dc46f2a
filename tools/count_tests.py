#!/usr/bin/env python3
"""Counts the test cases of the last ctest run in each build folder: prints "PASSED FAILED".

A ctest entry that reports its own cases (Boost.Test, pytest, unittest) counts as that many, any
other entry as one. An entry that failed without saying how many cases failed counts as one failure.
"""
import pathlib
import re
import sys

ENTRY = re.compile(r"^\d+/\d+ Test(?:ing)?: (?P<name>.+)$", re.M)
BOOST = re.compile(r"(\d+) test cases? out of \d+ (passed|failed|aborted)")
PYTEST = re.compile(r"(\d+) (passed|failed|errors?)\b")
UNITTEST = re.compile(r"^Ran (\d+) tests? in ", re.M)
# The second stands with an entry that is judged by what it prints.
PASSED = re.compile(r"^Test (?:Passed\.|Pass Reason:)$", re.M)
UNITTEST_BAD = re.compile(r"(?:failures|errors)=(\d+)")


def count_entry(text: str) -> tuple[int, int]:
    """The (passed, failed) cases that one entry's section of the log tells of."""
    ok = PASSED.search(text) is not None
    passed = failed = 0
    if boost := BOOST.findall(text):
        passed = sum(int(n) for n, what in boost if what == "passed")
        failed = sum(int(n) for n, what in boost if what != "passed")
    elif ran := UNITTEST.search(text):
        failed = sum(int(n) for n in UNITTEST_BAD.findall(text))
        passed = int(ran.group(1)) - failed
    elif cases := PYTEST.findall(text):
        passed = sum(int(n) for n, what in cases if what == "passed")
        failed = sum(int(n) for n, what in cases if what != "passed")
    else:
        passed = int(ok)
    if not ok and failed == 0:
        failed = 1
    return passed, failed


def count_log(text: str) -> tuple[int, int]:
    """The (passed, failed) cases of a whole LastTest.log."""
    starts = [m.start() for m in ENTRY.finditer(text) if m.group(0).split()[1] == "Testing:"]
    passed = failed = 0
    for start, end in zip(starts, starts[1:] + [len(text)], strict=True):
        p, f = count_entry(text[start:end])
        passed, failed = passed + p, failed + f
    return passed, failed


def main(builds: list[str]) -> int:
    passed = failed = 0
    for build in builds:
        log = pathlib.Path(build, "Testing/Temporary/LastTest.log")
        if not log.exists():
            failed += 1
            continue
        p, f = count_log(log.read_text(errors="replace"))
        passed, failed = passed + p, failed + f
    print(passed, failed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
