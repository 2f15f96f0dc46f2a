"""Runs the built `kith` in a folder of its own. Plain unittest, so that any build can run it."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = ["--now", "2026-03-01T09:00:00Z"]


def program() -> pathlib.Path:
    """The command of the build folder that ctest, or the person at the keyboard, names."""
    build = os.environ.get("KITH_BUILD_DIR")
    if build:
        return pathlib.Path(build) / "bin/kith"
    for preset in ("release", "dev"):
        if (ROOT / "build" / preset / "bin/kith").exists():
            return ROOT / "build" / preset / "bin/kith"
    raise unittest.SkipTest("no kith command is built; set KITH_BUILD_DIR")


class Done:
    """What a run of the command left behind."""

    def __init__(self, run: "subprocess.CompletedProcess[str]") -> None:
        self.code, self.out, self.err = run.returncode, run.stdout, run.stderr

    def json(self):  # noqa: ANN201
        return json.loads(self.out)

    def __repr__(self) -> str:
        return f"exit code {self.code}\n{self.out}{self.err}"


class CommandTest(unittest.TestCase):
    """Each test works in an empty folder; `self.crm()` makes a database there."""

    maxDiff = None

    def setUp(self) -> None:
        self.program = str(program())
        held = tempfile.TemporaryDirectory()
        self.addCleanup(held.cleanup)
        self.folder = pathlib.Path(held.name)

    def run_kith(self, *arguments: str, stdin: str = "", before: "tuple[str, ...]" = ()) -> Done:
        command = [*before, self.program, *arguments]
        return Done(subprocess.run(command, cwd=self.folder, input=stdin, capture_output=True,
                                   text=True, timeout=60, check=False))

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        run = subprocess.Popen([self.program, *arguments], cwd=self.folder, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(run.communicate)
        self.addCleanup(run.kill)
        return run

    def ok(self, *arguments: str, **how) -> Done:  # noqa: ANN003
        done = self.run_kith(*arguments, **how)
        self.assertEqual((done.code, done.err), (0, ""), done)
        return done

    def refused(self, code: int, *arguments: str,
                says: "tuple[str, ...] | str", **how) -> Done:  # noqa: ANN003
        """Fails with this exit code, with all of these words on standard error."""
        done = self.run_kith(*arguments, **how)
        self.assertEqual(done.code, code, done)
        self.assertTrue(done.err, "an error must be explained")
        for words in (says,) if isinstance(says, str) else says:
            self.assertIn(words, done.err)
        return done

    def write(self, name: str, content: "str | bytes") -> str:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)
        return name

    def crm(self) -> str:
        """A database of the standard model with account:1, Acme, and its deal:1, Rockets."""
        self.ok("init", "crm", *NOW)
        self.ok("create", "crm", "account", "name=Acme", *NOW)
        self.ok("create", "crm", "deal", "name=Rockets", "account=account:1", "amount=1200.5", *NOW)
        return "crm"

    def count(self, db: str, entity: str) -> int:
        return self.ok("query", db, entity, "-m", "count", "-f", "json").json()["rows"][0][0]
