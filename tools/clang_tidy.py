#!/usr/bin/env python3
"""Runs clang-tidy on the sources that changed: `tools/clang_tidy.py build/clang [SECONDS]`.

Changed means: against the point where this branch left the main branch; on the main branch itself,
by the last commit or since. A changed header is checked through one source that includes it. After
SECONDS (default 240) no further file is begun, and the output says how many were left out.
"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys
import time

import compile_commands as cc

ROOMS = ("lib/", "capi/", "bindings/")


def git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(cc.ROOT), *arguments], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() if done.returncode == 0 else ""


def base() -> str:
    """The commit to compare with, or "" when the history holds none."""
    head = git("rev-parse", "HEAD")
    for main_branch in ("origin/main", "main"):
        fork = git("merge-base", "HEAD", main_branch)
        if fork and fork != head:
            return fork
    return git("rev-parse", "--verify", "-q", "HEAD~1")


def changed() -> list[str]:
    since = base()
    names = git("diff", "--name-only", "--diff-filter=d", since) if since else git("ls-files")
    names += "\n" + git("ls-files", "--others", "--exclude-standard")
    return sorted({n for n in names.split("\n") if n.startswith(ROOMS + ("include/",))})


def includes(source: str, header: str) -> bool:
    written = header.partition("/")[2]
    text = (cc.ROOT / source).read_text(errors="replace")
    return f'#include "{written}"' in text


def select(units: list[cc.Unit], names: list[str]) -> list[cc.Unit]:
    """The units to check for these changed files: themselves, or one that includes a header."""
    by_source = {u.source: u for u in units}
    chosen = {n: by_source[n] for n in names if n in by_source}
    for header in (n for n in names if n.endswith((".hpp", ".h"))):
        twin = header.rpartition(".")[0] + ".cpp"
        users = [twin] if twin in by_source else [s for s in by_source if includes(s, header)]
        if users and not any(u in chosen for u in users):
            chosen[users[0]] = by_source[users[0]]
    return list(chosen.values())


def tidy(build: pathlib.Path, unit: cc.Unit) -> str:
    command = ["clang-tidy-16", "--quiet", "-p", str(build), str(cc.ROOT / unit.source)]
    done = subprocess.run(command, cwd=cc.ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    return done.stdout.strip() or done.stderr.strip()


def main(argv: list[str]) -> int:
    build = pathlib.Path(argv[0]).resolve()
    deadline = time.monotonic() + float(argv[1] if len(argv) > 1 else 240)
    chosen = select(cc.units(build), changed())
    chosen.sort(key=lambda u: -(cc.ROOT / u.source).stat().st_mtime_ns)
    print(f"{len(chosen)} sources changed since {base()[:10] or 'the beginning'}", flush=True)

    def step(unit: cc.Unit) -> str | None:
        return None if time.monotonic() > deadline else tidy(build, unit)

    bad = left_out = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for complaint in pool.map(step, chosen):
            if complaint is None:
                left_out += 1
            elif complaint:
                bad += 1
                print(complaint, flush=True)
    if left_out:
        print(f"time is up: {left_out} of {len(chosen)} sources were not checked")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
