#!/usr/bin/env python3
"""The scenarios on the command `kith`, in what it prints with --format json.

On disk (mode reopen) each command is a process of its own; in memory all of them are lines that
one `kith shell` reads.
"""
from __future__ import annotations

import contextlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile
from typing import IO, Any

import scenario
from scenario import Command, State


class Lexeme(str):
    """A number as it was written."""


def compact(value: Any) -> str:
    if isinstance(value, Lexeme):
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(k)}:{compact(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def documents(text: str) -> list[Any]:
    """The JSON values of a text, one behind the other; numbers as they were written."""
    decoder = json.JSONDecoder(parse_float=Lexeme, parse_int=Lexeme)
    found = []
    at = 0
    while rest := text[at:].lstrip():
        at = len(text) - len(rest)
        value, at = decoder.raw_decode(text, at)
        found.append(value)
    return found


# ---- what the command printed, as scenarios write it ------------------------------------------


def columns_line(columns: list[dict[str, str]]) -> str:
    texts = []
    for column in columns:
        text = f"{column['name']} {column['type']}"
        text += f" {column['format']}" if "format" in column else ""
        texts.append(text + (f" ({column['label']})" if column["label"] != column["name"] else ""))
    return "columns " + "; ".join(texts)


def table_lines(table: dict[str, Any]) -> list[str]:
    head = [f"report {table['name']}: {table['title']}"] if "title" in table else []
    head += [f"{name} {table[name]}" for name in ("note", "bars") if name in table]
    more = [f"continuation {table['continuation']}"] if "continuation" in table else []
    return [*head, columns_line(table["columns"]), *map(compact, table["rows"]), *more]


# What a scenario is told of an object that has more.
MEMBERS = {"backup": (), "compact": ("slots_reclaimed",),
           "dump": ("records", "changes", "queue_rows", "blobs"),
           "load": ("records", "changes", "queue_rows", "blobs"),
           "trim": ("dropped", "first_kept", "held_by")}


def told(verb: str, value: dict[str, Any]) -> list[str]:
    lines = list(map(compact, value.pop("changes"))) if verb == "changes" else []
    wanted = {name: value[name] for name in MEMBERS.get(verb, value)}
    return [*lines, compact(wanted)] if wanted else lines


def answer_lines(command: Command, printed: str) -> list[str]:
    if command.verb == "model":  # lines for people: what changes, and how many
        return [line.strip() for line in printed.splitlines() if line.startswith("  ")]
    lines: list[str] = []
    plain = command.verb == "create" or "--type" in command.options  # a name, not JSON
    for value in printed.splitlines() if plain else documents(printed):
        if plain:
            lines.append(value)
        elif isinstance(value, dict) and "columns" in value:
            lines += table_lines(value)
        elif isinstance(value, list) and command.verb != "cel":
            lines += map(compact, value)
        elif isinstance(value, dict) and (command.verb in MEMBERS or command.verb == "changes"):
            lines += told(command.verb, value)
        else:
            lines.append(compact(value))
    return lines


def error_lines(command: Command, text: str) -> list[str]:
    try:
        error = json.loads(text)
    except ValueError:
        return [f"no error in JSON: {text}"]
    message = error["message"]
    applied = command.words[:2] == ["model", "apply"] and error["code"] != "MODEL_INVALID"
    if applied or command.verb == "load":
        message = message.removeprefix(command.arguments[-1] + ": ")  # the file that it read
    lines = [f"error {error['code']} {message}"]
    for each in error["violations"]:
        place = f"{each['line']}:{each['column']} " if each["line"] else ""
        subject = ".".join(name for name in (each["entity"], each["field"]) if name)
        lines.append(f"  {place}{subject}{' ' if subject else ''}[{each['code']}] "
                     f"{each['message']}")
    return lines


# ---- the two ways to run it -------------------------------------------------------------------


class Processes:
    """A process for each command."""

    def __init__(self, program: str, state: State, words: list[str]) -> None:
        self.program = program
        self.failure = self._run(state, ["init", state.database, *words])[1]

    def _run(self, state: State, words: list[str]) -> tuple[str, str]:
        actor = ["--actor", state.actor] if state.actor else []
        done = subprocess.run(
            [self.program, "--format", "json", "--now", state.now, "--time-zone", state.zone,
             *actor, *words], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout, done.stderr

    def run(self, state: State, command: Command) -> tuple[str, str]:
        words = list(command.words)
        if command.verb == "cel":
            words += ["--db", state.database] if {"--on", "--type"} & command.options.keys() else []
        elif command.verb != "load":
            of_two_words = (words[0] in ("model", "outbox")
                            or words[:2] in (["runs", "cancel"], ["cursors", "drop"]))
            words.insert(2 if of_two_words else 1, state.database)
        return self._run(state, words)

    def close(self) -> None:
        pass


class Died(Exception):
    """The process ended while a command was under way."""


class Shell:
    """One `kith shell` that reads the commands from a pipe."""

    def __init__(self, program: str, state: State, words: list[str]) -> None:
        self.complaints: IO[str] = tempfile.TemporaryFile("w+")  # noqa: SIM115  (closed by close())
        self.process = subprocess.Popen(
            [program, "--format", "json", "--now", state.now, "shell", state.database, *words],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, text=True)
        self.marks = 0
        self.said: dict[str, str] = {}
        self.failure = ""
        try:
            self._send([])
        except Died as died:
            self.failure = str(died)

    def _send(self, lines: list[str]) -> tuple[str, str]:
        """What the lines print; a time, printed behind them, tells where that ends."""
        assert self.process.stdin and self.process.stdout
        self.marks += 1
        mark = f"19{self.marks // 366 % 100:02}-01-01T00:00:{self.marks % 60:02}Z"
        printed = ""
        begin = self.complaints.tell()
        with contextlib.suppress(BrokenPipeError):
            said = [*lines, f".now {mark}", ".now"]
            self.process.stdin.write("".join(f"{line}\n" for line in said))
            self.process.stdin.flush()
            for line in self.process.stdout:
                if line == mark + "\n":
                    self.complaints.seek(begin)
                    return printed, self.complaints.read()
                printed += line
        self.complaints.seek(0)
        raise Died(self.complaints.read())

    def run(self, state: State, command: Command) -> tuple[str, str]:
        wanted = {".zone": state.zone, ".actor": state.actor}
        lines = [shlex.join([name, value] if value else [name])
                 for name, value in wanted.items() if self.said.get(name, "") != value]
        refused = self._send(lines)[1] if lines else ""
        if refused:
            return "", refused
        self.said = wanted
        return self._send([f".now {state.now}", shlex.join(command.words)])

    def close(self) -> None:
        self.process.communicate()
        self.complaints.close()


class CommandLine(scenario.Face):
    """The program `kith`."""

    def __init__(self, program: str) -> None:
        super().__init__("cli", ("reopen", "memory"))
        self.program = program
        self.kith: Processes | Shell | None = None

    def create(self, state: State, model: str) -> list[str]:
        pathlib.Path("model.json").write_text(model, encoding="utf-8")
        if state.mode == "memory":
            words = ["--model", "model.json" if model else "standard"]
            self.kith = Shell(self.program, state, words)
        else:
            words = ["--model", "model.json"] if model else []
            self.kith = Processes(self.program, state, words)
        if not self.kith.failure:
            return []
        return error_lines(Command(0, ["model"]), self.kith.failure)

    def close(self) -> None:
        if self.kith is not None:
            self.kith.close()
        self.kith = None

    def run(self, state: State, command: Command) -> list[str]:
        if self.kith is None:
            return ["no database: begin with a line `model`"]
        printed, complaint = self.kith.run(state, command)
        if command.verb == "dump" and '"code"' not in complaint:
            printed, complaint = complaint, ""  # standard output may be the dump itself
        return error_lines(command, complaint) if complaint else answer_lines(command, printed)


if __name__ == "__main__":
    argv = sys.argv[1:]
    if argv[:1] != ["--program"] or len(argv) < 2:
        sys.exit("usage: run_cli.py --program KITH [--mode reopen|memory]... PATH...")
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(scenario.main(argv[2:], CommandLine(str(pathlib.Path(argv[1]).resolve()))))
