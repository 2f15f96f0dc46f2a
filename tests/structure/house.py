"""The house of kith: which rooms there are, in which order, and what each may include.

The one place that states the order. The functions take the root of a source tree and yield one
complaint per offence, as "path:line: what is wrong", so that the tests can run them over planted
trees as well as over this one.
"""
import pathlib
import re
from collections.abc import Iterator

# From the top of the house to its ground: a room includes only rooms further down.
ROOMS = [
    "api", "exchange", "report", "crm", "engine", "automation", "pipeline", "columns", "query",
    "expr", "record", "schema", "history", "queue", "store", "base",
]
# A folder inside a room that is a room of its own, and only these may use it.
INNER_ROOMS = {"store/lmdb": {"store"}, "store/memory": {"store"}}
# Folders of tests/ that mirror no room, and what they hold.
OTHER_TESTS = {
    "structure": "the sources themselves",
    "install": "an installed kith, used from outside",
    "capi": "the C interface",
    "python": "the Python package",
    "cli": "the kith command",
    "scenarios": "text scenarios that every face runs",
    "examples": "the example programs and the documentation's programs",
    "data": "files that tests read",
    "support": "what tests share",
    "workload": "the generator of operations and its oracle",
    "crash": "power failures, kills and failing calls",
    "differential": "expressions beside another implementation of the language",
    "dev": "the tools of this repository",
}
# Heavy third parties that no public header may name.
PRIVATE_NAMES = re.compile(
    r"\b(absl|capnp|kj|MDB_\w+|lmdb|re2|RE2|simdjson|utf8proc|rapidjson|boost|pybind11)\b")
# What a public header may include: these, and kith's own. Everything the C++ standard has.
STANDARD_HEADERS = frozenset("""
    algorithm any array atomic barrier bit bitset cassert cctype cerrno charconv chrono cinttypes
    climits cmath compare complex concepts condition_variable coroutine cstddef cstdint cstdlib
    cstring ctime deque exception filesystem forward_list fstream functional future
    initializer_list iomanip ios iosfwd istream iterator latch limits list locale map memory
    memory_resource mutex new numbers numeric optional ostream queue random ranges ratio regex
    scoped_allocator semaphore set shared_mutex source_location span sstream stack stdexcept
    stop_token streambuf string string_view system_error thread tuple type_traits typeindex
    typeinfo unordered_map unordered_set utility valarray variant vector version
    """.split())

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
HANDLE = re.compile(r"^\s*(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?(Database|Session|Transaction)\b"
                    r"[^;{]*(?:\{|$)")
SUITE = re.compile(r"^BOOST_(?:AUTO|FIXTURE)_TEST_SUITE\(\s*(\w+)", re.M)
SOURCES = (".cpp", ".hpp", ".h", ".c")


def sources(folder: pathlib.Path) -> list[pathlib.Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in SOURCES)


def includes(file: pathlib.Path) -> Iterator[tuple[int, str, str]]:
    """(line number, '<' or '"', name) of each #include of a file."""
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if found := INCLUDE.match(line):
            yield number, found.group(1), found.group(2)


def handle_headers(root: pathlib.Path) -> set[str]:
    """The public headers, as "kith/x.hpp", that define Database, Session or Transaction or
    include one that does."""
    own = {f"kith/{p.name}": p for p in (root / "include/kith").glob("*.hpp")}
    found = {name for name, p in own.items()
             if any(HANDLE.match(line) for line in p.read_text().splitlines())}
    while True:
        more = {name for name, p in own.items() if name not in found
                and any(target in found for _, _, target in includes(p))}
        if not more:
            return found
        found |= more


def check_rooms(root: pathlib.Path) -> Iterator[str]:
    """lib/: every folder is a room, and includes run downward."""
    handles = handle_headers(root)
    for folder in sorted((root / "lib").iterdir()):
        if folder.is_dir() and folder.name not in ROOMS:
            yield f"lib/{folder.name}: not a room of the house (tests/structure/house.py)"
    for file in sources(root / "lib"):
        where = file.relative_to(root)
        room = where.parts[1]
        if room not in ROOMS:
            continue
        for number, kind, target in includes(file):
            if kind == "<":
                if target.split("/")[0] in (*ROOMS, "kith"):
                    yield f"{where}:{number}: <{target}> is ours: write it with quotes"
                continue
            if complaint := judge_include(root, where, room, target, handles):
                yield f"{where}:{number}: {complaint}"


def judge_include(root: pathlib.Path, where: pathlib.Path, room: str, target: str,
                  handles: set[str]) -> str:
    """Why a file of `room` may not include "target", or nothing."""
    top = target.split("/")[0]
    if top == "kith":
        if target in handles and room != "api":
            return f'"{target}" declares Database, Session or Transaction: only api/ includes it'
        return "" if (root / "include" / target).exists() else f'there is no "{target}"'
    if top not in ROOMS:
        return f'"{target}" is not written from the root of lib/ or include/'
    if ROOMS.index(top) < ROOMS.index(room):
        return f'{room}/ may not include "{target}": {top}/ is above it'
    inner = "/".join(target.split("/")[:2])
    if inner in INNER_ROOMS and room not in INNER_ROOMS[inner]:
        return f'"{target}" is the inside of {top}/'
    return ""


def check_faces(root: pathlib.Path) -> Iterator[str]:
    """capi/ and bindings/ stand on include/ only, never on lib/."""
    for face in ("capi", "bindings", "examples", "benchmarks"):
        for file in sources(root / face):
            where = file.relative_to(root)
            for number, kind, target in includes(file):
                beside = (file.parent / target).exists() or (root / face / target).exists()
                if kind == '"' and target.split("/")[0] in ROOMS and not beside:
                    if face == "benchmarks":  # measures the rooms too
                        continue
                    yield f'{where}:{number}: {face}/ may not include "{target}" of lib/'


def check_public_headers(root: pathlib.Path) -> Iterator[str]:
    """include/kith: kith's own and standard headers, and no third party's name."""
    for file in sources(root / "include"):
        where = file.relative_to(root)
        for number, kind, target in includes(file):
            if kind == '"' and not target.startswith("kith/"):
                yield f'{where}:{number}: "{target}" is not a public header'
            if kind == "<" and target not in STANDARD_HEADERS:
                yield f"{where}:{number}: <{target}> is not a header of the standard library"
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("//", 1)[0]
            if found := PRIVATE_NAMES.search(code):
                yield f"{where}:{number}: a public header names {found.group(0)}"


def check_mirror(root: pathlib.Path) -> Iterator[str]:
    """tests/ mirrors lib/: a room's tests lie in the folder of its name, and in no other."""
    for folder in sorted((root / "tests").iterdir()):
        if not folder.is_dir() or folder.name == "__pycache__":
            continue
        if folder.name in ROOMS:
            if not (root / "lib" / folder.name).is_dir():
                yield f"tests/{folder.name}: there is no lib/{folder.name} to test"
        elif folder.name not in OTHER_TESTS:
            yield f"tests/{folder.name}: mirrors no room (see tests/structure/house.py)"
    with_code = {file.relative_to(root / "lib").parts[0] for file in sources(root / "lib")
                 if file.suffix == ".cpp"}
    for room in sorted(with_code.intersection(ROOMS)):
        if not any((root / "tests" / room).glob("**/*_test.cpp")):
            yield f"lib/{room}: has code and no tests/{room}/*_test.cpp"


def boost_suites(root: pathlib.Path) -> dict[str, list[str]]:
    """Test file -> the outermost suites it opens."""
    return {str(p.relative_to(root)): outer_suites(p.read_text(encoding="utf-8"))
            for p in sorted((root / "tests").rglob("*_test.cpp"))}


def outer_suites(text: str) -> list[str]:
    depth, found = 0, []
    for line in text.splitlines():
        if opened := SUITE.match(line):
            if depth == 0:
                found.append(opened.group(1))
            depth += 1
        elif line.startswith("BOOST_AUTO_TEST_SUITE_END"):
            depth -= 1
    return found


def check_registered(root: pathlib.Path, listed: list[str], compiled: str) -> Iterator[str]:
    """Every *_test.cpp is among the program's sources and its suites in the program's list.

    `listed` are the top-level names of `kith_tests --list_content`, `compiled` the text of the
    build's compile commands.
    """
    owners: dict[str, str] = {}
    for file, suites in boost_suites(root).items():
        if f"/{file}" not in compiled:
            yield f"{file}: is not compiled into the test program"
        if not suites:
            yield f"{file}: opens no test suite"
        for suite in suites:
            if suite not in listed:
                yield f"{file}: suite {suite} is not in the test program"
            if owners.setdefault(suite, file) != file:
                yield f"{file}: suite {suite} is also the name of the one in {owners[suite]}"


def check_collected(root: pathlib.Path, collected: dict[str, int]) -> Iterator[str]:
    """Every tests/**/test_*.py has tests that are run; `collected` counts them by file."""
    for file in sorted((root / "tests").rglob("test_*.py")):
        name = str(file.relative_to(root))
        if not collected.get(name):
            yield f"{name}: no test of it is run"
