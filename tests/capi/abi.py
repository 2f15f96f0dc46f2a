"""What kith.h and its implementation promise, read from their text.

The functions take text or a tree's root, so that the tests can run them over planted offences.
"""
import pathlib
import re
import subprocess
from collections.abc import Iterator
from typing import NamedTuple

OWNERSHIP = re.compile(r"@ownership (static|caller frees with kith_\w+_free"
                       r"|borrowed until kith_\w+_free( or the next call that sets the value)?)"
                       r"(?=[\s*]*(\*/|$))")


class Function(NamedTuple):
    name: str
    returns: str           # "int32_t", "const char*", "void", ...
    parameters: list[str]  # "kith_error** error", ...
    comment: str           # the one above it, or above the first of its group
    unstable: bool


def functions(header: str) -> list[Function]:
    """The functions that the text of kith.h declares, each with the comment of its group."""
    found, comment = [], ""
    token = re.compile(r"/\*.*?\*/|\n[ \t]*\n|^(KITH_UNSTABLE|KITH_API)\s+([^;()]*?)(kith_\w+)"
                       r"\s*\(([^;]*)\)\s*;", re.S | re.M)
    for match in token.finditer(header):
        text = match.group(0)
        if text.startswith("/*"):
            comment = text
        elif text.isspace():
            comment = ""
        else:
            parameters = [" ".join(p.split()) for p in match.group(4).split(",")]
            found.append(Function(match.group(3), re.sub(r"\s*\*", "*", match.group(2).strip()),
                                  [p for p in parameters if p != "void"], comment,
                                  match.group(1) == "KITH_UNSTABLE"))
    return found


def check_header(header: str) -> Iterator[str]:
    """Each function is documented as unstable, ends with its error, and says who owns what."""
    for f in functions(header):
        if not f.unstable:
            yield f"{f.name}: is not marked KITH_UNSTABLE"
        fails = f.parameters[-1:] == ["kith_error** error"]
        if f.returns == "int32_t" and any("**" in p for p in f.parameters) and not fails:
            yield f"{f.name}: has out-parameters, and `kith_error** error` is not the last"
        gives = f.returns.endswith("*") or any(
            p.count("*") == 2 and not p.startswith(("kith_error**", "const char* const*"))
            for p in f.parameters)
        if gives and not OWNERSHIP.search(f.comment):
            yield f"{f.name}: gives a pointer, and its comment has no @ownership line"
        if gives and not f.returns.startswith("const") and f.returns != "int32_t":
            yield f"{f.name}: returns a pointer that can be written through"
        if re.search(r"\bkith_\w+$", f.returns):
            yield f"{f.name}: returns a struct by value"
        if not f.comment and not f.name.endswith(("_free", "_count", "_id")):
            yield f"{f.name}: has no comment"


def check_guards(path: str, source: str) -> Iterator[str]:
    """The first statement of each function of the C interface is its guard."""
    opened = re.compile(r"^[\w][\w *]*?\b(kith_\w+)\(([^;{}]*?)\)\s*\{\s*(.*?)\(", re.S | re.M)
    for match in opened.finditer(source):
        name, first = match.group(1), " ".join(match.group(3).split())
        if first not in ("return guard", "return guard_get", "guard_free"):
            yield f"{path}: {name} does not begin with its guard but with: {first[:60]}"


def implemented(sources: dict[str, str]) -> set[str]:
    opened = re.compile(r"^[\w][\w *]*?\b(kith_\w+)\([^;{}]*?\)\s*\{", re.S | re.M)
    return {name for text in sources.values() for name in opened.findall(text)}


def enumerators(text: str, prefix: str) -> dict[str, int]:
    """Name in capitals -> number of the enumerators that begin with `prefix`: KITH_IO, kIo."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.S)
    found = {}
    for name, number in re.findall(rf"\b{prefix}(\w+)\s*=\s*(-?\d+)", text):
        words = name if name.isupper() else re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper()
        found[words] = int(number)
    return found


def exported(library: pathlib.Path) -> set[str]:
    """The symbols that a shared library shows, versions of the script apart."""
    listed = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True,
                            check=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return {row[-1].partition("@")[0] for row in rows if row[-2] != "A"}
