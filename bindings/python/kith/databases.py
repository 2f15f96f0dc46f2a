"""One directory on disk is one CRM."""
from __future__ import annotations

import atexit
import os
import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from . import _core
from .automations import TickResult
from .expressions import Expression, ExpressionOptions
from .handles import DatabasePath, Handle, path_bytes
from .integrity import CheckReport, DumpStats, DumpTarget, Problem, dump_to
from .models import ApplyResult, EntityInfo, Model, ModelChange, document_text, entity_info
from .options import (
    Capabilities,
    Clock,
    DeliverOptions,
    TickOptions,
    TransactionOptions,
    system_clock,
)
from .outbox import DeliveryResult, OutboxMessage
from .readers import OneShot, Snapshot
from .sessions import Session, Transaction

_open: weakref.WeakSet[Handle] = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class DatabaseInfo:
    """A database in figures."""

    path: str
    model_name: str
    written_by: str  #: the version of kith that made it
    format: int
    generation: int  #: of the model
    first_sequence: int  #: of the history that is kept; 0: there is none yet
    last_sequence: int  #: of the history
    snapshots: int  #: open ones of this process
    file_bytes: int
    read_only: bool


class Database(Handle, OneShot):
    """An open database, made by `kith.open` or `kith.create`.

    Any thread may use it. Closing it closes its sessions and snapshots and undoes an open
    transaction, so that the files are free; a ``with`` statement does so at its end. (The
    connections of Python's sqlite3 commit there, and stay open.)
    """

    _native: _core.Database

    def __init__(self, native: _core.Database, path: str, clock: Clock) -> None:
        self._native = native
        self._path = path
        self._clock = clock
        self._sessions: weakref.WeakSet[Session] = weakref.WeakSet()
        self._own: Session | None = None
        close_at_exit(self)

    @property
    def path(self) -> str:
        """The path it was opened by."""
        return self._path

    def info(self) -> DatabaseInfo:
        """What it is, and how large."""
        info = self._native.info()
        return DatabaseInfo(os.fsdecode(info[0]), *info[1:])

    def entities(self) -> list[EntityInfo]:
        """The entity types and their fields."""
        return [entity_info(*each) for each in self._native.entities()]

    def entity(self, name: str) -> EntityInfo:
        """The entity type of this name; KeyError if there is none."""
        for each in self.entities():
            if each.name == name:
                return each
        raise KeyError(f"there is no entity type {name!r}")

    @property
    def model(self) -> str:
        """The model document in force, as it was applied."""
        return self._native.model()

    def apply_model(self, model: Model, dry_run: bool = False) -> ApplyResult:
        """Makes the database follow a model, all of it or nothing; `dry_run` only tells."""
        text, _ = document_text(model)
        with self.session(capabilities=Capabilities(change_model=True)) as session:
            changes, generation = self._native.apply_model(session._native, text, dry_run)
        return ApplyResult(tuple(ModelChange(*each) for each in changes), generation)

    def check_expression(self, entity: str, expression: str) -> str:
        """The type of an expression over an entity type; ExpressionError if it has none."""
        return self._native.check_expression(entity, expression)

    def expression(self, entity: str, source: str,
                   **options: Unpack[ExpressionOptions]) -> Expression:
        """An expression on records of an entity type; see Expression.compile."""
        return Expression.compile(source, database=self, entity=entity, **options)

    def check(self, repair: bool = False, *, max_problems: int = 1000) -> CheckReport:
        """Reads everything, in one snapshot, and says what is wrong.

        `repair` rebuilds what follows from something else: indexes, counts, orders. It never
        invents or drops a record, a change or a message: those problems stay in the report, and a
        backup or a dump is the answer. At most `max_problems` are listed; all are counted.
        """
        allowed = Capabilities(change_model=repair)
        with self.session(capabilities=allowed) as session:
            problems, *counts = self._native.check(session._native, repair, max_problems)
        return CheckReport(tuple(Problem(*each) for each in problems), *counts)

    def backup(self, path: DatabasePath) -> None:
        """A copy of the moment of the call at `path`, which must not hold a database yet.

        Others may go on reading and writing. The copy is a database like any other.
        """
        self._native.backup(path_bytes(path))

    def dump(self, to: DumpTarget) -> DumpStats:
        """Writes the database as JSON lines (docs/dump-format.md), for `kith.load`.

        `to` is a path, or a file opened for writing, in binary or as text. A file that is named
        is there as a whole, or as it was before.
        """
        return dump_to(self._native, to)

    def wait(self, sequence: int, timeout: float | None = None) -> int:
        """Waits until the history has a change after `sequence`, of this process or another.

        At most `timeout` seconds; left out, for as long as it takes. Returns the sequence of the
        last change, which is still `sequence` when the time was over.
        """
        return self._native.wait(sequence, timeout)

    def session(self, actor: str | None = None,
                capabilities: Capabilities | Iterable[str] = (),
                time_zone: str = "UTC") -> Session:
        """Acts as `actor`, the id of a user's record, or as the host itself.

        `time_zone` is an IANA name or an offset: days and months of instants are counted in it.
        """
        if not isinstance(capabilities, Capabilities):
            capabilities = Capabilities.of(capabilities)
        native = self._native.session(
            actor or "", capabilities.backdate, capabilities.pipeline_override,
            capabilities.purge, capabilities.change_model, capabilities.trim_history, time_zone)
        session = Session(native, self._clock)
        self._sessions.add(session)
        return session

    def _session(self) -> Session:
        if self._own is None or self._own.closed:
            self._own = self.session()
        return self._own

    def read(self, now: datetime | None = None, *, as_of: datetime | None = None,
             change: int | None = None) -> Snapshot:
        return self._session().read(now, as_of=as_of, change=change)

    read.__doc__ = OneShot.read.__doc__

    def transaction(self, now: datetime | None = None,
                    **options: Unpack[TransactionOptions]) -> Transaction:
        """Begins to write as the host itself; see Session.transaction."""
        return self._session().transaction(now, **options)

    def write(self, body: Callable[[Transaction], object], now: datetime | None = None,
              **options: Unpack[TransactionOptions]) -> int:
        """Runs `body` in a transaction and commits it; see Session.write."""
        return self._session().write(body, now, **options)

    def tick(self, now: datetime | None = None, **options: Unpack[TickOptions]) -> TickResult:
        """Carries out what is due; see Session.tick."""
        return self._session().tick(now, **options)

    def deliver(self, handler: Callable[[OutboxMessage], object], topic: str = "",
                **options: Unpack[DeliverOptions]) -> DeliveryResult:
        """Hands messages of the outbox to `handler`; see Session.deliver."""
        return self._session().deliver(handler, topic, **options)

    def close(self) -> None:
        for session in list(self._sessions):
            session.close()
        self._native.close()

    close.__doc__ = Handle.close.__doc__

    def __repr__(self) -> str:
        return f"<kith.Database {self._path!r}{' closed' if self.closed else ''}>"


def create(path: DatabasePath, model: Model | None = None, now: datetime | None = None, *,
           clock: Clock = system_clock, max_readers: int = 1024, max_file_bytes: int = 0,
           limits: Mapping[str, int] | None = None) -> Database:
    """Makes a new database and opens it.

    `model` is a model document: its text, the document itself, or the path of its file; left out,
    the standard CRM. ``{"kith_model": 1}`` starts empty. `clock` gives the time of everything
    that does not state its own.
    """
    encoded = path_bytes(path)
    text = "" if model is None else document_text(model)[0]
    native = _core.create(encoded, text, clock() if now is None else now, max_readers,
                          max_file_bytes, dict(limits or {}))
    return Database(native, os.fsdecode(path), clock)


def open(path: DatabasePath, *, read_only: bool = False, clock: Clock = system_clock,
         max_readers: int = 1024, max_file_bytes: int = 0,
         limits: Mapping[str, int] | None = None) -> Database:
    """Opens a database that is there. Opening it twice in a process shares the first."""
    native = _core.open(path_bytes(path), read_only, max_readers, max_file_bytes,
                        dict(limits or {}))
    return Database(native, os.fsdecode(path), clock)


def close_at_exit(handle: Handle) -> None:
    """Closes it when the program ends, if it is still open then."""
    _open.add(handle)


@atexit.register
def _close_all() -> None:
    for handle in list(_open):
        handle.close()
