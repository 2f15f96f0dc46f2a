"""Reads a build folder's compile_commands.json, for the tools that run clang over it."""
import dataclasses
import json
import pathlib
import shlex

ROOT = pathlib.Path(__file__).resolve().parents[1]


@dataclasses.dataclass(frozen=True)
class Unit:
    """One translation unit: its source relative to the project, and how it is compiled."""

    source: str
    directory: str
    arguments: tuple[str, ...]  # compiler and flags, without output and source


def without_output(arguments: list[str]) -> list[str]:
    """Drops the ccache launcher, `-o FILE`, `-c` and the dependency file's flags."""
    compilers = ("clang", "g++", "gcc", "c++", "cc")
    names = [pathlib.PurePath(a).name for a in arguments]
    first = next((i for i, n in enumerate(names) if n.startswith(compilers) and n != "ccache"), 0)
    arguments = arguments[first:]
    kept = []
    skip = False
    for argument in arguments:
        if skip:
            skip = False
        elif argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument not in ("-c", "-MD", "-MMD"):
            kept.append(argument)
    return kept


def units(build: pathlib.Path) -> list[Unit]:
    """The project's own translation units, those outside the build folder, one per source."""
    found: dict[str, Unit] = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        source = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not source.is_relative_to(ROOT) or source.is_relative_to(ROOT / "build"):
            continue
        name = str(source.relative_to(ROOT))
        arguments = without_output(shlex.split(entry["command"]))
        flags = tuple(a for a in arguments if pathlib.Path(entry["directory"], a) != source)
        found[name] = Unit(name, entry["directory"], flags)
    return [found[name] for name in sorted(found)]
