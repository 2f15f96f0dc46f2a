"""Reads *.kith files, runs their commands on a face and compares: README.md is the format.

    class Face(scenario.Face):
        def run(self, state: State, command: Command) -> list[str]: ...

    sys.exit(scenario.main(sys.argv[1:], Face("python")))

What the Python and the command-line runner share; scenario.h is the same for C and C++.
"""
from __future__ import annotations

import argparse
import contextlib
import os
import pathlib
import sys
import tempfile
from dataclasses import dataclass, field

FLAGS = {"--history", "--restore", "--purge", "--dry-run", "--deleted", "--override",
         "--newest-first", "--dead", "--repair", "--with-references", "--yes"}
EMPTY_MODEL = '{"kith_model": 1}'
MODES = ("disk", "reopen", "memory", "tiny")


class Unreadable(Exception):
    """The file is no scenario."""


@dataclass
class Command:
    """``verb word 'quoted word' --option value field=value``."""

    line: int
    words: list[str]
    body: str | None = None  #: of a here-document

    def __post_init__(self) -> None:
        self.verb = self.words[0]
        self.arguments: list[str] = []
        self.flags: set[str] = set()
        self.options: dict[str, list[str]] = {}
        rest = iter(self.words[1:])
        for word in rest:
            if word in FLAGS:
                self.flags.add(word)
            elif word.startswith("--"):
                self.options.setdefault(word, []).append(next(rest, ""))
            else:
                self.arguments.append(word)

    def option(self, name: str, otherwise: str = "") -> str:
        """The value of an option that is given at most once."""
        return self.options.get(name, [otherwise])[0]


@dataclass
class Step:
    """Commands, and what all of them together print."""

    commands: list[Command] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    expected_line: int = 0  #: of the first line of what is expected, or of the last command


@dataclass
class State:
    """What the lines of a scenario have set so far."""

    mode: str
    database: str = ""
    now: str = "2026-03-01T09:00:00Z"
    actor: str = ""
    zone: str = "UTC"


class Face:
    """A way to use kith."""

    def __init__(self, name: str, modes: tuple[str, ...] = MODES) -> None:
        self.name = name
        self.modes = modes

    def create(self, state: State, model: str) -> list[str]:
        """A new database of this model document; "" is the standard model."""
        raise NotImplementedError

    def run(self, state: State, command: Command) -> list[str]:
        """Carries a command out; the lines of its answer, or of its error."""
        raise NotImplementedError

    def reopen(self, state: State) -> None:
        """Closes the database and opens it again."""

    def close(self) -> None:
        """Nothing open: harmless."""

    def wanted(self, expected: list[str]) -> list[str]:
        """What of the expected lines this face can be asked for."""
        return expected


# ---- reading --------------------------------------------------------------------------------


class Reader:
    """The lines of a file, read into steps."""

    def __init__(self, path: pathlib.Path) -> None:
        text = path.read_text(encoding="utf-8")
        if not text.endswith("\n"):
            raise Unreadable(f"{path}: no newline at the end of the file")
        self.path = path
        self.lines = text.split("\n")[:-1]
        self.at = 0

    def steps(self) -> list[Step]:
        found = []
        while self.at < len(self.lines):
            if self.lines[self.at].strip(" "):
                step = self._step()
                found += [step] if step.commands else []
            else:
                self.at += 1
        return found

    def _fail(self, what: str) -> Unreadable:
        return Unreadable(f"{self.path}:{self.at}: {what}")

    def _step(self) -> Step:
        step = Step()
        while self.at < len(self.lines) and self.lines[self.at].strip(" "):
            line = self.lines[self.at]
            if line == "----":
                self.at += 1
                self._expected(step)
                break
            if line.startswith("#"):
                self.at += 1
            else:
                step.commands.append(self._command())
                step.expected_line = self.at
        if not step.commands and step.expected:
            raise self._fail("---- without a command before it")
        return step

    def _expected(self, step: Step) -> None:
        step.expected_line = self.at + 1
        while self.at < len(self.lines) and self.lines[self.at].strip(" "):
            step.expected.append(self.lines[self.at])
            self.at += 1

    def _command(self) -> Command:
        line = self.at + 1
        text = self.lines[self.at]
        self.at += 1
        words: list[str] = []
        word: str | None = None
        quote = ""
        at = 0
        while True:
            if at == len(text):
                if not quote:
                    break
                if self.at == len(self.lines):
                    raise self._fail("a quotation mark is never closed")
                text += "\n" + self.lines[self.at]
                self.at += 1
            c = text[at]
            at += 1
            if not quote and c == " ":
                words += [word] if word is not None else []
                word = None
                continue
            word = word or ""
            if c == quote:
                quote = ""
            elif not quote and c in "'\"":
                quote = c
            elif c == "\\" and quote != "'" and at < len(text):
                word += text[at]
                at += 1
            else:
                word += c
        words += [word] if word is not None else []
        if not words[-1].startswith("<<"):
            return Command(line, words)
        return Command(line, words[:-1], self._body(words[-1][2:]))

    def _body(self, end: str) -> str:
        for last in range(self.at, len(self.lines)):
            if self.lines[last] == end:
                body = "".join(line + "\n" for line in self.lines[self.at:last])
                self.at = last + 1
                return body
        raise self._fail("the here-document is never ended")


# ---- running --------------------------------------------------------------------------------


class Skipped(Exception):
    """The scenario says that it is not for this face or mode."""


class Run:
    """One file on one face in one mode."""

    def __init__(self, face: Face, mode: str) -> None:
        self.face = face
        self.state = State(mode)
        self.databases = 0

    def step(self, step: Step) -> list[str]:
        got: list[str] = []
        for command in step.commands:
            done = self._directive(command)
            if done is None:
                done = self.face.run(self.state, command)
                if self.state.mode == "reopen":
                    self.face.reopen(self.state)
            got += done
        return [line for text in got for line in text.split("\n")]

    def _directive(self, command: Command) -> list[str] | None:
        word = command.words[1] if len(command.words) > 1 else ""
        if command.verb == "model" and word != "apply":
            return self._create(command, word)
        if command.verb in ("now", "actor", "zone"):
            setattr(self.state, command.verb, word)
        elif command.verb == "open":
            self.state.database = word
            self.face.reopen(self.state)
        elif command.verb == "same":
            one, other = (pathlib.Path(name).read_bytes() for name in command.arguments)
            return [] if one == other and one else [f"{' and '.join(command.arguments)} differ"]
        elif command.verb == "skip":
            if word in (self.state.mode, self.face.name):
                raise Skipped
        elif command.verb == "file" and command.body is not None:
            pathlib.Path(word).write_text(command.body, encoding="utf-8")
        else:
            return None
        return []

    def _create(self, command: Command, word: str) -> list[str]:
        self.face.close()
        self.databases += 1
        memory = self.state.mode == "memory"
        self.state.database = ":memory:" if memory else f"crm-{self.databases}"
        model = command.body if command.body is not None else ""
        return self.face.create(self.state, EMPTY_MODEL if word == "empty" else model)


def differ(path: pathlib.Path, face: Face, mode: str, step: Step, got: list[str]) -> bool:
    """Whether the answer is another than the expected one; says which line."""
    wanted = face.wanted(step.expected)
    for at in range(max(len(wanted), len(got))):
        expected = wanted[at] if at < len(wanted) else "(nothing more)"
        answer = got[at] if at < len(got) else "(nothing more)"
        if expected != answer:
            print(f"{path}:{step.expected_line + at}: {face.name}, {mode}\n"
                  f"expected: {expected}\ngot:      {answer}", file=sys.stderr)
            return True
    return False


def run_file(face: Face, path: pathlib.Path, steps: list[Step], mode: str) -> int:
    """Runs in a folder of its own, so that files are named as the scenario names them."""
    shared = "/dev/shm"
    fast = os.access(shared, os.W_OK) and "TMPDIR" not in os.environ
    with (tempfile.TemporaryDirectory(prefix="kith-scenario-", dir=shared if fast else None) as at,
          contextlib.chdir(at)):
        run = Run(face, mode)
        try:
            return int(any(differ(path, face, mode, step, run.step(step)) for step in steps))
        except Skipped:
            return 0
        finally:
            face.close()


def main(argv: list[str], face: Face) -> int:
    """0 when all is as expected, 1 when something is not, 2 when a scenario cannot be read."""
    parser = argparse.ArgumentParser(description=f"Runs scenarios on the face {face.name}.")
    parser.add_argument("--mode", action="append", choices=face.modes)
    parser.add_argument("paths", nargs="+", type=pathlib.Path, metavar="PATH")
    options = parser.parse_args(argv)
    result = 0
    for given in options.paths:
        paths = sorted(given.glob("*.kith")) if given.is_dir() else [given]
        if not paths:
            print(f"{given}: no scenarios", file=sys.stderr)
            result = 2
        for path in paths:
            try:
                steps = Reader(path).steps()
            except Unreadable as unreadable:
                print(unreadable, file=sys.stderr)
                result = 2
                continue
            for mode in options.mode or face.modes:
                result = max(result, run_file(face, path, steps, mode))
    return result
