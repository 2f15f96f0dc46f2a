"""Who acts, with which powers, and the transactions in which they write."""
from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TypedDict

from . import _core
from .errors import InvalidArgument, WrongThread
from .handles import Handle
from .readers import OneShot, Reader, Snapshot
from .values import RecordId

Clock = Callable[[], datetime]
Durability = Literal["full", "deferred"]


class TransactionOptions(TypedDict, total=False):
    """The keywords of a transaction; Session.transaction explains them."""

    effective_at: datetime | None
    durability: Durability
    cause: str
    timeout: float


def system_clock() -> datetime:
    """The time of this computer, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a session may do beyond the ordinary; use of one is logged."""

    backdate: bool = False  #: say when a write took effect
    pipeline_override: bool = False  #: move past the guards and requirements of a pipeline
    purge: bool = False  #: erase a record for ever
    change_model: bool = False  #: apply a model

    @classmethod
    def all(cls) -> Capabilities:
        """Every capability there is."""
        return cls(True, True, True, True)

    @classmethod
    def of(cls, names: Iterable[str]) -> Capabilities:
        """By name: ``Capabilities.of(["backdate"])``."""
        known = [field.name for field in fields(cls)]
        wanted = list(names)
        for name in wanted:
            if name not in known:
                raise InvalidArgument(
                    f"there is no capability {name!r}; there are: {', '.join(known)}")
        return cls(**dict.fromkeys(wanted, True))


class Transaction(Reader):
    """The one writer. All of it lands, or nothing.

    In a ``with`` statement it commits at the end, and undoes everything when an exception leaves
    the block. A refused write raises and leaves the transaction as it was before that call: go
    on, or let the exception end it. Its reads see its own writes. Only the thread that began it
    may use it.
    """

    _native: _core.Transaction

    def __init__(self, native: _core.Transaction) -> None:
        self._native = native
        #: After commit: the sequence of the last change; 0 when nothing was written.
        self.committed_sequence = 0

    def create(self, entity: str, fields: Mapping[str, Any] | None = None, /,
               **more: Any) -> RecordId:
        """A new record: ``create("account", name="Acme")`` or ``create("account", {...})``."""
        return self._native.create(entity, {**(fields or {}), **more})

    def update(self, id: str, fields: Mapping[str, Any] | None = None, /,
               expected_version: int = 0, **more: Any) -> None:
        """Changes fields; None clears one. A change to what is there already leaves no trace.

        With `expected_version` it raises Conflict when the record has another version.
        """
        self._native.update(id, {**(fields or {}), **more}, expected_version)

    def delete(self, id: str, expected_version: int = 0) -> None:
        """Hides the record until it is restored; what refers to it follows its on_delete."""
        self._native.remove(id, expected_version)

    def restore(self, id: str) -> None:
        """Brings a deleted record back, if it is still valid."""
        self._native.restore(id)

    def purge(self, id: str) -> None:
        """Erases a record and its values for ever. Needs the capability `purge`."""
        self._native.purge(id)

    def commit(self) -> int:
        """Ends the transaction; the sequence of its last change, 0 when it wrote nothing."""
        self.committed_sequence = self._native.commit()
        return self.committed_sequence

    def abort(self) -> None:
        """Ends the transaction and undoes it; harmless when it has ended already."""
        self._native.close()

    def close(self) -> None:
        """The same as abort()."""
        self.abort()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        if kind is None and not self.closed:
            self.commit()
        else:
            self.abort()


class Session(Handle, OneShot):
    """Who acts, with which powers, in which time zone. Made by Database.session.

    Any thread may use it. Closing it closes its snapshots and undoes its transaction.
    """

    _native: _core.Session
    _warn_unclosed = False  # it holds nothing but its database

    def __init__(self, native: _core.Session, clock: Clock) -> None:
        self._native = native
        self._clock = clock
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()

    def read(self, now: datetime | None = None) -> Snapshot:
        snapshot = Snapshot(self._native.read(now))
        self._readers.add(snapshot)
        return snapshot

    read.__doc__ = OneShot.read.__doc__

    def transaction(self, now: datetime | None = None, *, effective_at: datetime | None = None,
                    durability: Durability = "full", cause: str = "",
                    timeout: float = 5.0) -> Transaction:
        """Begins to write; waits at most `timeout` seconds for its turn, then raises Busy.

        - `now`: the time of the transaction; left out, that of the clock.
        - `effective_at`: when it took effect, if not now. Needs the capability `backdate`.
        - `durability`: "full" is on disk when commit returns; with "deferred" a power failure may
          lose the last commits, and nothing is ever corrupted.
        - `cause`: why, for the history: a ticket number, "import deals.csv".
        """
        if durability not in ("full", "deferred"):
            raise InvalidArgument(f"durability is \"full\" or \"deferred\", not {durability!r}")
        transaction = Transaction(self._native.begin(
            self._clock() if now is None else now, effective_at, durability == "deferred", timeout,
            cause))
        self._readers.add(transaction)
        return transaction

    def close(self) -> None:
        for reader in list(self._readers):
            try:
                reader.close()
            except WrongThread:
                # The thread that began this transaction ends it; until then it keeps the files.
                continue
        self._native.close()

    close.__doc__ = Handle.close.__doc__
