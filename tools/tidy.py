#!/usr/bin/env python3
"""House style that no other tool checks: `tools/tidy.py [ROOT]` prints each offending line.

Every text file: at most 100 columns, no tab, no blank at a line's end, a newline at the end of the
file, no note of unfinished work. Code of the engine (lib/): no printing, no ending of the process,
no clock, no randomness. Code files: at most 400 lines, but for those in LONG_FILES, each with its
reason and its own bound, which only ever goes down.
"""
import pathlib
import re
import subprocess
import sys
from collections.abc import Iterator

COLUMNS = 100
LINES = 400

# path -> (bound, why it is one file)
LONG_FILES: dict[str, tuple[int, str]] = {
    "capi/kith.h": (2200, "the C interface is one header, and its manual"),
    "tests/store/conformance_test.cpp": (660, "one suite that runs over every back-end"),
}

CODE = {".cpp", ".hpp", ".c", ".h", ".py", ".pyi"}
TEXT = CODE | {".cmake", ".txt", ".md", ".toml", ".json", ".yml", ".map", ".in", ".sh", ""}
# Documents that are data or other people's words, and prose whose tables do not wrap.
ANY_WIDTH = re.compile(r"(^LICENSE$|\.md$|^tests/.*/data/|\.json$)")

# Files that tests read, and inputs that fuzzers begin with: any bytes.
DATA = re.compile(r"/data/|^fuzz/corpus/")

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
IN_LIB = [
    (re.compile(r"#include\s*<(iostream|print)>"), "lib/ prints nothing"),
    (re.compile(r"\b(stdout|stderr)\b"), "lib/ prints nothing"),
    (re.compile(r"(?<![\w.>])(std::)?(puts|putchar)\s*\("), "lib/ prints nothing"),
    (re.compile(r"\b(std::)?(cout|cerr|clog)\s*<<"), "lib/ prints nothing"),
    (re.compile(r"(?<![\w.>])(std::)?f?printf\s*\("), "lib/ prints nothing"),
    (re.compile(r"(?<![\w.>:])(?<!void )(?<!Status )(std::|::)?"
                r"(abort|exit|_exit|quick_exit|terminate)\s*\("),
     "lib/ never ends the process"),
    (re.compile(r"\b(system_clock|absl::Now|gettimeofday|clock_gettime)\b"),
     "lib/ reads no clock: the host passes time in"),
    (re.compile(r"(?<![\w.>])time\s*\(\s*(0|NULL|nullptr)"),
     "lib/ reads no clock: the host passes time in"),
    (re.compile(r"\b(random_device|mt19937|absl::BitGen)\b|(?<![\w.>:])s?rand\s*\("),
     "lib/ draws no random numbers"),
]


def strip_comment(line: str) -> str:
    """The line without its // comment and without what stands inside string literals."""
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line) if "#include" not in line else line
    return line.split("//", 1)[0]


def check_text(path: str, text: str) -> Iterator[str]:
    """The complaints about one file, as "path:line: what"."""
    suffix = pathlib.PurePath(path).suffix
    lines = text.split("\n")
    if text and lines[-1] != "":
        yield f"{path}:{len(lines)}: no newline at the end of the file"
    for number, line in enumerate(lines, 1):
        where = f"{path}:{number}:"
        if len(line) > COLUMNS and not ANY_WIDTH.search(path):
            yield f"{where} {len(line)} columns, at most {COLUMNS}"
        if "\t" in line:
            yield f"{where} tab character"
        if line != line.rstrip() and suffix != ".md":
            yield f"{where} blank at the end of the line"
        if UNFINISHED.search(line):
            yield f"{where} a note of unfinished work: finish it or open an issue"
        if path.startswith("lib/") and suffix in CODE:
            code = strip_comment(line)
            for pattern, why in IN_LIB:
                if pattern.search(code):
                    yield f"{where} {why}: {line.strip()}"
    count = len(lines) - 1
    bound, _ = LONG_FILES.get(path, (LINES, ""))
    if suffix in CODE and count > bound:
        yield f"{path}: {count} lines, at most {bound}: split it along its concepts"


def check_tree(root: pathlib.Path, paths: list[str]) -> Iterator[str]:
    for path in paths:
        file = root / path
        if file.suffix not in TEXT or DATA.search(path) or file.is_symlink() or not file.is_file():
            continue
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield f"{path}: not UTF-8"
            continue
        yield from check_text(path, text)
    for path, (bound, why) in LONG_FILES.items():
        file = root / path
        if not why:
            yield f"tools/tidy.py: {path} is allowed {bound} lines without a reason"
        if not file.exists():
            yield f"tools/tidy.py: LONG_FILES names {path}, which is gone"
        elif len(file.read_text().splitlines()) <= LINES:
            yield f"tools/tidy.py: {path} is short now: take it out of LONG_FILES"


def tracked(root: pathlib.Path) -> list[str]:
    """The files git knows or would add; in a plain folder, all but the build's."""
    git = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, capture_output=True, check=False)
    if listed.returncode == 0:
        return sorted({p for p in listed.stdout.decode().split("\0") if p})
    found = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
    return sorted(str(p) for p in found if p.parts[0] not in ("build", ".git"))


def main(argv: list[str]) -> int:
    root = pathlib.Path(argv[0] if argv else pathlib.Path(__file__).parents[1]).resolve()
    complaints = list(check_tree(root, tracked(root)))
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
