#!/usr/bin/env python3
"""Has clang check every source of a clang build folder: `tools/syntax.py build/clang [JOBS]`.

No code is generated. A source that passed is not read again until it, a header it includes or its
flags change; the record of that is build/clang/syntax/.
"""
import concurrent.futures
import hashlib
import os
import pathlib
import re
import subprocess
import sys

import compile_commands as cc


def stamp_path(build: pathlib.Path, unit: cc.Unit) -> pathlib.Path:
    return build / "syntax" / (unit.source.replace("/", "__") + ".d")


def flags_digest(unit: cc.Unit) -> str:
    return hashlib.sha256("\0".join(unit.arguments).encode()).hexdigest()


def is_fresh(build: pathlib.Path, unit: cc.Unit) -> bool:
    """Whether the unit passed, with these flags, after all its files were last written."""
    stamp = stamp_path(build, unit)
    if not stamp.exists():
        return False
    digest, _, rule = stamp.read_text().partition("\n")
    if digest != flags_digest(unit):
        return False
    passed_at = stamp.stat().st_mtime_ns
    for name in re.split(r"(?:\\\n|\s)+", rule.partition(":")[2].strip()):
        try:
            if pathlib.Path(unit.directory, name).stat().st_mtime_ns > passed_at:
                return False
        except OSError:
            return False
    return True


def check(build: pathlib.Path, unit: cc.Unit) -> str:
    """The compiler's complaints, empty when there are none."""
    stamp = stamp_path(build, unit)
    stamp.unlink(missing_ok=True)
    rule = stamp.with_suffix(".tmp")
    command = [*unit.arguments, "-fsyntax-only", "-fno-color-diagnostics", "-MD", "-MF", str(rule),
               str(cc.ROOT / unit.source)]
    done = subprocess.run(command, cwd=unit.directory, capture_output=True, text=True, check=False)
    if done.returncode == 0 and not done.stderr.strip():
        stamp.write_text(flags_digest(unit) + "\n" + rule.read_text())
    rule.unlink(missing_ok=True)
    if done.returncode == 0:
        return done.stderr.strip()
    return done.stderr.strip() or f"{unit.source}: the compiler failed without a word"


def main(argv: list[str]) -> int:
    build = pathlib.Path(argv[0]).resolve()
    jobs = int(argv[1]) if len(argv) > 1 else os.cpu_count() or 2
    (build / "syntax").mkdir(exist_ok=True)
    units = cc.units(build)
    if not units:
        print(f"no sources in {build}/compile_commands.json")
        return 1
    stale = [u for u in units if not is_fresh(build, u)]
    print(f"{len(stale)} of {len(units)} sources to read", flush=True)
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        for complaint in pool.map(lambda u: check(build, u), stale):
            if complaint:
                bad += 1
                print(complaint, flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
