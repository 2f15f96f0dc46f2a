#!/usr/bin/env python3
"""A host that is killed, again and again, and goes on: the end is the same.

    run_kills.py --program build/release/bin/kith corpus/agency.kith

The commands of a story are told to a `kith shell` on disk, which is killed with SIGKILL: after
every single command, and at random moments, within commands too. Each time the host starts it
again and goes on from where it was. It does what a host must: a command that was under way is
looked for by what it would have changed; events that have an id, and ticks, are simply told again;
messages are leased, delivered and acknowledged, and leased again once the lease has run out.

At the end every record, timeline, run and stage is as in a story without kills; every message
was delivered at least once, and none under two idempotency keys.
"""
from __future__ import annotations

import argparse
import contextlib
import json
import os
import pathlib
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import scenario
from run_cli import Died, Shell
from scenario import Command, State

WANTED = 20  # kills within a command
MOST_STORIES = 40
READS = {"query", "get", "report", "runs", "timeline", "stages", "moves", "next-due", "score"}
AGAIN = {"capture", "receive", "tick"}  # harmless when told twice


@dataclass
class Scene:
    """A command of the story, and when and by whom it is told."""

    command: Command
    now: str
    actor: str


def read_story(path: pathlib.Path) -> tuple[str, list[Scene]]:
    """The model document and the commands that change something."""
    model, now, actor, scenes = "", "", "", []
    for step in scenario.Reader(path).steps():
        for command in step.commands:
            word = command.words[1] if len(command.words) > 1 else ""
            if command.verb == "model":
                model = command.body or ""
            elif command.verb == "now":
                now = word
            elif command.verb == "actor":
                actor = word
            elif command.verb not in READS and command.words[:2] != ["outbox", "ack"]:
                scenes.append(Scene(command, now, actor))
    return model, scenes


def later(now: str, seconds: int) -> str:
    at = datetime.fromisoformat(now) + timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Host:
    """Tells the story to one shell after the other."""

    def __init__(self, program: str, model: str, dice: random.Random | None,
                 pace: float = 0, kill_after_each: bool = False, careless: bool = False) -> None:
        self.program = program
        self.dice = dice  #: when to kill; None: not at random
        self.pace = pace  #: seconds that a command takes on this machine, about
        self.kill_after_each = kill_after_each
        self.careless = careless  #: takes every fifth command for done that never arrived
        self.played = 0
        self.kills = 0
        self.kills_within = 0  #: while a command was under way
        self.delivered: dict[str, set[str]] = {}  #: what was delivered under which keys
        self.shell: Shell | None = None
        self.timer: threading.Timer | None = None
        pathlib.Path("model.json").write_text(model, encoding="utf-8")
        self.in_vain = 0  #: deaths since a command was answered
        self._start(["--model", "model.json"])

    def _start(self, words: list[str]) -> None:
        shell = Shell(self.program, State("disk", "crm", "2026-03-01T00:00:00Z"), words)
        self.shell = shell
        if shell.failure:
            raise AssertionError(f"the database does not open: {shell.failure}")
        if self.dice is not None:  # after deaths in vain it is given more time, so that it ends
            life = self.dice.uniform(0, 6 * self.pace) * (1 + self.in_vain)
            self.timer = threading.Timer(life, shell.process.kill)
            self.timer.start()

    def end(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
        if self.shell is not None:
            self.shell.process.kill()
            self.shell.close()
        self.shell = None

    def _tell(self, scene: Scene, *words: str) -> tuple[str, str]:
        """What a command prints and complains; Died when it was killed on the way."""
        if self.shell is None:
            self._start([])
        assert self.shell is not None
        state = State("disk", "crm", scene.now, scene.actor)
        try:
            answer = self.shell.run(state, Command(0, list(words)))
        except Died:
            self.end()
            self.kills += 1
            self.in_vain += 1
            raise
        self.in_vain = 0
        return answer

    def _ask(self, scene: Scene, *words: str) -> str:
        """The answer to a question, asked until there is one."""
        while True:
            with contextlib.suppress(Died):
                return self._tell(scene, *words)[0]

    def _evidence(self, scene: Scene) -> str:
        """What is different once the command has landed."""
        command = scene.command
        if command.verb == "create":
            return self._ask(scene, "query", "--json", json.dumps({
                "entity": command.arguments[0], "include_deleted": True,
                "measures": [{"name": "n", "function": "count"}]}))
        return str(json.loads(self._ask(scene, "get", command.arguments[0]))["version"])

    def play(self, scene: Scene) -> None:
        """Carries a scene out, whatever happens on the way."""
        self.played += 1
        if self.careless and self.played % 5 == 0:
            return
        if scene.command.words[:2] == ["outbox", "lease"]:
            self._deliver(scene)
        elif scene.command.words[0] == "outbox":
            self._ask(scene, *scene.command.words)
        else:
            again = scene.command.verb in AGAIN
            before = "" if again else self._evidence(scene)
            while True:
                try:
                    self._tell(scene, *scene.command.words)
                    break
                except Died:
                    self.kills_within += 1
                    if not again and self._evidence(scene) != before:
                        break
        if self.kill_after_each and self.shell is not None:
            self.end()
            self.kills += 1

    def _deliver(self, scene: Scene) -> None:
        """Leases, delivers and acknowledges until nothing is left, nothing leased either."""
        at = scene
        while True:
            try:
                printed, _ = self._tell(at, "outbox", "lease", "--limit", "5", "--ttl", "60s")
                messages = json.loads(printed)
                for message in messages:
                    what = json.dumps([message["topic"], message.get("record"),
                                       message["payload"], message["run"]], sort_keys=True)
                    self.delivered.setdefault(what, set()).add(message["idempotency_key"])
                    # Gone already, or leased again: then it comes back or has been settled.
                    self._tell(at, "outbox", "ack", str(message["sequence"]),
                               "--token", str(message["token"]))
                if not messages:
                    return
            except Died:
                self.kills_within += 1
                at = replace(at, now=later(at.now, 61))

    def state(self, types: list[str]) -> Iterator[str]:
        """Everything that can be read at the end."""
        end = Scene(Command(0, ["query"]), "2026-12-31T00:00:00Z", "")
        for entity in types:
            rows = json.loads(self._ask(end, "query", "--json", json.dumps(
                {"entity": entity, "include_deleted": True})))["rows"]
            for row in rows:
                yield json.dumps(row)
                yield self._ask(end, "timeline", str(row[0]))
                yield self._ask(end, "get", "--history", str(row[0]))
                yield self._ask(end, "stages", str(row[0]))
        yield self._ask(end, "runs")
        yield self._ask(end, "outbox", "list")
        yield self._ask(end, "next-due")


def tell(program: str, model: str, scenes: list[Scene], **how: object) -> tuple[Host, list[str]]:
    """The whole story in a folder of its own; the host and what is there at the end."""
    fast = "/dev/shm" if os.access("/dev/shm", os.W_OK) and "TMPDIR" not in os.environ else None
    with tempfile.TemporaryDirectory(prefix="kith-kill-", dir=fast) as at, contextlib.chdir(at):
        host = Host(program, model, **how)  # type: ignore[arg-type]
        try:
            for scene in scenes:
                host.play(scene)
            host.dice = None
            host.end()
            return host, list(host.state(list(json.loads(model)["entities"])))
        finally:
            host.end()


def differences(name: str, told: tuple[Host, list[str]], calm: tuple[Host, list[str]]) -> list[str]:
    host, state = told
    found = [f"{name}: {len(state)} answers at the end instead of {len(calm[1])}"]
    found = found if len(state) != len(calm[1]) else []
    found += [f"{name}: at the end\n  {got}\ninstead of\n  {right}"
              for got, right in zip(state, calm[1], strict=False) if got != right]
    wanted = calm[0].delivered.keys()
    found += [f"{name}: not delivered: {what}" for what in wanted - host.delivered.keys()]
    found += [f"{name}: delivered for no reason: {what}" for what in host.delivered.keys() - wanted]
    found += [f"{name}: two keys {sorted(keys)} for one message {what}"
              for what, keys in host.delivered.items() if len(keys) > 1]
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True, type=pathlib.Path)
    parser.add_argument("--stories", type=int, default=4, help="told with kills at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("story", type=pathlib.Path)
    options = parser.parse_args()
    model, scenes = read_story(options.story)
    program = str(options.program.resolve())
    start = time.monotonic()
    calm = tell(program, model, scenes, dice=None)
    pace = (time.monotonic() - start) / len(scenes)
    complaints = [] if calm[0].delivered else ["the story delivers no message: it proves nothing"]
    killed = tell(program, model, scenes, dice=None, kill_after_each=True)
    complaints += differences("killed after every command", killed, calm)
    kills = killed[0].kills
    within = told_so_far = 0
    # As often as it takes: a kill is as likely to fall between two commands.
    while told_so_far < options.stories or (within < WANTED and told_so_far < MOST_STORIES):
        seed = options.seed + told_so_far
        told = tell(program, model, scenes, dice=random.Random(seed), pace=pace)
        complaints += differences(f"seed {seed}", told, calm)
        kills += told[0].kills
        within += told[0].kills_within
        told_so_far += 1
        if told[0].kills_within == 0:  # the machine was slower when the pace was taken
            pace /= 2
    if within < WANTED:
        complaints.append(f"only {within} kills fell within a command: they come too late")
    # A host that does not look what became of a command must be found out, or this proves nothing.
    with contextlib.suppress(ValueError):  # it asks for records that are not there
        careless = tell(program, model, scenes, dice=None, careless=True)
        if not differences("careless", careless, calm):
            complaints.append("a careless host was not found out")
    for complaint in complaints[:5]:
        print(complaint, file=sys.stderr)
    print(f"{kills} kills, {within} of them within a command")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
