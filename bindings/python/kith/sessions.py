"""Who acts, with which powers, and the transactions in which they write."""
from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal

from . import _core
from .automations import ReceiveResult, Run, TickResult
from .captures import CaptureResult
from .errors import InvalidArgument, WrongThread
from .feeds import TrimResult, UndoResult
from .handles import Handle
from .options import Clock, Durability, is_deferred
from .outbox import DeliveryResult, OutboxMessage, deliver, lease_of, sequence_of
from .pipelines import MoveResult
from .readers import OneShot, Reader, Snapshot
from .records import Change
from .values import RecordId

Direction = Literal["inbound", "outbound"]


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

    def restore(self, id: str, *, with_references: bool = False) -> None:
        """Brings a deleted record back, if it is still valid.

        `with_references`: also what its removal took with it, records and references to it, as
        far as nobody has changed them since.
        """
        self._native.restore(id, with_references)

    def purge(self, id: str) -> None:
        """Erases a record and its values for ever. Needs the capability `purge`."""
        self._native.purge(id)

    def undo(self, change: Change | int) -> UndoResult:
        """Undoes the transaction that made this change, as a change of its own.

        What it created is removed, what it removed is restored, what it changed has its former
        values again. Conflict with a violation for each value that was changed again since,
        InvalidArgument for a transaction that purged. Nothing is undone in parts.
        """
        sequence = change.sequence if isinstance(change, Change) else change
        return UndoResult(*self._native.undo(sequence))

    def save_cursor(self, name: str, sequence: int) -> None:
        """Sets a named cursor of the change feed: 1 to 100 bytes of name; see kith.feeds."""
        self._native.save_cursor(name, sequence)

    def drop_cursor(self, name: str) -> None:
        """Drops a named cursor, and with it what it protected from trim_history."""
        self._native.drop_cursor(name)

    def move(self, id: str, stage: str, fields: Mapping[str, Any] | None = None, /, *,
             field: str = "", expected_version: int = 0, expected_stage: str = "",
             **more: Any) -> MoveResult:
        """Moves a record to a stage of its pipeline, with the other fields that the move needs.

        ``t.move("deal:7", "Closed Lost", loss_reason="price")``. Refused tells every guard and
        requirement that fails; with the capability `pipeline_override` it goes past them.

        - `field`: the pipeline's field; may be left out when the type has one pipeline.
        - `expected_version`, `expected_stage`: Conflict when the record is at another.
        """
        return MoveResult(*self._native.move(id, stage, field, {**(fields or {}), **more},
                                             expected_version, expected_stage))

    def capture(self, kind: str, *, id: str = "", source: str = "", at: datetime | None = None,
                email: str = "", phone: str = "", name: str = "", company: str = "",
                direction: Direction = "inbound", subject: str = "", body: str = "",
                person: str = "", deal: str = "",
                person_fields: Mapping[str, Any] | None = None,
                activity_fields: Mapping[str, Any] | None = None,
                data: Mapping[str, Any] | None = None) -> CaptureResult:
        """A customer did something: ``t.capture("form", email="ann@example.org", ...)``.

        Finds the person by e-mail or phone in their normal form, or creates one; fills what was
        empty in the profile and overwrites nothing; records the activity; links the account and
        the open deal it belongs to; and begins the automations that wait for it.

        - `kind`: of the activity: "form", "call", "email", "meeting", "chat", "visit".
        - `id`: your own name of the event: another one with the same id changes nothing.
        - `source`: where from, for people and reports: "website/contact", "hotline".
        - `at`: when it happened; left out, the time of the transaction.
        - `email`, `phone`, `name`, `company`: of the customer.
        - `direction`, `subject`, `body`: of the activity.
        - `person`, `deal`: the records, when you know them already.
        - `person_fields`: more of the contact, filled where it is empty.
        - `activity_fields`: more of the activity.
        - `data`: anything else, read by rules as ``event.data``.
        """
        return CaptureResult(*self._native.capture({
            "id": id, "kind": kind, "source": source, "at": at, "email": email, "phone": phone,
            "name": name, "company": company, "direction": direction, "subject": subject,
            "body": body, "person": person, "deal": deal,
            "person_fields": dict(person_fields or {}),
            "activity_fields": dict(activity_fields or {}), "data": dict(data or {})}))

    def receive(self, name: str, record: str | None = None,
                data: Mapping[str, Any] | None = None, id: str = "") -> ReceiveResult:
        """Something happened outside: begins the automations that wait for an event of this name.

        `record` is what it is about; `data` is read as ``event.<name>``. With an `id`, your own
        name of the event, receiving it again changes nothing.
        """
        return ReceiveResult(*self._native.receive(id, name, record or "", dict(data or {})))

    def cancel_run(self, run: Run | int, reason: str = "") -> None:
        """Ends an active run for good; InvalidArgument when it has ended already."""
        self._native.cancel_run(run.id if isinstance(run, Run) else run, reason)

    def send(self, topic: str, payload: Mapping[str, Any] | None = None, *,
             record: str | None = None, idempotency_key: str = "",
             not_before: datetime | None = None) -> int:
        """Writes a message into the outbox and returns its sequence.

        Messages about the same `record` are handed out in order. Left out, the idempotency key is
        made; one that was used before gives the sequence of the older message, and writes nothing.
        """
        return self._native.send(topic, dict(payload or {}), idempotency_key, record or "",
                                 not_before)

    def lease(self, limit: int = 10, ttl: timedelta = timedelta(minutes=1),
              topic: str = "") -> list[OutboxMessage]:
        """Messages that are due, yours until `ttl` has passed; commit before you deliver them.

        Acknowledge or refuse each in a later transaction; `Session.deliver` does all of it.
        """
        return [OutboxMessage(*each) for each in self._native.lease(limit, ttl, topic)]

    def acknowledge(self, message: OutboxMessage | int, token: int | None = None) -> None:
        """Delivered: the message goes.

        `message` is what `lease` gave, or its sequence, with its token. Conflict when the lease
        is not the present one, NotFound when there is no such message.
        """
        self._native.acknowledge(*lease_of(message, token))

    def refuse(self, message: OutboxMessage | int, token: int | None = None, *, error: str = "",
               retry_after: timedelta | None = None, dead: bool = False) -> None:
        """Not delivered: it is tried again later, or given up at once with `dead`.

        `error` says why, for people. Left out, `retry_after` is 30 seconds, doubled with each
        attempt, at most an hour. Errors as of acknowledge().
        """
        self._native.refuse(*lease_of(message, token), error, retry_after, dead)

    def revive(self, message: OutboxMessage | int) -> None:
        """A dead message is tried again from the start."""
        self._native.revive(sequence_of(message))

    def discard(self, message: OutboxMessage | int) -> None:
        """A dead message is dropped for ever."""
        self._native.discard(sequence_of(message))

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

    def read(self, now: datetime | None = None, *, as_of: datetime | None = None,
             change: int | None = None) -> Snapshot:
        if sum(each is not None for each in (now, as_of, change)) > 1:
            raise InvalidArgument("give one of `now`, `as_of` and `change`")
        if as_of is not None:
            snapshot = Snapshot(self._native.read_as_of(as_of))
        elif change is not None:
            snapshot = Snapshot(self._native.read_as_of_change(change))
        else:
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
        transaction = Transaction(self._native.begin(
            self._clock() if now is None else now, effective_at, is_deferred(durability), timeout,
            cause))
        self._readers.add(transaction)
        return transaction

    def write(self, body: Callable[[Transaction], object], now: datetime | None = None, *,
              effective_at: datetime | None = None, durability: Durability = "full",
              cause: str = "", timeout: float = 5.0) -> int:
        """Runs ``body(transaction)`` and commits, together with other threads that call write().

        They share one commit, which is what makes many small durable writes fast. Each succeeds or
        fails for itself: an exception that leaves `body` undoes what it wrote, is raised here, and
        the others go on. Returns the sequence of the last change, 0 when nothing changed.

        `body` runs on the calling thread, must neither end the transaction nor begin another, and
        may be run again from the start when the file had to grow: it must have no other effects.
        The keywords are those of transaction().
        """
        if inspect.iscoroutinefunction(body):  # it would write nothing, and never run
            raise TypeError("the function that writes is an ordinary one, not one of asyncio")

        def run(native: _core.Transaction) -> None:
            transaction = Transaction(native)
            transaction._warn_unclosed = False  # it is closed when this returns
            body(transaction)

        return self._native.write(
            run, self._clock() if now is None else now, effective_at, is_deferred(durability),
            timeout, cause)

    def trim_history(self, keep_from: datetime, *, max_changes: int = 100_000) -> TrimResult:
        """Drops the changes that were committed before `keep_from`, for good.

        Whole transactions, and never what a cursor of the change feed has yet to pass. Records
        keep their values. At most `max_changes` go by one call, in several transactions. Needs the
        capability `trim_history`.
        """
        return TrimResult(*self._native.trim_history(keep_from, max_changes))

    def tick(self, now: datetime | None = None, *, max_runs: int = 10_000,
             keep: timedelta = timedelta(days=30), durability: Durability = "full",
             timeout: float = 5.0) -> TickResult:
        """Carries out what is due: runs of automations, their waits, their messages.

        It writes in transactions of its own: what was done before an error stays done, and the
        next tick goes on from there. A run that fails is recorded and counted, and is no error.

        - `now`: the host's time; left out, that of the clock.
        - `max_runs`: the budget; when it runs out, `more` of the result is True: tick again.
        - `keep`: how long ended runs, the keys of delivered messages and the ids of received
          events are remembered.
        - `durability`, `timeout`: as of a transaction.
        """
        return TickResult(*self._native.tick(
            self._clock() if now is None else now, max_runs, keep, is_deferred(durability),
            timeout))

    def deliver(self, handler: Callable[[OutboxMessage], object], topic: str = "", *,
                limit: int = 100, ttl: timedelta = timedelta(minutes=1),
                now: datetime | None = None, timeout: float = 5.0) -> DeliveryResult:
        """Hands the messages that are due to `handler`, one after the other, at most `limit`.

        A message is leased, handed over while no transaction is open, and acknowledged when the
        handler returns. When it raises, the message is refused with the text of the exception and
        tried again later; `DeliveryFailed` says when, or that it is dead. KeyboardInterrupt and
        SystemExit pass through: the message comes back when its lease ends, as after a crash. So
        a message may be handed over twice, and is known by its idempotency key.

        - `topic`: only messages of this kind; left out, any.
        - `ttl`: for how long a message is yours; longer than the handler takes.
        - `now`: the time of all its transactions; left out, each asks the clock.
        """
        return deliver(lambda: self.transaction(now, timeout=timeout), handler, topic, limit, ttl)

    def close(self) -> None:
        for reader in list(self._readers):
            try:
                reader.close()
            except WrongThread:
                # The thread that began this transaction ends it; until then it keeps the files.
                continue
        self._native.close()

    close.__doc__ = Handle.close.__doc__
