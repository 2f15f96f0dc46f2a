"""A database to rely on: checking it, copying it as files or as text, packing it anew.

    report = db.check()
    for problem in report.problems:
        print(problem)
    db.backup("crm-monday")                     # a copy of the files, while others write
    db.dump("crm.jsonl")                        # a documented text that later versions load
    kith.load("crm2", "crm.jsonl")              # the same database again, history included
    kith.compact("crm")                         # nobody has it open: drop unused space

A backup is a database like any other, of the moment the call began. A dump is JSON lines
(docs/dump-format.md): it is what is exchanged with strangers and between versions, as opening
somebody else's files is not safe. Each makes its target whole or not at all.
"""
from __future__ import annotations

import builtins
import codecs
import contextlib
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

from . import _core
from .handles import DatabasePath, path_bytes

DumpTarget = str | os.PathLike[str] | IO[Any]
DumpSource = str | os.PathLike[str] | IO[bytes]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not what it must be. ``print(problem)`` writes it on a line."""

    code: str  #: "record_corrupt", "index_missing", "index_orphan", "unique_duplicate", ...
    where: str  #: "deal:42", "index deal.by_stage", "history 1234", "timer 7"
    message: str  #: what is wrong, for a person
    repairable: bool
    repaired: bool

    def __str__(self) -> str:
        return f"{self.where}: {self.message} [{self.code}]{' repaired' if self.repaired else ''}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found, and what it looked at."""

    problems: tuple[Problem, ...]  #: the first `max_problems`
    problem_count: int  #: all of them
    repaired: int
    records: int
    references: int
    index_entries: int  #: of every kind
    changes: int  #: entries of the history
    blobs: int
    queue_rows: int  #: timers, runs, messages and what belongs to them

    @property
    def clean(self) -> bool:
        """Nothing is wrong, or nothing is left wrong."""
        return self.problem_count == self.repaired


@dataclass(frozen=True, slots=True)
class DumpStats:
    """What a dump holds."""

    records: int
    changes: int  #: entries of the history
    queue_rows: int  #: timers, runs, messages and what belongs to them
    blobs: int
    bytes: int


@dataclass(frozen=True, slots=True)
class CompactResult:
    """What packing a database anew gained."""

    bytes_before: int  #: of data.mdb
    bytes_after: int
    slots_reclaimed: int  #: places in records of fields that were removed


def load(path: DatabasePath, source: DumpSource, *, max_readers: int = 1024,
         max_file_bytes: int = 0, limits: Mapping[str, int] | None = None) -> DumpStats:
    """Makes a new database at `path` from a dump: a path, or a file opened for reading in binary.

    ImportInvalid names the line of a dump that is not one, or was cut short; VersionMismatch names
    both versions when a newer kith wrote it.
    """
    def load_from(read: Callable[[int], bytes]) -> DumpStats:
        return DumpStats(*_core.load(path_bytes(path), read, max_readers, max_file_bytes,
                                     dict(limits or {})))

    if isinstance(source, str | os.PathLike):
        with builtins.open(source, "rb") as file:
            return load_from(file.read)
    return load_from(source.read)


def compact(path: DatabasePath) -> CompactResult:
    """Writes the database at `path` anew, without unused space, and puts it in the old one's place.

    Busy when anybody, this process included, has it open. Needs the room for a second copy while
    it runs.
    """
    return CompactResult(*_core.compact(path_bytes(path)))


def dump_to(native: _core.Database, to: DumpTarget) -> DumpStats:
    """Writes a dump; a file that is named is whole in the end, or as it was before."""
    if isinstance(to, str | os.PathLike):
        with _replacing(os.path.realpath(to)) as file:
            return DumpStats(*native.dump(file.write))
    if not hasattr(to, "encoding"):
        return DumpStats(*native.dump(to.write))

    # A block may end within a character.
    decoder = codecs.getincrementaldecoder("utf-8")()
    stats = DumpStats(*native.dump(lambda block: to.write(decoder.decode(block))))
    decoder.decode(b"", final=True)
    return stats


@contextlib.contextmanager
def _replacing(path: str) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when all of it is on disk; pipes are written to."""
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        with builtins.open(path, "wb") as file:
            yield file
        return
    part = path + ".part"
    with builtins.open(part, "wb") as file:
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            os.unlink(part)
            raise
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
