#!/usr/bin/env python3
"""Runs the fuzz targets of a build: `tools/fuzz.py BUILD SECONDS [TARGET...]`; see ./dev fuzz.

First the canary: its planted defects must be found and reported, or nothing else would mean
anything. Then each target for SECONDS, as many at a time as there are processors. What a target
learns stays in BUILD/corpus/<target>; an input that breaks it goes to BUILD/crashes, with the
command that replays it. Exit code 1 when a target failed or the canary lived.

A target may have a dictionary, fuzz/<target>.dict, and flags of its own, fuzz/<target>.options.
"""
import concurrent.futures
import dataclasses
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
CANARY_SECONDS = 120  # a second is enough on an idle machine
# What each planted defect must be reported as: the letter behind the word, then the words.
PLANTED = {
    "a": "AddressSanitizer: heap-buffer-overflow",
    "u": "signed integer overflow",
    "l": "LeakSanitizer: detected memory leaks",
    "p": "property violated: the planted property holds",
}
# Without -print_funcs=0 each new function would be looked up in the debug information.
FLAGS = ["-print_funcs=0", "-timeout=20", "-rss_limit_mb=2560", "-print_final_stats=1",
         "-reload=0"]


@dataclasses.dataclass
class Outcome:
    target: str
    code: int
    log: pathlib.Path
    crash: str = ""

    def number(self, pattern: str) -> int:
        found = re.findall(pattern, self.log.read_text(errors="replace"))
        return int(found[-1]) if found else 0


def environment() -> dict[str, str]:
    env = dict(os.environ)
    # addr2line comes with every compiler, clang's own symbolizer in a package of its own.
    env["ASAN_OPTIONS"] = ("detect_leaks=1:strict_string_checks=1:"
                           "detect_stack_use_after_return=1:"
                           "external_symbolizer_path=/usr/bin/addr2line")
    env["UBSAN_OPTIONS"] = "print_stacktrace=1:external_symbolizer_path=/usr/bin/addr2line"
    return env


def program(build: pathlib.Path, target: str) -> pathlib.Path:
    return build / "bin" / f"{target}_fuzz"


def command(build: pathlib.Path, target: str, seconds: int) -> list[str]:
    corpus = build / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    dictionary = ROOT / "fuzz" / f"{target}.dict"
    options = ROOT / "fuzz" / f"{target}.options"
    return [str(program(build, target)), f"-max_total_time={seconds}", *FLAGS,
            f"-artifact_prefix={build / 'crashes'}/{target}-",
            *([f"-dict={dictionary}"] if dictionary.exists() else []),
            *(options.read_text().split() if options.exists() else []),
            str(corpus), str(ROOT / "fuzz" / "corpus" / target)]


def run(build: pathlib.Path, target: str, seconds: int) -> Outcome:
    log = build / "logs" / f"{target}.log"
    with log.open("wb") as out:
        done = subprocess.run(command(build, target, seconds), stdout=out, stderr=out,
                              env=environment(), cwd=build, check=False)
    outcome = Outcome(target, done.returncode, log)
    if written := re.findall(r"Test unit written to (\S+)", log.read_text(errors="replace")):
        outcome.crash = written[-1]
    return outcome


def canary(build: pathlib.Path) -> list[str]:
    """What is wrong with the fuzzers themselves; nothing when each planted defect is found."""
    complaints = []
    with tempfile.TemporaryDirectory(dir=build) as folder:
        search = subprocess.run(
            [str(program(build, "canary")), f"-max_total_time={CANARY_SECONDS}",
             f"-artifact_prefix={folder}/"],
            capture_output=True, env=environment(), check=False)
        if search.returncode == 0 or b"canary" not in search.stderr:
            complaints.append(f"no planted defect was found in {CANARY_SECONDS} seconds")
        for letter, words in PLANTED.items():
            planted = pathlib.Path(folder, "planted")
            planted.write_text("canary" + letter)
            replay = subprocess.run([str(program(build, "canary")), str(planted)],
                                    capture_output=True, env=environment(), check=False)
            if replay.returncode == 0 or words.encode() not in replay.stderr:
                complaints.append(f"the planted defect '{letter}' is not reported as: {words}")
    return complaints


def tell(outcome: Outcome) -> None:
    executed = outcome.number(r"stat::number_of_executed_units:\s+(\d+)")
    rate = outcome.number(r"stat::average_exec_per_sec:\s+(\d+)")
    covered = outcome.number(r"\bcov: (\d+)")
    corpus = outcome.number(r"\bcorp: (\d+)")
    print(f"{outcome.target:12} {executed:>10} {rate:>9} {covered:>9} {corpus:>7}  "
          f"{'ok' if outcome.code == 0 else 'FAILED'}", flush=True)


def explain(outcome: Outcome, build: pathlib.Path) -> None:
    lines = outcome.log.read_text(errors="replace").splitlines()
    first = next((i for i, line in enumerate(lines)
                  if re.search(r"ERROR:|runtime error|property violated", line)), len(lines) - 30)
    print(f"\n{outcome.target} failed; all of it is in {outcome.log}")
    print("\n".join("    " + line for line in lines[max(first, 0):first + 30]))
    if outcome.crash:
        replay = [str(program(build, outcome.target)), outcome.crash]
        print(f"replay: ASAN_OPTIONS=external_symbolizer_path=/usr/bin/addr2line "
              f"{shlex.join(replay)}")


def main(argv: list[str]) -> int:
    build, seconds, wanted = pathlib.Path(argv[0]).resolve(), int(argv[1]), argv[2:]
    known = sorted(p.name.removesuffix("_fuzz.cpp") for p in (ROOT / "fuzz").glob("*_fuzz.cpp"))
    if unknown := [w for w in wanted if w not in known]:
        print(f"there is no fuzz target {unknown[0]!r}; there are: {', '.join(known)}")
        return 2
    for folder in ("logs", "crashes"):
        (build / folder).mkdir(parents=True, exist_ok=True)

    if complaints := canary(build):
        print("\n".join(f"canary: {c}" for c in complaints))
        print("The fuzzers are asleep: a clean run of the others would mean nothing.")
        return 1
    print("canary: every planted defect was found and reported")

    targets = wanted or [t for t in known if t != "canary"]
    print(f"{'target':12} {'inputs':>10} {'per s':>9} {'coverage':>9} {'corpus':>7}", flush=True)
    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        # What takes turns with each other ends about together.
        runs = [pool.submit(run, build, target, seconds) for target in targets]
        for done in concurrent.futures.as_completed(runs):
            tell(done.result())
            if done.result().code != 0:
                failed.append(done.result())
    for outcome in failed:
        explain(outcome, build)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
